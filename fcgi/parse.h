#ifndef FCGI_PARSE_H
#define FCGI_PARSE_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "fcgi/request.h"

/*
 * The parsers of what a stranger sends. Pure: bytes in, spans out, which live in the arena or point
 * into the input. Each fails with ERR_INVALID unless it says otherwise.
 */

/*
 * Decodes a path: it begins with a slash, every percent sign is followed by two hex digits, and the
 * result is well-formed UTF-8 without control characters, without `.` and `..` segments and without
 * a slash that was encoded.
 */
int parse_path(struct arena *m, struct span raw, struct span *out, struct err *e) ATTR_MUST_USE;

/*
 * application/x-www-form-urlencoded (WHATWG URL, section 5.1), with strict percent signs. Values
 * may hold line ends and tabs but no other control characters. More than REQUEST_MAX_PARAMS pairs
 * is an error.
 */
int parse_urlencoded(
	struct arena *m, struct span text, struct request_params *out, struct err *e) ATTR_MUST_USE;

/*
 * A Cookie header (RFC 6265, 5.4). Pairs that do not follow the grammar belong to somebody else on
 * this host and are passed over. More than REQUEST_MAX_PARAMS pairs is an error.
 */
int parse_cookies(
	struct arena *m, struct span text, struct request_params *out, struct err *e) ATTR_MUST_USE;

/*
 * multipart/form-data (RFC 7578). A part without a file name is a text and follows the rules of
 * parse_urlencoded; a part with one is any bytes. The boundary is what multipart_boundary gave.
 */
int parse_multipart(struct arena *m, struct span body, struct span boundary,
	struct request_params *out, struct err *e) ATTR_MUST_USE;

/* The boundary of a multipart/form-data content type: 1 to 70 characters of RFC 2046. */
int multipart_boundary(struct span content_type, struct span *out, struct err *e) ATTR_MUST_USE;

/* True if text may be kept: well-formed UTF-8, and of the control characters only tab, LF and CR.
 */
bool parse_is_text(struct span text);

/* The media type alone, without parameters, compared with ASCII case ignored. */
bool content_type_is(struct span content_type, const char *media_type);

/* A growing list of parameters; the arena keeps what it outgrows, so it doubles. */
struct param_list {
	struct request_param *v;
	size_t n;
	size_t size;
};
int param_list_add(struct param_list *l, struct arena *m, const struct request_param *p,
	struct err *e) ATTR_MUST_USE;

#endif
