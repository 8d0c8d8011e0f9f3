/* podium source: how the contest platforms are doing, and asking them at once. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/civil_text.h"
#include "base/limits.h"
#include "db/db.h"
#include "jobs/cli/cli.h"
#include "model/calendar.h"
#include "model/job.h"
#include "model/source.h"
#include "os/clock.h"

static void print_time(const char *what, int64_t unix_us)
{
	char text[CIVIL_TEXT_SIZE];

	if (unix_us == INT64_MIN)
		return;
	civil_rfc3339(unix_us / 1000000 * 1000000, text);
	printf("  %s %s", what, text);
}

static int list(struct db *d, struct arena *m, struct err *e)
{
	struct calendar_sources sources;

	if (calendar_sources(d, m, &sources, e) != 0)
		return -1;
	for (unsigned p = 0; p < N_PLATFORMS; p++) {
		const struct calendar_source *s = &sources.v[p];

		printf("%-14s %4lld contests", platform_info((enum platform)p)->slug,
			(long long)s->n_rows);
		print_time("last answer", s->last_success_at);
		print_time("failing since", s->failing_since);
		print_time("next", s->next_fetch_at);
		if (s->failing_since != INT64_MIN)
			printf("  " SPAN_FMT, SPAN_ARG(s->last_error));
		else if (s->note.p != NULL)
			printf("  (" SPAN_FMT ")", SPAN_ARG(s->note));
		printf("\n");
	}
	return 0;
}

/* The platforms named, or all, or those whose time has come. */
static int fetch(struct db *d, struct arena *m, struct cli *c, struct err *e)
{
	bool due = cli_flag(c, "--due");
	size_t n = 0;
	int64_t job;
	enum platform p;
	TX_AUTO tx = { 0 };

	if (due || c->n_words == 1) {
		if (due ? source_fetch_due(d, m, clock_unix_us(), &n, e)
			: source_fetch_all(d, m, &n, e))
			return -1;
	} else {
		if (tx_begin(d, &tx, e) != 0)
			return -1;
		for (int i = 1; i < c->n_words; i++) {
			if (!platform_find(span_of(c->words[i]), &p))
				return err_set(e, ERR_INVALID, "no platform is called \"%s\"",
					c->words[i]);
			if (source_fetch_request(&tx, m, p, &job, e) != 0)
				return -1;
			n += job != 0;
		}
		if (tx_commit(&tx, e) != 0)
			return -1;
	}
	job_wake(d, "fetch");
	printf("%zu enqueued\n", n);
	return 0;
}

int cli_source(struct cli *c)
{
	struct err e = { .kind = ERR_NONE };
	struct arena *m;
	struct db *d;
	int failed;

	if (c->n_words < 1 || (strcmp(c->words[0], "fetch") != 0 &&
				      (strcmp(c->words[0], "list") != 0 || c->n_words != 1)))
		return CLI_USAGE;
	m = arena_new(REQUEST_ARENA);
	d = db_new(c->conf, "podium source");
	failed = strcmp(c->words[0], "list") == 0 ? list(d, m, &e) : fetch(d, m, c, &e);
	db_close(d);
	arena_free(m);
	return failed != 0 ? cli_fail(&e) : 0;
}
