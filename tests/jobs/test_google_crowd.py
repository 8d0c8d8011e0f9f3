"""Many members whose contests change at once, against the stand-in with a quota for the whole project.

As ten thousand members stand to Google's quota, so do these few to theirs; how the ten thousand are put in line is
looked at in test_calendar_sync.py.
"""

import subprocess

import pytest

from lab import google as lab
from lab.podium import BUILD, Podium
from lab.process import wait_until

EACH = 50                # members who want LeetCode alone, and as many who want Code360 alone
QUOTA = 480              # calls a minute: what there is to do takes three quarters of one at the rate that is kept
SPREAD = 2 * QUOTA       # they come faster than that
CHUNK, WORKERS = 8, 8    # calls that a worker pays for at once
LEETCODE, CODE360 = 1, 64


@pytest.fixture()
def club(folder, postgres, database):
    google = lab.start(folder)
    podium = Podium(folder / "p", postgres.conninfo(database, "podium_owner"), **google.config(), **google.outside.urls(),
                    GOOGLE_PROJECT_QUOTA=QUOTA, SYNC_CALLS_PER_MIN=SPREAD, JOB_WORKERS=WORKERS, SOURCE_BACKOFF_MS=5)
    podium.google = google
    podium.sql = lambda text, *arguments: postgres.execute(database, text, *arguments)
    podium.sql("UPDATE job_cron SET enabled = false WHERE name LIKE 'alert%%' OR name LIKE 'fetch%%'")
    yield podium
    podium.stop()
    google.outside.stop()


def connect(club):
    """Members with a calendar of their own each, as the pages would connect it."""
    club.sql("INSERT INTO app_user (email, name, email_verified_at, platforms) SELECT 'm' || n || '@example.org', 'M', now(),"
             " CASE WHEN n <= %s THEN %s ELSE %s END FROM generate_series(1, %s) n", EACH, LEETCODE, CODE360, 2 * EACH)
    lines = [f"{user} {email} {club.google.grant(email, lab.EVENTS)['refresh_token']}\n"
             for user, email in club.sql("SELECT id, email FROM app_user WHERE email LIKE 'm%%' ORDER BY id")]
    subprocess.run([BUILD / "tests/bench/bench_sync_link", club.config], input="".join(lines), text=True, check=True)
    club.sql("UPDATE calendar_link SET calendar = 'primary', is_own = false")
    club.sql("TRUNCATE job, job_later, job_unique, sync_state")


def most_over(times):
    """By how many calls an interval between two of them is over what the quota allows: a quarter of it at once, and
    three quarters a minute. The worst of all intervals."""
    rate = 0.75 * QUOTA / 60
    worst, lowest = 0, None
    for n, at in enumerate(sorted(times)):
        level = n - rate * at
        lowest = level if lowest is None else min(lowest, level)
        worst = max(worst, level - lowest + 1)
    return worst - QUOTA / 4


def test_a_quota_is_kept_and_everybody_is_served(club):
    connect(club)
    for source in "leetcode", "code360":
        club.cli("source", "fetch", source)
    club.start_jobs()
    wait_until(lambda: club.sql("SELECT count(*) FROM sync_state") == [(2 * EACH,)], 60, "the spreading of both")
    gaps = club.sql("SELECT min(gap), count(*) FROM (SELECT extract(epoch FROM run_at - lag(run_at) OVER (ORDER BY run_at)) AS gap"
                    " FROM job_later WHERE kind = 'calendar.sync') g WHERE gap IS NOT NULL")[0]
    announced = dict(club.sql("SELECT platform, count(*) FROM external_contest WHERE status = 'upcoming' AND start_at > now()"
                              " GROUP BY platform"))
    least = (1 + min(announced.values())) * 60 / SPREAD
    assert gaps[1] > EACH and float(gaps[0]) >= 0.99 * least, "one line for both sources"
    wait_until(lambda: club.sql("SELECT count(*) FROM sync_state WHERE asked > done OR status <> 'success'") == [(0,)], 120,
               "everybody's sync", every=1)
    per_member = club.sql("SELECT min(n), max(n) FROM (SELECT count(e.*) AS n FROM calendar_link l LEFT JOIN synced_event e"
                          " ON e.link_id = l.id AND e.state IN ('present', 'late') GROUP BY l.id) x")[0]
    assert per_member == (min(announced.values()), max(announced.values()))
    times = [e["at"] for e in club.google.outside.log("google") if e["path"].startswith("/calendar/")]
    assert len(times) == EACH * sum(announced.values())
    assert most_over(times) <= CHUNK * WORKERS, "what was paid for, a chunk of each worker, may be used later"
    assert max(times) - min(times) > 20, "the quota was in the way"
    assert not club.sql("SELECT 1 FROM job_dead")
