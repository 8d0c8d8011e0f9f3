"""Many open streams at once: tests/bench/bench_live_load.c, which holds them, and lighttpd as they need it."""

import json
import resource
import subprocess
import time

from .live import ticket
from .podium import BUILD
from .process import TOP, own
from .webserver import Lighttpd

LOAD = BUILD / "tests" / "bench" / "bench_live_load"


def workers():
    return 1 if resource.getrlimit(resource.RLIMIT_NOFILE)[1] >= 40_000 else 2


def front_of(folder, podium):
    """lighttpd with the shipped configuration, with as many processes as the streams need here."""
    front = Lighttpd(folder, podium.run, podium.pages)
    own(front.folder)
    shipped = front.folder / "shipped.conf"
    text = (TOP / "etc" / "lighttpd.conf").read_text()
    shipped.write_text(text.replace("server.max-worker = 0", f"server.max-worker = {workers()}"))
    front.config.write_text(front.config.read_text().replace(f"{TOP}/etc/lighttpd.conf", str(shipped)))
    return front.start()


class Crowd:
    """The generator: says what it is asked, answers numbers."""

    def __init__(self, folder, port, request):
        self.request = own(folder) / "request"
        self.request.write_text(request.replace("\n", "\r\n"))
        self.port = port
        self.child = subprocess.Popen([str(LOAD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, order):
        self.child.stdin.write(order + "\n")
        self.child.stdin.flush()
        return self.child.stdout.readline().split()

    def open(self, n):
        seconds, opened = self.ask(f"open {n} {self.port} {self.request}")
        assert int(opened) == n, f"{opened} of {n} streams were opened"
        return float(seconds)

    def wait(self, n, seconds=60):
        messages, lacking, median, p99, last = self.ask(f"wait {n} {seconds}")
        assert int(lacking) == 0, f"{lacking} streams lack events"
        return int(messages), float(median), float(p99), int(last)

    def stop(self):
        self.child.stdin.close()
        self.child.wait(20)


def request(podium, *scopes):
    """What opens a stream, and lets it go on where it was."""
    given = ticket(podium.keys["SESSION_SECRET"], scopes, seconds=3600)
    return f"GET /live/stream?ticket={given}&last=@ HTTP/1.1\nHost: localhost\n\n"


def text_of(n):
    """An event that says when it was told, and its number."""
    return json.dumps({"t": time.monotonic_ns() // 1000, "n": n}, separators=(",", ":"))


