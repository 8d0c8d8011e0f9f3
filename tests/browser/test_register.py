"""From nothing to a signed-in member, by the mail that a real server took."""

import re

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from lab.look import PROBE, until
from lab.mail import Exim


def find(driver, css):
    return driver.find_element(By.CSS_SELECTOR, css)


@pytest.fixture()
def server(folder, podium):
    made = Exim(folder / "exim").start()
    podium.set(SMTP_URL=made.url, SMTP_FROM="Podium <podium@example.org>")
    yield made
    made.stop()


def test_register_verify_and_sign_in(server, site, podium, browse):
    podium.set(BASE_URL=site.url)
    podium.start_jobs()
    driver = browse(390)
    driver.get(site.url + "/sign-in")
    find(driver, 'a[href="/register"]').click()
    until(driver, lambda: driver.current_url == site.url + "/register")
    assert "at least 8 characters" in find(driver, "#password-rules").text, "said before it is broken"
    find(driver, "#name").send_keys("Mia Weber")
    find(driver, "#email").send_keys("mia@example.org")
    find(driver, "#password").send_keys("password1", Keys.ENTER)
    until(driver, lambda: driver.find_elements(By.ID, "password-error"))
    assert find(driver, "#name").get_attribute("value") == "Mia Weber"
    assert not driver.execute_script(PROBE)
    find(driver, "#password").send_keys("tangled-kite-41", Keys.ENTER)
    until(driver, lambda: "Look into your mail" in find(driver, "h1").text)
    text = server.mail.to("mia@example.org").get_body(["plain"]).get_content()
    driver.get(re.search(r"^http\S+/verify/\S+$", text, re.M).group(0))
    assert "mia@example.org" in find(driver, ".confirm-address").text
    assert not driver.execute_script(PROBE)
    find(driver, "#password").send_keys("tangled-kite-41", Keys.ENTER)
    until(driver, lambda: "Your address is confirmed" in find(driver, "body").text)
    until(driver, lambda: find(driver, ".menu-name").get_attribute("textContent") == "Mia Weber")
