"""Disconnecting members' calendars at Google, against the stand-in, whatever it answers."""

import json

import pytest

from lab.google_site import ALL, Site
from lab.process import wait_until


@pytest.fixture(scope="module")
def module_site(postgres, lab_folder):
    with Site.running(postgres, lab_folder) as made:
        yield made


@pytest.fixture()
def site(module_site):
    with module_site.visit():
        yield module_site


def leave(site, member, remove):
    link, = site.sql("UPDATE calendar_link SET state = 'leaving' WHERE user_id = %s RETURNING id", member.user)[0]
    site.sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 0, 'calendar.leave', %s FROM job_queue"
             " WHERE name = 'sync'", json.dumps({"link": link, "user": member.user, "remove": remove}))
    wait_until(lambda: member.link()["state"] == "off", 30, "the end of leaving")
    assert site.sql("SELECT secret FROM calendar_link WHERE id = %s", link) == [(None,)]
    assert member.email not in site.google.state()["refresh"].values(), "the access is given back"


@pytest.mark.parametrize("calendar", ["own", "primary"])
@pytest.mark.parametrize("remove", [True, False])
def test_disconnecting(site, calendar, remove):
    made = site.member()
    made.connect(calendar)
    site.wait(made)
    leave(site, made, remove)
    assert made.keys() == ({} if remove else ALL)
    made.connect(calendar)
    site.wait(made)
    site.sync(made)
    assert made.keys() == ALL, "connected again: nothing is doubled, what we removed comes back"


@pytest.mark.parametrize("calendar", ["own", "primary"])
def test_what_is_seen_to_be_deleted_at_leaving_stays_deleted(site, calendar):
    made = site.member()
    made.connect(calendar)
    site.wait(made)
    site.google.act("delete_event", email=made.email, event=made.event("101")["id"])
    leave(site, made, True)
    assert made.keys() == {} and not site.sql("SELECT 1 FROM mail WHERE user_id = %s", made.user)
    made.connect(calendar)
    site.wait(made)
    assert made.keys() == {k: 1 for k in ALL if not k.endswith(":101")}


@pytest.mark.parametrize("way", ["left", "gone"])
def test_what_its_owner_deleted_stays_deleted(site, way):
    """Also where the calendar itself was removed meanwhile, by us or by its owner."""
    made = site.synced_member()
    site.google.act("delete_event", email=made.email, event=made.event("101")["id"])
    site.change("title = title || '.'", "101")
    site.sync(made)
    if way == "left":
        leave(site, made, True)
    else:
        site.google.act("delete_calendars", email=made.email)
        site.change("title = title || '.'", "100")
        site.sync(made)
        assert made.link()["state"] == "gone"
    made.connect()
    site.wait(made)
    assert made.keys() == {k: 1 for k in ALL if not k.endswith(":101")}


# ---- every error at every step ---------------------------------------------------------------------

PASSING = [
    dict(status=403, reason="userRateLimitExceeded"), dict(status=403, reason="rateLimitExceeded"),
    dict(status=403, reason="quotaExceeded"), dict(status=429, reason="rateLimitExceeded"),
    dict(status=500, reason="backendError"), dict(status=503, body=""), dict(cut=True), dict(reset=True),
    dict(reset=True, after=True), dict(latency_ms=500)]
PASSING_TOKEN = [r for r in PASSING if r.get("status") != 403] + [
    dict(status=401, body='{"error":"invalid_client"}'), dict(status=400, body="{}")]
INVALID_GRANT = dict(status=400, body='{"error":"invalid_grant"}')
UNAUTHORIZED = dict(status=401, reason="authError")
FINAL = [dict(status=403, reason="insufficientPermissions"), dict(status=403, reason="forbidden"),
         dict(status=400, reason="invalid")]
GONE = [dict(status=404, reason="notFound"), dict(status=410, reason="deleted")]

CASES = {
    "calendars.delete": PASSING + FINAL + GONE + [UNAUTHORIZED],
    "events.delete": PASSING + FINAL + GONE + [UNAUTHORIZED],
    "token.refresh": PASSING_TOKEN + [INVALID_GRANT],
    "revoke": PASSING_TOKEN + GONE + [INVALID_GRANT],
}
LAST = 16  # tries that a calendar is worth


def is_good(step, rule, times):
    """Whether Google gives a good answer in the end."""
    nothing_to_cut = "cut" in rule and step.endswith("delete")
    return rule not in FINAL + [INVALID_GRANT] and (times == 1 or nothing_to_cut or "latency_ms" in rule)


def leave_all(site, members):
    """Disconnects them, the events too. The second try comes at once, and as the third the last."""
    users = [m.user for m in members]
    site.sql("UPDATE calendar_link SET state = 'leaving' WHERE user_id = ANY (%s)", users)
    site.sql("INSERT INTO job (queue, priority, kind, payload) SELECT q.id, 0, 'calendar.leave',"
             " json_build_object('link', l.id, 'user', l.user_id, 'remove', true)"
             " FROM job_queue q, calendar_link l WHERE q.name = 'sync' AND l.user_id = ANY (%s)", users)

    def all_left():
        site.sql("UPDATE job_later SET run_at = now() + '300 ms', attempt = CASE attempt WHEN 2 THEN %s ELSE attempt END"
                 " WHERE kind = 'calendar.leave' AND run_at > now() + '1 s'", LAST - 1)
        return not site.sql("SELECT 1 FROM calendar_link WHERE user_id = ANY (%s) AND state <> 'off'", users)
    wait_until(all_left, 120, "the end of leaving", every=0.1)


@pytest.mark.parametrize("step", CASES)
def test_every_error(site, step):
    """Whatever goes wrong, once or for good: the calendar is left, what can be removed is, and owners hear of the rest."""
    where = "primary" if step == "events.delete" else "own"
    cases = [(rule, times) for rule in CASES[step] for times in (1, None)]
    members = [site.member() for _ in cases]
    for m in members:
        m.connect(where)
    site.wait(*members)
    for m, (rule, times) in zip(members, cases):
        if step == "token.refresh":
            site.google.act("expire_access", email=m.email)
        site.google.fault(step, user=m.email, times=times, **rule)
    leave_all(site, members)

    state = site.google.state()
    for m, (rule, times) in zip(members, cases):
        case, good = (step, rule, times), is_good(step, rule, times)
        done = good or bool({"after", "cut"} & set(rule))  # there, whatever was said of it
        assert site.sql("SELECT secret FROM calendar_link WHERE user_id = %s", m.user) == [(None,)], case
        if step == "revoke":
            assert (m.email in state["refresh"].values()) == (not done), case
            assert m.keys(state) == {}, case
        else:
            assert m.email not in state["refresh"].values(), case
        if rule not in GONE and step != "revoke":
            assert (m.keys(state) == {}) == (good or step == "calendars.delete"), case
        told = site.sql("SELECT kind FROM mail WHERE user_id = %s", m.user)
        assert told == ([] if good or rule in GONE or step == "revoke" else [("calendar.remains",)]), case

    site.google.calm()
    for m in members:
        m.connect(where)
    site.wait(*members)
    assert all(m.link()["state"] == "ok" for m in members), "also where we were not told that it is removed"
    state = site.google.state()
    for m, (rule, times) in zip(members, cases):
        if step != "calendars.delete" or rule not in GONE:
            assert m.keys(state) == ALL, ("connected again: nothing is doubled", step, rule, times)
