"""Sent in, built, run and told: the way of a submission through judge.build and judge.run."""

import time

import pytest

from lab.judging import CPP, PYTHON, SUM
from lab.process import wait_until


@pytest.fixture(scope="module")
def sums(site):
    return site.problem("sum", SUM)


@pytest.mark.parametrize("language, source, verdict, ended", [
    ("cpp20", CPP, "AC", 10),
    ("python3", PYTHON, "AC", 10),
    ("python3", PYTHON.replace("a + b", "a + b + (a > 3)"), "WA", 4),
    ("python3", "while True: pass\n", "TLE", 1),
    ("python3", PYTHON + "raise SystemExit(a > 2)\n", "RE", 3),
    ("cpp20", "int main() { return x; }\n", "CE", 0),
    ("cpp20", "#include <bits/stdc++.h>\nint main() { std::vector<char> v(1 << 30, 1); return v[5] - 1; }\n", "MLE", 1),
    ("python3", "print('y' * 20000000)\n", "OLE", 1),
])
def test_verdicts(site, sums, language, source, verdict, ended):
    result = site.judge(sums, language, source)
    if verdict == "MLE" and result["verdict"] == "RE":
        verdict = "RE"  # where no control group counts memory, the program is refused some and ends itself
    assert (result["verdict"], result["n_ended"]) == (verdict, ended), result
    assert result["state"] == "finished" and result["ended_at"]
    if verdict == "CE":
        assert "x" in result["build_text"] and not result["tests"]
    else:
        assert [t["verdict"] for t in result["tests"]][:ended] == ["AC"] * (ended - (verdict != "AC")) + \
            ([verdict] if verdict != "AC" else [])
        assert all(t["verdict"] is None for t in result["tests"][ended:])


def settled(site, submission):
    """What became of it, and how often it was told."""
    return site.sql("SELECT j.verdict, j.fault, (SELECT count(*) FROM event e WHERE e.scope = 'submission:' || s.public_id"
                    " AND e.kind = 'judgement') FROM submission s JOIN judging j ON j.id = s.judging_id WHERE s.public_id = %s",
                    submission)[0]


def test_a_job_that_fails_for_good_is_no_fault_of_the_contestant(site, sums):
    """judge.build that is given up hands over to judge.given_up, which says JE, with the reason for the jury only."""
    site.podium.cli("job", "pause", "judge")
    time.sleep(1.5)  # until every runner has seen it
    submission = site.send(sums, "python3", PYTHON)
    site.sql("UPDATE job SET attempt = 12 WHERE kind = 'judge.build' AND runner IS NULL")
    site.podium.cli("job", "resume", "judge")
    site.await_result(submission)
    verdict, fault, told = settled(site, submission)
    assert verdict == 8 and "every run ended with the loss of its runner" in fault and told == 1
    assert site.result(submission)["fault"] is None
    assert site.admin().ask(f"/api/v1/submissions/{submission}/result").json()["fault"] == fault
    assert site.sql("SELECT n_tried, n_solved FROM problem WHERE slug = 'sum'") != []


BAD_VALIDATOR = "import sys\nsys.exit(3)\n"


def test_a_validator_that_fails_is_tried_again_and_then_shown_to_the_jury(site):
    problem = site.problem("broken", SUM, validator={"name": "check.py", "text": BAD_VALIDATOR})
    submission = site.send(problem, "python3", PYTHON)
    site.await_result(submission)
    verdict, fault, told = settled(site, submission)
    assert verdict == 8 and told == 1 and "sample/0000" in fault, fault


def test_the_same_source_is_built_once(site, sums):
    source = CPP + "// once\n"
    site.judge(sums, "cpp20", source)
    before = site.sql("SELECT count(*) FROM judge_artifact")
    assert site.judge(sums, "cpp20", source)["verdict"] == "AC"
    assert site.sql("SELECT count(*) FROM judge_artifact") == before


def test_what_has_decided_is_kept(site, sums):
    """Versions of problem, data, compiler and box, and the limits; also where the program had been built before."""
    source = CPP + "// kept\n"
    kept = [site.admin().ask(f"/api/v1/submissions/{site.judge(sums, 'cpp20', source)['id']}/result").json() for _ in range(2)]
    for result in kept:
        assert result["version"] == 1 and len(result["data_hash"]) == 64 and "g++" in result["compiler"]
        assert result["box"].startswith("podium-box") and result["host"]
        (limits,) = site.sql("SELECT time_ms, memory_mib FROM problem_version WHERE problem_id = %s", sums)
        assert (result["time_limit_ms"], result["memory_limit_mib"]) == limits
    assert site.result(kept[0]["id"])["time_limit_ms"] is None, "that is for the jury"


def test_a_program_of_many_megabytes(site, sums):
    """More than is kept for all judges: it is judged all the same, by every worker that takes a share, and again."""
    source = CPP.replace("int main() {", "int a[3 << 20] = {1};\nint main() { if (a[rand() % 3] > 1) return 1;")
    for again in ("", "// again\n"):
        result = site.judge(sums, "cpp20", source + again, seconds=120)
        assert (result["verdict"], result["n_ended"]) == ("AC", 10), result
    assert site.sql("SELECT max(size) FROM judge_artifact")[0][0] < 12 << 20


def test_what_a_secret_test_is_about_stays_secret(site):
    problem = site.problem("differs", SUM)
    source = PYTHON.replace("a + b", "a + b if a < 3 else 77")
    result = site.judge(problem, "python3", source)
    failed = result["tests"][2]
    assert result["verdict"] == "WA" and failed["verdict"] == "WA"
    assert not any(failed[k] for k in ("difference", "output", "errors", "path", "jury_message"))
    seen = site.admin().ask(f"/api/v1/submissions/{result['id']}/result").json()["tests"][2]
    assert "77" in seen["difference"] and "7" in seen["difference"] and seen["path"] == "secret/0002"


def test_many_tests_are_shared_out(site):
    """A long judging wakes idle workers: several jobs take its tests, and the verdict is that of the first bad test. A
    worker that finds no processor, because other judges have them, stays away."""
    spin = "import time\na, b = map(int, input().split())\nt = time.process_time()\nwhile time.process_time() < t + 0.05: pass\n"
    problem = site.problem("long", [(f"{a} 1\n", f"{a + 1}\n") for a in range(60)], time_ms=5000)

    def workers():
        result = site.judge(problem, "python3", spin + "print(a + b)\n")
        assert result["verdict"] == "AC" and result["n_ended"] == 60
        return site.sql("SELECT count(DISTINCT taken_by) FROM judging_run r JOIN submission s USING (judging_id)"
                        " WHERE s.public_id = %s", result["id"])[0][0]
    assert any(workers() > 1 for _ in range(8))
    result = site.judge(problem, "python3", spin + "print(a + b if a not in (31, 33, 59) else 0)\n")
    assert (result["verdict"], result["n_ended"]) == ("WA", 32)
    assert [t["verdict"] for t in result["tests"]] == ["AC"] * 31 + ["WA"] + [None] * 28


def test_statistics_count_members_once(site):
    problem = site.problem("counted", SUM)
    for source in (PYTHON.replace("+", "-"), PYTHON, PYTHON):
        site.judge(problem, "python3", source)
    site.judge(problem, "python3", PYTHON.replace("+", "-"), who="bob")
    assert site.sql("SELECT n_tried, n_solved FROM problem WHERE id = %s", problem) == [(2, 1)]


def test_the_source_goes_with_the_version_it_was_judged_by(site):
    """A new version of the data changes what a rejudging would say, previewed first, then applied or dropped whole."""
    problem = site.problem("moving", SUM)
    good, bad = site.judge(problem, "python3", PYTHON), site.judge(problem, "python3", PYTHON.replace("a + b", "a - b"))
    assert (good["verdict"], bad["verdict"]) == ("AC", "WA")
    site.problem("moving", [(f"{a} 1\n", f"{a - 1}\n") for a in range(2, 9)], replace=problem)

    def rejudge():
        site.podium.cli("rejudge", "make", "--problem", "moving", "--why", "the data were wrong")
        ((number,),) = site.sql("SELECT max(id) FROM rejudge")
        wait_until(lambda: site.sql("SELECT state FROM rejudge WHERE id = %s", number) == [(1,)], 60, "the rejudging")
        return number
    number = rejudge()
    shown = site.podium.cli("rejudge", "show", number).stdout
    assert "ready: 2 of 2 judged, 2 changed" in shown
    assert f"{good['id']} moving python3 AC -> WA" in shown and f"{bad['id']} moving python3 WA -> AC" in shown
    assert site.result(good["id"])["verdict"] == "AC"
    site.podium.cli("rejudge", "drop", number)
    assert site.result(good["id"])["verdict"] == "AC"
    assert "dropped already" in site.podium.cli("rejudge", "apply", number, check=False).stderr
    number = rejudge()
    site.podium.cli("rejudge", "apply", number)
    site.sql("SELECT pg_sleep(1.1)")  # what a process remembers for itself
    assert (site.result(good["id"])["verdict"], site.result(bad["id"])["verdict"]) == ("WA", "AC")
    assert site.sql("SELECT n_tried, n_solved FROM problem WHERE id = %s", problem) == [(1, 1)]
    assert "applied: 2 of 2" in site.podium.cli("rejudge", "list").stdout


def test_contests_come_first_then_members_then_rejudges(site, sums):
    """Whoever waits is told why, and for how many others; jobs are taken in that order too (tests/jobs/test_run.py)."""
    site.judge(sums, "python3", PYTHON + "# rejudged\n")
    site.podium.cli("job", "pause", "judge")
    time.sleep(1.5)  # until every runner has seen it
    site.podium.cli("rejudge", "make", "--problem", "sum", "--why", "to see the order")
    wait_until(lambda: site.sql("SELECT count(*) > 0 FROM judging WHERE priority = 20 AND state = 0")[0][0], 60, "rejudges wait")
    ordinary, urgent = (site.send(sums, "python3", f"{PYTHON}# {n}\n") for n in ("ordinary", "contest"))
    site.sql("UPDATE judging SET priority = 0 WHERE id = (SELECT judging_id FROM submission WHERE public_id = %s)", urgent)
    site.sql("UPDATE job SET priority = 0 WHERE payload::json->>'judging' ="
             " (SELECT judging_id::text FROM submission WHERE public_id = %s)", urgent)
    assert [site.result(s)["ahead"] for s in (urgent, ordinary)] == [0, 1]
    assert "paused" in site.result(ordinary)["waiting_for"]
    site.podium.cli("job", "resume", "judge")
    wait_until(lambda: not site.sql("SELECT 1 FROM judging WHERE state < 3 LIMIT 1"), 120, "all of them")
