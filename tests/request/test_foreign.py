"""What is one member's is no other's: every route for members is asked by somebody else with every id that the owner has,
in the address and in the body, and nothing of the owner's may change or show. A route with a parameter needs a line here,
so that nobody adds one without saying whose thing it names."""

import hashlib
import hmac
import json
import re
import secrets
import subprocess
import tempfile

import pytest

from lab import fcgi
from lab.client import Browser
from lab.podium import BUILD, Podium
from lab.program import Program

OWNER, OTHER = ("owner@example.org", "a password of owner"), ("other@example.org", "a password of other")
MARKS = ("owner@example.org", "a bio that is nobody's business", "name of owner's token")

# Whose thing a parameter names. Routes for admins are left out: they are about everybody.
PUBLIC = {"/contest/:platform/:id", "/contest/:platform/:id/event.ics"}
SECRET = {"/feed/:secret", "/api/v1/auth/verify/:token", "/verify/:token", "/reset/:token", "/unlock/:token",
          "/email/:token", "/reminders/:token"}  # whoever knows it may: no id opens it
OWN = {"/settings/calendars/:sink/style", "/settings/calendars/:sink/leave", "/settings/calendars/:sink/renew"}
OWNED = {"/api/v1/users/tokens/:id": "api_token", "/settings/tokens/:id/revoke": "api_token"}
ELSEWHERE = {"/problem/:slug/submit", "/submission/:id", "/submission/:id/live",
             "/submission/:id/hide", "/submission/:id/source",  # what is whose, by role and by problem: tests/request/test_submission_page.py
             "/problems/import/:id",  # tests/request/test_import_page.py
             "/api/v1/members/:id", "/api/v1/members/:id/contests", "/member/:id", "/member/:id/delete", "/member/:id/edit",
             "/member/:id/sync", "/members/groups/:id", "/members/groups/:id/coach", "/members/groups/:id/coach-remove",
             "/members/groups/:id/delete", "/members/import/:id",
             "/members/import/:id/report.csv",  # by group and by role: tests/request/test_members.py
             "/jury/rejudges/:id", "/jury/rejudges/:id/apply", "/jury/rejudges/:id/drop",  # the jury's, whoever made it
             "/problem/:slug/text", "/problem/:slug/edit", "/problem/:slug/delete", "/problem/:slug/tests",
             "/problem/:slug/tests/delete", "/problem/:slug/files", "/problem/:slug/files/delete", "/problem/:slug/test",
             "/problem/:slug/versions", "/problem/:slug/sign", "/problem/:slug/verify", "/problem/:slug/package",
             "/api/v1/testcases/validate/:id",  # tests/judge/test_input_validators.py
             "/problem/:slug", "/problem/:slug/attachment", "/problem/:slug/picture", "/problem/:slug/statement",
             "/api/v1/problems/:slug", "/api/v1/testcases/:slug", "/api/v1/testcases/:id",  # tests/request/test_problems.py
             "/api/v1/submissions/user/:id", "/api/v1/submissions/problem/:id", "/api/v1/submissions/:id",
             "/api/v1/submissions/:id/result",  # tests/request/test_submissions.py
             "/room/:id", "/room/:id/join", "/room/:id/leave", "/room/:id/begin", "/room/:id/off", "/room/:id/rematch",
             "/room/:id/sync", "/rooms/invite/:token"}  # tests/request/test_room_pages.py
BODY_OWNED = {"/settings/devices/end": ("id", "session")}
NAMES = ("id", "user_id", "user", "token", "token_id", "session", "session_id", "link", "link_id", "calendar", "identity",
         "email", "handle", "sub", "owner")


class Route:
    def __init__(self, line):
        self.method, self.pattern, self.need, self.csrf, _, _, _, self.kind, self.scope, _ = line.split()

    def __repr__(self):
        return f"{self.method} {self.pattern}"


def all_routes():
    out = subprocess.run([str(BUILD / "podium-web"), "--routes"], stdout=subprocess.PIPE, text=True, check=True)
    return [Route(line) for line in out.stdout.splitlines()]


ROUTES = all_routes() if (BUILD / "podium-web").exists() else []
MEMBERS = [r for r in ROUTES if r.need == "member"]


@pytest.fixture(scope="module")
def site(lab_folder, postgres):
    name = postgres.create_database("podium_template", "podium_owner")
    made = Podium(tempfile.mkdtemp(prefix="", dir=lab_folder), postgres.conninfo(name, "podium_owner"))
    made.execute = lambda sql, *arguments: postgres.execute(name, sql, *arguments)
    for email, password in (OWNER, OTHER):
        made.cli("user", "create", email, email[:5].title(), "member", text_input=password + "\n")
    made.start_web()
    made.owner, made.other = (made.execute("SELECT id FROM app_user WHERE email = %s", e)[0][0] for e in (OWNER[0], OTHER[0]))
    made.execute("UPDATE app_user SET handle = 'owner_1', bio = %s WHERE id = %s", MARKS[1], made.owner)
    yield made
    made.stop()
    postgres.drop_database(name)


def session(site, user_id):
    """Cookie and form token of a fresh session, as sign-in would make them."""
    token = secrets.token_bytes(32)
    site.execute("INSERT INTO session (token_hash, user_id, expires_at) VALUES (%s, %s, now() + interval '1 hour')",
                 hashlib.sha256(token).digest(), user_id)
    value = hmac.digest(token.hex().encode(), b"form", "sha256")[:16]
    return {"Cookie": f"session={token.hex()}", "X-CSRF-Token": "00" * 16 + value.hex(), "Origin": "http://localhost"}


@pytest.fixture()
def things(site):
    """What the owner has, and its ids by table."""
    site.execute("DELETE FROM rate_window")
    site.execute("DELETE FROM session")
    site.execute("DELETE FROM refresh_family")
    program = Program(site.socket)
    program.pair = program.login(*OWNER)
    session(site, site.owner)
    site.execute("DELETE FROM api_token")
    site.execute("INSERT INTO api_token (user_id, name, token_hash, scopes) VALUES (%s, %s, sha256('t'), 7)", site.owner, MARKS[2])
    headers = session(site, site.owner)
    fcgi.request(site.socket, "POST", "/settings/calendars/feed", headers, {})
    ids = {"app_user": [str(site.owner)]}
    for table, column in (("session", "id"), ("api_token", "id"), ("refresh_family", "id"), ("calendar_link", "id")):
        ids[table] = [str(r[0]) for r in site.execute(f"SELECT {column} FROM {table} WHERE user_id = %s", site.owner)]
        assert ids[table], table
    return ids


def belongings(site):
    """Every row of every table that refers to the owner, by the keys that the database knows."""
    found = {"app_user": site.execute("SELECT md5(u::text) FROM app_user u WHERE id = %s", site.owner)}
    for table, column in site.execute(
            "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c JOIN pg_attribute a "
            "ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'f' AND c.confrelid = 'app_user'::regclass"):
        found[table] = site.execute(
            f"SELECT md5(t::text) FROM {table} t WHERE {column} = %s ORDER BY 1", site.owner)
    return found


def bodies(route, value):
    if route.method == "GET":
        return [None]
    if route.kind == "json":
        return [json.dumps({n: value for n in NAMES}).encode(), json.dumps({"id": value}).encode(), b"{}"]
    return [{n: value for n in NAMES}]


def ask(site, route, headers, uri, body):
    headers = dict(headers)
    if route.kind == "json":
        headers["Content-Type"] = "application/json"
    return fcgi.request(site.socket, route.method, uri, headers, body, REMOTE_ADDR="198.18.7.7")


def test_every_parameter_has_a_line_here():
    known = PUBLIC | SECRET | OWN | ELSEWHERE | set(OWNED)
    for route in ROUTES:
        assert ":" not in route.pattern or route.need == "admin" or route.pattern in known, \
            f"whose thing does {route.pattern} name?"


@pytest.mark.parametrize("route", MEMBERS, ids=repr)
def test_somebody_else_with_the_owners_ids(site, things, route):
    before = belongings(site)
    values = [v for ids in things.values() for v in ids] + [OWNER[0], "owner_1"]
    for value in values if ":" in route.pattern or route.method != "GET" else values[:1]:
        for body in bodies(route, value):
            site.execute("DELETE FROM rate_window")
            reply = ask(site, route, session(site, site.other), re.sub(r":\w+", value, route.pattern), body)
            assert reply.status < 500, (value, reply.text)
            for mark in MARKS:
                assert mark == value or mark not in reply.body.decode(errors="replace"), (value, mark)
            if route.pattern in OWNED and value in things[OWNED[route.pattern]]:
                assert reply.status == 404, "it is not said whether there is such a thing"
    assert belongings(site) == before
    site.execute("UPDATE app_user SET disabled = false, deleted_at = NULL WHERE id = %s", site.other)


@pytest.mark.parametrize("route", [r for r in MEMBERS if r.pattern in OWNED], ids=repr)
def test_the_owner_may(site, things, route):
    """The same request works for whom it is meant: the refusal above has that reason and no other."""
    value = things[OWNED[route.pattern]][0]
    reply = ask(site, route, session(site, site.owner), re.sub(r":\w+", value, route.pattern), bodies(route, value)[-1])
    assert reply.status in (200, 303)
    assert site.execute(f"SELECT count(*) FROM {OWNED[route.pattern]} WHERE id::text = %s", value) == [(0,)]


@pytest.mark.parametrize("pattern", BODY_OWNED)
def test_the_owner_may_by_the_body(site, things, pattern):
    field, table = BODY_OWNED[pattern]
    route, = (r for r in ROUTES if r.pattern == pattern)
    ask(site, route, session(site, site.owner), pattern, {field: things[table][0]})
    assert site.execute(f"SELECT count(*) FROM {table} WHERE id::text = %s", things[table][0]) == [(0,)]


@pytest.mark.parametrize("route", [r for r in ROUTES if r.pattern in SECRET], ids=repr)
def test_an_id_is_no_secret(site, things, route):
    for value in [v for ids in things.values() for v in ids] + ["0" * 43, "../x", "%2e%2e%2fx"]:
        reply = ask(site, route, {"Origin": "http://localhost"}, re.sub(r":\w+", value, route.pattern),
                    None if route.method == "GET" else {"password": "a new password"})
        assert reply.status in (400, 404), (value, reply.status)


@pytest.mark.parametrize("route", [r for r in ROUTES if r.need not in ("guest", "member")], ids=repr)
def test_the_wrong_role_with_ids(site, things, route):
    before = belongings(site)
    for who in ({}, session(site, site.other)):
        for value in things["app_user"] + things["session"]:
            reply = ask(site, route, who or {"Origin": "http://localhost"}, re.sub(r":\w+", value, route.pattern),
                        bodies(route, value)[0])
            assert reply.status == 403 if who else reply.status in (303, 401), reply.status
            assert all(mark not in reply.body.decode(errors="replace") for mark in MARKS)
    assert belongings(site) == before


@pytest.mark.parametrize("route", MEMBERS, ids=repr)
def test_tokens_of_somebody_else_open_nothing_of_the_owners(site, things, route):
    """A bearer is whom it names, whatever cookie of the owner comes with it."""
    if route.kind == "page":
        headers = {"Authorization": f"Bearer {Program(site.socket).login(*OWNER)['access_token']}", "Origin": "http://localhost"}
        reply = ask(site, route, headers, re.sub(r":\w+", "1", route.pattern), bodies(route, "1")[0])
        assert reply.status in (303, 401) and "sign-in" in (reply.header("Location") or "sign-in"), "pages take no bearer"
        return
    before = belongings(site)
    program = Program(site.socket)
    program.login(*OTHER)
    owner = session(site, site.owner)
    before = belongings(site)
    for value in things["api_token"] + things["app_user"]:
        reply = ask(site, route, {**owner, "Authorization": f"Bearer {program.token}"},
                    re.sub(r":\w+", value, route.pattern), bodies(route, value)[0])
        assert all(mark not in reply.body.decode(errors="replace") for mark in MARKS)
    assert belongings(site) == before
