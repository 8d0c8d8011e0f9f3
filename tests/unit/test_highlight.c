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

/* With brackets for the marks, so that it can be read. */
static const char *readable(struct arena *m, struct span s)
{
	char *out = arena_dup(m, s);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		bool on = strncmp(s.p + i, HIGHLIGHT_ON, 3) == 0;

		if (!on && strncmp(s.p + i, HIGHLIGHT_OFF, 3) != 0) {
			out[n++] = s.p[i];
			continue;
		}
		out[n++] = on ? '[' : ']';
		i += 2;
	}
	out[n] = '\0';
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
	char text[400];
	struct span s = { text, sizeof(text) };

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 == 0 ? 'x' : ' ';
	s = highlight_words(m, SPAN("x"), s);
	assert_int_equal(s.n, 400 + 200 * 6);
	memset(text, 'y', sizeof(text)); // too long for a word that somebody looks for
	s = highlight_words(m, SPAN("y"), (struct span){ text, sizeof(text) });
	assert_int_equal(s.n, 400);
	arena_free(m);
}

static void what_is_cut_out_shows_whole_words(void **state)
{
	struct arena *m = arena_new(4096);
	struct span text = SPAN("hidden tree stands there");
	struct span many = SPAN("a b c d e f g h i j k l m n o p q r s t u v w x y z 1 2 3 4");

	(void)state;
	assert_string_equal(readable(m, highlight_excerpt(m, SPAN("tree"), text, false, false)),
		"hidden [tree] stands there");
	assert_string_equal(
		readable(m, highlight_excerpt(m, SPAN("tree"), text, true, true)), "[tree] stands");
	assert_string_equal(
		readable(m, highlight_excerpt(m, SPAN("y"), SPAN(" x y. "), true, true)), "x [y]");
	assert_string_equal(readable(m, highlight_excerpt(m, SPAN(""), SPAN("x"), true, true)), "");
	many = highlight_excerpt(m, SPAN("zz"), many, false, true);
	assert_int_equal(many.n, 2 * EXCERPT_WORDS - 1);
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
