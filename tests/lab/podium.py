"""The programs under test with a configuration of their own."""

import os
import secrets
import shutil
import socket
import subprocess

from .process import TOP, Process, own, wait_until

KIND = os.environ.get("KIND", "release")
BUILD = TOP / "build" / KIND

SANITIZER = {
    "ASAN_OPTIONS": "abort_on_error=0:exitcode=99:detect_leaks=1:allocator_may_return_null=1",
    "UBSAN_OPTIONS": "print_stacktrace=1",
}


def make_template(server, folder):
    """Database podium_template: migrated, empty, and no source is due, so that no runner asks the internet."""
    server.execute("postgres", "CREATE DATABASE podium_template OWNER podium_owner")
    Podium(folder, server.conninfo("podium_template", "podium_owner")).cli("migrate")
    server.execute("podium_template", "UPDATE source SET next_fetch_at = 'infinity'")


class Podium:
    """One installation: a database, a folder for sockets, a configuration file, and its processes."""

    def __init__(self, folder, conninfo, **keys):
        self.folder = own(folder)
        self.run = own(self.folder / "run")
        self.pages = own(self.folder / "pages")
        self.config = self.folder / "podium.conf"
        self.socket = self.run / "web.sock"
        self.live_socket = self.run / "live.sock"
        self.keys = {
            "ENV": "development",
            "POSTGRES_DB": conninfo,
            "ENCRYPTION_KEY": "k1:" + secrets.token_hex(32),
            "SESSION_SECRET": secrets.token_hex(32),
            "ADMIN_PASSWORD": "correct horse battery",
            "WEB_SOCKET": self.socket,
            "LIVE_SOCKET": self.live_socket,
            "WAKE_DIR": self.run,
            "WORKER_PORT": 0,
            "WEB_WORKERS": 2,
            "WEB_SLOW_WORKERS": 0,
            "JOB_WORKERS": 2,
            "DRAIN_S": 5,
            "PASSWORD_COST": 4,
            "PAGE_LIMIT": 60000000,  # one address asks for everything here
            **keys,
        }
        self.processes = []
        self.write_config()

    def write_config(self):
        self.config.write_text("".join(f"{k}={v}\n" for k, v in self.keys.items()))

    def set(self, **keys):
        self.keys.update(keys)
        self.write_config()

    def role(self, program):
        """What serves may do no more than sql/role.sql says; the command line is the owner's."""
        conninfo = str(self.keys["POSTGRES_DB"])
        if "user=podium_owner" not in conninfo:
            return {}
        role = "podium_job" if program == "podium-jobs" else "podium_web"
        return {"POSTGRES_DB": conninfo.replace("user=podium_owner", f"user={role}")}

    def start(self, program, *arguments, env=None, name=None, binary=None):
        """podium-web or podium-jobs in the foreground."""
        process = Process(
            [binary or BUILD / program, "--config", self.config, *arguments],
            log=self.folder / f"{name or program}.log", env={**SANITIZER, **self.role(program), **(env or {})})
        self.processes.append(process)
        return process.start()

    def start_web(self, *arguments, **options):
        process = self.start("podium-web", *arguments, **options)
        wait_until(self.socket.exists, 10, "the web socket")
        return process

    def start_live(self, *arguments, **options):
        """Its sockets are the web server's user's where the tests run as root; in production their group does it."""
        process = self.start("podium-live", *arguments, **options)

        def answers():
            with socket.socket(socket.AF_UNIX) as s:
                return s.connect_ex(f"{self.live_socket}.http") == 0
        wait_until(answers, 10, "the live socket")
        if os.geteuid() == 0:
            for path in (self.live_socket, f"{self.live_socket}.http"):
                shutil.chown(path, "www-data", "www-data")
        return process

    def start_jobs(self, *arguments, **options):
        return self.start("podium-jobs", *arguments, **options)

    def cli(self, *arguments, check=True, text_input=None):
        """Runs `podium …` and returns the finished process with its output as text."""
        done = subprocess.run(
            [str(BUILD / "podium"), "--config", str(self.config), *map(str, arguments)],
            input=text_input, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60,
            env={**os.environ, **SANITIZER})
        assert not check or done.returncode == 0, f"podium {arguments}: {done.stdout}{done.stderr}"
        return done

    def stop(self):
        for process in reversed(self.processes):
            process.stop()
        for process in self.processes:
            log = process.log()
            assert "ERROR: AddressSanitizer" not in log and "runtime error:" not in log, log[-6000:]
