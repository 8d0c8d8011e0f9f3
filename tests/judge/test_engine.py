"""The engine in real boxes with real compilers: every verdict, every limit, and what hostile programs try meanwhile."""

import os
import signal
import subprocess
import time

import pytest

from lab.engine import ADD, BOX, SUMS, Judge, c, counts, refusal, work_folder
from lab.podium import BUILD
from lab.process import wait_until

REFUSAL = refusal()
pytestmark = pytest.mark.skipif(bool(REFUSAL), reason=REFUSAL or "-")


def test_right_answers_are_accepted(judge):
    done = judge.run(ADD, "c", SUMS)
    assert done.build["build"] and done.verdicts == "AC AC AC"
    for test in done.tests:
        assert 0 < test["cpu_us"] < 500_000 and 0 < test["memory"] < 64 << 20 and test["fault"] == ""


def test_a_wrong_answer_says_where(judge):
    test = judge.run(c('puts("one\\ntwo 4");'), "c", (("", "one\ntwo 3\n"),)).test
    assert (test["verdict"], test["line"], test["place"]) == ("WA", 2, "another word than expected")


@pytest.mark.parametrize("body, verdict", [
    ("for (;;) ;", "TLE"),
    ('puts("3"); fflush(stdout); for (;;) ;', "TLE"),
    ('puts("3"); fflush(stdout); sleep(60);', "TLE"),
    ("signal(SIGTERM, SIG_IGN); signal(SIGXCPU, SIG_IGN); for (;;) ;", "TLE"),
    ("raise(SIGSTOP);", "TLE"),
    ('for (;;) write(1, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 64);', "OLE"),
    ('puts("3"); for (int i = 0; i < 100; i++) printf("%100000s", ""); ', "OLE"),
    ('puts("3"); return 1;', "RE"),
    ('puts("3"); fflush(stdout); abort();', "RE"),
    ("*(volatile int *)0 = 0;", "RE"),
    ("raise(SIGKILL);", "RE"),
    ("return 42;", "RE"),
    ("", "WA"),
    ('puts("4");', "WA"),
    ('puts("3 3");', "WA"),
    ('fputs("time limit exceeded\\n", stderr); puts("2");', "WA"),
    ('putchar(\'3\'); putchar(0);', "WA"),
    ('for (int i = 0; i < 256; i++) putchar(i);', "WA"),
    ('puts("  3  ");', "AC"),
    ('puts("3"); for (int i = 0; i < 200000; i++) fputs("noise on standard error ", stderr);', "AC"),
    ('close(0); close(2); puts("3");', "AC"),
])
def test_each_end_has_its_verdict(judge, body, verdict):
    test = judge.run(c(body), "c", (("1 2\n", "3\n"),), rules={"time_ms": 1000, "output_kib": 1024}).test
    assert test["verdict"] == verdict, test
    assert test["fault"] == ""


@pytest.mark.parametrize("body, code, by_signal", [
    ("return 7;", 7, 0), ("raise(SIGSEGV);", signal.SIGSEGV, 1), ("raise(SIGKILL);", signal.SIGKILL, 1)])
def test_how_it_ended_is_told(judge, body, code, by_signal):
    test = judge.run(c(body), "c").test
    assert (test["verdict"], test["code"], test["by_signal"]) == ("RE", code, by_signal)


@pytest.mark.parametrize("size, verdict", [(20, "AC"), (200, "MLE")])
def test_the_limit_of_memory(judge, size, verdict):
    body = f'size_t n = {size}UL << 20; volatile char *p = malloc(n); for (size_t i = 0; p && i < n; i += 4096) p[i] = 1; return p == NULL;'
    found = judge.run(c(body), "c", rules={"memory_mib": 64}).verdicts
    assert found == verdict or (verdict == "MLE" and found == "RE" and not counts())


@pytest.mark.parametrize("language, source", [
    ("python3", "x = bytearray(1 << 30)\n"), ("cpp17", "#include <vector>\nint main() { return std::vector<char>(1 << 30, 1)[99] - 1; }\n")])
def test_memory_that_a_program_cannot_have(judge, language, source):
    assert judge.run(source, language, rules={"memory_mib": 128}).verdicts == "MLE"


def test_time_comes_before_memory_and_output(judge):
    """A program that would break several limits gets the one that comes first in the order."""
    body = 'puts("x"); fflush(stdout); for (volatile long i = 0;; i++) ;'
    assert judge.run(c(body), "c", rules={"time_ms": 200}).verdicts == "TLE"


def test_wrong_and_then_too_slow_is_too_slow(judge):
    """What is already wrong does not hide what takes precedence."""
    assert judge.run(c('puts("wrong"); fflush(stdout); for (;;) ;'), "c", (("", "right"),),
                     rules={"time_ms": 300}).verdicts == "TLE"
    assert judge.run(c('puts("wrong"); fflush(stdout); abort();'), "c", (("", "right"),)).verdicts == "RE"


@pytest.mark.parametrize("flags, output, verdict", [
    ("", "YES 0.5", "AC"), ("case_sensitive", "YES 0.5", "WA"), ("float_tolerance 1e-3", "yes 0.5004", "AC"),
    ("float_tolerance 1e-3", "yes 0.502", "WA"), ("space_change_sensitive", "yes  0.5", "WA"),
])
def test_flags_of_the_default_validator(judge, flags, output, verdict):
    assert judge.run(c(f'puts("{output}");'), "c", (("", "yes 0.5\n"),), flags=flags).verdicts == verdict


def test_flags_that_nobody_knows_are_the_judges_error(judge):
    test = judge.run(ADD, "c", SUMS[:1], flags="no_such_flag").test
    assert test["verdict"] == "JE" and "no_such_flag" in test["fault"]


def test_arguments_and_files_of_a_test(judge):
    body = 'FILE *f = fopen("hint.txt", "r"); char t[9]; puts(argv[1]); puts(fgets(t, 9, f));'
    done = judge.run(c(body), "c", (("", "word\nextra\n"),) * 2, arg="word", extra="hint.txt")
    assert done.verdicts == "AC AC", done.lines


def test_writing_files_is_off_unless_allowed(judge):
    body = 'FILE *f = fopen("x", "w"); if (!f) return 3; fputs("hi", f); fclose(f); puts("ok");'
    assert judge.run(c(body), "c", (("", "ok"),)).test["code"] == 3
    body = 'if (fopen("x", "r")) return 4; ' + body
    assert judge.run(c(body), "c", (("", "ok"),) * 2, rules={"may_write_files": 1}).verdicts == "AC AC"


# ---- compiling ------------------------------------------------------------------------------------

@pytest.mark.parametrize("source, says", [
    ("int main( { return 0; }", "main.c:1"),
    ('#include "/etc/shadow"\nint main() {}', "shadow"),
    ('#include "main.c"\nint main() {}', ""),
    ("\x00\x01binary\x7f", ""),
    ('__asm__(".incbin \\"/etc/shadow\\"");\nint main() {}', ""),
    ("", ""),
])
def test_what_does_not_compile(judge, source, says):
    done = judge.run(source, "c")
    assert done.build["build"] is False and not done.tests
    assert says in done.build["text"] and "root:" not in done.build["text"]


def test_a_compiler_is_stopped(judge):
    done = judge.run('#include "/dev/zero"\nint main() {}', "c", rules={"build_ms": 700, "build_mib": 256})
    assert done.build["build"] is False
    assert done.build["why"] or done.build["text"]
    loop = "template<int N> struct A { typename A<N * 2>::T x; typename A<N * 2 + 1>::T y; using T = A; };\nA<1> a;\nint main() {}"
    started = time.monotonic()
    done = judge.run(loop.replace("N * 2", "N + 1"), "cpp20", rules={"build_ms": 1000, "build_mib": 512})
    assert done.build["build"] is False and time.monotonic() - started < 120


def test_a_flood_of_messages_is_cut(judge):
    lines = "\n".join(f"int f{i}() {{ return undeclared_name_{i}; }}" for i in range(5000))
    done = judge.run(lines, "c")
    assert done.build["build"] is False and 1000 < len(done.build["text"]) <= 200_000


def test_a_program_that_is_too_large(judge):
    done = judge.run("char a[1L << 29] = { 1 };\nint main() { return 0; }", "c", rules={"build_ms": 20000})
    assert done.build["build"] is False or done.verdicts in ("MLE", "RE", "AC")


def test_test_data_is_out_of_reach_of_compiler_and_program(judge, tmp_path):
    secret = tmp_path / "secret.ans"
    secret.write_text("42\n")
    os.chmod(secret, 0o644)
    assert judge.run(f'#include "{secret}"\nint main() {{}}', "c").build["build"] is False
    look = ("import os\nseen = []\nfor top, folders, files in os.walk('/'):\n"
            "    if top.startswith(('/usr', '/proc')): folders[:] = []; continue\n"
            "    seen += [f for f in files if f.endswith('.ans') or f.endswith('.in')]\nprint(seen)\n")
    assert judge.run(look, "python3", (("x", "[]\n"),)).verdicts == "AC"


def test_the_same_source_has_the_same_key(judge):
    keys = [judge.run(ADD, "c", ()).build["key"] for _ in range(2)] + [judge.run(ADD + "\n", "c", ()).build["key"]]
    assert keys[0] == keys[1] != keys[2]
    assert judge.run("print(1)", "python3", ()).build["key"] != judge.run("print(1)", "pypy3", ()).lines[0].get("key")


def test_the_header_is_compiled_once_and_used(judge):
    source = "#include <bits/stdc++.h>\nusing namespace std;\nint main() { int a, b; cin >> a >> b; cout << a + b << endl; }\n"
    judge.languages()
    locks = list(work_folder().glob("header-*.lock"))
    wait_until(lambda: locks and all(p.with_suffix("").is_dir() for p in locks), 60)  # another test may be making it
    with_it = judge.run(source, "cpp20", SUMS)
    without = judge.run("#define X\n#include <vector>\n" + source, "cpp20", SUMS)
    assert with_it.verdicts == without.verdicts == "AC AC AC"
    assert with_it.build["cpu_us"] < 0.6 * without.build["cpu_us"]


# ---- languages ------------------------------------------------------------------------------------

PROGRAMS = {
    "c": ADD,
    "cpp17": "#include <iostream>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }",
    "cpp20": "#include <iostream>\n#include <concepts>\nint main() { int a, b; std::cin >> a >> b; std::cout << a + b; }",
    "python3": "print(sum(map(int, input().split())))",
    "pypy3": "print(sum(map(int, input().split())))",
    "java": "import java.util.*;\npublic class Sum { public static void main(String[] x) { Scanner s = new Scanner(System.in); "
            "System.out.println(s.nextInt() + s.nextInt()); } }",
    "kotlin": "fun main() { println(readLine()!!.split(\" \").map { it.toInt() }.sum()) }",
    "javascript": "const [a, b] = require('fs').readFileSync(0, 'utf8').split(' ').map(Number); console.log(a + b)",
    "go": 'package main\nimport "fmt"\nfunc main() { var a, b int; fmt.Scan(&a, &b); fmt.Println(a + b) }',
    "rust": "use std::io;\nfn main() { let mut s = String::new(); io::stdin().read_line(&mut s).unwrap(); "
            'let t: i64 = s.split_whitespace().map(|x| x.parse::<i64>().unwrap()).sum(); println!("{}", t); }',
    "pascal": "var a, b: longint;\nbegin\n  readln(a, b);\n  writeln(a + b);\nend.",
    "ocaml": 'let () = Scanf.scanf " %d %d" (fun a b -> Printf.printf "%d\\n" (a + b))',
    "haskell": "main = interact $ show . sum . map read . words",
}
NAMES = {"kotlin": "x.kt", "javascript": "x.js", "go": "x.go", "rust": "x.rs", "pascal": "x.pas", "ocaml": "x.ml", "haskell": "x.hs"}


def there():
    """The languages that this machine has: those of `make check`, and more where somebody installed them."""
    if REFUSAL or not BOX.exists():
        return {}
    return {line["language"]: line for line in Judge(".").languages().lines if "language" in line}


@pytest.fixture(scope="module")
def found():
    return there()


@pytest.mark.parametrize("language", PROGRAMS)
def test_each_language_runs(judge, found, language):
    if not found[language]["there"]:
        assert found[language]["why"]
        pytest.skip(found[language]["why"])
    done = judge.run(PROGRAMS[language], language, SUMS, name=NAMES.get(language), rules={"time_ms": 5000})
    assert done.verdicts == "AC AC AC", (done.lines, done.stderr)


@pytest.mark.parametrize("language, program", [
    ("c", '#include <stdio.h>\nint main() { int a, b; FILE *f = fopen("/dev/stdin", "r"); if (!f || fscanf(f, "%d %d", &a, &b) != 2) return 1;'
          ' printf("%d", a + b); }'),
    ("python3", "a, b = map(int, open('/dev/stdin').read().split())\nprint(a + b)\n"),
    ("javascript", "const w = require('fs').readFileSync('/dev/stdin', 'utf8').split(/\\s+/).map(Number);\nconsole.log(w[0] + w[1]);\n"),
    ("cpp20", '#include <bits/stdc++.h>\nint main() {\n#ifndef ONLINE_JUDGE\nif (!freopen("my.txt", "r", stdin)) return 1;\n#endif\n'
              "int a, b; std::cin >> a >> b; std::cout << a + b; }"),
    ("java", "class A { public static void main(String[] a) throws Exception { if (System.getProperty(\"ONLINE_JUDGE\") == null) return;"
             " java.util.Scanner s = new java.util.Scanner(System.in); System.out.println(s.nextInt() + s.nextInt()); } }"),
])
def test_habits_that_other_judges_allow(judge, found, language, program):
    """Reading the input by its name, and files of one's own where no judge is."""
    if not found[language]["there"]:
        pytest.skip(found[language]["why"])
    done = judge.run(program, language, SUMS, rules={"time_ms": 5000})
    assert done.verdicts == "AC AC AC", (done.lines, done.stderr)


def test_what_programs_use_is_there_without_shared_libraries(judge):
    program = """#include <bits/stdc++.h>
using namespace std;
thread_local int mine;
int main() {
    mutex m; condition_variable c; int n = 0;
    vector<thread> all;
    for (int i = 0; i < 3; i++) all.emplace_back([&] { mine = 1; lock_guard l(m); n += mine; c.notify_one(); });
    { unique_lock l(m); c.wait(l, [&] { return n == 3; }); }
    for (auto &t : all) t.join();
    auto later = async(launch::async, []() -> int { throw runtime_error("thrown"); });
    try { later.get(); } catch (const exception &e) { cout << e.what() << ' '; }
    cout << regex_replace("a1b2", regex("[0-9]"), "") << ' ' << n << ' ' << fixed << setprecision(3) << sqrtl(2.0L) << endl;
}
"""
    done = judge.run(program, "cpp20", (("", "thrown ab 3 1.414\n"),))
    assert done.verdicts == "AC", done.lines


def test_the_least_is_there(found):
    for language in ("c", "cpp17", "cpp20", "python3", "java", "pypy3"):
        assert found[language]["there"], found[language]
    assert all(line["version"] if line["there"] else "apt-get" in line["why"] for line in found.values())


def test_java_finds_its_main_class(judge):
    files = {"a/Help.java": "package a; public class Help { public static int f() { return 3; } }",
             "Other.java": "class Other { void main() {} }",
             "b/Start.java": "package b; public class Start { public static void main(String[] x) { System.out.println(a.Help.f()); } }"}
    assert judge.run(files, "java", (("", "3"),), rules={"time_ms": 5000}).verdicts == "AC"
    assert judge.run("package p.q;\nclass Hidden { public static void main(String[] x) { System.out.println(3); } }", "java",
                     (("", "3"),), rules={"time_ms": 5000}).verdicts == "AC"


def test_java_without_main_and_without_memory(judge):
    assert judge.run("class A {}", "java", rules={"time_ms": 5000}).verdicts == "RE"
    hungry = "class A { public static void main(String[] x) { long[][] a = new long[1000][]; for (int i = 0; i < 1000; i++) a[i] = new long[1 << 20]; } }"
    assert judge.run(hungry, "java", rules={"time_ms": 5000, "memory_mib": 128}).verdicts == "MLE"


def test_python_of_several_files(judge):
    files = {"helper.py": "def f(): return 3", "main.py": "import helper\nprint(helper.f())"}
    assert judge.run(files, "python3", (("", "3"),)).verdicts == "AC"
    assert judge.run("print(", "python3").build["build"] is False
    assert judge.run({"one.py": "print(1)", "two.py": "print(2)"}, "python3", (("", "2"),), entry="two.py").verdicts == "AC"


# ---- validators -----------------------------------------------------------------------------------

ECHO = "import sys\nsys.stdout.write(sys.stdin.read())\n"
CHECK = """import sys
given, answer, feedback = sys.argv[1:4]
assert feedback.endswith('/')
same = sys.stdin.read().split() == open(answer).read().split()
open(feedback + 'judgemessage.txt', 'w').write('flags ' + str(sys.argv[4:]))
open(feedback + 'teammessage.txt', 'w').write('look again')
sys.exit(42 if same and open(given).read() == 'in' else 43)
"""


def test_a_custom_validator(judge):
    done = judge.run(ECHO, "python3", (("in", "in"), ("in", "out"), ("in", "in")), validator=CHECK, flags="one\\ word two")
    assert done.verdicts == "AC WA AC", done.lines
    assert done.tests[1]["judge_message"] == "flags ['one word', 'two']" and done.tests[1]["team_message"] == "look again"


@pytest.mark.parametrize("body, says", [
    ("sys.exit(0)", "status 0"), ("sys.exit(1)", "status 1"), ("raise Exception('broken')", "broken"),
    ("os.kill(os.getpid(), 11)", "signal 11"), ("while True: pass", "longer"), ("time.sleep(100)", "longer"),
    ("x = bytearray(1 << 30)", ""), ("while True: os.write(1, b'x' * 65536)", "wrote more"),
    ("open(sys.argv[3] + 'score.txt', 'w').write('1'); sys.exit(42)", "nothing is scored"),
    ("open(sys.argv[3] + 'score.txt', 'w').write('1'); sys.exit(43)", "nothing is scored"),
    ("os.symlink('/etc/passwd', sys.argv[3] + 'judgemessage.txt'); sys.exit(42)", "no ordinary file"),
    ("os.mkdir(sys.argv[3] + 'teammessage.txt'); sys.exit(42)", "no ordinary file"),
    ("f = open(sys.argv[3] + 'judgemessage.txt', 'wb')\nwhile True: f.write(b'x' * 65536)", "status"),
])
def test_validators_that_misbehave_are_the_judges_error(judge, body, says):
    tests = (("a", "a"), ("b", "b"))[:1 if says == "longer" else 2]  # those wait for the clock
    done = judge.run(ECHO, "python3", tests, validator="import os, sys, time\n" + body + "\n",
                     rules={"check_ms": 500, "check_mib": 256, "check_kib": 512})
    assert done.verdicts == " ".join(["JE"] * len(tests)), done.lines
    assert says in done.tests[0]["fault"]


def test_a_validators_words_are_bounded_and_clean(judge):
    text = "import sys\nopen(sys.argv[3] + 'judgemessage.txt', 'wb').write(b'\\xff\\x00a\\r\\n' + b'x' * 200000)\nsys.exit(42)\n"
    test = judge.run(ECHO, "python3", (("a", "a"),), validator=text).test
    assert test["verdict"] == "AC" and len(test["judge_message"]) <= 70000 and test["judge_message"].startswith("\ufffd\ufffda\nx")


def test_scores(judge):
    give = "import sys\nopen(sys.argv[3] + 'score.txt', 'w').write(sys.stdin.read())\nsys.exit(42)\n"
    inputs = (("12.5\n", ""), ("x", ""), ("nan", ""), ("-1", ""), ("0", ""))
    done = judge.run(ECHO, "python3", inputs, validator=give, rules={"is_scoring": 1})
    assert done.verdicts == "AC JE JE JE AC"
    assert done.tests[0]["score"] == 12.5 and done.tests[4]["score"] == 0
    reject = give.replace("42", "43")
    assert judge.run(ECHO, "python3", inputs[:1], validator=reject, rules={"is_scoring": 1}).verdicts == "JE"
    legacy = judge.run(ECHO, "python3", (("-1.5", ""), ("1e999", "")), validator=give, rules={"is_scoring": 1, "grading": 1})
    assert legacy.verdicts == "AC JE" and legacy.tests[0]["score"] == -1.5
    silent = judge.run(ECHO, "python3", (("1", ""),), validator=give, rules={"is_scoring": 1, "validator_scores": 0})
    assert silent.verdicts == "JE" and "says no score of it" in silent.test["fault"]
    both = give.replace("sys.exit", "open(sys.argv[3] + 'score_multiplier.txt', 'w').write('1')\nsys.exit")
    assert judge.run(ECHO, "python3", (("1", ""),), validator=both, rules={"is_scoring": 1}).verdicts == "JE"
    share = give.replace("score.txt", "score_multiplier.txt")
    done = judge.run(ECHO, "python3", (("0.25", ""), ("1.5", "")), validator=share, rules={"is_scoring": 1})
    assert done.verdicts == "AC JE" and done.tests[0]["multiplier"] == 0.25


def test_validators_of_several_kinds(judge):
    in_c = {"check.c": c('int a, b; FILE *f = fopen(argv[2], "r"); fscanf(f, "%d", &a); scanf("%d", &b); return a == b ? 42 : 43;')}
    script = {"run": "#!/bin/sh\nread -r word\nread -r answer < \"$2\"\n[ \"$word\" = \"$answer\" ] && exit 42\nexit 43\n"}
    built = {"build": "#!/bin/sh\ngcc -o checker *.c\nprintf '#!/bin/sh\\nexec /program/checker \"$@\"\\n' > run\nchmod +x run\n", **in_c}
    aliases = {**in_c, "build": built["build"].replace("gcc", "cc"), "more.cc": "int more() { return 1; }\n"}
    aliases["build"] = aliases["build"].replace("\n", "\nc++ -c more.cc && python3 -c 'print(1)' >/dev/null || exit 1\n", 1)
    several = {"validate.py": "import sys, helper\nsys.exit(helper.check(sys.stdin, open(sys.argv[2])))\n",
               "helper.py": "def check(a, b): return 42 if a.read().split() == b.read().split() else 43\n"}
    for validator in (in_c, script, built, aliases, several):
        done = judge.run(ECHO, "python3", (("5", "5"), ("5", "6")), validator=validator)
        assert done.verdicts == "AC WA", (validator, done.lines, done.stderr)


def says(n):
    """A validator that accepts what has its number in it."""
    return f"import sys\nopen(sys.argv[3] + 'judgemessage.txt', 'w').write('{n}')\nsys.exit(42 if '{n}' in sys.stdin.read() else 43)\n"


def test_several_validators_have_to_agree(judge):
    crash = "import os\nos.abort()\n"
    done = judge.run(ECHO, "python3", (("1 2 3", ""), ("1 3", ""), ("2 3", ""), ("3", "")), validator=[says(1), says(2), says(3)])
    assert done.verdicts == "AC WA WA WA", done.lines
    assert [t["judge_message"] for t in done.tests] == ["3", "2", "1", "1"]  # those after it are not asked
    assert judge.run(ECHO, "python3", (("1", ""), ("2", "")), validator=[says(1), crash]).verdicts == "JE WA"


def test_several_interactive_validators(judge):
    word = "import sys\nprint({0}, flush=True)\nsys.exit(42 if sys.stdin.readline().strip() == '{0}' else 43)\n"
    both = [word.format(1), word.format(2)]
    assert judge.run("print(input())\n", "python3", validator=both, rules=TALK).verdicts == "AC"
    assert judge.run("print(input() and 1)\n", "python3", validator=both, rules=TALK).verdicts == "WA"
    assert judge.run("assert input() != '2'\nprint(1)\n", "python3", validator=both, rules=TALK).verdicts == "RE"


def test_a_validator_does_not_decide_about_what_broke_a_limit(judge):
    accept = "import sys\nsys.exit(42)\n"
    for body, verdict in (("for (;;) ;", "TLE"), ("return 1;", "RE"), ("", "AC")):
        assert judge.run(c(body), "c", validator=accept, rules={"time_ms": 300}).verdicts == verdict


def test_checkers_of_testlib(judge):
    check = ("import sys\ngiven, output, answer = sys.argv[1:4]\ncode = int(open(output).read())\n"
             "sys.stderr.write('points 7.5 fine' if code == 7 else 'said')\nsys.exit(code)\n")
    tests = tuple((str(i), "") for i in (0, 1, 2, 3, 4, 7, 8, 16 + 5, 255))
    done = judge.run(ECHO, "python3", tests, validator=check, rules={"validator": 2, "is_scoring": 1})
    assert done.verdicts == "AC WA WA JE WA AC WA AC JE", done.lines
    assert done.tests[5]["score"] == 7.5 and done.tests[7]["score"] == 5
    assert done.tests[0]["judge_message"] == "said"
    assert judge.run(ECHO, "python3", (("7", ""),), validator=check, rules={"validator": 2}).verdicts == "WA"


def test_interactors_of_testlib(judge):
    """The interactor talks and leaves what its checker is then asked about."""
    talk = ("import sys\ngiven, output, answer = sys.argv[1:4]\nprint(open(given).read().strip(), flush=True)\n"
            "word = sys.stdin.readline().strip()\nopen(output, 'w').write(word)\nsys.exit(1 if word == 'no' else 0)\n")
    check = "import sys\nsame = open(sys.argv[2]).read() == open(sys.argv[3]).read().strip()\nsys.exit(0 if same else 1)\n"
    rules = {**TALK, "validator": 2}
    tests = (("a", "a"), ("b", "a"), ("no", "no"))
    done = judge.run("print(input())\n", "python3", tests, validator=[check, talk], rules=rules)
    assert done.verdicts == "AC WA WA", (done.lines, done.stderr)
    assert judge.run("print(input())\n", "python3", tests[1:2], validator=talk, rules=rules).verdicts == "AC"
    assert judge.run("exit(input() == 'a')\n", "python3", tests[:1], validator=[check, talk], rules=rules).verdicts == "RE"
    silent = talk.replace("open(output, 'w').write(word)\n", "")
    assert judge.run("print(input())\n", "python3", tests[:1], validator=[check, silent], rules=rules).verdicts == "WA"


# ---- interactive ----------------------------------------------------------------------------------

GUESS = """import sys
secret = int(open(sys.argv[1]).read())
for _ in range(12):
    line = sys.stdin.readline()
    if not line: sys.exit(43)
    n = int(line)
    print('equal' if n == secret else 'lower' if secret < n else 'higher', flush=True)
    if n == secret: sys.exit(42)
sys.exit(43)
"""
TALK = {"is_interactive": 1, "time_ms": 1000, "check_ms": 5000}
BISECT = ("import sys\nlow, high = 1, 1000\nwhile True:\n    n = (low + high) // 2\n    print(n, flush=True)\n"
          "    word = input()\n    if word == 'equal': break\n    if word == 'lower': high = n - 1\n    else: low = n + 1\n")


@pytest.mark.parametrize("program, verdict", [
    (BISECT, "AC"),
    ("while True:\n    print(1, flush=True)\n    if input() == 'equal': break\n", "WA"),
    ("import sys\nprint(1)\nsys.stdin.readline()\n", "TLE"),                       # does not flush: both wait
    ("import sys\nsys.exit(0)\n", "WA"),                                         # says nothing
    ("import sys\nsys.exit(3)\n", "RE"),                                         # crashes before the validator decides
    (BISECT + "raise Exception\n", "RE"),                                        # and after it has accepted
    (BISECT + "while True: pass\n", "TLE"),
    (BISECT + "for i in range(100000): print('more')\n", "AC"),                  # after the end nobody listens
    ("print('x', flush=True)\nwhile True: pass\n", "JE"),                        # this validator cannot read that
    ("for i in range(20): print(1000, flush=True)\nwhile True: pass\n", "WA"),   # wrong first, whatever follows
    ("import sys\nfor i in range(20): print(1000, flush=True)\nsys.stdin.read()\nraise Exception\n", "WA"),
    ("import time\ntime.sleep(60)\n", "TLE"),
])
def test_interactive(judge, program, verdict):
    tests = (("7", ""), ("700", ""))[:1 if verdict == "TLE" else 2]  # those wait for the clock
    done = judge.run(program, "python3", tests, validator=GUESS, rules=TALK)
    assert done.verdicts == " ".join([verdict] * len(tests)), (done.lines, done.stderr)


def test_interactive_floods_and_deadlocks(judge):
    flood = c('for (;;) write(1, "1\\n1\\n1\\n1\\n", 8);')
    deaf = "import time\ntime.sleep(100)\n"
    assert judge.run(flood, "c", validator=deaf, rules=TALK).verdicts == "TLE"
    talker = "import os\nwhile True: os.write(1, b'x' * 65536)\n"
    assert judge.run(c("sleep(100);"), "c", validator=talker, rules=TALK).verdicts == "TLE"
    early = "import sys\nsys.exit(43)\n"
    for program in (flood, c("for (;;) ;"), c("sleep(100);"), c("return 0;")):
        assert judge.run(program, "c", validator=early, rules=TALK).verdicts in ("WA",)
    crash = "import os\nos.abort()\n"
    assert judge.run(c("for (;;) ;"), "c", validator=crash, rules=TALK).verdicts == "JE"


def test_the_input_is_not_the_teams_in_interactive_runs(judge):
    look = "import os, sys\nsys.exit(5 if os.path.exists('/box/data') or sys.stdin.read() else 0)\n"
    test = judge.run(look, "python3", (("7", ""),), validator="import sys\nsys.exit(42)\n", rules=TALK).test
    assert test["verdict"] == "AC", test


# ---- multi-pass -----------------------------------------------------------------------------------

PASSES = {"is_multipass": 1, "passes": 3}
AGAIN = """import os, sys
given, answer, feedback = sys.argv[1:4]
count = feedback + 'count'
n = int(open(count).read()) + 1 if os.path.exists(count) else 1
open(count, 'w').write(str(n))
word = sys.stdin.read().strip()
if word != str(int(open(given).read()) * 2): sys.exit(43)
if n < int(open(answer).read()): open(feedback + 'nextpass.in', 'w').write(word)
sys.exit(42)
"""
DOUBLE = "print(int(input()) * 2)\n"


@pytest.mark.parametrize("wanted, verdict, passes", [(1, "AC", 1), (2, "AC", 2), (3, "AC", 3), (4, "JE", 3)])
def test_passes(judge, wanted, verdict, passes):
    test = judge.run(DOUBLE, "python3", (("5", str(wanted)),), validator=AGAIN, rules=PASSES).test
    assert (test["verdict"], test["passes"]) == (verdict, passes), test


def test_a_later_pass_decides(judge):
    late = "n = int(input())\nprint(n * 2 if n < 10 else 'no')\n"
    assert judge.run(late, "python3", (("5", "3"),), validator=AGAIN, rules=PASSES).test["passes"] == 2
    assert judge.run(late, "python3", (("5", "3"),), validator=AGAIN, rules=PASSES).verdicts == "WA"
    slow = "n = int(input())\nwhile n >= 10: pass\nprint(n * 2)\n"
    assert judge.run(slow, "python3", (("5", "3"),), validator=AGAIN, rules=PASSES).verdicts == "TLE"


def test_nothing_of_the_program_is_kept_between_passes(judge):
    body = "import os\nn = int(input())\nassert not os.listdir('/box') + os.listdir('/tmp')\nopen('x', 'w')\nopen('/tmp/y', 'w')\nprint(n * 2)\n"
    test = judge.run(body, "python3", (("5", "3"),), validator=AGAIN, rules={**PASSES, "may_write_files": 1}).test
    assert (test["verdict"], test["passes"]) == ("AC", 3), test


def test_another_pass_after_a_wrong_answer_is_the_judges_error(judge):
    lies = "import sys\nopen(sys.argv[3] + 'nextpass.in', 'w').write('x')\nsys.exit(43)\n"
    assert judge.run(DOUBLE, "python3", (("5", "1"),), validator=lies, rules=PASSES).verdicts == "JE"


def test_interactive_and_multi_pass_together(judge):
    both = """import os, sys
feedback = sys.argv[3]
secret = open(sys.argv[1]).read().strip()
print('say', flush=True)
word = sys.stdin.readline().strip()
if word != 'said': sys.exit(43)
if secret != 'last': open(feedback + 'nextpass.in', 'w').write('last')
sys.exit(42)
"""
    rules = {**TALK, **PASSES}
    test = judge.run("assert input() == 'say'\nprint('said', flush=True)\n", "python3", (("first", ""),), validator=both, rules=rules).test
    assert (test["verdict"], test["passes"]) == ("AC", 2), test
    assert judge.run("print('no', flush=True)\n", "python3", (("first", ""),), validator=both, rules=rules).verdicts == "WA"


# ---- hostile programs while judging ---------------------------------------------------------------

HOSTILE = {
    "fork bomb": c("for (;;) fork();"),
    "orphans": c("for (int i = 0; i < 10; i++) if (fork() == 0) { setsid(); for (;;) ; } return 0;"),
    "kills all": c("kill(-1, SIGKILL); kill(1, SIGKILL); for (;;) ;"),
    "holds its output": c("if (fork() == 0) { sleep(100); } return 0;"),
    "many files": c('char n[20]; for (long i = 0; i < 100000; i++) { sprintf(n, "f%ld", i); close(open(n, O_CREAT | O_WRONLY, 0600)); }'),
    "rewrites its input": c('int f = open("/proc/self/fd/0", O_RDWR); if (f >= 0) return write(f, "9 9", 3) == 3; f = 0; return ftruncate(0, 0) == 0;'),
    "changes the program": c('return rename("/program/program", "/program/x") == 0 || open("/program/program", O_WRONLY) >= 0;'),
    "memory of children": c("for (int i = 0; i < 4; i++) if (fork() == 0) { char *p = malloc(40 << 20); memset(p, 1, 40 << 20); sleep(5); } sleep(5); return 0;"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_next_one_is_judged_right_after(judge, name):
    rules = {"time_ms": 500, "memory_mib": 64, "may_write_files": 1}
    done = judge.run(HOSTILE[name], "c", (("1 2\n", "3\n"),) * 2, rules=rules)
    assert all(test["verdict"] in ("TLE", "RE", "WA", "MLE") for test in done.tests) and len(done.tests) == 2, done.lines
    if name in ("rewrites its input", "changes the program"):
        assert done.verdicts == "WA WA"
    assert judge.run(ADD, "c", SUMS).verdicts == "AC AC AC"


def test_what_a_program_leaves_is_gone_in_the_next_test(judge):
    body = ("import os\nassert not os.listdir('/box') + os.listdir('/tmp')\nfor p in ('/box/x', '/tmp/x'):\n"
            "    open(p, 'w').write('x')\nprint('ok')\n")
    assert judge.run(body, "python3", (("", "ok"),) * 3, rules={"may_write_files": 1}).verdicts == "AC AC AC"


# ---- settings -----------------------------------------------------------------------------------

def test_what_is_wrong_with_the_setting_is_said(tmp_path):
    for work, word in (("relative", "whole path"), ("/proc/nowhere", "cannot make"), ("/dev/shm/none/below", "cannot make")):
        done = subprocess.run([BUILD / "judge-test", "--list", work, BOX], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 1 and word in done.stdout, done.stdout
    done = subprocess.run([BUILD / "judge-test", "--list", tmp_path / "w", "/no/such/box"], capture_output=True, text=True, timeout=60, check=False)
    assert '"kind":"temporary"' in done.stdout and "cannot start" in done.stdout
