#include "net/oauth.h"

#include "net/http.h"

void oauth_put(struct buf *b, struct arena *m, const char *name, struct span value)
{
	if (value.p == NULL)
		return;
	if (buf_size(b) > 0)
		buf_addc(b, '&');
	buf_addf(b, "%s=%s", name, http_escape(m, value));
}

void oauth_put_consent(
	struct buf *b, struct arena *m, const struct oauth_client *k, const struct oauth_consent *c)
{
	oauth_put(b, m, "client_id", span_of(k->id));
	oauth_put(b, m, "redirect_uri", span_of(k->redirect_url));
	oauth_put(b, m, "response_type", SPAN("code"));
	oauth_put(b, m, "scope", span_of(c->scope));
	oauth_put(b, m, "state", c->state);
	oauth_put(b, m, "nonce", c->nonce);
	oauth_put(b, m, "code_challenge", c->challenge);
	oauth_put(b, m, "code_challenge_method", SPAN("S256"));
}

void oauth_put_exchange(
	struct buf *b, struct arena *m, const struct oauth_client *k, const struct oauth_code *c)
{
	oauth_put(b, m, "grant_type", SPAN("authorization_code"));
	oauth_put(b, m, "code", c->code);
	oauth_put(b, m, "code_verifier", c->verifier);
	oauth_put(b, m, "redirect_uri", span_of(k->redirect_url));
	oauth_put(b, m, "client_id", span_of(k->id));
	oauth_put(b, m, "client_secret", span_of(k->secret));
}
