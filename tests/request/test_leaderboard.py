"""The leaderboard of a month: how it is reckoned, who stands on it for whom, earlier months, pages of it."""

import re

import pytest

from lab.client import check_markup
from lab.members import names

DOOR = "/members/leaderboard"


@pytest.fixture()
def months(club, people):
    """What a sync leaves: solved, points, contests and change of members in the last months, 0 being this one."""
    now, = people.execute("SELECT month_number(now())")[0]

    def put(name, back, solved, points, contests=0, change=0):
        people.execute("INSERT INTO member_month VALUES (%s, %s, %s, %s, %s, %s)", club[name], now - back, solved, points, contests, change)
    put("Ada", 0, 5, 40, 2, 37)
    put("Bob", 0, 9, 30)
    put("Eva", 0, 5, 120, 1, -80)
    put("Zoe", 0, 0, 0, 1, 12)
    put("Ada", 2, 3, 24)
    return people


def rows(reply):
    """(place, name, solved, points, contests, change) of each line."""
    assert reply.status == 200, reply.text
    check_markup(reply.text)
    cell = r"<td[^>]*>(?:<b[^>]*>)?([^<]*)(?:</b>)?</td>"
    found = re.findall(r'<td class="number">(\d+)</td>\s*<th scope="row"><a[^>]*>([^<]*)</a>.*?</th>\s*' + r"\s*".join([cell] * 5),
                       reply.text, re.S)
    return [(int(place), name, *rest) for place, name, *rest, _group in found]


def test_by_solved_points_and_rating(months, as_):
    admin = as_("admin")
    assert rows(admin.ask(DOOR)) == [(1, "Bob", "9", "30", "0", "–"), (2, "Ada", "5", "40", "2", "+37"), (2, "Eva", "5", "120", "1", "-80")]
    assert [r[:2] for r in rows(admin.ask(DOOR + "?by=points"))] == [(1, "Eva"), (2, "Ada"), (3, "Bob")]
    assert [r[:2] for r in rows(admin.ask(DOOR + "?by=rating"))] == [(1, "Ada"), (2, "Zoe"), (3, "Eva")]
    page = admin.ask(DOOR + "?by=rating").text
    assert re.search(r'aria-current="page">Rating</a>', page) and 'class="change-down">-80' in page


def test_who_stands_on_it_for_whom(months, as_, club, people, guest):
    assert names(as_("cora").ask(DOOR)) == ["Bob", "Ada"] and names(as_("carl").ask(DOOR)) == ["Eva"]
    assert names(guest.ask(DOOR)) == names(as_("mia").ask(DOOR)) == []
    assert "Nobody is on it" in guest.ask(DOOR).text
    people.execute("UPDATE member SET user_id = %s WHERE id = %s", people.who["mia"], club["Ada"])
    people.execute("UPDATE member SET is_public = true WHERE id = %s", club["Eva"])
    assert rows(as_("mia").ask(DOOR))[0][:2] == (1, "Ada") and names(as_("mia").ask(DOOR)) == ["Ada", "Eva"]
    assert "you</span>" in as_("mia").ask(DOOR).text
    page = guest.ask(DOOR).text
    assert names(guest.ask(DOOR)) == ["Eva"] and "Experts" not in page and "Beginners" not in page
    assert names(guest.ask(f"{DOOR}?group={club['Experts']}")) == [], "nobody learns who is in a group"
    assert names(as_("carl").ask(f"{DOOR}?group={club['Experts']}")) == ["Eva"]
    assert '<select id="group"' in as_("carl").ask(DOOR).text and '<select id="group"' not in as_("mia").ask(DOOR).text


def test_earlier_months(months, as_):
    admin = as_("admin")
    page = admin.ask(DOOR).text
    assert 'rel="next"' not in page and "This month" not in page
    before = re.search(r'href="(/members/leaderboard\?month=[^"]*)" rel="prev"', page).group(1)
    empty = admin.ask(before)
    assert rows(empty) == [] and 'rel="next"' in empty.text and "This month" in empty.text
    oldest = admin.ask(re.search(r'href="([^"]*)" rel="prev"', empty.text).group(1).replace("&amp;", "&"))
    assert rows(oldest) == [(1, "Ada", "3", "24", "0", "–")] and 'rel="prev"' not in oldest.text, "nothing is known of older ones"
    for wrong in ("2026", "2026-13", "9999-01", "x", "2026-1"):
        assert admin.ask(f"{DOOR}?month={wrong}").status == 422, wrong
    assert admin.ask(DOOR + "?by=name").status == 422


def test_pages_of_it(months, as_, people):
    people.execute("WITH m AS (INSERT INTO member (name) SELECT 'M' || lpad(i::text, 4, '0') FROM generate_series(1, 5000) i RETURNING id, name)"
                   " INSERT INTO member_month SELECT id, month_number(now()), 10 + substr(name, 2)::int, 1, 0, 0 FROM m")
    admin = as_("admin")
    first = admin.ask(DOOR)
    assert names(first)[:2] == ["M5000", "M4999"] and len(names(first)) == 50 and "5003 members" in first.text
    second = admin.ask(re.search(r'href="(/members/leaderboard[^"]*)" rel="next"', first.text).group(1).replace("&amp;", "&"))
    assert rows(second)[0][:2] == (51, "M4950")
    assert rows(admin.ask(DOOR + "?page=101"))[-1][:2] == (5002, "Eva")
    assert names(admin.ask(DOOR + "?page=20000")) == []


def test_for_programs(months, as_, club, people, guest):
    door = "/api/v1/members/leaderboard"
    assert guest.ask(door).status == 401
    answer = as_("admin").ask(door + "?by=points&limit=2").json()
    assert answer["total"] == 3 and [(p["place"], p["name"], p["points"]) for p in answer["places"]] == [(1, "Eva", 120), (2, "Ada", 40)]
    assert as_("mia").ask(door).json()["places"] == []
    people.execute("UPDATE member SET is_public = true WHERE id = %s", club["Eva"])
    assert [p["group"] for p in as_("mia").ask(door).json()["places"]] == [None]
    assert as_("admin").ask(door + "?by=x").status == as_("admin").ask(door + "?month=2026-00").status == 422
    assert as_("admin").ask(door + "?month=1999-01").json() == {"month": "1999-01", "places": [], "total": 0}


def test_what_a_month_is_made_of(club, people):
    """As member_months reckons it for the sync and for what was there before."""
    ada = club["Ada"]
    people.execute(
        "INSERT INTO cf_submission (member_id, id, at, problem, name, rating, verdict) VALUES"
        " (%s, 1, '2026-01-31 23:59:59+00', '1/A', 'A', 1250, 'OK'), (%s, 2, '2026-02-01 00:00:00+00', '1/A', 'A', 1250, 'OK'),"
        " (%s, 3, '2026-02-01 00:00:00+00', '1/B', 'B', NULL, 'OK'), (%s, 4, '2026-02-02 00:00:00+00', '1/C', 'C', 2000, 'WRONG_ANSWER'),"
        " (%s, 5, '2026-02-02 00:00:00+00', '1/D', 'D', 800, 'OK')", *[ada] * 5)
    people.execute(
        "INSERT INTO rating_change VALUES (%s, 1, 'R', 1, '2026-01-05', 0, 1400), (%s, 2, 'R', 1, '2026-02-05', 1400, 1450),"
        " (%s, 3, 'R', 1, '2026-02-06', 1450, 1430), (%s, 4, 'R', 1, '2026-04-06', 1430, 1420)", *[ada] * 4)
    january = 2026 * 12
    assert people.execute("SELECT * FROM member_months(%s) ORDER BY 1", ada) == [
        (january, 1, 12, 1, 0), (january + 1, 2, 9, 2, 30), (january + 3, 0, 0, 1, -10)]
