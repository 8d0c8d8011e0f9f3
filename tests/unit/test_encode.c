#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/base64.h"
#include "base/hex.h"
#include "base/id.h"

static void base64_vectors(void **state) // RFC 4648, section 10
{
	static const char *const pairs[][3] = {
		{ "", "", "" },
		{ "f", "Zg==", "Zg" },
		{ "fo", "Zm8=", "Zm8" },
		{ "foo", "Zm9v", "Zm9v" },
		{ "foob", "Zm9vYg==", "Zm9vYg" },
		{ "fooba", "Zm9vYmE=", "Zm9vYmE" },
		{ "foobar", "Zm9vYmFy", "Zm9vYmFy" },
		{ "\xfb\xff\xfe", "+//+", "-__-" },
	};
	struct arena *m = arena_new(1 << 20);
	struct span out;

	(void)state;
	for (size_t i = 0; i < countof(pairs); i++) {
		struct span plain = span_of(pairs[i][0]);

		assert_string_equal(base64_encode(m, plain).p, pairs[i][1]);
		assert_string_equal(base64url_encode(m, plain).p, pairs[i][2]);
		assert_true(base64_decode(m, span_of(pairs[i][1]), &out));
		assert_true(span_eq(out, plain));
		assert_true(base64url_decode(m, span_of(pairs[i][2]), &out));
		assert_true(span_eq(out, plain));
	}
	arena_free(m);
}

static void base64_is_strict(void **state)
{
	static const char *const wrong[] = { "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "====", "=",
		"Zm9v\n", " Zm9v", "Zm9v ", "Zm-v", "Zm_v",
		"Z===", "Zg==Zg==", "Zm9v=", "Z=g=", "\xff\xff\xff\xff" };
	static const char *const wrong_url[] = { "Z", "Zg==", "Zh", "Zm9", "Zm+v", "Zm/v",
		"Zm9v=", "Zm9vY" };
	struct arena *m = arena_new(1 << 20);
	struct span out;

	(void)state;
	for (size_t i = 0; i < countof(wrong); i++)
		assert_false(base64_decode(m, span_of(wrong[i]), &out));
	for (size_t i = 0; i < countof(wrong_url); i++)
		assert_false(base64url_decode(m, span_of(wrong_url[i]), &out));
	arena_free(m);
}

static void base64_of_every_length(void **state)
{
	struct arena *m = arena_new(1 << 24);
	char bytes[300];
	struct span out;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)(i * 7 + 1);
	for (size_t n = 0; n <= sizeof(bytes); n++) {
		struct span plain = { bytes, n };
		struct span text = base64_encode(m, plain);

		assert_int_equal(text.n, (n + 2) / 3 * 4);
		assert_true(base64_decode(m, text, &out) && span_eq(out, plain));
		text = base64url_encode(m, plain);
		assert_int_equal(text.n, (n * 4 + 2) / 3);
		assert_true(base64url_decode(m, text, &out) && span_eq(out, plain));
		arena_reset(m);
	}
	arena_free(m);
}

static void hex(void **state)
{
	unsigned char bytes[4] = { 9, 9, 9, 9 };
	char text[9];

	(void)state;
	hex_encode("\x00\x7f\x80\xff", 4, text);
	assert_string_equal(text, "007f80ff");
	assert_true(hex_decode(SPAN("DeadBeef"), bytes, 4));
	assert_memory_equal(bytes, "\xde\xad\xbe\xef", 4);
	assert_false(hex_decode(SPAN("deadbee"), bytes, 4));
	assert_false(hex_decode(SPAN("deadbeef0"), bytes, 4));
	assert_false(hex_decode(SPAN("deadbeef00"), bytes, 4));
	assert_false(hex_decode(SPAN("0000000g"), bytes, 4));
	assert_memory_equal(bytes, "\xde\xad\xbe\xef", 4); // untouched by the failures
	assert_true(hex_decode(SPAN(""), bytes, 0));
	hex_encode(NULL, 0, text);
	assert_string_equal(text, "");
}

static void every_hex_digit(void **state)
{
	static const char digits[] = "0123456789abcdef";

	(void)state;
	for (int c = -128; c < 128; c++) {
		const char *at = c > 0 ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;

		assert_int_equal(hex_digit((char)c), at != NULL ? at - digits : -1);
	}
}

static void public_ids(void **state)
{
	unsigned char bytes[ID_BYTES] = { 0 };
	char id[ID_SIZE];

	(void)state;
	id_format(bytes, id);
	assert_string_equal(id, "0000000000000000");
	memset(bytes, 0xff, sizeof(bytes));
	id_format(bytes, id);
	assert_string_equal(id, "zzzzzzzzzzzzzzzz");
	memset(bytes, 0, sizeof(bytes));
	bytes[0] = 0x08; // bits 00001 000...
	bytes[9] = 0x1f;
	id_format(bytes, id);
	assert_string_equal(id, "100000000000000z");
	assert_true(id_valid(span_of(id)));
	assert_false(id_valid(SPAN("100000000000000")));
	assert_false(id_valid(SPAN("100000000000000zz")));
	assert_false(id_valid(SPAN("10000000000000il")));
	assert_false(id_valid(SPAN("100000000000000Z")));
	assert_false(id_valid(SPAN("100000000000000\0")));
	assert_false(id_valid(SPAN_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_vectors),
		cmocka_unit_test(base64_is_strict),
		cmocka_unit_test(base64_of_every_length),
		cmocka_unit_test(hex),
		cmocka_unit_test(every_hex_digit),
		cmocka_unit_test(public_ids),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("encode", tests, NULL, NULL);
}
