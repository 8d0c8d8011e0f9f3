"""Fixtures that all black-box tests share."""

import os
import pathlib
import sys
import tempfile

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

from lab.podium import Podium, make_template  # noqa: E402
from lab.postgres import Postgres  # noqa: E402
from lab.process import TOP, new_folder, own  # noqa: E402
from lab.redis import Redis  # noqa: E402

SHARED = TOP.parent / "shared" / "payloads"


@pytest.fixture(scope="session")
def lab_folder():
    """A folder for everything the run makes."""
    base = own(TOP / "var" / "lab") if len(str(TOP)) < 40 else pathlib.Path(tempfile.gettempdir())
    os.chmod(base, 0o711)
    folder = new_folder(base)
    yield folder
    for pid in folder.glob("**/postmaster.pid"):
        raise AssertionError(f"a server was left running: {pid}")


@pytest.fixture()
def folder(lab_folder):
    """A folder for one test."""
    return new_folder(lab_folder)


@pytest.fixture(scope="session")
def postgres(lab_folder):
    """One server for all tests that do not harm it, with podium_template."""
    server = Postgres(lab_folder / "main").init().start()
    server.execute("postgres", "CREATE ROLE podium_owner LOGIN CREATEROLE")
    make_template(server, lab_folder / "template")
    yield server
    server.stop()


@pytest.fixture()
def database(postgres):
    """The name of a fresh migrated database on `postgres`."""
    name = postgres.create_database("podium_template", "podium_owner")
    yield name
    postgres.drop_database(name)


@pytest.fixture()
def redis_server(folder):
    server = Redis(folder / "redis").start()
    yield server
    server.stop()


@pytest.fixture()
def podium(folder, postgres, database):
    """An installation without Redis; tests start the processes they need."""
    made = Podium(folder / "p", postgres.conninfo(database, "podium_owner"))
    yield made
    made.stop()


@pytest.fixture()
def payloads():
    """The folder of recorded answers of the outside services."""
    if not SHARED.is_dir():
        pytest.skip(f"no recorded payloads at {SHARED}")
    return SHARED
