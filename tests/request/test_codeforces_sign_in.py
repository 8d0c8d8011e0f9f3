"""A handle proved by signing in at Codeforces, against the stand-in: the whole way, and all that can be wrong with it."""

import html
import os
import pathlib
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request

import pytest

from lab.client import Browser, check_markup, session_of
from lab.google import NoRedirect
from lab.outside import Outside
from lab.podium import Podium
from lab.process import TOP, wait_until

sys.path.insert(0, str(TOP / "tests"))
from outside import openid  # noqa: E402

BEGIN = "/settings/codeforces/sign-in"
BACK = "/auth/codeforces/callback"
SITE = "http://localhost"


class Site:
    def __init__(self, folder, postgres):
        self.outside = Outside(folder).start()
        self.postgres = postgres
        self.name = postgres.create_database("podium_template", "podium_owner")
        Podium(folder / "o", postgres.conninfo(self.name, "podium_owner")).cli("init")
        self.podium = Podium(
            folder / "p", postgres.conninfo(self.name, "podium_web"), CODEFORCES_INTERVAL_MS=1,
            CODEFORCES_CLIENT_ID=openid.CLIENT_ID, CODEFORCES_CLIENT_SECRET=openid.CLIENT_SECRET,
            CODEFORCES_REDIRECT_URL=SITE + BACK, **self.outside.urls())
        self.podium.start_web()

    def execute(self, sql, *arguments):
        return self.postgres.execute(self.name, sql, *arguments)

    def member(self, name):
        """An account, and a browser that is signed in to it."""
        user, = self.execute("INSERT INTO app_user (email, name, email_verified_at) VALUES (%s, %s, now()) RETURNING id",
                             f"{name}@claims.example", name.title())[0]
        made = Browser(self.podium.socket)
        made.cookies["session"] = session_of(self.execute, user)
        return user, made

    def wrong(self, **ordered):
        self.outside.ask("POST", "/codeforces/_openid", ordered)

    def proved(self, user):
        return self.execute("SELECT handle FROM member WHERE user_id = %s AND proved_at IS NOT NULL", user)

    def stop(self):
        self.podium.stop()
        self.outside.stop()
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
    module_site.outside.ask("DELETE", "/codeforces/_state")
    module_site.outside.calm()
    module_site.execute("DELETE FROM member")
    module_site.execute("DELETE FROM app_user WHERE email LIKE '%%@claims.example'")
    module_site.execute("TRUNCATE oauth_state, rate_window, bucket")
    module_site.execute("DELETE FROM cache")
    return module_site


def leave(browser):
    reply = browser.ask(BEGIN, "POST", {"csrf": browser.token()})
    assert reply.status == 200 and "Continue to Codeforces" in reply.text, reply.text
    check_markup(reply.text)
    wait, _, address = reply.header("Refresh").partition("; url=")
    assert wait == "0" and html.escape(address) in reply.text
    return address


def consent(address, handle):
    """What somebody does at Codeforces' page; gives the way back."""
    try:
        urllib.request.build_opener(NoRedirect).open(f"{address}&as={handle}", timeout=10)
    except urllib.error.HTTPError as answer:
        assert answer.code == 302
        return answer.headers["Location"][len(SITE):]
    raise AssertionError("Codeforces did not send the person back")


def go(browser, handle="Ann_cf"):
    return browser.ask(consent(leave(browser), handle))


def test_the_whole_way(site):
    user, browser = site.member("ann")
    assert "Sign in at Codeforces" in browser.ask("/settings/codeforces").text
    address = leave(browser)
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
    assert address.startswith(site.outside.base + "/codeforces/oauth/authorize?")
    assert (asked["response_type"], asked["scope"], asked["code_challenge_method"]) == ("code", "openid", "S256")
    assert len(asked["state"]) == len(asked["nonce"]) == len(asked["code_challenge"]) == 43
    reply = browser.ask(consent(address, "Ann_cf"))
    assert reply.status == 303 and reply.header("Location") == "/settings/codeforces?done=proved"
    page = browser.ask(reply.header("Location"))
    check_markup(page.text)
    assert "The handle is yours." in page.text and "<b>Ann_cf</b>" in page.text and site.proved(user) == [("Ann_cf",)]
    assert site.execute("SELECT count(*) FROM oauth_state") == [(0,)]
    assert [e["path"] for e in site.outside.log("codeforces")].count("/.well-known/openid-configuration") == 1
    assert go(browser, "ann_new").status == 303 and site.proved(user) == [("ann_new",)]
    assert [e["path"] for e in site.outside.log("codeforces")].count("/.well-known/openid-configuration") == 1, "kept for a day"


def test_what_a_coach_had_followed_becomes_ones_own(site):
    user, browser = site.member("ann")
    followed, = site.execute("INSERT INTO member (name, handle, rating) VALUES ('Ann', 'ANN_CF', 1500) RETURNING id")[0]
    site.execute("INSERT INTO handle_claim (user_id, handle, way, problem, token, expires_at) VALUES (%s, 'ann_cf', 'compile', '4/A',"
                 " '', now() + interval '1 minute')", user)
    assert go(browser).status == 303
    assert site.execute("SELECT id, handle, rating FROM member WHERE user_id = %s", user) == [(followed, "Ann_cf", 1500)]
    assert site.execute("SELECT count(*) FROM handle_claim") == [(0,)]


def test_a_handle_that_another_account_has_proved(site):
    _, first = site.member("ann")
    user, second = site.member("bob")
    assert go(first).status == 303
    reply = go(second)
    check_markup(reply.text)
    assert reply.status == 409 and "another account here has proved this handle" in reply.text.lower() and site.proved(user) == []


@pytest.mark.parametrize("ordered, status", [
    ({"claims": {"aud": "somebody else"}}, 400), ({"claims": {"iss": "https://codeforces.example"}}, 400),
    ({"claims": {"exp": 1}}, 400), ({"claims": {"iat": 9999999999}}, 400), ({"claims": {"nonce": "another"}}, 400),
    ({"claims": {"handle": None}}, 400), ({"claims": {"handle": "no handle"}}, 400), ({"claims": {"handle": 7}}, 400),
    ({"secret": "not ours"}, 400), ({"alg": "none"}, 400), ({"alg": "RS256"}, 400),
    ({"status": 503}, 503), ({"status": 200, "body": "<html>"}, 503), ({"status": 200}, 503),
    ({"status": 400, "body": '{"error": "invalid_grant"}'}, 400), ({"status": 400, "body": '{"error": "invalid_client"}'}, 503)])
def test_what_is_not_believed(site, ordered, status):
    user, browser = site.member("ann")
    back = consent(leave(browser), "Ann_cf")
    site.wrong(**ordered)
    reply = browser.ask(back)
    check_markup(reply.text)
    assert reply.status == status and 'role="alert"' in reply.text and site.proved(user) == []
    assert "Back to your handle" in reply.text


def test_a_token_without_a_nonce_is_bound_by_its_code(site):
    user, browser = site.member("ann")
    site.wrong(claims={"nonce": None})
    assert go(browser).status == 303 and site.proved(user) == [("Ann_cf",)]


@pytest.mark.parametrize("provider", [
    {"issuer": "https://codeforces.example"}, {"token_endpoint": "https://thief.example/token"}, {"authorization_endpoint": None},
    {"id_token_signing_alg_values_supported": ["none"]}])
def test_a_provider_that_is_not_the_known_one(site, provider):
    _, browser = site.member("ann")
    site.wrong(provider=provider)
    replies = []

    def refused():
        """A process may remember the right one for a moment."""
        site.execute("TRUNCATE oauth_state, rate_window")
        replies.append(browser.ask(BEGIN, "POST", {"csrf": browser.token()}))
        return replies[-1].status == 503
    wait_until(refused, 10, "a refusal")
    assert "not understood" in replies[-1].text and site.execute("SELECT count(*) FROM oauth_state") == [(0,)]


def test_only_the_browser_and_the_account_that_began_come_back_once(site):
    user, browser = site.member("ann")
    other, stranger = site.member("bob")
    back = consent(leave(browser), "Ann_cf")
    assert stranger.ask(back).status == 400 and browser.ask(back).status == 400, "a state is used up by whoever brings it"
    back = consent(leave(browser), "Ann_cf")
    taken = Browser(site.podium.socket)
    taken.cookies = {**stranger.cookies, "oauth": browser.cookies["oauth"]}
    assert taken.ask(back).status == 400 and site.proved(other) == []
    back = consent(leave(browser), "Ann_cf")
    assert browser.ask(back).status == 303 and browser.ask(back).status == 400, "replayed"
    assert site.proved(user) == [("Ann_cf",)]
    for query in ("", "?code=x", "?state=x&code=x", "?error=access_denied"):
        assert browser.ask(BACK + query).status == 400, query
    refused = browser.ask(consent(leave(browser), ""))
    assert refused.status == 403 and "did not give the permission" in refused.text
    assert browser.ask(BEGIN, "POST", {"csrf": "x"}).status == 403 and Browser(site.podium.socket).ask(BEGIN, "POST", {}).status in (303, 401, 403)


def test_hidden_where_it_is_not_configured(seeded, signed_in):
    browser = Browser(seeded.socket)
    browser.cookies = dict(signed_in["member"])
    assert "Sign in at Codeforces" not in browser.ask("/settings/codeforces").text
    assert browser.ask(BEGIN, "POST", {"csrf": browser.token()}).status == browser.ask(BACK).status == 404
