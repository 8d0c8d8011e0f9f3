#ifndef AUTH_PASSWORD_RULES_H
#define AUTH_PASSWORD_RULES_H

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Whether a new password may be taken: 8 characters to 72 bytes, none of the passwords that
 * everybody tries first however they are dressed up (digits and marks around them, 0 for o, other
 * case), no run or repetition, and neither the name nor the address of the account. ERR_INVALID on
 * field "password" says which it was. email and name may be SPAN_NONE.
 */
int password_rules(
	struct span password, struct span email, struct span name, struct err *e) ATTR_MUST_USE;

#endif
