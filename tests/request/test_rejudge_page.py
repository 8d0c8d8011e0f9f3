"""Judging again, as the jury does it: asked for, looked at, applied or dropped whole. The second judgings are written here
as a judge would leave them."""

import re

import pytest

from lab.client import Browser, check_markup
from lab.judge import CODES, Judge


@pytest.fixture(scope="module")
def judge(seeded):
    made = Judge(seeded, seeded.execute)
    made.languages()
    made.who = made.people(ann="member", judy="jury")
    made.one = made.problem("one", "One")
    return made


@pytest.fixture(scope="module")
def cookies(judge):
    return judge.sign_in(judge.who)


@pytest.fixture()
def as_(seeded, cookies):
    seeded.execute("DELETE FROM rate_window")
    seeded.execute("UPDATE submission SET judging_id = NULL")
    for table in ("judging_run", "judging", "rejudge", "submission", "job", "job_unique"):
        seeded.execute(f"DELETE FROM {table}")

    def browser(name):
        made = Browser(seeded.socket)
        made.cookies = dict(cookies[name])
        return made
    return browser


def ask(browser, **fields):
    return browser.ask("/jury/rejudges", "POST", {"csrf": browser.token(), "why": "new tests", **fields})


def judged(seeded, number, *verdicts):
    """The judges have done the set, with these verdicts in the order of the submissions."""
    ids = [r[0] for r in seeded.execute("SELECT id FROM judging WHERE rejudge_id = %s ORDER BY submission_id", number)]
    assert len(ids) == len(verdicts)
    for judging, verdict in zip(ids, verdicts):
        seeded.execute("UPDATE judging SET state = 3, verdict = %s, ended_at = now(), n_tests = 3 WHERE id = %s",
                       CODES.index(verdict), judging)
    seeded.execute("UPDATE rejudge SET n_ended = n, state = 1 WHERE id = %s", number)


def number_of(reply):
    return int(re.fullmatch(r"/jury/rejudges/(\d+)", reply.header("Location")).group(1))


def decide(browser, number, what):
    address = {"apply": f"/jury/rejudges/{number}/apply", "drop": f"/jury/rejudges/{number}/drop"}[what]
    return browser.ask(address, "POST", {"csrf": browser.token()})


def test_only_the_jury(as_, guest):
    ann, judy = as_("ann"), as_("judy")
    for path in ("/jury/rejudges", "/jury/rejudges/new", "/jury/rejudges/1"):
        assert guest.ask(path).status == 303 and ann.ask(path).status == 403
    assert ask(ann, problem="one").status == 403
    assert decide(ann, 1, "apply").status == decide(ann, 1, "drop").status == 403
    assert judy.ask("/jury/rejudges").status == judy.ask("/jury/rejudges/new").status == 200
    for number in ("0", "x", "999999"):
        assert judy.ask(f"/jury/rejudges/{number}").status == 404
        assert decide(judy, number, "apply").status == decide(judy, number, "drop").status == 404


def test_all_of_a_contest(judge, as_, seeded):
    judy = as_("judy")
    inside, _ = (judge.submission(judge.who["ann"], judge.one, verdict="WA") for _ in range(2))
    seeded.execute("UPDATE submission SET contest_id = 77 WHERE public_id = %s", inside)
    number = number_of(ask(judy, contest="77"))
    assert seeded.execute("SELECT s.public_id FROM judging j JOIN submission s ON s.id = j.submission_id WHERE j.rejudge_id = %s",
                          number) == [(inside,)]
    assert "77" in judy.ask(f"/jury/rejudges/{number}").text
    for contest, says in (("78", "Nothing that is judged already fits"), ("x", "a contest is named by its number")):
        reply = ask(judy, contest=contest)
        assert reply.status == 422 and says in reply.text and f'value="{contest}"' in reply.text
    seeded.cli("rejudge", "drop", str(number))
    assert "has begun" in seeded.cli("rejudge", "make", "--contest", "77", "--why", "again").stdout
    assert seeded.cli("rejudge", "make", "--contest", "x", "--why", "again", check=False).returncode != 0


def test_the_form_is_filled_in_by_the_list(as_):
    page = as_("judy").ask("/jury/rejudges/new?problem=one&verdict=WA&language=cpp17&user=ann@example.org")
    check_markup(page.text)
    assert 'value="one"' in page.text and 'value="WA" selected' in page.text and 'value="cpp17" selected' in page.text
    assert 'value="ann@example.org"' in page.text


@pytest.mark.parametrize("fields, text", [
    ({"problem": "one", "why": ""}, "Say why"), ({"problem": "no-such"}, "Nothing that is judged already fits"),
    ({"user": "nobody@example.org"}, "nobody has that email address"), ({"verdict": "XY"}, "no such verdict"), ({}, "")])
def test_refused(as_, judge, seeded, fields, text):
    judge.submission(judge.who["ann"], judge.one, verdict="WA", tests=[("WA", None)])
    reply = ask(as_("judy"), **fields)
    assert reply.status == 422 and text in reply.text and 'role="alert"' in reply.text
    check_markup(reply.text)
    assert seeded.execute("SELECT count(*) FROM rejudge") == [(0,)]


def test_previewed_then_applied(as_, judge, seeded):
    judy = as_("judy")
    a = judge.submission(judge.who["ann"], judge.one, verdict="WA", tests=[("WA", None)])
    b = judge.submission(judge.who["ann"], judge.one, verdict="AC", tests=[("AC", None)] * 3)
    number = number_of(ask(judy, problem="one"))
    page = judy.ask(f"/jury/rejudges/{number}")
    check_markup(page.text)
    assert "0 of 2 judged" in page.text and "data-busy" in page.text and re.search(r"disabled>Apply", page.text)
    assert decide(judy, number, "apply").header("Location").endswith("done=late")
    judged(seeded, number, "AC", "AC")
    page = judy.ask(f"/jury/rejudges/{number}")
    check_markup(page.text)
    assert "2 of 2 judged, 1 would change" in page.text and "data-busy" not in page.text
    assert a in page.text and b not in page.text, "what changes is shown first"
    assert b in judy.ask(f"/jury/rejudges/{number}?all=1").text
    assert decide(judy, number, "apply").header("Location").endswith("done=applied")
    assert "All of it counts now" in judy.ask(f"/jury/rejudges/{number}?done=applied").text
    assert "Accepted" in judy.ask(f"/submission/{a}").text
    assert decide(judy, number, "drop").header("Location").endswith("done=late")
    page = judy.ask(f"/jury/rejudges/{number}")
    assert "2 of 2 judged, 1 changed" in page.text and a in page.text and ">WA<" in page.text, "it tells what was"
    assert "2 of 2 judged, 1 changed" in judy.ask("/jury/rejudges").text


def test_what_is_older_does_not_take_the_place_of_what_is_newer(as_, judge, seeded):
    judy = as_("judy")
    a = judge.submission(judge.who["ann"], judge.one, verdict="WA", tests=[("WA", None)])
    first, second = number_of(ask(judy, submission=a)), number_of(ask(judy, problem="one"))
    judged(seeded, first, "TLE")
    judged(seeded, second, "AC")
    assert decide(judy, second, "apply").header("Location").endswith("done=applied")
    assert decide(judy, first, "apply").header("Location").endswith("done=late")
    assert "a later set" in judy.ask(f"/jury/rejudges/{first}?done=late").text
    assert "Accepted" in judy.ask(f"/submission/{a}").text
    assert decide(judy, first, "drop").header("Location").endswith("done=dropped")


def test_what_waits_by_older_data_is_in_the_set(as_, judge, seeded):
    """Sent in before the jury mended the tests, and not judged yet: else it would be the only one that the old ones decide."""
    judy = as_("judy")
    a = judge.submission(judge.who["ann"], judge.one, state=0)
    assert ask(judy, problem="one").status == 422, "it will be judged by what holds"
    (old,), = seeded.execute("SELECT version_id FROM problem WHERE id = %s", judge.one)
    (new,), = seeded.execute("INSERT INTO problem_version (problem_id, number, format, data_hash, name, state, time_ms) SELECT problem_id,"
                             " number + 1, format, sha256('y'), name, state, time_ms FROM problem_version WHERE id = %s RETURNING id", old)
    seeded.execute("UPDATE problem SET version_id = %s WHERE id = %s", new, judge.one)
    try:
        number = number_of(ask(judy, problem="one"))
        judged(seeded, number, "AC")
        page = judy.ask(f"/jury/rejudges/{number}")
        check_markup(page.text)
        assert "1 of 1 judged, 1 would change" in page.text and a in page.text
        assert decide(judy, number, "apply").header("Location").endswith("done=applied")
        assert "Accepted" in judy.ask(f"/submission/{a}").text
    finally:
        seeded.execute("UPDATE problem SET version_id = %s WHERE id = %s", old, judge.one)


def test_dropped_whole(as_, judge, seeded):
    judy = as_("judy")
    a = judge.submission(judge.who["ann"], judge.one, verdict="WA", tests=[("WA", None)])
    number = number_of(ask(judy, submission=a))
    judged(seeded, number, "AC")
    assert "Wrong answer" in judy.ask(f"/submission/{a}").text, "nothing counts before it is applied"
    assert decide(judy, number, "drop").header("Location").endswith("done=dropped")
    assert "Wrong answer" in judy.ask(f"/submission/{a}").text
    page = judy.ask("/jury/rejudges")
    check_markup(page.text)
    assert "dropped" in page.text and f"Rejudging {number}" in page.text
