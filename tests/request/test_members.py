"""Members: who sees whom, the table of all, adding, changing and deleting, lists in and out, one of them with graphs."""

import csv
import io
import re

import pytest

from lab.client import Browser, check_markup
from lab.members import names, post, training

from test_submission_page import multipart


def of(member, what):
    """The address of something that is done to a member."""
    return {"edit": f"/member/{member}/edit", "delete": f"/member/{member}/delete", "sync": f"/member/{member}/sync"}[what]


def of_group(group, what):
    return {"": f"/members/groups/{group}", "delete": f"/members/groups/{group}/delete",
            "coach": f"/members/groups/{group}/coach", "coach-remove": f"/members/groups/{group}/coach-remove"}[what]


def upload(browser, content, name="list.csv", **fields):
    body, headers = multipart({"csrf": browser.token(), **fields, "list": (name, content)})
    return browser.ask("/members/import", "POST", body, headers, timeout=120)


# ---- who sees whom ----

def test_who_sees_whom(as_, club, people, guest):
    assert names(as_("admin").ask("/members")) == ["Ada", "Bob", "Eva", "Zoe"]
    assert names(as_("cora").ask("/members")) == ["Ada", "Bob"]
    assert names(as_("carl").ask("/members")) == ["Eva"]
    assert names(as_("mia").ask("/members")) == names(guest.ask("/members")) == []
    people.execute("UPDATE member SET user_id = %s WHERE id = %s", people.who["mia"], club["Ada"])
    people.execute("UPDATE member SET is_public = true WHERE id = %s", club["Eva"])
    assert names(as_("mia").ask("/members")) == ["Ada", "Eva"]
    assert names(guest.ask("/members")) == ["Eva"]
    assert guest.ask(f"/member/{club['Ada']}").status == as_("carl").ask(f"/member/{club['Ada']}").status == 404
    page = guest.ask(f"/member/{club['Eva']}")
    check_markup(page.text)
    assert "eva@members.example" not in page.text and "+49" not in page.text and "Experts" not in page.text
    own = as_("mia").ask(f"/member/{club['Ada']}")
    assert "ada@members.example" in own.text and "Beginners" in own.text and "/edit" not in own.text
    assert as_("mia").ask(of(club['Ada'], "edit")).status == 403
    assert as_("carl").ask(of(club['Eva'], "edit")).status == 200
    assert as_("cora").ask(of(club['Eva'], "edit")).status == 403
    assert as_("cora").ask(of(club['Zoe'], "edit")).status == 404


def test_a_foreign_group_tells_nobody_who_is_in_it(as_, club, people, guest):
    people.execute("UPDATE member SET is_public = true, trouble = 'no such handle' WHERE id = %s", club["Eva"])
    assert names(guest.ask("/members")) == ["Eva"] and names(as_("cora").ask("/members")) == ["Ada", "Bob", "Eva"]
    for reader in guest, as_("mia"), as_("cora"):
        assert names(reader.ask(f"/members?group={club['Experts']}")) == []
        assert "no such handle" not in reader.ask("/members").text + reader.ask(f"/member/{club['Eva']}").text
    assert names(as_("carl").ask(f"/members?group={club['Experts']}")) == ["Eva"]
    assert "no such handle" in as_("carl").ask("/members").text


@pytest.mark.parametrize("name, sees", [
    ("guest", None), ("max", None), ("carl", None), ("mia", "all"), ("cora", "all"), ("admin", "all")])
def test_one_for_programs_is_for_whom_the_page_is(as_, club, people, guest, name, sees):
    people.execute("UPDATE member SET user_id = %s, trouble = 'late' WHERE id = %s", people.who["mia"], club["Ada"])
    reader = guest if name == "guest" else as_(name)
    door = f"/api/v1/members/{club['Ada']}"
    expected = 401 if name == "guest" else 200 if sees else 404
    assert reader.ask(door).status == reader.ask(door + "/contests").status == expected
    if sees:
        row = reader.ask(door).json()["row"]
        assert (row["name"], row["group"], row["trouble"]) == ("Ada", "Beginners", "late")
    people.execute("UPDATE member SET is_public = true WHERE id = %s", club["Ada"])
    assert reader.ask(door).status == (401 if name == "guest" else 200), "programs are always somebody's"
    if not sees and name != "guest":
        row = reader.ask(door).json()["row"]
        assert (row["name"], row["group"], row["trouble"]) == ("Ada", None, "")
        assert "members.example" not in reader.ask(door).text and "+49" not in reader.ask(door).text


def test_a_coach_without_the_role_any_more_sees_nobody(as_, club, people):
    people.execute("UPDATE app_user SET roles = 1 WHERE id = %s", people.who["carl"])
    assert names(as_("carl").ask("/members")) == []
    people.execute("UPDATE app_user SET roles = 3 WHERE id = %s", people.who["carl"])
    assert names(as_("carl").ask("/members")) == ["Eva"]


def test_sorted_searched_paged(as_, club, people):
    admin = as_("admin")
    page = admin.ask("/members?order=rating&direction=down")
    check_markup(page.text)
    assert names(page) == ["Eva", "Ada", "Bob", "Zoe"] and 'aria-sort="descending"' in page.text
    assert names(admin.ask("/members?order=rating")) == ["Ada", "Eva", "Bob", "Zoe"], "who is not rated is last"
    assert names(admin.ask("/members?direction=down")) == ["Zoe", "Eva", "Bob", "Ada"]
    assert names(admin.ask("/members?q=BOB_")) == ["Bob"] and names(admin.ask("/members?q=%25")) == []
    assert names(admin.ask(f"/members?group={club['Experts']}")) == ["Eva"]
    people.execute("INSERT INTO member (name, rating) SELECT 'M' || i, i FROM generate_series(1, 5000) i")
    page = admin.ask("/members?order=rating&direction=down&page=2")
    assert len(names(page)) == 50 and "5004 members" in page.text and 'rel="next"' in page.text and 'rel="prev"' in page.text
    assert "M4951" not in page.text and "M4950" in page.text
    assert names(admin.ask("/members?page=20000")) == []


# ---- one by one ----

def test_added_changed_deleted(as_, club, people):
    cora = as_("cora")
    reply = post(cora, "/members/new", name="Ørjan 李", email="o@example.org", handle="orjan", group=club["Beginners"], phone="1 2")
    assert reply.status == 303
    where = reply.header("Location").split("?")[0]
    assert "Ørjan 李" in cora.ask(where).text
    check_markup(cora.ask(where + "/edit").text)
    people.execute("UPDATE member SET rating = 1, newest_id = 7 WHERE handle = 'orjan'")
    assert post(cora, where + "/edit", name="Orjan", handle="orjan2", group=club["Beginners"], email="", phone="").status == 303
    assert people.execute("SELECT name, handle, rating, newest_id, email FROM member WHERE handle LIKE 'orjan%%'") == [
        ("Orjan", "orjan2", None, 0, "")], "of another handle nothing is known"
    assert post(cora, where + "/delete").status == 303
    assert cora.ask(where).status == 404
    assert people.execute("SELECT count(*) FROM audit WHERE action = 'member.delete'")[0][0] >= 1


def test_a_coach_ends_and_resumes_mails_to_one_without_an_account(as_, club, people):
    def wants():
        return people.execute("SELECT wants_reminders FROM member WHERE id = %s", club["Ada"])[0][0]
    cora, where = as_("cora"), of(club["Ada"], "edit")
    same = {"name": "Ada", "handle": "ada", "group": club["Beginners"]}
    assert re.search(r'name="wants_reminders" value="1" checked', cora.ask(where).text)
    assert post(cora, where, **same).status == 303 and wants() is False
    page = cora.ask(where)
    check_markup(page.text)
    assert re.search(r'name="wants_reminders" value="1">', page.text)
    assert post(cora, where, **same, wants_reminders="1").status == 303 and wants() is True
    people.execute("UPDATE member SET user_id = %s WHERE id = %s", people.who["mia"], club["Ada"])
    assert 'name="wants_reminders"' not in cora.ask(where).text
    assert post(cora, where, **same).status == 303 and wants() is True, "that is hers to choose"


@pytest.mark.parametrize("fields, text", [
    ({"name": ""}, "A name is needed"), ({"email": "nobody"}, "no mail address"), ({"phone": "call me"}, "A phone number has"),
    ({"handle": "a b"}, "A handle has up to"), ({"handle": "EVA"}, "followed under that handle already"), ({"group": 0}, "Choose one of your groups"),
    ({"handle": "x" * 40}, "")])
def test_refused(as_, club, people, fields, text):
    before = people.execute("SELECT count(*) FROM member")
    reply = post(as_("cora"), "/members/new", **{"name": "New", "group": club["Beginners"], **fields})
    assert reply.status == 422 and text in reply.text and 'role="alert"' in reply.text
    check_markup(reply.text)
    assert people.execute("SELECT count(*) FROM member") == before


def test_what_is_somebody_elses(as_, club, people):
    cora = as_("cora")
    assert post(cora, "/members/new", name="New", group=club["Experts"]).status == 403
    assert post(cora, of(club['Ada'], "edit"), name="Ada", group=club["Experts"]).status == 403
    assert post(cora, of(club['Eva'], "delete")).status == 404
    assert post(cora, of(club['Eva'], "sync")).status == 404
    people.execute("UPDATE member SET proved_at = now() WHERE id = %s", club["Ada"])
    reply = post(cora, of(club['Ada'], "edit"), name="Ada", handle="other", group=club["Beginners"])
    assert reply.status == 422 and "alone changes it" in reply.text


# ---- groups ----

def test_groups_and_coaches(as_, people):
    cora = as_("cora")
    reply = post(cora, "/members/groups", name="Third year", year="2026", section="B")
    group = re.fullmatch(r"/members/groups/(\d+)\?done=group", reply.header("Location")).group(1)
    where = of_group(group, "")
    page = cora.ask(where)
    check_markup(page.text)
    check_markup(cora.ask("/members/groups").text)
    assert "Third year" in page.text and "cora@example.org" in page.text
    assert as_("carl").ask(where).status == 404 and as_("admin").ask(where).status == 200
    assert post(cora, "/members/groups", name="Third year").status == 422
    assert post(cora, "/members/groups", name="", year="x").status == 422
    assert "nobody has" in post(cora, of_group(group, "coach"), email="nobody@example.org").text.lower()
    assert "not a coach" in post(cora, of_group(group, "coach"), email="mia@example.org").text
    assert post(cora, of_group(group, "coach"), email="carl@example.org").status == 303
    assert as_("carl").ask(where).status == 200
    assert post(cora, where, name="Fourth", year="", section="").status == 303
    assert post(cora, of_group(group, "coach-remove"), user=people.who["carl"]).status == 303
    assert as_("carl").ask(where).status == 404
    assert post(cora, of_group(group, "delete")).status == 303 and cora.ask(where).status == 404


# ---- lists ----

def report(browser, reply):
    assert reply.status == 303, reply.text
    page = browser.ask(reply.header("Location"))
    check_markup(page.text)
    number = reply.header("Location").rpartition("/")[2]
    rows = list(csv.reader(io.StringIO(browser.ask(f"/members/import/{number}/report.csv").text)))
    return dict(zip(("lines", "added", "changed", "bad"), map(int, re.findall(r"<dd>(\d+)</dd>", page.text)))), rows[1:]


def test_a_list_with_every_bad_line_told(as_, club, people):
    cora = as_("cora")
    text = ("Group;Name;Handle;E-Mail;Year\n"
            "Beginners;Ada L.;ADA;;\n"         # known, in another case
            "Newcomers;Nora;nora;n@example.org;2026\n"
            "Newcomers;\"Quo;ted \"\"Q\"\"\";quo;;\n"
            "Experts;Spy;spy;;\n"
            "Beginners;Thief;eva;;\n"
            ";No group;nogroup;;\n"
            "Beginners;;noname;;\n"
            "Beginners;Twice;NORA;;\n"
            "Beginners;Bad mail;bm;not mail;\n"
            "Beginners;Bad year;by;;two\n"
            "Beginners;Bad handle;a b;;\n"
            "Beginners;Too;many;;;;\n"
            "Beginners;\"broken;b;;\n")
    counts, bad = report(cora, upload(cora, text.encode()))
    assert counts == {"lines": 13, "added": 2, "changed": 1, "bad": 10}
    assert [int(line) for line, _ in bad] == sorted(int(line) for line, _ in bad[:-1]) + [int(bad[-1][0])]
    why = {int(line): reason for line, reason in bad}
    assert set(why) == {5, 6, 7, 8, 9, 10, 11, 12, 13, 14}
    assert "somebody else" in why[5] and "somebody else" in why[6] and "earlier line" in why[9] and "quotation" in why[14]
    assert people.execute("SELECT m.name, g.name FROM member m LEFT JOIN member_group g ON g.id = m.group_id WHERE m.handle"
                          " IN ('ada', 'quo', 'eva') ORDER BY 1") == [
        ("Ada L.", "Beginners"), ("Eva", "Experts"), ('Quo;ted "Q"', "Newcomers")]
    assert "Newcomers" in cora.ask("/members/groups").text, "who makes a group coaches it"
    assert as_("carl").ask("/members/import/1").status == 404


def test_a_list_may_come_again(as_, people):
    """Nobody is there twice, nor takes another's name, when a list that was taken along or has grown is taken in again."""
    admin = as_("admin")

    def members():
        return people.execute("SELECT m.name, m.email, coalesce(m.handle, ''), g.name FROM member m"
                              " LEFT JOIN member_group g ON g.id = m.group_id ORDER BY m.name, m.id")
    first = ("name,email,handle,group\nAda,ada@x.example,,A\nBrother,home@x.example,,A\nSister,home@x.example,,A\nZoe,,,A\nZoe,,,B\n")
    assert report(admin, upload(admin, first.encode()))[0]["added"] == 5
    before = members()
    for again in (first.encode(), admin.ask("/members/export.csv").body):
        counts, bad = report(admin, upload(admin, again))
        assert counts == {"lines": 5, "added": 0, "changed": 5, "bad": 0} and not bad and members() == before
    grown = "name,email,handle,group\nAda L.,ADA@x.example,ada,A\nSister,home@x.example,sis,A\nCousin,home@x.example,cous,A\n"
    counts, _ = report(admin, upload(admin, grown.encode()))
    assert (counts["added"], counts["changed"]) == (1, 2)
    assert members() == [("Ada L.", "ADA@x.example", "ada", "A"), ("Brother", "home@x.example", "", "A"),
                         ("Cousin", "home@x.example", "cous", "A"), ("Sister", "home@x.example", "sis", "A"),
                         ("Zoe", "", "", "A"), ("Zoe", "", "", "B")]


@pytest.mark.parametrize("content", ["name,handle\nJürgen,jj\n".encode("utf-16"), "\ufeffname,handle\nJürgen,jj\n".encode(),
                                     "Jürgen,,,jj\r\n".encode(), "name\thandle\rJürgen\tjj".encode()])
def test_encodings(as_, content, people):
    counts, bad = report(as_("admin"), upload(as_("admin"), content))
    assert counts["added"] == 1 and not bad
    assert people.execute("SELECT name, handle FROM member") == [("Jürgen", "jj")]


def test_wrong_encodings_are_lines_or_no_list(as_, people):
    admin = as_("admin")
    counts, bad = report(admin, upload(admin, "name\nJürgen\nAda\n".encode("latin-1")))
    assert counts["added"] == 1 and bad == [["2", "is not UTF-8"]]
    for content in (b"\x00\x01\x02", b"\n\n", "name\n".encode()):
        reply = upload(admin, content)
        assert reply.status == 422 and 'role="alert"' in reply.text
    assert upload(admin, b"").status == 422


def test_formulas_neither_run_nor_change(as_, people):
    admin = as_("admin")
    evil = ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "plain", '=HYPERLINK("x")', "＝1+1", "＠SUM(A1)"]
    for name in evil:
        people.execute("INSERT INTO member (name) VALUES (%s)", name)
    reply = admin.ask("/members/export.csv")
    assert reply.header("Content-Type").startswith("text/csv") and "attachment" in reply.header("Content-Disposition")
    rows = list(csv.DictReader(io.StringIO(reply.text.lstrip("\ufeff"))))
    assert len(rows) == len(evil)
    assert all(not value or value[0] not in "=+-@\t\r\n＝＋－＠" for row in rows for value in row.values())
    people.execute("DELETE FROM member")
    report(admin, upload(admin, reply.body))
    assert sorted(r[0] for r in people.execute("SELECT name FROM member")) == sorted(evil)


def test_many_lines(as_, people):
    admin = as_("admin")
    text = "name,handle,group\n" + "".join(f"Member {i},m{i},G{i % 50}\n" for i in range(100000))
    counts, _ = report(admin, upload(admin, text.encode()))
    assert counts == {"lines": 100000, "added": 100000, "changed": 0, "bad": 0}
    counts, _ = report(admin, upload(admin, text.encode()))
    assert counts == {"lines": 100000, "added": 0, "changed": 100000, "bad": 0}
    counts, bad = report(admin, upload(admin, b"name,handle\n" + b"x,a b\n" * 100000))
    assert counts["bad"] == 100000 == len(bad)
    assert admin.ask("/members/export.csv", timeout=60).text.count("\n") == 100001
    assert upload(admin, b"a,b\n" * 120001).status == 422
    assert upload(admin, b"a" * (8 * 1024 * 1024)).status in (413, 422)


# ---- one of them ----

def test_a_member_with_graphs(as_, club, people):
    training(people, club["Ada"])
    cora = as_("cora")
    page = cora.ask(f"/member/{club['Ada']}")
    check_markup(page.text)
    for text in ("graph-rating", "graph-heat", "graph-bars", "Round &lt;80&gt;", "The hardest", "+10", "Solved by rating",
                 "30 days", "Average rating"):
        assert text in page.text, text
    n, = people.execute("SELECT count(*) FROM rating_change WHERE member_id = %s", club["Ada"])[0]
    assert n > 50 and f"The latest 50 of {n}." in page.text, "what is left out is said"
    window = cora.ask(f"/member/{club['Ada']}?days=30")
    check_markup(window.text)
    solved = int(re.search(r"<dt>Problems</dt><dd>(\d+)</dd>", window.text).group(1))
    expected, = people.execute("SELECT count(*) FROM cf_submission WHERE member_id = %s AND verdict = 'OK' AND at >= now() - interval"
                               " '30 days'", club["Ada"])[0]
    assert solved == expected > 0
    people.execute("INSERT INTO rating_change SELECT %s, 2001, 'R', 1, now(), 1, 2 ON CONFLICT (member_id, contest_id) DO NOTHING", club["Ada"])
    assert cora.ask(f"/member/{club['Ada']}?days=99999").status == 200
    check_markup(cora.ask(f"/member/{club['Bob']}").text)


def history(people):
    return people.execute("SELECT key, round(extract(epoch FROM expires_at - now()) / 3600) FROM cache WHERE key LIKE 'cf:contest-history:%%'"
                          " AND value IS NOT NULL ORDER BY key")


def test_the_history_of_contests_is_kept_until_a_sync(as_, club, people):
    people.execute("DELETE FROM cache")
    people.execute("INSERT INTO rating_change VALUES (%s, 2001, 'Old', 9, now() - interval '60 days', 1400, 1450),"
                   " (%s, 2002, 'New', 9, now(), 1450, 1500)", club["Ada"], club["Ada"])
    people.execute("INSERT INTO cf_contest (id, n_problems) VALUES (2001, 6) ON CONFLICT DO NOTHING")
    people.execute("DELETE FROM cf_contest WHERE id = 2002")
    people.execute("UPDATE member SET synced_at = now(), figures = member_figures(id, '-infinity') WHERE id = %s", club["Ada"])
    cora, page = as_("cora"), f"/member/{club['Ada']}"
    assert "Old</a>" in cora.ask(page).text and history(people) == [], "how large the new one is will be known soon"
    people.execute("INSERT INTO cf_contest (id, n_problems) VALUES (2002, 7)")
    first = cora.ask(page + "?days=30").text
    assert "New</a>" in first and "Old</a>" not in first and "7 of 7" in first
    assert "Old</a>" in cora.ask(page).text
    assert history(people) == [("cf:contest-history:ada:0", 12), ("cf:contest-history:ada:30", 12)]
    people.execute("UPDATE rating_change SET contest = 'Renamed' WHERE contest_id = 2002")
    assert "New</a>" in cora.ask(page).text, "as it was kept"
    people.execute("UPDATE member SET synced_at = now() WHERE id = %s", club["Ada"])
    assert "Renamed</a>" in cora.ask(page).text, "a page that was slow cannot bring the old one back"
    contests = cora.ask(f"/api/v1/members/{club['Ada']}/contests").json()["contests"]
    assert [c["name"] for c in contests] == ["Old", "Renamed"]


def test_sync_of_one(as_, club, people):
    cora = as_("cora")
    for _ in range(2):
        assert post(cora, of(club['Ada'], "sync")).status == 303
    assert people.execute("SELECT kind, payload->>'member' FROM job WHERE kind = 'member.sync'") == [
        ("member.sync", str(club["Ada"]))]
    assert post(as_("admin"), of(club['Zoe'], "sync")).status == 409
    people.execute("UPDATE member SET user_id = %s WHERE id = %s", people.who["mia"], club["Eva"])
    assert post(as_("mia"), of(club['Eva'], "sync")).status == 303


def test_sync_of_all_begins_and_stops(as_, club, people):
    cora = as_("cora")
    check_markup(cora.ask("/members/sync").text)
    assert post(cora, "/members/sync").status == 303
    page = cora.ask("/members/sync")
    check_markup(page.text)
    assert "0 of 3" in page.text and 'data-live-scope="tracker"' in page.text and " data-busy>" in page.text and "<progress" in page.text and "left" in page.text
    assert people.execute("SELECT count(*) FROM job WHERE kind = 'member.sync'") == [(3,)]
    assert post(cora, "/members/sync").status == 303
    assert people.execute("SELECT count(*) FROM member_sweep") == [(1,)], "one that runs goes on"
    assert post(cora, "/members/sync/stop").status == 303
    page = cora.ask("/members/sync")
    assert "Stopped" in page.text and "data-busy" not in page.text


def test_resting_is_said(as_, club, people):
    people.execute("INSERT INTO bucket (name, free_at, taken, wait_us) VALUES ('codeforces.rest', now() + interval '30 s', false, 0)"
                   " ON CONFLICT (name) DO UPDATE SET free_at = excluded.free_at")
    for path in ("/members", "/members/sync", f"/member/{club['Ada']}", "/settings/codeforces"):
        assert "Codeforces is resting until" in as_("cora").ask(path).text, path
    people.execute("UPDATE bucket SET free_at = now() - interval '1 s'")
    assert "resting" not in as_("cora").ask("/members").text


# ---- one's own handle ----

def test_a_claim_and_choices(as_, people):
    mia = as_("mia")
    check_markup(mia.ask("/settings/codeforces").text)
    assert post(mia, "/settings/codeforces", handle="a b", way="compile").status == 422
    assert post(mia, "/settings/codeforces", handle="mia_cf", way="compile").status == 303
    page = mia.ask("/settings/codeforces")
    check_markup(page.text)
    assert re.search(r'"https://codeforces\.com/contest/\d+/problem/A"', page.text) and re.search(r"[12]:\d\d</b> left", page.text)
    assert 'http-equiv="refresh"' in page.text and "data-busy" in page.text
    assert post(mia, "/settings/codeforces", handle="mia_cf", way="organization").status == 303
    assert re.search(r"<code>podium-[\w-]{12}</code>", mia.ask("/settings/codeforces").text)
    assert post(mia, "/settings/codeforces/drop").status == 303
    assert "podium-" not in mia.ask("/settings/codeforces").text
    people.execute("INSERT INTO member (name, user_id, handle, proved_at) VALUES ('Mia', %s, 'mia_cf', now())", people.who["mia"])
    page = mia.ask("/settings/codeforces")
    check_markup(page.text)
    assert "proved" in page.text
    assert post(mia, "/settings/codeforces/choices", is_public="1").status == 303
    assert people.execute("SELECT is_public, wants_reminders FROM member") == [(True, False)]


# ---- reminders ----

def test_reminders_are_previewed_and_ended_once(as_, club, people):
    people.execute("UPDATE member SET synced_at = now(), active_at = now() - interval '9 days' WHERE id IN (%s, %s)", club["Ada"], club["Eva"])
    people.execute("UPDATE member SET synced_at = now() - interval '2 days', active_at = now() - interval '9 days' WHERE id = %s", club["Bob"])
    cora = as_("cora")
    page = cora.ask("/members/reminders")
    check_markup(page.text)
    assert names(page) == ["Ada"] and "What the mail says" in page.text, "Bob was not synced today, Eva is another coach's"
    token = "t" * 43
    people.execute("INSERT INTO member_reminder (member_id, days, stop_hash) VALUES (%s, 9, sha256(%s))", club["Ada"], token.encode())
    assert "9</td>" in cora.ask("/members/reminders").text and names(as_("carl").ask("/members/reminders")) == ["Eva"]
    guest = Browser(people.socket)
    for forged in ("u" * 43, "t" * 42, "x", "t" * 44):
        assert guest.ask(f"/reminders/{forged}").status == guest.ask(f"/reminders/{forged}", "POST", {}).status == 404
    page = guest.ask(f"/reminders/{token}")
    check_markup(page.text)
    assert page.status == 200
    assert people.execute("SELECT wants_reminders FROM member WHERE id = %s", club["Ada"]) == [(True,)], "looking changes nothing"
    assert guest.ask(f"/reminders/{token}", "POST", {}).status == 303
    assert people.execute("SELECT wants_reminders FROM member WHERE id = %s", club["Ada"]) == [(False,)]
    people.execute("UPDATE member SET wants_reminders = true WHERE id = %s", club["Ada"])
    assert guest.ask(f"/reminders/{token}", "POST", {}).status == guest.ask(f"/reminders/{token}").status == 404, "replayed"
    assert people.execute("SELECT wants_reminders FROM member WHERE id = %s", club["Ada"]) == [(True,)]
    assert "ended them" in cora.ask("/members/reminders").text
