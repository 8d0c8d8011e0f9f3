"""Members' calendars against a real CalDAV server, from the settings page to the event."""

import http.server
import re
import threading

import pytest

from lab.calendars import HOUR, OWN, Site
from lab.client import Browser
from lab.outside import Outside
from lab.process import wait_until
from lab.radicale import PASSWORD, USER


@pytest.fixture()
def synced(site, dav):
    """Connected, with two contests in the calendar."""
    site.contest("1", "First")
    site.contest("2", "Second", start=48 * HOUR)
    assert site.connect(dav.base) == ("success", None)
    assert set(dav.events(OWN)) == {"First", "Second"}
    return site


def test_connect_fills_the_calendar(synced, dav):
    event = dav.events(OWN)["First"]
    start, = synced.sql("SELECT start_at FROM external_contest WHERE native_id = '1'")[0]
    assert event["DTSTART"].dt == start and str(event["URL"]) == "https://codeforces.com/contest/1"
    alarm, = event.walk("VALARM")
    assert alarm["TRIGGER"].dt.total_seconds() == -30 * 60
    assert synced.states() == {"codeforces:1": "present", "codeforces:2": "present"}
    assert synced.sql("SELECT added, changed, removed, status FROM sync_run") == [(2, 0, 0, "success")]
    page = synced.browser.ask("/dashboard").text
    assert "Your calendar is right." in page and "2 added" in page and "First" in page


def test_nothing_to_do_asks_nobody(synced, dav):
    before = dav.requests()
    for _ in range(3):
        assert synced.sync() == ("success", None)
    assert dav.requests() == before
    assert synced.one("SELECT count(*) FROM sync_run") == 1


def test_moved_renamed_cancelled(synced, dav):
    synced.contest("1", "First", start=30 * HOUR)
    synced.contest("2", "Second, renamed", start=48 * HOUR)
    synced.contest("3", "Third", start=72 * HOUR)
    assert synced.sync() == ("success", None)
    events = dav.events(OWN)
    start, = synced.sql("SELECT start_at FROM external_contest WHERE native_id = '1'")[0]
    assert set(events) == {"First", "Second, renamed", "Third"} and events["First"]["DTSTART"].dt == start
    synced.cancel("3")
    assert synced.sync() == ("success", None)
    assert set(dav.events(OWN)) == {"First", "Second, renamed"}
    items = synced.sql("SELECT what, contest_key, from_start_at IS NOT NULL FROM sync_item WHERE run_id > 1 ORDER BY id")
    assert ("moved", "codeforces:1", True) in items and ("removed", "codeforces:3", False) in items
    page = synced.browser.ask("/dashboard").text
    assert "no longer announced by its platform" in page and "Moved" in page


def test_what_the_owner_deletes_stays_deleted(synced, dav):
    assert dav.ask("DELETE", dav.events(OWN)["First"].href)[0] == 200
    synced.contest("1", "First, moved", start=30 * HOUR)
    assert synced.sync() == ("success", None)
    assert set(dav.events(OWN)) == {"Second"}
    assert synced.states()["codeforces:1"] == "dismissed"
    synced.contest("1", "First, moved again", start=31 * HOUR)
    assert synced.sync() == ("success", None)
    assert set(dav.events(OWN)) == {"Second"}
    assert "you deleted it from the calendar" in synced.browser.ask("/dashboard").text


def test_preference_removes_and_adds(synced, dav):
    synced.contest("x", "Elsewhere", platform="atcoder")
    synced.sync()
    assert set(dav.events(OWN)) == {"First", "Second", "Elsewhere"}
    # As the profile's page does it: the change, and a sync asked for in the same transaction.
    synced.sql("UPDATE app_user SET platforms = 8; UPDATE sync_state SET version = version + 1")
    assert synced.sync() == ("success", None)
    assert set(dav.events(OWN)) == {"Elsewhere"}
    synced.sql("UPDATE app_user SET platforms = 0; UPDATE sync_state SET version = version + 1")
    assert synced.sync() == ("success", None)
    assert set(dav.events(OWN)) == {"First", "Second", "Elsewhere"}


def test_what_the_owner_deleted_is_not_taken_for_our_removal(synced, dav):
    """Seen when it is to be removed, and still so when it is wanted again."""
    assert dav.ask("DELETE", dav.events(OWN)["First"].href)[0] == 200
    for platforms in 8, 0:  # AtCoder alone, all
        synced.sql(f"UPDATE app_user SET platforms = {platforms}; UPDATE sync_state SET version = version + 1")
        assert synced.sync() == ("success", None)
    assert set(dav.events(OWN)) == {"Second"} and synced.states()["codeforces:1"] == "dismissed"


def test_change_by_hand_is_overwritten_by_a_move(synced, dav):
    event = dav.events(OWN)["First"]
    text = dav.ask("GET", event.href)[1].replace("SUMMARY:First", "SUMMARY:By hand")
    assert dav.ask("PUT", event.href, text, **{"Content-Type": "text/calendar"})[0] in (201, 204)
    synced.contest("1", "First", start=30 * HOUR)
    assert synced.sync() == ("success", None)  # 412 at first
    assert set(dav.events(OWN)) == {"First", "Second"}


def test_killed_between_insert_and_record(synced, dav):
    """The calendar has it and the table does not: nothing is doubled."""
    synced.contest("3", "Third")
    synced.sync()
    synced.sql("DELETE FROM synced_event WHERE contest_key = 'codeforces:3';"
               " UPDATE sync_state SET version = version + 1")
    assert synced.sync() == ("success", None)
    assert set(dav.events(OWN)) == {"First", "Second", "Third"} and len(dav.hrefs(OWN)) == 3
    assert synced.states()["codeforces:3"] == "present"


def test_worker_killed_while_it_syncs(site, dav):
    for i in range(40):
        site.contest(str(i), f"Round {i}")
    site.post("/settings/calendars/caldav", server=dav.base, account=USER, password=PASSWORD)
    wait_until(lambda: site.one("SELECT count(*) FROM synced_event") > 3, 20, "the first events")
    site.jobs.kill()
    site.jobs = site.podium.start_jobs(name="again")
    wait_until(lambda: site.one("SELECT count(*) FROM synced_event WHERE state = 'present'") == 40, 60, "the rest")
    site.settled(60)
    assert len(dav.hrefs(OWN)) == 40 == len(dav.events(OWN))


def test_wrong_password(site, dav):
    site.contest("1")
    status, reason = site.connect(dav.base, password="not hers")
    assert status == "failed" and "did not accept" in reason
    assert site.link() == "reconnect"
    page = site.browser.ask("/settings/calendars").text
    assert "Connect again" in page and "did not accept" in page and "not hers" not in page
    assert site.connect(dav.base) == ("success", None)
    assert set(dav.events(OWN)) == {"Round"}


def test_lost_access_is_told_once(synced, dav):
    (dav.folder / "users").write_text(f"{USER}:another\n")
    dav.stop()
    dav.start()
    synced.contest("3", "Third")
    assert synced.sync()[0] == "failed"
    assert synced.link() == "reconnect"
    synced.sync()
    mails = synced.sql("SELECT recipient, kind FROM mail")
    assert mails == [("mia@example.org", "calendar.reconnect")]
    assert synced.connect(dav.base, password="another") == ("success", None)
    assert synced.one("SELECT count(*) FROM synced_event WHERE state = 'present'") == 3


def test_vanished_calendar(synced, dav):
    assert dav.ask("DELETE", OWN)[0] == 200
    synced.contest("3", "Third")
    status, reason = synced.sync()
    assert status == "failed" and "no longer there" in reason and synced.link() == "gone"
    assert synced.post("/settings/calendars/caldav/renew").status == 303
    assert synced.settled() == ("success", None)
    assert set(dav.events(OWN)) == {"First", "Second", "Third"}


@pytest.mark.parametrize("there", [True, False])
def test_removal_that_was_not_confirmed(synced, dav, there):
    """Connected again: the calendar is used if it is there, and made anew if it is not."""
    synced.sql("UPDATE calendar_link SET state = 'off', secret = NULL, dropped_at = now()")
    synced.sql("UPDATE synced_event SET state = 'removing'")
    if not there:
        assert dav.ask("DELETE", OWN)[0] == 200
    assert synced.connect(dav.base) == ("success", None)
    assert set(dav.events(OWN)) == {"First", "Second"} and len(dav.hrefs(OWN)) == 2
    assert synced.one("SELECT dropped_at IS NULL FROM calendar_link")
    assert not synced.sql("SELECT 1 FROM mail")


def test_calendar_of_ones_own_address(site, dav):
    dav.make(f"/{USER}/mine/")
    site.contest("1")
    assert site.connect(f"{dav.base}/{USER}/mine/") == ("success", None)
    assert set(dav.events(f"/{USER}/mine/")) == {"Round"} and dav.events(OWN) is None
    # Disconnected with removal: what was put there goes, the calendar stays.
    assert site.post("/settings/calendars/caldav/leave", events="remove").status == 303
    wait_until(lambda: site.link() == "off", 20, "the disconnection")
    assert dav.events(f"/{USER}/mine/") == {}
    assert site.connect(f"{dav.base}/{USER}/mine/") == ("success", None)
    assert set(dav.events(f"/{USER}/mine/")) == {"Round"}


def test_read_only_calendar(site, dav):
    dav.make(f"/{USER}/mine/")
    dav.allow("Rr")
    dav.stop()
    dav.start()
    site.contest("1")
    status, reason = site.connect(f"{dav.base}/{USER}/mine/")
    assert status == "failed" and site.link() == "reconnect" and "only read" in reason or "not allow" in reason


@pytest.mark.parametrize("remove", [True, False])
def test_disconnect(synced, dav, remove):
    reply = synced.post("/settings/calendars/caldav/leave", events="remove" if remove else "keep")
    assert reply.status == 303
    wait_until(lambda: synced.link() == "off", 20, "the disconnection")
    assert synced.one("SELECT secret IS NULL FROM calendar_link")
    assert (dav.events(OWN) is None) == remove
    synced.contest("3", "Third")
    assert synced.connect(dav.base) == ("success", None)
    assert set(dav.events(OWN)) == {"First", "Second", "Third"} and len(dav.hrefs(OWN)) == 3


def test_server_is_away_and_returns(synced, dav):
    dav.stop()
    synced.contest("3", "Third")
    assert synced.sync()[0] == "failed"
    assert "It is tried again by itself" in synced.browser.ask("/dashboard").text
    dav.start()
    assert synced.sync() == ("success", None)  # pressing does not wait for the next try
    assert set(dav.events(OWN)) == {"First", "Second", "Third"}


def test_server_is_away_for_longer_than_a_job_tries(synced, dav):
    dav.stop()
    synced.contest("3", "Third")
    assert synced.sync()[0] == "failed"
    synced.sql("UPDATE job_later SET attempt = 5, run_at = now() WHERE kind = 'calendar.sync'")
    wait_until(lambda: not synced.sql("SELECT 1 FROM job_unique WHERE key LIKE 'sync:%'"), 30, "the last try")
    assert synced.settled()[0] == "failed"
    dav.start()
    synced.sql("UPDATE sync_state SET asked_at = now() - interval '1 hour'")
    synced.sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 0, 'calendar.tend', '{}' FROM job_queue"
               " WHERE name = 'sync'")
    wait_until(lambda: synced.settled() == ("success", None), 20, "the sync that was owed")
    assert set(dav.events(OWN)) == {"First", "Second", "Third"}


def test_two_syncs_at_once(synced, dav):
    for i in range(10, 30):
        synced.contest(str(i), f"Round {i}")
    synced.post("/sync")
    synced.sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 0, 'calendar.sync',"
               " json_build_object('user', (SELECT user_id FROM sync_state)) FROM job_queue, generate_series(1, 4)"
               " WHERE name = 'sync'")
    synced.settled()
    assert len(dav.hrefs(OWN)) == 22 == len(dav.events(OWN))
    assert synced.one("SELECT count(*) FROM sync_item") == 22


def test_late_contests_are_left_out_and_told(site, dav):
    site.contest("1", "Near", start=20 * 60)
    site.contest("2", "Far")
    assert site.connect(dav.base) == ("success", None)
    assert set(dav.events(OWN)) == {"Far"}
    assert site.states()["codeforces:1"] == "late"
    assert "less than 30 minutes" in site.browser.ask("/dashboard").text


@pytest.mark.parametrize("server", [
    "http://192.168.0.1/", "https://192.168.0.1/", "https://localhost/", "https://[::1]/", "http://example.org/",
    "https://10.0.0.1:443/dav", "ftp://example.org/", "https://user@example.org/", "https://printer/", "https://"])
def test_addresses_that_are_not_asked(site, server):
    reply = site.post("/settings/calendars/caldav", server=server, account="a", password="b")
    assert reply.status == 422 and "field-error" in reply.text
    assert not site.sql("SELECT 1 FROM calendar_link")


def test_secret_is_sealed(synced):
    sealed = bytes(synced.one("SELECT secret FROM calendar_link"))
    assert PASSWORD.encode() not in sealed
    assert PASSWORD not in synced.podium.processes[0].log() + synced.podium.processes[1].log()


def test_feed(site):
    site.contest("1", "First")
    site.contest("x", "Elsewhere", platform="atcoder")
    assert site.post("/settings/calendars/feed").status == 303
    page = site.browser.ask("/settings/calendars").text
    address, = re.findall(r'data-copy="http://podium.example(/feed/[^"]+\.ics)"', page)
    reply = Browser(site.podium.socket).ask(address)
    assert reply.status == 200 and "SUMMARY:First" in reply.text and "BEGIN:VALARM" in reply.text
    assert reply.header("Cache-Control").startswith("private")
    again = Browser(site.podium.socket).ask(address, headers={"If-None-Match": reply.header("ETag")})
    assert again.status == 304
    secret = address.split("/")[-1][:-4]
    assert site.one("SELECT count(*) FROM calendar_link WHERE secret_hash IS NOT NULL") == 1
    assert secret not in str(site.sql("SELECT * FROM calendar_link"))
    site.sql("UPDATE app_user SET platforms = 8")
    assert "SUMMARY:First" not in Browser(site.podium.socket).ask(address).text
    assert site.post("/settings/calendars/feed").status == 303
    assert Browser(site.podium.socket).ask(address).status == 404
    assert all(secret not in p.log() for p in site.podium.processes)
    assert site.post("/settings/calendars/ics/leave").status == 303
    wait_until(lambda: site.one("SELECT state FROM calendar_link") == "off", 20, "the end of the feed")


def test_style(synced, dav):
    reply = synced.post("/settings/calendars/caldav/style", reminder_codeforces=60, colour_codeforces=11)
    assert reply.status == 303 and synced.settled() == ("success", None)
    event = dav.events(OWN)["First"]
    assert event.walk("VALARM")[0]["TRIGGER"].dt.total_seconds() == -3600 and str(event["COLOR"]) == "tomato"
    synced.post("/settings/calendars/caldav/style", reminder_codeforces=-1)
    synced.settled()
    assert not dav.events(OWN)["First"].walk("VALARM")


def test_pressing_has_a_cooldown(folder, postgres, database, dav):
    site = Site(folder, postgres, database)
    try:
        site.contest("1")
        site.connect(dav.base)
        site.podium.set(SYNC_COOLDOWN_S=60)
        web, = [p for p in site.podium.processes if "podium-web" in str(p.argv[0])]
        web.stop()
        site.podium.start_web(name="again")
        assert site.post("/sync").status == 202
        reply = site.post("/sync")
        assert reply.status == 429 and 0 < int(reply.header("Retry-After")) <= 60
    finally:
        site.podium.stop()


def test_sync_wants_a_token_and_answers_json(synced):
    assert synced.browser.ask("/sync", "POST", {}).status == 403
    token = synced.browser.token("/dashboard")
    reply = synced.browser.ask("/sync", "POST", {"csrf": token}, headers={"Accept": "application/json"})
    assert reply.status == 202 and reply.text.startswith('{"status":"queued"')
    reply = synced.browser.ask("/sync", "POST", {"csrf": token})
    assert reply.status == 202 and reply.header("Refresh") == "2; url=/dashboard" and "Syncing" in reply.text


def test_guests_are_sent_to_sign_in(site):
    guest = Browser(site.podium.socket)
    for path in "/dashboard", "/settings/calendars":
        assert guest.ask(path).status in (303, 401)
    assert guest.ask("/feed/abc.ics").status == 404


class Lure:
    """A server that answers every request with one text and notes what it was asked."""

    def __init__(self, status=200, head=(), body=b""):
        self.asked = asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                asked.append((self.command, self.path, self.headers.get("Authorization")))
                self.send_response(status)
                for name, value in head:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            do_GET = do_PUT = do_PROPFIND = do_MKCALENDAR = answer

            def log_message(self, *_):
                pass
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


def multistatus(prop):
    return (f'<multistatus xmlns="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><response><href>/</href><propstat><prop>'
            f'{prop}</prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>').encode()


@pytest.mark.parametrize("way", ["redirect", "principal", "home"])
def test_server_cannot_lead_into_the_house(site, way):
    """Only the one port is allowed; whatever it refers to elsewhere is not asked, and nobody gets the password."""
    house = Lure(200, body=b"treasure")
    if way == "redirect":
        lure = Lure(302, [("Location", house.url + "/admin")])
    else:
        name = "current-user-principal" if way == "principal" else "C:calendar-home-set"
        prop = f"<{name}><href>{house.url}/p/</href></{name}>"
        lure = Lure(207, [("Content-Type", "application/xml")], multistatus(prop))
    try:
        port = lure.server.server_port
        site.podium.set(CALDAV_PRIVATE=f"127.0.0.1:{port}")
        for process in site.podium.processes:
            process.stop()
        site.podium.start_web(name="web2")
        site.podium.start_jobs(name="jobs2")
        site.contest("1")
        status, reason = site.connect(lure.url)
        assert status == "failed" and reason
        assert lure.asked and not house.asked
        assert site.link() == "reconnect"
    finally:
        lure.stop()
        house.stop()


@pytest.mark.parametrize("body", [b"", b"<html>", multistatus("<href/>"), b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
                                  b"<" * 100000, b"\xff\xfe"])
def test_answers_that_are_not_understood(site, body):
    lure = Lure(207, [("Content-Type", "application/xml")], body)
    try:
        site.contest("1")
        status, reason = site.connect(lure.url)
        assert status == "failed" and reason
        assert not site.sql("SELECT 1 FROM job_dead")
    finally:
        lure.stop()


def test_a_club_is_spread_over_time(site):
    """After a fetch has changed something: only the members concerned, and not all at once."""
    site.jobs.stop()
    site.sql("INSERT INTO app_user (email, name, roles, password_hash, platforms) SELECT 'c' || n || '@example.org', 'C', 1,"
             " '*', CASE n % 4 WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 0 END FROM generate_series(1, 10000) n")
    site.sql("INSERT INTO calendar_link (user_id, sink) SELECT id, 'google' FROM app_user WHERE email LIKE 'c%'")
    # one that has just asked, one that is locked, one whose calendar has to be connected again, a feed's reader
    site.sql("UPDATE app_user SET disabled = true WHERE email = 'c2@example.org'")
    site.sql("UPDATE calendar_link SET state = 'reconnect' WHERE user_id = (SELECT id FROM app_user WHERE email = 'c3@example.org')")
    site.sql("UPDATE calendar_link SET sink = 'ics' WHERE user_id = (SELECT id FROM app_user WHERE email = 'c6@example.org')")
    outside = Outside(site.podium.folder).start()
    try:
        site.podium.set(**outside.urls(), SOURCE_BACKOFF_MS=5, JOB_WORKERS=1)
        site.podium.cli("source", "fetch", "codeforces")
        site.podium.start_jobs(name="club")
        wait_until(lambda: site.one("SELECT count(*) FROM sync_state") > 0, 60, "the spreading")
        late, = site.sql("SELECT count(*), extract(epoch FROM max(run_at) - min(run_at))::int8 FROM job_later"
                         " WHERE kind = 'calendar.sync'")
        # everybody but those who have chosen LeetCode alone, and the three
        assert site.one("SELECT count(*) FROM sync_state") == 7500 - 3
        assert site.one("SELECT count(*) FROM job_unique WHERE key LIKE 'sync:%'") >= late[0] > 5000
        changes = site.one("SELECT count(*) FROM contest_change WHERE kind = 'announced'")
        assert late[1] >= 7497 * (1 + min(changes, 30)) * 60 / 5000 * 0.9
    finally:
        site.podium.stop()
        outside.stop()


def test_what_was_forgotten_is_caught_up(synced, dav):
    """A cause without a job, and a calendar whose pause is over."""
    synced.contest("3", "Third")
    synced.sql("UPDATE sync_state SET asked = asked + 1, asked_at = now() - interval '1 hour'")
    synced.sql("UPDATE calendar_link SET stopped_until = now() - interval '1 s', reason = 'full'")
    synced.sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 0, 'calendar.tend', '{}' FROM job_queue"
               " WHERE name = 'sync'")
    wait_until(lambda: len(dav.hrefs(OWN)) == 3, 20, "the third event")
    assert synced.settled() == ("success", None)
    assert synced.sql("SELECT stopped_until, reason FROM calendar_link") == [(None, None)]
