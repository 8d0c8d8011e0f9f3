"""handle.prove: a handle is somebody's only when he has shown it at Codeforces, in time and for this claim."""

import hashlib
import json
import time

import pytest

from lab.process import wait_until

from tracking import tracking


@pytest.fixture(scope="module")
def made(lab_folder, postgres):
    with tracking(lab_folder, postgres, "prove") as site:
        yield site


@pytest.fixture()
def site(made):
    for table in ("job", "job_later", "handle_claim", "member", "bucket", "cache"):
        made.sql(f"DELETE FROM {table}")
    made.sql("DELETE FROM app_user WHERE email LIKE '%%@claims.example'")
    made.outside.ask("DELETE", "/codeforces/_state")
    yield made
    made.outside.calm()


def user(site, name="ann"):
    return site.sql("INSERT INTO app_user (email, name, roles) VALUES (%s, %s, 1) RETURNING id", f"{name}@claims.example",
                    name.title())[0][0]


def claim(site, who, handle, way="compile", problem="4/A", token="podium-abc", seconds=120):
    """As the page makes it, with a job that looks at once."""
    made_at, = site.sql(
        "INSERT INTO handle_claim (user_id, handle, way, problem, token, expires_at) VALUES (%s, %s, %s, %s, %s,"
        " now() + make_interval(secs => %s)) ON CONFLICT (user_id) DO UPDATE SET handle = excluded.handle, made_at = now(),"
        " expires_at = excluded.expires_at, state = 'waits' RETURNING (extract(epoch FROM made_at) * 1000000)::int8",
        who, handle, way, problem if way == "compile" else "", token if way == "organization" else "", seconds)[0]
    site.sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 0, 'handle.prove', %s::json FROM job_queue"
             " WHERE name = 'prove'", json.dumps({"user": who, "made_at": made_at}))


def state(site, who):
    row = site.sql("SELECT state, why FROM handle_claim WHERE user_id = %s", who)
    return row[0] if row else None


def ended(site, who):
    wait_until(lambda: state(site, who)[0] != "waits", 30, "the end of the claim")
    return state(site, who)


def looked(site):
    wait_until(lambda: site.sql("SELECT 1 FROM job_later WHERE kind = 'handle.prove'"), 20, "the next look")


def look_now(site):
    site.sql("UPDATE job_later SET run_at = now() WHERE kind = 'handle.prove'")


def member(site, who):
    return site.sql("SELECT handle, proved_at IS NOT NULL FROM member WHERE user_id = %s", who)


def test_a_compile_error_at_the_named_problem(site):
    who = user(site)
    site.order("person", handle="Ann_cf", rating=1500)
    site.order("submit", handle="ann_cf", contest=1, index="A")
    claim(site, who, "ann_CF")
    looked(site)
    assert state(site, who)[0] == "waits" and member(site, who) == []
    site.order("submit", handle="ann_cf", contest=4, index="A", verdict="COMPILATION_ERROR")
    look_now(site)
    assert ended(site, who) == ("proved", "") and member(site, who) == [("Ann_cf", True)]
    wait_until(lambda: site.sql("SELECT 1 FROM member WHERE user_id = %s AND n_solved = 1", who), 20, "what is known of Ann")


@pytest.mark.parametrize("wrong", [{"contest": 5}, {"verdict": "OK"}, {"verdict": "WRONG_ANSWER"}, {"at": -3600},
                                   {"party": ["ann", "bob"]}, {"index": "B"}])
def test_what_proves_nothing(site, wrong):
    who = user(site)
    site.order("person", handle="ann", rating=1500)
    site.order("person", handle="bob", rating=1500)
    order = {"handle": "ann", "contest": 4, "index": "A", "verdict": "COMPILATION_ERROR", **wrong}
    if "at" in wrong:
        order["at"] = int(time.time()) + wrong["at"]
    site.order("submit", **order)
    claim(site, who, "ann")
    looked(site)
    assert state(site, who)[0] == "waits"
    site.sql("UPDATE handle_claim SET expires_at = now() - interval '1 s'")
    look_now(site)
    assert ended(site, who) == ("failed", "it was not there in time") and member(site, who) == []


def test_a_word_in_the_profile(site):
    who = user(site)
    site.order("person", handle="ann", rating=1500, organization="")
    claim(site, who, "ann", "organization")
    looked(site)
    site.order("person", handle="ann", organization="Uni, podium-abc")
    look_now(site)
    assert ended(site, who)[0] == "proved" and member(site, who) == [("ann", True)]


def test_a_sweep_with_the_same_question_keeps_no_proof_waiting(site):
    """It may wait long for its turn to ask."""
    who = user(site)
    site.order("person", handle="ann", rating=1500, organization="podium-abc")
    question = hashlib.sha256(b"/api/user.info?lang=en&handles=ann").hexdigest()
    site.sql("INSERT INTO cache_lock (name, token, expires_at) VALUES (%s, ':sweep', now() + interval '1 h')"
             " ON CONFLICT (name) DO UPDATE SET token = excluded.token, expires_at = excluded.expires_at", f"cf:{question}")
    began = time.monotonic()
    claim(site, who, "ann", "organization")
    assert ended(site, who)[0] == "proved" and time.monotonic() - began < 5
    site.sql("DELETE FROM cache_lock")


def test_nobody_has_the_handle(site):
    who = user(site)
    claim(site, who, "nobody")
    assert ended(site, who) == ("failed", "Codeforces knows no such handle")


def test_a_renamed_handle_is_followed(site):
    who = user(site)
    site.order("person", handle="old", rating=1500)
    site.order("rename", **{"from": "old", "to": "brand_new"})
    site.order("submit", handle="brand_new", contest=4, index="A", verdict="COMPILATION_ERROR")
    claim(site, who, "old")
    assert ended(site, who)[0] == "proved" and member(site, who) == [("brand_new", True)]


def test_of_another_handle_nothing_is_known_yet(site):
    """What the one before had solved is not this one's, nor is anything of this one too old to be asked for."""
    who = user(site)
    for handle, number, contest in (("bea", 300, 7), ("ann", 900, 8)):
        site.order("person", handle=handle, rating=1500)
        site.order("submit", handle=handle, id=number, contest=contest, index="A")
    for handle, contest in (("ann", 8), ("bea", 7)):
        site.order("submit", handle=handle, contest=4, index="A", verdict="COMPILATION_ERROR")
        claim(site, who, handle)
        assert ended(site, who)[0] == "proved" and member(site, who) == [(handle, True)]
        wait_until(lambda: site.sql("SELECT 1 FROM member WHERE user_id = %s AND n_solved = 1", who), 20, "what is known")
        assert site.sql("SELECT problem FROM cf_submission WHERE verdict = 'OK'") == [(f"{contest}/A",)]


def test_a_coachs_member_becomes_the_accounts(site):
    who = user(site)
    group, = site.sql("INSERT INTO member_group (name) VALUES ('G ' || random()) RETURNING id")[0]
    known, = site.sql("INSERT INTO member (name, handle, group_id, phone) VALUES ('Annie', 'ann', %s, '1234') RETURNING id", group)[0]
    site.sql("INSERT INTO member (name, user_id, is_public) VALUES ('Ann', %s, true)", who)
    site.order("person", handle="ann", rating=1500)
    site.order("submit", handle="ann", contest=4, index="A", verdict="COMPILATION_ERROR")
    claim(site, who, "ann")
    ended(site, who)
    assert site.sql("SELECT id, user_id, group_id, phone, is_public FROM member") == [(known, who, group, "1234", True)]


def test_the_first_who_proves_keeps_it(site):
    ann, bob = user(site), user(site, "bob")
    site.sql("WITH m AS (INSERT INTO member (name, user_id, handle, rating, n_solved) VALUES ('Bob', %s, 'ann', 2400, 1) RETURNING id)"
             " INSERT INTO cf_submission (member_id, id, at, problem, name, verdict) SELECT id, 1, now(), '4/A', 'Melon', 'OK' FROM m",
             bob)
    site.order("person", handle="ann", rating=1500)
    site.order("submit", handle="ann", contest=4, index="A", verdict="COMPILATION_ERROR")
    claim(site, ann, "ann")
    assert ended(site, ann)[0] == "proved"
    assert member(site, bob) == [(None, False)], "who only said so loses it"
    assert site.sql("SELECT rating, n_solved, (SELECT count(*) FROM cf_submission s WHERE s.member_id = m.id) FROM member m"
                    " WHERE user_id = %s", bob) == [(None, 0, 0)], "and what was solved under it"
    claim(site, bob, "ann")
    assert ended(site, bob) == ("failed", "another account here has proved this handle")
    assert member(site, ann) == [("ann", True)]


def test_an_older_claims_job_does_nothing(site):
    who = user(site)
    site.order("person", handle="ann", rating=1500)
    claim(site, who, "ann")
    looked(site)
    site.sql("UPDATE handle_claim SET made_at = now()")
    done, = site.sql("SELECT count(*) FROM job_done WHERE kind = 'handle.prove'")[0]
    look_now(site)
    wait_until(lambda: site.sql("SELECT count(*) FROM job_done WHERE kind = 'handle.prove'")[0][0] > done, 20, "the look")
    assert not site.sql("SELECT 1 FROM job_later WHERE kind = 'handle.prove'") and state(site, who)[0] == "waits"


@pytest.mark.parametrize("mode", ["http_500", "http_503", "html200", "codeforces_failed_limit"])
def test_trouble_at_codeforces_ends_no_claim(site, mode):
    who = user(site)
    site.order("person", handle="ann", rating=1500)
    site.order("submit", handle="ann", contest=4, index="A", verdict="COMPILATION_ERROR")
    site.outside.order("codeforces", mode)
    claim(site, who, "ann")
    looked(site)
    assert state(site, who)[0] == "waits"
    if mode in ("http_503", "codeforces_failed_limit"):
        left, = site.sql("SELECT extract(epoch FROM free_at - now()) FROM bucket WHERE name = 'codeforces.rest'")[0]
        assert 20 < left <= 30
    site.outside.calm()
    site.sql("DELETE FROM bucket")
    look_now(site)
    assert ended(site, who)[0] == "proved"


def test_an_account_that_is_deleted_meanwhile(site):
    who = user(site)
    site.order("person", handle="ann", rating=1500)
    claim(site, who, "ann")
    looked(site)
    site.sql("DELETE FROM app_user WHERE id = %s", who)
    look_now(site)
    wait_until(lambda: not site.sql("SELECT 1 FROM job_later WHERE kind = 'handle.prove'") and
               not site.sql("SELECT 1 FROM job WHERE kind = 'handle.prove'"), 20, "the end")
    assert site.sql("SELECT count(*) FROM member") == [(0,)]
