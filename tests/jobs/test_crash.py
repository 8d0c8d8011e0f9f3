"""Whatever dies: no job is lost and none is done twice in effect."""

import os
import random
import signal
import time

import pytest

from lab.postgres import Postgres
from lab.process import has_ended, wait_until


def test_a_dead_worker_is_noticed_at_once(jobs):
    """The log says when; the job waits for its next attempt and says how its run ended."""
    runner = jobs.start(JOB_WORKERS=1)
    job = jobs.add("test.trace", file="k", ms=20_000)
    wait_until(lambda: jobs.traces("k"), 10, "the start")
    pid = jobs.traces("k")[0][2]
    at = time.time()
    os.kill(pid, signal.SIGKILL)
    runner.wait_for_log("supervisor.worker_died", 2)
    line = next(row for row in runner.log().splitlines() if "supervisor.worker_died" in row)
    stamp = line.split()[0].removeprefix("ts=").removesuffix("Z")
    second = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(at))
    noticed = float(stamp.split(":")[2]) - (float(second.split(":")[2]) + at % 1)
    assert noticed % 60 < 0.25  # 10 ms on a quiet machine: tests/bench measures it
    row = wait_until(lambda: jobs.sql("SELECT attempt, last_error FROM job_later WHERE id = %s", job), 2, "retry")
    assert row == [(1, "temporary: the worker was ended by signal 9 (Killed)")]
    wait_until(lambda: len(jobs.traces("k")) == 2, 10, "the second attempt")
    assert jobs.traces("k")[1][:2] == (job, 2)


@pytest.mark.parametrize("how,said", [
    ({"signal": 9}, "signal 9"), ({"signal": 6}, "signal 6"), ({"status": 3}, "status 3"),
    ({"signal": 15, "status": 143}, "status 143")])
def test_a_job_that_kills_its_worker_dies_in_the_end(jobs, how, said):
    jobs.start(JOB_WORKERS=1)
    job = jobs.add("test.die", file="d", **how)
    other = jobs.add(n=20, file="o")
    jobs.wait_dead(job)
    jobs.wait_done(other)
    assert [t[1] for t in jobs.traces("d")] == [1, 2, 3]
    assert said in jobs.one("SELECT last_error FROM job_dead WHERE id = %s", job)
    assert sorted(t[0] for t in jobs.traces("o")) == sorted(other)  # each once


def test_what_a_dead_worker_started_dies_with_it(jobs):
    """The rest of its process group, and nobody else."""
    jobs.start(JOB_WORKERS=2)
    job = jobs.add("test.die", file="d", file2="child", child=1500, signal=9, until=2)
    jobs.wait_done(job)
    time.sleep(2.0)
    assert [t[1] for t in jobs.traces("child")] in ([], [2])  # never that of the killed first attempt


def test_a_job_past_its_deadline_is_killed(jobs):
    runner = jobs.start(JOB_WORKERS=2)
    began = time.monotonic()
    job = jobs.add("test.sleep", file="s", ms=60_000)
    short = jobs.add(n=10, file="o")
    row = wait_until(lambda: jobs.sql("SELECT last_error FROM job_later WHERE id = %s", job), 10, "the kill")
    assert 1.9 < time.monotonic() - began < 6
    assert row == [("temporary: the job ran past its deadline",)]
    jobs.wait_done(short)
    assert "supervisor.deadline" in runner.log()


def test_a_busy_worker_is_relieved_of_what_it_holds(jobs):
    """A batch of short jobs with a long one among them: the rest is run by others meanwhile."""
    warm = jobs.add(n=600)
    ids = jobs.add(n=100, file="r")
    long = jobs.add(file="l", ms=6000)
    more = jobs.add(n=400, file="r")
    jobs.start(JOB_WORKERS=2)
    jobs.wait_done(warm, 30)
    wait_until(lambda: jobs.traces("l"), 10, "the long one")
    jobs.wait_done(ids + more, 4.5)
    assert jobs.sql("SELECT 1 FROM job_done WHERE id = %s", long) == []
    jobs.wait_done(long)
    assert sorted(t[0] for t in jobs.traces("r")) == sorted(ids + more)


@pytest.mark.parametrize("kind", ["test.once", "test.effect"])
def test_workers_killed_at_every_step(jobs, kind):
    """SIGKILL at random moments, many times: claiming, running, recording, in a transaction."""
    jobs.queue("sink", paused_until="infinity")
    runner = jobs.start(JOB_WORKERS=3)
    payload = {"file": "e"} if kind == "test.effect" else {}
    ids = []
    dice = random.Random(7)
    began = time.monotonic()
    kills = 0
    while time.monotonic() < began + 8 or (kills < 40 and time.monotonic() < began + 40):
        ids += jobs.add(kind, queue="effect", n=40, **payload)
        for _ in range(3):
            time.sleep(dice.uniform(0.0, 0.06))
            pids = jobs.workers(runner)
            if pids:
                try:
                    os.kill(dice.choice(pids), signal.SIGKILL)
                    kills += 1
                except ProcessLookupError:
                    pass
    jobs.wait_done(ids, 90)
    wait_until(lambda: jobs.one("SELECT count(*) FROM job j JOIN job_queue q ON q.id = j.queue"
                                " WHERE q.name = 'effect'") == 0, 30, "an empty queue")
    assert jobs.sql("SELECT 1 FROM job_dead WHERE kind LIKE 'test.%%'") == []
    assert jobs.one("SELECT count(*) FROM job_done WHERE kind = %s", kind) == len(ids)  # none recorded twice
    if kind == "test.once":
        assert jobs.one("SELECT count(*) FROM job WHERE kind = 'test.sink'") == len(ids)
    else:
        assert {t[0] for t in jobs.traces("e")} == set(ids)
    assert kills >= 40 and runner.alive()


def stopped_at(jobs, step):
    """The pid of the process that stops at the step; arm() asked for it."""
    found = wait_until(lambda: list(jobs.steps.glob(step + ".*")), 20, f"a process at {step}")
    return int(found[0].name.rsplit(".", 1)[1])


def arm(jobs, step):
    (jobs.steps / step).touch()


@pytest.mark.parametrize("kind,step,attempts", [
    ("test.once", "claimed", 1),    # the claim is handed back and does not count
    ("test.once", "effect", 2),     # the effect is made and rolled back
    ("test.once", "settled", 2),    # the job's end too
    ("test.once", "committed", 1),  # both are there, nobody was told
    ("test.once", "ran", 1),
    ("test.effect", "ran", 1),      # succeeded: the steward records it
    ("test.effect", "sending", 1),
    ("test.effect", "recorded", 1),  # recorded, and then once more in vain
])
def test_a_worker_killed_at_a_named_step(jobs, kind, step, attempts):
    jobs.queue("sink", paused_until="infinity")
    arm(jobs, step)
    runner = jobs.start(JOB_WORKERS=2)
    ids = jobs.add(kind, queue="effect", n=3, **({"file": "e"} if kind == "test.effect" else {}))
    os.kill(stopped_at(jobs, step), signal.SIGKILL)
    jobs.wait_done(ids, 30)
    wait_until(lambda: jobs.one("SELECT count(*) FROM job WHERE kind = %s", kind) == 0, 20, "an empty queue")
    assert jobs.one("SELECT max(attempt) FROM job_done WHERE id = ANY(%s)", ids) == attempts
    assert jobs.one("SELECT count(*) FROM job_done WHERE id = ANY(%s)", ids) == 3
    if kind == "test.once":
        assert jobs.one("SELECT count(*) FROM job WHERE kind = 'test.sink'") == 3
    else:
        assert sorted(t[0] for t in jobs.traces("e")) == sorted(ids)
    assert jobs.sql("SELECT 1 FROM job_dead WHERE kind LIKE 'test.%%'") == [] and runner.alive()


def test_a_steward_killed_in_its_heartbeat(jobs):
    runner = jobs.start(JOB_WORKERS=1)
    arm(jobs, "beating")
    job = jobs.add("test.effect", queue="effect", file="h", ms=4000)
    pid = stopped_at(jobs, "beating")
    os.kill(pid, signal.SIGKILL)
    jobs.wait_done(job)
    assert [t[:2] for t in jobs.traces("h")] == [(job, 1)]  # its run went on
    assert jobs.one("SELECT count(*) FROM job_runner") == 1 and "supervisor.steward_died" in runner.log()


def test_the_steward_may_die_too(jobs):
    runner = jobs.start(JOB_WORKERS=2)
    workers = set(jobs.workers(runner))
    steward = next(p for p in runner.children() if p not in workers)
    os.kill(steward, signal.SIGKILL)
    ids = jobs.add(n=50, file="s")
    wait_until(lambda: steward not in runner.children() and len(runner.children()) == 3, 10, "another steward")
    ids += jobs.add(n=50, file="s")
    jobs.wait_done(ids, 60)
    assert "supervisor.steward_died" in runner.log() and jobs.left() == 0
    assert jobs.one("SELECT count(*) FROM job_runner") == 1  # the runner goes on under its number


def test_a_killed_supervisor_takes_its_workers_along(jobs):
    """And the jobs run elsewhere within 15 s."""
    first = jobs.start(JOB_WORKERS=2)
    job = jobs.add(file="v", ms=60_000)
    wait_until(lambda: jobs.traces("v"), 10, "the start")
    children = first.children()
    began = time.monotonic()
    first.kill()
    wait_until(lambda: all(map(has_ended, children)), 3, "the end of its children")
    second = jobs.start()
    wait_until(lambda: len(jobs.traces("v")) == 2, 20, "the second run")
    assert time.monotonic() - began < 15
    assert jobs.traces("v")[1][:2] == (job, 2)
    assert "runner.took_over" in second.log()


def test_a_silent_runner_is_given_up_and_its_late_answers_refused(jobs):
    """The first runner's processes are all stopped as by a frozen machine, then go on."""
    first = jobs.start(JOB_WORKERS=1)
    job = jobs.add("test.effect", queue="effect", file="z", ms=1500)
    wait_until(lambda: jobs.traces("z"), 10, "the start")
    frozen = [first.pid, *first.children()]
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    second = jobs.start(JOB_WORKERS=1)
    try:
        second.wait_for_log("runner.took_over", 20)
        jobs.wait_done(job, 20)
    finally:
        for pid in reversed(frozen):  # the supervisor last: it ends the others as soon as it goes on
            os.kill(pid, signal.SIGCONT)
    first.wait_for_log("runner.given_up", 15)
    assert jobs.one("SELECT count(*) FROM job_done WHERE id = %s", job) == 1
    assert jobs.one("SELECT attempt FROM job_done WHERE id = %s", job) == 2
    later = jobs.add(n=20, file="y")
    jobs.wait_done(later)
    wait_until(lambda: jobs.one("SELECT count(*) FROM job_runner") == 2, 10, "the first one under a new number")
    assert jobs.left() == 0


def test_a_reaped_workers_answer_changes_nothing(jobs):
    """Its job is given to nobody else: the row itself refuses the late answer."""
    runner = jobs.start(JOB_WORKERS=1)
    job = jobs.add(file="z", ms=1000)
    wait_until(lambda: jobs.traces("z"), 10, "the start")
    jobs.queue("test", paused_until="infinity")
    jobs.sql("UPDATE job SET runner = NULL, worker = NULL, claimed_at = NULL WHERE id = %s", job)
    runner.wait_for_log("job.refused", 10)
    assert jobs.sql("SELECT attempt, runner FROM job WHERE id = %s", job) == [(1, None)]
    assert jobs.sql("SELECT 1 FROM job_done") == []


@pytest.mark.parametrize("signals,seconds", [(1, 6.0), (2, 4.0)])
def test_drain_hands_back_what_does_not_end(jobs, signals, seconds):
    runner = jobs.start(JOB_WORKERS=2, DRAIN_S=3)
    quick = jobs.add(file="q", ms=700)
    slow = jobs.add(file="s", ms=25_000)
    wait_until(lambda: jobs.traces("q") and jobs.traces("s"), 10, "the start")
    rest = jobs.add(n=10)
    began = time.monotonic()
    runner.send(signal.SIGTERM)
    if signals == 2:
        time.sleep(1.2)
        runner.send(signal.SIGTERM)
    assert runner.stop(signal.SIGCONT) == 0
    assert time.monotonic() - began < seconds
    assert jobs.one("SELECT count(*) FROM job_done WHERE id = %s", quick) == 1
    assert jobs.sql("SELECT attempt, runner FROM job WHERE id = %s", slow) == [(0, None)]
    assert jobs.one("SELECT count(*) FROM job WHERE id = ANY(%s) AND runner IS NULL AND attempt = 0", rest) == 10
    assert jobs.sql("SELECT * FROM job_runner") == []


def test_reload_keeps_the_process_and_loses_nothing(jobs):
    runner = jobs.start(JOB_WORKERS=2)
    ids = jobs.add(n=400, file="h", ms=5)
    time.sleep(0.3)
    before = jobs.one("SELECT max(id) FROM job_runner")
    runner.send(signal.SIGHUP)
    jobs.wait_done(ids, 60)
    assert jobs.one("SELECT max(id) FROM job_runner") > before
    assert runner.alive() and runner.log().count("supervisor.started") == 2
    assert sorted(t[0] for t in jobs.traces("h")) == sorted(ids)


@pytest.fixture()
def own_server(lab_folder, folder, podium):
    """A server that may be crashed, with its own migrated database."""
    server = Postgres(folder / "own").init().start()
    server.execute("postgres", "CREATE ROLE podium_owner LOGIN CREATEROLE")
    server.execute("postgres", "CREATE DATABASE crash OWNER podium_owner")
    podium.set(POSTGRES_DB=server.conninfo("crash", "podium_owner"))
    podium.cli("migrate")
    yield server
    podium.stop()
    podium.processes.clear()
    server.stop("immediate")


def test_the_server_crashes_while_jobs_run(own_server, make_jobs):
    jobs = make_jobs(own_server, "crash")
    jobs.queue("sink", paused_until="infinity")
    runner = jobs.start(JOB_WORKERS=3)
    ids = []
    for _ in range(3):
        ids += jobs.add("test.once", queue="effect", n=600)
        time.sleep(0.4)
        own_server.restart("immediate")
        time.sleep(0.5)
    jobs.wait_done(ids, 60)
    wait_until(lambda: jobs.one("SELECT count(*) FROM job WHERE kind = 'test.once'") == 0, 30, "an empty queue")
    assert jobs.one("SELECT count(*) FROM job WHERE kind = 'test.sink'") == len(ids)
    assert runner.alive()


def test_a_claim_that_the_servers_crash_forgot(own_server, make_jobs):
    """An idle worker's claim is not waited for: after a crash the job may be ready again while its first run goes on.
    It runs once more under the same number, and the first run's answer is refused, or its effect undone."""
    own_server.stop()
    own_server.settings["wal_writer_delay"] = "10s"  # so that a crash finds claims which are not written
    own_server.start()
    jobs = make_jobs(own_server, "crash")
    jobs.queue("sink", paused_until="infinity")
    runner = jobs.start(JOB_WORKERS=2)
    forgotten = []
    for n in range(20):
        wait_until(lambda: jobs.one("SELECT count(*) FROM job_runner") == 1, 20, "the runner")
        job = jobs.add("test.slow_once", queue="effect", file=f"s{n}", ms=1500)
        wait_until(lambda: jobs.traces(f"s{n}"), 10, "the start")
        own_server.restart("immediate")
        jobs.wait_done(job, 30)
        wait_until(lambda: jobs.one("SELECT count(*) FROM job WHERE kind = 'test.slow_once'") == 0, 30, "its end")
        attempts = [t[1] for t in jobs.traces(f"s{n}")]
        assert jobs.one("SELECT count(*) FROM job WHERE kind = 'test.sink'") == n + 1  # once in effect
        assert jobs.one("SELECT attempt FROM job_done WHERE id = %s", job) == attempts[-1]
        if attempts.count(1) == 2:
            forgotten.append(job)
            if len(forgotten) == 2:
                break
    assert len(forgotten) == 2
    assert jobs.sql("SELECT 1 FROM job_dead WHERE kind LIKE 'test.%%'") == [] and runner.alive()


def test_a_long_outage_fences_the_runner(own_server, make_jobs):
    jobs = make_jobs(own_server, "crash")
    runner = jobs.start(JOB_WORKERS=1)
    job = jobs.add("test.effect", queue="effect", file="x", ms=25_000)
    wait_until(lambda: jobs.traces("x"), 10, "the start")
    own_server.stop("fast")
    runner.wait_for_log("supervisor.fenced", 15)
    pid = jobs.traces("x")[0][2]
    wait_until(lambda: has_ended(pid), 3, "the worker's end")
    own_server.start()
    wait_until(lambda: len(jobs.traces("x")) == 2, 20, "the second run")
    assert jobs.traces("x")[1][0] == job
