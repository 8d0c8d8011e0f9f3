#ifndef MODEL_AUDIT_H
#define MODEL_AUDIT_H

#include <stddef.h>
#include <stdint.h>

#include "auth/digest.h"
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Who did what, for good. Rows are never changed or removed and each one's hash covers the one
 * before it (sql/schema/0011_audit.sql), so that whoever changes the table is found out by
 * audit_verify.
 */
struct db;
struct tx;

struct audit_entry {
	int64_t actor_id;    // 0: Podium itself or the command line
	const char *action;  // "user.role": what was done, in words of [a-z0-9_] joined by dots
	struct span object;  // "user:7", at most 200 bytes; SPAN_NONE: none
	struct span detail;  // a JSON object without secrets, at most 4,000 bytes; SPAN_NONE: {}
	struct span address; // of the client; SPAN_NONE: none
};

/*
 * Part of the caller's transaction: the row is there if and only if what it tells of is committed.
 * Its place in the chain is made at the commit, which is the only time that others wait.
 */
int audit_add(
	struct tx *tx, struct arena *m, const struct audit_entry *a, struct err *e) ATTR_MUST_USE;

/* "user:7" */
struct span audit_object(struct arena *m, const char *kind, int64_t id);

struct audit_row {
	int64_t id;
	int64_t at; // unix us
	int64_t actor_id;
	struct span action;
	struct span object;
	struct span detail;
	struct span address;
};

struct audit_rows {
	const struct audit_row *v;
	size_t n;
};

struct audit_filter {
	int64_t actor_id;   // -1: whoever
	struct span action; // SPAN_NONE: all
	struct span object; // SPAN_NONE: all
	int64_t since;      // unix us; INT64_MIN: from the beginning
	int64_t until;      // unix us, not included; INT64_MIN: to the end
	int64_t before_id;  // 0: from the newest
	int limit;          // at least 1
};

/* Newest first. The next page is before the last row's id. */
int audit_list(struct db *d, struct arena *m, const struct audit_filter *f, struct audit_rows *out,
	struct err *e) ATTR_MUST_USE;

struct audit_crowd {
	int64_t people; // 0: they did not all come from one address, or there was only one of them
	struct span address;
};

/* Whether those who did the last `rows` acts of people all came from one address. */
int audit_crowd(struct db *d, struct arena *m, int rows, struct audit_crowd *out,
	struct err *e) ATTR_MUST_USE;

/* The end of the chain: noted outside the database, it proves later that the chain up to there is
 * the one of that time. */
struct audit_mark {
	int64_t id; // 0: nothing yet
	unsigned char hash[DIGEST_SIZE];
};

struct audit_verdict {
	int64_t n; // rows that fit
	struct audit_mark head;
	int64_t broken_id; // the first row that does not fit; 0: the chain is whole
	char reason[120];
};

/*
 * Walks along the whole chain and computes every hash anew, in this process. known may be NULL.
 * A broken chain is no error: the verdict tells.
 */
int audit_verify(struct db *d, const struct audit_mark *known, struct audit_verdict *out,
	struct err *e) ATTR_MUST_USE;

/* audit_verify, and its result kept for audit_check_last. */
int audit_check(struct db *d, struct audit_verdict *out, struct err *e) ATTR_MUST_USE;

struct audit_state {
	int64_t rows;       // in the chain now
	int64_t checked_at; // unix us; INT64_MIN: never
	int64_t checked_rows;
	int64_t broken_id; // 0: none was found
	struct span reason;
};

/* What is known of the chain without walking along it. */
int audit_state_read(
	struct db *d, struct arena *m, struct audit_state *out, struct err *e) ATTR_MUST_USE;

#endif
