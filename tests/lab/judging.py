"""An installation with a judge: problems, members who send in, and what becomes of it."""

import json
import subprocess
import time

from .client import ADMIN
from .people import enlist, program_of
from .podium import BUILD, Podium
from .process import TOP, own, wait_until
from .program import Program


class Site:
    """Web and jobs processes on a database of their own."""

    def __init__(self, folder, postgres, workers=3, **keys):
        self.postgres = postgres
        self.database = postgres.create_database("podium_template", "podium_owner")
        self.work = own(TOP / "var" / "judge")  # what it finds of the languages is good for all
        self.podium = Podium(folder / "p", postgres.conninfo(self.database, "podium_owner"),
                             JUDGE_WORK=self.work, BOX_PROGRAM=BUILD / "podium-box", JOB_WORKERS=workers,
                             WORKER_PORT=0, **keys)
        self.podium.cli("init")
        self.sql("UPDATE job_cron SET enabled = false")
        self.sql("DELETE FROM job")
        self.programs = {}

    def start(self):
        self.podium.start_web()
        self.jobs = self.podium.start_jobs()
        self.await_languages()
        return self

    def await_languages(self):
        wait_until(lambda: self.sql("SELECT count(*) FROM judge_language WHERE is_there")[0][0] > 0, 180, "the judge's languages")

    def stop(self):
        self.podium.stop()
        self.postgres.drop_database(self.database)

    def sql(self, text, *arguments):
        return self.postgres.execute(self.database, text, *arguments)

    def problem(self, slug, tests, **more):
        """Makes a public problem of (input, answer) pairs, the first of them a sample; its id."""
        spec = {"slug": slug, "tests": [
            {"path": f"{'sample' if i == 0 else 'secret'}/{i:04}", "input": a, "answer": b}
            for i, (a, b) in enumerate(tests)], **more}
        done = subprocess.run([str(BUILD / "problem-test"), "--config", str(self.podium.config)], input=json.dumps(spec),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        return int(done.stdout)

    def member(self, name="ann", roles="member"):
        """A program that acts for a member of that name."""
        if name not in self.programs:
            enlist(self.podium, {name: roles})
            self.programs[name] = program_of(self.podium, name)
        return self.programs[name]

    def admin(self):
        if "ADMIN" not in self.programs:
            self.programs["ADMIN"] = Program(self.podium.socket)
            self.programs["ADMIN"].login(*ADMIN)
        return self.programs["ADMIN"]

    def send(self, problem, language, source, who="ann"):
        """Sends in and returns the submission's id."""
        self.sql("UPDATE submission SET made_at = made_at - interval '2 days'")  # limits are tested elsewhere
        reply = self.member(who).ask("/api/v1/submissions", "POST",
                                     {"problem": str(problem), "language": language, "source": source})
        assert reply.status == 201, reply.text
        return reply.json()["id"]

    def result(self, submission, who="ann"):
        reply = self.member(who).ask(f"/api/v1/submissions/{submission}/result")
        assert reply.status == 200, reply.text
        return reply.json()

    def await_result(self, submission, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            rows = self.sql("SELECT j.state FROM submission s JOIN judging j ON j.id = s.judging_id WHERE s.public_id = %s",
                            submission)
            if rows[0][0] == 3:
                return
            time.sleep(0.01)
        raise AssertionError(f"submission {submission} was not judged in {seconds} s")

    def judge(self, problem, language, source, who="ann", seconds=60):
        """Sends in, waits for the verdict, and returns the result."""
        submission = self.send(problem, language, source, who)
        self.await_result(submission, seconds)
        return self.result(submission, who)


SUM = [(f"{a} {a + 1}\n", f"{2 * a + 1}\n") for a in range(1, 11)]

CPP = """#include <bits/stdc++.h>
int main() { long long a, b; std::cin >> a >> b; std::cout << a + b << '\\n'; }
"""
PYTHON = "a, b = map(int, input().split())\nprint(a + b)\n"
