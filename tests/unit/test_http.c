#include "base/civil_text.h"
#include "base/limits.h"
#include "os/clock.h"
#include "tests/unit/http_lab.h"

static void one_exchange(void **state)
{
	struct http_reply r = get("/hello");

	(void)state;
	assert_int_equal(r.status, 200);
	assert_true(span_is(r.body, "hello"));
	assert_int_equal(r.body.p[r.body.n], '\0');
	assert_true(span_is(r.content_type, "text/plain"));
	assert_null(r.etag.p);
	assert_true(r.elapsed_us > 0);
	assert_non_null(strstr(seen, "User-Agent: test/1\r\n"));
	assert_non_null(strstr(seen, "gzip"));
	assert_non_null(strstr(seen, "br"));
}

static void connections_are_kept(void **state)
{
	int before;

	(void)state;
	get("/hello");
	before = httpd.connections;
	for (int i = 0; i < 50; i++) {
		get("/hello");
		get("/404");
		get("/204");
		arena_reset(mem);
	}
	assert_int_equal(httpd.connections, before);
}

static int new_connections(const char *host)
{
	int before = httpd.connections;
	char base[64];
	struct http_reply r;

	snprintf(base, sizeof(base), "http://%s.localhost:%d", host, httpd.port);
	assert_int_equal(
		send_full(&(struct http_request){ .base = base, .path = "/hello" }, &r), 0);
	return httpd.connections - before;
}

static void so_many_are_kept(void **state)
{
	(void)state;
	conf.connection_pool_limit = 2;
	assert_int_equal(new_connections("a"), 1);
	assert_int_equal(new_connections("b"), 1);
	assert_int_equal(new_connections("a"), 0);
	assert_int_equal(new_connections("c"), 1); // in place of b's, the longest idle
	assert_int_equal(new_connections("a"), 0);
	assert_int_equal(new_connections("c"), 0);
	assert_int_equal(new_connections("b"), 1);
	conf.connection_pool_limit = 4;
}

static void any_status_is_an_answer(void **state)
{
	struct http_reply r = get("/404");

	(void)state;
	assert_int_equal(r.status, 404);
	assert_true(span_is(r.body, "gone"));
	r = get("/204");
	assert_int_equal(r.status, 204);
	assert_int_equal(r.body.n, 0);
	assert_true(span_is(r.etag, "\"n\""));
	r = get("/304");
	assert_int_equal(r.status, 304);
	assert_true(span_is(r.etag, "W/\"v1\""));
	r = get("/100");
	assert_int_equal(r.status, 200);
	assert_true(span_is(r.body, "ok"));
	assert_null(r.etag.p);
	r = get("/503");
	assert_int_equal(r.status, 503);
	assert_int_equal(r.retry_after_s, 17);
	r = get("/location");
	assert_int_equal(r.status, 201);
	assert_true(span_is(r.location, "/made/1"));
}

static void headers_of_the_answer(void **state)
{
	struct http_reply r = get("/etag");

	(void)state;
	assert_true(span_is(r.etag, "\"a b\""));
	assert_true(span_is(r.content_type, "text/html; charset=utf-8"));
	r = get("/bad-etag");
	assert_null(r.etag.p);
}

static void after_seconds(const char *value, int expected)
{
	char path[300];
	int got;

	snprintf(path, sizeof(path), "/after?%s", value);
	got = get(path).retry_after_s;
	if (got != expected)
		fail_msg("Retry-After %s: %d", value, got);
}

static void retry_after_forms(void **state)
{
	char date[CIVIL_TEXT_SIZE];
	char path[CIVIL_TEXT_SIZE + 10];
	int got;

	(void)state;
	after_seconds("0", 0);
	after_seconds("5", 5);
	after_seconds("120", 120);
	after_seconds("121", 120);
	after_seconds("99999999999999999999999999", 120);
	after_seconds("-5", 0);
	after_seconds("soon", 0);
	after_seconds("", 0);
	after_seconds("Wed,_21_Oct_2015_07:28:00_GMT", 0);
	after_seconds("Fri,_31_Dec_2999_23:59:59_GMT", 120);
	civil_http(clock_unix_us() / 1000000 + 60, date);
	for (char *p = date; *p != '\0'; p++)
		*p = *p == ' ' ? '_' : *p;
	snprintf(path, sizeof(path), "/after?%s", date);
	got = get(path).retry_after_s;
	assert_true(got >= 55 && got <= 60);
}

static void methods_and_bodies(void **state)
{
	static const struct {
		const char *method;
		const char *body;
		const char *expected;
	} calls[] = { { "POST", "{\"a\":1}", "POST {\"a\":1}" }, { "POST", NULL, "POST " },
		{ "PUT", "x", "PUT x" }, { "DELETE", NULL, "DELETE " },
		{ "PROPFIND", "<a/>", "PROPFIND <a/>" }, { "GET", NULL, "GET " } };
	static const char *const headers[] = { "Content-Type: application/json", NULL };
	struct http_reply r;

	(void)state;
	for (size_t i = 0; i < countof(calls); i++) {
		struct http_request q = { .method = calls[i].method,
			.base = home,
			.path = "/echo",
			.headers = headers,
			.body = span_of(calls[i].body) };

		assert_int_equal(send_full(&q, &r), 0);
		assert_string_equal(r.body.p, calls[i].expected);
		assert_non_null(strstr(seen, "Content-Type: application/json\r\n"));
		assert_null(strstr(seen, "Expect"));
	}
	assert_int_equal(
		send_full(
			&(struct http_request){ .method = "HEAD", .base = home, .path = "/hello" },
			&r),
		0);
	assert_int_equal(r.status, 200);
	assert_int_equal(r.body.n, 0);
	assert_true(span_is(get("/hello").body, "hello"));
}

static void nothing_is_injected(void **state)
{
	static const char *const headers[][2] = { { "X: a\r\nY: b", NULL }, { "X: a\nY: b", NULL },
		{ "X\r\n: a", NULL }, { "no colon", NULL }, { ": empty", NULL }, { "X Y: a", NULL },
		{ "X: \x7f", NULL } };
	static const char *const paths[] = { "/a b", "/a\r\nX: y", "/a\nb", "@evil.example/",
		".evil.example/", ":1/", "evil", "/a#b", "/a\\b", "/\xc3\xa9", "/\x7f" };
	static const char *const bases[] = { "", "nonsense", "http://", "http://user:pw@127.0.0.1",
		"http://127.0.0.1:99999" };
	struct http_reply r;

	(void)state;
	for (size_t i = 0; i < countof(headers); i++) {
		struct http_request q = { .base = home, .path = "/hello", .headers = headers[i] };

		assert_int_equal(send_full(&q, &r), -1);
		assert_int_equal(fault.kind, ERR_INVALID);
	}
	for (size_t i = 0; i < countof(paths); i++)
		refuse(paths[i], ERR_INVALID);
	for (size_t i = 0; i < countof(bases); i++)
		refuse_at(bases[i], "/", ERR_INVALID);
	assert_int_equal(
		send_full(
			&(struct http_request){
				.method = "GET / HTTP/1.1\r\nX:", .base = home, .path = "/" },
			&r),
		-1);
	assert_int_equal(fault.kind, ERR_INVALID);
}

static void other_protocols_are_refused(void **state)
{
	(void)state;
	refuse_at("ftp://127.0.0.1", "/", ERR_FORBIDDEN);
	refuse_at("file:///etc", "/passwd", ERR_INVALID);
	refuse_at("gopher://127.0.0.1", "/", ERR_FORBIDDEN);
	refuse("/to?ftp://127.0.0.1/", ERR_FORBIDDEN);
	refuse("/to?file:///etc/passwd", ERR_FORBIDDEN);
	refuse("/to?gopher://127.0.0.1:6379/_x", ERR_FORBIDDEN);
	refuse("/to?telnet://127.0.0.1/", ERR_FORBIDDEN);
}

static void broken_answers(void **state)
{
	(void)state;
	refuse("/cut", ERR_TEMPORARY);
	refuse("/cut-chunk", ERR_TEMPORARY);
	refuse("/nothing", ERR_TEMPORARY);
	refuse("/garbage", ERR_TEMPORARY);
	refuse("/coding", ERR_TEMPORARY);
	assert_true(span_is(get("/hello").body, "hello"));
}

static void time_is_bounded(void **state)
{
	int64_t before = clock_mono_us();

	(void)state;
	refuse("/slow", ERR_TEMPORARY);
	refuse("/drip", ERR_TEMPORARY);
	assert_true(clock_mono_us() - before < 2500000);
	assert_true(clock_mono_us() - before > 1300000);
	refuse_at("http://127.0.0.1:1", "/", ERR_TEMPORARY);
}

static int get_capped(const char *path, size_t max, struct http_reply *r)
{
	return send_full(&(struct http_request){ .base = home, .path = path, .max_body = max }, r);
}

static void size_is_bounded(void **state)
{
	struct http_reply r;

	(void)state;
	assert_int_equal(get_capped("/exact/", 1000, &r), 0);
	assert_int_equal(r.body.n, 1000);
	assert_int_equal(get_capped("/exact/", 999, &r), -1);
	assert_int_equal(fault.kind, ERR_LIMIT);
	assert_int_equal(get_capped("/endless", 5000, &r), -1);
	assert_int_equal(fault.kind, ERR_LIMIT);
	refuse("/announced", ERR_LIMIT);
}

static void the_front_of_a_long_answer(void **state)
{
	struct http_request r = { .base = home, .path = "/exact/", .max_body = 995, .front = true };
	struct http_reply reply;

	(void)state;
	assert_int_equal(send_full(&r, &reply), 0);
	assert_int_equal(reply.status, 200);
	assert_int_equal(reply.body.n, 995);
	r.max_body = 1000;
	assert_int_equal(send_full(&r, &reply), 0);
	assert_int_equal(reply.body.n, 1000);
	r.path = "/announced";
	assert_int_equal(send_full(&r, &reply), -1); // it ends before that
	assert_int_equal(fault.kind, ERR_TEMPORARY);
	r.path = "/endless";
	assert_int_equal(send_full(&r, &reply), 0);
	assert_int_equal(reply.body.n, 1000);
	assert_true(span_is(get("/hello").body, "hello"));
}

static void the_cap_counts_decoded_bytes(void **state)
{
	struct http_reply r = get("/gzip");

	(void)state;
	assert_int_equal(r.body.n, 1 + 258 * 100);
	assert_int_equal(get_capped("/gzip", 1 + 258 * 100, &r), 0);
	assert_int_equal(get_capped("/gzip", 258 * 100, &r), -1);
	assert_int_equal(fault.kind, ERR_LIMIT);
	refuse("/bomb", ERR_LIMIT); // 103 MB in 650 KB
	assert_true(span_is(get("/hello").body, "hello"));
}

static void proxies_of_the_environment_are_ignored(void **state)
{
	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "socks5://127.0.0.1:1", 1);
	assert_true(span_is(get("/hello").body, "hello"));
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
}

static void escape(void **state)
{
	(void)state;
	assert_string_equal(http_escape(mem, SPAN("azAZ09-._~")), "azAZ09-._~");
	assert_string_equal(http_escape(mem, SPAN("a b&c=/?#%+;\"\n\xc3\xa9")),
		"a%20b%26c%3D%2F%3F%23%25%2B%3B%22%0A%C3%A9");
	assert_string_equal(http_escape(mem, (struct span){ "\0", 1 }), "%00");
	assert_string_equal(http_escape(mem, SPAN_NONE), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_exchange),
		cmocka_unit_test(connections_are_kept),
		cmocka_unit_test(so_many_are_kept),
		cmocka_unit_test(any_status_is_an_answer),
		cmocka_unit_test(headers_of_the_answer),
		cmocka_unit_test(retry_after_forms),
		cmocka_unit_test(methods_and_bodies),
		cmocka_unit_test(nothing_is_injected),
		cmocka_unit_test(other_protocols_are_refused),
		cmocka_unit_test(broken_answers),
		cmocka_unit_test(time_is_bounded),
		cmocka_unit_test(size_is_bounded),
		cmocka_unit_test(the_front_of_a_long_answer),
		cmocka_unit_test(the_cap_counts_decoded_bytes),
		cmocka_unit_test(proxies_of_the_environment_are_ignored),
		cmocka_unit_test(escape),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, http_lab_start, http_lab_stop);
}
