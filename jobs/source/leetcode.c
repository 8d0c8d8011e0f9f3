#include <stdio.h>

#include "base/limits.h"
#include "jobs/source/record.h"
#include "jobs/source/request.h"
#include "jobs/source/source.h"
#include "net/http.h"
#include "net/json.h"
#include "os/config.h"

/*
 * LeetCode answers GraphQL. The short list of upcoming contests is asked for first; when the
 * schema has lost that field, the next query is tried, the last one knowing only the next two
 * contests. GraphQL reports errors with status 200 as well as 400, so `errors` is looked at before
 * `data`.
 */

static const struct {
	const char *field;
	bool only_next; // the platform cuts the list
} queries[] = {
	{ "upcomingContests", false },
	{ "allContests", false },
	{ "contestV2UpcomingContests", false },
	{ "topTwoContests", true },
};

/* Narrower than record_slug: capitals and underscores do not occur. */
static bool good_slug(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '_' || (s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return false;
	}
	return record_slug(s);
}

static void add_contest(
	struct arena *m, const struct json *record, int64_t now_s, struct contest_rows *out)
{
	struct contest_row row = {
		.native_id = record_id(m, record, "titleSlug"),
		.title = record_title(m, record, "title"),
	};
	int64_t length_s;

	out->seen++;
	if (!good_slug(row.native_id)) {
		contest_rows_skip(out, m, SPAN_NONE, "titleSlug is missing or odd");
		return;
	}
	if (!record_number(record, "startTime", &row.start_s) ||
		!record_number(record, "duration", &length_s) ||
		!record_end(row.start_s, length_s, &row.end_s)) {
		contest_rows_skip(out, m, row.native_id, "startTime or duration is no number");
		return;
	}
	row.url = span_of(
		arena_printf(m, "https://leetcode.com/contest/" SPAN_FMT, SPAN_ARG(row.native_id)));
	contest_rows_add(out, m, &row, now_s);
}

static int graphql_error(const struct json *errors, struct err *e)
{
	struct span message = record_text(json_at(errors, 0), "message");

	(void)err_set(e, ERR_INVALID, "LeetCode refused the query");
	return err_detail(e, SPAN_FMT, SPAN_ARG(span_sub(message, 0, 200)));
}

/* Nothing in contests of the answer, which may be the only_next list, is known behind its end. */
static void set_horizon(struct contest_rows *out)
{
	for (size_t i = 0; i < out->n; i++) {
		if (out->v[i].start_s > out->horizon_s)
			out->horizon_s = out->v[i].start_s;
	}
}

int leetcode_parse(
	struct arena *m, struct span body, int64_t now_s, struct contest_rows *out, struct err *e)
{
	JSON_AUTO root = NULL;
	const struct json *data;
	const struct json *errors;

	if (record_json(m, body, &root, e) != 0)
		return -1;
	errors = json_get(root, "errors");
	if (!json_is_null(errors) && !(json_is_array(errors) && json_length(errors) == 0))
		return graphql_error(errors, e);
	data = json_get(root, "data");
	for (size_t q = 0; q < countof(queries); q++) {
		const struct json *list = json_get(data, queries[q].field);

		if (!json_is_array(list))
			continue;
		for (size_t i = 0; i < json_length(list); i++)
			add_contest(m, json_at(list, i), now_s, out);
		if (queries[q].only_next)
			set_horizon(out);
		return contest_rows_check(out, e);
	}
	return err_set(e, ERR_INVALID, "LeetCode's answer has no list of contests");
}

static int ask(struct source_ctx *c, const char *field, struct contest_rows *out, struct err *e)
{
	static const char *const headers[] = { "Content-Type: application/json",
		"Accept: application/json", "Referer: https://leetcode.com/contest/", NULL };
	const char *body = arena_printf(
		c->mem, "{\"query\":\"{ %s { title titleSlug startTime duration } }\"}", field);
	struct http_request r = {
		.method = "POST",
		.base = c->conf->leetcode_url,
		.path = "/graphql",
		.headers = headers,
		.body = span_of(body),
	};
	struct http_reply reply;

	if (source_send(c, PLATFORM_LEETCODE, &r, &reply, e) != 0)
		return -1;
	if (reply.status != 400 && source_status(PLATFORM_LEETCODE, &reply, e) != 0)
		return -1;
	contest_rows_start(out, PLATFORM_LEETCODE);
	return leetcode_parse(c->mem, reply.body, c->now_s, out, e);
}

int leetcode_fetch(struct source_ctx *c, struct contest_rows *out, struct err *e)
{
	struct err first = { 0 };

	for (size_t q = 0; q < countof(queries); q++) {
		struct err now = { 0 };

		if (ask(c, queries[q].field, out, &now) == 0) {
			if (q > 0)
				(void)snprintf(out->note, sizeof out->note, "answered only to %s",
					queries[q].field);
			return 0;
		}
		if (q == 0)
			first = now;
		if (now.kind != ERR_INVALID) {
			*e = now;
			return -1;
		}
	}
	*e = first;
	return -1;
}
