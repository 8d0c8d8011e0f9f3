"""Pauses, limits, breakers, the clock's jobs, and the operator's commands."""

import json
import re
import socket
import time
import urllib.error
import urllib.request

import pytest

from lab.process import free_port, wait_until


def test_a_paused_queue_rests(jobs):
    jobs.start(JOB_WORKERS=2)
    jobs.queue("test")
    jobs.podium.cli("job", "pause", "test")
    time.sleep(1.3)  # runners learn of it within a second
    job = jobs.add(file="a")
    other = jobs.add(queue="other", file="b")
    jobs.wait_done(other)
    time.sleep(2.0)
    assert jobs.traces("a") == []
    assert "test weight=10 paused" in jobs.podium.cli("job", "queues").stdout
    jobs.podium.cli("job", "resume", "test")
    jobs.wait_done(job, 5)


def test_a_pause_ends_by_itself_and_outlives_the_runner(jobs):
    jobs.queue("test")
    jobs.podium.cli("job", "pause", "test", "3")
    began = time.monotonic()
    job = jobs.add(file="a")
    jobs.start().stop()
    assert jobs.traces("a") == []
    jobs.start()
    jobs.wait_done(job, 10)
    assert time.monotonic() - began > 2.9


def test_a_limit_holds_over_all_runners(jobs):
    jobs.queue("test", max_running=2)
    for _ in range(2):
        jobs.start(JOB_WORKERS=3)
    ids = jobs.add(n=24, file="s", file2="e", ms=100)
    most = 0
    while jobs.left():
        most = max(most, jobs.one("SELECT count(*) FROM job j JOIN job_queue q ON q.id = j.queue"
                                  " WHERE q.name = 'test' AND runner IS NOT NULL"))
        time.sleep(0.01)
    jobs.wait_done(ids)
    assert most == 2
    assert jobs.sql("SELECT * FROM job_slot") == []


def test_a_limit_is_not_eaten_by_a_dead_worker(jobs):
    jobs.queue("test", max_running=1)
    jobs.start(JOB_WORKERS=2)
    dead = jobs.add("test.die", signal=9)
    ids = jobs.add(n=5, file="s")
    jobs.wait_dead(dead)
    jobs.wait_done(ids)
    assert jobs.sql("SELECT * FROM job_slot") == []


def test_the_breaker_opens_probes_and_closes(jobs):
    runner = jobs.start(JOB_WORKERS=2)
    jobs.add("test.flaky", queue="flaky", n=30, temporary=True)
    runner.wait_for_log("queue.breaker_open", 15)
    trips, open_s = jobs.sql("SELECT breaker_trips, extract(epoch FROM breaker_until - now()) FROM job_queue"
                             " WHERE name = 'flaky'")[0]
    assert trips == 1 and 20 < open_s <= 30
    healthy = jobs.add(queue="flaky", n=8, file="h", ms=50)
    time.sleep(2.0)
    assert jobs.traces("h") == []
    assert "flaky weight=10 breaker open until" in jobs.podium.cli("job", "queues").stdout
    # Half open: one at a time, and a failure opens it for longer.
    jobs.sql("DELETE FROM job WHERE kind = 'test.flaky'")
    jobs.sql("UPDATE job_queue SET breaker_until = now() WHERE name = 'flaky'")
    most = 0
    while jobs.one("SELECT count(*) FROM job WHERE id = ANY(%s)", healthy):
        most = max(most, jobs.one("SELECT count(*) FROM job WHERE runner IS NOT NULL"))
        time.sleep(0.01)
    assert most == 1
    wait_until(lambda: jobs.one("SELECT breaker_trips FROM job_queue WHERE name = 'flaky'") == 0, 10, "its closing")


def test_a_failing_probe_opens_the_breaker_for_longer(jobs):
    jobs.queue("flaky", breaker_trips=1, breaker_until="now")
    jobs.start(JOB_WORKERS=1)
    jobs.add("test.flaky", queue="flaky", temporary=True)
    row = wait_until(lambda: jobs.sql("SELECT extract(epoch FROM breaker_until - now()) FROM job_queue"
                                      " WHERE name = 'flaky' AND breaker_trips = 2"), 15, "the second trip")
    assert 50 < float(row[0][0]) <= 60


def test_failures_that_are_the_jobs_own_open_no_breaker(jobs):
    jobs.start(JOB_WORKERS=2)
    ids = jobs.add("test.fail", queue="test", n=30)
    wait_until(lambda: jobs.one("SELECT count(*) FROM job_dead WHERE id = ANY(%s)", ids) == 30, 20, "their deaths")
    time.sleep(1.5)
    assert jobs.one("SELECT breaker_trips FROM job_queue WHERE name = 'test'") == 0


# ---- the clock -------------------------------------------------------------------------------------

def cron(jobs, name, schedule="* * * * *", **columns):
    jobs.queue("test")
    row = {"kind": "test.trace", "payload": json.dumps({"file": str(jobs.folder / name)}), **columns}
    names = ", ".join(row)
    marks = ", ".join(["%s"] * len(row))
    jobs.sql(f"INSERT INTO job_cron (name, schedule, default_schedule, {names}) VALUES (%s, %s, %s, {marks})",
             name, schedule, schedule, *row.values())


def test_a_tick_fires_once_among_three_runners(jobs):
    for _ in range(3):
        jobs.start(JOB_WORKERS=1)
    cron(jobs, "tick", schedule=f"{(time.gmtime().tm_min + 30) % 60} * * * *")
    wait_until(lambda: jobs.one("SELECT next_at IS NOT NULL FROM job_cron WHERE name = 'tick'"), 10, "its plan")
    for n in (1, 2, 3):
        jobs.sql("UPDATE job_cron SET next_at = now() + interval '300 ms' WHERE name = 'tick'")
        wait_until(lambda: len(jobs.traces("tick")) >= n, 15, f"tick {n}")
        time.sleep(1.0)
        assert len(jobs.traces("tick")) == n
    later = jobs.one("SELECT extract(epoch FROM next_at - now()) FROM job_cron WHERE name = 'tick'")
    assert 0 < float(later) <= 3600


def test_ticks_missed_while_nobody_was_there_fire_once(jobs):
    cron(jobs, "missed", schedule="0 0 29 2 *")  # no tick of its own comes between
    jobs.sql("UPDATE job_cron SET next_at = now() - interval '3 hours' WHERE name = 'missed'")
    jobs.start()
    jobs.start()
    wait_until(lambda: jobs.traces("missed"), 15, "the tick")
    time.sleep(2.0)
    assert len(jobs.traces("missed")) == 1
    assert jobs.one("SELECT next_at > now() FROM job_cron WHERE name = 'missed'")


def test_a_tick_waits_for_the_one_before(jobs):
    cron(jobs, "slow", payload=json.dumps({"file": str(jobs.folder / "slow"), "ms": 4000}))
    jobs.start(JOB_WORKERS=3)
    wait_until(lambda: jobs.one("SELECT next_at IS NOT NULL FROM job_cron WHERE name = 'slow'"), 10, "its plan")
    for _ in range(3):
        jobs.sql("UPDATE job_cron SET next_at = now() WHERE name = 'slow'")
        time.sleep(0.9)
    wait_until(lambda: jobs.traces("slow"), 10, "the start")
    assert len(jobs.traces("slow")) == 1


def test_an_operators_schedule_is_kept(jobs):
    runner = jobs.start()
    wait_until(lambda: jobs.sql("SELECT 1 FROM job_cron WHERE name = 'maintenance.purge'"), 10, "the rows")
    jobs.sql("UPDATE job_cron SET schedule = '1 1 1 1 *', next_at = NULL, enabled = false"
             " WHERE name = 'maintenance.purge'")
    jobs.sql("UPDATE job_cron SET schedule = '2 2 2 2 *', default_schedule = '2 2 2 2 *' WHERE name = 'fetch.due'")
    runner.stop()
    jobs.start()
    wait_until(lambda: jobs.one("SELECT schedule <> '2 2 2 2 *' FROM job_cron WHERE name = 'fetch.due'"), 10,
               "the program's newer default")
    assert jobs.sql("SELECT schedule, enabled FROM job_cron WHERE name = 'maintenance.purge'") == [("1 1 1 1 *", False)]


def test_an_unreadable_schedule_harms_nobody(jobs):
    cron(jobs, "bad", schedule="61 * * * *", next_at="now")
    cron(jobs, "nowhere", zone="Mars/Olympus", next_at="now")
    cron(jobs, "good", next_at="now")
    runner = jobs.start()
    wait_until(lambda: jobs.traces("good"), 15, "the readable one")
    runner.wait_for_log("cron.unreadable", 5)


# ---- the operator ----------------------------------------------------------------------------------

def test_list_show_retry_discard(jobs):
    jobs.start()
    first = jobs.add("test.fail", file="f")
    second = jobs.add("test.fail", file="g")
    jobs.wait_dead(first)
    jobs.wait_dead(second)
    out = jobs.podium.cli("job", "list", "dead", "--queue", "test").stdout
    assert f"{first} dead test test.fail priority=10 attempt=1" in out and "asked to fail" in out
    shown = jobs.podium.cli("job", "show", first).stdout
    assert "state    dead" in shown and "error    invalid: asked to fail" in shown and '"file"' in shown
    jobs.podium.cli("job", "retry", first)
    wait_until(lambda: len(jobs.traces("f")) == 2, 10, "the new run")
    assert jobs.traces("f")[1][1] == 1  # from the beginning
    jobs.wait_dead(first)
    jobs.podium.cli("job", "discard", second)
    assert jobs.sql("SELECT 1 FROM job_dead WHERE id = %s", second) == []
    gone = jobs.podium.cli("job", "show", second, check=False)
    assert gone.returncode == 1 and "there is no job" in gone.stderr
    assert jobs.podium.cli("job", "retry", second, check=False).returncode == 1
    assert "1 jobs begin anew" in jobs.podium.cli("job", "retry", "--queue", "test").stdout


def test_a_running_job_is_not_discarded(jobs):
    jobs.start()
    job = jobs.add(file="r", ms=1500)
    wait_until(lambda: jobs.traces("r"), 10, "the start")
    refused = jobs.podium.cli("job", "discard", job, check=False)
    assert refused.returncode == 1 and "is running" in refused.stderr
    jobs.wait_done(job)
    assert f"{job} done test test.trace" in jobs.podium.cli("job", "list", "done").stdout


def test_a_dead_job_whose_key_is_taken_stays_dead(jobs):
    queue = jobs.queue("test")
    jobs.sql("INSERT INTO job_dead (id, created_at, queue, priority, attempt, kind, unique_key, payload)"
             " VALUES (7, now(), %s, 10, 1, 'test.trace', 'k', '{}')", queue)
    jobs.sql("INSERT INTO job_unique (queue, key, job) VALUES (%s, 'k', 8)", queue)
    refused = jobs.podium.cli("job", "retry", 7, check=False)
    assert refused.returncode == 1 and "another job lives with the key" in refused.stderr
    jobs.sql("DELETE FROM job_unique")
    jobs.podium.cli("job", "retry", 7)
    assert jobs.sql("SELECT key, job FROM job_unique") == [("k", 7)]
    assert jobs.sql("SELECT attempt FROM job WHERE id = 7") == [(0,)]
    jobs.podium.cli("job", "discard", 7)
    assert jobs.sql("SELECT 1 FROM job_unique") == []


def test_limit_and_weight_of_a_queue(jobs):
    """Set while a runner works: it keeps to them within a second."""
    jobs.queue("test")
    jobs.start(JOB_WORKERS=3)
    jobs.podium.cli("job", "limit", "test", "1")
    jobs.podium.cli("job", "weight", "test", "30")
    assert "test weight=30 max_running=1" in jobs.podium.cli("job", "queues").stdout
    time.sleep(1.3)
    ids = jobs.add(n=6, file="s", ms=100)
    most = 0
    while jobs.left():
        most = max(most, jobs.one("SELECT count(*) FROM job WHERE runner IS NOT NULL"))
        time.sleep(0.01)
    jobs.wait_done(ids)
    assert most == 1
    jobs.podium.cli("job", "limit", "test", "0")
    assert "max_running" not in next(
        line for line in jobs.podium.cli("job", "queues").stdout.splitlines() if line.startswith("test "))
    for verb, number, said in [("limit", -1, "0 (none) to"), ("weight", 0, "1 to"), ("weight", 1001, "1 to")]:
        done = jobs.podium.cli("job", verb, "test", number, check=False)
        assert done.returncode == 1 and said in done.stderr


@pytest.mark.parametrize("words", [
    ["limit"], ["limit", "a"], ["limit", "a", "b"], ["weight", "a", "1", "2"], [], ["list", "x"], ["show"], ["show", "x"], ["show", "-1"], ["retry"], ["discard"], ["pause"],
    ["cron"], ["cron", "x"], ["cron", "list", "x"], ["cron", "enable"], ["cron", "stop", "x"], ["cron", "disable", "x", "y"],
    ["pause", "a", "b"], ["resume"], ["nonsense"], ["list", "--limit", "0"], ["queues", "x"]])
def test_words_that_make_no_sense(jobs, words):
    assert jobs.podium.cli("job", *words, check=False).returncode == 2


@pytest.mark.parametrize("words", [["pause", "nobody"], ["resume", "nobody"], ["limit", "nobody", 1],
                                   ["weight", "nobody", 1]])
def test_an_unknown_queue(jobs, words):
    done = jobs.podium.cli("job", *words, check=False)
    assert done.returncode == 1 and "no such queue" in done.stderr


def test_the_schedule_is_listed_and_switched(jobs):
    """As the role of the programs, which may no more than they need; off is off at once, and back on makes up for nothing."""
    jobs.podium.set(POSTGRES_DB=jobs.server.conninfo(jobs.database, "podium_job"))
    cron(jobs, "tick", schedule="0 0 29 2 *", zone="Asia/Kolkata")
    jobs.start()

    def listed(name="tick"):
        return next(x for x in jobs.podium.cli("job", "cron", "list").stdout.splitlines() if x.startswith(name + " "))
    wait_until(lambda: " next " in listed(), 10, "its plan")
    assert re.fullmatch(r'tick "0 0 29 2 \*" zone=Asia/Kolkata kind=test.trace next 20\d\d-02-28T18:30:00Z', listed())
    assert re.match(r'maintenance.purge "[^"]+" kind=maintenance.purge', listed("maintenance.purge"))
    for _ in range(2):
        jobs.podium.cli("job", "cron", "disable", "tick")
    assert listed() == 'tick "0 0 29 2 *" zone=Asia/Kolkata kind=test.trace disabled'
    jobs.sql("UPDATE job_cron SET next_at = now() - interval '1 hour' WHERE name = 'tick'")
    time.sleep(2.0)
    jobs.podium.cli("job", "cron", "enable", "tick")
    wait_until(lambda: " next " in listed(), 10, "its plan")
    assert jobs.traces("tick") == [] and " last " not in listed()
    jobs.sql("UPDATE job_cron SET next_at = now() WHERE name = 'tick'")
    wait_until(lambda: " last " in listed(), 10, "the tick")
    assert jobs.sql("SELECT action, object FROM audit ORDER BY id") == [("cron.disable", "cron:tick"), ("cron.enable", "cron:tick")]
    refused = jobs.podium.cli("job", "cron", "enable", "nobody", check=False)
    assert refused.returncode == 1 and "no such schedule" in refused.stderr


# ---- /health and /metrics --------------------------------------------------------------------------

def get(port, path, method="GET"):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", method=method)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as e:
        return e.code, e.read().decode()


def test_health_and_metrics(jobs):
    port = free_port()
    jobs.start(WORKER_PORT=port, JOB_WORKERS=2)
    ids = jobs.add(n=30)
    dead = jobs.add("test.fail")
    jobs.wait_done(ids)
    jobs.wait_dead(dead)
    status, text = get(port, "/health")
    health = json.loads(text)
    assert status == 200 and health["status"] == "ok" and health["database"] and health["workers"] == 2
    assert {q["name"] for q in health["queues"]} >= {"test", "maintenance"}
    status, text = get(port, "/metrics")
    assert status == 200
    numbers = dict(line.rsplit(" ", 1) for line in text.splitlines() if line[0] != "#")
    assert int(numbers["podium_job_jobs_total"]) >= 31
    assert numbers['podium_job_runs_total{kind="test.trace",result="done"}'] == "30"
    assert numbers['podium_job_runs_total{kind="test.fail",result="dead"}'] == "1"
    assert numbers['podium_job_duration_seconds_bucket{kind="test.trace",le="+Inf"}'] == "30"
    assert numbers['podium_job_duration_seconds_count{kind="test.trace"}'] == "30"
    assert 3 <= int(numbers["podium_job_db_connections"]) <= 4, "two workers, the steward and its listener"
    wait_until(lambda: 'podium_job_dead{queue="test"} 1' in get(port, "/metrics")[1], 10, "the dead one")
    helped = {line.split()[2] for line in text.splitlines() if line.startswith("# HELP")}
    assert all(line.split("{")[0].split()[0].removesuffix("_bucket").removesuffix("_sum").removesuffix("_count")
               in helped or line.split("{")[0].split()[0] in helped
               for line in text.splitlines() if line[0] != "#")
    assert get(port, "/other")[0] == 404
    assert get(port, "/health", "HEAD") == get(port, "/metrics?collect=all", "HEAD") == (200, "")
    assert get(port, "/metrics", "POST")[0] == 405


def test_slow_clients_do_not_hold_the_status_port(jobs):
    port = free_port()
    jobs.start(WORKER_PORT=port)
    slow = []
    for i in range(60):
        s = socket.create_connection(("127.0.0.1", port))
        s.sendall(b"GET /hea"[: i % 9])
        slow.append(s)
    for _ in range(3):
        assert get(port, "/health")[0] == 200
    job = jobs.add(file="s")
    jobs.wait_done(job)
    for s in slow:
        s.close()


def test_health_says_when_the_database_is_away(jobs, postgres, database):
    port = free_port()
    jobs.start(WORKER_PORT=port)
    jobs.connection.close()
    postgres.execute("postgres", f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false')
    postgres.execute("postgres", "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", database)
    try:
        wait_until(lambda: get(port, "/health")[0] == 503, 15, "the bad news")
    finally:
        postgres.execute("postgres", f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true')
    wait_until(lambda: get(port, "/health")[0] == 200, 15, "the good news")
    job = jobs.add(file="again")
    jobs.wait_done(job)


def test_health_knows_redis_once_a_job_ran(jobs, redis_server):
    port = free_port()
    jobs.start(WORKER_PORT=port, VALKEY_URI=redis_server.uri)
    jobs.wait_done(jobs.add())
    wait_until(lambda: json.loads(get(port, "/health")[1]).get("redis") is True, 5, "redis in /health")


def test_each_end_can_be_recorded_by_itself(jobs):
    """Of what is claimed together no job begins before the end of the one before it is in the database."""
    jobs.start(JOB_WORKERS=1, JOB_RECORD_EACH="yes")
    jobs.queue("test")
    ids = jobs.add(n=150, file="s", ms=5)
    most = 0
    while jobs.left():
        begun = len(jobs.traces("s"))
        left, held = jobs.sql("SELECT count(*), count(runner) FROM job WHERE kind LIKE 'test.%%'")[0]
        assert 150 - left >= begun - 1
        most = max(most, held)
    jobs.wait_done(ids)
    assert most > 1
