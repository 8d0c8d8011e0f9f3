#ifndef MODEL_CALENDAR_H
#define MODEL_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/platform.h"

struct db;
struct db_step;

/* Reading of contests and of their sources' health. Times are unix microseconds, INT64_MIN: none.
 */

struct calendar_contest {
	int64_t id;
	enum platform platform;
	struct span native_id;
	struct span title;
	struct span url;
	int64_t start_at;
	int64_t end_at;
	bool cancelled; // no longer announced by its platform
	int64_t sequence;
	int64_t first_seen_at;
	int64_t changed_at;
	int64_t cancelled_at;
	int64_t moved_from_at; // start before the last move
};

struct calendar_source {
	enum platform platform;
	int64_t last_try_at;
	int64_t last_success_at;
	int64_t failing_since;
	struct span last_error; // kept after the source works again
	int64_t last_error_at;
	struct span note; // what was unusual about the last good answer
	int64_t n_rows;
	int64_t n_skipped;
	int64_t next_fetch_at;
};

/* Indexed by enum platform. */
struct calendar_sources {
	struct calendar_source v[N_PLATFORMS];
	int64_t changed_at; // of the contest that changed last
};

/* All seven, whatever the database holds. */
int calendar_sources(
	struct db *d, struct arena *m, struct calendar_sources *out, struct err *e) ATTR_MUST_USE;

/*
 * A text that is another one after every change of a contest, whenever a source stops or begins to
 * work, and in every minute: the ETag of pages, which show how long it is till a contest begins.
 */
struct span calendar_version_at(struct arena *m, const struct calendar_sources *s, int64_t now_us);

struct calendar_query {
	unsigned platforms;      // bit 1 << platform; 0: all
	int64_t from_at;         // contests that end after this
	int64_t to_at;           // and begin before this; INT64_MIN: however late
	int64_t cancelled_since; // cancelled ones only if that happened since
	int64_t least_s;         // shortest length; 0: any
	int64_t most_s;          // longest; 0: any
	struct span words;       // part of the title, letter case ignored; SPAN_NONE: any
	int64_t after_at; // only those behind this one in the order of start and id; INT64_MIN: all
	int64_t after_id;
	size_t limit;
	size_t offset;
};

struct calendar_list {
	const struct calendar_contest *v; // by start, then id
	size_t n;
	int64_t total;     // without limit; 0 if the offset lies behind the end
	int64_t newest_at; // of all contests the last change that this list knows; INT64_MIN if
			   // the list is empty
};

/* One statement; calendar_list_step is that statement alone, for db_read_ahead. */
void calendar_list_step(struct arena *m, const struct calendar_query *q, struct db_step *out);
int calendar_list(struct db *d, struct arena *m, const struct calendar_query *q,
	struct calendar_list *out, struct err *e) ATTR_MUST_USE;

struct calendar_change {
	int64_t at;
	struct span kind; // announced, moved, renamed, relinked, cancelled, returned
	struct span from_title;
	struct span to_title;
	int64_t from_start_at;
	int64_t to_start_at;
	int64_t from_end_at;
	int64_t to_end_at;
};

struct calendar_changes {
	const struct calendar_change *v; // the newest first
	size_t n;
};

/* A contest with what has happened to it. */
struct calendar_story {
	struct calendar_contest contest;
	struct calendar_changes changes;
};

/* In one round trip. ERR_NOT_FOUND. */
int calendar_story(struct db *d, struct arena *m, enum platform platform, struct span native_id,
	struct calendar_story *out, struct err *e) ATTR_MUST_USE;

enum calendar_fetch {
	CALENDAR_FETCH_NONE,
	CALENDAR_FETCH_QUEUED,
	CALENDAR_FETCH_RUNNING,
	CALENDAR_FETCH_LATER // failed for the moment and will be tried again
};

/* What is under way for each platform; out has N_PLATFORMS entries. */
int calendar_fetches(
	struct db *d, struct arena *m, enum calendar_fetch *out, struct err *e) ATTR_MUST_USE;

/* "codeforces-2261@contests.podium": stable over moves, renames and changes of the site's name. */
struct span calendar_uid(struct arena *m, const struct calendar_contest *c);

#endif
