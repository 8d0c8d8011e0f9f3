#ifndef TESTS_UNIT_SOURCE_LAB_H
#define TESTS_UNIT_SOURCE_LAB_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attr.h"
#include "jobs/source/source.h"

/* Small bodies of the seven platforms, what their parsers have to make of them, and the look
 * whether they do. */

#define NOW 1791290306 // 2026-10-06T12:38:26Z

struct sample {
	const char *what;
	enum platform platform;
	const char *body;
	enum err_kind fails;
	const char *rows; // "id start end title|…" in order
	size_t skipped;
	size_t unreadable; // of the skipped: ids that are known to be still there
	bool more;
	bool partial;
	const char *note; // NULL: none
};

#define LC(rows) "{\"data\":{\"upcomingContests\":[" rows "]}}"
#define LC_GOOD                                                                                    \
	"{\"title\":\"W 1\",\"titleSlug\":\"w-1\",\"startTime\":1791642600,\"duration\":5400}"
#define CF(rows) "{\"status\":\"OK\",\"result\":[" rows "]}"
#define CF_GOOD                                                                                    \
	"{\"id\":7,\"name\":\"R 7\",\"phase\":\"BEFORE\",\"durationSeconds\":60,\"startTimeSeconds\":1791642600}"
#define CC(now, n)                                                                                 \
	"{\"status\":\"success\",\"present_contests\":[" now "],\"future_contests\":[" n "]}"
#define CC_GOOD                                                                                    \
	"{\"contest_code\":\"S1\",\"contest_name\":\"S 1\",\"contest_start_date_iso\":"            \
	"\"2026-10-29T20:00:00+05:30\",\"contest_end_date_iso\":\"2026-10-29T22:00:00+05:30\"}"
#define HR(rows) "{\"models\":[" rows "],\"total\":2}"
#define HR_GOOD                                                                                    \
	"{\"name\":\"H 1\",\"slug\":\"h-1\",\"ended\":false,\"epoch_starttime\":1791642600,"       \
	"\"epoch_endtime\":1791646200}"
#define HE(rows) "{\"data\":{\"events\":{\"ongoing_events\":[" rows "]}}}"
#define HE_ONE(url, start)                                                                         \
	"{\"attributes\":{\"name\":\"E\",\"start_time\":\"" start "\",\"end_time\":"               \
	"\"2026-10-29T22:00:00Z\",\"microsite_url\":\"" url "\",\"status\":\"published\"}}"
#define GG(rows, next) "{\"next_upcoming\":" next ",\"results\":{\"upcoming\":[" rows "]}}"
#define GG_ONE(slug, start, end, rest)                                                             \
	"{\"slug\":\"" slug "\",\"name\":\"G\",\"start_time\":\"" start "\",\"end_time\":\"" end   \
	"\"" rest "}"
#define GG_GOOD  GG_ONE("g-1", "2026-10-11T19:00:00", "2026-10-11T20:30:00", ",\"type\":3")
#define C3(rows) "{\"data\":{\"events\":[" rows "],\"current_page\":1,\"total_pages\":2}}"
#define C3_ONE(slug, start, end)                                                                   \
	"{\"name\":\"C\",\"slug\":\"" slug                                                         \
	"\",\"event_category\":\"CONTEST\",\"event_start_time\":" start ",\"event_end_time\":" end \
	"}"
#define AC(rows)                                                                                   \
	"<html><body><div id=\"contest-table-action\"><table><tbody><tr><td><time>2026-10-06 "     \
	"19:00:00+0900</time></td><td><a href=\"/contests/awc0091\">R</a></td><td>09:00</td></tr>" \
	"</tbody></table></div><div id='contest-table-upcoming'><table><tbody>" rows               \
	"</tbody></table></div></body></html>"
#define AC_ROW(time, href, length)                                                                 \
	"<tr><td><a href='http://w.example/'><time>" time "</time></a></td><td><span>(A)</span>"   \
	"<a href=\"" href "\">Title &amp; &#39;more&#39;</a></td><td>" length                      \
	"</td><td>-</td></tr>"
#define AC_GOOD AC_ROW("2026-10-10 21:00:00+0900", "/contests/abc479", "01:40")

static void describe(const struct contest_rows *rows, char *out, size_t size)
{
	size_t n = 0;

	out[0] = '\0';
	for (size_t i = 0; i < rows->n && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s" SPAN_FMT " %lld %lld " SPAN_FMT,
			i > 0 ? "|" : "", SPAN_ARG(rows->v[i].native_id),
			(long long)rows->v[i].start_s, (long long)rows->v[i].end_s,
			SPAN_ARG(rows->v[i].title));
}

static void one_sample(const struct sample *s)
{
	struct arena *m = arena_new(16 * 1024 * 1024);
	struct contest_rows rows;
	struct err e = { 0 };
	char got[2000];
	int rc;

	contest_rows_start(&rows, s->platform);
	rc = source_of(s->platform)->parse(m, span_of(s->body), NOW, &rows, &e);
	describe(&rows, got, sizeof got);
	if (e.kind != s->fails || (rc != 0) != (s->fails != ERR_NONE))
		fail_msg("%s, %s: %s '%s'", platform_info(s->platform)->slug, s->what,
			err_kind_name(e.kind), e.text);
	if (rc == 0 && (strcmp(got, s->rows) != 0 || rows.skipped != s->skipped ||
			       rows.n_unreadable != s->unreadable || rows.more != s->more ||
			       rows.partial != s->partial))
		fail_msg("%s, %s: '%s' skipped %zu (%s) unreadable %zu more %d partial %d",
			platform_info(s->platform)->slug, s->what, got, rows.skipped,
			rows.first_skip, rows.n_unreadable, rows.more, rows.partial);
	if (rc == 0 && strcmp(rows.note, s->note != NULL ? s->note : "") != 0)
		fail_msg("%s, %s: note '%s'", platform_info(s->platform)->slug, s->what, rows.note);
	for (size_t i = 0; i < rows.n; i++)
		assert_true(platform_url(s->platform, rows.v[i].url, NULL, NULL));
	arena_free(m);
}

static void samples_in_every_zone(const struct sample *samples, size_t n)
{
	static const char *const zones[] = { "UTC", "America/New_York", "Asia/Tokyo" };

	for (size_t z = 0; z < countof(zones); z++) {
		(void)setenv("TZ", zones[z], 1);
		tzset();
		for (size_t i = 0; i < n; i++)
			one_sample(&samples[i]);
	}
}

#endif
