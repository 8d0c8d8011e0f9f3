"""Attacks that go across routes: being led elsewhere, headers that are injected, and whether the work of a refused sign-in
gives away who has an account."""

import os
import subprocess
import urllib.parse

import pytest

from lab import fcgi
from lab.client import Browser
from lab.podium import SANITIZER
from lab.program import Program

ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "javascript:alert(1)", "/%09/evil.example",
             "http:evil.example", "/\t/evil.example", "///evil.example", "/x\r\nSet-Cookie: planted=1", "/x\nLocation: //evil.example"]

MIA = ("mia@example.org", "a password of mine")


@pytest.fixture(scope="module")
def site(seeded):
    seeded.cli("user", "create", MIA[0], "Mia", "member", text_input=MIA[1] + "\n")
    return seeded


def check_reply(reply):
    """It leads nowhere else, and what was sent in is in no header."""
    location = reply.header("Location")
    if location is not None:
        assert location.startswith("/") and not location.startswith(("//", "/\\")) and "evil.example" not in \
            urllib.parse.urlsplit(location).netloc, location
    names = [k.lower() for k, _ in reply.headers]
    assert names.count("location") <= 1 and "planted" not in str(reply.all("Set-Cookie"))
    for _, value in reply.headers:
        assert "\r" not in value and "\n" not in value


@pytest.mark.parametrize("back", ELSEWHERE)
def test_being_led_elsewhere(site, back):
    site.execute("DELETE FROM rate_window")
    quoted = urllib.parse.quote(back)
    for uri in ("/sign-in", "/sign-in/code", "/preferences", "/settings/profile", "/settings/tokens"):
        for name in ("back", "done", "next", "return", "url"):
            reply = Browser(site.socket).ask(f"{uri}?{name}={quoted}")
            check_reply(reply)
            assert 'href="https://evil.example' not in reply.text and 'href="//evil' not in reply.text
    browser = Browser(site.socket)
    check_reply(browser.sign_in(*MIA, back=back))
    if "session" not in browser.cookies:  # a line end in it is refused with the form
        assert browser.sign_in(*MIA).status == 303
    check_reply(browser.ask(f"/sign-in?back={quoted}"))
    for uri, fields in (("/zone", {"zone": "Asia/Tokyo"}), ("/theme", {"theme": "dark"}), ("/sign-out", {"csrf": browser.token()})):
        check_reply(browser.ask(uri, "POST", {**fields, "back": back}))


@pytest.mark.parametrize("name, value", [
    ("HTTP_X_FORWARDED_HOST", "evil.example"), ("HTTP_HOST", "evil.example\r\nX: y"), ("HTTP_COOKIE", "theme=x\r\nSet-Cookie: planted=1"),
    ("HTTP_IF_NONE_MATCH", '"x\r\nplanted: 1"'), ("HTTP_ACCEPT", "text/html\r\nplanted: 1"),
    ("HTTP_AUTHORIZATION", "Bearer x\r\nplanted: 1"), ("REQUEST_URI", "/calendar?q=%0d%0aSet-Cookie:%20planted=1"),
    ("HTTP_USER_AGENT", "probe\r\nSet-Cookie: planted=1")])
def test_injected_headers(site, name, value):
    for uri in ("/calendar", "/api/v1/users/profile", "/settings/profile"):
        reply = fcgi.request(site.socket, "GET", uri, {}, None, **{name: value})
        check_reply(reply)
        assert "planted" not in [k.lower() for k, _ in reply.headers]
        assert "evil.example" not in str(reply.headers)


def test_a_body_injects_no_header(site):
    program = Program(site.socket)
    program.login(*MIA)
    for value in ("x\r\nSet-Cookie: planted=1", "x\u2028y", "x\x00y", "\ud800"):
        reply = program.ask("/api/v1/users/profile", "PUT", {"handle": value, "name": value, "bio": value})
        check_reply(reply)
        assert reply.status in (200, 422)


SHIM = r"""
#define _GNU_SOURCE
#include <crypt.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

char *crypt_r(const char *phrase, const char *setting, struct crypt_data *data)
{
	char *(*real)(const char *, const char *, struct crypt_data *) = dlsym(RTLD_NEXT, "crypt_r");
	int fd = open(getenv("CRYPT_COUNT"), O_WRONLY | O_APPEND | O_CREAT, 0600);

	(void)!write(fd, setting, 7); /* "$2b$12$": the kind and the cost */
	(void)!write(fd, "\n", 1);
	close(fd);
	return real(phrase, setting, data);
}
"""


def test_refused_sign_ins_do_the_same_work(podium, folder, postgres, database):
    """One bcrypt of the same cost, whether there is such an account, it is disabled, or the password is wrong."""
    source, shim, count = folder / "shim.c", folder / "shim.so", folder / "count"
    source.write_text(SHIM)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", shim, source, "-ldl"], check=True)
    os.chmod(shim, 0o755)
    podium.set(PASSWORD_COST=12)
    for email in (MIA[0], "off@example.org"):
        podium.cli("user", "create", email, "Mia", "member", text_input=MIA[1] + "\n")
    postgres.execute(database, "UPDATE app_user SET disabled = true WHERE email = 'off@example.org'")
    podium.start_web(env={"LD_PRELOAD": str(shim), "CRYPT_COUNT": str(count),
                          "ASAN_OPTIONS": SANITIZER["ASAN_OPTIONS"] + ":verify_asan_link_order=0"})

    def work(ask, email, password):
        count.write_text("")
        reply = ask(email, password)
        return reply.status, count.read_text().splitlines()

    def page(email, password):
        return Browser(podium.socket).sign_in(email, password)

    def api(email, password):
        return Program(podium.socket).ask("/api/v1/auth/login", "POST", {"email": email, "password": password})

    for ask, refused in ((page, 422), (api, 401)):
        work(ask, "first@example.org", "x" * 12)  # whatever a process makes at first use
        for email, password in ((MIA[0], "wrong password"), ("nobody@example.org", "wrong password"),
                                ("off@example.org", MIA[1]), ("nobody@example.org", "x" * 200), ("no address", "x")):
            assert work(ask, email, password) == (refused, ["$2b$12$"]), (email, password)
