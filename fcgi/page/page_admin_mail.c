/*
 * The outbox: what waits, what left, what was given up and why. What a mail says is sealed and may
 * hold a link that lets its reader in: it is shown on development machines only, where nobody else
 * reads it and often no mail leaves.
 */
#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "fcgi/admin_frame.h"
#include "fcgi/page/page.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/mail_outbox.h"
#include "os/config.h"

#define PAGE_MAILS 30

static bool may_show(const struct ctx *c)
{
	return strcmp(c->conf->env, "development") == 0;
}

static struct url list_link(struct arena *m, struct span state, int64_t before)
{
	struct url u = url_with(m, url_path("/admin/mail"), "state", state);

	if (before > 0)
		u = url_with(m, u, "before", span_of(arena_printf(m, "%" PRId64, before)));
	return u;
}

static struct admin_tabs state_tabs(struct arena *m, struct span now)
{
	static const char *const labels[] = { [MAIL_WAITING] = "Waiting",
		[MAIL_SENT] = "Sent",
		[MAIL_DEAD] = "Given up",
		[MAIL_KEPT] = "Kept" };
	struct admin_tab *v = arena_new_array(m, struct admin_tab, N_MAIL_STATES + 1);

	v[0] = (struct admin_tab){ "All", url_path("/admin/mail"), now.p == NULL };
	for (int i = 0; i < N_MAIL_STATES; i++) {
		struct span name = span_of(mail_state_name((enum mail_state)i));

		v[i + 1] =
			(struct admin_tab){ labels[i], list_link(m, name, 0), span_eq(name, now) };
	}
	return (struct admin_tabs){ v, N_MAIL_STATES + 1 };
}

/* A text that cannot be opened is not shown, and that is all. */
static void fill_text(const struct ctx *c, int64_t id, struct admin_mail *out)
{
	struct mail_notice notice;
	struct err e = { 0 };

	if (!may_show(c) || mail_open(c->db, c->mem, c->seal, id, &notice, &e) != 0)
		return;
	out->text = (struct admin_lines){ notice.paragraphs, notice.n_paragraphs };
	if (notice.action_url.n > 0)
		out->action = url_external(c->mem, notice.action_url);
}

static struct admin_mails fill(
	const struct ctx *c, const struct zone *z, const struct mail_items *from, size_t n)
{
	struct admin_mail *v = arena_new_array(c->mem, struct admin_mail, n + 1);

	for (size_t i = 0; i < n; i++) {
		const struct mail_item *m = &from->v[i];
		bool is_open = m->state == MAIL_DEAD || m->state == MAIL_KEPT;

		v[i] = (struct admin_mail){ .id = m->id,
			.kind = m->kind,
			.recipient = m->recipient,
			.subject = m->subject,
			.state = mail_state_name(m->state),
			.mood = m->state == MAIL_SENT   ? MOOD_OK
				: m->state == MAIL_DEAD ? MOOD_BAD
							: MOOD_WARN,
			.created = admin_stamp(c->mem, z, m->created_at),
			.created_iso = admin_iso(c->mem, m->created_at),
			.ended = admin_stamp(c->mem, z, m->ended_at),
			.ended_iso = admin_iso(c->mem, m->ended_at),
			.attempts = m->attempts,
			.error = m->last_error,
			.may_send = is_open && m->has_body,
			.may_discard = m->state != MAIL_SENT && m->has_body };
		if (m->has_body)
			fill_text(c, m->id, &v[i]);
	}
	return (struct admin_mails){ v, n };
}

int page_admin_mail(struct ctx *c, struct err *e)
{
	struct admin_mail_view v = { .nav = { ADMIN_MAIL },
		.pager = { .to_next = "Older", .to_first = "Newest" } };
	struct mail_filter f = { .state = request_query(c->req, "state"),
		.before_id = admin_number(request_query(c->req, "before")),
		.limit = PAGE_MAILS + 1 };
	struct mail_items mails;
	enum mail_state state;
	struct viewer viewer;
	size_t n;

	if (!mail_state_find(f.state, &state))
		f.state = SPAN_NONE;
	if (mail_list(c->db, c->mem, &f, &mails, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	n = mails.n > PAGE_MAILS ? PAGE_MAILS : mails.n;
	v.page = admin_page(c, &viewer, "Mail");
	v.is_off = c->conf->smtp_url[0] == '\0';
	v.states = state_tabs(c->mem, f.state);
	v.mails = fill(c, viewer.zone, &mails, n);
	v.here = list_link(c->mem, f.state, f.before_id);
	if (mails.n > n)
		v.pager.next = list_link(c->mem, f.state, mails.v[n - 1].id);
	if (f.before_id > 0)
		v.pager.first = list_link(c->mem, f.state, 0);
	return response_html(c->res, page_admin_mail_html, &v, e);
}

static struct url list_of_form(const struct ctx *c)
{
	struct url back = url_local(c->mem, request_form(c->req, "back"));

	return span_starts(span_of(back.text), "/admin/mail") ? back : url_path("/admin/mail");
}

int page_admin_mail_again(struct ctx *c, struct err *e)
{
	struct admin who = admin_of(c);
	int64_t id = admin_number(request_form(c->req, "mail"));

	return admin_back(
		c, list_of_form(c), "mail-again", admin_mail_again(c->db, c->mem, &who, id, e), e);
}

int page_admin_mail_discard(struct ctx *c, struct err *e)
{
	struct admin who = admin_of(c);
	int64_t id = admin_number(request_form(c->req, "mail"));

	return admin_back(c, list_of_form(c), "mail-discarded",
		admin_mail_discard(c->db, c->mem, &who, id, e), e);
}
