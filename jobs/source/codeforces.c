#include "base/limits.h"
#include "base/utf8.h"
#include "jobs/source/record.h"
#include "jobs/source/request.h"
#include "jobs/source/source.h"
#include "net/http.h"
#include "net/json.h"
#include "os/config.h"

/*
 * Codeforces answers with its whole history in one list. What is announced has the phase BEFORE and
 * a start time, what runs CODING; the other phases, where a contest can stay for years, are over.
 */

static void add_contest(
	struct arena *m, const struct json *record, int64_t now_s, struct contest_rows *out)
{
	struct span phase = record_text(record, "phase");
	const struct json *start = json_get(record, "startTimeSeconds");
	struct contest_row row = { .native_id = SPAN_NONE };
	int64_t id;
	int64_t length_s;

	out->seen++;
	if (phase.p == NULL) {
		contest_rows_skip(out, m, record_id(m, record, "id"), "phase is missing");
		return;
	}
	if (!span_is(phase, "BEFORE") && !span_is(phase, "CODING"))
		return;
	if (!json_i64(json_get(record, "id"), &id) || id <= 0) {
		contest_rows_skip(out, m, SPAN_NONE, "id is missing or no number");
		return;
	}
	row.native_id = record_id(m, record, "id");
	if (json_is_null(start)) {
		contest_rows_leave(out, "start time is not announced");
		return;
	}
	if (!json_i64(start, &row.start_s) ||
		!json_i64(json_get(record, "durationSeconds"), &length_s) ||
		!record_end(row.start_s, length_s, &row.end_s)) {
		contest_rows_skip(out, m, row.native_id, "start time or duration is no number");
		return;
	}
	row.title = record_title(m, record, "name");
	row.url = span_of(arena_printf(
		m, "https://codeforces.com/contests/" SPAN_FMT, SPAN_ARG(row.native_id)));
	contest_rows_add(out, m, &row, now_s);
}

/* True if the comment has these words, whatever their case. */
static bool has_words(struct span comment, const char *words)
{
	struct span wanted = span_of(words);

	for (size_t i = 0; i + wanted.n <= comment.n; i++) {
		if (span_ieq(span_sub(comment, i, wanted.n), wanted))
			return true;
	}
	return false;
}

static int refused(const struct json *root, struct err *e)
{
	struct span comment = record_text(root, "comment");
	size_t n = comment.n < 120 ? comment.n : utf8_cut(comment.p, 120);

	comment = span_sub(comment, 0, n);
	if (has_words(comment, "limit exceeded"))
		return err_set(e, ERR_LIMIT, "Codeforces: " SPAN_FMT, SPAN_ARG(comment));
	return err_set(e, ERR_TEMPORARY, "Codeforces refused: " SPAN_FMT, SPAN_ARG(comment));
}

int codeforces_parse(
	struct arena *m, struct span body, int64_t now_s, struct contest_rows *out, struct err *e)
{
	JSON_AUTO root = NULL;
	const struct json *result;

	if (record_json(body, &root, e) != 0)
		return -1;
	if (span_is(record_text(root, "status"), "FAILED"))
		return refused(root, e);
	result = json_get(root, "result");
	if (!span_is(record_text(root, "status"), "OK") || !json_is_array(result))
		return err_set(e, ERR_INVALID, "Codeforces's answer has no list of contests");
	for (size_t i = 0; i < json_length(result); i++)
		add_contest(m, json_at(result, i), now_s, out);
	return contest_rows_check(out, e);
}

int codeforces_fetch(struct source_ctx *c, struct contest_rows *out, struct err *e)
{
	static const char *const headers[] = { "Accept: application/json", NULL };
	struct http_request r = {
		.base = c->conf->codeforces_url,
		.path = "/api/contest.list?gym=false&lang=en",
		.headers = headers,
	};
	struct http_reply reply;

	if (source_send(c, PLATFORM_CODEFORCES, &r, &reply, e) != 0)
		return -1;
	if (reply.status != 400 && source_status(PLATFORM_CODEFORCES, &reply, e) != 0)
		return -1;
	return codeforces_parse(c->mem, reply.body, c->now_s, out, e);
}
