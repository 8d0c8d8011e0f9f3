#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "judge/language.h"
#include "judge/rules.h"
#include "judge/verdict.h"
#include "os/fd.h"

#define HEAD "[a]\nname = A\nextensions = a b\nversion = /bin/a\nrun = /bin/a\n"

static struct arena *mem;

static int start(void **state)
{
	(void)state;
	mem = arena_new(1 << 22);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

static void wrong(const char *text, const char *says)
{
	struct err e = { .kind = ERR_NONE };
	struct languages all;

	assert_int_equal(languages_parse(span_of(text), mem, &all, &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
	if (strstr(e.text, says) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", e.text, says);
}

static void shipped(struct languages *all)
{
	struct err e = { .kind = ERR_NONE };
	struct span text;

	assert_int_equal(file_read("etc/languages.conf", 1 << 18, mem, &text, &e), 0);
	if (languages_parse(text, mem, all, &e) != 0)
		fail_msg("%s", e.text);
}

static void test_shipped(void **state)
{
	static const char *const ids[] = { "c", "cpp17", "cpp20", "java", "python3", "pypy3",
		"javascript", "go", "rust", "pascal", "kotlin", "ocaml", "haskell" };
	struct languages all;
	const struct language *l;

	(void)state;
	shipped(&all);
	assert_int_equal(all.n, countof(ids));
	for (size_t i = 0; i < countof(ids); i++)
		assert_non_null(language_find(&all, span_of(ids[i])));
	l = language_find(&all, SPAN("java"));
	assert_int_equal(l->entry, LANGUAGE_JAVA_CLASS);
	assert_int_equal(l->processes, 128);
	assert_string_equal(l->source, "Main.java");
	assert_null(language_find(&all, SPAN("jav")));
}

static void test_what_is_wrong_is_named(void **state)
{
	(void)state;
	wrong("name = x", "line 1: a key before");
	wrong("[A]", "line 1: a section is");
	wrong("[]", "line 1: a section is");
	wrong("[abcdefghijklmnopqrstu]", "a section is");
	wrong(HEAD "build = /bin/a -o program\nheader = a.h\n", "no {header} in build");
	wrong(HEAD "[a]", "line 6: a was there before");
	wrong("[answer]", "line 1: no language can be called answer");
	wrong(HEAD "colour = red", "line 6: there is no key colour");
	wrong(HEAD "\n# fine\nnonsense", "line 8: neither");
	wrong(HEAD "name = B", "line 6: name was given before");
	wrong(HEAD "processes = 0", "from 1 to");
	wrong(HEAD "files = many", "from 8 to");
	wrong(HEAD "virtual = maybe", "yes or no");
	wrong(HEAD "entry = jar", "file or java class");
	wrong(HEAD "build = gcc {sources}", "whole path");
	wrong(HEAD "build = /bin/gcc {nothing}", "{sources}");
	wrong(HEAD "build = /bin/gcc {class}", "{sources}");
	wrong(HEAD "build = /bin/gcc {entry", "{sources}");
	wrong("[a]\nname = A\n[b]\n", "a above needs");
	wrong("[a]\nname = A\n", "a above needs");
}

static void test_files(void **state)
{
	static const struct {
		const char *file, *text, *id;
	} cases[] = {
		{ "a.cpp", "", "cpp20" },
		{ "a.cc", "", "cpp20" },
		{ "a.C", "", "cpp20" },
		{ "a.c", "", "c" },
		{ "a.py", "print(1)", "python3" },
		{ "a.py", "#!/usr/bin/env python3\n", "python3" },
		{ "a.py", "#!/usr/bin/env python2\n", NULL },
		{ "a.py", "# python2\n", "python3" },
		{ "Foo.java", "", "java" },
		{ "a.kt", "", "kotlin" },
		{ "a.tar.gz", "", NULL },
		{ "cpp", "", NULL },
		{ "a.", "", NULL },
		{ "", "", NULL },
	};
	struct languages all;

	(void)state;
	shipped(&all);
	for (size_t i = 0; i < countof(cases); i++) {
		const struct language *l =
			language_detect(&all, span_of(cases[i].file), span_of(cases[i].text));

		if (cases[i].id == NULL)
			assert_null(l);
		else
			assert_string_equal(l->id, cases[i].id);
	}
}

/* What a package may mean by a file of which nothing but the extension says the language. */
static void test_readings(void **state)
{
	static const struct {
		const char *id, *readings;
	} cases[] = { { "python3", "pypy3 python3 " }, { "pypy3", "pypy3 " },
		{ "cpp20", "cpp20 cpp17 " }, { "cpp17", "cpp17 " }, { "java", "java " } };
	const struct language *v[64];
	struct languages all;

	(void)state;
	shipped(&all);
	for (size_t i = 0; i < countof(cases); i++) {
		size_t n = language_readings(&all, language_find(&all, span_of(cases[i].id)), v);
		char text[100] = "";

		for (size_t k = 0; k < n; k++)
			(void)snprintf(
				text + strlen(text), sizeof(text) - strlen(text), "%s ", v[k]->id);
		assert_string_equal(text, cases[i].readings);
	}
}

static void test_file_names(void **state)
{
	char text[102];

	(void)state;
	assert_true(language_file_name(SPAN("a.cpp")));
	assert_true(language_file_name(SPAN("A-b_c+d.1")));
	assert_false(language_file_name(SPAN("")));
	assert_false(language_file_name(SPAN(".a")));
	assert_false(language_file_name(SPAN("-o")));
	assert_false(language_file_name(SPAN("a b")));
	assert_false(language_file_name(SPAN("a/b")));
	assert_false(language_file_name(SPAN("a\n")));
	assert_false(language_file_name(SPAN("\xc3\xa4")));
	memset(text, 'a', sizeof(text));
	assert_true(language_file_name((struct span){ text, 100 }));
	assert_false(language_file_name((struct span){ text, 101 }));
}

static void java(const char *text, const char *package, const char *type, const char *main)
{
	struct language_java out;

	language_java_read(span_of(text), &out);
	assert_true(span_eq(out.package, span_of(package)));
	assert_true(span_eq(out.public_type, span_of(type)));
	assert_true(span_eq(out.main, span_of(main)));
}

static void test_java(void **state)
{
	(void)state;
	java("public class Foo { public static void main(String[] a) {} }", NULL, "Foo", "Foo");
	java("package a.b ; import c.D; class X{} class Y { static public void main ( String... a){}}",
		"a.b", NULL, "Y");
	java("class A { static void main(String[] a){} } public class B { static void main(String[] a){} }",
		NULL, "B", "B");
	java("public class B { static void main(String[] a){} } class A { static void main(String[] a){} }",
		NULL, "B", "B");
	java("/* public class X */ // class Y\nclass Z { String s = \"class Q { static void main(\"; }",
		NULL, NULL, NULL);
	java("class Z { char c = '\"'; char d = '\\''; static void main(String[] a) { } }", NULL,
		NULL, "Z");
	java("class Z { class In { static void main(String[] a) { } } }", NULL, NULL, NULL);
	java("class Z { void f() { main(1); } static int main; void main(int i) {} }", NULL, NULL,
		NULL);
	java("class Z { static { main(1); } }", NULL, NULL, NULL);
	java("public record R(int a) { public static void main(String[] x) {} }", NULL, "R", "R");
	java("interface I { static void main(String[] x) {} }", NULL, NULL, "I");
	java("public final class \xc3\x9c$1 {}", NULL, "\xc3\x9c$1", NULL);
	java("class T { String s = \"\"\"\n\" class X { \"\"\"; static void main(String[] a) {} }",
		NULL, NULL, "T");
	java("", NULL, NULL, NULL);
	java("/* open", NULL, NULL, NULL);
	java("\"open", NULL, NULL, NULL);
}

static void test_verdicts(void **state)
{
	enum verdict v;

	(void)state;
	for (int i = VERDICT_AC; i < N_VERDICTS; i++) {
		assert_true(verdict_find(span_of(verdict_code((enum verdict)i)), &v));
		assert_int_equal(v, i);
		assert_true(verdict_name((enum verdict)i)[0] != '\0');
		assert_true(verdict_explain((enum verdict)i)[0] != '\0');
	}
	assert_true(verdict_find(SPAN("tle"), &v) && v == VERDICT_TLE);
	assert_false(verdict_find(SPAN(""), &v));
	assert_false(verdict_find(SPAN("XX"), &v));
	assert_int_equal(verdict_worse(VERDICT_AC, VERDICT_WA), VERDICT_WA);
	assert_int_equal(verdict_worse(VERDICT_TLE, VERDICT_RE), VERDICT_RE);
	assert_int_equal(verdict_worse(VERDICT_TLE, VERDICT_WA), VERDICT_TLE);
	assert_int_equal(verdict_worse(VERDICT_JE, VERDICT_RE), VERDICT_JE);
	assert_int_equal(verdict_worse(VERDICT_NONE, VERDICT_AC), VERDICT_AC);
}

static void test_rules(void **state)
{
	struct judge_rules r;
	struct err e = { .kind = ERR_NONE };

	(void)state;
	rules_init(&r);
	assert_int_equal(rules_check(&r, &e), 0);
	assert_int_equal(rules_wall_ms(&r), 3000);
	r.time_ms = 5000;
	assert_int_equal(rules_wall_ms(&r), 11000);
	r.is_interactive = true;
	assert_int_equal(rules_check(&r, &e), -1);
	r.validator = RULES_CUSTOM;
	e.kind = ERR_NONE;
	assert_int_equal(rules_check(&r, &e), 0);
	r.memory_mib = 0;
	assert_int_equal(rules_check(&r, &e), -1);
	assert_non_null(strstr(e.text, "memory limit"));
}

/* What packages call the languages of these ids. */
static void codes(void **state)
{
	static const char *const pairs[][2] = { { "cpp17", "cpp" }, { "cpp20", "cpp" },
		{ "c", "c" }, { "c11", "c" }, { "python3", "python3" }, { "pypy3", "python3" },
		{ "java", "java" }, { "java21", "java" }, { "modula2", "modula2" } };

	(void)state;
	for (size_t i = 0; i < countof(pairs); i++)
		assert_true(span_is(language_code(span_of(pairs[i][0])), pairs[i][1]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes),
		cmocka_unit_test(test_shipped),
		cmocka_unit_test(test_what_is_wrong_is_named),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_readings),
		cmocka_unit_test(test_file_names),
		cmocka_unit_test(test_java),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_rules),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
