#ifndef MODEL_SESSION_H
#define MODEL_SESSION_H

#include <stdbool.h>
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
	uint64_t position; // of the primary's log after this member's last write; for db_see
};

/* One indexed read. ERR_NOT_FOUND for a malformed, unknown or expired token. */
int session_find(struct db *d, struct arena *m, struct span token, struct session **out,
	struct err *e) ATTR_MUST_USE;

/* A new session of SESSION_KEEP_S; the old one, if the browser had one, ends. */
int session_start(struct db *d, struct arena *m, int64_t user_id, struct span old_token,
	struct span *token, struct err *e) ATTR_MUST_USE;

/* An unknown token is as good as ended. */
int session_end(struct db *d, struct span token, struct err *e) ATTR_MUST_USE;

/* Remembers how far a replica must have come before this member's next read may go there. */
int session_keep_position(
	struct db *d, struct span token, uint64_t position, struct err *e) ATTR_MUST_USE;

/* A token for a form of this session, and its check, which takes the same time for all inputs. */
struct span session_form_token(const struct session *s, struct arena *m);
bool session_form_token_ok(const struct session *s, struct span given);

#endif
