/*
 * Submissions in lists, newest first: a member's own, and the jury's of everybody. What the address
 * asks for that is not there is an error above the list, not an empty page without a reason.
 */
#include <inttypes.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/submission_fill.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "judge/verdict.h"
#include "model/submission.h"
#include "model/user.h"
#include "view/submission.h"

static const struct page_said said[] = {
	{ "hidden", FLASH_OK, "The submission is out of your list. The jury still sees it." },
	{ "nothing", FLASH_WARN, "Nothing fits any more: there is nothing to rejudge." },
};

static const char *const states[] = { "waiting", "compiling", "running", "judged" };

/* ---- what is asked for ---- */

static struct span asked(const struct ctx *c, const char *name)
{
	return span_trim(request_query(c->req, name));
}

static void read_state(const struct ctx *c, struct submission_filter *f)
{
	struct span state = asked(c, "state");

	f->state = -1;
	for (size_t i = 0; i < countof(states); i++)
		if (span_is(state, states[i]))
			f->state = (int)i;
}

/* Members by their address. */
static int read_sender(
	struct ctx *c, struct submission_filter *f, struct submissions_view *v, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct user *u;

	v->sender = asked(c, "user");
	if (v->sender.n == 0)
		return 0;
	if (user_by_email(c->db, c->mem, v->sender, &u, &why) == 0) {
		f->user_id = u->id;
		return 0;
	}
	if (why.kind != ERR_NOT_FOUND && why.kind != ERR_INVALID) {
		*e = why;
		return -1;
	}
	v->error = "Nobody has that email address.";
	return 0;
}

static int read_filter(
	struct ctx *c, struct submission_filter *f, struct submissions_view *v, struct err *e)
{
	struct span before = asked(c, "before"), code = asked(c, "verdict");
	enum verdict verdict;
	uint64_t number;

	*f = (struct submission_filter){ .state = -1, .limit = SUBMISSION_LIST };
	if (asked(c, "problem").n > 0)
		f->slug = asked(c, "problem");
	if (asked(c, "language").n > 0)
		f->language = asked(c, "language");
	if (verdict_find(code, &verdict))
		f->verdict = (int)verdict;
	if (span_u64(before, INT64_MAX, &number))
		f->before = (int64_t)number;
	v->slug = asked(c, "problem");
	if (!v->is_jury) {
		f->user_id = c->user->id;
		return 0;
	}
	read_state(c, f);
	f->flagged = asked(c, "flagged").n > 0;
	f->with_jury = asked(c, "jury").n > 0;
	return read_sender(c, f, v, e);
}

/* ---- the form ---- */

static void fill_choices(const struct ctx *c, const struct submission_filter *f,
	const struct language_names *names, struct submissions_view *v)
{
	struct name_option *stages = arena_new_array(c->mem, struct name_option, countof(states));

	v->choices = submission_choices(c->mem, names, (enum verdict)f->verdict, f->language);
	for (size_t i = 0; i < countof(states); i++)
		stages[i] = (struct name_option){ span_of(states[i]), span_of(states[i]),
			f->state == (int)i };
	v->states = (struct name_options){ stages, countof(states) };
	v->only_flagged = f->flagged;
	v->with_jury = f->with_jury;
	v->is_filtered = f->slug.n > 0 || f->language.n > 0 || f->verdict != 0 || f->state >= 0 ||
			 f->flagged || f->with_jury || v->sender.n > 0;
}

/* The list again, as it is filtered. */
static struct url with_filter(
	const struct ctx *c, struct url u, const struct submission_filter *f, struct span sender)
{
	static const char *const names[] = { "problem", "language", "verdict", "state", "user",
		"flagged", "jury" };
	const struct span values[] = { f->slug, f->language,
		f->verdict != 0 ? span_of(verdict_code((enum verdict)f->verdict)) : SPAN_NONE,
		f->state >= 0 ? span_of(states[f->state]) : SPAN_NONE,
		sender.n > 0 ? sender : SPAN_NONE, f->flagged ? SPAN("1") : SPAN_NONE,
		f->with_jury ? SPAN("1") : SPAN_NONE };

	for (size_t i = 0; i < countof(names); i++)
		u = url_with(c->mem, u, names[i], values[i]);
	return u;
}

static void fill_pager(const struct ctx *c, const struct submission_filter *f,
	const struct submission_rows *rows, struct submissions_view *v)
{
	struct url u = with_filter(c, v->action, f, v->sender);

	v->pager = (struct pager){ .to_next = "Older", .to_first = "Newest" };
	if (rows->next != 0)
		v->pager.next = url_with(
			c->mem, u, "before", span_of(arena_printf(c->mem, "%" PRId64, rows->next)));
	if (f->before != 0)
		v->pager.first = u;
}

/* ---- pages ---- */

static int show(struct ctx *c, struct submissions_view *v, struct err *e)
{
	struct submission_rows rows = { .n = 0 };
	struct submission_item *items;
	struct submission_filter f;
	struct language_names names;
	struct viewer viewer;

	if (read_filter(c, &f, v, e) != 0)
		return -1;
	if (v->error == NULL && submission_list(c->db, c->mem, c->user, &f, &rows, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	submission_language_names(c, &names);
	items = arena_new_array(c->mem, struct submission_item, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		items[i] = submission_item(c, viewer.zone, &names, &rows.v[i]);
		if (!v->is_jury)
			items[i].sender = SPAN_NONE;
	}
	v->items = (struct submission_items){ items, rows.n };
	fill_choices(c, &f, &names, v);
	fill_pager(c, &f, &rows, v);
	if (v->is_jury && rows.n > 0)
		v->rejudge = with_filter(c, url_path("/jury/rejudges/new"), &f, v->sender);
	v->page = page_start(c, &viewer, v->is_jury ? "All submissions" : "My submissions",
		v->is_jury ? NAV_JURY : NAV_SUBMISSIONS);
	v->page.no_index = true;
	page_say(c, &v->page, said, countof(said));
	return response_html(c->res, page_submissions_html, v, e);
}

int page_submissions(struct ctx *c, struct err *e)
{
	struct submissions_view v = { .action = url_path("/submissions") };

	return show(c, &v, e);
}

int page_jury_submissions(struct ctx *c, struct err *e)
{
	struct submissions_view v = { .is_jury = true, .action = url_path("/jury/submissions") };

	return show(c, &v, e);
}
