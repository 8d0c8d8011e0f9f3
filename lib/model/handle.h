#ifndef MODEL_HANDLE_H
#define MODEL_HANDLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Handles at Codeforces that an account has proved to be its own. The account says which one it is,
 * and shows it where only the owner of the handle can: by a submission that does not compile, to a
 * problem that is named and within HANDLE_COMPILE_S, or by a word in the profile's organisation.
 * A job looks for it (jobs/kind/handle.c) until it is there or the time is over. Or it signs in at
 * Codeforces (model/codeforces_openid.h), which needs no claim.
 */
struct codeforces_desk;
struct db;
struct tx;

/* The handle that the account has proved, as Codeforces writes it; SPAN_NONE: none. */
int handle_of_user(struct db *d, struct arena *m, int64_t user_id, struct span *handle,
	struct err *e) ATTR_MUST_USE;

/* Whether the account has proved this handle, in whatever case it is given. */
int handle_is_proved(struct db *d, struct arena *m, int64_t user_id, struct span handle, bool *out,
	struct err *e) ATTR_MUST_USE;

enum handle_way {
	HANDLE_COMPILE,
	HANDLE_ORGANIZATION
};

enum handle_state {
	HANDLE_WAITS,
	HANDLE_PROVED,
	HANDLE_FAILED
};

struct handle_claim {
	struct span handle;
	enum handle_way way;
	struct span problem; // "4/A", of HANDLE_COMPILE
	struct span token;   // "podium-…", of HANDLE_ORGANIZATION
	int64_t made_at;     // unix us
	int64_t expires_at;
	enum handle_state state;
	struct span why; // it failed
	bool is_over;    // the time is, by the database's clock
};

/* Begins anew, whatever was claimed before, and enqueues the job. ERR_INVALID on field "handle". */
int handle_claim(struct db *d, struct arena *m, int64_t user_id, struct span handle,
	enum handle_way way, struct err *e) ATTR_MUST_USE;

/*
 * The account has shown elsewhere that the handle, as Codeforces writes it, is its own: it is the
 * member who was followed under it, with all that is known, or a new one, who is synced at once;
 * what it claimed before is dropped. ERR_CONFLICT: another account here has proved it.
 */
int handle_take(struct db *d, struct arena *m, int64_t user_id, struct span handle,
	struct err *e) ATTR_MUST_USE;

/* ERR_NOT_FOUND: nothing is claimed. */
int handle_claim_get(struct db *d, struct arena *m, int64_t user_id, struct handle_claim *out,
	struct err *e) ATTR_MUST_USE;

/* Nothing is looked for any more. */
int handle_claim_drop(struct db *d, int64_t user_id, struct err *e) ATTR_MUST_USE;

/* Which claim a job looks for: one that was begun anew has a job of its own. */
struct handle_order {
	int64_t user_id;
	int64_t made_at;
};

/* The next look, in the caller's transaction; job_wake(d, "prove") after the commit. */
int handle_look_later(
	struct tx *tx, struct arena *m, const struct handle_order *o, struct err *e) ATTR_MUST_USE;

/*
 * Looks once at Codeforces, as a player's Sync. *done: the claim is proved, failed or gone;
 * otherwise it is to be looked for again. When it is proved, the account is the member who was
 * followed under the handle, with all that is known, or a new one, and is synced at once. Errors of
 * codeforces_call; what is permanent ends the claim instead.
 */
int handle_look(struct codeforces_desk *desk, struct db *d, struct arena *m,
	const struct handle_order *o, bool *done, struct err *e) ATTR_MUST_USE;

#endif
