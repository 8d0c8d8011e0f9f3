/*
 * lib/db by hand, for tests that play with servers: reads commands from standard input, one a line,
 * words separated by tabs, and answers each with one line: "ok" and the result, or "err", the kind
 * of error and its detail.
 *
 *     NAME ARGUMENT...   runs that statement; the answer has the first row's cells
 *     ahead NAME         reads it ahead, beside one for the primary, and then runs it
 *     begin commit rollback
 *     position, see N, health
 *     listen CHANNEL, hint MS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "db/oid.h"
#include "db/stmt.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"

#define MAX_WORDS 32

static struct db *d;
static struct arena *m;
static struct tx tx;
static struct db_listener *listener;
static const struct config *conf;

static int fail(const struct err *e)
{
	printf("err\t%s\t", err_kind_name(e->kind));
	for (const char *p = e->detail[0] != '\0' ? e->detail : e->text; *p != '\0'; p++)
		putchar(*p == '\n' || *p == '\t' ? ' ' : *p);
	putchar('\n');
	return 0;
}

static int done(int rc, const struct err *e)
{
	return rc != 0 ? fail(e) : puts("ok");
}

static struct arg argument(uint32_t type, struct span word)
{
	int64_t number = 0;

	if (span_is(word, "\\N"))
		return arg_null();
	if (type == OID_INT2 || type == OID_INT4 || type == OID_INT8)
		return arg_i64(span_i64(word, &number) ? number : -1);
	return arg_text(word);
}

static void print_row(const struct rows *rows)
{
	printf("ok");
	for (size_t k = 0; rows->n > 0 && k < rows->v[0].n; k++)
		printf("\t%s", row_str(&rows->v[0], (int)k));
	putchar('\n');
}

static int run(enum stmt s, const struct span *words, size_t n)
{
	const struct stmt_info *info = &stmt_table[s];
	struct arg args[MAX_WORDS + 1];
	struct db_step step = { .stmt = s, .args = args };
	struct err e = { 0 };

	for (size_t i = 0; i < n && i < info->n_args; i++)
		args[i] = argument(info->args[i].type, words[i]);
	args[n] = arg_end();
	if (db_batch(d, m, &step, 1, &e) != 0)
		return fail(&e);
	print_row(&step.out);
	return 0;
}

static int ahead(enum stmt s)
{
	const struct db_step steps[] = { { .stmt = q_nap_read, .args = ARGS(arg_text(SPAN("0"))) },
		{ .stmt = s } };

	db_read_ahead(d, m, steps, countof(steps));
	return run(s, NULL, 0);
}

static int health(void)
{
	struct db_health h;

	db_health(d, &h);
	return printf("ok\t%d\t%d\t%d\n", h.primary_up, h.replicas, h.replicas_up);
}

static int hint(int64_t ms)
{
	int64_t until = clock_mono_us() + ms * 1000;
	struct span payload;

	while (clock_mono_us() < until) {
		if (db_listener_next(listener, m, &payload))
			return printf("ok\t" SPAN_FMT "\n", SPAN_ARG(payload));
		usleep(5000);
	}
	return printf("ok\t%d\n", db_listener_fd(listener) >= 0 ? 1 : 0);
}

static int obey(const struct span *words, size_t n)
{
	struct err e = { 0 };
	uint64_t number = 0;

	if (n > 1)
		span_u64(words[1], INT64_MAX, &number);
	if (span_is(words[0], "begin"))
		return done(tx_begin(d, &tx, &e), &e);
	if (span_is(words[0], "commit"))
		return done(tx_commit(&tx, &e), &e);
	if (span_is(words[0], "rollback")) {
		tx_rollback(&tx);
		return puts("ok");
	}
	if (span_is(words[0], "position"))
		return printf("ok\t%llu\n", (unsigned long long)db_position(d));
	if (span_is(words[0], "see")) {
		db_see(d, number);
		return puts("ok");
	}
	if (span_is(words[0], "health"))
		return health();
	if (span_is(words[0], "listen")) {
		static char *channel; // the listener's for as long as it lives

		free(channel);
		channel = strdup(arena_dup(m, words[1]));
		listener = db_listen(conf, channel);
		return puts("ok");
	}
	if (span_is(words[0], "hint"))
		return hint((int64_t)number);
	for (size_t i = 0; i < N_STMTS; i++) {
		if (span_is(words[0], stmt_table[i].name))
			return run((enum stmt)i, words + 1, n - 1);
		if (n > 1 && span_is(words[0], "ahead") && span_is(words[1], stmt_table[i].name))
			return ahead((enum stmt)i);
	}
	return puts("err\tinternal\tno such command");
}

int main(void)
{
	struct err e = { 0 };
	static char line[65536];

	if (config_load(NULL, &conf, &e) != 0)
		return fail(&e), 1;
	log_start("probe", LOG_DEBUG);
	d = db_new(conf, "podium-probe");
	m = arena_new(JOB_ARENA);
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		struct span rest = span_of(line);
		struct span words[MAX_WORDS];
		size_t n = 0;

		rest.n -= span_ends(rest, "\n");
		while (n < MAX_WORDS && span_split(&rest, '\t', &words[n]))
			n++;
		obey(words, n);
		arena_reset(m);
	}
	db_listener_close(listener);
	db_close(d);
	arena_free(m);
	return 0;
}
