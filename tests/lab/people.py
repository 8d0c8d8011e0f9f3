"""People with accounts whose names say who they are: ann is ann@example.org, and all have one password."""

from .client import Browser
from .program import Program

PASSWORD = "a password of mine"


def address(name):
    return f"{name}@example.org"


def enlist(podium, people):
    """An account for each name of people, with the roles that stand behind it."""
    for name, roles in people.items():
        podium.cli("user", "create", address(name), name.title(), roles, text_input=PASSWORD + "\n")


def browser_of(podium, name):
    """A browser in which that one is signed in."""
    made = Browser(podium.socket)
    assert made.sign_in(address(name), PASSWORD).status == 303
    return made


def program_of(podium, name):
    """A program that acts for that one."""
    made = Program(podium.socket)
    made.login(address(name), PASSWORD)
    return made
