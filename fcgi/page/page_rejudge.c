/*
 * Judging again: asked for by a form that a list or a submission has filled in, looked at while it
 * runs, and then applied or dropped whole.
 */
#include <inttypes.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/when.h"
#include "fcgi/form.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "fcgi/submission_fill.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "judge/verdict.h"
#include "model/rejudge.h"
#include "model/rejudge_ask.h"
#include "model/user.h"
#include "net/json.h"
#include "view/rejudge.h"

enum {
	US = 1000000,
	SETS = 30
};

static const struct page_said said[] = {
	{ "applied", FLASH_OK, "All of it counts now." },
	{ "dropped", FLASH_OK, "All of it is dropped; what counted before still counts." },
	{ "late", FLASH_WARN,
		"Nothing was changed: it was decided already, not all of it is judged, the judge failed at "
		"some of it, or a later set counts already." },
};

static const struct {
	const char *word;
	const char *mood;
} states[] = {
	[REJUDGE_RUNS] = { "is judged", "wait" },
	[REJUDGE_READY] = { "to be decided", "warn" },
	[REJUDGE_APPLIED] = { "applied", "ok" },
	[REJUDGE_DROPPED] = { "dropped", "off" },
};

static struct page_view jury_page(struct ctx *c, const struct viewer *v, const char *title)
{
	struct page_view page = page_start(c, v, title, NAV_JURY);

	page.no_index = true;
	page_say(c, &page, said, countof(said));
	return page;
}

static struct url set_link(struct arena *m, int64_t id)
{
	return url_to(m, "/jury/rejudges/{}", arena_printf(m, "%" PRId64, id), NULL);
}

static struct rejudge_set set_of(struct arena *m, const struct zone *z, const struct rejudge *r)
{
	return (struct rejudge_set){ .link = set_link(m, r->id),
		.title = arena_printf(m, "Rejudging %" PRId64, r->id),
		.why = r->why,
		.state = states[r->state].word,
		.mood = states[r->state].mood,
		.counts = arena_printf(m, "%d of %d judged, %d %s", r->n_ended, r->n, r->n_changed,
			r->state == REJUDGE_APPLIED ? "changed" : "would change"),
		.maker = r->made_by,
		.made = when_stamp(m, z, r->made_at / US),
		.made_iso = when_iso(m, r->made_at / US) };
}

static int64_t number_of(const struct ctx *c, const char *name)
{
	uint64_t n;

	return span_u64(span_trim(request_query(c->req, name)), INT64_MAX, &n) ? (int64_t)n : 0;
}

/* ---- the list ---- */

int page_rejudges(struct ctx *c, struct err *e)
{
	struct rejudges_view v = { .pager = { .to_next = "Older", .to_first = "Newest" } };
	int64_t before = number_of(c, "before");
	struct rejudge_set *sets;
	struct rejudges list;
	struct viewer viewer;

	if (rejudge_list(c->db, c->mem, before, SETS, &list, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	sets = arena_new_array(c->mem, struct rejudge_set, list.n + 1);
	for (size_t i = 0; i < list.n; i++)
		sets[i] = set_of(c->mem, viewer.zone, &list.v[i]);
	v.sets = (struct rejudge_sets){ sets, list.n };
	if (list.n == SETS)
		v.pager.next = url_with(c->mem, url_path("/jury/rejudges"), "before",
			span_of(arena_printf(c->mem, "%" PRId64, list.v[list.n - 1].id)));
	if (before != 0)
		v.pager.first = url_path("/jury/rejudges");
	v.page = jury_page(c, &viewer, "Rejudgings");
	return response_html(c->res, page_rejudges_html, &v, e);
}

/* ---- asking for one ---- */

struct asked {
	struct span submission;
	struct span problem;
	struct span contest;
	struct span verdict;
	struct span language;
	struct span user;
	struct span why;
};

static const struct field fields[] = {
	FIELD_LINE(struct asked, submission, 0, 16),
	FIELD_LINE(struct asked, problem, 0, PROBLEM_MAX_SLUG),
	FIELD_LINE(struct asked, contest, 0, 18),
	FIELD_LINE(struct asked, verdict, 0, 3),
	FIELD_LINE(struct asked, language, 0, 20),
	FIELD_LINE(struct asked, user, 0, USER_MAX_EMAIL),
	FIELD_LINE(struct asked, why, 1, 500),
};

static int show_form(struct ctx *c, const struct asked *a, const char *error, struct err *e)
{
	struct rejudge_new_view v = { .submission = a->submission,
		.problem = a->problem,
		.contest = a->contest,
		.sender = a->user,
		.why = a->why,
		.error = span_of(error) };
	enum verdict verdict = VERDICT_NONE;
	struct language_names names;
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	submission_language_names(c, &names);
	(void)verdict_find(a->verdict, &verdict);
	v.choices = submission_choices(c->mem, &names, verdict, a->language);
	v.page = jury_page(c, &viewer, "Rejudge");
	return response_html(c->res, page_rejudge_new_html, &v, e);
}

int page_rejudge_new(struct ctx *c, struct err *e)
{
	struct asked a = { .why = SPAN_NONE };
	struct field_errors ignored;

	/* Whatever the list asked for that fits; the rest stays empty. */
	(void)!form_read_query(c->req, c->mem, fields, countof(fields), &a, &ignored);
	return show_form(c, &a, NULL, e);
}

static int find_sender(struct ctx *c, struct span email, int64_t *id, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct user *u;

	*id = 0;
	if (email.n == 0)
		return 0;
	if (user_by_email(c->db, c->mem, email, &u, &why) == 0) {
		*id = u->id;
		return 0;
	}
	if (why.kind == ERR_NOT_FOUND)
		return err_field(e, "user", "nobody has that email address");
	*e = why;
	return -1;
}

static int make(struct ctx *c, const struct asked *a, int64_t *id, struct err *e)
{
	struct rejudge_new r = {
		.why = a->why, .actor_id = c->user->id, .address = c->req->client
	};
	enum verdict verdict;

	if (a->submission.n > 0)
		r.wanted.public_id = a->submission;
	if (a->problem.n > 0)
		r.wanted.slug = a->problem;
	if (a->contest.n > 0 &&
		(!span_i64(a->contest, &r.wanted.contest_id) || r.wanted.contest_id <= 0))
		return err_field(e, "contest", "a contest is named by its number");
	if (a->language.n > 0)
		r.wanted.language = a->language;
	if (a->verdict.n > 0) {
		if (!verdict_find(a->verdict, &verdict))
			return err_field(e, "verdict", "there is no such verdict");
		r.wanted.verdict = (int)verdict;
	}
	if (find_sender(c, a->user, &r.wanted.user_id, e) != 0)
		return -1;
	return rejudge_ask(c->db, c->mem, &r, id, e);
}

int page_rejudge_post(struct ctx *c, struct err *e)
{
	struct asked a = { .why = SPAN_NONE };
	struct err why = { .kind = ERR_NONE };
	struct field_errors errors;
	int64_t id = 0;

	if (form_read(c->req, c->mem, fields, countof(fields), &a, &errors) != 0) {
		response_status(c->res, 422);
		return show_form(c, &a,
			form_error(c->mem, &errors, "why") != NULL
				? "Say why they are judged again"
				: "Something in the form is too long",
			e);
	}
	if (make(c, &a, &id, &why) == 0)
		return response_redirect(c->res, set_link(c->mem, id));
	if (why.kind != ERR_INVALID && why.kind != ERR_NOT_FOUND && why.kind != ERR_LIMIT) {
		*e = why;
		return -1;
	}
	response_status(c->res, 422);
	return show_form(c, &a,
		why.kind == ERR_NOT_FOUND ? "Nothing that is judged already fits"
					  : arena_printf(c->mem, "%s", why.text),
		e);
}

/* ---- one set ---- */

/* What was asked for, as it was written down. */
static void fill_wanted(struct arena *m, struct span json, struct admin_facts *out)
{
	struct err why = { .kind = ERR_NONE };
	struct admin_fact *facts;
	JSON_AUTO all = NULL;
	size_t n = 0;

	if (json_parse(json, &all, &why) != 0)
		return;
	facts = arena_new_array(m, struct admin_fact, json_members(all) + 1);
	for (size_t i = 0; i < json_members(all); i++) {
		const char *name = arena_dup(m, json_member(all, i));
		const struct json *value = json_get(all, name);
		struct span text;
		int64_t number;

		if (json_text(value, &text))
			facts[n++] = (struct admin_fact){ name, arena_dup(m, text) };
		else if (json_i64(value, &number))
			facts[n++] =
				(struct admin_fact){ name, arena_printf(m, "%" PRId64, number) };
	}
	*out = (struct admin_facts){ facts, n };
}

static struct verdict_badge badge(struct arena *m, int verdict, bool has_score, double score)
{
	struct verdict_badge b = submission_verdict(verdict);

	if (verdict == VERDICT_NONE)
		b.code = "…";
	else if (has_score)
		b.score = arena_printf(m, "%.6g", score);
	return b;
}

static void fill_rows(struct ctx *c, const struct rejudge_items *items, struct rejudge_view *v)
{
	struct rejudge_row *rows = arena_new_array(c->mem, struct rejudge_row, items->n + 1);
	struct language_names names;

	submission_language_names(c, &names);
	for (size_t i = 0; i < items->n; i++) {
		const struct rejudge_item *r = &items->v[i];

		rows[i] = (struct rejudge_row){ .link = url_to(c->mem, "/submission/{}",
							arena_dup(c->mem, r->public_id), NULL),
			.problem = r->slug,
			.sender = r->user_name,
			.language = submission_language_name(&names, r->language),
			.before = badge(c->mem, r->old_verdict, r->old_has_score, r->old_score),
			.after = badge(c->mem, r->new_verdict, r->new_has_score, r->new_score),
			.is_changed = r->changed };
	}
	v->rows = (struct rejudge_rows){ rows, items->n };
}

static void fill_links(struct ctx *c, const struct rejudge_look *look,
	const struct rejudge_items *items, struct rejudge_view *v)
{
	struct admin_tab *tabs = arena_new_array(c->mem, struct admin_tab, 2);
	struct url page = v->set.link;
	struct url all = url_with(c->mem, page, "all", SPAN("1"));

	tabs[0] = (struct admin_tab){ "Only what changes", page, !look->all };
	tabs[1] = (struct admin_tab){ "All of it", all, look->all };
	v->choices = (struct admin_tabs){ tabs, 2 };
	v->pager = (struct pager){ .to_next = "Next", .to_first = "First" };
	if (items->next != 0)
		v->pager.next = url_with(c->mem, look->all ? all : page, "after",
			span_of(arena_printf(c->mem, "%" PRId64, items->next)));
	if (look->after != 0)
		v->pager.first = look->all ? all : page;
}

static int read_id(const struct ctx *c, int64_t *id, struct err *e)
{
	if (!span_i64(route_param(c, "id"), id) || *id <= 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such rejudging");
	return 0;
}

int page_rejudge(struct ctx *c, struct err *e)
{
	struct rejudge_look look = { .all = request_query(c->req, "all").n > 0,
		.after = number_of(c, "after"),
		.limit = SUBMISSION_LIST };
	struct rejudge_view v = { .shows_all = look.all };
	struct rejudge_items items;
	struct rejudge r;
	struct viewer viewer;
	const char *id;

	if (read_id(c, &look.id, e) != 0 || rejudge_get(c->db, c->mem, look.id, &r, e) != 0 ||
		rejudge_items(c->db, c->mem, &look, &items, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	id = arena_printf(c->mem, "%" PRId64, r.id);
	v.set = set_of(c->mem, viewer.zone, &r);
	v.is_busy = r.state == REJUDGE_RUNS;
	v.may_apply = r.state == REJUDGE_READY;
	v.may_drop = r.state == REJUDGE_RUNS || r.state == REJUDGE_READY;
	v.n = r.n;
	v.n_ended = r.n_ended;
	v.n_changed = r.n_changed;
	v.apply = url_to(c->mem, "/jury/rejudges/{}/apply", id, NULL);
	v.drop = url_to(c->mem, "/jury/rejudges/{}/drop", id, NULL);
	v.decider = r.decided_by;
	if (r.decided_at != INT64_MIN) {
		v.decided = when_stamp(c->mem, viewer.zone, r.decided_at / US);
		v.decided_iso = when_iso(c->mem, r.decided_at / US);
	}
	fill_wanted(c->mem, r.wanted, &v.wanted);
	fill_rows(c, &items, &v);
	fill_links(c, &look, &items, &v);
	v.page = jury_page(c, &viewer, v.set.title);
	v.page.reloads = v.is_busy;
	return response_html(c->res, page_rejudge_html, &v, e);
}

static int decide(struct ctx *c, bool apply, struct err *e)
{
	struct rejudge_decision d = { .apply = apply,
		.actor_id = c->user->id,
		.address = c->req->client,
		.cache = c->cache };
	struct err why = { .kind = ERR_NONE };
	const char *done = apply ? "applied" : "dropped";

	if (read_id(c, &d.id, e) != 0)
		return -1;
	if (rejudge_decide(c->db, c->mem, &d, &why) != 0) {
		if (why.kind != ERR_CONFLICT) {
			*e = why;
			return -1;
		}
		done = "late";
	}
	return response_redirect(
		c->res, url_with(c->mem, set_link(c->mem, d.id), "done", span_of(done)));
}

int page_rejudge_apply(struct ctx *c, struct err *e)
{
	return decide(c, true, e);
}

int page_rejudge_drop(struct ctx *c, struct err *e)
{
	return decide(c, false, e);
}
