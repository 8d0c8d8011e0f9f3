#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/utf8.h"

static void validity(void **state)
{
	static const struct {
		const char *text;
		size_t n;
		bool ok;
	} cases[] = {
#define CASE(literal, ok) { literal, sizeof(literal) - 1, ok }
		CASE("", true),
		CASE("plain", true),
		CASE("\0", true),
		CASE("\x7f", true),
		CASE("\x80", false),
		CASE("\xbf", false),
		CASE("\xc0\x80", false), // overlong NUL
		CASE("\xc1\xbf", false),
		CASE("\xc2\x80", true),
		CASE("\xdf\xbf", true),
		CASE("\xc2", false),
		CASE("\xc2\x41", false),
		CASE("\xe0\x9f\xbf", false), // overlong
		CASE("\xe0\xa0\x80", true),
		CASE("\xed\x9f\xbf", true),
		CASE("\xed\xa0\x80", false), // first surrogate
		CASE("\xed\xbf\xbf", false), // last surrogate
		CASE("\xee\x80\x80", true),
		CASE("\xef\xbf\xbf", true),
		CASE("\xe2\x82", false),
		CASE("\xf0\x8f\xbf\xbf", false), // overlong
		CASE("\xf0\x90\x80\x80", true),
		CASE("\xf4\x8f\xbf\xbf", true), // U+10FFFF
		CASE("\xf4\x90\x80\x80", false),
		CASE("\xf5\x80\x80\x80", false),
		CASE("\xff", false),
		CASE("\xfe\xff", false),
		CASE("ok\xf0\x9f\x98", false),
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++)
		assert_int_equal(utf8_valid(cases[i].text, cases[i].n), cases[i].ok);
}

/* Writes c as the standard's table says it. */
static size_t encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

static void every_character(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0x120000; c++) {
		char text[4];
		char again[4];
		size_t n = encode(c, text);
		uint32_t got = 0;
		bool exists = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);

		assert_int_equal(utf8_decode(text, n, &got), exists ? n : 0);
		if (!exists)
			continue;
		assert_int_equal(got, c);
		assert_int_equal(utf8_encode(c, again), n);
		assert_memory_equal(again, text, n);
		for (size_t less = 0; less < n; less++) {
			assert_int_equal(utf8_decode(text, less, &got), 0);
			assert_int_equal(utf8_cut(text, less), 0);
		}
		assert_int_equal(utf8_cut(text, n), n);
		assert_int_equal(utf8_length(text, n), 1);
	}
}

static void cuts_before_a_broken_end_only(void **state)
{
	static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z";
	static const size_t cut[] = { 0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11 };

	(void)state;
	for (size_t n = 0; n < countof(cut); n++)
		assert_int_equal(utf8_cut(text, n), cut[n]);
	assert_int_equal(utf8_length(text, sizeof(text) - 1), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(validity),
		cmocka_unit_test(every_character),
		cmocka_unit_test(cuts_before_a_broken_end_only),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
