#ifndef MODEL_TRIAL_H
#define MODEL_TRIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;
struct envelope;
struct tx;

/*
 * What operators try on the judges, outside of any problem: building a program, running one, and a
 * look at what the judge that takes it has; and an input that a problem's maker tries on its input
 * validators. What was asked for and what came of it are JSON objects that lie sealed;
 * jobs/kind/judge_trial.c says what stands in them.
 */
enum trial_kind {
	TRIAL_BUILD,
	TRIAL_EXECUTE,
	TRIAL_ENVIRONMENT,
	TRIAL_VALIDATE
};
enum trial_state {
	TRIAL_WAITS,
	TRIAL_RUNS,
	TRIAL_ENDED
};
const char *trial_kind_name(enum trial_kind k);   // "build"
const char *trial_state_name(enum trial_state s); // "waiting"

struct trial_new {
	enum trial_kind kind;
	int64_t actor_id;
	struct span wanted; // JSON
	const struct envelope *seal;
};

/* The trial, its job and its line in the audit, in one transaction; the judges are told.
 * ERR_TEMPORARY if seal is NULL. */
int trial_make(struct db *d, struct arena *m, const struct trial_new *t, struct span *public_id,
	struct err *e) ATTR_MUST_USE;

struct trial {
	int64_t id;
	struct span public_id;
	int64_t actor_id; // who asked for it; 0: the account is gone
	enum trial_kind kind;
	enum trial_state state;
	int64_t made_at;  // unix us
	int64_t ended_at; // INT64_MIN: not yet
	struct span host; // of the judge that took it
	struct span fault;
	struct span wanted;
	struct span answer; // SPAN_NONE: there is none yet, or never
};

/* By id or, where that is 0, by public id. ERR_NOT_FOUND. */
struct trial_look {
	int64_t id;
	struct span public_id;
	const struct envelope *seal;
};
int trial_get(struct db *d, struct arena *m, const struct trial_look *look, struct trial *out,
	struct err *e) ATTR_MUST_USE;

/* The job's side. */
int trial_begin(struct db *d, int64_t id, struct span host, struct err *e) ATTR_MUST_USE;

/* Its end, once; answer SPAN_NONE: the judge failed, as fault says. In the caller's transaction. */
struct trial_end {
	const struct trial *trial;
	struct span answer;
	struct span fault;
	const struct envelope *seal;
};
int trial_end(
	struct tx *tx, struct arena *m, const struct trial_end *t, struct err *e) ATTR_MUST_USE;

/* Forgets what is older than TRIAL_KEEP_DAYS. */
int trial_purge(struct db *d, struct err *e) ATTR_MUST_USE;

#endif
