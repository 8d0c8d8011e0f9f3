"""Problems verified by real judges (kinds problem.verify and problem.import): what the jury sent in is held against its label."""

import zipfile

import pytest

from lab.package import NAMES, PROBLEMS, bring, settled
from lab.process import wait_until



@pytest.fixture(scope="module")
def shipped(site):
    """All at once, so that judges that wait for one of them work on another."""
    site.podium.cli("problem", "import", *(str(PROBLEMS / name) for name in NAMES))


@pytest.mark.parametrize("name", NAMES)
def test_problems_that_ship_are_sound(site, shipped, name):
    sound, _, solutions = settled(site, name)
    assert {path: said for path, (outcome, said) in solutions.items() if outcome != 0} == {}
    assert sound and len(solutions) >= 5
    assert site.podium.cli("problem", "status", name).stdout.endswith("\nsound\n")


def test_members_do_not_wait_for_the_jury(site, shipped):
    settled(site, NAMES[0])
    assert site.sql("SELECT DISTINCT j.priority FROM judging j JOIN submission s ON s.id = j.submission_id"
                    " WHERE s.solution_id IS NOT NULL AND j.rejudge_id IS NULL") == [(20,)]


def test_wrong_labels_make_a_problem_unsound(site, folder):
    bring(site, folder, "odd", {
        "problem.yaml": "problem_format_version: 2025-09\nname: Odd\nuuid: 1\n",
        "statement/problem.en.md": "Print $n$.\n", "data/secret/1.in": "1\n", "data/secret/1.ans": "1\n",
        "submissions/accepted/a.py": "print(input())\n", "submissions/wrong_answer/right.py": "print(input())\n",
        "submissions/time_limit_exceeded/waits.py": "import time\ntime.sleep(99)\n",
        "submissions/run_time_error/late.py": "print(0)\n", "submissions/accepted/other.scala": "object A\n"})
    sound, time_ms, solutions = settled(site, "odd")
    assert not sound and time_ms % 1000 == 0  # suggested
    assert solutions["accepted/a.py"][0] == 0
    assert solutions["wrong_answer/right.py"] == (1, "expected wrong answer: no test gave wrong answer")
    assert solutions["run_time_error/late.py"] == (
        1, "expected run-time error: WA on test secret/1, only accepted or run-time error is permitted")
    assert solutions["accepted/other.scala"][0] == 2
    outcome, said = solutions["time_limit_exceeded/waits.py"]
    assert outcome == 0 and said.startswith("time limit exceeded, ") and "less than" not in said, "no fault of the limit's"


ODD = {"problem.yaml": "problem_format_version: 2025-09\nname: Odd\nuuid: 1\nlimits: {time_limit: 5}\n",
       "statement/problem.en.md": "Print $n$.\n", "submissions/accepted/a.py": "print(input())\n",
       **{f"data/secret/{i}.{x}": f"{i}\n" for i in (1, 2, 3) for x in ("in", "ans")}}


def test_labels_may_speak_of_tests_behind_the_first_failure(site, folder):
    bring(site, folder, "behind", {
        **ODD, "submissions/mixed/odd.py": "n = input()\nif n == '2': exit(3)\nprint(n if n == '3' else 0)\n",
        "submissions/mixed/never.py": "print(input() == '3')\n",
        "submissions/submissions.yaml": "mixed:\n  permitted: [AC, WA, RTE]\n  required: [RTE]\n"
                                        "mixed/odd.py:\n  secret/3:\n    required: [AC]\n"})
    sound, _, solutions = settled(site, "behind")
    assert not sound and solutions["mixed/odd.py"][0] == 0, solutions
    assert solutions["mixed/never.py"] == (1, "expected run-time error: no test gave run-time error")


def test_only_tests_that_may_not_be_too_slow_bound_the_limit(site, folder):
    """A label of one group says nothing about the time that the tests of another take."""
    slow = "import time\nn, t = input(), time.process_time()\nwhile n == '2' and time.process_time() - t < 2.2: pass\nprint(n)\n"
    bring(site, folder, "partslow", {
        **{k: v for k, v in ODD.items() if "data/" not in k}, "problem.yaml": ODD["problem.yaml"].replace("limits: {time_limit: 5}\n", ""),
        **{f"data/secret/g{i}/{i}.{x}": f"{i}\n" for i in (1, 2) for x in ("in", "ans")},
        **{f"data/secret/g{i}/test_group.yaml": "" for i in (1, 2)}, "submissions/mixed/slow.py": slow,
        "submissions/submissions.yaml": "mixed/slow.py:\n  secret/g1: {permitted: [AC]}\n"
                                        "  secret/g2: {permitted: [AC, TLE], required: [TLE]}\n"})
    sound, time_ms, solutions = settled(site, "partslow")
    assert sound and time_ms <= 2000, (time_ms, solutions)


def test_a_language_that_no_judge_has_holds_nobody_up(site, folder):
    absent = site.sql("SELECT language, name, extension FROM judge_language WHERE NOT is_there AND for_members"
                      " AND extension NOT IN (SELECT extension FROM judge_language WHERE is_there)")
    if not absent:
        pytest.skip("the judge has all languages")
    _, name, extension = absent[0]
    bring(site, folder, "absent", {**ODD, f"submissions/accepted/b.{extension}": "x\n"})
    sound, _, solutions = settled(site, "absent")
    assert sound and solutions[f"accepted/b.{extension}"] == (2, f"no judge has {name}") and solutions["accepted/a.py"][0] == 0


def test_a_label_holds_in_any_language_that_the_package_may_mean(site, folder):
    name = "import sys\nassert sys.implementation.name == '{}'\nprint(input())\n"
    old = '#if __cplusplus > 201703L\n#error\n#endif\n#include <cstdio>\nint main() { int n; scanf("%d", &n); printf("%d\\n", n); }\n'
    bring(site, folder, "meant", {
        **ODD, "output_validator/check.cc": old.replace('printf("%d\\n", n);', "return n < 4 ? 42 : 43;"),
        "submissions/accepted/quick.py": name.format("pypy"), "submissions/accepted/plain.py": name.format("cpython"),
        "submissions/accepted/old.cpp": old, "submissions/run_time_error/jython.py": name.format("jython")})
    sound, _, solutions = settled(site, "meant")
    assert {path: said for path, (outcome, said) in solutions.items() if outcome != 0} == {} and sound


CHECKER = """#include "testlib.h"
int main(int argc, char **argv) {
\tint out = 0, answer = 0;
\tFILE *o = fopen(argv[2], "r"), *a = fopen(argv[3], "r");
\treturn argc == 4 && fscanf(o, "%d", &out) == 1 && fscanf(a, "%d", &answer) == 1 && out == answer ? 0 : 1;
}
"""
PLUS = '<?xml version="1.0"?>\n<problem short-name="plus"><names><name language="english" value="Plus"/></names><judging><testset name="tests">' \
       '<time-limit>5000</time-limit><memory-limit>268435456</memory-limit><input-path-pattern>tests/%02d</input-path-pattern>' \
       '<answer-path-pattern>tests/%02d.a</answer-path-pattern><tests><test sample="true"/><test/></tests></testset></judging><assets>' \
       '<checker type="testlib"><source path="files/check.cpp"/></checker><solutions><solution tag="main"><source path="solutions/ok.py"/>' \
       '</solution><solution tag="wrong-answer"><source path="solutions/bad.py"/></solution></solutions></assets></problem>'


def test_what_a_package_of_polygon_is_written_as(site, folder):
    """Its checker ends as testlib has it; in the package that it is exported as, a script says the same in the format's way."""
    bring(site, folder, "plus", {
        "problem.xml": PLUS, "files/check.cpp": CHECKER, "files/testlib.h": "#include <cstdio>\n",
        "statement-sections/english/legend.tex": "Add.\n", "solutions/ok.py": "print(sum(map(int, input().split())))\n",
        "solutions/bad.py": "print(3)\n", "tests/01": "1 2\n", "tests/01.a": "3\n", "tests/02": "3 4\n", "tests/02.a": "7\n"})
    out = folder / "out"
    out.mkdir()
    out.chmod(0o777)
    site.podium.cli("problem", "export", "plus", str(out / "legacyplus.zip"))
    with zipfile.ZipFile(out / "legacyplus.zip") as z:
        assert z.getinfo("output_validators/checker/run").external_attr >> 16 & 0o111
    site.podium.cli("problem", "import", str(out / "legacyplus.zip"))
    for slug, kind in (("plus", 2), ("legacyplus", 1)):
        sound, _, solutions = settled(site, slug)
        assert sound and {path: outcome for path, (outcome, _) in solutions.items()} == {"accepted/ok.py": 0, "wrong_answer/bad.py": 0}
        assert site.sql("SELECT validator FROM problem_version v JOIN problem p ON p.version_id = v.id WHERE p.slug = %s", slug) == [(kind,)]


def test_solutions_of_polygon_that_get_some_of_the_points(site, folder):
    """A tag speaks of tests there, and a test that fails leaves the points of the others."""
    groups = "".join(f'<group name="{name}" points-policy="complete-group"/>' for name in "ab")
    tags = {"ok": "main", "bad": "wrong-answer", "crash": "failed", "some": "rejected", "late": "time-limit-exceeded-or-accepted", "wrong": "wrong-answer"}
    solutions = "".join(f'<solution tag="{tag}"><source path="solutions/{name}.py"/></solution>' for name, tag in tags.items())
    xml = PLUS.replace("<test/>", '<test group="a" points="40"/><test group="b" points="60"/>').replace("<tests>", f"<groups>{groups}</groups><tests>")
    xml = xml[:xml.index("<solution ")] + solutions + xml[xml.index("</solutions>"):]
    sums = "a, b = map(int, input().split())\n{}print(a + b)\n"
    bring(site, folder, "parts", {
        "problem.xml": xml.replace('"plus"', '"parts"'), "files/check.cpp": '#include "mine.h"\n' + CHECKER, "files/testlib.h": "#include <cstdio>\n",
        "files/mine.h": "\n", "statement-sections/english/legend.tex": "Add.\n", **{f"solutions/{name}.py": sums.format("") for name in tags},
        "solutions/bad.py": sums.format("a += a == 5\n"), "solutions/crash.py": sums.format("1 // (a - 5)\n"), "solutions/some.py": sums.format("b -= a > 1\n"),
        "tests/01": "1 2\n", "tests/01.a": "3\n", "tests/02": "3 4\n", "tests/02.a": "7\n", "tests/03": "5 6\n", "tests/03.a": "11\n"})
    sound, _, found = settled(site, "parts")
    assert not sound and {path: said for path, (outcome, said) in found.items() if outcome != 0} == {
        "wrong_answer/wrong.py": "expected wrong answer: no test gave wrong answer"}
    assert found["wrong_answer/bad.py"][1].startswith("accepted, score 40"), found


GRADER = """import sys
lines = [line.split() for line in sys.stdin]
good = sum(verdict == 'AC' for verdict, _ in lines)
factor = int(sys.argv[1]) if len(sys.argv) > 1 else 1
print('AC' if good else 'WA', factor * good * good)
"""
READS = "import sys\nwords = sys.stdin.read().split()\nsys.exit(42 if {} else 43)\n"


def test_graders_and_several_validators_of_a_legacy_package(site, folder):
    """The group's score is what the package's own grader makes of it; every one of the validators has to accept."""
    echo = "print(input(), 'end')\n"
    bring(site, folder, "graded", {
        "problem.yaml": "name: Graded\ntype: scoring\nvalidation: custom\nlimits: {time_limit: 5}\n",
        "problem_statement/problem.en.tex": "\\problemname{Graded}\nPrint $n$.\n",
        "data/testdata.yaml": "on_reject: continue\nrange: 0 1000\ngrader_flags: ignore_sample\n",
        "data/secret/testdata.yaml": "on_reject: continue\ngrading: custom\ngrader_flags: 10\n",
        **{f"data/sample/{i}.{x}": f"{i}\n" for i in (1,) for x in ("in", "ans")},
        **{f"data/secret/{i}.{x}": f"{i}\n" for i in (1, 2, 3) for x in ("in", "ans")},
        "graders/grade.py": GRADER,
        "output_validators/first.py": READS.format("words[0] == open(sys.argv[2]).read().strip()"),
        "output_validators/second/check.py": READS.format("words[-1] == 'end'"),
        "submissions/accepted/all.py": echo,
        "submissions/mixed/two.py": "# @EXPECTED_RESULTS@: ACCEPTED\n# @EXPECTED_SCORE@: 40\n"
                                    "n = input()\nprint(n if n != '2' else 0, 'end')\n",
        "submissions/mixed/one.py": "# @EXPECTED_SCORE@: 10\nn = input()\nprint(n, 'end' if n == '3' else 'End')\n",
        "submissions/wrong_answer/first.py": "print(0, 'end')\n", "submissions/wrong_answer/second.py": "print(input())\n"})
    sound, _, solutions = settled(site, "graded")
    assert {path: said for path, (outcome, said) in solutions.items() if outcome != 0} == {} and sound
    assert solutions["accepted/all.py"][1].startswith("accepted, score 90,")


@pytest.mark.parametrize("grader, says", [
    ("print('AC')", "a grader said"), ("import sys; sys.exit(3)", "a grader ended with status 3"),
    ("print(", "the grader does not compile")])
def test_a_grader_that_fails_is_the_judges_fault(site, folder, grader, says):
    name = f"broken{len(grader)}"
    bring(site, folder, name, {
        "problem.yaml": "name: Broken\ntype: scoring\nlimits: {time_limit: 5}\n",
        "problem_statement/problem.en.tex": "\\problemname{Broken}\nPrint $n$.\n",
        "data/testdata.yaml": "grading: custom\n", "data/secret/1.in": "1\n", "data/secret/1.ans": "1\n",
        "graders/grade.py": grader, "submissions/accepted/all.py": "print(input())\n"})
    sound, _, solutions = settled(site, name)
    assert not sound and solutions["accepted/all.py"][0] == 2 and says in solutions["accepted/all.py"][1]


def test_files_put_beside_submissions_and_scores_that_are_shares(site, folder):
    """A driver of the package's starts what was sent in; folders without test_group.yaml are no groups."""
    half = ("import sys\nsame = sys.stdin.read().split() == open(sys.argv[2]).read().split()\n"
            "open(sys.argv[3] + 'score_multiplier.txt', 'w').write('0.5') if same else 0\nsys.exit(42 if same else 43)\n")
    bring(site, folder, "driven", {
        "problem.yaml": "problem_format_version: 2025-09\nname: Driven\nuuid: 2\ntype: scoring\nlimits: {time_limit: 5}\n",
        "statement/problem.en.md": "Write `f`.\n",
        "data/secret/test_group.yaml": "max_score: 80\nscore_aggregation: sum\n",
        **{f"data/secret/{path}.{x}": "4\n" if x == "in" else "8\n" for path in ("1", "deep/2") for x in ("in", "ans")},
        "output_validator/validate.py": half,
        "include/cpp/main.cpp": '#include "f.h"\n#include <cstdio>\nint main() { int n; scanf("%d", &n); printf("%d\\n", f(n)); }\n',
        "include/cpp/f.h": "int f(int);\n", "include/python3/helper.py": "def twice(n): return 2 * n\n",
        "include/java/Helper.java": "public class Helper { public static int twice(int n) { return 2 * n; } }\n",
        "submissions/accepted/f.cpp": '#include "f.h"\nint f(int n) { return 2 * n; }\n',
        "submissions/accepted/solution.py": "from helper import twice\nprint(twice(int(input())))\n",
        "submissions/accepted/solution.java": "public class Sol { public static void main(String[] x) { System.out.println("
                                              "Helper.twice(new java.util.Scanner(System.in).nextInt())); } }\n",
        "submissions/submissions.yaml": "accepted:\n  score: 40\n"})
    sound, _, solutions = settled(site, "driven")
    assert {path: said for path, (outcome, said) in solutions.items() if outcome != 0} == {} and sound
    problem, = site.sql("UPDATE problem SET visibility = 2 WHERE slug = 'driven' RETURNING id")[0]
    sent = site.judge(problem, "cpp20", 'int f(int n) { return n + 4; }\n')  # its name is the driver's
    assert (sent["verdict"], sent["score"]) == ("AC", 40), sent


def test_files_of_the_program_lie_where_it_works(site, folder):
    """Those of its own folder and those that the package puts beside it; what the test brings wins."""
    reads = "import sys\nprint(*(open(name).read().strip() for name in ('own.txt', 'all.txt', 'test.txt')))\n"
    c = '#include <stdio.h>\nint main() { char s[9]; return scanf("%*s") + (fscanf(fopen("all.txt", "r"), "%8s", s) != 1) || !puts(s); }\n'
    files = {k: v for k, v in ODD.items() if "data/" not in k and "submissions/" not in k}
    bring(site, folder, "beside", {
        **files, "include/default/all.txt": "all\n", "include/default/test.txt": "not this\n",
        "data/secret/1.in": "1\n", "data/secret/1.ans": "own all test\n", "data/secret/1.files/test.txt": "test\n",
        "submissions/accepted/dir/main.py": reads, "submissions/accepted/dir/own.txt": "own\n"})
    bring(site, folder, "besidec", {**files, "include/default/all.txt": "all\n", "data/secret/1.in": "1\n", "data/secret/1.ans": "all\n",
                                    "submissions/accepted/a.c": c, "submissions/accepted/b.py": "print(open('all.txt').read())\n"})
    for slug in ("beside", "besidec"):
        sound, _, solutions = settled(site, slug)
        assert sound, solutions


def test_a_verification_that_comes_to_no_end_says_why_and_can_be_asked_for_again(site):
    """problem.verify that is given up hands over to problem.verify_over."""
    site.podium.cli("problem", "import", str(PROBLEMS / "ropeway"))
    for slug, in site.sql("SELECT slug FROM problem WHERE slug LIKE 'ropeway%'"):
        settled(site, slug)
    there = [l for l, in site.sql("SELECT language FROM judge_language WHERE is_there")]
    site.sql("UPDATE judge_language SET is_there = false")
    site.podium.cli("problem", "verify", "ropeway")

    def state():
        return site.sql("SELECT state, verify_said FROM problem p JOIN problem_version v ON v.id = p.version_id"
                        " WHERE slug = 'ropeway'")[0]

    def given_up():
        """Its many attempts are not waited for."""
        site.sql("UPDATE job_later SET attempt = 29, run_at = now() WHERE kind = 'problem.verify'")
        return state()[0] != 1
    wait_until(given_up, 60, "the end of the attempts")
    assert state() == (0, "temporary: no judge has said yet what it can judge")
    site.sql("UPDATE judge_language SET is_there = language = ANY (%s)", there)
    done = site.podium.cli("problem", "verify", "ropeway", "--wait", check=False)
    assert done.stdout.endswith("sound\n") and state()[0] in (2, 3) and state()[1] == ""
