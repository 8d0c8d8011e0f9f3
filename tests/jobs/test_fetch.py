"""From the platforms into the database: what is stored, what changes, and what no failure may harm."""

import os
import signal
import time

import pytest

from lab.process import wait_until
from outside import schedule

from fetching import PLATFORMS, Fetching

RULES = {"hackerrank": ["rules", "event_rules"]}


@pytest.fixture(scope="module")
def site(lab_folder, postgres):
    """One installation for the file, with the contests of a quiet day."""
    made = Fetching(lab_folder, postgres).start()
    made.fetch()
    made.outside.calm()
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def calm(request):
    """Each test ends as it began: nothing fails and the contests are those of a quiet day."""
    yield
    if "site" in request.fixturenames:
        made = request.getfixturevalue("site")
        made.outside.calm()
        made.sql("DELETE FROM cache WHERE key LIKE 'cache:pace:%'")
        made.fetch()
        made.outside.calm()


def announced(platform, now=None):
    """What the stand-in says of a platform, told by its rules instead of its answers."""
    now = int(now or time.time())
    file = schedule.load(f"{platform}.json")
    found = [c for name in RULES.get(platform, ["rules"]) for c in schedule.contests(file[name], now)]
    real = [c for c in found if not c.extra.get("_noise") and c.end > now]
    if platform == "leetcode":
        real = [c for c in real if c.start > now]
    return {c.id: c for c in real}


def test_seven_platforms_in_one_normal_form(site):
    for platform in PLATFORMS:
        want, got = announced(platform), site.of(platform)
        assert got.keys() == want.keys(), platform
        for key, contest in got.items():
            assert (contest["start"], contest["end"]) == (want[key].start, want[key].end), key
            assert contest["title"] == want[key].title.replace("&amp;", "&")
            assert contest["url"].startswith("https://")
        source = site.source(platform)
        assert not source["failing"] and source["n_rows"] == len(want)
    starts = [c["start"] for c in site.of("codeforces").values()]
    assert len(starts) > len(set(starts)), "two divisions begin in the same second"
    assert any("第" in c["title"] for c in site.of("atcoder").values())


def test_the_same_again_changes_nothing(site):
    before = site.contests()
    changes = site.sql("SELECT count(*) FROM contest_change")
    site.fetch()
    assert site.contests() == before
    assert site.sql("SELECT count(*) FROM contest_change") == changes


FAILURES = ["http_403", "http_404", "http_429", "http_500", "http_503", "html200", "truncated", "cut",
            "oversize", "connection_refused", "not_json", "no_body", "wrong_type", "layout_changed"]


@pytest.mark.parametrize("mode", FAILURES)
def test_a_failure_harms_no_contest(site, mode):
    before = site.contests()
    options = {"retry_after": 100} if mode == "http_429" else {}
    site.outside.order("*", mode, **options)
    site.fetch()
    assert site.contests() == before
    for platform in PLATFORMS:
        source = site.source(platform)
        assert source["failing"] and source["fail_streak"] == 1, (platform, source)
        assert source["last_error"], platform
        if mode == "http_403":
            assert source["last_error"].startswith("blocked"), source
        if mode == "html200" and platform not in ("atcoder", "codeforces"):
            assert source["last_error"].startswith("blocked"), source
        if mode == "http_429":
            assert source["wait"] >= 99, source
    site.outside.calm()
    site.fetch()
    assert site.contests() == before
    for platform in PLATFORMS:
        source = site.source(platform)
        assert not source["failing"] and source["fail_streak"] == 0
        assert source["last_error"], "the last error stays to be seen"


def test_codeforces_says_limit_exceeded(site):
    before = site.contests()
    site.outside.order("codeforces", "codeforces_failed_limit")
    site.fetch("codeforces")
    assert site.contests() == before
    assert site.source("codeforces")["wait"] >= 29
    assert len(site.outside.log("codeforces")) == 1, "it is left alone"


def test_failing_since_is_the_first_failure(site):
    site.outside.order("atcoder", "http_403")
    site.fetch("atcoder")
    first = site.sql("SELECT failing_since FROM source WHERE platform = 'atcoder'")
    site.fetch("atcoder")
    assert site.sql("SELECT failing_since FROM source WHERE platform = 'atcoder'") == first
    assert site.source("atcoder")["fail_streak"] == 2


def test_three_tries_in_one_fetch(site):
    single = ["leetcode", "codechef", "atcoder", "geeksforgeeks"]
    for platform in single:
        site.outside.order(platform, "http_503", times=2)
    site.fetch(*single)
    for platform in single:
        assert not site.source(platform)["failing"], platform
        modes = [e["mode"] for e in site.outside.log(platform)]
        assert modes[:3] == ["http_503", "http_503", "ok"], platform
    site.outside.calm()
    for platform in single:
        site.outside.order(platform, "http_503")
    site.fetch(*single)
    for platform in single:
        assert site.source(platform)["failing"]
        assert len(site.outside.log(platform)) == 3, platform


def test_retry_after_is_honoured(site):
    site.outside.order("atcoder", "http_429", times=1, retry_after=2)
    site.fetch("atcoder")
    first, second = (e["at"] for e in site.outside.log("atcoder"))
    assert 2.0 <= second - first < 4.0
    assert not site.source("atcoder")["failing"]


def test_a_refused_pace_is_kept_by_all_processes(site):
    """LeetCode's waits grow with each refusal and shrink with each answer, whichever worker asks."""
    def pace():
        found = site.sql("SELECT convert_from(value, 'UTF8')::int FROM cache WHERE key = 'cache:pace:leetcode'")
        return found[0][0] if found else 0
    site.outside.order("leetcode", "http_503")
    site.fetch("leetcode")
    slow = pace()
    assert slow > 20  # SOURCE_BACKOFF_MS, doubled
    site.outside.calm()
    site.fetch("leetcode")
    assert 0 < pace() < slow


def test_blocked_is_not_asked_again(site):
    site.outside.order("atcoder", "http_403")
    site.fetch("atcoder")
    assert len(site.outside.log("atcoder")) == 1
    assert site.source("atcoder")["wait"] >= 3590


@pytest.mark.parametrize("platform", PLATFORMS)
def test_one_bad_record(site, platform):
    before = site.contests()
    skipped = site.source(platform)["n_skipped"]
    site.outside.order(platform, "one_bad_record")
    site.fetch(platform)
    assert site.contests() == before, "neither the good ones nor the bad one are lost"
    assert site.source(platform)["n_skipped"] > skipped
    assert "skipped" in site.source(platform)["note"], "and the page says why"
    assert not site.source(platform)["failing"]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_moved_renamed_vanished(site, platform):
    before = site.of(platform)
    site.outside.order(platform, "moved", seconds=7200)
    site.fetch(platform)
    moved = [c for c in site.of(platform).values() if c != before[c["id"]]]
    # HackerRank has two lists, and each moves its next one.
    assert len(moved) == (2 if platform == "hackerrank" else 1)
    for contest in moved:
        was = before[contest["id"]]
        assert contest["start"] == was["start"] + 7200 and contest["end"] == was["end"] + 7200
        assert contest["sequence"] == was["sequence"] + 1 and contest["title"] == was["title"]

    site.outside.order(platform, "renamed")
    site.fetch(platform)
    renamed = [c for c in site.of(platform).values() if c["title"] != before[c["id"]]["title"]]
    assert [c["id"] for c in renamed] == [c["id"] for c in moved]
    for contest in renamed:
        was = before[contest["id"]]
        assert contest["start"] == was["start"] and contest["sequence"] == was["sequence"] + 2

    site.outside.order(platform, "vanished")
    site.fetch(platform)
    gone = site.of(platform, "cancelled")
    assert {c["id"] for c in moved} <= gone.keys()
    kinds = site.sql("""SELECT array_agg(kind ORDER BY h.id) FROM contest_change h
        JOIN external_contest c ON c.id = contest_id WHERE platform = %s AND native_id = %s""",
                     platform, moved[0]["id"])[0][0]
    assert kinds[-1] == "cancelled" and "moved" in kinds and "renamed" in kinds

    site.outside.order(platform, "ok")
    site.fetch(platform)
    back = site.of(platform)
    assert back.keys() == before.keys()
    for contest in moved:
        now, was = back[contest["id"]], before[contest["id"]]
        assert (now["title"], now["start"], now["end"]) == (was["title"], was["start"], was["end"])
        assert now["sequence"] == was["sequence"] + 4


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_sudden_zero_has_to_be_said_twice(site, platform):
    before = site.contests()
    ahead = [k for k, c in site.of(platform).items() if c["start"] > time.time() + 700]
    site.outside.order(platform, "empty")
    site.fetch(platform)
    assert site.contests() == before
    assert site.source(platform)["wait"] <= 901
    assert "until a second answer" in site.source(platform)["note"]
    assert "until a second answer" in site.podium.cli("source", "list").stdout
    site.fetch(platform)
    assert "until a second answer" not in (site.source(platform)["note"] or "")
    assert sorted(site.of(platform, "cancelled")) == sorted(ahead)
    assert not site.source(platform)["failing"]


def test_fall_backs(site):
    """LeetCode's other list holds what is running too."""
    def coming(at=time.time()):
        return [c for c in site.contests() if c["start"] > at]
    before = coming()
    site.outside.order("leetcode", "unknown_field")
    site.outside.order("hackerrank", "second_fails")
    site.outside.order("code360", "http_404", times=1)
    site.outside.order("codechef", "http_403", times=1)
    site.fetch()
    assert coming() == before
    assert "allContests" in site.source("leetcode")["note"]
    assert site.source("hackerrank")["note"].startswith("partial")
    assert "first address" in site.source("code360")["note"]
    assert not any(site.source(p)["failing"] for p in PLATFORMS)
    asked = [e["path"] for e in site.outside.log("codechef")]
    assert asked == ["/api/list/contests/all", "/", "/api/list/contests/all"]
    assert "SESS0=stand-in" in site.outside.log("codechef")[-1]["headers"]["cookie"]


def test_each_is_asked_in_its_own_manner(site):
    site.outside.calm()
    site.fetch()
    for platform in PLATFORMS:
        agents = {e["headers"]["user-agent"] for e in site.outside.log(platform)}
        honest = platform in ("atcoder", "codeforces")
        assert all(a.startswith("Podium") == honest for a in agents) and agents, (platform, agents)
    assert len(site.outside.log("atcoder")) == 1
    assert site.outside.log("leetcode")[0]["method"] == "POST"
    assert {e["path"] for e in site.outside.log("hackerrank")} == {
        "/rest/contests/upcoming", "/community/engage/events"}
    pages = [e["query"]["page_number"] for e in site.outside.log("geeksforgeeks")]
    assert pages == [str(i + 1) for i in range(len(pages))] and len(pages) == 3
    assert all("gzip" in e["headers"]["accept-encoding"] for e in site.outside.log())


def test_a_page_without_contests_is_not_the_last_one(site):
    before = site.contests()
    site.outside.order("geeksforgeeks", "talks_between")
    for _ in range(2):
        site.fetch("geeksforgeeks")
    assert site.contests() == before and site.source("geeksforgeeks")["n_rows"] >= 4


def test_one_that_hangs_holds_up_no_other(site):
    site.outside.order("leetcode", "slow", seconds=4)
    started = time.monotonic()
    mark, = site.sql("SELECT clock_timestamp()")[0]
    site.podium.cli("source", "fetch")
    wait_until(lambda: site.sql("SELECT count(*) FROM source WHERE last_success_at > %s", mark) == [(6,)],
               3.5, "the other six")
    assert time.monotonic() - started < 4
    wait_until(lambda: site.sql("SELECT count(*) FROM source WHERE last_success_at > %s", mark) == [(7,)],
               10, "the seventh")


def test_a_worker_killed_in_the_middle(site):
    before = site.contests()
    site.outside.order("atcoder", "slow", times=1, seconds=5)
    mark, = site.sql("SELECT clock_timestamp()")[0]
    site.podium.cli("source", "fetch", "atcoder")
    wait_until(lambda: site.outside.log("atcoder"), 5, "the request")
    with open(f"/proc/{site.jobs.pid}/task/{site.jobs.pid}/children") as f:
        for child in f.read().split():
            os.kill(int(child), signal.SIGKILL)
    wait_until(lambda: site.sql("""SELECT count(*) FROM source WHERE platform = 'atcoder'
        AND last_success_at > %s""", mark) == [(1,)], 40, "the fetch after all")
    wait_until(site.idle, 10, "no job left")
    assert site.contests() == before


def test_the_clock_asks_what_is_due(site):
    site.outside.calm()
    site.sql("UPDATE source SET next_fetch_at = now() - interval '1 s' WHERE platform = 'codechef'")
    mark, = site.sql("SELECT clock_timestamp()")[0]
    assert site.sql("UPDATE job_cron SET next_at = now() WHERE name = 'fetch.due' RETURNING schedule") == [("* * * * *",)]
    wait_until(lambda: site.sql("""SELECT count(*) FROM source WHERE platform = 'codechef'
        AND last_success_at > %s""", mark) == [(1,)], 70, "the minute's tick (fetch.due)")
    assert not site.outside.log("leetcode")
    assert site.sql("SELECT next_fetch_at > now() FROM source WHERE platform = 'codechef'") == [(True,)]


def test_caches_are_evicted(site):
    pages = site.podium.pages
    site.sql("""INSERT INTO cache (key, value, expires_at)
        SELECT k, 'x', now() + interval '1 h' FROM unnest(%s) k
        ON CONFLICT (key) DO UPDATE SET value = excluded.value""",
             ["cache:contests:atcoder", "cache:contests:leetcode", "cache:platforms"])
    site.fetch("atcoder")
    left = site.sql("SELECT key FROM cache WHERE value IS NOT NULL")
    assert left == [("cache:contests:leetcode",)]
    assert not list(pages.glob("*.html"))


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Pacific/Kiritimati"])
def test_the_process_zone_does_not_matter(lab_folder, postgres, zone):
    made = Fetching(lab_folder, postgres)
    try:
        made.start(env={"TZ": zone})
        made.fetch()
        for platform in PLATFORMS:
            want, got = announced(platform), made.of(platform)
            assert {k: (c["start"], c["end"]) for k, c in got.items()} \
                == {k: (c.start, c.end) for k, c in want.items()}, platform
    finally:
        made.stop()


def test_fetch_all_is_a_job_too(site):
    """`fetch.all` and a payload that names no platform."""
    site.outside.calm()
    mark, = site.sql("SELECT clock_timestamp()")[0]
    site.sql("""INSERT INTO job (queue, priority, kind, payload)
        SELECT id, 10, k, p::json FROM job_queue,
        (VALUES ('fetch.all', '{}'), ('fetch.source', '{"platform": "myspace"}')) AS v (k, p)
        WHERE name = 'fetch'""")
    wait_until(lambda: site.sql("SELECT count(*) FROM source WHERE last_success_at > %s", mark) == [(7,)],
               20, "all seven")
    wait_until(lambda: site.sql("""SELECT last_error LIKE '%%names no platform%%' FROM job_dead
        WHERE kind = 'fetch.source'""") == [(True,)], 10, "the odd one, kept")
    site.sql("DELETE FROM job_dead")


def test_the_command_line_shows_and_asks(site):
    site.sql("UPDATE source SET next_fetch_at = now() - interval '1 s' WHERE platform = 'atcoder'")
    assert site.podium.cli("source", "fetch", "--due").stdout == "1 enqueued\n"
    wait_until(lambda: site.idle() and site.outside.log("atcoder"), 10, "the due one")
    site.outside.order("codechef", "http_403")
    site.fetch("codechef")
    lines = {line.split()[0]: line for line in site.podium.cli("source", "list").stdout.splitlines()}
    assert list(lines) == PLATFORMS
    assert "blocked" in lines["codechef"] and "failing since" in lines["codechef"]
    assert "failing" not in lines["atcoder"]
    assert f" {len(announced('atcoder'))} contests" in lines["atcoder"]
    assert site.podium.cli("source", "fetch", "myspace", check=False).returncode == 1
    assert site.podium.cli("source", "what", check=False).returncode == 2
