#include "fcgi/openapi.h"

#include <string.h>

#include "fcgi/api_doc.h"
#include "fcgi/error_reply.h"
#include "fcgi/guard.h"
#include "fcgi/route.h"
#include "model/rate.h"
#include "net/json.h"

static void put(struct json_out *j, const char *key, const char *value)
{
	json_key(j, key);
	json_put_text(j, span_of(value));
}

static void put_number(struct json_out *j, const char *key, int64_t value)
{
	json_key(j, key);
	json_put_i64(j, value);
}

static void open_object(struct json_out *j, const char *key)
{
	json_key(j, key);
	json_object(j);
}

static void close_objects(struct json_out *j, int n)
{
	while (n-- > 0)
		json_object_end(j);
}

/* ---- what goes in ---- */

static void put_set(struct json_out *j, const struct field *f)
{
	put(j, "type", "array");
	open_object(j, "items");
	put(j, "type", "string");
	json_key(j, "enum");
	json_array(j);
	for (size_t i = 0; f->name_at(i) != NULL; i++)
		json_put_text(j, span_of(f->name_at(i)));
	json_array_end(j);
	json_object_end(j);
	put_number(j, "minItems", f->least);
}

/* The schema of one declared field. Its lengths are in bytes, and a character has at least one. */
static void put_field_schema(struct json_out *j, const struct field *f)
{
	json_object(j);
	switch (f->type) {
	case FIELD_TYPE_TEXT:
	case FIELD_TYPE_LINE:
		put(j, "type", "string");
		put_number(j, "minLength", f->least > 0);
		put_number(j, "maxLength", f->most);
		break;
	case FIELD_TYPE_INT:
		put(j, "type", "integer");
		put_number(j, "minimum", f->least);
		put_number(j, "maximum", f->most);
		break;
	case FIELD_TYPE_FLAG:
		put(j, "type", "boolean");
		break;
	case FIELD_TYPE_SET:
		put_set(j, f);
		break;
	}
	json_object_end(j);
}

bool api_field_required(const struct field_table *t, const struct field *f)
{
	return !t->partial && (f->type == FIELD_TYPE_INT || f->least > 0);
}

static void put_body(struct json_out *j, const struct field_table *t)
{
	open_object(j, "requestBody");
	json_key(j, "required");
	json_put_bool(j, true);
	open_object(j, "content");
	open_object(j, "application/json");
	open_object(j, "schema");
	put(j, "type", "object");
	open_object(j, "properties");
	for (size_t i = 0; i < t->n; i++) {
		json_key(j, t->f[i].name);
		put_field_schema(j, &t->f[i]);
	}
	json_object_end(j);
	json_key(j, "required");
	json_array(j);
	for (size_t i = 0; i < t->n; i++) {
		if (api_field_required(t, &t->f[i]))
			json_put_text(j, span_of(t->f[i].name));
	}
	json_array_end(j);
	json_key(j, "additionalProperties");
	json_put_bool(j, false);
	close_objects(j, 4);
}

static void begin_param(struct json_out *j, struct span name, const char *in, bool required)
{
	json_object(j);
	json_key(j, "name");
	json_put_text(j, name);
	put(j, "in", in);
	json_key(j, "required");
	json_put_bool(j, required);
}

static void put_path_params(struct json_out *j, const char *pattern)
{
	struct span rest = span_of(pattern);
	struct span piece;

	while (span_split(&rest, '/', &piece)) {
		if (!span_starts(piece, ":"))
			continue;
		begin_param(j, span_sub(piece, 1, piece.n), "path", true);
		open_object(j, "schema");
		put(j, "type", "string");
		json_object_end(j);
		json_object_end(j);
	}
}

static void put_query_param(struct json_out *j, const struct api_param *p)
{
	begin_param(j, span_of(p->name), "query", false);
	put(j, "description", p->text);
	open_object(j, "schema");
	put(j, "type", p->type);
	if (p->most != 0) {
		put_number(j, "minimum", p->least);
		put_number(j, "maximum", p->most);
	}
	json_object_end(j);
	json_object_end(j);
}

static void put_params(struct json_out *j, const struct route *r)
{
	const struct field_table *query = &r->doc->query;

	json_key(j, "parameters");
	json_array(j);
	put_path_params(j, r->pattern);
	for (size_t i = 0; i < r->doc->n_params; i++)
		put_query_param(j, &r->doc->params[i]);
	for (size_t i = 0; i < query->n; i++) {
		begin_param(j, span_of(query->f[i].name), "query",
			api_field_required(query, &query->f[i]));
		json_key(j, "schema");
		put_field_schema(j, &query->f[i]);
		json_object_end(j);
	}
	json_array_end(j);
}

/* ---- what comes out ---- */

static void put_content(struct json_out *j, const struct api_doc *doc, const struct api_answer *a)
{
	open_object(j, "content");
	open_object(j, doc->type != NULL ? doc->type : "application/json");
	json_key(j, "schema");
	if (a->shape != NULL) {
		shape_describe(j, a->shape);
	} else {
		json_object(j);
		put(j, "type", doc->type != NULL ? "string" : "object");
		json_object_end(j);
	}
	close_objects(j, 2);
}

static void put_answer(struct json_out *j, const struct api_doc *doc, const struct api_answer *a)
{
	char status[8];
	struct buf b = { 0 };
	struct span text;
	struct err ignored = { .kind = ERR_NONE };

	buf_init(&b, sizeof(status));
	buf_addf(&b, "%d", a->status);
	if (buf_finish(&b, &text, &ignored) == 0)
		open_object(j, text.p);
	buf_free(&b);
	put(j, "description", a->text);
	if (a->status != 204) // RFC 9110, 15.3.5: it has none
		put_content(j, doc, a);
	json_object_end(j);
}

static void put_refusal(struct json_out *j, const char *status, const char *response)
{
	open_object(j, status);
	put(j, "$ref", response);
	json_object_end(j);
}

static void put_answers(struct json_out *j, const struct route *r)
{
	const struct api_doc *doc = r->doc;

	open_object(j, "responses");
	for (size_t i = 0; i < countof(doc->answers) && doc->answers[i].status != 0; i++)
		put_answer(j, doc, &doc->answers[i]);
	if (r->limit != NULL)
		put_refusal(j, "429", "#/components/responses/TooOften");
	put_refusal(j, "default", "#/components/responses/Error");
	json_object_end(j);
}

/* ---- who may ---- */

static void put_security(struct json_out *j, const struct route *r)
{
	json_key(j, "security");
	json_array(j);
	if (r->need != ROLE_GUEST) {
		json_object(j);
		json_key(j, "token");
		json_array(j);
		if (r->scope != SCOPE_NONE)
			json_put_text(j, span_of(scope_name(r->scope)));
		json_array_end(j);
		json_object_end(j);
		json_object(j);
		json_key(j, "session");
		json_array(j);
		json_array_end(j);
		json_object_end(j);
	}
	json_array_end(j);
	put(j, "x-podium-role", role_name(r->need));
}

static void put_limit(struct json_out *j, const struct route *r)
{
	const struct rate_rule *rule = r->limit != NULL ? rate_rule_find(r->limit) : NULL;

	if (rule == NULL)
		return;
	open_object(j, "x-podium-limit");
	put_number(j, "most", rule->most);
	put_number(j, "seconds", rule->window_s);
	json_object_end(j);
}

static void put_operation(struct json_out *j, const struct route *r)
{
	static const char *const methods[] = { [METHOD_GET] = "get",
		[METHOD_HEAD] = "head",
		[METHOD_POST] = "post",
		[METHOD_PUT] = "put",
		[METHOD_DELETE] = "delete",
		[METHOD_OTHER] = "trace" };

	open_object(j, methods[r->method]);
	put(j, "summary", r->doc->summary);
	if (r->doc->text != NULL)
		put(j, "description", r->doc->text);
	put_security(j, r);
	put_limit(j, r);
	put_params(j, r);
	if (r->doc->body.n > 0)
		put_body(j, &r->doc->body);
	put_answers(j, r);
	json_object_end(j);
}

const char *api_path(struct arena *m, const char *pattern)
{
	const char *text = "";
	struct span rest = span_of(pattern + 1);
	struct span piece;

	while (span_split(&rest, '/', &piece)) {
		bool is_param = span_starts(piece, ":");
		struct span name = is_param ? span_sub(piece, 1, piece.n) : piece;

		text = arena_printf(m, "%s/%s" SPAN_FMT "%s", text, is_param ? "{" : "",
			SPAN_ARG(name), is_param ? "}" : "");
	}
	return text[0] != '\0' ? text : "/";
}

static bool is_first(const struct route *table, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (table[k].doc != NULL && strcmp(table[k].pattern, table[i].pattern) == 0)
			return false;
	}
	return true;
}

static void put_paths(struct json_out *j, const struct route *table, size_t n)
{
	struct arena *m = arena_new(1024 * 1024);

	open_object(j, "paths");
	for (size_t i = 0; i < n; i++) {
		if (table[i].doc == NULL || !is_first(table, i))
			continue;
		open_object(j, api_path(m, table[i].pattern));
		for (size_t k = i; k < n; k++) {
			if (table[k].doc != NULL && strcmp(table[k].pattern, table[i].pattern) == 0)
				put_operation(j, &table[k]);
		}
		json_object_end(j);
	}
	json_object_end(j);
	arena_free(m);
}

static void put_retry_after(struct json_out *j)
{
	open_object(j, "headers");
	open_object(j, "Retry-After");
	put(j, "description", "in how many seconds it can be asked again");
	open_object(j, "schema");
	put(j, "type", "integer");
	put_number(j, "minimum", 1);
	close_objects(j, 3);
}

static void put_error_content(struct json_out *j)
{
	open_object(j, "content");
	open_object(j, "application/json");
	open_object(j, "schema");
	put(j, "$ref", "#/components/schemas/Error");
	close_objects(j, 3);
}

static void put_components(struct json_out *j)
{
	open_object(j, "components");
	open_object(j, "securitySchemes");
	open_object(j, "token");
	put(j, "type", "http");
	put(j, "scheme", "bearer");
	put(j, "description",
		"an access token, or a token that a member made by hand and that has the scope");
	json_object_end(j);
	open_object(j, "session");
	put(j, "type", "apiKey");
	put(j, "in", "cookie");
	put(j, "name", SESSION_COOKIE);
	put(j, "description",
		"of a browser; what changes something needs an Origin of this site and the header "
		"X-CSRF-Token besides");
	json_object_end(j);
	json_object_end(j);
	open_object(j, "schemas");
	json_key(j, error_shape.name);
	shape_describe(j, &error_shape);
	json_object_end(j);
	open_object(j, "responses");
	open_object(j, "Error");
	put(j, "description", "whatever goes wrong, in one shape");
	put_error_content(j);
	json_object_end(j);
	open_object(j, "TooOften");
	put(j, "description", "asked too often");
	put_retry_after(j);
	put_error_content(j);
	close_objects(j, 3);
}

void openapi_put(struct json_out *j, const struct route *table, size_t n)
{
	json_object(j);
	put(j, "openapi", "3.1.0");
	open_object(j, "info");
	put(j, "title", "Podium");
	put(j, "version", "1");
	put(j, "description",
		"Times are RFC 3339 in UTC. Bodies are JSON objects; a member that is not named here is "
		"refused.");
	json_object_end(j);
	json_key(j, "servers");
	json_array(j);
	json_object(j);
	put(j, "url", "/");
	json_object_end(j);
	json_array_end(j);
	put_paths(j, table, n);
	put_components(j);
	json_object_end(j);
}
