/*
 * The head of a request is read in one pass over the web server's parameters; each one that the
 * application knows has a cap of its own and goes into one slot. Everything else is not looked at.
 * The address is taken from REQUEST_URI alone, which both servers hand over as the client sent it.
 */
#include "fcgi/request.h"

#include <string.h>

#include "base/limits.h"
#include "base/scan.h"
#include "fcgi/parse.h"
#include "net/proxy.h"
#include "os/clock.h"

/* What the web server says that does not go into struct request as it is. */
struct head {
	struct span uri;
	struct span query;
	struct span script;
	struct span path_info;
	struct span content_length;
	struct span cookies;
	struct span authorization;
	struct span https;
	struct span scheme;
	struct span forwarded_for;
	struct span forwarded_proto;
};

/* Where a parameter goes. too_long is the answer to a value over its cap; 0: cut off instead. */
struct slot {
	struct span name;
	const char *spoken; // what the client calls it
	size_t cap;
	int too_long;
	bool in_head;
	size_t offset;
};

#define NAME(text)                                                                                 \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}
#define TO_HEAD(member)    true, offsetof(struct head, member)
#define TO_REQUEST(member) false, offsetof(struct request, member)

static const struct slot slots[] = {
	{ NAME("REQUEST_METHOD"), "the method", 32, 400, TO_REQUEST(method_text) },
	{ NAME("REQUEST_URI"), "the address", REQUEST_MAX_PATH + REQUEST_MAX_QUERY + 1, 414,
		TO_HEAD(uri) },
	{ NAME("QUERY_STRING"), "the query", REQUEST_MAX_QUERY, 414, TO_HEAD(query) },
	{ NAME("SCRIPT_NAME"), "the address", REQUEST_MAX_PATH, 414, TO_HEAD(script) },
	{ NAME("PATH_INFO"), "the address", REQUEST_MAX_PATH, 414, TO_HEAD(path_info) },
	{ NAME("CONTENT_TYPE"), "Content-Type", REQUEST_MAX_HEADER_VALUE, 431,
		TO_REQUEST(content_type) },
	{ NAME("CONTENT_LENGTH"), "Content-Length", 32, 400, TO_HEAD(content_length) },
	{ NAME("REMOTE_ADDR"), "the client's address", 64, 400, TO_REQUEST(peer) },
	{ NAME("REQUEST_SCHEME"), "the scheme", 16, 400, TO_HEAD(scheme) },
	{ NAME("HTTPS"), "the scheme", 16, 400, TO_HEAD(https) },
	{ NAME("HTTP_HOST"), "Host", REQUEST_MAX_HEADER_VALUE, 431, TO_REQUEST(host) },
	{ NAME("HTTP_COOKIE"), "Cookie", REQUEST_MAX_COOKIES, 431, TO_HEAD(cookies) },
	{ NAME("HTTP_AUTHORIZATION"), "Authorization", REQUEST_MAX_BEARER + 16, 431,
		TO_HEAD(authorization) },
	{ NAME("HTTP_IF_NONE_MATCH"), "If-None-Match", REQUEST_MAX_HEADER_VALUE, 431,
		TO_REQUEST(if_none_match) },
	{ NAME("HTTP_IF_MODIFIED_SINCE"), "If-Modified-Since", REQUEST_MAX_HEADER_VALUE, 0,
		TO_REQUEST(if_modified_since) },
	{ NAME("HTTP_ACCEPT"), "Accept", REQUEST_MAX_HEADER_VALUE, 0, TO_REQUEST(accept) },
	{ NAME("HTTP_ACCEPT_LANGUAGE"), "Accept-Language", REQUEST_MAX_HEADER_VALUE, 0,
		TO_REQUEST(accept_language) },
	{ NAME("HTTP_USER_AGENT"), "User-Agent", REQUEST_MAX_HEADER_VALUE, 0,
		TO_REQUEST(user_agent) },
	{ NAME("HTTP_ORIGIN"), "Origin", REQUEST_MAX_HEADER_VALUE, 431, TO_REQUEST(origin) },
	{ NAME("HTTP_SEC_FETCH_SITE"), "Sec-Fetch-Site", REQUEST_MAX_HEADER_VALUE, 431,
		TO_REQUEST(fetch_site) },
	{ NAME("HTTP_X_CSRF_TOKEN"), "X-CSRF-Token", REQUEST_MAX_HEADER_VALUE, 431,
		TO_REQUEST(csrf_token) },
	{ NAME("HTTP_X_CRON_SECRET"), "X-Cron-Secret", REQUEST_MAX_HEADER_VALUE, 431,
		TO_REQUEST(cron_secret) },
	{ NAME("HTTP_X_FORWARDED_FOR"), "X-Forwarded-For", REQUEST_MAX_FORWARDED, 431,
		TO_HEAD(forwarded_for) },
	{ NAME("HTTP_X_FORWARDED_PROTO"), "X-Forwarded-Proto", 16, 431, TO_HEAD(forwarded_proto) },
};

static const struct slot *slot_find(struct span name)
{
	for (size_t i = 0; i < countof(slots); i++) {
		if (span_eq(slots[i].name, name))
			return &slots[i];
	}
	return NULL;
}

static bool has_control(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return true;
	}
	return false;
}

/* Puts one parameter into its slot; 0 or the status of the refusal. */
static int take_param(const struct slot *slot, struct span value, struct request *r, struct head *h,
	struct err *e)
{
	char *base = slot->in_head ? (char *)h : (char *)r;
	struct span *to = (struct span *)(void *)(base + slot->offset);

	if (value.n > slot->cap) {
		if (slot->too_long != 0) {
			if (to->p == NULL) // enough of it to shape the refusal by
				*to = span_sub(value, 0, slot->cap);
			err_set(e, ERR_INVALID, "%s is longer than %zu bytes", slot->spoken,
				slot->cap);
			return slot->too_long;
		}
		value.n = slot->cap;
	}
	if (has_control(value)) {
		err_set(e, ERR_INVALID, "%s holds a control character", slot->spoken);
		return 400;
	}
	if (to->p != NULL && !span_eq(*to, value)) {
		err_set(e, ERR_INVALID, "%s is given twice", slot->spoken);
		return 400;
	}
	*to = value;
	return 0;
}

static int take_params(struct request *r, struct head *h, char *const *params, struct err *e)
{
	int status = 0;

	for (; *params != NULL; params++) {
		const char *equals = strchr(*params, '=');
		const struct slot *slot;
		int refused;

		if (equals == NULL || equals == *params || equals - *params > 32)
			continue;
		slot = slot_find((struct span){ *params, (size_t)(equals - *params) });
		if (slot == NULL)
			continue;
		refused = take_param(slot, span_of(equals + 1), r, h, e);
		if (status == 0)
			status = refused;
	}
	return status;
}

static enum method read_method(struct span text)
{
	static const struct {
		const char *text;
		enum method method;
	} known[] = {
		{ "GET", METHOD_GET },
		{ "HEAD", METHOD_HEAD },
		{ "POST", METHOD_POST },
		{ "PUT", METHOD_PUT },
		{ "DELETE", METHOD_DELETE },
	};

	for (size_t i = 0; i < countof(known); i++) {
		if (span_is(text, known[i].text))
			return known[i].method;
	}
	return METHOD_OTHER;
}

static bool is_token(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_'))
			return false;
	}
	return s.n > 0;
}

/* Splits the address into path and query. */
static void split_uri(struct request *r, const struct head *h, struct arena *m)
{
	struct span rest = h->uri;

	if (h->uri.p == NULL) {
		r->raw_path = span_of(arena_printf(
			m, SPAN_FMT SPAN_FMT, SPAN_ARG(h->script), SPAN_ARG(h->path_info)));
		r->raw_query = h->query;
		return;
	}
	if (!span_split(&rest, '?', &r->raw_path))
		r->raw_path = h->uri;
	r->raw_query = rest.p != NULL ? rest : h->query;
}

static int read_address(struct request *r, const struct head *h, struct arena *m, struct err *e)
{
	split_uri(r, h, m);
	if (r->raw_path.n > REQUEST_MAX_PATH || r->raw_query.n > REQUEST_MAX_QUERY) {
		err_set(e, ERR_INVALID, "the address is longer than %d bytes",
			r->raw_path.n > REQUEST_MAX_PATH ? REQUEST_MAX_PATH : REQUEST_MAX_QUERY);
		return 414;
	}
	if (parse_path(m, r->raw_path, &r->path, e) != 0)
		return 400;
	if (r->raw_query.p != NULL && parse_urlencoded(m, r->raw_query, &r->query, e) != 0)
		return 400;
	return 0;
}

static int read_length(struct request *r, const struct head *h, struct err *e)
{
	uint64_t length;

	r->content_length = -1;
	if (h->content_length.n == 0)
		return 0;
	if (!span_u64(h->content_length, INT64_MAX, &length)) {
		err_set(e, ERR_INVALID, "Content-Length is no number");
		return 400;
	}
	r->content_length = (int64_t)length;
	return 0;
}

static int read_bearer(struct request *r, const struct head *h, struct err *e)
{
	struct span rest = h->authorization;
	struct span scheme;

	if (!span_split(&rest, ' ', &scheme) || !span_ieq(scheme, SPAN("Bearer")))
		return 0;
	r->bearer = span_trim(rest);
	if (r->bearer.n > REQUEST_MAX_BEARER) {
		err_set(e, ERR_INVALID, "the bearer token is longer than %d bytes",
			REQUEST_MAX_BEARER);
		return 431;
	}
	return 0;
}

/* A host name or address with an optional port; anything else could not stand in a link. */
static bool is_host(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			    (c != '\0' && strchr(".-_:[]", c) != NULL)))
			return false;
	}
	return true;
}

static void read_client(struct request *r, const struct head *h, const struct proxy_list *trusted)
{
	bool believed = proxy_trusts(trusted, r->peer);

	r->forwarded = h->forwarded_for.p != NULL;
	r->client = proxy_client(trusted, r->peer, h->forwarded_for);
	r->https = span_ieq(h->https, SPAN("on")) || span_is(h->scheme, "https");
	if (believed && h->forwarded_proto.p != NULL)
		r->https = span_ieq(span_trim(h->forwarded_proto), SPAN("https"));
}

int request_read_head(struct request *r, struct arena *m, char *const *params,
	const struct proxy_list *trusted, struct err *e)
{
	struct head h = { .uri = SPAN_NONE };
	struct err unread = { .kind = ERR_NONE };
	const char *id = r->id;
	int status;

	*r = (struct request){ .id = id, .content_length = -1, .started_us = clock_mono_us() };
	status = take_params(r, &h, params, e);
	r->method = read_method(r->method_text);
	read_client(r, &h, trusted);
	if (status == 0 && !is_token(r->method_text)) {
		err_set(e, ERR_INVALID, "the method is malformed");
		status = 400;
	}
	if (status == 0 && !is_host(r->host)) {
		err_set(e, ERR_INVALID, "the host name is malformed");
		status = 400;
	}
	if (status == 0)
		status = read_address(r, &h, m, e);
	if (status == 0)
		status = read_length(r, &h, e);
	if (status == 0)
		status = read_bearer(r, &h, e);
	if (r->raw_path.p == NULL)
		split_uri(r, &h, m);
	if (r->path.p == NULL && parse_path(m, r->raw_path, &r->path, &unread) != 0)
		r->path = SPAN_NONE; // a refusal goes out in the shape of its address
	if (status == 0 && h.cookies.p != NULL && parse_cookies(m, h.cookies, &r->cookies, e) != 0)
		status = 431;
	return status;
}

int request_take_body(struct request *r, struct arena *m, struct span body, struct err *e)
{
	struct span boundary;

	r->body = body;
	if (r->content_length >= 0 && (uint64_t)r->content_length != body.n) {
		err_set(e, ERR_INVALID, "the body is not as long as Content-Length says");
		return 400;
	}
	if (content_type_is(r->content_type, "application/x-www-form-urlencoded")) {
		if (parse_urlencoded(m, body, &r->form, e) != 0)
			return 400;
	} else if (content_type_is(r->content_type, "multipart/form-data")) {
		if (multipart_boundary(r->content_type, &boundary, e) != 0 ||
			parse_multipart(m, body, boundary, &r->form, e) != 0)
			return 400;
	}
	if (r->csrf_token.p == NULL)
		r->csrf_token = request_form(r, "csrf");
	if (r->csrf_token.n > REQUEST_MAX_HEADER_VALUE) {
		err_set(e, ERR_INVALID, "the form's token is longer than %d bytes",
			REQUEST_MAX_HEADER_VALUE);
		return 431;
	}
	return 0;
}

static struct span param_find(const struct request_params *params, const char *name)
{
	for (size_t i = 0; i < params->n; i++) {
		if (span_is(params->v[i].name, name))
			return params->v[i].value;
	}
	return SPAN_NONE;
}

struct span request_query(const struct request *r, const char *name)
{
	return param_find(&r->query, name);
}

struct span request_form(const struct request *r, const char *name)
{
	return param_find(&r->form, name);
}

struct span request_cookie(const struct request *r, const char *name)
{
	return param_find(&r->cookies, name);
}

const char *request_site(const struct request *r, struct arena *m)
{
	return arena_printf(m, "%s://" SPAN_FMT, r->https ? "https" : "http", SPAN_ARG(r->host));
}
