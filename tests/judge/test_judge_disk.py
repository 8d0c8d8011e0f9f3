"""The judge's folder on a disk of its own that becomes full: nothing ends wrongly meanwhile, and everything ends right afterwards."""

import os
import re

import pytest

from lab.disk import can_mount, fill
from lab.judging import PYTHON, SUM, Site
from lab.podium import BUILD
from lab.process import TOP, own, wait_until

# A disk that only podium-jobs sees, by user namespaces; inside it is nobody special again.
START = """#!/bin/sh
exec unshare --user --map-root-user --mount /bin/sh -c 'mount -t tmpfs -o size=12m none "{disk}" &&
exec unshare --user --map-user={uid} --map-group={gid} "{program}" "$@"' sh "$@"
"""
ADDER = ("#include <stdio.h>\nchar large[1 << 20] = {{ 1 }};\nint main(void) {{ int a, b; scanf(\"%d %d\", &a, &b); printf(\"%d\\n\", a + b + {wrong}); "
         "return large[1]; }} // {n}\n")


@pytest.fixture()
def site(folder, postgres):
    if not can_mount():
        pytest.skip("no disk of one's own: user namespaces are not allowed here")
    disk = own(folder / "disk")
    languages = folder / "languages.conf"
    sections = re.split(r"(?m)^(?=\[)", (TOP / "etc" / "languages.conf").read_text())
    languages.write_text("".join(s for s in sections if s.startswith(("[c]", "[python3]"))))
    start = folder / "start"
    start.write_text(START.format(disk=disk, uid=os.geteuid(), gid=os.getegid(), program=BUILD / "podium-jobs"))
    start.chmod(0o755)
    made = Site(folder, postgres, workers=2, LANGUAGES=languages)
    made.podium.set(JUDGE_WORK=disk)
    made.disk = disk
    made.podium.start_web()
    made.jobs = made.podium.start_jobs(binary=start)
    made.await_languages()
    yield made
    made.stop()


def test_a_full_disk_ends_nothing(site):
    problem = site.problem("sum", SUM)
    assert site.judge(problem, "python3", PYTHON)["verdict"] == "AC"
    filler = f"/proc/{site.jobs.pid}/root{site.disk}/filler"
    fill(filler)
    sent = {site.send(problem, "c", ADDER.format(n=n, wrong=int(n % 3 == 0))): 2 if n % 3 == 0 else 1 for n in range(6)}
    wait_until(lambda: site.sql("SELECT count(*) FROM judging WHERE fault = 'the judge''s disk is full'")[0][0] == 6, 120,
               "all of them were tried")
    assert site.sql("SELECT count(*) FROM judging WHERE state = 3 AND verdict = 8") == [(0,)]
    assert site.sql("SELECT coalesce(max(attempt), 0) <= 1 FROM job WHERE kind LIKE 'judge.%%'") == [(True,)]
    os.unlink(filler)
    for submission in sent:
        site.await_result(submission)
    assert dict(site.sql("SELECT s.public_id, j.verdict FROM submission s JOIN judging j ON j.id = s.judging_id"
                         " WHERE s.language = 'c'")) == sent
    assert site.judge(problem, "python3", PYTHON + "# again\n")["verdict"] == "AC"
