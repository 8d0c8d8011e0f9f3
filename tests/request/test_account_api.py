"""The way to an account and back into it by the JSON API, with the mails that a real mail server took."""

import re

import pytest

from lab.mail import Exim
from lab.program import Program, error_of

GOOD = "tangled-kite-41"


@pytest.fixture(scope="module")
def server(lab_folder):
    made = Exim(lab_folder / "account-mail").start()
    yield made
    made.stop()


@pytest.fixture()
def program(podium, server):
    podium.set(SMTP_URL=server.url, SMTP_FROM="Podium <podium@example.org>", BASE_URL="http://localhost")
    podium.start_web()
    podium.start_jobs()
    return Program(podium.socket)


def token_of(server, email, n):
    text = server.mail.to(email, n).get_body(["plain"]).get_content()
    return re.search(r"^http://localhost/\S+/([\w-]{43})$", text, re.M).group(1)


def test_register_verify_sign_in_forget_and_reset(program, server, postgres, database):
    email = "api@example.org"
    body = {"email": email, "name": "Api", "password": GOOD}
    reply = program.ask("/api/v1/auth/register", "POST", body)
    assert reply.status == 202 and reply.json() == {"accepted": True}
    early = program.ask("/api/v1/auth/login", "POST", {"email": email, "password": GOOD})
    assert error_of(early)[0] == 401, "the address is not confirmed yet"
    link = token_of(server, email, 1)
    assert program.ask(f"/api/v1/auth/verify/{link}").status == 200
    assert error_of(program.ask(f"/api/v1/auth/verify/{link}"))[0] == 404, "good once"
    assert error_of(program.ask(f"/api/v1/auth/verify/{link}", "POST", {"password": GOOD}))[0] == 404
    pair = program.login(email, GOOD)
    assert program.ask("/api/v1/users/profile").json()["verified"] is True
    again = program.ask("/api/v1/auth/register", "POST", {**body, "name": "Thief", "password": "another-kite-42"})
    assert again.status == 202 and again.json() == reply.json(), "nobody learns that there is an account"
    assert program.ask("/api/v1/users/profile").json()["name"] == "Api"
    assert server.mail.to(email, 2), "but its owner does"
    for known in (email, "nobody@example.org"):
        forgot = program.ask("/api/v1/auth/forgot-password", "POST", {"email": known}, headers={"Authorization": None})
        assert forgot.status == 202 and forgot.json() == {"accepted": True}
    link = token_of(server, email, 3)
    assert error_of(program.ask("/api/v1/auth/reset-password", "POST", {"token": link, "password": "short"})) == (
        422, "invalid", "password")
    changed = program.ask("/api/v1/auth/reset-password", "POST", {"token": link, "password": "quiet-harbour-77"})
    assert changed.status == 200
    assert error_of(program.ask("/api/v1/auth/reset-password", "POST", {"token": link, "password": GOOD}))[0] == 404
    assert program.ask("/api/v1/users/profile").status == 401, "programs are signed out"
    assert program.refresh(pair["refresh_token"]).status == 401
    assert program.ask("/api/v1/auth/login", "POST", {"email": email, "password": GOOD}).status == 401
    program.login(email, "quiet-harbour-77")


def test_of_several_registrations_the_password_tells_which(program, server, postgres, database):
    email = "several@example.org"
    for n, (name, password) in enumerate((("Api", GOOD), ("Thief", "another-kite-42"))):
        body = {"email": email, "name": name, "password": password}
        assert program.ask("/api/v1/auth/register", "POST", body).status == 202
        link = token_of(server, email, n + 1)
    assert error_of(program.ask(f"/api/v1/auth/verify/{link}"))[:2] == (409, "conflict")
    wrong = program.ask(f"/api/v1/auth/verify/{link}", "POST", {"password": "a third-kite-43"})
    assert error_of(wrong) == (422, "invalid", "password")
    assert error_of(program.ask(f"/api/v1/auth/verify/{link}", "POST", {})) == (422, "invalid", "password")
    assert program.ask(f"/api/v1/auth/verify/{link}", "POST", {"password": GOOD}).status == 200
    assert program.ask("/api/v1/auth/login", "POST", {"email": email, "password": "another-kite-42"}).status == 401
    program.login(email, GOOD)
    assert program.ask("/api/v1/users/profile").json()["name"] == "Api"


@pytest.mark.parametrize("change, field", [
    ({"email": "no address"}, "email"), ({"name": ""}, "name"), ({"password": "short"}, "password"),
    ({"password": "x" * 73}, "password"), ({"password": "password123"}, "password"), ({"roles": ["admin"]}, "roles"),
    ({"email_verified_at": "2026-01-01"}, "email_verified_at")])
def test_refused_registrations(podium, change, field):
    podium.start_web()
    body = {"email": "api@example.org", "name": "Api", "password": GOOD, **change}
    assert error_of(Program(podium.socket).ask("/api/v1/auth/register", "POST", body)) == (422, "invalid", field)


def test_locked_after_wrong_passwords(program):
    """The same for an address without an account, so that a lock tells nothing."""
    for email in ("nobody@example.org",):
        replies = [program.ask("/api/v1/auth/login", "POST", {"email": email, "password": f"wrong password {i}"})
                   for i in range(7)]
        assert {r.status for r in replies[:4]} == {401}
        assert error_of(replies[-1])[:2] == (429, "too_many") and int(replies[-1].header("Retry-After")) > 0
