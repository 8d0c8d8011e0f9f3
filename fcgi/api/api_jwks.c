/* The public halves of the keys that sign access tokens, for programs that check them themselves.
 */
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/response.h"
#include "model/keyring.h"

const struct api_doc api_jwks_doc = {
	.summary = "The keys that sign access tokens",
	.text = "A JSON Web Key Set (RFC 7517). Access tokens are JWTs signed with RS256.",
	.answers = { { 200, NULL, "the public halves" } },
};

int api_jwks(struct ctx *c, struct err *e)
{
	struct span json;

	if (keyring_public(c->db, c->mem, &json, e) != 0)
		return -1;
	response_type(c->res, "application/json");
	buf_add_span(response_body(c->res), json);
	return 0;
}
