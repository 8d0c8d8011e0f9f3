#include "model/calendar_cache.h"

#include <stdbool.h>
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "model/cache.h"

/*
 * Kept forms are lines of fields between tabs, so that reading costs less than the statement it
 * saves. Eviction races with filling: a reader may take the old rows, then a fetch commits and
 * evicts, then the reader stores what it had. Therefore whoever has stored reads the rows again and
 * evicts what is not the same; a commit after that second reading evicts by itself. The contests of
 * a platform need no such care, because their value begins with the state for which it is good.
 */
#define KEY_SOURCES SPAN("cache:platforms")
#define FORMAT      "1"

static void put_text(struct buf *out, struct span s)
{
	buf_addc(out, s.p == NULL ? '-' : '+');
	for (size_t i = 0; i < s.n; i++)
		buf_addc(out, (char)((unsigned char)s.p[i] < 0x20 ? ' ' : s.p[i]));
}

void calendar_sources_write(struct buf *out, const struct calendar_sources *s)
{
	buf_addf(out, FORMAT "\t%lld\n", (long long)s->changed_at);
	for (int p = 0; p < N_PLATFORMS; p++) {
		const struct calendar_source *v = &s->v[p];

		buf_addf(out, "%s\t%lld\t%lld\t%lld\t%lld\t%lld\t%lld\t%lld\t",
			platform_info(v->platform)->slug, (long long)v->last_try_at,
			(long long)v->last_success_at, (long long)v->failing_since,
			(long long)v->last_error_at, (long long)v->next_fetch_at,
			(long long)v->n_rows, (long long)v->n_skipped);
		put_text(out, v->last_error);
		buf_addc(out, '\t');
		put_text(out, v->note);
		buf_addc(out, '\n');
	}
}

static bool read_number(struct span *line, int64_t *out)
{
	struct span field;

	return scan_until(line, '\t', 30, &field) && span_i64(field, out);
}

static bool read_text(struct span field, struct span *out)
{
	if (span_is(field, "-"))
		*out = SPAN_NONE;
	else if (span_starts(field, "+"))
		*out = span_sub(field, 1, field.n);
	else
		return false;
	return true;
}

static bool read_source(struct span line, enum platform p, struct calendar_source *out)
{
	int64_t *const numbers[] = { &out->last_try_at, &out->last_success_at, &out->failing_since,
		&out->last_error_at, &out->next_fetch_at, &out->n_rows, &out->n_skipped };
	struct span field;

	out->platform = p;
	if (!scan_until(&line, '\t', 40, &field) || !span_is(field, platform_info(p)->slug))
		return false;
	for (size_t i = 0; i < countof(numbers); i++)
		if (!read_number(&line, numbers[i]))
			return false;
	return scan_until(&line, '\t', CACHE_MAX_VALUE, &field) &&
	       read_text(field, &out->last_error) && read_text(line, &out->note);
}

bool calendar_sources_read(struct span text, struct calendar_sources *out)
{
	struct span line;

	*out = (struct calendar_sources){ .changed_at = INT64_MIN };
	if (!scan_until(&text, '\n', 60, &line) || !scan_lit(&line, FORMAT "\t") ||
		!span_i64(line, &out->changed_at))
		return false;
	for (int p = 0; p < N_PLATFORMS; p++)
		if (!scan_until(&text, '\n', CACHE_MAX_VALUE, &line) ||
			!read_source(line, (enum platform)p, &out->v[p]))
			return false;
	return scan_end(&text);
}

static struct span kept_form(struct buf *b, const struct calendar_sources *s)
{
	struct err e = { 0 };
	struct span text;

	calendar_sources_write(b, s);
	return buf_finish(b, &text, &e) == 0 ? text : SPAN_NONE;
}

static void keep_sources(
	struct cache *cache, struct db *d, struct arena *m, const struct calendar_sources *s)
{
	struct calendar_sources again;
	struct err e = { 0 };
	struct span before;
	BUF_AUTO first = { 0 };
	BUF_AUTO second = { 0 };

	buf_init(&first, CACHE_MAX_VALUE);
	buf_init(&second, CACHE_MAX_VALUE);
	before = kept_form(&first, s);
	if (before.p == NULL || cache_set(cache, KEY_SOURCES, before, CACHE_SOURCES_S, &e) != 0)
		return;
	if (calendar_sources(d, m, &again, &e) != 0 ||
		!span_eq(before, kept_form(&second, &again))) {
		e = (struct err){ 0 };
		(void)!cache_delete(cache, KEY_SOURCES, &e);
	}
}

int calendar_sources_cached(struct cache *cache, struct db *d, struct arena *m,
	struct calendar_sources *out, struct err *e)
{
	struct err miss = { 0 };
	struct span text;

	if (cache == NULL)
		return calendar_sources(d, m, out, e);
	if (cache_get(cache, m, KEY_SOURCES, &text, &miss) == 0 && calendar_sources_read(text, out))
		return 0;
	if (calendar_sources(d, m, out, e) != 0)
		return -1;
	keep_sources(cache, d, m, out);
	return 0;
}

static struct span events_key(struct arena *m, const struct calendar_kept *which)
{
	return span_of(arena_printf(m, "cache:contests:%s", platform_info(which->platform)->slug));
}

static const char *events_head(struct arena *m, const struct calendar_kept *which)
{
	return arena_printf(
		m, FORMAT " %lld %lld\n", (long long)which->changed_at, (long long)which->day);
}

struct span calendar_events_get(
	struct cache *cache, struct arena *m, const struct calendar_kept *which)
{
	struct err e = { 0 };
	struct span text;

	if (cache == NULL || cache_get(cache, m, events_key(m, which), &text, &e) != 0 ||
		!scan_lit(&text, events_head(m, which)))
		return SPAN_NONE;
	return text;
}

void calendar_events_keep(
	struct cache *cache, struct arena *m, const struct calendar_kept *which, struct span events)
{
	struct err e = { 0 };
	struct span text;
	BUF_AUTO b = { 0 };

	buf_init(&b, CACHE_MAX_VALUE);
	buf_adds(&b, events_head(m, which));
	buf_add_span(&b, events);
	if (cache != NULL && buf_finish(&b, &text, &e) == 0)
		(void)!cache_set(cache, events_key(m, which), text, CACHE_CONTESTS_S, &e);
}
