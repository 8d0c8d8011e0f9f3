#include "model/calendar.h"

#include <string.h>

#include "base/scan.h"
#include "db/db.h"

/* Both statements begin with the same columns, so that one reader serves. */
_Static_assert((int)calendar_list_id == (int)calendar_contest_id &&
		       (int)calendar_list_native_id == (int)calendar_contest_native_id &&
		       (int)calendar_list_start_at == (int)calendar_contest_start_at &&
		       (int)calendar_list_url == (int)calendar_contest_url &&
		       (int)calendar_list_sequence == (int)calendar_contest_sequence &&
		       (int)calendar_list_moved_from_at == (int)calendar_contest_moved_from_at,
	"columns of a contest");

int calendar_sources(struct db *d, struct arena *m, struct calendar_sources *out, struct err *e)
{
	struct rows rows;

	*out = (struct calendar_sources){ .changed_at = INT64_MIN };
	for (int p = 0; p < N_PLATFORMS; p++)
		out->v[p] = (struct calendar_source){ .platform = (enum platform)p,
			.last_try_at = INT64_MIN,
			.last_success_at = INT64_MIN,
			.failing_since = INT64_MIN,
			.last_error_at = INT64_MIN,
			.next_fetch_at = INT64_MIN };
	if (db_many(d, m, q_calendar_sources, NO_ARGS, &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];
		enum platform p;

		out->changed_at = row_time(r, calendar_sources_changed_at);
		if (!platform_find(row_text(r, calendar_sources_platform), &p))
			continue;
		out->v[p] = (struct calendar_source){
			.platform = p,
			.last_try_at = row_time(r, calendar_sources_last_try_at),
			.last_success_at = row_time(r, calendar_sources_last_success_at),
			.failing_since = row_time(r, calendar_sources_failing_since),
			.last_error = row_text(r, calendar_sources_last_error),
			.last_error_at = row_time(r, calendar_sources_last_error_at),
			.note = row_text(r, calendar_sources_note),
			.n_rows = row_i64(r, calendar_sources_n_rows),
			.n_skipped = row_i64(r, calendar_sources_n_skipped),
			.next_fetch_at = row_time(r, calendar_sources_next_fetch_at),
		};
	}
	return 0;
}

struct span calendar_version_at(struct arena *m, const struct calendar_sources *s, int64_t now_us)
{
	const char *text = arena_printf(m, "%llx-%llx", (unsigned long long)s->changed_at,
		(unsigned long long)(now_us / 60000000));

	for (int p = 0; p < N_PLATFORMS; p++)
		if (s->v[p].failing_since != INT64_MIN || s->v[p].last_success_at == INT64_MIN)
			text = arena_printf(m, "%s-%d.%llx", text, p,
				(unsigned long long)s->v[p].failing_since);
	return span_of(text);
}

/* False if the row's platform is not one that this program knows. */
static bool read_contest(const struct row *r, struct calendar_contest *out)
{
	enum platform p;

	if (!platform_find(row_text(r, calendar_list_platform), &p))
		return false;
	*out = (struct calendar_contest){
		.id = row_i64(r, calendar_list_id),
		.platform = p,
		.native_id = row_text(r, calendar_list_native_id),
		.title = row_text(r, calendar_list_title),
		.url = row_text(r, calendar_list_url),
		.start_at = row_time(r, calendar_list_start_at),
		.end_at = row_time(r, calendar_list_end_at),
		.cancelled = row_bool(r, calendar_list_is_cancelled),
		.sequence = row_i64(r, calendar_list_sequence),
		.first_seen_at = row_time(r, calendar_list_first_seen_at),
		.changed_at = row_time(r, calendar_list_changed_at),
		.cancelled_at = row_time(r, calendar_list_cancelled_at),
		.moved_from_at = row_time(r, calendar_list_moved_from_at),
	};
	return true;
}

static struct arg arg_platforms(unsigned set, struct span slugs[N_PLATFORMS])
{
	size_t n = 0;

	if (set == 0)
		return arg_null();
	for (unsigned p = 0; p < N_PLATFORMS; p++)
		if ((set & 1U << p) != 0)
			slugs[n++] = span_of(platform_info((enum platform)p)->slug);
	return arg_texts(slugs, n);
}

static struct arg arg_positive(int64_t v)
{
	return v > 0 ? arg_i64(v) : arg_null();
}

void calendar_list_step(struct arena *m, const struct calendar_query *q, struct db_step *out)
{
	struct span *slugs = arena_new_array(m, struct span, N_PLATFORMS);
	const struct arg v[] = { arg_platforms(q->platforms, slugs), arg_time(q->from_at),
		arg_time(q->to_at), arg_time(q->cancelled_since), arg_positive(q->least_s),
		arg_positive(q->most_s), arg_text(q->words), arg_time(q->after_at),
		arg_i64(q->after_id), arg_i64((int64_t)q->limit), arg_i64((int64_t)q->offset),
		arg_end() };
	struct arg *args = arena_new_array(m, struct arg, countof(v));

	memcpy(args, v, sizeof(v));
	*out = (struct db_step){ .stmt = q_calendar_list, .args = args };
}

int calendar_list(struct db *d, struct arena *m, const struct calendar_query *q,
	struct calendar_list *out, struct err *e)
{
	struct db_step step;
	struct rows rows;
	struct calendar_contest *v;
	size_t n = 0;

	calendar_list_step(m, q, &step);
	if (db_many(d, m, step.stmt, step.args, &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct calendar_contest, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		if (read_contest(&rows.v[i], &v[n]))
			n++;
	*out = (struct calendar_list){ .v = v, .n = n, .newest_at = INT64_MIN };
	if (rows.n > 0) {
		out->total = row_i64(&rows.v[0], calendar_list_total);
		out->newest_at = row_time(&rows.v[0], calendar_list_newest_at);
	}
	return 0;
}

static void read_changes(struct arena *m, const struct rows *rows, struct calendar_changes *out)
{
	struct calendar_change *v = arena_new_array(m, struct calendar_change, rows->n);

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];

		v[i] = (struct calendar_change){
			.at = row_time(r, calendar_changes_at),
			.kind = row_text(r, calendar_changes_kind),
			.from_title = row_text(r, calendar_changes_from_title),
			.to_title = row_text(r, calendar_changes_to_title),
			.from_start_at = row_time(r, calendar_changes_from_start_at),
			.to_start_at = row_time(r, calendar_changes_to_start_at),
			.from_end_at = row_time(r, calendar_changes_from_end_at),
			.to_end_at = row_time(r, calendar_changes_to_end_at),
		};
	}
	*out = (struct calendar_changes){ v, rows->n };
}

int calendar_story(struct db *d, struct arena *m, enum platform platform, struct span native_id,
	struct calendar_story *out, struct err *e)
{
	const struct arg *args = ARGS(arg_str(platform_info(platform)->slug), arg_text(native_id));
	struct db_step steps[] = {
		{ .stmt = q_calendar_contest, .args = args },
		{ .stmt = q_calendar_changes, .args = args },
	};

	if (db_batch(d, m, steps, countof(steps), e) != 0)
		return -1;
	if (steps[0].out.n == 0 || !read_contest(&steps[0].out.v[0], &out->contest))
		return err_set(e, ERR_NOT_FOUND, "there is no such contest");
	read_changes(m, &steps[1].out, &out->changes);
	return 0;
}

int calendar_fetches(struct db *d, struct arena *m, enum calendar_fetch *out, struct err *e)
{
	struct rows rows;

	for (int p = 0; p < N_PLATFORMS; p++)
		out[p] = CALENDAR_FETCH_NONE;
	if (db_many(d, m, q_calendar_fetches, NO_ARGS, &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];
		struct span key = row_text(r, calendar_fetches_key);
		enum platform p;

		if (!scan_lit(&key, "fetch:") || !platform_find(key, &p))
			continue;
		if (row_bool(r, calendar_fetches_is_running))
			out[p] = CALENDAR_FETCH_RUNNING;
		else if (row_bool(r, calendar_fetches_is_later))
			out[p] = CALENDAR_FETCH_LATER;
		else
			out[p] = CALENDAR_FETCH_QUEUED;
	}
	return 0;
}

struct span calendar_uid(struct arena *m, const struct calendar_contest *c)
{
	return span_of(arena_printf(m, "%s-" SPAN_FMT "@contests.podium",
		platform_info(c->platform)->slug, SPAN_ARG(c->native_id)));
}
