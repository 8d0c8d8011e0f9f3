#include "model/problem_right.h"

#include "db/db.h"
#include "model/user.h"

#define READ  (PROBLEM_MAY_READ | PROBLEM_MAY_SUBMIT)
#define WRITE (READ | PROBLEM_MAY_DATA | PROBLEM_MAY_EDIT | PROBLEM_MAY_DELETE)

unsigned problem_rights(
	const struct user *user, int64_t owner_id, enum problem_visibility visibility)
{
	if (user_has(user, ROLE_JURY) || user_has(user, ROLE_ADMIN))
		return WRITE | PROBLEM_MAY_SIGN;
	/* An owner who is no creator any more keeps the sight of his problems and loses the pen. */
	if (user != NULL && owner_id != 0 && user->id == owner_id)
		return user_has(user, ROLE_CREATOR) ? WRITE : READ | PROBLEM_MAY_DATA;
	if (visibility == PROBLEM_PUBLIC)
		return user != NULL ? READ : PROBLEM_MAY_READ;
	return 0;
}

bool problem_may_create(const struct user *user)
{
	return user_has(user, ROLE_CREATOR) || user_has(user, ROLE_JURY) ||
	       user_has(user, ROLE_ADMIN);
}

int problem_find(struct db *d, struct arena *m, const struct problem_ask *ask,
	struct problem_ref *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_problem_find, ARGS(arg_text(ask->name)), &row, e) != 0) {
		if (e->kind != ERR_NOT_FOUND)
			return -1;
		*e = (struct err){ 0 };
		return err_set(e, ERR_NOT_FOUND, "there is no such problem");
	}
	*out = (struct problem_ref){
		.id = row_i64(&row, problem_find_id),
		.version_id = row_i64(&row, problem_find_version_id),
		.owner_id = row_i64(&row, problem_find_owner_id),
		.visibility = (enum problem_visibility)row_i64(&row, problem_find_visibility),
		.slug = row_text(&row, problem_find_slug),
	};
	out->rights = problem_rights(ask->user, out->owner_id, out->visibility);
	if ((out->rights & PROBLEM_MAY_READ) == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such problem");
	if ((out->rights & ask->need) == ask->need)
		return 0;
	if (ask->user == NULL)
		return err_set(e, ERR_AUTH, "sign in first");
	return err_set(e, ERR_FORBIDDEN, "only its creator and the jury may do that");
}
