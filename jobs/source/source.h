#ifndef JOBS_SOURCE_SOURCE_H
#define JOBS_SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/contest.h"
#include "model/platform.h"

struct cache;
struct config;
struct db;
struct http;

/* What a source's fetch can reach. */
struct source_ctx {
	struct arena *mem;
	const struct config *conf;
	struct db *db;
	struct http *http;
	struct cache *cache; // NULL: there is none
	int64_t now_s;       // when the fetch began
	int64_t end_by_us;   // of clock_mono_us: no request begins after this
};

/*
 * Asks the platform, page by page where it has pages, and collects what it announces. Errors are
 * the source's: ERR_TEMPORARY and ERR_LIMIT (retry_after_s) may be gone in a moment, ERR_FORBIDDEN
 * means blocked, ERR_INVALID a changed shape.
 */
typedef int source_fetch_fn(struct source_ctx *c, struct contest_rows *out, struct err *e);

/*
 * Reads one body. Pure: bytes and the time in, rows appended to *out, which contest_rows_start has
 * begun. Rows that cannot be used are counted there; an answer without the expected container is
 * an error and appends nothing.
 */
typedef int source_parse_fn(
	struct arena *m, struct span body, int64_t now_s, struct contest_rows *out, struct err *e);

/* How a platform wants to be asked. */
struct source_pace {
	int patience;    // waits between tries are this many times SOURCE_BACKOFF_MS
	bool dynamic;    // after a refusal every further request of this process waits, too
	bool cookies;    // one session over all requests
	bool browser;    // refuses other programs' names: BROWSER_AGENT instead of USER_AGENT
	size_t max_body; // of one page
};

struct source {
	enum platform platform;
	source_fetch_fn *fetch;
	source_parse_fn *parse;
	struct source_pace pace;
};

/* The table's row, which lives for ever. */
const struct source *source_of(enum platform p);

/* The seven, one file each. */
source_fetch_fn leetcode_fetch, codeforces_fetch, codechef_fetch, atcoder_fetch, hackerrank_fetch,
	geeksforgeeks_fetch, code360_fetch;
source_parse_fn leetcode_parse, codeforces_parse, codechef_parse, atcoder_parse, hackerrank_parse,
	geeksforgeeks_parse, code360_parse;

#endif
