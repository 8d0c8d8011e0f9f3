"""The pages of one's own account: the frame and the profile."""

import re

from lab.client import check_markup


def test_the_menu_leads_to_the_settings(member):
    page = member.ask("/calendar").text
    menu = re.search(r'<details class="menu".*?</details>', page, re.S).group(0)
    assert "Mia" in menu and 'href="/settings/profile"' in menu and 'action="/sign-out"' in menu
    assert 'class="menu"' not in member.__class__(member.socket).ask("/calendar").text


def test_each_settings_page_marks_its_place(member):
    page = member.ask("/settings/profile").text
    check_markup(page)
    places = re.findall(r'<a href="(/settings/[^"]*)"( aria-current="page")?>', page)
    assert [path for path, here in places if here].count("/settings/profile") == 2  # in the menu and in the list
    assert '<meta name="robots" content="noindex">' in page


def test_settings_are_for_members(guest):
    reply = guest.ask("/settings/profile")
    assert (reply.status, reply.header("Location")) == (303, "/sign-in?back=%2Fsettings%2Fprofile")
