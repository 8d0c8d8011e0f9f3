#include <string.h>

#include "base/scan.h"
#include "jobs/source/record.h"
#include "jobs/source/request.h"
#include "jobs/source/source.h"
#include "model/contest_title.h"
#include "net/htmldoc.h"
#include "net/http.h"
#include "os/config.h"

/*
 * AtCoder has no interface for upcoming contests, so its page is read, once a fetch, under an
 * honest name. The page is a stack of tables that come and go, each in an element with an id of its
 * own; the one of upcoming contests is found by that id and never by its place. A page without it
 * has changed its layout, or is some other page, and says nothing about contests. The one of
 * contests that run now is there only while one does: it is read too, so that a first fetch knows
 * them.
 */

#define UPCOMING "contest-table-upcoming"
#define ACTIVE   "contest-table-action"
#define DAILY    "contest-table-daily"

/* Hours, as many digits as they need, and minutes: "01:40", "240:00". */
static bool read_length(struct span s, int64_t *length_s)
{
	uint64_t hours;
	int minutes;

	if (!scan_u64(&s, 9999, &hours) || !scan_char(&s, ':') || !scan_digits(&s, 2, &minutes) ||
		!scan_end(&s) || minutes > 59)
		return false;
	*length_s = (int64_t)hours * 3600 + minutes * 60;
	return *length_s > 0;
}

/* The part of a contest's address behind /contests/, or SPAN_NONE. A language may follow it. */
static struct span read_id(struct span href)
{
	struct span id;

	(void)scan_lit(&href, "https://atcoder.jp");
	if (!scan_lit(&href, "/contests/"))
		return SPAN_NONE;
	if (!span_split(&href, '?', &id))
		return SPAN_NONE;
	if (span_ends(id, "/"))
		id.n--;
	return record_slug(id) ? id : SPAN_NONE;
}

static int find_length(struct htmldoc *d, struct arena *m, const struct htmldoc_node *tr,
	int64_t *length_s, struct err *e)
{
	struct htmldoc_nodes cells;

	*length_s = 0;
	if (htmldoc_find(d, m, tr, "td[position() > 2]", &cells, e) != 0)
		return -1;
	for (size_t i = 0; i < cells.n; i++) {
		if (read_length(htmldoc_text(m, cells.v[i]), length_s))
			return 0;
	}
	return 0;
}

/* Training of every day, which has a table of its own until it runs. */
static bool is_daily(struct span id)
{
	return span_starts(id, "awc") || span_starts(id, "adt");
}

/* The page, and what is read from it. */
struct page {
	struct htmldoc *d;
	struct span body;
	int64_t now_s;
	bool daily;
	struct contest_rows *out;
};

static int add_contest(
	const struct page *p, struct arena *m, const struct htmldoc_node *tr, struct err *e)
{
	struct contest_rows *out = p->out;
	const struct htmldoc_node *time;
	const struct htmldoc_node *link;
	struct contest_row row = { 0 };
	int64_t length_s;

	if (htmldoc_first(p->d, m, tr, "td[1]//time", &time, e) != 0 ||
		htmldoc_first(p->d, m, tr, "td[2]//a[contains(@href, '/contests/')]", &link, e) !=
			0 ||
		find_length(p->d, m, tr, &length_s, e) != 0)
		return -1;
	row.native_id = read_id(span_trim(htmldoc_attr(m, link, "href")));
	if (!p->daily && is_daily(row.native_id))
		return 0;
	out->seen++;
	if (row.native_id.p == NULL) {
		contest_rows_skip(out, m, SPAN_NONE, "link to the contest is missing or odd");
		return 0;
	}
	if (!record_moment(htmldoc_text(m, time), NULL, &row.start_s)) {
		contest_rows_skip(out, m, row.native_id, "start time is missing or odd");
		return 0;
	}
	if (!record_end(row.start_s, length_s, &row.end_s)) {
		contest_rows_skip(out, m, row.native_id, "duration is missing or odd");
		return 0;
	}
	row.title = contest_title(m, htmldoc_text(m, link), false);
	row.url = span_of(
		arena_printf(m, "https://atcoder.jp/contests/" SPAN_FMT, SPAN_ARG(row.native_id)));
	contest_rows_add(out, m, &row, p->now_s);
	return 0;
}

/* The parser closes what a cut-off page left open; so ask the text whether the table has an end. */
static bool table_is_whole(struct span body, const char *id)
{
	const struct span end = SPAN("</table");
	const char *at = body.n > 0 ? memmem(body.p, body.n, id, strlen(id)) : NULL;
	struct span rest = at != NULL ? span_sub(body, (size_t)(at - body.p), body.n) : SPAN_NONE;

	for (; rest.n >= end.n; rest = span_sub(rest, 1, rest.n)) {
		if (span_ieq(span_sub(rest, 0, end.n), end))
			return true;
	}
	return false;
}

/* *out is NULL if the page does not have it. */
static int find_table(struct htmldoc *d, struct arena *m, const char *id,
	const struct htmldoc_node **out, struct err *e)
{
	const char *path = arena_printf(m, "//*[@id=\"%s\"]/descendant-or-self::table", id);

	return htmldoc_first(d, m, NULL, path, out, e);
}

static int read_table(
	const struct page *p, struct arena *m, const struct htmldoc_node *table, struct err *e)
{
	struct htmldoc_nodes trs;

	if (htmldoc_find(p->d, m, table, ".//tr[td]", &trs, e) != 0)
		return -1;
	for (size_t i = 0; i < trs.n; i++) {
		if (add_contest(p, m, trs.v[i], e) != 0)
			return -1;
	}
	return 0;
}

/* A table that is not always there. One that is cut off calls nothing off. */
static int read_more(const struct page *p, struct arena *m, const char *id, struct err *e)
{
	const struct htmldoc_node *table;

	if (find_table(p->d, m, id, &table, e) != 0)
		return -1;
	if (table == NULL)
		return 0;
	p->out->partial |= !table_is_whole(p->body, id);
	return read_table(p, m, table, e);
}

static int read_page(struct arena *m, struct page *p, struct err *e)
{
	HTMLDOC_AUTO d = NULL;
	const struct htmldoc_node *table;

	if (span_starts(span_trim(p->body), "{") || htmldoc_parse(p->body, &d, e) != 0)
		return err_set(e, ERR_INVALID, "AtCoder's answer is not a page");
	p->d = d;
	if (find_table(d, m, UPCOMING, &table, e) != 0)
		return -1;
	if (table == NULL)
		return err_set(e, ERR_INVALID, "AtCoder's page has no table of upcoming contests");
	if (!table_is_whole(p->body, UPCOMING))
		return err_set(e, ERR_TEMPORARY, "AtCoder's page is cut off");
	if (read_table(p, m, table, e) != 0 || read_more(p, m, ACTIVE, e) != 0 ||
		(p->daily && read_more(p, m, DAILY, e) != 0))
		return -1;
	return contest_rows_check(p->out, e);
}

int atcoder_parse(
	struct arena *m, struct span body, int64_t now_s, struct contest_rows *out, struct err *e)
{
	struct page p = { .body = record_mended(m, body), .now_s = now_s, .out = out };

	return read_page(m, &p, e);
}

int atcoder_fetch(struct source_ctx *c, struct contest_rows *out, struct err *e)
{
	static const char *const headers[] = { "Accept: text/html", NULL };
	struct http_request r = {
		.base = c->conf->atcoder_url,
		.path = "/contests/?lang=en",
		.headers = headers,
	};
	struct http_reply reply;

	if (source_send(c, PLATFORM_ATCODER, &r, &reply, e) != 0 ||
		source_status(PLATFORM_ATCODER, &reply, e) != 0)
		return -1;
	struct page p = {
		.body = record_mended(c->mem, reply.body),
		.now_s = c->now_s,
		.daily = c->conf->atcoder_daily,
		.out = out,
	};
	return read_page(c->mem, &p, e);
}
