"""Servers that go away while pages run, and clients that do not behave."""

import http.client
import os
import resource
import signal
import socket
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


FORM = b"Host: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10000\r\n\r\nemail="
SLOW = {
    "says nothing": b"",
    "half a header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "half a body": b"POST /sign-in HTTP/1.1\r\n" + FORM,
    "half a body of another route": b"POST /preferences HTTP/1.1\r\n" + FORM,
}


def connect_slowly(site, kind):
    s = socket.create_connection(("127.0.0.1", site.port), timeout=60)
    s.sendall(SLOW[kind])
    return s


def is_open(s):
    """The server has neither closed nor answered."""
    s.setblocking(False)
    try:
        s.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return True
    except ConnectionError:
        pass
    return False


@pytest.fixture()
def many_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.fixture(params=["lighttpd", "apache"])
def patient_site(request, podium, folder, many_files):
    """A server that waits longer for its clients than any test takes, so that none is sent away in between."""
    podium.set(WEB_WORKERS=4, WEB_SLOW_WORKERS=1)
    podium.start_web()
    admit(podium.socket)
    made = (Lighttpd(folder / "w", podium.run, podium.pages, extra="server.max-read-idle := 600")
            if request.param == "lighttpd" else
            apache_proxy(folder / "w", podium.run,
                         extra="RequestReadTimeout handshake=0 header=600-1200,MinRate=1 body=600-1200,MinRate=1"))
    made.start()
    yield made
    made.stop()


def test_two_thousand_slow_clients(patient_site):
    """Pages are answered while all of them hang on, and keep dripping."""
    kinds = list(SLOW)
    slow = []
    try:
        for i in range(2000):
            slow.append(connect_slowly(patient_site, kinds[i % len(kinds)]))
        connection = http.client.HTTPConnection("127.0.0.1", patient_site.port, timeout=60)
        for i in range(60):
            for j in range(i * 30, i * 30 + 30):
                if SLOW[kinds[j % len(kinds)]]:
                    slow[j].sendall(b"a")
            assert ask(patient_site, "/health", connection).status == 200
            if i % 10 == 0:
                assert ask(patient_site, "/sign-in").status == 200, "a new client is let in, too"
        assert all(is_open(s) for s in slow), "nobody had to go for that"
    finally:
        for s in slow:
            s.close()
    assert ask(patient_site, "/health").status == 200


def test_slow_clients_are_sent_away(any_site):
    # Apache does not hear of a client that says nothing, so that one holds nothing there
    kinds = [k for k in SLOW if SLOW[k] or isinstance(any_site, Lighttpd)]
    slow = [connect_slowly(any_site, k) for k in kinds * 10]
    try:
        for s in slow:
            s.settimeout(90)
            try:
                while s.recv(4096):
                    pass
            except ConnectionResetError:
                pass
    finally:
        for s in slow:
            s.close()


def test_slow_bodies_hold_no_process(patient_site):
    """There are four processes, and one for passwords."""
    slow = [connect_slowly(patient_site, kind) for kind in list(SLOW)[2:] * 20]
    try:
        for _ in range(20):
            assert ask(patient_site, "/health").status == 200
            time.sleep(0.05)
        connection = http.client.HTTPConnection("127.0.0.1", patient_site.port, timeout=60)
        connection.request("POST", "/sign-in", body="email=nobody%40example.org&password=wrong+password", headers={
            "Content-Type": "application/x-www-form-urlencoded", "Origin": patient_site.url})
        assert connection.getresponse().status == 422
        connection.close()
        for s in slow:
            assert is_open(s), s.recv(2000)
    finally:
        for s in slow:
            s.close()
