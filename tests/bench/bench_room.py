"""Sync in rooms: from the press to its word, with a stand-in that takes 50 ms; and while the whole club is fetched."""

import concurrent.futures
import os
import statistics
import time

from lab.podium import make_template
from lab.process import new_folder, wait_until
from lab.race import Race
from table import limit

PRESSES = int(os.environ.get("BENCH_PRESSES", 40))
MEMBERS = int(os.environ.get("BENCH_MEMBERS", 1000))
PLAYERS, ALONE, LATENCY_MS = 50, 10, 50
INTERVAL_MS = 100
SLOT_MS = INTERVAL_MS + 100  # BUCKET_SLACK_MS (lib/base/limits.h): how far apart the bucket's moments are


class Bench(Race):
    """A database of the bench's own server, whose processes have the rights of their roles."""

    def __init__(self, lab, **keys):
        folder = new_folder(lab.folder)
        if not lab.postgres.execute("postgres", "SELECT 1 FROM pg_database WHERE datname = 'podium_template'"):
            make_template(lab.postgres, folder / "t")
        super().__init__(folder, lab.postgres, JOB_WORKERS=8, **keys)


def told_ms(race, player, kind, began):
    """Milliseconds from the press to the commit of its event, by the database's clock."""
    at, = race.sql("SELECT extract(epoch FROM at)::float8 FROM event WHERE scope = %s AND kind = %s ORDER BY id DESC LIMIT 1",
                   player.scope, kind)[0]
    return (at - began) * 1000


def press(race, player, room):
    """Milliseconds until it stands in the queue and until its claim is made."""
    began = time.time()
    assert player.press(room).status == 202
    wait_until(lambda: player.told("sync.detected"), 60, "the claim", every=0.02)
    return [told_ms(race, player, kind, began) for kind in ("sync.queued", "sync.detected")]


def idle_bucket(race):
    players = [race.player() for _ in range(PRESSES)]
    room = race.room([[p] for p in players[:32]], lockout=False)
    rooms = [room, race.room([[p] for p in players[32:]], lockout=False)] if PRESSES > 32 else [room]
    took = []
    for i, player in enumerate(players):
        player.sends()
        player.csrf = player.browser.token()
        race.sql("DELETE FROM bucket")
        took.append(press(race, player, rooms[i // 32]))
    queued, detected = zip(*took)
    yield limit("sync in a room: press to sync.queued", statistics.median(queued), 20)
    yield limit(f"sync in a room: press to sync.detected, Codeforces in {LATENCY_MS} ms", statistics.median(detected), 120)


def sweep(race):
    race.sql("INSERT INTO member (name, handle) SELECT 'M' || n, 'm_' || n FROM generate_series(1, %s) n", MEMBERS)
    for n in range(1, MEMBERS + 1):
        race.order("person", handle=f"m_{n}")
    race.sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 20, 'member.sweep', '{}' FROM job_queue"
             " WHERE name = 'track'")
    wait_until(lambda: race.sql("SELECT 1 FROM member_sweep"), 20, "the sweep")


def under_sweep(race):
    """While the sweep holds the bucket, which gives one call a slot: whoever presses alone waits for the sweep only; those
    who press together wait for each other besides, one slot for each who comes before."""
    players = [race.player() for _ in range(PLAYERS + ALONE)]
    rooms = [race.room([[p] for p in players[i:i + 20]], lockout=False) for i in range(0, len(players), 20)]
    where = {p: rooms[i // 20] for i, p in enumerate(players)}
    for player in players:
        player.sends()
        player.csrf = player.browser.token()
    sweep(race)
    slots = [(press(race, p, where[p])[1] - LATENCY_MS) / SLOT_MS for p in players[:ALONE]]
    yield limit(f"sync in a room: the longest wait while {MEMBERS:,} members are fetched", max(slots), 2, "slots", 1)
    with concurrent.futures.ThreadPoolExecutor(PLAYERS) as pool:
        waits = sorted(pool.map(lambda p: press(race, p, where[p])[1], players[ALONE:]))
    behind = max((ms - LATENCY_MS) / SLOT_MS - n for n, ms in enumerate(waits))
    yield limit(f"sync in a room: the longest wait of {PLAYERS} who press together, besides for each other", behind, 2, "slots", 1)
    assert not race.sql("SELECT 1 FROM member_sweep WHERE ended_at IS NOT NULL"), "the sweep ended before the presses"


def measured(race, what):
    try:
        race.start()
        race.order("settings", latency_ms=LATENCY_MS)
        yield from what(race)
    finally:
        race.stop()


def run(lab):
    yield from measured(Bench(lab), idle_bucket)
    yield from measured(Bench(lab, CODEFORCES_INTERVAL_MS=INTERVAL_MS), under_sweep)
