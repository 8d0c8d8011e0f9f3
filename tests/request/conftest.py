"""A site with the contests of sql/seed/dev.sql, shared by the tests of one file."""

import os
import pathlib
import tempfile

import pytest

from lab.client import Browser
from lab.podium import Podium
from lab.process import TOP


@pytest.fixture(scope="module")
def seeded(postgres, lab_folder):
    """The database's name and the running installation."""
    name = postgres.create_database("podium_template", "podium_owner")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="", dir=lab_folder))
    os.chmod(folder, 0o711)
    made = Podium(folder / "p", postgres.conninfo(name, "podium_owner"))
    postgres.execute(name, (TOP / "sql/seed/dev.sql").read_text())
    made.cli("init")
    made.start_web()
    made.database = name
    made.execute = lambda sql, *arguments: postgres.execute(name, sql, *arguments)
    yield made
    made.stop()
    postgres.drop_database(name)


@pytest.fixture()
def guest(seeded):
    return Browser(seeded.socket)


@pytest.fixture()
def admin(seeded):
    made = Browser(seeded.socket)
    assert made.sign_in().status == 303
    return made


@pytest.fixture()
def member(seeded):
    made = Browser(seeded.socket)
    if not seeded.execute("SELECT 1 FROM app_user WHERE email = 'mia@example.org'"):
        seeded.cli("user", "add", "mia@example.org", "Mia", "member", text_input="a password of mine\n")
    assert made.sign_in("mia@example.org", "a password of mine").status == 303
    return made
