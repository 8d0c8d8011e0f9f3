"""Static validators in the real box: what they are given, what they may say, and who is blamed when they fail."""

import json

import pytest

from lab.judging import CPP, PYTHON
from lab.package import PROBLEMS, bring, settled
from lab.process import wait_until

HEAD = "problem_format_version: 2025-09\nname: Sums\nuuid: 1\nlimits: {time_limit: 2}\n"
SUMS = {
    "problem.yaml": HEAD,
    "statement/problem.en.md": "Add.\n",
    **{f"data/{name}.{x}": text for name, pair in {
        "sample/1": ("1 2\n", "3\n"), "secret/1": ("3 4\n", "7\n"), "secret/2": ("5 6\n", "11\n")}.items()
       for x, text in zip(("in", "ans"), pair)},
}
ASKS = "static_validation_score: pass-fail\n"


def validator(body):
    return {"static_validator/validate.py": "import json, os, pathlib, sys\nlanguage, entry, feedback, *more = sys.argv[1:]\n"
            "def say(who, text): pathlib.Path(feedback + who).write_text(text)\n" + body + "\nsys.exit(42)\n"}


@pytest.fixture()
def judged(site, folder):
    """Imports a package and judges a source by it; the result as its sender sees it, and as the jury does."""
    def run(name, files, source=PYTHON, language="python3"):
        bring(site, folder, name, files)
        site.sql("UPDATE problem SET visibility = 2 WHERE slug = %s", name)
        return again(name, source, language)

    def again(name, source=PYTHON, language="python3"):
        result = site.judge(name, language, source)
        return result, site.admin().ask(f"/api/v1/submissions/{result['id']}/result").json()
    run.again = again
    return run


def test_it_finds_the_source_and_what_was_built_of_it_and_nothing_else(judged):
    look = ("seen = {str(p): p.stat().st_size for p in pathlib.Path().rglob('*') if p.is_file()}\n"
            "say('judgemessage.txt', json.dumps([language, entry, feedback, more, seen, os.listdir(feedback)]))")
    files = {**SUMS, **validator(look), "include/cpp/extra.h": "// more\n",
             "data/secret/test_group.yaml": ASKS + "static_validator_args: [one, two words, '']\n"}
    _, jury = judged("looks", files, CPP, "cpp20")
    assert jury["verdict"] == "AC", jury
    static, = [t for t in jury["tests"] if t["static_validation"]]
    language, entry, feedback, more, seen, beside = json.loads(static["jury_message"])
    assert (language, entry, more) == ("cpp", "main.cpp", ["one", "two words"]) and feedback.endswith("/")
    assert set(seen) == {"main.cpp", "extra.h", "program"} and seen["main.cpp"] == len(CPP) and seen["program"] > 10000
    assert beside == ["submission"]
    _, jury = judged.again("looks")
    static, = [t for t in jury["tests"] if t["static_validation"]]
    language, entry, _, _, seen, _ = json.loads(static["jury_message"])
    assert (language, entry, seen["main.py"]) == ("python3", "main.py", len(PYTHON)) and "extra.h" not in seen


def test_a_source_that_is_refused_need_not_run(judged):
    files = {**SUMS, **validator("say('judgemessage.txt', 'for the jury')\nsay('teammessage.txt', 'for you')\nsys.exit(43)"),
             "data/secret/test_group.yaml": ASKS}
    mine, jury = judged("refuses", files)
    assert (mine["verdict"], mine["n_tests"], mine["n_ended"]) == ("WA", 4, 2)
    sample, static, *rest = mine["tests"]
    assert sample["verdict"] == "AC" and static["verdict"] == "WA" and [t["verdict"] for t in rest] == [None, None]
    assert static["message"] == "for you" and static["jury_message"] is None and static["path"] is None
    assert static["static_validation"] and not sample["static_validation"] and static["cpu_ms"] is None
    assert jury["tests"][1]["jury_message"] == "for the jury" and jury["tests"][1]["path"] == "secret/(static)"


@pytest.mark.parametrize("name, body, why", [
    ("crashes", "os.abort()", "signal 6"),
    ("odd", "sys.exit(0)", "ended with status 0"),
    ("raises", "print(1 // 0)", "ZeroDivisionError"),
    ("scores", "say('score.txt', '1')", "nothing is scored"),
    ("spins", "while True: pass", "longer than 1000 ms"),
])
def test_whose_fault_it_is(site, judged, name, body, why):
    files = {**SUMS, **validator(body), "problem.yaml": HEAD.replace("time_limit: 2", "time_limit: 2, validation_time: 1"),
             "data/sample/test_group.yaml": ASKS}
    mine, jury = judged("static-" + name, files)
    assert mine["verdict"] == "JE" and mine["fault"] is None
    assert "test sample/(static): " in jury["fault"] and why in jury["fault"], jury["fault"]
    assert site.sql("SELECT n_tried FROM problem WHERE slug = %s", "static-" + name) == [(0,)], "it counts for nobody"


def test_one_that_does_not_compile(judged):
    mine, jury = judged("uncompiled", {**SUMS, "static_validator/check.cpp": "int main() { return x; }\n",
                                       "data/secret/test_group.yaml": ASKS})
    assert mine["verdict"] == "JE" and "the static validator does not compile" in jury["fault"]


def test_one_in_cpp_and_one_with_scripts(judged):
    cpp = ('#include <fstream>\n#include <string>\nint main(int, char **v) { std::ifstream f(v[2]); std::string s;'
           ' while (f >> s) if (s == "print(a") return 43; return 42; }\n')
    mine, _ = judged("in-cpp", {**SUMS, "static_validator/check.cpp": cpp, "data/secret/test_group.yaml": ASKS})
    assert mine["verdict"] == "WA"
    assert judged.again("in-cpp", PYTHON.replace("print(a", "print( a"))[0]["verdict"] == "AC"
    run = "#!/bin/sh\ngrep -q 'a + b' \"$2\" && exit 43\nexit 42\n"
    mine, _ = judged("in-sh", {**SUMS, "static_validator/run": run, "data/secret/test_group.yaml": ASKS})
    assert mine["verdict"] == "WA"
    assert judged.again("in-sh", PYTHON.replace("a + b", "b + a"))[0]["verdict"] == "AC"


SCORING = {**SUMS, "problem.yaml": HEAD + "type: scoring\n"}


@pytest.mark.parametrize("name, body, verdict, score", [
    ("whole", "", "AC", 100),
    ("half", "say('score_multiplier.txt', '0.5')", "AC", 85),
    ("own", "say('score.txt', '12.5')", "AC", 82.5),
    ("none", "sys.exit(43)", "AC", 70),
    ("much", "say('score.txt', '31')", "JE", None),
    ("both", "say('score.txt', '1')\nsay('score_multiplier.txt', '1')", "JE", None),
    ("rejected", "say('score.txt', '1')\nsys.exit(43)", "JE", None),
])
def test_scores(judged, name, body, verdict, score):
    files = {**SCORING, **validator(body), "data/secret/test_group.yaml": "static_validation_score: 30\n"}
    mine, _ = judged("score-" + name, files)
    assert (mine["verdict"], mine["score"]) == (verdict, score), mine


def test_the_jurys_solutions_are_held_against_it(site, folder):
    """What ships: groups with and without tests of their own, scores, and messages that labels ask for."""
    site.podium.cli("problem", "import", str(PROBLEMS / "starless"))
    sound, _, solutions = settled(site, "starless")
    assert {path: said for path, (outcome, said) in solutions.items() if outcome != 0} == {}
    assert sound and len(solutions) == 10
    site.sql("UPDATE problem SET visibility = 2 WHERE slug = 'starless'")
    result = site.judge("starless", "python3", "a, b = map(int, input().split())\nprint(a * b)\n")
    assert (result["verdict"], result["score"]) == ("AC", 80)
    assert [t["message"] for t in result["tests"] if t["message"]] == ["There is a * in your source.\n"]
    bring(site, folder, "unlabelled", {**SUMS, **validator("sys.exit(43)"), "data/secret/test_group.yaml": ASKS,
                                       "submissions/accepted/a.py": PYTHON})
    sound, _, solutions = settled(site, "unlabelled")
    assert not sound and "WA on test secret/(static)" in solutions["accepted/a.py"][1]


def test_another_static_validator_and_the_same_submissions(site, judged, folder):
    files = {**SUMS, **validator(""), "data/secret/test_group.yaml": ASKS}
    mine, _ = judged("changes", files)
    assert mine["verdict"] == "AC"
    before, = site.sql("SELECT v.data_hash FROM problem p JOIN problem_version v ON v.id = p.version_id WHERE p.slug = 'changes'")
    bring(site, folder, "changes", {**files, **validator("sys.exit(43)")}, "--into", "changes")
    after, = site.sql("SELECT v.data_hash FROM problem p JOIN problem_version v ON v.id = p.version_id WHERE p.slug = 'changes'")
    assert before != after
    site.podium.cli("rejudge", "make", "--problem", "changes", "--why", "the source counts")
    ((number,),) = site.sql("SELECT max(id) FROM rejudge")
    wait_until(lambda: site.sql("SELECT state FROM rejudge WHERE id = %s", number) == [(1,)], 60, "the rejudging")
    assert f"{mine['id']} changes python3 AC -> WA" in site.podium.cli("rejudge", "show", number).stdout


def test_a_problem_that_is_broken_does_not_hold_up_the_others(site, folder, judged):
    """Each of its submissions fails three times, more than a queue that asks somebody else would put up with."""
    judged("sound", {**SUMS, **validator(""), "data/secret/test_group.yaml": ASKS})
    bring(site, folder, "broken", {**SUMS, **validator("raise SystemExit(7)"), "data/secret/test_group.yaml": ASKS})
    site.sql("UPDATE problem SET visibility = 2 WHERE slug = 'broken'")
    sent = [site.send("broken", "python3", PYTHON) for _ in range(12)]
    for one in sent:
        site.await_result(one)
    assert {site.result(one)["verdict"] for one in sent} == {"JE"}
    assert site.sql("SELECT breaker_trips, paused_until FROM job_queue WHERE name = 'judge'") == [(0, None)]
    assert judged.again("sound")[0]["verdict"] == "AC"
