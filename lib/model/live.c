#include "model/live.h"

#include "auth/token.h"
#include "base/buf.h"
#include "base/scan.h"
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

static int one_allowed(
	struct db *d, struct arena *m, const struct user *reader, struct span scope, struct err *e)
{
	struct span rest = scope, kind;
	uint64_t id;

	if (span_is(scope, "system"))
		return 0;
	if (!scan_until(&rest, ':', MAX_SCOPE, &kind))
		return err_set(e, ERR_NOT_FOUND, "no such scope");
	if (span_is(kind, "user") && reader != NULL && span_u64(rest, INT64_MAX, &id) &&
		(int64_t)id == reader->id)
		return 0;
	if (span_is(kind, "submission") && reader != NULL) {
		const struct submission_look look = { .public_id = rest, .reader = reader };
		struct submission_full s;

		return submission_progress(d, m, &look, &s, e);
	}
	return err_set(e, ERR_NOT_FOUND, "no such scope");
}

int live_allowed(struct db *d, struct arena *m, const struct user *reader,
	const struct live_scopes *scopes, struct err *e)
{
	for (size_t i = 0; i < scopes->n; i++)
		if (one_allowed(d, m, reader, scopes->v[i], e) != 0)
			return -1;
	return 0;
}

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
