#include <stdio.h>

#include "base/limits.h"
#include "net/google.h"
#include "net/google_calendar.h"
#include "net/json.h"
#include "tests/unit/http_lab.h"

static struct google google;

/* ---- judging ---- */

static const struct sample {
	int status;
	const char *reason; // NULL: a page instead of JSON
	enum google_what what;
} calls[] = {
	{ 200, "", GOOGLE_OK },
	{ 204, NULL, GOOGLE_OK },
	{ 400, "timeRangeEmpty", GOOGLE_REFUSED },
	{ 400, "required", GOOGLE_REFUSED },
	{ 401, "authError", GOOGLE_TOKEN },
	{ 401, NULL, GOOGLE_TOKEN },
	{ 403, "userRateLimitExceeded", GOOGLE_LATER },
	{ 403, "rateLimitExceeded", GOOGLE_LATER },
	{ 403, "quotaExceeded", GOOGLE_STOP },
	{ 403, "dailyLimitExceeded", GOOGLE_STOP },
	{ 403, "forbiddenForNonOrganizer", GOOGLE_DENIED },
	{ 403, "forbidden", GOOGLE_DENIED },
	{ 403, "insufficientPermissions", GOOGLE_RECONNECT },
	{ 403, "accessNotConfigured", GOOGLE_CONFIG },
	{ 403, NULL, GOOGLE_DENIED },
	{ 404, "notFound", GOOGLE_MISSING },
	{ 409, "duplicate", GOOGLE_EXISTS },
	{ 409, "conflict", GOOGLE_LATER },
	{ 410, "deleted", GOOGLE_DELETED },
	{ 410, "fullSyncRequired", GOOGLE_RELIST },
	{ 410, "updatedMinTooLongAgo", GOOGLE_RELIST },
	{ 412, "conditionNotMet", GOOGLE_CHANGED },
	{ 429, "rateLimitExceeded", GOOGLE_LATER },
	{ 429, "quotaExceeded", GOOGLE_LATER },
	{ 429, NULL, GOOGLE_LATER },
	{ 500, "backendError", GOOGLE_LATER },
	{ 502, NULL, GOOGLE_LATER },
	{ 503, NULL, GOOGLE_LATER },
	{ 418, "teapot", GOOGLE_REFUSED },
};

static void test_answers_of_the_calendar(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(calls); i++) {
		const struct sample *s = &calls[i];
		struct google_answer a;
		char body[300];

		snprintf(body, sizeof(body),
			s->reason == NULL ? "<html>%s</html>"
					  : "{\"error\":{\"errors\":[{\"reason\":\"%s\","
					    "\"message\":\"quotaExceeded\"}],\"code\":1}}",
			s->reason == NULL ? "Sorry" : s->reason);
		google_judge_call(s->status, span_of(body), &a);
		if (a.what != s->what)
			fail_msg("%d %s is %s", s->status, s->reason, google_what_name(a.what));
	}
}

static const struct sample tokens[] = {
	{ 200, "", GOOGLE_OK },
	{ 400, "invalid_grant", GOOGLE_RECONNECT },
	{ 401, "invalid_client", GOOGLE_CONFIG },
	{ 400, "redirect_uri_mismatch", GOOGLE_CONFIG },
	{ 400, "unsupported_grant_type", GOOGLE_CONFIG },
	{ 400, "something_new", GOOGLE_LATER },
	{ 400, NULL, GOOGLE_LATER },
	{ 403, NULL, GOOGLE_LATER },
	{ 429, "invalid_grant", GOOGLE_LATER },
	{ 500, "invalid_grant", GOOGLE_LATER },
	{ 503, NULL, GOOGLE_LATER },
};

static void test_answers_of_the_token_endpoint(void **state)
{
	(void)state;
	for (size_t i = 0; i < countof(tokens); i++) {
		const struct sample *s = &tokens[i];
		struct google_answer a;
		char body[300];

		snprintf(body, sizeof(body),
			s->reason == NULL ? "<html>%s</html>" : "{\"error\":\"%s\"}",
			s->reason == NULL ? "Sorry" : s->reason);
		google_judge_token(s->status, span_of(body), &a);
		if (a.what != s->what)
			fail_msg("%d %s is %s", s->status, s->reason, google_what_name(a.what));
	}
}

static void test_reason_is_a_word_or_nothing(void **state)
{
	struct google_answer a;

	(void)state;
	google_judge_token(400, SPAN("{\"error\":\"two words\"}"), &a);
	assert_string_equal(a.reason, "");
	google_judge_token(400,
		SPAN("{\"error\":\"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee\"}"), &a);
	assert_string_equal(a.reason, "");
	google_judge_call(403,
		SPAN("{\"error\":{\"details\":[{\"reason\":\"ACCESS_TOKEN_SCOPE_INSUFFICIENT\"}]}}"),
		&a);
	assert_int_equal(a.what, GOOGLE_RECONNECT);
}

/* ---- tokens ---- */

static void test_tokens(void **state)
{
	static const char *const bad[] = { "", "[]", "{}", "{\"access_token\":\"a\"}",
		"{\"access_token\":\"\",\"token_type\":\"Bearer\"}",
		"{\"access_token\":\"a b\",\"token_type\":\"Bearer\"}",
		"{\"access_token\":\"a\\r\\nX: y\",\"token_type\":\"Bearer\"}",
		"{\"access_token\":\"a\",\"token_type\":\"MAC\"}",
		"{\"access_token\":\"a\",\"refresh_token\":\"x y\",\"token_type\":\"Bearer\"}" };
	struct google_tokens t;

	(void)state;
	assert_true(
		google_read_tokens(SPAN("{\"access_token\":\"ya29.a\",\"expires_in\":3599,"
					"\"refresh_token\":\"1//0\",\"scope\":\"x "
					"y\",\"token_type\":\"Bearer\",\"id_token\":\"a.b.c\"}"),
			mem, &t));
	assert_true(span_is(t.access, "ya29.a") && span_is(t.refresh, "1//0") &&
		    span_is(t.id_token, "a.b.c") && t.expires_in_s == 3599);
	assert_true(google_has_scope(t.scope, "y") && !google_has_scope(t.scope, "x y"));
	assert_true(google_read_tokens(
		SPAN("{\"access_token\":\"a\",\"refresh_token\":\"\",\"token_type\":\"bearer\"}"),
		mem, &t));
	assert_null(t.refresh.p);
	for (size_t i = 0; i < countof(bad); i++)
		if (google_read_tokens(span_of(bad[i]), mem, &t))
			fail_msg("taken: %s", bad[i]);
}

static void test_consent_address(void **state)
{
	const struct google_consent c = { .oauth = { .scope = "openid a/b",
						  .state = SPAN("s"),
						  .nonce = SPAN("n"),
						  .challenge = SPAN("c") },
		.hint = SPAN_NONE,
		.offline = true };

	(void)state;
	assert_string_equal(google_consent_url(&google, mem, &c),
		"https://accounts.example/auth?client_id=id&redirect_uri=https%3A%2F%2Fpodium."
		"example%2Fauth%2Fgoogle%2Fcallback&response_type=code&scope=openid%20a%2Fb&state="
		"s&nonce=n&code_challenge=c&code_challenge_method=S256&access_type=offline&prompt="
		"consent");
}

/* ---- events ---- */

static struct google_event event_of(const char *summary)
{
	return (struct google_event){ .id = SPAN("abcde"),
		.summary = span_of(summary),
		.description = SPAN("d"),
		.url = SPAN("https://codeforces.com/contests/1"),
		.source = SPAN("Codeforces"),
		.start_s = 1796040000,
		.end_s = 1796047200,
		.key = SPAN("codeforces:1"),
		.hash = SPAN("h"),
		.reminder_min = 30,
		.colour = 7 };
}

static const char *printed(const struct google_event *event)
{
	BUF_AUTO b;
	struct span text;

	buf_init(&b, 1 << 20);
	google_event_print(event, &b);
	assert_int_equal(buf_finish(&b, &text, &fault), 0);
	return arena_dup(mem, text);
}

static void test_event_body(void **state)
{
	struct google_event e = event_of("Round \"1\"");
	char *huge = arena_alloc(mem, 5000);

	(void)state;
	assert_string_equal(printed(&e),
		"{\"id\":\"abcde\",\"summary\":\"Round "
		"\\\"1\\\"\",\"description\":\"d\",\"location\":\"https://codeforces.com/contests/"
		"1\",\"start\":{\"dateTime\":\"2026-11-30T12:00:00Z\",\"date\":null},\"end\":{"
		"\"dateTime\":\"2026-11-30T14:00:00Z\",\"date\":null},\"transparency\":"
		"\"transparent\",\"source\":{\"title\":\"Codeforces\",\"url\":\"https://"
		"codeforces.com/contests/1\"},\"extendedProperties\":{\"private\":{\"contestKey\":"
		"\"codeforces:1\",\"hash\":\"h\"}},\"reminders\":{\"useDefault\":false,"
		"\"overrides\":[{\"method\":\"popup\",\"minutes\":30}]},\"colorId\":\"7\"}");
	memset(huge, 'x', 4999);
	e.summary = span_of(huge);
	e.reminder_min = -1;
	e.colour = 0;
	e.is_confirmed = true;
	assert_null(strstr(printed(&e), "minutes"));
	assert_non_null(strstr(printed(&e), "\"status\":\"confirmed\""));
	assert_non_null(strstr(printed(&e), "\"colorId\":null"));
	assert_true(strlen(printed(&e)) < 2000);
}

static void test_event_is_read(void **state)
{
	static const char *const bad[] = { "", "{", "[]", "{\"status\":\"confirmed\"}",
		"{\"etag\":\"\\\"1\\\"\"}", "{\"etag\":\"\",\"status\":\"confirmed\"}",
		"{\"etag\":\"a\\nb\",\"status\":\"confirmed\"}", "<html>" };
	struct google_event_seen s;

	(void)state;
	assert_true(google_event_read(
		SPAN("{\"etag\":\"\\\"5\\\"\",\"status\":\"cancelled\",\"id\":\"x\"}"), mem, &s));
	assert_true(s.is_cancelled && span_is(s.etag, "\"5\"") && s.key.p == NULL);
	assert_true(google_event_read(
		SPAN("{\"etag\":\"\\\"5\\\"\",\"status\":\"tentative\",\"extendedProperties\":{"
		     "\"private\":{\"contestKey\":\"k\",\"hash\":\"h\"}}}"),
		mem, &s));
	assert_true(!s.is_cancelled && span_is(s.key, "k") && span_is(s.hash, "h"));
	for (size_t i = 0; i < countof(bad); i++)
		if (google_event_read(span_of(bad[i]), mem, &s))
			fail_msg("taken: %s", bad[i]);
}

static void test_event_ids(void **state)
{
	(void)state;
	assert_false(google_event_id_valid(SPAN("09avx")));
	assert_true(google_event_id_valid(SPAN("09avu")));
	assert_false(google_event_id_valid(SPAN("abcd")));
	assert_false(google_event_id_valid(SPAN("ABCDE")));
	assert_false(google_event_id_valid(SPAN_NONE));
}

/* ---- on the wire ---- */

static bool serve(const struct httpd_request *r)
{
	snprintf(seen, sizeof(seen), "%.3000s%.1000s", r->head, r->body);
	if (strcmp(r->path, "/token") == 0)
		return say(r->fd, "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}");
	if (strcmp(r->path, "/revoke") == 0)
		return httpd_text(r->fd, "HTTP/1.1 400 No\r\nContent-Length: "
					 "25\r\n\r\n{\"error\":\"invalid_token\"}");
	if (strncmp(r->path, "/cal/calendars/c%40g/events/", 28) == 0 &&
		strcmp(r->method, "DELETE") == 0)
		return httpd_text(r->fd, "HTTP/1.1 204 Gone\r\n\r\n");
	if (strcmp(r->path, "/cal/calendars/c%40g/events/abcde") == 0)
		return say(r->fd, "{\"etag\":\"\\\"2\\\"\",\"status\":\"confirmed\"}");
	if (strcmp(r->path, "/cal/calendars/c%40g/events") == 0)
		return say(r->fd, "<html>a proxy's page</html>");
	if (strcmp(r->path, "/cal/calendars") == 0)
		return say(r->fd, "{\"id\":\"new@group\"}");
	if (strcmp(r->path, "/cal/calendars/c%40g") == 0)
		return httpd_text(r->fd, "HTTP/1.1 429 Slow\r\nRetry-After: 9\r\n"
					 "Content-Length: 0\r\n\r\n");
	return httpd_text(r->fd, "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf");
}

static void test_on_the_wire(void **state)
{
	const struct google_calendar c = { &google, SPAN("tok"), SPAN("c@g") };
	const struct google_event e = event_of("x");
	struct google_event_seen s;
	struct google_tokens t;
	struct google_answer a;
	struct span id;

	(void)state;
	google_exchange(&google, mem, SPAN("co&de"), SPAN("ver"), &t, &a);
	assert_int_equal(a.what, GOOGLE_OK);
	assert_non_null(strstr(seen, "grant_type=authorization_code&code=co%26de&code_verifier=ver&"
				     "redirect_uri=https%3A%2F%2Fpodium.example"));
	assert_non_null(strstr(seen, "&client_id=id&client_secret=secret"));
	google_refresh(&google, mem, SPAN("1//0"), &t, &a);
	assert_non_null(strstr(seen, "grant_type=refresh_token&refresh_token=1%2F%2F0"));
	google_revoke(&google, mem, SPAN("1//0"), &a);
	assert_int_equal(a.what, GOOGLE_OK);
	google_event_patch(&c, mem, &e, SPAN("\"1\""), &s, &a);
	assert_int_equal(a.what, GOOGLE_OK);
	assert_true(span_is(s.etag, "\"2\""));
	assert_non_null(strstr(seen, "If-Match: \"1\""));
	assert_non_null(strstr(seen, "Authorization: Bearer tok"));
	google_event_get(&c, mem, SPAN("abcde"), &s, &a);
	assert_int_equal(a.what, GOOGLE_OK);
	google_event_insert(&c, mem, &e, &s, &a);
	assert_int_equal(a.what, GOOGLE_LATER);
	google_event_delete(&c, mem, SPAN("abcde"), &a);
	assert_int_equal(a.what, GOOGLE_OK);
	google_calendar_make(&google, mem, SPAN("tok"), "Contests", &id, &a);
	assert_true(a.what == GOOGLE_OK && span_is(id, "new@group"));
	google_calendar_look(&c, mem, &a);
	assert_true(a.what == GOOGLE_LATER && a.retry_after_s == 9);
	google_certs(&google, mem, &id, &a);
	assert_int_equal(a.what, GOOGLE_LATER);
}

static int set_up(void **state)
{
	http_lab_start(state);
	httpd.answer = serve;
	conf.google_client_id = "id";
	conf.google_client_secret = "secret";
	conf.google_redirect_url = "https://podium.example/auth/google/callback";
	conf.google_auth_url = "https://accounts.example/auth";
	conf.google_token_url = arena_printf(mem, "%s/token", home);
	conf.google_revoke_url = arena_printf(mem, "%s/revoke", home);
	conf.google_jwks_url = arena_printf(mem, "%s/cut", home);
	conf.google_calendar_url = arena_printf(mem, "%s/cal", home);
	google = (struct google){ .conf = &conf, .http = http };
	assert_true(google_configured(&conf));
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answers_of_the_calendar),
		cmocka_unit_test(test_answers_of_the_token_endpoint),
		cmocka_unit_test(test_reason_is_a_word_or_nothing),
		cmocka_unit_test(test_tokens),
		cmocka_unit_test(test_consent_address),
		cmocka_unit_test(test_event_body),
		cmocka_unit_test(test_event_is_read),
		cmocka_unit_test(test_event_ids),
		cmocka_unit_test(test_on_the_wire),
	};

	return cmocka_run_group_tests(tests, set_up, http_lab_stop);
}
