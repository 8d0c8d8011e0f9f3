"""Packages that are sent in: who may, how large, what is kept and shown. What the job makes of one: tests/jobs."""

import io
import re
import zipfile

import pytest

from lab import fcgi
from lab.client import Browser, check_markup
from lab.judge import Judge
from lab.podium import BUILD

from test_submission_page import multipart

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def judge(seeded):
    made = Judge(seeded, seeded.execute)
    made.who = made.people(mel="member", cleo="creator", carl="creator", judy="jury")
    made.mine = made.problem("mine", "Mine", owner=made.who["cleo"], visibility=0)
    return made


@pytest.fixture(scope="module")
def cookies(judge):
    return judge.sign_in(judge.who)


@pytest.fixture()
def as_(seeded, cookies):
    seeded.execute("DELETE FROM rate_window")
    seeded.execute("DELETE FROM problem_import")
    seeded.execute("DELETE FROM job")
    seeded.execute("DELETE FROM job_unique")

    def browser(name):
        made = Browser(seeded.socket)
        made.cookies = dict(cookies[name])
        return made
    return browser


def package(size=0):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as z:
        z.writestr("two/problem.yaml", "name: Two\n")
        z.writestr("two/data/secret/1.in", b"7" * size)
    return out.getvalue()


def send(browser, content, name="two.zip", **fields):
    body, headers = multipart({"csrf": browser.token(), **fields, "package": (name, content)})
    return browser.ask("/problems/import", "POST", body, headers, timeout=60)


def test_who_may(as_, guest):
    assert guest.ask("/problems/import").status == 303
    mel = as_("mel")
    assert mel.ask("/problems/import").status == 403 and send(mel, package()).status == 403
    for name in ("cleo", "judy"):
        page = as_(name).ask("/problems/import")
        assert page.status == 200
        check_markup(page.text)


def test_it_is_kept_and_queued(as_, seeded):
    cleo = as_("cleo")
    reply = send(cleo, package(3 * MIB), name="a <b>.zip")
    assert reply.status == 303
    number = int(re.fullmatch(r"/problems/import/(\d+)", reply.header("Location")).group(1))
    assert seeded.execute("SELECT kind, payload::text, unique_key FROM job")[0] == (
        "problem.import", '{"import":%d}' % number, f"import:{number}")
    pieces = seeded.execute("SELECT sealed FROM problem_import_piece WHERE import_id = %s ORDER BY ordinal", number)
    assert len(pieces) == 4 and not any(b"777777" in bytes(p[0]) for p in pieces), "sealed, and never whole"
    page = cleo.ask(reply.header("Location"))
    check_markup(page.text)
    assert "Waiting to be read" in page.text and "a &lt;b&gt;.zip" in page.text and "3.0 MiB" in page.text
    assert 'data-busy="quick"' in page.text and 'http-equiv="refresh"' in page.text
    assert reply.header("Location") in cleo.ask("/problems/import").text


def test_only_its_sender_and_the_jury_see_it(as_, guest):
    cleo, carl, judy = as_("cleo"), as_("carl"), as_("judy")
    address = send(cleo, package()).header("Location")
    assert guest.ask(address).status == 303
    assert carl.ask(address).status == 404 and address not in carl.ask("/problems/import").text
    assert judy.ask(address).status == 200 and "sent by Cleo" in judy.ask(address).text
    assert "sent by" not in cleo.ask(address).text


@pytest.mark.parametrize("number", ["0", "-1", "x", "99999999999999999999", "%27"])
def test_there_is_none(as_, number):
    assert as_("cleo").ask(f"/problems/import/{number}").status == 404


@pytest.mark.parametrize("content, text", [
    (b"", "Choose a package"), (b"MZ\x90\x00" + b"x" * 100, "This is no zip file")])
def test_refused(as_, seeded, content, text):
    reply = send(as_("cleo"), content)
    assert reply.status == 422 and text in reply.text and 'role="alert"' in reply.text
    check_markup(reply.text)
    assert seeded.execute("SELECT count(*) FROM problem_import") == [(0,)]


def test_into_a_problem(as_, judge, seeded):
    cleo, carl = as_("cleo"), as_("carl")
    assert 'value="mine"' in cleo.ask("/problems/import?problem=mine").text
    assert send(cleo, package(), problem="mine").status == 303
    assert seeded.execute("SELECT problem_id FROM problem_import") == [(judge.mine,)]
    for slug in ("mine", "no-such"):
        reply = send(carl, package(), problem=slug)
        assert reply.status == 422 and "There is no such problem" in reply.text, "nobody learns that there is one"
    assert seeded.execute("SELECT count(*) FROM problem_import") == [(1,)]


def test_not_more_than_five_wait(as_):
    cleo, carl = as_("cleo"), as_("carl")
    replies = [send(cleo, package()) for _ in range(6)]
    assert [r.status for r in replies] == [303] * 5 + [429] and replies[-1].header("Retry-After")
    assert send(carl, package()).status == 303


def test_the_report(as_, seeded):
    cleo = as_("cleo")
    address = send(cleo, package()).header("Location")
    seeded.execute("UPDATE problem_import SET state = 1, step = 'reading the tests'")
    page = cleo.ask(address).text
    assert "Being read" in page and "reading the tests" in page
    seeded.execute(
        "UPDATE problem_import SET state = 3, step = '', ended_at = now(), report = %s",
        '[{"level":"error","file":"two/problem.yaml","line":3,"text":"there is no <name>"},'
        '{"level":"warning","file":null,"line":0,"text":"no license"}]')
    page = cleo.ask(address)
    check_markup(page.text)
    assert "Refused" in page.text and "two/problem.yaml:3" in page.text and "there is no &lt;name&gt;" in page.text
    assert "1 error, 1 warning" in page.text and "data-busy" not in page.text
    seeded.execute("UPDATE problem_import SET state = 2, report = '[]', problem_id = (SELECT id FROM problem WHERE slug = 'mine')")
    assert '"/problem/mine"' in cleo.ask(address).text


def test_the_largest_and_one_byte_more(as_, seeded):
    """Taken in without growing the process for good, and without a copy of it beside the first."""
    cleo = as_("cleo")
    whole = package()
    largest = package(64 * MIB - len(whole))
    assert len(largest) == 64 * MIB
    assert send(cleo, largest).status == 303
    assert seeded.execute("SELECT size FROM problem_import") == [(64 * MIB,)]
    too_large = send(cleo, largest + b"\0")
    assert too_large.status == 422 and "at most 64 MiB" in too_large.text
    web = seeded.processes[0]
    peaks = []
    for pid in web.children():
        text = open(f"/proc/{pid}/status").read()
        peaks.append(tuple(int(re.search(rf"{k}:\s+(\d+)", text).group(1)) // 1024 for k in ("VmHWM", "VmRSS")))
    assert BUILD.name == "asan" or all(most < 140 and now < 60 for most, now in peaks), peaks


def test_an_upload_of_a_stranger_is_not_taken_in(as_, seeded):
    """Who has no right to send a package is refused by the head alone; so is another site's form."""
    body, headers = multipart({"csrf": "0" * 64, "package": ("a.zip", package(8 * MIB))})
    headers["Origin"] = "http://localhost"
    assert fcgi.request(seeded.socket, "POST", "/problems/import", headers, body).status == 401
    mel = as_("mel")
    assert mel.ask("/problems/import", "POST", body, headers).status == 403
    cleo = as_("cleo")
    body, headers = multipart({"csrf": cleo.token(), "package": ("a.zip", package(8 * MIB))})
    assert cleo.ask("/problems/import", "POST", body, {**headers, "Origin": "https://evil.example"}).status == 403
    assert seeded.execute("SELECT count(*) FROM problem_import") == [(0,)]


def test_so_much_only_as_a_form_with_parts(as_):
    cleo = as_("cleo")
    reply = cleo.ask("/problems/import", "POST", b"package=" + b"x" * (2 * MIB),
                     {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": cleo.token()})
    assert reply.status == 415
