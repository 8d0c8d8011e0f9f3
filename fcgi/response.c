/* The buffered reply. */
#include "fcgi/response.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/civil_text.h"
#include "base/limits.h"
#include "fcgi/protective.h"
#include "fcgi/request.h"

#define N_COOKIES 8

struct response {
	struct arena *mem;
	const struct request *req;
	int status;
	const char *type;
	struct buf headers; // "Name: value\r\n" each
	struct buf head;
	struct buf body;
	const char *cookies[N_COOKIES];
	size_t n_cookies;
	char etag[24];                       // W/"16 hex digits", or empty
	char last_modified[CIVIL_TEXT_SIZE]; // or empty
	int64_t modified_s;
	uint64_t build;
	bool broken;
};

static const struct {
	int status;
	const char *text;
} reasons[] = {
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 204, "No Content" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 422, "Unprocessable Content" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 500, "Internal Server Error" },
	{ 503, "Service Unavailable" },
};

static const char *reason_of(int status)
{
	for (size_t i = 0; i < countof(reasons); i++) {
		if (reasons[i].status == status)
			return reasons[i].text;
	}
	return "Status";
}

/* FNV-1a over eight bytes at a time: not against an adversary, only to tell versions apart. */
static uint64_t mix(uint64_t h, struct span s)
{
	const uint64_t prime = 0x100000001b3;
	uint64_t word;
	size_t i = 0;

	for (; i + 8 <= s.n; i += 8) {
		memcpy(&word, s.p + i, 8);
		h = (h ^ word) * prime;
		h ^= h >> 29;
	}
	for (; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * prime;
	h = (h ^ s.n) * prime;
	return h ^ h >> 32;
}

/* A new release renders differently from the same data. */
static uint64_t build_of_program(void)
{
	struct stat st;

	if (stat("/proc/self/exe", &st) != 0)
		return 0;
	return (uint64_t)st.st_size ^ (uint64_t)st.st_mtim.tv_sec << 20 ^
	       (uint64_t)st.st_mtim.tv_nsec;
}

struct response *response_new(void)
{
	struct response *r = calloc(1, sizeof(*r));

	if (r == NULL)
		abort();
	buf_init(&r->headers, RESPONSE_MAX_HEAD);
	buf_init(&r->head, RESPONSE_MAX_HEAD);
	buf_init(&r->body, RESPONSE_MAX_BODY);
	r->build = build_of_program();
	return r;
}

void response_free(struct response *r)
{
	if (r == NULL)
		return;
	buf_free(&r->headers);
	buf_free(&r->head);
	buf_free(&r->body);
	free(r);
}

void response_clear(struct response *r)
{
	r->status = 200;
	r->type = "text/html; charset=utf-8";
	r->etag[0] = '\0';
	r->last_modified[0] = '\0';
	r->broken = false;
	buf_reset(&r->headers);
	buf_reset(&r->body);
}

void response_begin(struct response *r, struct arena *m, const struct request *req)
{
	r->mem = m;
	r->req = req;
	r->n_cookies = 0;
	if (r->body.size > RESPONSE_KEEP_BODY) {
		buf_free(&r->body);
		buf_init(&r->body, RESPONSE_MAX_BODY);
	}
	response_clear(r);
}

void response_status(struct response *r, int status)
{
	r->status = status;
}

int response_get_status(const struct response *r)
{
	return r->status;
}

void response_type(struct response *r, const char *content_type)
{
	r->type = content_type;
}

static bool is_header_value(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

void response_header(struct response *r, const char *name, struct span value)
{
	if (!is_header_value(value)) {
		r->broken = true;
		return;
	}
	buf_adds(&r->headers, name);
	buf_adds(&r->headers, ": ");
	buf_add_span(&r->headers, value);
	buf_adds(&r->headers, "\r\n");
}

void response_cookie(struct response *r, const char *name, struct span value, int max_age_s)
{
	if (!is_header_value(value) || span_has(value, ';') || r->n_cookies == N_COOKIES) {
		r->broken = true;
		return;
	}
	r->cookies[r->n_cookies++] = arena_printf(r->mem,
		"Set-Cookie: %s=" SPAN_FMT "; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax%s\r\n",
		name, SPAN_ARG(value), max_age_s, r->req->https ? "; Secure" : "");
}

struct buf *response_body(struct response *r)
{
	return &r->body;
}

bool response_has_cookie(const struct response *r)
{
	return r->n_cookies > 0;
}

int response_redirect(struct response *r, struct url target)
{
	bool inside = target.text[0] == '/' && target.text[1] != '/' && target.text[1] != '\\';

	r->status = 303;
	buf_reset(&r->body);
	response_header(r, "Location", inside ? span_of(target.text) : SPAN("/"));
	return 0;
}

int response_html(struct response *r, template_fn *render, const void *view, struct err *e)
{
	struct html h = { .out = &r->body };
	struct span whole;

	render(&h, view);
	return buf_finish(&r->body, &whole, e);
}

/* Compares weakly. lighttpd marks the tag of what it compressed: "tag-gzip". */
static bool tag_matches(struct span item, const char *etag)
{
	static const char *const marks[] = { "-gzip\"", "-br\"", "-zstd\"", "-deflate\"" };
	struct span own = span_sub(span_of(etag), 2, strlen(etag)); // without W/
	struct span tag = span_trim(item);

	if (span_starts(tag, "W/"))
		tag = span_sub(tag, 2, tag.n);
	if (span_eq(tag, own))
		return true;
	for (size_t i = 0; i < countof(marks); i++) {
		if (span_ends(tag, marks[i]) && tag.n - strlen(marks[i]) == own.n - 1 &&
			memcmp(tag.p, own.p, own.n - 1) == 0)
			return true;
	}
	return false;
}

/* `*` is whatever is there: only a page that exists matches it. */
static bool matches_client(const struct response *r, bool exists)
{
	struct span rest = r->req->if_none_match;
	struct span item;
	int64_t since_s;

	if (r->req->method != METHOD_GET && r->req->method != METHOD_HEAD)
		return false;
	if (rest.p == NULL)
		return r->last_modified[0] != '\0' &&
		       civil_parse_http(r->req->if_modified_since, &since_s) &&
		       since_s >= r->modified_s;
	while (span_split(&rest, ',', &item)) {
		if (tag_matches(item, r->etag) || (exists && span_is(span_trim(item), "*")))
			return true;
	}
	return false;
}

/* What became another in this second may do so again before the second is over: then the reader is
 * told of the one before, and asks in vain at most once. */
void response_last_modified(struct response *r, int64_t unix_s, int64_t now_s)
{
	r->modified_s = unix_s;
	civil_http(unix_s < now_s ? unix_s : now_s - 1, r->last_modified);
}

static void set_tag(struct response *r, uint64_t h)
{
	static const char digits[] = "0123456789abcdef";
	char *to = r->etag;

	memcpy(to, "W/\"", 3);
	for (int i = 0; i < 16; i++)
		to[3 + i] = digits[h >> (60 - 4 * i) & 15];
	memcpy(to + 19, "\"", 2);
}

static bool settle(struct response *r, bool exists)
{
	if (!matches_client(r, exists))
		return false;
	r->status = 304;
	buf_reset(&r->body);
	return true;
}

bool response_not_modified(struct response *r, struct span version)
{
	uint64_t h = mix(0xcbf29ce484222325 ^ r->build, version);

	h = mix(h, r->req->path);
	h = mix(h, r->req->raw_query);
	for (size_t i = 0; i < r->req->cookies.n; i++) {
		h = mix(h, r->req->cookies.v[i].name);
		h = mix(h, r->req->cookies.v[i].value);
	}
	set_tag(r, h);
	return settle(r, false);
}

void response_tag_body(struct response *r)
{
	if (r->broken || r->body.failed || r->status != 200)
		return;
	if (r->etag[0] == '\0')
		set_tag(r, mix(0xcbf29ce484222325, (struct span){ r->body.p, r->body.n }));
	(void)settle(r, true);
}

static void write_head(struct response *r, size_t n_body)
{
	struct buf *b = &r->head;

	buf_reset(b);
	buf_addf(b, "Status: %d %s\r\n", r->status, reason_of(r->status));
	if (r->status != 304 && r->status != 204) {
		buf_addf(b, "Content-Type: %s\r\nContent-Length: %zu\r\n", r->type, n_body);
	}
	buf_addf(b, "X-Request-Id: %s\r\n", r->req->id);
	buf_add(b, PROTECTIVE_HEADERS, sizeof(PROTECTIVE_HEADERS) - 1);
	if (r->req->https)
		buf_adds(b, "Strict-Transport-Security: max-age=31536000\r\n");
	if (r->etag[0] != '\0')
		buf_addf(b, "ETag: %s\r\n", r->etag);
	if (r->last_modified[0] != '\0')
		buf_addf(b, "Last-Modified: %s\r\n", r->last_modified);
	for (size_t i = 0; i < r->n_cookies; i++)
		buf_adds(b, r->cookies[i]);
	buf_add(b, r->headers.p, r->headers.n);
	buf_adds(b, "\r\n");
}

int response_finish(struct response *r, struct span *head, struct span *body, struct err *e)
{
	if (r->broken || r->headers.failed)
		return err_set(e, ERR_INTERNAL, "the reply has a malformed header");
	if (buf_finish(&r->body, body, e) != 0)
		return -1;
	write_head(r, body->n);
	if (r->req->method == METHOD_HEAD || r->status == 304 || r->status == 204)
		*body = SPAN_NONE;
	return buf_finish(&r->head, head, e);
}
