/* Two to four members side by side: chosen by name or handle, their ids kept in the address. */
#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "fcgi/compare_fill.h"
#include "fcgi/member_fill.h"
#include "fcgi/member_graph.h"
#include "fcgi/page/page.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/member_history.h"

#define FOUND_MOST 10

struct chosen {
	int64_t id[MEMBER_COMPARE_MOST];
	size_t n;
};

static bool has(const struct chosen *c, int64_t id)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->id[i] == id)
			return true;
	}
	return false;
}

/* "3,17,4": what is no number, stands there twice or is too much is passed over. */
static struct chosen read_chosen(const struct ctx *c)
{
	struct span list = request_query(c->req, "with");
	struct chosen out = { .n = 0 };
	struct span word;
	uint64_t id;

	while (out.n < MEMBER_COMPARE_MOST && span_split(&list, ',', &word)) {
		if (span_u64(word, INT64_MAX, &id) && id > 0 && !has(&out, (int64_t)id))
			out.id[out.n++] = (int64_t)id;
	}
	return out;
}

static const char *text_of(struct arena *m, const struct chosen *c)
{
	const char *text = "";

	for (size_t i = 0; i < c->n; i++)
		text = arena_printf(m, "%s%s%lld", text, i > 0 ? "," : "", (long long)c->id[i]);
	return text;
}

static struct url link_of(struct arena *m, const struct chosen *c)
{
	return c->n > 0 ? url_with(m, url_path("/members/compare"), "with", span_of(text_of(m, c)))
			: url_path("/members/compare");
}

static struct url link_with(struct arena *m, struct chosen c, int64_t id)
{
	c.id[c.n++] = id;
	return link_of(m, &c);
}

static struct url link_without(struct arena *m, const struct chosen *c, size_t which)
{
	struct chosen rest = { .n = 0 };

	for (size_t i = 0; i < c->n; i++) {
		if (i != which)
			rest.id[rest.n++] = c->id[i];
	}
	return link_of(m, &rest);
}

/* ---- who is chosen ---- */

static int load(struct ctx *c, const struct member_access *a, int64_t id, struct compared *out,
	struct err *e)
{
	return member_get(c->db, c->mem, a, id, &out->who, e) == 0 &&
			       training_read(c->mem, out->who.figures, &out->training, e) == 0 &&
			       member_history(c->cache, c->mem, &out->who, &out->changes, e) == 0
		       ? 0
		       : -1;
}

/* Who is not there any more, or not to be seen, is left out of what was chosen. */
static int load_all(struct ctx *c, const struct member_access *a, struct chosen *chosen,
	struct compared *out, struct err *e)
{
	size_t n = 0;

	for (size_t i = 0; i < chosen->n; i++) {
		struct err why = { .kind = ERR_NONE };

		if (load(c, a, chosen->id[i], &out[n], &why) == 0) {
			chosen->id[n++] = chosen->id[i];
		} else if (why.kind != ERR_NOT_FOUND) {
			*e = why;
			return -1;
		}
	}
	chosen->n = n;
	return 0;
}

static struct compare_people people_of(struct arena *m, const struct zone *z,
	const struct chosen *chosen, const struct compared *v)
{
	struct compare_person *p = arena_new_array(m, struct compare_person, chosen->n + 1);

	for (size_t i = 0; i < chosen->n; i++)
		p[i] = (struct compare_person){ member_row_of(m, z, &v[i].who.row),
			member_graph_style(i), link_without(m, chosen, i) };
	return (struct compare_people){ p, chosen->n };
}

/* ---- who is added ---- */

/* *only: the one who is meant; 0: there are several, or nobody. */
static int find(struct ctx *c, const struct member_access *a, const struct chosen *chosen,
	struct compare_view *v, int64_t *only, struct err *e)
{
	const struct member_filter f = { .words = v->words,
		.order = MEMBER_FIRST_ORDER,
		.most = FOUND_MOST + MEMBER_COMPARE_MOST };
	struct member_choice *found;
	struct member_items list;
	size_t n = 0;

	*only = 0;
	if (member_list(c->db, c->mem, a, &f, &list, e) != 0)
		return -1;
	found = arena_new_array(c->mem, struct member_choice, list.n + 1);
	for (size_t i = 0; i < list.n && n < FOUND_MOST; i++) {
		const struct member_item *one = &list.v[i];

		if (has(chosen, one->id))
			continue;
		*only = n == 0 ? one->id : 0;
		found[n++] = (struct member_choice){ .label = arena_dup(c->mem, one->name),
			.link = link_with(c->mem, *chosen, one->id) };
	}
	v->found = (struct member_choices){ found, n };
	return 0;
}

int page_compare(struct ctx *c, struct err *e)
{
	struct compared *v = arena_new_array(c->mem, struct compared, MEMBER_COMPARE_MOST);
	struct compare_view view = { .words = span_sub(span_trim(request_query(c->req, "add")), 0,
					     MEMBER_MAX_WORDS) };
	struct chosen chosen = read_chosen(c);
	struct comparison all = { .mem = c->mem, .v = v, .today = c->now_us / 1000000 / 86400 };
	struct member_access a;
	struct viewer viewer;
	int64_t only = 0;

	viewer_read(c->req, &viewer);
	if (member_reader(c, &a, e) != 0 || load_all(c, &a, &chosen, v, e) != 0)
		return -1;
	view.may_add = chosen.n < MEMBER_COMPARE_MOST;
	if (view.may_add && view.words.n > 0 && find(c, &a, &chosen, &view, &only, e) != 0)
		return -1;
	if (only != 0)
		return response_redirect(c->res, link_with(c->mem, chosen, only));
	view.with = text_of(c->mem, &chosen);
	view.people = people_of(c->mem, viewer.zone, &chosen, v);
	all.n = chosen.n;
	all.people = view.people;
	if (chosen.n > 1)
		compare_fill(&all, &view);
	view.page = member_page(c, &viewer, "Compare members");
	return response_html(c->res, page_compare_html, &view, e);
}
