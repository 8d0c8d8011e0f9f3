#ifndef JOBS_KIND_H
#define JOBS_KIND_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/job_run.h"

struct cache;
struct codeforces_desk;
struct config;
struct db;
struct envelope;
struct http;
struct tx;

/* What a job's function can reach. The arena is reset after the job. */
struct job_ctx {
	struct arena *mem;
	const struct config *conf;
	struct db *db;
	struct cache *cache;         // NULL when VALKEY_URI is of no use
	const struct envelope *seal; // NULL while ENCRYPTION_KEY is not set
	struct http *http;
	struct codeforces_desk *codeforces;
	int64_t id;  // stable over attempts: the idempotency key for effects outside the database
	int attempt; // 1 at the first run
	struct span payload; // JSON object
	struct job_run *run; // the worker's own; for job_settle
};

/*
 * 0: done. -1: ERR_TEMPORARY and ERR_LIMIT are tried again after the kind's wait or
 * e->retry_after_s; every other kind of error is final and the job is kept as dead.
 */
typedef int job_fn(struct job_ctx *c, struct err *e);

/*
 * For effects in the database that must happen exactly once: called last in the transaction that
 * makes them, it finishes the job in the same commit. ERR_CONFLICT when the job is no longer this
 * worker's: return -1, and the transaction goes with it.
 */
int job_settle(struct job_ctx *c, struct tx *tx, struct err *e) ATTR_MUST_USE;

/* Who holds the job, for statements that do nothing for one that is another worker's by now. */
struct job_hold job_held(const struct job_ctx *c);

struct kind {
	const char *name; // as in lib/model/job_kind.c
	job_fn *run;
};

/* The functions of all kinds: jobs/kinds.c. */
extern const struct kind kinds[];
extern const size_t n_kinds;

job_fn kind_account_delete;
job_fn kind_alert_watch, kind_alert_send, kind_audit_verify;
job_fn kind_calendar_sync, kind_calendar_leave, kind_calendar_tend;
job_fn kind_handle_prove;
job_fn kind_member_sync, kind_member_missed, kind_member_sweep, kind_member_remind;
job_fn kind_member_contest;
job_fn kind_cf_sync, kind_cf_sync_missed;
job_fn kind_room_turn, kind_room_tend, kind_room_problems;
job_fn kind_account_letter, kind_mail_send, kind_mail_given_up;
job_fn kind_problem_import, kind_problem_verify, kind_problem_verify_over;
job_fn kind_judge_build, kind_judge_run, kind_judge_given_up;
job_fn kind_judge_trial, kind_judge_trial_over;
job_fn kind_maintenance_purge, kind_fetch_source, kind_fetch_all, kind_fetch_due;

#endif
