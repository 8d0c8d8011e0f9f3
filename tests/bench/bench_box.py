"""What a box and the engine cost beside running programs plainly, and how true their times are."""

import collections
import statistics
import subprocess
import tempfile

from lab.engine import BOX, Judge, refusal
from lab.podium import BUILD
from table import Row, at_most, figure, limit

RUNS = 300
TESTS = 10
ROUNDS = 20


def series():
    done = subprocess.run([BUILD / "tests" / "bench" / "bench_box", BOX, str(RUNS)], check=True, stdout=subprocess.PIPE,
                          text=True)
    found = collections.defaultdict(list)
    for line in done.stdout.splitlines():
        name, value = line.split()
        found[name].append(int(value) / 1000)
    return found


def overhead(judge):
    """Of a submission with ten tests that is built already: all the time that is not the program's own, in ms."""
    program = '#include <stdio.h>\nint main(void) { int a, b; scanf("%d %d", &a, &b); printf("%d\\n", a + b); return 0; }\n'
    spent = []
    for _ in range(ROUNDS):
        done = judge.run(program, "c", (("1 2\n", "3\n"),) * TESTS)
        assert done.verdicts == " ".join(["AC"] * TESTS), done.lines
        opened = next(line["session_us"] for line in done.lines if "session_us" in line)
        spent.append((opened + sum(t["us"] - t["cpu_us"] for t in done.tests)) / 1000)
    return spent


def header(judge):
    """A hello with bits/stdc++.h: the bare compiler, and the engine's whole build."""
    text = "#include <bits/stdc++.h>\nusing namespace std;\nint main() { cout << \"hello\" << endl; }\n"
    path = judge.write(text, "hello.cpp")
    bare, ours = [], []
    judge.languages()
    for i in range(5):
        bare.append(timed(["g++", "-std=gnu++20", "-O2", "-pipe", "-o", f"{path}.{i}", path]))
        done = judge.run(text, "cpp20", (("", "hello"),))
        ours.append(done.build["us"] / 1000)
    return statistics.median(bare), statistics.median(ours)


def timed(argv):
    import time
    started = time.monotonic()
    subprocess.run([str(a) for a in argv], check=True)
    return (time.monotonic() - started) * 1000


def run(lab):
    why = refusal()
    if why:
        yield Row(f"boxes: not on this machine: {why}", "")
        return
    found = series()
    middle = {name: statistics.median(values) for name, values in found.items()}
    yield at_most("/bin/true in a fresh box, beside plain posix_spawn and wait", middle["fresh"], middle["plain"], 5)
    yield at_most("/bin/true again in the same box", middle["again"], middle["plain"], 2)
    yield at_most("/bin/true in a fresh box, after 30 ms idle", middle["fresh-idle"], middle["plain-idle"], 5)
    yield at_most("/bin/true again in the same box, after 30 ms idle", middle["again-idle"], middle["plain-idle"], 2)
    yield limit("a limit of 500 ms of processor time stops a loop at (worst of 10)", max(found["limit"]), 510, "ms", 1)
    beside = [box / plain for box, plain in zip(found["work"], found["plain-work"], strict=True)]
    assert len(beside) > RUNS / 20, "the processor never kept its speed for a second"
    yield limit(f"processor time of fixed work beside plain runs, {len(beside)} rounds, the other core busy: standard deviation",
                100 * statistics.stdev(beside) / statistics.mean(beside), 1.5, "%", 2)
    for name, what in (("work", "in the box"), ("plain-work", "plainly")):
        spread = 100 * statistics.stdev(found[name]) / statistics.mean(found[name])
        yield figure(f"the same {what}, by itself, which the speed of the processor is in: standard deviation", spread, "%", 2)
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(folder)
        spent = sorted(overhead(judge))
        yield limit("box and engine for 10 tests, without program and compiler (median)", statistics.median(spent), 25)
        yield figure("the same, worst of 20", spent[-1], "ms", 1)
        bare, ours = header(judge)
        yield at_most("building a hello with bits/stdc++.h, beside g++ -O2", ours, bare, 0.45, digits=0)
