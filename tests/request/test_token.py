"""Access and refresh tokens of programs: signing in, rotation, theft, lost answers, revocation, replay and forgery."""

import base64
import concurrent.futures
import json

import pytest

from lab import totp
from lab.client import Browser
from lab.program import Program, claims_of, error_of

MAX = ("max@example.org", "a password of max")


@pytest.fixture(scope="module")
def site(seeded):
    seeded.cli("user", "create", MAX[0], "Max", "member", text_input=MAX[1] + "\n")
    return seeded


@pytest.fixture()
def program(site):
    site.execute("DELETE FROM rate_window")
    return Program(site.socket)


def profile(program, token):
    return program.ask("/api/v1/users/profile", headers={"Authorization": f"Bearer {token}"})


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_sign_in_gives_a_pair(site, program):
    answer = program.login(*MAX)
    assert set(answer) == {"access_token", "token_type", "expires_in", "refresh_token", "refresh_expires_in"}
    assert (answer["token_type"], answer["expires_in"], answer["refresh_expires_in"]) == ("Bearer", 3600, 86400)
    claims = claims_of(answer["access_token"])
    assert claims["exp"] - claims["iat"] == 3600 and claims["iss"] == "http://localhost"
    reply = program.ask("/api/v1/users/profile")
    assert reply.status == 200 and reply.json()["email"] == MAX[0]
    assert reply.header("Set-Cookie") is None and reply.header("Cache-Control") == "no-store"
    # a stolen database has no token that could be used
    for table in ("refresh_token", "refresh_family", "signing_key"):
        dump = str(site.execute(f"SELECT * FROM {table}"))
        assert answer["refresh_token"] not in dump and answer["access_token"] not in dump


def test_wrong_password_and_unknown_address_are_the_same(program):
    replies = [program.ask("/api/v1/auth/login", "POST", {"email": e, "password": p})
               for e, p in ((MAX[0], "another password"), ("nobody@example.org", MAX[1]))]
    assert [error_of(r) for r in replies] == [(401, "sign_in", None)] * 2
    assert len({r.json()["error"]["message"] for r in replies}) == 1


def test_published_keys_check_the_token(site, program):
    token = program.login(*MAX)["access_token"]
    reply = Program(site.socket).ask("/.well-known/jwks.json")
    keys = reply.json()["keys"]
    head = json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))
    assert head == {"alg": "RS256", "typ": "at+jwt", "kid": head["kid"]}
    key = {k["kid"]: k for k in keys}[head["kid"]]
    assert set(key) == {"kty", "use", "alg", "kid", "n", "e"}, "nothing private is published"
    def number(text): return int.from_bytes(base64.urlsafe_b64decode(text + "=="), "big")
    signature = pow(number(token.split(".")[2]), number(key["e"]), number(key["n"]))
    import hashlib
    digest = hashlib.sha256(token.rsplit(".", 1)[0].encode()).hexdigest()
    assert f"{signature:x}".endswith(digest), "plain RSA says the same as the service"


@pytest.mark.parametrize("forge", ["none", "no signature", "hs256", "other key", "changed", "junk", "two parts"])
def test_forged_tokens(site, program, forge):
    token = program.login(*MAX)["access_token"]
    head, claims, signature = token.split(".")
    admin = {**claims_of(token), "sub": "1"}
    forged = {
        "none": f"{b64(json.dumps({'alg': 'none'}).encode())}.{b64(json.dumps(admin).encode())}.",
        "no signature": f"{head}.{claims}.",
        "hs256": f"{b64(json.dumps({'alg': 'HS256'}).encode())}.{claims}.{signature}",
        "other key": f"{b64(json.dumps({'alg': 'RS256', 'kid': 'A' * 43}).encode())}.{claims}.{signature}",
        "changed": f"{head}.{b64(json.dumps(admin).encode())}.{signature}",
        "junk": "junk", "two parts": f"{head}.{claims}"}[forge]
    reply = profile(program, forged)
    assert error_of(reply) == (401, "sign_in", None) and reply.header("WWW-Authenticate") == "Bearer"


def test_a_bearer_is_no_session(site, program):
    """Neither does it open a page, nor is a cookie beside it looked at."""
    token = program.login(*MAX)["access_token"]
    page = program.ask("/settings/profile")
    assert page.status == 303 and "/sign-in" in page.header("Location")
    browser = Browser(site.socket)
    assert browser.sign_in().status == 303
    both = browser.ask("/api/v1/users/profile", headers={"Authorization": f"Bearer {token}"})
    assert both.json()["email"] == MAX[0]
    bad = browser.ask("/api/v1/users/profile", headers={"Authorization": "Bearer " + token[:-3] + "AAA"})
    assert bad.status == 401, "a token that is no good is not passed over in favour of the cookie"


def test_rotation(site, program):
    first = program.login(*MAX)
    reply = program.refresh(first["refresh_token"])
    assert reply.status == 200
    second = reply.json()
    assert second["refresh_token"] != first["refresh_token"]
    assert profile(program, second["access_token"]).status == 200
    assert program.refresh(second["refresh_token"]).status == 200
    assert error_of(program.refresh("A" * 43)) == (401, "sign_in", None)
    assert error_of(program.refresh("x")) == (401, "sign_in", None)


def test_a_lost_answer_may_be_asked_for_again(site, program):
    first = program.login(*MAX)["refresh_token"]
    answers = [program.refresh(first).json() for _ in range(3)]
    assert len({a["refresh_token"] for a in answers}) == 1, "the same successor"
    assert program.refresh(answers[0]["refresh_token"]).status == 200, "nobody was signed out"


def test_two_at_once_get_the_same(site, program):
    first = program.login(*MAX)["refresh_token"]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(lambda _: program.refresh(first), range(2)))
    assert [r.status for r in replies] == [200, 200]
    assert len({r.json()["refresh_token"] for r in replies}) == 1


def stolen(site, program, thief, first, access):
    """The second use ends the whole family, tells the owner and leaves a note."""
    before = site.execute("SELECT count(*) FROM mail WHERE kind = 'account.token_reuse'")[0][0]
    reply = thief.refresh(first)
    assert error_of(reply) == (401, "sign_in", None) and "used before" in reply.json()["error"]["message"]
    assert profile(program, access).status == 401, "access tokens of the family end too"
    assert site.execute("SELECT count(*) FROM mail WHERE kind = 'account.token_reuse'") == [(before + 1,)]
    assert site.execute("SELECT count(*) FROM audit WHERE action = 'token.reuse'")[0][0] > 0


def test_theft_seen_by_another_program(site, program):
    pair = program.login(*MAX)
    second = program.refresh(pair["refresh_token"]).json()
    stolen(site, program, Program(site.socket, "thief/6.6"), pair["refresh_token"], second["access_token"])
    assert program.refresh(second["refresh_token"]).status == 401


def test_theft_seen_by_the_time(site, program):
    pair = program.login(*MAX)
    second = program.refresh(pair["refresh_token"]).json()
    site.execute("UPDATE refresh_token SET rotated_at = rotated_at - interval '11 seconds' WHERE rotated_at IS NOT NULL")
    stolen(site, program, program, pair["refresh_token"], second["access_token"])


def test_theft_seen_by_the_use_of_the_successor(site, program):
    pair = program.login(*MAX)
    second = program.refresh(pair["refresh_token"]).json()
    third = program.refresh(second["refresh_token"]).json()
    stolen(site, program, program, pair["refresh_token"], third["access_token"])


def test_other_families_stay(site, program):
    mine = program.login(*MAX)
    other = Program(site.socket)
    theirs = other.login(*MAX)
    program.refresh(mine["refresh_token"])
    assert Program(site.socket, "thief/6.6").refresh(mine["refresh_token"]).status == 401
    assert profile(other, theirs["access_token"]).status == 200


def test_ten_refreshes_an_hour(site, program):
    token = program.login(*MAX)["refresh_token"]
    for _ in range(10):
        reply = program.refresh(token)
        assert reply.status == 200
        token = reply.json()["refresh_token"]
    reply = program.refresh(token)
    assert error_of(reply) == (429, "too_many", None) and 0 < int(reply.header("Retry-After")) <= 3600
    site.execute("DELETE FROM rate_window")
    assert program.refresh(token).status == 200, "a refusal uses nothing up"


def test_signing_out(site, program):
    pair = program.login(*MAX)
    for _ in range(2):
        reply = program.ask("/api/v1/auth/logout", "POST", {"refresh_token": pair["refresh_token"]})
        assert reply.status == 200 and reply.json() == {"done": True}
    assert profile(program, pair["access_token"]).status == 401
    assert program.refresh(pair["refresh_token"]).status == 401


@pytest.mark.parametrize("change", [
    "UPDATE refresh_token SET expires_at = now() - interval '1 second'",
    "UPDATE refresh_family SET expires_at = now() - interval '1 second'",
    "UPDATE app_user SET disabled = true WHERE email = 'max@example.org'"])
def test_what_is_over_is_over(site, program, change):
    pair = program.login(*MAX)
    site.execute(change)
    assert error_of(program.refresh(pair["refresh_token"]))[0] == 401
    site.execute("UPDATE app_user SET disabled = false")


def test_a_new_password_ends_programs(site, program):
    pair = program.login(*MAX)
    site.cli("user", "reset", MAX[0], text_input=MAX[1] + "\n")
    assert profile(program, pair["access_token"]).status == 401
    assert program.refresh(pair["refresh_token"]).status == 401


@pytest.mark.parametrize("body, field", [
    ({}, "email"), ({"email": "a@b.example"}, "password"), ({"email": 7, "password": "x"}, "email"),
    ({"email": ["a"], "password": "x"}, "email"), ({"email": "a\nb", "password": "x"}, "email"),
    ({"email": "a", "password": "x" * 1025}, "password"), ({"email": None, "password": "x"}, "email"),
    ({"email": "a", "password": "x", "roles": 31}, "roles"), ({"email": "a", "password": "x", "": 1}, None)])
def test_bodies_of_the_wrong_shape(program, body, field):
    assert error_of(program.ask("/api/v1/auth/login", "POST", body)) == (422, "invalid", field)


@pytest.mark.parametrize("body, type_, status", [
    (b"", "application/json", 422), (b"{", "application/json", 422), (b"[]", "application/json", 422),
    (b"7", "application/json", 422), (b'{"email":"\xff"}', "application/json", 422),
    (b"[" * 4000, "application/json", 422), (b"{" + b'"a":1,' * 500 + b'"b":1}', "application/json", 422),
    (b"email=a&password=b", "application/x-www-form-urlencoded", 415), (b"{}", "text/plain", 415), (b"{}", None, 415),
    (b'{"email":"' + b"a" * 5000 + b'"}', "application/json", 413)])
def test_bodies_that_are_none(program, body, type_, status):
    reply = program.ask("/api/v1/auth/login", "POST", body, headers={"Content-Type": type_})
    assert error_of(reply)[0] == status


def test_tokens_are_never_logged(site, program):
    pair = program.login(*MAX)
    profile(program, pair["access_token"])
    profile(program, "podium_" + "x" * 43)
    program.refresh(pair["refresh_token"])
    log = "".join(p.log() for p in site.processes)
    for secret in (pair["access_token"], pair["access_token"].split(".")[2], pair["refresh_token"], "x" * 43):
        assert secret not in log


def test_search_for_members(site, program):
    site.cli("user", "create", "zoe@example.org", "Zoë Quick", "member", text_input="a password of zoe\n")
    site.execute("UPDATE app_user SET handle = 'zoe_q', email_verified_at = now() WHERE email = 'zoe@example.org'")
    program.login(*MAX)
    for query in ("zoe", "ZOE_", "quick", "Zo%C3%AB"):
        found = program.ask(f"/api/v1/users/search?q={query}").json()["users"]
        assert [(u["handle"], u["name"], u["roles"]) for u in found] == [("zoe_q", "Zoë Quick", ["member"])], query
        assert "example.org" not in str(found), "no address"
    for query in ("z%25", "__", "%5C%5C", "no+such"):
        assert program.ask(f"/api/v1/users/search?q={query}").json() == {"users": []}, query
    for query in ("", "?q=", "?q=z", "?q=" + "z" * 81):
        assert error_of(program.ask("/api/v1/users/search" + query)) == (422, "invalid", "q")
    site.execute("UPDATE app_user SET disabled = true WHERE handle = 'zoe_q'")
    assert program.ask("/api/v1/users/search?q=zoe").json() == {"users": []}
    site.execute("UPDATE app_user SET disabled = false")


def test_profile(site, program):
    program.login(*MAX)
    before = program.ask("/api/v1/users/profile").json()
    assert before["roles"] == ["member"] and before["platforms"] == [] and before["notice_min"] == 30
    reply = program.ask("/api/v1/users/profile", "PUT", {
        "handle": "max_1", "bio": "two\nlines", "zone": "Europe/Berlin", "theme": "dark",
        "platforms": ["codeforces", "atcoder"], "notice_min": 45})
    assert reply.status == 200, reply.text
    after = program.ask("/api/v1/users/profile").json()
    assert after == reply.json() == {**before, "handle": "max_1", "bio": "two\nlines", "zone": "Europe/Berlin",
                                     "theme": "dark", "platforms": ["codeforces", "atcoder"], "notice_min": 45}
    assert program.ask("/api/v1/users/profile", "PUT", {"platforms": []}).json()["platforms"] == []


@pytest.mark.parametrize("body, field", [
    ({"handle": "a"}, "handle"), ({"handle": "a b c"}, "handle"), ({"name": ""}, "name"), ({"bio": "x" * 501}, "bio"),
    ({"zone": "Mars/Olympus"}, "zone"), ({"theme": "pink"}, "theme"), ({"language": "xx"}, "language"),
    ({"platforms": ["topcoder"]}, "platforms"), ({"platforms": "codeforces"}, "platforms"),
    ({"platforms": [1]}, "platforms"), ({"notice_min": -1}, "notice_min"), ({"notice_min": "30"}, "notice_min"),
    ({"notice_min": 1.5}, "notice_min"), ({"notice_min": 99999999}, "notice_min")])
def test_profile_refuses(program, body, field):
    program.login(*MAX)
    assert error_of(program.ask("/api/v1/users/profile", "PUT", body)) == (422, "invalid", field)


@pytest.mark.parametrize("name, value", [
    ("roles", 31), ("role", "admin"), ("id", 1), ("user_id", 1), ("email", "evil@example.org"), ("is_verified", True),
    ("verified", True), ("password_hash", "x"), ("disabled", False), ("locked_until", None), ("__proto__", {"roles": 31})])
def test_mass_assignment(site, program, name, value):
    """What is not declared is refused, and nothing of the request is done."""
    program.login(*MAX)
    before = site.execute("SELECT * FROM app_user ORDER BY id")
    reply = program.ask("/api/v1/users/profile", "PUT", {"bio": "changed", name: value})
    assert error_of(reply) == (422, "invalid", name)
    assert site.execute("SELECT * FROM app_user ORDER BY id") == before


def test_profile_with_a_cookie_needs_the_form_token(site):
    browser = Browser(site.socket)
    assert browser.sign_in().status == 303
    json_ = {"Content-Type": "application/json", "Origin": "http://localhost"}
    assert browser.ask("/api/v1/users/profile").status == 200
    refused = browser.ask("/api/v1/users/profile", "PUT", b'{"bio":"x"}', headers=json_)
    assert error_of(refused) == (403, "forbidden", None)
    taken = browser.ask("/api/v1/users/profile", "PUT", b'{"bio":"x"}',
                        headers={**json_, "X-CSRF-Token": browser.token()})
    assert taken.status == 200 and taken.json()["bio"] == "x"
    forged = browser.ask("/api/v1/users/profile", "PUT", b'{"bio":"y"}',
                         headers={**json_, "X-CSRF-Token": browser.token(), "Origin": "https://evil.example"})
    assert forged.status == 403


@pytest.mark.parametrize("uri, method, status", [
    ("/api/v1/nothing", "GET", 404), ("/api/v1/auth/login", "GET", 405), ("/health", "POST", 405),
    ("/.well-known/jwks.json", "DELETE", 405), ("/api/v1/users/profile", "GET", 401), ("/cron/fetch", "GET", 405),
    ("/api/v1/calendar?a=%ff", "GET", 400), ("/api/v1/" + "a" * 12000, "GET", 414), ("/api/v1/%00", "GET", 400)])
def test_refusals_are_json(program, uri, method, status):
    reply = program.ask(uri, method)
    assert error_of(reply)[0] == status
    if status == 405:
        assert reply.header("Allow")


def test_second_step(site, program):
    """How codes are counted and used up is two-step sign-in's own matter."""
    two = ("two@example.org", "a password of two")
    site.cli("user", "create", two[0], "Two", "member", text_input=two[1] + "\n")
    browser = Browser(site.socket)
    assert browser.sign_in(*two).status == 303
    browser.ask("/settings/two-step/begin", "POST", {"csrf": browser.token(), "password": two[1]})
    secret = totp.secret_of(browser.ask("/settings/two-step").text)
    done = browser.ask("/settings/two-step/confirm", "POST", {"csrf": browser.token(), "code": totp.code(secret)})
    codes = totp.recovery_codes(done.text)
    first = program.ask("/api/v1/auth/login", "POST", {"email": two[0], "password": two[1]})
    assert first.status == 202 and set(first.json()) == {"token", "expires_in"}
    token = first.json()["token"]
    assert profile(program, token).status == 401, "it opens nothing"
    assert program.refresh(token).status == 401
    answer = {"token": token, "code": "000000"}
    assert error_of(program.ask("/api/v1/auth/two-step", "POST", answer)) == (401, "sign_in", "code")
    answer["code"] = codes[0]
    second = program.ask("/api/v1/auth/two-step", "POST", answer)
    assert second.status == 200 and profile(program, second.json()["access_token"]).status == 200
    answer["code"] = codes[1]
    assert error_of(program.ask("/api/v1/auth/two-step", "POST", answer)) == (401, "sign_in", "token"), "used up"
    assert error_of(program.ask("/api/v1/auth/two-step", "POST", {**answer, "token": "A" * 43}))[0] == 401
