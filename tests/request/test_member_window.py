"""Figures of a member's last days: which days they are, how long they are kept, and what makes them anew."""

import re

from lab.members import post, training

SYNC = "UPDATE member SET synced_at = clock_timestamp(), figures = member_figures(id, '-infinity') WHERE id = %s"


def accept(people, member, number, at="now()"):
    people.execute("INSERT INTO cf_submission (member_id, id, at, problem, name, rating, tags, verdict)"
                   f" VALUES (%s, %s, {at}, %s, 'New', 3500, 'flows', 'OK')", member, number, f"{number}/A")


def solved(browser, member, days):
    """As the figures say, with what the choice of days says beside it."""
    page = browser.ask(f"/member/{member}?days={days}").text
    return [int(re.search(pattern, page).group(1)) for pattern in (
        r"<dt>Problems</dt><dd>(\d+)</dd>", rf">{days} days <b>(\d+)</b>")]


def kept(people):
    return people.execute("SELECT key, round(extract(epoch FROM expires_at - now()) / 3600) FROM cache WHERE key LIKE 'cf:window:%%'"
                          " AND value IS NOT NULL ORDER BY key")


def test_days_begin_at_midnight(as_, club, people):
    ada, cora = club["Ada"], as_("cora")
    today = "date_trunc('day', now(), 'UTC')"
    accept(people, ada, 1, f"{today} - interval '29 days'")
    accept(people, ada, 2, f"{today} - interval '29 days 1 second'")
    people.execute(f"INSERT INTO rating_change VALUES (%s, 1, 'Inside', 9, {today} - interval '29 days', 1, 2),"
                   f" (%s, 2, 'Outside', 9, {today} - interval '29 days 1 second', 1, 2)", ada, ada)
    people.execute(SYNC, ada)
    assert solved(cora, ada, 30) == [1, 1] and solved(cora, ada, 90) == [2, 2]
    page = cora.ask(f"/member/{ada}?days=30").text
    assert "Inside</a>" in page and "Outside</a>" not in page


def test_they_are_kept_until_a_sync(as_, club, people):
    ada, cora = club["Ada"], as_("cora")
    people.execute("DELETE FROM cache")
    training(people, ada)
    assert solved(cora, ada, 30)[0] > 0 and kept(people) == [], "never synced"
    people.execute(SYNC, ada)
    n, beside = solved(cora, ada, 30)
    assert n == beside > 0 and kept(people) == [("cf:window:ada:30", 12)]
    accept(people, ada, 9001)
    assert solved(cora, ada, 30)[0] == n, "nothing is worked out again"
    people.execute(SYNC, ada)
    assert solved(cora, ada, 30) == [n + 1, n + 1]
    assert "9001A" in cora.ask(f"/member/{ada}?days=30").text, "the hardest now"
    people.execute("DELETE FROM cf_submission WHERE member_id = %s AND id = 9001", ada)
    people.execute(SYNC, ada)
    assert solved(cora, ada, 30) == [n, n], "what Codeforces took back goes too"
    assert solved(cora, ada, 7)[0] < n and [key for key, _ in kept(people)] == ["cf:window:ada:30", "cf:window:ada:7"]


def test_they_are_another_days_tomorrow(as_, club, people):
    ada, cora = club["Ada"], as_("cora")
    people.execute("DELETE FROM cache")
    training(people, ada)
    people.execute(SYNC, ada)
    n = solved(cora, ada, 365)[0]
    assert people.execute("SELECT octet_length(value) > 4096 FROM cache WHERE key = 'cf:window:ada:365'") == [(True,)], "no process has a copy"
    wrong = """UPDATE cache SET value = convert_to(regexp_replace(regexp_replace(convert_from(value, 'UTF8'), '"solved" : \d+', '"solved" : 777'),
        '^(\d+) \d+', '\\1 ' || floor(extract(epoch FROM now()) / 86400)::int - %s), 'UTF8') WHERE key = 'cf:window:ada:365'"""
    people.execute(wrong, 0)
    assert solved(cora, ada, 365)[0] == 777, "today's is taken"
    people.execute(wrong, 1)
    assert solved(cora, ada, 365)[0] == n
    people.execute("UPDATE cache SET value = 'rubbish' WHERE key LIKE 'cf:%%'")
    assert solved(cora, ada, 365)[0] == n and "Round &lt;80&gt;" in cora.ask(f"/member/{ada}?days=365").text


def test_contests_are_another_days_tomorrow(as_, club, people):
    ada, cora = club["Ada"], as_("cora")
    people.execute("DELETE FROM cache")
    training(people, ada)
    people.execute("INSERT INTO cf_contest (id, n_problems) SELECT 2000 + i, 6 FROM generate_series(1, 80) i ON CONFLICT DO NOTHING")
    people.execute(SYNC, ada)
    page = f"/member/{ada}?days=365"
    assert "Round &lt;80&gt;" in cora.ask(page).text
    wrong = """UPDATE cache SET value = convert_to(regexp_replace(replace(convert_from(value, 'UTF8'), 'Round <80>', 'Kept'),
        '"day":\d+', '"day":' || floor(extract(epoch FROM now()) / 86400)::int - %s), 'UTF8')
        WHERE key = 'cf:contest-history:ada:365' AND octet_length(value) > 4096 RETURNING 1"""
    assert people.execute(wrong, 0) == [(1,)]
    assert "Kept</a>" in cora.ask(page).text, "today's are taken"
    people.execute(wrong, 1)
    text = cora.ask(page).text
    assert "Kept</a>" not in text and "Round &lt;80&gt;" in text


def test_another_handle_and_another_member_begin_anew(as_, club, people):
    ada, cora = club["Ada"], as_("cora")
    training(people, ada)
    people.execute(SYNC, ada)
    n = solved(cora, ada, 90)[0]
    assert n > 1
    edit = {"name": "Ada", "group": club["Beginners"], "email": "", "phone": ""}
    assert post(cora, f"/member/{ada}/edit", handle="ada2", **edit).status == 303
    assert "Nothing is known yet" in cora.ask(f"/member/{ada}?days=90").text
    accept(people, ada, 9002)
    people.execute(SYNC, ada)
    assert solved(cora, ada, 90) == [1, 1]
    assert post(cora, f"/member/{ada}/edit", handle="ada", **edit).status == 303
    assert "Nothing is known yet" in cora.ask(f"/member/{ada}?days=90").text, "back again, and what was kept of the handle is not shown"
    people.execute(SYNC, ada)
    assert solved(cora, ada, 90) == [0, 0]
    assert post(cora, f"/member/{ada}/delete").status == 303
    assert cora.ask(f"/member/{ada}?days=90").status == 404
    other, = people.execute("INSERT INTO member (name, handle, group_id) VALUES ('Other', 'ada', %s) RETURNING id", club["Beginners"])[0]
    accept(people, other, 9003)
    people.execute(SYNC, other)
    assert solved(cora, other, 90) == [1, 1]
