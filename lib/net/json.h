#ifndef NET_JSON_H
#define NET_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Reading: what json-c takes for strict JSON (RFC 8259 and a little more: NaN and Infinity, leading
 * zeros, "1.", control characters in strings, keys in single quotes), in well-formed UTF-8 without
 * zero bytes, at most JSON_MAX_DEPTH deep, JSON_MAX_VALUES values and JSON_MAX_CONTAINERS arrays
 * and objects, nothing after the value. Anything else is ERR_INVALID; its text names the byte. Of
 * equal keys the last one counts, and a key ends at an escaped U+0000; an unpaired surrogate escape
 * becomes U+FFFD. Values live until json_free of the root and do not need the parsed text; spans
 * point into them. A NULL value answers every question with "no".
 */
struct json;

int json_parse(struct span text, struct json **out, struct err *e) ATTR_MUST_USE;
void json_free(struct json **root); // for CLEANUP
#define JSON_AUTO struct json *CLEANUP(json_free)

const struct json *json_get(
	const struct json *object, const char *key);             // NULL if absent or no object
bool json_says_null(const struct json *object, const char *key); // it is there, and is null
/* The names of an object's members, in the order of the text; 0 if v is no object. */
size_t json_members(const struct json *v);
struct span json_member(const struct json *v, size_t i); // SPAN_NONE behind the last
bool json_is_null(const struct json *v);                 // JSON null or absent
bool json_is_object(const struct json *v);
bool json_is_array(const struct json *v);
bool json_i64(const struct json *v, int64_t *out);   // a whole number in range; 3.0 is one
bool json_number(const struct json *v, double *out); // any number that is finite as a double
bool json_bool(const struct json *v, bool *out);
bool json_text(const struct json *v, struct span *out);  // a string only, and without U+0000
bool json_bytes(const struct json *v, struct span *out); // a string only, which may hold U+0000
size_t json_length(const struct json *array);            // 0 if no array
const struct json *json_at(const struct json *array, size_t i);

/* Writing into a buffer; commas and escapes are the writer's work. */
struct json_out {
	struct buf *buf;
	unsigned depth;
	bool comma;
};

void json_begin(struct json_out *j, struct buf *b);
void json_object(struct json_out *j);
void json_object_end(struct json_out *j);
void json_array(struct json_out *j);
void json_array_end(struct json_out *j);
void json_key(struct json_out *j, const char *key);
void json_put_text(
	struct json_out *j, struct span s); // SPAN_NONE is null; malformed UTF-8 becomes U+FFFD
void json_put_i64(struct json_out *j, int64_t v);
void json_put_ready(struct json_out *j, struct span json); // what is JSON already
void json_put_number(struct json_out *j, double v); // reads back as the same; not finite: null
void json_put_bool(struct json_out *j, bool v);
void json_put_null(struct json_out *j);
void json_put_time(struct json_out *j, int64_t unix_us); // RFC 3339 in UTC; INT64_MIN is null

#endif
