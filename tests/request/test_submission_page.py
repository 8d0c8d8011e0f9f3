"""Sending in, looking at what became of it, lists of a member's own and of all: as the member, as another one, as the
problem's owner, as jury and as a guest. No judge runs here: lab/judge.py writes what one would."""

import re
import secrets

import pytest

from lab.client import Browser, check_markup
from lab.judge import Judge
from lab.package import packed

SECRET_TEXT = "only the jury may read this"


@pytest.fixture(scope="module")
def judge(seeded):
    made = Judge(seeded, seeded.execute)
    made.languages()
    made.runner()
    made.who = made.people(ann="member", bob="member", cleo="creator", judy="jury")
    made.open = made.problem("two-sum", "Two sum <&>")
    made.hidden = made.problem("not-yet", "Not yet", owner=made.who["cleo"], visibility=0)
    made.shown = made.problem("shown", "Shown", show_difference=True)
    return made


@pytest.fixture(scope="module")
def cookies(judge):
    return judge.sign_in(judge.who)


@pytest.fixture()
def as_(seeded, cookies):
    seeded.execute("DELETE FROM rate_window")

    def browser(name):
        made = Browser(seeded.socket)
        made.cookies = dict(cookies[name])
        return made
    return browser


def multipart(fields):
    boundary = "b" + secrets.token_hex(8)
    body = b""
    for name, value in fields.items():
        file = f'; filename="{value[0]}"' if isinstance(value, tuple) else ""
        value = value[1] if isinstance(value, tuple) else value
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode()
        body += (value if isinstance(value, bytes) else value.encode()) + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), {"Content-Type": f"multipart/form-data; boundary={boundary}"}


def send(browser, slug="two-sum", **fields):
    body, headers = multipart({"csrf": browser.token(), **fields})
    return browser.ask(f"/problem/{slug}/submit", "POST", body, headers)


def source_of(browser, reply):
    page = browser.ask(reply.header("Location")).text
    return re.search(r'data-copy="([^"]*)"', page).group(1)


@pytest.mark.parametrize("code_kib, source, time_ms, time", [
    (128, "less than 100 KB", 1250, "1.25 s"), (100, "less than 100 KB", 2000, "2 s"), (8, "up to 8 KB", 12345, "12.345 s")])
def test_limits_are_told_as_they_are(seeded, as_, code_kib, source, time_ms, time):
    """On the problem's page and where it is sent in, whatever the problem would allow beyond what is taken at all."""
    change = "UPDATE problem_version v SET code_kib = %s, time_ms = %s FROM problem p WHERE p.version_id = v.id AND p.slug = 'two-sum'"
    seeded.execute(change, code_kib, time_ms)
    seeded.execute("DELETE FROM cache")
    ann = as_("ann")
    assert f"<dd>{source}</dd>" in ann.ask("/problem/two-sum").text and f"<dd>{time} a test</dd>" in ann.ask("/problem/two-sum").text
    said = ann.ask("/problem/two-sum/submit").text
    assert f"{time} of processor time a test, " in said and f", {source} of source." in said
    seeded.execute(change, 128, 1000)
    seeded.execute("DELETE FROM cache")


# ---- sending in --------------------------------------------------------------------------------------------------------


def test_the_form(as_, judge):
    page = as_("ann").ask("/problem/two-sum/submit")
    assert page.status == 200
    check_markup(page.text)
    assert "Two sum &lt;&amp;&gt;" in page.text and "Two sum <&>" not in page.text
    assert re.findall(r'<option value="([^"]*)"', page.text) == ["cpp17", "python3"], "what no judge has is not offered"
    assert "&quot;line&quot;:[&quot;//&quot;]" in page.text, "how it is written"
    assert "1 s of processor time" in page.text and "less than 100 KB" in page.text


def test_the_language_is_remembered(as_, judge, seeded):
    judge.submission(judge.who["bob"], judge.open, language="python3", verdict="AC")
    assert re.search(r'value="python3" selected', as_("bob").ask("/problem/two-sum/submit").text)
    assert re.search(r'value="cpp17" selected', as_("bob").ask("/problem/two-sum/submit?language=cpp17").text)


def test_sent_from_the_field(as_, seeded):
    ann = as_("ann")
    reply = send(ann, language="python3", source="a = 1\r\nprint('<b>')\r\n", file=("", b""))
    assert reply.status == 303
    assert re.fullmatch(r"/submission/[a-z0-9]{16}", reply.header("Location"))
    assert source_of(ann, reply) == "a = 1\nprint(&#39;&lt;b&gt;&#39;)\n"
    page = ann.ask(reply.header("Location")).text
    assert "Waiting for a judge" in page and 'http-equiv="refresh"' in page
    assert '<span class="c-s">' in page and '<span class="c-n">1</span>' in page
    job, = seeded.execute("SELECT kind FROM job ORDER BY id DESC LIMIT 1")[0]
    assert job == "judge.build"


def test_sent_as_a_file(as_):
    ann = as_("ann")
    reply = send(ann, language="cpp17", source="what stands in the field", file=("C:\\work\\sum.cpp", b"int main() {}\n"))
    assert reply.status == 303
    assert source_of(ann, reply) == "int main() {}\n"
    assert "<code>sum.cpp</code>" in ann.ask(reply.header("Location")).text


def test_where_answers_are_handed_in(as_, judge):
    """The form asks for one answer, or a zip of many; nothing in it is about languages."""
    judge.problem("one-answer", "One answer", tests=2, submits_answers=True)
    judge.problem("answers", "Answers", tests=30, submits_answers=True)
    ann = as_("ann")
    page = ann.ask("/problem/one-answer/submit")
    check_markup(page.text)
    assert "the answer to the one test" in page.text and "<textarea" in page.text and "<select" not in page.text
    assert "of processor time" not in page.text and 'value="answer"' in page.text
    page = ann.ask("/problem/answers/submit")
    check_markup(page.text)
    assert "each of the 29 tests: 01.ans, 02.ans, " in page.text and "and 9 more" in page.text and "<textarea" not in page.text
    assert "the answers to its tests, no program" in ann.ask("/problem/answers").text
    assert ann.ask("/api/v1/problems/answers").json()["submits_answers"] is True
    reply = send(ann, slug="one-answer", language="answer", source="4\r\n2\r\n", file=("", b""))
    assert reply.status == 303 and source_of(ann, reply) == "4\n2\n"
    page = ann.ask(reply.header("Location")).text
    assert "What was handed in" in page and "<dd>Answers</dd>" in page and "<code>answer.txt</code>" in page
    reply = send(ann, slug="one-answer", language="answer", source="text", file=("C:\\x.bin", b"\xff\0\1"))
    page = ann.ask(reply.header("Location"))
    check_markup(page.text)
    assert "It is no text." in page.text and "data-copy" not in page.text
    data = ann.ask(reply.header("Location") + "/source")
    assert data.body == b"\xff\0\1" and data.header("Content-Type") == "application/octet-stream"
    zipped = packed({"01.ans": "1\n", "data/secret/02.out": "2\n", "mine/notes.txt": "-"})
    reply = send(ann, slug="answers", language="answer", file=("all.zip", zipped))
    assert reply.status == 303
    page = ann.ask(reply.header("Location"))
    check_markup(page.text)
    assert "A zip with the answers." in page.text and ">Download<" in page.text
    data = ann.ask(reply.header("Location") + "/source")
    assert data.body == zipped and data.header("Content-Type") == "application/zip"
    one = judge.execute("SELECT id FROM problem WHERE slug = 'one-answer'")[0][0]
    public = judge.submission(judge.who["ann"], one, source=b"41\n", language="answer", verdict="WA", tests=[("AC", None), ("WA", None)])
    page = ann.ask(f"/submission/{public}").text
    assert "Wrong answer on test 2" in page and "An answer is wrong, or is missing." in page and "0.12 s</td>" not in page


@pytest.mark.parametrize("slug, fields, text", [
    ("one-answer", {"language": "python3", "source": "print(42)"}, "Answers are handed in for this problem"),
    ("one-answer", {"language": "answer", "source": ""}, "There is no answer in it."),
    ("answers", {"language": "answer", "file": ("a.txt", b"1")}, "This answers none of the 29 tests"),
    ("answers", {"language": "answer", "file": ("a.zip", packed({"x.ans": "1"}))}, "the first called 01.ans"),
    ("answers", {"language": "answer", "file": ("a.zip", b"PK\3\4")}, "The zip cannot be taken"),
    ("two-sum", {"language": "answer", "source": "3"}, "There is no such language."),
])
def test_answers_that_are_refused(as_, seeded, slug, fields, text):
    before = seeded.execute("SELECT count(*) FROM submission")
    reply = send(as_("ann"), slug=slug, **fields)
    assert reply.status == 422 and text in reply.text, reply.text
    check_markup(reply.text)
    assert seeded.execute("SELECT count(*) FROM submission") == before


@pytest.mark.parametrize("fields, status, text", [
    ({"language": "python3", "source": ""}, 422, "There is no source in it."),
    ({"language": "python3", "source": "x" * 102400}, 422, "102399 are allowed"),
    ({"language": "python3", "file": ("a.py", b"\xff\xfe")}, 422, "not text in UTF-8"),
    ({"language": "python3", "file": ("a b.py", b"1")}, 422, "letters, digits"),
    ({"language": "java", "source": "class A {}"}, 422, "No judge has this language"),
    ({"language": "cobol", "source": "x"}, 422, "There is no such language."),
    ({"source": "x"}, 422, "There is no such language."),
])
def test_refused(as_, seeded, fields, status, text):
    seeded.execute("DELETE FROM job")
    before = seeded.execute("SELECT count(*) FROM submission")
    reply = send(as_("ann"), **fields)
    assert reply.status == status and text in reply.text, reply.text
    assert "aria-invalid" in reply.text or 'role="alert"' in reply.text
    check_markup(reply.text)
    if isinstance(fields.get("source"), str) and len(fields["source"]) < 100:
        assert fields["source"] in reply.text, "what was written is not lost"
    assert seeded.execute("SELECT count(*) FROM submission") == before
    assert seeded.execute("SELECT count(*) FROM job") == [(0,)]


def test_too_often(as_, judge, seeded):
    for _ in range(10):
        judge.submission(judge.who["bob"], judge.open, verdict="AC")
    reply = send(as_("bob"), language="python3", source="print(7)")
    assert reply.status == 429 and "at most 10 submissions a minute" in reply.text.lower()
    assert 0 < int(reply.header("Retry-After")) <= 60 and "print(7)" in reply.text
    seeded.execute("UPDATE submission SET made_at = made_at - interval '2 hours'")


def test_where_nothing_can_be_sent_in(as_, judge, seeded):
    assert as_("ann").ask("/problem/no-such/submit").status == 404
    assert as_("ann").ask("/problem/not-yet/submit").status == 404, "nobody learns that there is one"
    assert as_("cleo").ask("/problem/not-yet/submit").status == 200
    assert send(as_("ann"), slug="not-yet", language="python3", source="1").status == 404
    seeded.execute("UPDATE judge_language SET is_there = false")
    page = as_("ann").ask("/problem/two-sum/submit")
    assert page.status == 200 and "No judge is at work just now" in page.text and "disabled" in page.text
    seeded.execute("UPDATE judge_language SET is_there = language <> 'java'")
    seeded.execute("UPDATE problem_version SET time_is_suggested = true WHERE problem_id = %s", judge.shown)
    assert "still finding out" in as_("ann").ask("/problem/shown/submit").text
    assert send(as_("ann"), slug="shown", language="python3", source="1").status == 409
    seeded.execute("UPDATE problem_version SET time_is_suggested = false WHERE problem_id = %s", judge.shown)


def test_the_scan_flags_for_the_jury_and_changes_nothing(as_):
    ann = as_("ann")
    reply = send(ann, language="python3", source="import os\nos.system('ls')\n")
    assert reply.status == 303
    mine, theirs = (as_(name).ask(reply.header("Location")).text for name in ("ann", "judy"))
    assert "process-python" in theirs and "starts other programs" in theirs and "line 2" in theirs
    assert "is-marked" in theirs
    assert "process-python" not in mine and "starts other programs" not in mine and "is-marked" not in mine
    assert reply.header("Location") in as_("judy").ask("/jury/submissions?flagged=1").text


# ---- one submission ----------------------------------------------------------------------------------------------------


TESTS = [("AC", {"output": "3\n"}),
         ("WA", {"difference": SECRET_TEXT, "team": "look at test 2", "judge": SECRET_TEXT, "exit": "status 42"})]


def test_who_sees_what(as_, judge, guest):
    public = judge.submission(judge.who["ann"], judge.open, source=b"ann_was_here = 1\n", verdict="WA", tests=TESTS)
    mine = as_("ann").ask(f"/submission/{public}")
    assert mine.status == 200
    check_markup(mine.text)
    for text in ("Wrong answer on test 2", "ann_was_here", "look at test 2", "0.12 s", "4.5 MiB", "a status other than 0"):
        assert text in mine.text, text
    for text in (SECRET_TEXT, "status 42", "secret/01", "judge-1"):
        assert text not in mine.text, text
    theirs = as_("judy").ask(f"/submission/{public}")
    check_markup(theirs.text)
    for text in (SECRET_TEXT, "status 42", "secret/01", "judge-1", "/jury/rejudges/new?submission=" + public):
        assert text in theirs.text, text
    for name in ("bob", "cleo"):
        for path in ("", "/live"):
            assert as_(name).ask(f"/submission/{public}{path}").status == 404
    assert guest.ask(f"/submission/{public}").status == 303


def test_the_owner_of_a_problem_sees_all(as_, judge):
    public = judge.submission(judge.who["judy"], judge.hidden, verdict="WA", tests=TESTS)
    assert SECRET_TEXT in as_("cleo").ask(f"/submission/{public}").text


def test_the_first_difference_where_the_jury_allows_it(as_, judge):
    public = judge.submission(judge.who["ann"], judge.shown, verdict="WA", tests=[TESTS[0], ("WA", {
        "difference": "line 3: expected 7, found 8", "judge": SECRET_TEXT})])
    page = as_("ann").ask(f"/submission/{public}").text
    assert "line 3: expected 7, found 8" in page and SECRET_TEXT not in page


def test_a_static_validation_is_called_so(as_, judge, seeded):
    looked = judge.problem("looked-at", "Looked at")
    seeded.execute("UPDATE testcase SET path = 'secret/(static)' FROM problem_version v WHERE v.id = version_id"
                   " AND v.problem_id = %s AND ordinal = 1", looked)
    public = judge.submission(judge.who["ann"], looked, verdict="WA", tests=[
        ("AC", None), ("WA", {"team": "no loops, please", "judge": SECRET_TEXT})])
    page = as_("ann").ask(f"/submission/{public}")
    check_markup(page.text)
    for text in ("Wrong answer in the static validation", "The source itself was looked at", "no loops, please",
                 '<th scope="row">Static validation</th>', '<span class="hidden-text">Static validation </span>',
                 ">Test </span>3"):
        assert text in page.text, text
    assert "output is wrong" not in page.text and SECRET_TEXT not in page.text
    assert SECRET_TEXT in as_("judy").ask(f"/submission/{public}").text
    data = as_("ann").ask(f"/api/v1/submissions/{public}/result").json()["tests"]
    assert [t["static_validation"] for t in data] == [False, True, False]
    assert data[1]["message"] == "no loops, please" and data[1]["cpu_ms"] is None and data[1]["path"] is None
    listed = as_("judy").ask("/problem/looked-at/tests")
    check_markup(listed.text)
    assert "reads the source" in listed.text
    assert as_("judy").ask("/problem/looked-at/test?path=secret/(static)").status == 404


@pytest.mark.parametrize("verdict, tests, text", [
    ("AC", [("AC", None)] * 3, "Accepted"), ("CE", [], "could not be compiled"),
    ("TLE", [("TLE", None)], "Time limit exceeded on test 1, a sample"), ("MLE", [("AC", None), ("MLE", None)], "on test 2"),
    ("OLE", [("OLE", None)], "Output limit exceeded"), ("RE", [("RE", {"exit": "signal 11"})], "signal 11"),
    ("JE", [("JE", None)], "not your fault")])
def test_every_verdict_is_explained(as_, judge, verdict, tests, text):
    public = judge.submission(judge.who["ann"], judge.open, verdict=verdict, tests=tests,
                              build_text="main.py:1: no" if verdict == "CE" else "")
    page = as_("ann").ask(f"/submission/{public}").text
    assert text in page and f">{verdict}<" in page
    assert ("main.py:1: no" in page) == (verdict == "CE")
    assert 'http-equiv="refresh"' not in page


def test_the_live_part(as_, judge, seeded):
    public = judge.submission(judge.who["ann"], judge.open, state=2, tests=[("AC", None)])
    ann = as_("ann")
    live = ann.ask(f"/submission/{public}/live")
    assert live.status == 200 and "<html" not in live.text and "Running test 2 of 3" in live.text
    assert f'data-poll="/submission/{public}/live"' in live.text and 'data-poll-ms="150"' in live.text
    tag = live.header("ETag")
    again = ann.ask(f"/submission/{public}/live", headers={"If-None-Match": tag})
    assert again.status == 304 and again.body == b""
    seeded.execute("UPDATE judging_run r SET verdict = 2, ended_at = now() FROM judging j JOIN submission s ON s.id ="
                   " j.submission_id WHERE r.judging_id = j.id AND s.public_id = %s AND r.ordinal = 1", public)
    changed = ann.ask(f"/submission/{public}/live", headers={"If-None-Match": tag})
    assert changed.status == 200 and changed.header("ETag") != tag
    seeded.execute("UPDATE judging j SET state = 3, verdict = 2, ended_at = now(), first_bad = 1 FROM submission s"
                   " WHERE s.id = j.submission_id AND s.public_id = %s", public)
    over = ann.ask(f"/submission/{public}/live").text
    assert "Wrong answer on test 2" in over and "data-poll" not in over


def test_why_it_waits(as_, judge, seeded):
    judge.submission(judge.who["bob"], judge.open, state=0)
    public = judge.submission(judge.who["ann"], judge.open, state=0)
    page = as_("ann").ask(f"/submission/{public}").text
    assert "Waiting for a judge" in page and "before it" in page
    begun = judge.submission(judge.who["ann"], judge.open, state=2, tests=[("AC", None)])
    seeded.execute("UPDATE job_runner SET beat_at = now() - interval '1 minute'")
    for waiting in public, begun:
        page = as_("ann").ask(f"/submission/{waiting}").text
        assert "Waiting for a judge" in page and "no judge is at work" in page
    seeded.execute("UPDATE job_runner SET beat_at = 'infinity'")


def test_the_source_as_a_file(as_, judge):
    public = judge.submission(judge.who["ann"], judge.open, source="print('ü <b>')\n".encode(), verdict="AC")
    for name in ("ann", "judy"):
        reply = as_(name).ask(f"/submission/{public}/source")
        assert reply.status == 200 and reply.body == "print('ü <b>')\n".encode()
        assert reply.header("Content-Type") == "text/plain; charset=utf-8"
        assert reply.header("Content-Disposition") == 'attachment; filename="main.py"'
    for name in ("bob", "cleo"):
        assert as_(name).ask(f"/submission/{public}/source").status == 404
    assert f'href="/submission/{public}/source"' in as_("ann").ask(f"/submission/{public}").text


def test_hide(as_, judge, seeded):
    public = judge.submission(judge.who["ann"], judge.open, verdict="AC", tests=[("AC", None)] * 3)
    path = f"/submission/{public}/hide"
    for name in ("bob", "cleo", "judy"):
        browser = as_(name)
        assert browser.ask(path, "POST", {"csrf": browser.token()}).status in (403, 404)
    ann = as_("ann")
    assert ann.ask(path, "POST", {}).status == 403
    assert public in ann.ask("/submissions").text
    assert ann.ask(path, "POST", {"csrf": ann.token()}).status == 303
    assert public not in ann.ask("/submissions").text
    assert public in as_("judy").ask("/jury/submissions").text
    busy = judge.submission(judge.who["ann"], judge.open, state=2)
    assert ann.ask(f"/submission/{busy}/hide", "POST", {"csrf": ann.token()}).status == 409


# ---- lists -------------------------------------------------------------------------------------------------------------


def listed(page):
    return re.findall(r'sub-link" href="/submission/([a-z0-9]{16})"', page.text)


def test_my_own_and_nobody_elses(as_, judge):
    mine = judge.submission(judge.who["cleo"], judge.open, verdict="AC")
    theirs = judge.submission(judge.who["bob"], judge.open, verdict="WA")
    page = as_("cleo").ask("/submissions")
    check_markup(page.text)
    assert mine in listed(page) and theirs not in listed(page)
    assert theirs not in listed(as_("cleo").ask("/submissions?user=bob@example.org&jury=1&flagged="))


def test_filters(as_, judge):
    user = judge.who["cleo"]
    a = judge.submission(user, judge.open, verdict="TLE")
    b = judge.submission(user, judge.shown, verdict="RE", language="cpp17")
    cleo = as_("cleo")
    assert listed(cleo.ask("/submissions?verdict=TLE")) == [a]
    assert listed(cleo.ask("/submissions?problem=shown&language=cpp17")) == [b]
    assert listed(cleo.ask("/submissions?problem=no-such")) == []
    assert "Nothing fits" in cleo.ask("/submissions?problem=no-such").text
    page = as_("judy").ask("/jury/submissions?user=cleo@example.org&verdict=re")
    check_markup(page.text)
    assert listed(page) == [b] and 'value="cleo@example.org"' in page.text
    assert "/jury/rejudges/new?verdict=RE&amp;user=cleo%40example.org" in page.text
    assert "Nobody has that email address" in as_("judy").ask("/jury/submissions?user=x@example.org").text
    judge.submission(user, judge.open, state=2)
    assert len(listed(as_("judy").ask("/jury/submissions?state=running&user=cleo@example.org"))) == 1


def test_pages(as_, judge, seeded):
    made = [judge.submission(judge.who["judy"], judge.open, verdict="AC") for _ in range(55)]
    judy = as_("judy")
    first = judy.ask("/submissions")
    assert listed(first) == made[:4:-1]
    older = re.search(r'href="([^"]*before=[^"]*)"[^>]*>Older', first.text).group(1).replace("&amp;", "&")
    second = judy.ask(older)
    assert listed(second)[:5] == made[4::-1] and "Newest" in second.text


def test_only_jury_sees_all(as_, guest):
    assert guest.ask("/jury/submissions").status == 303
    for name in ("ann", "cleo"):
        assert as_(name).ask("/jury/submissions").status == 403
    assert as_("judy").ask("/jury/submissions").status == 200


def test_navigation_by_role(as_, guest):
    pages = {name: as_(name).ask("/submissions").text for name in ("ann", "cleo", "judy")}
    assert all('href="/submissions" aria-current="page"' in p and 'href="/problems"' in p for p in pages.values())
    assert ["/problems/import" in p for p in pages.values()] == [False, True, True]
    assert ["/jury/submissions" in p for p in pages.values()] == [False, False, True]
    assert 'href="/problems"' in guest.ask("/").text
