"""Problems and their tests, in pages and for programs: made, found, changed, shown to whom they may be, deleted."""

import io
import re
import urllib.parse
import zipfile

import pytest

from lab.client import Browser, check_markup
from lab.people import browser_of, enlist, program_of
from lab.program import error_of

PEOPLE = {"cleo": "creator", "carl": "creator", "jo": "jury", "mia": "member"}
TEXT = "Add **two** integers.\n\n<script>alert(1)</script>\n"


@pytest.fixture(scope="module")
def site(seeded):
    enlist(seeded, PEOPLE)
    return seeded


@pytest.fixture(scope="module")
def known(site):
    return {name: browser_of(site, name) for name in PEOPLE}


@pytest.fixture()
def as_(site, known):
    site.execute("DELETE FROM rate_window")
    return lambda name: known[name] if name else Browser(site.socket)


@pytest.fixture(scope="module")
def programs(site):
    return {name: program_of(site, name) for name in PEOPLE}


@pytest.fixture()
def api(site, programs):
    site.execute("DELETE FROM rate_window")
    return programs


def post(browser, uri, page, **fields):
    return browser.ask(uri, "POST", {"csrf": browser.token(page), **fields})


def make(program, slug, **more):
    reply = program.ask("/api/v1/problems", "POST", {"slug": slug, "title": "Sum of two", "statement": TEXT, **more})
    assert reply.status == 201, reply.text
    return reply.json()


def add(program, slug, name, text, answer="0\n"):
    return program.ask(f"/api/v1/testcases/{slug}", "POST", {"name": name, "input": text, "answer": answer})


def test_from_the_form_to_the_reader(site, as_):
    cleo = as_("cleo")
    check_markup(cleo.ask("/problems/new").text)
    refused = post(cleo, "/problems/new", "/problems/new", title="Sum", slug="Not a slug", lang="en", markdown=TEXT, version="0")
    assert refused.status == 422 and "short name" in refused.text
    made = post(cleo, "/problems/new", "/problems/new", title="Sum", slug="sum-by-form", lang="en", markdown=TEXT, version="0")
    assert made.status == 303 and made.header("Location").startswith("/problem/sum-by-form/tests"), made.text
    tests = cleo.ask("/problem/sum-by-form/tests")
    check_markup(tests.text)
    version = re.search(r'name="version" value="(\d+)"', tests.text).group(1)
    stored = post(cleo, "/problem/sum-by-form/tests", "/problem/sum-by-form/tests", version=version, name="sample/1",
                  input="1 2\r\n", answer="3")
    assert stored.status == 303, stored.text
    shown = cleo.ask("/problem/sum-by-form/test?path=sample/1")
    check_markup(shown.text)
    assert cleo.ask("/problem/sum-by-form/test?path=sample/1&part=in").text == "1 2\n"
    late = post(cleo, "/problem/sum-by-form/tests", "/problem/sum-by-form/tests", version=version, name="secret/1", input="5 5")
    assert late.status == 409 and "meanwhile" in late.text
    edited = post(cleo, "/problem/sum-by-form/edit", "/problem/sum-by-form/edit", slug="sum-by-form", visibility="public",
                  difficulty="3", category="Basics", tags="math, Two Pointers", time_ms="2000", memory_mib="256",
                  output_kib="8192", version=re.search(r'name="version" value="(\d+)"',
                                                       cleo.ask("/problem/sum-by-form/edit").text).group(1))
    assert edited.status == 303, edited.text
    for uri in ("edit", "text", "versions"):
        check_markup(cleo.ask(f"/problem/sum-by-form/{uri}").text)
    page = as_("mia").ask("/problem/sum-by-form")
    check_markup(page.text)
    assert "<strong>two</strong>" in page.text and "alert(1)" not in page.text and "two pointers" in page.text
    assert page.text.count("1 2\n") >= 1 and "2 s a test" in page.text
    assert "Tests</a>" not in page.text


def test_who_sees_what(site, as_, api):
    make(api["cleo"], "hidden-sum")
    assert add(api["cleo"], "hidden-sum", "secret/1", "secret bytes\n").status == 201
    make(api["cleo"], "open-sum", visibility="public")
    assert add(api["cleo"], "open-sum", "sample/1", "sample bytes\n").status == 201
    assert add(api["cleo"], "open-sum", "secret/1", "secret bytes\n").status == 201
    pages = ("", "/tests", "/versions", "/edit", "/text", "/test?path=secret/1")
    for who in ("cleo", "jo"):
        for page in pages:
            assert as_(who).ask("/problem/hidden-sum" + page).status == 200, (who, page)
    for who in ("carl", "mia"):
        for page in pages:
            assert as_(who).ask("/problem/hidden-sum" + page).status == 404, (who, page)
            assert as_(who).ask("/problem/open-sum" + page).status == (403 if page else 200), (who, page)
        assert api[who].ask("/api/v1/problems/hidden-sum").status == 404
        assert api[who].ask("/api/v1/testcases/hidden-sum").status == 404
        seen = api[who].ask("/api/v1/testcases/open-sum")
        assert seen.status == 200 and [t["name"] for t in seen.json()["testcases"]] == ["sample/1"]
        assert "secret bytes" not in seen.text
        assert add(api[who], "open-sum", "secret/2", "x\n").status == 403
        assert api[who].ask("/api/v1/problems/open-sum", "DELETE").status == 403
        assert api[who].ask("/api/v1/problems/open-sum", "PUT", {"difficulty": 2}).status == 403
    assert Browser(site.socket).ask("/problem/hidden-sum").status == 404
    assert Browser(site.socket).ask("/problem/open-sum").status == 200
    assert "hidden-sum" not in as_("mia").ask("/problems?q=sum").text
    assert api["mia"].ask("/api/v1/problems", "POST", {"title": "x", "statement": "x"}).status == 403
    assert len(api["cleo"].ask("/api/v1/testcases/open-sum").json()["testcases"]) == 2
    assert "hidden-sum" in as_("cleo").ask("/problems/mine").text
    assert "hidden-sum" not in as_("carl").ask("/problems/mine").text


def test_a_title_alone_leaves_its_text(site, api):
    cleo = api["cleo"]
    make(cleo, "misnamed", title="Misnamed", statement="The **whole** text.", visibility="public")
    assert [p["title"] for p in api["mia"].ask("/api/v1/problems/search?q=misnamed").json()["problems"]] == ["Misnamed"]
    put = cleo.ask("/api/v1/problems/misnamed", "PUT", {"title": "Well named"})
    assert put.status == 200, put.text
    assert put.json()["title"] == "Well named" and "<strong>whole</strong>" in put.json()["statement"]
    assert error_of(cleo.ask("/api/v1/problems/misnamed", "PUT", {"title": "Autre", "language": "fr"}))[0] == 404
    import time
    time.sleep(1.2)
    found = [p["title"] for p in api["mia"].ask("/api/v1/problems/search?q=whole+text").json()["problems"]]
    assert "Well named" in found and "Misnamed" not in found
    assert [p["title"] for p in api["mia"].ask("/api/v1/problems/search?q=misnamed").json()["problems"]] == []


def test_testcases_for_programs(site, api):
    cleo = api["cleo"]
    make(cleo, "tested")
    first = add(cleo, "tested", "secret/01", "1\n")
    assert first.status == 201, first.text
    old = first.json()["testcases"][0]["id"]
    same = add(cleo, "tested", "secret/02", "1\n")
    assert error_of(same)[:2] == (409, "conflict") and "secret/01" in same.json()["error"]["message"]
    assert add(cleo, "tested", "secret/01", "2\n").status == 409
    assert error_of(add(cleo, "tested", "../x", "3\n"))[2] == "path"
    assert add(cleo, "tested", "secret/02", "2\n").status == 201
    # an id from before another change still finds its test; one from before its own change does not
    put = cleo.ask(f"/api/v1/testcases/{old}", "PUT", {"input": "7\n", "answer": "8\n"})
    assert put.status == 200 and put.json()["testcases"][0]["input"] == "7\n"
    assert cleo.ask(f"/api/v1/testcases/{old}", "PUT", {"input": "9\n", "answer": "8\n"}).status == 409
    assert api["carl"].ask(f"/api/v1/testcases/{old}", "DELETE").status == 404
    now = put.json()["testcases"][1]["id"]
    left = cleo.ask(f"/api/v1/testcases/{now}", "DELETE")
    assert [t["name"] for t in left.json()["testcases"]] == ["secret/01"]
    assert cleo.ask("/api/v1/testcases/99999999", "DELETE").status == 404
    checked = cleo.ask("/api/v1/testcases/validate", "POST", {"input": "1 \n2", "answer": ""}).json()
    assert not checked["good"] and any("line 1" in r for r in checked["remarks"])
    assert cleo.ask("/api/v1/testcases/validate", "POST", {"input": "1\n", "answer": "2\n"}).json()["good"]
    sealed = site.execute("SELECT count(*) FROM problem_piece WHERE position('\\x370a'::bytea in sealed) = 1")
    assert sealed == [(0,)]


def test_search_finds_counts_and_forgets(site, as_, api):
    cleo = api["cleo"]
    make(cleo, "castle", title="Castle of graphs", tags="graphs,walls", difficulty=4, category="Forts", visibility="public",
         statement="A wizard walks along the ramparts.")
    make(cleo, "moat", title="Moat", tags="water", difficulty=2, visibility="public", statement="Dig around the castle.")
    reply = api["mia"].ask("/api/v1/problems/search?q=castles")
    assert reply.status == 200, reply.text
    found = reply.json()
    assert [p["slug"] for p in found["problems"]] == ["castle", "moat"]  # a title before a text
    assert "**castle**" in found["problems"][1]["snippet"] and found["problems"][0]["state"] == "untouched"
    assert {"name": "graphs", "problems": 1} in found["tags"]
    assert [p["slug"] for p in api["mia"].ask("/api/v1/problems?tags=graphs,walls").json()["problems"]] == ["castle"]
    assert api["mia"].ask("/api/v1/problems?tags=graphs,water").json()["total"] == 0
    assert [p["slug"] for p in api["mia"].ask("/api/v1/problems?from=4&to=4").json()["problems"]] == ["castle"]
    assert error_of(api["mia"].ask("/api/v1/problems?order=sideways"))[2] == "order"
    assert error_of(api["mia"].ask("/api/v1/problems/search"))[0] == 422
    hints = api["mia"].ask("/api/v1/problems/suggest?q=Cas").json()["hints"]
    assert hints[0] == {"name": "Castle of graphs", "slug": "castle", "kind": "title"}
    assert {"name": "Forts", "problems": 1} in api["mia"].ask("/api/v1/problems/categories").json()["counts"]
    assert {"name": "water", "problems": 1} in api["mia"].ask("/api/v1/problems/tags").json()["counts"]
    page = as_("mia").ask("/problems?q=castle")
    check_markup(page.text)
    assert "<mark>Castle</mark>" in page.text
    check_markup(as_("").ask("/problems").text)
    # a change is seen at once by the process that made it, and by others when they stop believing their memory
    assert cleo.ask("/api/v1/problems/moat", "PUT", {"visibility": "hidden"}).status == 200
    import time
    time.sleep(1.2)
    assert [p["slug"] for p in api["mia"].ask("/api/v1/problems/search?q=castles").json()["problems"]] == ["castle"]


def test_words_in_quotes_stand_together(site, as_, api):
    texts = ["The shortest path of a knight.", "A path, the shortest one.", "Shortest knight; its path.", "Shortest paths.",
             "A state-of-the-art path isn't the shortest.", "Length of the shortest tour's path."]
    for n, text in enumerate(texts):
        make(api["cleo"], f"quoted-{n}", title=f"Case {n}", visibility="public", statement=text, tags="quoted" if n % 2 else "")

    def found(words, **more):
        asked = urllib.parse.urlencode({"q": words, **more})
        return {p["slug"] for p in api["mia"].ask(f"/api/v1/problems/search?{asked}").json()["problems"]}
    assert found('"shortest path"') == {"quoted-0", "quoted-3"}
    assert found('"shortest path" -knight') == {"quoted-3"} and found('"shortest path"', tags="quoted") == {"quoted-3"}
    for words in ('"path shortest"', '"path the shortest"', '"length of the shortest"', '"shortest"', '"shortest path" or tour',
                  'tour or "shortest path" knight', 'path -"shortest path"', '"state-of-the-art path"', '"tour\'s path"', '"" path',
                  '"a shortest path of a knight"', '"shortest knight" "its path"', '"shortest path', '"isn\'t the shortest"'):
        truth = site.execute("SELECT slug FROM problem WHERE visibility = 2 AND words @@ websearch_to_tsquery('english', %s)", words)
        assert found(words) == {slug for slug, in truth}, words


def test_the_jury_signs_with_a_reason(site, as_, api):
    make(api["cleo"], "unsound")
    cleo, jo = as_("cleo"), as_("jo")
    assert post(cleo, "/problem/unsound/sign", "/problem/unsound/edit", why="because").status == 403
    assert post(jo, "/problem/unsound/sign", "/problem/unsound/versions", why=" ").status == 422
    assert post(jo, "/problem/unsound/sign", "/problem/unsound/versions", why="known from last year").status == 303
    assert "known from last year" in jo.ask("/problem/unsound/versions").text
    assert "signed off" in cleo.ask("/problem/unsound").text


def test_what_is_not_sound_is_not_set_aside_for_contests(site, as_, api):
    reply = api["cleo"].ask("/api/v1/problems", "POST", {"slug": "early", "title": "Early", "statement": "x", "visibility": "contests"})
    assert error_of(reply)[::2] == (422, "visibility") and "not verified" in reply.text
    make(api["cleo"], "offered")
    change = {"visibility": "contests"}
    assert error_of(api["cleo"].ask("/api/v1/problems/offered", "PUT", change))[::2] == (422, "visibility")
    assert "Contests cannot use it" in as_("cleo").ask("/problem/offered/versions").text
    with pytest.raises(Exception, match="neither sound nor signed off"):
        site.execute("UPDATE problem SET visibility = 1 WHERE slug = 'offered'")
    assert post(as_("jo"), "/problem/offered/sign", "/problem/offered/versions", why="tried by hand").status == 303
    assert "may be used in contests" in as_("cleo").ask("/problem/offered/versions").text
    assert api["cleo"].ask("/api/v1/problems/offered", "PUT", change).status == 200
    # a later version is not what was signed, and its settings can still be saved
    assert add(api["cleo"], "offered", "secret/1", "1\n").status == 201
    assert site.execute("SELECT may_be_offered FROM problem p JOIN problem_version v ON v.id = p.version_id"
                        " WHERE slug = 'offered'") == [(False,)]
    assert api["cleo"].ask("/api/v1/problems/offered", "PUT", {"visibility": "contests", "tags": "late"}).status == 200


def solution(site, slug, path="accepted/a.py"):
    """The version that there is gets a solution of the jury's."""
    site.execute("INSERT INTO jury_solution (version_id, path, language, expected) SELECT version_id, %s, 'python3', '{}'"
                 " FROM problem WHERE slug = %s", path, slug)


def verify_jobs(site):
    return [payload for payload, in site.execute("SELECT payload::text FROM job WHERE kind = 'problem.verify' ORDER BY id")]


def test_verified_when_asked(site, as_, api):
    make(api["cleo"], "provable")
    (version,), = site.execute("SELECT version_id FROM problem WHERE slug = 'provable'")
    page = "/problem/provable/versions"
    cleo = as_("cleo")
    assert "Verify now" not in cleo.ask(page).text
    assert post(cleo, "/problem/provable/verify", page).status == 422, "there is nothing to verify it with"
    solution(site, "provable")
    assert as_("mia").ask("/problem/provable/verify", "POST", {"csrf": as_("mia").token("/dashboard")}).status == 404
    assert post(as_("carl"), "/problem/provable/verify", "/dashboard").status == 404
    site.execute("DELETE FROM job")
    assert "Verify now" in cleo.ask(page).text
    for i in (1, 2):  # another time while it runs: the first one changes nothing any more
        reply = post(cleo, "/problem/provable/verify", page)
        assert reply.status == 303 and reply.header("Location") == page
        assert site.execute("SELECT state, verify_try FROM problem_version WHERE id = %s", version) == [(1, i)]
    assert verify_jobs(site) == ['{"version":%d,"try":%d}' % (version, i) for i in (1, 2)]
    shown = cleo.ask(page)
    check_markup(shown.text)
    assert "0 of 1 solutions are judged" in shown.text and 'data-busy="quick"' in shown.text and "Begin anew" in shown.text
    assert 'http-equiv="refresh"' in shown.text
    site.execute("UPDATE problem_version SET state = 0, verify_said = 'no judge was at work' WHERE id = %s", version)
    assert "came to no end: no judge was at work" in cleo.ask(page).text
    # a change of the tests begins another one by itself, a change of the text does not
    site.execute("DELETE FROM job")
    site.execute("UPDATE problem_version SET state = 2 WHERE id = %s", version)
    assert api["cleo"].ask("/api/v1/problems/provable", "PUT", {"title": "Proved", "statement": TEXT}).status == 200
    assert verify_jobs(site) == []
    assert add(api["cleo"], "provable", "secret/1", "1\n").status == 201
    assert len(verify_jobs(site)) == 1
    assert "being verified" in cleo.ask(page).text


def test_the_whole_of_it_as_a_package(site, as_, api):
    make(api["cleo"], "taken-out", visibility="public")
    assert add(api["cleo"], "taken-out", "sample/1", "1 2\n", "3\n").status == 201
    assert add(api["cleo"], "taken-out", "secret/1", "3 4\n", "7\n").status == 201
    for name in ("cleo", "jo"):
        reply = as_(name).ask("/problem/taken-out/package")
        assert reply.status == 200 and reply.header("Content-Type") == "application/zip"
        assert reply.header("Content-Disposition") == 'attachment; filename="taken-out.zip"'
        with zipfile.ZipFile(io.BytesIO(reply.body)) as z:
            inside = {path.partition("/")[2] if path.startswith("taken-out/") else path: z.read(path) for path in z.namelist()}
        assert "problem.yaml" in inside and inside["data/secret/1.in"] == b"3 4\n" and inside["data/sample/1.ans"] == b"3\n"
    for name in ("mia", "carl"):
        assert as_(name).ask("/problem/taken-out/package").status == 403
    jo = as_("jo")
    assert 429 in [jo.ask("/problem/taken-out/package").status for _ in range(20)], "each of them costs"


def test_a_second_language_and_files(site, as_, api):
    make(api["cleo"], "words", visibility="public")
    cleo = as_("cleo")
    version = re.search(r'name="version" value="(\d+)"', cleo.ask("/problem/words/text").text).group(1)
    saved = post(cleo, "/problem/words/text", "/problem/words/text", title="Summe", lang="de", markdown="Addiere.",
                 version=version)
    assert saved.status == 303, saved.text
    mia = as_("mia")
    assert "Addiere." in mia.ask("/problem/words", headers={"Accept-Language": "de-AT,de;q=0.8,en;q=0.5"}).text
    assert "Addiere." not in mia.ask("/problem/words", headers={"Accept-Language": "fr"}).text
    assert 'lang="de"' in mia.ask("/problem/words?lang=de").text
    for uri in ("/problem/words/picture", "/problem/words/attachment", "/problem/words/statement"):
        assert mia.ask(uri + "?path=../../etc/passwd").status == 404
    # the Markdown source is its makers'
    assert mia.ask("/problem/words/statement?path=problem.en.md").status == 404


PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc0000003010100"
                    "18dd8db00000000049454e44ae426082")


def version_of(browser, uri):
    return re.search(r'name="version" value="(\d+)"', browser.ask(uri).text).group(1)


def send_file(browser, uri, name, data, **fields):
    fields = {"csrf": browser.token(uri), "version": version_of(browser, uri), **fields}
    body = b"".join(b'--xx\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (k.encode(), v.encode())
                    for k, v in fields.items())
    body += (b'--xx\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\nContent-Type: image/png\r\n\r\n'
             % name.encode() + data + b"\r\n--xx--\r\n")
    return browser.ask(uri, "POST", body, {"Content-Type": "multipart/form-data; boundary=xx"})


def test_pictures_and_attachments(site, as_, api):
    """From the form to the reader: a picture stands in the text, an attachment is a download of the same bytes."""
    make(api["cleo"], "pictured", visibility="public", statement="Look:\n\n![a dot](fig/dot.png)\n\n![not ours](https://x.example/a.png)\n")
    cleo, mia, files = as_("cleo"), as_("mia"), "/problem/pictured/files"
    check_markup(cleo.ask(files).text)
    assert send_file(cleo, files, "dot.png", PNG, kind="picture", path="fig/dot.png").status == 303
    assert send_file(cleo, files, "tool.py", b"print(1)\n\xff", kind="attachment").status == 303
    page = mia.ask("/problem/pictured")
    check_markup(page.text)
    source = re.search(r'<img src="([^"]+)"', page.text).group(1)
    assert source == "/problem/pictured/picture?path=fig/dot.png" and "x.example" not in page.text
    picture = mia.ask(source)
    assert picture.body == PNG and picture.header("Content-Type") == "image/png"
    assert picture.header("X-Content-Type-Options") == "nosniff"
    assert send_file(cleo, files, "Dot.PNG", PNG + b"2", kind="picture").status == 303
    assert mia.ask("/problem/pictured/picture?path=Dot.PNG").header("Content-Type") == "image/png"
    for name in ("solution.tex", "solution.pdf", "solution"):  # as packages keep them beside their statements
        assert send_file(cleo, files, name, b"how to solve it", kind="picture").status == 303
        assert mia.ask(f"/problem/pictured/picture?path={name}").status == 404
    tool = mia.ask("/problem/pictured/attachment?path=tool.py")
    assert tool.body == b"print(1)\n\xff" and tool.header("Content-Disposition") == 'attachment; filename="tool.py"'
    assert "path=tool.py" in page.text
    check_markup(cleo.ask(files).text)
    assert send_file(cleo, files, "x", b"x", kind="picture", path="../x").status == 422
    assert send_file(cleo, files, "x", b"x", kind="validator").status == 422
    assert mia.ask(files).status == 403 and Browser(site.socket).ask(files).status == 303
    gone = post(cleo, "/problem/pictured/files/delete", files, version=version_of(cleo, files), kind="attachment", path="tool.py")
    assert gone.status == 303
    assert mia.ask("/problem/pictured/attachment?path=tool.py").status == 404
    late = post(cleo, "/problem/pictured/files/delete", files, version="1", kind="picture", path="fig/dot.png")
    assert late.status in (404, 409)


def test_deleting(site, as_, api):
    make(api["cleo"], "gone-soon")
    cleo = as_("cleo")
    assert post(cleo, "/problem/gone-soon/delete", "/problem/gone-soon/edit", confirm="other").status == 422
    assert post(cleo, "/problem/gone-soon/delete", "/problem/gone-soon/edit", confirm="gone-soon").status == 303
    assert cleo.ask("/problem/gone-soon").status == 404
    make(api["cleo"], "one-test")
    assert add(api["cleo"], "one-test", "secret/1", "1\n").status == 201
    version = re.search(r'name="version" value="(\d+)"', cleo.ask("/problem/one-test/tests").text).group(1)
    assert post(cleo, "/problem/one-test/tests/delete", "/problem/one-test/tests", version=version, name="secret/1").status == 303
    assert api["cleo"].ask("/api/v1/problems/one-test", "DELETE").status == 204
    assert api["cleo"].ask("/api/v1/problems/one-test").status == 404
