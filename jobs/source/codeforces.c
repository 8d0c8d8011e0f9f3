#include "net/codeforces.h"
#include "base/limits.h"
#include "jobs/source/record.h"
#include "jobs/source/request.h"
#include "jobs/source/source.h"
#include "model/bucket.h"
#include "net/json.h"

/*
 * Codeforces answers with its whole history in one list. What is announced has the phase BEFORE and
 * a start time, what runs CODING; the other phases, where a contest can stay for years, are over.
 * Every call goes through the gateway, which paces all processes together and closes for a while
 * when it is asked too often; then the fetch ends, and the source's own clock repeats it.
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

static int read_list(struct arena *m, const struct json *list, int64_t now_s,
	struct contest_rows *out, struct err *e)
{
	if (!json_is_array(list))
		return err_set(e, ERR_INVALID, "Codeforces's answer has no list of contests");
	for (size_t i = 0; i < json_length(list); i++)
		add_contest(m, json_at(list, i), now_s, out);
	return contest_rows_check(out, e);
}

int codeforces_parse(
	struct arena *m, struct span body, int64_t now_s, struct contest_rows *out, struct err *e)
{
	JSON_AUTO root = NULL;
	const struct json *result;

	if (codeforces_read(200, body, &root, &result, e) != 0)
		return -1;
	return read_list(m, result, now_s, out, e);
}

int codeforces_fetch(struct source_ctx *c, struct contest_rows *out, struct err *e)
{
	struct bucket bucket = bucket_codeforces(c->conf, c->db, c->mem);
	struct codeforces cf = { c->conf, c->http, bucket_gate(&bucket) };
	const struct codeforces_call call = {
		.method = "contest.list",
		.params = { { "gym", SPAN("false") } },
		.priority = CODEFORCES_MANUAL,
		.max_wait_ms = SOURCE_MAX_WAIT_S * 1000,
		.max_body = source_of(PLATFORM_CODEFORCES)->pace.max_body,
	};

	for (int try = 1;; try++) {
		JSON_AUTO root = NULL;
		const struct json *result;
		struct err now = { 0 };

		if (codeforces_call(&cf, c->mem, &call, &root, &result, &now) == 0)
			return read_list(c->mem, result, c->now_s, out, e);
		if (now.kind != ERR_TEMPORARY ||
			!source_wait(c, PLATFORM_CODEFORCES, try, now.retry_after_s)) {
			*e = now;
			return -1;
		}
	}
}
