#include "jobs/source/record.h"
#include "jobs/source/request.h"
#include "jobs/source/source.h"
#include "net/http.h"
#include "net/json.h"
#include "os/config.h"

/*
 * GeeksforGeeks lists events of several types, page by page; contests are type 3. Its times carry
 * no zone and are Indian time; should a zone ever appear, it counts. The record's own status and
 * countdown are ignored: times decide.
 */

enum {
	TYPE_CONTEST = 3,
	MAX_PAGES = 10
};

static struct span read_title(struct arena *m, const struct json *record)
{
	struct span title = record_title(m, record, "name");

	return title.n > 0 ? title : record_title(m, record, "title");
}

static void add_contest(
	struct arena *m, const struct json *record, int64_t now_s, struct contest_rows *out)
{
	static const int ist = RECORD_IST_S;
	struct contest_row row = {
		.native_id = record_id(m, record, "slug"),
		.title = read_title(m, record),
	};
	int64_t number = TYPE_CONTEST;
	bool typed = json_is_null(json_get(record, "type")) ||
		     record_number(record, "type", &number) ||
		     span_ieq(record_text(record, "type"), SPAN("contest"));

	out->seen++;
	if (typed && number != TYPE_CONTEST) {
		out->others++;
		return;
	}
	if (!record_slug(row.native_id)) {
		contest_rows_skip(out, m, SPAN_NONE, "slug is missing or odd");
		return;
	}
	if (!typed) {
		contest_rows_skip(out, m, row.native_id, "type is no number");
		return;
	}
	if (!record_time(record, "start_time", &ist, &row.start_s) ||
		!record_time(record, "end_time", &ist, &row.end_s)) {
		contest_rows_skip(out, m, row.native_id, "times are missing or odd");
		return;
	}
	row.url = span_of(arena_printf(m, "https://practice.geeksforgeeks.org/contest/" SPAN_FMT,
		SPAN_ARG(row.native_id)));
	contest_rows_add(out, m, &row, now_s);
}

int geeksforgeeks_parse(
	struct arena *m, struct span body, int64_t now_s, struct contest_rows *out, struct err *e)
{
	JSON_AUTO root = NULL;
	const struct json *upcoming;

	if (record_json(m, body, &root, e) != 0)
		return -1;
	upcoming = json_get(json_get(root, "results"), "upcoming");
	if (!json_is_array(upcoming))
		return err_set(e, ERR_INVALID, "GeeksforGeeks's answer has no list of events");
	for (size_t i = 0; i < json_length(upcoming); i++)
		add_contest(m, json_at(upcoming, i), now_s, out);
	out->more = record_yes(root, "next_upcoming") && json_length(upcoming) > 0;
	record_note_others(out, "a contest by its type");
	return contest_rows_check(out, e);
}

int geeksforgeeks_fetch(struct source_ctx *c, struct contest_rows *out, struct err *e)
{
	static const char *const headers[] = { "Accept: application/json", NULL };

	for (int page = 1; page <= MAX_PAGES; page++) {
		struct http_request r = {
			.base = c->conf->geeksforgeeks_url,
			.path = arena_printf(c->mem,
				"/api/vr/events/?page_number=%d&sub_type=%s&type=contest", page,
				page == 1 ? "all" : "upcoming"),
			.headers = headers,
		};
		struct http_reply reply;
		size_t before = out->n + out->others;

		if (source_send(c, PLATFORM_GEEKSFORGEEKS, &r, &reply, e) != 0 ||
			source_status(PLATFORM_GEEKSFORGEEKS, &reply, e) != 0 ||
			geeksforgeeks_parse(c->mem, reply.body, c->now_s, out, e) != 0)
			return -1;
		if (!out->more || (page > 1 && out->n + out->others == before))
			return 0;
	}
	out->partial = true;
	return 0;
}
