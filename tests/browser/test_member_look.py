"""Pages about members in a real browser: at the widths of a phone and a desk, light and dark."""

import os

import pytest
from selenium.webdriver.common.by import By

from lab.look import PROBE, complaints, find, sign_in, until

PEOPLE = [("Ada Lovelace", "ada_l", 1540, "specialist"), ("Ørjan 李 with a name that is long", "orjan.with_a_long_handle", 2410, "grandmaster"),
          ("Grace", "grace", None, ""), ("Averyveryverylongnamewithoutanyblanks", None, None, "")]


@pytest.fixture()
def club(site, postgres, database):
    """A group with four members of whom two have a year of training; the pages to look at."""
    def sql(text, *arguments):
        return postgres.execute(database, text, *arguments)
    group, = sql("INSERT INTO member_group (name, year, section) VALUES ('Beginners', 2026, 'A') RETURNING id")[0]
    ids = [sql("INSERT INTO member (name, group_id, handle, rating, max_rating, rank, max_rank, email, phone, synced_at, active_at)"
               " VALUES (%s, %s, %s, %s, %s, %s, %s, 'someone@members.example', '+49 30 123', now(), now() - interval '9 days') RETURNING id",
               name, group, handle, rating, rating, rank, rank)[0][0] for name, handle, rating, rank in PEOPLE]
    sql("UPDATE member SET trouble = 'Codeforces: handle: User with handle grace not found' WHERE id = %s", ids[2])
    for i, member in enumerate(ids[:2]):
        sql("INSERT INTO cf_submission (member_id, id, at, problem, name, rating, tags, verdict)"
            " SELECT %s, n, now() - n * n * interval '20 minutes', 1500 + n || '/A', 'Problem with a name', 800 + n * (%s + 1) %% 20 * 100,"
            " (ARRAY['dp,math', 'graphs', 'constructive algorithms', 'strings'])[1 + n %% 4], 'OK' FROM generate_series(1, 150) n", member, i)
        sql("INSERT INTO rating_change SELECT %s, 1600 + n, 'Educational Codeforces Round ' || n || ' (Rated for Div. 2)', 40 * n,"
            " now() - (30 - n) * interval '12 days', 1000 + %s * 700 + n * 20, 1000 + %s * 700 + n * 20 + (n %% 7 - 2) * 15"
            " FROM generate_series(1, 28) n", member, i, i)
        sql("UPDATE member SET figures = member_figures(id, '-infinity'), n_solved = 150 WHERE id = %s", member)
        sql("INSERT INTO member_month SELECT %s, * FROM member_months(%s)", member, member)
        sql("INSERT INTO member_reminder (member_id, days, stop_hash) VALUES (%s, 9, sha256(%s))", member, str(member).encode())
    report, = sql("INSERT INTO member_import (made_by, n_lines, n_added, n_changed, n_bad, report) SELECT id, 120, 100, 17, 3,"
                  " E'4,\"the handle stands in an earlier line\"\\n9,\"that is no mail address\"\\n117,is not UTF-8\\n' FROM app_user LIMIT 1 RETURNING id")[0]
    sql("INSERT INTO member_sweep (n, n_done, n_failed, began_at) VALUES (500, 210, 3, now() - interval '20 minutes')")
    return {"members": "/members", "leaderboard": "/members/leaderboard", "board-none": "/members/leaderboard?month=2019-01",
            "compare": f"/members/compare?with={ids[0]},{ids[1]},{ids[2]}", "compare-none": "/members/compare?add=nobody",
            "member": f"/member/{ids[0]}", "member-new": f"/member/{ids[2]}", "edit": f"/member/{ids[1]}/edit", "add": "/members/new",
            "groups": "/members/groups", "group": f"/members/groups/{group}", "reminders": "/members/reminders",
            "import": "/members/import", "report": f"/members/import/{report}", "sync": "/members/sync",
            "settings": "/settings/codeforces"}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_every_page_is_sound(site, club, browse, width, dark):
    driver = browse(width, dark=dark, still=True)
    sign_in(driver, site.url)
    wrong = []
    for name, path in club.items():
        driver.get(site.url + path)
        wrong += [f"{name}: {w}" for w in driver.execute_script(PROBE) + complaints(driver)]
        if os.environ.get("LOOK"):
            height = driver.execute_script("return document.documentElement.scrollHeight")
            driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                   {"width": width, "height": min(height, 2400), "deviceScaleFactor": 1, "mobile": False})
            driver.save_screenshot(f"{os.environ['LOOK']}/{name}-{width}-{'dark' if dark else 'light'}.png")
    assert not wrong, "\n".join(wrong)


def test_what_has_passed_goes_away_by_itself(site, club, browse, postgres, database):
    driver = browse(still=True)
    sign_in(driver, site.url)
    postgres.execute(database, "INSERT INTO bucket (name, free_at, taken, wait_us)"
                               " VALUES ('codeforces.rest', now() + interval '6 s', false, 0)")
    driver.get(site.url + club["members"])
    assert "Codeforces is resting until" in find(driver, "[data-passes]").text
    until(driver, lambda: not driver.find_elements(By.CSS_SELECTOR, "[data-passes]"))
    assert "resting" not in find(driver, "main").text
