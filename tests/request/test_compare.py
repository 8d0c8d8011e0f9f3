"""Members side by side: who is chosen and found, who is seen, the tables and the graph."""

import re

import pytest

from lab.client import check_markup

DOOR = "/members/compare"


@pytest.fixture()
def trained(club, people):
    """Ada and Eva have contests in common and problems of their own; Bob has nothing."""
    for name, shift in ("Ada", 0), ("Eva", 600):
        people.execute(
            "INSERT INTO rating_change SELECT %s, 2000 + i, 'Round ' || i, i, now() - make_interval(days => 100 - 10 * i),"
            " %s + 50 * (i - 1), %s + 50 * i FROM generate_series(1, 4) i", club[name], 1000 + shift, 1000 + shift)
    people.execute("INSERT INTO rating_change VALUES (%s, 2009, 'Alone', 3, now(), 1800, 1790)", club["Eva"])
    people.execute(
        "INSERT INTO cf_submission (member_id, id, at, problem, name, rating, tags, verdict)"
        " SELECT %s, i, now() - make_interval(days => 5 * i), i || '/A', 'P', CASE WHEN i < 6 THEN 800 ELSE 1600 END, 'dp,math', 'OK'"
        " FROM generate_series(1, 8) i", club["Ada"])
    people.execute(
        "INSERT INTO cf_submission (member_id, id, at, problem, name, rating, tags, verdict)"
        " VALUES (%s, 1, now(), '9/C', 'Q', 2400, 'graphs', 'OK')", club["Eva"])
    people.execute("UPDATE member SET figures = member_figures(id, '-infinity'), n_solved = (SELECT count(*) FROM cf_submission s"
                   " WHERE s.member_id = member.id) WHERE id IN (%s, %s)", club["Ada"], club["Eva"])
    return club


def chosen(reply):
    assert reply.status == 200
    check_markup(reply.text)
    return re.findall(r'<h2>.*?<a href="/member/\d+">([^<]*)</a></h2>', reply.text)


def table(page, title):
    """{first cell: the others} of the table of that caption."""
    body = re.search(rf"<caption[^>]*>{title}</caption>(.*?)</table>", page, re.S).group(1)
    rows = re.findall(r'<th scope="row">([^<]*)</th>(.*?)</tr>', body, re.S)
    return {head: re.findall(r'<td class="number">([^<]*)', cells) for head, cells in rows}


def test_side_by_side(trained, as_):
    page = as_("admin").ask(f"{DOOR}?with={trained['Ada']},{trained['Eva']},{trained['Bob']}")
    assert chosen(page) == ["Ada", "Eva", "Bob"]
    assert table(page.text, "Members in figures")["Rating"] == ["1500", "2400", "–"]
    assert table(page.text, "Members in figures")["Rated contests"] == ["4", "5", "0"]
    windows = table(page.text, "Problems solved lately")
    assert windows["Last 7 days"] == ["1", "1", "0"] and windows["Last 30 days"] == ["5", "1", "0"]
    assert windows["Last 90 days"] == windows["Last 365 days"] == windows["All"] == ["8", "1", "0"]
    assert table(page.text, "Problems solved by their rating") == {
        "800": ["5", "0", "0"], "1600": ["3", "0", "0"], "2400": ["0", "1", "0"]}
    tags = table(page.text, "Problems solved by their tags")
    assert tags["dp"] == ["8", "0", "0"] and tags["graphs"] == ["0", "1", "0"] and list(tags)[-1] == "graphs"
    contests = table(page.text, "Ratings after each contest")
    assert [k.split(",")[0] for k in contests] == ["Alone", "Round 4", "Round 3", "Round 2", "Round 1"]
    assert list(contests.values())[:2] == [["–", "1790", "–"], ["1200", "1800", "–"]]
    assert page.text.count('class="graph-line line-1" d="M4') == 1 and "The ratings of 3 members" in page.text


def test_one_graph_of_one_member(trained, as_):
    page = as_("admin").ask(f"/member/{trained['Ada']}").text
    assert page.count('class="graph-line') == 1 and "from 1050 to 1200" in page
    assert f'href="{DOOR}?with={trained["Ada"]}"' in page


def test_found_by_name_or_handle(trained, as_, people):
    admin = as_("admin")
    assert chosen(admin.ask(DOOR)) == []
    reply = admin.ask(f"{DOOR}?with={trained['Ada']}&add=EVA")
    assert reply.status == 303 and reply.header("Location") == f"{DOOR}?with={trained['Ada']}%2C{trained['Eva']}"
    assert chosen(admin.ask(reply.header("Location"))) == ["Ada", "Eva"]
    people.execute("INSERT INTO member (name, handle) VALUES ('Bob the second', 'bobby')")
    several = admin.ask(f"{DOOR}?with={trained['Eva']}&add=bob")
    assert chosen(several) == ["Eva"] and re.findall(r'class="tag" href="[^"]*">([^<]*)<', several.text) == ["Bob", "Bob the second"]
    assert "Nobody fits" in admin.ask(f"{DOOR}?add=%3Cb%3E").text and "<b>" not in admin.ask(f"{DOOR}?add=%3Cb%3E").text


def test_who_is_not_to_be_seen_is_not_compared(trained, as_, people, guest):
    both = f"{DOOR}?with={trained['Ada']},{trained['Eva']}"
    assert chosen(as_("cora").ask(both)) == ["Ada"] and chosen(as_("carl").ask(both)) == ["Eva"]
    assert chosen(guest.ask(both)) == chosen(as_("mia").ask(both)) == []
    assert "Nobody fits" in guest.ask(f"{DOOR}?add=ada").text
    people.execute("UPDATE member SET is_public = true WHERE id = %s", trained["Eva"])
    assert chosen(as_("cora").ask(both)) == ["Ada", "Eva"] and chosen(guest.ask(both)) == ["Eva"]
    assert guest.ask(f"{DOOR}?add=ada").status == 200 and guest.ask(f"{DOOR}?add=eva").status == 303


def test_four_at_most_and_no_nonsense(trained, as_):
    admin = as_("admin")
    four = ",".join(str(trained[n]) for n in ("Ada", "Bob", "Eva", "Zoe"))
    page = admin.ask(f"{DOOR}?with={four},{trained['Ada']},1,2,3")
    assert chosen(page) == ["Ada", "Bob", "Eva", "Zoe"] and 'name="add"' not in page.text
    for nonsense in ("x", "0", "-1", ",,,", f"{trained['Ada']},{trained['Ada']}", "99999999999999999999", "1;2"):
        assert len(chosen(admin.ask(f"{DOOR}?with={nonsense}"))) <= 1
    without = re.search(r'href="([^"]*)">Remove<span class="hidden-text"> Bob', page.text).group(1)
    assert chosen(admin.ask(without)) == ["Ada", "Eva", "Zoe"]
