"""podium audit: what it prints, that it finds a changed row, and that an operator's acts stand in it."""

import re

from lab.process import wait_until


def add(postgres, database, actor, action):
    postgres.execute(database, "INSERT INTO audit_new (actor_id, action, object, detail, address)"
                     " VALUES (%s, %s, 'user:7', '{\"n\": 1}', '127.0.0.1')", actor, action)


def test_list_and_verify(podium, postgres, database):
    for actor, action in ((1, "user.role"), (2, "user.lock"), (1, "user.lock")):
        add(postgres, database, actor, action)
    lines = podium.cli("audit", "list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["3", "2", "1"]
    assert re.fullmatch(r'3 \S+Z actor=1 user\.lock user:7 \{"n": 1\} 127\.0\.0\.1', lines[0])
    assert len(podium.cli("audit", "list", "--actor", 1).stdout.splitlines()) == 2
    assert len(podium.cli("audit", "list", "--actor", 1, "--action", "user.lock").stdout.splitlines()) == 1
    assert len(podium.cli("audit", "list", "--object", "user:7", "--limit", 2).stdout.splitlines()) == 2
    assert podium.cli("audit", "list", "--before", 2).stdout.startswith("1 ")
    assert podium.cli("audit", "list", "--actor", check=False).returncode == 2
    assert podium.cli("audit", "what", check=False).returncode == 2

    whole = podium.cli("audit", "verify").stdout
    head = re.fullmatch(r"3 rows, unbroken\nhead (3:[0-9a-f]{64})\n", whole).group(1)
    assert podium.cli("audit", "verify", head).stdout == whole
    assert podium.cli("audit", "verify", "3:" + "0" * 64, check=False).returncode == 1
    assert podium.cli("audit", "verify", "3:12", check=False).returncode == 2

    postgres.execute(database, "SET session_replication_role = replica;"
                     "UPDATE audit SET actor_id = 1 WHERE id = 2")
    broken = podium.cli("audit", "verify", check=False)
    assert broken.returncode == 1
    assert broken.stdout == "1 rows fit; row 2: the row is not what was written\n"


def test_what_an_operator_does_is_noted(podium, postgres, database):
    """As nobody's by name, and what was not done leaves nothing."""
    def noted():
        rows = postgres.execute(database, "SELECT actor_id, action, object, detail FROM audit ORDER BY id")
        assert {actor for actor, *_ in rows} <= {0}
        return [tuple(row) for _, *row in rows]

    podium.start_jobs()
    wait_until(lambda: postgres.execute(database, "SELECT 1 FROM job_queue WHERE name = 'mail'"), 20, "the queue")
    podium.cli("job", "pause", "mail", "600")
    podium.cli("mail", "test", "mia@example.org")
    job, mail = [postgres.execute(database, sql)[0][0] for sql in (
        "SELECT id FROM job WHERE kind = 'mail.send'", "SELECT id FROM mail")]
    podium.cli("job", "weight", "mail", "5")
    podium.cli("job", "limit", "mail", "3")
    podium.cli("job", "discard", job)
    assert podium.cli("job", "discard", job, check=False).returncode == 1
    assert podium.cli("job", "retry", job, check=False).returncode == 1
    postgres.execute(database, "INSERT INTO job_dead (id, queue, priority, kind, payload, attempt, last_error, created_at)"
                     " SELECT 900 + n, id, 0, 'mail.send', '{}', 4, 'why', now() FROM job_queue, generate_series(1, 2) n"
                     " WHERE name = 'mail'")
    podium.cli("job", "retry", 901)
    podium.cli("job", "retry", "--queue", "mail")
    podium.cli("job", "resume", "mail")
    assert noted() == [
        ("queue.pause", "queue:mail", {"seconds": 600}), ("queue.set", "queue:mail", {"weight": 5}),
        ("queue.set", "queue:mail", {"max_running": 3}), ("job.discard", f"job:{job}", {"queue": "mail"}),
        ("job.retry", "job:901", {"queue": "mail"}), ("job.retry", "job:902", {"queue": "mail"}),
        ("queue.resume", "queue:mail", {})]
    postgres.execute(database, "UPDATE mail SET state = 'dead'")
    podium.cli("mail", "send", mail)
    assert noted()[-1] == ("mail.again", f"mail:{mail}", {})
