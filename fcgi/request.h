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
	struct span value; // decoded, valid UTF-8
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
	struct span client; // address, through TRUST_PROXY only
	struct span host;
	bool https;
	struct span if_none_match;
	struct span accept;
	struct span origin;
	struct span csrf_token; // header X-CSRF-Token or form field csrf
	struct span bearer;
	struct span cron_secret;
	int64_t started_us; // monotonic
};

/* The first value of that name; SPAN_NONE if absent. */
struct span request_query(const struct request *r, const char *name);
struct span request_form(const struct request *r, const char *name);
struct span request_cookie(const struct request *r, const char *name);

#endif
