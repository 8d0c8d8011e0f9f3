#include "fcgi/api_doc.h"

#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "model/user.h"
#include "net/json.h"

void api_put(struct ctx *c, const struct shape *s, const void *value)
{
	struct json_out j;

	response_type(c->res, "application/json");
	json_begin(&j, response_body(c->res));
	shape_put(&j, s, value);
}

struct shape_list api_roles(struct arena *m, unsigned roles)
{
	struct span *v = arena_new_array(m, struct span, ROLE_ADMIN);
	size_t n = 0;

	for (int r = ROLE_MEMBER; r <= ROLE_ADMIN; r++) {
		if ((roles & ROLE_BIT(r)) != 0)
			v[n++] = span_of(role_name((enum role)r));
	}
	return (struct shape_list){ v, n };
}

int api_read_query(struct ctx *c, void *out, struct err *e)
{
	const struct field_table *t = &c->route->doc->query;
	struct field *given = arena_new_array(c->mem, struct field, t->n + 1);
	struct field_errors errors;
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		if (!t->partial || request_query(c->req, t->f[i].name).p != NULL)
			given[n++] = t->f[i];
	if (form_read_query(c->req, c->mem, given, n, out, &errors) != 0)
		return form_fail(&errors, e);
	return 0;
}

int api_read_body(struct ctx *c, void *out, struct err *e)
{
	return form_read_json(c->req, c->mem, &c->route->doc->body, out, e);
}
