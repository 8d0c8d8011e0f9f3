"""Problems of type submit-answer: what is handed in, in which form, and what comes of it; nothing is built or run."""

import base64

import pytest

from lab.package import PROBLEMS, bring, packed, settled
from lab.process import wait_until

HEAD = "problem_format_version: 2025-09\nname: Given\nuuid: 1\ntype: [pass-fail, submit-answer]\n"
ONE = {"problem.yaml": HEAD, "statement/problem.en.md": "Six by seven?\n", "data/secret/1.in": "6 7\n", "data/secret/1.ans": "42\n"}
MANY = {**ONE, **{f"data/{name}.{x}": f"{name}\n" for name in ("sample/1", "secret/2", "secret/deep/3") for x in ("in", "ans")}}
RIGHT = {"1.ans": "42\n", "2.out": "secret/2\n", "secret/deep/3": "SECRET/deep/3\n"}


@pytest.fixture()
def offer(site, folder):
    """Imports a package and offers it to members."""
    def run(name, files, *more):
        bring(site, folder, name, files, *more)
        site.sql("UPDATE problem SET visibility = 2 WHERE slug = %s", name)
        return name
    return run


def hand_in(site, problem, answers, language="answer", **more):
    """By the API; of a dict, a zip of such files."""
    site.sql("UPDATE submission SET made_at = made_at - interval '2 days'")
    form = {"problem": problem, "language": language, **more}
    if isinstance(answers, dict):
        form |= {"file_name": "all.zip", "source": base64.b64encode(packed(answers)).decode()}
    else:
        form["source"] = answers
    return site.member().ask("/api/v1/submissions", "POST", form)


def judged(site, problem, answers, **more):
    reply = hand_in(site, problem, answers, **more)
    assert reply.status == 201, reply.text
    site.await_result(reply.json()["id"])
    return site.result(reply.json()["id"])


def test_the_answer_to_the_only_test(site, offer):
    offer("one", ONE)
    right, wrong = judged(site, "one", "42\n"), judged(site, "one", "41\n", file_name="mine.txt")
    assert (right["verdict"], right["build_text"], right["cpu_ms"], right["n_tests"]) == ("AC", "", 0, 1)
    assert (wrong["verdict"], [t["verdict"] for t in wrong["tests"]]) == ("WA", ["WA"])
    seen = site.admin().ask(f"/api/v1/submissions/{wrong['id']}").json()
    assert "41" in seen["result"]["tests"][0]["difference"] and seen["source"] == "41\n" and seen["file_name"] == "mine.txt"
    assert seen["submission"]["language"] == "answer"
    assert judged(site, "one", {"whatever.csv": "42"})["verdict"] == "AC"


def test_a_zip_with_an_answer_for_each_test(site, offer):
    offer("many", MANY)
    for files in (RIGHT, {f"mine/data/{k}": v for k, v in {"secret/1.ans": "42", "secret/2": "secret/2", "secret/deep/3.out": "secret/deep/3"}.items()},
                  {"3": "secret/deep/3", "2": "secret/2", "secret/1.ans": "42", "notes.txt": "how I did it"}):
        files = {k.removeprefix("mine/"): v for k, v in files.items()}
        result = judged(site, "many", files)
        assert (result["verdict"], len(result["tests"])) == ("AC", 4), files
    result = judged(site, "many", {**RIGHT, "2.out": "3"})
    assert [t["verdict"] for t in result["tests"]] == ["AC", "AC", "WA", None]
    result = judged(site, "many", {k: v for k, v in RIGHT.items() if k != "2.out"})
    assert [t["verdict"] for t in result["tests"]] == ["AC", "AC", "WA", None]
    assert result["tests"][2]["message"] == "There is no answer to this test."
    result = judged(site, "many", {**RIGHT, "sample/1.ans": "other"})
    assert [t["verdict"] for t in result["tests"]] == ["WA", None, None, None], "a sample that is handed in counts"
    source = site.member().ask(f"/api/v1/submissions/{result['id']}").json()
    assert base64.b64decode(source["source"]) == packed({**RIGHT, "sample/1.ans": "other"}) and source["file_name"] == "all.zip"


VALIDATOR = {"output_validator/validate.py": "import pathlib, sys\nsaid = sys.stdin.read()\n"
             "pathlib.Path(sys.argv[3] + 'judgemessage.txt').write_text(said)\nsys.exit(42 if said == 'yes' else 43)\n"}


def test_a_validator_of_the_package_decides(site, offer):
    offer("own", {**ONE, **VALIDATOR, "data/sample/x.in": "", "data/sample/x.ans": "a secret word", "data/sample/x.out": "yes"})
    assert judged(site, "own", "yes")["verdict"] == "AC", "a sample's .out is a right output"
    result = judged(site, "own", "no")
    assert [t["verdict"] for t in result["tests"]] == ["AC", "WA"]
    tests = site.admin().ask(f"/api/v1/submissions/{result['id']}/result").json()["tests"]
    assert tests[1]["jury_message"] == "no"
    offer("broken-own", {**ONE, "output_validator/validate.py": "raise SystemExit(1)\n"})
    assert judged(site, "broken-own", "yes")["verdict"] == "JE"


@pytest.mark.parametrize("answers, language, text", [
    ("x" * 400000, "answer", "393216 are allowed"),
    ("print(42)", "python3", "answers are handed in for this problem"),
    ({"readme.txt": "hello", "b": ""}, "answer", "this answers none of the 3 tests"),
    ({"1.ans": "1" * (2 << 20)}, "answer", "1048576 are allowed"),
    ({"1.ans": bytes(40 << 20)}, "answer", "more than 32 MiB"),
    ({"../1.ans": "42"}, "answer", "leads out of"),
], ids=["long", "program", "nothing", "answer", "bomb", "escape"])
def test_what_is_refused(site, offer, answers, language, text):
    if not site.sql("SELECT 1 FROM problem WHERE slug = 'strict'"):
        offer("strict", {**MANY, "problem.yaml": HEAD + "limits: {output: 1}\n"})
    reply = hand_in(site, "strict", answers, language)
    assert reply.status == 422 and text in reply.json()["error"]["message"], reply.text


def test_what_no_zip_is(site, offer):
    offer("two", MANY)
    for source, text in (("42\n", "this answers none of the 3 tests"), ("PK\3\4 broken", "the zip cannot be taken")):
        reply = hand_in(site, "two", source)
        assert reply.status == 422 and text in reply.json()["error"]["message"], reply.text
    reply = hand_in(site, "two", "no base64!", file_name="x.zip")
    assert reply.status == 422 and "base64" in reply.json()["error"]["message"], reply.text
    assert hand_in(site, "two", "print()", "python3").status == 422


def test_the_jurys_answers_are_held_against_their_labels(site, folder):
    site.podium.cli("problem", "import", str(PROBLEMS / "fairsplit"))
    sound, _, solutions = settled(site, "fairsplit")
    assert {path: said for path, (outcome, said) in solutions.items() if outcome != 0} == {}
    assert sound and len(solutions) == 5
    bring(site, folder, "labels", {**MANY, "submissions/accepted/none.txt": "1\n", "submissions/wrong_answer/all.zip": packed(RIGHT),
                                   "submissions/accepted/all/1.ans": "42", "submissions/accepted/all/2": "secret/2",
                                   "submissions/accepted/all/deep/3": "secret/deep/3"})
    sound, _, solutions = settled(site, "labels")
    assert not sound
    assert {path: outcome for path, (outcome, _) in solutions.items()} == {
        "accepted/none.txt": 1, "wrong_answer/all.zip": 1, "accepted/all": 0}


def test_another_version_has_its_own_tests(site, offer, folder):
    offer("moves", MANY)
    result = judged(site, "moves", RIGHT)
    assert result["verdict"] == "AC"
    bring(site, folder, "moves", {**MANY, "data/secret/4.in": "", "data/secret/4.ans": "new"}, "--into", "moves")
    site.podium.cli("rejudge", "make", "--problem", "moves", "--why", "one more test")
    ((number,),) = site.sql("SELECT max(id) FROM rejudge")
    wait_until(lambda: site.sql("SELECT state FROM rejudge WHERE id = %s", number) == [(1,)], 60, "the rejudging")
    assert f"{result['id']} moves answer AC -> WA" in site.podium.cli("rejudge", "show", number).stdout


def test_the_problem_becomes_another_one(site, offer, folder):
    """Neither answers to a program's problem nor programs where answers are wanted keep a judge waiting."""
    program = {**ONE, "problem.yaml": HEAD.replace("type: [pass-fail, submit-answer]", "limits: {time_limit: 1}")}
    offer("turns", ONE)
    answer = judged(site, "turns", "42\n")
    bring(site, folder, "turns", program, "--into", "turns")
    source = site.judge("turns", "python3", "print(42)\n")
    assert source["verdict"] == "AC"

    def rejudged():
        site.podium.cli("rejudge", "make", "--problem", "turns", "--why", "it is another one")
        ((number,),) = site.sql("SELECT max(id) FROM rejudge")
        wait_until(lambda: site.sql("SELECT state FROM rejudge WHERE id = %s", number) == [(1,)], 60, "the rejudging")
        shown = site.podium.cli("rejudge", "show", number).stdout
        site.podium.cli("rejudge", "drop", number)
        return shown
    assert f"{answer['id']} turns answer AC -> CE" in rejudged()
    bring(site, folder, "turns", ONE, "--into", "turns")
    assert f"{source['id']} turns python3 AC -> WA" in rejudged()
