"""Signing in with Google in a real browser: the page's own policy, the consent page, the way back."""

import pytest
from selenium.webdriver.common.by import By

from lab import google as lab
from lab.look import complaints, until
from lab.webserver import Lighttpd


@pytest.fixture()
def site(folder, podium):
    google = lab.start(folder)
    server = Lighttpd(folder / "w", podium.run, podium.pages)
    podium.set(**{**google.config(), "GOOGLE_REDIRECT_URL": f"{server.url}/auth/google/callback"})
    podium.cli("init")
    podium.start_web()
    server.start()
    server.google = google
    yield server
    server.stop()
    google.outside.stop()


def press(driver, css):
    driver.find_element(By.CSS_SELECTOR, css).click()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_sign_in_and_look_at_connected_accounts(site, browse, script):
    driver = browse(390, script=script)
    driver.get(site.url + "/sign-in?back=%2Fsettings%2Faccounts")
    press(driver, ".button-google")
    until(driver, lambda: "Choose an account" in driver.page_source)
    press(driver, "button[value='alice@example.com']")
    until(driver, lambda: driver.current_url == site.url + "/settings/accounts")
    assert "alice@example.com" in driver.find_element(By.CSS_SELECTOR, ".items").text
    assert driver.execute_script("return document.documentElement.scrollWidth") <= 390
    assert not [c for c in complaints(driver) if "favicon" not in str(c)]


def test_permission_that_is_not_given(site, browse):
    driver = browse(360, dark=True)
    driver.get(site.url + "/sign-in")
    press(driver, ".button-google")
    until(driver, lambda: "Choose an account" in driver.page_source)
    press(driver, "button[name=deny]")
    until(driver, lambda: "did not give the permission" in driver.page_source)
    assert driver.execute_script("return document.documentElement.scrollWidth") <= 360
    press(driver, ".button-main")
    until(driver, lambda: driver.current_url == site.url + "/sign-in")
