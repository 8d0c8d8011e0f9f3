#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/limits.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "html/url.h"
#include "os/clock.h"
#include "os/page_copy.h"

static struct arena *m;
static struct response *res;
static struct request req;
static struct err e;

static int start(void **state)
{
	(void)state;
	m = arena_new(REQUEST_ARENA);
	res = response_new();
	req = (struct request){ .id = "0123456789abcdef", .method = METHOD_GET };
	e = (struct err){ .kind = ERR_NONE };
	response_begin(res, m, &req);
	return 0;
}

static int end(void **state)
{
	(void)state;
	response_free(res);
	arena_free(m);
	return 0;
}

static const char *head_of_reply(struct span *body)
{
	struct span head;

	assert_int_equal(response_finish(res, &head, body, &e), 0);
	return arena_dup(m, head);
}

static const char *etag_of(struct span version)
{
	struct span body;
	const char *head;
	char *tag;

	response_begin(res, m, &req);
	assert_false(response_not_modified(res, version));
	head = head_of_reply(&body);
	tag = arena_dup(m, span_of(strstr(head, "ETag: ") + strlen("ETag: ")));
	tag[strcspn(tag, "\r")] = '\0';
	return tag;
}

static void reply_has_head_and_body(void **state)
{
	struct span body;
	const char *head;

	(void)state;
	response_type(res, "text/plain");
	buf_adds(response_body(res), "hello");
	head = head_of_reply(&body);
	assert_true(strncmp(head, "Status: 200 OK\r\n", 16) == 0);
	assert_non_null(strstr(head, "Content-Length: 5\r\n"));
	assert_non_null(strstr(head, "X-Request-Id: 0123456789abcdef\r\n"));
	assert_true(span_is(body, "hello"));
	assert_string_equal(head + strlen(head) - 4, "\r\n\r\n");
}

static void head_request_has_the_length_only(void **state)
{
	struct span body;

	(void)state;
	req.method = METHOD_HEAD;
	buf_adds(response_body(res), "hello");
	assert_non_null(strstr(head_of_reply(&body), "Content-Length: 5\r\n"));
	assert_int_equal(body.n, 0);
}

static void headers_cannot_be_injected(void **state)
{
	struct span head;
	struct span body;

	(void)state;
	response_header(res, "Location", SPAN("/a\r\nSet-Cookie: x=1"));
	assert_int_equal(response_finish(res, &head, &body, &e), -1);
	response_begin(res, m, &req);
	e = (struct err){ .kind = ERR_NONE };
	response_cookie(res, "a", SPAN("b; Domain=evil"), 1);
	assert_int_equal(response_finish(res, &head, &body, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
}

static void redirects_stay_inside(void **state)
{
	static const char *const outside[] = { "https://evil.example/", "//evil.example/",
		"/\\evil.example", "evil", "" };
	struct span body;

	(void)state;
	for (size_t i = 0; i < countof(outside); i++) {
		response_begin(res, m, &req);
		assert_int_equal(response_redirect(res, (struct url){ outside[i] }), 0);
		assert_non_null(strstr(head_of_reply(&body), "Location: /\r\n"));
	}
	response_begin(res, m, &req);
	assert_int_equal(response_redirect(res, url_path("/a?b=c")), 0);
	assert_non_null(strstr(head_of_reply(&body), "Location: /a?b=c\r\n"));
	assert_int_equal(response_get_status(res), 303);
}

static bool is_known(const char *if_none_match)
{
	req.if_none_match = span_of(if_none_match);
	response_begin(res, m, &req);
	return response_not_modified(res, SPAN("7"));
}

static void tags_that_match(void **state)
{
	const char *tag = etag_of(SPAN("7"));
	char *marked = arena_printf(m, "%.*s-gzip\"", (int)strlen(tag) - 1, tag);

	(void)state;
	assert_int_equal(strlen(tag), 20);
	assert_true(is_known(tag));
	assert_true(is_known(tag + 2));
	assert_true(is_known(arena_printf(m, "\"x\", %s , \"y\"", tag)));
	assert_true(is_known(marked));
	assert_false(is_known("*")); // whether there is anything is not known yet
	response_tag_body(res);
	assert_int_equal(response_get_status(res), 304);
	assert_false(is_known("\"x\""));
	assert_false(is_known(""));
	assert_false(is_known(arena_printf(m, "%.*s", (int)strlen(tag) - 1, tag)));
	req.method = METHOD_POST;
	assert_false(is_known(tag));
}

static void tags_differ_by_what_the_page_shows(void **state)
{
	const struct request_param zone = { .name = SPAN("zone"), .value = SPAN("UTC") };
	const char *plain = etag_of(SPAN("7"));

	(void)state;
	assert_string_equal(plain, etag_of(SPAN("7")));
	assert_string_not_equal(plain, etag_of(SPAN("8")));
	req.raw_query = SPAN("a=b");
	assert_string_not_equal(plain, etag_of(SPAN("7")));
	req.raw_query = SPAN_NONE;
	req.path = SPAN("/b");
	assert_string_not_equal(plain, etag_of(SPAN("7")));
	req.path = SPAN_NONE;
	req.cookies = (struct request_params){ &zone, 1 };
	assert_string_not_equal(plain, etag_of(SPAN("7")));
}

static void not_modified_has_no_body(void **state)
{
	struct span body;
	const char *head;

	(void)state;
	req.if_none_match = SPAN("*");
	buf_adds(response_body(res), "text");
	response_tag_body(res);
	head = head_of_reply(&body);
	assert_true(strncmp(head, "Status: 304 Not Modified\r\n", 26) == 0);
	assert_null(strstr(head, "Content-Length"));
	assert_non_null(strstr(head, "ETag: W/"));
	assert_int_equal(body.n, 0);
}

static void cookies_have_their_attributes(void **state)
{
	struct span body;
	const char *head;

	(void)state;
	response_cookie(res, "a", SPAN("b"), 60);
	response_cookie(res, "c", SPAN(""), 0);
	response_clear(res); // an error page keeps them
	head = head_of_reply(&body);
	assert_non_null(
		strstr(head, "Set-Cookie: a=b; Path=/; Max-Age=60; HttpOnly; SameSite=Lax\r\n"));
	assert_non_null(
		strstr(head, "Set-Cookie: c=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax\r\n"));
	req.https = true;
	response_begin(res, m, &req);
	response_cookie(res, "a", SPAN("b"), 60);
	assert_non_null(strstr(head_of_reply(&body), "SameSite=Lax; Secure\r\n"));
}

static void names_of_copies(void **state)
{
	(void)state;
	assert_string_equal(page_copy_name(m, "/d", SPAN("/")), "/d/page/index");
	assert_string_equal(page_copy_name(m, "/d", SPAN("/a/b-c_d.e")), "/d/page/a/b-c_d.e");
	assert_null(page_copy_name(m, "", SPAN("/")));
	assert_null(page_copy_name(m, "/d", SPAN("/a+b")));
	assert_null(page_copy_name(m, "/d", SPAN("/\xc3\xa4")));
	assert_null(page_copy_name(m, "/d", SPAN("a")));
	assert_null(page_copy_name(m, "/d", SPAN("/a b")));
	assert_null(page_copy_name(m, "/d", SPAN("/a/../b")));
	assert_null(page_copy_name(m, "/d", SPAN("/..")));
	assert_null(page_copy_name(m, "/d", SPAN("/.a")));
	assert_null(page_copy_name(m, "/d", SPAN("/a//b")));
	assert_null(page_copy_name(m, "/d", SPAN("//a")));
	assert_null(page_copy_name(m, "/d", SPAN("/a/")));
	assert_null(page_copy_name(m, "/d", SPAN("/1/2/3/4/5/6/7/8/9")));
}

static void remove_folders(const char *dir, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(rmdir(arena_printf(m, "%s/%s", dir, names[i])), 0);
}

static void copies_are_written_and_evicted(void **state)
{
	char dir[] = "/tmp/podium-copy-XXXXXX";
	struct stat st;
	const char *one;
	const char *two;
	mode_t mask = umask(0077);

	(void)state;
	assert_non_null(mkdtemp(dir));
	one = page_copy_name(m, dir, SPAN("/one"));
	two = page_copy_name(m, dir, SPAN("/two/and/more"));
	assert_int_equal(page_copy_write(m, dir, SPAN("/one"), SPAN("1"), &e), 0);
	assert_int_equal(page_copy_write(m, dir, SPAN("/two/and/more"), SPAN("22"), &e), 0);
	assert_int_equal(page_copy_write(m, dir, SPAN("/a b"), SPAN("x"), &e), 0);
	assert_int_equal(stat(two, &st), 0);
	assert_int_equal(st.st_size, 2);
	assert_int_equal(st.st_mode & 0777, 0644);
	assert_int_equal(stat(arena_printf(m, "%s/page/two/and", dir), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0755);
	page_copy_evict_all(dir);
	assert_int_not_equal(stat(one, &st), 0);
	assert_int_not_equal(stat(two, &st), 0);
	remove_folders(dir, (const char *[]){ "page/two/and", "page/two", "page" }, 3);
	assert_int_equal(unlink(arena_printf(m, "%s/kept/one", dir)), 0);
	assert_int_equal(unlink(arena_printf(m, "%s/kept/two/and/more", dir)), 0);
	remove_folders(dir, (const char *[]){ "kept/two/and", "kept/two", "kept" }, 3);
	assert_int_equal(rmdir(dir), 0);
	page_copy_evict_all(dir);
	page_copy_evict_all("");
	(void)umask(mask);
}

static void set_age(const char *path, int64_t age_s)
{
	const struct timespec at = { .tv_sec = clock_unix_us() / 1000000 - age_s };

	assert_int_equal(utimensat(AT_FDCWD, path, (const struct timespec[]){ at, at }, 0), 0);
}

static void old_copies_are_taken_away(void **state)
{
	static const struct {
		int64_t age_s;
		bool stays;
	} cases[] = { { 0, true }, { PAGE_COPY_YOUNG_S - 5, true }, { PAGE_COPY_YOUNG_S, false },
		{ 100000, false }, { -100, false } };
	char dir[] = "/tmp/podium-copy-XXXXXX";
	const char *copy;
	const char *body;
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(dir));
	copy = page_copy_name(m, dir, SPAN("/one"));
	body = arena_printf(m, "%s/kept/one", dir);
	for (size_t i = 0; i < countof(cases); i++) {
		assert_int_equal(page_copy_write(m, dir, SPAN("/one"), SPAN("1"), &e), 0);
		set_age(copy, cases[i].age_s);
		page_copy_evict_old(dir);
		assert_int_equal(stat(copy, &st) == 0, cases[i].stays);
		assert_int_equal(stat(body, &st), 0);
	}
	page_copy_evict_all(dir);
	set_age(body, PAGE_COPY_YOUNG_S + PAGE_COPY_LOOK_S);
	page_copy_evict_old(dir);
	assert_int_equal(stat(body, &st), 0);
	set_age(body, PAGE_COPY_YOUNG_S + 2 * PAGE_COPY_LOOK_S);
	page_copy_evict_old(dir);
	remove_folders(dir, (const char *[]){ "page", "kept" }, 2);
	assert_int_equal(rmdir(dir), 0);
	page_copy_evict_old(dir);
	page_copy_evict_old("");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reply_has_head_and_body, start, end),
		cmocka_unit_test_setup_teardown(head_request_has_the_length_only, start, end),
		cmocka_unit_test_setup_teardown(headers_cannot_be_injected, start, end),
		cmocka_unit_test_setup_teardown(redirects_stay_inside, start, end),
		cmocka_unit_test_setup_teardown(tags_that_match, start, end),
		cmocka_unit_test_setup_teardown(tags_differ_by_what_the_page_shows, start, end),
		cmocka_unit_test_setup_teardown(not_modified_has_no_body, start, end),
		cmocka_unit_test_setup_teardown(cookies_have_their_attributes, start, end),
		cmocka_unit_test_setup_teardown(names_of_copies, start, end),
		cmocka_unit_test_setup_teardown(copies_are_written_and_evicted, start, end),
		cmocka_unit_test_setup_teardown(old_copies_are_taken_away, start, end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
