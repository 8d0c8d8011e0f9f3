"""podium-live: streams of events by FastCGI, HTTP and WebSocket, behind the real web servers and by itself."""

import base64
import hashlib
import json
import os
import pathlib
import random
import signal
import socket
import time
from contextlib import closing

import pytest

from lab.judging import CPP, SUM, Site
from lab.live import Stream, events, ticket
from lab.process import wait_until
from lab.webserver import Lighttpd, apache_proxy


class Line:
    """A podium-live and where it answers."""

    def __init__(self, podium, server, database):
        self.podium, self.server, self.database = podium, server, database
        self.process = None
        self.where = f"{podium.live_socket}.http"

    def start(self):
        self.process = self.podium.start_live()
        return self

    def ticket(self, *scopes, **options):
        return ticket(self.podium.keys["SESSION_SECRET"], scopes or ("user:7",), **options)

    def open(self, *scopes, **options):
        stream = Stream(self.where, self.ticket(*scopes), **options)
        assert stream.answer() == 200
        return stream.settled()

    def tell(self, n=1, **options):
        return events(self.server, self.database, n, **options)


@pytest.fixture()
def line(podium, postgres, database):
    return Line(podium, postgres, database).start()


@pytest.fixture(params=["direct", "lighttpd", "apache"])
def behind(request, line, folder):
    """The line, asked through a web server with the shipped configuration."""
    server = None
    if request.param == "lighttpd":
        server = Lighttpd(folder / "server", line.podium.run, line.podium.pages).start()
    elif request.param == "apache":
        server = apache_proxy(folder / "server", line.podium.run).start()
    if server is not None:
        line.where = server.port
    line.front = server
    yield line
    line.process.stop()  # so that the server is not left with streams that it waits for
    if server is not None:
        server.stop()


def ids(messages):
    return [m["id"] for m in messages]


def test_an_event_reaches_those_who_watch_its_scope(behind):
    mine, both, other = behind.open("user:7"), behind.open("system", "user:7"), behind.open("user:8")
    began = time.monotonic()
    told = behind.tell(payload='{"verdict":\n"AC"}')
    message = mine.read(1)[0]
    assert time.monotonic() - began < 1.0
    assert message["id"] == told[0] and message["scope"] == "user:7" and message["kind"] == "test.tick"
    assert message["data"] == {"verdict": "AC"} and abs(message["at"] / 1000 - time.time()) < 60
    assert ids(both.read(1)) == told
    assert other.rest() == ([], False)
    wait_until(lambda: mine.rest(0.05) and mine.position == told[0], 5, "the position")


def test_the_head_forbids_keeping_and_changing(behind):
    head = behind.open().head.lower()
    assert b"content-type: text/event-stream" in head
    assert head.count(b"x-content-type-options: nosniff") == 1 == head.count(b"cross-origin-resource-policy: same-origin")
    assert b"content-security-policy" not in head, "each line costs the web server room as long as the stream is open"
    assert b"no-cache, no-transform" in head and b"content-encoding" not in head


def test_a_web_socket_is_told_the_same(behind):
    key = base64.b64encode(os.urandom(16)).decode()
    stream = Stream(behind.where, behind.ticket(), socket_key=key)
    assert stream.answer() == 101
    accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest())
    assert accept in stream.head
    stream.settled()
    told = behind.tell(3)
    assert ids(stream.read(3)) == told
    stream.send_frame(9, b"are you there")
    assert {"frame": 10, "payload": b"are you there"} in stream.read(1)
    stream.send_frame(1, b"nobody listens")
    stream.send_frame(8)
    assert stream.rest(5)[1]


def test_a_client_that_leaves_is_forgotten_at_once(behind):
    first = behind.open()  # from here on it has all that is its own
    before = len(os.listdir(f"/proc/{behind.process.child.pid}/fd"))
    streams = [behind.open() for _ in range(20)]
    assert len(os.listdir(f"/proc/{behind.process.child.pid}/fd")) >= before + 20
    for stream in streams:
        stream.close()
    if behind.where != f"{behind.podium.live_socket}.http":
        behind.tell(2)  # Apache learns of it when it writes
        time.sleep(0.3)
        behind.tell(2)
    wait_until(lambda: len(os.listdir(f"/proc/{behind.process.child.pid}/fd")) <= before, 10, "the end of all")
    if behind.front is not None:
        time.sleep(0.2)
        assert "ticket" not in behind.front.errors()  # a web server notes the address of what ends without an end


@pytest.mark.parametrize("made", [
    lambda line: "abc", lambda line: "", lambda line: line.ticket(seconds=-1),
    lambda line: line.ticket(purpose="confirm.email"), lambda line: line.ticket()[:-2] + "AA",
    lambda line: ticket("x" * 64, ["user:7"]), lambda line: line.ticket("user:7 user'"),
    lambda line: line.ticket(*(f"user:{i}" for i in range(9)))],
    ids=["text", "none", "old", "purpose", "changed", "foreign", "form", "many"])
def test_a_ticket_that_is_not_ours_opens_nothing(behind, made):
    stream = Stream(behind.where, made(behind))
    assert stream.answer() == 403
    head = stream.head.lower()
    assert head.count(b"x-content-type-options: nosniff") == 1 == head.count(b"content-security-policy: default-src 'none';")
    stream = Stream(behind.where, made(behind), socket_key=base64.b64encode(bytes(16)).decode())
    assert stream.answer() == 403


@pytest.mark.parametrize("text", [
    b"POST /live/stream HTTP/1.1\r\nHost: a\r\n\r\n", b"GARBAGE\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 4000,
    b"GET /live/stream?ticket= HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", b"\x00" * 40 + b"\r\n\r\n"],
    ids=["method", "garbage", "long", "socket", "zeros"])
def test_what_is_no_request_is_refused(line, text):
    stream = line.open()
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(line.where)
        s.sendall(text)
        s.settimeout(5)
        assert s.recv(100).split()[1] in (b"400", b"403", b"405", b"431")
    told = line.tell()
    assert ids(stream.read(1)) == told


@pytest.mark.parametrize("text", [
    b"\x01\x01\x00\x01\x00\x08\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00", b"\x02" * 100,
    b"\x01\x01\x00\x02\x00\x08\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00",
    b"\x01\x01\x00\x01\x00\x08\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00"
    b"\x01\x04\x00\x01\x00\x04\x00\x00\xff\xff\xff\xff" b"\x01\x04\x00\x01\x00\x00\x00\x00"],
    ids=["role", "garbage", "number", "lengths"])
def test_broken_records_are_refused(line, text):
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(line.podium.live_socket))
        s.sendall(text)
        s.settimeout(5)
        assert b"Status: 400" in s.recv(1000)
    assert line.process.alive()


@pytest.mark.parametrize("how", ["last", "header"])
def test_who_comes_back_misses_nothing(behind, how):
    stream = behind.open()
    told = behind.tell(5)
    assert ids(stream.read(5)) == told
    wait_until(lambda: stream.rest(0.05) and stream.position == told[-1], 5, "the position")
    place = stream.position
    stream.close()
    told = behind.tell(30, first=5) + behind.tell(3, scope="user:8")
    again = behind.open("user:7", "user:8", **{how: place})
    assert sorted(ids(again.read(33)), key=int) == told
    assert again.rest() == ([], False)


def test_a_page_may_know_more_than_the_feed(line):
    """One that was made a moment ago is told nothing twice, and goes on where it is."""
    line.open()  # the feed has begun
    feed = next(int(pid) for pid in pathlib.Path(f"/proc/{line.process.child.pid}/task/{line.process.child.pid}/children")
                .read_text().split())
    os.kill(feed, signal.SIGSTOP)
    try:
        told = line.tell(20)
        stream = Stream(line.where, line.ticket(), last=told[9])
        assert stream.answer() == 200 and stream.rest(0.3) == ([], False)
    finally:
        os.kill(feed, signal.SIGCONT)
    assert ids(stream.read(10)) == told[10:]
    assert stream.settled().rest() == ([], False) and int(stream.position) >= int(told[-1])


def test_what_no_ring_holds_comes_from_the_table(line):
    told = line.tell(40) + line.tell(300, first=40)
    stream = line.open(last=told[9])  # nobody had watched it before
    assert ids(stream.read(330)) == told[10:]
    more = line.tell(2)
    assert ids(stream.read(2)) == more


def test_too_much_to_catch_up_with_is_said(line):
    line.tell(600, payload="{}")
    stream = line.open(last=0)
    assert {"kind": "reset"} in stream.read(1)
    told = line.tell()
    assert told[0] in ids([m for m in stream.read(1) if "id" in m])


@pytest.mark.parametrize("sig", [signal.SIGKILL, signal.SIGTERM])
def test_a_restart_loses_nothing(line, sig):
    stream = line.open("user:7", "user:8")
    told = line.tell(3) + line.tell(2, scope="user:8")
    found = ids(stream.read(5))
    wait_until(lambda: stream.rest(0.05) and stream.position == told[-1], 5, "the position")
    place = stream.position
    line.process.child.send_signal(sig)
    line.process.child.wait(10)
    found += [m["id"] for m in stream.rest(2)[0] if m["id"] not in found]
    told += line.tell(20, first=3)
    line.start()
    told += line.tell(20, first=23)
    again = line.open("user:7", "user:8", last=place)
    assert sorted(set(found + ids(again.read(40))), key=int) == sorted(told, key=int)


def test_killed_at_any_step_nobody_misses_anything(line):
    """Pages that come back where they were, while events are told all the time and the daemon dies again and again."""
    chance, told, found, places = random.Random(7), [], [[], [], []], [None, None, None]
    streams = [line.open("user:7") for _ in found]
    for step in range(12):
        told += line.tell(4, first=4 * step)
        for i, stream in enumerate(streams):
            found[i] += ids(stream.rest(chance.choice((0, 0.01, 0.05, 0.12)))[0])
            places[i] = stream.position
        line.process.child.kill()
        line.process.child.wait(10)
        told += line.tell(1, first=1000 + step)
        line.start()
        streams = [line.open("user:7", last=place) for place in places]
    for i, stream in enumerate(streams):
        wait_until(lambda: found[i].extend(ids(stream.rest(0.1)[0])) or set(found[i]) >= set(told), 10, "all of it")
        assert list(dict.fromkeys(found[i])) == told, "in their order"


def feed_of(line):
    return int(open(f"/proc/{line.process.child.pid}/task/{line.process.child.pid}/children").read().split()[0])


def test_the_feed_may_die(line):
    stream = line.open()
    told = line.tell(3)
    assert ids(stream.read(3)) == told
    for first in range(3, 12, 3):
        os.kill(feed_of(line), signal.SIGKILL)
        told += line.tell(3, first=first)
        assert ids(stream.read(3)) == told[-3:]


def test_the_listener_may_be_cut_off(line):
    stream = line.open()
    for _ in range(3):
        line.server.execute(line.database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            " WHERE datname = current_database() AND pid <> pg_backend_pid()")
        told = line.tell(2)
        assert ids(stream.read(2)) == told


def test_told_by_redis_where_the_database_cannot_tell(podium, postgres, database, redis_server):
    """Redis away and back, and the listener cut off meanwhile: either brings the word, and the table is the truth."""
    podium.set(VALKEY_URI=redis_server.uri)
    line = Line(podium, postgres, database).start()
    stream = line.open()
    wait_until(lambda: redis_server.client().pubsub_numsub("podium_event")[0][1] == 1, 10, "the subscription")
    told = line.tell(2)
    assert ids(stream.read(2)) == told
    redis_server.kill()
    told = line.tell(2)
    assert ids(stream.read(2)) == told
    postgres.execute(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                     " WHERE datname = current_database() AND pid <> pg_backend_pid()")
    told = line.tell(2)
    assert ids(stream.read(2)) == told
    redis_server.start()
    wait_until(lambda: redis_server.client().pubsub_numsub("podium_event")[0][1] == 1, 30, "the subscription again")
    told = line.tell(2)
    assert ids(stream.read(2)) == told


def test_a_commit_is_told_in_redis(postgres, folder, redis_server):
    """What podium-web commits: for a feed that LISTEN does not reach, behind a pooler."""
    site = Site(folder, postgres)
    site.podium.set(VALKEY_URI=redis_server.uri)
    site.podium.start_web()
    site.sql("INSERT INTO judge_language (host, language, is_there, name, extension) VALUES ('here', 'cpp20', true, 'C++', 'x')")
    site.problem("sum", SUM)
    site.member("ann")
    ear = redis_server.client().pubsub()
    ear.subscribe("podium_event")
    assert ear.get_message(timeout=5)["type"] == "subscribe"
    sent = site.member("ann").ask("/api/v1/submissions", "POST", {"problem": "sum", "language": "cpp20", "source": CPP})
    assert sent.status == 201
    assert ear.get_message(timeout=5)["type"] == "message"
    site.stop()


def test_an_event_waits_for_those_before_it(line):
    """Ids are drawn in one order and committed in another; nobody who resumes may miss the late one."""
    stream = line.open()
    early = line.server.connect(line.database)
    early.autocommit = False
    with early.cursor() as cursor:
        cursor.execute("INSERT INTO event (scope, kind, payload) VALUES ('user:7', 'test.tick', '{}') RETURNING id")
        first = str(cursor.fetchone()[0])
    second = line.tell()
    assert stream.rest(1.5) == ([], False)
    early.commit()
    early.close()
    assert ids(stream.read(2)) == [first] + second


def test_the_later_transaction_may_draw_first_and_commit_last(line):
    """The transaction that began first draws the greater id and commits first; the other's event must not be passed over."""
    stream = line.open()
    first, second = line.server.connect(line.database), line.server.connect(line.database)
    drawn = []
    for writer in (first, second):
        writer.autocommit = False
        with writer.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
    for writer in (second, first):
        with writer.cursor() as cursor:
            cursor.execute("INSERT INTO event (scope, kind, payload) VALUES ('user:7', 'test.tick', '{}') RETURNING id")
            drawn.append(str(cursor.fetchone()[0]))
    first.commit()
    assert stream.rest(1.5) == ([], False)
    second.commit()
    assert ids(stream.read(2)) == drawn
    first.close()
    second.close()


def test_who_only_writes_elsewhere_holds_nothing_back(line):
    stream = line.open()
    long = line.server.connect(line.database)
    long.autocommit = False
    with long.cursor() as cursor:
        cursor.execute("CREATE TABLE elsewhere AS SELECT 1")
    told = line.tell()
    assert ids(stream.read(1)) == told
    long.rollback()
    long.close()


def test_who_does_not_read_is_cut_and_comes_back(line):
    good = line.open()
    first = line.tell()
    assert ids(good.read(1)) == first
    deaf = line.open()
    place = deaf.position
    told = []
    for i in range(10):
        told += line.tell(30, first=30 * i, payload=json.dumps({"text": "x" * 5500}))
        assert ids(good.read(30)) == told[-30:]
    assert not line.process.log().count("ERROR")
    found, ended = deaf.rest(5)
    assert ended and len(found) < 300
    again = line.open(last=deaf.position or place)
    have = set(ids(found))
    wait_until(lambda: have.update(ids(again.rest(0.2)[0])) or have >= set(told), 10, "all of it")


@pytest.mark.parametrize("rounds", [3, 10], ids=["ring", "table"])  # a ring holds 256
def test_much_is_told_to_whoever_comes_back(line, rounds):
    """To a reader that begins late too: it leaves in portions, each with a position."""
    place, good = line.open().position, line.open("user:7", "user:8")
    told = []
    for _ in range(rounds):
        told += line.tell(30, payload=json.dumps({"text": "x" * 5500}))
        told += line.tell(10, scope="user:8")
        good.read(40)
    back = Stream(line.where, line.ticket("user:7", "user:8"), last=place)
    assert back.answer() == 200
    time.sleep(1)
    assert ids(back.read(40 * rounds)) == told
    new = line.tell()
    assert ids(back.read(1)) == new and back.rest() == ([], False)


def test_who_has_missed_more_than_a_line_tells_loads_anew(line):
    """It is told where it stands, and does not come back for the same for ever."""
    place, good = line.open().position, line.open()
    for _ in range(17):  # LIVE_MAX_REPLAY is 500
        good.read(30 if line.tell(30) else 0)
    away = Stream(line.where, line.ticket(), last=place)
    assert away.answer() == 200
    assert away.settled().rest()[0] == [{"kind": "reset"}]
    new = line.tell()
    assert ids(away.read(1)) == new and ids(good.read(1)) == new


@pytest.mark.parametrize("scopes", [["user:7"], ["user:7", "user:8"]])
def test_events_of_one_commit_travel_together(line, postgres, database, scopes):
    """In one piece that ends with where it has come to, although the feed tells of them one by one."""
    stream = line.open(*scopes)
    beside = Stream(line.where, line.ticket(*scopes), socket_key=base64.b64encode(bytes(16)).decode())
    assert beside.answer() == 101
    beside.settled()
    with closing(postgres.connect(database)) as connection, connection.cursor() as cursor:
        for _ in range(10):
            time.sleep(0.15)  # longer than events are gathered
            before = [s.n_positions for s in (stream, beside)]
            cursor.execute("INSERT INTO event (scope, kind, payload) SELECT s, 'test.tick', '{}' FROM unnest(%s) s,"
                           " generate_series(1, 50) RETURNING id", (scopes,))
            told = sorted(str(row[0]) for row in cursor.fetchall())
            for i, each in enumerate((stream, beside)):
                assert sorted(ids(each.read(len(told)))) == told
                wait_until(lambda: not each.rest(0.02)[0] and each.n_positions > before[i], 5, "the position")
                assert each.n_positions == before[i] + 1 and each.position == max(told, key=int)


def test_a_quiet_stream_is_told_that_it_lives_and_a_mute_one_is_let_go(line):
    """Every 20 s, which is below what web servers take for silence; whoever says nothing has 10 s."""
    events_only, web_socket = line.open(), Stream(line.where, line.ticket(), socket_key=base64.b64encode(bytes(16)).decode())
    assert web_socket.answer() == 101
    web_socket.settled()
    with socket.socket(socket.AF_UNIX) as mute:
        mute.connect(line.where)
        mute.sendall(b"GET /live/stream")
        mute.settimeout(15)
        assert mute.recv(100) == b""
    events_only.s.settimeout(25)
    assert events_only.s.recv(100) == b":\n\n"
    assert web_socket.read(1, 25) == [{"frame": 9, "payload": b""}]


def test_three_hundred_streams(line):
    streams = [line.open() for _ in range(300)]
    quiet = [line.open() for _ in range(30)]  # never read
    told = line.tell(5)
    for stream in streams:
        assert ids(stream.read(5)) == told
    for stream in streams[:100]:
        stream.close()
    again = [line.open(last=told[1]) for _ in range(100)]
    for stream in again:
        assert ids(stream.read(3)) == told[2:]
    assert len(quiet) == 30
