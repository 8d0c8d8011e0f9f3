"""Judging, beside what compiler and program cost when they are run plainly on the same machine in the same minute.

Times run from the moment that the answer to the POST has arrived to the moment that the verdict was stored.
"""

import contextlib
import json
import math
import pathlib
import statistics
import subprocess
import tempfile
import time

from lab.client import ADMIN
from lab.judging import CPP, PYTHON, SUM
from lab.podium import BUILD
from lab.process import TOP, own, wait_until
from lab.program import Program
from table import Row, at_most, figure, limit

SPIN = """#include <cstdio>
#include <ctime>
int main() {
    long a, b; if (scanf("%ld %ld", &a, &b) != 2) return 1;
    timespec t;
    do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); while (t.tv_sec == 0 && t.tv_nsec < 10000000);
    printf("%ld\\n", a + b);
}
"""
AGAIN = 200  # of so many two may be late
TYPICAL = (pathlib.Path(__file__).parent / "typical.cpp").read_text()


class Bench:
    def __init__(self, lab):
        work = own(TOP / "var" / "judge")
        self.podium = lab.new_podium(JUDGE_WORK=work, BOX_PROGRAM=BUILD / "podium-box", JOB_WORKERS=4, WORKER_PORT=0)
        database = next(w.split("=")[1] for w in self.podium.keys["POSTGRES_DB"].split() if "dbname" in w)
        self.connection = lab.postgres.connect(database)
        self.podium.cli("init")
        self.sql("UPDATE job_cron SET enabled = false")
        self.sql("DELETE FROM job")
        self.podium.start_web()
        self.jobs = self.podium.start_jobs()
        wait_until(lambda: self.sql("SELECT count(*) FROM judge_language WHERE is_there")[0][0], 300, "the languages")
        self.program = Program(self.podium.socket)
        self.program.login(*ADMIN)

    def sql(self, text, *arguments):
        with self.connection.cursor() as cursor:
            cursor.execute(text, arguments or None)
            return cursor.fetchall() if cursor.description else []

    def problem(self, slug, tests, **more):
        spec = {"slug": slug, **more, "tests": [
            {"path": f"secret/{i:04}", "input": a, "answer": b} for i, (a, b) in enumerate(tests)]}
        subprocess.run([str(BUILD / "problem-test"), "--config", str(self.podium.config)], input=json.dumps(spec), text=True,
                       check=True, stdout=subprocess.DEVNULL)

    def send(self, problem, language, source):
        self.sql("UPDATE submission SET made_at = made_at - interval '2 days' WHERE made_at > now() - interval '1 day'")
        self.sql("DELETE FROM rate_window")
        reply = self.program.ask("/api/v1/submissions", "POST", {"problem": problem, "language": language, "source": source})
        at = time.time()
        assert reply.status == 201, reply.text
        return reply.json()["id"], at

    def ended(self, submission, verdict=1):
        """When the verdict was stored, in seconds. Asked for seldom, because asking takes a processor from the judge."""
        text = "SELECT extract(epoch FROM j.ended_at)::float8, j.verdict, j.fault FROM submission s" \
               " JOIN judging j ON j.id = s.judging_id WHERE s.public_id = %s AND j.state = 3"
        ((at, got, fault),) = wait_until(lambda: self.sql(text, submission), 120, "the verdict", every=0.1)
        assert got == verdict, (got, fault)
        return at

    def judge(self, problem, language, source):
        submission, at = self.send(problem, language, source)
        return max(0.0, self.ended(submission) - at)


def plainly(command, stdin="", n=1):
    """Seconds for n runs, one after the other."""
    begin = time.monotonic()
    for _ in range(n):
        subprocess.run(command, input=stdin, stdout=subprocess.DEVNULL, text=True, check=True)
    return time.monotonic() - begin


def compiled(folder, source, name, include=True):
    path = folder / f"{name}.cpp"
    path.write_text(source)
    begin = time.monotonic()
    subprocess.run(["g++", "-O2", "-std=gnu++20", "-o", str(folder / name), str(path)], check=True)
    return time.monotonic() - begin, folder / name


def median(values):
    return statistics.median(values)


def percentile(values, p):
    return sorted(values)[min(len(values) - 1, math.ceil(p * len(values)) - 1)]


def builds(b, folder):
    """A new source each time, so that nothing is found built."""
    for name, source, bar in (("hello with bits/stdc++.h", CPP, 0.45), ("a typical solution of 60 lines", TYPICAL, 0.75)):
        ours, theirs = [], []
        for i in range(5):
            text = f"{source}\n// {name} {i} {time.time()}\n"
            ours.append(b.judge("one", "cpp20", text))
            seconds, program = compiled(folder, text, "plain")
            theirs.append(seconds + plainly([program], SUM[0][0]))
        yield at_most(f"C++, {name}: POST answered to verdict, beside bare g++ -O2 and run", 1000 * median(ours),
                      1000 * median(theirs), bar)


def again(b, folder):
    b.judge("ten", "cpp20", CPP)
    times = [1000 * b.judge("ten", "cpp20", CPP) for _ in range(AGAIN)]
    yield limit("the same source again, 10 tests", median(times), 40)
    _, program = compiled(folder, CPP, "plain")
    runs = 1000 * plainly([program], SUM[0][0], 100) / 10
    rest = [max(0.0, t - runs) for t in times]
    yield limit("all that is not compiler or program, 10 tests: median", median(rest), 25)
    yield limit("all that is not compiler or program, 10 tests: p99", percentile(rest, 0.99), 80)


def shared(b, folder):
    b.judge("hundred", "cpp20", SPIN)
    _, program = compiled(folder, SPIN, "spin")
    ours = [b.judge("hundred", "cpp20", SPIN) for _ in range(5)]
    theirs = [plainly([program], SUM[0][0], 100) for _ in range(3)]
    yield at_most("100 tests of 10 ms CPU, beside running them one after the other", 1000 * median(ours),
                  1000 * median(theirs), 0.65)


def cpu_of(names):
    """Processor seconds of living processes with these names."""
    total = 0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            text = stat.read_text()
            if text[text.index("(") + 1:text.rindex(")")] in names:
                fields = text[text.rindex(")") + 2:].split()
                total += (int(fields[11]) + int(fields[12])) / 100
    return total


def machine():
    """Busy and all processor seconds since the machine's start."""
    values = [int(x) / 100 for x in pathlib.Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(values) - values[3] - values[4], sum(values)


def crowd(b, folder):
    own_names = ("podium-jobs", "podium-web", "postgres", "podium-box", "python3")
    b.podium.cli("job", "pause", "judge")
    time.sleep(1.5)
    for i in range(200):
        source = f"{CPP}// {i} {time.time()}\n" if i % 2 else f"{PYTHON}# {i} {time.time()}\n"
        b.send("ten", "cpp20" if i % 2 else "python3", source)
    mine, (busy, total) = cpu_of(own_names), machine()
    begin = time.monotonic()
    b.podium.cli("job", "resume", "judge")
    wait_until(lambda: not b.sql("SELECT 1 FROM judging WHERE state < 3 LIMIT 1"), 600, "two hundred verdicts", every=0.2)
    took = time.monotonic() - begin
    now = machine()
    work = now[0] - busy - (cpu_of(own_names) - mine)
    yield figure("200 submissions at once, half C++, half Python, 10 tests each", 200 / took, "/s", 1)
    share = 100 * work / (now[1] - total)
    yield Row("both cores busy in compiler or program meanwhile", f"{share:.0f} %", "", None, ">= 90 %", share >= 90)
    took_each = [r[0] for r in b.sql("SELECT extract(epoch FROM ended_at - began_at)::float8 FROM judging"
                                     " ORDER BY id DESC LIMIT 200")]
    yield limit("from its turn to its verdict, of 200 at once: p95", percentile(took_each, 0.95), 30, "s")
    assert b.sql("SELECT count(*) FROM (SELECT verdict FROM judging ORDER BY id DESC LIMIT 200) x WHERE verdict <> 1") == [(0,)]


def seen(b, folder):
    """How much later than it ended a test is in the answer that a page asks for."""
    submission, _ = b.send("hundred", "cpp20", SPIN)
    shown = {}
    while len(shown) < 101:
        answer = b.program.ask(f"/api/v1/submissions/{submission}/result").json()
        now = time.time()
        shown.setdefault(answer["n_ended"], now)
        if answer["state"] == "finished":
            break
        time.sleep(0.005)
    ends = [r[0] for r in b.sql("SELECT extract(epoch FROM r.ended_at)::float8 FROM judging_run r JOIN submission s"
                                " USING (judging_id) WHERE s.public_id = %s ORDER BY r.ended_at", submission)]
    late = [max(0.0, 1000 * (at - ends[n - 1])) for n, at in shown.items() if n > 0]
    yield limit("a test that ended is in the answer after: p95, besides 75 ms at most until it is told",
                percentile(late, 0.95), 125)


def run(lab):
    b = Bench(lab)
    try:
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            b.problem("one", SUM[:1])
            b.problem("ten", SUM)
            b.problem("hundred", [(f"{i} 1\n", f"{i + 1}\n") for i in range(100)])
            for part in builds, again, shared, seen, crowd:
                yield from part(b, folder)
    finally:
        b.podium.stop()
