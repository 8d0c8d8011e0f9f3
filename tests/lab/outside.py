"""The stand-in for the outside world as a process of its own."""

import json
import urllib.request

from .process import TOP, Process, wait_until


class Outside:
    """tests/outside/server.py on a free port; failures are ordered with `order`."""

    def __init__(self, folder, *options):
        self.port_file = folder / "outside.port"
        self.process = Process(
            ["/usr/bin/python3", "-B", TOP / "tests/outside/server.py", "--port-file", self.port_file,
             *options], log=folder / "outside.log")

    def start(self):
        self.process.start()
        wait_until(lambda: self.port_file.exists() and self.port_file.read_text().strip(), 10,
                   "the stand-in")
        self.base = f"http://127.0.0.1:{self.port_file.read_text().strip()}"
        return self

    def ask(self, method, path, value=None):
        data = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(self.base + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def urls(self):
        """The configuration keys that lead Podium here."""
        names = ["leetcode", "codeforces", "codechef", "atcoder", "hackerrank", "geeksforgeeks",
                 "code360"]
        found = {f"{n.upper()}_URL": f"{self.base}/{n}" for n in names}
        return {**found, "CODE360_FALLBACK_URL": f"{self.base}/code360"}

    def order(self, platform, mode, times=None, **options):
        self.ask("POST", "/_control", {"platform": platform, "mode": mode, "times": times, **options})

    def calm(self):
        """Everything is well again, and what was asked is forgotten."""
        self.ask("DELETE", "/_control")
        self.ask("DELETE", "/_log")

    def log(self, service=None):
        return [e for e in self.ask("GET", "/_log") if service in (None, e["service"])]

    def stop(self):
        self.process.stop()
