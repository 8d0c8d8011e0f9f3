#include "base/limits.h"
#include "fcgi/google.h"
#include "model/calendar_google.h"
#include "model/user.h"

/* What Google must have granted, and for good: without a refresh token the next sync would fail. */
static int check_grant(const struct google_return *r, struct err *e)
{
	const char *needed = r->visit.wants_primary ? GOOGLE_SCOPE_EVENTS : GOOGLE_SCOPE_MADE;

	if (!google_has_scope(r->tokens.scope, needed))
		return err_set(e, ERR_FORBIDDEN,
			"Google's page asks for the calendar with a box to tick. Please leave it "
			"ticked.");
	if (r->tokens.refresh.n == 0)
		return err_set(e, ERR_TEMPORARY,
			"Google gave its permission for this hour only. Please connect again.");
	if (r->person.email.n == 0)
		return err_set(e, ERR_AUTH, "Google did not say whose calendar it is.");
	return 0;
}

int google_connect_calendar(struct ctx *c, const struct google_return *r, struct err *e)
{
	const struct calendar_grant grant = { .user_id = c->user->id,
		.account = r->person.email,
		.refresh = r->tokens.refresh,
		.is_primary = r->visit.wants_primary };

	if (check_grant(r, e) != 0)
		return -1;
	return calendar_google_connect(c->db, c->cache, c->mem, c->seal, &grant, e);
}
