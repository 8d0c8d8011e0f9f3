#ifndef NET_CODEFORCES_OPENID_H
#define NET_CODEFORCES_OPENID_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "net/oauth.h"

/*
 * Codeforces as an OpenID provider: where its consent page and its tokens are stands in its
 * configuration (OpenID Connect Discovery 1.0); it signs id tokens with HS256 under the client's
 * secret. Calls pass the gate as all others do. Codes and secrets never get into an error's text or
 * into the log.
 */
struct codeforces;
struct config;

/* Whether client, secret and the way back are set. */
bool codeforces_openid_configured(const struct config *conf);

/* Paths below the base address. */
struct codeforces_provider {
	const char *consent_path;
	const char *token_path;
};

/* What the provider says of itself, as text for codeforces_provider_read. */
int codeforces_provider_fetch(
	struct codeforces *cf, struct arena *m, struct span *out, struct err *e) ATTR_MUST_USE;

/*
 * ERR_TEMPORARY if it is not the provider of that base address, names addresses elsewhere, or does
 * not sign with HS256. Pure.
 */
int codeforces_provider_read(struct span text, const char *base, struct arena *m,
	struct codeforces_provider *out, struct err *e) ATTR_MUST_USE;

/* The address to send the browser to. */
const char *codeforces_consent_url(const struct config *conf, struct arena *m,
	const struct codeforces_provider *p, const struct oauth_consent *c);

/*
 * A code of the callback for an id token, which nobody has checked yet. A code is good once: this
 * is never asked twice. ERR_AUTH: the code was used, is too old or somebody else's; ERR_TEMPORARY:
 * anything else.
 */
int codeforces_exchange(struct codeforces *cf, struct arena *m, const struct codeforces_provider *p,
	const struct oauth_code *code, struct span *id_token, struct err *e) ATTR_MUST_USE;

#endif
