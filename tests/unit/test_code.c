#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"
#include "judge/code.h"

static const char marks[] = {
	[CODE_SPACE] = ' ',
	[CODE_OTHER] = '.',
	[CODE_WORD] = 'w',
	[CODE_KEYWORD] = 'k',
	[CODE_NUMBER] = 'n',
	[CODE_STRING] = 's',
	[CODE_COMMENT] = 'c',
};

/* The pieces' kinds, one letter each, blanks left out; and the pieces are the text. */
static void pieces_are(const char *language, const char *text, const char *expected)
{
	const struct code_syntax *s = code_syntax_of(span_of(language));
	struct span rest = span_of(text);
	struct code_piece p;
	const char *at = text;
	char got[200];
	size_t n = 0;

	while (code_next(s, &rest, &p)) {
		assert_ptr_equal(p.text.p, at);
		assert_true(p.text.n > 0);
		at += p.text.n;
		if (p.kind != CODE_SPACE && n + 1 < sizeof(got))
			got[n++] = marks[p.kind];
	}
	got[n] = '\0';
	assert_ptr_equal(at, text + strlen(text));
	if (strcmp(got, expected) != 0)
		fail_msg("%s: %s: got %s, expected %s", language, text, got, expected);
}

static void comments(void **state)
{
	(void)state;
	pieces_are("c", "int a; // int b;\nint", "kw.ck");
	pieces_are("c", "a /* b \n c */ d", "wcw");
	pieces_are("c", "a /* b", "wc");
	pieces_are("c", "a /* /* */ b */", "wcw..");
	pieces_are("rust", "a /* /* */ b */ c", "wcw");
	pieces_are("python3", "a # 'b\nc", "wcw");
	pieces_are("haskell", "a -- b\n{- c {- d -} e -} f", "wccw");
	pieces_are("ocaml", "(* a *) let x' = 'c'", "ckw.s");
	pieces_are("pascal", "{ a } (* b *) BEGIN 'it''s' End", "cckssk");
	pieces_are("pascal", "a := 'c:\\'; b", "w..s.w");
}

static void strings(void **state)
{
	(void)state;
	pieces_are("c", "\"a\\\"b\" c", "sw");
	pieces_are("c", "\"a\nb", "sw");
	pieces_are("c", "\"a\\\nb\" c", "sw");
	pieces_are("cpp17", "'x' '\\n' '\\'' '\\x41' 1'000'000", "ssssn");
	pieces_are("cpp17", "\"/*\" a", "sw");
	pieces_are("java", "\"\"\"a\n\"b\" \"\"\" c", "sw");
	pieces_are("python3", "'''a\n'b' ''' c", "sw");
	pieces_are("python3", "'' c \"\" ", "sws");
	pieces_are("javascript", "`a\nb` c", "sw");
	pieces_are("go", "`a\\` c '\xc3\xa9'", "sws");
	pieces_are("rust", "&'a str 'b'", "..wws");
	pieces_are("haskell", "foldl' f 'x'", "wws");
}

static void words(void **state)
{
	(void)state;
	pieces_are("c", "#include <a.h>", "k.w.w.");
	pieces_are("c", "# define", ".w");
	pieces_are("cpp20", "class classy int_ int", "kwwk");
	pieces_are("c", "class", "w");
	pieces_are("python3", "x1 = 0x1F + 1e-9 - 2.5", "w.n.n.n");
	pieces_are("pascal", "1..9", "n..n");
	pieces_are("c", "0xe+1", "n.n");
	pieces_are("python3", "\xd0\xb8mport", "w");
	pieces_are("brainf", "if (a) { /* b */ }", "w.w....w...");
	pieces_are("c", "", "");
	pieces_are("c", "\x01\\", "..");
}

static void word_lists(void **state)
{
	(void)state;
	assert_true(code_has_word("a bc d", SPAN("bc"), false));
	assert_true(code_has_word("a bc d", SPAN("d"), false));
	assert_true(code_has_word("a bc d", SPAN("BC"), true));
	assert_false(code_has_word("a bc d", SPAN("BC"), false));
	assert_false(code_has_word("a bc d", SPAN("b"), false));
	assert_false(code_has_word("a bc d", SPAN(""), false));
	assert_false(code_has_word("", SPAN("a"), false));
	assert_false(code_has_word("a b", SPAN("a b"), false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comments),
		cmocka_unit_test(strings),
		cmocka_unit_test(words),
		cmocka_unit_test(word_lists),
	};

	return cmocka_run_group_tests_name("code", tests, NULL, NULL);
}
