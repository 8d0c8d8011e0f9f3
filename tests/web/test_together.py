"""Requests that wait behind each other are taken together: each gets its own answer, whatever the others are."""

import os
import re
import signal
import socket
import time

import pytest

from lab import fcgi
from lab.client import Browser
from lab.postgres import Postgres
from lab.process import wait_until

CONTEST = ("INSERT INTO external_contest (platform, native_id, title, start_at, end_at, url, first_seen_at, last_seen_at,"
           " changed_at) SELECT 'codeforces', n::text, 'Round <' || n || '>', now() + n * interval '1 day',"
           " now() + n * interval '1 day' + interval '2 hours', 'https://codeforces.com/contests/' || n, now(), now(), now()"
           " FROM generate_series(1, 20) AS n")


@pytest.fixture()
def site(podium, postgres, database):
    """One worker, a guest and two members, some contests."""
    return start(podium, postgres, database)


@pytest.fixture()
def replica(postgres, folder):
    made = Postgres(folder / "near", settings={"cluster_name": "near"}).basebackup_of(postgres).start()
    yield made
    made.stop("immediate")


def start(podium, postgres, database, **keys):
    podium.set(WEB_WORKERS=1, **keys)
    podium.cli("init")
    for name in ("Ada", "Bert"):
        podium.cli("user", "create", f"{name}@example.org", name, "member", text_input="a long password\n")
    postgres.execute(database, CONTEST)
    podium.web = podium.start_web()
    podium.members = {}
    for name in ("Ada", "Bert"):
        browser = Browser(podium.socket)
        assert browser.sign_in(f"{name}@example.org", "a long password").status == 303
        podium.members[name] = browser.cookies["session"]
    return podium


def head(site, uri, method="GET", who=None, **headers):
    if who:
        headers["Cookie"] = "session=" + site.members.get(who, who)
    params = fcgi.params_of(method, uri, {k.replace("_", "-"): v for k, v in headers.items()})
    return fcgi.begin() + fcgi.stream(fcgi.PARAMS, b"".join(fcgi.pair(k, v) for k, v in params.items())) \
        + fcgi.stream(fcgi.STDIN, b"")


def together(site, requests):
    """The answers to requests that all wait before the worker takes the first."""
    worker, = site.web.children()
    sockets = []
    os.kill(worker, signal.SIGSTOP)
    try:
        for data in requests:
            s = socket.socket(socket.AF_UNIX)
            s.settimeout(30)
            s.connect(str(site.socket))
            s.sendall(data)
            sockets.append(s)
    finally:
        os.kill(worker, signal.SIGCONT)
    answers = []
    for s in sockets:
        records = fcgi.read_records(s)
        s.close()
        out = b"".join(content for kind, _, content in records if kind == fcgi.STDOUT)
        answers.append(fcgi.parse(out, records) if out else None)
    assert site.web.children() == [worker], "the worker must have lived through it"
    return answers


def count(site, name):
    text = fcgi.request(site.socket, uri="/metrics").text
    return int(re.search(rf"^podium_web_{name}_total (\d+)$", text, re.M).group(1))


def test_each_gets_its_own_page(site):
    numbers = list(range(1, 21))
    before = count(site, "asked_together")
    whose = [(None, "Ada", "Bert", "no-session")[n % 4] for n in numbers]
    answers = together(site, [head(site, f"/contest/codeforces/{n}", who=w) for n, w in zip(numbers, whose)])
    for n, who, answer in zip(numbers, whose, answers):
        assert answer.status == 200
        assert set(re.findall(r"Round &lt;(\d+)&gt;", answer.text)) == {str(n)}
        for name in site.members:
            assert (name in answer.text) == (who == name), f"contest {n} for {who}"
    assert len({a.header("X-Request-Id") for a in answers}) == len(answers)
    assert count(site, "asked_together") - before >= 16, "they must have asked together"


def rounds(server, database):
    """Transactions of podium-web so far, as the server counts them."""
    server.execute(database, "SELECT pg_stat_force_next_flush()")
    return server.execute("postgres", "SELECT xact_commit FROM pg_stat_database WHERE datname = %s", database)[0][0]


def test_each_gets_its_own_page_from_a_replica(podium, postgres, database, replica):
    site = start(podium, postgres, database, POSTGRES_READ_DB=replica.conninfo(database, "podium_owner"),
                 REPLICA_MAX_LAG_MS=60000)
    numbers = list(range(1, 21))
    uris = [f"/contest/codeforces/{n}" for n in numbers]
    wait_until(lambda: replica.execute(database, "SELECT count(*) FROM external_contest")[0][0] == 20, 10, "the contests")
    assert fcgi.request(site.socket, uri=uris[0]).status == 200
    before = count(site, "asked_together")
    seen = rounds(replica, database)
    answers = together(site, [head(site, uri) for uri in uris])
    for n, answer in zip(numbers, answers):
        assert answer.status == 200 and set(re.findall(r"Round &lt;(\d+)&gt;", answer.text)) == {str(n)}
    assert count(site, "asked_together") - before >= 16
    time.sleep(1.1)  # a server tells its numbers once a second
    fcgi.request(site.socket, uri=uris[0])
    time.sleep(1.1)
    assert 0 < rounds(replica, database) - seen < len(uris), "they must have asked a replica, together"
    whose = [(None, "Ada", "Bert", "no-session")[n % 4] for n in numbers]
    for _ in range(2):
        answers = together(site, [head(site, uri, who=w) for uri, w in zip(uris, whose)])
        for n, who, answer in zip(numbers, whose, answers):
            assert answer.status == 200 and set(re.findall(r"Round &lt;(\d+)&gt;", answer.text)) == {str(n)}
            for name in site.members:
                assert (name in answer.text) == (who == name), f"contest {n} for {who}"
        replica.stop("immediate")  # then the primary answers
    alone = together(site, [head(site, "/contest/codeforces/%ff")])[0].status
    answers = together(site, [head(site, uris[0]), head(site, "/contest/codeforces/%ff"), head(site, uris[1], who="Ada")])
    assert [a.status for a in answers] == [200, alone, 200]


def test_whatever_stands_between(site):
    tag = fcgi.request(site.socket, uri="/contest/codeforces/3").header("ETag")
    page = "/contest/codeforces/"
    cases = [
        (head(site, page + "1"), 200), (head(site, page + "2", who="Ada"), 200),
        (head(site, page + "none"), 404), (head(site, "/contest/nowhere/1", who="Bert"), 404),
        (head(site, page + "3", If_None_Match=tag), 304), (head(site, page + "4", "HEAD", who="Ada"), 200),
        (head(site, "/zone", "POST"), 403), (head(site, page + "5"), 200),
        (head(site, "/calendar?page=0"), 422), (head(site, "/calendar?platforms=codeforces&q=Round", who="Bert"), 200),
        (head(site, "/settings/devices", who="Ada"), 200), (head(site, "/calendar?view=month"), 200),
        (b"\x09not a record", None), (head(site, page + "6"), 200), (head(site, "/%00"), 400), (head(site, "/"), 200),
        (head(site, "/", who="Ada"), 200), (head(site, "/nothing"), 404), (head(site, page + "7"), 200),
        (head(site, "/", "DELETE"), 405), (head(site, "/calendar", who="Ada"), 200),
    ]
    for _ in range(3):
        answers = together(site, [data for data, _ in cases])
        assert [a.status if a else None for a in answers] == [status for _, status in cases]
        assert answers[5].body == b"" and answers[4].body == b""
        assert "Ada" in answers[16].text and "Bert" in answers[9].text and "Ada" not in answers[15].text
        cases.reverse()
        answers = together(site, [data for data, _ in cases])
        assert [a.status if a else None for a in answers] == [status for _, status in cases]
        cases.reverse()


def test_one_that_the_database_refuses_harms_nobody(site):
    """Text that is no UTF-8 is an error of PostgreSQL, and fails the round trip for all."""
    bad = head(site, "/contest/codeforces/%ff")
    alone = together(site, [bad])[0].status
    answers = together(site, [head(site, "/contest/codeforces/1"), head(site, "/contest/codeforces/2"), bad,
                              head(site, "/contest/codeforces/3", who="Ada"), bad, head(site, "/calendar")])
    assert [a.status for a in answers] == [200, 200, alone, 200, alone, 200]


def test_while_the_database_is_away(site, postgres, database):
    pages = [head(site, f"/contest/codeforces/{n}", who="Ada") for n in range(1, 13)]
    answers = together(site, pages)
    assert [a.status for a in answers] == [200] * 12
    # every session ends: what only reads is asked again
    postgres.execute("postgres", "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", database)
    answers = together(site, pages)
    assert [a.status for a in answers] == [200] * 12
    postgres.execute("postgres", f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false')
    try:
        postgres.execute("postgres", "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
                         database)
        answers = together(site, pages)
        assert [a.status for a in answers] == [503] * 12
        assert all(a.header("Retry-After") for a in answers)
    finally:
        postgres.execute("postgres", f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true')
    wait_until(lambda: together(site, pages[:1])[0].status == 200, 15, "the database to be used again")
    assert [a.status for a in together(site, pages)] == [200] * 12
