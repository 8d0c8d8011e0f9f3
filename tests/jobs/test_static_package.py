"""Packages whose groups ask something of the source: what is read of them, what is refused, what is written again."""

import pytest

from lab.package import MINIMAL, packed, state_of

HEAD = MINIMAL["problem.yaml"]
PROGRAM = {"static_validator/validate.py": "exit(42)\n"}
GROUPS = {**{k: v for k, v in MINIMAL.items() if not k.startswith("data/")}, **PROGRAM,
          "data/sample/1.in": "1\n", "data/sample/1.ans": "1\n", "data/secret/a/1.in": "2\n", "data/secret/a/1.ans": "2\n"}


def paths_of(postgres, database, slug):
    return postgres.execute(database, "SELECT t.path, t.is_sample, t.validator_flags FROM problem p JOIN testcase t"
                            " ON t.version_id = p.version_id WHERE p.slug = %s ORDER BY t.ordinal", slug)


def again(podium, folder, slug):
    """Exported and imported as another problem, of that slug."""
    out = folder / "out"
    out.mkdir()
    out.chmod(0o777)
    podium.cli("problem", "export", slug, str(out / "again.zip"))
    podium.cli("problem", "import", str(out / "again.zip"))
    return "again"


def test_it_stands_before_the_paths_of_its_group(take_in, podium, folder, postgres, database):
    asks = "static_validation_score: pass-fail\n"
    status, said = take_in(packed({
        **GROUPS, "data/sample/test_group.yaml": asks, "data/secret/test_group.yaml": asks + "static_validator_args: [a b, c]\n",
        "data/secret/a/test_group.yaml": asks, "data/secret/b/test_group.yaml": asks}), "all.zip")
    assert (status, said) == (0, "all version 1\n")
    assert paths_of(postgres, database, "all") == [
        ("sample/(static)", False, ""), ("sample/1", True, None), ("secret/(static)", False, 'a\\ b c'),
        ("secret/a/(static)", False, ""), ("secret/a/1", False, None), ("secret/b/(static)", False, "")]
    assert postgres.execute(database, "SELECT path FROM problem_file WHERE role = 10") == [("static_validator/validate.py",)]
    before, after = (state_of(postgres, database, slug) for slug in ("all", again(podium, folder, "all")))
    assert before == after


def test_groups_with_scores(take_in, podium, folder, postgres, database):
    status, said = take_in(packed({
        **GROUPS, "problem.yaml": HEAD + "type: scoring\n", "data/sample/test_group.yaml": "static_validation_score: pass-fail\n",
        "data/secret/a/test_group.yaml": "score_aggregation: sum\nmax_score: 60\nstatic_validation_score: 25\n",
        "data/secret/b/test_group.yaml": "max_score: 40\nstatic_validation_score: pass-fail\n"}), "some.zip")
    assert (status, said) == (0, "some version 1\n")
    groups = dict(postgres.execute(database, "SELECT path, config FROM test_group"))
    assert groups["secret/a"]["static_validation_score"] == 25 and "static_validation_score" not in groups["secret/b"]
    before, after = (state_of(postgres, database, slug) for slug in ("some", again(podium, folder, "some")))
    assert before == after


SCORED = {**GROUPS, "problem.yaml": HEAD + "type: scoring\n"}


@pytest.mark.parametrize("files, line", [
    ({**GROUPS, "data/secret/test_group.yaml": "static_validation_score: 5\n"},
     "data/secret/test_group.yaml:1: static_validation_score is a number, but nothing in the group has a score"),
    ({**SCORED, "data/secret/a/test_group.yaml": "max_score: 9\nstatic_validation_score: 5\n"},
     "data/secret/a/test_group.yaml:2: static_validation_score is a number, but nothing in the group has a score"),
    ({**SCORED, "data/sample/test_group.yaml": "static_validation_score: 5\n"},
     "data/sample/test_group.yaml:1: static_validation_score is a number, but nothing in the group has a score"),
    ({**SCORED, "data/secret/a/test_group.yaml": "max_score: 9\nscore_aggregation: min\nstatic_validation_score: pass-fail\n"},
     "data/secret/a/test_group.yaml:3: static_validation_score is pass-fail, but the tests of the group have scores"),
    ({**SCORED, "data/secret/a/test_group.yaml": "max_score: 9\nscore_aggregation: sum\nstatic_validation_score: 10\n"},
     "data/secret/a/test_group.yaml:3: static_validation_score is more than the max_score of the group"),
    ({**SCORED, "data/secret/a/test_group.yaml": "max_score: 9\nscore_aggregation: sum\nstatic_validation_score: 1.5\n"},
     "data/secret/a/test_group.yaml:3: static_validation_score is neither pass-fail nor a whole number of 0 or more"),
    ({**GROUPS, "data/secret/test_group.yaml": "static_validator_args: [x]\n"},
     "data/secret/test_group.yaml:1: there is static_validator_args, but no static_validation_score"),
    ({**GROUPS, "data/test_group.yaml": "static_validation_score: pass-fail\n"},
     "data/test_group.yaml:1: a static validation belongs to sample, secret or a group"),
    ({k: v for k, v in {**GROUPS, "data/secret/test_group.yaml": "static_validation_score: pass-fail\n"}.items() if k not in PROGRAM},
     "data/secret/test_group.yaml:1: there is no static_validator that could give this score"),
])
def test_what_cannot_be(take_in, files, line):
    status, said = take_in(packed(files))
    assert status == 1 and f"error: {line}\n" in said, said


def test_one_that_nobody_asks(take_in):
    status, said = take_in(packed(GROUPS))
    assert status == 0
    assert "warning: static_validator: no test_group.yaml has a static_validation_score, so it is never run" in said
