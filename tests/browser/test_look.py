"""The pages in a real browser: at the widths of a phone and a desk, light and dark, with and without scripts."""

import os
import time

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lab.look import PROBE, complaints, until
from lab.process import wait_until

PAGES = {
    "home": "/",
    "list": "/calendar",
    "filtered": "/calendar?platforms=atcoder&platforms=codeforces&min=60",
    "nothing": "/calendar?q=there-is-no-such-contest",
    "month": "/calendar?view=month",
    "contest": "/contest/atcoder/abc433",
    "cancelled": "/contest/code360/198",
    "sources": "/sources",
    "sign-in": "/sign-in",
    "zone": "/preferences",
    "error": "/no/such/page",
}


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_is_sound(site, browse, width, dark):
    driver = browse(width, dark=dark, still=True)
    wrong = []
    for name, path in PAGES.items():
        driver.get(site.url + path)
        wrong += [f"{name}: {w}" for w in driver.execute_script(PROBE) + complaints(driver)]
        if os.environ.get("LOOK"):
            driver.save_screenshot(f"{os.environ['LOOK']}/{name}-{width}-{'dark' if dark else 'light'}.png")
    assert not wrong, "\n".join(wrong)


def test_a_day_that_a_contest_goes_on_is_a_target_to_hit(site, browse, postgres, database):
    postgres.execute(
        database, "INSERT INTO external_contest (platform, native_id, title, start_at, end_at, url, first_seen_at,"
        " last_seen_at, changed_at) VALUES ('hackerrank', 'w', 'W 9', now() - interval '2 days', now() + interval '2 days',"
        " 'https://example.org/w', now(), now(), now())")
    driver = browse(1280)
    driver.get(site.url + "/calendar?view=month")
    assert len(driver.find_elements(By.CSS_SELECTOR, ".is-continued[href$='/hackerrank/w']")) > 1
    assert driver.execute_script(PROBE) == []


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_number_of_today_is_whole(site, browse, width):
    driver = browse(width)
    driver.get(site.url + "/calendar?view=month")
    assert driver.execute_script("""
        const today = document.querySelector(".is-today .month-day");
        today.querySelector(".month-weekday").textContent = "Wed ";
        today.querySelector(".month-weekday").nextSibling.data = "30";
        return [today.scrollHeight <= today.clientHeight + 1, today.scrollWidth <= today.clientWidth + 1];
    """) == [True, True]


def pressed(driver):
    return [b.text for b in driver.find_elements(By.CSS_SELECTOR, "button[name=theme][aria-pressed=true]")]


def ground(driver):
    return driver.execute_script("return getComputedStyle(document.body).backgroundColor")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_appearance_is_chosen_and_kept(site, browse, script):
    driver = browse(script=script)
    driver.get(site.url + "/calendar")
    light = ground(driver)
    driver.find_element(By.CSS_SELECTOR, "button[name=theme][value=dark]").click()
    until(driver, lambda: pressed(driver) == ["Dark"] and ground(driver) != light)
    assert driver.current_url == site.url + "/calendar"
    time.sleep(0.3)
    driver.get(site.url + "/sources")
    assert ground(driver) != light
    driver.find_element(By.CSS_SELECTOR, "button[name=theme][value='']").click()
    until(driver, lambda: pressed(driver) == ["System"] and ground(driver) == light)
    time.sleep(0.3)
    driver.get(site.url + "/calendar")
    assert ground(driver) == light


def test_countdowns_run(site, browse):
    driver = browse()
    driver.get(site.url + "/calendar")
    running = driver.find_element(By.CSS_SELECTOR, ".row.p-codechef .count")
    soon = driver.find_element(By.CSS_SELECTOR, ".row.p-codeforces .count")
    assert running.text.startswith("ends in 1:") and "is-running" in running.get_attribute("class")
    assert "is-soon" in soon.get_attribute("class")
    before = soon.text
    time.sleep(2.1)
    assert soon.text != before and soon.text.startswith("in 2")


def test_a_contest_begins_and_ends_under_the_readers_eyes(site, browse):
    driver = browse()
    driver.get(site.url + "/calendar")
    driver.execute_cdp_cmd("Emulation.setVirtualTimePolicy", {"policy": "advance", "budget": 30 * 60 * 1000})
    time.sleep(1.5)
    row = driver.find_element(By.CSS_SELECTOR, ".row.p-codeforces")
    assert "is-running" in row.get_attribute("class") and "ends in" in row.text


def test_pages_are_whole_without_scripts(site, browse):
    driver = browse(390, script=False)
    driver.get(site.url + "/calendar")
    assert driver.find_element(By.CSS_SELECTOR, ".row.p-codeforces .count").text.startswith("in ")
    driver.find_element(By.CSS_SELECTOR, "label.chip.p-atcoder input").click()
    driver.find_element(By.CSS_SELECTOR, "form.filters button[type=submit]").click()
    until(driver, lambda: "platforms=atcoder" in driver.current_url)
    assert len(driver.find_elements(By.CSS_SELECTOR, ".row")) == 1
    assert not driver.find_element(By.CSS_SELECTOR, "[data-copy]").is_displayed()


def test_the_keyboard_reaches_everything_in_order(site, browse):
    driver = browse()
    driver.get(site.url + "/calendar")
    body = driver.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    first = driver.switch_to.active_element
    assert first.text == "Skip to the content" and first.rect["y"] >= 0
    first.send_keys(Keys.ENTER)
    assert driver.switch_to.active_element.get_attribute("id") == "main"
    driver.get(site.url + "/calendar")
    order, outlined = [], 0
    for _ in range(12):
        driver.switch_to.active_element.send_keys(Keys.TAB)
        at = driver.switch_to.active_element
        order.append((at.text or at.get_attribute("value") or "").strip())
        outlined += driver.execute_script(
            "const e = arguments[0]; const ring = (x) => getComputedStyle(x).outlineStyle !== 'none';"
            "return ring(e) || ring(e.closest('label') ?? e)", at)
    assert order[:5] == ["Skip to the content", "Podium", "Calendar", "Problems", "Sources"], order
    assert outlined == 12, order


def test_the_zone_of_the_device_is_offered(site, browse):
    driver = browse()
    driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": "Asia/Tokyo"})
    driver.get(site.url + "/calendar")
    driver.find_element(By.CSS_SELECTOR, "[data-zone-offer] button").click()
    until(driver, lambda: "Asia/Tokyo" in driver.find_element(By.CSS_SELECTOR, ".zone").text)
    assert not driver.find_elements(By.CSS_SELECTOR, "[data-zone-offer]")


def test_motion_stops_for_who_asks(site, browse):
    moving = "return document.getAnimations().filter((a) => a.playState === 'running').length"
    driver = browse(still=True)
    driver.get(site.url + "/")
    assert driver.execute_script(moving) == 0
    driver = browse()
    driver.get(site.url + "/")
    assert driver.execute_script(moving) > 0


def card(driver):
    """The text of one source's card, whatever the page is doing."""
    return driver.execute_script("return document.getElementById('leetcode')?.innerText ?? ''")


def test_news_is_offered_and_not_forced(site, browse, postgres, database):
    driver = browse()
    driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {  # a minute passes in a second
        "source": "{ const real = setTimeout; window.setTimeout = (run, ms, ...more) => real(run, ms / 60, ...more); }"})
    driver.get(site.url + "/sources")
    time.sleep(1)
    postgres.execute(database, "UPDATE source SET n_rows = 4321, last_try_at = now() WHERE platform = 'leetcode'")
    wait_until(lambda: driver.find_elements(By.CSS_SELECTOR, ".toast button"), 15, "the offer of news")
    assert "4,321" not in card(driver)
    driver.find_element(By.CSS_SELECTOR, ".toast button").click()
    wait_until(lambda: "4,321" in card(driver), 15, "the news")


def test_a_fetch_is_followed_to_its_end(site, browse, postgres, database):
    driver = browse()
    driver.get(site.url + "/sign-in")
    driver.find_element(By.ID, "email").send_keys("admin@localhost")
    driver.find_element(By.ID, "password").send_keys("correct horse battery" + Keys.ENTER)
    until(driver, lambda: driver.find_element(By.CSS_SELECTOR, ".menu-head").is_displayed())
    driver.get(site.url + "/sources")
    driver.find_element(By.CSS_SELECTOR, "#leetcode button[value=leetcode]").click()
    until(driver, lambda: "queued" in card(driver))
    assert driver.find_elements(By.CSS_SELECTOR, "#sources[data-busy]")
    postgres.execute(database, "DELETE FROM job")
    wait_until(lambda: not driver.find_elements(By.CSS_SELECTOR, "#sources[data-busy]"), 20, "the end of the fetch")
    assert "queued" not in card(driver)
