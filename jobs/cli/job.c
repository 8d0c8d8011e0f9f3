/* podium job: what is queued, runs, waits and died, what the clock will add, and an operator's hand
 * on it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/civil_text.h"
#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "jobs/cli/cli.h"
#include "model/admin.h"
#include "model/cron.h"
#include "model/job.h"
#include "model/job_admin.h"
#include "os/clock.h"

#define LIST_LIMIT  100
#define LIST_MOST   10000
#define RETRY_BATCH 200 // dead jobs of a queue revived before the next are read
#define MAX_PAUSE_S (10 * 366 * 86400)

/* Each act is in the audit, as nobody's by name. */
static const struct admin nobody = { .id = 0 };

struct work {
	struct db *db;
	struct arena *mem;
	char **words;
	int n_words;
	const char *queue; // --queue
	int limit;
};

static void put_time(const char *before, int64_t unix_us)
{
	char text[CIVIL_TEXT_SIZE];

	if (unix_us == INT64_MIN)
		return;
	civil_rfc3339(unix_us / 1000000 * 1000000, text);
	printf("%s%s", before, text);
}

/* Nothing was found in a queue: an error if that is because its name is misspelt. The names are
 * known from the runner's first start on. */
static int none_in_queue(struct work *w, struct err *e)
{
	struct job_queue_view *q;
	size_t n;

	if (w->queue == NULL)
		return 0;
	if (job_queue_list(w->db, w->mem, &q, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (span_is(q[i].name, w->queue))
			return 0;
	if (n == 0)
		return 0;
	return err_set(e, ERR_NOT_FOUND, "no queue is called \"%s\"", w->queue);
}

static int list(struct work *w, struct err *e)
{
	static const char *const states[] = { "ready", "running", "later", "dead", "done" };
	struct job_filter f = { .queue = w->queue, .limit = w->limit };
	struct job_views jobs;

	if (w->n_words > 1)
		return CLI_USAGE;
	for (size_t i = 0; w->n_words == 1 && i < countof(states); i++)
		if (strcmp(w->words[0], states[i]) == 0)
			f.state = states[i];
	if (w->n_words == 1 && f.state == NULL)
		return CLI_USAGE;
	if (job_list(w->db, w->mem, &f, &jobs, e) != 0)
		return -1;
	for (size_t i = 0; i < jobs.n; i++) {
		const struct job_view *v = &jobs.v[i];

		printf("%lld " SPAN_FMT " " SPAN_FMT " " SPAN_FMT " priority=%d attempt=%d",
			(long long)v->id, SPAN_ARG(v->state), SPAN_ARG(v->queue), SPAN_ARG(v->kind),
			v->priority, v->attempt);
		put_time(" ", v->at);
		if (v->error.p != NULL)
			printf(" " SPAN_FMT, SPAN_ARG(v->error));
		putchar('\n');
	}
	return jobs.n == 0 ? none_in_queue(w, e) : 0;
}

static bool read_id(const char *word, int64_t *id)
{
	return span_i64(span_of(word), id) && *id > 0;
}

static int show(struct work *w, struct err *e)
{
	struct job_view v;
	int64_t id;

	if (w->n_words != 1 || !read_id(w->words[0], &id))
		return CLI_USAGE;
	if (job_show(w->db, w->mem, id, &v, e) != 0)
		return -1;
	printf("id       %lld\nstate    " SPAN_FMT "\nqueue    " SPAN_FMT "\nkind     " SPAN_FMT
	       "\npriority %d\nattempt  %d",
		(long long)v.id, SPAN_ARG(v.state), SPAN_ARG(v.queue), SPAN_ARG(v.kind), v.priority,
		v.attempt);
	put_time("\ncreated  ", v.created_at);
	put_time("\nsince    ", v.at);
	if (v.runner != 0)
		printf("\nrunner   %d", v.runner);
	if (v.key.p != NULL)
		printf("\nkey      " SPAN_FMT, SPAN_ARG(v.key));
	if (v.error.p != NULL)
		printf("\nerror    " SPAN_FMT, SPAN_ARG(v.error));
	if (v.payload.p != NULL)
		printf("\npayload  " SPAN_FMT, SPAN_ARG(v.payload));
	putchar('\n');
	return 0;
}

/* Dead jobs of a queue, in batches, so that no statement is long. */
static int retry_queue(struct work *w, struct err *e)
{
	struct job_filter f = { .queue = w->queue, .limit = RETRY_BATCH };
	struct job_ids ids;
	size_t revived = 0, before;

	do {
		before = revived;
		if (job_dead_ids(w->db, w->mem, &f, &ids, e) != 0)
			return -1;
		for (size_t i = 0; i < ids.n; i++) {
			struct err mine = { 0 };

			if (admin_job_retry(w->db, w->mem, &nobody, ids.v[i], &mine) == 0)
				revived++;
			else
				fprintf(stderr, "podium: %s\n", mine.text);
		}
		arena_reset(w->mem);
	} while (revived > before && ids.n == RETRY_BATCH);
	if (revived == 0 && none_in_queue(w, e) != 0)
		return -1;
	job_wake(w->db, w->queue);
	printf("%zu jobs begin anew\n", revived);
	return 0;
}

static int retry(struct work *w, struct err *e)
{
	if (w->queue != NULL)
		return w->n_words == 0 ? retry_queue(w, e) : CLI_USAGE;
	for (int i = 0; i < w->n_words; i++) {
		int64_t id;

		if (!read_id(w->words[i], &id))
			return CLI_USAGE;
		if (admin_job_retry(w->db, w->mem, &nobody, id, e) != 0)
			return -1;
	}
	return w->n_words > 0 ? 0 : CLI_USAGE;
}

static int discard(struct work *w, struct err *e)
{
	for (int i = 0; i < w->n_words; i++) {
		int64_t id;

		if (!read_id(w->words[i], &id))
			return CLI_USAGE;
		if (admin_job_discard(w->db, w->mem, &nobody, id, e) != 0)
			return -1;
	}
	return w->n_words > 0 ? 0 : CLI_USAGE;
}

static int pause_queue(struct work *w, struct err *e)
{
	uint64_t seconds = 0;

	if (w->n_words < 1 || w->n_words > 2 ||
		(w->n_words == 2 && !span_u64(span_of(w->words[1]), MAX_PAUSE_S, &seconds)))
		return CLI_USAGE;
	return admin_queue_pause(w->db, w->mem, &nobody, w->words[0], (int64_t)seconds, e);
}

static int resume(struct work *w, struct err *e)
{
	if (w->n_words != 1)
		return CLI_USAGE;
	return admin_queue_resume(w->db, w->mem, &nobody, w->words[0], e);
}

static int limit(struct work *w, struct err *e)
{
	int64_t n;
	const struct admin_queue_set q = { .name = w->words[0], .max_running = &n };

	if (w->n_words != 2 || !span_i64(span_of(w->words[1]), &n))
		return CLI_USAGE;
	return admin_set_queue(w->db, w->mem, &nobody, &q, e);
}

static int weight(struct work *w, struct err *e)
{
	int64_t n;
	const struct admin_queue_set q = { .name = w->words[0], .weight = &n };

	if (w->n_words != 2 || !span_i64(span_of(w->words[1]), &n))
		return CLI_USAGE;
	return admin_set_queue(w->db, w->mem, &nobody, &q, e);
}

static int queues(struct work *w, struct err *e)
{
	int64_t now_us = clock_unix_us();
	struct job_queue_view *q;
	size_t n;

	if (w->n_words != 0)
		return CLI_USAGE;
	if (job_queue_list(w->db, w->mem, &q, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		printf(SPAN_FMT " weight=%d", SPAN_ARG(q[i].name), q[i].weight);
		if (q[i].max_running > 0)
			printf(" max_running=%d", q[i].max_running);
		if (q[i].paused_until == INT64_MAX)
			printf(" paused");
		else if (q[i].paused_until > now_us)
			put_time(" paused until ", q[i].paused_until);
		if (q[i].paused_until > now_us && q[i].reason.p != NULL)
			printf(" (" SPAN_FMT ")", SPAN_ARG(q[i].reason));
		if (q[i].trips > 0)
			put_time(q[i].breaker_until > now_us ? " breaker open until "
							     : " breaker half open since ",
				q[i].breaker_until);
		putchar('\n');
	}
	return 0;
}

static int cron_all(struct work *w, struct err *e)
{
	struct cron_view *c;
	size_t n;

	if (cron_list(w->db, w->mem, &c, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		printf(SPAN_FMT " \"" SPAN_FMT "\"", SPAN_ARG(c[i].name), SPAN_ARG(c[i].schedule));
		if (!span_is(c[i].zone, "UTC"))
			printf(" zone=" SPAN_FMT, SPAN_ARG(c[i].zone));
		printf(" kind=" SPAN_FMT "%s", SPAN_ARG(c[i].kind),
			c[i].enabled ? "" : " disabled");
		put_time(" last ", c[i].last_at);
		put_time(" next ", c[i].next_at);
		putchar('\n');
	}
	return 0;
}

static int cron(struct work *w, struct err *e)
{
	struct cron_switch to = { .name = NULL };

	if (w->n_words == 1 && strcmp(w->words[0], "list") == 0)
		return cron_all(w, e);
	if (w->n_words != 2)
		return CLI_USAGE;
	to.name = w->words[1];
	to.enabled = strcmp(w->words[0], "enable") == 0;
	if (!to.enabled && strcmp(w->words[0], "disable") != 0)
		return CLI_USAGE;
	return admin_cron_switch(w->db, w->mem, &nobody, &to, e);
}

static const struct {
	const char *name;
	int (*run)(struct work *w, struct err *e);
} verbs[] = {
	{ "list", list },
	{ "show", show },
	{ "retry", retry },
	{ "discard", discard },
	{ "pause", pause_queue },
	{ "resume", resume },
	{ "limit", limit },
	{ "weight", weight },
	{ "queues", queues },
	{ "cron", cron },
};

int cli_job(struct cli *c)
{
	struct work w = { .queue = cli_option(c, "--queue"), .limit = LIST_LIMIT };
	const char *most = cli_option(c, "--limit");
	struct err e = { 0 };
	uint64_t n;
	int rc = CLI_USAGE;

	if (c->n_words < 1)
		return CLI_USAGE;
	w.words = c->words + 1;
	w.n_words = c->n_words - 1;
	if (most != NULL) {
		if (!span_u64(span_of(most), LIST_MOST, &n) || n == 0)
			return CLI_USAGE;
		w.limit = (int)n;
	}
	w.db = db_new(c->conf, "podium job");
	w.mem = arena_new(JOB_ARENA);
	for (size_t i = 0; i < countof(verbs); i++)
		if (strcmp(c->words[0], verbs[i].name) == 0)
			rc = verbs[i].run(&w, &e);
	db_close(w.db);
	arena_free(w.mem);
	return rc == -1 ? cli_fail(&e) : rc;
}
