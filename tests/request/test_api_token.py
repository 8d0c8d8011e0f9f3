"""Tokens that members make by hand: shown once, scoped, revocable, on the page and in the JSON API."""

import hashlib
import re

import pytest

from lab.client import Browser, check_markup
from lab.program import Program, error_of

ANN, BOB = ("ann@example.org", "a password of ann"), ("bob@example.org", "a password of bob")


@pytest.fixture(scope="module")
def site(seeded):
    for email, password in (ANN, BOB):
        seeded.cli("user", "create", email, email[:3].title(), "member", text_input=password + "\n")
    return seeded


@pytest.fixture(scope="module")
def cookies(site):
    made = Browser(site.socket)
    assert made.sign_in(*ANN).status == 303
    return made.cookies


@pytest.fixture()
def browser(site, cookies):
    made = Browser(site.socket)
    made.cookies = dict(cookies)
    site.execute("DELETE FROM rate_window")
    site.execute("DELETE FROM api_token")
    return made


def make(browser, name="a script", scopes=("profile:read",), days="90"):
    body = "&".join([f"csrf={browser.token('/settings/tokens')}", f"name={name}", f"days={days}"]
                    + [f"scopes={s}" for s in scopes])
    return browser.ask("/settings/tokens", "POST", body.encode(),
                       headers={"Content-Type": "application/x-www-form-urlencoded"})


def shown(reply):
    return re.search(r"podium_[\w-]{43}", reply.text).group(0)


def test_made_shown_once_used_and_revoked(site, browser):
    empty = browser.ask("/settings/tokens")
    check_markup(empty.text)
    assert "podium_" not in empty.text
    reply = make(browser)
    check_markup(reply.text)
    assert reply.status == 200 and reply.header("Cache-Control") == "no-store"
    token = shown(reply)
    page = browser.ask("/settings/tokens")
    check_markup(page.text)
    assert "podium_" not in page.text and "not used yet" in page.text and "profile:read" in page.text
    ((hash_, scopes),) = site.execute("SELECT token_hash, scopes FROM api_token")
    assert bytes(hash_) == hashlib.sha256(token.encode()).digest() and scopes == 1
    program = Program(site.socket, token=token)
    assert program.ask("/api/v1/users/profile").json()["email"] == ANN[0]
    assert "last used" in browser.ask("/settings/tokens").text
    # POST /settings/tokens/7/revoke
    action = re.search(r'action="(/settings/tokens/\d+/revoke)"', page.text).group(1)
    reply = browser.ask(action, "POST", {"csrf": browser.token()})
    assert (reply.status, reply.header("Location")) == (303, "/settings/tokens?done=revoked")
    assert "is revoked" in browser.ask("/settings/tokens?done=revoked").text
    assert program.ask("/api/v1/users/profile").status == 401
    assert browser.ask(action, "POST", {"csrf": browser.token()}).status == 404
    actions = [r[0] for r in site.execute("SELECT action FROM audit ORDER BY id DESC LIMIT 2")]
    assert actions == ["token.revoke", "token.make"]


@pytest.mark.parametrize("change", [
    "UPDATE api_token SET expires_at = now() - interval '1 second'",
    "UPDATE app_user SET disabled = true WHERE email = 'ann@example.org'",
    "DELETE FROM api_token"])
def test_what_is_over_is_over(site, browser, change):
    program = Program(site.socket, token=shown(make(browser)))
    assert program.ask("/api/v1/users/profile").status == 200
    site.execute(change)
    assert error_of(program.ask("/api/v1/users/profile")) == (401, "sign_in", None)
    site.execute("UPDATE app_user SET disabled = false")


def test_scopes(site, browser):
    """Each opens its own routes; what names no scope is closed to all of them."""
    tokens = {s: shown(make(browser, s, (s,))) for s in ("profile:read", "profile:write", "users:read")}
    opens = {"profile:read": ("/api/v1/users/profile", "GET", None),
             "profile:write": ("/api/v1/users/profile", "PUT", {"bio": "by a script"}),
             "users:read": ("/api/v1/users/search?q=ann", "GET", None)}
    for held, token in tokens.items():
        program = Program(site.socket, token=token)
        for wanted, (uri, method, body) in opens.items():
            reply = program.ask(uri, method, body)
            if wanted == held:
                assert reply.status == 200, (held, wanted)
            else:
                assert error_of(reply) == (403, "forbidden", None) and wanted in reply.json()["error"]["message"]
        for uri, method, body in (
                ("/api/v1/users/tokens", "GET", None),
                ("/api/v1/users/tokens", "POST", {"name": "child", "scopes": ["profile:read"], "days": 0}),
                ("/api/v1/users/tokens/1", "DELETE", None)):
            assert error_of(program.ask(uri, method, body)) == (403, "forbidden", None)
        assert program.ask("/settings/tokens").status == 303, "no page"


@pytest.mark.parametrize("name, scopes, days", [
    ("", ("profile:read",), "90"), ("x" * 81, ("profile:read",), "90"), ("x", (), "90"), ("x", ("admin",), "90"),
    ("x", ("profile:read", "everything"), "90"), ("x", ("profile:read",), "-1"), ("x", ("profile:read",), "400"),
    ("x", ("profile:read",), "soon"), ("x%0ay", ("profile:read",), "90")])
def test_refused_forms(site, browser, name, scopes, days):
    reply = make(browser, name, scopes, days)
    assert reply.status == 422
    check_markup(reply.text)
    assert site.execute("SELECT count(*) FROM api_token") == [(0,)]


def test_no_more_than_twenty(site, browser):
    site.execute("INSERT INTO api_token (user_id, name, token_hash, scopes) SELECT id, 'n', sha256(n::text::bytea), 1 "
                 "FROM app_user, generate_series(1, 20) n WHERE email = 'ann@example.org'")
    reply = make(browser)
    assert reply.status == 409 and "20 tokens already" in reply.text
    check_markup(reply.text)


def test_by_the_api(site, browser):
    program = Program(site.socket)
    program.login(*ANN)
    made = program.ask("/api/v1/users/tokens", "POST", {"name": "ci", "scopes": ["users:read", "profile:read"], "days": 7})
    assert made.status == 201
    answer = made.json()
    listed = program.ask("/api/v1/users/tokens").json()["tokens"]
    assert [(t["id"], t["name"], t["scopes"]) for t in listed] == [(answer["id"], "ci", ["profile:read", "users:read"])]
    assert "token" not in listed[0] and listed[0]["last_used"] is None
    other = Program(site.socket)
    other.login(*BOB)
    assert other.ask("/api/v1/users/tokens").json() == {"tokens": []}
    assert error_of(other.ask(f"/api/v1/users/tokens/{answer['id']}", "DELETE")) == (404, "not_found", None)
    assert Program(site.socket, token=answer["token"]).ask("/api/v1/users/profile").status == 200
    assert program.ask(f"/api/v1/users/tokens/{answer['id']}", "DELETE").json() == {"tokens": []}
    assert Program(site.socket, token=answer["token"]).ask("/api/v1/users/profile").status == 401
    for body, field in (({"name": "x", "scopes": [], "days": 0}, "scopes"), ({"name": "x", "scopes": ["a"], "days": 0}, "scopes"),
                        ({"scopes": ["users:read"], "days": 0}, "name"), ({"name": "x", "scopes": ["users:read"]}, "days"),
                        ({"name": "x", "scopes": ["users:read"], "days": 0, "user_id": 1}, "user_id")):
        assert error_of(program.ask("/api/v1/users/tokens", "POST", body)) == (422, "invalid", field)


def test_a_name_is_shown_as_text(browser):
    reply = make(browser, "%3Cscript%3Ealert(1)%3C/script%3E")
    assert reply.status == 200 and "<script>alert" not in reply.text
    check_markup(browser.ask("/settings/tokens").text)
