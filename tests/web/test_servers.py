"""Pages, files and refusals through the real web servers with the shipped configuration files."""

import base64
import hashlib
import http.client
import pathlib
import re
import socket
import urllib.parse

import pytest

from lab.podium import BUILD
from lab.process import TOP, wait_until
from lab.webserver import Apache, Lighttpd, admit, apache_proxy, shared_hosting

PUBLIC = TOP / "build" / "public"


def ask(server, path, method="GET", headers=None, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request(method, path, body=body, headers=headers or {})
    reply = connection.getresponse()
    reply.body = reply.read()
    connection.close()
    return reply


def asset(suffix):
    found = sorted(p for p in (PUBLIC / "static").rglob(f"*.{suffix}"))
    assert found, f"the build made no .{suffix}"
    return found[0], "/" + str(found[0].relative_to(PUBLIC))


@pytest.fixture(params=["lighttpd", "apache", "fcgid", "cgi"])
def server(request, podium, folder):
    if request.param == "lighttpd":
        podium.start_web()
        made = Lighttpd(folder / "w", podium.run, podium.pages)
    elif request.param == "apache":
        podium.start_web()
        admit(podium.socket)
        made = apache_proxy(folder / "w", podium.run)
    else:
        made = shared_hosting(folder / "w", podium, BUILD / "podium-web", cgi=request.param == "cgi")
    made.kind = request.param
    made.start()
    yield made
    made.stop()


def test_pages(server):
    page = ask(server, "/health")
    assert page.status == 200 and page.getheader("Content-Type") == "application/json", page.body
    assert b'"database":"up"' in page.body
    assert page.getheader("Content-Length") == str(len(page.body)), "an answer says how long it is"
    head = ask(server, "/health", "HEAD")
    assert head.status == 200 and head.body == b""
    missing = ask(server, "/no/such/page")
    assert missing.status == 404 and b"<!doctype html>" in missing.body.lower()
    assert missing.getheader("X-Request-Id") in missing.body.decode()
    refused = ask(server, "/health", "POST", {"Content-Type": "text/plain"}, b"")
    assert refused.status == 405 and refused.getheader("Allow") == "GET, HEAD"


def test_protective_headers(server):
    for path in ["/no/such/page", "/health"]:
        page = ask(server, path)
        policy = page.getheader("Content-Security-Policy")
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert page.getheader("X-Content-Type-Options") == "nosniff"
        assert page.getheader("X-Frame-Options") == "DENY"
        assert page.getheader("Referrer-Policy") == "strict-origin-when-cross-origin"
        assert page.getheader("Permissions-Policy")
        assert page.getheader("Cross-Origin-Opener-Policy") == "same-origin"
        assert page.getheader("Strict-Transport-Security") is None


def test_files_are_taken_for_what_they_are(server):
    for address in [asset("css")[1], asset("png")[1], "/robots.txt", "/favicon.ico"]:
        reply = ask(server, address)
        assert reply.status == 200 and reply.headers.get_all("X-Content-Type-Options") == ["nosniff"], address


def test_ranges_are_for_nobody(server):
    """A range that is refused would leave lighttpd without the headers that protect."""
    if server.kind in ("fcgid", "cgi"):
        pytest.skip("the hoster's server decides about ranges")
    path, address = asset("css")
    for wanted in ("bytes=0-9", "bytes=99999999-"):
        whole = ask(server, address, headers={"Range": wanted})
        assert whole.status == 200 and whole.body == path.read_bytes(), wanted
        assert ask(server, "/health", headers={"Range": wanted}).status == 200


def raw(server, request):
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as s:
        s.sendall(request)
        reply = http.client.HTTPResponse(s)
        reply.begin()
        reply.body = reply.read()
        return reply


@pytest.mark.parametrize("request_text, statuses", [
    (b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"a" * 20000 + b"\r\n\r\n", (400, 431)),
    (b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", (405, 501)),
    (b"POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", (400,)),
    (b"GET / HTTP/1.1\r\n\r\n", (400,)),
], ids=["head", "method", "length", "host"])
def test_what_the_web_server_refuses_itself_is_protected_too(server, request_text, statuses):
    if server.kind in ("fcgid", "cgi"):
        pytest.skip("the hoster's server refuses in its own words")
    reply = raw(server, request_text)
    assert reply.status in statuses
    if reply.status == 405:  # podium-web's
        is_protected(reply)
    else:
        is_refusal(server, reply)


def is_protected(reply):
    assert b"<h1>" in reply.body and b"Podium" in reply.body
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "X-Request-Id"):
        assert len(reply.headers.get_all(name) or []) == 1, name


def is_refusal(server, reply):
    """The server's own: protected, with an id that is in its log, and on the page too if the server has one so early."""
    is_protected(reply)
    style = re.search(b"<style>(.*)</style>", reply.body, re.S).group(1)
    allowed = "'sha256-" + base64.b64encode(hashlib.sha256(style).digest()).decode() + "'"
    assert allowed in reply.getheader("Content-Security-Policy"), "the browser would not take the page's style"
    name = reply.getheader("X-Request-Id")
    shown = f"quote the request <code>{name}</code>" in reply.body.decode()
    if isinstance(server, Lighttpd):
        assert re.fullmatch("[0-9a-f]{16}", name) and shown
    else:
        assert shown or (re.fullmatch("[0-9]{16}", name) and reply.status in (400, 414, 417)), (reply.status, name)
    wait_until(lambda: f"refused req={name} status={reply.status}" in server.refused(), 5, "the id in the log")


@pytest.mark.parametrize("kind", ["lighttpd", "apache"])
def test_what_nobody_answers_is_refused_with_an_id(podium, folder, kind):
    made = (Lighttpd(folder / "w", podium.run, podium.pages) if kind == "lighttpd"
            else apache_proxy(folder / "w", podium.run)).start()
    try:
        for method, path, status in [("GET", "/", 503), ("HEAD", "/", 503), ("POST", "/sign-in", 503), ("GET", "/live/stream", 503),
                                     ("GET", "/static/none.css", 404 if kind == "lighttpd" else 503)]:
            reply = ask(made, path, method, body=b"" if method == "POST" else None)
            assert reply.status == status, (method, path)
            if method == "HEAD":
                assert reply.getheader("X-Request-Id") and reply.body == b""
            else:
                is_refusal(made, reply)
        assert ask(made, asset("css")[1]).getheader("X-Request-Id") is None
        assert made.refused().count(" refused req=") == 5
    finally:
        made.stop()


def test_address_arrives_as_sent(server):
    """What the application would refuse must not be made harmless, or harmful, on the way."""
    assert ask(server, "/health?x=%41%20%2B").status == 200
    assert ask(server, "/health?x=%ff").status == 400
    assert ask(server, "/health%00").status in (400, 404)
    assert ask(server, "/no%2Fsuch").status in (400, 404)
    # a hoster's Apache looks for a file of that name first, and no file name is so long
    assert ask(server, "/" + "a" * 3000).status == (403 if server.kind in ("fcgid", "cgi") else 414)


def test_static_files(server):
    for suffix, kind in [("css", "text/css; charset=utf-8"), ("js", "text/javascript; charset=utf-8"),
                         ("svg", "image/svg+xml")]:
        path, address = asset(suffix)
        plain = ask(server, address)
        assert plain.status == 200 and plain.body == path.read_bytes()
        assert plain.getheader("Content-Encoding") is None
        assert plain.getheader("Cache-Control") == "public, max-age=31536000, immutable"
        for accepted, encoding, ending in [("br, gzip", "br", ".br"), ("gzip", "gzip", ".gz"),
                                           ("gzip, br;q=0", "gzip", ".gz")]:
            if not pathlib.Path(f"{path}{ending}").exists():
                continue
            packed = ask(server, address, headers={"Accept-Encoding": accepted})
            assert packed.getheader("Content-Encoding") == encoding, (suffix, accepted)
            assert packed.getheader("Content-Type") == kind
            assert "accept-encoding" in packed.getheader("Vary").lower()
            assert packed.body == pathlib.Path(f"{path}{ending}").read_bytes()
            again = ask(server, address, headers={
                "Accept-Encoding": accepted, "If-None-Match": packed.getheader("ETag")})
            assert again.status == 304 and again.body == b""


KATEX = sorted((TOP / "build/public/static").glob("katex.*"))


@pytest.mark.skipif(not KATEX, reason="this system has no KaTeX")
def test_formulas_are_set_by_what_the_content_names(server):
    assert len(KATEX) == 1
    for name, kind in (("katex.min.css", "text/css"), ("katex.min.js", "text/javascript"), ("fonts/KaTeX_Main-Regular.woff2", "font/woff2")):
        reply = ask(server, f"/static/{KATEX[0].name}/{name}")
        assert reply.status == 200, name
        assert kind in (reply.getheader("Content-Type") or ""), name
        assert "immutable" in (reply.getheader("Cache-Control") or ""), name
    script, = (TOP / "build/public/static/js").glob("app.*.js")
    assert f'"/static/{KATEX[0].name}/katex.min."' in script.read_text()


def test_missing_static_file_is_our_404(server):
    missing = ask(server, "/static/none.css")
    assert missing.status == 404 and missing.getheader("X-Request-Id") in missing.body.decode()
    for address in ["/static/none.css", "/static/", "/static/%00"]:
        assert "immutable" not in (ask(server, address).getheader("Cache-Control") or ""), address
    assert ask(server, "/static/../../etc/passwd").status in (400, 403, 404)
    assert ask(server, "/.htaccess").status in (403, 404)


def test_bodies(server):
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": server.url}
    small = urllib.parse.urlencode({"email": "nobody@example.org", "password": "wrong password"}).encode()
    assert ask(server, "/sign-in", "POST", form, small).status == 422
    big = ask(server, "/sign-in", "POST", form, b"email=" + b"a" * 100_000)
    assert big.status == 413, big.body
    if server.kind == "lighttpd":
        # refused by the server itself, before the body
        large = ask(server, "/sign-in", "POST", {**form, "Expect": ""}, b"a" * 3_000_000)
        assert large.status == 413
        is_refusal(server, large)


def test_pages_are_compressed(server):
    if server.kind in ("fcgid", "cgi"):
        pytest.skip("the hoster's server decides about compression")
    page = ask(server, "/metrics", headers={"Accept-Encoding": "gzip"})
    assert page.getheader("Content-Encoding") == "gzip"
    assert "accept-encoding" in page.getheader("Vary").lower()


def test_bearer_token_arrives(server):
    """A token over its cap is refused, so it must have arrived."""
    assert ask(server, "/health", headers={"Authorization": "Bearer " + "t" * 5000}).status == 431
    assert ask(server, "/health", headers={"Cookie": "a=" + "t" * 5000}).status == 431


def test_apache_does_not_log_addresses_that_are_secrets(podium, folder):
    """As Debian sets it up: what hosts without a log of their own are asked goes into one log."""
    podium.start_web()
    admit(podium.socket)
    log = folder / "other_vhosts.log"
    made = Apache(folder / "w", ["proxy", "proxy_fcgi"],
                  f'CustomLog {log} "%r"\nDefine PODIUM_RUN {podium.run}\nDefine PODIUM_ROOT {TOP}/build/public\n'
                  f"<VirtualHost *:*>\n  Include {TOP}/etc/apache.conf\n</VirtualHost>").start()
    try:
        assert ask(made, "/feed/hunter2hunter2hunter2.ics").status == 404
    finally:
        made.stop()
    assert log.read_text() == "" and "hunter2" not in made.errors()


def test_request_log_has_no_personal_data(podium, folder):
    web = podium.start_web()
    made = Lighttpd(folder / "w", podium.run, podium.pages).start()
    try:
        ask(made, "/health?email=somebody%40example.org")
        web.wait_for_log("route=/health")
    finally:
        made.stop()
    line = [x for x in web.log().splitlines() if "event=request" in x][-1]
    assert re.search(r"req=[0-9a-f]{16} ", line) and "status=200" in line and "us=" in line
    assert "somebody" not in web.log() and "127.0.0.1" not in line
