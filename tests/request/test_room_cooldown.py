"""Sync once a minute: kept in Redis where there is one, in PostgreSQL otherwise. No runner is here."""

import re
import time

import pytest

from lab.race import race_in
from lab.redis import Redis


@pytest.fixture(scope="module", params=["redis", "table"])
def made(request, lab_folder, postgres):
    with race_in(lab_folder, postgres) as race:
        race.redis = Redis(race.web.folder / "redis").start() if request.param == "redis" else None
        if race.redis:
            race.web.set(VALKEY_URI=race.redis.uri)
        race.web.start_web()
        yield race
        if race.redis:
            race.redis.stop()


@pytest.fixture()
def race(made):
    if made.redis and not made.redis.answers():
        made.redis.start()
    with made.fresh():
        yield made


def key(player):
    return f"ratelimit:sync:{player.user}"


def kept_s(race, player):
    """Seconds that the key stands where it is kept, or None."""
    if race.redis:
        left = race.redis.client().pttl(key(player))
        return left / 1000 if left >= 0 else None
    rows = race.sql("SELECT extract(epoch FROM expires_at - now())::float8 FROM cache_lock WHERE name = %s", key(player))
    return rows[0][0] if rows else None


def shown_s(race, player, room):
    """Seconds that the page lets its buttons rest."""
    return int(re.search(r'data-rest="(\d+)"', player.browser.ask(f"/room/{room.public}").text).group(1))


def test_a_press_rests_for_a_minute(race):
    ada, bob = race.player(), race.player()
    room = race.room([[ada], [bob]])
    assert kept_s(race, ada) is None and shown_s(race, ada, room) == 0
    assert ada.press(room).status == 202
    assert 50 < kept_s(race, ada) <= 60
    again = ada.press(room)
    assert again.status == 429 and 50 < int(again.header("Retry-After")) <= 60
    assert abs(shown_s(race, ada, room) - kept_s(race, ada)) <= 2
    assert kept_s(race, bob) is None and bob.press(room).status == 202, "of each player his own"
    assert len(ada.told("sync.queued")) == 1


def test_what_is_refused_does_not_begin_it(race):
    ada, eve = race.player(), race.player()
    room = race.room([[ada]])
    assert eve.press(room).status == 403 and kept_s(race, eve) is None
    assert ada.press(room, "9/Z").status == 404 and kept_s(race, ada) is None


def test_a_press_that_could_not_be_queued_may_be_repeated_at_once(race):
    ada = race.player()
    room = race.room([[ada]])
    race.sql("ALTER TABLE event ADD CONSTRAINT refused CHECK (kind <> 'sync.queued') NOT VALID")
    try:
        assert ada.press(room).status >= 400
    finally:
        race.sql("ALTER TABLE event DROP CONSTRAINT refused")
    assert kept_s(race, ada) is None and not race.sql("SELECT 1 FROM job WHERE payload ->> 'roomId' = %s", room.public)
    assert ada.press(room).status == 202


def test_its_end_is_the_servers(race):
    """A minute that is over is over on the page and for a press, at once."""
    ada = race.player()
    room = race.room([[ada]], problems=["2100/A", "2100/B"])
    assert ada.press(room).status == 202
    if race.redis:
        race.redis.client().delete(key(ada))
    else:
        race.sql("UPDATE cache_lock SET expires_at = now() - interval '1 ms' WHERE name = %s", key(ada))
    assert shown_s(race, ada, room) == 0
    assert ada.press(room, "2100/B").status == 202
    assert ada.press(room).status == 429


@pytest.mark.parametrize("made", ["redis"], indirect=True)
def test_redis_goes_away_and_comes_back(race):
    """Nobody waits for it, and a minute is kept by whatever is there when it begins."""
    ada, bob = race.player(), race.player()
    room = race.room([[ada], [bob]])
    race.redis.kill()
    assert ada.press(room).status == 202
    assert ada.press(room).status == 429
    assert 50 < shown_s(race, ada, room) <= 60
    race.redis.start()
    time.sleep(1)  # so few failures are forgotten within 0.8 s (REDIS_MIN_REST_MS): bob's minute begins with Redis
    assert bob.press(room).status == 202
    assert bob.press(room).status == 429


@pytest.mark.parametrize("made", ["redis"], indirect=True)
def test_whoever_set_the_key_is_believed(race):
    """The key alone says that there is a rest, whatever its value."""
    ada = race.player()
    room = race.room([[ada]])
    for value in ("1", "", "9" * 30, b"\xff\x00"):
        race.redis.client().set(key(ada), value, ex=30)
        refused = ada.press(room)
        assert refused.status == 429 and 1 <= int(refused.header("Retry-After")) <= 60, value
        assert 1 <= shown_s(race, ada, room) <= 60
