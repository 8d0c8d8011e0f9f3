"""Members: the page of one who has sent in 10,000 solutions beside the calendar's page; a night on which there is nothing new."""

import os
import statistics
import time

from lab import fcgi
from lab.outside import Outside
from lab.process import TOP, own, wait_until
from table import at_most, beside, limit

SUBMISSIONS, CONTESTS = 10_000, 150
MEMBERS = int(os.environ.get("BENCH_MEMBERS", 1000))
ASKED, SYNCS = 200, 20


def seconds(podium, path):
    began = time.perf_counter()
    reply = fcgi.request(podium.socket, "GET", path, {})
    took = time.perf_counter() - began
    assert reply.status == 200, reply.text
    return took


def page(lab):
    podium = lab.new_podium(WEB_WORKERS=1)
    database = podium.keys["POSTGRES_DB"].split("dbname=")[1].split()[0]

    def sql(text, *arguments):
        return lab.postgres.execute(database, text, *arguments)
    sql((TOP / "sql/seed/dev.sql").read_text())
    member, = sql("INSERT INTO member (name, handle, is_public, synced_at, rating, max_rating, rank)"
                  " VALUES ('Ada', 'ada', true, now(), 1900, 2000, 'candidate master') RETURNING id")[0]
    sql("INSERT INTO cf_submission (member_id, id, at, problem, name, rating, tags, verdict)"
        " SELECT %s, i, now() - i * interval '2 hours', 1000 + i / 8 || '/' || chr(65 + i %% 8), 'Problem ' || i, 800 + i %% 27 * 100,"
        " (ARRAY['dp,math', 'graphs', 'greedy,implementation', 'strings'])[1 + i %% 4], CASE WHEN i %% 3 = 0 THEN 'WRONG_ANSWER' ELSE 'OK' END"
        " FROM generate_series(1, %s) i", member, SUBMISSIONS)
    sql("INSERT INTO rating_change SELECT %s, 1000 + i, 'Codeforces Round ' || i, 100 + i, now() - (%s - i) * interval '5 days',"
        " 1400 + i * 3, 1403 + i * 3 FROM generate_series(1, %s) i", member, CONTESTS, CONTESTS)
    sql("INSERT INTO cf_contest (id, n_problems) SELECT contest_id, 8 FROM rating_change")
    sql("UPDATE member SET figures = member_figures(id, '-infinity'), n_solved = 6667")
    sql("VACUUM ANALYZE")
    podium.start_web()
    doors = {"member": f"/member/{member}", "window": f"/member/{member}?days=365", "calendar": "/calendar"}
    took = {name: [] for name in doors}
    for path in doors.values():
        seconds(podium, path)
    for _ in range(ASKED):
        for name, path in doors.items():
            took[name].append(seconds(podium, path))
    took["anew"] = []
    for _ in range(SYNCS):
        sql("UPDATE member SET synced_at = clock_timestamp()")
        took["anew"].append(seconds(podium, doors["window"]))
    podium.stop()
    member, window, calendar, anew = (statistics.median(times) * 1000 for times in took.values())
    yield at_most(f"member page with {SUBMISSIONS:,} submissions against the calendar page", member, calendar, 1.5)
    yield beside("the same for the last 365 days alone", window, calendar, "ms", 2)
    yield beside("the same for the first one who looks after a sync", anew, calendar, "ms", 2)


def cpu_s(processes):
    """What they have used so far; one that has ended is not asked."""
    used = 0
    for pid in processes:
        try:
            with open(f"/proc/{pid}/schedstat") as file:
                used += int(file.read().split()[0])  # ns, where the ticks of /proc/PID/stat are drawn by lot
        except FileNotFoundError:
            continue
    return used / 1e9


def night(lab):
    folder = own(lab.folder / "night")
    outside = Outside(folder).start()
    podium = lab.new_podium(JOB_WORKERS=4, CODEFORCES_INTERVAL_MS=0, **outside.urls())
    database = podium.keys["POSTGRES_DB"].split("dbname=")[1].split()[0]

    def sql(text, *arguments):
        return lab.postgres.execute(database, text, *arguments)

    def sweep():
        sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 20, 'member.sweep', '{}' FROM job_queue WHERE name = 'track'")
        n, = sql("SELECT count(*) FROM member_sweep")[0]
        wait_until(lambda: sql("SELECT 1 FROM member_sweep WHERE ended_at IS NOT NULL OFFSET %s", n), 600, "the end of the sweep")
    try:
        sql("UPDATE source SET next_fetch_at = 'infinity'")  # nothing else is asked for
        for n in range(MEMBERS):
            outside.ask("POST", "/codeforces/_person", {"handle": f"m_{n:04}", "rating": 1200 + n % 1000})
            outside.ask("POST", "/codeforces/_submit", {"handle": f"m_{n:04}", "contest": 2000 + n % 50, "index": "A", "rating": 800})
        sql("INSERT INTO member (name, handle) SELECT 'Member ' || n, 'm_' || lpad(n::text, 4, '0') FROM generate_series(0, %s - 1) n", MEMBERS)
        jobs = podium.start_jobs()
        wait_until(lambda: sql("SELECT 1 FROM job_queue WHERE name = 'track'"), 20, "the queue")
        sweep()
        outside.ask("DELETE", "/codeforces/_counts")
        workers = sorted(jobs.children())[1:]  # the steward was first
        before = cpu_s(workers)
        sweep()
        used = cpu_s(workers) - before
        counts = outside.ask("GET", "/codeforces/_counts")
        assert sql("SELECT n_done, n_failed FROM member_sweep ORDER BY id DESC LIMIT 1") == [(MEMBERS, 0)]
        yield limit(f"a night of {MEMBERS:,} members with nothing new: requests to Codeforces each", sum(counts.values()) / MEMBERS, 3, "", 2)
        yield limit("the same: CPU of the workers each", used * 1000 / MEMBERS, 3)
    finally:
        podium.stop()
        outside.stop()


def run(lab):
    yield from page(lab)
    yield from night(lab)
