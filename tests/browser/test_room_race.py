"""A race in two browsers at once: both boards move without being loaded again, one of them loses the network, comes back and
sees what it has missed; by keyboard alone; and every page of rooms in every width and colour."""

import re
import time

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lab.look import PROBE, complaints, find, until
from lab.process import wait_until
from lab.race import race_in
from lab.webserver import Lighttpd


@pytest.fixture(scope="module")
def made(lab_folder, postgres):
    with race_in(lab_folder, postgres) as race:
        race.start().web.start_live()
        server = Lighttpd(race.web.folder / "s", race.web.run, race.web.pages).start()
        race.url = server.url
        yield race
        server.stop()


@pytest.fixture()
def race(made):
    with made.fresh():
        yield made


def enter(driver, race, player, uri):
    """The page, as that player."""
    driver.get(race.url + "/robots.txt")
    driver.add_cookie({"name": "session", "value": player.session, "path": "/"})
    driver.get(race.url + uri)
    return driver


def watch(driver, race, player, room):
    """The room's page, as that player."""
    enter(driver, race, player, f"/room/{room.public}")
    driver.execute_script("window.kept = true")
    return driver


def is_kept(driver):
    """Nothing has loaded the page anew."""
    return driver.execute_script("return window.kept === true")


def points(driver):
    """{name: points} as the board shows them."""
    return {row.find_element(By.CSS_SELECTOR, "th").text.split("\n")[0]: row.find_element(By.CSS_SELECTOR, ".board-points").text
            for row in driver.find_elements(By.CSS_SELECTOR, ".board tbody tr")}


def offline(driver, yes):
    driver.execute_cdp_cmd("Network.enable", {})
    driver.execute_cdp_cmd("Network.emulateNetworkConditions",
                           {"offline": yes, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1})


def press(driver, problem):
    button = find(driver, f'form[data-problem="{problem}"] button')
    driver.execute_script("arguments[0].focus()", button)
    button.send_keys(Keys.ENTER)


def said(driver):
    return find(driver, "[data-room-said]").text


def test_a_race(race, browse):
    ada, bob = race.player("Ada"), race.player("Bob")
    room = race.room([[ada], [bob]], problems=["2100/A", "2100/B", "2100/C"])
    first, second = (watch(browse(), race, p, room) for p in (ada, bob))
    ada.sends("2100/A")
    press(first, "2100/A")
    until(first, lambda: "2100/A counts" in said(first))
    for driver in (first, second):
        until(driver, lambda: points(driver) == {"Ada": "100", "Bob": "0"})
    assert re.fullmatch(r"\d+ s", find(first, 'form[data-problem="2100/B"] button').text), "the cooldown is mirrored"
    bob.sends("2100/A", ago=20)
    press(second, "2100/A")
    until(second, lambda: "The problem is taken" in said(second))
    assert is_kept(first) and is_kept(second)


def test_the_list_moves_under_the_focus(race, browse):
    """Whoever has just pressed Sync sees what others take and what is shown next, and keeps his place."""
    ada, bob = race.player("Ada"), race.player("Bob")
    room = race.room([[ada], [bob]], problems=["2100/A", "2100/B"], begin=-60, reveal=66)
    driver = watch(browse(), race, ada, room)
    press(driver, "2100/A")
    until(driver, lambda: "no submission" in said(driver))
    bob.sends("2100/A", ago=20)
    assert bob.press(room, "2100/A").status == 202
    until(driver, lambda: "Bob has it" in find(driver, "#room-problems").text)
    time.sleep(max(0, room.starts() + 67 - time.time()))
    race.turn(room)
    until(driver, lambda: driver.find_elements(By.CSS_SELECTOR, 'form[data-problem="2100/B"]'))
    assert driver.execute_script("return document.activeElement.closest('form').dataset.problem") == "2100/A"
    assert is_kept(driver)


@pytest.mark.parametrize("meanwhile, said_then", [
    ("DELETE FROM room_player WHERE user_id = {user}", "You do not play in this room any more."),
    ("UPDATE member SET handle = handle || 'x' WHERE user_id = {user}", "Your Codeforces handle changed meanwhile; try again."),
    ("DELETE FROM room_problem WHERE room_id = {room}", "The room has no such problem.")])
def test_every_reason_is_said_in_words(race, browse, meanwhile, said_then):
    ada = race.player("Ada")
    room = race.room([[ada], [race.player("Bob")]])
    driver = watch(browse(), race, ada, room)
    race.runner.stop()
    press(driver, "2100/A")
    until(driver, lambda: "Codeforces is asked" in said(driver))
    race.sql(meanwhile.format(user=ada.user, room=room.id))
    race.start_jobs()
    until(driver, lambda: said(driver) == f"2100/A: {said_then}")


def test_what_is_missed_without_the_network_is_seen_afterwards(race, browse):
    """What others did and what became of one's own press; the stream and every question fail meanwhile."""
    ada, bob = race.player("Ada"), race.player("Bob")
    room = race.room([[ada], [bob]], problems=["2100/A", "2100/B", "2100/C"])
    both = [browse(), browse(390, dark=True)]
    for driver in both:
        offline(driver, False)  # from here on its connections are known, so that they can be cut
    first, second = (watch(driver, race, p, room) for driver, p in zip(both, (ada, bob)))
    bob.sends("2100/B")
    race.order("settings", latency_ms=1000)
    press(second, "2100/B")
    until(second, lambda: "Codeforces is asked" in said(second))
    offline(second, True)
    race.order("settings", latency_ms=0)
    ada.sends("2100/C")
    assert ada.press(room, "2100/C").status == 202
    until(first, lambda: points(first) == {"Ada": "300", "Bob": "200"})
    assert points(second) == {"Ada": "0", "Bob": "0"}
    offline(second, False)
    until(second, lambda: points(second) == {"Ada": "300", "Bob": "200"})
    until(second, lambda: "2100/B counts" in said(second))
    assert is_kept(first) and is_kept(second)


def test_it_begins_and_is_over_while_one_looks(race, browse):
    ada, bob = race.player("Ada"), race.player("Bob")
    room = race.room([[ada], [bob]], begin=4, length=6, grace=1)
    driver = watch(browse(), race, ada, room)
    assert "waits for its start" in find(driver, "#room-head").text and "Not shown yet" in find(driver, "#room-problems").text
    race.turn(room)
    until(driver, lambda: driver.find_elements(By.CSS_SELECTOR, "form[data-problem]"))
    ada.sends("2100/A", ago=0)
    press(driver, "2100/A")
    until(driver, lambda: points(driver)["Ada"] == "100")
    until(driver, lambda: "Won by Ada" in find(driver, "#room-head").text)
    until(driver, lambda: "1516" in find(driver, "#room-teams").text)
    assert is_kept(driver)


def test_without_scripts(race, browse):
    ada = race.player("Ada")
    room = race.room([[ada], [race.player("Bob")]])
    driver = enter(browse(script=False), race, ada, f"/room/{room.public}")
    ada.sends("2100/A")
    race.order("settings", latency_ms=3000)  # a slow browser sees that it is asked
    find(driver, 'form[data-problem="2100/A"] button').click()
    until(driver, lambda: "Codeforces is asked" in find(driver, "main").text)
    race.order("settings", latency_ms=0)
    wait_until(lambda: ada.told("sync.detected"), 20, "the claim")
    until(driver, lambda: points(driver)["Ada"] == "100" and "2100/A counts: submission" in said(driver))
    race.sql("DELETE FROM cache_lock")
    room = race.room([[ada], [race.player("Bob")]], problems=["2100/B"])
    enter(driver, race, ada, f"/room/{room.public}")
    assert said(driver) == "", "of another room"
    find(driver, 'form[data-problem="2100/B"] button').click()
    until(driver, lambda: said(driver) == "2100/B: There is no submission for this problem among your last 20.")


@pytest.mark.parametrize("width, dark", [(360, True), (360, False), (768, False), (1280, True), (1280, False)])
def test_every_page(race, browse, width, dark):
    people = [race.player(n) for n in ("Ada with a name that is long enough to wrap", "Bob", "Carl", "Averyverylongname" * 3)]
    room = race.room([people[:2], people[2:]], problems=[f"2100/{c}" for c in "ABCDEF"], names=["The long name of a team, long", "B"])
    waits = race.room([people[:1], people[1:2]], begin=900)
    people[0].sends("2100/A")
    people[0].sync(room)
    invite, = race.sql("SELECT invite FROM room WHERE id = %s", waits.id)[0]
    draws, drawn = (race.room([people[:1], people[3:]], problems=p, begin=-5) for p in ([], ["2100/A"]))
    race.sql("UPDATE room SET n_draw = 5, draw_least = 800, draw_most = 1200, draw_tags = 'dp,greedy' WHERE id IN (%s, %s)", draws.id,
             drawn.id)
    race.sql("UPDATE room_player SET unseen = true WHERE room_id = %s", drawn.id)
    driver = browse(width, dark)
    for uri in (f"/room/{room.public}", f"/room/{waits.public}", f"/room/{draws.public}", f"/room/{drawn.public}", "/rooms", "/rooms/new", "/rooms/history", "/rooms/ratings",
                "/rooms/sync", f"/rooms/invite/{invite}"):
        enter(driver, race, people[0], uri)
        found = driver.execute_script(PROBE)
        assert not found, (uri, found)
        assert not complaints(driver), uri
