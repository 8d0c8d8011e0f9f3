"""POST /cron/fetch and /cron/sync: the doors of a clock elsewhere."""

import pytest

from lab import fcgi

SECRET = "a secret of 22 letters"


def ask(podium, secret=None, peer="198.18.9.1", door="/cron/fetch"):
    headers = {} if secret is None else {"X-Cron-Secret": secret}
    return fcgi.request(podium.socket, "POST", door, headers, {}, REMOTE_ADDR=peer)


def jobs(postgres, database):
    return postgres.execute(database, "SELECT kind FROM job UNION ALL SELECT kind FROM job_later")


@pytest.fixture()
def open_door(podium):
    podium.set(CRON_SECRET=SECRET)
    podium.start_web()
    return podium


@pytest.mark.parametrize("door", ["/cron/fetch", "/cron/sync"])
def test_closed_while_no_secret_is_set(podium, postgres, database, door):
    postgres.execute(database, "INSERT INTO member (name, handle) VALUES ('Ada', 'ada')")
    podium.start_web()
    for secret in (None, "", SECRET):
        assert ask(podium, secret, door=door).status == 401, secret
    assert jobs(postgres, database) == [] == postgres.execute(database, "SELECT id FROM member_sweep")


def test_only_the_secret_opens(open_door, postgres, database):
    for secret in (None, "", SECRET[:-1], SECRET + "x", SECRET.upper()):
        assert ask(open_door, secret).status == 401, secret
    assert jobs(postgres, database) == []
    reply = ask(open_door, SECRET)
    assert (reply.status, reply.json(), reply.header("Cache-Control")) == (200, {"queued": True}, "no-store")
    assert ask(open_door, SECRET).json() == {"queued": False}
    assert jobs(postgres, database) == [("fetch.due",)]


def test_a_secret_over_the_cap_is_refused_for_programs(open_door, postgres, database):
    reply = ask(open_door, "s" * 257)
    assert reply.status == 431 and reply.header("Content-Type") == "application/json"
    assert reply.json()["error"]["message"] == "X-Cron-Secret is longer than 256 bytes"
    assert ask(open_door, "s" * 256).status == 401 and jobs(postgres, database) == []


def test_guessing_is_slowed_down(open_door):
    seen = [ask(open_door, f"a wrong secret, number {n}", "198.18.9.2").status for n in range(31)]
    assert seen[:30] == [401] * 30 and seen[30] == 429
    assert ask(open_door, SECRET, "198.18.9.3").status == 200


def test_members_are_asked_for_with_the_secret_only(open_door, postgres, database):
    postgres.execute(database, "INSERT INTO member (name, handle) VALUES ('Ada', 'ada'), ('Bob', 'bob'), ('Zoe', NULL)")
    for secret in (None, "", SECRET[:-1], SECRET + "x"):
        assert ask(open_door, secret, door="/cron/sync").status == 401, secret
    assert jobs(postgres, database) == [] == postgres.execute(database, "SELECT id FROM member_sweep")
    reply = ask(open_door, SECRET, door="/cron/sync")
    assert reply.status == 200 and (reply.json()["members"], reply.json()["done"]) == (2, 0)
    assert ask(open_door, SECRET, door="/cron/sync").json() == reply.json(), "one that runs goes on"
    assert jobs(postgres, database) == [("member.sync",)] * 2
