"""The catalogue's statements among many problems: the plan for any argument too must not read all of them. PostgreSQL
turns to it after the fifth time on a connection, so that what is tried once by hand does not show it."""

import contextlib

import pytest

from lab import problem_set
from lab.statement import statement

PROBLEMS = 5_000
FILTERS = [([], None, None, None), (["dp"], None, None, None), ([], "ICPC", None, None), ([], None, 3, 3), ([], None, 2, 5)]
WORDS = ["graph", "castle market", "graph -tree", '"graph tree"']


@pytest.fixture(scope="module")
def catalogue(postgres):
    name = postgres.create_database("podium_template", "podium_owner")
    with contextlib.closing(postgres.connect(name)) as connection, connection.cursor() as cursor:
        problem_set.fill(cursor, PROBLEMS)
        cursor.execute("INSERT INTO problem_progress SELECT 1, id, 1, now(), CASE WHEN id % 3 > 0 THEN now() END FROM problem"
                       " WHERE id % 100 = 7")
        cursor.execute("VACUUM ANALYZE")
        yield cursor
    postgres.drop_database(name)


def reads(node, tables):
    """How many rows of these a plan looked at, its parts' included."""
    own = 0
    if node.get("Relation Name") in tables:
        own = node["Actual Loops"] * sum(node.get(k, 0) for k in ("Actual Rows", "Rows Removed by Filter",
                                                                  "Rows Removed by Index Recheck"))
    return own + sum(reads(part, tables) for part in node.get("Plans", ()))


def questions():
    """(statement, :each, arguments), each kind of question that the pages ask."""
    for i in range(3):
        for narrowed in FILTERS:
            yield "problem_list", i, (*narrowed, None, 500, 501, 0)
            yield "problem_list", i, (*narrowed, 1, 500, 501, 0)
    for words in WORDS:
        for narrowed in FILTERS:
            each = 2 * ('"' in words) + (narrowed[0] != [] or narrowed[1] is not None or narrowed[2] is not None and
                                         narrowed[2] == narrowed[3])
            yield "problem_hits", each, (words, *narrowed, None, 500)
            yield "problem_hits", each, (words, *narrowed, 1, 500)
            yield "problem_list_tried", None, (words, *narrowed, 1, True, -1, 500, 0)
    for start in ("gr", "cas", "zz"):
        yield "problem_suggest", None, (start, f"'{start}':*", 8)
    ids = list(range(101, 601))
    yield "problem_cards", None, (ids[:50], "graph")
    yield "problem_progress_of", None, (1, ids[:50])
    yield "problem_progress_sum_of", None, (1, ids)


@pytest.mark.parametrize("mode", ["force_generic_plan", "force_custom_plan"])
def test_no_question_reads_all_problems(catalogue, mode):
    catalogue.execute(f"SET plan_cache_mode = {mode}")
    for name, each, arguments in questions():
        text, types = statement("problem_search", name, each)
        catalogue.execute(f"PREPARE asked ({', '.join(types)}) AS {text}")
        catalogue.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked ({', '.join(['%s'] * len(types))})", arguments)
        n = reads(catalogue.fetchone()[0][0]["Plan"], ("problem", "problem_text"))
        catalogue.execute("DEALLOCATE asked")
        assert n < PROBLEMS * 0.55, f"{name} {each} {arguments} looked at {n} rows"  # what most have is in almost half of all
