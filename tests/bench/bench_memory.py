"""Idle memory: 8 web workers, 8 job workers and Redis, as proportional set size, after each has done some work."""

import time
import urllib.request

from lab.webserver import Lighttpd
from lab.process import pss_kb, wait_until
from table import figure, limit


def family(pid):
    """A process and all that descend from it."""
    found = [pid]
    for parent in found:
        with open(f"/proc/{parent}/task/{parent}/children") as f:
            found += [int(p) for p in f.read().split()]
    return found


def run(lab):
    redis = lab.new_redis()
    podium = lab.new_podium(VALKEY_URI=redis.uri, WEB_WORKERS=8, JOB_WORKERS=8)
    try:
        web, jobs = podium.start_web(), podium.start_jobs()
        front = Lighttpd(podium.folder / "lighttpd", podium.run, podium.pages).start()
        for _ in range(200):
            urllib.request.urlopen(front.url + "/calendar", timeout=10).read()
        wait_until(lambda: len(family(jobs.pid)) >= 9, 10, "eight job workers")
        time.sleep(5)
        parts = {"web, 8 workers": web.pid, "jobs, 8 workers": jobs.pid, "Redis": redis.process.pid}
        total = 0.0
        for name, pid in parts.items():
            size = sum(pss_kb(p) for p in family(pid)) / 1024
            total += size
            yield figure(f"memory of {name}", size, "MB", 1)
        yield limit("memory of all three, idle", total, 60, "MB", 1)
        front.stop()
    finally:
        podium.stop()
        redis.stop()
