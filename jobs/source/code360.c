#include <stdio.h>

#include "jobs/source/record.h"
#include "jobs/source/request.h"
#include "jobs/source/source.h"
#include "net/http.h"
#include "net/json.h"
#include "os/config.h"

/*
 * Naukri Code360 lists its events newest first, upcoming ones before years of history; only the
 * category CONTEST is one. The contest lasts from event_start_time to event_end_time, whatever its
 * registration does. Its list is read up to the first page that is all history. The shape is known
 * from other programs only, so times are taken as number, fraction or text, and in milliseconds
 * too. When the first host does not answer, the older ones of the same service are asked.
 */

enum {
	MAX_PAGES = 5,
	PAGE_ROWS = 10
};

#define MILLISECONDS INT64_C(100000000000) // as seconds this would be the year 5138

static bool read_time(
	const struct json *record, const char *key, struct contest_rows *out, int64_t *unix_s)
{
	int64_t t;

	if (!record_time(record, key, NULL, &t) || t <= 0)
		return false;
	if (t > MILLISECONDS) {
		t /= 1000;
		(void)snprintf(out->note, sizeof out->note, "times came in milliseconds");
	}
	*unix_s = t;
	return true;
}

/* True if something is still ahead: history begins where a page has no such record. */
static bool add_event(
	struct arena *m, const struct json *record, int64_t now_s, struct contest_rows *out)
{
	struct contest_row row = {
		.native_id = record_id(m, record, "slug"),
		.title = record_title(m, record, "name"),
	};
	struct span category = record_text(record, "event_category");

	bool timed = read_time(record, "event_start_time", out, &row.start_s) &&
		     read_time(record, "event_end_time", out, &row.end_s);
	bool ahead = timed && row.end_s > now_s;

	out->seen++;
	if (category.p != NULL && !span_ieq(category, SPAN("CONTEST"))) {
		out->others++;
		return ahead;
	}
	if (!record_slug(row.native_id)) {
		contest_rows_skip(out, m, SPAN_NONE, "slug is missing or odd");
		return ahead;
	}
	if (category.p == NULL || !timed) {
		contest_rows_skip(out, m, row.native_id,
			timed ? "event_category is missing" : "event times are missing or odd");
		return ahead;
	}
	row.url = span_of(arena_printf(
		m, "https://www.naukri.com/code360/contests/" SPAN_FMT, SPAN_ARG(row.native_id)));
	contest_rows_add(out, m, &row, now_s);
	return ahead;
}

int code360_parse(
	struct arena *m, struct span body, int64_t now_s, struct contest_rows *out, struct err *e)
{
	JSON_AUTO root = NULL;
	const struct json *data;
	const struct json *events;
	int64_t page;
	int64_t pages;
	bool ahead = false;

	if (record_json(m, body, &root, e) != 0)
		return -1;
	data = json_get(root, "data");
	events = json_get(data, "events");
	if (!json_is_array(events)) {
		(void)err_set(e, ERR_INVALID, "Code360's answer has no list of events");
		return err_detail(
			e, SPAN_FMT, SPAN_ARG(span_sub(record_text(root, "message"), 0, 200)));
	}
	for (size_t i = 0; i < json_length(events); i++)
		ahead |= add_event(m, json_at(events, i), now_s, out);
	if (record_number(data, "total_pages", &pages) &&
		record_number(data, "current_page", &page))
		out->more = ahead && page < pages;
	else
		out->more = ahead && json_length(events) >= PAGE_ROWS;
	record_note_others(out, "of the category CONTEST");
	return contest_rows_check(out, e);
}

/* All pages from one host. */
static int ask(struct source_ctx *c, const char *base, const char *path, struct contest_rows *out,
	struct err *e)
{
	static const char *const headers[] = { "Accept: application/json",
		"Referer: https://www.naukri.com/code360/contests", NULL };

	contest_rows_start(out, PLATFORM_CODE360);
	for (int page = 1; page <= MAX_PAGES; page++) {
		struct http_request r = {
			.base = base,
			.path = arena_printf(
				c->mem, "%s?page_size=%d&page=%d", path, PAGE_ROWS, page),
			.headers = headers,
		};
		struct http_reply reply;

		if (source_send(c, PLATFORM_CODE360, &r, &reply, e) != 0 ||
			source_status(PLATFORM_CODE360, &reply, e) != 0 ||
			code360_parse(c->mem, reply.body, c->now_s, out, e) != 0)
			return -1;
		if (!out->more)
			return 0;
	}
	out->partial = true;
	return 0;
}

int code360_fetch(struct source_ctx *c, struct contest_rows *out, struct err *e)
{
	const struct {
		const char *base;
		const char *path;
	} hosts[] = {
		{ c->conf->code360_url, "/api/v4/public_section/contest_list" },
		{ c->conf->code360_fallback_url, "/api/v4/public_section/contest_list" },
		{ c->conf->code360_fallback_url, "/api/v3/public_section/contest_list" },
	};
	struct err first = { 0 };

	for (size_t i = 0; i < countof(hosts); i++) {
		struct err now = { 0 };

		if (ask(c, hosts[i].base, hosts[i].path, out, &now) == 0) {
			if (i > 0)
				(void)snprintf(out->note, sizeof out->note,
					"the first address failed: %.80s", first.text);
			return 0;
		}
		if (i == 0)
			first = now;
	}
	*e = first;
	return -1;
}
