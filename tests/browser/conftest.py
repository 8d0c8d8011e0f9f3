"""A site with contests behind lighttpd, and Chromium to look at it."""

import pytest

from lab.browser import Browsers
from lab.webserver import Lighttpd

# platform, id, title, minutes from now to the start, minutes of length
CONTESTS = [
    ("codechef", "START214", "Starters 214 (Rated till 5 stars)", -30, 120),
    ("codeforces", "2174", "Codeforces Round 1061 (Div. 2)", 25, 120),
    ("atcoder", "abc433", "AtCoder Beginner Contest 433", 150, 100),
    ("leetcode", "biweekly-170", "A <b>bold</b> & \"quoted\" 'title'", 60 * 20, 90),
    ("hackerrank", "long", "ProjectEuler+ with a title that is so long that it has to wrap on a phone", 60 * 30, 60 * 240),
    ("geeksforgeeks", "weekly-230", "Averyveryverylongwordwithoutanyblanksthatcouldnotbebrokenotherwise", 60 * 50, 90),
    ("code360", "198", "Weekend Contest 198", 60 * 75, 180),
]


def fill(postgres, database):
    postgres.execute(database, "TRUNCATE job, job_unique")  # the first fetches, which no runner takes up here
    postgres.execute(database, "UPDATE source SET last_try_at = now(), last_success_at = now(), n_rows = 1")
    postgres.execute(
        database, "UPDATE source SET failing_since = now() - interval '3 hours', fail_streak = 3,"
        " last_error = 'the server answered 503', last_error_at = now() WHERE platform = 'hackerrank'")
    for platform, native_id, title, start, length in CONTESTS:
        postgres.execute(
            database,
            "INSERT INTO external_contest (platform, native_id, title, start_at, end_at, url, first_seen_at,"
            " last_seen_at, changed_at) VALUES (%s, %s, %s, now() + %s * interval '1 minute',"
            " now() + %s * interval '1 minute', 'https://example.org/c', now(), now(), now())",
            platform, native_id, title, start, start + length)
    postgres.execute(
        database, "UPDATE external_contest SET status = 'cancelled', cancelled_at = now(), sequence = 1"
        " WHERE platform = 'code360'")
    postgres.execute(
        database, "INSERT INTO contest_change (contest_id, at, kind, from_start_at, to_start_at)"
        " SELECT id, now(), 'moved', start_at - interval '1 day', start_at FROM external_contest"
        " WHERE platform = 'atcoder'")


@pytest.fixture()
def site(folder, podium, postgres, database):
    podium.cli("init")
    fill(postgres, database)
    podium.start_web()
    server = Lighttpd(folder / "w", podium.run, podium.pages).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browsers(lab_folder):
    made = Browsers(lab_folder)
    yield made
    made.stop()


@pytest.fixture()
def browse(browsers):
    """browse(width, dark=…, script=…) gives a browser that knows nothing yet."""
    taken = []

    def browse(width=1280, dark=False, script=True, still=False):
        driver = browsers.take(script)
        taken.append((driver, script))
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                               {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": False})
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
            {"name": "prefers-reduced-motion", "value": "reduce" if still else "no-preference"}]})
        return driver

    yield browse
    for driver, script in taken:
        browsers.give_back(driver, script)
