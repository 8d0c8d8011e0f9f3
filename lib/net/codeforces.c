#include "net/codeforces.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "net/http.h"
#include "net/json_walk.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"

#define MAX_COMMENT 120

/* ---- the envelope ---- */

static bool has_words(struct span text, const char *words)
{
	struct span wanted = span_of(words);

	for (size_t i = 0; i + wanted.n <= text.n; i++) {
		if (span_ieq(span_sub(text, i, wanted.n), wanted))
			return true;
	}
	return false;
}

struct span codeforces_bad_handle(struct span comment)
{
	struct span rest = comment;
	struct span word;
	bool after = false;

	while (span_split(&rest, ' ', &word)) {
		if (after && word.n > 0)
			return has_words(rest, "not found") ? word : SPAN_NONE;
		after = span_is(word, "handle");
	}
	return SPAN_NONE;
}

static int refusal(struct span comment, struct err *e)
{
	struct span text = span_sub(comment, 0, MAX_COMMENT);

	text.n = utf8_cut(text.p, text.n);
	if (has_words(comment, "limit exceeded"))
		err_set(e, ERR_LIMIT, "Codeforces is asked too often");
	else if (has_words(comment, "not found"))
		err_set(e, ERR_NOT_FOUND, "Codeforces: " SPAN_FMT, SPAN_ARG(text));
	else if (has_words(comment, "should contain"))
		err_set(e, ERR_INVALID, "Codeforces: " SPAN_FMT, SPAN_ARG(text));
	else
		err_set(e, ERR_TEMPORARY, "Codeforces refused: " SPAN_FMT, SPAN_ARG(text));
	return -1;
}

/* Whatever the body says. */
static bool is_rest(int status)
{
	return status == 429 || status == 503;
}

static int wants_rest(int status, struct err *e)
{
	return err_set(e, ERR_LIMIT, "Codeforces asks to be left alone (HTTP %d)", status);
}

struct answer {
	int status;
	struct span body;
	bool is_strange; // has a form that nobody knows
};

/* An answer that is no JSON: a page for people, which a site shows that is out of order, or
 * something that nobody expects. */
static int no_json(struct answer *a, struct err *e)
{
	bool page = span_starts(span_trim(a->body), "<");

	a->is_strange = a->status == 200 && !page;
	if (a->status == 403 && !page)
		return wants_rest(a->status, e);
	if (a->status == 403)
		return err_set(e, ERR_FORBIDDEN, "blocked: Codeforces answered HTTP 403");
	if (a->status == 200)
		return err_set(e, ERR_TEMPORARY,
			page ? "Codeforces sent a page in place of data"
			     : "Codeforces sent no data");
	return err_set(e, ERR_TEMPORARY, "Codeforces is out of order (HTTP %d)", a->status);
}

/* Its members, of which nobody has read anything yet. */
enum {
	VERDICT,
	COMMENT,
	RESULT,
	N_PARTS
};

static int judge(struct arena *m, struct answer *a, const struct span *in, struct err *e)
{
	struct span verdict = json_walk_said(m, in[VERDICT]);
	struct span comment = json_walk_said(m, in[COMMENT]);

	if (span_is(verdict, "FAILED") && comment.p != NULL)
		return refusal(comment, e);
	if (span_is(verdict, "OK") && in[RESULT].p != NULL && !span_is(in[RESULT], "null") &&
		a->status == 200)
		return 0;
	a->is_strange = a->status == 200;
	return err_set(e, ERR_TEMPORARY, "the form of Codeforces' answer is not known (HTTP %d)",
		a->status);
}

static int read_envelope(struct arena *m, struct answer *a, struct span *result, struct err *e)
{
	static const char *const names[N_PARTS] = { "status", "comment", "result" };
	struct span in[N_PARTS];
	struct err why = { 0 };

	*result = SPAN_NONE;
	if (is_rest(a->status))
		return wants_rest(a->status, e);
	if (!span_starts(span_trim(a->body), "{"))
		return no_json(a, e);
	if (json_walk_members(m, a->body, names, N_PARTS, in, &why) != 0) {
		a->is_strange = a->status == 200;
		err_set(e, ERR_TEMPORARY, "Codeforces' answer cannot be read");
		return err_detail(e, "%s", why.text);
	}
	if (judge(m, a, in, e) != 0)
		return -1;
	*result = in[RESULT];
	return 0;
}

int codeforces_read(
	struct arena *m, int status, struct span body, struct span *result, struct err *e)
{
	struct answer a = { status, body, false };

	return read_envelope(m, &a, result, e);
}

/* ---- the call ---- */

const char *codeforces_path(struct arena *m, const struct codeforces_call *call)
{
	const char *path =
		arena_printf(m, "/api/%s%s", call->method, call->without == NULL ? "?lang=en" : "");
	char join = call->without == NULL ? '&' : '?';

	for (size_t i = 0; i < CODEFORCES_MAX_PARAMS; i++) {
		const struct codeforces_param *p = &call->params[i];

		if (p->name == NULL || p->value.p == NULL)
			continue;
		path = arena_printf(m, "%s%c%s=%s", path, join, p->name, http_escape(m, p->value));
		join = '&';
	}
	return path;
}

void codeforces_alert(const struct codeforces *cf, const struct codeforces_call *call, int status,
	const struct err *why)
{
	log_event(LOG_ERROR, "codeforces.alert", LOG_TEXT("from", cf->conf->from_env),
		LOG_TEXT("method", call->method), LOG_NUMBER("status", status),
		LOG_TEXT("reason", why->text), LOG_TEXT("detail", why->detail));
}

/* Nobody asks for a while. */
static void rest(struct codeforces *cf, int retry_after_s, struct err *e)
{
	e->retry_after_s = retry_after_s > CODEFORCES_PAUSE_S ? retry_after_s : CODEFORCES_PAUSE_S;
	cf->gate.pause(cf->gate.data, e->retry_after_s);
}

/* What everybody has to know of an answer: that Codeforces wants rest, or has changed. */
static void report(struct codeforces *cf, const struct codeforces_call *call,
	const struct answer *a, int retry_after_s, struct err *e)
{
	if (e->kind == ERR_LIMIT || e->kind == ERR_FORBIDDEN)
		rest(cf, retry_after_s, e);
	if (a->is_strange)
		codeforces_alert(cf, call, a->status, e);
}

static int send(struct codeforces *cf, struct arena *m, const struct http_request *r,
	struct http_reply *out, struct err *e)
{
	if (http_send(cf->http, m, r, out, e) == 0)
		return 0;
	if (e->kind == ERR_LIMIT)
		e->kind = ERR_TEMPORARY; // too large; ERR_LIMIT means too often here
	return -1;
}

int codeforces_send(struct codeforces *cf, struct arena *m, const struct http_request *r,
	struct http_reply *out, struct err *e)
{
	if (cf->gate.enter(cf->gate.data, CODEFORCES_SYNC, CODEFORCES_WEB_WAIT_MS, e) != 0 ||
		send(cf, m, r, out, e) != 0)
		return -1;
	if (!is_rest(out->status))
		return 0;
	(void)!wants_rest(out->status, e);
	e->kind = ERR_TEMPORARY; // who waits has not asked too often
	rest(cf, out->retry_after_s, e);
	return -1;
}

/* The answer as if its last list were empty. */
static struct span leave_out(struct arena *m, const char *list, struct span body)
{
	const char *key = arena_printf(m, "\"%s\":", list);
	const char *at = body.n > 0 ? memmem(body.p, body.n, key, strlen(key)) : NULL;

	if (at == NULL)
		return body;
	body.n = (size_t)(at - body.p);
	return span_of(arena_printf(m, SPAN_FMT "%s[]}}", SPAN_ARG(body), key));
}

int codeforces_call(struct codeforces *cf, struct arena *m, const struct codeforces_call *call,
	struct span *result, struct err *e)
{
	static const char *const headers[] = { "Accept: application/json", NULL };
	struct http_request request = { .base = cf->conf->codeforces_url,
		.path = codeforces_path(m, call),
		.headers = headers,
		.max_body = call->without != NULL ? CODEFORCES_MAX_FRONT : call->max_body,
		.front = call->without != NULL };
	struct http_reply reply;
	struct answer answer;

	*result = SPAN_NONE;
	if (cf->gate.enter(cf->gate.data, call->priority, call->max_wait_ms, e) != 0)
		return -1;
	if (call->asked_us != NULL)
		*call->asked_us = clock_unix_us();
	if (send(cf, m, &request, &reply, e) != 0)
		return -1;
	answer = (struct answer){ reply.status, reply.body, false };
	if (call->without != NULL)
		answer.body = leave_out(m, call->without, reply.body);
	if (read_envelope(m, &answer, result, e) == 0) {
		if (call->body != NULL)
			*call->body = answer.body;
		return 0;
	}
	report(cf, call, &answer, reply.retry_after_s, e);
	return -1;
}
