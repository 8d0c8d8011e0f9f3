"""A site with the contests of sql/seed/dev.sql, shared by the tests of one file."""

import os
import pathlib
import tempfile
import time

import pytest

from lab.client import ADMIN, Browser
from lab.judge import Judge
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


@pytest.fixture(scope="module")
def people(seeded):
    judge = Judge(seeded, seeded.execute)
    seeded.who = judge.people(mia="member", max="member", cora="coach", carl="coach")
    seeded.cookies = judge.sign_in([*seeded.who])
    admin = Browser(seeded.socket)
    assert admin.sign_in().status == 303
    seeded.cookies["admin"] = admin.cookies
    return seeded


@pytest.fixture()
def as_(people):
    for table in ("rate_window", "member", "member_group", "member_import", "member_sweep", "job", "job_unique"):
        people.execute(f"DELETE FROM {table}")

    def browser(name):
        made = Browser(people.socket)
        made.cookies = dict(people.cookies[name])
        return made
    return browser


@pytest.fixture()
def club(as_, people):
    """Two groups with a coach each, some members, and one without a group."""
    ids = {}
    for name, coach in ("Beginners", "cora"), ("Experts", "carl"):
        ids[name], = people.execute("INSERT INTO member_group (name, year, section) VALUES (%s, 2026, 'A') RETURNING id", name)[0]
        people.execute("INSERT INTO member_coach VALUES (%s, %s)", ids[name], people.who[coach])
    for name, group, handle, rating in (("Ada", "Beginners", "ada", 1500), ("Bob", "Beginners", "bob_b", None),
                                        ("Eva", "Experts", "eva", 2400), ("Zoe", None, None, None)):
        ids[name], = people.execute(
            "INSERT INTO member (name, group_id, handle, rating, max_rating, rank, email, phone) VALUES (%s, %s, %s, %s, %s,"
            " %s, %s, '+49 30 1') RETURNING id", name, ids.get(group), handle, rating, rating,
            "grandmaster" if rating == 2400 else "", f"{name.lower()}@members.example")[0]
    return ids
