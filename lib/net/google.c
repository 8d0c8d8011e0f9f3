/*
 * Two sorts of answers. The token endpoint says {"error": "invalid_grant"}; the calendar says
 * {"error": {"errors": [{"reason": "rateLimitExceeded"}]}}. Both become one enum google_what by the
 * tables below. An answer that is no JSON, such as a proxy's page, is judged by its status.
 */
#include "net/google.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "net/http.h"
#include "net/json.h"
#include "os/config.h"

static const char *const what_names[] = {
	[GOOGLE_OK] = "ok",
	[GOOGLE_LATER] = "later",
	[GOOGLE_STOP] = "stop",
	[GOOGLE_TOKEN] = "token",
	[GOOGLE_RECONNECT] = "reconnect",
	[GOOGLE_CONFIG] = "config",
	[GOOGLE_DENIED] = "denied",
	[GOOGLE_REFUSED] = "refused",
	[GOOGLE_MISSING] = "missing",
	[GOOGLE_DELETED] = "deleted",
	[GOOGLE_EXISTS] = "exists",
	[GOOGLE_CHANGED] = "changed",
	[GOOGLE_RELIST] = "relist",
};

const char *google_what_name(enum google_what what)
{
	return what_names[what];
}

bool google_configured(const struct config *conf)
{
	return conf->google_client_id[0] != '\0' && conf->google_client_secret[0] != '\0' &&
	       conf->google_redirect_url[0] != '\0';
}

/* ---- judging ---- */

struct verdict {
	int status; // 0: whatever
	const char *reason;
	enum google_what what;
};

static const struct verdict of_token[] = {
	{ 0, "invalid_grant", GOOGLE_RECONNECT },
	{ 0, "invalid_client", GOOGLE_CONFIG },
	{ 0, "unauthorized_client", GOOGLE_CONFIG },
	{ 0, "redirect_uri_mismatch", GOOGLE_CONFIG },
	{ 0, "unsupported_grant_type", GOOGLE_CONFIG },
	{ 0, "invalid_request", GOOGLE_CONFIG },
	{ 0, "invalid_scope", GOOGLE_CONFIG },
	{ 0, "admin_policy_enforced", GOOGLE_RECONNECT },
	{ 0, "access_denied", GOOGLE_RECONNECT },
};

static const struct verdict of_call[] = {
	{ 403, "userRateLimitExceeded", GOOGLE_LATER },
	{ 403, "rateLimitExceeded", GOOGLE_LATER },
	{ 403, "quotaExceeded", GOOGLE_STOP },
	{ 403, "dailyLimitExceeded", GOOGLE_STOP },
	{ 403, "calendarUsageLimitsExceeded", GOOGLE_STOP },
	{ 403, "insufficientPermissions", GOOGLE_RECONNECT },
	{ 403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT", GOOGLE_RECONNECT },
	{ 403, "accessNotConfigured", GOOGLE_CONFIG },
	{ 409, "duplicate", GOOGLE_EXISTS },
	{ 409, "conflict", GOOGLE_LATER },
	{ 410, "fullSyncRequired", GOOGLE_RELIST },
	{ 410, "updatedMinTooLongAgo", GOOGLE_RELIST },
};

static const struct {
	int status;
	enum google_what what;
} by_status[] = {
	{ 401, GOOGLE_TOKEN },
	{ 403, GOOGLE_DENIED },
	{ 404, GOOGLE_MISSING },
	{ 408, GOOGLE_LATER },
	{ 409, GOOGLE_EXISTS },
	{ 410, GOOGLE_DELETED },
	{ 412, GOOGLE_CHANGED },
	{ 429, GOOGLE_LATER },
};

static enum google_what judge_status(int status)
{
	if (status >= 200 && status < 300)
		return GOOGLE_OK;
	for (size_t i = 0; i < countof(by_status); i++) {
		if (by_status[i].status == status)
			return by_status[i].what;
	}
	return status >= 400 && status < 500 ? GOOGLE_REFUSED : GOOGLE_LATER;
}

/* A code is letters, digits, _ and -; anything else does not get into a log. */
static void keep_reason(struct google_answer *a, struct span reason)
{
	if (reason.n >= sizeof(a->reason))
		return;
	for (size_t i = 0; i < reason.n; i++) {
		char c = reason.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '_' || c == '-'))
			return;
	}
	if (reason.n > 0)
		memcpy(a->reason, reason.p, reason.n);
	a->reason[reason.n] = '\0';
}

static bool look_up(const struct verdict *table, size_t n, struct google_answer *a)
{
	for (size_t i = 0; i < n; i++) {
		if ((table[i].status == 0 || table[i].status == a->status) &&
			strcmp(table[i].reason, a->reason) == 0) {
			a->what = table[i].what;
			return true;
		}
	}
	return false;
}

/* Out of order and too often are said by the status, whatever the body says. */
static bool is_passing(int status)
{
	return status >= 500 || status == 429 || status == 408;
}

void google_judge_token(int status, struct span body, struct google_answer *a)
{
	JSON_AUTO root = NULL;
	struct err why = { 0 };
	struct span reason = SPAN_NONE;

	*a = (struct google_answer){ .status = status, .what = judge_status(status) };
	if (a->what == GOOGLE_OK)
		return;
	if (json_parse(body, &root, &why) == 0)
		json_text(json_get(root, "error"), &reason);
	keep_reason(a, reason);
	if (is_passing(status)) {
		a->what = GOOGLE_LATER;
		return;
	}
	// without a code that we know, nobody's permission is called gone
	if (!look_up(of_token, countof(of_token), a))
		a->what = GOOGLE_LATER;
}

void google_judge_call(int status, struct span body, struct google_answer *a)
{
	JSON_AUTO root = NULL;
	struct err why = { 0 };
	struct span reason = SPAN_NONE;

	*a = (struct google_answer){ .status = status, .what = judge_status(status) };
	if (a->what == GOOGLE_OK)
		return;
	if (json_parse(body, &root, &why) == 0) {
		const struct json *error = json_get(root, "error");

		if (!json_text(json_get(json_at(json_get(error, "errors"), 0), "reason"), &reason))
			json_text(json_get(json_at(json_get(error, "details"), 0), "reason"),
				&reason);
	}
	keep_reason(a, reason);
	if (is_passing(status))
		a->what = GOOGLE_LATER;
	else
		(void)look_up(of_call, countof(of_call), a);
}

/* ---- addresses and forms ---- */

static struct oauth_client client_of(const struct google *g)
{
	return (struct oauth_client){ g->conf->google_client_id, g->conf->google_client_secret,
		g->conf->google_redirect_url };
}

const char *google_consent_url(
	const struct google *g, struct arena *m, const struct google_consent *c)
{
	const struct oauth_client client = client_of(g);
	BUF_AUTO b;
	struct span query;
	struct err why = { 0 };

	buf_init(&b, GOOGLE_MAX_TOKEN * 4);
	oauth_put_consent(&b, m, &client, &c->oauth);
	if (c->offline) {
		oauth_put(&b, m, "access_type", SPAN("offline"));
		oauth_put(&b, m, "prompt", SPAN("consent"));
	} else if (c->choose) {
		oauth_put(&b, m, "prompt", SPAN("select_account"));
	}
	oauth_put(&b, m, "login_hint", c->hint);
	if (buf_finish(&b, &query, &why) != 0)
		return g->conf->google_auth_url; // all parts are short: not reached
	return arena_printf(m, "%s?" SPAN_FMT, g->conf->google_auth_url, SPAN_ARG(query));
}

bool google_has_scope(struct span granted, const char *scope)
{
	struct span one;

	while (span_split(&granted, ' ', &one)) {
		if (span_is(one, scope))
			return true;
	}
	return false;
}

/* ---- the exchange ---- */

bool google_send(const struct google *g, struct arena *m, const struct http_request *r,
	struct http_reply *reply, struct google_answer *a)
{
	struct err why = { 0 };

	if (http_send(g->http, m, r, reply, &why) == 0)
		return true;
	*a = (struct google_answer){ .what = GOOGLE_LATER };
	if (why.kind == ERR_FORBIDDEN || why.kind == ERR_INVALID)
		a->what = GOOGLE_CONFIG;
	snprintf(a->detail, sizeof(a->detail), "%.150s", why.text);
	a->detail[utf8_cut(a->detail, strlen(a->detail))] = '\0';
	return false;
}

static bool post(const struct google *g, struct arena *m, const char *url, struct span form,
	struct http_reply *reply, struct google_answer *a)
{
	static const char *const headers[] = { "Content-Type: application/x-www-form-urlencoded",
		"Accept: application/json", NULL };
	const struct http_request r = { .method = "POST",
		.base = url,
		.path = "",
		.headers = headers,
		.body = form,
		.timeout_ms = g->timeout_ms,
		.max_body = GOOGLE_MAX_ANSWER };

	if (!google_send(g, m, &r, reply, a))
		return false;
	google_judge_token(reply->status, reply->body, a);
	a->retry_after_s = reply->retry_after_s;
	return true;
}

/* A token as it may stand in a header and in the database. */
static bool is_token(struct span s, size_t most)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] <= 0x20 || s.p[i] == 0x7f)
			return false; // bytes over 0x7f are negative
	}
	return s.n > 0 && s.n <= most;
}

bool google_read_tokens(struct span body, struct arena *m, struct google_tokens *out)
{
	JSON_AUTO root = NULL;
	struct err why = { 0 };
	struct google_tokens t = { .expires_in_s = 0 };
	struct span type = SPAN_NONE;
	int64_t life = 0;

	if (json_parse(body, &root, &why) != 0 || !json_is_object(root))
		return false;
	json_text(json_get(root, "access_token"), &t.access);
	json_text(json_get(root, "refresh_token"), &t.refresh);
	json_text(json_get(root, "scope"), &t.scope);
	json_text(json_get(root, "id_token"), &t.id_token);
	json_text(json_get(root, "token_type"), &type);
	json_i64(json_get(root, "expires_in"), &life);
	if (!is_token(t.access, GOOGLE_MAX_TOKEN) || !span_ieq(type, SPAN("Bearer")))
		return false;
	if (t.refresh.n == 0)
		t.refresh = SPAN_NONE; // an empty one never takes the place of a stored one
	else if (!is_token(t.refresh, GOOGLE_MAX_TOKEN))
		return false;
	t.expires_in_s = life > 0 && life < 86400 ? (int)life : 0;
	*out = (struct google_tokens){ arena_span(m, t.access), arena_span(m, t.refresh),
		arena_span(m, t.scope), arena_span(m, t.id_token), t.expires_in_s };
	return true;
}

static void ask_tokens(const struct google *g, struct arena *m, struct buf *form,
	struct google_tokens *out, struct google_answer *a)
{
	struct http_reply reply;
	struct span text;
	struct err why = { 0 };

	*out = (struct google_tokens){ .expires_in_s = 0 };
	if (buf_finish(form, &text, &why) != 0) {
		*a = (struct google_answer){ .what = GOOGLE_REFUSED };
		return;
	}
	if (!post(g, m, g->conf->google_token_url, text, &reply, a) || a->what != GOOGLE_OK)
		return;
	if (!google_read_tokens(reply.body, m, out)) {
		a->what = GOOGLE_LATER;
		snprintf(a->detail, sizeof(a->detail), "the answer holds no token");
	}
}

void google_exchange(const struct google *g, struct arena *m, struct span code,
	struct span verifier, struct google_tokens *out, struct google_answer *a)
{
	const struct oauth_client client = client_of(g);
	BUF_AUTO form;

	buf_init(&form, GOOGLE_MAX_TOKEN * 8);
	oauth_put_exchange(&form, m, &client, &(struct oauth_code){ code, verifier });
	ask_tokens(g, m, &form, out, a);
}

void google_refresh(const struct google *g, struct arena *m, struct span refresh_token,
	struct google_tokens *out, struct google_answer *a)
{
	BUF_AUTO form;

	buf_init(&form, GOOGLE_MAX_TOKEN * 8);
	oauth_put(&form, m, "grant_type", SPAN("refresh_token"));
	oauth_put(&form, m, "refresh_token", refresh_token);
	oauth_put(&form, m, "client_id", span_of(g->conf->google_client_id));
	oauth_put(&form, m, "client_secret", span_of(g->conf->google_client_secret));
	ask_tokens(g, m, &form, out, a);
}

void google_revoke(
	const struct google *g, struct arena *m, struct span token, struct google_answer *a)
{
	const char *form = arena_printf(m, "token=%s", http_escape(m, token));
	struct http_reply reply;

	if (!post(g, m, g->conf->google_revoke_url, span_of(form), &reply, a))
		return;
	if (a->status == 400 && strcmp(a->reason, "invalid_token") == 0)
		a->what = GOOGLE_OK;
}

void google_certs(
	const struct google *g, struct arena *m, struct span *out, struct google_answer *a)
{
	const struct http_request r = { .base = g->conf->google_jwks_url,
		.path = "",
		.timeout_ms = g->timeout_ms,
		.max_body = GOOGLE_MAX_ANSWER };
	struct http_reply reply;

	*out = SPAN_NONE;
	if (!google_send(g, m, &r, &reply, a))
		return;
	*a = (struct google_answer){ .status = reply.status,
		.what = reply.status == 200 ? GOOGLE_OK : GOOGLE_LATER };
	*out = reply.body;
}
