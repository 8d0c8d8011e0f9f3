#ifndef MODEL_ADMIN_H
#define MODEL_ADMIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * What an admin does, each with its row of the audit in the same commit. What is so already is
 * done without a row: a form that was sent twice changes nothing the second time.
 */
struct db;

struct admin {
	int64_t id;          // who acts; 0: the operator, at the command line
	struct span address; // and from where
};

/*
 * A dead job begins anew, a waiting one runs now; or away with one that does not run. ERR_CONFLICT,
 * with what the job is, if it is neither any more; ERR_NOT_FOUND if it is gone.
 */
int admin_job_retry(struct db *d, struct arena *m, const struct admin *who, int64_t id,
	struct err *e) ATTR_MUST_USE;
int admin_job_discard(struct db *d, struct arena *m, const struct admin *who, int64_t id,
	struct err *e) ATTR_MUST_USE;

/* By whom it was paused stands beside the queue. for_s 0: until it is resumed. ERR_NOT_FOUND for an
 * unknown queue. */
int admin_queue_pause(struct db *d, struct arena *m, const struct admin *who, const char *queue,
	int64_t for_s, struct err *e) ATTR_MUST_USE;
int admin_queue_resume(struct db *d, struct arena *m, const struct admin *who, const char *queue,
	struct err *e) ATTR_MUST_USE;

struct admin_queue_set {
	const char *name;
	const int64_t *max_running; // 0: no limit; NULL: as it is
	const int64_t *weight;      // NULL: as it is
};

/* ERR_INVALID outside the limits of model/job_admin.h. */
int admin_set_queue(struct db *d, struct arena *m, const struct admin *who,
	const struct admin_queue_set *q, struct err *e) ATTR_MUST_USE;

struct cron_switch;

/* A schedule goes off or on. ERR_NOT_FOUND. */
int admin_cron_switch(struct db *d, struct arena *m, const struct admin *who,
	const struct cron_switch *to, struct err *e) ATTR_MUST_USE;

/*
 * The account's roles are these and no others; its sessions end if that is a change. ERR_FORBIDDEN
 * for one's own admin role, ERR_NOT_FOUND for an unknown account.
 */
int admin_user_roles(struct db *d, struct arena *m, const struct admin *who, int64_t id,
	unsigned roles, struct err *e) ATTR_MUST_USE;

/* Nobody signs in with a locked account, and its sessions end. ERR_FORBIDDEN for one's own. */
int admin_user_lock(struct db *d, struct arena *m, const struct admin *who, int64_t id,
	struct err *e) ATTR_MUST_USE;

/* Undoes that, and the lock that wrong passwords brought. */
int admin_user_unlock(struct db *d, struct arena *m, const struct admin *who, int64_t id,
	struct err *e) ATTR_MUST_USE;

/* Writes down that the account's owner was sent a link to a new password. */
int admin_user_reset(struct db *d, struct arena *m, const struct admin *who, int64_t id,
	struct err *e) ATTR_MUST_USE;

/* Ends all of the account's sessions. */
int admin_user_sign_out(struct db *d, struct arena *m, const struct admin *who, int64_t id,
	struct err *e) ATTR_MUST_USE;

/* A mail that was given up or kept is tried anew; or what a mail says is wiped, so that it never
 * leaves. ERR_CONFLICT when there is nothing left to do that to. */
int admin_mail_again(struct db *d, struct arena *m, const struct admin *who, int64_t id,
	struct err *e) ATTR_MUST_USE;
int admin_mail_discard(struct db *d, struct arena *m, const struct admin *who, int64_t id,
	struct err *e) ATTR_MUST_USE;

/* ---- reading --------------------------------------------------------------------------------- */

struct admin_user {
	int64_t id;
	struct span name;
	struct span email;
	struct span handle; // SPAN_NONE: not chosen
	unsigned roles;
	bool disabled; // locked by an admin
	bool verified;
	int64_t locked_until; // by wrong passwords; INT64_MIN: never was
	int64_t created_at;
	int64_t signed_in_at; // INT64_MIN: never

	/* By admin_user_get only. */
	bool has_password;
	int failed_count;
	int64_t sessions;
};

struct admin_users {
	struct admin_user *v;
	size_t n;
	bool more; // there are some behind the last one
};

struct admin_user_filter {
	struct span words; // a part of name, address or handle; SPAN_NONE: everybody
	int64_t before_id; // 0: from the newest
	int limit;
};

/* The newest accounts first. */
int admin_user_list(struct db *d, struct arena *m, const struct admin_user_filter *f,
	struct admin_users *out, struct err *e) ATTR_MUST_USE;

/* ERR_NOT_FOUND. */
int admin_user_get(struct db *d, struct arena *m, int64_t id, struct admin_user *out,
	struct err *e) ATTR_MUST_USE;

struct admin_name {
	int64_t id;
	struct span name;
};

struct admin_names {
	struct admin_name *v;
	size_t n;
};

/* The names of these accounts; some may be missing. */
int admin_names(struct db *d, struct arena *m, const int64_t *ids, size_t n,
	struct admin_names *out, struct err *e) ATTR_MUST_USE;

struct admin_replica {
	struct span address;
	struct span state;
	int64_t lag_ms; // -1: not known
};

struct admin_counts {
	int64_t users;
	int64_t disabled;
	int64_t sessions;
	int64_t db_size;
	int64_t db_connections;
	int db_max;
	struct span db_version;
	int64_t mails_waiting;
	int64_t mails_dead;
	int64_t mails_kept; // no SMTP_URL was set
	struct admin_replica *replicas;
	size_t n_replicas;
};

/* Of the accounts and the database. */
int admin_count_all(
	struct db *d, struct arena *m, struct admin_counts *out, struct err *e) ATTR_MUST_USE;

#endif
