/*
 * A whole request as the web server hands it over: "NAME=value" texts, separated by NUL; an empty
 * one ends them and the body follows. It is read, routed and its form read, as for every request.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "fcgi/form.h"
#include "fcgi/parse.h"
#include "fcgi/request.h"
#include "fcgi/route.h"
#include "net/proxy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_PARAMS 64

struct any_form {
	struct span email;
	struct span text;
	int64_t number;
	bool flag;
};

static const struct field fields[] = {
	FIELD_LINE(struct any_form, email, 1, 254),
	FIELD_TEXT(struct any_form, text, 0, 1000),
	FIELD_INT(struct any_form, number, -5, 5),
	FIELD_FLAG(struct any_form, flag),
};

static void check_form(const struct request *r, struct arena *m)
{
	struct any_form form = { .number = 0 };
	struct field_errors errors;

	if (form_read(r, m, fields, countof(fields), &form, &errors) == 0) {
		assert(form.email.n >= 1 && form.email.n <= 254 && !span_has(form.email, '\n'));
		assert(form.text.n <= 1000 && !span_has(form.text, '\r'));
		assert(form.number >= -5 && form.number <= 5);
	} else {
		assert(errors.n >= 1 && errors.n <= countof(fields));
	}
}

static void check(char *const *params, struct span body, struct arena *m)
{
	struct request r = { .id = "0123456789abcdef" };
	struct err e = { .kind = ERR_NONE };
	struct proxy_list trusted;
	struct route_match match;
	int status;

	assert(proxy_list_parse(SPAN("127.0.0.1, 10.0.0.0/8, fd00::/8"), &trusted, &e) == 0);
	status = request_read_head(&r, m, params, &trusted, &e);
	assert(status == 0 || status == 400 || status == 414 || status == 431);
	assert((status == 0) == (e.kind == ERR_NONE));
	if (status != 0)
		return;
	assert(r.path.n > 0 && r.path.p[0] == '/' && utf8_valid(r.path.p, r.path.n));
	assert(r.csrf_token.n <= REQUEST_MAX_HEADER_VALUE && r.bearer.n <= REQUEST_MAX_BEARER);
	route_find(routes, n_routes, r.method, r.path, &match);
	status = request_take_body(&r, m, body, &e);
	assert(status == 0 || status == 400 || status == 431);
	if (status == 0)
		check_form(&r, m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *m;
	char *params[MAX_PARAMS + 1] = { NULL };
	size_t n = 0;
	char *at;
	char *end;

	if (m == NULL)
		m = arena_new(REQUEST_ARENA);
	if (size > REQUEST_MAX_BODY)
		return 0;
	arena_reset(m);
	at = arena_dup(m, (struct span){ (const char *)data, size });
	end = at + size;
	while (n < MAX_PARAMS && at < end && *at != '\0') {
		params[n++] = at;
		at += strlen(at) + 1;
	}
	if (at < end && *at == '\0')
		at++;
	check(params, at < end ? (struct span){ at, (size_t)(end - at) } : SPAN_NONE, m);
	return 0;
}
