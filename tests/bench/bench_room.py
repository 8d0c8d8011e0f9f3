"""Sync in rooms: from the press to its word, with a stand-in that takes 50 ms; and while the whole club is fetched."""

import concurrent.futures
import json
import os
import pathlib
import statistics
import time

from lab.process import wait_until
from lab.race import Race
from table import figure, limit

PRESSES = int(os.environ.get("BENCH_PRESSES", 40))
MEMBERS = int(os.environ.get("BENCH_MEMBERS", 1000))
PLAYERS, SLOT_MS, LATENCY_MS = 50, 40, 50


class Bench(Race):
    """The database of the bench's own server."""

    def __init__(self, lab, name, **keys):
        folder = pathlib.Path(lab.folder / name)
        folder.mkdir()
        folder.chmod(0o711)
        lab.postgres.execute("postgres", "SELECT 1")
        if not lab.postgres.execute("postgres", "SELECT 1 FROM pg_database WHERE datname = 'podium_template'"):
            lab.postgres.execute("postgres", "CREATE DATABASE podium_template OWNER podium_owner")
            from lab.podium import Podium
            Podium(folder / "t", lab.postgres.conninfo("podium_template", "podium_owner")).cli("migrate")
        super().__init__(folder, lab.postgres, **keys)


def told_ms(race, player, kind, began):
    """Milliseconds from the press to the commit of its event, by the database's clock."""
    at, = race.sql("SELECT extract(epoch FROM at)::float8 FROM event WHERE scope = %s AND kind = %s ORDER BY id DESC LIMIT 1",
                   player.scope, kind)[0]
    return (at - began) * 1000


def idle_bucket(race):
    players = [race.player() for _ in range(PRESSES)]
    room = race.room([[p] for p in players[:32]], lockout=False)
    rooms = [room, race.room([[p] for p in players[32:]], lockout=False)] if PRESSES > 32 else [room]
    queued, detected = [], []
    for i, player in enumerate(players):
        player.sends()
        player.csrf = player.browser.token()
        race.sql("DELETE FROM bucket")
        began = time.time()
        assert player.press(rooms[i // 32]).status == 202
        wait_until(lambda: player.told("sync.detected"), 20, "the claim", every=0.02)
        queued.append(told_ms(race, player, "sync.queued", began))
        detected.append(told_ms(race, player, "sync.detected", began))
    yield limit("sync in a room: press to sync.queued", statistics.median(queued), 20)
    yield limit(f"sync in a room: press to sync.detected, Codeforces in {LATENCY_MS} ms", statistics.median(detected), 120)


def sweep(race):
    race.sql("INSERT INTO member (name, handle) SELECT 'M' || n, 'm_' || n FROM generate_series(1, %s) n", MEMBERS)
    for n in range(1, MEMBERS + 1):
        race.order("person", handle=f"m_{n}")
    race.sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 20, 'member.sweep', '{}' FROM job_queue"
             " WHERE name = 'track'")
    wait_until(lambda: race.sql("SELECT 1 FROM member_sweep"), 20, "the sweep")


def calls(race):
    """When a call for a player of a room was made, and how many others were made between it and its press."""
    return [(e["at"], e["query"].get("handle", "")) for e in race.outside.log("codeforces") if e["path"].startswith("/api/user")]


def under_sweep(race):
    """One press at a time while the sweep holds the bucket: how many slots a Sync waits for it. All presses at once wait for
    each other besides, one slot each, which is the bucket's own measure."""
    players = [race.player() for _ in range(PLAYERS)]
    rooms = [race.room([[p] for p in players[i:i + 25]], lockout=False) for i in (0, 25)]
    for player in players:
        player.sends()
        player.csrf = player.browser.token()
    sweep(race)
    waits = []
    for i, player in enumerate(players[:10]):
        began = time.time()
        assert player.press(rooms[i // 25]).status == 202
        wait_until(lambda: player.told("sync.detected"), 60, "the claim", every=0.02)
        waits.append((told_ms(race, player, "sync.detected", began) - LATENCY_MS) / SLOT_MS)
    yield limit(f"sync in a room: slots it waits while {MEMBERS:,} members are fetched", statistics.median(waits), 2, "slots", 1)
    rest = players[10:]
    began = time.time()
    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        for reply in pool.map(lambda p: p.press(rooms[players.index(p) // 25]), rest):
            assert reply.status == 202
    wait_until(lambda: all(p.told("sync.detected") for p in rest), 120, "all claims")
    last = max(told_ms(race, p, "sync.detected", began) for p in rest)
    yield limit(f"the last of {len(rest)} pressed at once, slots behind their own number", last / SLOT_MS - len(rest), 12,
                "slots", 1)
    assert not race.sql("SELECT 1 FROM member_sweep WHERE ended_at IS NOT NULL"), "the sweep ended before the presses"


def run(lab):
    race = Bench(lab, "room", JOB_WORKERS=8)
    try:
        race.start()
        race.order("settings", latency_ms=LATENCY_MS)
        yield from idle_bucket(race)
    finally:
        race.stop()
    race = Bench(lab, "sweep", JOB_WORKERS=8, CODEFORCES_INTERVAL_MS=SLOT_MS)
    try:
        race.start()
        race.order("settings", latency_ms=LATENCY_MS)
        yield from under_sweep(race)
    finally:
        race.stop()
