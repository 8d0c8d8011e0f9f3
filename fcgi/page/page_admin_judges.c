/*
 * How the judges are doing: which machines there are, what boxes and languages they have, what
 * waits for them, and the submissions whose judging failed.
 */
#include <inttypes.h>

#include "base/attr.h"
#include "base/when.h"
#include "fcgi/admin_frame.h"
#include "fcgi/page/page.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/judge_watch.h"

#define US 1000000

static struct admin_judge_languages languages_of(struct arena *m, const struct judge_watch_host *h)
{
	struct admin_judge_language *v =
		arena_new_array(m, struct admin_judge_language, h->n_languages + 1);

	for (size_t i = 0; i < h->n_languages; i++) {
		const struct judge_watch_language *l = &h->languages[i];

		v[i] = (struct admin_judge_language){ l->name, l->is_there ? l->version : l->why,
			l->is_there };
	}
	return (struct admin_judge_languages){ v, h->n_languages };
}

static struct admin_judge judge_of(
	const struct ctx *c, const struct zone *zone, const struct judge_watch_host *h)
{
	struct arena *m = c->mem;
	struct admin_judge j = { .host = h->name,
		.box = h->box,
		.word = "Working",
		.mood = MOOD_OK,
		.there = arena_printf(m, "%zu of %zu languages", h->n_there, h->n_languages),
		.languages = languages_of(m, h) };

	j.workers = arena_printf(m, "%" PRId64 " %s, %" PRId64 " %s", h->runners,
		h->runners == 1 ? "runner" : "runners", h->workers,
		h->workers == 1 ? "worker" : "workers");
	if (h->runners == 0) {
		j.word = "Away";
		j.mood = MOOD_BAD;
		j.workers = arena_printf(
			m, "no runner; the last one began %s", admin_stamp(m, zone, h->seen_at));
	} else if (h->n_there == 0) {
		j.word = "Without languages";
		j.mood = MOOD_WARN;
	}
	return j;
}

static struct admin_judges judges_of(
	const struct ctx *c, const struct zone *zone, const struct judge_watch *w)
{
	struct admin_judge *v = arena_new_array(c->mem, struct admin_judge, w->n_hosts + 1);

	for (size_t i = 0; i < w->n_hosts; i++)
		v[i] = judge_of(c, zone, &w->hosts[i]);
	return (struct admin_judges){ v, w->n_hosts };
}

static struct admin_judge_classes classes_of(const struct ctx *c, const struct judge_watch *w)
{
	static const char *const names[JUDGE_WATCH_CLASSES] = { "Contest", "Ordinary", "Rejudge" };
	struct admin_judge_class *v =
		arena_new_array(c->mem, struct admin_judge_class, JUDGE_WATCH_CLASSES);

	for (size_t i = 0; i < JUDGE_WATCH_CLASSES; i++) {
		const struct judge_watch_class *k = &w->classes[i];

		v[i] = (struct admin_judge_class){
			.name = names[i], .waits = k->waits, .runs = k->runs
		};
		if (k->oldest_at != INT64_MIN)
			v[i].oldest = when_span(c->mem, (c->now_us - k->oldest_at) / US);
	}
	return (struct admin_judge_classes){ v, JUDGE_WATCH_CLASSES };
}

static struct admin_judge_failures failures_of(
	const struct ctx *c, const struct zone *zone, const struct judge_watch *w)
{
	struct admin_judge_failure *v =
		arena_new_array(c->mem, struct admin_judge_failure, w->n_failed + 1);

	for (size_t i = 0; i < w->n_failed; i++) {
		const struct judge_watch_failed *f = &w->failed[i];

		v[i] = (struct admin_judge_failure){ .id = f->public_id,
			.link = url_to(
				c->mem, "/submission/{}", arena_dup(c->mem, f->public_id), NULL),
			.problem = f->problem,
			.language = f->language,
			.fault = f->fault,
			.host = f->host,
			.at = admin_stamp(c->mem, zone, f->ended_at),
			.at_iso = admin_iso(c->mem, f->ended_at),
			.is_jury = f->is_jury };
	}
	return (struct admin_judge_failures){ v, w->n_failed };
}

int page_admin_judges(struct ctx *c, struct err *e)
{
	struct admin_judges_view v = { .nav = { ADMIN_JUDGES } };
	struct judge_watch w;
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	if (judge_watch(c->db, c->mem, &w, e) != 0)
		return -1;
	v.page = admin_page(c, &viewer, "Judges");
	v.judges = judges_of(c, viewer.zone, &w);
	v.classes = classes_of(c, &w);
	v.failures = failures_of(c, viewer.zone, &w);
	return response_html(c->res, page_admin_judges_html, &v, e);
}
