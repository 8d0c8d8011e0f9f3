"""A copy of the database alone: every secret that a member has been given, looked for in every row."""

import re

import pytest

from lab import stolen, totp
from lab.client import Browser
from lab.mail import Exim
from lab.process import wait_until
from lab.program import Program

MIA, NEW = ("mia@example.org", "a password of mine"), "new@example.org"
OTHER, REGISTERED = "other@example.org", "tangled-kite-41"


@pytest.fixture()
def server(folder):
    made = Exim(folder / "mail").start()
    yield made
    made.stop()


@pytest.fixture()
def site(podium, server):
    podium.set(SMTP_URL=server.url, SMTP_FROM="Podium <podium@example.org>", BASE_URL="http://localhost")
    podium.cli("user", "create", MIA[0], "Mia", "member", text_input=MIA[1] + "\n")
    podium.start_web()
    podium.start_jobs()
    return podium


def post(browser, uri, **form):
    reply = browser.ask(uri, "POST", {"csrf": browser.token(), **form})
    assert reply.status in (200, 303), reply.text
    return reply


def by_hand(browser):
    """What the member's own pages give him."""
    secret, codes = totp.switch_on(browser, MIA[1])
    made = post(browser, "/settings/tokens", name="a script", days="90", scopes="profile:read")
    post(browser, "/settings/calendars/feed")
    found = {"session": browser.cookies["session"], "form": browser.token(), "two-step": secret,
             "recovery": codes[0], "recovery, used": codes[1],
             "token": re.search(r"podium_([\w-]{43})", made.text).group(1),
             "feed": re.search(r"/feed/([\w-]{20,})\.ics", browser.ask("/settings/calendars").text).group(1)}
    return found, codes[1:]


def by_programs(site, code):
    program = Program(site.socket)
    step = program.ask("/api/v1/auth/login", "POST", {"email": MIA[0], "password": MIA[1]}).json()
    first = program.ask("/api/v1/auth/two-step", "POST", {"token": step["token"], "code": code}).json()
    second = program.refresh(first["refresh_token"]).json()
    left = program.ask("/api/v1/auth/login", "POST", {"email": MIA[0], "password": MIA[1]}).json()
    return {"step": left["token"], "refresh, used": first["refresh_token"], "refresh": second["refresh_token"],
            "access": second["access_token"]}


def by_mail(browser, server, code):
    """Links that wait to be opened."""
    def link(address, what):
        def arrived():
            for m in server.mail.all():
                text = m.get_body(["plain"]).get_content()
                match = re.search(rf"^http://localhost/{what}/([\w-]{{43}})$", text, re.M)
                if match and m["To"].addresses[0].addr_spec == address:
                    return match.group(1)
            return None
        return wait_until(arrived, 30, f"the link to {what}")
    post(browser, "/settings/email", email=NEW, password=MIA[1], code=code)
    guest = Browser(browser.socket)
    for uri, email in (("/register", OTHER), ("/forgot", MIA[0])):
        assert guest.ask(uri, "POST", {"email": email, "name": "Other", "password": REGISTERED}).status == 303
    for i in range(5):
        guest.sign_in(MIA[0], f"wrong guess {i}")
    return {what: link(address, what) for what, address in
            (("email", NEW), ("verify", OTHER), ("reset", MIA[0]), ("unlock", MIA[0]))}


def test_nothing_that_could_be_used(site, server, postgres, database):
    def sql(text, *arguments):
        return postgres.execute(database, text, *arguments)
    browser = Browser(site.socket)
    assert browser.sign_in(*MIA).status == 303
    secrets, codes = by_hand(browser)
    secrets |= by_programs(site, codes[0]) | by_mail(browser, server, codes[1])
    secrets |= {"password": MIA[1], "registered": REGISTERED}
    assert len(secrets) == 17 and all(len(s) > 10 for s in secrets.values())
    keys = {k: site.keys[k] for k in ("ENCRYPTION_KEY", "SESSION_SECRET")}
    assert stolen.found(sql, secrets | keys) == []
    sql("CREATE TABLE told (what text)")
    sql("INSERT INTO told VALUES (%s)", secrets["feed"])
    assert stolen.found(sql, secrets) == ["feed"], "it would be seen"
