#include "fcgi/shape.h"

#include "net/json.h"

static void put_list(struct json_out *j, const struct shape_field *f, const struct shape_list *l)
{
	const char *at = l->v;

	json_array(j);
	for (size_t i = 0; i < l->n; i++) {
		if (f->type == SHAPE_TYPE_TEXTS)
			json_put_text(j, ((const struct span *)l->v)[i]);
		else
			shape_put(j, f->of, at + i * f->of->size);
	}
	json_array_end(j);
}

static void put_field(struct json_out *j, const struct shape_field *f, const void *at)
{
	switch (f->type) {
	case SHAPE_TYPE_TEXT: {
		struct span s = *(const struct span *)at;

		json_put_text(j, s.p == NULL && !f->nullable ? SPAN("") : s);
		break;
	}
	case SHAPE_TYPE_I64:
		if (f->nullable && *(const int64_t *)at == INT64_MIN)
			json_put_null(j);
		else
			json_put_i64(j, *(const int64_t *)at);
		break;
	case SHAPE_TYPE_NUMBER:
		json_put_number(j, *(const double *)at);
		break;
	case SHAPE_TYPE_BOOL:
		json_put_bool(j, *(const bool *)at);
		break;
	case SHAPE_TYPE_TIME:
		json_put_time(j, *(const int64_t *)at);
		break;
	case SHAPE_TYPE_LIST:
	case SHAPE_TYPE_TEXTS:
		put_list(j, f, at);
		break;
	case SHAPE_TYPE_OBJECT:
		shape_put(j, f->of, at);
		break;
	case SHAPE_TYPE_JSON:
		json_put_ready(j, *(const struct span *)at);
		break;
	}
}

void shape_put(struct json_out *j, const struct shape *s, const void *value)
{
	json_object(j);
	for (size_t i = 0; i < s->n; i++) {
		json_key(j, s->fields[i].name);
		put_field(j, &s->fields[i], (const char *)value + s->fields[i].offset);
	}
	json_object_end(j);
}

static const char *const type_names[] = {
	[SHAPE_TYPE_TEXT] = "string",
	[SHAPE_TYPE_I64] = "integer",
	[SHAPE_TYPE_NUMBER] = "number",
	[SHAPE_TYPE_BOOL] = "boolean",
	[SHAPE_TYPE_TIME] = "string",
	[SHAPE_TYPE_LIST] = "array",
	[SHAPE_TYPE_TEXTS] = "array",
	[SHAPE_TYPE_OBJECT] = "object",
	[SHAPE_TYPE_JSON] = "object",
};

static void describe_field(struct json_out *j, const struct shape_field *f)
{
	if (f->type == SHAPE_TYPE_OBJECT) {
		shape_describe(j, f->of);
		return;
	}
	json_object(j);
	json_key(j, "type");
	if (f->nullable) {
		json_array(j);
		json_put_text(j, span_of(type_names[f->type]));
		json_put_text(j, SPAN("null"));
		json_array_end(j);
	} else {
		json_put_text(j, span_of(type_names[f->type]));
	}
	if (f->type == SHAPE_TYPE_TIME) {
		json_key(j, "format");
		json_put_text(j, SPAN("date-time"));
	}
	if (f->type == SHAPE_TYPE_LIST || f->type == SHAPE_TYPE_TEXTS) {
		json_key(j, "items");
		if (f->type == SHAPE_TYPE_LIST) {
			shape_describe(j, f->of);
		} else {
			json_object(j);
			json_key(j, "type");
			json_put_text(j, SPAN("string"));
			json_object_end(j);
		}
	}
	json_key(j, "description");
	json_put_text(j, span_of(f->text));
	json_object_end(j);
}

void shape_describe(struct json_out *j, const struct shape *s)
{
	json_object(j);
	json_key(j, "type");
	json_put_text(j, SPAN("object"));
	json_key(j, "title");
	json_put_text(j, span_of(s->name));
	json_key(j, "properties");
	json_object(j);
	for (size_t i = 0; i < s->n; i++) {
		json_key(j, s->fields[i].name);
		describe_field(j, &s->fields[i]);
	}
	json_object_end(j);
	json_key(j, "required");
	json_array(j);
	for (size_t i = 0; i < s->n; i++)
		json_put_text(j, span_of(s->fields[i].name));
	json_array_end(j);
	json_key(j, "additionalProperties");
	json_put_bool(j, false);
	json_object_end(j);
}

const char *shape_type_text(const struct shape_field *f)
{
	static const char *const names[][2] = {
		[SHAPE_TYPE_TEXT] = { "text", "text or null" },
		[SHAPE_TYPE_I64] = { "whole number", "whole number or null" },
		[SHAPE_TYPE_NUMBER] = { "number", "number or null" },
		[SHAPE_TYPE_BOOL] = { "true or false", "true, false or null" },
		[SHAPE_TYPE_TIME] = { "time", "time or null" },
		[SHAPE_TYPE_LIST] = { "list", "list or null" },
		[SHAPE_TYPE_TEXTS] = { "list of texts", "list of texts or null" },
		[SHAPE_TYPE_OBJECT] = { "object", "object or null" },
		[SHAPE_TYPE_JSON] = { "object", "object or null" },
	};

	return names[f->type][f->nullable];
}
