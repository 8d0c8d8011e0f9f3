#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "net/caldav.h"
#include "net/dav.h"
#include "net/http.h"
#include "net/http_url.h"
#include "os/config.h"

static struct arena *mem;

static int start(void **state)
{
	(void)state;
	mem = arena_new(64 * 1024 * 1024);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

#define OPEN  "<d:multistatus xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\">"
#define CLOSE "</d:multistatus>"
#define ONE(props)                                                                                 \
	OPEN "<d:response><d:href>/x/</d:href><d:propstat><d:prop>" props                          \
	     "</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>" CLOSE

static struct dav_response one(const char *text)
{
	struct dav_responses all;
	struct err e = { 0 };

	assert_int_equal(dav_parse(span_of(text), mem, &all, &e), 0);
	assert_int_equal(all.n, 1);
	return all.v[0];
}

static void refused(const char *text, enum err_kind kind)
{
	struct dav_responses all;
	struct err e = { 0 };

	assert_int_equal(dav_parse(span_of(text), mem, &all, &e), -1);
	assert_int_equal(e.kind, kind);
}

static void test_properties(void **state)
{
	struct dav_response r =
		one(ONE("<d:getetag> \"a\" </d:getetag>"
			"<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>"
			"<d:current-user-principal><d:href>/p/</d:href>"
			"</d:current-user-principal><c:calendar-home-set><d:href>/h/"
			"</d:href></c:calendar-home-set>"));

	(void)state;
	assert_true(span_is(r.href, "/x/") && span_is(r.etag, "\"a\""));
	assert_true(span_is(r.principal, "/p/") && span_is(r.home, "/h/"));
	assert_true(r.is_calendar && r.takes_events && !r.may_not_write);
}

static void test_privileges_and_components(void **state)
{
	(void)state;
	assert_true(one(ONE("<d:current-user-privilege-set><d:privilege><d:read/></d:privilege>"
			    "</d:current-user-privilege-set>"))
			    .may_not_write);
	assert_false(one(ONE("<d:current-user-privilege-set><d:privilege><d:read/></d:privilege>"
			     "<d:privilege><d:all/></d:privilege></d:current-user-privilege-set>"))
			     .may_not_write);
	assert_false(one(ONE("<c:supported-calendar-component-set><c:comp name=\"VTODO\"/>"
			     "</c:supported-calendar-component-set>"))
			     .takes_events);
}

static void test_what_is_not_found_does_not_count(void **state)
{
	struct dav_response r =
		one(OPEN "<d:response><d:href>/x/</d:href><d:propstat><d:prop><d:getetag>a"
			 "</d:getetag></d:prop><d:status>HTTP/1.1 404 Not Found</d:status>"
			 "</d:propstat></d:response>" CLOSE);

	(void)state;
	assert_null(r.etag.p);
}

static void test_names_have_their_space(void **state)
{
	(void)state;
	refused("<multistatus/>", ERR_INVALID);
	refused("<multistatus xmlns=\"other\"/>", ERR_INVALID);
	assert_false(one(ONE("<d:resourcetype><d:calendar/></d:resourcetype>")).is_calendar);
}

static void test_hostile(void **state)
{
	(void)state;
	refused("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>" ONE("&x;"), ERR_INVALID);
	refused("<!DOCTYPE a SYSTEM \"http://127.0.0.1/\">" OPEN CLOSE, ERR_INVALID);
	refused(ONE("&undefined;"), ERR_INVALID);
	refused("", ERR_INVALID);
	refused("<html>", ERR_INVALID);
	refused("\xff\xfe<\0m", ERR_INVALID);
}

/* A multistatus with n times one text and n times another inside. */
static const char *repeated(const char *first, const char *then, int n)
{
	struct err e = { 0 };
	struct span text;
	BUF_AUTO b;

	buf_init(&b, 1 << 20);
	buf_adds(&b, OPEN);
	for (int i = 0; i < n; i++)
		buf_adds(&b, first);
	for (int i = 0; i < n; i++)
		buf_adds(&b, then);
	buf_adds(&b, CLOSE);
	assert_int_equal(buf_finish(&b, &text, &e), 0);
	return arena_dup(mem, text);
}

static void test_bounds(void **state)
{
	char *blank = arena_alloc(mem, CALDAV_MAX_BODY + 2);

	(void)state;
	refused(repeated("<a/>", "", CALDAV_MAX_NODES + 1), ERR_LIMIT);
	refused(repeated("<a>", "</a>", CALDAV_MAX_DEPTH + 1), ERR_LIMIT);
	memset(blank, ' ', CALDAV_MAX_BODY + 1);
	refused(blank, ERR_LIMIT);
}

/* ---- addresses ---- */

static void test_urls(void **state)
{
	struct http_url u, v;

	(void)state;
	assert_true(http_url_read(mem, SPAN("HTTPS://Dav.Example.org:443/a/../b?c=d"), &u));
	assert_string_equal(u.origin, "https://Dav.Example.org");
	assert_string_equal(u.path, "/b?c=d");
	assert_true(http_url_resolve(mem, &u, SPAN("/x/"), &v));
	assert_string_equal(v.path, "/x/");
	assert_true(http_url_resolve(mem, &u, SPAN("https://other.org/y"), &v));
	assert_string_equal(v.origin, "https://other.org");
	assert_false(http_url_read(mem, SPAN("ftp://example.org/"), &u));
	assert_false(http_url_read(mem, SPAN("https://a:b@example.org/"), &u));
	assert_false(http_url_read(mem, SPAN("https://example.org/ x"), &u));
	assert_false(http_url_read(mem, SPAN("https://example.org/#x"), &u));
	assert_false(http_url_read(mem, SPAN("file:///etc/passwd"), &u));
	assert_false(http_url_read(mem, SPAN(""), &u));
	assert_false(http_url_resolve(mem, &v, SPAN("file:///etc/passwd"), &u));
}

static void test_who_may_be_spoken_to(void **state)
{
	static const char *const no[] = { "http://example.org/", "https://127.0.0.1/",
		"https://10.1.2.3/", "https://[::1]/", "https://[fd00::1]/", "https://localhost/",
		"https://printer/", "https://nas.local/", "https://169.254.169.254/latest/",
		"https://2130706433/", "https://0x7f.1/", "https://[::ffff:10.0.0.1]/", "x" };
	struct config conf = { .caldav_private = "dav.club.example, 127.0.0.1:5232" };

	(void)state;
	for (size_t i = 0; i < countof(no); i++)
		if (caldav_refusal(&conf, mem, span_of(no[i])) == NULL)
			fail_msg("%s would be spoken to", no[i]);
	assert_null(caldav_refusal(&conf, mem, SPAN("https://cloud.example.org/dav")));
	assert_null(caldav_refusal(&conf, mem, SPAN("http://dav.club.example/")));
	assert_null(caldav_refusal(&conf, mem, SPAN("http://127.0.0.1:5232/")));
	assert_non_null(caldav_refusal(&conf, mem, SPAN("http://127.0.0.1:80/")));
}

/* A name that leads into a private network is refused when it is connected to, whatever it is
 * called. */
static void test_reach_is_judged_by_the_socket(void **state)
{
	struct config conf = { .user_agent = "test", .connection_pool_limit = 1 };
	struct http *h = http_new(&conf);
	struct http_request r = {
		.reach = HTTP_REACH_PUBLIC, .base = "https://127.0.0.1:9", .path = "/"
	};
	struct http_reply reply;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(http_send(h, mem, &r, &reply, &e), -1);
	assert_int_equal(e.kind, ERR_FORBIDDEN);
	e = (struct err){ 0 };
	r.base = "http://example.org";
	assert_int_equal(http_send(h, mem, &r, &reply, &e), -1);
	assert_int_equal(e.kind, ERR_FORBIDDEN);
	http_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_properties),
		cmocka_unit_test(test_privileges_and_components),
		cmocka_unit_test(test_what_is_not_found_does_not_count),
		cmocka_unit_test(test_names_have_their_space),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_who_may_be_spoken_to),
		cmocka_unit_test(test_reach_is_judged_by_the_socket),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
