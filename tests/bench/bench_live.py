"""10,000 open streams behind lighttpd with the shipped configuration: memory, delay, reconnecting, bursts.

Events are committed to the same PostgreSQL (fsync on) as they are in the product. PEERS=1 adds Node's ws without
anything in front, told by NOTIFY of the same database and asked round by round beside ours, and nginx with nchan, told by a request. The
load generator (bench_live_load.c) shares the machine. Where a process may not have 40,000 descriptors two processes of
lighttpd, and of nginx, share the streams.
"""

import contextlib
import pathlib
import re
import shutil
import statistics
import subprocess
import time
import urllib.request

from bench_memory import family
from bench_page import PEERS
from calm import undisturbed
from lab.crowd import Crowd, front_of, request, text_of, workers
from lab.process import Process, free_port, own, pss_kb, wait_until
from table import at_least, at_most, beside, figure, limit

STREAMS = 10_000
PAUSE_S = 0.5
SINGLES = 15  # rounds, in which all that are compared are asked one after the other
BURSTS = 7
BURST = 50
RECONNECTS = 5
NCHAN = "/usr/lib/nginx/modules/ngx_nchan_module.so"


class Side:
    """One server with its crowd; tell(list of texts) publishes them at once."""

    def __init__(self, load, tell):
        self.load, self.tell = load, tell

    def single(self):
        """Median and 99th percentile of the ages at which the streams had one event, in ms."""
        time.sleep(PAUSE_S)
        self.tell([text_of(0)])
        _, median, p99, _ = self.load.wait(1)
        return median, p99

    def burst(self):
        """Messages a second."""
        time.sleep(PAUSE_S)
        began = time.monotonic_ns() // 1000
        self.tell([text_of(n) for n in range(BURST)])
        messages, _, _, last = self.load.wait(BURST)
        return messages / ((last - began) / 1e6)


def rounds(n, measure, sides):
    """What measure(side) gave for each of the sides in n rounds, in which one follows the other."""
    found = [undisturbed(lambda: [measure(side) for side in sides]) for _ in range(n)]
    return [list(of_side) for of_side in zip(*found, strict=True)]


def memory(*pids):
    return sum(pss_kb(p) for pid in pids for p in family(pid))


@contextlib.contextmanager
def ours(lab):
    """The side, and what was measured while no other was there."""
    podium = lab.new_podium()
    database = re.search(r"dbname=(\S+)", podium.keys["POSTGRES_DB"]).group(1)
    podium.start_live()
    front = front_of(podium.folder / "lighttpd", podium)
    load = Crowd(podium.folder / "load", front.port, request(podium, "system"))
    connection = lab.postgres.connect(database)

    def tell(texts):
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO event (scope, kind, payload) SELECT 'system', 'test.tick', p::json"
                           " FROM unnest(%s) p", (texts,))

    def anew():
        load.ask("close")
        time.sleep(2)
        return load.open(STREAMS)

    daemon = podium.processes[-1].pid
    side = Side(load, tell)
    try:
        before = memory(daemon)
        load.open(STREAMS)
        side.single()
        time.sleep(1)
        side.own = (memory(daemon) - before) * 1024 / STREAMS
        side.total = memory(daemon, front.process.pid) / 1024
        side.again = statistics.median(undisturbed(anew) for _ in range(RECONNECTS))
        yield side
    finally:
        load.stop()
        connection.close()
        front.stop()
        podium.stop()


@contextlib.contextmanager
def node(lab):
    folder = own(lab.folder / "live-node")
    for name in ("live.js", "package.json"):
        shutil.copy(PEERS / name, folder / name)
    subprocess.run(["npm", "install", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True, timeout=180)
    connection = lab.postgres.connect("postgres")
    port = free_port()
    process = Process(["node", folder / "live.js"], log=folder / "node.log", env={
        "PORT": str(port), "PGHOST": str(lab.postgres.run), "PGPORT": str(lab.postgres.port), "PGDATABASE": "postgres",
        "PGUSER": "postgres"}).start()

    def listens():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN bench'")
            return cursor.fetchone()[0]
    wait_until(listens, 20, "Node")

    def tell(texts):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(pg_notify('bench', p)) FROM unnest(%s) p", (texts,))
    load = Crowd(folder / "load", port, "GET / HTTP/1.1\nHost: localhost\nUpgrade: websocket\nConnection: Upgrade\n"
                "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n\n")
    side = Side(load, tell)
    try:
        load.open(STREAMS)
        side.total = memory(process.pid) / 1024
        yield side
    finally:
        load.stop()
        connection.close()
        process.stop()


def nchan(lab):
    """The memory of nginx as a stream server of its own, in MB: one location to publish, one to subscribe."""
    folder = own(lab.folder / "live-nchan")
    port = free_port()
    (folder / "nginx.conf").write_text(
        f"load_module {NCHAN};\nworker_processes {workers()};\nworker_rlimit_nofile 20000;\ndaemon off;\n"
        f"pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{ worker_connections 19000; }}\n"
        f"http {{ access_log off; server {{ listen 127.0.0.1:{port} backlog=4096;\n"
        "location = /sub { nchan_subscriber eventsource; nchan_channel_id bench; }\n"
        "location = /pub { nchan_publisher; nchan_channel_id bench; } } }\n")
    process = Process(["nginx", "-p", folder, "-c", folder / "nginx.conf"], log=folder / "output.log").start()
    wait_until((folder / "nginx.pid").exists, 10, "nginx")

    def tell(texts):
        for text in texts:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/pub", text.encode(), timeout=10).read()
    load = Crowd(folder / "load", port, "GET /sub HTTP/1.1\nHost: localhost\nAccept: text/event-stream\n\n")
    try:
        load.open(STREAMS)
        tell([text_of(0)])
        load.wait(1)
        time.sleep(1)
        return memory(process.pid) / 1024
    finally:
        load.stop()
        process.stop()


def run(lab):
    with contextlib.ExitStack() as stack:
        podium = stack.enter_context(ours(lab))
        sides = [podium, stack.enter_context(node(lab))] if lab.peers else [podium]
        singles = rounds(SINGLES, Side.single, sides)
        bursts = rounds(BURSTS, Side.burst, sides)
    p99 = [[late for _, late in found] for found in singles]
    yield limit("the daemon's own memory of a stream", podium.own, 256, "bytes", 0)
    yield figure("lighttpd and the daemon with 10,000 streams", podium.total, "MB", 1)
    yield limit("10,000 reconnects", podium.again, 0.6, "s")
    yield figure("median of a single event", statistics.median(middle for middle, _ in singles[0]), "ms", 1)
    yield figure("99th percentile of a single event", statistics.median(p99[0]), "ms", 1)
    yield figure("burst of 50 events", statistics.median(bursts[0]), "messages/s")
    if not lab.peers:
        return
    yield at_most("99th percentile of a single event / Node ws", *p99, 0.75, digits=1)
    yield at_least("burst of 50 events / Node ws", *bursts, 40, "messages/s")
    yield beside("memory / Node ws", podium.total, sides[1].total, "MB", 1)
    if pathlib.Path(NCHAN).exists():
        yield at_most("memory / nginx with nchan", podium.total, nchan(lab), 0.5, "MB", 1)
