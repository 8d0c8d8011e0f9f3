"""Input validators: a problem's maker asks whether an input is as the statement promises, and a judge answers."""

import io
import zipfile

from lab.process import own, wait_until

YAML = "problem_format_version: legacy\nname: Checked\n"
STATEMENT = "\\problemname{Checked}\nA number from 1 to 100.\n"
RANGE = """import sys
most = int(sys.argv[1]) if len(sys.argv) > 1 else 100
text = sys.stdin.read()
if text == f"{int(text)}\\n" and 1 <= int(text) <= most:
    sys.exit(42)
print("out of range", file=sys.stderr)
sys.exit(43)
"""
LINES = """#include <cstdio>
#include <cstdlib>
int main() { int lines = 0, c; while ((c = getchar()) != EOF) lines += c == '\\n'; if (lines == 9) abort(); return lines == 1 ? 42 : 0; }
"""
FILES = {"problem.yaml": YAML, "problem_statement/problem.en.tex": STATEMENT, "data/sample/1.in": "5\n", "data/sample/1.ans": "5\n",
         "data/secret/1.in": "7\n", "data/secret/1.ans": "7\n", "submissions/accepted/a.py": "print(input())\n",
         "input_validators/lines.cpp": LINES, "input_validators/range.py": RANGE}


def imported(site, folder, name, files):
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as z:
        for path, text in files.items():
            z.writestr(f"{name}/{path}", text)
    path = own(folder) / f"{name}.zip"
    path.write_bytes(zipped.getvalue())
    site.podium.cli("problem", "import", str(path), "--owner", "cleo@example.org")


def check(site, body, who="cleo"):
    """What the validators say in the end."""
    reply = site.member(who, "creator").ask("/api/v1/testcases/validate", "POST", body)
    assert reply.status == 200, reply.text
    at = f"/api/v1/testcases/validate/{reply.json()['check']}"
    return wait_until(lambda: (a := site.member(who).ask(at).json())["state"] == "finished" and a, 120, "the validators"), at


def test_they_are_asked(site, folder):
    cleo = site.member("cleo", "creator")
    imported(site, folder, "checked", FILES)
    good, at = check(site, {"problem": "checked", "input": "17\n", "answer": "17\n"})
    assert good["good"] and [v["accepts"] for v in good["validators"]] == [True, True]
    bad, _ = check(site, {"problem": "checked", "input": "170\n"})
    assert not bad["good"] and [(v["accepts"], v["said"]) for v in bad["validators"]] == [(True, ""), (False, "out of range")]
    flags, _ = check(site, {"problem": "checked", "input": "17\n", "flags": "10"})
    assert not flags["good"]
    two, _ = check(site, {"problem": "checked", "input": "1\n2\n"})
    assert two["validators"][0]["said"] == "it ended with status 0" and not two["validators"][1]["accepts"]
    crash, _ = check(site, {"problem": "checked", "input": "1\n" * 9})
    assert crash["validators"][0]["said"].startswith("it was ended by signal")
    # what was found is its asker's alone, and no trial of operators
    assert site.member("dan", "creator").ask(at).status == 404 and site.member("ann").ask(at).status == 403
    assert site.admin().ask(f"/internal/v1/execute/{at.rsplit('/', 1)[1]}").status == 404
    assert site.member("dan").ask("/api/v1/testcases/validate", "POST", {"problem": "checked", "input": "1\n"}).status == 404
    assert cleo.ask("/api/v1/testcases/validate/none").status == 404
    # the form alone asks nobody
    assert cleo.ask("/api/v1/testcases/validate", "POST", {"input": "1\n", "answer": "1\n"}).json() == {
        "good": True, "remarks": [], "check": None}


def test_one_that_does_not_compile_says_so(site, folder):
    site.member("cleo", "creator")
    imported(site, folder, "broken", {**FILES, "input_validators/lines.cpp": "int main( {"})
    said, _ = check(site, {"problem": "broken", "input": "17\n"})
    assert not said["good"] and said["validators"][0]["said"].startswith("it does not compile")
    assert said["validators"][1]["accepts"]


def test_a_problem_without_any_has_nothing_against_it(site, folder):
    site.member("cleo", "creator")
    imported(site, folder, "plain", {k: v for k, v in FILES.items() if not k.startswith("input_validators")})
    said, _ = check(site, {"problem": "plain", "input": "anything"})
    assert said["good"] and said["validators"] == [] and said["fault"] == ""
