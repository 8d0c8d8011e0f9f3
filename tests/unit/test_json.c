#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "net/json.h"

/* Parses a heap copy without a NUL behind it, so that reading on is caught. */
static int parse(const char *text, size_t n, struct json **out, struct err *e)
{
	char *copy = malloc(n > 0 ? n : 1);
	int rc;

	memcpy(copy, text, n);
	rc = json_parse((struct span){ copy, n }, out, e);
	free(copy);
	return rc;
}

static struct json *good(const char *text)
{
	struct err e = { 0 };
	struct json *v = NULL;

	if (parse(text, strlen(text), &v, &e) != 0)
		fail_msg("%s: %s", text, e.text);
	return v;
}

static void accepts_every_form(void **state)
{
	static const char *const texts[] = { "true", "false", "0", "-0", "-1", "1.5", "1e5", "1E+5",
		"0.5e-3", "\"\"", "[]", "{}", " [ ] ", "\t\r\n{ }\n", "[1,2]",
		"{\"a\":1,\"b\":[{}]}", "[[],{}]", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\x7f\"",
		"\"\xf0\x9f\x98\x80\"", "{\"\":0}" };

	(void)state;
	for (size_t i = 0; i < countof(texts); i++) {
		JSON_AUTO v = good(texts[i]);

		assert_non_null(v);
	}
}

static void refuses_everything_else(void **state)
{
	static const char *const texts[] = { "", " ", "nul", "nulll", "True", "-", "+1", "01", ".5",
		"1e", "1e+", "0x10", "1-2", "--1", "[1,]", "[,1]", "[,]", "[1 2]", "[", "]", "[1",
		"[1}", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "{\"a\" 1}",
		"{\"a\":1 \"b\":2}", "'a'", "\"", "\"a", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
		"\"\\u", "\"\\", "[1]x", "[1] [2]", "1 2", "//c\n1", "[1/**/]", "\xef\xbb\xbf[]",
		"\"\xff\"", "\"\xc0\xaf\"", "\"\xed\xa0\x80\"", "\"\xf4\x90\x80\x80\"", "\"\xc3",
		"\v1", "[1\f]", "\x01", "<html>" };

	(void)state;
	for (size_t i = 0; i < countof(texts); i++) {
		struct err e = { 0 };
		struct json *v = NULL;

		if (parse(texts[i], strlen(texts[i]), &v, &e) == 0)
			fail_msg("accepted: %s", texts[i]);
		assert_null(v);
		assert_int_equal(e.kind, ERR_INVALID);
		assert_true(strlen(e.text) > 0);
	}
}

static void what_json_c_forgives_is_no_number(void **state)
{
	JSON_AUTO v = good("[NaN,Infinity,-Infinity,1e999]");
	int64_t i;
	double d;

	(void)state;
	for (size_t k = 0; k < json_length(v); k++) {
		assert_false(json_number(json_at(v, k), &d));
		assert_false(json_i64(json_at(v, k), &i));
	}
}

static void the_length_counts_and_not_a_nul(void **state)
{
	struct err e = { 0 };
	struct json *v;

	(void)state;
	assert_int_equal(parse("[1]\0[2]", 7, &v, &e), -1);
	e = (struct err){ 0 };
	assert_int_equal(parse("[1]\0", 4, &v, &e), -1);
	e = (struct err){ 0 };
	assert_int_equal(parse("\"a\0b\"", 5, &v, &e), -1);
	e = (struct err){ 0 };
	assert_int_equal(parse("[1]garbage", 3, &v, &e), 0);
	json_free(&v);
	assert_null(v);
	json_free(&v);
}

static void every_cut_of_a_text_is_refused(void **state)
{
	static const char text[] = "{\"a\":[1.5e3,true,null,\"x\\u00e9\\ud83d\\ude00\"],\"b\":{}}";

	(void)state;
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		struct err e = { 0 };
		struct json *v;

		assert_int_equal(parse(text, n, &v, &e), -1);
	}
}

static void nested(char *text, size_t depth, char open, char close)
{
	memset(text, open, depth);
	text[depth] = '1';
	memset(text + depth + 1, close, depth);
	text[2 * depth + 1] = '\0';
}

static void depth_is_bounded(void **state)
{
	char text[4 * JSON_MAX_DEPTH];
	struct err e = { 0 };
	struct json *v;
	char *bomb = malloc(60000);

	(void)state;
	nested(text, JSON_MAX_DEPTH, '[', ']');
	v = good(text);
	json_free(&v);
	nested(text, JSON_MAX_DEPTH + 1, '[', ']');
	assert_int_equal(parse(text, strlen(text), &v, &e), -1);
	assert_non_null(strstr(e.text, "deep"));
	memset(bomb, '[', 60000);
	e = (struct err){ 0 };
	assert_int_equal(parse(bomb, 60000, &v, &e), -1);
	free(bomb);
}

/* An array of n copies of a piece that ends in a comma, the last comma made a blank. */
static enum err_kind parse_many(const char *piece, size_t n)
{
	size_t piece_n = strlen(piece);
	char *text = malloc(n * piece_n + 2);
	struct err e = { 0 };
	struct json *v;

	text[0] = '[';
	for (size_t i = 0; i < n; i++)
		memcpy(text + 1 + i * piece_n, piece, piece_n);
	text[n * piece_n] = ' ';
	text[n * piece_n + 1] = ']';
	if (json_parse((struct span){ text, n * piece_n + 2 }, &v, &e) == 0) {
		assert_int_equal(json_length(v), n);
		json_free(&v);
	}
	free(text);
	return e.kind;
}

static void the_number_of_values_is_bounded(void **state)
{
	(void)state;
	assert_int_equal(parse_many("1,", JSON_MAX_VALUES - 10), ERR_NONE);
	assert_int_equal(parse_many("1,", JSON_MAX_VALUES + 10), ERR_INVALID);
	assert_int_equal(parse_many("{},", JSON_MAX_CONTAINERS - 10), ERR_NONE);
	assert_int_equal(parse_many("{},", JSON_MAX_CONTAINERS + 10), ERR_INVALID);
	assert_int_equal(parse_many("[],", JSON_MAX_CONTAINERS + 10), ERR_INVALID);
	assert_int_equal(parse_many("{\"a\":1},", JSON_MAX_CONTAINERS + 10), ERR_INVALID);
}

static void check_i64(const char *text, bool is, int64_t expected)
{
	JSON_AUTO v = good(text);
	int64_t out = -77;

	if (json_i64(v, &out) != is)
		fail_msg("%s: %s", text, is ? "no" : "yes");
	assert_int_equal(out, is ? expected : -77);
}

static void null_is_a_value(void **state)
{
	struct err e = { 0 };
	struct json *v;

	(void)state;
	assert_int_equal(parse("null", 4, &v, &e), 0);
	assert_true(json_is_null(v));
	json_free(&v);
}

static void whole_numbers(void **state)
{
	(void)state;
	check_i64("0", true, 0);
	check_i64("-0", true, 0);
	check_i64("1791642600", true, 1791642600);
	check_i64("9223372036854775806", true, INT64_MAX - 1);
	check_i64("-9223372036854775807", true, INT64_MIN + 1);
	check_i64("9223372036854775807", false, 0); // json-c cannot tell it from a larger one
	check_i64("9223372036854775808", false, 0);
	check_i64("-9223372036854775809", false, 0);
	check_i64("123456789012345678901234567890", false, 0);
	check_i64("1791642600.0", true, 1791642600);
	check_i64("1.5e3", true, 1500);
	check_i64("1e15", true, 1000000000000000);
	check_i64("1e17", false, 0); // not every neighbour is exact any more
	check_i64("1e999", false, 0);
	check_i64("1.5", false, 0);
	check_i64("-0.1", false, 0);
	check_i64("\"1\"", false, 0);
	check_i64("true", false, 0);
	check_i64("null", false, 0);
	check_i64("[1]", false, 0);
}

static void numbers(void **state)
{
	JSON_AUTO v = good("[1.5,-2e-3,1e999,-1e999,\"1\",12345678901234567890]");
	double d = 7;

	(void)state;
	assert_true(json_number(json_at(v, 0), &d));
	assert_true(d > 1.49 && d < 1.51);
	assert_true(json_number(json_at(v, 1), &d));
	assert_true(d < 0 && d > -0.0021);
	assert_false(json_number(json_at(v, 2), &d));
	assert_false(json_number(json_at(v, 3), &d));
	assert_false(json_number(json_at(v, 4), &d));
	assert_true(json_number(json_at(v, 5), &d));
	assert_true(d > 1.2e19 && d < 1.3e19);
}

static void check_text(const char *text, struct span expected)
{
	JSON_AUTO v = good(text);
	struct span s = SPAN_NONE;

	assert_true(json_text(v, &s));
	assert_int_equal(s.n, expected.n);
	assert_memory_equal(s.p, expected.p, s.n);
}

static void texts(void **state)
{
	JSON_AUTO nul = good("[\"a\\u0000b\",\"ab\"]");
	struct span s;

	(void)state;
	check_text("\"\"", SPAN(""));
	check_text("\"caf\\u00e9 \\u20AC\"", SPAN("caf\xc3\xa9 \xe2\x82\xac"));
	check_text("\"\\ud83d\\ude00!\"", SPAN("\xf0\x9f\x98\x80!"));
	check_text("\"\\ud83d\"", SPAN("\xef\xbf\xbd"));
	check_text("\"\\ude00x\"", SPAN("\xef\xbf\xbdx"));
	check_text("\"\\ud83d\\ud83d\\ude00\"", SPAN("\xef\xbf\xbd\xf0\x9f\x98\x80"));
	check_text("\"\\ud83d\\n\"", SPAN("\xef\xbf\xbd\n"));
	check_text("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", SPAN("\"\\/\b\f\n\r\t"));
	assert_false(json_text(json_at(nul, 0), &s));
	assert_true(json_text(json_at(nul, 1), &s));
}

static void objects_and_arrays(void **state)
{
	JSON_AUTO v = good("{\"a\":1,\"b\":[10,null,{\"c\":true}],\"a\":2,\"d\":null}");
	const struct json *b = json_get(v, "b");
	int64_t i;
	bool flag = false;

	(void)state;
	assert_true(json_is_object(v));
	assert_false(json_is_array(v));
	assert_true(json_i64(json_get(v, "a"), &i)); // the last one counts
	assert_int_equal(i, 2);
	assert_true(json_is_array(b));
	assert_int_equal(json_length(b), 3);
	assert_true(json_is_null(json_at(b, 1)));
	assert_null(json_at(b, 3));
	assert_true(json_bool(json_get(json_at(b, 2), "c"), &flag));
	assert_true(flag);
	assert_true(json_is_null(json_get(v, "d")));
	assert_true(json_is_null(json_get(v, "absent")));
	assert_true(json_says_null(v, "d"));
	assert_false(json_says_null(v, "absent"));
	assert_false(json_says_null(NULL, "d"));
	assert_null(json_get(v, "absent"));
	assert_null(json_get(b, "a"));
	assert_int_equal(json_length(v), 0);
	assert_null(json_at(v, 0));
}

static void nothing_answers_no(void **state)
{
	struct span s;
	int64_t i;
	double d;
	bool flag;

	(void)state;
	assert_null(json_get(NULL, "a"));
	assert_null(json_at(NULL, 0));
	assert_true(json_is_null(NULL));
	assert_false(json_is_object(NULL));
	assert_false(json_is_array(NULL));
	assert_false(json_i64(NULL, &i));
	assert_false(json_number(NULL, &d));
	assert_false(json_bool(NULL, &flag));
	assert_false(json_text(NULL, &s));
	assert_int_equal(json_length(NULL), 0);
}

static void a_large_array_keeps_its_order(void **state)
{
	BUF_AUTO b;
	struct json_out j;
	struct span text;
	struct err e = { 0 };
	struct json *v;
	int64_t out;

	(void)state;
	buf_init(&b, 16 << 20);
	json_begin(&j, &b);
	json_array(&j);
	for (int i = 0; i < 50000; i++) {
		json_object(&j);
		json_key(&j, "id");
		json_put_i64(&j, i);
		json_object_end(&j);
	}
	json_array_end(&j);
	assert_int_equal(buf_finish(&b, &text, &e), 0);
	assert_int_equal(json_parse(text, &v, &e), 0);
	assert_int_equal(json_length(v), 50000);
	for (int i = 0; i < 50000; i++) {
		assert_true(json_i64(json_get(json_at(v, (size_t)i), "id"), &out));
		assert_int_equal(out, i);
	}
	json_free(&v);
}

static void write_all(struct json_out *j)
{
	json_object(j);
	json_key(j, "te\"xt");
	json_put_text(j, SPAN("a\"\\\n\x01\x7f\xc3\xa9\xff\xe2\x80\xa8z"));
	json_key(j, "none");
	json_put_text(j, SPAN_NONE);
	json_key(j, "list");
	json_array(j);
	json_put_i64(j, INT64_MIN);
	json_put_bool(j, true);
	json_put_bool(j, false);
	json_array(j);
	json_array_end(j);
	json_object(j);
	json_object_end(j);
	json_array_end(j);
	json_key(j, "times");
	json_array(j);
	json_put_time(j, 0);
	json_put_time(j, 1781332517000000);
	json_put_time(j, 1781332517000001);
	json_put_time(j, -1);
	json_put_time(j, INT64_MIN);
	json_array_end(j);
	json_object_end(j);
}

static void the_writer(void **state)
{
	static const char expected[] =
		"{\"te\\\"xt\":\"a\\\"\\\\\\n\\u0001\\u007f\xc3\xa9\xef\xbf\xbd\\u2028z\","
		"\"none\":null,\"list\":[-9223372036854775808,true,false,[],{}],"
		"\"times\":[\"1970-01-01T00:00:00Z\",\"2026-06-13T06:35:17Z\","
		"\"2026-06-13T06:35:17.000001Z\",\"1969-12-31T23:59:59.999999Z\",null]}";
	BUF_AUTO b;
	struct json_out j;
	struct span text;
	struct err e = { 0 };

	(void)state;
	buf_init(&b, 4096);
	json_begin(&j, &b);
	write_all(&j);
	assert_int_equal(buf_finish(&b, &text, &e), 0);
	assert_string_equal(text.p, expected);
	assert_int_equal(j.depth, 0);
	{
		JSON_AUTO v = good(text.p);

		assert_int_equal(json_length(json_get(v, "list")), 5);
	}
}

static void the_writer_in_a_small_buffer_fails_once(void **state)
{
	(void)state;
	for (size_t max = 0; max < 200; max++) {
		BUF_AUTO b;
		struct json_out j;
		struct span text;
		struct err e = { 0 };

		buf_init(&b, max);
		json_begin(&j, &b);
		write_all(&j);
		assert_int_equal(buf_finish(&b, &text, &e), -1);
		assert_int_equal(e.kind, ERR_LIMIT);
	}
}

static void every_byte_survives_writing_and_reading(void **state)
{
	(void)state;
	for (uint32_t c = 1; c < 0x80; c++) {
		char raw[3] = { 'a', (char)c, 'b' };
		BUF_AUTO b;
		struct json_out j;
		struct span text;
		struct err e = { 0 };

		buf_init(&b, 100);
		json_begin(&j, &b);
		json_put_text(&j, (struct span){ raw, 3 });
		assert_int_equal(buf_finish(&b, &text, &e), 0);
		check_text(text.p, (struct span){ raw, 3 });
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_every_form),
		cmocka_unit_test(refuses_everything_else),
		cmocka_unit_test(what_json_c_forgives_is_no_number),
		cmocka_unit_test(the_length_counts_and_not_a_nul),
		cmocka_unit_test(every_cut_of_a_text_is_refused),
		cmocka_unit_test(depth_is_bounded),
		cmocka_unit_test(the_number_of_values_is_bounded),
		cmocka_unit_test(null_is_a_value),
		cmocka_unit_test(whole_numbers),
		cmocka_unit_test(numbers),
		cmocka_unit_test(texts),
		cmocka_unit_test(objects_and_arrays),
		cmocka_unit_test(nothing_answers_no),
		cmocka_unit_test(a_large_array_keeps_its_order),
		cmocka_unit_test(the_writer),
		cmocka_unit_test(the_writer_in_a_small_buffer_fails_once),
		cmocka_unit_test(every_byte_survives_writing_and_reading),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
