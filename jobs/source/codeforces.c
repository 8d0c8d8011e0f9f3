#include "net/codeforces.h"
#include "base/limits.h"
#include "jobs/source/record.h"
#include "jobs/source/request.h"
#include "jobs/source/source.h"
#include "model/bucket.h"
#include "net/json.h"
#include "net/json_walk.h"

/*
 * Codeforces answers with its whole history in one list. What is announced has the phase BEFORE and
 * a start time, what runs CODING; the other phases, where a contest can stay for years, are over.
 * Every call goes through the gateway, which paces all processes together and closes for a while
 * when it is asked too often; then the fetch ends, and the source's own clock repeats it.
 */

static bool is_over(struct span phase)
{
	return span_is(phase, "FINISHED") || span_is(phase, "PENDING_SYSTEM_TEST") ||
	       span_is(phase, "SYSTEM_TEST");
}

static void add_contest(
	struct arena *m, const struct json *record, int64_t now_s, struct contest_rows *out)
{
	struct span phase = record_text(record, "phase");
	struct contest_row row = { .native_id = SPAN_NONE };
	int64_t id;
	int64_t length_s;

	if (is_over(phase))
		return;
	if (!span_is(phase, "BEFORE") && !span_is(phase, "CODING")) {
		contest_rows_skip(out, m, record_id(m, record, "id"),
			phase.p == NULL ? "phase is missing" : "phase is none that is known");
		return;
	}
	if (!json_i64(json_get(record, "id"), &id) || id <= 0) {
		contest_rows_skip(out, m, SPAN_NONE, "id is missing or no number");
		return;
	}
	row.native_id = record_id(m, record, "id");
	if (json_is_null(json_get(record, "startTimeSeconds")) &&
		json_is_null(json_get(record, "relativeTimeSeconds"))) {
		contest_rows_leave(out, "start time is not announced");
		return;
	}
	if (!record_number(record, "startTimeSeconds", &row.start_s) ||
		!record_number(record, "durationSeconds", &length_s) ||
		!record_end(row.start_s, length_s, &row.end_s)) {
		contest_rows_skip(out, m, row.native_id, "start time or duration is no number");
		return;
	}
	row.title = record_title(m, record, "name");
	row.url = span_of(arena_printf(
		m, "https://codeforces.com/contests/" SPAN_FMT, SPAN_ARG(row.native_id)));
	contest_rows_add(out, m, &row, now_s);
}

/* Most of the list: told by one look at the record, without making a value of it. */
static bool says_over(struct arena *m, struct span record)
{
	static const char *const name = "phase";
	struct err ignored = { 0 };
	struct span phase;

	if (json_walk_members(m, record, &name, 1, &phase, &ignored) != 0)
		return false;
	phase = json_walk_said(m, phase);
	return phase.n > 0 && is_over(phase);
}

static int read_record(
	struct arena *m, struct span record, int64_t now_s, struct contest_rows *out, struct err *e)
{
	JSON_AUTO v = NULL;

	out->seen++;
	if (says_over(m, record))
		return 0;
	if (json_parse(record, &v, e) != 0)
		return -1;
	add_contest(m, v, now_s, out);
	return 0;
}

static int read_list(
	struct arena *m, struct span list, int64_t now_s, struct contest_rows *out, struct err *e)
{
	struct err why = { 0 };
	struct json_walk w;

	if (!span_starts(list, "["))
		return err_set(e, ERR_INVALID, "Codeforces's answer has no list of contests");
	json_walk_begin(&w, m, list);
	json_walk_array(&w);
	while (json_walk_more(&w)) {
		struct span record = json_walk_raw(&w);

		if (record.p != NULL && read_record(m, record, now_s, out, &why) != 0)
			break;
	}
	if (why.kind != ERR_NONE || json_walk_end(&w, &why) != 0) {
		err_set(e, ERR_TEMPORARY, "Codeforces' list of contests cannot be read");
		return err_detail(e, "%s", why.text);
	}
	return contest_rows_check(out, e);
}

int codeforces_parse(
	struct arena *m, struct span body, int64_t now_s, struct contest_rows *out, struct err *e)
{
	struct span result;

	if (codeforces_read(m, 200, body, &result, e) != 0)
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
		struct span result;
		struct err now = { 0 };

		if (codeforces_call(&cf, c->mem, &call, &result, &now) == 0) {
			if (read_list(c->mem, result, c->now_s, out, e) == 0)
				return 0;
			codeforces_alert(&cf, &call, 200, e);
			return -1;
		}
		if (now.kind != ERR_TEMPORARY ||
			!source_wait(c, PLATFORM_CODEFORCES, try, now.retry_after_s)) {
			*e = now;
			return -1;
		}
	}
}
