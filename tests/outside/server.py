#!/usr/bin/env python3
"""Plays the outside world on one loopback port.

    python3 tests/outside/server.py [--port 0] [--port-file PATH] [--now EPOCH] [--urls] [--mail] [--club]

Each service has its real paths below /NAME: http://127.0.0.1:PORT/codeforces/api/contest.list.
It prints its port as one line, and writes it to --port-file; with --urls it prints the lines for
podium.conf instead.

    POST   /_control  {"platform": "codeforces", "mode": "http_503", "times": 3, ...}; "*": all
    GET    /_control  what holds now
    DELETE /_control  everything is well again
    GET    /_log      the requests seen; DELETE forgets them
    GET    /_mail     with --mail: the mails taken by an SMTP server beside this one
"""

import argparse
import http.client
import http.server
import json
import pathlib
import socket
import struct
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from outside import club, failure, mailbox, service  # noqa: E402

KEEP_LOG = 5000
KEEP_MAIL = 100


class World:
    """The state that all requests share."""

    def __init__(self, now=None):
        self.fixed_now = now
        self.lock = threading.Lock()
        self.modes = {name: failure.Mode() for name in service.ALL}
        self.states = {name: module.State(lambda: self.fixed_now or time.time())
                       for name, module in service.ALL.items() if hasattr(module, "State")}
        self.log = []
        self.mail = None  # an SMTP server

    def now(self):
        return int(self.fixed_now or time.time())

    def control(self, order):
        names = list(service.ALL) if order["platform"] == "*" else [order["platform"]]
        options = {k: v for k, v in order.items() if k not in ("platform", "mode", "times")}
        with self.lock:
            for name in names:
                if name not in self.modes:
                    raise ValueError(f"no such service: {name}")
                self.modes[name] = failure.Mode(order["mode"], order.get("times"), **options)

    def take_mode(self, name):
        """The mode for one request; one that is used up ends."""
        with self.lock:
            mode = self.modes[name]
            if mode.times is not None:
                if mode.times <= 0:
                    self.modes[name] = failure.Mode()
                    return self.modes[name]
                mode.times -= 1
            return mode

    def remember(self, entry):
        with self.lock:
            self.log.append(entry)
            del self.log[:-KEEP_LOG]


class Request:
    """What a service sees."""

    def __init__(self, method, path, query, headers, body, now, mode, state):
        self.method, self.path, self.query = method, path, query
        self.headers, self.body, self.now, self.mode = headers, body, now, mode
        self.state = state  # of a service that remembers

    def number(self, name, default):
        try:
            return int(self.query.get(name, default))
        except ValueError:
            return default


class Headers(dict):
    """Names in lower case. The standard library's reader of mail headers costs more than most answers."""

    def __init__(self, lines):
        super().__init__()
        for line in lines:
            name, _, value = line.decode("latin-1").partition(":")
            self[name.strip().lower()] = value.strip()

    def get(self, name, default=None):
        return super().get(name.lower(), default)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    world = None

    def log_message(self, *arguments):
        pass

    def parse_request(self):
        words = self.raw_requestline.decode("latin-1").split()
        lines = []
        while (line := self.rfile.readline(65536)) != b"\r\n":
            if not line or len(lines) == 100:
                return False
            lines.append(line)
        if len(words) != 3:
            return False
        self.requestline = self.raw_requestline.decode("latin-1").strip()
        self.command, self.path, self.request_version = words
        self.headers = Headers(lines)
        self.close_connection = self.headers.get("connection", "").lower() == "close"
        return True

    def send(self, status, kind, body, headers=None, promise=0):
        text = http.client.responses.get(status, "Odd")
        head = [f"HTTP/1.1 {status} {text}", f"Content-Type: {kind}"]
        if status not in (204, 304):
            head.append(f"Content-Length: {len(body) + promise}")
        head += [f"{name}: {value}" for name, value in (headers or {}).items()]
        head = ("\r\n".join(head) + "\r\n\r\n").encode("latin-1")
        self.wfile.write(head if self.command == "HEAD" else head + body)

    def send_json(self, value, status=200):
        self.send(status, *failure.as_json(value))

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        url = urllib.parse.urlsplit(self.path)
        try:
            if url.path == "/_control":
                return self.control(body)
            if url.path == "/_log":
                return self.show_log()
            if url.path == "/_mail" and self.world.mail:
                with self.world.mail.lock:
                    letters = self.world.mail.taken[-KEEP_MAIL:]
                return self.send(200, "text/html; charset=utf-8", mailbox.page(letters))
            return self.serve(url, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
            return None

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = handle_any

    def control(self, body):
        if self.command == "POST":
            try:
                self.world.control(json.loads(body))
            except (ValueError, KeyError) as problem:
                return self.send_json({"error": str(problem)}, 400)
        elif self.command == "DELETE":
            self.world.control({"platform": "*", "mode": "ok"})
        return self.send_json({n: m.as_dict() for n, m in self.world.modes.items()})

    def show_log(self):
        with self.world.lock:
            if self.command == "DELETE":
                self.world.log.clear()
            log = list(self.world.log)
        return self.send_json(log)

    def serve(self, url, body):
        _, _, rest = url.path.partition("/")
        name, slash, path = rest.partition("/")
        if name not in service.ALL:
            return self.send_json({"error": "no such service"}, 404)
        query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        headers = self.headers
        mode = self.world.take_mode(name)
        if not path.startswith("_"):
            self.world.remember({
                "at": time.time(), "service": name, "method": self.command, "path": slash + path,
                "query": query, "headers": headers, "body": body.decode("utf-8", "replace"),
                "client_port": self.client_address[1], "mode": mode.name})
        if mode.name == "connection_refused":
            return self.reset()
        if mode.name == "slow":
            time.sleep(float(mode.options.get("seconds", 30)))
        ready = mode.answer()
        if ready is not None:
            status, kind, extra, content = ready
            return self.send(status, kind, content, extra)
        request = Request(self.command, slash + path, query, headers, body, self.world.now(), mode,
                          self.world.states.get(name))
        answer = service.ALL[name].serve(request)
        if answer is None:
            return self.send(404, "text/html", failure.page(404, "Not Found"))
        if request.mode.name == "connection_refused":
            return self.reset()
        return self.travel(request.mode, *answer)

    def travel(self, mode, status, kind, content, headers=None):
        if mode.name == "truncated":
            content = failure.half(content)
        elif mode.name == "oversize":
            content += b" " * (11 * 1024 * 1024)
        elif mode.name == "cut":
            half = failure.half(content)
            self.send(status, kind, half, headers, promise=len(content) - len(half))
            self.wfile.flush()
            self.close_connection = True
            return None
        return self.send(status, kind, content, headers)

    def reset(self):
        """As if nobody listened: the connection ends with a reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def shutdown_request(self, request):
        if request.fileno() >= 0:
            super().shutdown_request(request)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


def urls(port):
    """The configuration lines that lead Podium here."""
    base = f"http://127.0.0.1:{port}"
    found = {key: f"{base}/{name}{module.BASE_PATH}"
             for name, module in service.ALL.items() for key in module.URL_KEYS}
    for name, module in service.ALL.items():
        if hasattr(module, "config"):
            found.update(module.config(f"{base}/{name}"))
    return found


def make(port=0, now=None):
    world = World(now)
    handler = type("Bound", (Handler,), {"world": world})
    server = Server(("127.0.0.1", port), handler)
    return server, world


def main():
    options = argparse.ArgumentParser(description="plays the outside world on a loopback port")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--port-file", type=pathlib.Path)
    options.add_argument("--now", type=int, help="stop the clock at this unix time")
    options.add_argument("--urls", action="store_true", help="print lines for podium.conf")
    options.add_argument("--mail", action="store_true", help="take mail too, and show it at /_mail")
    options.add_argument("--club", action="store_true", help="with people at Codeforces, whose training can be shown")
    given = options.parse_args()
    server, world = make(given.port, given.now)
    port = server.server_address[1]
    lines = urls(port)
    if given.mail:
        from lab.mail import Faulty
        world.mail = Faulty()
        lines["SMTP_URL"] = world.mail.url
        lines["DEMO_MAIL"] = f"http://127.0.0.1:{port}/_mail"
    if given.club:
        club.fill(world.states["codeforces"])
        lines["DEMO_CODEFORCES"] = f"http://127.0.0.1:{port}/codeforces/_desk"
    said = "".join(f"{k}={v}\n" for k, v in lines.items()) if given.urls else f"{port}\n"
    print(said, end="", flush=True)
    if given.port_file:
        given.port_file.write_text(f"{port}\n")
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
