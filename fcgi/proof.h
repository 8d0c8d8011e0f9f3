#ifndef FCGI_PROOF_H
#define FCGI_PROOF_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/err.h"
#include "fcgi/ctx.h"
#include "view/settings.h"

/*
 * What a mere session must not do, because somebody may have found a browser open: the member shows
 * once more who he is. He is asked for all that he has, password and code; an account with neither,
 * which came through Google, must have signed in within ten minutes.
 */

/* What to ask for, for templates/part/proof.html. */
int proof_ask(const struct ctx *c, struct proof_fields *out, struct err *e) ATTR_MUST_USE;

/*
 * Judges the fields password and code of the form. *right tells, and f says what was wrong. Wrong
 * ones count to the lock of the account; while it is locked the answer is ERR_LIMIT.
 */
int proof_check(struct ctx *c, struct proof_fields *f, bool *right, struct err *e) ATTR_MUST_USE;

/*
 * The same for what a sign-in of the last ten minutes proves as well: then nothing is asked for.
 */
int proof_ask_unless_fresh(
	const struct ctx *c, struct proof_fields *out, struct err *e) ATTR_MUST_USE;
int proof_check_unless_fresh(
	struct ctx *c, struct proof_fields *f, bool *right, struct err *e) ATTR_MUST_USE;

/*
 * What a handler begins with: true if the member has shown who he is. Otherwise *answer is what the
 * handler returns; where that was his doing, again has shown the page once more with what was
 * wrong.
 */
enum proof_when {
	PROOF_ALWAYS,
	PROOF_UNLESS_FRESH
};
typedef int proof_again(struct ctx *c, const struct proof_fields *wrong, struct err *e);
bool proof_given(struct ctx *c, enum proof_when when, proof_again *again, int *answer,
	struct err *e) ATTR_MUST_USE;

/* The same for a program: ERR_FORBIDDEN if its sign-in, or the browser's, is older. */
int proof_fresh(const struct ctx *c, struct err *e) ATTR_MUST_USE;

#endif
