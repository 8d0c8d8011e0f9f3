"""The key that signs access tokens: made once, rotated, and known until its last token has ended."""

import base64
import concurrent.futures
import json

import pytest

from lab.program import Program, error_of

MAX = ("max@example.org", "a password of max")


@pytest.fixture()
def site(podium, postgres, database):
    podium.cli("user", "create", MAX[0], "Max", "member", text_input=MAX[1] + "\n")
    podium.execute = lambda sql: postgres.execute(database, sql)
    podium.start_web()
    return podium


def profile(program, token):
    return program.ask("/api/v1/users/profile", headers={"Authorization": f"Bearer {token}"})


def kid_of(token):
    return json.loads(base64.urlsafe_b64decode(token.split(".")[0] + "=="))["kid"]


def test_one_key_is_made_however_many_ask_first(site):
    assert Program(site.socket).ask("/.well-known/jwks.json").json() == {"keys": []}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: Program(site.socket).login(*MAX), range(4)))
    assert site.execute("SELECT count(*) FROM signing_key") == [(1,)]
    assert len({kid_of(a["access_token"]) for a in answers}) == 1
    for answer in answers:
        assert profile(Program(site.socket), answer["access_token"]).status == 200


def test_rotating(site):
    program = Program(site.socket)
    old = program.login(*MAX)["access_token"]
    made = site.cli("key", "rotate").stdout
    assert profile(program, old).status == 200, "a key is known until its last token has ended"
    keys = program.ask("/.well-known/jwks.json").json()["keys"]
    assert [k["kid"] for k in keys][1:] == [kid_of(old)] and keys[0]["kid"] in made
    assert site.execute("SELECT count(*) FROM signing_key WHERE sealed IS NOT NULL") == [(1,)], "one private half"
    site.execute("UPDATE signing_key SET retired_at = retired_at - interval '2 hours' WHERE retired_at IS NOT NULL")
    assert len(program.ask("/.well-known/jwks.json").json()["keys"]) == 1
    assert site.execute("SELECT actor_id, object FROM audit WHERE action = 'key.rotate'") == [(0, "key:" + keys[0]["kid"])]
    site.cli("key", "rotate")
    assert site.execute("SELECT count(*) FROM signing_key") == [(2,)], "what nobody needs is gone"
    assert site.cli("key", check=False).returncode == 2


def test_without_a_key_to_seal_with(podium, postgres, database):
    podium.set(ENCRYPTION_KEY="")
    podium.cli("user", "create", MAX[0], "Max", "member", text_input=MAX[1] + "\n")
    podium.start_web()
    program = Program(podium.socket)
    reply = program.ask("/api/v1/auth/login", "POST", {"email": MAX[0], "password": MAX[1]})
    assert error_of(reply) == (503, "unavailable", None) and reply.header("Retry-After")
    assert podium.cli("key", "rotate", check=False).returncode == 1
