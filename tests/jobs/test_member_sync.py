"""Members followed on Codeforces: what a fetch keeps, what a failed one leaves alone, sweeps over all."""

import json
import time

import pytest

from lab.process import wait_until

from fetching import Fetching

DAY = 86400


class Tracking(Fetching):
    """An installation with members and their people at the stand-in."""

    def order(self, what, **value):
        return self.outside.ask("POST", f"/codeforces/_{what}", value)

    def counts(self):
        return self.outside.ask("GET", "/codeforces/_counts")

    def member(self, handle, name="Ada"):
        return self.sql("INSERT INTO member (name, handle) VALUES (%s, %s) RETURNING id", name, handle)[0][0]

    def queue(self, kind, payload, priority=10):
        return self.sql("""INSERT INTO job (queue, priority, kind, payload)
            SELECT id, %s, %s, %s::json FROM job_queue WHERE name = 'track' RETURNING id""",
                        priority, kind, json.dumps(payload))[0][0]

    def sync(self, member):
        job = self.queue("member.sync", {"member": member})
        wait_until(lambda: self.sql("SELECT 1 FROM job_done WHERE id = %s", job), 30, "the sync")

    def row(self, member):
        names = ["handle", "rating", "max_rating", "rank", "newest_id", "n_solved", "trouble", "active", "synced"]
        return dict(zip(names, self.sql("""SELECT handle, rating, max_rating, rank, newest_id, n_solved, trouble,
            extract(epoch FROM active_at)::int8, synced_at FROM member WHERE id = %s""", member)[0]))


@pytest.fixture(scope="module")
def made(lab_folder, postgres):
    site = Tracking(lab_folder, postgres).start()
    wait_until(lambda: site.sql("SELECT 1 FROM job_queue WHERE name = 'track'"), 20, "the queue")
    yield site
    site.stop()


@pytest.fixture()
def site(made):
    made.sql("DELETE FROM member")
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
    assert [q["count"] for q in log[-2:]] == ["10000", "100"]


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


def test_a_renamed_handle_is_followed(site):
    site.order("person", handle="dora", rating=1700)
    site.order("submit", handle="dora", contest=1, index="A")
    member = site.member("dora")
    site.sync(member)
    site.order("rename", **{"from": "dora", "to": "Dora_L"})
    site.sync(member)
    assert site.row(member)["handle"] == "Dora_L" and site.row(member)["n_solved"] == 1


@pytest.mark.parametrize("mode", ["http_500", "http_503", "truncated", "html200", "cut", "not_json",
                                  "codeforces_failed_limit"])
def test_a_failed_fetch_leaves_what_was_known(site, mode):
    site.order("person", handle="eve", rating=1900)
    site.order("change", handle="eve", contest=5, rating=1900)
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
    """Two jobs for one member at the same time share what is asked while the other waits."""
    site.order("settings", latency_ms=400)
    site.order("person", handle="twin", rating=1000)
    member = site.member("twin")
    jobs = [site.queue("member.sync", {"member": member}) for _ in range(2)]
    wait_until(lambda: len(site.sql("SELECT 1 FROM job_done WHERE id = ANY (%s)", jobs)) == 2, 30, "both")
    assert sum(site.counts().values()) < 6
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
    assert site.sql("SELECT 1 FROM job_done WHERE kind = 'member.missed'")
    site.sql("DELETE FROM member_sweep")
    site.sql("DELETE FROM job_dead")
