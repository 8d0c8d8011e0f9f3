#include "model/judge_watch.h"

#include "base/limits.h"
#include "db/db.h"

static void fill_hosts(struct arena *m, const struct rows *rows, struct judge_watch *out)
{
	out->hosts = arena_new_array(m, struct judge_watch_host, rows->n + 1);
	out->n_hosts = rows->n;
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];

		out->hosts[i] =
			(struct judge_watch_host){ .name = row_text(r, judge_watch_hosts_host),
				.box = row_text(r, judge_watch_hosts_box),
				.seen_at = row_time(r, judge_watch_hosts_seen_at),
				.runners = row_i64(r, judge_watch_hosts_runners),
				.workers = row_i64(r, judge_watch_hosts_workers) };
	}
}

static void fill_languages(struct arena *m, const struct rows *rows, struct judge_watch *out)
{
	struct judge_watch_language *v =
		arena_new_array(m, struct judge_watch_language, rows->n + 1);

	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];

		v[i] = (struct judge_watch_language){ .name = row_text(
							      r, judge_watch_languages_name),
			.version = row_text(r, judge_watch_languages_version),
			.is_there = row_bool(r, judge_watch_languages_is_there),
			.why = row_text(r, judge_watch_languages_why) };
		for (size_t k = 0; k < out->n_hosts; k++) {
			struct judge_watch_host *h = &out->hosts[k];

			if (!span_eq(h->name, row_text(r, judge_watch_languages_host)))
				continue;
			if (h->languages == NULL)
				h->languages = &v[i];
			h->n_languages++;
			h->n_there += v[i].is_there;
		}
	}
}

static void fill_classes(const struct rows *rows, struct judge_watch *out)
{
	for (size_t i = 0; i < rows->n && i < countof(out->classes); i++) {
		const struct row *r = &rows->v[i];

		out->classes[i] =
			(struct judge_watch_class){ .waits = row_i64(r, judge_watch_queue_waits),
				.runs = row_i64(r, judge_watch_queue_runs),
				.oldest_at = row_time(r, judge_watch_queue_oldest_at) };
	}
}

static void fill_failed(struct arena *m, const struct rows *rows, struct judge_watch *out)
{
	out->failed = arena_new_array(m, struct judge_watch_failed, rows->n + 1);
	out->n_failed = rows->n;
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];

		out->failed[i] = (struct judge_watch_failed){ .public_id = row_text(r,
								      judge_watch_failed_public_id),
			.problem = row_text(r, judge_watch_failed_problem),
			.language = row_text(r, judge_watch_failed_language),
			.fault = row_text(r, judge_watch_failed_fault),
			.host = row_text(r, judge_watch_failed_host),
			.ended_at = row_time(r, judge_watch_failed_ended_at),
			.is_jury = row_bool(r, judge_watch_failed_is_jury) };
	}
}

int judge_watch(struct db *d, struct arena *m, struct judge_watch *out, struct err *e)
{
	struct db_step steps[] = {
		{ .stmt = q_judge_watch_hosts, .args = ARGS(arg_i64(RUNNER_SILENT_S * 1000)) },
		{ .stmt = q_judge_watch_languages },
		{ .stmt = q_judge_watch_queue, .args = ARGS(arg_i64(JOB_DEPTH_CAP)) },
		{ .stmt = q_judge_watch_failed, .args = ARGS(arg_i64(JUDGE_WATCH_FAILED)) },
	};

	*out = (struct judge_watch){ .n_hosts = 0 };
	if (db_batch(d, m, steps, countof(steps), e) != 0)
		return -1;
	fill_hosts(m, &steps[0].out, out);
	fill_languages(m, &steps[1].out, out);
	fill_classes(&steps[2].out, out);
	fill_failed(m, &steps[3].out, out);
	return 0;
}
