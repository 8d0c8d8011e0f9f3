#include "fcgi/admin_frame.h"

#include <inttypes.h>

#include "base/attr.h"
#include "base/scan.h"
#include "base/when.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "html/url.h"
#include "model/audit.h"
#include "model/user.h"

#define US 1000000

static const struct page_said said[] = {
	{ "retried", FLASH_OK, "The job begins anew." },
	{ "discarded", FLASH_OK, "The job is gone." },
	{ "paused", FLASH_OK, "The queue pauses: no job of it begins." },
	{ "resumed", FLASH_OK, "The queue goes on." },
	{ "set", FLASH_OK, "The queue's limit and weight are saved." },
	{ "roles", FLASH_OK, "The roles are saved." },
	{ "locked", FLASH_OK, "The account is locked and signed out." },
	{ "unlocked", FLASH_OK, "The account is open again." },
	{ "signed-out", FLASH_OK, "The account is signed out everywhere." },
	{ "reset", FLASH_OK, "A mail with a link to a new password is on its way." },
	{ "mail-again", FLASH_OK, "The mail is tried again." },
	{ "mail-discarded", FLASH_OK, "The mail is given up." },
	{ "late", FLASH_WARN, "Nothing was changed: it is not in that state any more." },
	{ "own", FLASH_WARN, "Nobody does that to the own account: another admin can." },
};

struct page_view admin_page(const struct ctx *c, const struct viewer *v, const char *title)
{
	struct page_view page = page_start(c, v, title, NAV_ADMIN);

	page.no_index = true;
	page_say(c, &page, said, countof(said));
	return page;
}

struct admin admin_of(const struct ctx *c)
{
	return (struct admin){ .id = c->user->id, .address = c->req->client };
}

int admin_back(struct ctx *c, struct url to, const char *done, int rc, struct err *e)
{
	if (rc != 0) {
		if (e->kind == ERR_CONFLICT || e->kind == ERR_NOT_FOUND)
			done = "late";
		else if (e->kind == ERR_FORBIDDEN)
			done = "own";
		else
			return -1;
		*e = (struct err){ .kind = ERR_NONE };
	}
	return response_redirect(c->res, url_with(c->mem, to, "done", span_of(done)));
}

const char *admin_stamp(struct arena *m, const struct zone *z, int64_t unix_us)
{
	return unix_us != INT64_MIN ? when_stamp(m, z, unix_us / US) : NULL;
}

const char *admin_iso(struct arena *m, int64_t unix_us)
{
	return unix_us != INT64_MIN ? when_iso(m, unix_us / US) : NULL;
}

int64_t admin_number(struct span text)
{
	uint64_t n;

	return text.p != NULL && span_u64(text, INT64_MAX, &n) ? (int64_t)n : 0;
}

/* ---- rows of the audit ----------------------------------------------------------------------- */

static const char *actor_name(struct arena *m, const struct admin_names *names, int64_t id)
{
	if (id == 0)
		return "Podium";
	for (size_t i = 0; i < names->n; i++)
		if (names->v[i].id == id)
			return arena_dup(m, names->v[i].name);
	return arena_printf(m, "account %" PRId64, id);
}

struct url admin_user_link(struct arena *m, int64_t id)
{
	return url_to(m, "/admin/users/{}", arena_printf(m, "%" PRId64, id), NULL);
}

/* "user:7" leads to the account; others lead nowhere. */
static void link_object(struct arena *m, struct admin_audit_item *row)
{
	int64_t id = 0;

	if (span_starts(row->object, "user:"))
		id = admin_number(span_sub(row->object, sizeof("user:") - 1, row->object.n));
	if (id > 0)
		row->object_link = admin_user_link(m, id);
}

int admin_audit_fill(struct ctx *c, const struct zone *z, const struct audit_rows *rows,
	struct admin_audit_items *out, struct err *e)
{
	struct admin_audit_item *v = arena_new_array(c->mem, struct admin_audit_item, rows->n + 1);
	int64_t *ids = arena_new_array(c->mem, int64_t, rows->n + 1);
	struct admin_names names;

	for (size_t i = 0; i < rows->n; i++)
		ids[i] = rows->v[i].actor_id;
	if (admin_names(c->db, c->mem, ids, rows->n, &names, e) != 0)
		return -1;
	for (size_t i = 0; i < rows->n; i++) {
		const struct audit_row *r = &rows->v[i];

		v[i] = (struct admin_audit_item){ .id = r->id,
			.at = admin_stamp(c->mem, z, r->at),
			.at_iso = admin_iso(c->mem, r->at),
			.actor = actor_name(c->mem, &names, r->actor_id),
			.action = r->action,
			.object = r->object,
			.detail = span_is(r->detail, "{}") ? SPAN("") : r->detail,
			.address = r->address };
		link_object(c->mem, &v[i]);
		if (r->actor_id != 0)
			v[i].actor_link = admin_user_link(c->mem, r->actor_id);
	}
	*out = (struct admin_audit_items){ v, rows->n };
	return 0;
}
