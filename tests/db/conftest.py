"""lib/db by hand: the probe program and servers to play with."""

import os
import select
import subprocess
import time

import pytest

from lab.podium import BUILD, SANITIZER
from lab.postgres import Postgres
from lab.process import AS_USER

THING = ("CREATE TABLE thing (id int8 PRIMARY KEY, name text NOT NULL, "
         "owner int8 REFERENCES thing DEFERRABLE INITIALLY DEFERRED)")


class DbError(Exception):
    def __init__(self, kind, detail):
        super().__init__(f"{kind}: {detail}")
        self.kind = kind
        self.detail = detail


class Probe:
    """A process that holds one struct db and does what it is told."""

    def __init__(self, folder, conninfo, **keys):
        self.log_path = folder / f"probe{time.monotonic_ns()}.log"
        with open(self.log_path, "wb") as log:
            self.child = subprocess.Popen(
                [str(BUILD / "tests/db/probe")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                text=True, env={**os.environ, **SANITIZER, "POSTGRES_DB": conninfo,
                                **{k: str(v) for k, v in keys.items()}})

    def send(self, *words):
        self.child.stdin.write("\t".join(map(str, words)) + "\n")
        self.child.stdin.flush()

    def receive(self, seconds=30):
        ready, _, _ = select.select([self.child.stdout], [], [], seconds)
        assert ready, f"no answer within {seconds} s: {self.log()}"
        line = self.child.stdout.readline()
        assert line, f"the probe ended: {self.log()}"
        kind, *cells = line.rstrip("\n").split("\t")
        if kind == "err":
            raise DbError(*cells)
        return cells

    def __call__(self, *words):
        self.send(*words)
        return self.receive()

    def error(self, *words):
        try:
            answer = self(*words)
        except DbError as e:
            return e
        raise AssertionError(f"{words} succeeded: {answer}")

    def log(self):
        return self.log_path.read_text(errors="replace")

    def close(self):
        self.child.stdin.close()
        status = self.child.wait(20)
        assert status == 0, self.log()[-5000:]


@pytest.fixture()
def probe(folder):
    """Starts probes: probe(conninfo, KEY=value...)."""
    made = []

    def start(conninfo, **keys):
        made.append(Probe(folder, conninfo, **keys))
        return made[-1]

    yield start
    for p in made:
        p.close()


@pytest.fixture(scope="session")
def blank(lab_folder):
    """The files of a server that never ran: copied where a test wants one of its own."""
    return Postgres(lab_folder / "blank").init().data


@pytest.fixture()
def make_server(blank, folder):
    """Starts servers that may be harmed: make_server("name", setting=value...)."""
    made = []

    def start(name, port=5432, **settings):
        one = Postgres(folder / name, port=port, settings={"cluster_name": name, **settings})
        subprocess.run([*AS_USER, "cp", "-a", str(blank), str(one.data)], check=True)
        made.append(one)
        return one.start()

    yield start
    for one in made:
        one.stop("immediate")


@pytest.fixture()
def server(make_server):
    """One of them; database `d` has table thing."""
    made = make_server("primary", wal_level="replica")
    made.execute("postgres", "CREATE DATABASE d")
    made.execute("d", THING)
    return made
