#include "model/problem_kept.h"

#include <stdbool.h>
#include <string.h>

#include "auth/digest.h"
#include "base/buf.h"
#include "base/hex.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "model/cache.h"
#include "model/problem_edit.h"
#include "os/log.h"
#include "os/rnd.h"

#define FORMAT "2"

/* ---- marks ----------------------------------------------------------------------------------- */

static struct span mark_key(struct arena *m, enum problem_kept of, int64_t id)
{
	static const char *const names[] = { "problems", "problem", "solver", "problems_solved" };

	return span_of(arena_printf(m, "cache:%s:%lld", names[of], (long long)id));
}

/* Two readers who find no mark may each make one; what the loser keeps is then kept in vain. */
static struct span mark(struct cache *cache, struct arena *m, enum problem_kept of, int64_t id)
{
	struct span key = mark_key(m, of, id);
	struct err e = { 0 };
	struct span value;
	char fresh[ID_SIZE];

	if (cache_get(cache, m, key, &value, &e) == 0)
		return value;
	e = (struct err){ 0 };
	rnd_id(fresh);
	value = arena_span(m, span_of(fresh));
	return cache_set(cache, key, value, CACHE_STALE_S, &e) == 0 ? value : SPAN_NONE;
}

void problem_kept_evict(struct cache *cache, struct arena *m, enum problem_kept of, int64_t id)
{
	struct err e = { 0 };

	if (cache != NULL && cache_delete(cache, mark_key(m, of, id), &e) != 0)
		log_err(LOG_WARN, "problem.evict", &e);
}

struct span problem_kept_key(
	struct cache *cache, struct arena *m, enum problem_kept of, int64_t id, const char *what)
{
	unsigned char hash[DIGEST_SIZE];
	char digits[2 * DIGEST_SIZE + 1];
	struct span now;

	if (cache == NULL)
		return SPAN_NONE;
	now = mark(cache, m, of, id);
	if (now.p == NULL)
		return SPAN_NONE;
	digest_sha256(span_of(what), hash);
	hex_encode(hash, DIGEST_SIZE, digits);
	return span_of(
		arena_printf(m, "cache:problem_rows:" SPAN_FMT ":%s", SPAN_ARG(now), digits));
}

/* ---- rows ------------------------------------------------------------------------------------ */

/* "2 ROWS COLUMNS\n", then of each cell its length, a colon and its bytes; "-:" is NULL. */
static void write_rows(struct buf *b, const struct rows *rows)
{
	buf_init(b, CACHE_MAX_VALUE);
	buf_addf(b, FORMAT " %zu %zu\n", rows->n, rows->n > 0 ? rows->v[0].n : 0);
	for (size_t i = 0; i < rows->n; i++) {
		for (size_t k = 0; k < rows->v[i].n; k++) {
			struct span cell = rows->v[i].cells[k];

			if (cell.p == NULL) {
				buf_adds(b, "-:");
				continue;
			}
			buf_addf(b, "%zu:", cell.n);
			buf_add_span(b, cell);
		}
	}
}

void problem_kept_put(struct cache *cache, struct span key, const struct rows *rows, int ttl_s)
{
	struct err e = { 0 };
	struct span text;
	BUF_AUTO b = { 0 };

	if (key.p == NULL)
		return;
	write_rows(&b, rows);
	if (buf_finish(&b, &text, &e) == 0)
		(void)!cache_set(cache, key, text, ttl_s, &e);
}

static void put_later(struct arena *m, const struct kept_read *r, const struct rows *rows)
{
	struct kept_puts *puts = r->puts;
	struct err e = { 0 };
	struct span text;
	BUF_AUTO b = { 0 };

	if (r->key.p == NULL || puts->n == CACHE_PUBLISH_MOST)
		return;
	write_rows(&b, rows);
	if (buf_finish(&b, &text, &e) == 0)
		puts->v[puts->n++] = (struct cache_value){ r->key, arena_span(m, text), r->ttl_s };
}

void problem_kept_put_all(struct cache *cache, const struct kept_puts *puts)
{
	struct err e = { 0 };

	if (puts->n > 0)
		(void)!cache_publish(cache, puts->v, puts->n, NULL, &e);
}

static bool read_cell(struct span *text, struct arena *m, struct span *out)
{
	uint64_t n;

	if (scan_lit(text, "-:")) {
		*out = SPAN_NONE;
		return true;
	}
	if (!scan_u64(text, CACHE_MAX_VALUE, &n) || !scan_char(text, ':') || n > text->n)
		return false;
	*out = span_of(arena_dup(m, span_sub(*text, 0, (size_t)n)));
	out->n = (size_t)n;
	*text = span_sub(*text, (size_t)n, text->n);
	return true;
}

static bool read_rows(struct span text, struct arena *m, struct rows *out)
{
	uint64_t n;
	uint64_t width;
	struct row *v;

	if (!scan_lit(&text, FORMAT " ") || !scan_u64(&text, CACHE_MAX_VALUE, &n) ||
		!scan_char(&text, ' ') || !scan_u64(&text, 256, &width) ||
		!scan_char(&text, '\n') || n * width > text.n)
		return false;
	v = arena_new_array(m, struct row, (size_t)n + 1);
	for (size_t i = 0; i < n; i++) {
		struct span *cells = arena_new_array(m, struct span, (size_t)width + 1);

		for (size_t k = 0; k < width; k++)
			if (!read_cell(&text, m, &cells[k]))
				return false;
		v[i] = (struct row){ cells, (size_t)width };
	}
	*out = (struct rows){ v, (size_t)n };
	return scan_end(&text);
}

bool problem_kept_get(struct cache *cache, struct arena *m, struct span key, struct rows *out)
{
	struct err e = { 0 };
	struct span text;

	return key.p != NULL && cache_get(cache, m, key, &text, &e) == 0 && read_rows(text, m, out);
}

int problem_kept_read(struct db *d, struct cache *cache, struct arena *m, const struct kept_read *r,
	struct rows *out, struct err *e)
{
	if (!r->is_new && problem_kept_get(cache, m, r->key, out))
		return 0;
	if (db_many(d, m, r->stmt, r->args, out, e) != 0)
		return -1;
	if (r->puts != NULL)
		put_later(m, r, out);
	else
		problem_kept_put(cache, r->key, out, r->ttl_s);
	return 0;
}

void problem_evict(struct cache *cache, struct arena *m, int64_t problem_id)
{
	problem_kept_evict(cache, m, PROBLEM_KEPT_ALL, 0);
	problem_kept_evict(cache, m, PROBLEM_KEPT_ONE, problem_id);
}
