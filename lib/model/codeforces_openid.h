#ifndef MODEL_CODEFORCES_OPENID_H
#define MODEL_CODEFORCES_OPENID_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "net/codeforces_openid.h"

/* Whose handle somebody is who came back from Codeforces' consent page. */
struct codeforces_desk;

/* The provider's configuration, kept for CODEFORCES_PROVIDER_S. */
int codeforces_provider(struct codeforces_desk *d, struct arena *m, struct codeforces_provider *out,
	struct err *e) ATTR_MUST_USE;

struct codeforces_visit {
	struct oauth_code code;
	struct span nonce;
	int64_t now_s;
};

/*
 * The handle that the id token of this visit names: signed under our secret, by Codeforces, for us,
 * now (CODEFORCES_SKEW_S apart at most). A nonce must be this visit's; Codeforces may leave it out,
 * as code and verifier bind the token to the visit. ERR_AUTH if anything does not fit;
 * ERR_TEMPORARY when Codeforces cannot be asked.
 */
int codeforces_openid_handle(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_visit *v, struct span *handle, struct err *e) ATTR_MUST_USE;

#endif
