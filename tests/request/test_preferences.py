"""GET /preferences, POST /zone and POST /theme, and what GET /sign-in shows."""

import re

import pytest

from lab.client import check_markup

ELSEWHERE = ["https://evil.example/", "//evil.example/", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)",
             "evil", "", "/a b", "/x\r\nSet-Cookie: a=b", "/\t/evil.example", "http:/calendar"]


def test_pages_are_valid(guest, member):
    for who in guest, member:
        for uri in "/preferences", "/preferences?back=/calendar":
            reply = who.ask(uri)
            assert reply.status == 200
            check_markup(reply.text)
    check_markup(guest.ask("/sign-in").text)


def test_list_of_zones(guest):
    text = guest.ask("/preferences").text
    for zone in "Europe/Berlin", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "UTC":
        assert f'<option value="{zone}">' in text
    assert text.count("<option") > 300


@pytest.mark.parametrize("entered, kept", [
    ("Europe/Berlin", "Europe/Berlin"), (" Asia/Tokyo ", "Asia/Tokyo"), ("berlin", "Europe/Berlin"),
    ("new york", "America/New_York"), ("asia/kolkata", "Asia/Kolkata"), ("Asia/Calcutta", "Asia/Calcutta"),
    ("utc", "UTC")])
def test_choose_a_zone(guest, entered, kept):
    reply = guest.ask("/zone", "POST", {"zone": entered, "back": "/calendar?view=month&q=a"})
    assert (reply.status, reply.header("Location")) == (303, "/calendar?view=month&q=a")
    assert guest.cookies["zone"] == kept
    cookie = reply.header("Set-Cookie")
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie
    assert f"<strong>{kept}</strong>" in guest.ask("/calendar").text


def test_forget_the_zone(guest):
    guest.ask("/zone", "POST", {"zone": "Asia/Tokyo"})
    assert guest.ask("/zone", "POST", {"zone": ""}).status == 303
    assert "zone" not in guest.cookies


@pytest.mark.parametrize("zone", ["Atlantis", "../../etc/passwd", "Europe/", "/", "x" * 500, "<script>", "in", "right/UTC"])
def test_unknown_zone(guest, zone):
    reply = guest.ask("/zone", "POST", {"zone": zone, "back": "/calendar"})
    assert reply.status == 422 and "There is no time zone of this name" in reply.text
    assert "zone" not in guest.cookies and "<script>\"" not in reply.text
    check_markup(reply.text)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_choose_a_theme(guest, theme):
    assert guest.ask("/theme", "POST", {"theme": theme, "back": "/"}).status == 303
    assert f'data-theme="{theme}"' in guest.ask("/").text
    assert guest.ask("/theme", "POST", {"theme": "", "back": "/"}).status == 303
    assert "theme" not in guest.cookies and "data-theme=" not in guest.ask("/").text


@pytest.mark.parametrize("body", [{"theme": "blue"}, {}, {"theme": "dark;x"}])
def test_unknown_theme(guest, body):
    assert guest.ask("/theme", "POST", body).status == 422
    assert guest.cookies == {}


@pytest.mark.parametrize("back", ELSEWHERE)
@pytest.mark.parametrize("uri, body", [("/zone", {"zone": "UTC"}), ("/theme", {"theme": "dark"})])
def test_no_way_to_another_site(guest, uri, body, back):
    reply = guest.ask(uri, "POST", {**body, "back": back})
    assert (reply.status, reply.header("Location")) == (303, "/")
    assert len(reply.all("Set-Cookie")) == 1


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_no_link_to_another_site(guest, back):
    for uri in "/preferences", "/sign-in":
        text = guest.ask(f"{uri}?back={back}").text
        targets = re.findall(r'(?:href|action)="([^"]*)"', text) + re.findall(r'name="back" value="([^"]*)"', text)
        assert len(targets) > 5
        assert all(re.match(r"/(?![/\\])|#main$", t) for t in targets), targets


@pytest.mark.parametrize("uri, body", [("/zone", {"zone": "UTC"}), ("/theme", {"theme": "dark"})])
def test_refused_from_elsewhere(guest, uri, body):
    for headers in {"Origin": "https://evil.example"}, {"Origin": None}, {"Sec-Fetch-Site": "cross-site"}:
        assert guest.ask(uri, "POST", body, headers=headers).status == 403
    assert guest.cookies == {}
    assert guest.ask(uri).status == 405


def test_cookie_of_a_wrong_theme_is_ignored(guest):
    guest.cookies["theme"] = 'dark" onload="x'
    assert "onload" not in guest.ask("/").text and "data-theme=" not in guest.ask("/").text


def test_signed_in_readers_are_sent_on(admin):
    reply = admin.ask("/sign-in?back=/sources")
    assert (reply.status, reply.header("Location")) == (303, "/sources")
