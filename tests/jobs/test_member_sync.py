"""Members followed on Codeforces: what a fetch keeps (member.sync, member.contest), what a failed one leaves alone, sweeps
over all."""

import contextlib
import os
import random
import re
import signal
import time

import pytest

from lab.process import wait_until

from tracking import tracking

DAY = 86400


@pytest.fixture(scope="module")
def made(lab_folder, postgres):
    with tracking(lab_folder, postgres) as site:
        yield site


@pytest.fixture()
def site(made):
    for table in ("member", "member_sweep", "cf_contest", "job", "job_later", "job_unique", "cache_lock"):
        made.sql(f"DELETE FROM {table}")
    made.sql("DELETE FROM bucket")
    made.sql("DELETE FROM cache")
    made.outside.ask("DELETE", "/codeforces/_state")
    made.outside.ask("DELETE", "/codeforces/_counts")
    yield made
    made.outside.calm()


def test_everything_at_first_and_only_the_new_later(site):
    now = int(time.time())
    site.order("person", handle="Ada", rating=None)
    site.order("change", handle="ada", contest=2100, rating=1450, rank=300, at=now - 9 * DAY)
    site.order("change", handle="ada", contest=2101, rating=1380, rank=900, at=now - 5 * DAY)
    for i in range(5):
        site.order("submit", handle="ada", contest=2100, index="ABCDE"[i], rating=800 + 100 * i,
                   tags=["math", "greedy"], verdict="OK" if i % 2 == 0 else "WRONG_ANSWER", at=now - 3 * DAY + i)
    site.order("submit", handle="ada", set="acmsguru", index="100", verdict="OK", at=now - 2 * DAY)
    member = site.member("ADA")
    site.sync(member)
    row = site.row(member)
    assert row["handle"] == "Ada" and (row["rating"], row["max_rating"], row["rank"]) == (1380, 1450, "pupil")
    assert row["n_solved"] == 4 and row["active"] == now - 2 * DAY and row["trouble"] == ""
    assert site.sql("SELECT contest_id, rank, old_rating, new_rating FROM rating_change ORDER BY at") == [
        (2100, 300, 0, 1450), (2101, 900, 1450, 1380)]
    assert site.sql("SELECT problem, rating, tags FROM cf_submission ORDER BY at LIMIT 1") == [("2100/A", 800, "math,greedy")]
    assert ("acmsguru/100",) in site.sql("SELECT problem FROM cf_submission")
    assert site.counts() == {"user.info": 1, "user.rating": 1, "user.status": 1}
    site.outside.ask("DELETE", "/codeforces/_counts")
    site.order("submit", handle="ada", contest=2102, index="A", at=now - 60)
    site.sync(member)
    assert site.row(member)["n_solved"] == 5 and site.row(member)["active"] == now - 60
    assert site.counts() == {"user.info": 1, "user.rating": 1, "user.status": 1}
    log = [q["query"] for q in site.outside.ask("GET", "/_log") if q["path"] == "/api/user.status"]
    assert [q["count"] for q in log[-2:]] == ["1000", "100"]


def test_a_verdict_that_is_still_out_is_asked_for_again(site):
    site.order("person", handle="bob", rating=1200)
    early = site.order("submit", handle="bob", contest=1, index="A", verdict=None)["id"]
    site.order("submit", handle="bob", contest=1, index="B")
    member = site.member("bob")
    site.sync(member)
    assert site.row(member)["n_solved"] == 1 and site.row(member)["newest_id"] == early - 1
    site.order("verdict", id=early, verdict="OK")
    site.sync(member)
    assert site.row(member)["n_solved"] == 2 and site.row(member)["newest_id"] == early + 1


def test_a_verdict_that_changes_after_all_is_followed(site):
    """System tests and hacks take back what passed before, and nothing new needs to come for it to be seen."""
    site.order("person", handle="hal", rating=1200)
    now = int(time.time())
    old = site.order("submit", handle="hal", contest=1, index="A", at=now - 9 * 86400)["id"]
    young = site.order("submit", handle="hal", contest=1, index="B", at=now - 3600)["id"]
    member = site.member("hal")
    site.sync(member)
    assert site.row(member)["n_solved"] == 2 and site.row(member)["active"] == now - 3600
    for sent in (old, young):
        site.order("verdict", id=sent, verdict="CHALLENGED")
    site.outside.ask("DELETE", "/codeforces/_counts")
    site.sync(member)
    row = site.row(member)
    assert row["n_solved"] == 1 and row["active"] == now - 9 * 86400 and row["newest_id"] == young
    assert site.counts() == {"user.info": 1, "user.rating": 1, "user.status": 1}, "with as many questions as ever"


def test_more_than_a_page_of_new_ones(site):
    site.order("person", handle="carl", rating=1200)
    site.order("submit", handle="carl", contest=1, index="A")
    member = site.member("carl")
    site.sync(member)
    for i in range(230):
        site.order("submit", handle="carl", contest=2 + i, index="A")
    site.sync(member)
    assert site.row(member)["n_solved"] == 231
    assert site.sql("SELECT count(*) FROM cf_submission WHERE member_id = %s", member) == [(231,)]


def test_everything_of_somebody_who_has_sent_in_much(site):
    """Page by page: all of it at once, by parties, would be more JSON than is taken."""
    site.order("person", handle="dan", rating=1200)
    for i in range(1050):
        site.order("submit", handle="dan", contest=i + 1, index="A", party=["dan", "eli", "fox"])
    member = site.member("dan")
    site.sync(member)
    assert site.row(member)["n_solved"] == 1050
    log = [q["query"] for q in site.outside.ask("GET", "/_log") if q["path"] == "/api/user.status"]
    assert [(q["from"], q["count"]) for q in log[-2:]] == [("1", "1000"), ("1001", "1000")]


def test_a_renamed_handle_is_followed(site):
    site.order("person", handle="dora", rating=1700)
    site.order("submit", handle="dora", contest=1, index="A")
    member = site.member("dora")
    site.sync(member)
    site.order("rename", **{"from": "dora", "to": "Dora_L"})
    site.order("submit", handle="Dora_L", contest=1, index="B")
    site.sql("INSERT INTO cache (key, value, expires_at) VALUES ('cf:submissions:dora_l', '{\"status\":\"OK\",\"result\":[]}',"
             " now() + interval '1 h')")
    site.sync(member)
    assert site.row(member)["handle"] == "Dora_L" and site.row(member)["n_solved"] == 2, "of the new name nothing old counts"


def test_a_new_name_that_another_member_has_is_told(site):
    site.order("person", handle="nia", rating=1700)
    site.order("person", handle="other", rating=900)
    member, other = site.member("nia"), site.member("nia_l")
    site.order("rename", **{"from": "nia", "to": "nia_l"})
    site.sync(member)
    assert "renamed to nia_l" in site.row(member)["trouble"] and site.row(member)["handle"] == "nia"
    site.sync(other)
    assert site.row(other)["rating"] == 1700 and site.row(other)["trouble"] == ""


@pytest.mark.parametrize("mode", ["http_500", "http_502", "http_503", "http_504", "text403", "unavailable", "truncated", "html200",
                                  "cut", "not_json", "codeforces_failed_limit"])
def test_a_failed_fetch_leaves_what_was_known(site, mode):
    site.order("person", handle="eve", rating=1900)
    site.order("change", handle="eve", contest=5, rating=1900)
    site.sql("INSERT INTO cf_contest (id, n_problems) VALUES (5, 3)")  # else another job would ask for it meanwhile
    site.order("submit", handle="eve", contest=1, index="A")
    member = site.member("eve")
    site.sync(member)
    before = site.row(member)
    site.outside.order("codeforces", mode)
    job = site.queue("member.sync", {"member": member})
    wait_until(lambda: site.sql("SELECT 1 FROM job_later WHERE id = %s", job), 20, "the failure")
    after = site.row(member)
    assert after["trouble"] and {k: after[k] for k in before if k != "trouble"} == {
        k: before[k] for k in before if k != "trouble"}
    site.outside.calm()
    site.sql("DELETE FROM bucket")
    site.sql("UPDATE job_later SET run_at = now() WHERE id = %s", job)
    wait_until(lambda: site.sql("SELECT 1 FROM job_done WHERE id = %s", job), 20, "the repeat")
    assert site.row(member)["trouble"] == ""


def test_a_handle_that_nobody_has_is_told_and_not_tried_again(site):
    member = site.member("nobody")
    site.sync(member)
    row = site.row(member)
    assert "not found" in row["trouble"] and row["synced"] is None
    gone = site.member("somebody")
    site.sql("DELETE FROM member WHERE id = %s", gone)
    site.sync(gone)  # deleted while the job waited


def test_a_sweep_asks_for_everybody_once(site):
    for i in range(12):
        site.order("person", handle=f"user{i}", rating=1000 + i)
        site.member(f"user{i}", f"User {i}")
    site.member("missing", "Missing")
    site.member(None, "Without")
    site.queue("member.sweep", {})
    wait_until(lambda: site.sql("SELECT 1 FROM member_sweep WHERE ended_at IS NOT NULL"), 40, "the end")
    assert site.sql("SELECT n, n_done, n_failed FROM member_sweep") == [(13, 13, 1)]
    assert site.counts() == {"user.info": 13, "user.rating": 12, "user.status": 12}
    assert site.sql("SELECT count(*) FROM member WHERE synced_at IS NOT NULL") == [(12,)]
    site.sql("DELETE FROM member_sweep")


def test_a_sweep_whose_jobs_are_lost_keeps_no_later_one_from_beginning(site):
    site.order("person", handle="pia", rating=1200)
    site.member("pia")
    lost, = site.sql("INSERT INTO member_sweep (n, began_at) VALUES (3, now() - interval '19 hours') RETURNING id")[0]
    run = site.queue("member.sweep", {})
    wait_until(lambda: site.sql("SELECT 1 FROM job_done WHERE id = %s", run), 20, "the night")
    assert site.sql("SELECT count(*) FROM member_sweep") == [(1,)], "it may still run"
    site.sql("UPDATE member_sweep SET began_at = now() - interval '21 hours'")
    site.queue("member.sweep", {})
    wait_until(lambda: site.sql("SELECT 1 FROM member_sweep WHERE ended_at IS NOT NULL AND id > %s", lost), 20, "the next one's end")
    assert site.sql("SELECT stopped_at IS NOT NULL FROM member_sweep WHERE id = %s", lost) == [(True,)]
    site.sql("DELETE FROM member_sweep")


def test_open_pages_are_told(site):
    """Of each try of a member, and of each step of all."""
    site.order("person", handle="ova", rating=1200)
    member, lost = site.member("ova"), site.member("lost")
    mark, = site.sql("SELECT coalesce(max(id), 0) FROM event")[0]

    def told(scope):
        return [p for p, in site.sql("SELECT payload FROM event WHERE scope = %s AND id > %s ORDER BY id", scope, mark)]
    site.queue("member.sweep", {})
    wait_until(lambda: site.sql("SELECT 1 FROM member_sweep WHERE ended_at IS NOT NULL"), 20, "the end")
    steps = told("tracker")
    assert [s["done"] for s in steps] == [0, 1, 2] and [s["state"] for s in steps] == ["running", "running", "done"]
    assert steps[-1]["failed"] == 1 and steps[-1]["members"] == 2
    assert told(f"member:{member}") == [{"memberId": member, "state": "success"}]
    assert told(f"member:{lost}") == [{"memberId": lost, "state": "failed"}]
    site.sql("DELETE FROM member_sweep")


def kill_workers(site):
    for pid in sorted(site.jobs.children())[1:]:  # the first is the steward
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_workers_that_are_killed_count_nobody_twice(site):
    """At any step of a sweep: everybody is synced, and is through once."""
    site.order("settings", latency_ms=15)
    for i in range(30):
        site.order("person", handle=f"user{i}", rating=1000 + i)
        site.order("submit", handle=f"user{i}", contest=1, index="A")
        site.member(f"user{i}", f"User {i}")
    mark, = site.sql("SELECT coalesce(max(id), 0) FROM event")[0]
    site.queue("member.sweep", {})
    chance = random.Random(5)
    for _ in range(8):
        time.sleep(chance.uniform(0.05, 0.35))
        kill_workers(site)

    def is_over():
        """The waits before what has failed is tried again are cut short."""
        site.sql("UPDATE job_later SET run_at = now()")
        return site.sql("SELECT 1 FROM member_sweep WHERE ended_at IS NOT NULL")
    wait_until(is_over, 60, "the end", every=0.2)
    wait_until(lambda: not site.sql("SELECT 1 FROM job WHERE kind = 'member.sync'"), 30, "an empty queue")
    assert site.sql("SELECT count(*) FROM member WHERE n_solved = 1 AND trouble = ''") == [(30,)]
    steps = [d for d, in site.sql("SELECT (payload ->> 'done')::int FROM event WHERE scope = 'tracker' AND id > %s ORDER BY id", mark)]
    assert steps == list(range(31))
    site.order("settings", latency_ms=0)
    site.sql("DELETE FROM member_sweep")


@pytest.mark.parametrize(("kind", "payload"), [("member.contest", {"contest": 2100}), ("room.problems", {})])
def test_what_a_killed_worker_asked_is_asked_again_at_once(site, kind, payload):
    """By the same job and by another one that has the same question."""
    site.outside.ask("POST", "/codeforces/_problems", [{"contest": 2100, "index": i} for i in "ABCDE"])
    site.order("settings", latency_ms=4000)
    first = site.queue(kind, payload)
    wait_until(lambda: site.sql("SELECT 1 FROM cache_lock WHERE name LIKE 'cf:%%'"), 20, "the question")
    kill_workers(site)
    site.order("settings", latency_ms=0)
    second = site.queue(kind, payload)
    wait_until(lambda: len(site.sql("SELECT 1 FROM job_done WHERE id IN (%s, %s)", first, second)) == 2, 12, "both")
    assert not site.sql("SELECT 1 FROM cache_lock WHERE name LIKE 'cf:%%'")


def test_a_killed_worker_keeps_no_other_job_waiting(site):
    """Though its own job is not tried again for long."""
    site.outside.ask("POST", "/codeforces/_problems", [{"contest": 2100, "index": "A"}])
    site.order("settings", latency_ms=4000)
    first = site.queue("member.contest", {"contest": 2100})
    wait_until(lambda: site.sql("SELECT 1 FROM cache_lock WHERE name LIKE 'cf:%%'"), 20, "the question")
    kill_workers(site)
    assert site.sql("DELETE FROM job WHERE id = %s RETURNING id", first)
    site.order("settings", latency_ms=0)
    second = site.queue("member.contest", {"contest": 2100})
    wait_until(lambda: site.sql("SELECT 1 FROM job_done WHERE id = %s", second), 12, "its end")


def test_a_stopped_sweep_asks_no_further(site):
    site.order("settings", latency_ms=150)
    for i in range(20):
        site.order("person", handle=f"user{i}", rating=1000 + i)
        site.member(f"user{i}", f"User {i}")
    site.queue("member.sweep", {})
    wait_until(lambda: site.sql("SELECT 1 FROM member_sweep WHERE n_done > 1"), 30, "its beginning")
    site.sql("UPDATE member_sweep SET stopped_at = now()")
    wait_until(lambda: not site.sql("SELECT 1 FROM job WHERE kind = 'member.sync'"), 30, "the end")
    assert site.counts()["user.info"] < 20
    site.order("settings", latency_ms=0)
    site.sql("DELETE FROM member_sweep")


def test_equal_questions_are_asked_once(site):
    """Two jobs for one member at the same time share what is asked while the other waits or is asking. A runner finds jobs
    that nobody told it of within a second."""
    site.order("settings", latency_ms=2000)
    site.order("person", handle="twin", rating=1000)
    member = site.member("twin")
    jobs = [site.queue("member.sync", {"member": member}) for _ in range(2)]
    wait_until(lambda: len(site.sql("SELECT 1 FROM job_done WHERE id = ANY (%s)", jobs)) == 2, 30, "both")
    assert site.counts() == {"user.info": 1, "user.rating": 1, "user.status": 1}
    site.order("settings", latency_ms=0)


def test_a_member_given_up_counts_as_failed(site):
    """member.missed ends the sweep that would else wait for ever."""
    site.order("person", handle="ivy", rating=1000)
    site.member("ivy")
    site.outside.order("codeforces", "http_500")
    site.queue("member.sweep", {})
    wait_until(lambda: site.sql("SELECT 1 FROM job_later WHERE kind = 'member.sync'"), 20, "the failure")
    site.sql("UPDATE job_later SET attempt = 7, run_at = now() WHERE kind = 'member.sync'")
    wait_until(lambda: site.sql("SELECT 1 FROM member_sweep WHERE ended_at IS NOT NULL"), 20, "the end")
    assert site.sql("SELECT n, n_done, n_failed FROM member_sweep") == [(1, 1, 1)]
    wait_until(lambda: site.sql("SELECT 1 FROM job_done WHERE kind = 'member.missed'"), 20, "the end of its job")
    site.sql("DELETE FROM member_sweep")
    site.sql("DELETE FROM job_dead")


def test_what_is_drawn_follows_what_is_new(site):
    now = int(time.time())
    site.order("person", handle="fay", rating=1500)
    site.order("submit", handle="fay", contest=7, index="A", rating=800, tags=["math"], at=now - DAY)
    member = site.member("fay")
    site.sync(member)

    def figures():
        return site.sql("SELECT figures FROM member WHERE id = %s", member)[0][0]
    assert figures()["solved"] == 1 and figures()["ratings"] == [[800, 1]] and figures()["tags"] == [["math", 1]]
    site.order("submit", handle="fay", contest=7, index="A", rating=800, tags=["math"])
    hacked = site.order("submit", handle="fay", contest=7, index="B", rating=1600, tags=["dp", "math"])["id"]
    site.sync(member)
    assert figures()["solved"] == 2 and figures()["sent"] == 3 and figures()["hardest"][0][:3] == ["7/B", "Problem B", 1600]
    assert sum(n for _, n in figures()["days"]) == 2 and figures()["average"] == 1200
    assert site.sql("SELECT sum(n_solved), sum(points) FROM member_month WHERE member_id = %s", member) == [(2, 24)]
    site.order("verdict", id=hacked, verdict="CHALLENGED")
    site.order("submit", handle="fay", contest=7, index="C", verdict="WRONG_ANSWER")
    site.sync(member)
    assert site.sql("SELECT sum(n_solved), sum(points) FROM member_month WHERE member_id = %s", member) == [(1, 8)]


def test_how_many_problems_a_contest_has(site):
    site.outside.ask("POST", "/codeforces/_problems", [{"contest": 2100, "index": i} for i in "ABCDE"])
    site.order("person", handle="gil", rating=1500)
    site.order("change", handle="gil", contest=2100, rating=1450)
    site.order("change", handle="gil", contest=2999, rating=1500)
    site.order("submit", handle="gil", contest=2100, index="A")
    member = site.member("gil")
    site.sync(member)
    wait_until(lambda: len(site.sql("SELECT 1 FROM cf_contest")) == 2, 20, "both contests")
    asked = [q["query"] for q in site.outside.ask("GET", "/_log") if q["path"] == "/api/contest.standings"]
    assert sorted(q["contestId"] for q in asked) == ["2100", "2999"], "and nothing besides, which Codeforces refuses"
    assert site.sql("SELECT max(length(value)) < 20000 FROM cache WHERE key LIKE 'cf:contest-problems:%%'") == [(True,)]
    assert site.sql("SELECT id, n_problems FROM cf_contest ORDER BY id") == [(2100, 5), (2999, 0)]
    assert sorted(site.sql("SELECT figures FROM member WHERE id = %s", member)[0][0]["contests"]) == [[2100, 1], [2999, 0]]
    assert site.sql("SELECT 1 FROM cache WHERE key = 'cf:contest-problems:2100' AND expires_at BETWEEN now() + interval '6 days 23 h' AND now() + interval '7 days'")


def test_keys_and_times_and_what_a_sync_forgets(site):
    site.order("person", handle="Hal", rating=1500)
    site.order("submit", handle="hal", contest=1, index="A")
    member = site.member("hal")
    site.sync(member)

    def kept():
        return {key: s for key, s in site.sql("SELECT key, extract(epoch FROM expires_at - now()) FROM cache WHERE key LIKE 'cf:%%:hal'")}
    first = kept()
    assert {k: round(float(s) / 3600) for k, s in first.items()} == {
        "cf:info:hal": 6, "cf:contest:hal": 6, "cf:submissions:hal": 2}
    site.outside.ask("DELETE", "/codeforces/_counts")
    site.order("submit", handle="hal", contest=1, index="B")
    site.sync(member)
    assert site.counts() == {"user.info": 1, "user.rating": 1, "user.status": 1}, "what was kept is forgotten first"
    assert site.row(member)["n_solved"] == 2


def test_a_limit_pauses_the_queue_for_half_a_minute(site):
    site.order("person", handle="ian", rating=1500)
    member = site.member("ian")
    for mode in ("codeforces_failed_limit", "http_429", "http_503", "text403"):
        site.sql("DELETE FROM bucket")
        for table in ("job", "job_later", "job_unique"):
            site.sql(f"DELETE FROM {table}")
        site.outside.order("codeforces", mode)
        site.queue("member.sync", {"member": member})
        wait_until(lambda: site.sql("SELECT 1 FROM bucket WHERE name = 'codeforces.rest'"), 20, mode)
        rest = site.sql("SELECT extract(epoch FROM free_at - clock_timestamp()) FROM bucket WHERE name IN ('codeforces', 'codeforces.rest')")
        assert len(rest) == 2 and all(25 < float(s) <= 31 for s, in rest), mode
        site.outside.calm()


def alerts(site):
    return site.sql("SELECT detail, n FROM alert WHERE key = 'log:codeforces.alert'")


def test_an_answer_of_another_form_raises_an_alert(site):
    site.sql("DELETE FROM alert")
    site.order("person", handle="joe", rating=1500)
    member = site.member("joe")
    site.outside.order("codeforces", "not_json")
    site.queue("member.sync", {"member": member})
    wait_until(lambda: site.row(member)["trouble"], 20, "the trouble")
    wait_until(lambda: alerts(site), 20, "the alert")
    assert ("Codeforces answers in an unknown shape",) in site.sql("SELECT title FROM alert")


@pytest.mark.parametrize("method, spoil", [
    ("user.info", lambda site: site.order("person", handle="joe", lastOnlineTimeSeconds="never")),
    ("user.rating", lambda site: site.order("change", handle="joe", contest=7, rating=1500, rank="first")),
    ("user.status", lambda site: site.order("submit", handle="joe", contest=7, index=["A"]))])
def test_a_record_of_another_form_raises_an_alert_and_is_not_kept(site, method, spoil):
    site.sql("DELETE FROM alert")
    site.order("person", handle="joe", rating=1500)
    spoil(site)
    member = site.member("joe")
    site.queue("member.sync", {"member": member})
    wait_until(lambda: "proper" in site.row(member)["trouble"], 20, "the trouble")
    wait_until(lambda: alerts(site), 20, "the alert")
    assert [(re.search(r"method=(\S+)", detail).group(1), n) for detail, n in alerts(site)] == [(method, 1)]
    kept = {"user.info": "info", "user.rating": "contest", "user.status": "submissions"}[method]
    assert not site.sql("SELECT 1 FROM cache WHERE key = %s AND value IS NOT NULL", f"cf:{kept}:joe")


def test_another_handle_in_the_middle(site):
    """What was fetched of the old one is nobody's: neither it nor the old handle comes back."""
    site.order("settings", latency_ms=300)
    site.order("person", handle="lea", rating=1900)
    site.order("submit", handle="lea", contest=1, index="A")
    site.order("person", handle="max", rating=1100)
    member = site.member("lea")
    job = site.queue("member.sync", {"member": member})
    wait_until(lambda: site.counts().get("user.info"), 20, "the first call")
    site.sql("UPDATE member SET handle = 'max' WHERE id = %s", member)
    wait_until(lambda: site.sql("SELECT 1 FROM job_later WHERE id = %s", job), 30, "the repeat")
    row = site.row(member)
    assert (row["handle"], row["rating"], row["n_solved"], row["synced"]) == ("max", None, 0, None)
    assert not site.sql("SELECT 1 FROM cf_submission WHERE member_id = %s", member)
    site.order("settings", latency_ms=0)
    site.sql("UPDATE job_later SET run_at = now() WHERE id = %s", job)
    wait_until(lambda: site.row(member)["rating"] == 1100, 20, "the new one's")


def test_a_member_deleted_in_the_middle(site):
    site.order("settings", latency_ms=300)
    site.order("person", handle="kim", rating=1500)
    site.order("submit", handle="kim", contest=1, index="A")
    member = site.member("kim")
    job = site.queue("member.sync", {"member": member})
    wait_until(lambda: site.counts().get("user.info"), 20, "the first call")
    site.sql("DELETE FROM member WHERE id = %s", member)
    wait_until(lambda: site.sql("SELECT 1 FROM job_done WHERE id = %s", job), 30, "the end")
    assert not site.sql("SELECT 1 FROM job_dead WHERE id = %s", job)
    site.order("settings", latency_ms=0)
