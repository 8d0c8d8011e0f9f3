"""A member's calendar in a real browser: connected, synced, and seen without loading the page again."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lab.calendars import HOUR, MEMBER, OWN, Site
from lab.look import complaints, until
from lab.radicale import PASSWORD, USER, Radicale
from lab.webserver import Lighttpd


@pytest.fixture()
def calendars(folder, postgres, database):
    """(site, web server, calendar server)"""
    site = Site(folder, postgres, database)
    site.podium.set(BASE_URL="")
    dav = Radicale(folder / "dav").start()
    server = Lighttpd(folder / "w", site.podium.run, site.podium.pages).start()
    yield site, server, dav
    server.stop()
    site.podium.stop()
    dav.stop()


def find(driver, css):
    return driver.find_element(By.CSS_SELECTOR, css)


def sign_in(driver, server):
    driver.get(server.url + "/sign-in")
    find(driver, "[name=email]").send_keys(MEMBER[0])
    find(driver, "[name=password]").send_keys(MEMBER[1], Keys.ENTER)
    until(driver, lambda: driver.find_elements(By.CSS_SELECTOR, "[data-menu]"))


def text(driver):
    return find(driver, "body").text


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_connect_and_sync(calendars, browse, script):
    site, server, dav = calendars
    site.contest("1", "First round")
    driver = browse(script=script)
    sign_in(driver, server)
    driver.get(server.url + "/settings/calendars")
    find(driver, "#server").send_keys(dav.base)
    find(driver, "#account").send_keys(USER)
    find(driver, "#password").send_keys(PASSWORD, Keys.ENTER)
    until(driver, lambda: "done=caldav" in driver.current_url)
    assert site.settled() == ("success", None)
    assert set(dav.events(OWN)) == {"First round"}
    driver.get(server.url + "/dashboard")
    until(driver, lambda: "Your calendar is right." in text(driver))
    site.contest("1", "First round", start=30 * HOUR)
    site.contest("2", "Second round", start=40 * HOUR)
    button = find(driver, "form[action='/sync'] button")
    button.click()
    if script:
        until(driver, lambda: "1 added, 1 changed" in text(driver))
        assert driver.current_url.endswith("/dashboard")
    else:
        until(driver, lambda: driver.current_url.endswith("/dashboard"))
        site.settled()
        driver.get(server.url + "/dashboard")
        until(driver, lambda: "1 added, 1 changed" in text(driver))
    assert set(dav.events(OWN)) == {"First round", "Second round"}
    assert not complaints(driver)


@pytest.mark.parametrize("path", ["/dashboard", "/settings/calendars"])
def test_not_wider_than_a_small_phone(calendars, browse, path):
    site, server, dav = calendars
    site.contest("1", "A title that is so long that it has to wrap on a phone, and averyveryverylongwordwithoutblanks")
    assert site.connect(dav.base) == ("success", None)
    site.post("/settings/calendars/feed")
    driver = browse(360)
    sign_in(driver, server)
    driver.get(server.url + path)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= 360
    assert not complaints(driver)
