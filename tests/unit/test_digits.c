#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/digits.h"

static void numbers(void **state)
{
	static const struct {
		unsigned value;
		int least;
		const char *text;
	} cases[] = { { 0, 1, "0" }, { 0, 4, "0000" }, { 7, 2, "07" }, { 42, 2, "42" },
		{ 2026, 2, "2026" }, { 1, 10, "0000000001" }, { 4294967295U, 1, "4294967295" } };

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		char text[16];

		*digits_put(text, cases[i].value, cases[i].least) = '\0';
		assert_string_equal(text, cases[i].text);
	}
}

static void words(void **state)
{
	char text[16];

	(void)state;
	*digits_word(text, "November", 3) = '\0';
	assert_string_equal(text, "Nov");
	*digits_word(text, "May", 9) = '\0';
	assert_string_equal(text, "May");
	*digits_word(text, "", 3) = '\0';
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(numbers), cmocka_unit_test(words) };

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
