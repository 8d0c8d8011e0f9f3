"""Looking at pages in a real browser: what may be wrong with one, and waiting for what a click has asked for."""

import pathlib

from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from .client import ADMIN

PROBE = (pathlib.Path(__file__).parent / "probe.js").read_text()


def complaints(driver):
    """What the browser itself has to say, but for the status of the page that was asked for."""
    return [e["message"] for e in driver.get_log("browser") if "404 (Not Found)" not in e["message"]]


def until(driver, condition):
    """Waits for the page that a click has asked for."""
    WebDriverWait(driver, 20, ignored_exceptions=[WebDriverException]).until(lambda _: condition())


def find(driver, css):
    return driver.find_element(By.CSS_SELECTOR, css)


def sign_in(driver, url, account=ADMIN):
    driver.get(url + "/sign-in?back=/calendar")
    find(driver, "#email").send_keys(account[0])
    find(driver, "#password").send_keys(account[1], Keys.ENTER)
    until(driver, lambda: find(driver, ".menu-head").is_displayed())
