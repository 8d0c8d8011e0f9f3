"""member.remind: who is written to, once, and who is not; what member.contest asks for is in test_member_sync.py."""

import pytest

from lab.process import wait_until

from test_member_sync import Tracking


@pytest.fixture(scope="module")
def made(lab_folder, postgres):
    site = Tracking(lab_folder, postgres, BASE_URL="https://podium.example").start()
    wait_until(lambda: site.sql("SELECT 1 FROM job_queue WHERE name = 'track'"), 20, "the queue")
    yield site
    site.stop()


@pytest.fixture()
def site(made):
    for table in ("submission", "member", "mail", "job", "job_later", "job_unique"):
        made.sql(f"DELETE FROM {table}")
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
