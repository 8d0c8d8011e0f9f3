"""member.remind: who is written to, once, and who is not; what member.contest asks for is in test_member_sync.py."""

import pytest

from lab.judge import Judge
from lab.process import wait_until

from tracking import tracking


@pytest.fixture(scope="module")
def made(lab_folder, postgres):
    with tracking(lab_folder, postgres, BASE_URL="https://podium.example") as site:
        yield site


@pytest.fixture()
def site(made):
    for table in ("submission", "problem", "member", "mail", "job", "job_later", "job_unique"):
        made.sql(f"DELETE FROM {table}")
    made.sql("DELETE FROM app_user WHERE email LIKE '%%@reminders.example'")
    return made


def remind(site):
    job = site.queue("member.remind", {})
    wait_until(lambda: site.sql("SELECT 1 FROM job_done WHERE id = %s", job), 20, "the reminders")


def add(site, name="Ada", **more):
    values = {"handle": name.lower(), "email": f"{name.lower()}@members.example", "synced_at": "now", "active_at": "-8 days", **more}
    columns = ", ".join(values)
    marks = ", ".join("now() + %s::interval" if c.endswith("_at") and v is not None else "%s" for c, v in values.items())
    return site.sql(f"INSERT INTO member (name, {columns}) VALUES (%s, {marks}) RETURNING id", name,
                    *("0 s" if v == "now" else v for v in values.values()))[0][0]


def reminded(site):
    return site.sql("SELECT m.name, r.days, m.n_reminded FROM member_reminder r JOIN member m ON m.id = r.member_id ORDER BY 1")


def test_one_mail_then_a_rest(site):
    member = add(site)
    remind(site)
    remind(site)
    assert reminded(site) == [("Ada", 8, 1)]
    assert site.sql("SELECT count(*) FROM mail WHERE kind = 'member.reminder'") == [(1,)]
    site.sql("UPDATE member SET reminded_at = now() - interval '15 days' WHERE id = %s", member)
    remind(site)
    assert reminded(site) == [("Ada", 8, 2), ("Ada", 8, 2)]


@pytest.mark.parametrize("more", [
    {"active_at": "-6 days"}, {"synced_at": "-2 days"}, {"synced_at": None}, {"trouble": "failed"}, {"wants_reminders": False},
    {"email": ""}, {"handle": None}])
def test_who_is_not_written_to(site, more):
    add(site, **more)
    remind(site)
    assert reminded(site) == []


def test_one_who_is_locked_out_is_not_called_back(site):
    user, = site.sql("INSERT INTO app_user (email, name, email_verified_at, disabled) VALUES ('ada@reminders.example', 'Ada', now(),"
                     " true) RETURNING id")[0]
    add(site, user_id=user)
    remind(site)
    assert reminded(site) == []
    site.sql("UPDATE app_user SET disabled = false WHERE id = %s", user)
    remind(site)
    assert reminded(site) == [("Ada", 8, 1)]


def test_one_who_never_solved_anything_counts_from_the_day_he_came(site):
    add(site, "New", active_at=None)
    add(site, "Old", active_at=None, added_at="-30 days")
    remind(site)
    assert reminded(site) == [("Old", 30, 1)]


def test_an_address_nobody_can_write_to_stops_nobody_else(site):
    add(site, "Bad", email="a b@c")
    add(site, "Good")
    remind(site)
    assert reminded(site) == [("Good", 8, 1)]


@pytest.mark.parametrize("verdict, days, written", [("AC", 6, False), ("AC", 8, True), ("WA", 1, True), (None, 1, True)])
def test_what_our_own_judge_accepted_counts_too(site, verdict, days, written):
    judge = Judge(site.podium, site.sql)
    user, = site.sql("INSERT INTO app_user (email, name, email_verified_at) VALUES ('ada@reminders.example', 'Ada', now())"
                     " RETURNING id")[0]
    problem = judge.problem("sum", "Sum", owner=user)
    public = judge.submission(user, problem, verdict=verdict, state=3 if verdict else 2)
    site.sql("UPDATE submission SET made_at = now() - make_interval(days => %s) WHERE public_id = %s", days, public)
    add(site, active_at="-9 days", user_id=user)
    remind(site)
    assert reminded(site) == ([("Ada", 8 if verdict == "AC" else 9, 1)] if written else [])
