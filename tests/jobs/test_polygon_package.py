"""Packages of Polygon: what is read of them, what it becomes here, and what it is written as again."""

import re
import subprocess
import zipfile

import pytest

from lab.package import packed


POLYGON = {
    "problem.xml": '<?xml version="1.0" encoding="utf-8"?>\n<problem short-name="a-plus-b" url="https://example.org/p"><names>'
                   '<name language="english" value="A plus B"/></names><judging><testset name="tests"><time-limit>1500'
                   '</time-limit><memory-limit>268435456</memory-limit><input-path-pattern>tests/%02d</input-path-pattern>'
                   '<answer-path-pattern>tests/%02d.a</answer-path-pattern><tests><test method="manual" sample="true"/>'
                   '<test method="manual"/></tests></testset></judging><assets><checker name="std::ncmp.cpp" type="testlib">'
                   '<source path="files/check.cpp" type="cpp.g++17"/></checker><solutions><solution tag="main"><source '
                   'path="solutions/ok.cpp" type="cpp.g++17"/></solution><solution tag="wrong-answer"><source '
                   'path="solutions/bad.py" type="python.3"/></solution></solutions></assets><tags><tag value="math"/></tags>'
                   '</problem>',
    "files/check.cpp": '#include "testlib.h"\n', "files/testlib.h": "// testlib\n",
    "statement-sections/english/legend.tex": "Add $a$ and $b$.\n",
    "statement-sections/english/input.tex": "Two numbers.\n",
    "tests/01": "1 2\n", "tests/01.a": "3\n", "tests/02": "3 4\n", "tests/02.a": "7\n",
    "solutions/ok.cpp": "int main() {}\n", "solutions/bad.py": "print(1)\n",
}


def test_polygon(take_in, postgres, database):
    status, said = take_in(packed(POLYGON))
    assert status == 0 and said == "a-plus-b version 1\n", said
    assert postgres.execute(
        database, "SELECT format, name, validator, time_ms, memory_mib FROM problem_version") == [("polygon", "A plus B", 2, 1500, 256)]
    assert postgres.execute(database, "SELECT path, is_sample FROM testcase ORDER BY ordinal") == [
        ("sample/0001", True), ("secret/0002", False)]
    assert postgres.execute(database, "SELECT path, language IS NOT NULL FROM jury_solution ORDER BY path") == [
        ("accepted/ok.cpp", True), ("wrong_answer/bad.py", True)]
    (html,), = postgres.execute(database, "SELECT html FROM problem_text")
    assert "<h2" in html and "Two numbers." in html


def polygon_with(**pieces):
    """POLYGON with something put in front of an element; END of it stands for what closes it."""
    xml = POLYGON["problem.xml"]
    for name, text in pieces.items():
        mark = f"</{name[:-4]}>" if name.endswith("_end") else f"<{name}>" if f"<{name}>" in xml else f"<{name} "
        assert mark in xml
        xml = xml.replace(mark, text + mark, 1)
    return {**POLYGON, "problem.xml": xml}


def test_the_testset_that_is_judged(take_in, postgres, database):
    pre = ('<testset name="pretests"><time-limit>9</time-limit><input-path-pattern>pre/%d</input-path-pattern><answer-path-pattern>'
           'pre/%d.a</answer-path-pattern><tests><test/></tests></testset>')
    status, said = take_in(packed({**polygon_with(testset=pre), "pre/1": "0 0\n", "pre/1.a": "0\n"}))
    assert status == 0, said
    assert postgres.execute(database, "SELECT time_ms, (SELECT count(*) FROM testcase) FROM problem_version") == [(1500, 2)]


def test_programs_of_polygon(take_in, postgres, database):
    """Headers lie beside the checker, resources for solutions beside those; Python 2 is none of ours; what a tag stands for."""
    files = ('<files><resources><file path="files/testlib.h"/><file path="files/mine.h"/><file path="files/grader.cpp"><assets>'
             '<asset name="SOLUTION"/></assets></file></resources></files>')
    solutions = "".join(f'<solution tag="{tag}"><source path="solutions/{name}" type="{kind}"/></solution>' for tag, name, kind in (
        ("accepted", "old.py", "python.2"), ("accepted", "new.py", "python.pypy3"), ("time-limit-exceeded-or-accepted", "to.py", "python.3"),
        ("time-limit-exceeded-or-memory-limit-exceeded", "tm.py", "python.3")))
    status, said = take_in(packed({
        **polygon_with(assets=files, solutions_end=solutions), "files/mine.h": "x", "files/grader.cpp": "x", "files/gen.cpp": "x",
        **{f"solutions/{name}.py": "x" for name in ("old", "new", "to", "tm")}}))
    assert status == 0, said
    assert postgres.execute(database, "SELECT role, path FROM problem_file WHERE role IN (3, 5) ORDER BY path") == [
        (3, "checker/check.cpp"), (3, "checker/mine.h"), (3, "checker/testlib.h"), (5, "default/grader.cpp")]
    rows = {path: (language, expected) for path, language, expected in postgres.execute(
        database, "SELECT path, language, expected FROM jury_solution WHERE path LIKE '%.py'")}
    assert rows["accepted/old.py"][0] is None and rows["accepted/new.py"][0] == "python3"
    assert rows["mixed/to.py"][1] == {"readings": [[{"scope": "", "permitted": ["AC", "TLE"]}]]}
    assert rows["brute_force/tm.py"][1] == {"readings": [[{"scope": "", "final": ["TLE", "MLE", "RE"]}]]}


@pytest.mark.parametrize("attributes, line", [
    ('input-file="sum.in" output-file=""', 'programs are to read "sum.in" and to write "standard output": only standard input and'),
    ('input-file="" output-file="" run-count="2"', "programs are to be run 2 times for each test, which is not judged here"),
    ('input-file="" output-file="" run-count="1"', None),
])
def test_how_polygon_would_run_them(take_in, attributes, line):
    xml = POLYGON["problem.xml"].replace("<judging>", f"<judging {attributes}>")
    status, said = take_in(packed({**POLYGON, "problem.xml": xml}))
    assert status == (1 if line else 0) and (line or "") in said, said


def test_statements_of_polygon(take_in, postgres, database):
    """Fonts as its authors write them; a picture that every language has, and one that each has for itself."""
    two = '<name language="russian" value="A i B"/>'
    text = "\\bf{Add} \\it{both}, \\t{mono} and {\\bf old} $\\bf{x}$.\n\n\\includegraphics{tree.png}\n\n\\includegraphics{leaf.png}\n\n\\begin{verbatim}\n\\t{x}\n\\end{verbatim}\n"
    status, said = take_in(packed({**polygon_with(names_end=two), **{f"statement-sections/{name}/{path}": content for name in ("english", "russian")
                                   for path, content in (("legend.tex", text), ("tree.png", "the same"), ("leaf.png", name))}}))
    assert status == 0, said
    html = dict(postgres.execute(database, "SELECT lang, html FROM problem_text"))
    for part in ("<strong>Add</strong> <em>both</em>, <code>mono</code> and ", "<strong>old</strong>", "\\t{x}", "picture:tree.png", "picture:leaf.png"):
        assert part in html["en"], html["en"]
    assert "picture:tree.png" in html["ru"] and "picture:russian/leaf.png" in html["ru"]
    assert postgres.execute(database, "SELECT path FROM problem_file WHERE role = 1 ORDER BY path") == [("leaf.png",), ("russian/leaf.png",), ("tree.png",)]


def test_whole_statements_of_polygon(take_in, postgres, database):
    """Old packages keep no sections; samples are not shown twice."""
    whole = ("\\begin{problem}{A plus B}{standard input}{standard output}{1 second}{256 megabytes}\n\nAdd \\bf{both}.\n\n\\includegraphics{tree.png}\n\n"
             "\\InputFile\nTwo.\n\n\\OutputFile\nOne.\n\n\\Examples\n\n\\begin{example}\n\\exmpfile{example.01}{example.01.a}%\n\\exmp{\n1 2\n}{\n3\n}%\n"
             "\\end{example}\n\n\\Note\nMind.\n\n\\end{problem}\n")
    files = {name: content for name, content in POLYGON.items() if not name.startswith("statement-sections/")}
    status, said = take_in(packed({**files, "statements/english/problem.tex": whole, "statements/english/tree.png": "x"}))
    assert (status, said) == (0, "a-plus-b version 1\n")
    (html,), = postgres.execute(database, "SELECT html FROM problem_text")
    assert re.sub("<[^>]*>|\\s+", " ", html).split() == "Add both . Input Two. Output One. Notes Mind.".split() and "picture:tree.png" in html


def test_names_of_polygon(take_in, postgres, database):
    name = POLYGON["problem.xml"].replace('"A plus B"', '"It&#39;s &#x3b1; &amp;lt; &#xD800; &#; &quot;B&quot;"').replace(
        "<tags>", "<!-- a < b --><notes><![CDATA[<b> & ]]></notes><tags>")
    status, said = take_in(packed({**POLYGON, "problem.xml": "\ufeff" + name}))
    assert status == 0, said
    assert postgres.execute(database, "SELECT name FROM problem_version") == [("It's \u03b1 &lt; &#xD800; &#; \"B\"",)]


@pytest.mark.parametrize("talks", [False, True])
def test_examples_of_polygon(take_in, postgres, database, talks):
    """The statement may show other bytes than the sample's; where programs talk, nothing else can be shown."""
    talk = '<interactor><source path="files/talk.cpp"/></interactor>' if talks else ""
    status, said = take_in(packed({**polygon_with(solutions=talk), "files/talk.cpp": "x", "statement-sections/english/example.01": "1 2\n",
                                   "statement-sections/english/example.01.a": "three\n", "statement-sections/english/example.02": "x"}))
    assert status == 0, said
    shown = [path for path, in postgres.execute(database, "SELECT path FROM problem_file WHERE role = 8 ORDER BY path")]
    assert shown == ["sample/0001.ans.statement"] + ["sample/0001.in.statement"] * talks


def test_points_of_groups_alone(take_in, postgres, database):
    """Where no test says what it is worth, its group may."""
    groups = '<groups><group name="a" points="30" points-policy="each-test"/><group name="b" points="70" points-policy="complete-group"/></groups>'
    tests = '<test group="a"/><test group="a"/><test group="b"/>'
    whole = polygon_with(tests=groups)["problem.xml"]
    start, end = whole.index("<tests>"), whole.index("</tests>")
    data = {f"tests/{i:02}{e}": f"{i}\n" for i in range(1, 4) for e in ("", ".a")}
    status, said = take_in(packed({**POLYGON, **data, "problem.xml": whole[:start] + "<tests>" + tests + whole[end:]}))
    assert status == 0, said
    assert postgres.execute(database, "SELECT path, config->'max_score' FROM test_group ORDER BY path") == [
        ("secret", 100), ("secret/a", 30), ("secret/b", 70)]


def test_points_beside_groups(take_in, postgres, database):
    """Tests that are in no group are one of their own, with what they are worth themselves."""
    whole = polygon_with(tests='<groups><group name="a" points-policy="complete-group"/></groups>')["problem.xml"]
    start, end = whole.index("<tests>"), whole.index("</tests>")
    tests = '<test points="0"/><test points="10"/><test group="a" points="60"/><test points="0" sample="true"/>'
    data = {f"tests/{i:02}{e}": f"{i}\n" for i in range(1, 5) for e in ("", ".a")}
    status, said = take_in(packed({**POLYGON, **data, "problem.xml": whole[:start] + "<tests>" + tests + whole[end:]}))
    assert status == 0, said
    assert [p for p, in postgres.execute(database, "SELECT path FROM testcase ORDER BY ordinal")] == [
        "sample/0004", "secret/without-group/0001", "secret/without-group/0002", "secret/a/0003"]
    assert postgres.execute(database, "SELECT path, config FROM test_group ORDER BY path") == [
        ("secret", {"score_aggregation": "sum", "max_score": 70}), ("secret/a", {"score_aggregation": "pass-fail", "max_score": 60}),
        ("secret/without-group", {"score_aggregation": "sum", "max_score": 10})]


def test_points_of_tests_alone(take_in, postgres, database):
    """Without groups, tests that are worth the same share what there is; else each is a group and keeps its own."""
    whole = POLYGON["problem.xml"]
    start, end = whole.index("<tests>"), whole.index("</tests>")
    data = {f"tests/{i:02}{e}": f"{i}\n" for i in range(1, 5) for e in ("", ".a")}
    for points, groups, paths in (((0, 50, 50), [("secret", 100)], ["sample/0001", "secret/0002", "secret/0003"]),
                                  ((0, 40, 0.5), [("secret", 40.5), ("secret/0002", 40), ("secret/0003", 0.5)],
                                   ["sample/0001", "secret/0002/1", "secret/0003/1"])):
        tests = "".join(f'<test points="{p}"{"" if p else " sample=" + chr(34) + "true" + chr(34)}/>' for p in points)
        status, said = take_in(packed({**POLYGON, **data, "problem.xml": whole[:start] + "<tests>" + tests + whole[end:]}))
        assert status == 0 and "share" not in said, said
        newest = "version_id = (SELECT max(id) FROM problem_version)"
        assert postgres.execute(database, f"SELECT path, config->'max_score' FROM test_group WHERE {newest} ORDER BY path") == groups
        assert [p for p, in postgres.execute(database, f"SELECT path FROM testcase WHERE {newest} ORDER BY ordinal")] == paths


def test_points_of_polygon(take_in, podium, folder, postgres, database):
    """Groups that give all or nothing, groups whose tests have their shares, and what must be passed before."""
    tests = [("0", 0, True), ("1", 10, False), ("1", 20, False), ("2", 15, False), ("2", 15, False), ("2", 40, True)]
    xml = "".join(f'<test group="{g}" points="{p}.0"{" sample=" + chr(34) + "true" + chr(34) if s else ""}/>' for g, p, s in tests)
    groups = ('<groups><group name="0" points="0"/><group name="1" points-policy="complete-group"><dependencies><dependency group="0"/>'
              '</dependencies></group><group name="2" points-policy="each-test"><dependencies><dependency group="1"/></dependencies></group></groups>')
    whole = POLYGON["problem.xml"]
    start, end = whole.index("<tests>"), whole.index("</tests>")
    data = {f"tests/{i:02}{e}": f"{i}\n" for i in range(1, 7) for e in ("", ".a")}
    status, said = take_in(packed({**POLYGON, **data, "problem.xml": whole[:start] + groups + "<tests>" + xml + whole[end:]}))
    assert status == 0 and "the tests of secret/2 are worth different points; each gets the same share of their sum" in said, said
    assert [p for p, in postgres.execute(database, "SELECT path FROM testcase ORDER BY ordinal")] == [
        "sample/0001", "secret/1/0002", "secret/1/0003", "secret/2/0004", "secret/2/0005", "secret/2/0006"]
    assert postgres.execute(database, "SELECT path, config FROM test_group ORDER BY path") == [
        ("secret", {"score_aggregation": "sum", "max_score": 100}),
        ("secret/1", {"score_aggregation": "pass-fail", "max_score": 30, "require_pass": ["sample"]}),
        ("secret/2", {"score_aggregation": "sum", "max_score": 70, "require_pass": ["secret/1"]})]
    assert postgres.execute(database, "SELECT is_scoring, grading FROM problem_version") == [(True, 2)]
    out = folder / "out"
    out.mkdir()
    out.chmod(0o777)
    podium.cli("problem", "export", "a-plus-b", str(out / "again.zip"))
    with zipfile.ZipFile(out / "again.zip") as z:
        assert "output_validator/check.cpp" in z.namelist()
        z.extract("output_validator/run", out)
    adapter = out / "output_validator"
    ends = {0: (42, None), 1: (43, None), 2: (43, None), 8: (43, None), 3: (1, None), 9: (1, None), 15: (1, None), 217: (1, None),
            7: (42, "12.5\n"), 16: (42, "0\n"), 66: (42, "50\n"), 216: (42, "200\n")}
    for code, (end, score) in ends.items():
        (adapter / "checker").write_text(f"#!/bin/sh\necho points 12.5 of 20 >&2\nexit {code}\n")
        (adapter / "checker").chmod(0o755)
        (adapter / "score.txt").unlink(missing_ok=True)
        done = subprocess.run(["sh", adapter / "run", "in", "ans", f"{adapter}/"], input="", text=True)
        said = (adapter / "score.txt").read_text() if (adapter / "score.txt").exists() else None
        assert (done.returncode, said) == (end, score), code


def test_an_interactor_of_polygons(take_in, podium, postgres, database):
    status, said = take_in(packed({
        **POLYGON, "problem.xml": POLYGON["problem.xml"].replace(
            "<solutions>", '<interactor><source path="files/talk.cpp" type="cpp.g++17"/></interactor><solutions>'),
        "files/talk.cpp": '#include "testlib.h"\n'}))
    assert status == 0, said
    assert postgres.execute(database, "SELECT is_interactive, validator FROM problem_version") == [(True, 2)]
    assert [path for path, in postgres.execute(database, "SELECT path FROM problem_file WHERE role = 3 ORDER BY path")] == [
        "checker/check.cpp", "checker/testlib.h", "interactor/talk.cpp", "interactor/testlib.h"]
    done = podium.cli("problem", "export", "a-plus-b", "/dev/null", check=False)
    assert done.returncode == 1 and "cannot be written" in done.stderr
