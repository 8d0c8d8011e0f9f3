#ifndef MODEL_USER_H
#define MODEL_USER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;

/* Each role may do what those before it may. The numbers stand in the database. */
enum role {
	ROLE_GUEST,
	ROLE_MEMBER,
	ROLE_COACH,
	ROLE_CREATOR,
	ROLE_JURY,
	ROLE_ADMIN
};

const char *role_name(enum role r);               // "admin"
bool role_find(struct span name, enum role *out); // not "guest", which no account has

/* Who is signed in, or an account. No password in it: a page cannot show what it cannot reach. */
struct user {
	int64_t id;
	struct span email;
	struct span name;
	enum role role;
	bool disabled;
};

struct user_new {
	struct span email; // kept as written; two that differ in case only are one account
	struct span name;
	enum role role;
	struct span password; // 8 to 72 bytes
};

/* ERR_CONFLICT if the email is taken; ERR_INVALID names the field that was refused. */
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
 * The account if the password is right and the account is not disabled; otherwise ERR_AUTH, which
 * does not tell an unknown email from a wrong password and takes the same time for both.
 */
int user_sign_in(struct db *d, struct arena *m, struct span email, struct span password,
	struct user **out, struct err *e) ATTR_MUST_USE;

/* Ends the account's sessions too. */
int user_set_password(struct db *d, struct arena *m, int64_t id, struct span password,
	struct err *e) ATTR_MUST_USE;
int user_set_role(
	struct db *d, struct arena *m, int64_t id, enum role role, struct err *e) ATTR_MUST_USE;

/* Admins whose account is not disabled. */
int user_admin_count(struct db *d, struct arena *m, int64_t *out, struct err *e) ATTR_MUST_USE;

/*
 * Makes the first admin, admin@localhost, unless there is one; two callers at once make one. *made
 * tells which. An empty password gives a random one, which is returned in *password.
 */
int user_first_admin(struct db *d, struct arena *m, struct span *password, bool *made,
	struct err *e) ATTR_MUST_USE;

#endif
