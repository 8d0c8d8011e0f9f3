#include "fcgi/proof.h"

#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/sign_in.h"
#include "model/bearer.h"
#include "model/grant.h"
#include "model/session.h"
#include "model/two_step.h"
#include "model/user.h"

static int ask(const struct ctx *c, bool unless_fresh, struct proof_fields *out, struct err *e)
{
	const struct two_step t = sign_in_two_step(c);
	struct two_step_status status;
	struct session_proof proof;

	if (two_step_status(&t, c->user->id, &status, e) != 0 ||
		session_proof(c->db, c->mem, c->session, &proof, e) != 0)
		return -1;
	*out = (struct proof_fields){ .email = c->user->email,
		.password = proof.has_password,
		.code = status.is_on,
		.sign_in_again = !proof.has_password && !status.is_on && !proof.is_fresh };
	if (unless_fresh && proof.is_fresh)
		out->password = out->code = false;
	return 0;
}

int proof_ask(const struct ctx *c, struct proof_fields *out, struct err *e)
{
	return ask(c, false, out, e);
}

int proof_ask_unless_fresh(const struct ctx *c, struct proof_fields *out, struct err *e)
{
	return ask(c, true, out, e);
}

static int check_password(struct ctx *c, struct proof_fields *f, struct err *e)
{
	struct span password = request_form(c->req, "password");
	struct err why = { .kind = ERR_NONE };
	struct user *user;

	if (password.n == 0) {
		f->password_error = "Enter your password.";
		return 0;
	}
	if (user_sign_in(c->db, c->mem, c->user->email, password, &user, &why) == 0)
		return 0;
	if (why.kind == ERR_AUTH) {
		f->password_error = "This is not your password.";
		return 0;
	}
	*e = why;
	return -1;
}

static int check_code(struct ctx *c, struct proof_fields *f, struct err *e)
{
	const struct two_step t = sign_in_two_step(c);
	struct span code = request_form(c->req, "code");
	struct err why = { .kind = ERR_NONE };

	if (code.n == 0) {
		f->code_error = "Enter a code.";
		return 0;
	}
	if (two_step_check(&t, c->user->id, code, &why) == 0)
		return 0;
	if (why.kind == ERR_AUTH) {
		f->code_error = "This code is wrong, or it was used already.";
		return 0;
	}
	*e = why;
	return -1;
}

/* The password first: a code is used up by being looked at. */
static int check(
	struct ctx *c, bool unless_fresh, struct proof_fields *f, bool *right, struct err *e)
{
	*right = false;
	if (ask(c, unless_fresh, f, e) != 0)
		return -1;
	if (f->password && check_password(c, f, e) != 0)
		return -1;
	if (f->code && f->password_error == NULL && check_code(c, f, e) != 0)
		return -1;
	*right = f->password_error == NULL && f->code_error == NULL && !f->sign_in_again;
	return 0;
}

int proof_check(struct ctx *c, struct proof_fields *f, bool *right, struct err *e)
{
	return check(c, false, f, right, e);
}

int proof_check_unless_fresh(struct ctx *c, struct proof_fields *f, bool *right, struct err *e)
{
	return check(c, true, f, right, e);
}

bool proof_given(
	struct ctx *c, enum proof_when when, proof_again *again, int *answer, struct err *e)
{
	struct proof_fields f;
	bool right;

	*answer = check(c, when == PROOF_UNLESS_FRESH, &f, &right, e);
	if (*answer != 0 || right)
		return *answer == 0;
	response_status(c->res, 422);
	*answer = again(c, &f, e);
	return false;
}

int proof_fresh(const struct ctx *c, struct err *e)
{
	struct session_proof proof = { .is_fresh = false };

	if (c->bearer != NULL ? grant_is_fresh(c->db, c->mem, c->bearer->family_id, &proof.is_fresh,
					e) != 0
			      : session_proof(c->db, c->mem, c->session, &proof, e) != 0)
		return -1;
	if (proof.is_fresh)
		return 0;
	return err_set(e, ERR_FORBIDDEN,
		"sign in again first: this takes a sign-in of the last ten minutes");
}
