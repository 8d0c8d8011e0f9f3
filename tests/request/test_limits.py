"""Every route has a limit for one address: those without one of their own share that of pages."""

import pytest

from lab.client import Browser
from lab.process import wait_until


@pytest.fixture()
def site(podium):
    podium.cli("init")
    podium.set(PAGE_LIMIT=20)
    podium.start_web()
    return podium


def table(podium):
    """Method, pattern and limit of each route."""
    import subprocess
    from lab.podium import BUILD
    text = subprocess.run([str(BUILD / "podium-web"), "--routes"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return [(line.split()[0], line.split()[1], line.split()[5]) for line in text.splitlines()]


def test_every_route_has_a_limit(podium):
    rows = table(podium)
    assert len(rows) > 100 and all(limit != "-" for _, _, limit in rows)
    assert {method for method, _, limit in rows if limit == "page"} == {"GET"}, "what changes something has its own"


def test_reads_share_one_limit(site):
    """Whatever is asked for, whichever process answers, and whoever is signed in."""
    browser = Browser(site.socket)
    reads = [p for m, p, limit in table(site) if limit == "page" and ":" not in p and "callback" not in p]
    assert len(reads) > 20
    said = [browser.ask(uri, REMOTE_ADDR="192.0.2.7") for uri in reads * 3]
    assert all(r.status != 429 for r in said[:20])
    refused = [r for r in said[20:] if r.status == 429]
    assert len(refused) > len(said[20:]) / 2
    for reply in refused:
        assert 1 <= int(reply.header("Retry-After")) <= 4, "one comes back every three seconds"
        assert reply.header("Cache-Control") == "no-store"
    api = [r for r in (browser.ask("/api/v1/calendar", REMOTE_ADDR="192.0.2.7") for _ in range(5)) if r.status == 429]
    assert api and api[0].json()["error"]["code"] == "too_many"
    assert browser.sign_in(REMOTE_ADDR="192.0.2.8").status == 303
    said = [browser.ask("/preferences", REMOTE_ADDR="192.0.2.7").status for _ in range(21)]
    assert 429 in said, "a session brings no reads of its own"
    assert browser.ask("/preferences", REMOTE_ADDR="192.0.2.8").status == 200, "another address has its own"
    wait_until(lambda: browser.ask("/api/v1/sources", REMOTE_ADDR="192.0.2.7").status == 200, 20, "the next read")


def test_one_host_with_many_addresses_is_one(site):
    browser = Browser(site.socket)
    said = [browser.ask("/calendar", REMOTE_ADDR=f"2001:db8:1:2::{n:x}").status for n in range(1, 60)]
    assert said[:20] == [200] * 20 and 429 in said[20:]
    assert browser.ask("/calendar", REMOTE_ADDR="2001:db8:1:3::1").status == 200


def test_plain_cgi_counts_in_the_store(podium, postgres, database):
    """A process for each request remembers nothing."""
    import os
    import subprocess
    from lab.podium import BUILD, SANITIZER
    podium.cli("init")
    podium.set(PAGE_LIMIT=20)
    environment = {**os.environ, **SANITIZER, "GATEWAY_INTERFACE": "CGI/1.1", "REQUEST_METHOD": "GET", "REQUEST_URI": "/sources",
                   "SCRIPT_NAME": "", "PATH_INFO": "/sources", "QUERY_STRING": "", "SERVER_PROTOCOL": "HTTP/1.1",
                   "SERVER_NAME": "localhost", "SERVER_PORT": "80", "REMOTE_ADDR": "192.0.2.9", "HTTP_HOST": "localhost"}

    def ask():
        return subprocess.run([str(BUILD / "podium-web"), "--config", str(podium.config)], env=environment,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=60).stdout.decode()
    assert not ask().startswith("Status: 429")
    postgres.execute(database, "UPDATE rate_window SET calls = array_fill(calls[1], ARRAY[1000]) WHERE key LIKE 'rate:page:%%'")
    assert "Status: 429" in ask() or "Retry-After" in ask()
