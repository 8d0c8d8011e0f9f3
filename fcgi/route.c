/*
 * The matcher. A pattern and a path are walked side by side, segment by segment; the table is short
 * enough that looking at every line costs less than a microsecond.
 */
#include "fcgi/route.h"

#include <string.h>

#include "base/limits.h"
#include "fcgi/api_doc.h"
#include "model/rate.h"

const char *method_name(enum method m)
{
	static const char *const names[] = {
		[METHOD_GET] = "GET",
		[METHOD_HEAD] = "HEAD",
		[METHOD_POST] = "POST",
		[METHOD_PUT] = "PUT",
		[METHOD_DELETE] = "DELETE",
		[METHOD_OTHER] = "",
	};

	return names[m];
}

/* Length of the segment at p, which ends before a slash or at the end. */
static size_t segment(const char *p, const char *end)
{
	const char *slash = p < end ? memchr(p, '/', (size_t)(end - p)) : NULL;

	return (size_t)((slash != NULL ? slash : end) - p);
}

/* Walks both; if param is given, finds the segment that stands for it. */
static bool fits(const char *pattern, struct span path, const char *param, struct span *value)
{
	const char *p = pattern;
	const char *p_end = pattern + strlen(pattern);
	const char *s = path.p;
	const char *s_end = path.p + path.n;

	while (p < p_end && s < s_end) {
		size_t n_p;
		size_t n_s;

		if (*p != '/' || *s != '/')
			return false;
		p++;
		s++;
		n_p = segment(p, p_end);
		n_s = segment(s, s_end);
		if (n_p > 0 && *p == ':') {
			if (n_s == 0)
				return false;
			if (param != NULL && strlen(param) == n_p - 1 &&
				memcmp(param, p + 1, n_p - 1) == 0)
				*value = (struct span){ s, n_s };
		} else if (n_p != n_s || memcmp(p, s, n_p) != 0) {
			return false;
		}
		p += n_p;
		s += n_s;
	}
	return p == p_end && s == s_end;
}

static void add_allowed(struct route_match *m, const char *name)
{
	size_t n = strlen(m->allowed);
	size_t n_name = strlen(name);

	if (strstr(m->allowed, name) != NULL || n + n_name + 3 > sizeof(m->allowed))
		return;
	if (n > 0) {
		memcpy(m->allowed + n, ", ", 2);
		n += 2;
	}
	memcpy(m->allowed + n, name, n_name + 1);
}

void route_find(const struct route *table, size_t n, enum method method, struct span path,
	struct route_match *out)
{
	enum method wanted = method == METHOD_HEAD ? METHOD_GET : method;

	*out = (struct route_match){ .route = NULL };
	for (size_t i = 0; i < n; i++) {
		if (!fits(table[i].pattern, path, NULL, NULL))
			continue;
		if (table[i].method == wanted) {
			out->route = &table[i];
			return;
		}
		add_allowed(out, method_name(table[i].method));
		if (table[i].method == METHOD_GET)
			add_allowed(out, "HEAD");
	}
}

bool route_is_api(const struct route *table, size_t n, struct span path)
{
	for (size_t i = 0; i < n; i++) {
		if (table[i].doc != NULL && fits(table[i].pattern, path, NULL, NULL))
			return true;
	}
	return false;
}

struct span route_param(const struct ctx *c, const char *name)
{
	struct span value = SPAN_NONE;

	return fits(c->route->pattern, c->req->path, name, &value) ? value : SPAN_NONE;
}

void route_print(const struct route *table, size_t n, struct buf *out)
{
	static const char *const csrf[] = { "safe", "token", "origin", "machine" };
	static const char *const cache[] = { "none", "private", "public", "copy" };

	for (size_t i = 0; i < n; i++) {
		const struct route *r = &table[i];

		buf_addf(out, "%-6s %-36s %-8s %-8s %-8s %-12s %-7zu %-5s %-9s %s\n",
			method_name(r->method), r->pattern, role_name(r->need), csrf[r->csrf],
			cache[r->cache], r->limit != NULL ? r->limit : "page", r->max_body,
			r->doc == NULL       ? "page"
			: r->doc->body.n > 0 ? "json"
					     : "api",
			r->scope != SCOPE_NONE ? scope_name(r->scope) : "-",
			r->slow   ? "slow"
			: r->late ? "late"
				  : "-");
	}
}

const char *route_fault(const struct route *table, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct route *r = &table[i];

		if (r->pattern[0] != '/' || r->run == NULL)
			return "a route without a slash or without a function";
		if (r->method == METHOD_HEAD || r->method == METHOD_OTHER)
			return "a route's method is one of GET, POST, PUT, DELETE";
		if ((r->method == METHOD_GET) != (r->csrf == CSRF_SAFE))
			return "a GET route only reads, and every other one needs a rule against forgery";
		if (r->method == METHOD_GET && r->max_body != 0)
			return "a GET route takes no body";
		if (r->max_body > REQUEST_MAX_UPLOAD ||
			(r->max_body > REQUEST_MAX_BODY && (!r->slow || r->need == ROLE_GUEST)))
			return "a body over REQUEST_MAX_BODY is for a slow route for members, up to "
			       "REQUEST_MAX_UPLOAD";
		if (r->need != ROLE_GUEST && r->cache >= CACHE_PUBLIC)
			return "a route for members cannot be cached for everybody";
		if (r->scope != SCOPE_NONE && (r->doc == NULL || r->need == ROLE_GUEST))
			return "a scope is for routes of the JSON API that need a member";
		if (r->slow && r->method != METHOD_POST)
			return "a slow route takes a POST; the web server knows it by that";
		if (r->late && (r->need != ROLE_GUEST || r->csrf != CSRF_SAFE || r->limit != NULL))
			return "a late route needs no role, no token and no limit";
		if ((r->limit != NULL && rate_rule_find(r->limit) == NULL) ||
			(r->also != NULL && rate_rule_find(r->also) == NULL))
			return "a route names a limit that does not exist";
		if (r->method != METHOD_GET && r->limit == NULL)
			return "a route that changes something needs a limit of its own";
		for (size_t j = 0; j < i; j++) {
			if (table[j].method == r->method &&
				strcmp(table[j].pattern, r->pattern) == 0)
				return "two equal routes";
		}
	}
	return NULL;
}
