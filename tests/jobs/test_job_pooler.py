"""The runner behind PgBouncer in transaction mode, where LISTEN hears nothing and sessions are shared."""

import time

import pytest

from lab.pooler import Pooler
from lab.process import wait_until


@pytest.fixture()
def pooled(jobs, postgres, database, folder):
    pooler = Pooler(folder / "b", postgres, database, "podium_owner", default_pool_size=6).start()
    jobs.podium.set(POSTGRES_DB=pooler.conninfo())
    yield jobs
    jobs.podium.stop()
    jobs.podium.processes.clear()
    pooler.stop()


def test_jobs_run_behind_a_pooler(pooled):
    runner = pooled.start(JOB_WORKERS=3)
    ids = pooled.add(n=500, file="p")
    pooled.wait_done(ids, 60)
    assert sorted(t[0] for t in pooled.traces("p")) == sorted(ids)
    assert "db.pooled" in runner.log()


def test_polling_finds_what_nobody_told(pooled):
    pooled.start(JOB_WORKERS=2)
    time.sleep(1.0)
    began = time.monotonic()
    for n in range(1, 4):
        pooled.wait_done(pooled.add(file="q"), 5)
        assert len(pooled.traces("q")) == n
    assert time.monotonic() - began < 6


def test_retries_and_settling_behind_a_pooler(pooled):
    pooled.queue("sink", paused_until="infinity")
    pooled.start(JOB_WORKERS=2)
    again = pooled.add("test.fail", file="f", temporary=True, until=2)
    once = pooled.add("test.once", queue="effect", n=50)
    pooled.wait_done(again)
    pooled.wait_done(once)
    assert pooled.one("SELECT count(*) FROM job WHERE kind = 'test.sink'") == 50
    wait_until(lambda: pooled.one("SELECT count(*) FROM job WHERE runner IS NOT NULL") == 0, 5, "quiet")
