/* Mails to members who have been away: who is next and what they say, who got one, and the link
 * that ends them. */
#include "base/buf.h"
#include "fcgi/admin_frame.h"
#include "fcgi/member_fill.h"
#include "fcgi/page/page.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/member_remind.h"
#include "view/account.h"

static void fill_due(
	struct arena *m, const struct remind_dues *from, struct member_reminders_view *v)
{
	struct member_reminder_item *items =
		arena_new_array(m, struct member_reminder_item, from->n + 1);
	struct remind_text text = remind_text(m, from->n > 0 ? from->v[0].days : 7);

	for (size_t i = 0; i < from->n; i++)
		items[i] = (struct member_reminder_item){ .link = member_link(m, from->v[i].id),
			.name = from->v[i].name,
			.days = from->v[i].days };
	v->due = (struct member_reminder_items){ items, from->n };
	v->subject = text.subject;
	v->first = text.paragraphs[0];
	v->second = text.paragraphs[1];
}

static void fill_past(const struct ctx *c, const struct zone *z, const struct remind_pasts *from,
	struct member_reminders_view *v)
{
	struct member_reminder_item *items =
		arena_new_array(c->mem, struct member_reminder_item, from->n + 1);

	for (size_t i = 0; i < from->n; i++)
		items[i] = (struct member_reminder_item){ .link = member_link(
								  c->mem, from->v[i].member_id),
			.name = from->v[i].name,
			.days = from->v[i].days,
			.n = from->v[i].n,
			.at = admin_stamp(c->mem, z, from->v[i].at),
			.at_iso = admin_iso(c->mem, from->v[i].at),
			.is_stopped = from->v[i].stopped_at != INT64_MIN };
	v->past = (struct member_reminder_items){ items, from->n };
}

int page_reminders(struct ctx *c, struct err *e)
{
	struct member_reminders_view v = { .subject = NULL };
	struct member_access a;
	struct remind_dues dues;
	struct remind_pasts past;
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	if (member_reader(c, &a, e) != 0 || remind_due(c->db, c->mem, &a, &dues, e) != 0 ||
		remind_history(c->db, c->mem, &a, &past, e) != 0)
		return -1;
	fill_due(c->mem, &dues, &v);
	fill_past(c, viewer.zone, &past, &v);
	v.page = member_page(c, &viewer, "Reminders");
	return response_html(c->res, page_member_reminders_html, &v, e);
}

/* ---- the link of a mail ---- */

/* Programs that look at mails open links: so a link shows a button, and the button does it. */
int page_reminder_stop(struct ctx *c, struct err *e)
{
	struct confirm_view v = { .title = "No more reminders",
		.text = "You are not written to any more when you have been away.",
		.button = "End these mails" };
	struct span token = route_param(c, "token");
	struct viewer viewer;

	if (remind_peek(c->db, c->mem, token, &v.email, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	v.page = page_start(c, &viewer, v.title, NAV_NONE);
	v.page.no_index = true;
	v.page.canonical.text = NULL; // the link is nobody else's
	v.action = url_to(c->mem, "/reminders/{}", arena_dup(c->mem, token), NULL);
	return response_html(c->res, page_confirm_html, &v, e);
}

/* Asked by the button, or by the reader's mail program itself, which follows nowhere (RFC 8058). */
int page_reminder_stop_post(struct ctx *c, struct err *e)
{
	if (remind_stop(c->db, c->mem, route_param(c, "token"), e) != 0)
		return -1;
	if (span_is(request_form(c->req, "List-Unsubscribe"), "One-Click")) {
		response_type(c->res, "text/plain; charset=utf-8");
		buf_adds(response_body(c->res), "You are not written to any more.\n");
		return 0;
	}
	return response_redirect(c->res, url_path("/members?done=reminders-end"));
}
