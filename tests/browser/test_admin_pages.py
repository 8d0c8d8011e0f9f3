"""An admin at work: a role granted, a dead job retried, a queue paused, with scripts and without."""

import pytest
from selenium.webdriver.common.by import By

from lab.client import ADMIN
from lab.look import PROBE, complaints, find, sign_in, until


@pytest.fixture()
def filled(site, podium, postgres, database):
    podium.cli("user", "create", "mia@example.org", "Mia", "member", text_input="a password of mine\n")
    postgres.execute(database, "INSERT INTO job_queue (name) VALUES ('fetch') ON CONFLICT DO NOTHING")
    postgres.execute(
        database, "INSERT INTO job_dead (id, created_at, queue, priority, attempt, kind, payload, last_error) SELECT"
        " nextval('job_id'), now(), q.id, 10, 5, 'fetch.source', '{}', 'the server answered 503 and said'"
        " || repeat('averylongwordwithoutblanks', 6) FROM job_queue q, generate_series(1, 60) WHERE q.name = 'fetch'")
    postgres.execute(database, "INSERT INTO alert (key, level, title, detail, n, n_new) VALUES"
                     " ('a', 0, 'jobs were given up', 'kind=fetch.source', 60, 60)")
    return site


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_a_role_is_granted_and_a_dead_job_retried(filled, browse, postgres, database, script):
    driver = browse(390, script=script)
    sign_in(driver, filled.url, ADMIN)
    find(driver, ".menu-head").click()
    driver.find_element(By.LINK_TEXT, "Administration").click()
    until(driver, lambda: find(driver, "h1").text == "Overview")
    driver.find_element(By.LINK_TEXT, "All accounts").click()
    until(driver, lambda: find(driver, "h1").text == "Accounts")
    find(driver, "#q").send_keys("mia")
    find(driver, ".search button").click()
    until(driver, lambda: len(driver.find_elements(By.CSS_SELECTOR, ".items .item")) == 1)
    driver.find_element(By.LINK_TEXT, "Mia").click()
    until(driver, lambda: find(driver, "h1").text == "Mia")
    find(driver, "input[name=coach]").click()
    driver.find_element(By.XPATH, "//button[text()='Save roles']").click()
    until(driver, lambda: find(driver, ".alert-ok").text == "The roles are saved.")
    assert find(driver, "input[name=coach]").is_selected()
    assert "user.role" in find(driver, ".items").text
    assert postgres.execute(database, "SELECT roles FROM app_user WHERE email = 'mia@example.org'") == [(3,)]

    driver.find_element(By.LINK_TEXT, "Jobs").click()
    until(driver, lambda: find(driver, "h1").text == "Queues and jobs")
    driver.find_element(By.CSS_SELECTOR, ".segments a:last-child").click()
    until(driver, lambda: driver.find_elements(By.CSS_SELECTOR, ".job-error"))
    first = find(driver, ".items .item").get_attribute("id")
    find(driver, f"#{first} button").click()
    until(driver, lambda: find(driver, ".alert-ok").text == "The job begins anew.")
    assert not driver.find_elements(By.ID, first)
    assert postgres.execute(database, "SELECT id FROM job WHERE kind = 'fetch.source'") == [
        (int(first.removeprefix("job-")),)]

    find(driver, "#queue-fetch summary").click()
    find(driver, "#queue-fetch button[name=queue]").click()
    until(driver, lambda: "Paused until" in find(driver, "#queue-fetch .badge").text)
    assert not complaints(driver)


PAGES = ["/admin", "/admin/users", "/admin/users/1", "/admin/jobs", "/admin/jobs?state=dead", "/admin/mail", "/admin/audit",
         "/admin/audit?actor=nobody&done=late"]


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_of_admins_is_sound(filled, browse, width, dark):
    driver = browse(width, dark=dark, still=True)
    sign_in(driver, filled.url, ADMIN)
    wrong = []
    for path in PAGES:
        driver.get(filled.url + path)
        for details in driver.find_elements(By.CSS_SELECTOR, ".queue-change"):
            details.find_element(By.TAG_NAME, "summary").click()
        wrong += [f"{path}: {w}" for w in driver.execute_script(PROBE) + complaints(driver)]
    assert not wrong, "\n".join(wrong)
