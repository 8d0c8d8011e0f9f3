#include "base/limits.h"
#include "net/codeforces.h"
#include "tests/unit/http_lab.h"

static struct codeforces cf;
static int entered;
static int paused_s;
static enum codeforces_priority last_priority;
static bool gate_closed;

static int enter(void *data, enum codeforces_priority priority, int max_wait_ms, struct err *e)
{
	assert_ptr_equal(data, &cf);
	assert_int_equal(max_wait_ms, 500);
	last_priority = priority;
	entered++;
	return gate_closed ? err_set(e, ERR_TEMPORARY, "closed") : 0;
}

static void pause_all(void *data, int seconds)
{
	assert_ptr_equal(data, &cf);
	paused_s = seconds;
}

static const struct sample {
	const char *method; // of the API, so the path that the server sees
	int status;
	const char *headers;
	const char *body;
	enum err_kind kind;
	int paused_s;
	const char *text; // part of err.text
} samples[] = {
	{ "ok", 200, "", "{\"status\":\"OK\",\"result\":[1]}", ERR_NONE, 0, "" },
	{ "handle", 400, "",
		"{\"status\":\"FAILED\",\"comment\":\"handle: User with handle zz not found\"}",
		ERR_NOT_FOUND, 0, "zz not found" },
	{ "contest", 400, "",
		"{\"status\":\"FAILED\",\"comment\":\"contestId: Contest with id 1 not found\"}",
		ERR_NOT_FOUND, 0, "not found" },
	{ "malformed", 400, "",
		"{\"status\":\"FAILED\",\"comment\":\"handle: Field should contain between 3 and "
		"24\"}",
		ERR_INVALID, 0, "should contain" },
	{ "limit", 400, "", "{\"status\":\"FAILED\",\"comment\":\"Call limit exceeded\"}",
		ERR_LIMIT, CODEFORCES_PAUSE_S, "too often" },
	{ "limit200", 200, "", "{\"comment\":\"call LIMIT exceeded\",\"status\":\"FAILED\"}",
		ERR_LIMIT, CODEFORCES_PAUSE_S, "too often" },
	{ "other", 400, "", "{\"status\":\"FAILED\",\"comment\":\"Internal error\"}", ERR_TEMPORARY,
		0, "Internal error" },
	{ "wall", 403, "", "<!DOCTYPE html><title>Just a moment...</title>", ERR_FORBIDDEN,
		CODEFORCES_PAUSE_S, "blocked" },
	{ "text403", 403, "", "Too many requests", ERR_LIMIT, CODEFORCES_PAUSE_S, "403" },
	{ "r429", 429, "Retry-After: 77\r\n", "slow down", ERR_LIMIT, 77, "429" },
	{ "r429json", 429, "", "{\"status\":\"OK\",\"result\":[]}", ERR_LIMIT, CODEFORCES_PAUSE_S,
		"429" },
	{ "r503", 503, "Retry-After: 5\r\n", "<html>nginx</html>", ERR_LIMIT, CODEFORCES_PAUSE_S,
		"503" },
	{ "r503json", 503, "", "{\"error\":\"overloaded\"}", ERR_LIMIT, CODEFORCES_PAUSE_S, "503" },
	{ "r503cut", 503, "", "{\"error\":\"over", ERR_LIMIT, CODEFORCES_PAUSE_S, "503" },
	{ "r502", 502, "", "<html>Bad gateway</html>", ERR_TEMPORARY, 0, "502" },
	{ "html", 200, "", "<html>Codeforces is temporarily unavailable</html>", ERR_TEMPORARY, 0,
		"page" },
	{ "empty", 200, "", "", ERR_TEMPORARY, 0, "no data" },
	{ "cut", 200, "", "{\"status\":\"OK\",\"result\":[{\"id\":1", ERR_TEMPORARY, 0, "read" },
	{ "array", 200, "", "[1]", ERR_TEMPORARY, 0, "no data" },
	{ "noresult", 200, "", "{\"status\":\"OK\"}", ERR_TEMPORARY, 0, "form" },
	{ "nullresult", 200, "", "{\"status\":\"OK\",\"result\":null}", ERR_TEMPORARY, 0, "form" },
	{ "nostatus", 200, "", "{\"result\":[]}", ERR_TEMPORARY, 0, "form" },
	{ "oddstatus", 200, "", "{\"status\":1,\"result\":[]}", ERR_TEMPORARY, 0, "form" },
	{ "nocomment", 400, "", "{\"status\":\"FAILED\"}", ERR_TEMPORARY, 0, "form" },
	{ "ok500", 500, "", "{\"status\":\"OK\",\"result\":[]}", ERR_TEMPORARY, 0, "500" },
};

/* More than is fetched: the problems, and places up to standings_end. */
static const char *standings_end;

static bool serve_standings(int fd)
{
	static char rows[CODEFORCES_MAX_FRONT];
	static const char front[] =
		"{\"status\":\"OK\",\"result\":{\"contest\":{\"name\":\"a \\\"rows\\\":\"},"
		"\"problems\":[{\"index\":\"A\"},{\"index\":\"B\"}],\"rows\":[";

	memset(rows, ' ', sizeof(rows) - 1);
	httpd_text(fd, "HTTP/1.1 200 OK\r\n\r\n");
	httpd_text(fd, front);
	httpd_text(fd, rows);
	httpd_text(fd, standings_end);
	return false;
}

static bool serve(const struct httpd_request *r)
{
	char head[300];
	size_t n = strlen("/api/");

	snprintf(seen, sizeof(seen), "%.4000s", r->head);
	if (strncmp(r->path + n, "contest.standings", strlen("contest.standings")) == 0)
		return serve_standings(r->fd);
	for (size_t i = 0; i < countof(samples); i++) {
		const struct sample *s = &samples[i];
		size_t length = strlen(s->method);

		if (strncmp(r->path + n, s->method, length) != 0 || r->path[n + length] != '?')
			continue;
		snprintf(head, sizeof(head), "HTTP/1.1 %d Said\r\n%sContent-Length: %zu\r\n\r\n",
			s->status, s->headers, strlen(s->body));
		httpd_text(r->fd, head);
		return httpd_text(r->fd, s->body);
	}
	return false;
}

static int start(void **state)
{
	int rc = http_lab_start(state);

	httpd.answer = serve;
	conf.codeforces_url = home;
	conf.from_env = "test";
	cf = (struct codeforces){ &conf, http, { enter, pause_all, &cf } };
	return rc;
}

static int call(const char *method, struct span *result)
{
	struct codeforces_call c = { .method = method, .max_wait_ms = 500 };

	fault = (struct err){ 0 };
	paused_s = 0;
	return codeforces_call(&cf, mem, &c, result, &fault);
}

static void every_answer_is_judged(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(samples); i++) {
		const struct sample *s = &samples[i];
		struct span result;
		int rc = call(s->method, &result);

		if (fault.kind != s->kind || paused_s != s->paused_s ||
			strstr(fault.text, s->text) == NULL)
			fail_msg("%s: kind %d, pause %d, %s", s->method, fault.kind, paused_s,
				fault.text);
		assert_int_equal(rc, s->kind == ERR_NONE ? 0 : -1);
		assert_int_equal(result.p != NULL, rc == 0);
		assert_int_equal(fault.retry_after_s, s->paused_s);
	}
	assert_int_equal(entered, countof(samples));
}

static void parameters_are_encoded(void **state)
{
	struct span result;
	struct codeforces_call c = { .method = "ok",
		.params = { { "handles", SPAN("a;b c&x=1") }, { "left", SPAN_NONE },
			{ "from", SPAN("1") } },
		.priority = CODEFORCES_SWEEP,
		.max_wait_ms = 500 };

	(void)state;
	assert_int_equal(codeforces_call(&cf, mem, &c, &result, &fault), 0);
	assert_true(span_is(result, "[1]"));
	assert_non_null(strstr(seen, "GET /api/ok?lang=en&handles=a%3Bb%20c%26x%3D1&from=1 HTTP"));
	assert_int_equal(last_priority, CODEFORCES_SWEEP);
}

/* Of standings the places are not wanted, however many there are. */
static void what_ends_an_answer_is_left_out(void **state)
{
	static const char *const ends[] = { "", "{\"rank\":1},", "{\"rank\":1}]}}" };
	struct codeforces_call c = { .method = "contest.standings",
		.params = { { "contestId", SPAN("2100") } },
		.max_wait_ms = 500,
		.without = "rows" };

	(void)state;
	for (size_t i = 0; i < countof(ends); i++) {
		struct span result;

		standings_end = ends[i];
		assert_int_equal(codeforces_call(&cf, mem, &c, &result, &fault), 0);
		assert_true(span_is(result,
			"{\"contest\":{\"name\":\"a \\\"rows\\\":\"},"
			"\"problems\":[{\"index\":\"A\"},{\"index\":\"B\"}],\"rows\":[]}"));
		assert_non_null(strstr(seen, "GET /api/contest.standings?contestId=2100 HTTP"));
	}
}

static void nothing_is_sent_past_the_gate(void **state)
{
	struct span result;
	int before = httpd.requests;

	(void)state;
	gate_closed = true;
	assert_int_equal(call("ok", &result), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
	assert_int_equal(httpd.requests, before);
	assert_null(result.p);
	gate_closed = false;
}

static void no_connection_and_too_much(void **state)
{
	struct span result;
	struct codeforces_call c = { .method = "ok", .max_wait_ms = 500, .max_body = 10 };

	(void)state;
	fault = (struct err){ 0 };
	assert_int_equal(codeforces_call(&cf, mem, &c, &result, &fault), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
	assert_int_equal(call("unknown", &result), -1); // the server hangs up
	assert_int_equal(fault.kind, ERR_TEMPORARY);
	assert_int_equal(paused_s, 0);
}

static void the_bad_handle_is_named(void **state)
{
	(void)state;
	assert_true(
		span_is(codeforces_bad_handle(SPAN("handles: User with handle X not found")), "X"));
	assert_true(
		span_is(codeforces_bad_handle(SPAN("handle: User with handle a_b-c.1 not found")),
			"a_b-c.1"));
	assert_null(codeforces_bad_handle(SPAN("contestId: Contest with id 1 not found")).p);
	assert_null(codeforces_bad_handle(SPAN("User with handle")).p);
	assert_null(codeforces_bad_handle(SPAN("User with handle X is banned")).p);
	assert_null(codeforces_bad_handle(SPAN("")).p);
	assert_null(codeforces_bad_handle(SPAN_NONE).p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_answer_is_judged),
		cmocka_unit_test(parameters_are_encoded),
		cmocka_unit_test(what_ends_an_answer_is_left_out),
		cmocka_unit_test(nothing_is_sent_past_the_gate),
		cmocka_unit_test(no_connection_and_too_much),
		cmocka_unit_test(the_bad_handle_is_named),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, http_lab_stop);
}
