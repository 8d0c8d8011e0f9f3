#ifndef MODEL_USER_H
#define MODEL_USER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;

/*
 * What a route asks for, and what an account has: a set. Every account is a member; an admin may do
 * everything, jury may do what creators may. ROLE_BIT stands in the database.
 */
enum role {
	ROLE_GUEST,
	ROLE_MEMBER,
	ROLE_COACH,
	ROLE_CREATOR,
	ROLE_JURY,
	ROLE_ADMIN
};
#define ROLE_BIT(r) (1U << ((r)-1)) // not of ROLE_GUEST, which no account has
#define ROLES_ALL   ((1U << ROLE_ADMIN) - 1)

const char *role_name(enum role r); // "admin"

/* "coach, jury"; "member" only if there is nothing else to say. */
const char *roles_text(struct arena *m, unsigned roles);

/* Reads names with commas between them; member is always added. ERR_INVALID on field "role". */
int roles_parse(struct span names, unsigned *roles, struct err *e) ATTR_MUST_USE;

/* Who is signed in, or an account. No password in it: a page cannot show what it cannot reach. */
struct user {
	int64_t id;
	struct span email;
	struct span name;
	unsigned roles;
	bool disabled;
};

bool user_has(const struct user *u, enum role r); // NULL is a guest

struct user_new {
	struct span email; // kept as written; two that differ in case only are one account
	struct span name;
	unsigned roles;
	struct span password; // SPAN_NONE: none, the account is entered another way
	bool is_verified;     // whoever makes the account vouches for the address
};

/*
 * A free handle made of a name: its letters and digits, "member" if they are too few, and random
 * letters behind it if that is taken.
 */
int user_handle_for(struct db *d, struct arena *m, struct span name, struct span *out,
	struct err *e) ATTR_MUST_USE;

/* With a handle made of the name. ERR_CONFLICT if the email is taken; ERR_INVALID names the field
 * that was refused. */
int user_create(struct db *d, struct arena *m, const struct user_new *u, int64_t *id,
	struct err *e) ATTR_MUST_USE;

/* ERR_NOT_FOUND. */
int user_by_email(struct db *d, struct arena *m, struct span email, struct user **out,
	struct err *e) ATTR_MUST_USE;

struct user_list {
	const struct user *v;
	size_t n;
};
/* All accounts, in the order in which they were made. */
int user_list(struct db *d, struct arena *m, struct user_list *out, struct err *e) ATTR_MUST_USE;

/*
 * The account if the password is right, the address is confirmed and the account is not disabled;
 * otherwise ERR_AUTH, which does not tell these from an unknown email and takes the same time for
 * all. After GUESS_FREE wrong ones an address is locked, whether it has an account or not:
 * ERR_LIMIT with retry_after_s, and the owner gets a mail with a link that unlocks it.
 */
int user_sign_in(struct db *d, struct arena *m, struct span email, struct span password,
	struct user **out, struct err *e) ATTR_MUST_USE;

/* Ends the account's sessions, programs and tokens, its lock after wrong passwords and the links of
 * its mails, too. */
int user_set_password(struct db *d, struct arena *m, int64_t id, struct span password,
	struct err *e) ATTR_MUST_USE;

/*
 * Ends the account's sessions too: what was signed in with other rights signs in anew. Inside a
 * transaction. ERR_CONFLICT if nobody would be an admin then.
 */
int user_set_roles(
	struct db *d, struct arena *m, int64_t id, unsigned roles, struct err *e) ATTR_MUST_USE;

/* Admins whose account is not disabled. */
int user_admin_count(struct db *d, struct arena *m, int64_t *out, struct err *e) ATTR_MUST_USE;

/*
 * Makes the first admin, admin@localhost, unless there is one; two callers at once make one. *made
 * tells which. An empty password gives a random one, which is returned in *password.
 */
int user_first_admin(struct db *d, struct arena *m, struct span *password, bool *made,
	struct err *e) ATTR_MUST_USE;

#endif
