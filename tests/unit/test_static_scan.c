#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "gen/file.h"
#include "judge/static_scan.h"

static struct arena *mem;

static struct static_scan_rules parsed(const char *text)
{
	struct static_scan_rules r = { .n = 0 };
	struct err e = { 0 };

	if (static_scan_parse(mem, span_of(text), "scan.conf", &r, &e) != 0)
		fail_msg("%s", e.text);
	return r;
}

static void refused(const char *text, const char *why)
{
	struct static_scan_rules r;
	struct err e = { 0 };

	assert_int_equal(static_scan_parse(mem, span_of(text), "scan.conf", &r, &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
	assert_string_equal(e.text, why);
}

/* "name:line:places" of each flag, a blank between them. */
static const char *flags(
	const struct static_scan_rules *rules, const char *language, const char *source)
{
	struct static_scan_flags f;
	char *text = arena_printf(mem, "%s", "");

	static_scan_run(rules, mem, span_of(language), span_of(source), &f);
	for (size_t i = 0; i < f.n; i++)
		text = arena_printf(mem, "%s%s" SPAN_FMT ":%d:%d", text, i > 0 ? " " : "",
			SPAN_ARG(f.v[i].rule->name), f.v[i].line, f.v[i].n);
	return text;
}

static void names(void **state)
{
	struct static_scan_rules r = parsed("rule a warn says a\n"
					    "for c cpp17\n"
					    "call system .popen os.fork\n"
					    "word asm a.b.c\n");

	(void)state;
	assert_string_equal(flags(&r, "c", "int x;\nsystem(\"ls\");\n\nsystem (x)"), "a:2:2");
	assert_string_equal(flags(&r, "c", "int system = 1;"), "");
	assert_string_equal(flags(&r, "c", "// system(1)\n/* system(2) */ \"system(3)\""), "");
	assert_string_equal(flags(&r, "c", "std::system(1)"), "a:1:1");
	assert_string_equal(flags(&r, "c", "x.system(1)"), "");
	assert_string_equal(flags(&r, "c", "x->system(1)"), "");
	assert_string_equal(flags(&r, "c", "x->popen(1) x.popen(2) popen(3)"), "a:1:2");
	assert_string_equal(flags(&r, "c", "os.fork() os::fork() fork() os . fork()"), "a:1:3");
	assert_string_equal(flags(&r, "c", "asm"), "a:1:1");
	assert_string_equal(flags(&r, "c", "a.b.c b.c c"), "a:1:2");
	assert_string_equal(flags(&r, "java", "system(1)"), "");
	assert_string_equal(flags(&r, "c", "filesystem(1) system_(2)"), "");
}

static void texts(void **state)
{
	struct static_scan_rules r = parsed("# comment\n\n"
					    "rule paths note names files\n"
					    "text \"/proc/\n"
					    "text #include \"/\n"
					    "rule long note is long\n"
					    "line 10\n");

	(void)state;
	assert_string_equal(flags(&r, "c", "\n#include  \"/x\""), "long:2:1");
	assert_string_equal(flags(&r, "c", "\n#include \"/x\""), "paths:2:1 long:2:1");
	assert_string_equal(flags(&r, "c", "//\"/proc/"), "");
	assert_string_equal(flags(&r, "c", "a=\"/proc/\""), "paths:1:1");
	assert_string_equal(flags(&r, "c", "1234567890\n12345678901\n"), "long:2:1");
	assert_string_equal(flags(&r, "c", ""), "");
}

static void letters(void **state)
{
	struct static_scan_rules r = parsed("rule hidden warn hides\nhidden\n"
					    "rule foreign note foreign\nforeign 2\n");

	(void)state;
	assert_string_equal(flags(&r, "c", "int a; // \xe2\x80\xae b"), "hidden:1:1");
	assert_string_equal(flags(&r, "c", "\xEF\xBB\xBFint a;"), "");
	assert_string_equal(flags(&r, "c", "int \xEF\xBB\xBF;"), "hidden:1:1");
	assert_string_equal(flags(&r, "c", "a\n\x01"), "hidden:2:1");
	assert_string_equal(flags(&r, "c", "// \xd0\xb8\xd0\xb8\xd0\xb8"), "");
	assert_string_equal(flags(&r, "c", "a;\n\xd0\xb8\xd0\xb8 \xd0\xb8"), "foreign:2:1");
	assert_string_equal(flags(&r, "c", "\xd0\xb8\xd0\xb8"), "");
}

static void mistakes(void **state)
{
	(void)state;
	refused("call x", "scan.conf:1: a line of a rule has to stand below one, not \"call\"");
	refused("rule A warn x", "scan.conf:1: a rule needs a name of a-z, 0-9 and -, not \"A\"");
	refused("rule a bad x",
		"scan.conf:1: a rule says warn or note behind its name, not \"bad\"");
	refused("rule a warn", "scan.conf:1: a rule says to the jury what it means, not \"\"");
	refused("rule a warn x\ncall x\nrule a warn y",
		"scan.conf:3: there is a rule of that name already: \"a\"");
	refused("rule a warn x\ncall",
		"scan.conf:2: at least one name has to stand here, not \"\"");
	refused("rule a warn x\nword b.", "scan.conf:2: a name cannot end with a dot: \"b.\"");
	refused("rule a warn x\nline -1",
		"scan.conf:2: a whole number has to stand here, not \"-1\"");
	refused("rule a warn x\ntext", "scan.conf:2: there is no such line in a rule: \"text\"");
	refused("rule a warn x\nhidden 3",
		"scan.conf:2: there is no such line in a rule: \"hidden 3\"");
	refused("rule a warn x\nfor", "scan.conf:2: languages have to stand here, not \"\"");
	refused("rule a warn x\n", "scan.conf: the rule \"a\" is empty");
}

static void too_much(void **state)
{
	char *text = arena_printf(mem, "rule a warn x\nword");

	(void)state;
	for (int i = 0; i < STATIC_SCAN_MAX_PATTERNS + 1; i++)
		text = arena_printf(mem, "%s w%d", text, i);
	refused(text, "scan.conf:2: there are too many patterns before \"w1000\"");
}

/* The rules that are shipped: what they are for, and that plain solutions of contests pass. */
static void shipped(void **state)
{
	static const struct {
		const char *language;
		const char *source;
		const char *flags;
	} cases[] = {
		{ "cpp17",
			"#include <bits/stdc++.h>\nusing namespace std;\nint main() { int n; cin >> "
			"n; vector<int> v(n); for (auto &x : v) cin >> x; cout << \"/\" << n / 2; }",
			"" },
		{ "python3", "import sys\nfor line in sys.stdin:\n    print(line.split('/'))", "" },
		{ "java",
			"import java.util.*;\nclass Main { public static void main(String[] a) { "
			"Scanner s = new Scanner(System.in); System.out.println(s.nextInt()); } }",
			"" },
		{ "c", "#include <stdlib.h>\nint main() { system(\"ls\"); fork(); }",
			"process:2:2" },
		{ "c", "#include \"/etc/passwd\"\nint main() { __asm__(\"syscall\"); }",
			"machine-code:2:1 paths:1:1 include:1:1" },
		{ "python3", "import os\nos.system('ls')\nimport subprocess",
			"process-python:2:2" },
		{ "java", "Runtime.getRuntime().exec(\"ls\");", "process-java:1:1" },
		{ "javascript", "require(\"child_process\").execSync('ls')", "process-script:1:1" },
		{ "go", "import \"os/exec\"", "process-go:1:1" },
		{ "rust", "std::process::Command::new(\"ls\")", "process-rust:1:1" },
		{ "cpp20", "int s = socket(AF_INET, SOCK_STREAM, 0);", "network:1:1" },
		{ "c", "int a; /* \xe2\x80\xae */", "hidden:1:1" },
		{ "cpp17", "freopen(\"in.txt\", \"r\", stdin);", "files:1:1" },
	};
	struct static_scan_rules r;
	struct span text;
	struct err e = { 0 };

	(void)state;
	if (gen_file_read("etc/scan.conf", mem, &text, &e) != 0 ||
		static_scan_parse(mem, text, "etc/scan.conf", &r, &e) != 0)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(flags(&r, cases[i].language, cases[i].source), cases[i].flags);
}

static int setup(void **state)
{
	(void)state;
	mem = arena_new(16 * 1024 * 1024);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(texts),
		cmocka_unit_test(letters),
		cmocka_unit_test(mistakes),
		cmocka_unit_test(too_much),
		cmocka_unit_test(shipped),
	};

	return cmocka_run_group_tests_name("static_scan", tests, setup, teardown);
}
