"""Taking one's data along, and the end of an account."""

import json
import re

import pytest

from lab import totp
from lab.client import ADMIN, Browser, check_markup
from lab.process import wait_until

MIA = ("mia@example.org", "a password of mine")


@pytest.fixture()
def site(podium, postgres, database):
    podium.cli("init")
    podium.cli("user", "create", MIA[0], "Mia Muster", "coach", text_input=MIA[1] + "\n")
    podium.start_web()
    podium.do = lambda sql, *arguments: postgres.execute(database, sql, *arguments)
    podium.mia = podium.do("SELECT id FROM app_user WHERE email = %s", MIA[0])[0][0]
    return podium


@pytest.fixture()
def mia(site):
    made = Browser(site.socket)
    assert made.sign_in(*MIA).status == 303
    return made


def fill(site, sink="google", state="ok"):
    """A member with everything that a member can have."""
    site.do("UPDATE app_user SET handle = 'mia', bio = 'Sorts.', zone = 'Europe/Berlin', platforms = 9 WHERE id = %s", site.mia)
    site.do("INSERT INTO identity (user_id, provider, subject, email) VALUES (%s, 'google', 'subject-of-mia', 'mia@gmail.example')",
            site.mia)
    link = site.do(
        "INSERT INTO calendar_link (user_id, sink, state, account, calendar, secret, secret_hash) VALUES (%s, %s, %s,"
        " 'mia@gmail.example', 'calendar-of-mia', 'SEALED SECRET', sha256('x')) RETURNING id", site.mia, sink, state)[0][0]
    site.do("INSERT INTO synced_event (link_id, contest_key, event_id, state, sent_hash, title, start_at, end_at)"
            " VALUES (%s, 'codeforces:2174', 'eventid', 'present', 'h', 'Round 1061', now(), now() + interval '2 hours')", link)
    site.do("INSERT INTO sync_state (user_id) VALUES (%s)", site.mia)
    run = site.do("INSERT INTO sync_run (user_id, status) VALUES (%s, 'success') RETURNING id", site.mia)[0][0]
    site.do("INSERT INTO sync_item (run_id, sink, what, contest_key, title, start_at)"
            " VALUES (%s, 'google', 'added', 'codeforces:2174', 'Round 1061', now())", run)
    site.do("INSERT INTO api_token (user_id, name, token_hash, scopes) VALUES (%s, 'my script', sha256('token'), 1)", site.mia)
    family = site.do("INSERT INTO refresh_family (user_id, expires_at) VALUES (%s, now() + interval '1 day') RETURNING id",
                     site.mia)[0][0]
    site.do("INSERT INTO refresh_token (token_hash, family_id, expires_at) VALUES (sha256('r'), %s, now() + interval '1 day')",
            family)
    site.do("INSERT INTO email_token (token_hash, user_id, purpose, email, expires_at)"
            " VALUES (sha256('e'), %s, 'reset', %s, now() + interval '1 hour')", site.mia, MIA[0])
    site.do("INSERT INTO sign_in_step (token_hash, user_id, expires_at) VALUES (sha256('s'), %s, now() + interval '1 hour')",
            site.mia)
    site.do("INSERT INTO oauth_state (state_hash, cookie_hash, purpose, user_id, back, expires_at)"
            " VALUES (sha256('a'), sha256('b'), 'link', %s, '/', now() + interval '1 hour')", site.mia)
    problem = site.do("INSERT INTO problem (slug, owner_id, sealed_key) VALUES ('of-mia', %s, '') ON CONFLICT (slug) DO UPDATE"
                      " SET owner_id = excluded.owner_id RETURNING id", site.mia)[0][0]
    site.do("INSERT INTO problem_progress (user_id, problem_id, n_sent, first_at) VALUES (%s, %s, 1, now())", site.mia, problem)
    site.do("INSERT INTO problem_import (user_id, file_name, size) VALUES (%s, 'sorting.zip', 10)", site.mia)
    site.do("INSERT INTO mail (message_id, kind, recipient, subject, state, user_id) VALUES"
            " ('m1', 'account.verify', %s, 'Hello', 'sent', NULL), ('m2', 'account.change', 'earlier@example.org', 'Before', 'sent', %s),"
            " ('m3', 'account.locked', %s, 'Not yet', 'waiting', %s)", MIA[0], site.mia, MIA[0], site.mia)
    site.do("INSERT INTO registration (user_id, name, password_hash) VALUES (%s, 'Mia', '$2b$')", site.mia)
    problem = site.do("INSERT INTO problem (slug, sealed_key) VALUES ('sum', '') RETURNING id")[0][0]
    site.do("INSERT INTO problem_progress (user_id, problem_id, n_sent, first_at) VALUES (%s, %s, 1, now())", site.mia, problem)
    site.do("INSERT INTO submission (public_id, user_id, problem_id, language, file_name, size, mac, sealed)"
            " VALUES ('abcdefghijkmnopq', %s, %s, 'c', 'sum.c', 3, sha256('x'), 'x')", site.mia, problem)
    site.do("INSERT INTO member (user_id, name, handle) VALUES (%s, 'Mia', 'mia_cf')", site.mia)
    site.do("INSERT INTO handle_claim (user_id, handle, way, problem, token, expires_at)"
            " VALUES (%s, 'mia_cf', 'compile', '4/A', 'word', now() + interval '2 minutes')", site.mia)
    room = site.do("INSERT INTO room (public_id, invite, title, is_lockout, is_teams, is_open, starts_at, ends_at) VALUES"
                   " (right(md5(random()::text), 16), md5(random()::text), 'A race', true, false, true, now(), now() + interval '1 h')"
                   " RETURNING id")[0][0]
    site.do("INSERT INTO room_team (room_id, team) VALUES (%s, 1)", room)
    site.do("INSERT INTO room_player (room_id, team, user_id) VALUES (%s, 1, %s)", room, site.mia)
    site.do("INSERT INTO room_rating (user_id, rating) VALUES (%s, 1516)", site.mia)
    site.do("WITH g AS (INSERT INTO member_group (name) VALUES ('First year') RETURNING id)"
            " INSERT INTO member_coach (group_id, user_id) SELECT id, %s FROM g", site.mia)
    return link


def of_member(site):
    """Every table that has rows of members, by the schema, and how many of them are Mia's."""
    tables = [r[0] for r in site.do(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'user_id'"
        " AND table_name NOT LIKE 'pg_%%' ORDER BY 1")]
    assert len(tables) >= 12
    return {t: site.do(f"SELECT count(*) FROM {t} WHERE user_id = %s", site.mia)[0][0] for t in tables}


def test_export_is_complete_and_holds_no_secret(site, mia):
    secret, codes = totp.switch_on(mia, MIA[1])
    fill(site)
    assert 0 not in of_member(site).values(), "the test leaves a table empty, so it cannot show that it is exported"
    page = mia.ask("/settings/data").text
    check_markup(page)
    assert 'href="/settings/data/export"' in page
    reply = mia.ask("/settings/data/export")
    assert reply.status == 200 and reply.header("Content-Type") == "application/json"
    assert re.fullmatch(r'attachment; filename="podium-\d{4}-\d\d-\d\d.json"', reply.header("Content-Disposition"))
    assert reply.header("Cache-Control") == "no-store"
    data = json.loads(reply.text)
    assert data["account"]["email"] == MIA[0] and data["account"]["roles"] == ["member", "coach"]
    assert data["preferences"]["platforms"] == ["leetcode", "atcoder"] and data["preferences"]["zone"] == "Europe/Berlin"
    assert data["two_step"]["recovery_codes_left"] == 10
    assert data["identities"][0]["email"] == "mia@gmail.example"
    assert data["devices"][0]["address"] == "127.0.0.x" and len(data["programs"]) == 1
    assert data["tokens"][0]["name"] == "my script"
    assert data["calendars"][0]["events"][0]["title"] == "Round 1061"
    assert data["syncs"][0]["changes"][0]["what"] == "added"
    assert {"Hello", "Two-step sign-in is on"} <= {m["subject"] for m in data["mails"]}
    assert "earlier@example.org" in {m["recipient"] for m in data["mails"]}
    assert data["sync"]["status"] == "queued" and data["registrations"][0]["name"] == "Mia"
    assert data["handle"]["handle"] == "mia_cf" and data["room_rating"]["rating"] == 1516
    assert data["rooms"][0]["title"] == "A race"
    assert "two_step.on" in [a["action"] for a in data["audit"]]
    hashes = site.do("SELECT encode(token_hash, 'hex') FROM session UNION SELECT encode(token_hash, 'hex') FROM api_token"
                     " UNION SELECT encode(code_hash, 'hex') FROM recovery_code UNION SELECT password_hash FROM app_user")
    for never in [secret, *codes, "SEALED", "5345414c4544", mia.cookies["session"], *[h[0] for h in hashes]]:
        assert never not in reply.text
    assert set(re.findall(r'"(\w*(?:hash|secret|password|sealed)\w*)"', reply.text)) == {"has_password"}


def test_nobody_exports_another(site, mia):
    fill(site)
    admin = Browser(site.socket)
    admin.sign_in()
    for query in (f"?user={site.mia}", f"?id={site.mia}", f"?user_id={site.mia}"):
        assert "mia@" not in admin.ask("/settings/data/export" + query).text
    assert Browser(site.socket).ask("/settings/data/export").status == 303


def end(browser, **fields):
    return browser.ask("/settings/data/delete", "POST", {"csrf": browser.token(), **fields})


def test_deletion_takes_a_proof(site, mia):
    _, codes = totp.switch_on(mia, MIA[1])
    for fields in ({}, {"password": MIA[1]}, {"code": codes[0]}, {"password": "wrong password", "code": codes[0]},
                   {"password": MIA[1], "code": "000000"}):
        reply = end(mia, **fields)
        assert reply.status == 422, fields
        check_markup(reply.text)
    assert mia.ask("/settings/profile").status == 200
    assert end(mia, password=MIA[1], code=codes[0]).status == 303


def test_who_came_through_google_has_to_have_signed_in_lately(site, mia):
    site.do("UPDATE app_user SET password_hash = NULL WHERE id = %s", site.mia)
    site.do("UPDATE session SET created_at = now() - interval '11 minutes'")
    page = mia.ask("/settings/data").text
    assert "sign in again first" in page
    check_markup(page)
    assert end(mia).status == 422
    site.do("UPDATE session SET created_at = now() - interval '1 minute'")
    assert end(mia).status == 303


@pytest.mark.parametrize("keep", [False, True])
def test_an_account_ends(site, mia, keep):
    _, codes = totp.switch_on(mia, MIA[1])
    link = fill(site)
    other = Browser(site.socket)
    other.sign_in(REMOTE_ADDR="198.51.100.3")
    page = mia.ask("/settings/data").text
    assert 'name="events" value="remove" checked' in page
    reply = end(mia, password=MIA[1], code=codes[0], events="keep" if keep else "remove")
    assert (reply.status, reply.header("Location")) == (303, "/goodbye")
    assert "session" not in mia.cookies
    goodbye = mia.ask("/goodbye").text
    check_markup(goodbye)
    assert "Your account is deleted" in goodbye
    left = of_member(site)
    assert {t for t, n in left.items() if n > 0} == {"calendar_link", "sync_run", "sync_state"}, left
    assert site.do("SELECT state FROM calendar_link") == [("leaving",)]
    assert site.do("SELECT kind, payload FROM job WHERE kind = 'calendar.leave'") == [
        ("calendar.leave", {"link": link, "user": site.mia, "remove": not keep})]
    row = site.do("SELECT email, name, handle, bio, zone, roles, password_hash, disabled, deleted_at IS NOT NULL FROM app_user"
                  " WHERE id = %s", site.mia)[0]
    assert row == (f"deleted-{site.mia}@invalid", "Deleted account", None, "", "", 1, None, True, True)
    assert Browser(site.socket).sign_in(*MIA).status == 422
    assert Browser(site.socket).sign_in(row[0], MIA[1]).status == 422
    mails = dict(site.do("SELECT kind, recipient FROM mail"))
    assert mails.pop("account.deleted") == MIA[0] and set(mails.values()) == {"deleted@invalid"}
    assert site.do("SELECT count(*) FROM mail WHERE state = 'waiting'") == [(1,)], "the farewell alone"
    assert site.do("SELECT actor_id, object FROM audit WHERE action = 'account.delete'") == [
        (site.mia, f"user:{site.mia}")]
    assert other.ask("/settings/profile").status == 200, "others stay"
    # the job waits for the calendars, then removes what is left, as often as it runs
    site.do("DELETE FROM job WHERE kind = 'calendar.leave'")
    site.start_jobs()
    wait_until(lambda: site.do("SELECT count(*) FROM job_later WHERE kind = 'account.delete'") == [(1,)], 20, "the wait")
    assert of_member(site)["calendar_link"] == 1
    site.do("UPDATE calendar_link SET state = 'off', secret = NULL")
    site.do("UPDATE job_later SET run_at = now() WHERE kind = 'account.delete'")
    wait_until(lambda: set(of_member(site).values()) == {0}, 30, "the end of what was left")
    # the address is free for a new beginning
    site.cli("user", "create", MIA[0], "Mia again", "member", text_input=MIA[1] + "\n")


def test_orders_of_letters_go_with_the_account(site, mia):
    """Those that wait or that nobody could carry out, to any address that the member had."""
    fill(site)
    for table, more, values in (("job", "", ""), ("job_later", ", run_at", ", now() + interval '1 hour'"),
                                ("job_dead", ", died_at, last_error", ", now(), 'no'")):
        for email in (MIA[0].upper(), "earlier@example.org", "somebody@example.org"):
            site.do(f"INSERT INTO {table} (id, queue, priority, attempt, kind, payload, created_at{more})"
                    " SELECT nextval('job_id'), 1, 10, 1, 'account.letter', jsonb_build_object('letter', 'forgot', 'email', %s,"
                    f" 'user', 0, 'site', ''), now(){values}", email)
    assert end(mia, password=MIA[1]).status == 303
    for table in ("job", "job_later", "job_dead"):
        assert site.do(f"SELECT payload ->> 'email' FROM {table} WHERE kind = 'account.letter'") == [
            ("somebody@example.org",)], table


def test_a_farewell_that_could_not_be_sent_leaves_no_address(site, mia):
    assert end(mia, password=MIA[1]).status == 303
    site.start_jobs()
    wait_until(lambda: site.do("SELECT 1 FROM mail WHERE kind = 'account.deleted' AND state = 'kept'"), 20, "no mail server")
    site.do("UPDATE mail SET ended_at = now() - interval '25 hours' WHERE kind = 'account.deleted'")
    site.do("INSERT INTO job (queue, priority, kind, payload) SELECT id, 10, 'maintenance.purge', '{}' FROM job_queue"
            " WHERE name = 'maintenance'")
    wait_until(lambda: site.do("SELECT recipient FROM mail WHERE kind = 'account.deleted'") == [("deleted@invalid",)], 30,
               "the maintenance")


def test_what_waits_too_long_is_removed_all_the_same(site, mia):
    fill(site)
    assert end(mia, password=MIA[1]).status == 303
    site.do("DELETE FROM job WHERE kind = 'calendar.leave'")
    site.do("UPDATE app_user SET deleted_at = now() - interval '25 hours' WHERE id = %s", site.mia)
    site.start_jobs()
    wait_until(lambda: set(of_member(site).values()) == {0}, 30, "the end of what was left")


def test_the_job_touches_nobody_who_was_not_deleted(site, mia):
    fill(site)
    site.do("INSERT INTO job (id, queue, kind, payload) SELECT nextval('job_id'), q.id, 'account.delete',"
            " jsonb_build_object('user', %s) FROM job_queue q WHERE name = 'sync'", site.mia)
    site.start_jobs()
    wait_until(lambda: site.do("SELECT count(*) FROM job WHERE kind = 'account.delete'") == [(0,)], 20, "the job")
    assert of_member(site)["calendar_link"] == 1


def test_the_only_admin_stays(site):
    admin = Browser(site.socket)
    admin.sign_in()
    reply = end(admin, password=ADMIN[1])
    assert reply.status == 409 and "the only admin" in reply.text
    check_markup(reply.text)
    site.cli("user", "role", MIA[0], "admin")
    assert end(admin, password=ADMIN[1]).status == 303
