"""GET /sources and POST /sources/fetch."""

import re

import pytest

from lab.client import check_markup


@pytest.fixture()
def no_jobs(seeded):
    yield
    seeded.execute("DELETE FROM job")
    seeded.execute("DELETE FROM job_unique")


def keys(seeded):
    return sorted(r[0] for r in seeded.execute("SELECT key FROM job_unique WHERE key LIKE 'fetch:%%'"))


def test_states(guest):
    text = guest.ask("/sources").text
    check_markup(text)
    assert "6 of 7 platforms answered" in text
    card = text[text.index('id="atcoder"'):text.index('id="hackerrank"')]
    assert "Failing" in card and "AtCoder answered 503 three times" in card
    card = text[text.index('id="hackerrank"'):text.index('id="geeksforgeeks"')]
    assert "2 records skipped" in card and "no times yet" in card
    card = text[text.index('id="codechef"'):text.index('id="atcoder"')]
    assert "Working" in card and "CodeChef did not answer in 20 s" in card


def test_only_admins_get_the_button(guest, member, admin):
    assert "Fetch now" not in guest.ask("/sources").text
    assert "Fetch now" not in member.ask("/sources").text
    text = admin.ask("/sources").text
    check_markup(text)
    assert text.count(">Fetch now<") == 7


def test_admin_fetches_one(seeded, admin, no_jobs):
    reply = admin.ask("/sources/fetch", "POST", {"csrf": admin.token(), "platform": "leetcode"})
    assert (reply.status, reply.header("Location")) == (303, "/sources#leetcode")
    assert keys(seeded) == ["fetch:leetcode"]
    text = admin.ask("/sources").text
    assert "fetch is queued" in text and "data-busy" in text
    # asked for twice, done once
    assert admin.ask("/sources/fetch", "POST", {"csrf": admin.token(), "platform": "leetcode"}).status == 303
    assert seeded.execute("SELECT count(*) FROM job WHERE kind = 'fetch.source'") == [(1,)]
    seeded.execute("UPDATE job SET runner = 1, worker = 1")
    assert "being fetched now" in admin.ask("/sources").text


def test_admin_fetches_all(seeded, admin, no_jobs):
    assert admin.ask("/sources/fetch", "POST", {"csrf": admin.token()}).status == 303
    assert len(keys(seeded)) == 7


def test_refusals(seeded, guest, member, admin, no_jobs):
    good = {"platform": "leetcode"}
    assert guest.ask("/sources/fetch", "POST", good).status in (401, 403)
    assert member.ask("/sources/fetch", "POST", {**good, "csrf": member.token()}).status == 403
    assert admin.ask("/sources/fetch", "POST", good).status == 403, "without the form's token"
    assert admin.ask("/sources/fetch", "POST", {**good, "csrf": "0" * 64}).status == 403
    assert admin.ask("/sources/fetch", "POST", {**good, "csrf": admin.token()},
                     headers={"Origin": "https://evil.example"}).status == 403
    assert admin.ask("/sources/fetch", "POST", {"csrf": admin.token(), "platform": "topcoder"}).status == 422
    assert admin.ask("/sources/fetch").status == 405
    assert keys(seeded) == []


def test_nothing_fetched_yet(seeded, guest):
    saved = seeded.execute("SELECT platform, last_success_at, last_try_at, failing_since FROM source")
    seeded.change("UPDATE source SET last_success_at = NULL, last_try_at = NULL, failing_since = NULL")
    try:
        text = guest.ask("/sources").text
        assert text.count("Not read yet") == 7 and "never" in text
        assert "No source has been read yet" in guest.ask("/calendar?q=a").text
        seeded.change("UPDATE source SET failing_since = now() - interval '1 hour' WHERE platform = 'code360'")
        assert re.search(r"Code360</strong> could not be reached.*none of its contests are known yet",
                         guest.ask("/calendar").text, re.S)
    finally:
        for row in saved:
            seeded.execute("UPDATE source SET last_success_at = %s, last_try_at = %s, failing_since = %s "
                           "WHERE platform = %s", *row[1:], row[0])
        seeded.change("SELECT 1")


def test_no_jobs_are_not_said_to_run(guest):
    text = guest.ask("/sources").text
    assert "data-busy" not in text and "fetch is queued" not in text


def test_tag_follows_what_is_shown(seeded, admin, no_jobs):
    """Scripts ask by it whether there is news; the form's token, which is new each time, is none."""
    tag = admin.ask("/sources").header("ETag")
    assert admin.ask("/sources", headers={"If-None-Match": tag}).status == 304
    admin.ask("/sources/fetch", "POST", {"csrf": admin.token(), "platform": "code360"})
    assert admin.ask("/sources", headers={"If-None-Match": tag}).status == 200
