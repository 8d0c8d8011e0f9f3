"""Two-step sign-in through the real binary: set up, signed in with, guessed at, switched off."""

import re

import pytest

from lab import totp
from lab.client import ADMIN, Browser, check_markup


@pytest.fixture()
def site(podium):
    podium.cli("init")
    podium.start_web()
    return podium


@pytest.fixture()
def browser(site):
    made = Browser(site.socket)
    made.sign_in()
    return made


def second_step(browser, code, back="/sources", **more):
    return browser.ask("/sign-in/code", "POST", {"code": code, "back": back}, **more)


def test_set_up_and_sign_in(site, browser, postgres, database):
    page = browser.ask("/settings/two-step").text
    check_markup(page)
    assert "data-copy" not in page
    wrong = browser.ask("/settings/two-step/begin", "POST", {"csrf": browser.token(), "password": "wrong password"})
    assert wrong.status == 422 and "not your password" in wrong.text
    check_markup(wrong.text)
    elsewhere = Browser(site.socket)
    elsewhere.sign_in()
    begin = browser.ask("/settings/two-step/begin", "POST", {"csrf": browser.token(), "password": ADMIN[1]})
    assert (begin.status, begin.header("Location")) == (303, "/settings/two-step")
    page = browser.ask("/settings/two-step").text
    check_markup(page)
    secret = totp.secret_of(page)
    assert secret == totp.secret_of(browser.ask("/settings/two-step").text)
    assert '<path d="M' in page and "otpauth" not in page
    wrong = browser.ask("/settings/two-step/confirm", "POST", {"csrf": browser.token(), "code": "000000"})
    assert wrong.status == 422 and "not the code" in wrong.text
    check_markup(wrong.text)
    code = totp.code(secret)
    reply = browser.ask("/settings/two-step/confirm", "POST", {"csrf": browser.token(), "code": code})
    assert reply.status == 200 and reply.header("Cache-Control") == "no-store"
    check_markup(reply.text)
    codes = totp.recovery_codes(reply.text)
    assert len(set(codes)) == 10
    assert elsewhere.ask("/settings/devices").status == 303, "sessions with one step end"
    page = browser.ask("/settings/two-step").text
    assert secret not in page and "data-copy" not in page and not totp.recovery_codes(page)
    assert "10 of 10 recovery codes" in page
    again = browser.ask("/settings/two-step/confirm", "POST", {"csrf": browser.token(), "code": totp.code(secret, 1)})
    assert again.status == 303, "it is on: nothing is shown a second time"
    # sign in: the password alone gives no session
    fresh = Browser(site.socket)
    reply = fresh.sign_in(back="/settings/devices")
    assert reply.header("Location") == "/sign-in/code?back=%2Fsettings%2Fdevices"
    assert "session" not in fresh.cookies
    step = [c for c in reply.all("Set-Cookie") if c.startswith("sign-in=")][0]
    assert re.fullmatch(r"sign-in=[\w-]{43}; Path=/; Max-Age=300; HttpOnly; SameSite=Lax", step)
    assert fresh.ask("/settings/devices").status == 303
    check_markup(fresh.ask("/sign-in/code?back=/settings/devices").text)
    reply = second_step(fresh, code)
    assert reply.status == 422 and "used already" in reply.text, "the code that switched it on"
    check_markup(reply.text)
    reply = second_step(fresh, totp.code(secret, 1), "/settings/devices")
    assert (reply.status, reply.header("Location")) == (303, "/settings/devices")
    assert "session" in fresh.cookies and "sign-in" not in fresh.cookies
    assert fresh.ask("/settings/devices").status == 200
    assert postgres.execute(database, "SELECT count(*) FROM sign_in_step") == [(0,)]
    # a recovery code, once, and its replay
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    for used, status in (codes[0], 303), (codes[0], 422), (codes[1].upper().replace("-", " "), 303):
        other = Browser(site.socket)
        other.sign_in(**elsewhere)
        assert second_step(other, used, **elsewhere).status == status
    assert "8 of 10 recovery codes" in browser.ask("/settings/two-step").text


def test_the_step_is_no_session_and_leads_nowhere_else(site, browser):
    totp.switch_on(browser, ADMIN[1])
    half = Browser(site.socket)
    half.sign_in()
    half.cookies["session"] = half.cookies["sign-in"]
    assert half.ask("/settings/profile").status == 303
    del half.cookies["session"]
    assert half.ask("/settings/two-step/off", "POST", {"password": ADMIN[1]}).status == 401
    assert second_step(Browser(site.socket), "123456").status == 422
    nothing = Browser(site.socket).ask("/sign-in/code?back=/sources")
    assert (nothing.status, nothing.header("Location")) == (303, "/sign-in?back=%2Fsources")
    for back in "https://evil.example/", "//evil.example", "/\\evil.example":
        reply = half.ask("/sign-in/code?back=" + back)
        assert 'name="back" value="/"' in reply.text
    assert browser.ask("/sign-in/code").status == 303, "who is in needs no second step"


def test_the_way_on_stays_inside(site, browser):
    _, codes = totp.switch_on(browser, ADMIN[1])
    for i, back in enumerate(("https://evil.example/", "//evil.example", "/x\r\nSet-Cookie: a=b")):
        other = Browser(site.socket)
        other.sign_in()
        reply = second_step(other, codes[i], back)
        assert reply.status == 303 and reply.header("Location") == "/dashboard"


def test_guessing_ends(site, browser, postgres, database):
    secret, codes = totp.switch_on(browser, ADMIN[1])

    def sign_in(n):
        made = Browser(site.socket)
        made.sign_in(REMOTE_ADDR=f"198.51.100.{n}")
        return made
    guesser = sign_in(1)
    answers = [second_step(guesser, f"{i:06}", REMOTE_ADDR=f"198.51.100.{i}").status for i in range(5)]
    assert answers == [422] * 5
    sixth = second_step(guesser, codes[0], REMOTE_ADDR="198.51.100.9")
    assert sixth.status == 422 and "begin again" in sixth.text and "sign-in" not in guesser.cookies
    assert postgres.execute(database, "SELECT locked_until > now() FROM app_user") == [(True,)]
    # who knows the password does not get five more codes for it
    postgres.execute(database, "UPDATE app_user SET locked_until = NULL")
    again = sign_in(3)
    assert postgres.execute(database, "SELECT failed_count FROM app_user") == [(5,)]
    assert second_step(again, "000000", REMOTE_ADDR="198.51.100.3").status == 422
    assert postgres.execute(database, "SELECT failed_count, locked_until > now() + interval '3 minutes' FROM app_user") == [
        (6, True)]
    postgres.execute(database, "UPDATE app_user SET locked_until = NULL")
    assert second_step(sign_in(2), codes[0], REMOTE_ADDR="198.51.100.2").status == 303
    assert postgres.execute(database, "SELECT failed_count, locked_until FROM app_user") == [(0, None)]


def test_a_late_answer_begins_again(site, browser, postgres, database):
    _, codes = totp.switch_on(browser, ADMIN[1])
    late = Browser(site.socket)
    late.sign_in()
    postgres.execute(database, "UPDATE sign_in_step SET expires_at = now() - interval '1 second'")
    reply = second_step(late, codes[0])
    assert reply.status == 422 and "begin again" in reply.text


def test_off_takes_password_and_code(site, browser, postgres, database):
    secret, codes = totp.switch_on(browser, ADMIN[1])

    def off(**fields):
        return browser.ask("/settings/two-step/off", "POST", {"csrf": browser.token(), **fields})
    assert off(password=ADMIN[1]).status == 422
    assert off(code=codes[0]).status == 422
    assert off(password="wrong password", code=codes[0]).status == 422
    assert off(password=ADMIN[1], code="000000").status == 422
    assert "10 of 10" in browser.ask("/settings/two-step").text, "a code is not used up by a wrong password"
    new = browser.ask("/settings/two-step/codes", "POST",
                      {"csrf": browser.token(), "password": ADMIN[1], "code": codes[0]})
    fresh = totp.recovery_codes(new.text)
    assert new.status == 200 and len(fresh) == 10 and not set(fresh) & set(codes)
    assert off(password=ADMIN[1], code=codes[1]).status == 422
    reply = off(password=ADMIN[1], code=fresh[0])
    assert (reply.status, reply.header("Location")) == (303, "/settings/two-step?done=off")
    assert Browser(site.socket).sign_in().header("Location") == "/sources"
    assert postgres.execute(database, "SELECT (SELECT count(*) FROM totp) + (SELECT count(*) FROM recovery_code)") == [(0,)]
    actions = [r[0] for r in postgres.execute(database, "SELECT action FROM audit ORDER BY id")]
    assert [a for a in actions if a.startswith("two_step")] == [
        "two_step.on", "two_step.recovery_code", "two_step.codes", "two_step.recovery_code", "two_step.off"]


def test_without_a_key_it_cannot_be_set_up(podium):
    podium.set(ENCRYPTION_KEY="")
    podium.cli("init")
    podium.start_web()
    browser = Browser(podium.socket)
    browser.sign_in()
    assert browser.ask("/settings/two-step").status == 200
    reply = browser.ask("/settings/two-step/begin", "POST", {"csrf": browser.token(), "password": ADMIN[1]})
    assert reply.status == 503
