"""The list of devices, what is kept of them, and what no browser can bring into a sign-in."""

import html
import re

import pytest

from lab.client import ADMIN, Browser, check_markup
from lab.program import Program

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
         "Version/18.5 Mobile/15E148 Safari/604.1")


@pytest.fixture()
def site(podium):
    podium.cli("init")
    podium.start_web()
    return podium


def sign_in(site, agent, address, account=ADMIN):
    made = Browser(site.socket)
    reply = made.sign_in(*account, headers={"User-Agent": agent}, REMOTE_ADDR=address)
    assert reply.status == 303
    return made


def devices(browser):
    page = browser.ask("/settings/devices").text
    items = re.findall(r'<li class="item">(.*?)</li>', page, re.S)
    return [html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", i))).strip() for i in items], page


def test_devices_are_listed_and_ended(site, postgres, database):
    desk = sign_in(site, FIREFOX, "192.0.2.77")
    phone = sign_in(site, PHONE, "2001:db8:7:8::9")
    third = sign_in(site, "<script>x</script>" * 20, "198.51.100.1")
    items, page = devices(desk)
    check_markup(page)
    assert len(items) == 3 and "this one" in items[0] and "Firefox on Linux" in items[0]
    assert "192.0.2.x" in items[0] and "192.0.2.77" not in page
    shown = " ".join(items)
    assert "Safari on iPhone" in shown and "2001:db8:7::x" in shown and "Unknown browser" in shown
    kept = str(postgres.execute(database, "SELECT * FROM session"))
    assert "Mozilla" not in kept and "192.0.2.77" not in kept and "2001:db8:7:8" not in kept
    one = re.search(r'name="id" value="([0-9a-f-]{36})">Sign out<span class="hidden-text"> Safari', page).group(1)
    reply = desk.ask("/settings/devices/end", "POST", {"csrf": desk.token(), "id": one})
    assert (reply.status, reply.header("Location")) == (303, "/settings/devices?done=one")
    assert "That device is signed out." in desk.ask("/settings/devices?done=one").text
    assert phone.ask("/settings/devices").status == 303 and third.ask("/settings/devices").status == 200
    assert desk.ask("/settings/devices/end-others", "POST", {"csrf": desk.token()}).status == 303
    assert third.ask("/settings/devices").status == 303
    items, page = devices(desk)
    assert len(items) == 1


def test_nobody_ends_the_session_of_another(site, postgres, database):
    site.cli("user", "create", "mia@example.org", "Mia", "member", text_input="a password of mine\n")
    mia = sign_in(site, FIREFOX, "192.0.2.1", ("mia@example.org", "a password of mine"))
    admin = sign_in(site, FIREFOX, "192.0.2.2")
    theirs = postgres.execute(database, "SELECT id FROM session WHERE email = 'admin@localhost'")[0][0]
    for value in (theirs, "", "x", "0" * 36, "' OR true --"):
        reply = mia.ask("/settings/devices/end", "POST", {"csrf": mia.token(), "id": value})
        assert reply.status == 303
    mia.ask("/settings/devices/end-others", "POST", {"csrf": mia.token()})
    assert admin.ask("/settings/devices").status == 200 and mia.ask("/settings/devices").status == 200


def test_last_use_is_written_once_an_hour(site, postgres, database):
    browser = sign_in(site, FIREFOX, "192.0.2.1")

    def version():
        return postgres.execute(database, "SELECT xmin::text, seen_at, address FROM session")[0]
    first = version()
    for _ in range(5):
        assert browser.ask("/settings/devices").status == 200
    assert version() == first, "reading costs no write"
    postgres.execute(database, "UPDATE session SET seen_at = now() - interval '61 minutes'")
    aged = version()
    browser.ask("/calendar", REMOTE_ADDR="203.0.113.5")
    again = version()
    assert again[1] > aged[1] and again[2] == "203.0.113.x"
    browser.ask("/calendar", REMOTE_ADDR="203.0.113.5")
    assert version() == again


def test_a_planted_token_is_never_taken_up(site, postgres, database):
    """Session fixation: by cookie, by query, by form, alone or beside the right one."""
    planted = "ab" * 32
    attacker = Browser(site.socket)
    attacker.cookies["session"] = planted
    victim = Browser(site.socket)
    victim.cookies["session"] = planted
    reply = victim.ask(f"/sign-in?session={planted}", "POST", {
        "email": ADMIN[0], "password": ADMIN[1], "back": "/sources", "session": planted, "token": planted})
    assert reply.status == 303 and victim.cookies["session"] != planted
    assert attacker.ask("/settings/devices").status == 303
    # a session of the attacker's own, planted in the victim's browser, ends instead of becoming the victim's
    site.cli("user", "create", "eve@example.org", "Eve", "member", text_input="a password of mine\n")
    eve = sign_in(site, FIREFOX, "192.0.2.1", ("eve@example.org", "a password of mine"))
    other = Browser(site.socket)
    other.cookies = dict(eve.cookies)
    assert other.sign_in().status == 303
    assert other.cookies["session"] != eve.cookies["session"]
    assert eve.ask("/settings/devices").status == 303
    assert "Administrator" in other.ask("/settings/profile").text


def test_new_rights_end_sessions(site):
    site.cli("user", "create", "mia@example.org", "Mia", "member", text_input="a password of mine\n")
    mia = sign_in(site, FIREFOX, "192.0.2.1", ("mia@example.org", "a password of mine"))
    site.cli("user", "role", "mia@example.org", "coach")
    assert mia.ask("/settings/devices").status == 303
    mia = sign_in(site, FIREFOX, "192.0.2.1", ("mia@example.org", "a password of mine"))
    assert mia.ask("/settings/devices").status == 200


def test_programs_stand_in_the_list_and_can_be_ended(site, postgres, database):
    desk = sign_in(site, FIREFOX, "192.0.2.77")
    email, password = ADMIN
    program = Program(site.socket)
    pairs = [program.ask("/api/v1/auth/login", "POST", {"email": email, "password": password}, headers={"User-Agent": agent},
                         REMOTE_ADDR="198.51.100.9").json() for agent in ("ci-script/2.1 (linux)", "caf\u00e9", FIREFOX)]
    page = desk.ask("/settings/devices").text
    check_markup(page)
    shown = re.findall(r"<h3>(.*?)</h3>", page)
    assert sorted(shown) == ["Firefox on Linux", "Unknown program", "ci-script/2.1"] and "198.51.100.x" in page
    one = re.search(r'name="id" value="([0-9a-f-]{36})">Sign out<span class="hidden-text"> ci-script', page).group(1)
    other = Browser(site.socket)
    site.cli("user", "create", "tom@example.org", "Tom", text_input="a password of tom\n")
    other.sign_in("tom@example.org", "a password of tom")
    for who in (other, desk):
        assert program.ask("/api/v1/users/profile", headers={"Authorization": f"Bearer {pairs[0]['access_token']}"}).status == 200
        reply = who.ask("/settings/devices/end-program", "POST", {"csrf": who.token(), "id": one})
        assert (reply.status, reply.header("Location")) == (303, "/settings/devices?done=program")
    assert program.ask("/api/v1/users/profile", headers={"Authorization": f"Bearer {pairs[0]['access_token']}"}).status == 401
    assert program.refresh(pairs[0]["refresh_token"]).status == 401
    assert program.refresh(pairs[2]["refresh_token"]).status == 200
    assert desk.ask("/settings/devices/end-program", "POST", {"csrf": desk.token(), "id": "nothing"}).status == 303


def test_signing_out_everywhere_takes_this_one_along(site):
    desk, phone = sign_in(site, FIREFOX, "192.0.2.77"), sign_in(site, PHONE, "192.0.2.78")
    program = Program(site.socket)
    pair = program.login(*ADMIN)
    reply = desk.ask("/settings/devices/end-all", "POST", {"csrf": desk.token()})
    assert (reply.status, reply.header("Location")) == (303, "/sign-in?done=everywhere") and "session" not in desk.cookies
    assert "signed out everywhere" in desk.ask("/sign-in?done=everywhere").text
    assert phone.ask("/settings/devices").status == 303 and program.refresh(pair["refresh_token"]).status == 401
