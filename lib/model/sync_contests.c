/*
 * The contests that stand in calendars are the same for every member, so a worker keeps them while
 * none has changed: most syncs then ask the database for nothing but the member.
 */
#include "model/sync_run.h"

#include "auth/digest.h"
#include "base/hex.h"
#include "base/limits.h"
#include "db/db.h"

#define MICRO  INT64_C(1000000)
#define KEEP_S 3600

static struct {
	struct arena *mem;
	int64_t contests_at;
	int64_t loaded_s;
	struct sync_contests list;
} kept = { .contests_at = INT64_MIN };

static const char *length_text(struct arena *m, int64_t seconds)
{
	int64_t hours = seconds / 3600;
	int64_t minutes = seconds / 60 % 60;

	if (hours >= 48)
		return arena_printf(m, "%lld days", (long long)(hours / 24));
	if (hours == 0)
		return arena_printf(m, "%lld min", (long long)minutes);
	if (minutes == 0)
		return arena_printf(m, "%lld h", (long long)hours);
	return arena_printf(m, "%lld h %lld min", (long long)hours, (long long)minutes);
}

static struct span digest(struct arena *m, const struct sync_contest *c)
{
	const char *text = arena_printf(m, SPAN_FMT "\n" SPAN_FMT "\n" SPAN_FMT "\n%lld\n%lld",
		SPAN_ARG(c->title), SPAN_ARG(c->url), SPAN_ARG(c->description),
		(long long)c->start_s, (long long)c->end_s);
	unsigned char hash[DIGEST_SIZE];
	char *out = arena_alloc(m, DIGEST_SIZE + 1);

	digest_sha256(span_of(text), hash);
	hex_encode(hash, DIGEST_SIZE / 2, out);
	return (struct span){ out, DIGEST_SIZE };
}

static bool fill(struct arena *m, const struct row *r, struct sync_contest *out)
{
	const char *name;

	*out = (struct sync_contest){ .title = row_text(r, sync_contests_title),
		.url = row_text(r, sync_contests_url),
		.start_s = row_time(r, sync_contests_start_at) / MICRO,
		.end_s = row_time(r, sync_contests_end_at) / MICRO,
		.changed_s = row_time(r, sync_contests_changed_at) / MICRO,
		.sequence = row_i64(r, sync_contests_sequence) };
	if (!platform_find(row_text(r, sync_contests_platform), &out->platform))
		return false;
	name = platform_info(out->platform)->name;
	out->key = span_of(arena_printf(m, "%s:" SPAN_FMT, platform_info(out->platform)->slug,
		SPAN_ARG(row_text(r, sync_contests_native_id))));
	out->description = span_of(arena_printf(m, "%s, %s\n" SPAN_FMT "\n\nKept right by Podium.",
		name, length_text(m, out->end_s - out->start_s), SPAN_ARG(out->url)));
	out->digest = digest(m, out);
	return true;
}

int sync_contests(
	struct db *d, int64_t contests_at, int64_t now_s, struct sync_contests *out, struct err *e)
{
	struct sync_contest *v;
	struct rows rows;
	size_t n = 0;

	if (kept.mem != NULL && kept.contests_at == contests_at && now_s >= kept.loaded_s &&
		now_s - kept.loaded_s < KEEP_S) {
		*out = kept.list;
		return 0;
	}
	if (kept.mem == NULL)
		kept.mem = arena_new(JOB_ARENA);
	arena_reset(kept.mem);
	kept.contests_at = INT64_MIN;
	if (db_many(d, kept.mem, q_sync_contests, ARGS(arg_time((now_s - SYNC_PAST_S) * MICRO)),
		    &rows, e) != 0)
		return -1;
	v = arena_new_array(kept.mem, struct sync_contest, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		n += fill(kept.mem, &rows.v[i], &v[n]);
	kept.list = (struct sync_contests){ v, n };
	kept.contests_at = contests_at;
	kept.loaded_s = now_s;
	*out = kept.list;
	return 0;
}
