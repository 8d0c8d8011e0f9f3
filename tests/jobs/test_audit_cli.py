"""podium audit: what it prints, and that it finds a changed row."""

import re


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
