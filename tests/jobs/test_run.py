"""Jobs run, fail, wait, die and are told about."""

import time

import pytest

from lab.process import wait_until


def test_a_job_runs_once_and_moves_to_done(jobs):
    job = jobs.add(file="a")
    jobs.start()
    jobs.wait_done(job)
    assert [t[:2] for t in jobs.traces("a")] == [(job, 1)]
    assert jobs.left() == 0
    assert jobs.sql("SELECT kind, attempt FROM job_done WHERE id = %s", job) == [("test.trace", 1)]


def test_many_jobs_each_once(jobs):
    ids = jobs.add(n=3000, file="many")
    jobs.start(JOB_WORKERS=4)
    jobs.wait_done(ids, 60)
    assert sorted(t[0] for t in jobs.traces("many")) == sorted(ids)


def test_two_runners_share_without_doubles(jobs):
    jobs.start(JOB_WORKERS=2)
    jobs.start(JOB_WORKERS=2)
    ids = jobs.add(n=2000, file="two")
    jobs.wait_done(ids, 60)
    traces = jobs.traces("two")
    assert sorted(t[0] for t in traces) == sorted(ids)
    assert jobs.one("SELECT count(*) FROM job_runner") == 2


def test_retry_waits_longer_each_time_and_then_dies(jobs):
    jobs.start()
    job = jobs.add("test.fail", file="f", temporary=True)
    waits = []
    for attempt in (1, 2):
        row = wait_until(lambda: jobs.sql("SELECT extract(epoch FROM run_at - clock_timestamp()) * 1000 FROM job_later"
                                          " WHERE id = %s AND attempt = %s", job, attempt), 10, "a retry")
        waits.append(float(row[0][0]))
    assert waits[0] <= 400 and waits[1] <= 800  # base 400 ms, doubled, 50..100 % of it
    jobs.wait_dead(job)
    assert [t[1] for t in jobs.traces("f")] == [1, 2, 3]
    attempt, error = jobs.sql("SELECT attempt, last_error FROM job_dead WHERE id = %s", job)[0]
    assert attempt == 3 and error == "temporary: asked to fail"
    assert jobs.left() <= 1  # the one that tells


def test_a_death_is_told(jobs):
    jobs.start()
    job = jobs.add("test.fail", file="f")
    jobs.wait_dead(job)
    wait_until(lambda: jobs.sql("SELECT 1 FROM job_done WHERE kind = 'test.told'"), 10, "the news")
    assert [t[1] for t in jobs.traces("f")] == [1]  # invalid is final at once


def test_retry_after_is_respected(jobs):
    jobs.start()
    job = jobs.add("test.fail", temporary=True, retry_after=30)
    wait = wait_until(lambda: jobs.sql("SELECT extract(epoch FROM run_at - clock_timestamp()) FROM job_later"
                                       " WHERE id = %s", job), 10, "the retry")
    assert 25 < float(wait[0][0]) < 32


def test_a_failed_job_succeeds_later(jobs):
    jobs.start()
    job = jobs.add("test.fail", file="f", temporary=True, until=2)
    jobs.wait_done(job)
    assert jobs.one("SELECT attempt FROM job_done WHERE id = %s", job) == 2


def test_an_unknown_kind_waits_for_a_program_that_knows_it(jobs):
    jobs.start()
    job = jobs.add("test.nobody")
    wait_until(lambda: jobs.sql("SELECT 1 FROM job_later WHERE id = %s AND run_at > now() + interval '50 s'",
                                job), 10, "the wait")


def test_a_delayed_job_runs_when_due(jobs):
    jobs.start()
    jobs.queue("test")
    began = time.monotonic()
    job = jobs.one("INSERT INTO job_later (id, run_at, queue, priority, kind, payload)"
                   " SELECT nextval('job_id'), clock_timestamp() + interval '1500 ms', id, 10, 'test.trace', '{}'"
                   " FROM job_queue WHERE name = 'test' RETURNING id")
    jobs.wait_done(job)
    assert 1.4 < time.monotonic() - began < 3.5


def test_a_large_payload_arrives_whole(jobs):
    jobs.start()
    job = jobs.add(file="large", filler="x" * 200_000)
    jobs.wait_done(job)
    assert len(jobs.traces("large")) == 1


def test_priorities_lead_and_none_starves(jobs):
    low = jobs.add(priority="low", n=40, file="p", ms=5)
    normal = jobs.add(priority="normal", n=200, file="p", ms=5)
    urgent = jobs.add(priority="urgent", n=200, file="p", ms=5)
    jobs.start(JOB_WORKERS=1)
    jobs.wait_done(low + normal + urgent, 60)
    order = [t[0] for t in jobs.traces("p")]
    position = {job: i for i, job in enumerate(order)}

    def mean(ids):
        return sum(position[i] for i in ids) / len(ids)
    assert mean(urgent) < mean(normal)
    assert min(position[i] for i in low) < 400  # before the more urgent ones are done


def test_a_small_queue_is_not_starved_by_a_large_one(jobs):
    large = jobs.add(queue="large", n=300, file="q", ms=5)
    small = jobs.add(queue="small", n=5, file="q", ms=5)
    jobs.start(JOB_WORKERS=1)
    jobs.wait_done(large + small, 60)
    order = [t[0] for t in jobs.traces("q")]
    assert max(order.index(i) for i in small) < 100


@pytest.mark.parametrize("kind", ["urgent", "normal", "low"])
def test_every_lane_is_served(jobs, kind):
    jobs.start()
    jobs.wait_done(jobs.add(priority=kind))


def test_finished_jobs_are_not_kept_when_told_so(jobs):
    jobs.start(DONE_KEEP_DAYS=0)
    job = jobs.add(file="gone")
    wait_until(lambda: jobs.traces("gone") and jobs.left() == 0, 10, "the end")
    assert jobs.sql("SELECT 1 FROM job_done WHERE id = %s", job) == []


def test_the_nightly_purge(jobs):
    """maintenance.purge, run by the product's own program."""
    jobs.queue("maintenance")
    old = jobs.one("INSERT INTO job_dead (id, created_at, died_at, queue, priority, attempt, kind, payload)"
                   " VALUES (nextval('job_id'), now(), now() - interval '91 days', 1, 10, 1, 'x', '{}') RETURNING id")
    kept = jobs.one("INSERT INTO job_dead (id, created_at, died_at, queue, priority, attempt, kind, payload)"
                    " VALUES (nextval('job_id'), now(), now() - interval '89 days', 1, 10, 1, 'x', '{}') RETURNING id")
    jobs.sql("INSERT INTO job_done_rest (id, created_at, done_at, queue, attempt, kind)"
             " VALUES (1, now(), now() - interval '9 days', 1, 1, 'x')")
    jobs.sql("INSERT INTO job_unique (queue, key, job) VALUES (1, 'nobody', 999999999)")
    jobs.sql("UPDATE job_cron SET enabled = false")
    job = jobs.add("maintenance.purge", queue="maintenance")
    jobs.podium.start_jobs()
    jobs.wait_done(job)
    assert jobs.sql("SELECT id FROM job_dead") == [(kept,)] and kept != old
    assert jobs.sql("SELECT 1 FROM job_done_rest") == []
    assert jobs.sql("SELECT 1 FROM job_unique WHERE key = 'nobody'") == []
    assert jobs.one("SELECT count(*) FROM pg_inherits WHERE inhparent = 'job_done'::regclass") >= 9
