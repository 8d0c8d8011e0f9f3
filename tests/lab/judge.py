"""Problems and submissions as the judge would leave them, sealed with the installation's own key, for tests that need no
judge: what they ask of the database is what the pages read."""

import hashlib
import hmac
import json
import os
import secrets

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .people import address, browser_of, enlist

LANGUAGES = [("cpp17", "C++17", "cpp", "g++ 12.2.0"), ("python3", "Python 3", "py", "Python 3.11.2"),
             ("java", "Java", "java", "")]
CODES = ["", "AC", "WA", "TLE", "MLE", "OLE", "RE", "CE", "JE"]


def seal(name, key, plain, purpose):
    """lib/auth/envelope.c"""
    head = bytes([1, len(name)]) + name
    nonce = os.urandom(12)
    return head + nonce + AESGCM(key).encrypt(nonce, plain, head + purpose.encode())


class Judge:
    def __init__(self, podium, execute):
        name, _, key = podium.keys["ENCRYPTION_KEY"].partition(":")
        self.master = name.encode(), bytes.fromhex(key)
        self.podium, self.execute = podium, execute
        self.roots = {}

    def people(self, **roles):
        """An account of each name with that role; their ids."""
        enlist(self.podium, roles)
        return {name: self.execute("SELECT id FROM app_user WHERE email = %s", address(name))[0][0] for name in roles}

    def sign_in(self, names):
        """The cookies of each, signed in."""
        return {name: browser_of(self.podium, name).cookies for name in names}

    def languages(self, there=("cpp17", "python3"), host="judge-1"):
        for i, (language, name, extension, version) in enumerate(LANGUAGES):
            self.execute(
                "INSERT INTO judge_language (host, language, is_there, version, ordinal, name, extension, why)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)", host, language, language in there,
                version if language in there else "", i, name, extension, "" if language in there else "javac is not there")

    def runner(self, host="judge-1"):
        """Somebody who judges there, and is never silent."""
        self.execute("INSERT INTO job_runner (host, pid, workers, beat_at) VALUES (%s, 1, 2, 'infinity')", host)

    def problem(self, slug, name, owner=None, visibility=2, tests=3, show_difference=False, **more):
        """A sound problem with one sample and further tests; its id."""
        root = os.urandom(32)
        problem, = self.execute(
            "INSERT INTO problem (slug, owner_id, sealed_key, visibility) VALUES (%s, %s, '', %s) RETURNING id",
            slug, owner, visibility)[0]
        self.roots[problem] = root
        self.execute("UPDATE problem SET sealed_key = %s WHERE id = %s",
                     seal(*self.master, root, f"problem.key:{problem}"), problem)
        columns = {"time_ms": 1000, "show_difference": show_difference, **more}
        version, = self.execute(
            f"INSERT INTO problem_version (problem_id, number, format, data_hash, name, state, {', '.join(columns)})"
            f" VALUES (%s, 1, '2025-09', sha256('x'), %s, 2, {', '.join(['%s'] * len(columns))}) RETURNING id",
            problem, name, *columns.values())[0]
        self.execute("UPDATE problem SET version_id = %s WHERE id = %s", version, problem)
        self.execute("INSERT INTO problem_text (version_id, lang, ordinal, title, html) VALUES (%s, 'en', 0, %s, '<p>Add.</p>')",
                     version, name)
        blob, = self.execute("INSERT INTO problem_blob (problem_id, mac, size) VALUES (%s, sha256('b'), 0) RETURNING id",
                             problem)[0]
        for i in range(tests):
            self.execute(
                "INSERT INTO testcase (version_id, ordinal, path, is_sample, input_id, answer_id) VALUES (%s, %s, %s, %s, %s, %s)",
                version, i, "sample/1" if i == 0 else f"secret/{i:02}", i == 0, blob, blob)
        return problem

    def key(self, problem, purpose):
        return hmac.digest(self.roots[problem], purpose.encode(), "sha256")

    def seal(self, problem, plain, purpose):
        return seal(b"d", self.key(problem, "podium data key: seal"), plain, purpose)

    def submission(self, user, problem, source=b"print(1)\n", language="python3", verdict=None, tests=(), state=3, flags=(),
                   build_text="", **more):
        """As it stands after (or while) it is judged; its public id. tests: a code and the detail of each that has run."""
        public = "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz0123456789") for _ in range(16))
        version, = self.execute("SELECT version_id FROM problem WHERE id = %s", problem)[0]
        n_tests, = self.execute("SELECT count(*) FROM testcase WHERE version_id = %s", version)[0]
        submission, = self.execute(
            "INSERT INTO submission (public_id, user_id, problem_id, language, file_name, size, mac, sealed, flags)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) RETURNING id", public, user, problem, language,
            "main.py" if language == "python3" else "main.cpp", len(source),
            hashlib.sha256(source).digest(), self.seal(problem, source, f"submission.source:{public}"), json.dumps(list(flags)))[0]
        bad = [i for i, (code, _) in enumerate(tests) if code != "AC"]
        columns = {"state": state, "n_tests": n_tests if state >= 2 else 0, "first_bad": bad[0] if bad else None,
                   "verdict": CODES.index(verdict) if verdict else None, "build_text": build_text, **more}
        if state == 3:
            columns |= {"cpu_ms": 120, "memory_kib": 4608, "host": "judge-1", "compiler": "Python 3.11.2", "box": "1 cgroup2"}
        judging, = self.execute(
            f"INSERT INTO judging (submission_id, version_id, priority, {', '.join(columns)})"
            f" VALUES (%s, %s, 10, {', '.join(['%s'] * len(columns))}) RETURNING id", submission, version, *columns.values())[0]
        if state == 3:
            self.execute("UPDATE judging SET began_at = now(), ended_at = now() WHERE id = %s", judging)
        self.execute("UPDATE submission SET judging_id = %s WHERE id = %s", judging, submission)
        for i in range(n_tests if state >= 2 else 0):
            code, detail = tests[i] if i < len(tests) else (None, None)
            self.execute(
                "INSERT INTO judging_run (judging_id, ordinal, verdict, cpu_ms, wall_ms, memory_kib, ended_at, detail)"
                " VALUES (%s, %s, %s, %s, %s, %s, CASE WHEN %s THEN now() END, %s)", judging, i,
                CODES.index(code) if code else None, *((120, 130, 4608) if code else (None, None, None)), code is not None,
                self.seal(problem, json.dumps(detail).encode(), f"judging_run:{judging}:{i}") if detail else None)
        return public
