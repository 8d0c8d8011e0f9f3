"""Signing in with Google, linking and unlinking, against the stand-in for Google."""

import hashlib
import html
import os
import pathlib
import re
import tempfile
import time
import urllib.parse

import pytest

from lab import google as lab
from lab import totp
from lab.client import Browser, check_markup, session_of
from lab.podium import Podium

ALICE = "alice@example.com"


class Site:
    """An installation that signs people in through the stand-in."""

    def __init__(self, folder, postgres):
        self.google = lab.start(folder)
        self.postgres = postgres
        self.name = postgres.create_database("podium_template", "podium_owner")
        self.podium = Podium(folder / "p", postgres.conninfo(self.name, "podium_web"), **self.google.config())
        owner = Podium(folder / "o", postgres.conninfo(self.name, "podium_owner"))
        owner.cli("init")
        self.podium.start_web()

    def execute(self, sql, *arguments):
        return self.postgres.execute(self.name, sql, *arguments)

    def account(self, email, verified=True, password=None):
        """A member, entered by a password or not; gives the id."""
        row, = self.execute(
            "INSERT INTO app_user (email, name, password_hash, email_verified_at) VALUES (%s, %s, %s, %s) RETURNING id",
            email, "Somebody", password, "2026-01-01" if verified else None)
        return row[0]

    def browser(self):
        return Browser(self.podium.socket)

    def stop(self):
        self.podium.stop()
        self.google.outside.stop()
        self.postgres.drop_database(self.name)


@pytest.fixture(scope="module")
def module_site(postgres, lab_folder):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="", dir=lab_folder))
    os.chmod(folder, 0o711)
    made = Site(folder, postgres)
    yield made
    made.stop()


@pytest.fixture()
def site(module_site):
    module_site.google.reset()
    module_site.execute("DELETE FROM app_user WHERE email ILIKE '%%example.com' OR email LIKE '%%@example.org'")
    module_site.execute("TRUNCATE oauth_state, rate_window, cache")
    time.sleep(1.05)  # a process believes its own memory of the cache for a second
    return module_site


@pytest.fixture()
def browser(site):
    return site.browser()


def leave(browser, path="/auth/google/start", **form):
    reply = browser.ask(path, "POST", {"back": "/preferences", **form})
    assert reply.status == 200 and "Continue to Google" in reply.text, reply.text
    wait, _, address = reply.header("Refresh").partition("; url=")
    assert wait == "0" and html.escape(address) in reply.text
    return address


def go(site, browser, email=ALICE, path="/auth/google/start", consent=None, **form):
    """The whole way to Google and back."""
    back = site.google.consent(leave(browser, path, **form), email, **(consent or {}))
    return browser.ask(back[len("http://localhost"):])


def member(site, email="mia@example.org", **more):
    """A browser that is signed in as a new member; a session is made as signing in makes it."""
    user = site.account(email, **more)
    made = site.browser()
    made.cookies["session"] = session_of(site.execute, user)
    return user, made


def test_what_leaves(site, browser):
    check_markup(browser.ask("/auth/google/start", "POST", {}).text)
    address = leave(browser)
    url = urllib.parse.urlsplit(address)
    asked = dict(urllib.parse.parse_qsl(url.query))
    assert address.startswith(site.google.config()["GOOGLE_AUTH_URL"] + "?")
    assert asked["scope"] == "openid email profile" and asked["response_type"] == "code"
    assert asked["code_challenge_method"] == "S256" and len(asked["code_challenge"]) == 43
    assert len(asked["state"]) == 43 and len(asked["nonce"]) == 43 and "access_type" not in asked
    assert leave(browser) != address
    stored, = site.execute("SELECT state_hash, cookie_hash, purpose, user_id, back FROM oauth_state LIMIT 1")
    kept = b"".join(bytes(x) for x in stored[:2]).hex()
    for secret in (asked["state"], asked["nonce"], browser.cookies["oauth"]):
        assert secret not in str(stored) and secret.encode().hex() not in kept


def test_cookie_of_a_visit(browser):
    reply = browser.ask("/auth/google/start", "POST", {})
    cookie = [c for c in reply.all("Set-Cookie") if c.startswith("oauth=")][0]
    assert re.fullmatch(r"oauth=[\w-]{43}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax", cookie), cookie


def test_sign_up_and_in_again(site, browser):
    reply = go(site, browser)
    assert (reply.status, reply.header("Location")) == (303, "/preferences"), reply.text
    assert "oauth" not in browser.cookies and "Alice Example" in browser.ask("/preferences").text
    row, = site.execute("SELECT name, email_verified_at IS NOT NULL, password_hash, roles FROM app_user WHERE email = %s",
                        ALICE)
    assert row == ("Alice Example", True, None, 1)
    again = site.browser()
    assert go(site, again).status == 303
    assert site.execute("SELECT count(*) FROM app_user WHERE email = %s", ALICE) == [(1,)]
    actions = [r[0] for r in site.execute("SELECT action FROM audit ORDER BY id")]
    assert actions[-2:] == ["user.register", "identity.link"]


def test_google_alone_does_not_pass_the_second_step(site, browser):
    go(site, browser)
    _, codes = totp.switch_on(browser, "")
    fresh = site.browser()
    reply = go(site, fresh)
    assert (reply.status, reply.header("Location")) == (303, "/sign-in/code?back=%2Fpreferences")
    assert "session" not in fresh.cookies and fresh.ask("/settings/profile").status == 303
    reply = fresh.ask("/sign-in/code", "POST", {"code": codes[0], "back": "/preferences"})
    assert (reply.status, reply.header("Location")) == (303, "/preferences") and "session" in fresh.cookies


def test_address_may_change_at_google(site, browser):
    go(site, browser)
    site.google.settings(id_token={"email": "alice@new.example.com"})
    assert go(site, site.browser()).status == 303
    assert site.execute("SELECT count(*) FROM identity") == [(1,)]
    assert site.execute("SELECT email FROM identity") == [("alice@new.example.com",)]


def test_linked_only_when_both_sides_confirmed_the_address(site, browser):
    user = site.account("Alice@Example.com")
    assert go(site, browser).status == 303
    assert site.execute("SELECT user_id FROM identity") == [(user,)]

    site.execute("DELETE FROM identity")
    site.account("carol@example.com")
    reply = go(site, site.browser(), "carol@example.com")
    assert reply.status == 400 and "Google has not confirmed" in reply.text
    assert site.execute("SELECT count(*) FROM identity") == [(0,)]
    check_markup(reply.text)


def test_a_registration_that_nobody_confirmed_gives_way_to_the_owner(site, browser):
    """Whoever registered with the address before: neither his password nor his links lead into the account."""
    stranger = site.browser()
    password = "the trap of a stranger"
    assert stranger.ask("/register", "POST", {"email": "ALICE@example.com", "name": "Mallory",
                                              "password": password}).status == 303
    user, = site.execute("SELECT id FROM app_user WHERE lower(email) = %s", ALICE)[0]
    for purpose in ("verify", "reset"):
        site.execute("INSERT INTO email_token (token_hash, user_id, purpose, email, expires_at) VALUES"
                     " (%s, %s, %s, %s, now() + '15 min')", hashlib.sha256(purpose.encode()).digest(), user, purpose, ALICE)

    assert go(site, browser).status == 303
    assert browser.ask("/settings/accounts").status == 200
    assert site.execute("SELECT id, email, name, password_hash, email_verified_at IS NOT NULL FROM app_user"
                        " WHERE lower(email) = %s", ALICE) == [(user, ALICE, "Alice Example", None, True)]
    assert site.execute("SELECT user_id FROM identity") == [(user,)]
    assert not site.execute("SELECT 1 FROM registration WHERE user_id = %s", user)
    assert not site.execute("SELECT 1 FROM email_token WHERE user_id = %s", user)
    assert stranger.sign_in(ALICE, password).status == 422 and "session" not in stranger.cookies

    site.execute("DELETE FROM identity")
    site.execute("UPDATE app_user SET email_verified_at = NULL, disabled = true WHERE id = %s", user)
    assert go(site, site.browser()).status == 403, "what an admin has closed stays closed"


def test_no_account_from_an_unconfirmed_address(site, browser):
    assert go(site, browser, "carol@example.com").status == 400
    assert site.execute("SELECT count(*) FROM app_user WHERE email = 'carol@example.com'") == [(0,)]


def test_an_address_that_the_database_takes_for_anothers(site, browser):
    """A ligature is the same as its letters when accounts are compared, and a mailbox of its own elsewhere."""
    site.account("finn@example.com")
    reply = go(site, browser, "\ufb01nn@example.com")
    assert reply.status == 400 and "not one that accounts have here" in reply.text
    assert site.execute("SELECT count(*) FROM identity") == [(0,)]


def test_closed_account_stays_closed(site, browser):
    go(site, browser)
    site.execute("UPDATE app_user SET disabled = true WHERE email = %s", ALICE)
    reply = go(site, site.browser())
    assert reply.status == 403 and "closed" in reply.text


def callback(site, browser, **change):
    back = site.google.consent(leave(browser), ALICE)
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))
    query.update(change)
    return "/auth/google/callback?" + urllib.parse.urlencode({k: v for k, v in query.items() if v is not None})


@pytest.mark.parametrize("change", [
    {"state": None}, {"state": ""}, {"state": "x" * 43}, {"state": "'--"}, {"code": None}, {"code": ""},
    {"code": "4/0Aforged"}, {"code": "x" * 5000}])
def test_forged_return(site, browser, change):
    reply = browser.ask(callback(site, browser, **change))
    assert reply.status == 400 and "session" not in browser.cookies, reply.text
    check_markup(reply.text)


def test_state_is_good_once(site, browser):
    where = callback(site, browser)
    cookie = browser.cookies["oauth"]
    assert browser.ask(where).status == 303
    other = site.browser()
    other.cookies["oauth"] = cookie
    assert other.ask(where).status == 400 and "session" not in other.cookies
    assert site.execute("SELECT count(*) FROM oauth_state") == [(0,)]


def test_state_of_another_browser(site, browser):
    where = callback(site, browser)
    victim = site.browser()
    assert victim.ask(where).status == 400, "without a cookie"
    where = callback(site, browser)
    leave(victim)
    assert victim.ask(where).status == 400, "with the cookie of his own visit"
    assert "session" not in victim.cookies
    assert browser.ask(where).status == 400, "the state is used up"


def test_state_ends(site, browser):
    where = callback(site, browser)
    site.execute("UPDATE oauth_state SET expires_at = now() - interval '1 s'")
    assert browser.ask(where).status == 400
    callback(site, browser)
    site.execute("UPDATE oauth_state SET expires_at = now() - interval '1 s'")
    leave(browser)
    assert site.execute("SELECT count(*) FROM oauth_state") == [(1,)], "old ones are removed"


def test_permission_not_given(site, browser):
    reply = go(site, browser, consent={"deny": True})
    assert reply.status == 403 and "did not give the permission" in reply.text
    assert "session" not in browser.cookies


@pytest.mark.parametrize("odd", [
    {"aud": "somebody-else"}, {"iss": "https://accounts.example.com"}, {"nonce": "n" * 43}, {"nonce": None},
    {"alg": "none"}, {"alg": "HS256"}, {"exp_s": -301}, {"sub": None}, {"sub": ""}, {"kid": "unknown"},
    {"azp": "somebody-else"}, {"iat": 4102444800}, {"exp": None}, {"email": "a\nb@example.com"}])
def test_id_token_that_is_not_right(site, browser, odd):
    site.google.settings(id_token=odd)
    reply = go(site, browser)
    assert reply.status == 400 and "cannot be believed" in reply.text, reply.text
    assert "session" not in browser.cookies
    assert site.execute("SELECT count(*) FROM identity") == [(0,)]


@pytest.mark.parametrize("skew", [-290, 290])
def test_clocks_five_minutes_apart(site, browser, skew):
    site.google.settings(skew_s=skew, id_token={"exp_s": 60})
    assert go(site, browser).status == 303


def test_keys_are_kept_and_fetched_again_when_they_change(site, browser):
    assert go(site, browser).status == 303
    assert go(site, site.browser()).status == 303
    assert site.google.counts()["certs"] == 1
    site.google.act("rotate_keys")
    site.execute("DELETE FROM cache WHERE key LIKE '%%asked'")
    time.sleep(1.05)
    assert go(site, site.browser()).status == 303
    assert site.google.counts()["certs"] == 2
    site.google.settings(id_token={"kid": "forged"})
    for _ in range(3):
        assert go(site, site.browser()).status == 400
    assert site.google.counts()["certs"] == 2, "a forger does not make us ask Google each time"


@pytest.mark.parametrize("rule,status", [
    ({"status": 400, "body": '{"error": "invalid_grant"}'}, 400),
    ({"status": 401, "body": '{"error": "invalid_client"}'}, 503),
    ({"status": 500}, 503), ({"status": 429}, 503), ({"status": 200, "body": "<html>"}, 503),
    ({"status": 200, "body": "{}"}, 503), ({"cut": True}, 503), ({"reset": True}, 503)])
def test_token_endpoint_fails(site, browser, rule, status):
    site.google.fault("token.code", **rule)
    reply = go(site, browser)
    assert reply.status == status and "Google" in reply.text
    if not rule.get("reset"):  # a kept connection that was reset is tried anew once
        assert site.google.counts()["token.code"] == 1, "a code is sent once"
    site.google.calm()
    assert go(site, browser).status == 303


def test_keys_cannot_be_had(site, browser):
    site.google.fault("certs", status=500)
    reply = go(site, browser)
    assert reply.status == 503 and int(reply.header("Retry-After")) > 0
    site.google.calm()
    assert go(site, browser).status == 303


def test_back_stays_on_this_site(site, browser):
    for back in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nX: y"):
        reply = go(site, site.browser(), back=back)
        assert reply.header("Location") == "/dashboard", back
        site.execute("TRUNCATE rate_window")


def test_other_sites_cannot_send_members_away(site, browser):
    for headers in ({"Origin": "https://evil.example"}, {"Origin": None}):
        assert browser.ask("/auth/google/start", "POST", {}, headers=headers).status == 403
    assert browser.ask("/auth/google/start").status == 405
    _, mia = member(site)
    for path in ("/settings/accounts/google", "/settings/accounts/google/remove"):
        assert mia.ask(path, "POST", {}).status == 403, path
        assert site.browser().ask(path, "POST", {}).status in (401, 403, 303), path


def test_link_and_unlink(site):
    user, mia = member(site, password="$2b$04$abcdefghijklmnopqrstuuJ")
    page = mia.ask("/settings/accounts")
    assert page.status == 200 and "Not connected" in page.text
    check_markup(page.text)
    reply = go(site, mia, path="/settings/accounts/google", csrf=mia.token())
    assert reply.header("Location") == "/settings/accounts?done=linked", reply.text
    page = mia.ask("/settings/accounts?done=linked")
    assert ALICE in page.text and "Google is connected" in page.text
    check_markup(page.text)
    assert site.execute("SELECT user_id FROM identity") == [(user,)]
    other = site.browser()
    assert go(site, other).status == 303 and "Somebody" in other.ask("/preferences").text
    reply = mia.ask("/settings/accounts/google/remove", "POST", {"csrf": mia.token()})
    assert reply.header("Location") == "/settings/accounts?done=removed"
    assert site.execute("SELECT count(*) FROM identity") == [(0,)]
    actions = [r[0] for r in site.execute("SELECT action FROM audit ORDER BY id")]
    assert actions[-2:] == ["identity.link", "identity.unlink"]


def test_unlinking_never_locks_out(site, browser):
    go(site, browser)
    page = browser.ask("/settings/accounts")
    assert "only way in" in page.text and "google/remove" not in page.text
    check_markup(page.text)
    reply = browser.ask("/settings/accounts/google/remove", "POST", {"csrf": browser.token()})
    assert reply.status == 409 and "choose a password first" in reply.text
    assert site.execute("SELECT count(*) FROM identity") == [(1,)]


def test_one_google_account_for_one_member(site):
    _, mia = member(site)
    _, tom = member(site, "tom@example.org")
    assert go(site, mia, path="/settings/accounts/google", csrf=mia.token()).status == 303
    reply = go(site, tom, path="/settings/accounts/google", csrf=tom.token())
    assert reply.status == 409
    reply = go(site, mia, "bob@example.com", path="/settings/accounts/google", csrf=mia.token())
    assert reply.status == 409
    assert site.execute("SELECT count(*) FROM identity") == [(1,)]


def test_linking_wants_confirmed_addresses(site):
    _, mia = member(site, verified=False)
    assert "Confirm the address" in mia.ask("/settings/accounts").text
    reply = go(site, mia, path="/settings/accounts/google", csrf=mia.token())
    assert reply.status == 403 and "confirm the address" in reply.text
    _, tom = member(site, "tom@example.org")
    assert go(site, tom, "carol@example.com", path="/settings/accounts/google", csrf=tom.token()).status == 400


def test_linking_ends_where_it_began(site):
    _, mia = member(site)
    _, tom = member(site, "tom@example.org")
    back = site.google.consent(leave(mia, "/settings/accounts/google", csrf=mia.token()), ALICE)
    tom.cookies["oauth"] = mia.cookies["oauth"]
    assert tom.ask(back[len("http://localhost"):]).status == 400
    assert site.execute("SELECT count(*) FROM identity") == [(0,)]


def test_button_only_where_it_leads_somewhere(site, browser, podium):
    page = browser.ask("/sign-in")
    assert "Continue with Google" in page.text
    check_markup(page.text)
    podium.start_web()
    plain = Browser(podium.socket)
    page = plain.ask("/sign-in")
    assert "Google" not in page.text
    assert plain.ask("/auth/google/start", "POST", {}).status == 404
    assert plain.ask("/auth/google/callback").status == 404


def test_no_secret_in_the_log(site, browser):
    where = callback(site, browser)
    browser.ask(where)
    log = site.podium.processes[0].log()
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(where).query))
    assert "ya29." not in log and "GOCSPX" not in log
    assert asked["code"] not in log and asked["state"] not in log


def test_too_often(site, browser):
    """A visit may become an account: it counts as a registration and as a sign-in."""
    said = [browser.ask("/auth/google/start", "POST", {}) for _ in range(101)]
    assert [r.status for r in said] == [200] * 100 + [429] and int(said[100].header("Retry-After")) in range(1, 61)
    body = {"email": "x@example.org", "name": "X", "password": "tangled-kite-41"}
    assert browser.ask("/register", "POST", body).status == 429, "the same hundred"
    counted = site.execute("SELECT key, cardinality(calls) FROM rate_window")
    assert {k.split(":")[1]: n for k, n in counted} == {"sign-in": 101, "register": 100}
    site.execute("DELETE FROM rate_window WHERE key LIKE 'rate:register:%%'")
    site.execute("UPDATE rate_window SET calls = array_fill(calls[cardinality(calls)], ARRAY[1000])")
    assert browser.ask("/auth/google/start", "POST", {}).status == 429
    assert browser.sign_in("x@example.org", "tangled-kite-41").status == 429
