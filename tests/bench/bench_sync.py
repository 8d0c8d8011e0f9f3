"""Calendars of a whole club: the first sync of every member, and one with nothing to do.

The calendar is the tests' stand-in for Google, which takes 20 ms for every answer. Bars are about what a member
costs the service and the workers, which does not depend on how many calls the stand-in can answer at once.
"""

import os
import pathlib
import subprocess
import time

from lab import google as stand_in
from lab.outside import Outside
from lab.podium import BUILD
from lab.process import own, wait_until
from table import Row, figure, limit

MEMBERS = int(os.environ.get("BENCH_MEMBERS", 1000))
CONTESTS, LATENCY_MS, WORKERS = 30, 20, 32
TICKS = os.sysconf("SC_CLK_TCK")


def seed(lab, podium, database):
    def sql(text, *arguments):
        return lab.postgres.execute(database, text, *arguments)
    sql("UPDATE source SET next_fetch_at = 'infinity'")
    sql("INSERT INTO app_user (email, name, roles, password_hash) SELECT 'm' || n || '@example.org', 'Member ' || n, 1,"
        " '*' FROM generate_series(1, %s) n", MEMBERS)
    sql("""INSERT INTO external_contest (platform, native_id, title, start_at, end_at, url, first_seen_at, last_seen_at,
            changed_at) SELECT 'codeforces', n::text, 'Round ' || n, now() + n * interval '20 h',
            now() + n * interval '20 h' + interval '2 h', 'https://codeforces.com/contests/' || n, now(), now(), now()
        FROM generate_series(1, %s) n""", CONTESTS)
    return sql


def connect(sql, google, podium):
    lines = []
    for user, email in sql("SELECT id, email FROM app_user ORDER BY id"):
        lines.append(f"{user} {email} {google.grant(email)['refresh_token']}\n")
    subprocess.run([BUILD / "tests/bench/bench_sync_link", podium.config], input="".join(lines), text=True, check=True)


def idle(sql):
    return sql("SELECT (SELECT count(*) FROM job WHERE kind = 'calendar.sync') + (SELECT count(*) FROM job_later"
               " WHERE kind = 'calendar.sync')")[0][0] == 0


def cpu_s(pids):
    """Processor time of the processes so far."""
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def ask_everybody(sql):
    sql("UPDATE sync_state SET asked = asked + 1")
    sql("INSERT INTO job (queue, priority, kind, payload) SELECT q.id, 10, 'calendar.sync',"
        " json_build_object('user', s.user_id) FROM job_queue q, sync_state s WHERE q.name = 'sync'")


def first(sql, google, podium):
    """Every member's first sync."""
    connect(sql, google, podium)
    before = len(google.calls())
    began = time.monotonic()
    jobs = podium.start_jobs(name="first")
    wait_until(lambda: idle(sql), 1200, "the first sync", every=0.5)
    took = time.monotonic() - began
    jobs.stop()
    events = sql("SELECT count(*) FROM synced_event WHERE state = 'present'")[0][0]
    assert events == MEMBERS * CONTESTS, (events, sql("SELECT status, reason, count(*) FROM sync_state GROUP BY 1, 2"))
    calls = len(google.calls()) - before
    yield limit("sync: calls for one new event", calls / events, 1.1, "calls", 3)
    yield figure(f"sync: first one of {MEMBERS:,} members with {CONTESTS} contests", took, "s")


def repeated(sql, google, podium):
    """One worker, nothing to do, twice: the second time with what the first has left in the caches."""
    podium.set(JOB_WORKERS=1)
    jobs = podium.start_jobs(name="second")
    wait_until(lambda: len(jobs.children()) >= 2, 20, "the worker")
    for name in "first", "second":
        asked = len(google.calls())
        workers = sorted(jobs.children())[1:]
        sql("TRUNCATE job_done")
        before = cpu_s(workers)
        ask_everybody(sql)
        wait_until(lambda: idle(sql), 300, "the repeated sync", every=0.1)
        spent = cpu_s(workers) - before
        calls = len(google.calls()) - asked
        yield Row(f"sync: calls of a sync with nothing to do, {name}", f"{calls}", bar="0", holds=calls == 0)
        if name == "second":
            yield limit("sync: a member with nothing to do, worker's processor time", spent * 1000 / MEMBERS, 2)
            wall = sql("SELECT extract(epoch FROM max(done_at) - min(claimed_at)) FROM job_done"
                       " WHERE kind = 'calendar.sync'")[0][0]
            yield figure("sync: the same, by the clock", float(wall) * 1000 / MEMBERS, "ms", 2)
    jobs.stop()


def run(lab):
    folder = own(lab.folder / "sync")
    outside = Outside(folder).start()
    google = stand_in.Google(outside)
    google.settings(latency_ms=LATENCY_MS)
    redis = lab.new_redis()
    podium = lab.new_podium(**google.config(), JOB_WORKERS=WORKERS, GOOGLE_PROJECT_QUOTA=0, VALKEY_URI=redis.uri)
    database = podium.keys["POSTGRES_DB"].split("dbname=")[1].split()[0]
    try:
        sql = seed(lab, podium, database)
        yield from first(sql, google, podium)
        yield from repeated(sql, google, podium)
    finally:
        podium.stop()
        redis.stop()
        outside.stop()
