"""A coach with a list of members, as he would use it: takes it in, has all of them asked for at the stand-in, and reads the
graphs on a phone in the dark. And a handle that is proved while one looks."""

import pathlib
import sys
import time

import pytest
from selenium.webdriver.common.by import By

from lab.look import PROBE, complaints, find, sign_in, until
from lab.outside import Outside

sys.path.insert(0, str(pathlib.Path(__file__).parents[1]))

CORA = ("cora@example.org", "a password of mine")
DAY = 86400


@pytest.fixture()
def club(folder, site, podium, postgres, database):
    outside = Outside(folder).start()
    podium.cli("user", "create", CORA[0], "Cora", "coach", text_input=CORA[1] + "\n")
    podium.set(CODEFORCES_INTERVAL_MS=1, **outside.urls())
    postgres.execute(database, "UPDATE source SET next_fetch_at = 'infinity'")
    podium.start_jobs()

    def order(what, **value):
        return outside.ask("POST", f"/codeforces/_{what}", value)
    now = int(time.time())
    order("person", handle="ada", rating=None)
    for i in range(12):
        order("change", handle="ada", contest=2000 + i, rating=1300 + 60 * i - 90 * (i % 3), rank=100 + i, at=now - (300 - 20 * i) * DAY)
    for i in range(150):
        order("submit", handle="ada", contest=2000 + i // 6, index="ABCDEF"[i % 6], rating=800 + 100 * (i % 17),
              tags=["math", "dp" if i % 2 else "graphs"], verdict="WRONG_ANSWER" if i % 5 == 0 else "OK", at=now - 2 * i * DAY)
    order("person", handle="bob", rating=1900)
    site.order = order
    site.sql = lambda sql, *a: postgres.execute(database, sql, *a)
    yield site
    outside.stop()


def looks_well(driver):
    assert driver.execute_script(PROBE) == [] and not complaints(driver)


def test_from_a_list_to_graphs(club, browse, folder, tmp_path):
    file = folder / "club.csv"
    file.write_text("name,email,handle,group,year\nAda Lovelace,ada@example.org,ada,First year,2026\nBob,,bob,First year,2026\n"
                    "Mallory,,not a handle,First year,2026\n")
    driver = browse()
    sign_in(driver, club.url, CORA)
    driver.get(club.url + "/members")
    looks_well(driver)
    driver.find_element(By.LINK_TEXT, "Import a list").click()
    until(driver, lambda: find(driver, "#list"))
    looks_well(driver)
    find(driver, "#list").send_keys(str(file))
    find(driver, "main form .button-main").click()
    until(driver, lambda: "Lines that were not taken" in driver.page_source)
    looks_well(driver)
    assert "4" in find(driver, "tbody td.number").text
    driver.get(club.url + "/members/sync")
    find(driver, "main form .button-main").click()
    until(driver, lambda: "Done: 2 of 2" in find(driver, "#sweep").text)
    looks_well(driver)
    driver.get(club.url + "/members?order=rating&direction=down")
    looks_well(driver)
    assert [e.text for e in driver.find_elements(By.CSS_SELECTOR, ".members tbody th a")] in (["Ada Lovelace", "Bob"], ["Bob", "Ada Lovelace"])
    phone = browse(390, dark=True)
    sign_in(phone, club.url, CORA)
    phone.get(club.url + "/members")
    looks_well(phone)
    phone.find_element(By.LINK_TEXT, "Ada Lovelace").click()
    until(phone, lambda: phone.find_elements(By.CSS_SELECTOR, ".graph-rating"))
    for graph in (".graph-rating .graph-line", ".graph-heat .heat-1", ".graph-bars rect", ".graph-row rect"):
        box = phone.find_element(By.CSS_SELECTOR, graph).rect
        assert box["width"] > 0 and box["height"] > 0, graph
    assert "12 contests" in find(phone, "[aria-label*='contests']").get_attribute("aria-label")
    looks_well(phone)


def test_a_handle_is_proved_while_one_looks(club, browse):
    club.order("person", handle="cora_cf", rating=1500)
    driver = browse()
    sign_in(driver, club.url, CORA)
    driver.get(club.url + "/settings/codeforces")
    looks_well(driver)
    find(driver, "#handle").send_keys("cora_cf")
    find(driver, "button[value=organization]").click()
    until(driver, lambda: driver.find_elements(By.CSS_SELECTOR, "#claim code"))
    looks_well(driver)
    club.order("person", handle="cora_cf", organization=find(driver, "#claim code").text)
    until(driver, lambda: "proved" in find(driver, "#claim").text and "left" not in find(driver, "#claim").text)
    assert club.sql("SELECT handle FROM member WHERE proved_at IS NOT NULL") == [("cora_cf",)]
