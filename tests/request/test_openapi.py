"""openapi.json: well-formed, complete, and true - real answers of every described route fit what it says of them."""

import json
import re
import secrets
import subprocess

import jsonschema
import pytest

from lab.client import check_markup
from lab.judge import Judge
from lab.podium import BUILD
from lab.program import Program

MIA = ("mia@example.org", "a password of mine")
LINK = "B" * 43
CRON = "a secret of the clock, thirty-two bytes"

# What of OpenAPI 3.1 is used here, and nothing else.
META = {
    "type": "object", "required": ["openapi", "info", "servers", "paths", "components"], "additionalProperties": False,
    "properties": {
        "openapi": {"const": "3.1.0"},
        "info": {"type": "object", "required": ["title", "version"]},
        "servers": {"type": "array", "items": {"type": "object", "required": ["url"]}},
        "components": {"type": "object", "required": ["securitySchemes", "schemas", "responses"]},
        "paths": {
            "type": "object", "propertyNames": {"pattern": "^/[^:]*$"},
            "additionalProperties": {
                "type": "object", "propertyNames": {"enum": ["get", "post", "put", "delete"]},
                "additionalProperties": {
                    "type": "object", "required": ["summary", "responses", "parameters", "security"],
                    "propertyNames": {"enum": ["summary", "description", "security", "parameters", "requestBody",
                                               "responses", "x-podium-role", "x-podium-limit"]},
                    "properties": {
                        "parameters": {"type": "array", "items": {
                            "type": "object", "required": ["name", "in", "required", "schema"],
                            "properties": {"in": {"enum": ["path", "query"]}, "required": {"type": "boolean"}}}},
                        "security": {"type": "array", "items": {"type": "object"}},
                        "requestBody": {"type": "object", "required": ["content", "required"]},
                        "responses": {
                            "type": "object", "required": ["default"],
                            "propertyNames": {"pattern": "^([1-5][0-9][0-9]|default)$"},
                            "additionalProperties": {"oneOf": [
                                {"required": ["$ref"]}, {"required": ["description", "content"]}]},
                            "properties": {"204": {"required": ["description"], "maxProperties": 1}}}}}}}}}


@pytest.fixture(scope="module")
def site(seeded):
    seeded.set(CRON_SECRET=CRON)
    seeded.processes[0].stop()
    seeded.start_web(name="web2")
    seeded.cli("user", "create", MIA[0], "Mia", "creator,admin", text_input=MIA[1] + "\n")
    seeded.execute("UPDATE app_user SET handle = 'mia', email_verified_at = now() WHERE email = %s", MIA[0])
    seeded.execute("INSERT INTO email_token (token_hash, user_id, purpose, email, expires_at) SELECT sha256(%s), id, 'verify',"
                   " email, now() + interval '1 hour' FROM app_user WHERE email = %s", LINK.encode(), MIA[0])
    judge = Judge(seeded, seeded.execute)
    judge.languages()
    seeded.judge, seeded.sum = judge, judge.problem("known-sum", "Known sum")
    return seeded


@pytest.fixture(scope="module")
def doc(site):
    reply = Program(site.socket).ask("/api/v1/openapi.json")
    assert reply.status == 200 and reply.header("Content-Type") == "application/json"
    return reply.json()


@pytest.fixture()
def program(site):
    site.execute("DELETE FROM rate_window")
    made = Program(site.socket)
    made.pair = made.login(*MIA)
    made.site = site
    return made


def described():
    out = subprocess.run([str(BUILD / "podium-web"), "--routes"], stdout=subprocess.PIPE, text=True, check=True).stdout
    lines = [line.split() for line in out.splitlines()]
    return [(w[0], w[1], w[7]) for w in lines if w[7] != "page"]


ROUTES = described() if (BUILD / "podium-web").exists() else []


def path_of(pattern):
    return re.sub(r":(\w+)", r"{\1}", pattern)


def test_it_is_an_openapi_document(doc):
    jsonschema.Draft202012Validator(META).validate(doc)
    text = json.dumps(doc)
    for ref in set(re.findall(r'"\$ref": "#/([^"]*)"', text)):
        at = doc
        for part in ref.split("/"):
            at = at[part]
    for path in doc["paths"].values():
        for operation in path.values():
            for answer in operation["responses"].values():
                for media in answer.get("content", {}).values():
                    jsonschema.Draft202012Validator.check_schema(media["schema"])
            for parameter in operation["parameters"]:
                jsonschema.Draft202012Validator.check_schema(parameter["schema"])
            for media in operation.get("requestBody", {}).get("content", {}).values():
                jsonschema.Draft202012Validator.check_schema(media["schema"])
                assert media["schema"]["additionalProperties"] is False


def test_every_route_is_in_it_and_nothing_else(doc):
    said = {(method.upper(), path) for path, operations in doc["paths"].items() for method in operations}
    assert said == {(method, path_of(pattern)) for method, pattern, _ in ROUTES}
    for _, pattern, kind in ROUTES:
        for name in re.findall(r":(\w+)", pattern):
            for operation in doc["paths"][path_of(pattern)].values():
                assert name in [p["name"] for p in operation["parameters"] if p["in"] == "path"]


def test_scopes_and_bodies_are_said(doc):
    assert doc["paths"]["/api/v1/users/profile"]["put"]["security"] == [{"token": ["profile:write"]}, {"session": []}]
    assert doc["paths"]["/api/v1/auth/login"]["post"]["security"] == []
    body = doc["paths"]["/api/v1/auth/login"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["email", "password"] and set(body["properties"]) == {"email", "password"}
    body = doc["paths"]["/api/v1/users/profile"]["put"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == [] and "codeforces" in body["properties"]["platforms"]["items"]["enum"]


def test_where_too_often_is_refused_it_says_for_how_long(doc):
    assert doc["components"]["responses"]["TooOften"]["headers"]["Retry-After"]["schema"] == {"type": "integer", "minimum": 1}
    for path in doc["paths"].values():
        for operation in path.values():
            limited = operation["responses"].get("429") == {"$ref": "#/components/responses/TooOften"}
            assert limited == ("x-podium-limit" in operation)
    assert "429" in doc["paths"]["/api/contests/sync"]["post"]["responses"]


def check(doc, method, pattern, reply):
    """The answer is one that is described, and fits its schema."""
    answers = doc["paths"][path_of(pattern)][method.lower()]["responses"]
    answer = answers.get(str(reply.status)) or answers["default"]
    if "$ref" in answer:
        answer = doc["components"]["responses"]["Error"]
    if reply.status == 204:
        assert "content" not in answer and not reply.body
        return
    media, = answer["content"]
    assert reply.header("Content-Type") == media
    if media == "application/json":
        schema = {**answer["content"][media]["schema"], "components": doc["components"]}
        jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(reply.json())


def login(program):
    return program.ask("/api/v1/auth/login", "POST", {"email": MIA[0], "password": MIA[1]})


def new_token(program):
    return program.ask("/api/v1/users/tokens", "POST", {"name": "ci", "scopes": ["users:read"], "days": 1})


def problem(program):
    """A problem of the member's, who is a creator for it."""
    return program.ask("/api/v1/problems", "POST", {"title": "Sum", "statement": "Add.", "visibility": "public"})


def test_of(program):
    slug = problem(program).json()["slug"]
    return program.ask(f"/api/v1/testcases/{slug}", "POST", {"name": "sample/1", "input": "1\n", "answer": "2\n"})


test_of.__test__ = False


def mia(program):
    return program.site.execute("SELECT id FROM app_user WHERE email = %s", MIA[0])[0][0]


def judged(program):
    """A submission of the member's that was judged; its id."""
    return program.site.judge.submission(mia(program), program.site.sum, verdict="AC", tests=[("AC", None)] * 3)


def followed(program):
    """A member with everything that is known of one; the id."""
    who, = program.site.execute(
        "INSERT INTO member (name, user_id, handle, rating, max_rating) VALUES ('Mia', %s, 'mia', 1500, 1600)"
        " ON CONFLICT (user_id) DO UPDATE SET rating = 1500 RETURNING id", mia(program))[0]
    program.site.execute("INSERT INTO cf_submission (member_id, id, at, problem, name, rating, tags, verdict) VALUES"
                         " (%s, 1, now(), '2100/A', 'Sum', 800, 'math', 'OK') ON CONFLICT DO NOTHING", who)
    program.site.execute("INSERT INTO rating_change VALUES (%s, 2100, 'Round', 1, now(), 0, 1500) ON CONFLICT DO NOTHING", who)
    program.site.execute("UPDATE member SET figures = member_figures(id, '-infinity') WHERE id = %s", who)
    return who


def ranked(program):
    """The leaderboard with a member on it."""
    program.site.execute("INSERT INTO member_month SELECT %s, month_number(now()), 3, 24, 1, -7 ON CONFLICT DO NOTHING", followed(program))
    return program.ask("/api/v1/members/leaderboard?by=rating&limit=5")


def trial(program, kind="build"):
    """A build or run that was asked for; its id."""
    body = {"language": "python3", "source": "print(1)\n"}
    if kind == "execute":
        body |= {"input": "", "time_ms": 1000, "memory_mib": 64}
    return program.ask(f"/internal/v1/{kind}", "POST", body)


def of_trial(kind, rest=""):
    return lambda p: p.ask(f"/internal/v1/{kind}/{trial(p, kind).json()['id']}{rest}")


def tried_input(program):
    """An input that was given to the validators of a problem; the address of what they say."""
    reply = program.ask("/api/v1/testcases/validate", "POST", {"problem": problem(program).json()["slug"], "input": "1\n"})
    return f"/api/v1/testcases/validate/{reply.json()['check']}"


def room(program):
    """A room that runs, with the member in it; its id."""
    execute = program.site.execute
    public = secrets.token_hex(8)
    number, = execute("INSERT INTO room (public_id, invite, title, is_lockout, is_teams, is_open, starts_at, ends_at)"
                      " VALUES (%s, %s, 'A race', true, false, true, now() - interval '1 h', now() + interval '1 h')"
                      " RETURNING id", public, secrets.token_hex(16))[0]
    execute("INSERT INTO room_team (room_id, team) VALUES (%s, 1)", number)
    execute("INSERT INTO room_player (room_id, team, user_id) VALUES (%s, 1, %s)", number, mia(program))
    execute("INSERT INTO room_problem (room_id, ordinal, problem, points, opens_at)"
            " VALUES (%s, 1, '2100/A', 100, now() - interval '1 h')", number)
    return public


# Where a described body is refused for what it says: at a thing that is there.
THINGS = {
    "/api/v1/auth/verify/:token": lambda p: f"/api/v1/auth/verify/{LINK}",
    "/api/v1/problems/:slug": lambda p: f"/api/v1/problems/{problem(p).json()['slug']}",
    "/api/v1/testcases/:slug": lambda p: f"/api/v1/testcases/{problem(p).json()['slug']}",
    "/api/v1/testcases/:id": lambda p: f"/api/v1/testcases/{test_of(p).json()['testcases'][0]['id']}",
}

# One good request for every described route: how it is asked, and the status of its answer.
GOOD = {
    "GET /api/v1/calendar": lambda p: (p.ask("/api/v1/calendar?limit=3"), 200),
    "GET /api/v1/sources": lambda p: (p.ask("/api/v1/sources"), 200),
    "POST /api/v1/auth/register": lambda p: (p.ask("/api/v1/auth/register", "POST", {
        "email": "new@example.org", "name": "New", "password": "a password of new"}), 202),
    "GET /api/v1/auth/verify/:token": lambda p: (p.ask("/api/v1/auth/verify/" + "A" * 43), 404),
    "POST /api/v1/auth/verify/:token": lambda p: (
        p.ask("/api/v1/auth/verify/" + "A" * 43, "POST", {"password": "x"}), 404),
    "POST /api/v1/auth/forgot-password": lambda p: (
        p.ask("/api/v1/auth/forgot-password", "POST", {"email": "nobody@example.org"}), 202),
    "POST /api/v1/auth/reset-password": lambda p: (
        p.ask("/api/v1/auth/reset-password", "POST", {"token": "A" * 43, "password": "a password of new"}), 404),
    "POST /api/v1/auth/login": lambda p: (login(p), 200),
    "POST /api/v1/auth/two-step": lambda p: (
        p.ask("/api/v1/auth/two-step", "POST", {"token": "A" * 43, "code": "000000"}), 401),
    "POST /api/v1/auth/refresh": lambda p: (p.refresh(p.pair["refresh_token"]), 200),
    "POST /api/v1/auth/logout": lambda p: (
        p.ask("/api/v1/auth/logout", "POST", {"refresh_token": p.pair["refresh_token"]}), 200),
    "GET /api/v1/users/profile": lambda p: (p.ask("/api/v1/users/profile"), 200),
    "PUT /api/v1/users/profile": lambda p: (
        p.ask("/api/v1/users/profile", "PUT", {"bio": "of mine", "platforms": ["leetcode"]}), 200),
    "GET /api/v1/users/search": lambda p: (p.ask("/api/v1/users/search?q=mia"), 200),
    "GET /api/v1/users/tokens": lambda p: (p.ask("/api/v1/users/tokens"), 200),
    "POST /api/v1/users/tokens": lambda p: (new_token(p), 201),
    "DELETE /api/v1/users/tokens/:id": lambda p: (
        p.ask(f"/api/v1/users/tokens/{new_token(p).json()['id']}", "DELETE"), 200),
    "GET /api/v1/events": lambda p: (p.ask("/api/v1/events?scope=system&after=0"), 200),
    "GET /api/v1/events/ticket": lambda p: (p.ask("/api/v1/events/ticket?scope=system"), 200),
    "GET /api/v1/problems": lambda p: (p.ask("/api/v1/problems?order=title&limit=5"), 200),
    "POST /api/v1/problems": lambda p: (problem(p), 201),
    "GET /api/v1/problems/search": lambda p: (p.ask("/api/v1/problems/search?q=sum"), 200),
    "GET /api/v1/problems/suggest": lambda p: (p.ask("/api/v1/problems/suggest?q=su"), 200),
    "GET /api/v1/problems/categories": lambda p: (p.ask("/api/v1/problems/categories"), 200),
    "GET /api/v1/problems/tags": lambda p: (p.ask("/api/v1/problems/tags"), 200),
    "GET /api/v1/problems/:slug": lambda p: (p.ask(f"/api/v1/problems/{problem(p).json()['slug']}"), 200),
    "PUT /api/v1/problems/:slug": lambda p: (
        p.ask(f"/api/v1/problems/{problem(p).json()['slug']}", "PUT", {"difficulty": 3}), 200),
    "DELETE /api/v1/problems/:slug": lambda p: (p.ask(f"/api/v1/problems/{problem(p).json()['slug']}", "DELETE"), 204),
    "POST /api/v1/testcases/validate": lambda p: (
        p.ask("/api/v1/testcases/validate", "POST", {"input": "1", "answer": "2"}), 200),
    "GET /api/v1/testcases/validate/:id": lambda p: (p.ask(tried_input(p)), 200),
    "GET /api/v1/testcases/:slug": lambda p: (p.ask(f"/api/v1/testcases/{test_of(p).json()['problem']}"), 200),
    "POST /api/v1/testcases/:slug": lambda p: (test_of(p), 201),
    "PUT /api/v1/testcases/:id": lambda p: (
        p.ask(f"/api/v1/testcases/{test_of(p).json()['testcases'][0]['id']}", "PUT", {"input": "3\n", "answer": "4\n"}), 200),
    "DELETE /api/v1/testcases/:id": lambda p: (
        p.ask(f"/api/v1/testcases/{test_of(p).json()['testcases'][0]['id']}", "DELETE"), 200),
    "POST /api/contests/sync": lambda p: (
        p.ask("/api/contests/sync", "POST", {"roomId": room(p), "problemId": "2100/A"}), 202),
    "POST /api/v1/submissions": lambda p: (p.ask("/api/v1/submissions", "POST", {
        "problem": "known-sum", "language": "python3", "source": "print(1)\n"}), 201),
    "GET /api/v1/submissions/user/:id": lambda p: (p.ask(f"/api/v1/submissions/user/{mia(p)}"), 200),
    "GET /api/v1/submissions/problem/:id": lambda p: (p.ask("/api/v1/submissions/problem/known-sum"), 200),
    "GET /api/v1/submissions/:id": lambda p: (p.ask(f"/api/v1/submissions/{judged(p)}"), 200),
    "GET /api/v1/submissions/:id/result": lambda p: (p.ask(f"/api/v1/submissions/{judged(p)}/result"), 200),
    "DELETE /api/v1/submissions/:id": lambda p: (p.ask(f"/api/v1/submissions/{judged(p)}", "DELETE"), 204),
    "POST /internal/v1/build": lambda p: (trial(p), 202),
    "GET /internal/v1/build/:id": lambda p: (of_trial("build")(p), 200),
    "GET /internal/v1/build/:id/logs": lambda p: (of_trial("build", "/logs")(p), 200),
    "GET /internal/v1/build/:id/result": lambda p: (of_trial("build", "/result")(p), 409),
    "POST /internal/v1/execute": lambda p: (trial(p, "execute"), 202),
    "POST /internal/v1/execute/test": lambda p: (p.ask("/internal/v1/execute/test", "POST", {}), 202),
    "GET /internal/v1/execute/:id": lambda p: (of_trial("execute")(p), 200),
    "GET /internal/v1/execute/:id/logs": lambda p: (of_trial("execute", "/logs")(p), 200),
    "GET /internal/v1/execute/:id/result": lambda p: (of_trial("execute", "/result")(p), 409),
    "GET /api/v1/openapi.json": lambda p: (p.ask("/api/v1/openapi.json"), 200),
    "GET /.well-known/jwks.json": lambda p: (p.ask("/.well-known/jwks.json"), 200),
    "POST /cron/fetch": lambda p: (p.ask("/cron/fetch", "POST", headers={"X-Cron-Secret": CRON}), 200),
    "GET /api/v1/members": lambda p: (p.ask("/api/v1/members?order=rating&descending=true&limit=5"), 200),
    "GET /api/v1/members/leaderboard": lambda p: (ranked(p), 200),
    "GET /api/v1/members/groups": lambda p: (p.ask("/api/v1/members/groups"), 200),
    "GET /api/v1/members/reminders": lambda p: (p.ask("/api/v1/members/reminders"), 200),
    "GET /api/v1/members/sweep": lambda p: (p.ask("/api/v1/members/sweep"), 200),
    "GET /api/v1/members/:id": lambda p: (p.ask(f"/api/v1/members/{followed(p)}"), 200),
    "GET /api/v1/members/:id/contests": lambda p: (p.ask(f"/api/v1/members/{followed(p)}/contests"), 200),
    "POST /cron/sync": lambda p: (p.ask("/cron/sync", "POST", headers={"X-Cron-Secret": CRON}), 200),
    "GET /health": lambda p: (p.ask("/health"), 200),
    "GET /metrics": lambda p: (p.ask("/metrics", REMOTE_ADDR="127.0.0.1"), 200),
}


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: f"{r[0]} {r[1]}")
def test_answers_fit(doc, program, route):
    method, pattern, kind = route
    assert f"{method} {pattern}" in GOOD, "a described route needs a good request here"
    reply, status = GOOD[f"{method} {pattern}"](program)
    assert reply.status == status, reply.text
    check(doc, method, pattern, reply)
    if kind == "json":
        thing = THINGS.get(pattern, lambda p: pattern)(program)
        refused = program.ask(thing, method, {"no_such_member": 1})
        assert refused.status in (401, 422)
        check(doc, method, pattern, refused)
    other = program.ask(pattern, "POST" if method == "GET" else "GET")
    if other.status == 405:
        check(doc, method, pattern, other)
    program.token = "junk"
    for_guests = doc["paths"][path_of(pattern)][method.lower()]["x-podium-role"] == "guest"
    if not for_guests:
        refused = program.ask(pattern, method, {} if kind == "json" else None)
        assert refused.status == 401
        check(doc, method, pattern, refused)


def test_cancelled_and_moved_contests_fit(doc, program):
    reply = program.ask("/api/v1/calendar?limit=200&from=2020-01-01")
    assert {c["status"] for c in reply.json()["contests"]} == {"confirmed", "cancelled"}
    check(doc, "GET", "/api/v1/calendar", reply)


def test_limits_and_sizes_fit(doc, program):
    check(doc, "POST", "/api/v1/auth/login", program.ask("/api/v1/auth/login", "POST", {"email": "x" * 9000}))
    replies = [program.ask("/api/v1/auth/login", "POST", {}) for _ in range(3)]
    assert {r.status for r in replies} == {422}
    for reply in replies:
        check(doc, "POST", "/api/v1/auth/login", reply)
    replies = [program.ask("/api/v1/auth/register", "POST", {}) for _ in range(101)]
    assert [r.status for r in replies] == [422] * 100 + [429]
    check(doc, "POST", "/api/v1/auth/register", replies[-1])
    assert 1 <= int(replies[-1].header("Retry-After")) <= 60 and replies[-1].json()["error"]["code"] == "too_many"


def test_page_for_people(site, doc):
    reply = Program(site.socket).ask("/api")
    assert reply.status == 200
    check_markup(reply.text)
    for method, pattern, _ in ROUTES:
        assert f"<b>{method}</b> {path_of(pattern)}</code>" in reply.text
    assert "profile:write" in reply.text and "refresh_expires_in" in reply.text
