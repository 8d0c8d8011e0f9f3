#ifndef MODEL_SESSION_H
#define MODEL_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/user.h"

struct db;

#define SESSION_TOKEN_SIZE 64 // hex digits of 32 random bytes

/*
 * A signed-in browser. Only the hash of its token is stored, so a copy of the table signs nobody
 * in. The token for forms is made from the session's token, differently each time (csrf_token), so
 * that compressing a page does not give it away bit by bit.
 */
struct session {
	struct span token; // from the cookie
	struct user user;
	uint64_t position;  // of the primary's log after this member's last write; for db_see
	bool is_stale;      // not seen for an hour: session_seen is due
	unsigned platforms; // whose contests the member wants, bit: enum platform; 0: all
};

/* One indexed read. ERR_NOT_FOUND for a malformed, unknown or expired token. */
int session_find(struct db *d, struct arena *m, struct span token, struct session **out,
	struct err *e) ATTR_MUST_USE;

/*
 * session_find in the round trip of the request's next read: `found` is called before that returns,
 * or by session_settle, with the session; with NULL and no error if there is none; with an error
 * when it could not be read. False if the token is malformed: then it is never called.
 */
typedef void session_found(void *to, struct session *s, const struct err *e);
bool session_expect(
	struct db *d, struct arena *m, struct span token, session_found *found, void *to);
void session_settle(struct db *d); // reads it now if that has not happened

/* Who signs in, and from where: what the list of devices shows. */
struct session_new {
	int64_t user_id;
	struct span old_token; // of the session that this browser had, which ends; SPAN_NONE: none
	struct span agent;     // User-Agent as sent; what is kept is "Firefox on Linux"
	struct span address;   // what is kept is its network
};

/* A new session of SESSION_KEEP_S under a token of its own. */
int session_start(struct db *d, struct arena *m, const struct session_new *n, struct span *token,
	struct err *e) ATTR_MUST_USE;

/* Writes when the session was last used, and from where; once an hour is enough. */
int session_seen(struct db *d, struct arena *m, const struct session *s, struct span address,
	struct err *e) ATTR_MUST_USE;

/* An unknown token is as good as ended. */
int session_end(struct db *d, struct span token, struct err *e) ATTR_MUST_USE;

/* What the member can be asked for before something that a mere session must not do. */
struct session_proof {
	bool has_password;
	bool is_fresh; // signed in within ten minutes
};
int session_proof(struct db *d, struct arena *m, const struct session *s, struct session_proof *out,
	struct err *e) ATTR_MUST_USE;

/* The member's own, by the id of the list; an unknown one, or somebody else's, is left alone. */
int session_end_one(
	struct db *d, const struct session *by, struct span id, struct err *e) ATTR_MUST_USE;

/* All of the member's, and all programs that are signed in to his account. */
int session_end_all(struct db *d, int64_t user_id, struct err *e) ATTR_MUST_USE;

/* The same but this one. */
int session_end_others(struct db *d, const struct session *keep, struct err *e) ATTR_MUST_USE;

struct session_item {
	struct span id;
	struct span agent; // empty: not known
	struct span address;
	int64_t created_us;
	int64_t seen_us; // to an hour
	bool is_this;
};

struct session_list {
	const struct session_item *v;
	size_t n;
};

/* Where the member is signed in; the asking session first. */
int session_list(struct db *d, struct arena *m, const struct session *by, struct session_list *out,
	struct err *e) ATTR_MUST_USE;

/* Remembers how far a replica must have come before this member's next read may go there. */
int session_keep_position(
	struct db *d, struct span token, uint64_t position, struct err *e) ATTR_MUST_USE;

/* A token for a form of this session, and its check, which takes the same time for all inputs. */
struct span session_form_token(const struct session *s, struct arena *m);
bool session_form_token_ok(const struct session *s, struct span given);

#endif
