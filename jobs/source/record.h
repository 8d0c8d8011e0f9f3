#ifndef JOBS_SOURCE_RECORD_H
#define JOBS_SOURCE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "net/json.h"

/* What the parsers of the seven sources share. All functions are pure. */

#define RECORD_IST_S (5 * 3600 + 1800) // India: +05:30 all year

/*
 * Parses the body of a source that answers in JSON. ERR_FORBIDDEN if it is a web page: then a bot
 * wall or a maintenance page stands in front of the service. ERR_TEMPORARY if it is not whole JSON:
 * a transfer was cut or a server is ill.
 */
int record_json(struct span body, struct json **root, struct err *e) ATTR_MUST_USE;

/* A member that is a string, trimmed; SPAN_NONE if it is absent, no string or empty. */
struct span record_text(const struct json *object, const char *key);

/* A member that is a string, as a contest's title; empty if there is none. */
struct span record_title(struct arena *m, const struct json *object, const char *key);

/* The id of a record for contest_rows_skip: a string or a whole number, or SPAN_NONE. */
struct span record_id(struct arena *m, const struct json *object, const char *key);

/* True if every character is a letter, digit, - or _ and there is at least one. */
bool record_slug(struct span s);

/* start + length in *end; false unless 0 < length and the sum is a sensible time. */
bool record_end(int64_t start_s, int64_t length_s, int64_t *end_s);

/*
 * A member that is a time as text: RFC 3339, or without a zone when zone_s, the seconds it is east
 * of UTC, is given. False if it is absent or no time.
 */
bool record_time(const struct json *object, const char *key, const int *zone_s, int64_t *unix_s);

#endif
