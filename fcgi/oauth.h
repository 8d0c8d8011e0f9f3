#ifndef FCGI_OAUTH_H
#define FCGI_OAUTH_H

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "fcgi/ctx.h"
#include "model/identity.h"
#include "net/oauth.h"

/*
 * Going to a provider's consent page and coming back. Leaving is a POST: it changes what is stored
 * and sets a cookie, and so no other site can send a member there. The way back is the provider's
 * GET, which is believed only with a state that was given out here, once, to this browser.
 */

/* Begins a visit: consent gets its state, nonce and challenge. Its cookie is set by this. */
int oauth_start(struct ctx *c, const struct oauth_visit *visit, struct oauth_consent *consent,
	struct err *e) ATTR_MUST_USE;

/* Answers with a page that leads on to the address of the consent page. */
int oauth_leave(
	struct ctx *c, enum oauth_purpose purpose, const char *to, struct err *e) ATTR_MUST_USE;

/* What came back. */
struct oauth_return {
	struct oauth_visit visit;
	struct oauth_secrets secrets;
	struct span code;
};

/*
 * Ends the visit that the request names, one to "Google" or "Codeforces". ERR_AUTH when there is
 * none, when it is over, another browser's, another account's or to another provider, or when there
 * is no code; ERR_FORBIDDEN when the permission was refused there; ERR_TEMPORARY when the provider
 * did not take the request. back->visit is filled as far as it is known.
 */
int oauth_finish(
	struct ctx *c, const char *whom, struct oauth_return *back, struct err *e) ATTR_MUST_USE;

/* A failure that the member may read about becomes a page of its own; ours and the database's are
 * given on in *e. */
int oauth_fail(struct ctx *c, enum oauth_purpose purpose, const struct err *why,
	struct err *e) ATTR_MUST_USE;

#endif
