"""Workers and pages on machines whose clocks are five minutes off, in either direction, beside a database that is right."""

import pytest

from lab import clock, totp
from lab.calendars import HOUR, MEMBER, OWN
from lab.client import Browser
from lab.program import Program


@pytest.mark.parametrize("skew", [-300, 300])
def test_calendars_are_right_all_the_same(site, dav, folder, skew):
    site.jobs.stop()
    site.jobs = site.podium.start_jobs(env=clock.off_by(folder, skew), name="skewed")
    for n, title in enumerate(("First", "Second", "Third")):
        site.contest(str(n), title, start=(n + 1) * 24 * HOUR)
    assert site.connect(dav.base) == ("success", None)
    assert set(dav.events(OWN)) == {"First", "Second", "Third"}
    site.contest("0", "First", start=30 * HOUR)
    site.cancel("1")
    assert site.sync() == ("success", None)
    assert set(dav.events(OWN)) == {"First", "Third"}
    # a worker with the right clock takes over, and finds nothing to mend
    runs = site.one("SELECT count(*) FROM sync_run")
    site.jobs.stop()
    site.jobs = site.podium.start_jobs(name="right")
    assert site.sync() == ("success", None)
    changed = site.sql("SELECT added + changed + removed FROM sync_run ORDER BY id OFFSET %s", runs)
    assert all(n == 0 for n, in changed)
    assert set(dav.events(OWN)) == {"First", "Third"}
    assert site.states() == {"codeforces:0": "present", "codeforces:1": "removed", "codeforces:2": "present"}


@pytest.mark.parametrize("skew", [-300, 300])
def test_whoever_is_signed_in_stays_so(site, folder, skew):
    """Sessions, tokens of programs and links are judged by the database, access tokens with a margin."""
    program = Program(site.podium.socket)
    pair = program.login(*MEMBER)
    browser = Browser(site.podium.socket)
    assert browser.sign_in(*MEMBER).status == 303
    site.podium.processes[0].stop()
    site.podium.start_web(env=clock.off_by(folder, skew), name="skewed")
    assert browser.ask("/dashboard").status == 200
    assert program.ask("/api/v1/users/profile").status == 200
    assert program.refresh(pair["refresh_token"]).status == 200
    other = Browser(site.podium.socket)
    assert other.sign_in(*MEMBER).status == 303 and other.ask("/dashboard").status == 200


@pytest.mark.parametrize("skew", [-300, 300])
def test_codes_of_a_phone_with_the_right_time(site, folder, skew):
    browser = Browser(site.podium.socket)
    assert browser.sign_in(*MEMBER).status == 303
    secret, _ = totp.switch_on(browser, MEMBER[1])
    site.podium.processes[0].stop()
    site.podium.start_web(env=clock.off_by(folder, skew), name="skewed")
    other = Browser(site.podium.socket)
    other.sign_in(*MEMBER)
    reply = other.ask("/sign-in/code", "POST", {"code": totp.code(secret, 1), "back": "/dashboard"})
    assert reply.status == 303 and other.ask("/dashboard").status == 200
