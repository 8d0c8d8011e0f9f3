"""Open pages are told what happens: in two browsers at once, without loading them again, over lost connections, with one
stream for all tabs of a browser."""

import os

import pytest
from selenium.webdriver.common.by import By

from lab.live import events
from lab.look import complaints, find, sign_in, until
from lab.process import wait_until

MIA = ("mia@example.org", "a password of mine")
WATCH = ("window.seen = []; document.dispatchEvent(new CustomEvent('watch', { detail: { scopes: 'system',"
         " tell: (event) => window.seen.push(event) } }))")


class Line:
    """A page that watches `system`, and who tells it."""

    def __init__(self, site, podium, postgres, database):
        self.site, self.podium, self.postgres, self.database = site, podium, postgres, database
        self.live, self.n = None, 0

    def start(self):
        self.live = self.podium.start_live()

    def tell(self, n=1):
        told = events(self.postgres, self.database, n, scope="system", first=self.n)
        self.n += n
        return told

    def streams(self):
        """Connections that podium-live holds, beside its two doors and its feed."""
        fds = f"/proc/{self.live.pid}/fd"
        return sum(os.readlink(f"{fds}/{fd}").startswith("socket:") for fd in os.listdir(fds)) - 3

    def watch(self, driver, streamed=True):
        driver.get(self.site.url + "/sources")
        driver.execute_script(WATCH)
        until(driver, lambda: self.kinds(driver) == ["reset"])
        if streamed:
            until(driver, lambda: self.streams() >= 1)
        return driver

    def kinds(self, driver):
        return [e["kind"] for e in driver.execute_script("return window.seen")]

    def ids(self, driver):
        return [e["id"] for e in driver.execute_script("return window.seen") if "id" in e]


@pytest.fixture()
def line(site, podium, postgres, database):
    made = Line(site, podium, postgres, database)
    made.start()
    return made


def test_two_browsers_are_told_and_miss_nothing(line, browse):
    """The daemon is killed and started again, and then the web server: what happened meanwhile is told, once, in order."""
    both = [line.watch(browse(), streamed=False), line.watch(browse(390, dark=True), streamed=False)]
    told = line.tell(3)
    for driver in both:
        until(driver, lambda: line.ids(driver) == told)
    line.live.kill()
    told += line.tell(3)
    line.start()
    told += line.tell(2)
    for driver in both:
        until(driver, lambda: line.ids(driver) == told)
    line.site.stop()
    told += line.tell(3)
    line.site.start()
    for driver in both:
        until(driver, lambda: line.ids(driver) == told)
        event = driver.execute_script("return window.seen.at(-1)")
        assert event["scope"] == "system" and event["kind"] == "test.tick" and event["data"] == {"n": line.n - 1}
        assert isinstance(event["at"], int)


def test_a_page_that_knows_its_position_is_streamed(line, browse):
    """It wants a stream before any tab leads, and asks for nothing first."""
    position, = line.tell()
    driver = browse()
    driver.get(line.site.url + "/sources")
    driver.execute_script(WATCH.replace("'system'", f"'system', after: {position}"))
    until(driver, lambda: line.streams() == 1)
    told = line.tell(2)
    until(driver, lambda: line.ids(driver) == told)


def test_all_tabs_share_one_stream(line, browse):
    """The tab that leads is closed, and another one takes over."""
    driver = line.watch(browse())
    for _ in range(3):
        driver.switch_to.new_window("tab")
        line.watch(driver)
    tabs = driver.window_handles
    told = line.tell(2)
    for tab in tabs:
        driver.switch_to.window(tab)
        until(driver, lambda: line.ids(driver) == told)
    assert line.streams() == 1
    driver.switch_to.window(tabs[0])
    driver.close()
    told += line.tell(2)
    for tab in tabs[1:]:
        driver.switch_to.window(tab)
        until(driver, lambda: line.ids(driver) == told)
    wait_until(lambda: line.streams() == 1, 10, "one stream again")
    assert not complaints(driver)


def test_without_the_daemon_pages_ask_and_say_nothing(site, podium, postgres, database, browse):
    line = Line(site, podium, postgres, database)
    driver = line.watch(browse(), streamed=False)
    told = line.tell(2)
    until(driver, lambda: line.ids(driver) == told)
    told += line.tell(1)
    until(driver, lambda: line.ids(driver) == told)
    assert not complaints(driver)


def test_what_may_not_be_watched_is_told_to_be_gone(line, browse):
    driver = line.watch(browse())
    driver.execute_script("window.other = []; document.dispatchEvent(new CustomEvent('watch', { detail: {"
                          " scopes: 'user:1', tell: (event) => window.other.push(event.kind) } }))")
    until(driver, lambda: driver.execute_script("return window.other") == ["gone"])
    told = line.tell()
    until(driver, lambda: line.ids(driver) == told)


@pytest.mark.parametrize("streamed", [True, False], ids=["stream", "asking"])
def test_a_sync_is_seen_on_the_dashboard(site, podium, postgres, database, browse, streamed):
    """Whoever's sync moves sees it move, in two browsers, and nothing is loaded again."""
    podium.cli("user", "create", MIA[0], "Mia", "member", text_input=MIA[1] + "\n")
    mia, = postgres.execute(database, "SELECT id FROM app_user WHERE email = %s", MIA[0])[0]
    line = Line(site, podium, postgres, database)
    if streamed:
        line.start()
    both = [browse(), browse(390, dark=True)]
    for driver in both:
        sign_in(driver, site.url, MIA)
        driver.get(site.url + "/dashboard")
        driver.execute_script("window.mark = 1")
        assert "Nothing has been synced yet." in find(driver, "#calendars").text
    for status, words in (("syncing", "Syncing now."), ("success", "Your calendar is right.")):
        postgres.execute(database, "INSERT INTO sync_state (user_id, status) VALUES (%s, %s)"
                         " ON CONFLICT (user_id) DO UPDATE SET status = excluded.status", mia, status)
        events(postgres, database, 1, scope=f"user:{mia}", kind="calendar.sync", payload=f'{{"state":"{status}"}}')
        for driver in both:
            until(driver, lambda: words in find(driver, "#calendars").text)
            assert driver.execute_script("return window.mark") == 1
    for driver in both:
        assert not complaints(driver)
        assert driver.find_elements(By.CSS_SELECTOR, "#calendars[data-live-scope]")
