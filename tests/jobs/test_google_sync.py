"""Members' calendars at Google: connected through the pages, written by the jobs, against the stand-in."""

import json
import os
import time
import urllib.parse

import pytest

from lab import google as lab
from lab.google_site import ALL, FIXED, N, Site
from lab.process import wait_until


@pytest.fixture(scope="module")
def module_site(postgres, lab_folder):
    with Site.running(postgres, lab_folder) as made:
        yield made


@pytest.fixture()
def site(module_site):
    with module_site.visit():
        yield module_site


@pytest.fixture()
def member(site):
    return site.synced_member()


# ---- connecting ------------------------------------------------------------------------------------

def test_least_permission_and_own_calendar(site, member):
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(member.left).query))
    assert asked["scope"] == f"openid email {lab.MADE}" and asked["access_type"] == "offline"
    assert asked["prompt"] == "consent"
    calendar, = site.google.calendars(member.email).values()
    assert calendar["summary"] == "Programming contests"
    assert member.link()["calendar"] in site.google.calendars(member.email)
    event = member.event("100")
    assert event["source"] == {"title": "Codeforces", "url": "https://codeforces.com/contests/100"}
    assert event["reminders"] == {"useDefault": False, "overrides": [{"method": "popup", "minutes": 30}]}
    assert event["transparency"] == "transparent" and "Round 0" in event["summary"]


def test_primary_by_choice(site):
    made = site.member()
    made.connect("primary")
    site.wait(made)
    assert f"openid email {lab.EVENTS}" in urllib.parse.unquote_plus(made.left)
    assert made.link()["calendar"] == "primary" and not site.google.calendars(made.email)
    assert made.keys() == ALL


def test_permission_that_was_unticked(site):
    made = site.member()
    reply = made.connect(granted=[])
    assert reply.status == 403 and "leave it" in reply.text
    assert not site.sql("SELECT 1 FROM calendar_link WHERE user_id = %s", made.user)
    reply = made.connect(deny=True)
    assert reply.status == 403 and "did not give the permission" in reply.text


def test_secret_is_sealed(site, member):
    token, = [t for t, email in site.google.state()["refresh"].items() if email == member.email]
    secret, = site.sql("SELECT secret FROM calendar_link WHERE user_id = %s", member.user)[0]
    assert token.encode() not in bytes(secret)
    everything = site.sql("SELECT string_agg(c::text, '') FROM cache c")[0][0] or ""
    assert "ya29" not in everything and "ya29".encode().hex() not in everything
    for log in [p.log() for p in site.jobs.processes + site.web.processes]:
        assert token not in log and "ya29." not in log


def test_answer_without_lasting_permission(site):
    made = site.member()
    made.connect()
    site.wait(made)
    before = site.sql("SELECT secret FROM calendar_link WHERE user_id = %s", made.user)
    site.google.fault("token.code", status=200, body=json.dumps(
        {"access_token": "a", "refresh_token": "", "token_type": "Bearer", "scope": lab.MADE, "id_token": "x"}))
    assert made.connect().status >= 400
    assert site.sql("SELECT secret FROM calendar_link WHERE user_id = %s", made.user) == before


# ---- keeping right ---------------------------------------------------------------------------------

def test_nothing_to_do_is_no_call(site, member):
    site.google.forget_calls()
    site.sync(member)
    assert site.google.calls() == []


def test_few_requests(site):
    made = site.member()
    site.google.forget_calls()
    made.connect()
    site.wait(made)
    calls = [c[0] for c in site.google.calls() if c[0] not in ("auth", "token.code", "certs")]
    assert sorted(calls) == ["calendars.insert"] + ["events.insert"] * N + ["token.refresh"]


def test_moved_and_vanished(site, member):
    site.contest("900", "Shortlived", 9)
    site.sync(member)
    assert member.keys() == {**ALL, f"{FIXED}:900": 1}
    before = member.event("900")
    site.google.forget_calls()
    site.change("start_at = start_at + interval '1 h', end_at = end_at + interval '1 h'", "900")
    site.sync(member)
    assert [c[0] for c in site.google.calls()] == ["events.patch"], "the access token is kept"
    assert member.event("900")["start"] != before["start"]
    site.change("status = 'cancelled', cancelled_at = now()", "900")
    site.sync(member)
    assert member.keys() == ALL and member.recorded()[f"{FIXED}:900"] == "removed"
    # announced again: our own tombstone is revived
    site.change("status = 'upcoming', cancelled_at = NULL", "900")
    site.sync(member)
    assert member.event("900")["status"] == "confirmed"
    site.sql("DELETE FROM external_contest WHERE native_id = '900'")


@pytest.mark.parametrize("revive", [True, False])
def test_our_tombstone(site, member, revive):
    """What we removed comes back; where Google does not revive it, under the next generation's id."""
    site.google.settings(revive=revive)
    old = member.event("102")["id"]
    site.sql("UPDATE app_user SET platforms = 1 WHERE id = %s", member.user)  # LeetCode alone
    site.sync(member)
    assert member.keys() == {}
    site.sql("UPDATE app_user SET platforms = 0 WHERE id = %s", member.user)
    site.sync(member)
    assert member.keys() == ALL
    ids = [e["id"] for e in site.google.events(member.email).values()]
    assert (old in ids) == revive
    site.google.forget_calls()
    site.sync(member)
    assert site.google.calls() == []


@pytest.mark.parametrize("deleted", [200, 404, 410])
def test_what_a_member_deletes_stays_deleted(site, member, deleted):
    site.google.settings(patch_deleted=deleted)
    site.google.act("delete_event", email=member.email, event=member.event("101")["id"])
    for hours in (1, -1):
        site.change(f"start_at = start_at + {hours} * interval '1 h'", "101")
        site.sync(member)
    assert member.recorded()[f"{FIXED}:101"] == "dismissed"
    assert member.keys() == {k: 1 for k in ALL if k != f"{FIXED}:101"}


def test_what_a_member_deleted_is_not_taken_for_our_removal(site, member):
    """Seen when it is to be removed, and still so when it is wanted again."""
    site.google.act("delete_event", email=member.email, event=member.event("101")["id"])
    site.sql("UPDATE app_user SET platforms = 1 WHERE id = %s", member.user)  # LeetCode alone
    site.sync(member)
    assert member.recorded() == {k: "dismissed" if k.endswith(":101") else "removed" for k in ALL}
    site.sql("UPDATE app_user SET platforms = 0 WHERE id = %s", member.user)
    site.sync(member)
    assert member.keys() == {k: 1 for k in ALL if not k.endswith(":101")}


def test_calendar_that_its_owner_deleted_before_a_removal(site, member):
    """Then no single event was dismissed."""
    site.google.act("delete_calendars", email=member.email)
    site.sql("UPDATE app_user SET platforms = 1 WHERE id = %s", member.user)
    site.sync(member)
    assert member.link()["state"] == "gone" and "dismissed" not in member.recorded().values()
    site.sql("UPDATE app_user SET platforms = 0 WHERE id = %s", member.user)
    member.connect()
    site.wait(member)
    assert member.keys() == ALL


def test_what_a_member_edits_is_kept(site, member):
    """Our fields are written again, others stay."""
    event = member.event("101")["id"]
    site.google.act("edit_event", email=member.email, event=event, location="at home", guestsCanModify=True)
    site.change("title = 'Round one'", "101")
    site.google.forget_calls()
    site.sync(member)
    assert [c[0::2] for c in site.google.calls()] == [
        ["events.patch", 412], ["events.get", 200], ["events.patch", 200]]
    found = member.event("101")
    assert "Round one" in found["summary"] and found["guestsCanModify"] is True
    site.change("title = 'Round 1'", "101")


def test_colour_and_reminder_by_platform(site, member):
    reply = member.browser.ask("/settings/calendars/google/style", "POST", {
        "csrf": member.browser.token(), "reminder_codeforces": "60", "colour_codeforces": "11"})
    assert reply.status == 303
    site.sync(member)
    assert member.keys() == ALL
    event = member.event("100")
    assert event["colorId"] == "11" and event["reminders"]["overrides"] == [{"method": "popup", "minutes": 60}]


def test_calendar_that_its_owner_deleted(site, member):
    site.google.act("delete_calendars", email=member.email)
    site.change("title = title || ' (new)'", "100")
    site.sync(member)
    assert member.link()["state"] == "gone" and member.status()[0] == "failed"
    assert site.google.calendars(member.email) == {}
    member.connect()
    site.wait(member)
    assert member.link()["state"] == "ok" and member.keys() == ALL
    assert len(site.google.calendars(member.email)) == 1


# ---- tokens ----------------------------------------------------------------------------------------

def touch(site, member):
    """Something to write: the access token is wanted."""
    site.change("title = title || '.'", "102")
    site.sync(member)


def test_access_token_that_ended(site, member):
    site.google.act("expire_access", email=member.email)
    site.google.forget_calls()
    touch(site, member)
    assert [c[0::2] for c in site.google.calls()] == [
        ["events.patch", 401], ["token.refresh", 200], ["events.patch", 200]] or \
        [c[0::2] for c in site.google.calls()] == [["token.refresh", 200], ["events.patch", 200]]
    assert member.status() == ("success", None)


def test_permission_taken_back(site, member):
    site.google.act("end_grants", email=member.email)
    touch(site, member)
    link = member.link()
    assert link["state"] == "reconnect" and "taken back" in link["reason"]
    touch(site, member)
    assert site.sql("SELECT kind FROM mail WHERE recipient = %s", member.email) == [("calendar.reconnect",)]
    assert member.recorded().keys() == ALL.keys(), "nothing is lost"
    member.connect()
    site.wait(member)
    assert member.link()["state"] == "ok" and member.keys() == ALL
    assert len(site.google.calendars(member.email)) == 1


def test_refresh_tokens_that_rotate(site, member):
    site.google.settings(rotate_refresh=True)
    for _ in range(3):
        site.google.act("expire_access", email=member.email)
        touch(site, member)
        assert member.status() == ("success", None) and member.link()["state"] == "ok"


# ---- every error at every step ---------------------------------------------------------------------

PASSING = [
    dict(status=403, reason="userRateLimitExceeded"), dict(status=403, reason="rateLimitExceeded"),
    dict(status=429, reason="rateLimitExceeded", headers={"Retry-After": "1"}), dict(status=409, reason="conflict"),
    dict(status=500, reason="backendError"), dict(status=502, body="<html>"), dict(status=503, body=""),
    dict(status=504, body=""), dict(status=200, body="<html>a proxy"), dict(status=200, body=""), dict(cut=True),
    dict(reset=True), dict(status=500, reason="backendError", after=True), dict(cut=True, after=True),
    dict(reset=True, after=True), dict(status=503, body="", after=True), dict(latency_ms=300)]
ACCOUNT = [dict(status=401, reason="authError"), dict(status=403, reason="quotaExceeded"),
           dict(status=403, reason="insufficientPermissions"), dict(status=403, reason="accessNotConfigured")]
ITEM = [dict(status=400, reason="invalid"), dict(status=400, reason="timeRangeEmpty"),
        dict(status=403, reason="forbidden"), dict(status=403, reason="forbiddenForNonOrganizer")]
STATE = [dict(status=404, reason="notFound"), dict(status=410, reason="deleted"), dict(status=409, reason="duplicate"),
         dict(status=410, reason="fullSyncRequired"), dict(status=410, reason="updatedMinTooLongAgo"),
         dict(status=412, reason="conditionNotMet")]
TOKEN = [dict(status=400, body='{"error":"invalid_grant"}'), dict(status=401, body='{"error":"invalid_client"}'),
         dict(status=400, body="{}"), dict(status=200, body='{"access_token":"a b","token_type":"Bearer"}')]

CASES = {
    "token.refresh": PASSING + TOKEN,
    "calendars.insert": PASSING + ACCOUNT + ITEM + STATE,
    "events.insert": PASSING + ACCOUNT + ITEM + STATE,
    "events.patch": PASSING + ACCOUNT + ITEM + STATE,
    "events.delete": PASSING + ACCOUNT + ITEM + STATE,
    "events.get": PASSING + ACCOUNT + ITEM + STATE,
    "calendars.get": PASSING + ACCOUNT + ITEM + STATE,
}
BEFORE = {"calendars.get": dict(status=404, reason="notFound"),  # what leads there
          "events.get": dict(status=412, reason="conditionNotMet")}


def mend(site, members):
    """All is well again at Google; owners connect again what has to be."""
    site.google.calm()
    site.sql("UPDATE calendar_link SET stopped_until = NULL")
    for m in members:
        if m.link()["state"] != "ok":
            m.connect()
    site.wait(*members)
    site.sync(*members)


@pytest.mark.parametrize("step", CASES)
def test_every_error(site, step):
    """Whatever goes wrong, once, twice or for good: afterwards each contest stands there once, or for a reason."""
    early = step in ("token.refresh", "calendars.insert", "events.insert")
    cases = [(rule, times, skip) for rule in CASES[step] for times, skip in (
        [(1, 0), (None, 0)] + ([(2, 1)] if rule in PASSING else []))]
    members = [site.member() for _ in cases]
    if not early:
        for m in members:
            m.connect()
        site.wait(*members)
    for m, (rule, times, skip) in zip(members, cases):
        site.google.fault(step, user=m.email, times=times, skip=skip, **rule)
        if step in BEFORE:
            site.google.fault("events.patch", user=m.email, times=1, **BEFORE[step])
    if early:
        for m in members:
            m.connect()
        site.wait(*members)
    else:
        change = "status = 'cancelled', cancelled_at = now()" if step == "events.delete" else "title = title || '!'"
        site.change(change, "100", "101")
        site.sync(*members)
    for m in members:
        wait_until(lambda: m.status()[0] not in ("queued", "syncing"), 30, "the sync ends")
        status, reason = m.status()
        assert status == "success" or reason, "a failure says why"
        assert "ya29" not in str(reason) and "{" not in str(reason)
    mend(site, members)
    if step == "events.delete":
        site.change("status = 'upcoming', cancelled_at = NULL", "100", "101")
        site.sync(*members)
    state = site.google.state()
    for m, (rule, times, skip) in zip(members, cases):
        excused = {k for k, s in m.recorded().items() if s in ("dismissed", "refused")}
        if excused:
            assert rule in ITEM + STATE or step == "calendars.get", (rule, times, m.recorded())
        seen = m.keys(state)
        if step == "calendars.get" and rule.get("status") in (404, 410):
            continue  # Google says that the calendar is gone, and is believed
        assert all(n == 1 for n in seen.values()), (step, rule, times, seen)
        assert set(seen) | excused >= set(ALL), (step, rule, times, seen, m.recorded(), m.status(), m.link())
        if rule in PASSING:
            assert seen == ALL, (step, rule, times, seen)


def test_google_quota_is_kept(site):
    """Twenty calendars at once, and Google counts: no call is refused, or only a few for a moment."""
    site.google.settings(project_per_minute=30)
    members = [site.member() for _ in range(12)]
    for m in members:
        m.connect()
    site.wait(*members)
    site.google.settings(project_per_minute=0)
    site.sync(*members)
    state = site.google.state()
    assert all(m.keys(state) == ALL for m in members)


# ---- cut off ---------------------------------------------------------------------------------------

def test_a_second_sync_ends_at_once_and_quietly(site):
    """While the first has the member's calendars in its hands."""
    made = site.member()
    site.google.fault("events.insert", user=made.email, times=1, latency_ms=4000)
    site.google.forget_calls()
    made.connect()
    wait_until(lambda: site.google.calls("calendars.insert"), 20, "the first one's beginning")
    (second,), = site.sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 0, 'calendar.sync', %s FROM job_queue"
                          " WHERE name = 'sync' RETURNING id", json.dumps({"user": made.user}))
    wait_until(lambda: not site.sql("SELECT 1 FROM job WHERE id = %s", second), 3, "the second one's end", every=0.05)
    assert made.status() == ("syncing", None) and not site.sql("SELECT 1 FROM job_later WHERE id = %s", second)
    site.wait(made)
    assert made.status() == ("success", None) and made.keys() == ALL
    assert len(site.google.calls("events.insert")) == N


def test_killed_between_insert_and_record(site):
    """Google has the event, the worker dies before it is stored: the next sync finds its own."""
    made = site.member()
    site.google.fault("events.insert", user=made.email, skip=1, times=1, latency_ms=3000, after=True)
    site.google.forget_calls()
    made.connect()
    runner = site.jobs.processes[-1]
    wait_until(lambda: len(site.google.calls("events.insert")) >= 1, 20, "the first event")
    time.sleep(0.3)  # the second is under way
    os.killpg(runner.pid, 9)
    runner.stop()
    wait_until(lambda: len(site.google.calls("events.insert")) >= 2, 20, "the second event")
    site.start_jobs()
    site.sql("DELETE FROM cache_lock")  # the dead worker's lock ends by itself after five minutes
    site.sync(made)
    assert made.status() == ("success", None)
    assert made.keys() == ALL and len(site.google.calendars(made.email)) == 1


def test_two_syncs_at_once(site):
    made = site.member()
    site.google.settings(latency_ms=30)
    made.connect()
    for _ in range(4):
        site.add_sync(made)
    site.wait(made)
    site.google.settings(latency_ms=0)
    site.sync(made)
    assert made.keys() == ALL and len(site.google.calendars(made.email)) == 1


@pytest.mark.parametrize("skew", [-300, 300])
def test_clocks_five_minutes_apart(site, skew):
    site.google.settings(skew_s=skew)
    made = site.member()
    assert made.connect().status == 303
    site.wait(made)
    assert made.status() == ("success", None) and made.keys() == ALL


def test_a_lock_that_is_taken_ends_the_job_at_once_and_quietly(site):
    """Two jobs of one member at once: the second has nothing to say and calls nobody."""
    member = site.member()
    assert member.connect().status == 303
    site.wait(member)
    site.change("title = 'Another title'", "100", "101", "102")
    runs = site.sql("SELECT count(*) FROM sync_run WHERE user_id = %s", member.user)[0][0]
    site.google.fault("events.patch", user=member.email, times=1, latency_ms=8000)
    site.google.forget_calls()
    site.sql("TRUNCATE job_done")
    site.add_sync(member)
    wait_until(lambda: site.sql("SELECT 1 FROM job WHERE kind = 'calendar.sync' AND runner IS NOT NULL"), 20, "the first job")
    wait_until(lambda: site.sql("SELECT 1 FROM sync_state WHERE user_id = %s AND status = 'syncing'", member.user), 20, "its work")
    site.sql("INSERT INTO job (queue, priority, kind, payload) SELECT q.id, 0, 'calendar.sync', json_build_object('user', %s)"
             " FROM job_queue q WHERE q.name = 'sync'", member.user)
    wait_until(lambda: site.sql("SELECT 1 FROM job_done WHERE kind = 'calendar.sync'"), 7, "the quiet end", every=0.05)
    assert site.sql("SELECT count(*) FROM job WHERE kind = 'calendar.sync' AND runner IS NOT NULL") == [(1,)], "the first goes on"
    assert member.status() == ("syncing", None)
    site.wait(member)
    patched = [c for c in site.google.calls("events") if c[1] == member.email]
    assert len(patched) == 3, "each contest once"
    assert site.sql("SELECT count(*) FROM sync_run WHERE user_id = %s", member.user) == [(runs + 1,)]
    assert site.sql("SELECT count(*), max(attempt) FROM job_done WHERE kind = 'calendar.sync'") == [(2, 1)]
    assert not site.sql("SELECT 1 FROM job_dead UNION ALL SELECT 1 FROM job_later WHERE kind = 'calendar.sync'")
