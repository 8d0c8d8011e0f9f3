/* Who did what: filtered, a page at a time, and whether the chain is whole. */
#include <inttypes.h>

#include "base/attr.h"
#include "base/civil.h"
#include "base/civil_text.h"
#include "base/when.h"
#include "fcgi/admin_frame.h"
#include "fcgi/page/page.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/fmt.h"
#include "html/url.h"
#include "model/audit.h"
#include "model/user.h"

#define US        1000000
#define PAGE_ROWS 50

static struct span or_none(struct span s)
{
	s = span_trim(s);
	return s.n > 0 ? s : SPAN_NONE;
}

/* A number, or the address of an account. */
static int read_actor(struct ctx *c, struct span text, int64_t *out, struct err *e)
{
	struct err why = { 0 };
	struct user *u;

	*out = -1;
	if (text.p == NULL)
		return 0;
	if (span_is(text, "0") || admin_number(text) > 0) {
		*out = admin_number(text);
		return 0;
	}
	if (user_by_email(c->db, c->mem, text, &u, &why) == 0) {
		*out = u->id;
		return 0;
	}
	return err_set(e, why.kind, "there is no account with this address");
}

/* The beginning of a day there, `days` later; INT64_MIN if the text is no day. */
static int64_t day_at(const struct zone *z, struct span text, int days)
{
	struct civil day;

	if (text.n == 0 || !civil_parse_date(text, &day))
		return INT64_MIN;
	return when_day_begin(z, civil_days(day.year, day.month, day.day) + days) * US;
}

static struct url link_to(const struct admin_audit_view *v, struct arena *m, int64_t before)
{
	struct url u = url_path("/admin/audit");
	const struct {
		const char *name;
		struct span value;
	} fields[] = { { "actor", v->actor }, { "action", v->action }, { "object", v->object },
		{ "since", v->since }, { "until", v->until } };

	for (size_t i = 0; i < countof(fields); i++)
		if (fields[i].value.n > 0)
			u = url_with(m, u, fields[i].name, fields[i].value);
	if (before > 0)
		u = url_with(m, u, "before", span_of(arena_printf(m, "%" PRId64, before)));
	return u;
}

static int fill_chain(
	struct ctx *c, const struct zone *z, struct admin_audit_view *v, struct err *e)
{
	struct audit_state s;

	if (audit_state_read(c->db, c->mem, &s, e) != 0)
		return -1;
	v->chain_mood = MOOD_WARN;
	v->chain_word = "Not looked through yet";
	if (s.checked_at == INT64_MIN) {
		v->chain = arena_printf(c->mem, "%s rows. The chain is looked through every night.",
			arena_dup(c->mem, span_of(fmt_count(s.rows).text)));
		return 0;
	}
	v->chain_mood = s.broken_id == 0 ? MOOD_OK : MOOD_BAD;
	v->chain_word = s.broken_id == 0 ? "Unbroken" : "Broken";
	v->chain = arena_printf(c->mem, "%s rows; looked through on %s%s",
		arena_dup(c->mem, span_of(fmt_count(s.rows).text)),
		admin_stamp(c->mem, z, s.checked_at), s.broken_id == 0 ? "." : "");
	if (s.broken_id != 0)
		v->chain = arena_printf(c->mem, "%s: at row %" PRId64 ", " SPAN_FMT ".", v->chain,
			s.broken_id, SPAN_ARG(s.reason));
	return 0;
}

static int fill_rows(struct ctx *c, const struct zone *z, int64_t actor, struct admin_audit_view *v,
	struct err *e)
{
	struct audit_filter f = { .actor_id = actor,
		.action = or_none(v->action),
		.object = or_none(v->object),
		.since = day_at(z, v->since, 0),
		.until = day_at(z, v->until, 1),
		.before_id = admin_number(request_query(c->req, "before")),
		.limit = PAGE_ROWS + 1 };
	struct audit_rows rows;

	if (audit_list(c->db, c->mem, &f, &rows, e) != 0)
		return -1;
	if (rows.n > PAGE_ROWS) {
		rows.n = PAGE_ROWS;
		v->pager.next = link_to(v, c->mem, rows.v[rows.n - 1].id);
	}
	if (f.before_id > 0)
		v->pager.first = link_to(v, c->mem, 0);
	return admin_audit_fill(c, z, &rows, &v->rows, e);
}

int page_admin_audit(struct ctx *c, struct err *e)
{
	struct admin_audit_view v = { .nav = { ADMIN_AUDIT },
		.pager = { .to_next = "Older", .to_first = "Newest" },
		.actor = span_trim(request_query(c->req, "actor")),
		.action = span_trim(request_query(c->req, "action")),
		.object = span_trim(request_query(c->req, "object")),
		.since = span_trim(request_query(c->req, "since")),
		.until = span_trim(request_query(c->req, "until")) };
	struct err why = { 0 };
	struct viewer viewer;
	int64_t actor;

	viewer_read(c->req, &viewer);
	if (fill_chain(c, viewer.zone, &v, e) != 0)
		return -1;
	if (read_actor(c, or_none(v.actor), &actor, &why) != 0)
		v.error = why.text;
	else if (fill_rows(c, viewer.zone, actor, &v, e) != 0)
		return -1;
	v.page = admin_page(c, &viewer, "Audit");
	return response_html(c->res, page_admin_audit_html, &v, e);
}
