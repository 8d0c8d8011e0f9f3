"""The pages of contests: GET /, /calendar and /contest/:platform/:id, for guests and members."""

import contextlib
import datetime
import itertools
import re

import pytest

from lab.client import check_markup

DAY = datetime.timedelta(days=1)


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


def titles(text):
    found = re.findall(r'class="row-title"[^>]*>(?:<s>)?(.*?)(?:</s>)?</a>', text)
    return [t.replace("&amp;", "&") for t in found]


def month_of(day):
    return f"/calendar?view=month&month={day:%Y-%m}"


@pytest.mark.parametrize("uri", [
    "/", "/calendar", "/calendar?view=month", "/calendar?platforms=codeforces", "/calendar?q=nothing-like-this",
    "/calendar?view=month&q=nothing-like-this", "/contest/codeforces/2261", "/contest/atcoder/agc075",
    "/contest/hackerrank/w42"])
def test_page_is_valid_for_everybody(guest, member, admin, uri):
    for who in guest, member, admin:
        reply = who.ask(uri)
        assert reply.status == 200
        assert reply.header("Content-Type") == "text/html; charset=utf-8"
        check_markup(reply.text)
    assert "Mia" in member.ask(uri).text and "Mia" not in guest.ask(uri).text
    assert 'class="nav-role">admin' in admin.ask(uri).text


def test_list_groups_by_day_and_shows_every_state(guest):
    text = guest.ask("/calendar").text
    running = text[text.index('id="running"'):text.index('class="by-day"')]
    assert "Cook-Off 190" in running and "Week of Code 42" in running
    assert "Kotlin Heroes" not in running
    assert '<small>tomorrow</small>' in text
    assert re.search(r"<s>AtCoder Grand Contest 075</s>", text) and "cancelled: no longer announced" in text
    assert text.count("moved from") == 2
    assert "Codeforces Global Round 32" not in text, "it is over"
    days = re.findall(r'id="d(\d{4}-\d\d-\d\d)"', text)
    assert days == sorted(set(days))
    assert "東京海上日動プログラミングコンテスト2026(AtCoder Beginner Contest 464)" in text
    google = re.search(r'href="(https://calendar\.google\.com/calendar/render\?action=TEMPLATE[^"]*)"', text).group(1)
    assert re.search(r"dates=\d{8}T\d{6}Z%2F\d{8}T\d{6}Z", google)
    assert "/contest/codeforces/2261/event.ics" in text


def test_source_that_is_down_is_said(guest):
    text = guest.ask("/calendar").text
    assert re.search(r"<strong>AtCoder</strong> could not be reached since\s*<time[^>]*>[^<]+</time>; its contests "
                     r"shown here are from\s*<time", text)
    assert "could not be reached" not in guest.ask("/calendar?platforms=leetcode").text


@pytest.mark.parametrize("query, expected", [
    ("platforms=leetcode", {"Weekly Contest 530", "Biweekly Contest 180", "Weekly Contest 531"}),
    ("platforms=leetcode&platforms=code360&q=weekly+contest+53", {"Weekly Contest 530", "Weekly Contest 531"}),
    ("platforms=leetcode,code360&q=252", {"Weekly Contest 252"}),
    ("min=1000", {"Week of Code 42", "Ad Infinitum 24 – Math Programming Contest",
                  "THIRD プログラミングコンテスト 2026 冬(AtCoder Heuristic Contest 058)"}),
    ("max=60", {"Mini Contest 81"}),
    ("min=130&max=135", {"Codeforces Round 1103 (Div. 3)"}),
    ("q=COOK-OFF", {"Cook-Off 190"}),
    ("q=%EF%BC%B4%EF%BC%A8%EF%BC%A9%EF%BC%B2%EF%BC%A4", {"THIRD プログラミングコンテスト 2026 冬(AtCoder Heuristic Contest 058)"}),
])
def test_filters(guest, query, expected):
    assert set(titles(guest.ask(f"/calendar?{query}").text)) == expected


def test_filter_to_nothing_is_explained(guest):
    text = guest.ask("/calendar?platforms=leetcode&min=5000").text
    assert "No upcoming contest fits this filter" in text and 'href="/calendar">Show all' in text
    assert "fits this filter" in guest.ask("/calendar?view=month&q=zzz").text


@pytest.mark.parametrize("query, field", [
    ("platforms=topcoder", "platform"), ("min=-1", "min"), ("min=abc", "min"), ("max=43201", "max"),
    ("min=100&max=50", "max"), ("page=0", "page"), ("page=x", "page"), ("view=week", "view"),
    ("view=month&month=2026-13", "month"), ("view=month&month=26-1", "month"),
    ("view=month&month=1999-01", "year ago"), ("view=month&month=9999-01", "two years"), ("q=" + "x" * 101, "q"),
])
def test_bad_input_names_the_field(guest, query, field):
    reply = guest.ask(f"/calendar?{query}")
    assert reply.status == 422 and field in reply.text
    check_markup(reply.text)


@pytest.mark.parametrize("uri", [
    "/contest/codeforces/0", "/contest/topcoder/2261", "/contest/codeforces/2261/", "/contest/codeforces",
    "/contest/codeforces/2261%2e", "/contest/codeforces/2261/event.ics/x", "/calendar?page=50", "/calendar/"])
def test_not_found(guest, uri):
    assert guest.ask(uri).status == 404
    assert guest.ask(uri, headers={"If-None-Match": "*"}).status == 404, "what is not there is not what anybody has"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
@pytest.mark.parametrize("uri", ["/", "/calendar", "/contest/codeforces/2261", "/calendar.ics"])
def test_reading_only(guest, method, uri):
    assert guest.ask(uri, method).status == 405


def test_zone_of_the_viewer(guest):
    """The same contest on another clock, and on another day, across midnight."""
    guest.cookies["zone"] = "Asia/Tokyo"
    text = guest.ask("/contest/codeforces/2290").text
    assert "Asia/Tokyo" in text and "UTC+9" in text and "23:35" in text
    day = today() + 20 * DAY
    assert f'datetime="{day}T14:35:00Z"' in text
    next_day = day + DAY
    assert re.search(rf"<time[^>]*>{next_day:%A}, {next_day.day} {next_day:%B %Y}, 02:35", text)


def test_zone_with_a_half_hour(guest):
    guest.cookies["zone"] = "Asia/Kathmandu"
    text = guest.ask("/calendar").text
    assert "UTC+5:45" in text and "20:20" in text


@pytest.mark.parametrize("value", ["Europe/Atlantis", "../../etc/passwd", "Europe", "", "x" * 300, "UTC%00", "<b>"])
def test_unknown_zone_cookie_is_ignored(guest, value):
    guest.cookies["zone"] = value
    reply = guest.ask("/calendar")
    assert reply.status == 200 and "<strong>UTC</strong>" in reply.text


def test_summer_time_ends(seeded, guest):
    """Two contests at the same Berlin clock time on both sides of the change."""
    year = today().year + (1 if today() > datetime.date(today().year, 10, 1) else 0)
    last = max(d for d in range(25, 32) if datetime.date(year, 10, d).weekday() == 6)
    for n, (day, hour) in enumerate([(last - 1, 18), (last, 19)]):
        seeded.change("INSERT INTO external_contest (platform, native_id, title, start_at, end_at, url, first_seen_at, "
                      "last_seen_at, changed_at) VALUES ('code360', %s, 'Summer time', %s, %s, "
                      "'https://www.naukri.com/code360/c', now(), now(), now())",
                      f"dst{n}", f"{year}-10-{day} {hour}:00+00", f"{year}-10-{day} {hour + 1}:00+00")
    guest.cookies["zone"] = "Europe/Berlin"
    first = guest.ask("/contest/code360/dst0").text
    second = guest.ask("/contest/code360/dst1").text
    assert "20:00" in first and "UTC+2" in first and "20:00" in second and "UTC+1" in second
    text = guest.ask(f"/calendar?view=month&month={year}-10&q=summer").text
    assert len(re.findall(r'<time datetime="[^"]*">20:00</time>', text)) == 2
    seeded.execute("DELETE FROM external_contest WHERE native_id LIKE 'dst_'")


def test_month_is_a_table_of_whole_weeks(guest):
    text = guest.ask("/calendar?view=month").text
    assert text.count('scope="col"') == 7
    cells = re.findall(r'<td role="cell".*?</td>', text, re.S)
    assert len(cells) % 7 == 0 and 28 <= len(cells) <= 42
    days = [re.search(r'datetime="([\d-]+)"', c).group(1) for c in cells]
    first = datetime.date.fromisoformat(days[0])
    assert first.weekday() == 0 and days == [str(first + i * DAY) for i in range(len(days))]
    now = [c for c in cells if "is-today" in c]
    assert len(now) == 1 and str(today()) in now[0] and "Week of Code 42" in now[0]
    assert "continues:" in now[0]


def test_month_of_every_kind(guest):
    for month in [f"{today().year}-{m:02}" for m in range(1, 13) if abs(m - today().month) < 12]:
        text = guest.ask(f"/calendar?view=month&month={month}").text
        cells = re.findall(r'<td role="cell" class="([^"]*)"', text)
        inside = [c for c in cells if "is-outside" not in c]
        year, number = map(int, month.split("-"))
        after = datetime.date(year + number // 12, number % 12 + 1, 1)
        assert len(inside) == (after - datetime.date(year, number, 1)).days


def test_month_links_step_and_end(guest):
    this = today().replace(day=1)
    after = (this + 31 * DAY).replace(day=1)
    text = guest.ask("/calendar?view=month&platforms=leetcode").text
    assert f"month={after:%Y-%m}" in text and "platforms=leetcode" in text and "This month" not in text
    text = guest.ask(month_of(after)).text
    assert "This month" in text and "Weekly" in text or "contest" in text
    far = f"{this.year + 2}-{this.month:02}"
    text = guest.ask(f"/calendar?view=month&month={far}").text
    assert 'rel="prev"' in text and 'rel="next"' not in text


def test_paging(seeded, guest):
    seeded.change("INSERT INTO external_contest (platform, native_id, title, start_at, end_at, url, first_seen_at, "
                  "last_seen_at, changed_at) SELECT 'code360', 'many-' || i, 'Many ' || i, now() + interval '60 days', "
                  "now() + interval '60 days 1 hour', 'https://www.naukri.com/code360/c', now(), now(), now() "
                  "FROM generate_series(1, 150) i")
    seen = []
    uri = "/calendar?q=many"
    for number in 1, 2, 3:
        text = guest.ask(uri).text
        assert f"Page {number} of 3" in text
        seen += titles(text)
        following = re.search(r'href="([^"]*)" rel="next"', text)
        assert (following is None) == (number == 3)
        uri = following.group(1).replace("&amp;", "&") if following else None
    assert len(seen) == len(set(seen)) == 150
    seeded.execute("DELETE FROM external_contest WHERE native_id LIKE 'many-%%'")


def test_contest_has_its_history(guest):
    text = guest.ask("/contest/codeforces/2261").text
    assert "Renamed" in text and "<del>Codeforces Round (Div. 1 + Div. 2)</del>" in text
    text = guest.ask("/contest/codechef/START263").text
    history = text[text.index('id="history"'):]
    assert history.index("Moved") < history.index("Found in the platform&#39;s list")
    assert "Moved from" in text
    text = guest.ask("/contest/atcoder/agc075").text
    assert "no longer announces this contest" in text and "/event.ics" not in text


def test_text_from_outside_is_escaped(seeded, guest):
    seeded.change("INSERT INTO external_contest (platform, native_id, title, start_at, end_at, url, first_seen_at, "
                  "last_seen_at, changed_at) VALUES ('code360', 'evil', '<script>alert(1)</script>\"''&', "
                  "now() + interval '3 days', now() + interval '3 days 1 hour', "
                  "'https://www.naukri.com/code360/\" onclick=x', now(), now(), now())")
    for uri in "/", "/calendar?q=alert", "/calendar?view=month&q=alert", "/contest/code360/evil":
        text = guest.ask(uri).text
        assert "<script>alert" not in text and 'onclick=x"' not in text
        check_markup(text)
    text = guest.ask("/calendar?q=%3Cscript%3E%22").text
    assert "<script>\"" not in text and "&lt;script&gt;&quot;" in text
    seeded.execute("DELETE FROM external_contest WHERE native_id = 'evil'")


def test_not_modified_until_something_changes(seeded, guest):
    for uri in "/", "/calendar", "/calendar?view=month", "/contest/codeforces/2273":
        for _ in range(3):  # the tag changes with the minute
            tag = guest.ask(uri).header("ETag")
            again = guest.ask(uri, headers={"If-None-Match": tag})
            if again.status == 304:
                break
        assert again.status == 304 and again.body == b""
        seeded.change("UPDATE external_contest SET changed_at = clock_timestamp() WHERE native_id = '2273'")
        assert guest.ask(uri, headers={"If-None-Match": tag}).status == 200


def test_not_modified_is_said_before_contests_are_read(seeded, postgres, guest, member):
    """Whoever reads them has to wait for the lock."""
    with contextlib.closing(postgres.connect(seeded.database)) as other, other.cursor() as cursor:
        other.autocommit = False
        for who, uri in itertools.product((guest, member), ("/", "/calendar", "/calendar?view=month", "/contest/codeforces/2273")):
            for _ in range(3):  # the tag changes with the minute
                tag = who.ask(uri).header("ETag")
                cursor.execute("LOCK TABLE external_contest IN ACCESS EXCLUSIVE MODE")
                again = who.ask(uri, headers={"If-None-Match": tag})
                other.rollback()
                if again.status == 304:
                    break
            assert again.status == 304 and again.body == b"", uri
    tag = guest.ask("/contest/codeforces/2273").header("ETag")
    assert guest.ask("/contest/codeforces/2274", headers={"If-None-Match": tag}).status == 200


def test_a_tag_of_one_zone_is_not_another_ones(guest):
    tag = guest.ask("/calendar").header("ETag")
    guest.cookies["zone"] = "Asia/Tokyo"
    assert guest.ask("/calendar", headers={"If-None-Match": tag}).status == 200


def test_guests_page_may_be_shared_and_holds_nothing_personal(guest, admin):
    for uri in "/", "/calendar", "/contest/codeforces/2261":
        shared = guest.ask(uri)
        assert shared.header("Cache-Control").startswith("public") and not shared.all("Set-Cookie")
        assert "localhost" not in shared.text, "the Host of one request in everybody's copy"
        private = admin.ask(uri)
        assert "private" in private.header("Cache-Control") or "no-store" in private.header("Cache-Control")
        assert "Cookie" in shared.header("Vary")


def test_home_counts_and_shows_the_next(guest):
    text = guest.ask("/").text
    assert "Mini Contest 81" in text and "Cook-Off 190" not in text, "only what is still to come"
    assert "/calendar?platforms=codechef" in text
