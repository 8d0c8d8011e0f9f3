"""Static validators by the engine alone: what they find, and what they may do."""

import json

import pytest

from lab.engine import ADD, SUMS, refusal

REFUSAL = refusal()
pytestmark = pytest.mark.skipif(bool(REFUSAL), reason=REFUSAL or "-")

LOOKS = ("import json, os, pathlib, sys\nlanguage, entry, feedback, *more = sys.argv[1:]\n"
         "seen = sorted(str(p) for p in pathlib.Path().rglob('*') if p.is_file())\n"
         "pathlib.Path(feedback + 'judgemessage.txt').write_text(json.dumps([language, entry, seen, more]))\n")
JAVA = "public class Sum { static class Part {} public static void main(String[] a) { System.out.println(3); } }\n"


@pytest.mark.parametrize("source, language, name, code, entry, files", [
    (ADD, "c", "sum.c", "c", "main.c", {"main.c", "program"}),
    ({"a.cpp": "int f();\nint main() { return f(); }\n", "sub/b.cpp": "int f() { return 0; }\n"}, "cpp17", None, "cpp", "a.cpp",
     {"a.cpp", "sub/b.cpp", "program"}),
    ({"main.py": "import other\n", "other.py": "x = 1\n"}, "python3", None, "python3", "main.py", {"main.py", "other.py"}),
    (JAVA, "java", "any.java", "java", "Sum", {"Sum.java", "Sum.class", "Sum$Part.class"}),
], ids=["c", "cpp", "python", "java"])
def test_what_a_static_validator_finds(judge, source, language, name, code, entry, files):
    test = judge.look(source, language, LOOKS + "sys.exit(42)\n", name=name, flags="one two\\ words").test
    assert test["verdict"] == "AC", test
    said, started, seen, more = json.loads(test["judge_message"])
    assert (said, started, more) == (code, entry, ["one", "two words"])
    assert {f for f in seen if "__pycache__" not in f} == files


@pytest.mark.parametrize("body, verdict, text", [
    ("sys.exit(43)", "WA", ""),
    ("sys.exit(1)", "JE", "ended with status 1"),
    ("open('/program/x', 'w')", "JE", "Read-only"),
    ("open('/submitted/x', 'w')", "JE", "Read-only"),
    ("os.remove('main.c')\nsys.exit(43)", "WA", ""),
    ("os.symlink('/etc/passwd', feedback + 'teammessage.txt')\nsys.exit(42)", "JE", "no ordinary file"),
    ("print('x' * 20000000)\nsys.exit(42)", "JE", "wrote more than"),
    ("import socket\nsocket.create_connection(('127.0.0.1', 80))", "JE", "ended with status 1"),
])
def test_what_a_static_validator_may_do(judge, body, verdict, text):
    test = judge.look(ADD, "c", LOOKS + body + "\n").test
    assert test["verdict"] == verdict and text in test["fault"], test


def test_tests_after_a_static_validator_are_as_ever(judge):
    """The program's box and the validator's are others than its own."""
    done = judge.run(ADD, "c", SUMS, validator="import sys\nsys.exit(42 + (sys.stdin.read() != open(sys.argv[2]).read()))\n",
                     static=judge.write(LOOKS + "sys.exit(43)\n", "validator.py"))
    assert done.verdicts == "WA AC AC AC"
