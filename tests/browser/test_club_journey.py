"""A club's whole way, in two browsers at once: handles proved at Codeforces, a race that both watch, the network lost and
found again; and a coach who takes a list in, has all synced and reads the graphs on a phone in the dark."""

import re
import time
import urllib.parse

import pytest
from selenium.webdriver.common.by import By

from lab.client import session_of
from lab.look import PROBE, complaints, find, until
from lab.race import race_in
from lab.webserver import Lighttpd

MEMBER, COACH = 1, 3  # bits of the roles
DAY = 86400
LIST = "name,handle,group\nAda Winter,ada_cf,Seniors\nBob Ray,bob_cf,Seniors\nNobody,no such handle,Seniors\n"


@pytest.fixture()
def race(lab_folder, postgres):
    with race_in(lab_folder, postgres) as made:
        made.start().web.start_live()
        server = Lighttpd(made.web.folder / "s", made.web.run, made.web.pages).start()
        made.url = server.url
        yield made
        server.stop()


class Person:
    """Somebody with an account, in a browser of his own."""

    def __init__(self, race, driver, name, roles=MEMBER):
        self.race, self.driver = race, driver
        (user,), = race.sql("INSERT INTO app_user (email, name, roles, email_verified_at) VALUES (%s, %s, %s, now())"
                            " RETURNING id", f"{name.lower()}@example.com", name, roles)
        driver.get(race.url + "/robots.txt")
        driver.add_cookie({"name": "session", "value": session_of(race.sql, user), "path": "/"})

    def go(self, path):
        self.driver.get(self.race.url + path)

    def find(self, css):
        return find(self.driver, css)

    def read(self, css, what):
        """What is given of an element, which may be replaced by a newer one meanwhile."""
        found = []
        self.until(lambda: found.append(what(self.find(css))) is None)
        return found[0]

    def click(self, css):
        """A part of a page that is read anew meanwhile is another element."""
        self.until(lambda: self.find(css).click() is None)

    def until(self, condition):
        until(self.driver, condition)

    def shows(self, css, text):
        self.until(lambda: text in self.find(css).text)

    def stays(self):
        """From here on the page must not be loaded anew."""
        self.driver.execute_script("window.kept = true")

    def has_stayed(self):
        return self.driver.execute_script("return window.kept === true")

    def board(self):
        return {row.find_element(By.CSS_SELECTOR, "th").text: row.find_element(By.CSS_SELECTOR, ".board-points").text
                for row in self.driver.find_elements(By.CSS_SELECTOR, ".board tbody tr")}

    def offline(self, yes):
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd("Network.emulateNetworkConditions", {
            "offline": yes, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})

    def is_sound(self):
        assert not self.driver.execute_script(PROBE) + complaints(self.driver), self.driver.current_url


def prove(person, handle, way):
    """Shows at Codeforces what the page asks for, and stays on it."""
    person.race.order("person", handle=handle, rating=1400)
    person.go("/settings/codeforces")
    person.find("#handle").send_keys(handle)
    person.click(f"button[value={way}]")
    person.shows("#claim", f"Show that you are {handle}")
    person.stays()
    if way == "compile":
        address = person.read("#claim a[rel=noopener]", lambda link: link.get_attribute("href"))
        contest, index = re.search(r"/contest/(\d+)/problem/(\w+)", address).groups()
        person.race.order("submit", handle=handle, contest=int(contest), index=index, verdict="COMPILATION_ERROR")
    else:
        person.race.order("person", handle=handle, organization=person.read("#claim code", lambda code: code.text))
    person.shows("#claim", "proved")
    assert person.has_stayed()


def solve(person, handle, problem):
    person.race.order("submit", handle=handle, contest=2100, index=problem, name=f"Problem {problem}")
    person.click(f'form[data-problem="2100/{problem}"] button')
    person.shows("[data-room-said]", f"2100/{problem} counts")


def open_room(person):
    person.go("/rooms/new")
    person.find("#title").send_keys("Friday")
    person.driver.execute_script("document.querySelector('[name=draws]').checked = false")
    person.find("#problems").send_keys("2100A 100\n2100B 200")
    person.click("main form button[type=submit]")
    person.shows("h1", "Friday")
    return urllib.parse.urlparse(person.find("#link").get_attribute("value")).path


def test_two_race_and_see_what_they_missed(race, browse):
    ada, bob = Person(race, browse(), "Ada"), Person(race, browse(390, dark=True), "Bob")
    bob.offline(False)  # from here on its connections are known, so that they can be cut
    prove(ada, "ada_cf", "compile")
    prove(bob, "bob_cf", "organization")
    invitation = open_room(ada)
    ada.stays()
    bob.go(invitation)
    bob.click(".room-join button")
    bob.shows("#room-teams", "ada_cf")
    bob.stays()
    ada.shows("#room-teams", "bob_cf")
    ada.click("form[action$='/begin'] button")
    bob.until(lambda: bob.find('form[data-problem="2100/A"]'))
    ada.until(lambda: ada.find('form[data-problem="2100/A"]'))
    bob.until(lambda: "Leave" not in bob.find("aside").text)
    time.sleep(1)  # Codeforces' times are whole seconds, and so is the beginning

    ada.stays()
    solve(ada, "ada_cf", "A")
    for one in (ada, bob):
        one.until(lambda: one.board() == {"Ada": "100", "Bob": "0"})
    bob.offline(True)
    race.sql("DELETE FROM cache_lock")  # the minute between two presses is over
    assert ada.has_stayed()
    ada.driver.refresh()
    solve(ada, "ada_cf", "B")
    assert bob.board() == {"Ada": "100", "Bob": "0"}
    bob.offline(False)
    bob.until(lambda: bob.board() == {"Ada": "300", "Bob": "0"})
    bob.shows("#room-log", "Ada solved B")
    assert bob.has_stayed()
    ada.is_sound()


def test_a_coach_reads_the_graphs_on_a_phone_in_the_dark(race, browse):
    now = int(time.time())
    for handle in ("ada_cf", "bob_cf"):
        race.order("person", handle=handle)
        for i in range(12):
            race.order("change", handle=handle, contest=2000 + i, rating=1200 + 25 * i, at=now - (12 - i) * 9 * DAY)
            race.order("submit", handle=handle, contest=2000 + i, index="A", rating=800 + 100 * i, tags=["dp"], at=now - i * DAY)
    coach = Person(race, browse(390, dark=True), "Cora", COACH)
    coach.go("/members/import")
    coach.find("#text").send_keys(LIST)
    coach.click("main form button[type=submit]")
    coach.shows("main", "What came of the list")
    assert "A handle has up to" in coach.find("main").text or "a handle has up to" in coach.find("main").text
    coach.is_sound()
    coach.go("/members/sync")
    coach.click("main form button[type=submit]")
    coach.stays()
    coach.shows("#sweep", "Done: 2 of 2")
    assert coach.has_stayed()
    coach.go("/members?order=rating&direction=down")
    assert "1475" in coach.find(".members").text
    coach.find(".members tbody th a").click()
    coach.shows("h1", "Ada Winter")
    for graph in (".graph-rating .graph-line", ".graph-heat .heat-1", ".graph-bars rect"):
        assert coach.find(graph).is_displayed(), graph
    assert "Month by month, as a table" in coach.find("main").text and "Codeforces Round 2011" in coach.find("main").text
    light = coach.driver.execute_script("return getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3)")
    assert max(map(int, light)) < 80, "dark"
    coach.click("main form[action$='/sync'] button")
    coach.until(lambda: "Codeforces is asked" in coach.find("body").text)
    coach.stays()
    race.order("submit", handle="ada_cf", contest=2100, index="F", rating=3500)
    race.sql("INSERT INTO job (queue, priority, kind, payload) SELECT q.id, 0, 'member.sync', json_build_object('member', m.id)"
             " FROM job_queue q, member m WHERE q.name = 'track' AND m.handle = 'ada_cf'")
    coach.shows("#training", "3500")
    assert coach.has_stayed()
    coach.is_sound()
