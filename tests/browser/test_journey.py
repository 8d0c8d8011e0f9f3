"""A member's whole way in one browser: in by the real mail, a second step, a calendar at Google that is kept right when
a contest moves, and out again with nothing left behind."""

import re

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lab import google as lab
from lab import totp
from lab.look import PROBE, complaints, until
from lab.mail import Exim
from lab.process import wait_until
from lab.webserver import Lighttpd

EMAIL, PASSWORD = "mia@example.org", "tangled-kite-41"
ACCOUNT = "alice@example.com"  # at Google


class Journey:
    """The member's browser, and what it meets: the pages, the mailbox, Google, and the announced contests."""

    def __init__(self, driver, server, mail, google, sql, podium):
        self.driver, self.url, self.mail, self.google, self.sql = driver, server.url, mail, google, sql
        self.podium = podium

    def find(self, css):
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def go(self, path):
        self.driver.get(self.url + path)

    def enter(self, **fields):
        """Types into the fields and sends the form of the last one."""
        for i, (name, value) in enumerate(fields.items(), 1):
            self.find("#" + name).send_keys(value, *([Keys.ENTER] if i == len(fields) else []))

    def until(self, condition):
        until(self.driver, condition)

    def click(self, css):
        """A part of a page that is read anew meanwhile is another element."""
        self.until(lambda: self.find(css).click() is None)

    def shows(self, text):
        self.until(lambda: text in self.find("main").text)
        wrong = self.driver.execute_script(PROBE)
        assert not wrong, f"{self.driver.current_url}: {wrong}"

    def fetch(self, mode="ok", **options):
        """LeetCode says what the stand-in was told to say, and is asked."""
        self.google.outside.order("leetcode", mode, **options)
        before = self.sql("SELECT last_success_at FROM source WHERE platform = 'leetcode'")
        self.podium.cli("source", "fetch", "leetcode")
        wait_until(lambda: self.sql("SELECT last_success_at FROM source WHERE platform = 'leetcode'") != before, 30, "the fetch")
        self.settled()

    def starts(self):
        """What stands in the calendars at Google: the beginnings by titles, once each."""
        events = list(self.google.events(ACCOUNT).values())
        found = {e["summary"]: e["start"]["dateTime"] for e in events}
        assert len(found) == len(events), "an event is there twice"
        return found

    def settled(self):
        kinds = ["calendar.sync", "calendar.leave", "account.delete"]
        wait_until(lambda: not self.sql(
            "SELECT 1 FROM job WHERE kind = ANY (%s) UNION ALL SELECT 1 FROM job_later WHERE kind = ANY (%s)",
            kinds, kinds), 30, "the end of the sync")


@pytest.fixture()
def journey(folder, podium, postgres, database, browse):
    google = lab.start(folder)
    mail = Exim(folder / "exim").start()
    server = Lighttpd(folder / "w", podium.run, podium.pages)
    podium.set(**{**google.config(), "GOOGLE_REDIRECT_URL": f"{server.url}/auth/google/callback"},
               **google.outside.urls(), SOURCE_BACKOFF_MS=5, BASE_URL=server.url, SMTP_URL=mail.url, SMTP_FROM="Podium <podium@example.org>",
               SYNC_COOLDOWN_S=0, SYNC_BACKOFF_MS=5)
    podium.cli("init")

    def sql(text, *arguments):
        return postgres.execute(database, text, *arguments)

    sql("TRUNCATE job, job_unique")  # the first fetches, which would go to the world
    sql("UPDATE source SET next_fetch_at = 'infinity', last_success_at = now()")
    sql("UPDATE job_cron SET enabled = false WHERE name LIKE 'alert%'")
    podium.start_web()
    podium.start_jobs()
    server.start()
    yield Journey(browse(), server, mail.mail, google, sql, podium)
    server.stop()
    podium.stop()
    mail.stop()
    google.outside.stop()


def register(j):
    j.go("/register")
    j.enter(name="Mia Weber", email=EMAIL, password=PASSWORD)
    j.shows("Look into your mail")
    text = j.mail.to(EMAIL).get_body(["plain"]).get_content()
    j.driver.get(re.search(r"^http\S+/verify/\S+$", text, re.M).group(0))
    j.enter(password=PASSWORD)
    j.shows("Your address is confirmed")


def switch_on_two_steps(j):
    """Gives the secret of the second step and a recovery code."""
    j.go("/settings/two-step")
    j.enter(password=PASSWORD)
    j.until(lambda: j.find(".qr").is_displayed())
    secret = j.find("#secret").text.replace(" ", "")
    j.enter(code=totp.code(secret))
    j.until(lambda: len(j.driver.find_elements(By.CSS_SELECTOR, ".codes li")) == 10)
    recovery = j.find(".codes code").text
    j.find(".menu-head").click()
    j.find(".menu button").click()
    j.until(lambda: j.driver.find_element(By.LINK_TEXT, "Sign in").is_displayed())
    return secret, recovery


def sign_in(j, secret):
    j.go("/sign-in")
    j.enter(email=EMAIL, password=PASSWORD)
    j.until(lambda: j.find("#code").is_displayed())
    j.enter(code=totp.code(secret, 1))  # the present one has switched the second step on
    j.until(lambda: j.driver.current_url == j.url + "/dashboard")


def connect(j):
    j.go("/settings/calendars")
    j.find("form[action='/settings/calendars/google'] .button-main").click()
    j.until(lambda: "Choose an account" in j.driver.page_source)
    j.find(f"button[value='{ACCOUNT}']").click()
    j.until(lambda: j.driver.current_url.startswith(j.url + "/settings/calendars"))
    j.shows(ACCOUNT)
    j.settled()


def sync(j, said):
    j.go("/dashboard")
    j.click("form[action='/sync'] button")
    j.shows(said)
    assert j.driver.current_url == j.url + "/dashboard", "without another page"
    j.settled()


def delete(j, recovery):
    j.go("/settings/data")
    assert j.find("[name=events][value=remove]").is_selected()
    j.enter(password=PASSWORD, code=recovery)
    j.until(lambda: j.driver.current_url == j.url + "/goodbye")
    assert not j.driver.execute_script(PROBE)


def test_from_registration_to_deletion(journey):
    j = journey
    j.fetch("vanished")
    register(j)
    secret, recovery = switch_on_two_steps(j)
    sign_in(j, secret)
    connect(j)
    first = j.starts()
    assert len(first) >= 2

    j.fetch()
    sync(j, "1 added")
    before = j.starts()
    assert len(before) == len(first) + 1 and first.items() < before.items()
    j.fetch("moved", seconds=7200)
    sync(j, "1 changed")
    after = j.starts()
    moved = [title for title in after if after[title] != before[title]]
    assert set(after) == set(before) and len(moved) == 1 and after[moved[0]] > before[moved[0]]

    delete(j, recovery)
    j.settled()
    assert j.google.calendars(ACCOUNT) == {} and j.starts() == {}
    assert [c[2] for c in j.google.calls("revoke")] == [200]
    assert j.sql("SELECT count(*) FROM calendar_link") == j.sql("SELECT count(*) FROM totp") == [(0,)]
    assert j.sql("SELECT count(*) FROM app_user WHERE email = %s OR name = 'Mia Weber'", EMAIL) == [(0,)]
    assert not [c for c in complaints(j.driver) if "favicon" not in c]
    j.go("/sign-in")
    j.enter(email=EMAIL, password=PASSWORD)
    j.until(lambda: j.find("main .alert-error").is_displayed())
