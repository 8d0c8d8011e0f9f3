#include <stdio.h>

#include "base/limits.h"
#include "jobs/source/record.h"
#include "jobs/source/request.h"
#include "jobs/source/source.h"
#include "net/http.h"
#include "net/json.h"
#include "os/config.h"

/*
 * HackerRank announces in two places: the old list of contests, page by page and often empty, and
 * the events of its community pages. Both are asked and their rows united by slug; when one fails,
 * the other's rows count and the answer is partial, so that nothing is called off because of it.
 * An event's address leads anywhere its author likes: only addresses on HackerRank's own hosts are
 * taken.
 */

enum {
	PAGE_ROWS = 50,
	MAX_PAGES = 5,
	RUNNING_DAYS = 7 // what began longer ago is a permanent exercise
};

/* Epoch seconds, or the text form beside them. *told is false if the platform names no time yet. */
static bool read_time(const struct json *record, const char *epoch_key, const char *iso_key,
	int64_t *unix_s, bool *told)
{
	bool number = record_number(record, epoch_key, unix_s);

	*told = true;
	if ((number && *unix_s > 0) || record_time(record, iso_key, NULL, unix_s))
		return true;
	*told = !(number || json_says_null(record, epoch_key)) ||
		!json_is_null(json_get(record, iso_key));
	return false;
}

static void add_contest(
	struct arena *m, const struct json *record, int64_t now_s, struct contest_rows *out)
{
	struct contest_row row = {
		.native_id = record_id(m, record, "slug"),
		.title = record_title(m, record, "name"),
	};
	bool start_told = true;
	bool end_told = true;
	bool ended;

	out->seen++;
	if (json_bool(json_get(record, "ended"), &ended) && ended)
		return;
	if (!record_slug(row.native_id)) {
		contest_rows_skip(out, m, SPAN_NONE, "slug is missing or odd");
		return;
	}
	if (!read_time(record, "epoch_starttime", "get_starttimeiso", &row.start_s, &start_told) ||
		!read_time(record, "epoch_endtime", "get_endtimeiso", &row.end_s, &end_told)) {
		if (start_told && end_told)
			contest_rows_skip(out, m, row.native_id, "times are odd");
		else
			contest_rows_leave(out, "times are not announced");
		return;
	}
	if (row.start_s < now_s - RUNNING_DAYS * 86400)
		return;
	row.url = span_of(arena_printf(
		m, "https://www.hackerrank.com/contests/" SPAN_FMT, SPAN_ARG(row.native_id)));
	contest_rows_add(out, m, &row, now_s);
}

/* Without a total, a full page has another one behind it. */
static void parse_models(
	struct arena *m, const struct json *root, int64_t now_s, struct contest_rows *out)
{
	const struct json *models = json_get(root, "models");
	size_t n = json_length(models);
	int64_t total;
	bool rest;

	for (size_t i = 0; i < n; i++)
		add_contest(m, json_at(models, i), now_s, out);
	rest = record_number(root, "total", &total) ? total > (int64_t)out->seen : n >= PAGE_ROWS;
	out->more = rest && n > 0;
	out->partial |= rest && n == 0;
}

/* The event's path without slashes around it; of a host of its own that host's name. */
static struct span event_id(struct arena *m, struct span url)
{
	struct span host;
	struct span path;
	struct span name;

	if (!platform_url(PLATFORM_HACKERRANK, url, &host, &path))
		return SPAN_NONE;
	while (span_starts(path, "/"))
		path = span_sub(path, 1, path.n);
	while (span_ends(path, "/"))
		path.n--;
	if (span_starts(path, "contests/"))
		path = span_sub(path, 9, path.n);
	if (path.n > 0 || span_ieq(host, SPAN("www.hackerrank.com")) ||
		span_ieq(host, SPAN("hackerrank.com")))
		return path;
	return span_split(&host, '.', &name) ? arena_span(m, name) : SPAN_NONE;
}

static void add_event(
	struct arena *m, const struct json *record, int64_t now_s, struct contest_rows *out)
{
	const struct json *attributes = json_get(record, "attributes");
	struct contest_row row = {
		.title = record_title(m, attributes, "name"),
		.url = record_text(attributes, "microsite_url"),
	};

	out->seen++;
	if (!json_is_object(attributes)) {
		contest_rows_skip(out, m, SPAN_NONE, "event without attributes");
		return;
	}
	if (!json_is_null(json_get(attributes, "status")) &&
		!span_ieq(record_text(attributes, "status"), SPAN("published"))) {
		out->others++;
		return;
	}
	row.native_id = event_id(m, row.url);
	if (row.native_id.n == 0) {
		contest_rows_leave(out, "event's address is not one of HackerRank's");
		return;
	}
	if (json_says_null(attributes, "start_time") || json_says_null(attributes, "end_time")) {
		contest_rows_leave(out, "times are not announced");
		return;
	}
	if (!record_time(attributes, "start_time", NULL, &row.start_s) ||
		!record_time(attributes, "end_time", NULL, &row.end_s)) {
		contest_rows_skip(out, m, row.native_id, "event's times are missing or odd");
		return;
	}
	contest_rows_add(out, m, &row, now_s);
}

int hackerrank_parse(
	struct arena *m, struct span body, int64_t now_s, struct contest_rows *out, struct err *e)
{
	JSON_AUTO root = NULL;
	const struct json *events;

	if (record_json(m, body, &root, e) != 0)
		return -1;
	if (json_is_array(json_get(root, "models"))) {
		parse_models(m, root, now_s, out);
		return contest_rows_check(out, e);
	}
	events = json_get(json_get(json_get(root, "data"), "events"), "ongoing_events");
	if (!json_is_array(events))
		return err_set(e, ERR_INVALID, "HackerRank's answer has no list of contests");
	out->more = false;
	for (size_t i = 0; i < json_length(events); i++)
		add_event(m, json_at(events, i), now_s, out);
	record_note_others(out, "a published event");
	return contest_rows_check(out, e);
}

static int ask(struct source_ctx *c, const char *path, struct contest_rows *out, struct err *e)
{
	static const char *const headers[] = { "Accept: application/json", NULL };
	struct http_request r = {
		.base = c->conf->hackerrank_url,
		.path = path,
		.headers = headers,
	};
	struct http_reply reply;

	if (source_send(c, PLATFORM_HACKERRANK, &r, &reply, e) != 0 ||
		source_status(PLATFORM_HACKERRANK, &reply, e) != 0)
		return -1;
	return hackerrank_parse(c->mem, reply.body, c->now_s, out, e);
}

static int ask_contests(struct source_ctx *c, struct contest_rows *out, struct err *e)
{
	for (int page = 0; page < MAX_PAGES; page++) {
		const char *path = arena_printf(c->mem,
			"/rest/contests/upcoming?offset=%zu&limit=%d", out->seen, PAGE_ROWS);

		if (ask(c, path, out, e) != 0)
			return -1;
		if (!out->more)
			return 0;
	}
	out->partial = true;
	return 0;
}

int hackerrank_fetch(struct source_ctx *c, struct contest_rows *out, struct err *e)
{
	struct err contests = { 0 };
	struct err events = { 0 };
	int rc = ask_contests(c, out, &contests);

	if (ask(c, "/community/engage/events", out, &events) != 0) {
		if (rc != 0) {
			*e = contests;
			return -1;
		}
		rc = -1;
		contests = events;
	}
	if (rc != 0) {
		out->partial = true;
		(void)snprintf(out->note, sizeof out->note, "partial: %.100s", contests.text);
	}
	return 0;
}
