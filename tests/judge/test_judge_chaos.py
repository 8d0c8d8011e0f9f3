"""kill -9 of workers, boxes, the supervisor and PostgreSQL while submissions are judged: every one of them ends with the
right verdict, and none of them twice. `make chaos` does it with 200."""

import contextlib
import os
import pathlib
import random
import signal
import time

import psycopg2
import pytest

from lab.judging import CPP, PYTHON, SUM, Site
from lab.podium import Podium
from lab.postgres import Postgres

N = int(os.environ.get("CHAOS_N", "16"))
SLOW = "import time\na, b = map(int, input().split())\ntime.sleep(0.03)\n"
CASES = [
    ("python3", PYTHON, 1), ("python3", SLOW + "print(a + b)\n", 1), ("cpp20", CPP, 1),
    ("python3", SLOW + "print(a + b + (a == 7))\n", 2), ("python3", SLOW + "print(a + b)\nraise SystemExit(a == 9)\n", 6),
    ("c", "int main(void) { return nothing; }\n", 7),
]


@pytest.fixture()
def site(folder):
    server = Postgres(folder / "own", fsync=True).init().start()
    server.execute("postgres", "CREATE ROLE podium_owner LOGIN CREATEROLE")
    server.execute("postgres", "CREATE DATABASE podium_template OWNER podium_owner")
    Podium(folder / "t", server.conninfo("podium_template", "podium_owner")).cli("migrate")
    made = Site(folder, server, workers=3, DRAIN_S=0).start()
    yield made
    made.podium.stop()
    server.stop()


def descendants(pid):
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                yield int(child)
                yield from descendants(int(child))


def name_of(pid):
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def harm(site, chance):
    """Kills something at random; says what."""
    below = list(descendants(site.jobs.pid)) if site.jobs.alive() else []
    boxes = [p for p in below if name_of(p).startswith("podium-box")]
    workers = [p for p in (site.jobs.children() if site.jobs.alive() else []) if p not in boxes]
    what = chance.choices(["worker", "box", "supervisor", "server"], [6, 6, 1, 1])[0]
    victims = {"worker": workers, "box": boxes, "supervisor": [site.jobs.pid] if site.jobs.alive() else [], "server": []}[what]
    if victims:
        with contextlib.suppress(ProcessLookupError):
            os.kill(chance.choice(victims), signal.SIGKILL)
    if what == "supervisor":
        site.jobs.child.wait(10)
        site.jobs = site.podium.start_jobs(name=f"jobs{time.monotonic_ns()}")
    if what == "server":
        site.postgres.restart()
    return what


def left(site):
    with contextlib.suppress(psycopg2.OperationalError):
        return site.sql("SELECT count(*) FROM judging WHERE state < 3")[0][0]
    return N


def test_killed_at_random(site):
    seed = int(os.environ.get("CHAOS_SEED", random.randrange(10**6)))
    chance = random.Random(seed)
    problem = site.problem("sum", SUM)
    expected = {}
    for i in range(N):
        language, source, verdict = CASES[i % len(CASES)]
        expected[site.send(problem, language, source)] = verdict
    done, end = [], time.monotonic() + 240 + 2 * N
    while left(site) > 0:
        assert time.monotonic() < end, (f"seed {seed}, after {done}", site.sql(
            "SELECT id, state, fault FROM judging WHERE state < 3 LIMIT 5"))
        if len(done) < 20 + N // 4:
            done.append(harm(site, chance))
        time.sleep(chance.uniform(0.1, 0.8))
    assert len(done) >= 5, "nothing was harmed"
    got = dict(site.sql("SELECT s.public_id, j.verdict FROM submission s JOIN judging j ON j.id = s.judging_id"))
    faults = site.sql("SELECT fault FROM judging WHERE verdict = 8")
    assert got == expected, f"seed {seed}, after {done}: {faults}"
    assert site.sql("SELECT count(*) FROM event WHERE kind = 'judgement' AND scope LIKE 'submission:%%'") == [(N,)], f"seed {seed}"
    assert site.sql("SELECT scope FROM event WHERE kind = 'judgement' GROUP BY scope HAVING count(*) > 1"
                    " AND scope LIKE 'submission:%%'") == []
    assert site.sql("SELECT n_tried, n_solved FROM problem") == [(1, 1)]
    time.sleep(0.5)
    assert site.judge(problem, "python3", PYTHON)["verdict"] == "AC", "the machine is well after it"
