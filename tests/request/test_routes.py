"""Walks every line of the route table: what a guest, a member, an admin, a forged form, another method, a body that is
too large and a malformed address get. A new route is in here without being named."""

import contextlib
import hashlib
import hmac
import re
import secrets
import subprocess

import pytest

from lab import fcgi
from lab.people import enlist
from lab.podium import BUILD

ROLES = ["guest", "member", "coach", "creator", "jury", "admin"]
ENOUGH = {  # whose accounts may what a route asks for
    "guest": set(ROLES),
    "member": set(ROLES) - {"guest"},
    "coach": {"coach", "admin"},
    "creator": {"creator", "jury", "admin"},
    "jury": {"jury", "admin"},
    "admin": {"admin"},
}
ORIGIN = {"Origin": "http://localhost"}


class Route:
    def __init__(self, line):
        self.method, self.pattern, self.need, self.csrf, self.cache, self.limit, size, self.kind, self.scope, self.lane = line.split()
        self.max_body = int(size)
        # a value that no page knows stands for each parameter
        self.uri = re.sub(r":\w+", "no-such-thing", self.pattern)
        self.has_parameter = ":" in self.pattern

    def __repr__(self):
        return f"{self.method} {self.pattern}"


def routes():
    out = subprocess.run([str(BUILD / "podium-web"), "--routes"], stdout=subprocess.PIPE, text=True, check=True)
    return [Route(line) for line in out.stdout.splitlines()]


@pytest.fixture(scope="module")
def site(lab_folder, postgres):
    import tempfile

    from lab.podium import Podium
    name = postgres.create_database("podium_template", "podium_owner")
    made = Podium(tempfile.mkdtemp(prefix="", dir=lab_folder), postgres.conninfo(name, "podium_owner"))
    with contextlib.closing(postgres.connect(name)) as connection:
        made.cursor = connection.cursor()
        enlist(made, {role: role for role in ROLES[1:]})
        web = made.start_web()
        yield made
    log = web.log()
    made.stop()
    postgres.drop_database(name)
    assert "worker.died" not in log and "level=error" not in log, log[-3000:]


def session(site, role):
    """A session of that role as sign-in would make it, and its token for forms. Fresh: signing out is among the
    routes."""
    token = secrets.token_bytes(32)
    site.cursor.execute(
        "INSERT INTO session (token_hash, user_id, expires_at) SELECT %s, id, now() + interval '1 hour' FROM app_user "
        "WHERE email = %s", (hashlib.sha256(token).digest(), f"{role}@example.org"))
    value = hmac.digest(token.hex().encode(), b"form", "sha256")[:16]
    return f"session={token.hex()}", "00" * 16 + value.hex()


counter = iter(range(1, 60000))


def ask(site, route, role="guest", method=None, uri=None, body=None, headers=None, origin=True, token=True):
    """As that role, from an address of its own, so that no limit answers instead."""
    headers = dict(headers or {})
    method = method or route.method
    n = next(counter)
    if role != "guest":
        site.cursor.execute("DELETE FROM rate_window")  # members are counted by account
        cookie, form_token = session(site, role)
        headers["Cookie"] = cookie
        if token:
            headers["X-CSRF-Token"] = form_token
    if origin:
        headers.update(ORIGIN)
    if method != "GET" and method != "HEAD" and body is None:
        body = {}
        if route.kind == "json":
            body = b"{}"
            headers.setdefault("Content-Type", "application/json")
    return fcgi.request(site.socket, method, uri or route.uri, headers, body,
                        REMOTE_ADDR=f"198.18.{n // 250}.{n % 250 + 1}")


def all_routes():
    found = routes()
    assert len(found) >= 15
    return found


ROUTES = all_routes() if (BUILD / "podium-web").exists() else []


def every(which=lambda route: True):
    return pytest.mark.parametrize("route", [r for r in ROUTES if which(r)], ids=repr)


each = every()

# Open to everybody's asking, and then to who knows a secret or stands on this host.
KEYED = {"/metrics", "/cron/fetch", "/cron/sync"}


@each
def test_role(site, route):
    for role in ROLES:
        status = ask(site, route, role).status
        if role in ENOUGH[route.need]:
            assert status not in (401, 403) or route.pattern in KEYED, (role, status)
            assert status < 500, (role, status)
        elif role == "guest":
            assert status == (303 if route.method == "GET" and not route.uri.startswith(("/api/", "/internal/")) else 401)
        else:
            assert status == 403, (role, status)


@every(lambda r: r.csrf not in ("safe", "machine"))  # reads only, or proves itself otherwise
def test_forged_form(site, route):
    for origin in ("https://evil.example", "null", "http://localhost.evil.example"):
        assert ask(site, route, "admin", headers={"Origin": origin}, origin=False).status == 403
    assert ask(site, route, "admin", origin=False).status == 403
    if route.csrf == "token":
        assert ask(site, route, "admin", token=False).status == 403
        assert ask(site, route, "admin", token=False, headers={"X-CSRF-Token": "0" * 64}).status == 403
        assert ask(site, route, "admin", token=False,
                   headers={"X-CSRF-Token": session(site, "admin")[1]}).status == 403


@each
def test_other_methods(site, route):
    mine = {r.method for r in ROUTES if re.fullmatch(re.sub(r":\w+", "[^/]+", r.pattern), route.uri)}
    mine |= {"HEAD"} if "GET" in mine else set()
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        if method in mine:
            continue
        reply = ask(site, route, "admin", method)
        assert reply.status == 405, method
        assert set(reply.header("Allow").split(", ")) >= mine


@each
def test_bodies(site, route):
    if route.method == "GET":
        assert ask(site, route, "admin", body=b"x").status == 413
        return
    too_large = ask(site, route, "admin", body=b"a=" + b"b" * route.max_body,
                    headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert too_large.status == 413
    if route.csrf in ("token", "origin"):
        assert ask(site, route, "admin", body=b"hello", headers={"Content-Type": "text/plain"}).status == 415
    malformed = ask(site, route, "admin", body=b"a=%zz", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert malformed.status == (415 if route.kind == "json" else 400)


@each
def test_malformed_address_and_query(site, route):
    assert ask(site, route, "admin", uri=route.uri + "?a=%ff").status == 400
    assert ask(site, route, "admin", uri=route.uri + "%00").status == 400
    for query in ("?page=-1", "?page=99999999999999999999", "?platforms=no-such-platform", "?month=2026-13",
                  "?zone=Mars/Olympus", "?view=upside-down", "?limit=0&offset=-5", "?a=b&a=c"):
        assert ask(site, route, "admin", uri=route.uri + query).status < 500, query


@every(lambda r: r.has_parameter)
def test_unknown_thing(site, route):
    reply = ask(site, route, "admin")
    assert reply.status == 404
    if route.uri.startswith("/api/"):
        assert reply.json()["error"]["code"] == "not_found"
    else:
        assert reply.header("X-Request-Id") in reply.text
    for value in ("%27%3b--", "%3Cscript%3E", "0", "-1", "9" * 40, "%F0%9F%98%80", "a" * 300):
        odd = ask(site, route, "admin", uri=re.sub(r":\w+", value, route.pattern))
        assert odd.status in (400, 404, 422), (value, odd.status)
        assert "<script>" not in odd.text


@every(lambda r: r.method == "GET" and not r.has_parameter and r.pattern != "/metrics")
def test_cache_rule(site, route):
    guest = ask(site, route)
    if guest.status != 200:
        return
    member = ask(site, route, "member")
    rule = guest.header("Cache-Control")
    expected = {"none": "no-store", "private": "private, no-cache", "public": "public, max-age=60",
                "copy": "public, max-age=60"}[route.cache]
    assert rule == expected
    if route.cache != "none":
        assert member.header("Cache-Control") in ("private, no-cache",) or route.cache == "private"
        if route.cache in ("public", "copy"):
            assert guest.header("Vary") == "Cookie" and guest.header("ETag")
    tag = guest.header("ETag")
    if tag and rule != "no-store":
        again = ask(site, route, headers={"If-None-Match": tag})
        assert again.status in (200, 304)
        if again.status == 304:
            assert again.body == b"" and again.header("ETag") == tag


@every(lambda r: r.method == "GET")
def test_pages_have_no_inline_script_or_style(site, route):
    reply = ask(site, route, "admin")
    if not (reply.header("Content-Type") or "").startswith("text/html"):
        return
    assert not re.search(r"<script(?![^>]*\bsrc=)", reply.text)
    assert not re.search(r"\son\w+\s*=|\sstyle\s*=|<style|javascript:", reply.text)
    ids = re.findall(r'\sid="([^"]*)"', reply.text)
    assert len(ids) == len(set(ids)), "an id twice"
