"""Problems verified by real judges (kinds problem.verify and problem.import): what the jury sent in is held against its label."""

import io
import zipfile

import pytest

from lab.process import TOP, wait_until

PROBLEMS = TOP / "tests" / "problems"
NAMES = sorted(path.name for path in PROBLEMS.iterdir() if path.is_dir())


def settled(site, slug, seconds=400):
    """Whether the problem was found sound, its time limit, and what came of each solution."""
    wait_until(lambda: site.sql("SELECT 1 FROM problem p JOIN problem_version v ON v.id = p.version_id WHERE p.slug = %s"
                                " AND v.state >= 2", slug), seconds, f"the verification of {slug}")
    (state, time_ms), = site.sql("SELECT v.state, v.time_ms FROM problem p JOIN problem_version v ON v.id = p.version_id"
                                 " WHERE p.slug = %s", slug)
    return state == 2, time_ms, {path: (outcome, said) for path, outcome, said in site.sql(
        "SELECT s.path, s.outcome, s.said FROM jury_solution s JOIN problem p ON p.version_id = s.version_id"
        " WHERE p.slug = %s", slug)}


@pytest.mark.parametrize("name", NAMES)
def test_problems_that_ship_are_sound(site, name):
    site.podium.cli("problem", "import", str(PROBLEMS / name))
    sound, _, solutions = settled(site, name)
    assert {path: said for path, (outcome, said) in solutions.items() if outcome != 0} == {}
    assert sound and len(solutions) >= 8
    assert site.podium.cli("problem", "status", name).stdout.endswith("\nsound\n")


def test_wrong_labels_make_a_problem_unsound(site, folder):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as z:
        for path, text in {
                "problem.yaml": "problem_format_version: 2025-09\nname: Odd\nuuid: 1\n",
                "statement/problem.en.md": "Print $n$.\n", "data/secret/1.in": "1\n", "data/secret/1.ans": "1\n",
                "submissions/accepted/a.py": "print(input())\n", "submissions/wrong_answer/right.py": "print(input())\n",
                "submissions/run_time_error/late.py": "print(0)\n", "submissions/accepted/other.scala": "object A\n"}.items():
            z.writestr(path, text)
    path = folder / "odd.zip"
    path.write_bytes(data.getvalue())
    path.chmod(0o644)
    site.podium.cli("problem", "import", str(path))
    sound, time_ms, solutions = settled(site, "odd")
    assert not sound and time_ms % 1000 == 0  # suggested
    assert solutions["accepted/a.py"][0] == 0
    assert solutions["wrong_answer/right.py"] == (1, "expected wrong answer: no test gave wrong answer")
    assert solutions["run_time_error/late.py"] == (
        1, "expected run-time error: WA on test secret/1, only accepted or run-time error is permitted")
    assert solutions["accepted/other.scala"][0] == 2
