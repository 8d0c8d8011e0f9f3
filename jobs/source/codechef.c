#include "base/civil.h"
#include "base/civil_text.h"
#include "base/limits.h"
#include "base/scan.h"
#include "jobs/source/record.h"
#include "jobs/source/request.h"
#include "jobs/source/source.h"
#include "net/http.h"
#include "net/json.h"
#include "os/config.h"

/*
 * CodeChef's list of everything: running and future contests are read, practice, skill tests and
 * banners are not. Its site hands out a session cookie; a request that is refused without one is
 * repeated once after a visit to the front page.
 */

enum {
	PAGE_ROWS = 20 // longer lists are cut to pages elsewhere in this API
};

static bool scan_month(struct span *at, int *month)
{
	for (int i = 1; i <= 12; i++) {
		struct span whole = span_of(civil_month_name(i));
		struct span name = span_sub(whole, 0, 3);

		if (!span_ieq(span_sub(*at, 0, name.n), name))
			continue;
		if (span_ieq(span_sub(*at, 0, whole.n), whole))
			name = whole;
		*at = span_sub(*at, name.n, at->n);
		*month = i;
		return true;
	}
	return false;
}

/* "29 Oct 2025  20:00:00", always Indian time; the month may be whole, the seconds missing. */
static bool read_old_time(struct span s, int64_t *unix_s)
{
	struct civil c = { 0 };

	if (!scan_digits(&s, 2, &c.day) && !scan_digits(&s, 1, &c.day))
		return false;
	scan_space(&s);
	if (!scan_month(&s, &c.month))
		return false;
	scan_space(&s);
	if (!scan_digits(&s, 4, &c.year))
		return false;
	scan_space(&s);
	if (!scan_digits(&s, 2, &c.hour) || !scan_char(&s, ':') || !scan_digits(&s, 2, &c.minute) ||
		(scan_char(&s, ':') && !scan_digits(&s, 2, &c.second)) || !scan_end(&s) ||
		!civil_valid(&c))
		return false;
	*unix_s = civil_unix(&c) - RECORD_IST_S;
	return true;
}

static bool read_time(
	const struct json *record, const char *iso_key, const char *old_key, int64_t *unix_s)
{
	static const int ist = RECORD_IST_S;

	if (record_time(record, iso_key, &ist, unix_s))
		return true;
	return read_old_time(record_text(record, old_key), unix_s);
}

/* Minutes, which the platform writes as a text. */
static bool read_minutes(const struct json *record, int64_t *minutes)
{
	return record_number(record, "contest_duration", minutes) && *minutes > 0 &&
	       *minutes < CONTEST_MAX_DURATION_S;
}

static void add_contest(
	struct arena *m, const struct json *record, int64_t now_s, struct contest_rows *out)
{
	struct contest_row row = {
		.native_id = record_id(m, record, "contest_code"),
		.title = record_title(m, record, "contest_name"),
	};
	int64_t minutes;

	out->seen++;
	if (!record_slug(row.native_id)) {
		contest_rows_skip(out, m, SPAN_NONE, "contest_code is missing or odd");
		return;
	}
	if (!read_time(record, "contest_start_date_iso", "contest_start_date", &row.start_s)) {
		contest_rows_skip(out, m, row.native_id, "start date is missing or odd");
		return;
	}
	if (!read_time(record, "contest_end_date_iso", "contest_end_date", &row.end_s) &&
		!(read_minutes(record, &minutes) &&
			record_end(row.start_s, minutes * 60, &row.end_s))) {
		contest_rows_skip(out, m, row.native_id, "end date is missing or odd");
		return;
	}
	row.url = span_of(
		arena_printf(m, "https://www.codechef.com/" SPAN_FMT, SPAN_ARG(row.native_id)));
	contest_rows_add(out, m, &row, now_s);
}

int codechef_parse(
	struct arena *m, struct span body, int64_t now_s, struct contest_rows *out, struct err *e)
{
	JSON_AUTO root = NULL;
	const struct json *present;
	const struct json *future;

	if (record_json(m, body, &root, e) != 0)
		return -1;
	if (!span_is(record_text(root, "status"), "success")) {
		(void)err_set(e, ERR_INVALID, "CodeChef's answer is not marked as a success");
		return err_detail(
			e, SPAN_FMT, SPAN_ARG(span_sub(record_text(root, "message"), 0, 200)));
	}
	present = json_get(root, "present_contests");
	future = json_get(root, "future_contests");
	if (!json_is_array(future) || (!json_is_null(present) && !json_is_array(present)))
		return err_set(e, ERR_INVALID, "CodeChef's answer has no list of contests");
	for (size_t i = 0; i < json_length(present); i++)
		add_contest(m, json_at(present, i), now_s, out);
	for (size_t i = 0; i < json_length(future); i++)
		add_contest(m, json_at(future, i), now_s, out);
	if (json_length(future) >= PAGE_ROWS) {
		for (size_t i = 0; i < out->n; i++) {
			if (out->v[i].start_s > out->horizon_s)
				out->horizon_s = out->v[i].start_s;
		}
	}
	return contest_rows_check(out, e);
}

int codechef_fetch(struct source_ctx *c, struct contest_rows *out, struct err *e)
{
	static const char *const headers[] = { "Accept: application/json", NULL };
	struct http_request list = {
		.base = c->conf->codechef_url,
		.path = "/api/list/contests/all?sort_by=START&sorting_order=asc&offset=0&mode=all",
		.headers = headers,
	};
	struct http_request front = { .base = c->conf->codechef_url, .path = "/" };
	struct http_reply reply;

	if (source_send(c, PLATFORM_CODECHEF, &list, &reply, e) != 0)
		return -1;
	if (reply.status == 401 || reply.status == 403) {
		if (source_send(c, PLATFORM_CODECHEF, &front, &reply, e) != 0 ||
			source_status(PLATFORM_CODECHEF, &reply, e) != 0 ||
			source_send(c, PLATFORM_CODECHEF, &list, &reply, e) != 0)
			return -1;
	}
	if (source_status(PLATFORM_CODECHEF, &reply, e) != 0)
		return -1;
	return codechef_parse(c->mem, reply.body, c->now_s, out, e);
}
