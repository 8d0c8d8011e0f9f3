"""The catalogue at work: search and facets, what is kept of them and for how long, and what evicts it."""

import time

import pytest

from lab.client import Browser, check_markup
from lab.people import browser_of, enlist, program_of

PEOPLE = {"cleo": "creator", "mia": "member"}
ANSWERS = "cache:problem_rows:%"


@pytest.fixture(scope="module")
def site(seeded):
    enlist(seeded, PEOPLE)
    return seeded


@pytest.fixture(scope="module")
def programs(site):
    return {name: program_of(site, name) for name in PEOPLE}


@pytest.fixture()
def api(site, programs):
    """Nothing is kept from the tests before, nor remembered by the processes."""
    site.change("DELETE FROM rate_window")
    return programs


@pytest.fixture(scope="module")
def shelf(site, programs):
    """Forty problems about rivers, every other one of them with bridges, and some odd ones."""
    site.execute("DELETE FROM rate_window")
    for i in range(40):
        make(programs["cleo"], f"river-{i}", f"River {i:02}", "Where the quick otter swims under the willow.",
             tags="rivers" + (",bridges" if i % 2 else ""), difficulty=1 + i % 4, category="Water" if i < 30 else "Ice")
        if i % 20 == 19:
            site.execute("DELETE FROM rate_window")
    make(programs["cleo"], "otter", "The otter", "It has nothing to do with the others.")
    make(programs["cleo"], "dry", "A dry one", "A quick brown fox; the otter is quick elsewhere.", tags="deserts")
    return site


def make(program, slug, title, statement, **more):
    reply = program.ask("/api/v1/problems", "POST", {"slug": slug, "title": title, "statement": statement, "visibility": "public",
                                                     **more})
    assert reply.status == 201, reply.text


def verified(site, *found_sound):
    """As a verification leaves them: only such may be set aside for contests."""
    site.execute("UPDATE problem_version v SET state = 2, verified_at = now() FROM problem p WHERE p.version_id = v.id"
                 " AND p.slug = ANY (%s)", list(found_sound))


def ask(program, query):
    reply = program.ask("/api/v1/problems" + query)
    assert reply.status == 200, reply.text
    return reply.json()


def slugs(answer):
    return [p["slug"] for p in answer["problems"]]


def counts(answer, what):
    return {c["name"]: c["problems"] for c in answer[what]}


def later():
    time.sleep(1.1)  # a process believes its own memory for a second


def test_words_phrases_and_what_is_left_out(shelf, api):
    mia = api["mia"]
    assert slugs(ask(mia, "/search?q=otters"))[0] == "otter"  # a title before forty texts
    assert ask(mia, "/search?q=otters")["total"] == 42
    assert slugs(ask(mia, "/search?q=%22quick%20brown%22")) == ["dry"]
    assert ask(mia, "/search?q=%22otter%20quick%22")["total"] == 0
    assert ask(mia, "/search?q=%22quick%20otter%22")["total"] == 40
    assert slugs(ask(mia, "/search?q=otter%20-willow")) == ["otter", "dry"]
    assert slugs(ask(mia, "/search?q=deserts")) == ["dry"]  # a tag
    assert ask(mia, "/search?q=-willow")["total"] == 0 and ask(mia, "/search?q=the")["total"] == 0
    assert "**otter**" in ask(mia, "/search?q=otter&limit=1&page=2")["problems"][0]["snippet"]
    far = "Nothing here. " * 300 + "At last a wombat comes. " + "And goes. " * 300
    make(api["cleo"], "far", "Far down", far)
    later()
    assert "**wombat**" in ask(mia, "/search?q=wombats")["problems"][0]["snippet"]


def test_filters_facets_and_pages_agree(shelf, api):
    mia = api["mia"]
    rivers = ask(mia, "?tags=rivers")
    assert rivers["total"] == 40 and not rivers["more_than_total"]
    assert counts(rivers, "difficulties") == {"1": 10, "2": 10, "3": 10, "4": 10}
    assert counts(rivers, "categories") == {"Water": 30, "Ice": 10}
    assert counts(rivers, "tags") == {"rivers": 40, "bridges": 20}
    assert ask(mia, "?tags=rivers,bridges&from=2&to=2&category=Water")["total"] == 8
    assert ask(mia, "?tags=rivers&from=2&to=3")["total"] == 20
    assert ask(mia, "/search?q=otter&tags=bridges&category=Ice")["total"] == 5
    assert ask(mia, "?tags=rivers,unheard")["total"] == 0 and ask(mia, "?category=unheard")["total"] == 0
    for order in ("new", "title", "solved"):
        pages = [slugs(ask(mia, f"?tags=rivers&order={order}&limit=15&page={n}")) for n in (1, 2, 3)]
        assert [len(p) for p in pages] == [15, 15, 10] and len(set(sum(pages, []))) == 40
    assert slugs(ask(mia, "?tags=rivers&order=title&limit=2")) == ["river-0", "river-1"]
    assert slugs(ask(mia, "?order=new&limit=100"))[-1] in slugs(ask(mia, "?order=title&limit=100"))


def test_counts_of_everything_follow_every_change(shelf, api):
    cleo, mia = api["cleo"], api["mia"]

    def check():
        everything = ask(mia, "?limit=100")
        assert everything["total"] == len(everything["problems"]) == shelf.execute(
            "SELECT count(*) FROM problem WHERE visibility = 2")[0][0]
        assert dict(shelf.execute("SELECT facet, n FROM problem_facet WHERE n <> 0")) == dict(shelf.execute(
            "SELECT f, count(*) FROM problem, unnest(0 || facets) f WHERE visibility = 2 GROUP BY f"))
        return everything
    before = check()
    make(cleo, "lake", "Lake", "Still.", tags="lakes,rivers", difficulty=9, category="Lakes")
    later()
    after = check()
    assert counts(after, "tags")["lakes"] == 1 and counts(after, "categories")["Lakes"] == 1
    assert counts(after, "tags")["rivers"] == counts(before, "tags")["rivers"] + 1
    assert {"name": "lakes", "problems": 1} in mia.ask("/api/v1/problems/tags").json()["counts"]
    assert cleo.ask("/api/v1/problems/lake", "PUT", {"tags": "lakes,deep", "difficulty": 8, "category": "Fjords"}).status == 200
    later()
    assert counts(check(), "categories").get("Lakes") is None
    verified(shelf, "lake")
    assert cleo.ask("/api/v1/problems/lake", "PUT", {"visibility": "contests"}).status == 200
    later()
    assert counts(check(), "tags").get("lakes") is None
    assert cleo.ask("/api/v1/problems/lake", "PUT", {"visibility": "public"}).status == 200
    assert cleo.ask("/api/v1/problems/lake", "DELETE").status == 204
    later()
    assert counts(check(), "tags") == counts(before, "tags")


def test_how_far_a_member_is(shelf, api):
    mia = api["mia"]
    shelf.execute("INSERT INTO problem_progress SELECT u.id, p.id, 1, now(), CASE WHEN p.slug < 'river-2' THEN now() END"
                  " FROM app_user u, problem p WHERE u.email = 'mia@example.org' AND p.slug IN ('river-1', 'river-10', 'river-3')")
    later()
    rivers = ask(mia, "?tags=rivers")
    assert counts(rivers, "states") == {"solved": 2, "tried": 1, "untouched": 37}
    assert slugs(ask(mia, "?state=solved&order=title")) == ["river-1", "river-10"]
    assert slugs(ask(mia, "?state=tried")) == ["river-3"]
    assert slugs(ask(mia, "/search?q=otter&state=tried")) == ["river-3"]
    assert ask(mia, "?state=untouched&tags=rivers")["total"] == 37
    assert ask(mia, "/search?q=otter&state=untouched&tags=rivers")["total"] == 37
    assert counts(ask(api["cleo"], "?tags=rivers"), "states") == {"untouched": 40}
    browser = browser_of(shelf, "mia")
    page = browser.ask("/problems?tags=rivers")
    check_markup(page.text)
    assert "state=solved" in page.text
    assert "state=solved" not in Browser(shelf.socket).ask("/problems?tags=rivers").text


def test_beginnings_are_those_of_titles(shelf, api):
    hints = api["mia"].ask("/api/v1/problems/suggest?q=Riv").json()["hints"]
    assert hints[0]["kind"] == "title" and hints[0]["name"] == "River 00" and hints[-1] == {
        "name": "rivers", "slug": None, "kind": "tag"}
    hints = api["mia"].ask("/api/v1/problems/suggest?q=ott").json()["hints"]
    assert hints == [{"name": "The otter", "slug": "otter", "kind": "word"}]
    assert api["mia"].ask("/api/v1/problems/suggest?q=dese").json()["hints"] == [
        {"name": "deserts", "slug": None, "kind": "tag"}]  # and no title that only has such a tag
    assert api["mia"].ask("/api/v1/problems/suggest?q=100%25").json()["hints"] == []


def kept(site):
    """How many answers are kept, and for how long at least and at most, in minutes from now."""
    ((n, least, most),) = site.execute(
        "SELECT count(*), round(min(extract(epoch FROM expires_at - now())) / 60)::int, "
        "round(max(extract(epoch FROM expires_at - now())) / 60)::int FROM cache WHERE key LIKE %s", ANSWERS)
    return n, least, most


@pytest.mark.parametrize("query, minutes", [("?tags=rivers", {10}), ("/search?q=willow", {5, 10}), ("/suggest?q=riv", {5}), ("/tags", {10})])
def test_answers_are_kept_so_long(shelf, api, query, minutes):
    """A search asks, besides what it finds, for the tags and categories that there are, as lists do."""
    first = api["mia"].ask("/api/v1/problems" + query).text
    n, least, most = kept(shelf)
    assert n > 0 and {least, most} == minutes
    shelf.execute("UPDATE problem SET title = title || '!'")  # behind the model's back: nothing is evicted
    later()
    assert api["mia"].ask("/api/v1/problems" + query).text == first
    shelf.execute("UPDATE problem SET title = trim('!' FROM title)")


def test_lists_show_what_the_command_line_has_done(shelf, api):
    """podium problem show: the web's answers are evicted by it, wherever they are kept."""
    mia = api["mia"]
    assert "otter" in slugs(ask(mia, "/search?q=otter")) and kept(shelf)[0] > 0
    verified(shelf, "otter", "dry")
    done = shelf.cli("problem", "show", "otter", "dry", "contests")
    assert done.stdout.splitlines() == ["otter contests", "dry contests"]
    later()
    assert "otter" not in slugs(ask(mia, "/search?q=otter")) and "dry" not in slugs(ask(mia, "?limit=100"))
    wrong = shelf.cli("problem", "show", "no-such-problem", "otter", "public", check=False)
    assert wrong.returncode == 1 and 'no problem "no-such-problem"' in wrong.stderr and "1 of 2" in wrong.stderr
    later()
    assert "otter" in slugs(ask(mia, "/search?q=otter"))
    assert shelf.cli("problem", "show", "otter", "everybody", check=False).returncode == 1
    assert shelf.cli("problem", "show", "dry", "public").returncode == 0
    ((n,),) = shelf.execute("SELECT count(*) FROM audit WHERE action = 'problem.meta' AND detail::text LIKE '%%\"otter\"%%'")
    assert n >= 2


def test_what_verdicts_change_is_never_old(shelf, api):
    mia = api["mia"]
    before = ask(mia, "?tags=rivers&order=solved&limit=1")["problems"][0]
    assert kept(shelf)[0] > 0
    shelf.execute("UPDATE problem SET n_solved = n_solved + 5, n_tried = n_tried + 7 WHERE slug = %s", before["slug"])
    after = ask(mia, "?tags=rivers&order=solved&limit=1")["problems"][0]
    assert (after["solved"], after["tried"]) == (before["solved"] + 5, before["tried"] + 7)


def test_a_makers_tests_are_kept_until_they_change(shelf, api):
    cleo = api["cleo"]

    def add(name, text):
        return cleo.ask("/api/v1/testcases/dry", "POST", {"name": name, "input": text, "answer": "0\n"})
    assert add("secret/1", "1\n").status == 201
    shelf.change("DELETE FROM rate_window")
    assert [t["name"] for t in cleo.ask("/api/v1/testcases/dry").json()["testcases"]] == ["secret/1"]
    assert kept(shelf) == (1, 30, 30)
    assert add("secret/2", "2\n").status == 201
    later()
    assert [t["name"] for t in cleo.ask("/api/v1/testcases/dry").json()["testcases"]] == ["secret/1", "secret/2"]


def test_statistics_of_a_problem_are_kept_for_an_hour(shelf, api):
    browser = Browser(shelf.socket)
    assert browser.ask("/problem/river-1").status == 200
    n, least, most = kept(shelf)
    assert n >= 1 and most == 60
