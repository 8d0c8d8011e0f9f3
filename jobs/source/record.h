#ifndef JOBS_SOURCE_RECORD_H
#define JOBS_SOURCE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/contest.h"
#include "net/json.h"

/* What the parsers of the seven sources share. All functions are pure. */

#define RECORD_IST_S (5 * 3600 + 1800) // India: +05:30 all year

/* The body, with U+FFFD for bytes that are no UTF-8: one torn title costs no list. */
struct span record_mended(struct arena *m, struct span body);

/*
 * Parses the body, mended, of a source that answers in JSON. ERR_FORBIDDEN if it is a web page:
 * then a bot wall or a maintenance page stands in front of the service. ERR_TEMPORARY if it is not
 * whole JSON: a transfer was cut or a server is ill.
 */
int record_json(struct arena *m, struct span body, struct json **root, struct err *e) ATTR_MUST_USE;

/* A member that is a string, trimmed; SPAN_NONE if it is absent, no string or empty. */
struct span record_text(const struct json *object, const char *key);

/* A member that is a string or a whole number, as a contest's title; empty if there is none. */
struct span record_title(struct arena *m, const struct json *object, const char *key);

/* A member that is a string or a whole number, as an id; SPAN_NONE if there is none. */
struct span record_id(struct arena *m, const struct json *object, const char *key);

/*
 * A member that is a number, written as such or as the digits of a text; a fraction is dropped.
 * False if it is absent, no number or beyond what a number of seconds or rows can be.
 */
bool record_number(const struct json *object, const char *key, int64_t *out);

/* True if a member says yes: true, a number that is not 0, or a text other than "false" and "0". */
bool record_yes(const struct json *object, const char *key);

/* True if every character is a letter, digit, - or _ and there is at least one. */
bool record_slug(struct span s);

/* start + length in *end; false unless 0 < length and the sum is a sensible time. */
bool record_end(int64_t start_s, int64_t length_s, int64_t *end_s);

/*
 * A time as RFC 3339 and its relatives write it: blank for the T, no seconds, "UTC" or hours alone
 * for the offset, a blank before it. Without a zone it is one only when zone_s, the seconds it is
 * east of UTC, is given.
 */
bool record_moment(struct span s, const int *zone_s, int64_t *unix_s);

/* A member that is a time: seconds as record_number takes them, or a text as record_moment does. */
bool record_time(const struct json *object, const char *key, const int *zone_s, int64_t *unix_s);

/* Behind the last page: says in the answer's note that all its records were of another sort than
 * `wanted`, if so: then the list is not what it is taken for, or nothing is announced. */
void record_note_others(struct contest_rows *out, const char *wanted);

#endif
