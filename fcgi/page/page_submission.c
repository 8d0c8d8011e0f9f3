/*
 * One submission: how far it is, what came of it and why, test by test. While it is judged its
 * page asks for /submission/ID/live, which is the part that changes; without scripts the browser
 * loads the page again by itself.
 */
#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/when.h"
#include "fcgi/code_view.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/parse.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "fcgi/submission_fill.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "judge/language.h"
#include "model/submission_scan.h"
#include "model/user.h"
#include "view/submission.h"

enum {
	US = 1000000
};

/* ---- what the jury sees besides ---- */

static void fill_flags(
	const struct ctx *c, const struct submission_flags *from, struct submission_view *v)
{
	struct flag_item *items = arena_new_array(c->mem, struct flag_item, from->n + 1);

	for (size_t i = 0; i < from->n; i++)
		items[i] = (struct flag_item){ .rule = from->v[i].rule,
			.says = from->v[i].says,
			.mood = from->v[i].is_warning ? "warn" : "off",
			.line = from->v[i].line,
			.n = from->v[i].n };
	v->flags = (struct flag_items){ items, from->n };
}

static void fill_jury(const struct ctx *c, const struct zone *z, const struct submission_full *s,
	struct submission_view *v)
{
	struct admin_fact *facts = arena_new_array(c->mem, struct admin_fact, 8);
	size_t n = 0;
	const struct {
		const char *label;
		struct span value;
	} texts[] = { { "Judged on", s->host }, { "Compiler", s->compiler }, { "Box", s->box },
		{ "Test data", span_sub(s->data_hash, 0, 12) } };

	facts[n++] = (struct admin_fact){ "Version",
		arena_printf(c->mem, "%d of the problem", s->version_number) };
	for (size_t i = 0; i < countof(texts); i++)
		if (texts[i].value.n > 0)
			facts[n++] = (struct admin_fact){ texts[i].label,
				arena_dup(c->mem, texts[i].value) };
	if (s->ended_at != INT64_MIN) {
		int64_t ms = (s->ended_at - s->row.made_at) / 1000;

		facts[n++] =
			(struct admin_fact){ "Judged", when_stamp(c->mem, z, s->ended_at / US) };
		facts[n++] = (struct admin_fact){ "Took",
			arena_printf(c->mem, "%" PRId64 ".%02d s from sending to verdict",
				ms / 1000, (int)(ms % 1000 / 10)) };
	}
	v->facts = (struct admin_facts){ facts, n };
	v->fault = s->fault.n > 0 ? s->fault : SPAN_NONE;
	v->sender = s->row.user_name;
	v->rejudge =
		url_with(c->mem, url_path("/jury/rejudges/new"), "submission", s->row.public_id);
}

/* ---- the source ---- */

static void fill_source(const struct ctx *c, const struct submission_full *s,
	const struct submission_flags *flags, struct submission_view *v)
{
	int *marked = arena_new_array(c->mem, int, flags->n + 1);

	bool is_zip = submission_is_zip(s->row.language, s->source);

	v->has_file = s->source.p != NULL;
	v->has_source = v->has_file && !is_zip && parse_is_text(s->source);
	if (v->has_file && !v->has_source) {
		v->code_note = is_zip ? "A zip with the answers." : "It is no text.";
		return;
	}
	if (!v->has_source) {
		v->code_note = s->row.is_jury
				       ? "A solution of the package; its files are the problem’s."
				       : "The source cannot be shown here just now.";
		return;
	}
	for (size_t i = 0; i < flags->n; i++)
		marked[i] = flags->v[i].line;
	code_view(c->mem, s->row.language, s->source, marked, flags->n, &v->code);
	v->plain = s->source;
	if (code_view_is_plain(s->source))
		v->code_note = "It is long, so it is shown without colours.";
}

/* ---- pages ---- */

static struct submission_look look(const struct ctx *c)
{
	return (struct submission_look){
		.reader = c->user, .public_id = route_param(c, "id"), .seal = c->seal
	};
}

int page_submission(struct ctx *c, struct err *e)
{
	struct submission_view v = { .is_jury = false };
	struct submission_flags flags;
	struct submission_full s;
	struct language_names names;
	struct viewer viewer;
	const struct submission_row *r = &s.row;
	const struct submission_look what = look(c);

	if (submission_get(c->db, c->mem, &what, &s, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	submission_language_names(c, &names);
	submission_flags(c->mem, s.flags, &flags);
	submission_live_fill(c->mem, &s, &v.live);
	v.page = page_start(c, &viewer,
		arena_printf(c->mem, "%s: " SPAN_FMT, v.live.headline, SPAN_ARG(r->problem_name)),
		NAV_SUBMISSIONS);
	v.page.no_index = true;
	v.page.reloads = v.live.is_busy;
	v.problem = r->problem_name;
	v.problem_page = url_to(c->mem, "/problem/{}", arena_dup(c->mem, r->problem_slug), NULL);
	if (!r->is_jury)
		v.again = url_to(
			c->mem, "/problem/{}/submit", arena_dup(c->mem, r->problem_slug), NULL);
	v.language = submission_language_name(&names, r->language);
	v.is_answer = span_is(r->language, LANGUAGE_ANSWER);
	v.file_name = s.file_name;
	v.size = submission_size(c->mem, r->size);
	v.made = when_stamp(c->mem, viewer.zone, r->made_at / US);
	v.made_iso = when_iso(c->mem, r->made_at / US);
	v.build_text = s.build_text.n > 0 ? s.build_text : SPAN_NONE;
	v.is_jury = s.jury_view;
	fill_source(c, &s, &flags, &v);
	if (s.jury_view) {
		fill_flags(c, &flags, &v);
		fill_jury(c, viewer.zone, &s, &v);
	}
	v.download = url_to(c->mem, "/submission/{}/source", arena_dup(c->mem, r->public_id), NULL);
	v.may_hide = !v.live.is_busy && r->user_id == c->user->id;
	v.hide = url_to(c->mem, "/submission/{}/hide", arena_dup(c->mem, r->public_id), NULL);
	return response_html(c->res, page_submission_html, &v, e);
}

/* All that the live part shows, in a few bytes (FNV-1a over the tests). */
static struct span live_version(struct arena *m, const struct submission_full *s)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < s->n_tests; i++) {
		h ^= (uint64_t)s->tests[i].verdict << 1 | s->tests[i].running;
		h *= UINT64_C(0x100000001b3);
	}
	return span_of(arena_printf(m, "%d.%d.%d.%d.%d.%d.%" PRIx64, (int)s->row.state,
		s->row.verdict, s->row.n_tests, s->row.n_ended, (int)s->wait, s->ahead, h));
}

int page_submission_live(struct ctx *c, struct err *e)
{
	struct submission_live live = { .is_busy = false };
	const struct submission_look what = look(c);
	struct submission_full s;

	if (submission_progress(c->db, c->mem, &what, &s, e) != 0)
		return -1;
	if (response_not_modified(c->res, live_version(c->mem, &s)))
		return 0;
	submission_live_fill(c->mem, &s, &live);
	return response_html(c->res, page_submission_live_html, &live, e);
}

int page_submission_source(struct ctx *c, struct err *e)
{
	const struct submission_look what = look(c);
	struct submission_full s;

	if (submission_get(c->db, c->mem, &what, &s, e) != 0)
		return -1;
	if (s.source.p == NULL)
		return err_set(e, ERR_NOT_FOUND, "there is no source of it");
	if (submission_is_zip(s.row.language, s.source))
		response_type(c->res, "application/zip");
	else if (parse_is_text(s.source))
		response_type(c->res, "text/plain; charset=utf-8");
	else
		response_type(c->res, "application/octet-stream");
	response_header(c->res, "Content-Disposition",
		span_of(arena_printf(
			c->mem, "attachment; filename=\"" SPAN_FMT "\"", SPAN_ARG(s.file_name))));
	buf_add_span(response_body(c->res), s.source);
	return 0;
}

int page_submission_hide(struct ctx *c, struct err *e)
{
	struct span id = route_param(c, "id");

	if (submission_delete(c->db, c->mem, c->user, id, e) != 0)
		return -1;
	submission_evict(c->cache, c->mem, id);
	return response_redirect(c->res, url_path("/submissions?done=hidden"));
}
