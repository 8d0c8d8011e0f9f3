#include "model/contest.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"

void contest_rows_start(struct contest_rows *rows, enum platform platform)
{
	*rows = (struct contest_rows){ .platform = platform };
}

static void remember_why(struct contest_rows *rows, const char *why)
{
	rows->skipped++;
	if (rows->first_skip[0] == '\0')
		(void)snprintf(rows->first_skip, sizeof rows->first_skip, "%s", why);
}

/* Doubles the room of an array in the arena. */
static void *grown(struct arena *m, const void *old, size_t n, size_t *size, size_t each)
{
	size_t bigger = *size == 0 ? 16 : *size * 2;
	void *p = arena_array(m, each, bigger);

	if (n > 0)
		memcpy(p, old, n * each);
	*size = bigger;
	return p;
}

static void remember_id(struct contest_rows *rows, struct arena *m, struct span id)
{
	if (id.n == 0 || id.n > CONTEST_MAX_ID || rows->n_unreadable == CONTEST_MAX_ROWS) {
		rows->partial = true;
		return;
	}
	if (rows->n_unreadable == rows->unreadable_size)
		rows->unreadable = grown(m, rows->unreadable, rows->n_unreadable,
			&rows->unreadable_size, sizeof rows->unreadable[0]);
	rows->unreadable[rows->n_unreadable++] = arena_span(m, id);
}

void contest_rows_skip(struct contest_rows *rows, struct arena *m, struct span id, const char *why)
{
	remember_why(rows, why);
	rows->malformed++;
	remember_id(rows, m, id);
}

void contest_rows_leave(struct contest_rows *rows, const char *why)
{
	remember_why(rows, why);
}

static bool is_id_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.' || c == '~' || c == '/';
}

static bool good_id(struct span id)
{
	if (id.n == 0 || id.n > CONTEST_MAX_ID || id.p[0] == '/' || id.p[id.n - 1] == '/')
		return false;
	for (size_t i = 0; i < id.n; i++) {
		if (!is_id_char(id.p[i]))
			return false;
	}
	return true;
}

/* NULL if the row says what every contest has, in the unit in which it is said, else what is amiss.
 */
static const char *misshapen(const struct contest_row *row)
{
	if (!good_id(row->native_id))
		return "id is missing or has unexpected characters";
	if (row->start_s > INT64_C(100000000000))
		return "start time looks like milliseconds";
	if (row->start_s < CONTEST_MIN_START_S)
		return "start time is out of range";
	return NULL;
}

/* NULL if a row that is not over may be shown, else why not. */
static const char *fault(
	const struct contest_rows *rows, const struct contest_row *row, int64_t now_s)
{
	if (row->start_s > now_s + CONTEST_MAX_AHEAD_S)
		return "start time is out of range";
	if (row->end_s <= row->start_s)
		return "end is not after the start";
	if (row->end_s - row->start_s > CONTEST_MAX_DURATION_S)
		return "longer than 30 days";
	if (row->url.n > CONTEST_MAX_URL || !platform_url(rows->platform, row->url, NULL, NULL))
		return "address is not one of the platform's";
	return NULL;
}

static bool known(const struct contest_rows *rows, struct span id)
{
	for (size_t i = 0; i < rows->n; i++) {
		if (span_eq(rows->v[i].native_id, id))
			return true;
	}
	return false;
}

void contest_rows_add(
	struct contest_rows *rows, struct arena *m, const struct contest_row *row, int64_t now_s)
{
	const char *why = misshapen(row);

	if (why == NULL && row->end_s > row->start_s && row->end_s <= now_s) {
		rows->over++;
		return;
	}
	if (why == NULL && row->title.n == 0)
		why = "title is missing";
	if (why != NULL) {
		contest_rows_skip(rows, m, row->native_id, why);
		return;
	}
	why = fault(rows, row, now_s);
	if (why != NULL) {
		remember_why(rows, why);
		remember_id(rows, m, row->native_id);
		return;
	}
	if (known(rows, row->native_id))
		return;
	if (rows->n == CONTEST_MAX_ROWS) {
		remember_why(rows, "more contests than can be kept");
		rows->partial = true;
		return;
	}
	if (rows->n == rows->size)
		rows->v = grown(m, rows->v, rows->n, &rows->size, sizeof rows->v[0]);
	rows->v[rows->n++] = (struct contest_row){
		.native_id = arena_span(m, row->native_id),
		.title = arena_span(m, row->title),
		.start_s = row->start_s,
		.end_s = row->end_s,
		.url = arena_span(m, row->url),
	};
}

int contest_rows_check(const struct contest_rows *rows, struct err *e)
{
	if (rows->n > 0 || rows->over > 0 || rows->malformed == 0)
		return 0;
	return err_set(e, ERR_INVALID,
		"the answer has changed its shape: no usable record among %zu (%s)", rows->seen,
		rows->first_skip);
}
