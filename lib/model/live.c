#include "model/live.h"

#include "auth/token.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/scan.h"
#include "model/member.h"
#include "model/room.h"
#include "model/submission.h"
#include "model/user.h"
#include "os/config.h"

#define PURPOSE   "live"
#define MAX_SCOPE 80

static bool is_kind(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_name(char c)
{
	return is_kind(c) || (c >= '0' && c <= '9') || c == '-';
}

static bool is_scope(struct span s)
{
	struct span kind, name;

	if (s.n > MAX_SCOPE || !scan_while(&s, is_kind, MAX_SCOPE, &kind) || kind.n == 0)
		return false;
	if (scan_end(&s))
		return true;
	return scan_char(&s, ':') && scan_while(&s, is_name, 64, &name) && name.n > 0 &&
	       scan_end(&s);
}

int live_scopes_parse(struct span text, struct live_scopes *out, struct err *e)
{
	struct span one;

	out->n = 0;
	while (span_split(&text, ' ', &one)) {
		bool known = false;

		if (one.n == 0)
			continue;
		if (!is_scope(one))
			return err_field(e, "scope", "no scope looks like this");
		for (size_t i = 0; i < out->n; i++)
			known |= span_eq(out->v[i], one);
		if (known)
			continue;
		if (out->n == LIVE_MAX_SCOPES)
			return err_field(e, "scope", "not more than %d of them", LIVE_MAX_SCOPES);
		out->v[out->n++] = one;
	}
	return out->n > 0 ? 0 : err_field(e, "scope", "name a scope");
}

/* ---- who may watch what ---------------------------------------------------------------------- */

struct asker {
	struct db *db;
	struct arena *mem;
	const struct user *user; // NULL: a guest
};

static int not_for(struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "no such scope");
}

static int everybody(const struct asker *a, struct span id, struct err *e)
{
	(void)a;
	(void)id;
	(void)e;
	return 0;
}

static int oneself(const struct asker *a, struct span id, struct err *e)
{
	uint64_t n;

	return a->user != NULL && span_u64(id, INT64_MAX, &n) && (int64_t)n == a->user->id
		       ? 0
		       : not_for(e);
}

static int coaches(const struct asker *a, struct span id, struct err *e)
{
	(void)id;
	return a->user != NULL && user_has(a->user, ROLE_COACH) ? 0 : not_for(e);
}

/* Whoever sees the page: guests too, where everybody may. */
static int member(const struct asker *a, struct span id, struct err *e)
{
	struct member_access access;
	struct member who;
	uint64_t n;

	if (!span_u64(id, INT64_MAX, &n))
		return not_for(e);
	return member_access_of(a->db, a->mem, a->user, &access, e) == 0
		       ? member_get(a->db, a->mem, &access, (int64_t)n, &who, e)
		       : -1;
}

/* Whoever sees its page: guests too, where it may be watched. */
static int room(const struct asker *a, struct span id, struct err *e)
{
	const struct room_look look = { id, a->user };
	struct room r;

	return room_watch(a->db, a->mem, &look, &r, e);
}

/* Whoever sees its page. */
static int submission(const struct asker *a, struct span id, struct err *e)
{
	const struct submission_look look = { .public_id = id, .reader = a->user };
	struct submission_full s;

	return a->user != NULL ? submission_progress(a->db, a->mem, &look, &s, e) : not_for(e);
}

/* Every kind of scope has its line here; one that has none cannot be watched. */
static const struct {
	const char *kind;
	bool has_id; // "kind:id"
	int (*allowed)(const struct asker *a, struct span id, struct err *e);
} rules[] = {
	{ "member", true, member },
	{ "room", true, room },
	{ "submission", true, submission },
	{ "system", false, everybody },
	{ "tracker", false, coaches },
	{ "user", true, oneself },
};

static int one_allowed(const struct asker *a, struct span scope, struct err *e)
{
	struct span id = scope;
	struct span kind = scope;
	bool has_id = scan_until(&id, ':', MAX_SCOPE, &kind);

	for (size_t i = 0; i < countof(rules); i++)
		if (span_is(kind, rules[i].kind) && has_id == rules[i].has_id)
			return rules[i].allowed(a, id, e);
	return not_for(e);
}

int live_allowed(struct db *d, struct arena *m, const struct user *reader,
	const struct live_scopes *scopes, struct err *e)
{
	const struct asker a = { d, m, reader };

	for (size_t i = 0; i < scopes->n; i++)
		if (one_allowed(&a, scopes->v[i], e) != 0)
			return -1;
	return 0;
}

/* ---- tickets --------------------------------------------------------------------------------- */

int live_ticket_make(const struct config *conf, const struct live_scopes *scopes, int64_t now_s,
	struct arena *m, struct span *out, struct err *e)
{
	struct token_claim claim = { .purpose = PURPOSE, .expires_s = now_s + LIVE_TICKET_S };
	BUF_AUTO text;

	buf_init(&text, TOKEN_MAX_PAYLOAD);
	for (size_t i = 0; i < scopes->n; i++) {
		if (i > 0)
			buf_addc(&text, ' ');
		buf_add_span(&text, scopes->v[i]);
	}
	if (buf_finish(&text, &claim.payload, e) != 0)
		return -1;
	return token_sign(conf->session_secret, &claim, m, out, e);
}

int live_ticket_read(const struct config *conf, struct span ticket, int64_t now_s, struct arena *m,
	struct live_scopes *out, struct err *e)
{
	struct token_claim claim = { .purpose = PURPOSE };

	if (token_verify(conf->session_secret, now_s, ticket, m, &claim, e) != 0)
		return -1;
	return live_scopes_parse(claim.payload, out, e);
}
