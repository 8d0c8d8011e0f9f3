"""Signing in and out, roles and forgery, through the real binary over its FastCGI socket."""

import re

import pytest

from lab.client import ADMIN, Browser


@pytest.fixture()
def site(podium):
    podium.cli("init")
    podium.start_web()
    return podium


@pytest.fixture()
def browser(site):
    return Browser(site.socket)


def test_sign_in_and_out(browser):
    assert "Sign in" in browser.ask("/sign-in").text
    reply = browser.sign_in()
    assert (reply.status, reply.header("Location")) == (303, "/sources")
    cookie = reply.header("Set-Cookie")
    assert re.fullmatch(r"session=[0-9a-f]{64}; Path=/; Max-Age=604800; HttpOnly; SameSite=Lax", cookie), cookie
    page = browser.ask("/preferences")
    assert "Administrator" in page.text and page.header("Cache-Control") == "private, no-cache"
    assert browser.ask("/sign-in").status == 303
    old = dict(browser.cookies)
    reply = browser.ask("/sign-out", "POST", {"csrf": browser.token()})
    assert reply.status == 303 and "session" not in browser.cookies
    browser.cookies = old
    assert "Administrator" not in browser.ask("/preferences").text


def test_secure_cookie_on_https(browser):
    reply = browser.sign_in(headers={"Origin": "https://localhost"}, HTTPS="on", REQUEST_SCHEME="https")
    assert reply.status == 303 and reply.header("Set-Cookie").endswith("; Secure")
    assert reply.header("Strict-Transport-Security") == "max-age=31536000"


def test_only_the_hash_of_the_token_is_kept(site, browser, postgres, database):
    browser.sign_in()
    rows = postgres.execute(database, "SELECT token_hash FROM session")
    import hashlib
    token = bytes.fromhex(browser.cookies["session"])
    assert [bytes(r[0]) for r in rows] == [hashlib.sha256(token).digest()]


def test_token_is_new_at_each_sign_in(browser, postgres, database):
    browser.sign_in()
    first = browser.cookies["session"]
    browser.sign_in()
    assert browser.cookies["session"] != first
    assert postgres.execute(database, "SELECT count(*) FROM session") == [(1,)], "the old session must end"
    planted = Browser(browser.socket)
    planted.cookies["session"] = "ab" * 32
    planted.sign_in()
    assert planted.cookies["session"] != "ab" * 32


def test_session_ends_after_its_time(browser, postgres, database):
    browser.sign_in()
    rows = postgres.execute(database, "SELECT expires_at - created_at FROM session")
    assert rows[0][0].total_seconds() == 7 * 86400
    postgres.execute(database, "UPDATE session SET expires_at = now() - interval '1 second'")
    assert "Administrator" not in browser.ask("/preferences").text
    browser.cookies.clear()
    browser.sign_in()
    assert postgres.execute(database, "SELECT count(*) FROM session") == [(1,)], "expired ones are removed"


def test_disabled_account_is_out_at_once(browser, postgres, database):
    browser.sign_in()
    postgres.execute(database, "UPDATE app_user SET disabled = true")
    assert "Administrator" not in browser.ask("/preferences").text
    assert browser.sign_in().status == 422


def test_wrong_password_and_unknown_address_look_alike(browser):
    """That they also cost the same work is counted in test_attack.py."""
    def answer(email, password):
        reply = browser.sign_in(email, password)
        return reply.status, re.sub(r'value="[^"]*"', "", reply.text)
    answer(*ADMIN)
    browser.cookies.clear()
    wrong = [answer(ADMIN[0], f"wrong password {i}") for i in range(2)]
    unknown = [answer(f"nobody{i}@example.org", "wrong password") for i in range(2)]
    assert {a[0] for a in wrong + unknown} == {422}
    assert len({a[1] for a in wrong + unknown}) == 1


def test_address_is_found_however_written(browser):
    assert browser.sign_in("ADMIN@LocalHost").status == 303


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/\\evil.example", "evil", "",
                                  "javascript:alert(1)", "/x\r\nSet-Cookie: a=b"])
def test_sign_in_never_leads_elsewhere(browser, back):
    reply = browser.sign_in(back=back)
    if reply.status == 303:
        assert re.fullmatch(r"/[\w%./-]*", reply.header("Location")) and "evil.example" not in reply.header(
            "Location").split("/")[0:3][-1]
        assert not reply.header("Location").startswith("//")
        assert len(reply.all("Set-Cookie")) == 1
    else:
        assert reply.status == 422


def test_forgery_is_refused(browser):
    browser.sign_in()
    good = browser.token()

    def sign_out(body, headers=None):
        saved = dict(browser.cookies)
        status = browser.ask("/sign-out", "POST", body, headers).status
        browser.cookies = saved
        return status
    assert sign_out({}) == 403
    assert sign_out({"csrf": ""}) == 403
    assert sign_out({"csrf": "0" * 64}) == 403
    assert sign_out({"csrf": good[:-1]}) == 403
    assert sign_out({"csrf": good[:-1] + ("0" if good[-1] != "0" else "1")}) == 403
    assert sign_out({"csrf": good}, {"Origin": "https://evil.example"}) == 403
    assert sign_out({"csrf": good}, {"Origin": None}) == 403
    assert sign_out({"csrf": good}, {"Sec-Fetch-Site": "cross-site"}) == 403
    other = Browser(browser.socket)
    other.sign_in()
    assert sign_out({"csrf": other.token()}) == 403, "the token of another session"
    assert sign_out({"csrf": "0" * 64}, {"X-CSRF-Token": good}) == 303


def test_form_token_differs_on_each_page(browser):
    browser.sign_in()
    assert len({browser.token() for _ in range(3)}) == 3


def test_guest_is_sent_to_sign_in_or_told(browser):
    reply = browser.ask("/sign-out", "POST", {})
    assert reply.status == 401 and "sign in" in reply.text.lower()


@pytest.mark.parametrize("email", [ADMIN[0], "nobody@example.org"])
def test_guessing_for_an_address_is_slowed_down(browser, postgres, database, email):
    """The same for an address that has an account and one that has none, from wherever the guesses come."""
    first = [browser.sign_in(email, f"guess {i:04}", REMOTE_ADDR=f"192.0.2.{i}") for i in range(7)]
    assert [r.status for r in first] == [422] * 5 + [429] * 2
    assert 50 <= int(first[-1].header("Retry-After")) <= 60
    assert "Too many wrong passwords for this address; try again in 1 minute." in first[-1].text
    assert browser.sign_in(email, ADMIN[1]).status == 429, "the right one is not looked at"
    letters = postgres.execute(database, "SELECT payload FROM job WHERE kind = 'account.letter'")
    assert [r[0]["letter"] for r in letters] == ["locked"]
    table = "app_user" if email == ADMIN[0] else "sign_in_stranger"
    waits = []
    for _ in range(8):
        postgres.execute(database, f"UPDATE {table} SET locked_until = now()")
        assert browser.sign_in(email, "guess again").status == 422
        waits.append(int(browser.sign_in(email, "guess again").header("Retry-After")))
    assert [round(w / 60) for w in waits] == [4, 16, 64, 256, 1024, 1440, 1440, 1440]
    postgres.execute(database, f"UPDATE {table} SET locked_until = now() - interval '1 s', "
                               "failed_at = now() - interval '25 hours'")
    assert browser.sign_in(email, "guess again").status == 422
    assert browser.sign_in().status == 303, "wrong ones are forgotten after a day"
    assert postgres.execute(database, "SELECT failed_count FROM app_user") == [(0,)]


def test_many_guesses_at_once_are_not_more(site, postgres, database):
    from concurrent.futures import ThreadPoolExecutor
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda i: Browser(site.socket).sign_in(password=f"guess {i:04}").status, range(16)))
    assert sorted(answers) == [422] * 5 + [429] * 11


def test_calls_of_one_address_are_limited(browser):
    answers = [browser.ask("/sign-in", "POST", {}).status for i in range(1001)]
    assert answers == [422] * 1000 + [429]
    refused = browser.sign_in()
    assert refused.status == 429 and 1 <= int(refused.header("Retry-After")) <= 3600
    assert Browser(browser.socket).sign_in(REMOTE_ADDR="192.0.2.1").status == 303, "others are not held up"
    spoofed = browser.ask("/sign-in", "POST", {}, headers={"X-Forwarded-For": "198.51.100.1"})
    assert spoofed.status == 429, "nobody may name an address"
    v6 = [browser.ask("/register", "POST", {}, REMOTE_ADDR=f"2001:db8::{i}").status for i in range(101)]
    assert v6 == [422] * 100 + [429], "a network of 64 bits is one guest"
    assert browser.sign_in(REMOTE_ADDR="192.0.2.1").status == 303
    again = browser.ask("/register", "POST", {}, REMOTE_ADDR="2001:db8::7")
    assert again.status == 429 and again.header("Retry-After"), "an account brings no tries of its own"


def test_metrics_are_for_operators(browser):
    assert browser.ask("/metrics").status == 200
    outside = {"REMOTE_ADDR": "203.0.113.9"}
    assert browser.ask("/metrics", **outside).status == 403
    assert browser.ask("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status == 403
    browser.sign_in()
    assert browser.ask("/metrics", **outside).status == 200


def test_command_line_keeps_accounts(podium, postgres, database):
    made = podium.cli("init").stdout
    assert "admin@localhost" in made and ADMIN[1] not in made
    assert podium.cli("init").stdout == "there is an admin already\n"
    shown = podium.cli("user", "create", "coach@example.org", "Coach", "coach", text_input="").stdout
    password = re.fullmatch(r"password: ([a-z2-9-]{23})\n", shown).group(1)
    podium.start_web()
    coach = Browser(podium.socket)
    assert coach.sign_in("coach@example.org", password).status == 303
    assert coach.ask("/metrics", REMOTE_ADDR="203.0.113.9").status == 403, "not for this role"
    podium.cli("user", "role", "coach@example.org", "admin")
    assert coach.ask("/metrics", REMOTE_ADDR="203.0.113.9").status == 403, "new rights end sessions"
    coach.sign_in("coach@example.org", password)
    assert coach.ask("/metrics", REMOTE_ADDR="203.0.113.9").status == 200
    assert [coach.sign_in("coach@example.org", "not the password").status for _ in range(6)] == [422] * 5 + [429]
    podium.cli("user", "reset", "coach@example.org", text_input="another password\n")
    assert coach.ask("/metrics", REMOTE_ADDR="203.0.113.9").status == 403, "a new password ends sessions"
    assert coach.sign_in("coach@example.org", "another password").status == 303
    assert podium.cli("user", "create", "Coach@Example.org", "Again", "coach", check=False).returncode == 1
    assert podium.cli("user", "create", "x@example.org", "X", "king", check=False).returncode == 1
    assert podium.cli("user", "reset", "nobody@example.org", check=False).returncode == 1
    short = podium.cli("user", "create", "s@example.org", "S", "member", text_input="short\n", check=False)
    long = podium.cli("user", "create", "l@example.org", "L", "member", text_input="x" * 73 + "\n", check=False)
    assert short.returncode == 1 and "at least 8" in short.stderr
    assert long.returncode == 1 and "at most 72" in long.stderr
    assert "coach@example.org" in podium.cli("user", "list").stdout
    noted = postgres.execute(database, "SELECT action, detail FROM audit WHERE actor_id = 0 AND object ="
                             " (SELECT 'user:' || id FROM app_user WHERE email = 'coach@example.org') ORDER BY id")
    assert noted == [("user.create", {"roles": "coach"}), ("user.role", {"from": "coach", "to": "admin"}),
                     ("user.password", {})]


def test_first_admin_gets_a_password_that_is_shown(folder, postgres, database):
    from lab.podium import Podium
    made = Podium(folder / "q", postgres.conninfo(database, "podium_owner"), ADMIN_PASSWORD="")
    shown = re.search(r"password ([a-z2-9-]{23})$", made.cli("init").stdout, re.M).group(1)
    made.start_web()
    assert Browser(made.socket).sign_in(password=shown).status == 303
    made.stop()
