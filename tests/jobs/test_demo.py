"""What a demonstration shows of Codeforces: the club's people, and the page where one sends in as anybody."""

import csv
import subprocess
import time
import urllib.parse
import urllib.request

import pytest

from lab.outside import Outside
from lab.process import TOP
from outside import club


@pytest.fixture()
def outside(folder):
    made = Outside(folder, "--club").start()
    yield made
    made.stop()


def of(outside, method, **query):
    return outside.ask("GET", f"/codeforces/api/{method}?{urllib.parse.urlencode(query)}")["result"]


def send(outside, **form):
    """What the page says afterwards."""
    with urllib.request.urlopen(outside.base + "/codeforces/_desk", urllib.parse.urlencode(form).encode(), timeout=10) as answer:
        return answer.read().decode()


def test_everybody_of_the_list_has_a_past(outside):
    with open(club.LIST, encoding="utf-8", newline="") as lines:
        handles = [row["handle"] for row in csv.DictReader(lines)]
    assert len(handles) == 12
    for handle in handles:
        person, = of(outside, "user.info", handles=handle)
        changes, sent = of(outside, "user.rating", handle=handle), of(outside, "user.status", handle=handle)
        assert changes[-1]["newRating"] == person["rating"] and len(changes) >= 8
        assert len(sent) >= 150 and len({row["id"] for row in sent}) == len(sent)
        assert all(row["creationTimeSeconds"] <= time.time() for row in sent)


def test_one_sends_in_as_anybody(outside):
    known = of(outside, "problemset.problems")["problems"][0]
    name = f"{known['contestId']}{known['index']}"
    assert f"for {name}: COMPILATION_ERROR" in send(outside, handle="new_one", problem=name, verdict="COMPILATION_ERROR")
    row, = of(outside, "user.status", handle="new_one")
    assert (row["verdict"], row["problem"]["name"]) == ("COMPILATION_ERROR", known["name"])
    send(outside, handle="new_one", organization="podium-abc")
    assert of(outside, "user.info", handles="new_one")[0]["organization"] == "podium-abc"
    assert "written as 2100A" in send(outside, handle="new_one", problem="<b>")
    assert "3 to 24" in send(outside, handle="a b", problem=name) and len(of(outside, "user.status", handle="new_one")) == 1


def test_its_contests_end_with_it(postgres, database, redis_server):
    """What was known before it played stays, also what it called off."""
    def sql(text):
        return postgres.execute(database, text)

    def contest(name, seen, cancelled="NULL"):
        sql("INSERT INTO external_contest (platform, native_id, title, start_at, end_at, url, status, first_seen_at, last_seen_at,"
            " changed_at, cancelled_at) VALUES ('atcoder', '%s', '%s', now() + interval '1 day', now() + interval '25 hours',"
            " 'https://example.org/', CASE WHEN %s IS NULL THEN 'upcoming' ELSE 'cancelled' END, to_timestamp(%d), now(), now(), %s)"
            % (name, name, cancelled, seen, cancelled))
        sql(f"INSERT INTO contest_change (contest_id, at, kind) SELECT id, to_timestamp({seen}), 'announced'"
            f" FROM external_contest WHERE native_id = '{name}'")
    began = int(time.time()) - 1000
    contest("old", began - 50)
    contest("long gone", began - 50, f"to_timestamp({began - 10})")
    contest("called off", began - 50, "now()")
    contest("played", began + 5)
    sql("UPDATE source SET last_success_at = now(), n_rows = 3, next_fetch_at = 'infinity' WHERE platform = 'atcoder'")
    sql("INSERT INTO cache (key, value, expires_at) VALUES ('cache:platforms', 'x', 'infinity')")
    redis_server.client().set("cache:platforms", "x")
    subprocess.run([TOP / "etc/dev/leave-demo", postgres.conninfo(database, "podium_owner"), redis_server.uri, str(began)], check=True)
    assert sql("SELECT native_id, status FROM external_contest ORDER BY 1") == [
        ("called off", "upcoming"), ("long gone", "cancelled"), ("old", "upcoming")]
    assert sql("SELECT count(*) FROM contest_change") == [(3,)]
    assert sql("SELECT last_success_at, n_rows, next_fetch_at <= now() FROM source WHERE platform = 'atcoder'") == [(None, 0, True)]
    assert sql("SELECT * FROM cache") == [] and redis_server.client().get("cache:platforms") is None
