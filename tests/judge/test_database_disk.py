"""The disk of the database becomes full while submissions are judged, and the server goes down by it: no submission that was
taken is lost or ends wrongly, and everything goes on by itself when there is room again."""

import contextlib
import os
import signal
import time

import pytest

from lab.disk import can_mount, fill
from lab.judging import PYTHON, SUM, Site
from lab.podium import make_template
from lab.postgres import BIN, Postgres
from lab.process import Process, group_has_ended, own, wait_until

# A disk that only this server sees, by user namespaces; whoever looks after it starts it again.
START = """#!/bin/sh
exec unshare --user --map-root-user --mount /bin/sh -c 'mount -t tmpfs -o size=400m none "{data}" &&
exec unshare --user --map-user={uid} --map-group={gid} /bin/sh -c "
{bin}/initdb -D {data}/pg -U postgres -A trust -E UTF8 --locale=C.UTF-8 --wal-segsize=1 -N >/dev/null
while :; do {bin}/postgres -D {data}/pg {options}; sleep 0.3; done"'
"""


class Server(Postgres):
    """One whose data lie on a small disk of their own."""

    def __init__(self, folder):
        super().__init__(folder, settings={"max_wal_size": "48MB", "min_wal_size": "8MB", "max_connections": "60", "shared_buffers": "32MB"})
        disk = own(self.folder / "disk")
        options = " ".join(f"-c {k}={v or chr(39) * 2}" for k, v in self.settings.items() if k != "listen_addresses") + " -h ''"
        start = self.folder / "start"
        start.write_text(START.format(data=disk, uid=os.geteuid(), gid=os.getegid(), bin=BIN, options=options.replace("''", '\\"\\"')))
        start.chmod(0o755)
        self.process = Process([str(start)], log=self.log_path).start()
        wait_until(self.answers, 60, "the server")
        self.filler = f"/proc/{self.process.pid}/root{disk}/filler"

    def end(self):
        """SIGTERM is the loop's, SIGINT the server's, which would wait for its clients otherwise."""
        for sig in (signal.SIGTERM, signal.SIGINT):
            os.killpg(self.process.pid, sig)
        self.process.child.wait(30)
        wait_until(lambda: group_has_ended(self.process.pid), 30, "the end of the server")

    def answers(self):
        with contextlib.suppress(Exception):
            self.execute("postgres", "SELECT 1")
            return True
        return False


@pytest.fixture()
def site(folder):
    if not can_mount():
        pytest.skip("no disk of one's own: user namespaces are not allowed here")
    server = Server(folder / "own")
    server.execute("postgres", "CREATE ROLE podium_owner LOGIN CREATEROLE")
    make_template(server, folder / "template")
    made = Site(folder, server, workers=2).start()
    made.server = server
    yield made
    made.podium.stop()
    server.end()


def test_the_databases_disk_is_full(site):
    problem = site.problem("sum", SUM)
    assert site.judge(problem, "python3", PYTHON)["verdict"] == "AC"

    def body(n):
        text = PYTHON.replace("a + b", "a + b + 1") if n % 3 == 0 else PYTHON
        return {"problem": "sum", "language": "python3", "source": f"{text}# {n}\n"}
    site.sql("UPDATE submission SET made_at = made_at - interval '2 days'")
    sent, refused = {}, []
    member = site.member()
    for n in range(30):
        if n == 8:
            fill(site.server.filler)
        if n == 24:
            os.unlink(site.server.filler)
            wait_until(site.server.answers, 60, "the server")
        if n > 0 and n % 9 == 0:
            with contextlib.suppress(Exception):
                site.sql("UPDATE submission SET made_at = made_at - interval '2 days'")
        reply = member.ask("/api/v1/submissions", "POST", body(n))
        if reply.status == 201:
            sent[reply.json()["id"]] = 2 if n % 3 == 0 else 1
        else:
            refused.append(reply.status)
        time.sleep(0.3)
    print(refused)
    assert len(sent) >= 8 and set(refused) <= {429, 503}, refused
    wait_until(lambda: site.sql("SELECT count(*) FROM judging WHERE state < 3") == [(0,)], 120, "all are judged")
    got = dict(site.sql("SELECT s.public_id, j.verdict FROM submission s JOIN judging j ON j.id = s.judging_id"))
    assert {s: got.get(s) for s in sent} == sent
    assert 8 not in got.values()
