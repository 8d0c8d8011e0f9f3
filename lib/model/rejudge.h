#ifndef MODEL_REJUDGE_H
#define MODEL_REJUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct cache;
struct db;
struct tx;

/*
 * Judging again, as a set: every submission that was asked for gets a second judging beside the one
 * that counts, by the current version of its problem. When all of them have ended, what would
 * change is looked at, and then all of it is applied or all of it dropped. Until then nobody but
 * the jury sees anything of it.
 */
struct rejudge_wanted {        // all that is set must hold
	struct span public_id; // one submission; SPAN_NONE: any
	struct span slug;      // of a problem
	int64_t problem_id;    // 0: any
	int64_t contest_id;
	int64_t user_id;
	struct span language;
	int verdict; // enum verdict; 0: any
};

struct rejudge_new {
	struct rejudge_wanted wanted; // at least one of them set
	struct span why;              // 1..500 bytes
	int64_t actor_id;             // 0: the command line
	struct span address;          // of the client, for the audit
};

/*
 * Finished submissions only, at most REJUDGE_MOST (ERR_LIMIT). ERR_NOT_FOUND if there is none of
 * the kind. Part of the caller's transaction; call judging_wake after the commit.
 */
int rejudge_make(struct tx *tx, struct arena *m, const struct rejudge_new *r, int64_t *id,
	struct err *e) ATTR_MUST_USE;

enum rejudge_state {
	REJUDGE_RUNS,
	REJUDGE_READY, // to be applied or dropped
	REJUDGE_APPLIED,
	REJUDGE_DROPPED
};
const char *rejudge_state_name(enum rejudge_state s); // "running"

struct rejudge {
	int64_t id;
	struct span made_by; // name; SPAN_NONE: the command line, or the account is gone
	int64_t made_at;     // unix us
	struct span why;
	struct span wanted; // JSON
	int n;
	int n_ended;
	int n_changed; // of those that ended: another verdict or score than the one that counts
	enum rejudge_state state;
	struct span decided_by;
	int64_t decided_at; // INT64_MIN: not yet
};

struct rejudges {
	struct rejudge *v;
	size_t n;
};

/* The newest first, before an id (0: from the newest). */
int rejudge_list(struct db *d, struct arena *m, int64_t before, int limit, struct rejudges *out,
	struct err *e) ATTR_MUST_USE;

/* ERR_NOT_FOUND. */
int rejudge_get(struct db *d, struct arena *m, int64_t id, struct rejudge *out,
	struct err *e) ATTR_MUST_USE;

/* One submission of a set: what counts and what came out. */
struct rejudge_item {
	int64_t submission_id;
	struct span public_id;
	struct span slug;
	struct span user_name; // SPAN_NONE: the account is gone, or the jury's own
	struct span language;
	int old_verdict;
	bool old_has_score;
	double old_score;
	int new_verdict; // VERDICT_NONE: not judged yet
	bool new_has_score;
	double new_score;
	bool changed;
};

struct rejudge_items {
	struct rejudge_item *v;
	size_t n;
	int64_t next; // for .after; 0: there are no more
};

struct rejudge_look {
	int64_t id;
	bool all;      // else only what changes
	int64_t after; // submission_id; 0: from the first
	int limit;     // 1..SUBMISSION_MAX_PAGE
};

/* In the order in which they were sent in. */
int rejudge_items(struct db *d, struct arena *m, const struct rejudge_look *look,
	struct rejudge_items *out, struct err *e) ATTR_MUST_USE;

struct rejudge_decision {
	int64_t id;
	bool apply; // else it is dropped
	int64_t actor_id;
	struct span address;
	struct cache *cache; // NULL is allowed
};

/*
 * All of it, in one transaction. ERR_CONFLICT if it was decided already or, to apply it, not all of
 * it has ended, the judge failed at some of it or a later set of some of it counts already.
 * Dropping stops what still waits.
 */
int rejudge_decide(struct db *d, struct arena *m, const struct rejudge_decision *r,
	struct err *e) ATTR_MUST_USE;

#endif
