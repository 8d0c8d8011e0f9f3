#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/totp.h"
#include "base/attr.h"
#include "base/base32.h"
#include "base/scan.h"
#include "html/qr.h"

#define SECRET SPAN("12345678901234567890")

static void base32_vectors(void **state) // RFC 4648, section 10
{
	static const char *const pairs[][2] = {
		{ "", "" },
		{ "f", "MY" },
		{ "fo", "MZXQ" },
		{ "foo", "MZXW6" },
		{ "foob", "MZXW6YQ" },
		{ "fooba", "MZXW6YTB" },
		{ "foobar", "MZXW6YTBOI" },
		{ "\xff\xff\xff\xff\xff", "77777777" },
	};
	struct arena *m = arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < countof(pairs); i++)
		assert_string_equal(base32_encode(m, span_of(pairs[i][0])).p, pairs[i][1]);
	arena_free(m);
}

static void counter_vectors(void **state) // RFC 4226, appendix D
{
	static const char *const codes[] = { "755224", "287082", "359152", "969429", "338314",
		"254676", "287922", "162583", "399871", "520489" };
	char out[HOTP_SIZE];

	(void)state;
	for (size_t i = 0; i < countof(codes); i++) {
		hotp(SECRET, i, 6, out);
		assert_string_equal(out, codes[i]);
	}
}

static void clock_vectors(void **state) // RFC 6238, appendix B, SHA-1
{
	static const struct {
		int64_t at;
		const char *code;
	} cases[] = {
		{ 59, "94287082" },
		{ 1111111109, "07081804" },
		{ 1111111111, "14050471" },
		{ 1234567890, "89005924" },
		{ 2000000000, "69279037" },
		{ 20000000000, "65353130" },
	};
	char out[HOTP_SIZE];

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		hotp(SECRET, (uint64_t)(cases[i].at / TOTP_PERIOD_S), 8, out);
		assert_string_equal(out, cases[i].code);
		// six digits are the last six of the eight
		assert_int_equal(totp_check(SECRET, span_of(cases[i].code + 2), cases[i].at, 0),
			cases[i].at / TOTP_PERIOD_S);
	}
}

static void clocks_may_differ_by_one_step(void **state)
{
	const int64_t now = 1795270515; // the middle of a step
	const int64_t step = now / TOTP_PERIOD_S;
	char code[HOTP_SIZE];

	(void)state;
	for (int64_t by = -5; by <= 5; by++) {
		bool near = by >= -TOTP_SKEW && by <= TOTP_SKEW;

		hotp(SECRET, (uint64_t)(step + by), TOTP_DIGITS, code);
		assert_int_equal(totp_check(SECRET, span_of(code), now, 0), near ? step + by : 0);
	}
}

static void no_code_is_taken_twice(void **state)
{
	const int64_t now = 1795270515;
	const int64_t step = now / TOTP_PERIOD_S;
	char code[HOTP_SIZE];

	(void)state;
	hotp(SECRET, (uint64_t)step, TOTP_DIGITS, code);
	assert_int_equal(totp_check(SECRET, span_of(code), now, step - 1), step);
	assert_int_equal(totp_check(SECRET, span_of(code), now, step), 0);
	hotp(SECRET, (uint64_t)step - 1, TOTP_DIGITS, code);
	assert_int_equal(totp_check(SECRET, span_of(code), now, step), 0);
	hotp(SECRET, (uint64_t)step + 1, TOTP_DIGITS, code);
	assert_int_equal(totp_check(SECRET, span_of(code), now, step), step + 1);
}

static void other_texts_are_no_codes(void **state)
{
	static const char *const wrong[] = { "", "94287", "9428708", "94287082", "287 82",
		"28708２", "000000", "287083" };

	(void)state;
	for (size_t i = 0; i < countof(wrong); i++)
		assert_int_equal(totp_check(SECRET, span_of(wrong[i]), 59, 0), 0);
	assert_int_equal(totp_check(SECRET, SPAN_NONE, 59, 0), 0);
	assert_int_equal(totp_check(SPAN("another secret of 20"), SPAN("287082"), 59, 0), 0);
}

static void secrets_differ(void **state)
{
	unsigned char a[TOTP_SECRET_SIZE];
	unsigned char b[TOTP_SECRET_SIZE];

	(void)state;
	totp_secret_new(a);
	totp_secret_new(b);
	assert_memory_not_equal(a, b, sizeof(a));
}

static void address_for_apps(void **state)
{
	struct arena *m = arena_new(1 << 20);

	(void)state;
	assert_string_equal(totp_uri(m, SECRET, SPAN("Podium"), SPAN("mia+1@example.org")).p,
		"otpauth://totp/Podium:mia%2B1%40example.org?secret="
		"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Podium&algorithm=SHA1&digits=6&period=30");
	assert_string_equal(totp_uri(m, SPAN("f"), SPAN("a b:&?"), SPAN("\xc3\xa9")).p,
		"otpauth://totp/a%20b%3A%26%3F:%C3%A9?secret=MY&issuer=a%20b%3A%26%3F&algorithm="
		"SHA1&digits=6&period=30");
	arena_free(m);
}

/* Whether the path of rectangles, "M4 5h7v1h-7z", covers the module. */
static bool is_dark(const char *path, int x, int y)
{
	struct span rest = span_of(path);
	uint64_t v[4];

	while (rest.n > 0) {
		assert_true(scan_char(&rest, 'M') && scan_u64(&rest, 999, &v[0]) &&
			    scan_char(&rest, ' ') && scan_u64(&rest, 999, &v[1]) &&
			    scan_char(&rest, 'h') && scan_u64(&rest, 999, &v[2]) &&
			    scan_lit(&rest, "v1h-") && scan_u64(&rest, 999, &v[3]) &&
			    scan_char(&rest, 'z') && v[2] == v[3] && v[2] > 0);
		if (v[1] == (uint64_t)y && v[0] <= (uint64_t)x && (uint64_t)x < v[0] + v[2])
			return true;
	}
	return false;
}

static void qr_codes_have_their_marks(void **state)
{
	struct arena *m = arena_new(1 << 20);
	struct err e = { .kind = ERR_NONE };
	char *long_text = arena_alloc(m, QR_MAX_TEXT + 2);
	struct qr q;

	(void)state;
	assert_int_equal(qr_make(m, SPAN("otpauth://totp/Podium:mia?secret=MY"), &q, &e), 0);
	assert_int_equal((q.size - 8 - 17) % 4, 0);
	for (int i = 0; i < 7; i++) {
		// the three finder marks: 7 wide, 4 modules from the edge
		assert_true(is_dark(q.path, 4 + i, 4));
		assert_true(is_dark(q.path, 4, 4 + i));
		assert_true(is_dark(q.path, q.size - 5 - i, 4));
		assert_true(is_dark(q.path, 4 + i, q.size - 5));
	}
	for (int i = 0; i < q.size; i++) {
		assert_false(is_dark(q.path, i, 3));
		assert_false(is_dark(q.path, 3, i));
		assert_false(is_dark(q.path, i, q.size - 4));
		assert_false(is_dark(q.path, q.size - 4, i));
	}
	assert_false(is_dark(q.path, q.size - 5, q.size - 5 - 4) &&
		     is_dark(q.path, q.size - 5 - 6, q.size - 5));
	memset(long_text, 'x', QR_MAX_TEXT + 1);
	assert_int_equal(qr_make(m, (struct span){ long_text, QR_MAX_TEXT }, &q, &e), 0);
	assert_int_equal(qr_make(m, (struct span){ long_text, QR_MAX_TEXT + 1 }, &q, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	arena_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base32_vectors),
		cmocka_unit_test(counter_vectors),
		cmocka_unit_test(clock_vectors),
		cmocka_unit_test(clocks_may_differ_by_one_step),
		cmocka_unit_test(no_code_is_taken_twice),
		cmocka_unit_test(other_texts_are_no_codes),
		cmocka_unit_test(secrets_differ),
		cmocka_unit_test(address_for_apps),
		cmocka_unit_test(qr_codes_have_their_marks),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
