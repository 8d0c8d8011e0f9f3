"""Submissions in the JSON API, up to the point where a judge would take them: checks, limits, rights, what waits and why."""

import os
import pathlib
import tempfile

import pytest

from lab.judging import CPP, SUM, Site
from lab.people import browser_of
from lab.program import Program, error_of

SEND = "/api/v1/submissions"


@pytest.fixture(scope="module")
def site(postgres, lab_folder):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="", dir=lab_folder))
    os.chmod(folder, 0o711)
    made = Site(folder, postgres)
    made.podium.start_web()
    for language, there in ("cpp20", True), ("cobol", False):
        made.sql("INSERT INTO judge_language (host, language, is_there, name, extension) VALUES ('here', %s, %s, %s, 'x')",
                 language, there, language)
    made.problem("sum", SUM)
    made.problem("secret-sum", SUM)
    made.sql("UPDATE problem SET visibility = 0 WHERE slug = 'secret-sum'")
    made.member("ann")
    made.member("bob")
    made.member("joe", "jury")
    yield made
    made.stop()


@pytest.fixture(autouse=True)
def fresh(site):
    site.sql("DELETE FROM submission")
    site.sql("DELETE FROM job")
    site.sql("DELETE FROM rate_window")
    site.sql("DELETE FROM cache")


def body(**changes):
    return {"problem": "sum", "language": "cpp20", "source": CPP, **changes}


def test_sent_in(site):
    reply = site.member("ann").ask(SEND, "POST", body())
    assert reply.status == 201, reply.text
    line = reply.json()
    assert (line["problem"], line["language"], line["state"], line["verdict"]) == ("sum", "cpp20", "waiting", None)
    assert line["size"] == len(CPP) and len(line["id"]) == 16
    ((kind, priority, queue),) = site.sql("SELECT kind, priority, q.name FROM job j JOIN job_queue q ON q.id = j.queue")
    assert (kind, priority, queue) == ("judge.build", 10, "judge")
    ((sealed,),) = site.sql("SELECT sealed FROM submission")
    assert b"bits/stdc++" not in bytes(sealed)
    events = site.sql("SELECT scope, kind, payload->>'state' FROM event ORDER BY id")
    assert ("submission:" + line["id"], "submission.state", "waiting") in events
    one = site.member("ann").ask(f"/api/v1/submissions/{line['id']}").json()
    assert one["source"] == CPP and one["file_name"] == "main.x"
    assert one["result"]["waiting_for"] == "no judge is at work just now; it goes on by itself"


@pytest.mark.parametrize("changes, status, field", [
    ({"source": ""}, 422, "source"),
    ({"source": "x" * 102400}, 422, "source"),
    ({"source": "a\0b"}, 422, "source"),
    ({"language": "whitespace"}, 422, "language"),
    ({"language": "cobol"}, 422, "language"),
    ({"file_name": "../x"}, 422, "file_name"),
    ({"problem": "none"}, 404, None),
    ({"problem": "secret-sum"}, 404, None),
    ({"problem": 7}, 422, "problem"),
    ({"contest": 1}, 422, "contest"),
])
def test_refused(site, changes, status, field):
    reply = site.member("ann").ask(SEND, "POST", body(**changes))
    assert error_of(reply)[::2] == (status, field), reply.text
    assert site.sql("SELECT count(*) FROM submission") == [(0,)]


def test_the_largest_that_passes(site):
    assert site.member("ann").ask(SEND, "POST", body(source="x" * 102399)).status == 201


def test_a_problem_may_bound_source_and_languages(site):
    site.sql("UPDATE problem_version SET code_kib = 1 FROM problem p WHERE p.version_id = problem_version.id AND p.slug = 'sum'")
    assert error_of(site.member("ann").ask(SEND, "POST", body(source="x" * 1025)))[2] == "source"
    site.sql("UPDATE problem_version SET code_kib = 128, languages = ARRAY['java']")
    assert error_of(site.member("ann").ask(SEND, "POST", body()))[2] == "language"
    site.sql("UPDATE problem_version SET languages = NULL")


def test_guests_and_tokens(site):
    guest = Program(site.podium.socket)
    for uri, method in ((SEND, "POST"), (f"/api/v1/submissions/x", "GET"), (f"/api/v1/submissions/x/result", "GET"), (f"/api/v1/submissions/user/me", "GET"),
                        (f"/api/v1/submissions/problem/sum", "GET"), (f"/api/v1/submissions/x", "DELETE")):
        assert guest.ask(uri, method, {} if method == "POST" else None).status == 401


def test_ten_a_minute(site):
    ann = site.member("ann")
    for _ in range(10):
        assert ann.ask(SEND, "POST", body()).status == 201
    reply = ann.ask(SEND, "POST", body())
    assert reply.status == 429 and 0 < int(reply.header("Retry-After")) <= 60
    assert site.member("bob").ask(SEND, "POST", body()).status == 201
    site.sql("UPDATE submission SET made_at = made_at - interval '61 s'")
    assert ann.ask(SEND, "POST", body()).status == 201


def test_a_hundred_a_day(site):
    ann = site.member("ann")
    assert ann.ask(SEND, "POST", body()).status == 201
    site.sql("INSERT INTO submission (public_id, user_id, problem_id, language, file_name, size, mac, sealed, made_at)"
             " SELECT lpad(n::text, 16, 'a'), user_id, problem_id, language, file_name, size, mac, sealed, now() - interval '2 h'"
             " FROM submission, generate_series(1, 99) n")
    reply = ann.ask(SEND, "POST", body())
    assert reply.status == 429 and 70000 < int(reply.header("Retry-After")) <= 86400


def ended(site, verdict=1):
    site.sql("UPDATE judging SET state = 3, verdict = %s, ended_at = now(), cpu_ms = 12, memory_kib = 900", verdict)
    site.sql("UPDATE submission SET made_at = made_at - interval '2 min'")


def test_who_sees_what(site):
    mine = site.member("ann").ask(SEND, "POST", body()).json()["id"]
    for uri in f"/api/v1/submissions/{mine}", f"/api/v1/submissions/{mine}/result":
        assert site.member("bob").ask(uri).status == 404
        assert site.member("ann").ask(uri).status == 200
        assert site.member("joe").ask(uri).status == 200
    assert site.member("ann").ask(f"/api/v1/submissions/{mine}/result").json()["box"] is None
    assert site.member("joe").ask(f"/api/v1/submissions/{mine}/result").json()["box"] == ""
    assert site.member("bob").ask(f"/api/v1/submissions/{mine}", "DELETE").status == 404


def test_lists_and_their_pages(site):
    ids = []
    for _ in range(5):
        ids.insert(0, site.member("ann").ask(SEND, "POST", body()).json()["id"])
    other = site.member("bob").ask(SEND, "POST", body()).json()["id"]

    def listed(who, uri):
        reply = site.member(who).ask(uri)
        assert reply.status == 200, reply.text
        return [s["id"] for s in reply.json()["submissions"]], reply.json()["next"]
    assert listed("ann", f"/api/v1/submissions/user/me") == (ids, None)
    assert listed("ann", f"/api/v1/submissions/problem/sum") == (ids, None)
    assert listed("joe", f"/api/v1/submissions/problem/sum") == ([other] + ids, None)
    first, then = listed("ann", f"/api/v1/submissions/user/me?limit=3")
    assert first == ids[:3] and then == ids[2]
    assert listed("ann", f"/api/v1/submissions/user/me?limit=3&before={then}") == (ids[3:], None)
    ((ann,),) = site.sql("SELECT id FROM app_user WHERE email = 'ann@example.org'")
    assert listed("bob", f"/api/v1/submissions/user/{ann}") == ([], None)
    assert listed("joe", f"/api/v1/submissions/user/{ann}")[0] == ids
    assert error_of(site.member("ann").ask(f"/api/v1/submissions/user/me?limit=0"))[2] == "limit"
    assert error_of(site.member("ann").ask(f"/api/v1/submissions/user/me?verdict=XX"))[2] == "verdict"
    assert error_of(site.member("ann").ask("/api/v1/submissions/user/me?before=no-such"))[2] == "before"
    assert listed("ann", f"/api/v1/submissions/user/me?before={ids[4]}") == ([], None)
    ended(site, 2)
    assert listed("ann", f"/api/v1/submissions/user/me?verdict=WA")[0] == ids and listed("ann", f"/api/v1/submissions/user/me?verdict=AC")[0] == []


def test_taken_back(site):
    mine = site.member("ann").ask(SEND, "POST", body()).json()["id"]
    assert site.member("ann").ask(f"/api/v1/submissions/{mine}", "DELETE").status == 409
    ended(site)
    assert site.member("ann").ask(f"/api/v1/submissions/{mine}", "DELETE").status == 204
    assert site.member("ann").ask(f"/api/v1/submissions/{mine}").status == 404
    assert site.member("ann").ask(f"/api/v1/submissions/user/me").json()["submissions"] == []
    assert site.member("joe").ask(f"/api/v1/submissions/{mine}").status == 200


def test_the_result_is_cached_once_it_is_final(site):
    mine = site.member("ann").ask(SEND, "POST", body()).json()["id"]
    assert site.member("ann").ask(f"/api/v1/submissions/{mine}/result").json()["verdict"] is None
    ended(site)
    assert site.member("ann").ask(f"/api/v1/submissions/{mine}/result").json()["verdict"] == "AC"
    site.sql("UPDATE judging SET verdict = 2")
    assert site.member("ann").ask(f"/api/v1/submissions/{mine}/result").json()["verdict"] == "AC"
    assert site.member("bob").ask(f"/api/v1/submissions/{mine}/result").status == 404
    assert site.member("joe").ask(f"/api/v1/submissions/{mine}/result").json()["verdict"] == "WA"


def test_what_is_hidden_on_its_page_is_not_found_by_programs(site):
    mine = site.member("ann").ask(SEND, "POST", body()).json()["id"]
    ended(site)
    assert site.member("ann").ask(f"/api/v1/submissions/{mine}/result").status == 200
    ann = browser_of(site.podium, "ann")
    assert ann.ask(f"/submission/{mine}/hide", "POST", {"csrf": ann.token()}).status == 303
    assert site.member("ann").ask(f"/api/v1/submissions/{mine}/result").status == 404


def test_why_what_was_begun_does_not_go_on(site):
    mine = site.member("ann").ask(SEND, "POST", body()).json()["id"]

    def waits():
        result = site.member("ann").ask(f"/api/v1/submissions/{mine}/result").json()
        return result["waiting_for"]
    for state in 1, 2:
        site.sql("UPDATE judging SET state = %s", state)
        assert "no judge is at work" in waits(), "whoever had begun is gone"
        site.sql("INSERT INTO job_runner (host, pid, workers) VALUES ('here', 1, 2)")
        assert waits() is None
        site.sql("UPDATE job_queue SET paused_until = 'infinity' WHERE name = 'judge'")
        assert waits() == "judging is paused"
        site.sql("UPDATE job SET runner = 1, worker = 1")
        assert waits() is None, "what runs goes on"
        site.sql("UPDATE job SET runner = NULL, worker = NULL")
        site.sql("UPDATE job_queue SET paused_until = NULL")
        site.sql("DELETE FROM job_runner")


def test_why_it_waits(site):
    mine = site.member("ann").ask(SEND, "POST", body()).json()["id"]
    site.member("bob").ask(SEND, "POST", body())

    def waits(submission=mine, who="ann"):
        result = site.member(who).ask(f"/api/v1/submissions/{submission}/result").json()
        return result["waiting_for"], result["ahead"]
    assert "no judge is at work" in waits()[0]
    site.sql("INSERT INTO job_runner (host, pid, workers) VALUES ('here', 1, 2)")
    assert waits() == ("it is next", 0)
    theirs = site.member("bob").ask(f"/api/v1/submissions/user/me").json()["submissions"][0]["id"]
    assert waits(theirs, "bob") == ("1 submission is before it", 1)
    site.sql("UPDATE judge_language SET is_there = false WHERE language = 'cpp20'")
    assert "has this language" in waits()[0]
    site.sql("UPDATE judge_language SET is_there = true WHERE language = 'cpp20'")
    site.sql("UPDATE job_queue SET paused_until = 'infinity' WHERE name = 'judge'")
    assert waits()[0] == "judging is paused"
    site.sql("UPDATE job_queue SET paused_until = NULL")
    site.sql("UPDATE judging SET fault = 'the box went away'")
    assert "not by your fault" in waits()[0]
    site.sql("DELETE FROM job_runner")
