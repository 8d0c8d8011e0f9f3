"""Routes that hash passwords have a socket and processes of their own."""

import concurrent.futures
import os
import re
import signal
import subprocess
import time

import pytest

from lab import fcgi
from lab.podium import BUILD
from lab.process import TOP, wait_until
from lab.webserver import Lighttpd, admit, apache_proxy

PASSWORD = {"email": "nobody@example.org", "password": "wrong password"}


def slow(podium):
    return podium.socket.with_name(podium.socket.name + ".slow")


def nice(pid):
    return os.getpriority(os.PRIO_PROCESS, pid)


def sign_in(path):
    return fcgi.request(path, "POST", "/sign-in", {"Origin": "http://localhost"}, PASSWORD).status


@pytest.mark.parametrize("server, expression", [
    ("lighttpd.conf", r'"POST" \{\s+\$HTTP\["url"\] =~ "(.*)"'), ("apache.conf", r'"=POST"\nRewriteRule "(.*?)" "')])
def test_the_web_servers_know_every_slow_route(server, expression):
    address = re.search(expression, (TOP / "etc" / server).read_text()).group(1)
    routes = subprocess.run([BUILD / "podium-web", "--routes"], stdout=subprocess.PIPE, text=True, check=True).stdout
    lines = [line.split() for line in routes.splitlines()]
    assert sum(line[-1] == "slow" for line in lines) >= 3
    for line in lines:
        path = re.sub(":[a-z_]+", "x-1", line[1])
        assert line[-1] != "slow" or (line[0] == "POST" and re.search(address, path)), line
        assert not (line[0] == "POST" and line[2] == "guest" and line[5] == "-" and re.search(address, path)), line


def test_both_sockets_answer(podium):
    podium.set(WEB_SLOW_WORKERS=1)
    web = podium.start_web()
    assert len(wait_until(lambda: len(web.children()) == 3 and web.children(), 10)) == 3
    assert slow(podium).stat().st_mode & 0o777 == 0o660 and not slow(podium).is_symlink()
    wait_until(lambda: sorted(nice(p) for p in web.children()) == [0, 0, 5], 5, "the slow process stands back")
    assert sign_in(slow(podium)) == sign_in(podium.socket) == 422
    assert fcgi.request(slow(podium), uri="/health").status == 200
    assert web.stop() == 0
    assert not podium.socket.exists() and not slow(podium).exists()


def test_without_slow_processes_both_names_lead_to_one_socket(podium):
    web = podium.start_web()
    assert slow(podium).is_symlink() and sign_in(slow(podium)) == 422
    podium.set(WEB_SLOW_WORKERS=1)
    web.send(signal.SIGHUP)
    web.wait_for_log("event=reload.done", 20)
    assert not slow(podium).is_symlink() and sign_in(slow(podium)) == 422
    podium.set(WEB_SLOW_WORKERS=0)
    web.send(signal.SIGHUP)
    wait_until(lambda: web.log().count("event=reload.done") == 2, 20)
    assert sign_in(slow(podium)) == 422 and sign_in(podium.socket) == 422


@pytest.mark.parametrize("make", [lambda f, p: Lighttpd(f, p.run, p.pages), lambda f, p: apache_proxy(f, p.run)],
                         ids=["lighttpd", "apache"])
def test_pages_do_not_wait_behind_passwords(podium, folder, make):
    server = make(folder / "w", podium)
    podium.set(WEB_WORKERS=1, WEB_SLOW_WORKERS=1, BASE_URL=server.url)
    web = podium.start_web()
    admit(podium.socket)
    server.start()

    def curl(*arguments):
        return subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", *arguments],
                              stdout=subprocess.PIPE, text=True, timeout=60, check=True).stdout

    def wrong():
        return curl("-H", f"Origin: {server.url}", "-d", "email=nobody@example.org&password=wrong+password",
                    f"{server.url}/sign-in")
    try:
        busy = wait_until(lambda: next((p for p in web.children() if nice(p) > 0), None), 10, "the slow process")
        assert wrong() == "422"
        os.kill(busy, signal.SIGSTOP)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            waiting = [pool.submit(wrong) for _ in range(4)]
            time.sleep(0.3)
            assert [curl(f"{server.url}/health") for _ in range(5)] == ["200"] * 5
            assert curl(f"{server.url}/sign-in") == "200", "the form is a page like any other"
            assert not any(w.done() for w in waiting)
            os.kill(busy, signal.SIGCONT)
            assert [w.result() for w in waiting] == ["422"] * 4
    finally:
        server.stop()
