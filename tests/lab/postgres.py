"""A private PostgreSQL server: its own data, its own socket, nothing of the system's."""

import contextlib
import itertools
import pathlib
import re
import subprocess
import threading

import psycopg2

from .pool import Pool
from .process import AS_USER, own

BIN = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]


# A statement whose effect would outlive it in its connection, or that is about connections, the kept one among them.
LASTING = re.compile(r"\b(SET (?!\w+ = )|SET session|LISTEN|TEMP|PREPARE|advisory|pg_stat_activity|DISCARD)", re.I)


def run(connection, sql, arguments):
    with connection.cursor() as cursor:
        cursor.execute(sql, arguments or None)
        return cursor.fetchall() if cursor.description else []


def is_lost(error):
    """The connection ended, of itself or by the server; what a statement did wrong has another code."""
    return error.pgcode is None or error.pgcode.startswith("57P")


class Postgres:
    counter = itertools.count(1)

    def __init__(self, folder, fsync=False, settings=None, port=5432):
        self.folder = own(folder)
        self.data = self.folder / "pg"
        self.run = own(self.folder / "r")
        self.log_path = self.folder / "postgres.log"
        self.port = port
        self.pool, self.connections = Pool(self), {}
        self.settings = {
            "listen_addresses": "", "fsync": "on" if fsync else "off", "timezone": "UTC",
            "max_connections": "200", "jit": "off", "unix_socket_directories": str(self.run),
            "port": str(port), **(settings or {})}

    def _run(self, program, *arguments):
        done = subprocess.run(AS_USER + [str(BIN / program), *map(str, arguments)],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=120)
        assert done.returncode == 0, f"{program}: {done.stdout}"
        return done.stdout

    def init(self):
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                  "--locale=C.UTF-8", "-N")
        return self

    def basebackup_of(self, primary):
        """Makes this server a streaming replica of another."""
        self._run("pg_basebackup", "-D", self.data, "-R", "-X", "stream", "-c", "fast",
                  "-d", primary.conninfo("postgres"))
        return self

    def start(self):
        options = " ".join(f"-c {k}='{v}'" for k, v in self.settings.items())
        with open(self.log_path, "ab") as log:
            done = subprocess.run(
                AS_USER + [str(BIN / "pg_ctl"), "start", "-s", "-w", "-t", "60", "-D", str(self.data),
                           "-o", options], stdin=subprocess.DEVNULL, stdout=log, stderr=log, timeout=90)
        assert done.returncode == 0, self.log_path.read_text()[-3000:]
        return self

    def stop(self, mode="fast"):
        if (self.data / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "-s", "-m", mode, "-w", "-t", "60", "-D", self.data)

    def restart(self, mode="immediate"):
        """immediate is a crash: no goodbye to clients, recovery at start."""
        self.stop(mode)
        self.start()

    def pid(self):
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def conninfo(self, database, user="postgres"):
        return f"host={self.run} port={self.port} dbname={database} user={user}"

    def connect(self, database, user="postgres"):
        connection = psycopg2.connect(self.conninfo(database, user))
        connection.autocommit = True
        return connection

    def execute(self, database, sql, *arguments):
        """Runs one statement and returns its rows, if it has any. Whoever waits asks often, so the connection stays."""
        if LASTING.search(sql):
            with contextlib.closing(self.connect(database)) as connection:
                return run(connection, sql, arguments)
        key = database, threading.get_ident()
        stays = self.connections.get(key)
        if stays is not None:
            try:
                return run(stays, sql, arguments)
            except psycopg2.Error as e:
                if not is_lost(e):
                    raise
        self.connections[key] = self.connect(database)
        return run(self.connections[key], sql, arguments)

    def forget(self, database):
        """Closes what stayed of it."""
        for key in [key for key in self.connections if key[0] == database]:
            self.connections.pop(key).close()

    def create_database(self, template="template0", owner="postgres"):
        """A database that is like the template; copies of podium_template come from a pool."""
        def make():
            return self._create_database(template, owner)
        return self.pool.take(make) if template == "podium_template" else make()

    def _create_database(self, template, owner):
        name = f"t{next(self.counter)}_{id(self) % 10000}"
        self.forget(template)
        self.execute("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER "{owner}"')
        return name

    def drop_database(self, name):
        self.forget(name)
        if not self.pool.give_back(name):
            self.execute("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
