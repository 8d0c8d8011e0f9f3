"""What syncs keep in a real Redis: which keys, for how long, and when they are thrown away."""

import pytest

from lab import google as stand_in
from lab.calendars import HOUR, MEMBER, OWN, Site

PROFILE = {"name": "Mia", "handle": "mia", "bio": "", "zone": "Europe/Berlin", "language": "en", "theme": "dark",
           "notice_min": "30"}
DAY = 86400


@pytest.fixture()
def site(folder, postgres, database, redis_server, dav):
    made = Site(folder, postgres, database, VALKEY_URI=redis_server.uri)
    made.contest("1", "First")
    assert made.connect(dav.base) == ("success", None)
    made.redis = redis_server.client()
    made.user = made.one("SELECT user_id FROM calendar_link")
    yield made
    made.podium.stop()


def kept(site):
    """The kinds of keys that are there for the member, and that they end within a day."""
    found = set()
    for what in ("user", "synced_events"):
        left = site.redis.ttl(f"cache:{what}:{site.user}")
        if left != -2:  # no such key
            assert DAY - 300 < left <= DAY
            found.add(what)
    return found


def heard(site, act):
    """The commands that Redis is given while act runs, with what it takes to be sure to have them all."""
    with site.redis.monitor() as monitor:
        act()
        site.redis.echo("that was all")
        found = []
        while "that was all" not in (found[-1] if found else ""):
            found.append(monitor.next_command()["command"])
    return found[:-1]


def test_kept_for_a_day_and_thrown_away_when_something_was_recorded(site, dav):
    assert kept(site) == set(), "the first sync has recorded"
    assert site.sync() == ("success", None)
    assert kept(site) == {"user", "synced_events"}
    site.contest("2", "Second", start=48 * HOUR)
    assert site.sync() == ("success", None)
    assert kept(site) == set()
    assert set(dav.events(OWN)) == {"First", "Second"}


def test_preferences_and_deletion_throw_them_away(site):
    assert site.sync() == ("success", None)
    site.jobs.stop()
    assert "user" in kept(site)
    reply = site.post("/settings/profile", platforms="codeforces", **PROFILE)
    assert reply.status == 303, reply.text
    assert kept(site) == {"synced_events"}
    site.redis.set(f"cache:user:{site.user}", "[]", ex=DAY)
    assert site.post("/settings/data/delete", password=MEMBER[1], events="keep").status == 303
    assert kept(site) == set()


def test_lock_is_taken_for_five_minutes_and_given_back(site):
    name = f"lock:sync:{site.user}"
    said = heard(site, site.sync)
    assert [c for c in said if c.startswith(f"SET {name} ") and c.endswith("NX PX 300000")], said
    assert not site.redis.exists(name)


def test_lock_of_a_dead_worker_stops_nobody(site, dav):
    """The lease is the truth: no job has the member's calendars in its hands."""
    site.redis.set(f"lock:sync:{site.user}", "whoever", px=300000)
    site.contest("2", "Second", start=48 * HOUR)
    assert site.sync() == ("success", None)
    assert set(dav.events(OWN)) == {"First", "Second"}
    assert site.redis.get(f"lock:sync:{site.user}") == b"whoever"


def test_coming_back_from_google_throws_the_member_away(folder, postgres, database, redis_server):
    google = stand_in.start(folder)
    made = Site(folder, postgres, database, VALKEY_URI=redis_server.uri, **google.config())
    made.jobs.stop()  # nobody but the callback
    redis = redis_server.client()
    key = f"cache:user:{made.one('SELECT id FROM app_user WHERE email = %s', MEMBER[0])}"
    try:
        redis.set(key, "[]", ex=DAY)
        leave = made.post("/settings/calendars/google", calendar="own")
        back = google.consent(leave.header("Refresh").partition("; url=")[2], "alice@example.com")
        assert redis.exists(key), "leaving changes nothing"
        assert made.browser.ask(back[len("http://localhost"):]).status == 303
        assert made.one("SELECT state FROM calendar_link WHERE sink = 'google'") == "ok" and not redis.exists(key)
    finally:
        made.podium.stop()
        google.outside.stop()
