#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/openapi.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "net/json.h"

const struct api_doc api_openapi_doc = {
	.summary = "This description",
	.text = "OpenAPI 3.1, made from the tables that the program itself works by.",
	.answers = { { 200, NULL, "the description" } },
};

int api_openapi(struct ctx *c, struct err *e)
{
	struct json_out j;

	(void)e;
	response_type(c->res, "application/json");
	json_begin(&j, response_body(c->res));
	openapi_put(&j, routes, n_routes);
	return 0;
}
