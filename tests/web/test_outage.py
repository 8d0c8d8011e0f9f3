"""Servers that go away while pages run, and clients that do not behave."""

import http.client
import os
import resource
import signal
import socket
import statistics
import threading
import time

import pytest

from lab import fcgi
from lab.podium import Podium
from lab.postgres import Postgres
from lab.process import TOP, wait_until
from lab.webserver import Lighttpd, admit, apache_proxy

PAGES = ["/", "/calendar", "/sources", "/health"]


def ask(server, path, connection=None):
    mine = connection or http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    mine.request("GET", path)
    reply = mine.getresponse()
    reply.body = reply.read()
    if connection is None:
        mine.close()
    return reply


@pytest.fixture()
def site(podium, folder):
    server = Lighttpd(folder / "w", podium.run, podium.pages)
    server.podium = podium
    server.web = podium.start_web()
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["lighttpd", "apache"])
def any_site(request, podium, folder):
    podium.set(WEB_WORKERS=4)
    web = podium.start_web()
    admit(podium.socket)
    made = (Lighttpd(folder / "w", podium.run, podium.pages) if request.param == "lighttpd"
            else apache_proxy(folder / "w", podium.run))
    made.web, made.podium = web, podium
    made.start()
    yield made
    made.stop()


def test_the_web_server_has_a_page_while_podium_web_is_away(any_site):
    assert ask(any_site, "/calendar").status == 200
    any_site.web.stop()
    reply = ask(any_site, "/calendar")
    assert reply.status == 503 and b"Podium" in reply.body and b"Apache" not in reply.body
    assert reply.getheader("Content-Type").startswith("text/html")


def test_postgres_restarted_while_pages_run(folder, postgres):
    """A server of its own, because it is harmed: killed, away for a while, started again."""
    server = Postgres(folder / "pg").init().start()
    server.execute("postgres", "CREATE ROLE podium_owner LOGIN CREATEROLE")
    server.execute("postgres", "CREATE DATABASE podium OWNER podium_owner")
    podium = Podium(folder / "p", server.conninfo("podium", "podium_owner"), WEB_WORKERS=2)
    try:
        podium.cli("migrate")
        web = podium.start_web()
        workers = set(wait_until(lambda: len(web.children()) == 2 and web.children(), 10))
        for path in PAGES:
            assert fcgi.request(podium.socket, uri=path).status == 200, path
        server.stop("immediate")
        for _ in range(4):
            for path in PAGES:
                away = fcgi.request(podium.socket, uri=path)
                assert away.status == 503, (path, away.status)
                if path != "/health":
                    assert int(away.header("Retry-After")) > 0 and away.header("Cache-Control") == "no-store"
                    assert away.header("X-Request-Id") in away.text and "libpq" not in away.text
        api = fcgi.request(podium.socket, uri="/api/v1/calendar")
        assert api.status == 503 and api.json()["error"]["code"] == "unavailable"
        server.start()

        def recovered():
            return all(fcgi.request(podium.socket, uri=p).status == 200 for p in PAGES for _ in range(2))
        wait_until(recovered, 15, "recovery without a restart")
        server.restart("immediate")
        wait_until(recovered, 15, "recovery from a crash between two requests")
        assert set(web.children()) == workers, "no process may have died of it"
    finally:
        podium.stop()
        server.stop("immediate")


def test_redis_killed_and_started(podium, redis_server):
    podium.set(VALKEY_URI=redis_server.uri, WEB_WORKERS=1)
    web = podium.start_web()

    def state():
        reply = fcgi.request(podium.socket, uri="/health")
        return reply.status, reply.json()["status"], reply.json()["cache"]

    def guess(i):
        body = {"email": "nobody@example.org", "password": f"guess {i}"}
        return fcgi.request(podium.socket, "POST", "/sign-in", {"Origin": "http://localhost"}, body,
                            REMOTE_ADDR=f"192.0.2.{i}").status
    assert guess(1) == 422 and state() == (200, "ok", "up")
    redis_server.kill()
    for i in range(2, 5):
        began = time.monotonic()
        assert guess(i) == 422, "limits work from the database"
        assert time.monotonic() - began < 3
    assert state() == (200, "degraded", "down")
    for path in PAGES:
        assert fcgi.request(podium.socket, uri=path).status == 200
    redis_server.start()

    def back():
        guess(9)
        return state() == (200, "ok", "up")
    wait_until(back, 20, "Redis in use again", every=0.5)
    assert "worker.died" not in web.log()


def test_restart_under_load_loses_no_request(any_site):
    """The binary is replaced again and again while eight clients ask through the web server."""
    stopped, failed, done = threading.Event(), [], [0]

    def work():
        while not stopped.is_set():
            try:
                reply = ask(any_site, "/health")
                if reply.status != 200:
                    failed.append((reply.status, reply.body[:200]))
            except OSError as e:
                failed.append(repr(e))
            done[0] += 1
    threads = [threading.Thread(target=work) for _ in range(8)]
    for t in threads:
        t.start()
    try:
        for _ in range(4):
            seen = any_site.web.log().count("event=reload.done")
            any_site.web.send(signal.SIGHUP)
            wait_until(lambda: any_site.web.log().count("event=reload.done") > seen, 20)
            time.sleep(0.3)
    finally:
        stopped.set()
        for t in threads:
            t.join()
    assert failed == [] and done[0] > 100, (failed[:5], done[0])


def test_server_says_so_while_podium_web_is_away(site):
    site.web.stop()
    away = ask(site, "/")
    assert away.status == 503 and b"Back in a moment - Podium" in away.body
    path = next(p for p in os.listdir(TOP / "build/public/static/css") if p.endswith(".css"))
    assert ask(site, f"/static/css/{path}").status == 200, "static files do not need it"
    site.podium.start_web(name="again")
    wait_until(lambda: ask(site, "/health").status == 200, 10, "pages after the start")


SLOW = [
    b"",                                                  # connected, says nothing
    b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",     # half a header
    b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 10000\r\n\r\nemail=",                # half a body
]


def test_two_thousand_slow_clients(site):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    slow = []
    try:
        for i in range(2000):
            s = socket.create_connection(("127.0.0.1", site.port), timeout=10)
            s.sendall(SLOW[i % len(SLOW)])
            slow.append(s)
        times = []
        connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
        for i in range(60):
            for j in range(i * 10, i * 10 + 10):  # they keep dripping
                if SLOW[j % len(SLOW)]:
                    try:
                        slow[j].sendall(b"a")
                    except OSError:
                        pass
            began = time.monotonic()
            assert ask(site, "/health", connection).status == 200
            times.append(time.monotonic() - began)
        assert statistics.median(times) < 0.05 and max(times) < 1.0, (statistics.median(times), max(times))
        # nobody holds a connection without end
        silent = [s for s, _ in zip(slow[0::3], range(50))]
        for s in silent:
            s.settimeout(60)
        began = time.monotonic()
        for s in silent:
            try:
                while s.recv(4096):
                    pass
            except ConnectionResetError:
                pass
        assert time.monotonic() - began < 45, "silent clients are sent away"
    finally:
        for s in slow:
            s.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert ask(site, "/health").status == 200


def test_slow_bodies_hold_no_process_behind_lighttpd(site):
    slow = []
    try:
        for _ in range(20):
            s = socket.create_connection(("127.0.0.1", site.port), timeout=10)
            s.sendall(SLOW[2])
            slow.append(s)
        began = time.monotonic()
        assert ask(site, "/health").status == 200
        assert time.monotonic() - began < 0.5
    finally:
        for s in slow:
            s.close()
