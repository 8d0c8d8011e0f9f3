"""The pages of admins: what they show, what their buttons do, once and not twice, and what the audit says of it. The
web processes are connected as podium_web here, which may do no more than sql/role.sql says."""

import re
import tempfile

import pytest

from lab.client import ADMIN, Browser, check_markup
from lab.podium import Podium


@pytest.fixture(scope="module")
def house(postgres, lab_folder):
    name = postgres.create_database("podium_template", "podium_owner")
    owner = Podium(tempfile.mkdtemp(prefix="", dir=lab_folder), postgres.conninfo(name, "podium_owner"))
    owner.cli("init")
    owner.cli("user", "create", "mia@example.org", "Mia <b>", "member", text_input="a password of mine\n")
    owner.set(POSTGRES_DB=postgres.conninfo(name, "podium_web"))
    owner.start_web()
    owner.sql = lambda sql, *arguments: postgres.execute(name, sql, *arguments)
    owner.sql("TRUNCATE job, job_unique")
    owner.admin, owner.member = Browser(owner.socket), Browser(owner.socket)
    assert owner.admin.sign_in(*ADMIN).status == 303
    assert owner.member.sign_in("mia@example.org", "a password of mine").status == 303
    owner.admin_id, = owner.sql("SELECT id FROM app_user WHERE email = 'admin@localhost'")[0]
    owner.mia_id, = owner.sql("SELECT id FROM app_user WHERE email = 'mia@example.org'")[0]
    yield owner
    owner.stop()
    postgres.drop_database(name)


@pytest.fixture()
def admin(house):
    """Has nothing of the tests before."""
    house.sql("DELETE FROM job_dead; DELETE FROM job_later; DELETE FROM job; DELETE FROM job_unique;"
              "DELETE FROM rate_window; UPDATE job_queue SET paused_until = NULL;"
              "UPDATE app_user SET disabled = false, locked_until = NULL; DELETE FROM alert")
    return house.admin


def post(browser, path, **form):
    return browser.ask(path, "POST", {"csrf": browser.token("/admin"), **form})


def acts(house, action):
    """What the audit has of an action: (actor, object, detail)."""
    return house.sql("SELECT actor_id, object, detail FROM audit WHERE action = %s ORDER BY id", action)


def dead(house, n=1, queue="fetch", key=None):
    return [r[0] for r in house.sql(
        "INSERT INTO job_dead (id, created_at, died_at, queue, priority, attempt, kind, payload, last_error, unique_key)"
        " SELECT nextval('job_id'), now(), now() - n * interval '1 minute', q.id, 10, 5, 'fetch.source',"
        " '{\"platform\": \"atcoder\"}', 'the server <answered> 503', %s FROM generate_series(1, %s) n, job_queue q"
        " WHERE q.name = %s RETURNING id", key, n, queue)]


def queue(house, name="fetch"):
    house.sql("INSERT INTO job_queue (name) VALUES (%s) ON CONFLICT DO NOTHING", name)


def test_the_overview_tells_of_every_part(house, admin):
    page = admin.ask("/admin").text
    check_markup(page)
    cards = dict(re.findall(r'<li class="card" id="(\w+)">(.*?)</li>', page, re.S))
    assert list(cards)[:5] == ["database", "redis", "web", "runners", "queues"]
    assert {"sources", "accounts", "mail", "google", "telegram", "audit"} <= set(cards)
    assert "badge-ok" in cards["database"] and "none set up" in cards["database"]
    assert "Not set up" in cards["redis"] and "PostgreSQL does its work" in cards["redis"]
    assert "None runs" in cards["runners"] and "badge-bad" in cards["runners"]
    assert "<dd>2</dd>" in cards["web"]
    assert "need attention" in page or "needs attention" in page
    assert "Nothing has gone wrong" in page
    house.sql("INSERT INTO alert (key, level, title, detail, n, n_new)"
              " VALUES ('k', 0, 'jobs were given up', 'kind=<x>', 3, 3)")
    page = admin.ask("/admin").text
    assert "jobs were given up" in page and "kind=&lt;x&gt;" in page and "3 times" in page
    check_markup(page)


def test_a_runner_that_is_silent_is_seen(house, admin):
    house.sql("INSERT INTO job_runner (host, pid, workers, beat_at) VALUES ('far', 7, 4, now() - interval '11 s')")
    page = admin.ask("/admin").text
    assert "One is silent" in page and "far, pid 7" in page
    house.sql("DELETE FROM job_runner")


@pytest.mark.parametrize("path", ["/admin", "/admin/users", "/admin/jobs", "/admin/judges", "/admin/mail", "/admin/audit"])
def test_they_are_for_admins(house, path):
    assert house.member.ask(path).status == 403
    guest = Browser(house.socket).ask(path)
    assert guest.status == 303 and guest.header("Location").startswith("/sign-in?back=")
    page = house.admin.ask(path)
    assert page.status == 200 and page.header("Cache-Control") == "no-store"
    assert '<meta name="robots" content="noindex">' in page.text
    assert 'href="/admin"' in house.admin.ask("/calendar").text
    assert 'href="/admin"' not in house.member.ask("/calendar").text


# ---- jobs ------------------------------------------------------------------------------------------------------------

def test_a_dead_job_is_retried_once(house, admin):
    queue(house)
    job, = dead(house)
    page = admin.ask("/admin/jobs?state=dead").text
    check_markup(page)
    assert f'id="job-{job}"' in page and "the server &lt;answered&gt; 503" in page
    reply = post(admin, "/admin/jobs/retry", job=job, back="/admin/jobs?state=dead&queue=fetch")
    assert (reply.status, reply.header("Location")) == (303, "/admin/jobs?state=dead&queue=fetch&done=retried")
    assert "The job begins anew." in admin.ask(reply.header("Location")).text
    assert house.sql("SELECT id, attempt, runner FROM job") == [(job, 0, None)]
    # The second press changes nothing and says so.
    again = post(admin, "/admin/jobs/retry", job=job, back="https://evil.example/")
    assert again.header("Location") == "/admin/jobs?done=late"
    assert "not in that state any more" in admin.ask(again.header("Location")).text
    assert acts(house, "job.retry") == [(house.admin_id, f"job:{job}", {"queue": "fetch"})]


def test_a_dead_job_whose_key_lives_stays(house, admin):
    queue(house)
    job, = dead(house, key="fetch:atcoder")
    house.sql("INSERT INTO job_unique (queue, key, job) SELECT id, 'fetch:atcoder', 1 FROM job_queue WHERE name = 'fetch'")
    assert post(admin, "/admin/jobs/retry", job=job).header("Location") == "/admin/jobs?done=late"
    assert house.sql("SELECT id FROM job_dead") == [(job,)]


def test_jobs_are_discarded_unless_they_run(house, admin):
    queue(house)
    gone, = dead(house)
    runs, = house.sql("INSERT INTO job (queue, priority, kind, payload, runner, worker, claimed_at) SELECT id, 10,"
                      " 'fetch.source', '{}', 1, 1, now() FROM job_queue WHERE name = 'fetch' RETURNING id")[0]
    before = len(acts(house, "job.discard"))
    assert post(admin, "/admin/jobs/discard", job=gone).header("Location") == "/admin/jobs?done=discarded"
    assert post(admin, "/admin/jobs/discard", job=gone).header("Location") == "/admin/jobs?done=late"
    assert post(admin, "/admin/jobs/discard", job=runs).header("Location") == "/admin/jobs?done=late"
    assert post(admin, "/admin/jobs/discard", job="no number").header("Location") == "/admin/jobs?done=late"
    assert house.sql("SELECT id FROM job") == [(runs,)] and house.sql("SELECT 1 FROM job_dead") == []
    assert len(acts(house, "job.discard")) == before + 1


def test_every_state_is_listed(house, admin):
    queue(house)
    queue(house, "other")
    house.sql("INSERT INTO job_runner (id, host, pid) OVERRIDING SYSTEM VALUE VALUES (900, 'host-a', 42)")
    house.sql("INSERT INTO job (queue, priority, kind, payload, runner, worker, claimed_at) SELECT id, 0, 'k.runs', '{}',"
              " 900, 3, now() - interval '1 hour' FROM job_queue WHERE name = 'fetch'")
    house.sql("INSERT INTO job (queue, priority, kind, payload) SELECT id, 20, 'k.ready', '{}' FROM job_queue WHERE"
              " name = 'other'")
    house.sql("INSERT INTO job_later (id, run_at, queue, priority, kind, payload, last_error) SELECT nextval('job_id'),"
              " now() + interval '1 hour', id, 10, 'k.later', '{}', 'was late' FROM job_queue WHERE name = 'fetch'")
    page = admin.ask("/admin/jobs").text
    assert "k.runs" in page and "runner 900 on host-a (pid 42), worker 3" in page and "urgent" in page
    assert "Discard" not in page.split('id="jobs"')[1]
    page = admin.ask("/admin/jobs?state=ready&queue=other").text
    assert "k.ready" in page and "low" in page and "Retry" not in page and "Discard" in page
    assert "k.ready" not in admin.ask("/admin/jobs?state=ready&queue=fetch").text
    page = admin.ask("/admin/jobs?state=waiting&queue=no-such-queue").text
    assert "k.later" in page and "was late" in page and "Retry" in page
    house.sql("DELETE FROM job_runner")


@pytest.mark.parametrize("state, fill", [
    ("dead", lambda house: dead(house, 120)),
    ("waiting", lambda house: house.sql(
        "INSERT INTO job_later (id, run_at, queue, priority, kind, payload) SELECT nextval('job_id'), now() + (n / 7)"
        " * interval '1 minute', q.id, 10, 'k.later', '{}' FROM generate_series(1, 120) n, job_queue q"
        " WHERE q.name = 'fetch'")),
    ("ready", lambda house: house.sql(
        "INSERT INTO job (queue, priority, kind, payload) SELECT q.id, (n % 3) * 10, 'k.ready', '{}'"
        " FROM generate_series(1, 60) n, job_queue q WHERE q.name IN ('fetch', 'other')")),
])
def test_long_lists_come_in_pages(house, admin, state, fill):
    queue(house)
    queue(house, "other")
    fill(house)
    seen, where = [], f"/admin/jobs?state={state}"
    for _ in range(3):
        page = admin.ask(where.split("#")[0]).text
        seen += re.findall(r'id="job-(\d+)"', page)
        found = re.search(r'<a href="([^"]*)" rel="next">', page)
        where = found.group(1).replace("&amp;", "&") if found else None
    assert where is None and len(seen) == 120 and len(set(seen)) == 120
    assert 'href="/admin/jobs?state=' in page and ">First</a>" in page
    for place in ("x", "1", "9" * 30, "1.2.3.4", "-1.-1.-1", "99999.99999.1"):
        assert admin.ask(f"/admin/jobs?state={state}&after={place}").status == 200


def test_a_queue_is_paused_resumed_and_set(house, admin):
    queue(house)
    assert post(admin, "/admin/queues/pause", queue="fetch", seconds=900).header("Location") == "/admin/jobs?done=paused"
    assert "Paused until" in admin.ask("/admin/jobs").text
    post(admin, "/admin/queues/pause", queue="fetch", seconds=0)
    assert house.sql("SELECT paused_until = 'infinity', pause_reason FROM job_queue WHERE name = 'fetch'") == [
        (True, "by an admin")]
    page = admin.ask("/admin/jobs").text
    check_markup(page)
    assert "by an admin" in page and 'action="/admin/queues/resume"' in page
    assert post(admin, "/admin/queues/resume", queue="fetch").header("Location") == "/admin/jobs?done=resumed"
    assert post(admin, "/admin/queues/set", queue="fetch", max_running=7, weight=33).status == 303
    assert house.sql("SELECT max_running, weight, paused_until FROM job_queue WHERE name = 'fetch'") == [(7, 33, None)]
    post(admin, "/admin/queues/set", queue="fetch", max_running=0, weight=10)
    assert house.sql("SELECT max_running FROM job_queue WHERE name = 'fetch'") == [(None,)]
    assert acts(house, "queue.set")[0] == (house.admin_id, "queue:fetch", {"max_running": 7, "weight": 33})
    assert [a[2] for a in acts(house, "queue.pause")] == [{"seconds": 900}, {"seconds": 0}]
    for form in ({"max_running": 10001, "weight": 10}, {"max_running": 1, "weight": 0}, {"max_running": "x", "weight": 1}):
        assert post(admin, "/admin/queues/set", queue="fetch", **form).status == 422
    assert post(admin, "/admin/queues/pause", queue="no-such-queue", seconds=1).header("Location") == "/admin/jobs?done=late"
    assert post(admin, "/admin/queues/pause", queue="fetch", seconds=-1).status == 422


# ---- accounts --------------------------------------------------------------------------------------------------------

def user_state(house):
    return house.sql("SELECT roles, disabled, locked_until IS NOT NULL FROM app_user WHERE id = %s", house.mia_id)[0]


def sessions(house):
    return house.sql("SELECT count(*) FROM session WHERE user_id = %s", house.mia_id)[0][0]


def pretend_session(house):
    house.sql("INSERT INTO session (token_hash, user_id, expires_at) VALUES (sha256(gen_random_uuid()::text::bytea), %s,"
              " now() + interval '1 day')", house.mia_id)


def test_accounts_are_found(house, admin):
    house.sql("UPDATE app_user SET handle = 'Miaow' WHERE id = %s", house.mia_id)
    for words in ("mia", "MIA%20%3Cb", "example.org", "aow"):
        page = admin.ask(f"/admin/users?q={words}").text
        assert f'href="/admin/users/{house.mia_id}"' in page, words
        assert "admin@localhost" not in page
    check_markup(page)
    assert "Mia &lt;b&gt;" in page
    assert "Nobody fits." in admin.ask("/admin/users?q=%25").text
    assert "admin@localhost" in admin.ask("/admin/users").text


def test_many_accounts_come_in_pages(house, admin):
    house.sql("INSERT INTO app_user (email, name) SELECT 'many' || n || '@example.com', 'Many ' || n"
              " FROM generate_series(1, 120) n")
    seen, where = [], "/admin/users?q=many"
    for _ in range(3):
        page = admin.ask(where).text
        seen += re.findall(r'href="/admin/users/(\d+)"', page)
        found = re.search(r'<a href="([^"]*)" rel="next">', page)
        where = found.group(1).replace("&amp;", "&") if found else None
    assert where is None and len(seen) == 120 and len(set(seen)) == 120
    assert ">Newest</a>" in page
    house.sql("DELETE FROM app_user WHERE email LIKE 'many%%'")


def test_roles_are_granted_and_audited(house, admin):
    pretend_session(house)
    page = admin.ask(f"/admin/users/{house.mia_id}").text
    check_markup(page)
    assert re.search(r'name="coach" value="1">', page)
    assert post(admin, f"/admin/users/{house.mia_id}/roles", coach=1, jury=1).header("Location") == (
        f"/admin/users/{house.mia_id}?done=roles")
    assert user_state(house)[0] == 1 + 2 + 8 and sessions(house) == 0
    page = admin.ask(f"/admin/users/{house.mia_id}").text
    assert re.search(r'name="coach" value="1" checked>', page) and "user.role" in page
    # The same again changes nothing: no row, and no sign-out.
    pretend_session(house)
    post(admin, f"/admin/users/{house.mia_id}/roles", coach=1, jury=1)
    assert sessions(house) == 1
    post(admin, f"/admin/users/{house.mia_id}/roles")
    assert user_state(house)[0] == 1
    mine = [a for a in acts(house, "user.role") if a[0] == house.admin_id]
    assert [a[1] for a in mine] == [f"user:{house.mia_id}"] * 2
    assert mine[0][2]["from"] == "member" and "coach" in mine[0][2]["to"]


def test_nobody_loses_the_own_admin_role_or_locks_himself(house, admin):
    post(admin, f"/admin/users/{house.admin_id}/roles", coach=1)
    roles, = house.sql("SELECT roles FROM app_user WHERE id = %s", house.admin_id)[0]
    assert roles & 16
    assert admin.sign_in(*ADMIN).status == 303  # the roles changed, so the session ended
    assert post(admin, f"/admin/users/{house.admin_id}/lock").header("Location").endswith("?done=own")
    assert house.sql("SELECT disabled FROM app_user WHERE id = %s", house.admin_id) == [(False,)]


def test_an_account_is_locked_and_unlocked(house, admin):
    pretend_session(house)
    where = f"/admin/users/{house.mia_id}"
    assert post(admin, f"/admin/users/{house.mia_id}/lock").header("Location") == where + "?done=locked"
    assert user_state(house)[1] and sessions(house) == 0
    assert "locked by an admin" in admin.ask(where).text
    assert Browser(house.socket).sign_in("mia@example.org", "a password of mine").status != 303
    post(admin, f"/admin/users/{house.mia_id}/lock")
    assert len(acts(house, "user.lock")) == 1
    assert post(admin, f"/admin/users/{house.mia_id}/unlock").header("Location") == where + "?done=unlocked"
    house.sql("UPDATE app_user SET locked_until = now() + interval '1 hour', failed_count = 5 WHERE id = %s", house.mia_id)
    assert "too many wrong passwords" in admin.ask(where).text
    post(admin, f"/admin/users/{house.mia_id}/unlock")
    assert user_state(house)[1:] == (False, False)
    post(admin, f"/admin/users/{house.mia_id}/unlock")
    assert len(acts(house, "user.unlock")) == 2


def test_an_account_is_signed_out_everywhere(house, admin):
    house.sql("DELETE FROM session WHERE user_id = %s", house.mia_id)
    pretend_session(house)
    pretend_session(house)
    for _ in range(2):
        assert post(admin, f"/admin/users/{house.mia_id}/sign-out").header("Location").endswith("?done=signed-out")
    assert sessions(house) == 0
    assert acts(house, "user.sign_out") == [(house.admin_id, f"user:{house.mia_id}", {"sessions": n}) for n in (2, 0)]


def test_a_link_to_a_new_password_is_mailed(house, admin):
    house.sql("DELETE FROM job")
    reply = post(admin, f"/admin/users/{house.mia_id}/reset")
    assert reply.header("Location") == f"/admin/users/{house.mia_id}?done=reset"
    assert house.sql("SELECT count(*) FROM job WHERE kind LIKE 'account.%%'") == [(1,)]
    assert acts(house, "user.reset") == [(house.admin_id, f"user:{house.mia_id}", {})]


def test_an_unknown_account(house, admin):
    assert admin.ask("/admin/users/999999").status == 404
    assert admin.ask("/admin/users/x").status == 404
    for what in ("lock", "unlock", "roles", "sign-out", "reset"):
        assert post(admin, f"/admin/users/999999/{what}").status == 404
        assert post(admin, f"/admin/users/x/{what}").status == 404


# ---- mail ------------------------------------------------------------------------------------------------------------

def mail(house, state, body=b"x", n=1, error=None):
    return [r[0] for r in house.sql(
        "INSERT INTO mail (message_id, kind, recipient, subject, body, state, attempts, last_error, ended_at)"
        " SELECT gen_random_uuid(), 'account.verify', 'mia@example.org', 'Hello <there>', %s, %s, 3, %s,"
        " CASE WHEN %s = 'waiting' THEN NULL ELSE now() END FROM generate_series(1, %s) RETURNING id",
        body, state, error, state, n)]


def test_the_outbox_is_shown_and_tended(house, admin):
    house.sql("DELETE FROM mail")
    dead_one, = mail(house, "dead", error="the server said <no>")
    kept, = mail(house, "kept")
    sent, = mail(house, "sent", body=None)
    page = admin.ask("/admin/mail").text
    check_markup(page)
    assert "Hello &lt;there&gt;" in page and "the server said &lt;no&gt;" in page and "SMTP_URL" in page
    assert page.count("Send again<") == 2 and page.count("Discard<") == 2 and "What it says" not in page
    assert f'id="mail-{sent}"' not in admin.ask("/admin/mail?state=dead").text
    reply = post(admin, "/admin/mail/again", mail=dead_one, back="/admin/mail?state=dead")
    assert reply.header("Location") == "/admin/mail?state=dead&done=mail-again"
    assert house.sql("SELECT state FROM mail WHERE id = %s", dead_one) == [("waiting",)]
    assert house.sql("SELECT count(*) FROM job WHERE kind = 'mail.send'") == [(1,)]
    assert post(admin, "/admin/mail/again", mail=dead_one).header("Location") == "/admin/mail?done=late"
    assert post(admin, "/admin/mail/again", mail=sent).header("Location") == "/admin/mail?done=late"
    for one in (dead_one, kept):
        assert post(admin, "/admin/mail/discard", mail=one).header("Location") == "/admin/mail?done=mail-discarded"
        assert post(admin, "/admin/mail/discard", mail=one).header("Location") == "/admin/mail?done=late"
    assert house.sql("SELECT DISTINCT state, body FROM mail WHERE id <> %s", sent) == [("dead", None)]
    assert [a[1] for a in acts(house, "mail.discard")] == [f"mail:{dead_one}", f"mail:{kept}"]
    assert len(acts(house, "mail.again")) == 1
    page = admin.ask("/admin/mail").text
    assert "Send again<" not in page and "Discard<" not in page


def test_many_mails_come_in_pages(house, admin):
    house.sql("DELETE FROM mail")
    mail(house, "dead", n=70)
    seen, where = [], "/admin/mail?state=dead"
    for _ in range(3):
        page = admin.ask(where).text
        seen += re.findall(r'id="mail-(\d+)"', page)
        found = re.search(r'<a href="([^"]*)" rel="next">', page)
        where = found.group(1).replace("&amp;", "&") if found else None
    assert where is None and len(seen) == 70 and len(set(seen)) == 70


# ---- audit -----------------------------------------------------------------------------------------------------------

def test_the_audit_is_filtered(house, admin):
    house.sql("INSERT INTO audit_new (actor_id, action, object, detail, address) SELECT CASE n %% 2 WHEN 0 THEN 0 ELSE %s END,"
              " 'unit.thing', 'thing:' || n %% 3, '{\"n\": \"<i>\"}', '192.0.2.1' FROM generate_series(1, 60) n", house.mia_id)

    def rows(query):
        return re.findall(r"#(\d+)</p>", admin.ask("/admin/audit?" + query).text)

    page = admin.ask("/admin/audit?action=unit.thing").text
    check_markup(page)
    assert "Mia &lt;b&gt;</a>" in page and "&lt;i&gt;" in page and "192.0.2.1" in page
    assert len(rows("action=unit.thing")) == 50
    older = re.search(r'<a href="([^"]*)" rel="next">', page).group(1).replace("&amp;", "&")
    assert len(rows(older.split("?")[1])) == 10
    assert len(rows(f"action=unit.thing&actor={house.mia_id}")) == 30
    assert len(rows("action=unit.thing&actor=mia@example.org&object=thing:1")) == 10
    assert len(rows("action=unit.thing&actor=0")) == 30
    assert len(rows("object=thing:2")) == 20
    assert len(rows("object=thing:2&since=2020-01-01&until=2099-01-01")) == 20
    assert rows("object=thing:2&since=2099-01-01") == [] and rows("object=thing:2&until=2020-01-01") == []
    page = admin.ask("/admin/audit?actor=nobody@example.org").text
    assert "there is no account with this address" in page and "aria-invalid" in page
    check_markup(page)


def test_the_audit_tells_of_its_chain(house, admin):
    assert "Not looked through yet" in admin.ask("/admin/audit").text
    house.sql("INSERT INTO audit_check (n) VALUES (5)")
    assert "Unbroken" in admin.ask("/admin/audit").text
    house.sql("INSERT INTO audit_check (n, broken_id, reason) VALUES (5, 6, 'the row is missing')")
    page = admin.ask("/admin/audit").text
    assert "Broken" in page and "at row 6, the row is missing." in page
    assert "Broken" in admin.ask("/admin").text
    house.sql("TRUNCATE audit_check")


def test_all_that_was_done_here_is_one_chain(house):
    done = house.cli("audit", "verify", check=False)
    assert done.returncode == 0 and "unbroken" in done.stdout
