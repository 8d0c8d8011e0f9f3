"""Starting, watching and ending one program. Whatever is started here is ended here, by its pid."""

import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
AS_USER = [str(TOP / "etc/dev/as-user")]


def free_port():
    """A TCP port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(condition, seconds=10.0, what="condition", every=0.02):
    """Calls condition until it answers something true, and returns that."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(every)


def new_folder(base):
    """One in another, with a short name, because socket paths have at most 107 bytes; others may pass through it."""
    made = pathlib.Path(tempfile.mkdtemp(prefix="", dir=base))
    made.chmod(0o711)
    return made


def own(path):
    """Makes a folder that programs started through AS_USER can write."""
    subprocess.run([str(TOP / "etc/dev/own"), str(path)], check=True)
    return pathlib.Path(path)


class Process:
    """A program in the foreground; its output goes to a file that a failing test shows."""

    def __init__(self, argv, log, env=None, cwd=None, as_user=False, pass_fds=(), stdin=None):
        self.argv = (AS_USER if as_user else []) + [str(a) for a in argv]
        self.log_path = pathlib.Path(log)
        self.env = {**os.environ, **(env or {})}
        self.cwd = cwd
        self.pass_fds = pass_fds
        self.stdin = stdin if stdin is not None else subprocess.DEVNULL
        self.child = None

    def start(self):
        with open(self.log_path, "ab") as log:
            self.child = subprocess.Popen(
                self.argv, stdin=self.stdin, stdout=log, stderr=log, env=self.env,
                cwd=self.cwd, pass_fds=self.pass_fds, start_new_session=True)
        return self

    @property
    def pid(self):
        return self.child.pid

    def alive(self):
        return self.child is not None and self.child.poll() is None

    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def wait_for_log(self, text, seconds=10.0):
        def seen():
            assert self.alive() or text in self.log(), f"{self.argv[0]} ended:\n{self.log()[-3000:]}"
            return text in self.log()
        wait_until(seen, seconds, f"{text!r} in the log of {self.argv[0]}")

    def send(self, number):
        if self.alive():
            os.kill(self.child.pid, number)

    def stop(self, number=signal.SIGTERM, seconds=20.0):
        """Ends it and returns its exit status; None if it never ran."""
        if self.child is None:
            return None
        self.send(number)
        try:
            return self.child.wait(seconds)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait(5)
            raise AssertionError(f"{self.argv[0]} did not stop within {seconds} s:\n{self.log()[-3000:]}")

    def kill(self):
        if self.alive():
            self.child.kill()
            self.child.wait(10)

    def children(self):
        """Pids of its children, by the kernel's list."""
        path = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(p) for p in path.read_text().split()] if path.exists() else []


def stat(pid):
    """What the kernel says of a process, from its state on; None if it is not there."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def has_ended(pid):
    """Also if nobody has asked how: where the first process of a container does not, it stays a zombie."""
    return (stat(pid) or "Z")[0] == "Z"


def group_has_ended(group):
    """Whether no process of the group goes on."""
    states = (stat(p.name) for p in pathlib.Path("/proc").glob("[0-9]*"))
    return all(s is None or s[0] == "Z" or int(s[2]) != group for s in states)


def pss_kb(pid):
    """Proportional set size of a process in KB."""
    for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    raise AssertionError("no Pss line")
