"""Judges on a machine that they have not to themselves: other judges, other work, and whoever kills what they run."""

import concurrent.futures
import contextlib
import fcntl
import os
import pathlib
import signal
import subprocess

import pytest

from lab.engine import ADD, BOX, SUMS, Judge, c, refusal, work_folder
from lab.podium import BUILD
from lab.process import own, wait_until

REFUSAL = refusal()
pytestmark = pytest.mark.skipif(bool(REFUSAL), reason=REFUSAL or "-")


def on_processor(number):
    """The processors that the judges of this block may use."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {number})
    return before


def test_judges_do_not_share_a_processor(judge, tmp_path):
    """Two of them with one processor between them: the programs of the one begin when those of the other have ended."""
    program = c('struct timespec t; for (int i = 0; i < 2; i++) { clock_gettime(CLOCK_MONOTONIC, &t);'
                ' printf("%ld ", t.tv_sec * 1000 + t.tv_nsec / 1000000); if (i == 0) usleep(300000); }', "#include <time.h>")
    other = Judge(own(tmp_path / "other"))
    judge.run(program, "c", ())
    before = on_processor(min(os.sched_getaffinity(0)))
    try:
        with concurrent.futures.ThreadPoolExecutor() as pool:
            both = [pool.submit(j.run, program, "c", (("", "x"),) * 3) for j in (judge, other)]
            times = [[tuple(map(int, t["output"].split())) for t in b.result().tests] for b in both]
    finally:
        os.sched_setaffinity(0, before)
    first, second = sorted((t[0][0], t[-1][1]) for t in times)
    assert first[1] <= second[0], times


@contextlib.contextmanager
def busy_processor(n):
    """One processor for the judges of this block, and n others that want all of it."""
    before = on_processor(min(os.sched_getaffinity(0)))
    loop = ["/bin/sh", "-c", "while :; do :; done"]
    others = [subprocess.Popen(loop, start_new_session=True) for _ in range(n)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()
        os.sched_setaffinity(0, before)


def test_a_time_that_was_not_its_own_is_measured_again(judge):
    """Others take most of the processor: what then seems too slow is run once more before it is believed."""
    with busy_processor(3):
        done = judge.run(c("for (;;) ;"), "c", rules={"time_ms": 300})
    assert (done.test["verdict"], done.test["repeated"]) == ("TLE", 1), done.lines


def test_the_clock_waits_for_a_busy_machine(judge):
    """A program that needs less time than it may, on a machine that gives it less than a tenth, has time enough."""
    body = 'while (clock() < CLOCKS_PER_SEC / 3) ; puts("3");'
    with busy_processor(12):
        done = judge.run(c(body, "#include <time.h>"), "c", (("", "3"),), rules={"time_ms": 1000})
        idle = judge.run(c("sleep(60);"), "c", rules={"time_ms": 1000})
    assert (done.test["verdict"], done.test["repeated"]) == ("AC", 1), done.lines
    assert (idle.test["verdict"], idle.test["repeated"]) == ("TLE", 0), "nobody kept it from sleeping"


def test_the_clock_waits_for_whoever_reads(judge):
    """A program that computes and then writes more than a pipe holds is not to blame for a judge that does not get to read."""
    mark = f"-Xmark{os.getpid()}reader"
    body = ('while (clock() < CLOCKS_PER_SEC / 2) ; for (int i = 0; i < 3 << 20; i++) putchar(32); puts("3");')
    with concurrent.futures.ThreadPoolExecutor() as pool:
        run = pool.submit(judge.run, c(body, "#include <time.h>"), "c", (("", "3"),), rules={"time_ms": 1000}, arg=mark)
        wait_until(lambda: set(marked(mark)), 60, "it runs", every=0.005)
        reader, = (int(folder.name) for folder in pathlib.Path("/proc").glob("[0-9]*") if is_judge(folder, mark))
        os.kill(reader, signal.SIGSTOP)
        wait_until(lambda: not set(marked(mark)), 60, "the clock has ended it")
        os.kill(reader, signal.SIGCONT)
    done = run.result()
    assert (done.test["verdict"], done.test["repeated"]) == ("AC", 1), done.lines


def is_judge(folder, mark):
    with contextlib.suppress(OSError):
        words = (folder / "cmdline").read_bytes().split(b"\0")
        return words[0].endswith(b"judge-test") and mark.encode() in words
    return False


def marked(mark):
    """Processes with that word in their command line, but for the judge that was given it."""
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if mark.encode() in words and not words[0].endswith(b"judge-test"):
                yield int(folder.name)


def slow(mark, what):
    """A run in which the program, its validator or the validator's build lasts a second and has the mark."""
    sleep = "import os, sys, time\ntime.sleep(1)\n"
    if what == "program":
        return {"source": c('sleep(1); puts("3");'), "language": "c", "arg": mark}
    if what == "validator":
        return {"source": ADD, "language": "c", "validator": sleep + "sys.exit(42)\n", "flags": mark}
    run = "#!/bin/sh\\nexit 42\\n"
    build = f"#!/usr/bin/python3 {mark}\n{sleep}open('run', 'w').write('{run}')\nos.chmod('run', 0o755)\n"
    return {"source": ADD, "language": "c", "validator": {"build": build}}


@pytest.mark.parametrize("what, kills, verdict", [
    ("program", 1, "AC"), ("validator", 1, "AC"), ("build", 1, "AC"), ("program", 3, "RE"), ("validator", 3, "JE")])
def test_what_somebody_else_kills_is_run_again(judge, what, kills, verdict):
    """Nobody can tell a kill from outside from one of the program's own, but that it happens again."""
    mark = f"-Xmark{os.getpid()}{what}{kills}"
    killed = set()
    with concurrent.futures.ThreadPoolExecutor() as pool:
        run = pool.submit(judge.run, tests=SUMS[:1] if what != "program" else (("", "3"),), **slow(mark, what))
        while len(killed) < kills:
            victim, = wait_until(lambda: set(marked(mark)) - killed, 60, f"it runs again, after {len(killed)}", every=0.005)
            os.kill(victim, signal.SIGKILL)
            killed.add(victim)
    test = run.result().test
    assert test["verdict"] == verdict, test
    assert what == "build" or test["repeated"] == 1


def test_a_killed_worker_leaves_no_folder_behind(judge, tmp_path):
    before = set(work_folder().glob("worker.*"))
    source = judge.write(c("sleep(100);"), "main.c")
    (tmp_path / "0.in").write_text("")
    (tmp_path / "0.ans").write_text("")
    argv = [BUILD / "judge-test", "--language", "c", "--rule", "time_ms=60000", work_folder(), BOX, source, tmp_path / "0"]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as child:
        mine = wait_until(lambda: [f for f in set(work_folder().glob("worker.*")) - before if (f / "1").exists()],
                          120, "it has a program")
        child.kill()
    judge.run(ADD, "c", SUMS)
    wait_until(lambda: judge.run(ADD, "c", SUMS) and not [f for f in mine if is_left(f)], 60, "nobody's folders are gone")


def is_left(folder):
    """There, and nobody holds it."""
    try:
        with open(folder / "lock", "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
    except (FileNotFoundError, BlockingIOError):
        return False
