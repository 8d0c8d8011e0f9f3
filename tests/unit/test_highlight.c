#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/limits.h"
#include "model/highlight.h"

/* With brackets around what was found. */
static const char *readable(struct arena *m, struct problem_pieces p)
{
	const char *out = "";

	for (size_t i = 0; i < p.n; i++)
		out = arena_printf(m, p.v[i].is_found ? "%s[" SPAN_FMT "]" : "%s" SPAN_FMT, out,
			SPAN_ARG(p.v[i].text));
	return out;
}

static void words_are_found_by_their_stems(void **state)
{
	static const struct {
		const char *stems, *text, *wanted;
	} cases[] = {
		{ "graph", "Graphs and graph, graphical too",
			"[Graphs] and [graph], graphical too" },
		{ "happi", "The happiest: happy.", "The happiest: [happy]." },
		{ "sort two", "Sorting two-pointer TWO", "[Sorting] [two]-pointer [TWO]" },
		{ "art", "start of art", "start of [art]" },
		{ "1e9", "up to 1e9+7", "up to [1e9]+7" },
		{ "été", "L’été, ÉTÉ; étés", "L’[été], [ÉTÉ]; étés" },
		{ "граф", "Граф, графы", "[Граф], графы" },
		{ "", "nothing is asked", "nothing is asked" },
		{ "x", "x", "[x]" },
		{ "x", "", "" },
	};
	struct arena *m = arena_new(4096);

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_string_equal(readable(m, highlight_words(m, span_of(cases[i].stems),
							span_of(cases[i].text))),
			cases[i].wanted);
	arena_free(m);
}

static void every_second_letter_has_room(void **state)
{
	struct arena *m = arena_new(4096);
	struct problem_pieces p;
	char text[400];
	struct span s = { text, sizeof(text) };

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 == 0 ? 'x' : ' ';
	p = highlight_words(m, SPAN("x"), s);
	assert_int_equal(p.n, 400);
	for (size_t i = 0; i < p.n; i++) {
		assert_int_equal(p.v[i].is_found, i % 2 == 0);
		assert_ptr_equal(p.v[i].text.p, text + i);
	}
	memset(text, 'y', sizeof(text)); // too long for a word that somebody looks for
	p = highlight_words(m, SPAN("y"), s);
	assert_int_equal(p.n, 1);
	assert_false(p.v[0].is_found);
	arena_free(m);
}

static void what_is_cut_out_shows_whole_words(void **state)
{
	struct arena *m = arena_new(4096);
	struct span text = SPAN("hidden tree stands there");
	struct problem_pieces p;
	struct span many = SPAN("a b c d e f g h i j k l m n o p q r s t u v w x y z 1 2 3 4");

	(void)state;
	assert_string_equal(readable(m, highlight_excerpt(m, SPAN("tree"), text, false, false)),
		"hidden [tree] stands there");
	assert_string_equal(
		readable(m, highlight_excerpt(m, SPAN("tree"), text, true, true)), "[tree] stands");
	assert_string_equal(
		readable(m, highlight_excerpt(m, SPAN("y"), SPAN(" x y. "), true, true)), "x [y]");
	assert_string_equal(readable(m, highlight_excerpt(m, SPAN(""), SPAN("x"), true, true)), "");
	p = highlight_excerpt(m, SPAN("zz"), many, false, true);
	assert_int_equal(p.n, 1);
	assert_int_equal(p.v[0].text.n, 2 * EXCERPT_WORDS - 1);
	arena_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_found_by_their_stems),
		cmocka_unit_test(every_second_letter_has_room),
		cmocka_unit_test(what_is_cut_out_shows_whole_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
