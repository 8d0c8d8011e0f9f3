"""GET /calendar.ics and /contest/:platform/:id/event.ics, read by a calendar program's parser."""

import datetime
import re

import icalendar
import pytest

UTC = datetime.timezone.utc


def feed(who, uri="/calendar.ics", **more):
    reply = who.ask(uri, **more)
    assert reply.status == 200
    assert reply.header("Content-Type") == "text/calendar; charset=utf-8"
    return icalendar.Calendar.from_ical(reply.body)


def events(calendar):
    return {str(e["UID"]).split("@")[0]: e for e in calendar.walk("VEVENT")}


def test_every_line_obeys_the_rules(guest):
    body = guest.ask("/calendar.ics").body
    assert body.endswith(b"END:VCALENDAR\r\n")
    lines = body.split(b"\r\n")
    for line in lines:
        assert len(line) <= 75 and b"\n" not in line and b"\r" not in line
        line.decode()
    assert b"METHOD" not in body
    assert any(line.startswith(b" ") for line in lines), "nothing was folded"


def test_events_are_what_the_table_holds(seeded, guest):
    found = events(feed(guest))
    rows = seeded.execute("SELECT platform || '-' || native_id, title, start_at, end_at, sequence, status, url, changed_at "
                          "FROM external_contest")
    assert set(found) == {r[0] for r in rows}
    for uid, title, start, end, sequence, status, url, changed in rows:
        e = found[uid]
        assert str(e["SUMMARY"]) == title
        assert e["DTSTART"].dt == start.replace(microsecond=0)
        assert e["DTEND"].dt == end.replace(microsecond=0)
        assert e["DTSTAMP"].dt == e["LAST-MODIFIED"].dt == changed.replace(microsecond=0)
        assert int(e["SEQUENCE"]) == sequence
        assert str(e["STATUS"]) == ("CANCELLED" if status == "cancelled" else "CONFIRMED")
        assert str(e["URL"]) == url


def test_head_of_the_feed(guest):
    calendar = feed(guest, "/calendar.ics?platforms=atcoder,codeforces&min=60")
    assert str(calendar["X-WR-CALNAME"]) == "Programming contests: Codeforces, AtCoder"
    assert str(calendar["VERSION"]) == "2.0" and str(calendar["PRODID"])
    assert str(calendar["REFRESH-INTERVAL"]) == str(calendar["X-PUBLISHED-TTL"]) == "PT6H"
    assert str(calendar["SOURCE"]).startswith("http://localhost/calendar.ics?platforms=")


@pytest.mark.parametrize("query, platforms", [
    ("platforms=leetcode", {"leetcode"}), ("platforms=leetcode&platforms=code360", {"leetcode", "code360"}),
    ("platforms=atcoder,codechef&min=120", {"atcoder", "codechef"})])
def test_filter(guest, query, platforms):
    found = events(feed(guest, f"/calendar.ics?{query}"))
    assert {uid.split("-")[0] for uid in found} == platforms
    if "min" in query:
        assert all(e["DTEND"].dt - e["DTSTART"].dt >= datetime.timedelta(minutes=120) for e in found.values())


@pytest.mark.parametrize("query", ["platforms=x", "min=x", "max=-5", "min=9&max=1"])
def test_bad_input(guest, query):
    assert guest.ask(f"/calendar.ics?{query}").status == 422


def test_bytes_and_tag_stay_until_a_contest_changes(seeded, guest):
    first = guest.ask("/calendar.ics")
    tag = first.header("ETag")
    assert tag and first.header("Last-Modified").endswith(" GMT")
    assert guest.ask("/calendar.ics").body == first.body
    again = guest.ask("/calendar.ics", headers={"If-None-Match": tag})
    assert again.status == 304 and again.body == b""
    # a fetch that found nothing new changes nothing
    seeded.execute("UPDATE source SET last_success_at = now(), last_try_at = now()")
    seeded.change("UPDATE external_contest SET last_seen_at = now()")
    assert guest.ask("/calendar.ics", headers={"If-None-Match": tag}).status == 304
    seeded.change("UPDATE external_contest SET start_at = start_at + interval '1 day', end_at = end_at + interval "
                  "'1 day', sequence = sequence + 1, changed_at = clock_timestamp() WHERE native_id = '2281'")
    moved = guest.ask("/calendar.ics", headers={"If-None-Match": tag})
    assert moved.status == 200 and moved.header("ETag") != tag
    before = events(icalendar.Calendar.from_ical(first.body))["codeforces-2281"]
    after = events(icalendar.Calendar.from_ical(moved.body))["codeforces-2281"]
    assert before["UID"] == after["UID"] and int(after["SEQUENCE"]) == int(before["SEQUENCE"]) + 1
    assert after["DTSTART"].dt == before["DTSTART"].dt + datetime.timedelta(days=1)


def test_a_reader_may_ask_by_the_time_alone(seeded, guest):
    def since(path, text):
        return guest.ask(path, headers={"If-Modified-Since": text})

    for path in "/calendar.ics", "/calendar.ics?platforms=codeforces", "/contest/codeforces/2281/event.ics":
        seeded.change("UPDATE external_contest SET changed_at = now() - interval '100 seconds'")
        known = guest.ask(path).header("Last-Modified")
        seeded.change("UPDATE external_contest SET changed_at = clock_timestamp() - interval '3 seconds' WHERE native_id = '2281'")
        assert since(path, known).status == 200
        known = guest.ask(path).header("Last-Modified")
        again = since(path, known)
        assert again.status == 304 and again.body == b"" and again.header("Last-Modified") == known
        assert guest.ask(path, headers={"If-Modified-Since": known, "If-None-Match": '"other"'}).status == 200
        assert guest.ask(path, method="HEAD", headers={"If-Modified-Since": known}).status == 304
        for odd in "yesterday", "", "Thu, 01 Jan 1970 00:00:00 GMT":
            assert since(path, odd).status == 200
        # a change in a second that is not over is never hidden by one of the same second
        seeded.change("UPDATE external_contest SET changed_at = clock_timestamp() WHERE native_id = '2281'")
        at_once = guest.ask(path).header("Last-Modified")
        seeded.change("UPDATE external_contest SET changed_at = clock_timestamp() WHERE native_id = '2281'")
        assert since(path, at_once).status == 200


def test_cancelled_ones_leave_after_a_month(seeded, guest):
    assert str(events(feed(guest))["atcoder-agc075"]["STATUS"]) == "CANCELLED"
    seeded.change("UPDATE external_contest SET cancelled_at = now() - interval '32 days', changed_at = clock_timestamp() "
                  "WHERE native_id = 'agc075'")
    assert "atcoder-agc075" not in events(feed(guest))
    seeded.change("UPDATE external_contest SET cancelled_at = now() - interval '1 day', changed_at = clock_timestamp() "
                  "WHERE native_id = 'agc075'")


def test_titles_cannot_add_lines(seeded, guest):
    title = "Round 1; a, b \\ c\r\nATTACH:https://evil.example/\u2028x\n" + "日本語" * 20
    seeded.change("UPDATE external_contest SET title = %s, changed_at = clock_timestamp() WHERE native_id = 'abc463'", title)
    calendar = feed(guest)
    e = events(calendar)["atcoder-abc463"]
    assert "ATTACH" not in e
    assert str(e["SUMMARY"]) == title.replace("\r\n", "\n").replace("\u2028", "\n")
    seeded.change("UPDATE external_contest SET title = 'AtCoder Beginner Contest 463', changed_at = clock_timestamp() "
                  "WHERE native_id = 'abc463'")


def test_one_event(guest):
    reply = guest.ask("/contest/codeforces/2274/event.ics")
    assert reply.header("Content-Disposition") == 'attachment; filename="codeforces-2274.ics"'
    found = events(icalendar.Calendar.from_ical(reply.body))
    assert list(found) == ["codeforces-2274"]
    assert guest.ask("/contest/codeforces/2274/event.ics", headers={"If-None-Match": reply.header("ETag")}).status == 304


@pytest.mark.parametrize("uri", ["/contest/codeforces/9/event.ics", "/contest/x/2274/event.ics"])
def test_no_such_event(guest, uri):
    assert guest.ask(uri).status == 404


def test_unknown_zone_or_role_makes_no_difference(guest, admin):
    guest.cookies["zone"] = "Asia/Tokyo"
    assert guest.ask("/calendar.ics").body == admin.ask("/calendar.ics").body
    assert re.search(rb"DTSTART:\d{8}T\d{6}Z\r\n", guest.ask("/calendar.ics").body)
