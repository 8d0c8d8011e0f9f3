"""Packages of problems in and out: by the command line, by the jobs problem.import and problem.verify."""

import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from lab.package import MINIMAL, NAMES, PROBLEMS, packed, state_of
from lab.people import program_of


def test_packages_that_ship(podium, postgres, database):
    done = podium.cli("problem", "import", *(str(PROBLEMS / name) for name in NAMES))
    assert sorted(line.split()[0] for line in done.stdout.splitlines()) == NAMES
    assert "error" not in done.stderr and "warning" not in done.stderr
    rows = dict(postgres.execute(
        database, "SELECT p.slug, json_build_object('format', v.format, 'name', v.name, 'scoring', v.is_scoring, 'interactive',"
        " v.is_interactive, 'multipass', v.is_multipass, 'passes', v.passes, 'validator', v.validator, 'flags',"
        " v.validator_flags, 'grading', v.grading, 'time', v.time_ms, 'suggested', v.time_is_suggested, 'memory', v.memory_mib)"
        " FROM problem p JOIN problem_version v ON v.id = p.version_id"))
    assert sorted(rows) == NAMES
    assert rows["ropeway"] == {
        "format": "legacy", "name": "Ropeway", "scoring": False, "interactive": False, "multipass": False, "passes": 1,
        "validator": 0, "flags": "float_tolerance 1e-6", "grading": 0, "time": 2000, "suggested": False, "memory": 512}
    assert rows["sounding"]["interactive"] and rows["sounding"]["validator"] == 1
    assert rows["lightmail"]["multipass"] and rows["lightmail"]["passes"] == 2
    assert rows["shelf"]["scoring"] and rows["shelf"]["grading"] == 2
    assert rows["twotrains"]["validator"] == 1 and rows["twotrains"]["time"] == 2000
    texts = postgres.execute(
        database, "SELECT t.lang, t.title, t.html FROM problem p JOIN problem_text t ON t.version_id = p.version_id"
        " WHERE p.slug = 'shelf' ORDER BY t.ordinal")
    assert [(lang, title) for lang, title, _ in texts] == [("en", "The Untidy Shelf"), ("de", "Das unordentliche Regal")]
    assert "<table>" in texts[0][2] and "<math" in texts[0][2] and "<script" not in texts[0][2]
    tests = postgres.execute(
        database, "SELECT t.path FROM problem p JOIN testcase t ON t.version_id = p.version_id WHERE p.slug = 'shelf'"
        " ORDER BY t.ordinal")
    assert [path for path, in tests][:4] == ["sample/1", "sample/2", "secret/1-small/01", "secret/1-small/02"]
    listed = podium.cli("problem", "list").stdout
    assert all(name in listed for name in NAMES)


def test_next_version_of_the_same_problem(take_in, postgres, database):
    assert take_in(packed(MINIMAL), "least.zip") == (0, "least version 1\n")
    assert take_in(packed(MINIMAL), "least.zip") == (0, "least-2 version 1\n")
    assert take_in(packed(MINIMAL), "least.zip", "--into", "least") == (0, "least version 2\n")
    assert take_in(packed(MINIMAL, "inner/"), "outer.zip") == (0, "inner version 1\n")
    status, said = take_in(packed(MINIMAL), "least.zip", "--into", "nowhere")
    assert status == 1 and 'no problem "nowhere"' in said
    status, said = take_in(packed(MINIMAL), "least.zip", "--owner", "nobody@example.org")
    assert status == 1


def test_what_was_set_by_hand_stays(take_in, podium, postgres, database):
    """A package that comes in as the next version says limits anew; those of the jury's own stay, and it is told so."""
    podium.cli("user", "create", "cleo@example.org", "Cleo", "creator", text_input="a password of mine\n")
    yaml = MINIMAL["problem.yaml"]
    owned = ("--owner", "cleo@example.org")
    assert take_in(packed({**MINIMAL, "problem.yaml": yaml + "limits: {time_limit: 2, memory: 256}\n"}), "least.zip", *owned)[0] == 0
    podium.start_web()
    cleo = program_of(podium, "cleo")
    put = cleo.ask("/api/v1/problems/least", "PUT", {"time_ms": 3000, "show_difference": True})
    assert put.status == 200, put.text

    def now():
        return postgres.execute(database, "SELECT v.time_ms, v.memory_mib, v.show_difference FROM problem p"
                                          " JOIN problem_version v ON v.id = p.version_id")[0]
    for _ in range(2):
        status, said = take_in(packed({**MINIMAL, "problem.yaml": yaml + "limits: {time_limit: 1, memory: 512}\n"}), "least.zip", "--into", "least", *owned)
        assert status == 0 and now() == (3000, 512, True)
        assert "the time limit was set by hand" in said and "where their output differs was set by hand" in said and "memory" not in said
    assert cleo.ask("/api/v1/problems/least", "PUT", {"memory_mib": 128}).status == 200
    assert "the memory limit was set by hand" in take_in(packed(MINIMAL), "least.zip", "--into", "least")[1]
    assert now() == (3000, 128, True)


def test_a_folder_is_called_as_it_is(podium, folder):
    ways = [str(PROBLEMS / "shelf"), str(PROBLEMS / "shelf") + "//", str(PROBLEMS / "shelf" / "data" / ".."), str(PROBLEMS / "shelf") + "/."]
    done = podium.cli("problem", "import", *ways)
    assert done.stdout == "shelf version 1\nshelf-2 version 1\nshelf-3 version 1\nshelf-4 version 1\n"


def test_everything_wrong_is_told_at_once(take_in, postgres, database):
    status, said = take_in(packed({
        "problem.yaml": "problem_format_version: 2025-09\nname: Bad\ntype: [scoring, odd]\nlimits:\n  memory: lots\n"
                        "  time_limit: -1\nwhatever: 1\nembargo_until: 2026-12-24\n",
        "statement/problem.en.md": b"\xff\xfe",
        "data/secret/1.in": "1\n",
        "data/secret/test_group.yaml": "score_aggregation: best\n",
        "submissions/accepted/a.py": "print(1)\n",
        "submissions/submissions.yaml": "accepted:\n  permitted: [GREAT]\n",
    }))
    assert status == 1
    for line in ("error: problem.yaml:3: the type odd is not known",
                 "error: problem.yaml:5: memory is not a number",
                 "error: problem.yaml:6: time_limit is not between 0 and 600 seconds",
                 "warning: problem.yaml:7: the key whatever is not known and was passed over",
                 "warning: problem.yaml:8: embargo_until is 2026-12-24: leave the problem hidden until then",
                 "error: statement/problem.en.md: the file is no UTF-8",
                 "error: data/secret/1.in: the test has no .ans",
                 "error: data/secret/test_group.yaml:1: score_aggregation is none of pass-fail, sum and min",
                 'error: submissions/submissions.yaml:2: "GREAT" is no verdict'):
        assert line in said, said
    assert postgres.execute(database, "SELECT count(*) FROM problem") == [(0,)]


def link(name, target):
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o120777 << 16
    info.create_system = 3
    return {info: target}


def fifo(name):
    info = zipfile.ZipInfo(name)
    info.external_attr = 0o010644 << 16
    info.create_system = 3
    return {info: ""}


def overlapping(n):
    """A directory of n files that are all one and the same stretch of the zip: small packed, large unpacked."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    plain = b"\0" * 10_000_000
    body = packer.compress(plain) + packer.flush()
    numbers = (zlib.crc32(plain), len(body), len(plain))
    name = b"data/secret/000.in"
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, *numbers, len(name), 0) + name + body
    entries = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 33, *numbers, len(name), 0, 0, 0, 0, 0, 0)
        + b"data/secret/%03d.in" % i for i in range(n))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, n, n, len(entries), len(local), 0)
    return local + entries + end


def encrypted(data):
    """All entries say that they are, which needs no key."""
    out = bytearray(data)
    for mark, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = out.find(mark)
        while at >= 0:
            out[at + flags] |= 1
            at = out.find(mark, at + 4)
    return bytes(out)


BREAKERS = {
    "no zip": (b"PK\x03\x04 but no more", "zip"),
    "empty": (b"", "zip"),
    "cut off": (packed(MINIMAL)[:-30], "zip"),
    "nothing in it": (packed({}), "no zip|empty"),
    "no problem.yaml": (packed({"readme.txt": "x"}), "there is no problem.yaml"),
    "absolute": (packed({**MINIMAL, "/etc/passwd": "x"}), "the name is absolute"),
    "drive": (packed({**MINIMAL, "C:/x": "x"}), "the name is absolute"),
    "parent": (packed({**MINIMAL, "data/../../x": "x"}), "leads out of the package"),
    "link out": (packed({**MINIMAL, **link("data/secret/2.in", "../../../../etc/passwd")}), "the link leads out"),
    "link absolute": (packed({**MINIMAL, **link("data/secret/2.in", "/etc/passwd")}), "the link leads out"),
    "link to nothing": (packed({**MINIMAL, **link("data/secret/2.in", "9.in")}), "the link leads to nothing"),
    "links in a circle": (packed({**MINIMAL, **link("a.in", "b.in"), **link("b.in", "a.in")}), "leads to nothing"),
    "case": (packed({**MINIMAL, "data/secret/A.in": "x", "data/secret/a.in": "y"}), "differs from .* in case only"),
    "too many files": (lambda: packed({**MINIMAL, **{f"attachments/{i}": "" for i in range(100_000)}}), "more than 20000 files"),
    "bomb": (lambda: packed({**MINIMAL, "data/secret/2.in": b"\0" * 100_000_000}), "more than [0-9]+ MiB"),
    "overlapping bomb": (lambda: overlapping(500), "the file shares its bytes with another one of the zip"),
    "links that multiply": (lambda: packed({**MINIMAL, "big": b"".join(b"%09d\n" % i for i in range(2_000_000)),
                                    **{k: v for i in range(60) for k, v in link(f"data/secret/{i:02}.in", "../../big").items()}}),
                            "more than [0-9]+ MiB"),
    "folders that multiply": (lambda: packed({**MINIMAL, "a/x": b"".join(b"%09d\n" % i for i in range(100_000)),
                                      **{k: v for i in range(8) for j in range(6)
                                         for k, v in link(f"{chr(98 + i)}/l{j}", f"../{chr(97 + i)}").items()}}),
                              "more than ([0-9]+ MiB|20000 files)|leads to nothing"),
    "encrypted": (encrypted(packed(MINIMAL)), "encrypted|cannot be unpacked"),
    "pipe": (packed({**MINIMAL, **fifo("data/secret/2.in")}), "neither file nor folder"),
    "name not UTF-8": (packed({**MINIMAL, "/QQQ": "x"}).replace(b"/QQQ", b"/\xff\xfe\xfd"), r"/\?\?\?: the name is absolute"),
    "deep": (packed({**MINIMAL, "a/" * 40 + "x": "x"}), "too long or too deep"),
    "anchors": (packed({**MINIMAL, "problem.yaml": "a: &a [x]\nb: [*a, *a]\n"}), "problem.yaml:1: anchors and tags are not read"),
    "tags": (packed({**MINIMAL, "problem.yaml": "name: !!python/object x\n"}), "anchors and tags are not read"),
    "deep yaml": (packed({**MINIMAL, "problem.yaml": "a: " + "[" * 500 + "]" * 500}), "nested too deeply"),
    "broken yaml": (packed({**MINIMAL, "problem.yaml": "name: x\n\tlimits: 1\n"}), "error: problem.yaml:2"),
    "twice": (packed({**MINIMAL, "problem.yaml": "name: x\nname: y\n"}), "problem.yaml:2: the key stands twice"),
    "not UTF-8": (packed({**MINIMAL, "problem.yaml": b"name: \xe9\n"}), "no UTF-8"),
    "list": (packed({**MINIMAL, "problem.yaml": "- a\n"}), "no map of keys"),
    "two documents": (packed({**MINIMAL, "problem.yaml": "name: x\n---\nname: y\n"}), "more than one document"),
    "no secret tests": (packed({k: v for k, v in MINIMAL.items() if "secret" not in k}), "there are no secret tests"),
    "interactive without": (packed({**MINIMAL, "problem.yaml": MINIMAL["problem.yaml"] + "type: interactive\n"}),
                            "needs a validator of its own"),
    "polygon without tests": (packed({"problem.xml": '<problem short-name="x"><judging><testset name="tests"><input-path-pattern>'
                                      'tests/%02d</input-path-pattern><answer-path-pattern>tests/%02d.a</answer-path-pattern><tests>'
                                      '<test method="manual"/></tests></testset></judging></problem>'}),
                              "use the full package"),
    "polygon entities": (packed({"problem.xml": '<!DOCTYPE a [<!ENTITY b "c">]><problem/>'}), "no description of a problem"),
}


@pytest.mark.parametrize("what", BREAKERS)
def test_packages_that_break_importers(take_in, postgres, database, what):
    data, expected = BREAKERS[what]
    data = data() if callable(data) else data
    status, said = take_in(data)
    assert status == 1 and re.search(expected, said), said
    assert postgres.execute(database, "SELECT count(*) FROM problem") == [(0,)]


def test_links_inside_and_names_that_are_passed_over(take_in, postgres, database):
    status, said = take_in(packed({
        **MINIMAL, **link("data/secret/2.in", "1.in"), "data/secret/2.ans": "1\n", ".git/config": "x", "a file": "x",
        "__MACOSX/x": "x", **link("data/secret/more", "../sample"), "data/sample/9.in": "9\n", "data/sample/9.ans": "9\n"}))
    assert status == 0, said
    assert "warning: secret/2: the test is equal to secret/1 and was left out\n" in said
    assert "warning: secret/more/9: the test is equal to sample/9\n" in said, "another group may ask the same"
    paths = [p for p, in postgres.execute(database, "SELECT path FROM testcase ORDER BY ordinal")]
    assert paths == ["sample/9", "secret/1", "secret/more/9"]


def in_windows(name):
    """As an old tool of that system writes it; ZipInfo would make it a slash."""
    info = zipfile.ZipInfo("x")
    info.filename = "prob\\" + name.replace("/", "\\")
    info.create_system = 0
    return info


@pytest.mark.parametrize("files, said", [
    ({in_windows(name): content for name, content in MINIMAL.items()}, "prob version 1\n"),
    ({f"repo-main/problems/prob/{name}": content for name, content in MINIMAL.items()}, "prob version 1\n"),
    ({"__MACOSX/prob/._problem.yaml": "x", ".DS_Store": "x", "readme.md": "x", "prob/old/problem.yaml": "x",
      **{f"prob/{name}": content for name, content in MINIMAL.items()}},
     "prob version 1\nwarning: prob: this folder is the package: 1 files beside it were passed over\n"),
])
def test_a_package_somewhere_in_a_zip(take_in, files, said):
    assert take_in(packed(files), "outer.zip") == (0, said)


def test_several_packages_in_one_zip(take_in):
    status, said = take_in(packed({f"{name}/{path}": content for name in "ab" for path, content in MINIMAL.items()}))
    assert status == 1 and said.startswith("error: there are several packages, a and b for two: import them one by one\npodium: "), said


LEGACY = {
    "problem.yaml": "name: Least\n",
    "problem_statement/problem.en.tex": "\\problemname{Least}\nPrint $n$.\n",
    "data/secret/1.in": "1\n", "data/secret/1.ans": "1\n",
    "submissions/accepted/a.py": "print(input())\n",
}
ACCEPT = {"output_validators/check.py": "exit(42)\n"}


@pytest.fixture()
def version(take_in, postgres, database):
    """Imports the files, which must go well; columns of the version, and what was said."""
    def run(files, columns):
        status, said = take_in(packed(files))
        assert status == 0, said
        return postgres.execute(database, f"SELECT {columns} FROM problem_version ORDER BY id DESC LIMIT 1")[0], said
    return run


@pytest.mark.parametrize("files, scores", [
    ({**LEGACY, **ACCEPT, "problem.yaml": "name: A\ntype: scoring\nvalidation: custom\n"}, False),
    ({**LEGACY, **ACCEPT, "problem.yaml": "name: A\ntype: scoring\nvalidation: custom score\n"}, True),
    ({**MINIMAL, "problem.yaml": MINIMAL["problem.yaml"] + "type: scoring\n"}, True),
])
def test_whether_a_validator_gives_scores(version, files, scores):
    assert version(files, "validator_scores")[0] == (scores,)


@pytest.mark.parametrize("files, columns, expected", [
    ({**LEGACY, "domjudge-problem.ini": "\ufeffspecial_compare = compare\r\nspecial_compare_args='float_tolerance 1e-3'\r\n"},
     "validator, validator_flags", (0, "float_tolerance 1e-3")),
    ({**LEGACY, "domjudge-problem.ini": "timelimit = 3.5 ; seconds\nspecial_compare_args = \"case_sensitive\" ; as DOMjudge has it\n"},
     "time_ms, validator_flags", (3500, "case_sensitive")),
    ({**LEGACY, "problem.yaml": "name: A\nlanguages: c  python3\n"}, "languages", (["c", "python3", "pypy3"],)),
    ({**LEGACY, "problem_statement/problem.en.tex": "%% plainproblemname: a < b\n\\problemname{$a < b$}\nx\n", "problem.yaml": "uuid: 1\n"},
     "name", ("a < b",)),
    ({**{k: v for k, v in MINIMAL.items() if "statement" not in k}, "problem.yaml": MINIMAL["problem.yaml"] + "constants: {most: 77}\n",
      "statement/problem.en.tex": "Up to \\constant{most}, not \\constant{least}.\n"},
     "(SELECT plain FROM problem_text t WHERE t.version_id = problem_version.id) LIKE '%Up to 77, not%'", (True,)),
    ({**LEGACY, "problem.yaml": "name: A\ntype: scoring\ngrading: {on_reject: worst_error}\n"}, "grading", (1,)),
    ({**LEGACY, "problem.yaml": "name: A\nauthor: |\n  B and\n  C\nsource: >\n  A set\n  of 2015\nsource_url: example.org\n"},
     "author, source, source_url", ("B and C", "A set of 2015", "")),
    ({**LEGACY, "problem.yaml": "name: a" + 150 * "ü" + "\n"}, "name", ("a" + 99 * "ü",)),
    ({**LEGACY, "problem.yaml": "name: A\nlimits: {code: 2048, memory: 1e6, output: 2000, validation_time: 900, compilation_time: 0.5}\n"},
     "code_kib, memory_mib, output_kib, check_ms, build_ms", (1024, 65536, 1048576, 600000, 500)),
    ({**MINIMAL, "problem.yaml": MINIMAL["problem.yaml"].replace("2025-09", "2023-07-draft")}, "may_write_files", (True,)),
    (MINIMAL, "may_write_files", (False,)),
])
def test_what_packages_say_in_ways_of_their_own(version, files, columns, expected):
    assert version(files, columns)[0] == expected


def test_flags_of_folders(take_in, postgres, database):
    """Legacy: those of problem.yaml and of the nearest folder that has some, also by the validator's name."""
    status, said = take_in(packed({
        **LEGACY, "problem.yaml": "name: A\nvalidator_flags: case_sensitive\n",
        "data/testdata.yaml": "output_validator_flags: {name: default, flags: float_tolerance 1e-6}\n",
        "data/secret/b/testdata.yaml": "output_validator_flags: float_tolerance 1e-2\n",
        **{f"data/secret/b/{i}.{x}": f"{i}\n" for i in (2, 3) for x in ("in", "ans")}}))
    assert (status, said) == (0, "p version 1\n")
    assert postgres.execute(database, "SELECT path, validator_flags FROM testcase ORDER BY ordinal") == [
        ("secret/1", "case_sensitive float_tolerance 1e-6"), ("secret/b/2", "case_sensitive float_tolerance 1e-2"),
        ("secret/b/3", "case_sensitive float_tolerance 1e-2")]


@pytest.mark.parametrize("format, group, said_of_root", [("2025-09", None, True), ("2023-07-draft", "case_sensitive", False)])
def test_arguments_of_groups(take_in, postgres, database, format, group, said_of_root):
    """In 2025-09 a group has its own arguments or none; the draft inherits them. What lies beside sample and secret is taken."""
    flags = "output_validator_args: [{}]\n"
    files = {**MINIMAL, "problem.yaml": MINIMAL["problem.yaml"].replace("2025-09", format),
             "data/test_group.yaml": flags.format("space_change_sensitive"), "data/secret/test_group.yaml": flags.format("case_sensitive"),
             "data/sample/4.in": "4\n", "data/sample/4.ans": "4\n", "data/secret/g/test_group.yaml": "args: [x]\n",
             "data/secret/g/2.in": "2\n", "data/secret/g/2.ans": "2\n"}
    files["problem.yaml"] += "validator_flags: ''\n" if said_of_root is False else ""  # of both formats' keys
    status, said = take_in(packed(files))
    assert status == 0 and "was passed over" not in said and ("data/test_group.yaml: the format looks for this file in" in said) == said_of_root, said
    assert postgres.execute(database, "SELECT path, validator_flags, args FROM testcase ORDER BY ordinal") == [
        ("sample/4", "space_change_sensitive", []), ("secret/1", "case_sensitive", []),
        ("secret/g/2", group or "space_change_sensitive", ["x"])]


@pytest.mark.parametrize("secret, groups, most", [
    ("", ["scoring: {score: 40}", "", "output_validator_args: []"], [100, 40, 30, 30]),
    ("scoring: {score: 60, aggregation: min}", ["scoring: {aggregation: sum}", "grading: {max_score: 50}"], [60, 60, 50]),
    ("scoring: {score: unbounded}", ["scoring: {score: 7, require_pass: sample}"], ["unbounded", 7]),
])
def test_what_groups_of_the_draft_are_worth(take_in, postgres, database, secret, groups, most):
    """Those that do not say it share what the others leave."""
    files = {**MINIMAL, "problem.yaml": MINIMAL["problem.yaml"].replace("2025-09", "2023-07-draft") + "type: scoring\n",
             "data/secret/test_group.yaml": secret + "\n"}
    files = {name: content for name, content in files.items() if not name.startswith("data/secret/1")}
    for i, text in enumerate(groups):
        files |= {f"data/secret/{i}/test_group.yaml": text + "\n", f"data/secret/{i}/1.in": f"{i}\n", f"data/secret/{i}/1.ans": f"{i}\n"}
    status, said = take_in(packed(files))
    assert status == 0 and "warning" not in said, said
    assert [worth for worth, in postgres.execute(
        database, "SELECT config->'max_score' FROM test_group WHERE path LIKE 'secret%' ORDER BY path")] == most


FULL = "full_feedback: true\n"
NOT_FULL = {"data/secret/1.yaml": "full_feedback: false\n"}


@pytest.mark.parametrize("files, shown", [
    ({}, False),
    ({"data/secret/test_group.yaml": FULL}, True),
    ({"data/secret/1.yaml": FULL}, True),
    ({"data/secret/test_group.yaml": FULL, **NOT_FULL}, False),
    ({"data/secret/1.yaml": FULL, "data/secret/2.in": "2\n", "data/secret/2.ans": "2\n"}, False),
    ({"data/secret/test_group.yaml": FULL, "data/sample/2.in": "2\n", "data/sample/2.ans": "2\n", "data/sample/test_group.yaml": "full_feedback: false\n"},
     True),
])
def test_what_members_see_of_their_mistakes(version, files, shown):
    """full_feedback of every secret test lets them see where their output differs."""
    assert version({**MINIMAL, **files}, "show_difference")[0] == (shown,)


def test_what_bounds_the_time_limit(take_in, postgres, database):
    """use_for_time_limit is a label too: nothing too slow, or something."""
    status, said = take_in(packed({**MINIMAL, **{f"submissions/{name}/a.py": "x" for name in ("low", "high", "out", "same")}, "submissions/submissions.yaml":
                                   "low: {use_for_time_limit: lower}\nhigh:\n  secret: {use_for_time_limit: upper}\n"
                                   "out: {permitted: [AC], use_for_time_limit: false}\nsame: {permitted: [AC], use_for_time_limit: true}\n"}))
    assert status == 0, said
    labels = dict(postgres.execute(database, "SELECT path, expected FROM jury_solution WHERE path LIKE '%/a.py'"))
    assert labels["low/a.py"] == {"readings": [[{"scope": "", "permitted": ["AC", "WA", "MLE", "OLE", "RE"]}]], "lower": True}
    assert labels["high/a.py"]["upper"] and {"scope": "secret", "required": ["TLE"]} in labels["high/a.py"]["readings"][0]
    assert labels["same/a.py"] == {"readings": [[{"scope": "", "permitted": ["AC"]}]], "lower": True}
    assert labels["out/a.py"] == {"readings": [[{"scope": "", "permitted": ["AC"]}]]}


def test_a_validator_in_a_folder_of_its_own(version, postgres, database):
    folder = "output_validator/guess/"
    version({**MINIMAL, folder + "build": "#!/bin/sh\n", folder + "run": "#!/bin/sh\n"}, "id")
    assert postgres.execute(database, "SELECT path FROM problem_file WHERE role = 3 ORDER BY path") == [("guess/build",), ("guess/run",)]


def test_what_lies_beside_validators_is_none(version, postgres, database):
    """A file without an ending is a program only if it begins as one."""
    version({**LEGACY, "problem.yaml": "name: A\nvalidation: custom\n", "output_validators/check.py": "exit(42)\n", "output_validators/README": "How.\n",
             "output_validators/Makefile": "all:\n", "input_validators/check": "#!/usr/bin/python3\nexit(42)\n"}, "id")
    assert postgres.execute(database, "SELECT role, path FROM problem_file WHERE role IN (3, 4) ORDER BY role, path COLLATE \"C\"") == [
        (3, "check.py/Makefile"), (3, "check.py/README"), (3, "check.py/check.py"), (4, "check/check")]


def test_languages_of_solutions(take_in, postgres, database):
    """submissions.yaml names them by the format's code, ours, or one that nobody here has."""
    files = {f"submissions/accepted/{name}": "x\n" for name in ("a.py", "b.cpp", "c.txt2", "d.py", "e.cpp")}
    names = {"a.py": "python2", "b.cpp": "cpp", "c.txt2": "cpp", "d.py": "pypy3", "e.cpp": "cpp17"}
    status, said = take_in(packed({**MINIMAL, **files, "submissions/submissions.yaml": "".join(
        f"accepted/{name}: {{language: {code}}}\n" for name, code in names.items())}))
    assert status == 0 and "the language python2 of accepted/a.py is none that is judged here" in said, said
    assert postgres.execute(database, "SELECT path, language FROM jury_solution ORDER BY path") == [
        ("accepted/a.py", None), ("accepted/b.cpp", "cpp20"), ("accepted/c.txt2", "cpp20"), ("accepted/d.py", "pypy3"), ("accepted/e.cpp", "cpp17")]


def test_what_cannot_be_as_it_is_said(take_in):
    scoring = MINIMAL["problem.yaml"] + "type: scoring\n"
    status, said = take_in(packed({
        **MINIMAL, "problem.yaml": scoring, "data/secret/big (1).in": "x", "submissions/accepted/größe.py": "x", "data/secret/.x.in": "x",
        "data/sample/test_group.yaml": "max_score: 5\n", "data/secret/test_group.yaml": "max_score: unbounded\n",
        **{f"data/secret/{g}/1.{x}": f"{g}\n" for g in "ab" for x in ("in", "ans")},
        "data/secret/a/test_group.yaml": "score_aggregation: sum\nrequire_pass: [secret/b, sample]\n",
        "data/secret/b/test_group.yaml": "score_aggregation: pass-fail\nstatic_validation_score: 3\n"}))
    assert status == 1
    for line in ("warning: data/secret/big (1).in: the format allows only letters, digits, _ . - in names: passed over",
                 "warning: data/sample/test_group.yaml:1: samples have no max_score; it was passed over",
                 'warning: secret/a: require_pass names "secret/b", which is no group in front of it; it was passed over',
                 "error: secret/b: the group gives all or nothing, but has no max_score",
                 "error: data/secret/b/test_group.yaml:2: there is no static_validator that could give this score"):
        assert line in said, said
    assert ".x.in" not in said and 'names "sample"' not in said


SCORING = MINIMAL["problem.yaml"] + "type: scoring\n"


@pytest.mark.parametrize("files, line", [
    ({**LEGACY, "problem.yaml": "name: A\nvalidator_flags: float_tolerence 1e-6\n"},
     'problem.yaml: the default validator has no flag "float_tolerence"'),
    ({**MINIMAL, "data/secret/1.yaml": "output_validator_args: [float_tolerance]\n"},
     "secret/1: the validator's flag float_tolerance needs a number that is not negative"),
    ({**LEGACY, "problem.yaml": "name: A\ntype: scoring\n", "data/testdata.yaml": "grading: custom\n"},
     "data: a testdata.yaml has custom grading, but the package holds no grader"),
    ({**MINIMAL, "problem.yaml": SCORING, "data/secret/a/test_group.yaml": "max_score: 5\n", "data/secret/a/1.in": "2\n", "data/secret/a/1.ans": "2\n"},
     "data/secret: there are tests beside the groups, which leaves open what they are worth"),
])
def test_what_no_judge_could_do(take_in, files, line):
    status, said = take_in(packed(files))
    assert status == 1 and f"error: {line}\n" in said, said


def test_groups_that_give_more_than_there_is(take_in):
    files = {name: content for name, content in MINIMAL.items() if "secret" not in name}
    for group in "ab":
        files |= {f"data/secret/{group}/test_group.yaml": "max_score: 60\n", f"data/secret/{group}/1.in": group, f"data/secret/{group}/1.ans": group}
    status, said = take_in(packed({**files, "problem.yaml": SCORING}))
    assert status == 0 and "data/secret: the groups give 120 together, more than the max_score of secret, which is 100" in said, said


ANSWERS = {**{k: v for k, v in MINIMAL.items() if not k.startswith("submissions/")},
           "problem.yaml": MINIMAL["problem.yaml"] + "type: submit-answer\n"}


def test_answers_instead_of_programs(take_in, podium, folder, postgres, database):
    status, said = take_in(packed({**ANSWERS, "submissions/accepted/good.txt": "1\n", "submissions/wrong_answer/bad/1.ans": "2\n",
                                   "submissions/accepted/solve.py": "print(1)\n"}), "given.zip")
    assert (status, said) == (
        0, "given version 1\nwarning: submissions/accepted/solve.py: this looks like a program, but answers are handed in\n")
    assert postgres.execute(database, "SELECT submits_answers, is_scoring, time_is_suggested FROM problem_version") == [(True, False, False)]
    assert postgres.execute(database, "SELECT path, language, sets_time FROM jury_solution ORDER BY path") == [
        ("accepted/good.txt", "answer", False), ("accepted/solve.py", "answer", False), ("wrong_answer/bad", "answer", False)]


@pytest.mark.parametrize("files, line", [
    ({**ANSWERS, "problem.yaml": MINIMAL["problem.yaml"] + "type: [submit-answer, interactive]\n", "output_validator/a.py": "\n"},
     "problem.yaml: answers cannot be handed in for an interactive or multi-pass problem"),
    ({**ANSWERS, "problem.yaml": MINIMAL["problem.yaml"] + "type: [multi-pass, submit-answer]\n", "output_validator/a.py": "\n"},
     "problem.yaml: answers cannot be handed in for an interactive or multi-pass problem"),
    ({**ANSWERS, "static_validator/a.py": "\n"},
     "static_validator: there is no source to look at where answers are handed in"),
])
def test_what_goes_not_with_answers(take_in, files, line):
    status, said = take_in(packed(files))
    assert status == 1 and f"error: {line}\n" in said, said


def test_arguments_with_blanks_stay_whole(take_in, podium, folder, postgres, database):
    arguments = "output_validator_args: ['say it', plain, 'back\\slash', '']\nargs: ['two words', one]\n"
    files = {**MINIMAL, "output_validator/validate.py": "exit(42)\n", "data/secret/1.yaml": arguments}
    said = "SELECT DISTINCT t.validator_flags, t.args FROM testcase t"
    expected = [(r"say\ it plain back\\slash", ["two words", "one"])]
    assert take_in(packed(files), "least.zip") == (0, "least version 1\n")
    assert postgres.execute(database, said) == expected
    out = folder / "out"
    out.mkdir()
    out.chmod(0o777)
    podium.cli("problem", "export", "least", str(out / "again.zip"))
    podium.cli("problem", "import", str(out / "again.zip"))
    assert postgres.execute(database, said) == expected


@pytest.mark.parametrize("name", NAMES)
def test_export_is_the_same_problem(podium, folder, postgres, database, name):
    podium.cli("problem", "import", str(PROBLEMS / name))
    out = folder / "out"
    out.mkdir()
    out.chmod(0o777)
    podium.cli("problem", "export", name, str(out / "again.zip"))
    podium.cli("problem", "import", str(out / "again.zip"))
    before, after = state_of(postgres, database, name), state_of(postgres, database, "again")
    for part in before:
        assert after[part] == before[part], part
    status = podium.cli("problem", "export", "nothing", check=False)
    assert status.returncode == 1 and 'no problem "nothing"' in status.stderr
