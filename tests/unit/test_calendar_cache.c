#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/calendar_cache.h"

static struct calendar_sources sample(void)
{
	struct calendar_sources s = { .changed_at = 1795267144845317 };

	for (int p = 0; p < N_PLATFORMS; p++)
		s.v[p] = (struct calendar_source){ .platform = (enum platform)p,
			.last_try_at = 1795267144000000 + p,
			.last_success_at = p == 3 ? INT64_MIN : 1795267140000000 - p,
			.failing_since = p == 3 ? 1795260000000000 : INT64_MIN,
			.last_error_at = INT64_MIN,
			.next_fetch_at = INT64_MAX,
			.n_rows = p * 100,
			.n_skipped = p };
	s.v[3].last_error = SPAN("AtCoder: 503 \"three\" times, 東京");
	s.v[4].note = SPAN("");
	s.v[5].note = SPAN("-");
	return s;
}

static struct span written(struct buf *b, const struct calendar_sources *s)
{
	struct err e = { 0 };
	struct span text;

	buf_init(b, 100000);
	calendar_sources_write(b, s);
	assert_int_equal(buf_finish(b, &text, &e), 0);
	return text;
}

static void same_text(struct span a, struct span b)
{
	assert_true((a.p == NULL) == (b.p == NULL));
	assert_true(a.p == NULL || span_eq(a, b));
}

static void what_is_written_is_read(void **state)
{
	struct calendar_sources before = sample();
	struct calendar_sources after;
	BUF_AUTO b = { 0 };

	(void)state;
	assert_true(calendar_sources_read(written(&b, &before), &after));
	assert_int_equal(after.changed_at, before.changed_at);
	for (int p = 0; p < N_PLATFORMS; p++) {
		const struct calendar_source *x = &before.v[p];
		const struct calendar_source *y = &after.v[p];

		assert_int_equal(x->platform, y->platform);
		assert_int_equal(x->last_try_at, y->last_try_at);
		assert_int_equal(x->last_success_at, y->last_success_at);
		assert_int_equal(x->failing_since, y->failing_since);
		assert_int_equal(x->last_error_at, y->last_error_at);
		assert_int_equal(x->next_fetch_at, y->next_fetch_at);
		assert_int_equal(x->n_rows, y->n_rows);
		assert_int_equal(x->n_skipped, y->n_skipped);
		same_text(x->last_error, y->last_error);
		same_text(x->note, y->note);
	}
}

static void errors_cannot_shift_fields(void **state)
{
	struct calendar_sources s = sample();
	struct calendar_sources after;
	BUF_AUTO b = { 0 };

	(void)state;
	s.v[2].last_error = SPAN("a\tb\nc\r");
	assert_true(calendar_sources_read(written(&b, &s), &after));
	assert_true(span_is(after.v[2].last_error, "a b c "));
}

static void anything_else_is_a_miss(void **state)
{
	struct calendar_sources s = sample();
	struct calendar_sources after;
	BUF_AUTO b = { 0 };
	struct span text = written(&b, &s);
	char *copy = malloc(text.n);

	(void)state;
	for (size_t cut = 0; cut < text.n; cut++) {
		char *part = malloc(cut + 1);

		memcpy(part, text.p, cut);
		assert_false(calendar_sources_read((struct span){ part, cut }, &after));
		free(part);
	}
	for (size_t i = 0; i < text.n; i++) {
		memcpy(copy, text.p, text.n);
		copy[i] = (char)(copy[i] ^ 0x40);
		(void)calendar_sources_read(
			(struct span){ copy, text.n }, &after); // must not crash
	}
	assert_false(calendar_sources_read(SPAN(""), &after));
	assert_false(calendar_sources_read(SPAN("2\t5\n"), &after));
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(errors_cannot_shift_fields),
		cmocka_unit_test(anything_else_is_a_miss),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("calendar_cache", tests, NULL, NULL);
}
