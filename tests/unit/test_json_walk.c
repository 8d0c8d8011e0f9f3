#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/limits.h"
#include "net/json.h"
#include "net/json_walk.h"

static struct arena *mem;

static int set_up(void **state)
{
	(void)state;
	mem = arena_new(1024 * 1024);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

static bool is_good(const struct json_walk *w)
{
	struct err e = { .kind = ERR_NONE };

	return json_walk_end(w, &e) == 0;
}

static void what_a_page_reads(void **state)
{
	const char *text =
		" {\"n\" : 3, \"old\": [1, {\"a\": \"]\"}, null, true, -1.5e3], \"days\": [[1, 2], [-3, 4]],"
		"\"none\":[], \"names\":[\"a\",null,\"\"],\"last\":null} ";
	struct json_walk w;
	struct span key;
	int64_t sum = 0;
	size_t n = 9;

	(void)state;
	json_walk_begin(&w, mem, span_of(text));
	json_walk_object(&w);
	while (json_walk_key(&w, &key)) {
		if (span_is(key, "n")) {
			assert_int_equal(json_walk_i64(&w), 3);
		} else if (span_is(key, "days")) {
			assert_int_equal(json_walk_list(&w, 2), 2);
			while (json_walk_more(&w)) {
				json_walk_array(&w);
				sum += json_walk_i64(&w);
				json_walk_close(&w);
			}
		} else if (span_is(key, "none")) {
			n = json_walk_list(&w, 0);
			assert_false(json_walk_more(&w));
		} else if (span_is(key, "names")) {
			assert_int_equal(json_walk_list(&w, 3), 3);
			assert_true(span_is(json_walk_text(&w), "a"));
			assert_null(json_walk_text(&w).p);
			key = json_walk_text(&w);
			assert_true(key.p != NULL && key.n == 0);
			json_walk_close(&w);
		} else if (span_is(key, "last")) {
			assert_int_equal(json_walk_i64(&w), 0);
		} else {
			assert_true(span_is(key, "old"));
			json_walk_skip(&w);
		}
	}
	assert_true(is_good(&w));
	assert_int_equal(sum, -2);
	assert_int_equal(n, 0);
}

static void texts(void **state)
{
	static const struct {
		const char *json;
		const char *text; // NULL: bad
	} cases[] = {
		{ "\"\"", "" },
		{ "\"Round \xe2\x82\xac\"", "Round \xe2\x82\xac" },
		{ "\"a\\\"b\\\\c\\/\\b\\f\\n\\r\\t\"", "a\"b\\c/\b\f\n\r\t" },
		{ "\"\\u0041\\u00e9\\u20AC\"", "A\xc3\xa9\xe2\x82\xac" },
		{ "\"\\ud83d\\ude00!\"", "\xf0\x9f\x98\x80!" },
		{ "\"", NULL },
		{ "\"a", NULL },
		{ "\"a\\\"", NULL },
		{ "\"a\\", NULL },
		{ "\"\\x\"", NULL },
		{ "\"\\u12\"", NULL },
		{ "\"\\u12g4\"", NULL },
		{ "\"\\u0000\"", NULL },
		{ "\"\\ud83d\"", NULL },
		{ "\"\\ud83d\\u0041\"", NULL },
		{ "\"\\ude00\"", NULL },
		{ "\"a\nb\"", NULL },
		{ "\"\xff\"", NULL },
		{ "a", NULL },
		{ "7", NULL },
		{ "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct json_walk w;
		struct span s;

		json_walk_begin(&w, mem, span_of(cases[i].json));
		s = json_walk_text(&w);
		assert_int_equal(is_good(&w), cases[i].text != NULL);
		if (cases[i].text != NULL)
			assert_true(span_is(s, cases[i].text));
	}
}

/* Reads all of it, as a list of numbers. */
static bool reads(const char *text, int64_t *sum)
{
	struct json_walk w;

	*sum = 0;
	json_walk_begin(&w, mem, span_of(text));
	json_walk_list(&w, 10);
	while (json_walk_more(&w))
		*sum += json_walk_i64(&w);
	return is_good(&w);
}

static void what_is_not_there_makes_it_bad(void **state)
{
	static const char *const bad[] = { "", "[", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1}",
		"{}", "[\"1\"]", "[1.5]", "[--1]", "[9223372036854775808]", "[1]]", "[1] 2",
		"[true]", "[[1]]", "1", "[0,1,2,3,4,5,6,7,8,9,10]" };
	int64_t sum;

	(void)state;
	assert_true(reads(" [ 1 , -2,null ] ", &sum));
	assert_int_equal(sum, -1);
	assert_true(reads("[]", &sum));
	for (size_t i = 0; i < countof(bad); i++)
		assert_false(reads(bad[i], &sum));
}

static void what_is_passed_over_is_read_too(void **state)
{
	static const struct {
		const char *text;
		bool ok;
	} cases[] = {
		{ "{\"a\":[{\"b\":[1,2.5e-3,\"]}\"]},false]}", true },
		{ "{\"a\" : 1 , \"b\" : null}", true },
		{ "{\"a\":1,}", false },
		{ "{\"a\" 1}", false },
		{ "{a:1}", false },
		{ "{\"a\":}", false },
		{ "{\"a\":[1}", false },
		{ "{\"a\":nul}", false },
		{ "{\"a\":1", false },
		{ "{\"a\":\"\\q\"}", false },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct json_walk w;

		json_walk_begin(&w, mem, span_of(cases[i].text));
		json_walk_skip(&w);
		assert_int_equal(is_good(&w), cases[i].ok);
	}
}

static void depth_has_a_limit(void **state)
{
	char text[2 * (JSON_MAX_DEPTH + 2) + 1];

	(void)state;
	for (size_t n = JSON_MAX_DEPTH; n <= JSON_MAX_DEPTH + 2; n++) {
		struct err e = { .kind = ERR_NONE };
		JSON_AUTO root = NULL;
		struct json_walk w;

		memset(text, '[', n);
		memset(text + n, ']', n);
		text[2 * n] = '\0';
		json_walk_begin(&w, mem, span_of(text));
		json_walk_skip(&w);
		assert_int_equal(is_good(&w), n <= JSON_MAX_DEPTH + 1);
		assert_int_equal(is_good(&w), json_parse(span_of(text), &root, &e) == 0);
	}
}

static void what_we_write_is_read_back(void **state)
{
	char all[0x110];
	struct err e = { .kind = ERR_NONE };
	struct json_out j;
	struct json_walk w;
	struct span made;
	struct span text = { all, 0 };
	BUF_AUTO b;

	(void)state;
	for (int c = 1; c < 0x80; c++)
		all[text.n++] = (char)c;
	memcpy(all + text.n, "\xe2\x80\xa8\xf0\x9f\x98\x80", 7);
	text.n += 7;
	buf_init(&b, 4096);
	json_begin(&j, &b);
	json_array(&j);
	json_put_text(&j, text);
	json_put_i64(&j, INT64_MIN);
	json_put_null(&j);
	json_array_end(&j);
	assert_int_equal(buf_finish(&b, &made, &e), 0);
	json_walk_begin(&w, mem, made);
	json_walk_array(&w);
	assert_true(span_eq(json_walk_text(&w), text));
	assert_true(json_walk_i64(&w) == INT64_MIN);
	assert_null(json_walk_text(&w).p);
	json_walk_close(&w);
	assert_true(is_good(&w));
}

static void parts_as_they_are_written(void **state)
{
	static const char text[] = " [ {\"a\":[1,\"]}\\\"\"]} , \"x\\u0000\" ,-1.5e3, null , [] ] ";
	static const char *const parts[] = { "{\"a\":[1,\"]}\\\"\"]}", "\"x\\u0000\"", "-1.5e3",
		"null", "[]" };
	static const char *const broken[] = { "[\"]", "[\"a]", "[{]", "[[1]", "[1 2]", "[,]",
		"[1,]", "[A]", "[" };
	struct json_walk w;

	(void)state;
	json_walk_begin(&w, mem, span_of(text));
	json_walk_array(&w);
	for (size_t i = 0; i < countof(parts); i++) {
		assert_true(json_walk_more(&w));
		assert_true(span_is(json_walk_raw(&w), parts[i]));
	}
	assert_false(json_walk_more(&w));
	assert_true(is_good(&w));
	for (size_t i = 0; i < countof(broken); i++) {
		json_walk_begin(&w, mem, span_of(broken[i]));
		json_walk_array(&w);
		while (json_walk_more(&w))
			(void)json_walk_raw(&w);
		assert_false(is_good(&w));
	}
}

static void members_by_name(void **state)
{
	static const char *const names[] = { "a", "b", "c" };
	struct err e = { .kind = ERR_NONE };
	struct span part[3];

	(void)state;
	assert_int_equal(
		json_walk_members(mem, SPAN("{\"b\":[{\"a\":1}],\"a\":\"x\\n\",\"a\":\"y\\n\"}"),
			names, countof(names), part, &e),
		0);
	assert_true(span_is(part[0], "\"y\\n\"") && span_is(part[1], "[{\"a\":1}]"));
	assert_null(part[2].p);
	assert_true(span_is(json_walk_said(mem, part[0]), "y\n"));
	assert_null(json_walk_said(mem, part[1]).p);
	assert_null(json_walk_said(mem, part[2]).p);
	assert_int_equal(
		json_walk_members(mem, SPAN("{\"a\":1,x}"), names, countof(names), part, &e), -1);
	assert_true(e.kind == ERR_INVALID && span_is(part[0], "1"));
	assert_int_equal(json_walk_members(mem, SPAN("[]"), names, countof(names), part, &e), -1);
	assert_null(part[0].p);
}

/* Of a text that cannot be read, where that is. */
static void the_byte_is_named(void **state)
{
	struct err e = { .kind = ERR_NONE };
	struct json_walk w;

	(void)state;
	json_walk_begin(&w, mem, SPAN("[1,x]"));
	json_walk_skip(&w);
	assert_int_equal(json_walk_end(&w, &e), -1);
	assert_string_equal(e.text, "not the JSON that is expected, at byte 3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_page_reads),
		cmocka_unit_test(texts),
		cmocka_unit_test(what_is_not_there_makes_it_bad),
		cmocka_unit_test(what_is_passed_over_is_read_too),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(what_we_write_is_read_back),
		cmocka_unit_test(parts_as_they_are_written),
		cmocka_unit_test(members_by_name),
		cmocka_unit_test(the_byte_is_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("json_walk", tests, set_up, tear_down);
}
