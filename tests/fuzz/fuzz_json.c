/*
 * JSON: whatever is accepted answers every question, and what is written again from the answers is
 * accepted again and stays the same. A walk takes all that is written, and the parts it is taken
 * into.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "net/json.h"
#include "net/json_walk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void copy(struct json_out *j, const struct json *v)
{
	struct span text;
	double number;
	int64_t whole;
	bool flag;

	if (json_i64(v, &whole)) {
		assert(json_number(v, &number) && !json_is_null(v));
		json_put_i64(j, whole);
	} else if (json_text(v, &text)) {
		assert(text.n == 0 || memchr(text.p, '\0', text.n) == NULL);
		json_put_text(j, text);
	} else if (json_bool(v, &flag)) {
		json_put_bool(j, flag);
	} else if (json_is_array(v)) {
		json_array(j);
		for (size_t i = 0; i < json_length(v); i++)
			copy(j, json_at(v, i));
		json_array_end(j);
	} else if (json_is_object(v)) {
		assert(json_length(v) == 0 && json_at(v, 0) == NULL);
		json_object(j);
		json_key(j, "a");
		copy(j, json_get(v, "a"));
		json_object_end(j);
	} else {
		json_put_null(j);
	}
}

static struct span rewrite(struct buf *b, struct span text, struct err *e)
{
	JSON_AUTO v = NULL;
	struct json_out j;
	struct span out = SPAN_NONE;

	if (json_parse(text, &v, e) != 0) {
		assert(v == NULL && e->kind == ERR_INVALID && e->text[0] != '\0');
		return SPAN_NONE;
	}
	json_begin(&j, b);
	copy(&j, v);
	assert(buf_finish(b, &out, e) == 0 && j.depth == 0);
	return out;
}

static bool walks(struct arena *m, struct span text)
{
	struct err e = { 0 };
	struct json_walk w;

	json_walk_begin(&w, m, text);
	json_walk_skip(&w);
	return json_walk_end(&w, &e) == 0;
}

/* An array's or object's parts as they are written. */
static bool walks_in_parts(struct arena *m, struct span text)
{
	struct err e = { 0 };
	struct json_walk w;

	json_walk_begin(&w, m, text);
	json_walk_array(&w);
	while (json_walk_more(&w)) {
		struct span part = json_walk_raw(&w);

		assert((part.p == NULL) == (w.bad_at != NULL));
		assert(part.p == NULL || (part.n > 0 && part.p + part.n <= text.p + text.n));
	}
	return json_walk_end(&w, &e) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *m = arena_new(1U << 28);
	BUF_AUTO once;
	BUF_AUTO twice;
	struct err e = { 0 };
	struct span first;
	struct span second;

	buf_init(&once, 1U << 26);
	buf_init(&twice, 1U << 26);
	(void)walks(m, (struct span){ (const char *)data, size });
	(void)walks_in_parts(m, (struct span){ (const char *)data, size });
	first = rewrite(&once, (struct span){ (const char *)data, size }, &e);
	if (first.p != NULL) {
		second = rewrite(&twice, first, &e);
		assert(second.p != NULL && span_eq(first, second));
		assert(walks(m, first));
		assert(first.p[0] != '[' || walks_in_parts(m, first));
	}
	arena_free(m);
	return 0;
}
