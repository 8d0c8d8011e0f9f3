"""Alerts: raised by jobs that die, sources that fail, errors in the log; told once, in one message, and never twice."""

import json

import pytest

from lab.outside import Outside
from lab.process import wait_until
from outside.service import telegram


@pytest.fixture()
def outside(folder):
    made = Outside(folder).start()
    yield made
    made.stop()


def start(jobs):
    """The real runner, not the one with the tests' kinds; nothing is fetched."""
    jobs.podium.start_jobs()
    wait_until(lambda: jobs.sql("SELECT 1 FROM job_runner"), 20, "the runner")


@pytest.fixture()
def told(jobs, outside):
    """A runner whose alerts go to the stand-in."""
    jobs.podium.set(**telegram.config(outside.base + "/telegram"), FROM_ENV="unit [1]")
    start(jobs)
    return jobs


def sent(outside):
    return outside.ask("GET", "/telegram/_sent")


def lines(outside, part):
    """The lines of all messages that hold this part."""
    return [line for m in sent(outside) for line in m["text"].splitlines() if part in line]


def watch(jobs):
    """What the clock does every minute, now."""
    job = jobs.add("alert.watch", queue="alert")
    jobs.wait_done(job)


def raised(jobs, key):
    found = jobs.sql("SELECT n, n_new, tries, last_error FROM alert WHERE key = %s", key)
    return found[0] if found else None


def kill(jobs, n=1):
    """n jobs that died a while ago."""
    jobs.sql("INSERT INTO job_dead (id, created_at, died_at, queue, priority, attempt, kind, payload) SELECT nextval('job_id'),"
             " now() - interval '2 minutes', now() - interval '1 minute', 1, 10, 3, 'test.fail', '{}'"
             " FROM generate_series(1, %s)", n)
    jobs.sql("UPDATE alert_seen SET dead_at = now() - interval '10 minutes'")


def test_dead_jobs_are_told_once_with_their_number(told, outside):
    kill(told, 3)
    watch(told)
    line, = lines(outside, "jobs were given up")
    assert line.startswith("ERROR jobs were given up: kind=test.fail (3 times), 20")
    message = sent(outside)[0]
    assert message["chat_id"] == telegram.GROUP and message["message_thread_id"] == 7
    assert message["origin"] == "unit [1]" and message["text"].startswith("[unit [1]]\n")
    entry = next(e for e in outside.log("telegram") if e["path"] == "/bot/send")
    assert entry["headers"]["x-proxy-secret-key"] == telegram.SECRET
    assert set(json.loads(entry["body"])) == {"chat_id", "message_thread_id", "text", "origin"}

    # What happens within the window waits for its end, and is one message then.
    told.sql("DELETE FROM job_dead")
    kill(told, 2)
    watch(told)
    assert len(lines(outside, "given up")) == 1
    assert raised(told, "job.dead:test.fail")[:2] == (5, 2)
    told.sql("UPDATE alert SET due_at = now()")
    watch(told)
    assert len(lines(outside, "given up")) == 2 and "(2 times)" in lines(outside, "given up")[1]
    watch(told)
    assert len(lines(outside, "given up")) == 2


def test_a_state_that_lasts_is_told_once(told, outside):
    told.sql("UPDATE source SET failing_since = now() - interval '1 day', last_error = 'secret text'"
             " WHERE platform = 'codechef'")
    told.sql("UPDATE source SET failing_since = now() - interval '1 hour' WHERE platform = 'atcoder'")
    for _ in range(3):
        watch(told)
    told.sql("UPDATE alert SET due_at = now()")
    watch(told)
    line, = lines(outside, "platform=")
    assert line.startswith("warning a source fails for long: platform=codechef since=")
    assert "secret" not in line
    # The next day it is told again.
    told.sql("UPDATE alert SET sent_at = sent_at - interval '25 hours', due_at = now()")
    watch(told)
    assert len(lines(outside, "platform=")) == 2


def test_an_error_in_the_log_is_told_without_its_text(told, outside):
    told.wait_dead(told.add("fetch.source", queue="fetch", platform="hunter2"))
    wait_until(lambda: raised(told, "log:job.failed"), 10, "the alert")
    wait_until(lambda: lines(outside, "will not pass"), 15, "the message")
    line, = lines(outside, "will not pass")
    assert line.startswith("ERROR a job failed for a reason that will not pass: kind=invalid job=")
    assert "hunter2" not in line and "payload" not in line


def test_warnings_of_the_log_are_told_together_once_an_hour(told, outside):
    """Any warning, whether somebody thought of a title for it or not."""
    def warn(n):
        for _ in range(n):
            mail = told.one("INSERT INTO mail (message_id, kind, recipient, subject, body) VALUES (gen_random_uuid(), 'test',"
                            " 'mia@example.org', 'Hello', 'sealed') RETURNING id")
            told.wait_done(told.add("mail.send", queue="mail", mail=mail))
    warn(3)
    wait_until(lambda: (raised(told, "log:mail.kept") or (0, 0))[0] == 3, 20, "the warnings")
    wait_until(lambda: lines(outside, "mail.kept"), 20, "the message")
    warn(2)
    wait_until(lambda: raised(told, "log:mail.kept")[0] == 5, 20, "the next ones")
    told.sql("UPDATE alert SET due_at = due_at - interval '59 minutes'")
    watch(told)
    told_before = len(lines(outside, "mail.kept"))
    told.sql("UPDATE alert SET due_at = due_at - interval '1 minute'")
    watch(told)
    found = lines(outside, "mail.kept")
    assert len(found) == told_before + 1 and all(line.startswith("warning mail.kept") for line in found)
    assert sum(int((line.split("(")[1:] or ["1 "])[0].split()[0]) for line in found) == 5
    assert not any("mia@" in m["text"] for m in sent(outside))


@pytest.mark.parametrize("mode, options, error, wait", [
    ("too_many", {"retry_after": 77}, "the proxy answered 429", 77),
    ("http_500", {}, "the proxy answered 500", 60),
    ("http_403", {}, "the proxy answered 403", 60),
    ("connection_refused", {}, "the proxy could not be reached", 60),
    ("slow", {"seconds": 30}, "the proxy could not be reached", 60),
])
def test_a_message_that_is_not_sent_waits(told, outside, mode, options, error, wait):
    outside.order("telegram", mode, **options)
    kill(told)
    watch(told)
    wait_until(lambda: (raised(told, "job.dead:test.fail") or [0] * 4)[2], 20, "the failure")
    assert raised(told, "job.dead:test.fail") == (1, 1, 1, error)
    assert told.one("SELECT extract(epoch FROM due_at - now())::int FROM alert"
                    " WHERE key = 'job.dead:test.fail'") in range(wait - 20, wait + 1)
    assert told.sql("SELECT 1 FROM job_dead WHERE kind LIKE 'alert%%'") == []
    outside.order("telegram", "ok")
    told.sql("UPDATE alert SET due_at = now()")
    watch(told)
    assert len(lines(outside, "kind=test.fail")) == 1
    assert raised(told, "job.dead:test.fail")[1:3] == (0, 0)


def test_without_telegram_they_stand_in_the_table(jobs):
    start(jobs)
    kill(jobs)
    watch(jobs)
    assert raised(jobs, "job.dead:test.fail")[:2] == (1, 1)
    assert jobs.sql("SELECT 1 FROM job_later WHERE kind = 'alert.send'") == []


def test_a_changed_audit_is_told(told, outside):
    told.sql("INSERT INTO audit_new (actor_id, action, object, detail, address)"
             " SELECT n, 'user.role', '', '{}', '' FROM generate_series(1, 3) n")
    told.wait_done(told.add("audit.verify", queue="maintenance"))
    assert told.sql("SELECT n, broken_id FROM audit_check") == [(3, None)]
    told.sql("SET session_replication_role = replica; UPDATE audit SET actor_id = 9 WHERE id = 2")
    told.wait_done(told.add("audit.verify", queue="maintenance"))
    assert told.sql("SELECT n, broken_id FROM audit_check ORDER BY id")[1] == (1, 2)
    watch(told)
    assert len(lines(outside, "the audit's chain is broken: podium audit verify: row=2")) == 1
