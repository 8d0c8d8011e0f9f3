#ifndef FCGI_REQUEST_H
#define FCGI_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

enum method {
	METHOD_GET,
	METHOD_HEAD,
	METHOD_POST,
	METHOD_PUT,
	METHOD_DELETE,
	METHOD_OTHER
};

struct request_param {
	struct span name;
	struct span value;    // decoded, valid UTF-8; of an uploaded file: any bytes
	struct span filename; // of an uploaded file; SPAN_NONE otherwise
};

struct request_params {
	const struct request_param *v;
	size_t n;
};

/* One request, parsed and inside its caps (base/limits.h). Everything lives in the request's arena.
 */
struct request {
	const char *id; // 16 hex digits: on the error page, in X-Request-Id and on every log line
	enum method method;
	struct span method_text;
	struct span path;     // decoded, without query, begins with a slash
	struct span raw_path; // as sent
	struct span raw_query;
	struct request_params query;
	struct request_params cookies;
	struct request_params form; // of an urlencoded or multipart body
	struct span body;
	struct span content_type;
	int64_t content_length; // -1: not given
	struct span client;     // address, through TRUST_PROXY only
	struct span peer;       // address of whoever connected to the web server
	bool forwarded;         // came with X-Forwarded-For, believed or not
	struct span host;
	bool https;
	struct span if_none_match;
	struct span if_modified_since;
	struct span accept;
	struct span accept_language;
	struct span user_agent;
	struct span origin;
	struct span fetch_site; // Sec-Fetch-Site
	struct span csrf_token; // header X-CSRF-Token or form field csrf
	struct span bearer;
	struct span cron_secret;
	int64_t started_us; // monotonic
};

/* The first value of that name; SPAN_NONE if absent. */
struct span request_query(const struct request *r, const char *name);
struct span request_form(const struct request *r, const char *name);
struct span request_cookie(const struct request *r, const char *name);

struct proxy_list;

/*
 * Reads everything but the body from FastCGI parameters or a CGI environment: "NAME=value" texts,
 * NULL at the end, which must outlive the request. Returns 0, or the status of the refusal (400,
 * 414, 431) with its text in e. What was read before the refusal stays, so that the error page can
 * be shaped and logged.
 */
int request_read_head(struct request *r, struct arena *m, char *const *params,
	const struct proxy_list *trusted, struct err *e) ATTR_MUST_USE;

/* Takes in the whole body; parses a form. Returns 0 or the status of the refusal (400, 431). */
int request_take_body(
	struct request *r, struct arena *m, struct span body, struct err *e) ATTR_MUST_USE;

/* The scheme and host of this request: "https://host". */
const char *request_site(const struct request *r, struct arena *m);

#endif
