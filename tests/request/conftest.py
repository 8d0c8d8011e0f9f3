"""A site with the contests of sql/seed/dev.sql, shared by the tests of one file."""

import os
import pathlib
import tempfile
import time

import pytest

from lab.client import ADMIN, Browser
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

    def change(sql, *arguments):
        """What a fetch does: it changes rows and evicts what shows them; a process believes itself a second."""
        made.execute(sql, *arguments)
        made.execute("DELETE FROM cache")
        time.sleep(1.05)
    made.change = change
    yield made
    made.stop()
    postgres.drop_database(name)


@pytest.fixture()
def guest(seeded):
    return Browser(seeded.socket)


@pytest.fixture(scope="module")
def signed_in(seeded):
    """Cookies of an admin and of a member: signing in is limited, so once is enough."""
    seeded.cli("user", "create", "mia@example.org", "Mia", "member", text_input="a password of mine\n")
    cookies = {}
    for name, account in ("admin", ADMIN), ("member", ("mia@example.org", "a password of mine")):
        made = Browser(seeded.socket)
        assert made.sign_in(*account).status == 303
        cookies[name] = made.cookies
    return cookies


@pytest.fixture()
def admin(seeded, signed_in):
    made = Browser(seeded.socket)
    made.cookies = dict(signed_in["admin"])
    return made


@pytest.fixture()
def member(seeded, signed_in):
    made = Browser(seeded.socket)
    made.cookies = dict(signed_in["member"])
    return made
