#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/limits.h"
#include "fcgi/route.h"

/* Members that a line does not name are zero. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

static int nothing(struct ctx *c, struct err *e)
{
	(void)c;
	(void)e;
	return 0;
}

#define ROUTE(m, p)                                                                                \
	{                                                                                          \
		m, p, nothing, ROLE_GUEST, m == METHOD_GET ? CSRF_SAFE : CSRF_TOKEN, CACHE_NONE,   \
			NULL, 0                                                                    \
	}

static const struct route table[] = {
	ROUTE(METHOD_GET, "/"),
	ROUTE(METHOD_GET, "/problem/new"),
	ROUTE(METHOD_GET, "/problem/:slug"),
	ROUTE(METHOD_POST, "/problem/:slug"),
	ROUTE(METHOD_DELETE, "/problem/:slug"),
	ROUTE(METHOD_GET, "/contest/:contest/problem/:letter"),
	ROUTE(METHOD_POST, "/sign-in"),
};

static const char *pattern_of(enum method method, const char *path)
{
	struct route_match match;

	route_find(table, countof(table), method, span_of(path), &match);
	return match.route != NULL ? match.route->pattern : NULL;
}

static void finds_the_first_that_fits(void **state)
{
	(void)state;
	assert_string_equal(pattern_of(METHOD_GET, "/"), "/");
	assert_string_equal(pattern_of(METHOD_HEAD, "/"), "/");
	assert_string_equal(pattern_of(METHOD_GET, "/problem/new"), "/problem/new");
	assert_string_equal(pattern_of(METHOD_GET, "/problem/news"), "/problem/:slug");
	assert_string_equal(pattern_of(METHOD_GET, "/problem/ne"), "/problem/:slug");
	assert_string_equal(pattern_of(METHOD_GET, "/contest/a/problem/B"),
		"/contest/:contest/problem/:letter");
}

static void whole_segments_only(void **state)
{
	static const char *const none[] = { "", "//", "/problem", "/problem/", "/problem//",
		"/problem/a/", "/problem/a/b", "/problems/a", "/Problem/a", "problem/a",
		"/contest//problem/A", "/contest/a/problem/", "/contest/a/problemx/A", "/sign-in/",
		"/:slug" };

	(void)state;
	for (size_t i = 0; i < countof(none); i++)
		assert_null(pattern_of(METHOD_GET, none[i]));
}

static void other_methods_are_named(void **state)
{
	struct route_match match;

	(void)state;
	route_find(table, countof(table), METHOD_PUT, SPAN("/problem/a"), &match);
	assert_null(match.route);
	assert_string_equal(match.allowed, "GET, HEAD, POST, DELETE");
	route_find(table, countof(table), METHOD_GET, SPAN("/sign-in"), &match);
	assert_string_equal(match.allowed, "POST");
	route_find(table, countof(table), METHOD_OTHER, SPAN("/"), &match);
	assert_string_equal(match.allowed, "GET, HEAD");
	route_find(table, countof(table), METHOD_GET, SPAN("/nothing"), &match);
	assert_string_equal(match.allowed, "");
}

static void parameters_are_read_from_the_path(void **state)
{
	struct request req = { .path = SPAN("/contest/round-7/problem/B2") };
	struct ctx c = { .req = &req, .route = &table[5] };

	(void)state;
	assert_true(span_is(route_param(&c, "contest"), "round-7"));
	assert_true(span_is(route_param(&c, "letter"), "B2"));
	assert_null(route_param(&c, "lette").p);
	assert_null(route_param(&c, "problem").p);
}

static const char *fault_of(struct route r)
{
	const struct route two[] = { ROUTE(METHOD_GET, "/a"), r };

	return route_fault(two, 2);
}

static void faults_are_found(void **state)
{
	struct route good = ROUTE(METHOD_POST, "/b");
	struct route r;

	(void)state;
	assert_non_null(fault_of(good)); // it has no limit
	good.limit = "change";
	assert_null(fault_of(good));
	r = good;
	assert_non_null(fault_of((struct route)ROUTE(METHOD_GET, "/a")));
	r.csrf = CSRF_SAFE;
	assert_non_null(fault_of(r));
	r = good;
	r.pattern = "b";
	assert_non_null(fault_of(r));
	r = good;
	r.run = NULL;
	assert_non_null(fault_of(r));
	r = good;
	r.limit = "no such limit";
	assert_non_null(fault_of(r));
	r = good;
	r.method = METHOD_HEAD;
	assert_non_null(fault_of(r));
	r = (struct route)ROUTE(METHOD_GET, "/c");
	r.need = ROLE_MEMBER;
	r.cache = CACHE_COPY;
	assert_non_null(fault_of(r));
	r.cache = CACHE_PRIVATE;
	assert_null(fault_of(r));
	r.max_body = 1;
	assert_non_null(fault_of(r));
	r.method = METHOD_POST;
	r.csrf = CSRF_TOKEN;
	r.limit = "change";
	r.max_body = REQUEST_MAX_BODY;
	assert_null(fault_of(r));
	r.max_body++;
	assert_non_null(fault_of(r));
	r.slow = true;
	assert_null(fault_of(r));
	r.need = ROLE_GUEST;
	assert_non_null(fault_of(r));
	r.need = ROLE_MEMBER;
	r.max_body = REQUEST_MAX_UPLOAD + 1;
	assert_non_null(fault_of(r));
}

static void the_products_table_is_sound(void **state)
{
	(void)state;
	assert_null(route_fault(routes, n_routes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_first_that_fits),
		cmocka_unit_test(whole_segments_only),
		cmocka_unit_test(other_methods_are_named),
		cmocka_unit_test(parameters_are_read_from_the_path),
		cmocka_unit_test(faults_are_found),
		cmocka_unit_test(the_products_table_is_sound),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
