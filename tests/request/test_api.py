"""GET /api/v1/calendar and /api/v1/sources."""

import datetime

import pytest

UTC = datetime.timezone.utc
KEYS = {"id", "platform", "native_id", "title", "start", "end", "duration_s", "url", "status", "moved_from", "sequence",
        "first_seen", "changed", "page"}


def contests(who, query=""):
    reply = who.ask(f"/api/v1/calendar{query}")
    assert reply.status == 200 and reply.header("Content-Type") == "application/json"
    return reply.json()


def when(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def test_shape(guest):
    answer = contests(guest)
    assert set(answer) == {"contests", "next"} and answer["next"] is None
    for c in answer["contests"]:
        assert set(c) == KEYS
        assert c["id"] == f"{c['platform']}-{c['native_id']}"
        assert (when(c["end"]) - when(c["start"])).total_seconds() == c["duration_s"]
        assert c["status"] in ("confirmed", "cancelled") and c["page"].startswith("http://localhost/contest/")
        assert when(c["end"]) > datetime.datetime.now(UTC)
    starts = [when(c["start"]) for c in answer["contests"]]
    assert starts == sorted(starts)
    by = {c["id"]: c for c in answer["contests"]}
    assert by["atcoder-agc075"]["status"] == "cancelled"
    assert when(by["codeforces-2280"]["start"]) - when(by["codeforces-2280"]["moved_from"]) == datetime.timedelta(days=1)
    assert by["codeforces-2261"]["moved_from"] is None


def test_pages_meet_every_contest_once(guest):
    whole = [c["id"] for c in contests(guest, "?limit=200")["contests"]]
    seen, query = [], "?limit=4"
    while True:
        answer = contests(guest, query)
        assert len(answer["contests"]) <= 4
        seen += [c["id"] for c in answer["contests"]]
        if answer["next"] is None:
            break
        query = f"?limit=4&cursor={answer['next']}"
    assert seen == whole and len(seen) > 20


def test_filters(guest):
    assert {c["platform"] for c in contests(guest, "?platforms=leetcode,codechef")["contests"]} == {"leetcode", "codechef"}
    assert all(c["duration_s"] <= 3600 for c in contests(guest, "?max=60")["contests"])
    assert [c["title"] for c in contests(guest, "?q=cook")["contests"]] == ["Cook-Off 190"]
    assert contests(guest, "?q=cook&platforms=leetcode") == {"contests": [], "next": None}


def test_window(guest):
    now = datetime.datetime.now(UTC)
    start, end = now + datetime.timedelta(days=7), now + datetime.timedelta(days=9)
    found = contests(guest, f"?from={start:%Y-%m-%d}&to={end:%Y-%m-%dT%H:%M:%SZ}")["contests"]
    assert found
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    assert all(when(c["end"]) > day and when(c["start"]) < end for c in found)
    past = contests(guest, f"?from={now - datetime.timedelta(days=10):%Y-%m-%d}")["contests"]
    assert "codeforces-2255" in [c["id"] for c in past]
    offset = contests(guest, f"?from={start:%Y-%m-%dT%H:%M:%S}%2B05:30")
    assert offset["contests"]


@pytest.mark.parametrize("query, field", [
    ("platforms=topcoder", "platforms"), ("min=1.5", "min"), ("max=99999999999999999999", "max"), ("min=5&max=4", "max"),
    ("from=yesterday", "from"), ("from=2026-02-30", "from"), ("to=2026-13-01", "to"),
    ("from=2026-12-02&to=2026-12-01", "to"), ("limit=0", "limit"), ("limit=201", "limit"), ("limit=x", "limit"),
    ("cursor=abc", "cursor"), ("cursor=1", "cursor"), ("cursor=-5.3", "cursor"), ("cursor=99999999999999999999.1", "cursor"),
    ("q=" + "y" * 101, "q")])
def test_bad_input_is_422_with_the_field(guest, query, field):
    reply = guest.ask(f"/api/v1/calendar?{query}")
    assert reply.status == 422 and reply.header("Content-Type") == "application/json"
    error = reply.json()["error"]
    assert error["field"] == field and error["code"] == "invalid" and error["message"] and error["request_id"]


def test_tag(seeded, guest):
    uri = "/api/v1/calendar?from=2026-01-01"
    tag = guest.ask(uri).header("ETag")
    assert guest.ask(uri, headers={"If-None-Match": tag}).status == 304
    seeded.change("UPDATE external_contest SET changed_at = clock_timestamp() WHERE native_id = 'abc462'")
    assert guest.ask(uri, headers={"If-None-Match": tag}).status == 200


def test_sources(guest):
    reply = guest.ask("/api/v1/sources")
    assert reply.status == 200
    by = {s["platform"]: s for s in reply.json()["sources"]}
    assert set(by) == {"leetcode", "codeforces", "codechef", "atcoder", "hackerrank", "geeksforgeeks", "code360"}
    assert by["atcoder"]["failing_since"] and by["atcoder"]["last_error"] == "AtCoder answered 503 three times"
    assert by["leetcode"]["failing_since"] is None and by["leetcode"]["last_error"] is None
    assert by["hackerrank"]["skipped"] == 2 and when(by["leetcode"]["next_fetch"])
    assert guest.ask("/api/v1/sources", headers={"If-None-Match": reply.header("ETag")}).status == 304


@pytest.mark.parametrize("uri", ["/api/v1/nothing", "/api/v1/calendar/", "/api/v1/sources/x"])
def test_not_found_is_json(guest, uri):
    reply = guest.ask(uri)
    assert reply.status == 404 and reply.json()["error"]["code"] == "not_found"


@pytest.mark.parametrize("uri", ["/api/v1/calendar", "/api/v1/sources"])
def test_reading_only(guest, uri):
    assert guest.ask(uri, "POST").status == 405
