"""Copies of public pages: written by podium-web, sent by the web servers while they are there, to guests only."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import threading
import time

import pytest

from lab import fcgi
from lab.podium import BUILD
from lab.process import TOP, wait_until
from lab.webserver import Lighttpd, admit, apache_proxy

DYNAMIC = {"status", "x-request-id", "date", "content-length", "etag", "cache-control", "transfer-encoding", "accept-ranges",
           "server", "last-modified"}


@pytest.fixture(params=["lighttpd", "apache"])
def site(request, podium, folder):
    server = (Lighttpd(folder / "w", podium.run, podium.pages) if request.param == "lighttpd"
              else apache_proxy(folder / "w", podium.run, pages=podium.pages))
    podium.set(PAGE_DIR=podium.pages, BASE_URL=server.url)
    server.kind, server.web = request.param, podium.start_web()
    admit(podium.socket)
    server.pages = podium.pages
    server.web_socket = podium.socket
    server.start()
    yield server
    server.stop()


def ask(server, path="/", method="GET", **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request(method, path, headers={k.replace("_", "-"): v for k, v in headers.items()})
    reply = connection.getresponse()
    reply.body = reply.read()
    connection.close()
    return reply


def is_copy(reply):
    """Only podium-web gives a request id."""
    assert reply.status in (200, 304)
    return reply.getheader("X-Request-Id") is None


@pytest.mark.parametrize("server, expression", [
    ("lighttpd.conf", r'\$HTTP\["url"\] =~ "(.*)" \{\n\s+setenv.set-response-header = var.protective \+'),
    ("apache.conf", r'PAGES}/page/.*-f\nRewriteRule "(.*?)"')])
def test_copies_are_looked_for_where_there_may_be_some(server, expression):
    """The table of routes and the addresses for which the web servers look for a copy are the same."""
    address = "|".join(re.findall(expression, (TOP / "etc" / server).read_text()))
    routes = subprocess.run([BUILD / "podium-web", "--routes"], stdout=subprocess.PIPE, text=True, check=True).stdout
    for line in routes.splitlines():
        method, pattern, _, _, cache = line.split()[:5]
        path = re.sub(":[a-z_]+", "x-1", pattern)
        assert bool(re.search(address, path)) == (cache == "copy"), line
    assert "copy" in routes


def write_copy(site, path="/"):
    ask(site, path)
    return wait_until(lambda: next(iter(site.pages.glob("page/*")), None), 5, "the copy")


def settle():
    """lighttpd remembers for a second or two what it knows about a file."""
    time.sleep(2.1)


@pytest.mark.parametrize("path, name", [("/", "index"), ("/calendar", "calendar"), ("/contest/codeforces/1", "contest/codeforces/1")])
def test_copy_is_the_page_with_the_same_headers(site, postgres, database, path, name):
    postgres.execute(database, """INSERT INTO external_contest (platform, native_id, title, start_at, end_at, url, first_seen_at,
        last_seen_at, changed_at) VALUES ('codeforces', '1', 'Round', now() + interval '1 day', now() + interval '26 hours',
        'https://codeforces.com/contest/1', now(), now(), now())""")
    page = ask(site, path)
    assert page.status == 200 and not is_copy(page)
    file = site.pages / "page" / name
    wait_until(file.exists, 5, "the copy")
    assert file.stat().st_mode & 0o777 == 0o644
    copy = wait_until(lambda: (r := ask(site, path)) and is_copy(r) and r, 10, "an answer from the copy")
    assert copy.body == page.body == file.read_bytes()

    def lasting(headers):
        seen = {k.lower(): v for k, v in headers if k.lower() not in DYNAMIC}
        seen["vary"] = sorted(seen["vary"].split(","))
        return seen
    direct = fcgi.request(site.web_socket, "HEAD", path).headers
    assert lasting(copy.getheaders()) == lasting(page.getheaders())
    # Apache says that it would compress
    assert {**lasting(direct), "vary": lasting(page.getheaders())["vary"]} == lasting(page.getheaders())
    assert lasting(direct)["vary"] == ["Cookie"] and "Cookie" in lasting(page.getheaders())["vary"]
    age = int(re.fullmatch("(?:public, )?max-age=([0-9]+)(?:, public)?", copy.getheader("Cache-Control")).group(1))
    # lighttpd counts whole seconds of another clock
    assert 50 <= age <= 61 and page.getheader("Cache-Control") == "public, max-age=60"
    again = ask(site, path, If_None_Match=copy.getheader("ETag"))
    assert again.status == 304 and again.body == b"" and is_copy(again)
    head = ask(site, path, "HEAD")
    assert head.status == 200 and is_copy(head) == (site.kind == "apache") and head.body == b""
    packed = ask(site, path, Accept_Encoding="gzip")
    assert packed.getheader("Content-Encoding") == "gzip" and len(packed.body) < len(page.body)


@pytest.mark.parametrize("path, headers", [
    ("/", {"Cookie": "zone=UTC"}), ("/", {"Cookie": "session=" + "0" * 64}), ("/?a=b", {}), ("/", {"Cookie": "x=y"})])
def test_only_for_guests_on_the_default(site, path, headers):
    write_copy(site)
    settle()
    assert is_copy(ask(site))
    assert not is_copy(ask(site, path, **headers))


def set_age(site, file, seconds):
    """podium-web takes it away; web servers do not look at it."""
    for path in (file, site.pages / "kept" / file.relative_to(site.pages / "page")):
        os.utime(path, (time.time() - seconds, time.time() - seconds))
    wait_until(lambda: not file.exists(), 20, "the copy to be taken away")
    settle()


def test_a_condition_is_kept_when_there_is_no_copy(site):
    """lighttpd has looked for a file then, and asks podium-web with what it was asked."""
    tag = fcgi.request(site.web_socket).header("ETag")
    shutil.rmtree(site.pages / "page", ignore_errors=True)
    reply = ask(site, If_None_Match=tag)
    assert reply.status == 304 and not is_copy(reply) and reply.body == b""
    assert ask(site, "/contest/codeforces/no-such").status == 404


def test_old_copy_is_not_sent_and_replaced(site):
    file = write_copy(site)
    set_age(site, file, 61)
    assert not is_copy(ask(site))
    wait_until(lambda: file.exists() and time.time() - file.stat().st_mtime < 30, 5, "a new copy")
    settle()
    assert is_copy(ask(site))


def test_copy_of_the_future_is_not_sent(site):
    file = write_copy(site)
    set_age(site, file, -3600)
    assert not is_copy(ask(site))


def test_copies_end_with_podium_web(site):
    """Nobody would take them away, and they would be sent for ever."""
    file = write_copy(site)
    site.web.stop()
    assert not file.exists()


def test_copies_end_though_podium_web_was_killed(site, podium):
    file = write_copy(site)
    podium.start_jobs()
    os.killpg(site.web.pid, signal.SIGKILL)
    site.web.stop()
    os.utime(file, (time.time() - 61, time.time() - 61))
    wait_until(lambda: not file.exists(), 20, "the copy to be taken away")


def test_removed_copy_is_made_anew(site):
    write_copy(site).unlink()
    settle()
    assert not is_copy(ask(site))
    write_copy(site)


def test_variants_are_never_written(site):
    for path, headers in [("/?a=b", {}), ("/", {"Cookie": "theme=dark"}), ("/no/such", {}), ("/sources", {}),
                          ("/health", {})]:
        ask(site, path, **headers)
    ask(site, "/", "HEAD")
    time.sleep(0.3)
    assert list(site.pages.iterdir()) == []


def test_paths_cannot_leave_the_folder(site):
    (site.pages.parent / "secret.html").write_text("secret")
    for path in ["/../secret", "/..%2fsecret", "/%2e%2e/secret", "/+..+secret", "/./../secret"]:
        assert b"secret" != ask_any(site, path).body


def ask_any(site, path):
    return ask(site, path)


def test_nothing_is_written_without_a_base_url(podium):
    """The page may then name the host that somebody has put into the request."""
    podium.set(PAGE_DIR=podium.pages)
    podium.start_web()
    assert fcgi.request(podium.socket, uri="/", headers={"Host": "evil.example"}).status == 200
    time.sleep(0.3)
    assert list(podium.pages.iterdir()) == []


def test_copy_removed_a_moment_ago_fails_nobody(site):
    """Jobs remove copies while lighttpd still remembers them."""
    for _ in range(3):
        file = wait_until(lambda: ask(site) and next(iter(site.pages.glob("page/index")), None), 10, "the copy", every=0.1)
        for _ in range(3):
            ask(site)
        file.unlink()
        for _ in range(5):
            assert ask(site).status == 200


def test_copies_that_come_and_go_fail_nobody(site):
    """Removed at every moment of somebody's request."""
    failed, stopped = [], threading.Event()

    def work():
        while not stopped.is_set():
            reply = ask(site)
            if reply.status != 200 or b"</html>" not in reply.body:
                failed.append(reply.status)
    threads = [threading.Thread(target=work) for _ in range(4)]
    for t in threads:
        t.start()
    try:
        for _ in range(200):
            time.sleep(0.005)
            (site.pages / "page" / "index").unlink(missing_ok=True)
    finally:
        stopped.set()
        for t in threads:
            t.join()
    assert failed == []
