/*
 * One easy handle per process does one exchange after another, so there is never more than one
 * connection to a host in use, and the handle's own cache keeps the idle ones
 * (CONNECTION_POOL_LIMIT in all). libcurl is started at the first request: a process that sends
 * none pays nothing.
 *
 * Redirects are followed here and not by libcurl, because every hop is judged anew. A hop to the
 * origin of the configured base URL may go to a private address if that URL names one; any other
 * hop may not. The judgement falls on the socket address that connect(2) will get, so a name that
 * resolves differently at each question gains nothing, and again on the peer of a connection that
 * is taken from the cache, before anything is sent. To another origin go neither the caller's
 * headers, except those that are the same for everybody, nor the body.
 */
#include "net/http.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <curl/curl.h>

#include "base/buf.h"
#include "base/civil_text.h"
#include "base/limits.h"
#include "base/scan.h"
#include "net/address.h"
#include "net/sigpipe.h"
#include "os/clock.h"
#include "os/config.h"

struct http {
	const struct config *conf;
	CURL *easy;  // made at first use
	CURLSH *jar; // cookies; made when a request wants them
};

struct origin {
	const char *scheme;
	const char *host;
	const char *port;
};

/* One call of http_send. */
struct exchange {
	struct arena *mem;
	const struct http_request *request;
	struct origin base;
	const char *url; // of the hop
	const char *method;
	bool at_home; // the hop is at the origin of the base URL
	bool may_be_private;
	int64_t until_us;
	struct buf body;
	struct http_reply *reply;
	unsigned opened;  // sockets that the policy let through
	unsigned refused; // and those it did not
	int sent;         // how often the hop's request was begun
	bool is_cut;      // what came is enough
	char fault[CURL_ERROR_SIZE];
};

struct http *http_new(const struct config *conf)
{
	struct http *h = calloc(1, sizeof(*h));

	if (h == NULL)
		abort();
	h->conf = conf;
	return h;
}

void http_free(struct http *h)
{
	if (h == NULL)
		return;
	if (h->easy != NULL) {
		curl_easy_cleanup(h->easy);
		curl_share_cleanup(h->jar);
		curl_global_cleanup();
	}
	free(h);
}

static bool http_start(struct http *h)
{
	if (h->easy != NULL)
		return true;
	sigpipe_ignore();
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return false;
	h->easy = curl_easy_init();
	if (h->easy == NULL)
		curl_global_cleanup();
	return h->easy != NULL;
}

static CURLSH *http_jar(struct http *h)
{
	if (h->jar == NULL) {
		h->jar = curl_share_init();
		curl_share_setopt(h->jar, CURLSHOPT_SHARE, CURL_LOCK_DATA_COOKIE);
	}
	return h->jar;
}

/* Back to the defaults; connections, TLS sessions, names and the cookie jar stay. */
static void http_reset(struct http *h)
{
	curl_easy_setopt(h->easy, CURLOPT_COOKIEFILE, NULL); // the reset alone would leak the list
	curl_easy_reset(h->easy);
}

/* ---- addresses ---- */

static void url_free(CURLU **u)
{
	curl_url_cleanup(*u);
}

static const char *url_part(struct arena *m, CURLU *u, CURLUPart part)
{
	char *text = NULL;
	const char *copy;

	if (curl_url_get(u, part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK)
		return NULL;
	copy = arena_dup(m, span_of(text));
	curl_free(text);
	return copy;
}

static bool origin_read(struct arena *m, const char *url, struct origin *out)
{
	CURLU *CLEANUP(url_free) u = curl_url();

	if (u == NULL || curl_url_set(u, CURLUPART_URL, url, CURLU_DISALLOW_USER) != CURLUE_OK)
		return false;
	out->scheme = url_part(m, u, CURLUPART_SCHEME);
	out->host = url_part(m, u, CURLUPART_HOST);
	out->port = url_part(m, u, CURLUPART_PORT);
	return out->scheme != NULL && out->host != NULL && out->port != NULL;
}

static bool origin_eq(const struct origin *a, const struct origin *b)
{
	return strcmp(a->scheme, b->scheme) == 0 && strcasecmp(a->host, b->host) == 0 &&
	       strcmp(a->port, b->port) == 0;
}

static curl_socket_t open_socket(void *data, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct exchange *x = data;
	int fd;

	if (purpose != CURLSOCKTYPE_IPCXN || (!x->may_be_private && address_special(&to->addr))) {
		x->refused++;
		return CURL_SOCKET_BAD;
	}
	x->opened++;
	fd = socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
	return fd < 0 ? CURL_SOCKET_BAD : fd;
}

static int before_request(void *data, char *peer, char *own, int peer_port, int own_port)
{
	struct exchange *x = data;

	(void)own;
	(void)peer_port;
	(void)own_port;
	x->sent++;
	if (x->may_be_private || !address_special_text(peer))
		return CURL_PREREQFUNC_OK;
	x->opened = 0;
	x->refused++;
	return CURL_PREREQFUNC_ABORT;
}

/* ---- what is sent ---- */

static bool is_token(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool header_is_clean(const char *header)
{
	struct span rest = span_of(header);
	struct span name;

	if (!scan_while(&rest, is_token, 100, &name) || !scan_char(&rest, ':'))
		return false;
	for (size_t i = 0; i < rest.n; i++) {
		unsigned char c = (unsigned char)rest.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return false;
	}
	return true;
}

static bool path_is_clean(const char *path)
{
	if (path[0] != '\0' && path[0] != '/' && path[0] != '?')
		return false;
	for (const char *p = path; *p != '\0'; p++) {
		if (*p <= 0x20 || *p == 0x7f || *p == '\\' || *p == '#')
			return false; // bytes over 0x7f are negative
	}
	return true;
}

static bool header_is(const char *header, const char *name)
{
	size_t n = strlen(name);

	return strncasecmp(header, name, n) == 0 && header[n] == ':';
}

static bool may_leave_home(const char *header)
{
	return header_is(header, "Accept") || header_is(header, "Accept-Language") ||
	       header_is(header, "User-Agent");
}

static int check_request(struct exchange *x, struct err *e)
{
	const struct http_request *r = x->request;
	struct span method = span_of(x->method);
	struct span token;
	struct origin whole;

	if (!scan_while(&method, is_token, 20, &token) || !scan_end(&method) ||
		!path_is_clean(r->path))
		return err_set(e, ERR_INVALID, "malformed request to an outside service");
	for (const char *const *h = r->headers; h != NULL && *h != NULL; h++) {
		if (!header_is_clean(*h))
			return err_set(e, ERR_INVALID, "malformed header for an outside service");
	}
	if (!origin_read(x->mem, r->base, &x->base) || !origin_read(x->mem, x->url, &whole) ||
		!origin_eq(&x->base, &whole))
		return err_set(e, ERR_INVALID, "malformed address of an outside service");
	if (strcmp(x->base.scheme, "https") != 0 &&
		(strcmp(x->base.scheme, "http") != 0 || r->reach == HTTP_REACH_PUBLIC))
		return err_set(e, ERR_FORBIDDEN, "protocol %s is not allowed", x->base.scheme);
	return 0;
}

static void slist_free(struct curl_slist **list)
{
	curl_slist_free_all(*list);
}

static bool slist_add(struct curl_slist **list, const char *header)
{
	struct curl_slist *longer = curl_slist_append(*list, header);

	if (longer != NULL)
		*list = longer;
	return longer != NULL;
}

static bool hop_headers(const struct exchange *x, struct curl_slist **list)
{
	if (!slist_add(list, "Expect:"))
		return false;
	for (const char *const *h = x->request->headers; h != NULL && *h != NULL; h++) {
		if ((x->at_home || may_leave_home(*h)) && !slist_add(list, *h))
			return false;
	}
	return true;
}

/* ---- what comes back ---- */

static size_t on_body(char *p, size_t size, size_t n, void *data)
{
	struct exchange *x = data;
	size_t room = x->body.max - buf_size(&x->body);

	n *= size;
	x->is_cut = x->request->front && n > room;
	buf_add(&x->body, p, x->is_cut ? room : n);
	return x->body.failed || x->is_cut ? 0 : n;
}

static int retry_after(struct span value)
{
	uint64_t seconds;
	int64_t at;

	if (value.n > 0 && value.p[0] >= '0' && value.p[0] <= '9' && !span_has(value, ' '))
		return span_u64(value, HTTP_MAX_RETRY_AFTER_S, &seconds) ? (int)seconds
									 : HTTP_MAX_RETRY_AFTER_S;
	if (!civil_parse_http(value, &at))
		return 0;
	at -= clock_unix_us() / 1000000;
	if (at <= 0)
		return 0;
	return at < HTTP_MAX_RETRY_AFTER_S ? (int)at : HTTP_MAX_RETRY_AFTER_S;
}

static void keep_header(struct exchange *x, struct span name, struct span value)
{
	struct http_reply *r = x->reply;

	if (value.n > HTTP_MAX_HEADER)
		return;
	for (size_t i = 0; i < value.n; i++) {
		if ((value.p[i] >= 0 && value.p[i] < 0x20) || value.p[i] == 0x7f)
			return;
	}
	value = arena_span(x->mem, value);
	if (span_ieq(name, SPAN("etag")))
		r->etag = value;
	else if (span_ieq(name, SPAN("content-type")))
		r->content_type = value;
	else if (span_ieq(name, SPAN("location")))
		r->location = value;
	else
		r->retry_after_s = retry_after(value);
}

static size_t on_header(char *p, size_t size, size_t n, void *data)
{
	static const struct span kept[] = { { "etag", 4 }, { "content-type", 12 },
		{ "location", 8 }, { "retry-after", 11 } };
	struct exchange *x = data;
	struct span rest = { p, size * n };
	struct span name;

	if (span_starts(rest, "HTTP/")) {
		*x->reply = (struct http_reply){ 0 };
		return size * n;
	}
	if (!scan_until(&rest, ':', 64, &name))
		return size * n;
	for (size_t i = 0; i < countof(kept); i++) {
		if (span_ieq(name, kept[i]))
			keep_header(x, name, span_trim(rest));
	}
	return size * n;
}

/* ---- one hop ---- */

#define SET(option, value) (ok &= curl_easy_setopt(c, (option), (value)) == CURLE_OK)

static bool set_limits(CURL *c, const struct http *h, struct exchange *x)
{
	int64_t left_ms = (x->until_us - clock_mono_us()) / 1000;
	bool ok = true;

	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_TIMEOUT_MS, (long)(left_ms > 1 ? left_ms : 1));
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long)HTTP_CONNECT_TIMEOUT_MS);
	SET(CURLOPT_LOW_SPEED_LIMIT, (long)HTTP_SLOW_BYTES);
	SET(CURLOPT_LOW_SPEED_TIME, (long)HTTP_SLOW_S);
	if (!x->request->front)
		SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)x->body.max);
	SET(CURLOPT_MAXCONNECTS, (long)h->conf->connection_pool_limit);
	SET(CURLOPT_PROTOCOLS_STR, strcmp(x->base.scheme, "http") == 0 ? "http,https" : "https");
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOPROXY, "*");
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket);
	SET(CURLOPT_OPENSOCKETDATA, x);
	SET(CURLOPT_PREREQFUNCTION, before_request);
	SET(CURLOPT_PREREQDATA, x);
	return ok;
}

static bool set_request(
	CURL *c, const struct http *h, struct exchange *x, struct curl_slist *headers)
{
	struct span body = x->request->body;
	bool ok = true;

	SET(CURLOPT_URL, x->url);
	SET(CURLOPT_USERAGENT, h->conf->user_agent);
	SET(CURLOPT_ACCEPT_ENCODING, "");
	SET(CURLOPT_HTTPHEADER, headers);
	if (strcmp(x->method, "HEAD") == 0) {
		SET(CURLOPT_NOBODY, 1L);
	} else if (x->at_home && (body.p != NULL || strcmp(x->method, "POST") == 0) &&
		   strcmp(x->method, "GET") != 0) {
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.n);
		SET(CURLOPT_POSTFIELDS, body.p != NULL ? body.p : "");
		SET(CURLOPT_CUSTOMREQUEST, x->method);
	} else if (strcmp(x->method, "GET") != 0) {
		SET(CURLOPT_CUSTOMREQUEST, x->method);
	}
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, x);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, x);
	SET(CURLOPT_ERRORBUFFER, x->fault);
	return ok;
}

static int hop_error(struct exchange *x, CURLcode code, const char *host, struct err *e)
{
	if (x->body.failed || code == CURLE_FILESIZE_EXCEEDED)
		return err_set(e, ERR_LIMIT, "the answer of %s is larger than %zu bytes", host,
			x->body.max);
	if (x->refused > 0 && x->opened == 0)
		return err_set(e, ERR_FORBIDDEN, "the address of %s is not a public one", host);
	err_set(e, ERR_TEMPORARY, "could not reach %s: %s", host, curl_easy_strerror(code));
	return err_detail(e, "%s", x->fault);
}

static bool may_be_private(const struct exchange *x, const char *host)
{
	if (!x->at_home || x->request->reach == HTTP_REACH_PUBLIC)
		return false;
	return x->request->reach == HTTP_REACH_PRIVATE || address_named_private(host);
}

static int hop(struct http *h, struct exchange *x, struct err *e)
{
	struct curl_slist *CLEANUP(slist_free) headers = NULL;
	struct origin here;
	CURLcode code;

	if (!origin_read(x->mem, x->url, &here))
		return err_set(e, ERR_FORBIDDEN, "redirected to an address that is not allowed");
	if (strcmp(here.scheme, "https") != 0 && strcmp(here.scheme, x->base.scheme) != 0)
		return err_set(e, ERR_FORBIDDEN, "redirected to protocol %s", here.scheme);
	x->at_home = origin_eq(&here, &x->base);
	x->may_be_private = may_be_private(x, here.host);
	x->opened = 0;
	x->refused = 0;
	x->sent = 0;
	x->is_cut = false;
	buf_reset(&x->body);
	*x->reply = (struct http_reply){ 0 };
	http_reset(h);
	curl_easy_setopt(h->easy, CURLOPT_SHARE, x->request->cookies ? http_jar(h) : NULL);
	if (x->request->cookies)
		curl_easy_setopt(h->easy, CURLOPT_COOKIEFILE, "");
	if (!hop_headers(x, &headers) || !set_limits(h->easy, h, x) ||
		!set_request(h->easy, h, x, headers))
		return err_set(e, ERR_TEMPORARY, "could not prepare a request to %s", here.host);
	code = curl_easy_perform(h->easy);
	if (code != CURLE_OK && !x->is_cut)
		return hop_error(x, code, here.host, e);
	return 0;
}

/* True if the reply sends us on; then x is the next hop. */
static int next_hop(struct http *h, struct exchange *x, bool *more, struct err *e)
{
	struct origin there;
	char *to = NULL;
	long status = 0;

	curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(h->easy, CURLINFO_REDIRECT_URL, &to);
	x->reply->status = (int)status;
	x->reply->repeated = x->sent > 1;
	*more = false;
	if (to == NULL || x->request->stay ||
		(status != 301 && status != 302 && status != 303 && status != 307 && status != 308))
		return 0;
	x->url = arena_dup(x->mem, span_of(to));
	if ((status == 303 && strcmp(x->method, "HEAD") != 0) ||
		(status < 303 && strcmp(x->method, "POST") == 0))
		x->method = "GET";
	if (strcmp(x->method, "GET") != 0 && strcmp(x->method, "HEAD") != 0 &&
		!(origin_read(x->mem, x->url, &there) && origin_eq(&there, &x->base)))
		return err_set(e, ERR_FORBIDDEN, "redirected with a request that must not leave %s",
			x->base.host);
	*more = true;
	return 0;
}

static int follow(struct http *h, struct exchange *x, struct err *e)
{
	bool more;

	for (int i = 0; i <= HTTP_MAX_REDIRECTS; i++) {
		if (hop(h, x, e) != 0 || next_hop(h, x, &more, e) != 0)
			return -1;
		if (!more)
			return 0;
	}
	return err_set(e, ERR_TEMPORARY, "%s redirects more than %d times", x->base.host,
		HTTP_MAX_REDIRECTS);
}

int http_send(struct http *h, struct arena *m, const struct http_request *r, struct http_reply *out,
	struct err *e)
{
	int64_t started_us = clock_mono_us();
	int timeout_ms = r->timeout_ms > 0 ? r->timeout_ms : HTTP_TIMEOUT_MS;
	struct exchange x = { .mem = m,
		.request = r,
		.method = r->method != NULL ? r->method : "GET",
		.until_us = started_us + (int64_t)timeout_ms * 1000,
		.reply = out };
	struct span body;
	int rc;

	*out = (struct http_reply){ 0 };
	if (!http_start(h))
		return err_set(e, ERR_TEMPORARY, "could not start the HTTP client");
	x.url = arena_printf(m, "%s%s", r->base, r->path);
	if (check_request(&x, e) != 0)
		return -1;
	buf_init(&x.body, r->max_body > 0 ? r->max_body : HTTP_MAX_BODY);
	rc = follow(h, &x, e);
	if (rc == 0)
		rc = buf_finish(&x.body, &body, e);
	if (rc == 0)
		out->body = arena_span(m, body);
	out->elapsed_us = clock_mono_us() - started_us;
	http_reset(h); // it points into x
	buf_free(&x.body);
	return rc;
}

const char *http_escape(struct arena *m, struct span s)
{
	static const char digits[] = "0123456789ABCDEF";
	char *text = arena_alloc(m, s.n * 3 + 1);
	char *to = text;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '-' || c == '.' || c == '_' || c == '~') {
			*to++ = (char)c;
		} else {
			*to++ = '%';
			*to++ = digits[c >> 4];
			*to++ = digits[c & 15];
		}
	}
	*to = '\0';
	return text;
}
