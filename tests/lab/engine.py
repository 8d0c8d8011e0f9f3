"""The engine of the judge, driven through build/KIND/judge-test: a source, tests and rules in, verdicts out."""

import itertools
import json
import os
import pathlib
import subprocess
import tempfile

from .podium import BUILD, SANITIZER
from .process import TOP

# A sanitizer's own memory and threads would be what is measured.
BOX = TOP / "build" / "release" / "podium-box"
TIMEOUT_S = 300


def c(body, head=""):
    return ("#include <errno.h>\n#include <fcntl.h>\n#include <signal.h>\n#include <stdio.h>\n#include <stdlib.h>\n"
            f"#include <string.h>\n#include <unistd.h>\n{head}\nint main(int argc, char **argv) {{ {body} }}\n")


ADD = c('int a, b; scanf("%d %d", &a, &b); printf("%d\\n", a + b);')
SUMS = (("1 2\n", "3\n"), ("5 7\n", "12\n"), ("-1 1\n", "0\n"))


def refusal():
    """Why this machine lets whoever runs the tests have no box at all, or "". In a chroot, for one, users get none."""
    if not BOX.exists():
        return ""
    done = subprocess.run([BOX, "run", "--", "/usr/bin/true"], capture_output=True, text=True, timeout=60)
    return done.stderr.strip() if "no box: namespaces" in done.stderr else ""


def work_folder():
    """One for all tests of this user, so that headers are compiled once."""
    return pathlib.Path(tempfile.gettempdir()) / f"podium-judge-{os.geteuid()}-{TOP.name}"


class Judged:
    """What judge-test said: `build`, one dictionary; `tests`, one for each."""

    def __init__(self, done):
        self.lines = [json.loads(line, strict=False) for line in done.stdout.splitlines()]
        self.stderr = done.stderr
        self.status = done.returncode
        self.error = next((line for line in self.lines if "error" in line), None)
        self.builds = [line for line in self.lines if "build" in line]
        self.build = self.builds[0] if self.builds else None
        self.tests = [line for line in self.lines if "verdict" in line]

    @property
    def verdicts(self):
        return " ".join(test["verdict"] for test in self.tests)

    @property
    def test(self):
        assert len(self.tests) == 1, (self.lines, self.stderr)
        return self.tests[0]


def counts():
    """Whether control groups count what a whole box uses; else a program that is refused memory just fails."""
    done = subprocess.run([BOX, "run", "--", "/usr/bin/true"], capture_output=True, text=True, timeout=60)
    return '"cgroup":"none"' not in done.stderr


class Judge:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.count = itertools.count()
        self.env = {**os.environ, **SANITIZER}

    def write(self, files, default):
        """A folder of files, or a single one called `default`. Texts that begin with #! are programs."""
        base = self.folder / f"s{next(self.count)}"
        base.mkdir()
        single = not isinstance(files, dict)
        for name, text in ({default: files} if single else files).items():
            path = base / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            if path.read_bytes().startswith(b"#!"):
                path.chmod(0o755)
        return base / default if single else base

    def look(self, source, language, validator, **more):
        """What a static validator says of the source."""
        return self.run(source, language, (), static=self.write(validator, "validator.py"), **more)

    def run(self, source, language=None, tests=(("", ""),), validator=None, rules=None, name=None, **options):
        """`tests` are pairs of input and answer. `rules` are those of struct judge_rules by name."""
        suffix = {"c": "c", "python3": "py", "java": "java", "pypy3": "py"}.get(language, "cpp")
        argv = [BUILD / "judge-test"]
        if language:
            argv += ["--language", language]
        if validator is not None:
            rules = {"validator": 1, **(rules or {})}
            for one in validator if isinstance(validator, (list, tuple)) else [validator]:
                argv += ["--validator", self.write(one, "validator.py")]
        for key, value in (rules or {}).items():
            argv += ["--rule", f"{key}={value}"]
        for key, value in options.items():
            for one in value if isinstance(value, (list, tuple)) else [value]:
                argv += [f"--{key}", str(one)]
        argv += [work_folder(), BOX, self.write(source, name or f"main.{suffix}")]
        base = self.folder / f"t{next(self.count)}"
        base.mkdir()
        for i, (given, answer) in enumerate(tests):
            (base / f"{i}.in").write_bytes(given if isinstance(given, bytes) else given.encode())
            (base / f"{i}.ans").write_bytes(answer if isinstance(answer, bytes) else answer.encode())
            argv.append(base / str(i))
        return Judged(subprocess.run([str(a) for a in argv], capture_output=True, text=True, timeout=TIMEOUT_S,
                                     env=self.env, errors="replace"))

    def languages(self):
        done = subprocess.run([BUILD / "judge-test", "--list", work_folder(), BOX], capture_output=True, text=True,
                              timeout=TIMEOUT_S, env=self.env)
        return Judged(done)
