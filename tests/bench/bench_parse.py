"""Parsing Codeforces' whole history: 2,048 contests, some 390 KB."""

import json
import statistics
import subprocess

from lab.podium import BUILD
from lab.process import TOP
from table import figure, limit

CONTESTS = 2048


def made():
    """A list in the platform's form: six contests ahead, the rest of a past that is made up."""
    now = 1759715201
    rows = []
    for i in range(CONTESTS):
        start = now + (5 - i) * 86400 + 43200
        name = f"Codeforces Round {1057 - i} (Div. {i % 4 + 1}, based on the finals of year {i % 30}, rated)"
        rows.append({"id": 2160 - i, "name": name, "type": "CF" if i % 3 else "ICPC",
                     "phase": "BEFORE" if start > now else "FINISHED", "frozen": False,
                     "durationSeconds": 7200 + i % 5 * 900, "startTimeSeconds": start,
                     "relativeTimeSeconds": now - start})
    return json.dumps({"status": "OK", "result": rows}, separators=(",", ":")).encode()


def measure(path):
    done = subprocess.run([BUILD / "tests" / "bench" / "bench_parse", path, "200"], check=True,
                          stdout=subprocess.PIPE, text=True)
    *times, count = done.stdout.splitlines()
    assert count == f"{CONTESTS} records", count
    return statistics.median(float(t) for t in times)


def run(lab):
    recorded = TOP.parent / "shared" / "payloads" / "codeforces" / "contest.list-2025-10-06.json"
    path = lab.folder / "contest.list.json"
    path.write_bytes(recorded.read_bytes() if recorded.exists() else made())
    yield figure("size of 2,048 Codeforces contests", path.stat().st_size / 1000, "KB", 0)
    yield limit("parsing 2,048 Codeforces contests (median, processor time)", measure(path), 10, "ms", 2)
