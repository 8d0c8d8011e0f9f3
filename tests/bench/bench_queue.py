"""The job queue beside pgbench of the same minute: durable commits, jobs that do nothing.

Rates of running jobs are read from /metrics, which costs the database nothing. Figures for one job a transaction
stand beside the batched ones.
"""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import statistics
import struct
import subprocess
import time
import urllib.request

from calm import undisturbed
from lab.podium import BUILD
from lab.postgres import BIN
from lab.process import free_port, own, wait_until
from table import Row, at_least, beside, figure, limit

HERE = pathlib.Path(__file__).resolve().parent
MILLION = 1_000_000


def pgbench(lab, database, *arguments, script=None):
    command = [str(BIN / "pgbench"), "-h", str(lab.postgres.run), "-p", str(lab.postgres.port), "-U", "postgres",
               "-n", "-M", "prepared", *map(str, arguments)]
    if script:
        command += ["-f", str(script)]
    done = subprocess.run([*command, database], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stderr
    line = next(x for x in done.stdout.splitlines() if x.startswith("tps"))
    return float(line.split()[2])


class Bench:
    """One database with one runner."""

    def __init__(self, lab, **keys):
        self.lab = lab
        self.port = free_port()
        self.podium = lab.new_podium(**{"WORKER_PORT": self.port, "DONE_KEEP_DAYS": 0, **keys})
        self.database = next(w.split("=")[1] for w in self.podium.keys["POSTGRES_DB"].split() if "dbname" in w)
        self.connection = lab.postgres.connect(self.database)
        self.sql("UPDATE job_cron SET enabled = false")
        self.sql("INSERT INTO job_queue (name, paused_until) VALUES ('bench', 'infinity')")
        self.runner = None

    def sql(self, text, *arguments):
        with self.connection.cursor() as cursor:
            cursor.execute(text, arguments or None)
            return cursor.fetchall() if cursor.description else []

    def fill(self, n, analyze=True):
        self.sql("INSERT INTO job (queue, priority, kind, payload) SELECT q.id, 10, 'test.noop', '{\"n\":1}'"
                 " FROM job_queue q, generate_series(1, %s) WHERE q.name = 'bench'", n)
        if analyze:
            self.sql("VACUUM ANALYZE job")
            self.sql("CHECKPOINT")

    def start(self, **keys):
        if keys:
            self.podium.set(**keys)
        self.runner = self.podium.start_jobs(binary=BUILD / "podium-jobs-test", name=f"jobs{self.port}")
        wait_until(lambda: self.sql("SELECT 1 FROM job_runner"), 20, "the runner")
        self.sql("UPDATE job_cron SET enabled = false")
        wait_until(lambda: self.number("podium_job_workers") == self.podium.keys["JOB_WORKERS"], 20, "the workers")
        time.sleep(0.5)

    def number(self, name):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith(name + " "):
                    return int(line.split()[1])
        raise AssertionError(name)

    def rate(self, start, count, seconds=120):
        """Jobs a second between the start-th and the (start+count)-th of this runner."""
        def reach(n):
            end = time.monotonic() + seconds
            while True:
                at, done = time.monotonic(), self.number("podium_job_jobs_total")
                if done >= n:
                    return at, done
                assert at < end, f"{done} of {n} jobs"
                time.sleep(0.01)
        t0, n0 = reach(start)
        t1, n1 = reach(start + count)
        return (n1 - n0) / (t1 - t0)

    def resume(self):
        self.sql("UPDATE job_queue SET paused_until = NULL WHERE name = 'bench'")

    def close(self):
        self.connection.close()
        self.podium.stop()
        self.lab.postgres.drop_database(self.database)


@contextlib.contextmanager
def bench(lab, **keys):
    b = Bench(lab, **keys)
    try:
        yield b
    finally:
        b.close()


def drain(lab, n, skip, count, before=None, **keys):
    """The rate of `count` jobs after `skip` of n, and whatever before(b) prepared."""
    with bench(lab, **keys) as b:
        b.fill(n)
        kept = before(b) if before else None
        b.start()
        b.resume()
        rate = b.rate(skip, count)
        if kept is not None:
            kept.close()
        return rate


def hold_snapshot(b):
    """Another session's transaction that sees the table as it is now, for as long as the connection lives."""
    connection = b.lab.postgres.connect(b.database)
    connection.autocommit = False
    connection.set_session(isolation_level="REPEATABLE READ")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM job_queue")
    return connection


def later_and_millions(b):
    b.sql("INSERT INTO job_later (id, run_at, queue, priority, kind, payload)"
          " SELECT nextval('job_id'), now() + interval '1 day', q.id, 0, 'test.noop', '{}'"
          " FROM job_queue q, generate_series(1, 100000) WHERE q.name = 'bench'")
    b.sql("VACUUM ANALYZE job_later")


def through(lab, how, n, jobs, **keys):
    """The rate from the first enqueuing to the last end, with durable commits. how: "through", n clients enqueue one job
    after the other; "bulk", one client enqueues n in a statement. Nobody has analyzed the table before."""
    with bench(lab, JOB_WORKERS=16, **keys) as b:
        b.start()
        b.resume()
        time.sleep(1.3)  # runners learn within a second that the queue is no longer paused
        began = time.monotonic()
        client = subprocess.Popen([str(BUILD / "tests/bench/bench_queue"), str(b.podium.config), how, str(n), str(jobs)],
                                  stdout=subprocess.DEVNULL)
        wait_until(lambda: b.number("podium_job_jobs_total") >= jobs, 120, "the last job", 0.01)
        took = time.monotonic() - began
        assert client.wait() == 0
        return jobs / took


ONE = {"JOB_BATCH": 1}  # claimed and finished in a transaction of its own
EACH = {"JOB_BATCH": 64, "JOB_RECORD_EACH": "yes"}  # finished in one of its own, claimed with others


def rounds(n, *measures):
    """What the measures gave in n rounds, in which one follows the other: a list of each."""
    return list(map(list, zip(*(undisturbed(lambda: [measure() for measure in measures]) for _ in range(n)), strict=True)))


def one_a_transaction(lab):
    """pgbench's transaction is one durable commit, like that of a job's end. What enqueues stands beside the workers and
    takes its part of the same machine."""
    name = lab.postgres.create_database("template0")
    subprocess.run([str(BIN / "pgbench"), "-h", str(lab.postgres.run), "-p", str(lab.postgres.port), "-U", "postgres",
                    "-i", "-q", "-s", "20", name], check=True, stderr=subprocess.DEVNULL)
    for measure, text, bar in (
            (lambda: through(lab, "bulk", 100, 40_000, **ONE),
             "enqueue (100 a statement) to done, claimed and finished each in a transaction of its own", 1.0),
            (lambda: through(lab, "bulk", 100, 40_000, **EACH),
             "the same, each finished in a transaction of its own, claimed up to 64 at once", 1.0),
            (lambda: drain(lab, 150_000, 3_000, 45_000, JOB_WORKERS=16, **ONE),
             "the same, enqueued before, claimed and finished each in a transaction of its own", 1.0),
            (lambda: through(lab, "through", 16, 16_000, **ONE),
             "enqueued one by one by 16 clients beside, claimed and finished in a transaction of its own", 0),
            (lambda: through(lab, "through", 16, 16_000, **EACH),
             "enqueued one by one by 16 clients beside, finished each in a transaction of its own", 0)):
        reference, ours = rounds(3, lambda: pgbench(lab, name, "-N", "-c", 16, "-j", 2, "-T", 4), measure)
        what = f"queue: one job a transaction, 16 workers, to pgbench -N 16 clients: {text}"
        yield at_least(what, ours, reference, bar) if bar else beside(what, ours, reference)
    lab.postgres.drop_database(name)


def batched_drain(lab):
    return drain(lab, 600_000, 30_000, 500_000, JOB_WORKERS=2)


def batched(lab):
    yield figure("queue: batched drain, forked workers, batches up to 500", max(batched_drain(lab) for _ in range(2)))
    yield figure("queue: the same with finished jobs kept in job_done",
                 drain(lab, 400_000, 30_000, 300_000, JOB_WORKERS=2, DONE_KEEP_DAYS=7))


def enqueue_rate(b):
    """Of 8 clients that enqueue a job a transaction."""
    done = subprocess.run([str(BUILD / "tests/bench/bench_queue"), str(b.podium.config), "enqueue", "8", "4"],
                          check=True, stdout=subprocess.PIPE, text=True)
    return float(done.stdout)


def enqueue(lab):
    name = lab.postgres.create_database("template0")
    lab.postgres.execute(name, "CREATE TABLE one (id bigint GENERATED ALWAYS AS IDENTITY, queue smallint, priority"
                               " smallint, kind text, payload json, PRIMARY KEY (queue, priority, id))")
    script = lab.folder / "insert.sql"
    script.write_text("INSERT INTO one (queue, priority, kind, payload) VALUES (1, 10, 'test.noop', '{\"n\":1}')"
                      " RETURNING id;\n")
    os.chmod(script, 0o644)
    with bench(lab) as b:
        reference, ours = rounds(3, lambda: pgbench(lab, name, "-c", 8, "-j", 2, "-T", 4, script=script), lambda: enqueue_rate(b))
    lab.postgres.drop_database(name)
    yield at_least("queue: single durable enqueue, 8 clients, to one-row INSERT", ours, reference, 0.8)


def bloat(lab):
    plain, held = rounds(3, lambda: drain(lab, 1_450_000, 1_020_000, 400_000, JOB_WORKERS=2),
                         lambda: drain(lab, 1_450_000, 1_020_000, 400_000, before=hold_snapshot, JOB_WORKERS=2))
    yield at_least("queue: a snapshot held open, 1 million dead rows, to without", held, plain, 0.9)


def depth(lab):
    empty, deep = rounds(5, lambda: drain(lab, 300_000, 30_000, 250_000, JOB_WORKERS=2),
                         lambda: drain(lab, 1_000_000, 30_000, 250_000, before=later_and_millions, JOB_WORKERS=2))
    yield at_least("queue: 100,000 due later and 1 million queued, to neither", deep, empty, 0.9)


WAKES = 1200  # at 100 a second


def stamps(b):
    """Of each job when its enqueuing began, when that was committed, and when the job started, in microseconds."""
    out = own(b.podium.folder / "out") / "stamps"
    subprocess.run([str(BUILD / "tests/bench/bench_queue"), str(b.podium.config), "wake", "100", str(WAKES // 100),
                    str(out)], check=True)

    def whole():
        text = out.read_bytes()
        found = list(struct.iter_unpack("=qqq", text)) if len(text) == WAKES * 24 else []
        return found if found and all(s[2] for s in found) else None
    found = wait_until(whole, 10, "all jobs")
    out.unlink()
    return found


def wakes(b):
    """50th and 99th percentile in ms, from the commit's return at the producer to the job's first instruction in another
    process, and from the producer's begin."""
    found = stamps(b)
    ms = sorted(max(0, started - committed) / 1000 for _, committed, started in found)
    whole = sorted((started - began) / 1000 for began, _, started in found)
    return [times[WAKES * part // 100] for times in (ms, whole) for part in (50, 99)]


def wake(lab):
    with bench(lab, JOB_WORKERS=4) as b:
        b.start()
        b.resume()
        time.sleep(1.5)
        found = [statistics.median(of) for of in zip(*(undisturbed(lambda: wakes(b)) for _ in range(3)), strict=True)]
    yield limit("queue: wake-up at 100 jobs/s, commit's return to start, p50", found[0], 0.6)
    yield limit("queue: wake-up at 100 jobs/s, commit's return to start, p99", found[1], 2.5)
    yield figure("queue: the same with the producer's own durable commit, p50", found[2], "ms", 2)
    yield figure("queue: the same with the producer's own durable commit, p99", found[3], "ms", 2)


def stamp_of(line):
    text = line.split()[0].removeprefix("ts=").removesuffix("Z")
    hours, minutes, seconds = text.split("T")[1].split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def deaths(lab):
    with bench(lab, JOB_WORKERS=16) as b:
        b.start()
        noticed = []
        for n, pid in enumerate(sorted(b.runner.children())[2:], 1):  # the first is the steward
            at = time.time() % 86400
            os.kill(pid, signal.SIGKILL)
            lines = wait_until(lambda: (x := [y for y in b.runner.log().splitlines()
                                              if "supervisor.worker_died" in y]) and len(x) >= n and x, 5, "notice")
            noticed.append((stamp_of(lines[-1]) - at) * 1000)
            time.sleep(0.1)
    yield limit("queue: a dead child is noticed, slowest of 15", max(noticed), 10)


def vanish(lab):
    slowest = 0.0
    for _ in range(2):
        with bench(lab, JOB_WORKERS=1) as b:
            b.start()
            out = own(b.podium.folder / "out") / "v"
            b.sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 10, 'test.trace', %s FROM job_queue"
                  " WHERE name = 'bench'", json.dumps({"file": str(out), "ms": 40000}))
            b.resume()
            wait_until(out.exists, 10, "the start")
            b.podium.set(WORKER_PORT=0)
            b.podium.start_jobs(binary=BUILD / "podium-jobs-test", name="second")
            time.sleep(1.0)
            at = time.monotonic()
            b.runner.kill()
            wait_until(lambda: len(out.read_text().splitlines()) == 2, 30, "the second run", 0.01)
            slowest = max(slowest, time.monotonic() - at)
            b.sql("DELETE FROM job")
    yield limit("queue: a runner vanishes, its job runs elsewhere after", slowest, 15, unit="s")


PEERS = ["graphile-worker@0.18.0", "pg-boss@12.27.0", "bullmq@5", "pg@8"]


def node(folder, script, *arguments):
    done = subprocess.run(["node", str(HERE / "peers" / script), *map(str, arguments)], cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return float(done.stdout.split()[-1])


def peers(lab):
    """The peers from npm on the same server; where npm cannot be reached a line says so."""
    folder = HERE.parents[1] / "build" / "peers"
    folder.mkdir(parents=True, exist_ok=True)
    if not shutil.which("npm") or subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", *PEERS], cwd=folder, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL).returncode != 0:
        yield Row("queue: peers skipped, npm or its registry is not there", "")
        return

    def on_fresh(script, *arguments):
        name = lab.postgres.create_database("template0")
        url = f"postgresql:///{name}?host={lab.postgres.run}&port={lab.postgres.port}&user=postgres"
        try:
            return node(folder, script, url, *arguments)
        finally:
            lab.postgres.drop_database(name)
    ours, theirs, whole = rounds(3, lambda: drain(lab, 60_000, 3_000, 45_000, JOB_WORKERS=16, **ONE),
                                 lambda: on_fresh("graphile.mjs", "drain", 20_000, 2, "plain"),
                                 lambda: through(lab, "bulk", 100, 40_000, **ONE))
    yield at_least("queue: one job a transaction, to graphile-worker unbatched, both enqueued before", ours, theirs, 3)
    yield beside("queue: the same, only graphile-worker's enqueued before", whole, theirs)
    ours, theirs = rounds(3, lambda: batched_drain(lab),
                          lambda: max(on_fresh("graphile.mjs", "drain", 150_000, n, "batched") for n in (1, 2)))
    yield at_least("queue: batched drain, to graphile-worker's best batched", ours, theirs, 1.8)
    with bench(lab) as b:
        single, theirs = rounds(3, lambda: enqueue_rate(b), lambda: on_fresh("graphile.mjs", "enqueue", 5))
    yield at_least("queue: single durable enqueue, to graphile-worker", single, theirs, 10)
    yield at_least("queue: batched drain, to pg-boss in batches of 2000", statistics.median(ours),
                   on_fresh("boss.mjs", 60_000, 2000), 1)
    redis = lab.new_redis()
    try:
        yield at_least("queue: batched drain, to BullMQ (no fsync)", statistics.median(ours),
                       node(folder, "bull.mjs", redis.socket, 30_000, 100), 1)
    finally:
        redis.stop()


def run(lab):
    yield from one_a_transaction(lab)
    yield from batched(lab)
    yield from enqueue(lab)
    yield from bloat(lab)
    yield from depth(lab)
    yield from wake(lab)
    yield from deaths(lab)
    yield from vanish(lab)
    if lab.peers:
        yield from peers(lab)
