"""Malformed requests, over FastCGI and through lighttpd. Each gets exactly one well-formed answer with the status
that its case names, and none harms the requests after it."""

import socket
import struct

import pytest

from lab import fcgi
from lab.cases import read_cases
from lab.webserver import Lighttpd

CASES = read_cases()


def peer(i):
    """Each case comes from another address, so that no rate limit answers instead."""
    return f"10.1.{i // 250}.{i % 250 + 1}".encode()


def test_there_are_enough_and_each_once():
    assert len(CASES) >= 200
    assert len({c.name for c in CASES}) == len(CASES)


def test_over_fastcgi(podium):
    web = podium.start_web()
    wrong = []
    for i, case in enumerate(CASES):
        reply = fcgi.send_params(podium.socket, case.pairs(peer(i)), case.body)
        if reply.status != case.expect:
            wrong.append(f"{case.name}: {reply.status}, not {case.expect}")
        assert reply.header("X-Request-Id"), case.name
        if case.method != b"HEAD" and reply.status != 304:
            assert len(reply.body) == int(reply.header("Content-Length")), case.name
        if reply.status >= 400:
            assert reply.header("Cache-Control") == "no-store", case.name
    assert not wrong, "\n".join(wrong)
    assert fcgi.request(podium.socket, uri="/health").status == 200
    assert "worker.died" not in web.log()


def ask_raw(port, data):
    """The status line's number; 0 if the connection was closed without an answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as s:
        try:
            s.sendall(data)
            answer = b""
            while more := s.recv(65536):
                answer += more
        except (ConnectionResetError, BrokenPipeError):
            pass
    return int(answer.split()[1]) if answer.startswith(b"HTTP/1.") else 0


def test_through_lighttpd(podium, folder):
    podium.set(TRUST_PROXY="127.0.0.1")
    web = podium.start_web()
    server = Lighttpd(folder / "w", podium.run, podium.pages).start()
    wrong = []
    try:
        for i, case in enumerate(CASES):
            if case.via == "none":
                continue
            status = ask_raw(server.port, case.http(peer(i)))
            good = {"any": status < 500, "4xx": 400 <= status < 500}.get(case.via, str(status) == case.via)
            if not good:
                wrong.append(f"{case.name}: {status}, not {case.via}")
        assert not wrong, "\n".join(wrong)
        assert ask_raw(server.port, b"GET /health HTTP/1.0\r\nHost: a\r\n\r\n") == 200
    finally:
        server.stop()
    assert "worker.died" not in web.log()


def test_what_the_web_server_refuses_itself_looks_like_podium(podium, folder):
    podium.start_web()
    server = Lighttpd(folder / "w", podium.run, podium.pages).start()
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=20) as s:
            s.sendall(b"POST /sign-in HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
            answer = b""
            while more := s.recv(65536):
                answer += more
        assert b" 411 " in answer.splitlines()[0] and b"Request not understood - Podium" in answer
    finally:
        server.stop()


def head(version=1, kind=1, request_id=1, size=0, padding=0):
    return struct.pack(">BBHHBx", version, kind, request_id, size, padding)


GOOD = fcgi.stream(fcgi.PARAMS, b"".join(
    fcgi.pair(k, v) for k, v in fcgi.params_of(uri="/health").items())) + fcgi.record(fcgi.STDIN)

# What no web server sends: broken records. None may end the process, hold it, or spoil the next request.
RECORDS = {
    "nothing": b"",
    "one byte": b"\1",
    "half a header": head()[:4],
    "HTTP instead": b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "zeros": bytes(64),
    "ones": b"\xff" * 64,
    "version 0": head(version=0, size=8) + bytes(8),
    "version 2": head(version=2, size=8) + bytes(8),
    "begin without content": head(),
    "begin, content cut off": head(size=8) + b"\0\1",
    "begin of 7 bytes": head(size=7) + b"\0\1\0\0\0\0\0",
    "begin of 9 bytes": head(size=9) + b"\0\1\0\0\0\0\0\0\0",
    "begin twice": fcgi.begin() + fcgi.begin() + GOOD,
    "begin of another request inside": fcgi.begin() + fcgi.begin(request_id=2) + GOOD,
    "request 0": fcgi.begin(request_id=0) + GOOD,
    "role authorizer": fcgi.begin(role=2) + GOOD,
    "role filter": fcgi.begin(role=3) + GOOD,
    "role 77": fcgi.begin(role=77) + GOOD,
    "params before begin": GOOD,
    "params without end": fcgi.begin() + fcgi.record(fcgi.PARAMS, fcgi.pair("A", "B")),
    "no params": fcgi.begin() + fcgi.record(fcgi.PARAMS) + fcgi.record(fcgi.STDIN),
    "name longer than the stream": fcgi.begin() + fcgi.stream(fcgi.PARAMS, b"\x7f\x01abc"),
    "value longer than the stream": fcgi.begin() + fcgi.stream(fcgi.PARAMS, b"\x01\x7fa"),
    "four-byte length cut off": fcgi.begin() + fcgi.stream(fcgi.PARAMS, b"\x80\0"),
    "name of 2 GB": fcgi.begin() + fcgi.stream(fcgi.PARAMS, b"\xff\xff\xff\xff\1a"),
    "name and value of 1 GB": fcgi.begin() + fcgi.stream(fcgi.PARAMS, b"\xc0\0\0\0\xc0\0\0\0a"),
    "lengths that overflow together": fcgi.begin() + fcgi.stream(fcgi.PARAMS, b"\xff\xff\xff\xff\xff\xff\xff\xffa"),
    "empty name": fcgi.begin() + fcgi.stream(fcgi.PARAMS, b"\0\1x") + fcgi.record(fcgi.STDIN),
    "name with a NUL": fcgi.begin() + fcgi.stream(fcgi.PARAMS, fcgi.pair("A\0B", "x")) + fcgi.record(fcgi.STDIN),
    "unknown record type": fcgi.begin() + fcgi.record(99, b"hello") + GOOD,
    "output record from the server": fcgi.begin() + fcgi.record(fcgi.STDOUT, b"hello") + GOOD,
    "stdin before params": fcgi.begin() + fcgi.record(fcgi.STDIN, b"hello") + GOOD,
    "abort": fcgi.begin() + fcgi.record(fcgi.ABORT),
    "abort after params": fcgi.begin() + GOOD + fcgi.record(fcgi.ABORT),
    "params of another request": fcgi.begin() + fcgi.record(fcgi.PARAMS, fcgi.pair("A", "B"), request_id=9) + GOOD,
    "get values": fcgi.record(9, fcgi.pair("FCGI_MAX_CONNS", ""), request_id=0),
    "get values, cut off": fcgi.record(9, b"\x0e", request_id=0),
    "unknown management record": fcgi.record(42, b"", request_id=0),
    "padding announced, not sent": fcgi.begin() + head(kind=4, size=0, padding=255),
    "data behind the end": fcgi.begin() + GOOD + b"more" * 100,
    "two requests on one connection": (fcgi.begin(flags=1) + GOOD) * 2,
}


@pytest.mark.parametrize("name", RECORDS)
def test_broken_records(podium_web, name):
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(20)
        s.connect(str(podium_web.socket))
        try:
            s.sendall(RECORDS[name])
            s.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError, OSError):
            pass
        answer = b""
        try:
            while more := s.recv(65536):
                answer += more
        except ConnectionResetError:
            pass
    assert answer.count(b"Status: 200") <= 1
    for _ in range(3):
        reply = fcgi.request(podium_web.socket, uri="/health")
        assert reply.status == 200 and reply.json()["database"] == "up"


@pytest.fixture(scope="module")
def podium_web(lab_folder, postgres):
    """One process for all broken records, so that each meets what the ones before have left."""
    import tempfile

    from lab.podium import Podium
    name = postgres.create_database("podium_template", "podium_owner")
    made = Podium(tempfile.mkdtemp(prefix="", dir=lab_folder), postgres.conninfo(name, "podium_owner"), WEB_WORKERS=1)
    web = made.start_web()
    yield made
    log = web.log()
    made.stop()
    postgres.drop_database(name)
    # libfcgi ends the process when it cannot get the memory that "name and value of 1 GB" asks for;
    # the supervisor starts another. Only the web server's group can write to the socket at all.
    assert log.count("worker.died") <= 1, log[-3000:]
