#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "judge/squeeze.h"

static void test_there_and_back(void **state)
{
	static char zeros[100000];
	const struct span texts[] = { SPAN(""), SPAN("x"), { zeros, sizeof(zeros) } };
	struct arena *m = arena_new(1 << 20);
	struct err e = { .kind = ERR_NONE };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct span packed, back;

		assert_int_equal(squeeze(m, texts[i], &packed, &e), 0);
		assert_int_equal(unsqueeze(m, packed, sizeof(zeros), &back, &e), 0);
		assert_true(span_eq(back, texts[i]));
		assert_true(packed.n < 200);
	}
	arena_free(m);
}

static void test_what_is_damaged_is_refused(void **state)
{
	struct arena *m = arena_new(1 << 20);
	struct err e = { .kind = ERR_NONE };
	struct span packed, back;

	(void)state;
	assert_int_equal(squeeze(m, SPAN("a program, a program, a program"), &packed, &e), 0);
	for (size_t n = 0; n < packed.n; n++) {
		assert_int_equal(unsqueeze(m, span_sub(packed, 0, n), 1000, &back, &e), -1);
		assert_int_equal(e.kind, ERR_INVALID);
	}
	assert_int_equal(unsqueeze(m, packed, 30, &back, &e), -1);
	assert_int_equal(unsqueeze(m, SPAN("no program"), 1000, &back, &e), -1);
	arena_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_what_is_damaged_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
