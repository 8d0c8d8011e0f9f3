"""Pages through the real web servers: one SELECT, template, about 10 KB, 64 connections (bench_page_app.c).

The reference is a static file of the same size from the same server. PEERS=1 adds PHP-FPM behind the same
lighttpd and Node without anything in front, which send the same bytes after the same query. All take turns, a second
each, and each round is compared in itself. The connections ask for many pages, so that each request is one question to
the database; a crowd on one page, whose question is asked once for those who wait, is measured beside it.
"""

import datetime
import hashlib
import html
import json
import re
import resource
import shutil
import socket
import statistics
import subprocess
import time

from calm import undisturbed
from lab.podium import BUILD
from lab.process import TOP, Process, free_port, own, wait_until
from lab.statement import statement
from lab.webserver import Lighttpd, admit, apache_proxy
from table import at_least, at_most, beside, figure

SECONDS, ROUNDS, CONNECTIONS = 1, 11, 64
SLOW = 2000  # clients
PAGE = "/measured/"  # and the number of a room
ROOMS, ROWS = 256, 24
SESSIONS = 10_000
BEGIN_S = 1767225600  # of 2026, as in bench_page_app.c
APP = BUILD / "tests" / "bench" / "bench_page_app"
PEERS = TOP / "tests" / "bench" / "peers"


def token(n):
    """What the browser of a session says, of which the table knows the hash."""
    return hashlib.sha256(str(n).encode()).hexdigest()


def seed(lab, database):
    """The first account is the one that is signed in, among so many sessions that they are read by their index. The teams
    of a room were made with it and lie side by side."""
    for sql in (f"INSERT INTO room (public_id, invite, title, is_lockout, is_teams, is_open, starts_at, ends_at) "
                f"SELECT lpad(n::text, 16, '0'), md5(n::text), 'A room', true, true, true, now(), now() + interval '1 day' "
                f"FROM generate_series(1, {ROOMS}) AS n",
                f"INSERT INTO room_team (room_id, team, name) SELECT r.id, t, 'Team <' || t || '> & ' || "
                f"left(md5(t::text), 20) FROM room r, generate_series(1, {ROWS}) AS t ORDER BY r.id, t",
                f"INSERT INTO session (token_hash, user_id, expires_at) SELECT sha256(sha256(n::text::bytea)), 1, "
                f"now() + interval '1 day' FROM generate_series(1, {SESSIONS}) AS n",
                "VACUUM ANALYZE"):
        lab.postgres.execute(database, sql)


def asked():
    """What the page asks, for the peers to ask too."""
    return " ".join(statement("room", "room_teams")[0].split())


# Requests are written up front, so that the loads of all targets cost the same.
LOAD = """
local paths, cookies, made, threads = { %s }, { %s }, {}, 0
function setup(thread) thread:set("i", threads * #paths / 2) threads = threads + 1 end
function init()
  for n, path in ipairs(paths) do made[n] = wrk.format("GET", path, { Cookie = cookies[n] }) end
end
function request() i = i %% #made + 1 return made[i] end
"""


class Target:
    """What is asked for: the page of each room in turn or of one, by everybody or by as many members."""

    def __init__(self, folder, name, url, of_rooms=True, is_member=False):
        self.url, self.first = url, f"{url}1"
        self.script = own(folder / "load") / f"{name}.lua"
        base, rooms = url[url.index("/", len("http://")):], range(1, ROOMS + 1)
        self.script.write_text(LOAD % (
            ", ".join(f"'{base}{room if of_rooms else 1}'" for room in rooms),
            ", ".join(f"'session={token(room)}'" for room in rooms if is_member)))

    def load(self, seconds=SECONDS, closes=0):
        return wrk(self.url, "-s", self.script, seconds=seconds, closes=closes)


def wrk(url, *options, seconds=SECONDS, closes=0):
    """Requests a second and the 99th percentile in milliseconds. closes: how many kept connections the server may close
    for want of threads, which wrk calls errors of reading."""
    out = subprocess.run(["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "20s", "--latency", *options, url],
                         stdout=subprocess.PIPE, text=True, timeout=60, check=True).stdout
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", out)
    connect, read, write, timeout = map(int, errors.groups()) if errors else (0, 0, 0, 0)
    assert "Non-2xx" not in out and not connect + write + timeout and read <= closes, out
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", out).groups()
    return (float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)),
            float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit])


def values_of(row):
    """What the page shows of a row, in the order of the page: two forms of a time, and its text twice."""
    number, name = row
    at = datetime.datetime.fromtimestamp(BEGIN_S + number * 3600, datetime.timezone.utc)
    return [at.strftime("%Y-%m-%dT%H:%M:%SZ"), at.strftime("%a %-d %b %Y, %H:%M"), name, name]


def pieces_of(page, lab, database):
    """The page cut where the rows' values stand: its head, what follows each value of a row, its end."""
    rows = [values_of(r) for r in lab.postgres.execute(
        database, "SELECT team, name FROM room_team WHERE room_id = 1 ORDER BY team")]
    shown = [html.escape(value, quote=True) for row in rows for value in row]
    cut = re.split("(" + "|".join(re.escape(v) for v in shown) + ")", page)
    pieces, found = cut[0::2], cut[1::2]
    assert found == shown, f"the page shows {found[:4]}, the rows are {shown[:4]}"
    between = pieces[1:1 + len(rows[0])]
    assert pieces[1:-1] == (between * len(rows))[:-1], "the rows differ in more than their values"
    return [pieces[0], *between, pieces[-1]]


def php(folder, podium, pieces):
    """PHP-FPM, four processes, persistent connection, prepared statement, opcache."""
    program = next((p for p in ("php-fpm8.2", "php-fpm8.4", "php-fpm") if shutil.which(p)), None)
    assert program, "PHP-FPM is not installed"
    own(folder)
    shutil.copy(PEERS / "page.php", folder / "peer.php")
    listed = ",".join("'" + p.replace("\\", "\\\\").replace("'", "\\'") + "'" for p in pieces)
    (folder / "pieces.php").write_text(f"<?php\nreturn array({listed});\n")
    (folder / "fpm.conf").write_text(
        f"[global]\nerror_log={folder}/fpm.log\ndaemonize=no\n[www]\nuser=www-data\ngroup=www-data\n"
        f"listen={folder}/php.sock\nlisten.mode=0666\nlisten.backlog=4096\npm=static\npm.max_children=4\n"
        f"env[CONNINFO]=\"{podium.keys['POSTGRES_DB']}\"\nenv[SQL]=\"{asked()}\"\n")
    process = Process([program, "-F", "-R", "-y", folder / "fpm.conf"], log=folder / "php.log").start()
    wait_until((folder / "php.sock").exists, 10, "PHP-FPM")
    return process


def node(folder, podium, pieces):
    """One Node process (a second one was slower on two cores), pg's pool of ten, prepared statement."""
    own(folder)
    for name in ("page.js", "package.json"):
        shutil.copy(PEERS / name, folder / name)
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True, timeout=180)
    (folder / "pieces.json").write_text(json.dumps(pieces))
    port = free_port()
    host, pgport, database, user = (re.search(rf"{k}=(\S+)", podium.keys["POSTGRES_DB"]).group(1)
                                    for k in ("host", "port", "dbname", "user"))
    process = Process(["node", folder / "page.js"], log=folder / "node.log", env={
        "SQL": asked(), "PORT": str(port), "PGHOST": host, "PGPORT": pgport, "PGDATABASE": database, "PGUSER": user}).start()

    def answers():
        with socket.socket() as s:
            return s.connect_ex(("127.0.0.1", port)) == 0
    wait_until(answers, 15, "Node")
    return process, f"http://127.0.0.1:{port}/"


def fetch(url):
    return subprocess.run(["curl", "-sS", url], stdout=subprocess.PIPE, check=True, timeout=30).stdout


def measure(targets):
    """Rounds in which each target has its turn: of each target its rates and its 99th percentiles."""
    for target in targets.values():
        target.load()

    def turn():
        return [target.load() for target in targets.values()]
    rounds = [undisturbed(turn) for _ in range(ROUNDS)]
    return {name: tuple(map(list, zip(*(r[i] for r in rounds)))) for i, name in enumerate(targets)}


def run(lab):
    podium = lab.new_podium(WEB_WORKERS=4)
    database = re.search(r"dbname=(\S+)", podium.keys["POSTGRES_DB"]).group(1)
    podium.cli("user", "create", "bench@example.org", "Bench", "member", text_input="bench password\n")
    seed(lab, database)
    folder = own(podium.folder / "page")
    root = own(folder / "root")
    shutil.copytree(TOP / "build" / "public", root, dirs_exist_ok=True)
    extra = (f'$HTTP["url"] == "/peer.php" {{\n  fastcgi.server = ("/peer.php" => (("socket" => "{folder}/php/php.sock",'
             f' "check-local" => "disable", "docroot" => "{folder}/php")))\n}}\n'
             f'fastcgi.map-extensions = ()\n')
    front = Lighttpd(folder / "lighttpd", podium.run, podium.pages, root, extra)
    podium.set(BASE_URL=front.url)
    podium.start_web(binary=APP)
    admit(podium.socket)
    started = [front, apache_proxy(folder / "apache", podium.run, root, pages=podium.pages)]
    try:
        for server in started[:2]:
            server.start()
        page = fetch(f"{front.url}{PAGE}1")
        assert page.count(b"&lt;") >= ROWS - 1 and 8_000 < len(page) < 14_000, len(page)
        (root / "robots.txt").write_bytes(page)
        at = front.url + PAGE
        targets = {
            "static": Target(folder, "static", front.url + "/robots.txt?"),
            "page": Target(folder, "page", at),
            "signed in": Target(folder, "signed-in", at, is_member=True),
            "crowd": Target(folder, "crowd", at, of_rooms=False),
            "crowd signed in": Target(folder, "crowd-signed-in", at, of_rooms=False, is_member=True),
            "apache": Target(folder, "apache", started[1].url + PAGE),
        }
        if lab.peers:
            pieces = pieces_of(page.decode(), lab, database)
            started.append(php(folder / "php", podium, pieces))
            targets["php"] = Target(folder, "php", front.url + "/peer.php?")
            process, url = node(folder / "node", podium, pieces)
            started.append(process)
            targets["node"] = Target(folder, "node", url)
            for name in ("php", "node"):
                got = fetch(targets[name].first)
                assert got == page, f"{name} sends other bytes: {got[:300]!r}"
        got = measure(targets)
        yield from rows(got, len(page), lab.peers)
        yield from beside_slow(started[:2], folder)
        yield from copies(podium, started[:2], root)
    finally:
        for server in reversed(started):
            server.stop()
        podium.stop()


def rows(got, size, peers):
    rate = {name: r for name, (r, _) in got.items()}
    p99 = {name: p for name, (_, p) in got.items()}
    yield figure("size of the page", size, "bytes")
    yield at_least("page through lighttpd / static file", rate["page"], rate["static"], 0.14)
    yield at_least("page of a member / static file", rate["signed in"], rate["static"], 0.14)
    yield beside("one page for a crowd / static file", rate["crowd"], rate["static"])
    yield beside("one page for a crowd of members / static file", rate["crowd signed in"], rate["static"])
    yield at_least("page through Apache / through lighttpd", rate["apache"], rate["page"], 0.55)
    yield figure("99th percentile of the page", statistics.median(p99["page"]), "ms", 2)
    if peers:
        yield at_least("page / PHP-FPM", rate["page"], rate["php"], 2.2)
        yield at_least("page / Node", rate["page"], rate["node"], 1.9)
        yield at_most("99th percentile / PHP-FPM's", p99["page"], p99["php"], 0.6)


def beside_slow(servers, folder):
    """Pages while 2,000 clients have sent half a header, against pages before."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    for server in servers:
        load = Target(folder, f"slow-{server.name}", server.url + PAGE).load
        alone = load(seconds=3)[0]
        slow = []
        try:
            for _ in range(SLOW):
                s = socket.create_connection(("127.0.0.1", server.port), timeout=20)
                s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
                slow.append(s)
            fetch(f"{server.url}{PAGE}1")  # Apache makes threads for them first
            among = load(seconds=3, closes=CONNECTIONS)[0]
        finally:
            for s in slow:
                s.close()
        yield at_least(f"page beside {SLOW} slow clients / without, {server.name}", among, alone, 0.8)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def copies(podium, servers, root):
    """The copy of the page that the web server sends itself, against the same bytes as a file."""
    podium.set(PAGE_DIR=podium.pages)
    podium.processes[-1].stop()
    podium.start_web(name="web-with-copies")
    admit(podium.socket)
    page = fetch(servers[0].url + "/calendar")
    (root / "robots.txt").write_bytes(page)
    wait_until(lambda: (podium.pages / "page" / "calendar").exists(), 5, "the copy")
    time.sleep(2)
    for server in servers:
        def turn(url=server.url):
            fetch(url + "/calendar")
            return wrk(url + "/robots.txt")[0], wrk(url + "/calendar")[0]
        static, copy = map(list, zip(*(undisturbed(turn) for _ in range(ROUNDS))))
        yield at_least(f"copy of a public page / static file, {server.name}", copy, static, 0.9)
