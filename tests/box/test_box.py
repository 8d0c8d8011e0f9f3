"""podium-box as whoever runs the tests: with rights of its own for root, in a user namespace otherwise."""

import json
import os
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from lab.podium import Podium
from lab.process import TOP, wait_until

# A sanitizer's own memory and threads would be what is measured.
BOX = TOP / "build" / "release" / "podium-box"
TIMEOUT_S = 60


def refusal():
    """Why this machine lets whoever runs the tests have no box at all, or "". In a chroot, for one, users get none."""
    done = subprocess.run([BOX, "run", "--", "/usr/bin/true"], capture_output=True, text=True, timeout=TIMEOUT_S)
    return done.stderr.strip() if "no box: namespaces" in done.stderr else ""


REFUSAL = refusal() if BOX.exists() else ""
pytestmark = pytest.mark.skipif(bool(REFUSAL), reason=REFUSAL or "-")


class Run:
    def __init__(self, done):
        self.status = done.returncode
        self.output = done.stdout
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        self.errors = "\n".join(lines[:-1])
        self.last = lines[-1] if lines else ""
        self.result = json.loads(self.last) if self.last.startswith("{") else {}

    def __getattr__(self, name):
        return self.result[name]


def box(*command, options=(), data=b"", cwd=None):
    return Run(subprocess.run(
        [BOX, "run", *map(str, options), "--", *command], input=data, capture_output=True, timeout=TIMEOUT_S, cwd=cwd))


def python(text, *options, **more):
    return box("/usr/bin/python3", "-I", "-S", "-c", text,
               options=("--processes", 8, "--wall", 20000, "--cpu", 5000, *options), **more)


@pytest.mark.parametrize("mode", [[], ["--no-cgroup"]], ids=["as-is", "no-cgroup"])
def test_every_attack_is_held(mode):
    done = subprocess.run([BOX, "test", *mode], capture_output=True, text=True, timeout=300)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout
    assert sum(line.startswith(("held", "weaker")) for line in lines) >= 60
    if "--no-cgroup" not in mode and "control groups, version" in lines[0]:
        assert not [line for line in lines if line.startswith("weaker")]


@pytest.mark.skipif(os.geteuid() == 0, reason="the laboratory's PostgreSQL is not root's")
def test_the_doctor_tries_the_box(postgres, database, folder):
    made = Podium(folder / "p", postgres.conninfo(database, "podium_owner"), PAGE_DIR="")
    done = subprocess.run([BOX.parent / "podium", "--config", made.config, "doctor"], capture_output=True, text=True,
                          timeout=TIMEOUT_S * 3)
    assert done.returncode == 0, done.stdout
    assert "attacks held" in done.stdout and "0 broken" in done.stdout


def test_it_says_what_counts():
    run = box("/usr/bin/true")
    assert run.how == "exited" and run.code == 0
    assert run.privileged == (1 if os.geteuid() == 0 else 0)
    assert run.cgroup in ("none", "v1", "v2")


def test_where_its_group_lies_is_not_seen():
    run = box("/usr/bin/cat", "/proc/self/cgroup")
    assert run.output and all(line.endswith(b":/") for line in run.output.splitlines())


def ends(commands):
    """How the box says that each ended."""
    with ThreadPoolExecutor(4) as pool:
        runs = pool.map(lambda command: box("/usr/bin/sh", "-c", command), commands)
        return [(run.how, run.code) for run in runs]


def test_every_status_comes_back_unchanged():
    assert ends(f"exit {status}" for status in range(256)) == [("exited", status) for status in range(256)]


def test_every_fatal_signal_comes_back_unchanged():
    harmless = {signal.SIGCHLD, signal.SIGCONT, signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGURG,
                signal.SIGWINCH}
    fatal = sorted(signal.valid_signals() - harmless)
    assert len(fatal) > 50
    assert ends(f"kill -{int(number)} $$" for number in fatal) == [("signaled", number) for number in fatal]


def test_no_signal_is_ignored_or_held_back_from_the_beginning():
    def spoil():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    for name, number in ("HUP", signal.SIGHUP), ("USR1", signal.SIGUSR1):
        run = Run(subprocess.run([BOX, "run", "--", "/usr/bin/sh", "-c", f"kill -{name} $$"], capture_output=True,
                                 timeout=TIMEOUT_S, preexec_fn=spoil))
        assert (run.how, run.code) == ("signaled", number)


def test_the_limit_of_processes_is_exact():
    count = ("import os, time\nn = 0\ntry:\n    while n < 100:\n        if os.fork() == 0: time.sleep(20)\n        n += 1\n"
             "except BlockingIOError: pass\nprint(n)\n")
    run = python(count, "--processes", 16)
    assert int(run.output) == (15 if run.cgroup != "none" else 0)  # where nothing counts processes, there are no others


def test_streams_pass_through_whole():
    data = bytes(range(256)) * 5000
    run = box("/usr/bin/cat", data=data)
    assert run.output == data


def test_what_cannot_be_started_is_told():
    run = box("/usr/bin/no-such-program")
    assert run.not_started == 1 and run.code == 2
    assert run.status == 0


@pytest.mark.parametrize("options, word", [
    (["--cpu", 0], "time"), (["--cpu", "x"], "number"), (["--wall", 10**9], "time"), (["--memory", 1], "bytes"),
    (["--processes", 0], "processes"), (["--mount", "relative"], "path"), (["--mount", "/usr:/../x"], ""),
    (["--mount", "/no/such/folder"], "mount sources"), (["--nonsense"], "option"),
])
def test_wrong_requests_are_refused(options, word):
    run = box("/usr/bin/true", options=options)
    assert run.status in (1, 2) and word in run.last + run.errors
    assert not run.result


def test_the_limit_of_time_is_kept():
    run = box("/usr/bin/sh", "-c", "while :; do :; done", options=("--cpu", 500, "--wall", 30000))
    assert run.cpu_limit == 1
    assert 500_000 <= run.cpu_us < 700_000  # how exactly it is kept is measured by the bench, on a quiet machine


def test_the_limit_of_memory_is_kept():
    take = "x = bytearray({} << 20); print(len(x))"
    assert python(take.format(40), "--memory", 100 << 20).code == 0
    run = python(take.format(200), "--memory", 100 << 20)
    assert run.memory_limit == 1 or b"" == run.output
    assert run.code != 0


def test_memory_is_that_of_the_program():
    run = python("x = b'x' * (50 << 20)", "--memory", 200 << 20)
    assert 50 << 20 < run.memory < 80 << 20


def test_nothing_of_one_run_is_seen_by_the_next():
    names = "import os; print(sorted(os.listdir('/box')), sorted(os.listdir('/tmp')))"
    python("open('/box/a', 'w'); open('/tmp/b', 'w')")
    assert python(names).output == b"[] []\n"


def test_mounts_are_read_only(tmp_path):
    (tmp_path / "word").write_text("hello\n")
    os.chmod(tmp_path, 0o777)
    os.chmod(tmp_path / "word", 0o644)
    run = box("/usr/bin/sh", "-c", "read -r word < /data/word; echo $word; echo x > /data/new", options=("--mount", f"{tmp_path}:/data"))
    assert run.output == b"hello\n" and run.code != 0
    assert not (tmp_path / "new").exists()


def test_a_file_can_be_taken_out(tmp_path):
    run = box("/usr/bin/sh", "-c", "echo built > out", options=("--take", "out"), cwd=tmp_path)
    assert run.status == 0 and (tmp_path / "out").read_text() == "built\n"


@pytest.mark.parametrize("make", ["ln -s /etc/passwd out", "mkfifo out", "mkdir out", "ln -s / x; ln -s x/etc/group out",
                                  "echo a > b; ln b out", ":"])
def test_what_only_looks_like_a_file_is_not_taken(make, tmp_path):
    run = box("/usr/bin/sh", "-c", make, options=("--take", "out", "--processes", 8, "--build"), cwd=tmp_path)
    assert run.status == 1 and not (tmp_path / "out").exists()


def mine():
    """Processes below a podium-box of ours."""
    found = subprocess.run(["ps", "-eo", "pid,args"], capture_output=True, text=True).stdout
    return [line for line in found.splitlines() if "sleep 98761" in line]


def groups():
    found = []
    for base, folders, _ in os.walk("/sys/fs/cgroup"):
        found += [f"{base}/{f}" for f in folders if f.startswith("podium-box.")]
    return found


@pytest.mark.parametrize("victim", ["asker", "server"])
def test_killing_whoever_asked_leaves_nothing(victim):
    before = set(groups())
    with subprocess.Popen([BOX, "run", "--wall", "60000", "--", "/usr/bin/sleep", "98761"],
                          stderr=subprocess.DEVNULL) as run:
        wait_until(lambda: len(mine()) >= 2, what="the program runs")
        started = set(groups()) - before
        children = subprocess.run(["pgrep", "-P", str(run.pid)], capture_output=True, text=True).stdout.split()
        os.kill(run.pid if victim == "asker" else int(children[0]), signal.SIGKILL)
        run.wait(timeout=20)
        wait_until(lambda: not [p for p in mine() if "podium-box" not in p], what="everything in it has ended")
    box("/usr/bin/true")  # the next one tidies what a killed one could not
    wait_until(lambda: not started & set(groups()), what="its groups are gone")


def test_two_boxes_do_not_see_each_other():
    """Signals, processes, abstract names and shared folders of one do not reach the other."""
    listen = ("import socket, time; s = socket.socket(socket.AF_UNIX); s.bind('\\0podium-test'); s.listen();"
              "open('/tmp/x', 'w'); print('up', flush=True); time.sleep(6)")
    look = ("import os, socket\n"
            "s = socket.socket(socket.AF_UNIX)\n"
            "try: s.connect('\\0podium-test'); print('connected')\n"
            "except OSError: print('alone')\n"
            "print(sorted(os.listdir('/tmp')), [p for p in os.listdir('/proc') if p.isdigit() and int(p) > 2])\n")
    with subprocess.Popen([BOX, "run", "--wall", "20000", "--", "/usr/bin/python3", "-I", "-S", "-c", listen],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as first:
        assert first.stdout.readline() == b"up\n"
        assert python(look).output in (b"alone\n[] []\n", b"alone\n[] ['3']\n")
        first.terminate()


def test_many_at_once():
    results = []

    def one(i):
        results.append(box("/usr/bin/sh", "-c", f"exit {i}").code == i)

    threads = [threading.Thread(target=one, args=(i,)) for i in range(12)]
    for t in threads:
        t.start()
    for t in threads:
        t.join(TIMEOUT_S)
    assert results == [True] * 12


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can install it so")
@pytest.mark.parametrize("way", ["set-uid", "capabilities", "neither"])
def test_installed_for_an_ordinary_user(way, tmp_path_factory):
    """What etc/podium-box.md promises of each way, tried by a user who is nobody: uid of its own, or the caller's namespace."""
    folder = tmp_path_factory.mktemp("bin")
    for above in (folder, *folder.parents[:2]):
        above.chmod(above.stat().st_mode | 0o111)
    program = folder / "podium-box"
    program.write_bytes(BOX.read_bytes())
    program.chmod(0o4755 if way == "set-uid" else 0o755)
    if way == "capabilities":
        subprocess.run(["setcap", "cap_sys_admin,cap_setuid,cap_setgid,cap_setpcap,cap_kill+ep", program], check=True)
    done = Run(subprocess.run([program, "run", "--", "/usr/bin/id", "-u"], capture_output=True, timeout=TIMEOUT_S,
                              user=65534, group=65534, extra_groups=[], cwd="/"))
    if way == "neither" and "no box: namespaces" in done.last:
        pytest.skip(done.last)
    inside = int(done.output)
    assert (64000 <= inside < 65000 and done.privileged == 1) if way != "neither" else (inside == 1000 and done.privileged == 0)
