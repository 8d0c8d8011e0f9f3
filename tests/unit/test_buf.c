#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

static void grows_and_ends_in_nul(void **state)
{
	BUF_AUTO b;
	struct err e = { 0 };
	struct span s;

	(void)state;
	buf_init(&b, 100000);
	assert_int_equal(buf_finish(&b, &s, &e), 0);
	assert_int_equal(s.n, 0);
	assert_string_equal(s.p, "");
	for (int i = 0; i < 10000; i++)
		buf_addf(&b, "%d", i % 10);
	buf_adds(&b, "");
	buf_add(&b, NULL, 0);
	buf_add_span(&b, SPAN_NONE);
	buf_addc(&b, '!');
	assert_int_equal(buf_finish(&b, &s, &e), 0);
	assert_int_equal(s.n, 10001);
	assert_int_equal(buf_size(&b), 10001);
	assert_int_equal(strlen(s.p), 10001);
	assert_memory_equal(s.p, "0123456789", 10);
	assert_memory_equal(s.p + 9990, "0123456789!", 12);
}

static void the_limit_is_exact(void **state)
{
	(void)state;
	for (size_t max = 0; max < 600; max++) {
		BUF_AUTO b;
		struct err e = { 0 };
		struct span s;

		buf_init(&b, max);
		for (size_t i = 0; i < max; i++)
			buf_addc(&b, 'x');
		assert_int_equal(buf_finish(&b, &s, &e), 0);
		assert_int_equal(s.n, max);
		buf_addc(&b, 'x');
		assert_int_equal(buf_finish(&b, &s, &e), -1);
		assert_int_equal(e.kind, ERR_LIMIT);
	}
}

static void tiny_buffers_refuse_whole_writes(void **state)
{
	BUF_AUTO b;
	struct err e = { 0 };
	struct span s;

	(void)state;
	buf_init(&b, 3);
	buf_adds(&b, "ab");
	buf_addf(&b, "%s", "cd");
	assert_int_equal(buf_size(&b), 2);
	assert_int_equal(buf_finish(&b, &s, &e), -1);
	buf_addc(&b, 'c');
	e = (struct err){ 0 };
	assert_int_equal(buf_finish(&b, &s, &e), -1); // failure is sticky, although this would fit
	buf_reset(&b);
	buf_adds(&b, "abc");
	e = (struct err){ 0 };
	assert_int_equal(buf_finish(&b, &s, &e), 0);
	assert_string_equal(s.p, "abc");
}

static void failure_can_be_set_and_memory_freed(void **state)
{
	struct buf b;
	struct err e = { 0 };
	struct span s;

	(void)state;
	buf_init(&b, 10);
	buf_adds(&b, "x");
	buf_fail(&b);
	assert_int_equal(buf_finish(&b, &s, &e), -1);
	buf_free(&b);
	e = (struct err){ 0 };
	buf_adds(&b, "again");
	assert_int_equal(buf_finish(&b, &s, &e), 0);
	assert_string_equal(s.p, "again");
	buf_free(&b);
	buf_free(&b);
}

static void bytes_of_any_value(void **state)
{
	BUF_AUTO b;
	struct err e = { 0 };
	struct span s;

	(void)state;
	buf_init(&b, 256);
	for (int i = 0; i < 256; i++)
		buf_addc(&b, (char)i);
	assert_int_equal(buf_finish(&b, &s, &e), 0);
	for (int i = 0; i < 256; i++)
		assert_int_equal((unsigned char)s.p[i], i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_ends_in_nul),
		cmocka_unit_test(the_limit_is_exact),
		cmocka_unit_test(tiny_buffers_refuse_whole_writes),
		cmocka_unit_test(failure_can_be_set_and_memory_freed),
		cmocka_unit_test(bytes_of_any_value),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
