"""A member's own pages in a real browser."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lab.client import ADMIN

from test_look import PROBE, complaints, until


def find(driver, css):
    return driver.find_element(By.CSS_SELECTOR, css)


def sign_in(driver, url, account=ADMIN):
    driver.get(url + "/sign-in?back=/calendar")
    find(driver, "#email").send_keys(account[0])
    find(driver, "#password").send_keys(account[1], Keys.ENTER)
    until(driver, lambda: find(driver, ".menu-head").is_displayed())


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_menu_works_by_keyboard(site, browse, width, script):
    driver = browse(width, script=script)
    sign_in(driver, site.url)
    head = find(driver, ".menu-head")
    assert not find(driver, ".menu-body").is_displayed()
    head.send_keys(Keys.ENTER)
    until(driver, lambda: find(driver, ".menu-body").is_displayed())
    if script:
        driver.switch_to.active_element.send_keys(Keys.ESCAPE)
        assert not find(driver, ".menu-body").is_displayed()
        head.send_keys(Keys.ENTER)
    head.send_keys(Keys.TAB)
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    until(driver, lambda: driver.current_url == site.url + "/settings/profile")
    find(driver, ".menu-head").click()
    find(driver, ".menu button").click()
    until(driver, lambda: driver.find_element(By.LINK_TEXT, "Sign in").is_displayed())


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_of_an_account_is_sound(site, browse, width, dark):
    driver = browse(width, dark=dark, still=True)
    sign_in(driver, site.url)
    wrong = []
    for path in ("/settings/profile",):
        driver.get(site.url + path)
        wrong += [f"{path}: {w}" for w in driver.execute_script(PROBE) + complaints(driver)]
        find(driver, ".menu-head").click()
        wrong += [f"{path} with the menu: {w}" for w in driver.execute_script(PROBE)]
    assert not wrong, "\n".join(wrong)
