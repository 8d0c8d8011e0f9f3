/* The JSON API for people, from the same tables as openapi.json. */
#include "base/attr.h"
#include "fcgi/api_doc.h"
#include "fcgi/openapi.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "gen/tmpl.h"
#include "model/rate.h"
#include "view/api.h"

static const char *field_type(struct arena *m, const struct field *f)
{
	switch (f->type) {
	case FIELD_TYPE_TEXT:
	case FIELD_TYPE_LINE:
		return arena_printf(m, "text of at most %lld bytes", (long long)f->most);
	case FIELD_TYPE_INT:
		return arena_printf(m, "whole number from %lld to %lld", (long long)f->least,
			(long long)f->most);
	case FIELD_TYPE_SET:
		break;
	case FIELD_TYPE_FLAG:
		return "true or false";
	}
	const char *text = "list of";

	for (size_t i = 0; f->name_at(i) != NULL; i++)
		text = arena_printf(m, "%s%s %s", text, i > 0 ? "," : "", f->name_at(i));
	return text;
}

static size_t add_fields(struct arena *m, const struct field_table *t, struct api_item *v, size_t n)
{
	for (size_t i = 0; i < t->n; i++)
		v[n++] = (struct api_item){ .name = t->f[i].name,
			.type = field_type(m, &t->f[i]),
			.is_required = api_field_required(t, &t->f[i]) };
	return n;
}

static struct api_items body_of(struct arena *m, const struct field_table *t)
{
	struct api_item *v = arena_new_array(m, struct api_item, t->n + 1);

	return (struct api_items){ v, add_fields(m, t, v, 0) };
}

static struct api_items params_of(struct arena *m, const struct api_doc *doc)
{
	struct api_item *v = arena_new_array(m, struct api_item, doc->n_params + doc->query.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < doc->n_params; i++) {
		const struct api_param *p = &doc->params[i];

		v[n++] = (struct api_item){ .name = p->name,
			.type = p->most == 0 ? "text"
					     : arena_printf(m, "whole number from %lld to %lld",
						       (long long)p->least, (long long)p->most),
			.text = p->text };
	}
	n = add_fields(m, &doc->query, v, n);
	return (struct api_items){ v, n };
}

static size_t count_members(const struct shape *s)
{
	size_t n = s->n;

	for (size_t i = 0; i < s->n; i++)
		n += s->fields[i].of != NULL ? count_members(s->fields[i].of) : 0;
	return n;
}

/* Members of what is inside follow their holder, with its name in front. */
static size_t add_members(
	struct arena *m, const struct shape *s, const char *prefix, struct api_item *v, size_t n)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct shape_field *f = &s->fields[i];

		v[n++] = (struct api_item){ .name = arena_printf(m, "%s%s", prefix, f->name),
			.type = shape_type_text(f),
			.text = f->text };
		if (f->of != NULL)
			n = add_members(m, f->of,
				arena_printf(m, "%s%s%s.", prefix, f->name,
					f->type == SHAPE_TYPE_LIST ? "[]" : ""),
				v, n);
	}
	return n;
}

static struct api_results answers_of(struct arena *m, const struct api_doc *doc)
{
	struct api_result *v = arena_new_array(m, struct api_result, countof(doc->answers));
	size_t n = 0;

	for (; n < countof(doc->answers) && doc->answers[n].status != 0; n++) {
		const struct api_answer *a = &doc->answers[n];

		v[n] = (struct api_result){ .status = arena_printf(m, "%d", a->status),
			.text = a->text };
		if (a->shape != NULL) {
			struct api_item *items =
				arena_new_array(m, struct api_item, count_members(a->shape));

			v[n].items =
				(struct api_items){ items, add_members(m, a->shape, "", items, 0) };
		}
	}
	return (struct api_results){ v, n };
}

static const char *who_of(struct arena *m, const struct route *r)
{
	if (r->need == ROLE_GUEST)
		return "everybody";
	if (r->scope == SCOPE_NONE)
		return arena_printf(m, "%s, with an access token", role_name(r->need));
	return arena_printf(m, "%s, with an access token or one of scope %s", role_name(r->need),
		scope_name(r->scope));
}

static const char *limit_of(struct arena *m, const struct route *r)
{
	const struct rate_rule *rule = r->limit != NULL ? rate_rule_find(r->limit) : NULL;

	if (rule == NULL)
		return NULL;
	return arena_printf(m, "%d requests in %d s", rule->most, rule->window_s);
}

static struct api_entry entry_of(struct arena *m, const struct route *r)
{
	const char *path = api_path(m, r->pattern);
	char *id = arena_printf(m, "%s%s", method_name(r->method), path);

	for (char *p = id; *p != '\0'; p++) {
		if (*p == '/' || *p == '{' || *p == '}')
			*p = '-';
	}
	return (struct api_entry){ .id = id,
		.method = method_name(r->method),
		.path = path,
		.summary = r->doc->summary,
		.text = r->doc->text,
		.who = who_of(m, r),
		.limit = limit_of(m, r),
		.params = params_of(m, r->doc),
		.body = body_of(m, &r->doc->body),
		.answers = answers_of(m, r->doc) };
}

static struct api_items scopes_of(struct arena *m)
{
	struct api_item *v = arena_new_array(m, struct api_item, n_scopes);

	for (size_t i = 0; i < n_scopes; i++)
		v[i] = (struct api_item){ .name = scopes[i].name, .text = scopes[i].text };
	return (struct api_items){ v, n_scopes };
}

int page_api(struct ctx *c, struct err *e)
{
	struct api_entry *v = arena_new_array(c->mem, struct api_entry, n_routes);
	struct api_view view = { .scopes = scopes_of(c->mem) };
	struct viewer viewer;
	size_t n = 0;

	for (size_t i = 0; i < n_routes; i++) {
		if (routes[i].doc != NULL)
			v[n++] = entry_of(c->mem, &routes[i]);
	}
	view.entries = (struct api_entries){ v, n };
	viewer_read(c->req, &viewer);
	view.page = page_start(c, &viewer, "API", NAV_NONE);
	view.page.description = "Podium for programs: every address of the JSON API, what it takes "
				"and what it answers.";
	return response_html(c->res, page_api_html, &view, e);
}
