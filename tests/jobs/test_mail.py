"""Mails on their way: to a real mail server, and to one that misbehaves. Kinds mail.send and mail.given_up."""

import contextlib
import re

import pytest

from lab import fcgi
from lab.mail import Exim, Faulty
from lab.process import wait_until


@pytest.fixture()
def faulty():
    server = Faulty()
    yield server
    server.stop()


@contextlib.contextmanager
def exim(folder, **how):
    server = Exim(folder / "exim", **how)
    try:
        yield server.start()
    finally:
        server.stop()


def queue(podium, address="mia@example.org"):
    podium.cli("mail", "test", address)


@pytest.fixture()
def outbox(postgres, database):
    """The newest mail of the outbox, once a condition on it is true."""
    def look(condition="true", seconds=30.0):
        return wait_until(
            lambda: postgres.execute(
                database, "SELECT state, attempts, coalesce(last_error, ''), body IS NULL FROM (SELECT * FROM mail "
                f"ORDER BY id DESC LIMIT 1) AS m WHERE {condition}"),
            seconds, f"a mail with {condition}")[0]
    return look


def test_real_server_takes_text_and_html(podium, folder, outbox):
    with exim(folder) as server:
        podium.set(SMTP_URL=server.url, SMTP_FROM="Podium Clüb <podium@example.org>", BASE_URL="http://127.0.0.1:1")
        podium.start_jobs()
        queue(podium)
        mail = server.mail.to("mia@example.org")
    assert mail["Subject"] == "A test of Podium's mail"
    assert mail["From"].addresses[0].display_name == "Podium Clüb"
    assert mail["Return-path"] in (None, "<podium@example.org>") and mail["Date"].datetime
    assert mail["Message-ID"].endswith("@example.org>") and mail["Auto-Submitted"] == "auto-generated"
    text, html = mail.get_body(["plain"]), mail.get_body(["html"])
    assert "Hello,\n\nThis mail was sent by" in text.get_content() and "<p style=" in html.get_content()
    assert "http://127.0.0.1:1" in text.get_content() and "http://127.0.0.1:1" in html.get_content()
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert not mail.defects and not text.defects and not html.defects
    assert outbox("state = 'sent'") == ("sent", 1, "", True)


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_password_goes_over_tls_only(podium, folder, outbox, scheme):
    with exim(folder, auth=True) as server:
        port = server.port if scheme == "smtp" else server.tls_port
        url = f"{scheme}://podium:s%3Ae%40cret@localhost:{port}"
        podium.set(SMTP_URL=url, SMTP_FROM="podium@example.org", SMTP_CA=server.ca.replace("\n", "\\n"))
        podium.start_jobs()
        queue(podium)
        assert outbox("state = 'sent'")[0] == "sent"
        assert "esmtpsa" in server.mail.to("mia@example.org")["Received"]


def test_wrong_password_is_given_up_and_not_shown(podium, folder, outbox):
    with exim(folder, auth=True) as server:
        podium.set(SMTP_URL=f"smtp://podium:hunter2@localhost:{server.port}", SMTP_CA=server.ca.replace("\n", "\\n"))
        jobs = podium.start_jobs()
        queue(podium)
        state, attempts, error, wiped = outbox("state = 'dead'")
        assert attempts == 1 and error.startswith("535") and not wiped
        assert "hunter2" not in error + jobs.log() and not server.mail.all()


def test_certificate_that_nobody_vouches_for(podium, folder, outbox):
    with exim(folder, auth=True) as server:
        podium.set(SMTP_URL=f"smtp://podium:s%3Ae%40cret@localhost:{server.port}")
        podium.start_jobs()
        queue(podium)
        assert "could not be used" in outbox("attempts > 0")[2]
        assert not server.mail.all() and "A=plain" not in server.log()


def test_password_is_not_sent_in_plain_text(podium, faulty, outbox):
    podium.set(SMTP_URL=faulty.url.replace("//", "//podium:hunter2@"))
    podium.start_jobs()
    queue(podium)
    assert outbox("attempts > 0")[0] in ("waiting", "dead")
    assert not faulty.taken


def test_tries_again_with_the_same_mail(podium, faulty, outbox, postgres, database):
    faulty.faults["end"] = "451 not now"
    podium.set(SMTP_URL=faulty.url)
    podium.start_jobs()
    queue(podium)
    assert outbox("attempts = 2") == ("waiting", 2, "451 not now", False)
    (waits,), = wait_until(lambda: postgres.execute(
        database, "SELECT extract(epoch FROM run_at - created_at) FROM job_later WHERE kind = 'mail.send'"), 3, "the next try")
    assert waits >= 4
    faulty.faults.clear()
    assert outbox("state = 'sent'") == ("sent", 3, "", True)
    assert len(faulty.taken) == 3 and len({m.raw for m in faulty.taken}) == 1
    assert len({m["Message-ID"] for m in faulty.taken}) == 1


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "end"])
def test_refusal_is_final_and_visible(podium, faulty, outbox, step):
    faulty.faults[step] = "550 no such mailbox"
    podium.set(SMTP_URL=faulty.url)
    podium.start_jobs()
    queue(podium)
    assert outbox("state = 'dead'") == ("dead", 1, "550 no such mailbox", False)
    listed = podium.cli("mail", "list", "dead").stdout
    assert "mia@example.org" in listed and "550 no such mailbox" in listed
    assert "mail.send" in podium.cli("job", "list", "dead").stdout
    faulty.faults.clear()
    podium.cli("mail", "send", listed.split()[0])
    assert outbox("state = 'sent'")[0] == "sent"
    assert podium.cli("mail", "send", listed.split()[0], check=False).returncode == 1
    assert podium.cli("mail", "show", listed.split()[0], check=False).returncode == 1


@pytest.mark.parametrize("step,fault", [("connect", "421 too busy"), ("connect", "cut"), ("ehlo", "cut"),
                                        ("rcpt", "450 greylisted"), ("data", "cut"), ("end", "cut")])
def test_trouble_that_may_pass(podium, faulty, outbox, step, fault):
    faulty.faults[step] = fault
    podium.set(SMTP_URL=faulty.url)
    podium.start_jobs()
    queue(podium)
    state, attempts, error, wiped = outbox("attempts > 0")
    assert state == "waiting" and error.startswith(fault if fault != "cut" else "the mail server") and not wiped
    faulty.faults.clear()
    assert outbox("state = 'sent'")[3]


def test_given_up_after_four_tries(podium, outbox, postgres, database):
    podium.set(SMTP_URL="smtp://127.0.0.1:9")
    podium.start_jobs()
    queue(podium)

    for tries, seconds in (1, 1), (2, 4), (3, 16):
        left = wait_until(lambda: postgres.execute(
            database, "SELECT extract(epoch FROM run_at - clock_timestamp())::float FROM job_later WHERE kind = 'mail.send'"
            " AND attempt = %s", tries), 30, f"the wait after try {tries}", every=0.05)[0][0]
        assert seconds - 3 < left <= seconds + 1, "a second more at most, so that not all come at once"
        postgres.execute(database, "UPDATE job_later SET run_at = now()")
    assert outbox("state = 'dead'")[:2] == ("dead", 4)
    assert postgres.execute(database, "SELECT attempt FROM job_dead WHERE kind = 'mail.send'") == [(4,)]


def test_without_a_server_mails_stay_to_be_read(podium, outbox):
    podium.start_jobs()
    queue(podium)
    assert outbox("state = 'kept'")[0] == "kept"
    number = podium.cli("mail", "list").stdout.split()[0]
    shown = podium.cli("mail", "show", number).stdout
    assert "To: mia@example.org\nSubject: A test of Podium's mail\n" in shown
    assert podium.cli("mail", "list", "nonsense", check=False).returncode == 1
    assert podium.cli("mail", "show", "x", check=False).returncode == 1
    assert podium.cli("mail", "show", "999", check=False).returncode == 1
    assert podium.cli("mail", check=False).returncode == 2


def test_addresses_that_end_a_line(podium):
    for address in ("a@b\nBcc: c@d", "a@b\r\nc", "a b@c", "nobody", "a@b,c@d"):
        assert podium.cli("mail", "test", address, check=False).returncode == 1


def test_settings_are_checked_at_start(podium):
    podium.set(SMTP_URL="http://example.org")
    jobs = podium.start_jobs()
    wait_until(lambda: not jobs.alive(), 20, "the end of podium-jobs")
    assert "SMTP_URL" in jobs.log()
    assert "SMTP_URL" in podium.cli("doctor", check=False).stdout


def test_a_mail_program_ends_reminders_by_itself(podium, folder, postgres, database):
    """RFC 8058: a POST without cookies from wherever, to the address that the header names."""
    with exim(folder) as server:
        podium.set(SMTP_URL=server.url, SMTP_FROM="podium@example.org", BASE_URL="https://podium.example")
        postgres.execute(database, "INSERT INTO member (name, handle, email, synced_at, active_at)"
                         " VALUES ('Ada', 'ada', 'ada@example.org', now(), now() - interval '8 days')")
        podium.start_jobs()
        wait_until(lambda: postgres.execute(database, "SELECT 1 FROM job_queue WHERE name = 'track'"), 20, "the queue")
        postgres.execute(database, "INSERT INTO job (queue, priority, kind, payload)"
                         " SELECT id, 10, 'member.remind', '{}' FROM job_queue WHERE name = 'track'")
        mail = server.mail.to("ada@example.org")
    path = re.fullmatch(r"<https://podium\.example(/reminders/[\w-]{43})>", mail["List-Unsubscribe"]).group(1)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    podium.start_web()
    reply = fcgi.request(podium.socket, "POST", path, {}, {"List-Unsubscribe": "One-Click"})
    assert (reply.status, reply.header("Content-Type")) == (200, "text/plain; charset=utf-8")
    assert postgres.execute(database, "SELECT wants_reminders FROM member") == [(False,)]
