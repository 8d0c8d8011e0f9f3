/* A label as it is kept: {"readings":[[{"scope":..,"final":["AC"],..}]],"lower":true,"upper":true}.
 */
#include "judge/expect.h"

#include "judge/doc.h"

static void put_mask(struct buf *b, const char *name, unsigned mask)
{
	const char *before = "";

	if (mask == 0)
		return;
	buf_addf(b, ",\"%s\":[", name);
	for (int v = VERDICT_AC; v < VERDICT_JE; v++) {
		if ((mask & EXPECT_BIT(v)) != 0) {
			buf_addf(b, "%s\"%s\"", before, verdict_code((enum verdict)v));
			before = ",";
		}
	}
	buf_addc(b, ']');
}

static void put_rule(struct buf *b, const struct expect_rule *r)
{
	buf_adds(b, "{\"scope\":");
	doc_put_text(b, r->scope);
	put_mask(b, "final", r->final);
	put_mask(b, "permitted", r->permitted);
	put_mask(b, "required", r->required);
	if (r->has_score) {
		buf_adds(b, ",\"score\":[");
		doc_put_number(b, r->least);
		buf_addc(b, ',');
		doc_put_number(b, r->most);
		buf_addc(b, ']');
	}
	if (r->below_most)
		buf_adds(b, ",\"below_most\":true");
	if (r->is_most)
		buf_adds(b, ",\"is_most\":true");
	if (r->untimed)
		buf_adds(b, ",\"untimed\":true");
	if (r->message.n > 0) {
		buf_adds(b, ",\"message\":");
		doc_put_text(b, r->message);
	}
	buf_addc(b, '}');
}

void expect_write(struct buf *b, const struct expect *x)
{
	buf_adds(b, "{\"readings\":[");
	for (size_t i = 0; i < x->n; i++) {
		buf_adds(b, i > 0 ? ",[" : "[");
		for (size_t k = 0; k < x->readings[i].n; k++) {
			if (k > 0)
				buf_addc(b, ',');
			put_rule(b, &x->readings[i].rules[k]);
		}
		buf_addc(b, ']');
	}
	buf_adds(b, "]");
	if (x->lower)
		buf_adds(b, ",\"lower\":true");
	if (x->upper)
		buf_adds(b, ",\"upper\":true");
	buf_addc(b, '}');
}

static int read_mask(const struct doc *rule, const char *name, unsigned *mask, struct err *e)
{
	const struct doc *list = doc_get(rule, name);

	for (const struct doc *d = list != NULL ? list->first : NULL; d != NULL; d = d->next) {
		enum verdict v;

		if (d->kind != DOC_TEXT || !verdict_find(d->text, &v))
			return err_set(e, ERR_INVALID, "%s of a label names no verdict", name);
		*mask |= EXPECT_BIT(v);
	}
	return 0;
}

static int read_rule(const struct doc *d, struct expect_rule *r, struct err *e)
{
	const struct doc *score = doc_get(d, "score");

	r->scope = SPAN("");
	doc_text(d, "scope", &r->scope);
	doc_text(d, "message", &r->message);
	doc_bool(d, "below_most", &r->below_most);
	doc_bool(d, "is_most", &r->is_most);
	doc_bool(d, "untimed", &r->untimed);
	if (score != NULL) {
		if (score->kind != DOC_LIST || score->first == NULL || score->first->next == NULL ||
			score->first->kind != DOC_NUMBER || score->first->next->kind != DOC_NUMBER)
			return err_set(e, ERR_INVALID, "the score of a label is no range");
		r->has_score = true;
		r->least = score->first->number;
		r->most = score->first->next->number;
	}
	return read_mask(d, "final", &r->final, e) != 0 ||
			       read_mask(d, "permitted", &r->permitted, e) != 0 ||
			       read_mask(d, "required", &r->required, e) != 0
		       ? -1
		       : 0;
}

static size_t length(const struct doc *list)
{
	size_t n = 0;

	for (const struct doc *d = list != NULL ? list->first : NULL; d != NULL; d = d->next)
		n++;
	return n;
}

int expect_read(struct arena *m, struct span json, struct expect *out, struct err *e)
{
	const struct doc *root;
	const struct doc *readings;

	*out = (struct expect){ 0 };
	if (doc_read(m, json, &root, e) != 0)
		return -1;
	readings = doc_get(root, "readings");
	doc_bool(root, "lower", &out->lower);
	doc_bool(root, "upper", &out->upper);
	out->readings = arena_new_array(m, struct expect_reading, length(readings) + 1);
	for (const struct doc *d = readings != NULL ? readings->first : NULL; d != NULL;
		d = d->next) {
		struct expect_reading *reading = &out->readings[out->n++];

		reading->rules = arena_new_array(m, struct expect_rule, length(d) + 1);
		for (const struct doc *r = d->first; r != NULL; r = r->next) {
			if (read_rule(r, &reading->rules[reading->n++], e) != 0)
				return -1;
		}
	}
	return 0;
}
