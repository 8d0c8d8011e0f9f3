"""How podium-web starts, stops, reloads and fails, as its supervisor and a web server see it."""

import concurrent.futures
import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import threading
import time

import pytest

from lab import fcgi
from lab.podium import BUILD, SANITIZER
from lab.process import Process, has_ended, wait_until

FAST = os.environ.get("KIND", "release") == "release"


def health(podium):
    return fcgi.request(podium.socket, uri="/health").status


class Load:
    """Requests one after the other in some threads until it is stopped; everything that is no 200 is kept."""

    def __init__(self, path, threads=6, uri="/health"):
        self.path, self.uri = path, uri
        self.stopped = threading.Event()
        self.done, self.failed = 0, []
        self.threads = [threading.Thread(target=self.work) for _ in range(threads)]

    def work(self):
        while not self.stopped.is_set():
            try:
                status = fcgi.request(self.path, uri=self.uri).status
            except Exception as e:  # noqa: BLE001: whatever it is, a request was lost
                status = repr(e)
            self.done += 1
            if status != 200:
                self.failed.append(status)

    def __enter__(self):
        for t in self.threads:
            t.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for t in self.threads:
            t.join()


def half_request(path):
    """A connection that has sent the parameters but not the end of the body."""
    s = socket.socket(socket.AF_UNIX)
    s.settimeout(20)
    s.connect(str(path))
    params = fcgi.params_of("POST", "/sign-in", {"Content-Type": "application/x-www-form-urlencoded",
                                                 "Origin": "http://localhost"}, b"email=")
    s.sendall(fcgi.begin() + fcgi.stream(fcgi.PARAMS, b"".join(fcgi.pair(k, v) for k, v in params.items())))
    return s


def finish_request(s):
    s.sendall(fcgi.stream(fcgi.STDIN, b"email="))
    records = fcgi.read_records(s)
    s.close()
    return fcgi.parse(b"".join(c for k, _, c in records if k == fcgi.STDOUT), records).status


def test_socket_is_for_the_web_servers_group_only(podium):
    podium.start_web()
    assert podium.socket.stat().st_mode & 0o777 == 0o660


def test_stop_lets_a_request_finish(podium):
    web = podium.start_web()
    s = half_request(podium.socket)
    time.sleep(0.3)
    web.send(signal.SIGTERM)
    time.sleep(0.3)
    assert web.alive(), "it must wait for the request"
    assert finish_request(s) == 422
    assert web.child.wait(10) == 0
    assert not podium.socket.exists()


def test_reload_loses_no_request(podium):
    podium.set(WEB_WORKERS=3)
    web = podium.start_web()
    health(podium)
    before = set(web.children())
    s = half_request(podium.socket)
    time.sleep(0.2)
    with Load(podium.socket) as load:
        for number in (signal.SIGHUP, signal.SIGUSR2, signal.SIGHUP):
            seen = web.log().count("event=reload.done")
            web.send(number)
            wait_until(lambda: web.log().count("event=reload.done") > seen, 20, "the reload")
            time.sleep(0.3)
    assert load.failed == [] and load.done > 50
    assert finish_request(s) == 422, "a request of the first image is finished by it"
    after = wait_until(lambda: (p := set(web.children())) and len(p) == 3 and p, 10, "three workers")
    assert not before & after and web.alive()
    assert web.stop() == 0
    assert not podium.socket.exists() and not podium.socket.with_name("web.sock.slow").is_symlink()


def test_reload_takes_the_new_configuration(podium):
    web = podium.start_web()
    wait_until(lambda: len(web.children()) == 2, 10)
    podium.set(WEB_WORKERS=4)
    web.send(signal.SIGHUP)
    wait_until(lambda: "event=reload.done" in web.log(), 20)
    wait_until(lambda: len(web.children()) == 4, 10, "four workers")
    assert health(podium) == 200


def test_a_socket_is_removed_under_the_name_it_was_made_with(podium):
    web = podium.start_web()
    other = podium.run / "other.sock"
    other.touch()
    podium.set(WEB_SOCKET=other)
    web.send(signal.SIGHUP)
    web.wait_for_log("event=reload.done")
    assert health(podium) == 200 and web.stop() == 0
    assert not podium.socket.exists() and other.exists()


def test_reload_refuses_what_would_not_start(podium):
    binary = podium.folder / "podium-web"
    shutil.copy(BUILD / "podium-web", binary)
    web = podium.start_web(binary=binary)
    podium.config.write_text(podium.config.read_text() + "NO_SUCH_KEY=1\n")
    web.send(signal.SIGHUP)
    web.wait_for_log("event=reload.refused")
    podium.write_config()
    os.unlink(binary)
    shutil.copy("/bin/false", binary)
    web.send(signal.SIGHUP)
    wait_until(lambda: web.log().count("event=reload.refused") == 2, 10)
    assert health(podium) == 200
    os.unlink(binary)
    shutil.copy(BUILD / "podium-web", binary)
    web.send(signal.SIGHUP)
    web.wait_for_log("event=reload.done")
    assert health(podium) == 200


def test_a_reload_as_soon_as_there_is_a_socket(podium):
    for i in range(8):
        podium.socket.unlink(missing_ok=True)
        web = podium.start("podium-web", name=f"web{i}")
        while not podium.socket.exists():
            assert web.alive(), web.log()
        web.send(signal.SIGHUP)
        web.wait_for_log("event=reload.done")
        assert web.stop() == 0


def test_killed_workers_are_replaced(podium):
    web = podium.start_web()
    assert health(podium) == 200
    for _ in range(3):
        old = wait_until(lambda: len(web.children()) == 2 and web.children(), 15, "two workers")
        for pid in old:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: len(web.children()) == 2 and not set(old) & set(web.children()), 15, "new workers")
        assert health(podium) == 200
    delays = [int(line.split("restart_ms=")[1]) for line in web.log().splitlines() if "restart_ms=" in line]
    assert delays[0] == 100 and delays[-1] > 100, delays


def test_workers_end_with_a_killed_supervisor(podium):
    web = podium.start_web()
    assert health(podium) == 200
    workers = web.children()
    web.kill()
    wait_until(lambda: all(map(has_ended, workers)), 10, "the end of the workers")
    again = podium.start("podium-web", name="again")
    wait_until(lambda: again.alive() and _answers(podium), 10, "an answer of the next one")


def _answers(podium):
    try:
        return health(podium) == 200
    except OSError:
        return False


def test_second_supervisor_leaves_the_first_alone(podium):
    podium.start_web()
    second = podium.start("podium-web", name="second")
    assert second.child.wait(10) == 1
    assert "listens on" in second.log() and health(podium) == 200


def test_silent_connections_do_not_hold_a_worker_for_ever(podium):
    podium.set(WEB_WORKERS=1)
    web = podium.start_web()
    with socket.socket(socket.AF_UNIX) as s:
        s.connect(str(podium.socket))
        s.sendall(b"\1")
        began = time.monotonic()
        assert health(podium) == 200
        assert 5 < time.monotonic() - began < 15, "after the read's time limit"
    assert web.alive()


@pytest.mark.parametrize("both", [False, True], ids=["one", "both"])
def test_inherited_sockets_as_systemd_gives_them(podium, both):
    paths = [podium.socket] + [podium.socket.with_name(f"{podium.socket.name}.slow")] * both
    with contextlib.ExitStack() as held:
        numbers = []
        for path in paths:
            listener = held.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(str(path))
            listener.listen(64)
            numbers.append(fcntl.fcntl(listener, fcntl.F_DUPFD, 20))
            held.callback(os.close, numbers[-1])
        moves = "".join(f"{3 + i}<&{number} " for i, number in enumerate(numbers))
        shell = f'exec {moves}; export LISTEN_FDS={len(numbers)} LISTEN_PID=$$; exec "$0" "$@"'
        web = Process(["/bin/bash", "-c", shell, BUILD / "podium-web", "--config", podium.config],
                      log=podium.folder / "systemd.log", env=SANITIZER, pass_fds=numbers).start()
        podium.processes.append(web)

        def answers():
            return [fcgi.request(path, uri="/health").status for path in paths]
        assert answers() == [200] * len(paths)
        web.send(signal.SIGHUP)
        web.wait_for_log("event=reload.done")
        assert answers() == [200] * len(paths)
        assert web.stop() == 0
        assert all(path.exists() for path in paths), "the sockets are not ours to remove"


def test_socket_on_standard_input_is_served_alone(podium):
    """As spawn-fcgi and mod_fcgid start it."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(podium.socket))
        listener.listen(64)
        web = Process([BUILD / "podium-web", "--config", podium.config], log=podium.folder / "spawn.log",
                      env=SANITIZER, stdin=listener.fileno()).start()
        podium.processes.append(web)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            assert set(pool.map(lambda _: health(podium), range(40))) == {200}
        assert web.children() == []
        assert web.stop() == 0


def run_cgi(podium, env, body=b""):
    done = subprocess.run([str(BUILD / "podium-web"), "--config", str(podium.config)], input=body,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30,
                          env={"PATH": "/usr/bin:/bin", **SANITIZER, **env})
    assert done.returncode == 0, done.stderr
    return fcgi.parse(done.stdout, [])


def test_plain_cgi(podium):
    page = run_cgi(podium, fcgi.params_of(uri="/health"))
    assert page.status == 200 and page.json()["database"] == "up"
    form = b"email=nobody%40example.org&password=wrong+password"
    refused = run_cgi(podium, fcgi.params_of("POST", "/sign-in", {
        "Content-Type": "application/x-www-form-urlencoded", "Origin": "http://localhost"}, form), form)
    assert refused.status == 422
    cut_off = run_cgi(podium, fcgi.params_of("POST", "/sign-in", {
        "Content-Type": "application/x-www-form-urlencoded", "Origin": "http://localhost"}, form), form[:10])
    assert cut_off.status == 400


def test_check_and_routes(podium):
    def run(*arguments):
        return subprocess.run([str(BUILD / "podium-web"), *map(str, arguments)], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True, timeout=30)
    assert run("--check", "--config", podium.config).returncode == 0
    assert "/sign-in" in run("--routes").stdout
    podium.set(TRUST_PROXY="10.0.0.0/8, nonsense")
    refused = run("--check", "--config", podium.config)
    assert refused.returncode == 1 and "nonsense" in refused.stderr
    podium.set(TRUST_PROXY="", WEB_WORKERS=100, CONNECTION_LIMIT=64)
    refused = run("--check", "--config", podium.config)
    assert refused.returncode == 1 and "CONNECTION_LIMIT" in refused.stderr
    assert run("--nonsense").returncode == 1


def test_metrics_count_over_all_workers(podium):
    podium.start_web()
    for _ in range(20):
        health(podium)
    fcgi.request(podium.socket, uri="/no/such/page")
    text = fcgi.request(podium.socket, uri="/metrics").text
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert lines['podium_web_requests_total{method="GET",route="/health",status="200"}'] == "20"
    assert lines['podium_web_requests_total{method="any",route="none",status="404"}'] == "1"
    assert lines['podium_web_request_seconds_bucket{method="GET",route="/health",le="+Inf"}'] == "20"
    assert lines['podium_web_request_seconds_count{method="GET",route="/health"}'] == "20"
    assert lines["podium_web_workers"] == "2" and lines["podium_web_busy_workers"] == "1"
    # /health asks the primary: each process that answered holds its one connection.
    assert lines["podium_web_db_connections"] in ("1", "2")
    assert lines["podium_web_db_connects_total"] == lines["podium_web_db_connections"]
    assert lines["podium_web_db_refused_total"] == "0" and float(lines["podium_web_db_wait_seconds_total"]) > 0
    assert int(lines["podium_web_db_connections_in_use"]) <= int(lines["podium_web_db_connections"])
    counts = [int(v) for k, v in lines.items() if k.startswith("podium_web_request_seconds_bucket") and '"/health"' in k]
    assert counts == sorted(counts)
    for name in {k.split("{")[0] for k in lines}:
        base = name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count")
        assert f"# TYPE {base} " in text and f"# HELP {base} " in text, name


@pytest.mark.parametrize("trusted, header, expected", [
    ("", "203.0.113.9", 200), ("127.0.0.1", "203.0.113.9", 403), ("127.0.0.0/8", "203.0.113.9, 127.0.0.5", 403),
    ("10.0.0.0/8", "203.0.113.9", 200)])
def test_client_address_through_trusted_proxies_only(podium, trusted, header, expected):
    """Told apart by who may see /metrics; a forwarded request never counts as one of this machine."""
    podium.set(TRUST_PROXY=trusted)
    podium.start_web()
    assert fcgi.request(podium.socket, uri="/metrics").status == 200
    assert fcgi.request(podium.socket, uri="/metrics", headers={"X-Forwarded-For": header}).status == 403
    secure = fcgi.request(podium.socket, uri="/health",
                          headers={"X-Forwarded-For": header, "X-Forwarded-Proto": "https"})
    believed = secure.header("Strict-Transport-Security") is not None
    assert believed == (trusted.startswith("127."))
