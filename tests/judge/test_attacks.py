"""What hostile and merely awkward submissions try, sent through the engine as any other: each has the verdict that it
deserves, never one that blames the judge, and the next submission is judged right. What programs try against the box itself
is in podium-box (`podium-box test`, tests/box); ends, limits, validators and interaction are in test_engine.py."""

import pytest

from lab.engine import counts, refusal

REFUSAL = refusal()
pytestmark = pytest.mark.skipif(bool(REFUSAL), reason=REFUSAL or "-")
HEAD = "".join(f"#include <{name}.h>\n" for name in (
    "errno", "fcntl", "pthread", "sched", "signal", "stdio", "stdlib", "string", "sys/mman", "sys/resource", "sys/socket", "sys/stat",
    "sys/syscall", "sys/wait", "time", "unistd"))
RIGHT = (("1 2\n", "3\n"),)


def c(body):
    return "#define _GNU_SOURCE\n" + HEAD + "int main(int argc, char **argv) { " + body + ' puts("3"); return 0; }\n'


# What was tried: the language, the source, the verdicts that are right, and limits other than the short ones below.
ATTACKS = {
    "handles its own timer": ("c", c("alarm(1); signal(SIGALRM, SIG_IGN); struct timespec t = { 0, 1000000 }; nanosleep(&t, 0);"), "AC"),
    "dies of its own timer": ("c", c("signal(SIGALRM, SIG_DFL); raise(SIGALRM);"), "RE"),
    "dies of a real-time signal": ("c", c("raise(SIGRTMIN + 3);"), "RE"),
    "polls the clock": ("c", c("time_t t = time(0); while (time(0) < t + 20) ;"), "TLE"),
    "trickles its output": ("c", c('for (;;) { puts("3"); fflush(stdout); usleep(20000); }'), "TLE"),
    "stays on one processor": ("c", c(
        "int a = sched_getcpu(); cpu_set_t all; memset(&all, 255, sizeof(all)); sched_setaffinity(0, sizeof(all), &all);"
        " for (int i = 0; i < 200; i++) { sched_yield(); if (sched_getcpu() != a) return 1; }"), "AC"),
    "needs the sum over several processors": ("c", c(
        "for (int i = 0; i < 4; i++) { int p = fork(); if (p < 0) return 1; if (p == 0) for (;;) ; } while (wait(0) > 0) ;"), "TLE RE"),
    "forks as far as it can": ("c", c("int n = 0; while (n < 100 && fork() > 0) n++; if (n == 100) return 0;"), "AC WA"),
    "runs what the system has": ("c", c('execl("/bin/cat", "cat", "/etc/shadow", (char *)0); return errno != 0;'), "RE WA"),
    "runs itself from memory": ("c", c(
        'int f = syscall(SYS_memfd_create, "x", 0); write(f, "#!/bin/sh\\necho 3\\n", 17);'
        ' char *v[] = { "x", 0 }; if (argc < 9) syscall(SYS_execveat, f, "", v, v, 0x1000);'), "AC WA RE"),
    "sends in a program that is built already": ("c", "\x7fELF\x02\x01\x01\x00\x00", "CE"),
    "sends in a program as Python": ("python3", "\x7fELF\x02\x01\x01\x00\x00", "CE RE"),
    "takes nearly all the memory that it may": ("c", c(
        "char *p = malloc(57 << 20); if (!p) return 1; for (long i = 0; i < 57L << 20; i += 4096) p[i] = 1;"), "AC"),
    "takes a little more memory than it may": ("c", c(
        "char *p = malloc(65 << 20); if (!p) return 1; for (long i = 0; i < 65L << 20; i += 4096) p[i] = 1;"), "MLE"),
    "has a huge array": ("c", "char a[1L << 30];\n" + c("for (long i = 0; i < 1L << 30; i += 4096) a[i] = 1;"), "MLE RE"),
    "has a huge array that it does not use": ("c", "char a[1L << 30];\n" + c("a[5] = 1;"), "AC MLE RE"),
    "calls itself deeply, as it may": ("c", "int f(int n) { volatile char a[100]; a[0] = n; return n ? f(n - 1) + a[0] : 0; }\n" + c(
        "f(100000);"), "AC", {"memory_mib": 256}),
    "calls itself without end": ("c", "int f(int n) { volatile char a[100]; a[0] = n; return f(n + 1) + a[0]; }\n" + c("f(0);"),
                                 "MLE RE"),
    "fills pipes": ("c", c(
        "for (;;) { int p[2]; if (pipe(p)) break; fcntl(p[1], F_SETFL, O_NONBLOCK); static char b[65536]; while (write(p[1], b, 65536) > 0) ; }"),
        "AC MLE RE"),
    "asks for huge pages": ("c", c(
        "char *p = mmap(0, 1L << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);"
        " if (p != MAP_FAILED) for (long i = 0; i < 1L << 30; i += 4096) p[i] = 1;"), "AC MLE"),
    "spreads its pages so that their tables are large": ("c", c(
        "char *p = mmap(0, 1L << 40, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);"
        " if (p == MAP_FAILED) return 1; for (long i = 0; i < 1L << 40; i += 2L << 20) p[i] = 1;"), "MLE"),
    "has hardly any memory, in Python": ("python3", "print(3)\n", "MLE RE", {"memory_mib": 1}),
    "has hardly any memory, in PyPy": ("pypy3", "print(3)\n", "MLE RE AC", {"memory_mib": 1}),
    "has hardly any memory, in Java": ("java", "class A { public static void main(String[] a) { System.out.println(3); } }",
                                       "MLE RE AC", {"memory_mib": 1}),
    "takes memory beside the heap, in Java": ("java", (
        "class A { public static void main(String[] a) { java.util.List<Object> l = new java.util.ArrayList<>();"
        " for (;;) l.add(java.nio.ByteBuffer.allocateDirect(1 << 24)); } }"), "MLE RE", {"memory_mib": 64, "time_ms": 5000}),
    "writes lines without end": ("c", c('for (int i = 0; i < 500000; i++) putchar(120);'), "WA"),
    "writes exactly what it may": ("c", c('for (int i = 0; i < (1 << 20) - 2; i++) putchar(32);'), "AC"),
    "writes one byte more than it may": ("c", c('for (int i = 0; i < (1 << 20) - 1; i++) putchar(32);'), "OLE"),
    "writes into the log": ("c", c('int s = socket(AF_UNIX, SOCK_DGRAM, 0); if (open("/dev/log", O_WRONLY) >= 0) return 1; (void)s;'), "AC"),
    "writes a file that is too large": ("c", c(
        'int f = open("x", O_CREAT | O_WRONLY, 0600); static char b[1 << 20]; for (int i = 0; i < 4096; i++) if (write(f, b, 1 << 20) < 0) return 1;'),
        "RE MLE", {"may_write_files": 1}),
    "reads devices that are none of its own": ("c", c(
        'const char *v[] = { "/dev/mem", "/dev/kmsg", "/dev/tty", "/dev/sda", "/dev/fuse" };'
        ' for (int i = 0; i < 5; i++) if (open(v[i], O_RDONLY) >= 0) return 1;'), "AC"),
    "walks to the tests": ("python3", (
        "import os\nfor up in ('.', '..', '../..', '/'):\n    for name in os.listdir(up):\n"
        "        assert 'test' not in name and not name.endswith(('.ans', '.in')), name\nprint(3)\n"), "AC"),
    "has groups of others": ("c", c("gid_t g[64]; int n = getgroups(64, g); for (int i = 0; i < n; i++) if (g[i] == 0) return 1;"), "AC"),
    "makes its own name": ("c", c('strcpy(argv[0], "x"); for (char *p = argv[0]; *p; p++) *p = 37;'), "AC"),
    "reads what others left in shared memory": ("python3", (
        "import os\nassert not os.path.exists('/dev/shm') or not os.listdir('/dev/shm')\nprint(3)\n"), "AC"),
    "includes a device": ("c", '#include "/dev/urandom"\nint main() {}\n', "CE", {"build_ms": 2000, "build_mib": 256}),
    "includes a terminal": ("c", '#include "/dev/tty"\nint main() {}\n', "CE"),
    "includes itself": ("c", '#include __FILE__\nint main() {}\n', "CE"),
    "expands macros without end": ("c", "#define A0 x x\n" + "".join(f"#define A{i} A{i - 1} A{i - 1} A{i - 1} A{i - 1}\n" for i in range(1, 20))
                                   + "A19\n", "CE", {"build_ms": 2000, "build_mib": 256}),
    "loads a plugin into the compiler": ("c", '#pragma GCC optimize "-fplugin=/tmp/x.so"\n' + c(""), "AC CE"),
    "hides code in the judge's macro": ("c", "#ifdef ONLINE_JUDGE\n#error\n#endif\n" + c(""), "CE"),
    "is of another language": ("python3", "#include <stdio.h>\nint main() { puts(\"3\"); }\n", "CE RE"),
    "has lines of two systems": ("c", c("").replace("\n", "\r\n"), "AC"),
    "has a class in a package": ("java", "package bin;\npublic class Main { public static void main(String[] a) { System.out.println(3); } }", "AC"),
    "has a class of other letters": ("java", "public class Größe { public static void main(String[] a) { System.out.println(3); } }", "AC CE RE"),
    "has a class with a long name": ("java", f"class {'A' * 1000} {{ public static void main(String[] a) {{ System.out.println(3); }} }}", "CE RE AC"),
    "has several classes that start": ("java", (
        "class A { public static void main(String[] a) { System.out.println(3); } }\n"
        "class B { public static void main(String[] a) { System.out.println(3); } }"), "AC"),
    "has nothing": ("python3", "", "WA"),
    "has only blanks": ("c", " \n", "CE"),
}
LIMITS = {"time_ms": 400, "memory_mib": 64, "output_kib": 1024, "may_write_files": 0}


@pytest.mark.parametrize("name", ATTACKS)
def test_what_it_deserves(judge, name):
    language, source, allowed, *more = ATTACKS[name]
    rules = {**LIMITS, **({"time_ms": 5000} if language in ("java", "pypy3") else {}), **(more[0] if more else {})}
    done = judge.run(source, language, RIGHT, rules=rules)
    assert done.error is None and done.builds, (done.lines, done.stderr)
    got = done.test["verdict"] if done.build["build"] else "CE"
    assert got in allowed.split() or (not counts() and got in ("RE", "MLE")), done.lines
    assert got == "CE" or done.test["fault"] == ""


def test_a_build_that_leaves_more_than_is_taken_out(judge):
    build = "#!/bin/sh\nhead -c {} /dev/zero > big\nprintf '#!/bin/sh\\nexit 42\\n' > run\nchmod +x run\n"
    assert judge.run(c(""), "c", RIGHT, validator={"build": build.format(1 << 20)}).verdicts == "AC"
    done = judge.run(c(""), "c", RIGHT, validator={"build": build.format(200 << 20)})
    assert not done.tests and done.builds[-1]["why"] == "what the build left is too large, or has unusable names", done.lines


def test_names_of_files_that_nobody_could_give(judge):
    files = {"main.c": c(""), "-o": "x", "a b.c": "#error\n", "x\ny.c": "#error\n", "stdio.h/x": "", "näme.c": "#error\n", "'.c": "#error\n"}
    assert judge.run(files, "c", RIGHT).verdicts == "AC"


def test_the_machine_is_well_after_it(judge):
    assert judge.run(c(""), "c", RIGHT).verdicts == "AC"
