"""What readers do with the calendar, in a real browser: filters, months, zones, and an admin's fetch."""

import datetime
import time

import pytest
from selenium.webdriver import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from lab.client import ADMIN
from lab.look import complaints, until
from lab.outside import Outside
from lab.webserver import Lighttpd


def find(driver, css):
    return driver.find_element(By.CSS_SELECTOR, css)


def titles(driver):
    return [e.text for e in driver.find_elements(By.CSS_SELECTOR, ".row-title")]


@pytest.mark.parametrize("path", ["/", "/calendar", "/calendar?view=month", "/contest/hackerrank/long", "/sources",
                                  "/preferences", "/sign-in"])
def test_nothing_is_wider_than_a_small_phone(site, browse, path):
    driver = browse(360)
    driver.get(site.url + path)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= 360
    assert not complaints(driver)


def tab_to(driver, name):
    for _ in range(20):
        ActionChains(driver).send_keys(Keys.TAB).perform()
        if driver.switch_to.active_element.get_attribute("id") == name:
            return
    raise AssertionError(f"the keyboard does not reach {name}")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_filter_by_platform_length_and_words(site, browse, script):
    driver = browse(script=script)
    driver.get(site.url + "/calendar")
    for platform in "codeforces", "geeksforgeeks":
        find(driver, f"input[value={platform}]").click()
    tab_to(driver, "f-min")  # the field stands in a <details> that wide pages show; not every driver would click there
    ActionChains(driver).send_keys("2 h").perform()
    assert find(driver, "#f-min").get_attribute("value") == "120"
    find(driver, "form.filters button[type=submit]").click()
    until(driver, lambda: titles(driver) == ["Codeforces Round 1061 (Div. 2)"])
    assert find(driver, "input[value=codeforces]").is_selected()
    assert not find(driver, "input[value=leetcode]").is_selected()
    # the month keeps the filter
    driver.find_element(By.LINK_TEXT, "Month").click()
    until(driver, lambda: find(driver, "#month").is_displayed())
    assert find(driver, "input[value=codeforces]").is_selected()
    driver.find_element(By.LINK_TEXT, "List").click()
    until(driver, lambda: len(titles(driver)) == 1)
    find(driver, "#f-q").send_keys("no such thing", Keys.ENTER)
    until(driver, lambda: "No upcoming contest fits this filter" in find(driver, ".empty").text)
    driver.find_element(By.LINK_TEXT, "Clear").click()
    until(driver, lambda: len(titles(driver)) == 7)


def test_months_by_keyboard(site, browse):
    driver = browse()
    driver.get(site.url + "/calendar?view=month")
    shown = find(driver, "#month").text
    following = find(driver, ".month-nav a[rel=next]")
    following.send_keys(Keys.ENTER)
    first = datetime.date.today().replace(day=1)
    after = (first + datetime.timedelta(days=31)).replace(day=1)
    until(driver, lambda: find(driver, "#month").text == f"{after:%B %Y}" != shown)
    driver.find_element(By.LINK_TEXT, "This month").send_keys(Keys.ENTER)
    until(driver, lambda: find(driver, "#month").text == shown)
    item = find(driver, ".month-item.p-codeforces")
    item.send_keys(Keys.ENTER)
    until(driver, lambda: find(driver, "h1").text == "Codeforces Round 1061 (Div. 2)")


def test_the_month_is_a_table_to_screen_readers(site, browse):
    """Also on a phone, where it is laid out as a list."""
    for width in 1280, 390:
        driver = browse(width)
        driver.get(site.url + "/calendar?view=month")
        tree = driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
        roles = [n["role"]["value"] for n in tree if not n.get("ignored")]
        assert "table" in roles and "row" in roles and "cell" in roles
        today = find(driver, ".is-today .month-day .hidden-text")
        assert "today" in today.get_attribute("textContent")


def test_choose_a_zone_without_scripts(site, browse):
    driver = browse(script=False)
    driver.get(site.url + "/calendar")
    before = find(driver, ".row.p-codeforces .row-clock").text
    driver.find_element(By.LINK_TEXT, "Change time zone").click()
    until(driver, lambda: find(driver, "#zone-hint").is_displayed())
    field = find(driver, "#zone")
    field.clear()
    field.send_keys("kathmandu", Keys.ENTER)
    until(driver, lambda: driver.current_url.endswith("/calendar"))
    assert "Asia/Kathmandu (UTC+5:45)" in find(driver, ".zone").text
    clock = find(driver, ".row.p-codeforces .row-clock")
    moved = (datetime.datetime.strptime(clock.text, "%H:%M") - datetime.datetime.strptime(before, "%H:%M")).seconds
    assert moved == (5 * 60 + 45) * 60
    assert clock.get_attribute("datetime").endswith("Z")
    driver.find_element(By.LINK_TEXT, "Change time zone").click()
    until(driver, lambda: find(driver, "#zone").is_displayed())
    find(driver, "#zone").clear()
    find(driver, "#zone").send_keys("atlantis", Keys.ENTER)
    until(driver, lambda: "no time zone of this name" in find(driver, "#zone-error").text)
    assert find(driver, "#zone").get_attribute("aria-invalid") == "true"


def test_add_to_calendar(site, browse):
    driver = browse()
    driver.get(site.url + "/calendar")
    row = find(driver, ".row.p-codeforces")
    links = [a.get_attribute("href") for a in row.find_elements(By.CSS_SELECTOR, ".row-add a")]
    assert links[0] == site.url + "/contest/codeforces/2174"
    assert links[1] == links[0] + "/event.ics"
    assert links[2].startswith("https://calendar.google.com/calendar/render?action=TEMPLATE&text=Codeforces%20Round")
    file = driver.execute_async_script(
        "const [url, done] = arguments; fetch(url).then((r) => r.text()).then(done)", links[1])
    assert file.startswith("BEGIN:VCALENDAR\r\n") and "SUMMARY:Codeforces Round 1061 (Div. 2)\r\n" in file


@pytest.fixture()
def fetching(folder, podium, postgres, database):
    """A site whose job runner asks a stand-in for the platforms."""
    outside = Outside(folder).start()
    podium.set(SOURCE_BACKOFF_MS=20, CODEFORCES_INTERVAL_MS=1, **outside.urls())
    postgres.execute(database, "UPDATE source SET next_fetch_at = now() + interval '1 day'")
    podium.cli("init")
    podium.start_web()
    server = Lighttpd(folder / "w", podium.run, podium.pages).start()
    yield podium, server
    server.stop()
    podium.stop()
    outside.stop()


def sign_in(driver, url):
    driver.get(url + "/sign-in?back=/sources")
    find(driver, "#email").send_keys(ADMIN[0])
    find(driver, "#password").send_keys(ADMIN[1], Keys.ENTER)
    until(driver, lambda: driver.current_url == url + "/sources")
    assert find(driver, ".nav-role").get_attribute("textContent") == "admin"


def shown(driver, css):
    """The text of a part that is read anew meanwhile, and is another element then."""
    return driver.execute_script("return document.querySelector(arguments[0]).innerText", css)


def test_fetch_now_shows_its_result(fetching, browse):
    podium, server = fetching
    driver = browse()
    sign_in(driver, server.url)
    find(driver, "#leetcode button[name=platform]").click()
    until(driver, lambda: "fetch is queued" in find(driver, "#leetcode").text)
    podium.start_jobs()
    WebDriverWait(driver, 30).until(lambda d: "Working" in shown(d, "#leetcode"))
    assert "fetch is queued" not in shown(driver, "#leetcode")
    assert "Not read yet" in shown(driver, "#atcoder")
    assert not complaints(driver)
    driver.get(server.url + "/calendar")
    assert len(titles(driver)) > 0


def test_fetch_now_without_scripts(fetching, browse):
    podium, server = fetching
    driver = browse(390, script=False)
    sign_in(driver, server.url)
    find(driver, "form[action='/sources/fetch'] button").click()
    until(driver, lambda: driver.find_element(By.LINK_TEXT, "Load this page again").is_displayed())
    podium.start_jobs()
    deadline = time.monotonic() + 40
    while driver.find_elements(By.CSS_SELECTOR, "[data-busy]"):
        assert time.monotonic() < deadline, find(driver, "#sources").text
        time.sleep(0.5)
        driver.get(server.url + "/sources")
    assert len(driver.find_elements(By.CSS_SELECTOR, ".badge-ok")) == 7
