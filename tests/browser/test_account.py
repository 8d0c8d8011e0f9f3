"""A member's own pages in a real browser."""

import io
import urllib.parse

import pytest
from PIL import Image
from pyzbar import pyzbar
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lab import totp
from lab.client import ADMIN
from lab.look import PROBE, complaints, find, sign_in, until

PAGES = ("/settings/profile", "/settings/two-step", "/settings/devices", "/settings/data")


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
    first = "Rooms" if width == 390 else "Members"
    row = [a.text for a in driver.find_elements(By.CSS_SELECTOR, ".nav > a") if a.is_displayed()]
    assert "Dashboard" in row and ("Submissions" in row) == (width > 390)
    head.send_keys(Keys.TAB)
    assert driver.switch_to.active_element.text == first
    driver.switch_to.active_element.send_keys(Keys.ENTER)
    path = "/rooms" if width == 390 else "/members"
    until(driver, lambda: driver.current_url == site.url + path)
    find(driver, ".menu-head").click()
    find(driver, ".menu button").click()
    until(driver, lambda: driver.find_element(By.LINK_TEXT, "Sign in").is_displayed())


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_of_an_account_is_sound(site, browse, width, dark):
    driver = browse(width, dark=dark, still=True)
    sign_in(driver, site.url)
    wrong = []
    for path in PAGES:
        driver.get(site.url + path)
        wrong += [f"{path}: {w}" for w in driver.execute_script(PROBE) + complaints(driver)]
        find(driver, ".menu-head").click()
        wrong += [f"{path} with the menu: {w}" for w in driver.execute_script(PROBE)]
    assert not wrong, "\n".join(wrong)


def read_qr(driver):
    """What a phone's camera sees."""
    image = Image.open(io.BytesIO(find(driver, ".qr").screenshot_as_png))
    return [found.data.decode() for found in pyzbar.decode(image)]


@pytest.mark.parametrize("width, dark, script", [(1280, False, True), (390, True, False)], ids=["desk", "phone"])
def test_two_step_sign_in(site, browse, width, dark, script):
    driver = browse(width, dark=dark, script=script)
    sign_in(driver, site.url)
    driver.get(site.url + "/settings/two-step")
    find(driver, "#password").send_keys(ADMIN[1], Keys.ENTER)
    until(driver, lambda: find(driver, ".qr").is_displayed())
    secret = find(driver, "#secret").text.replace(" ", "")
    [address] = read_qr(driver)
    parts = urllib.parse.urlsplit(address)
    query = dict(urllib.parse.parse_qsl(parts.query))
    assert (parts.scheme, parts.netloc, urllib.parse.unquote(parts.path)) == ("otpauth", "totp", "/Podium:" + ADMIN[0])
    assert query == {"secret": secret, "issuer": "Podium", "algorithm": "SHA1", "digits": "6", "period": "30"}
    first = totp.code(secret)
    find(driver, "#code").send_keys(first, Keys.ENTER)
    until(driver, lambda: len(driver.find_elements(By.CSS_SELECTOR, ".codes li")) == 10)
    recovery = [c.text for c in driver.find_elements(By.CSS_SELECTOR, ".codes code")]
    assert not driver.execute_script(PROBE)
    driver.find_element(By.LINK_TEXT, "I have kept them").click()
    until(driver, lambda: "10 of 10" in find(driver, "main").text)
    assert not driver.execute_script(PROBE) and not complaints(driver)

    driver.delete_all_cookies()
    driver.get(site.url + "/sign-in?back=/settings/devices")
    find(driver, "#email").send_keys(ADMIN[0])
    find(driver, "#password").send_keys(ADMIN[1], Keys.ENTER)
    until(driver, lambda: find(driver, "#code").is_displayed())
    assert driver.switch_to.active_element.get_attribute("id") == "code"
    find(driver, "#code").send_keys(first, Keys.ENTER)  # it switched the second step on
    until(driver, lambda: "used already" in find(driver, "#code-error").text)
    find(driver, "#code").send_keys(totp.code(secret, 1), Keys.ENTER)
    until(driver, lambda: driver.current_url == site.url + "/settings/devices")
    assert "this one" in find(driver, ".item").text

    driver.get(site.url + "/settings/two-step")
    find(driver, "#password").send_keys(ADMIN[1])
    find(driver, "#code").send_keys(recovery[3])
    find(driver, ".button-danger").click()
    until(driver, lambda: "is off" in find(driver, ".alert-ok").text)


@pytest.mark.parametrize("width, script", [(1280, True), (390, False)], ids=["desk", "phone"])
def test_profile_and_the_end_of_an_account(site, browse, podium, width, script):
    account = ("mia@example.org", "a password of mine")
    podium.cli("user", "create", account[0], "Mia", "member", text_input=account[1] + "\n")
    driver = browse(width, script=script)
    sign_in(driver, site.url, account)
    driver.get(site.url + "/settings/profile")
    find(driver, "#handle").send_keys("no blanks")
    find(driver, "#zone").send_keys("kathmandu")
    find(driver, "label.chip.p-atcoder").click()
    find(driver, "main form .button-main").click()
    until(driver, lambda: find(driver, "#handle-error").is_displayed())
    assert find(driver, "#handle").get_attribute("aria-invalid") == "true"
    assert find(driver, "input[value=atcoder]").is_selected(), "what was entered stays"
    find(driver, "#handle").clear()
    find(driver, "#handle").send_keys("mia", Keys.ENTER)
    until(driver, lambda: "is saved" in find(driver, ".alert-ok").text)
    assert find(driver, "#zone").get_attribute("value") == "Asia/Kathmandu"
    assert "Asia/Kathmandu" in find(driver, "footer").text
    driver.get(site.url + "/settings/data")
    find(driver, "#password").send_keys(account[1], Keys.ENTER)
    until(driver, lambda: driver.current_url == site.url + "/goodbye")
    assert not driver.execute_script(PROBE)
    driver.get(site.url + "/settings/profile")
    until(driver, lambda: "/sign-in" in driver.current_url)
