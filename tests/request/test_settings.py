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


FORM = {"name": "Mia Müller", "handle": "mia_m", "bio": "Sorts.\nThen sleeps.", "zone": "kathmandu", "theme": "dark",
        "language": "en", "notice_min": "60", "platforms": ["atcoder", "leetcode"]}


def save(browser, **changed):
    return browser.ask("/settings/profile", "POST", {**FORM, **changed, "csrf": browser.token()})


def row(seeded):
    return seeded.execute("SELECT name, handle, bio, zone, theme, language, notice_min, platforms FROM app_user "
                          "WHERE email = 'mia@example.org'")[0]


def test_profile_is_saved_and_holds_in_this_browser(member, seeded):
    reply = save(member)
    assert (reply.status, reply.header("Location")) == (303, "/settings/profile?done=saved")
    assert row(seeded) == ("Mia Müller", "mia_m", "Sorts.\nThen sleeps.", "Asia/Kathmandu", "dark", "en", 60, 0b1001)
    assert member.cookies["zone"] == "Asia/Kathmandu" and member.cookies["theme"] == "dark"
    page = member.ask("/settings/profile?done=saved").text
    check_markup(page)
    assert "Your profile is saved." in page and 'data-theme="dark"' in page and "Asia/Kathmandu" in page
    assert re.findall(r'name="platforms" value="(\w+)" checked', page) == ["leetcode", "atcoder"]
    assert '<option value="60" selected>' in page
    # the small forms of other pages change it too
    member.ask("/theme", "POST", {"theme": "light", "back": "/"})
    member.ask("/zone", "POST", {"zone": "Europe/Berlin", "back": "/"})
    assert row(seeded)[3:5] == ("Europe/Berlin", "light")
    save(member, zone="", theme="", platforms=[], notice_min="42")
    assert "zone" not in member.cookies and "theme" not in member.cookies
    assert row(seeded)[3:] == ("", "", "en", 42, 0)
    assert '<option value="42" selected>42 min before</option>' in member.ask("/settings/profile").text


def test_sign_in_brings_the_choices_along(member, seeded):
    save(member)
    fresh = member.__class__(member.socket)
    fresh.sign_in("mia@example.org", "a password of mine", REMOTE_ADDR="198.51.100.40")
    assert fresh.cookies["zone"] == "Asia/Kathmandu" and fresh.cookies["theme"] == "dark"


def test_what_cannot_be_is_said_beside_its_field(member, seeded):
    save(member)
    before = row(seeded)
    cases = [("name", ""), ("name", "x" * 81), ("handle", "no blanks"), ("handle", "ab"), ("handle", "x" * 31),
             ("bio", "y" * 501), ("zone", "Atlantis"), ("zone", "../../etc/passwd")]
    for field, value in cases:
        reply = save(member, **{field: value})
        assert reply.status == 422, field
        assert f'id="{field}-error"' in reply.text, (field, value)
        check_markup(reply.text)
    for field, value in (("theme", "neon"), ("language", "tlh"), ("notice_min", "-1"), ("notice_min", "abc"),
                         ("notice_min", "99999999999")):
        assert save(member, **{field: value}).status == 422, field
    nasty = save(member, name="<b>\"x\"</b>", handle="bad handle")
    assert "<b>" not in nasty.text and "&lt;b&gt;" in nasty.text
    assert row(seeded) == before


def test_a_handle_is_one_members(member, admin, seeded):
    save(member)
    reply = admin.ask("/settings/profile", "POST", {**FORM, "handle": "MIA_M", "csrf": admin.token()})
    assert reply.status == 422 and "somebody else has this handle" in reply.text


def test_nothing_but_the_forms_fields_is_taken(member, seeded):
    """Mass assignment."""
    save(member, roles="31", role="admin", email="evil@example.org", id="1", user_id="1", email_verified_at="now",
         disabled="", password_hash="x")
    assert seeded.execute("SELECT roles, email FROM app_user WHERE handle = 'mia_m'") == [(1, "mia@example.org")]
