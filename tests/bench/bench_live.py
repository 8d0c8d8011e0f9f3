"""10,000 open streams behind lighttpd with the shipped configuration: memory, delay, reconnecting, bursts.

Events are committed to the same PostgreSQL (fsync on) as they are in the product. PEERS=1 adds Node's ws without
anything in front, told by NOTIFY of the same database, and nginx with nchan, told by a request. The load generator
(bench_live_load.c) shares the machine. Where a process may not have 40,000 descriptors two processes of lighttpd, and
of nginx, share the streams.
"""

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
SINGLE = 16
BURST = 50
ROUNDS = 3
RECONNECTS = 5
NCHAN = "/usr/lib/nginx/modules/ngx_nchan_module.so"


def measure(load, tell):
    """tell(list of texts) publishes them at once. Median and p99 of single events, messages a second of bursts."""
    load.wait(0)
    for n in range(SINGLE):
        tell([text_of(n)])
        time.sleep(0.5)
    _, median, p99, _ = load.wait(SINGLE)
    rates = []
    for _ in range(ROUNDS):
        time.sleep(1)
        began = time.monotonic_ns() // 1000
        tell([text_of(n) for n in range(BURST)])
        messages, _, _, last = load.wait(BURST)
        rates.append(messages / ((last - began) / 1e6))
    return {"median": median, "p99": p99, "rate": statistics.median(rates)}


def memory(*pids):
    return sum(pss_kb(p) for pid in pids for p in family(pid))


def ours(lab):
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

    daemon = podium.processes[-1].pid
    try:
        before = memory(daemon)
        load.open(STREAMS)
        tell([text_of(0)])
        load.wait(1)
        time.sleep(1)
        got = {"own": (memory(daemon) - before) * 1024 / STREAMS, "total": memory(daemon, front.process.pid) / 1024}

        def anew():
            load.ask("close")
            time.sleep(2)
            return load.open(STREAMS)
        again = [undisturbed(anew) for _ in range(RECONNECTS)]
        return got | {"again": statistics.median(again)} | measure(load, tell)
    finally:
        load.stop()
        connection.close()
        front.stop()
        podium.stop()


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
    try:
        return {"open": load.open(STREAMS), "total": memory(process.pid) / 1024} | measure(load, tell)
    finally:
        load.stop()
        connection.close()
        process.stop()


def nchan(lab):
    """nginx as a stream server of its own: one location to publish, one to subscribe."""
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
        return {"total": memory(process.pid) / 1024}
    finally:
        load.stop()
        process.stop()


def run(lab):
    got = ours(lab)
    yield limit("the daemon's own memory of a stream", got["own"], 256, "bytes", 0)
    yield figure("lighttpd and the daemon with 10,000 streams", got["total"], "MB", 1)
    yield limit("10,000 reconnects", got["again"], 0.6, "s")
    yield figure("median of a single event", got["median"], "ms", 1)
    yield figure("99th percentile of a single event", got["p99"], "ms", 1)
    yield figure("burst of 50 events", got["rate"], "messages/s")
    if not lab.peers:
        return
    peer = node(lab)
    yield at_most("99th percentile of a single event / Node ws", got["p99"], peer["p99"], 0.75, digits=1)
    yield at_least("burst of 50 events / Node ws", got["rate"], peer["rate"], 40, "messages/s")
    yield beside("memory / Node ws", got["total"], peer["total"], "MB", 1)
    if pathlib.Path(NCHAN).exists():
        yield at_most("memory / nginx with nchan", got["total"], nchan(lab)["total"], 0.5, "MB", 1)
