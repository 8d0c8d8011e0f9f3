/*
 * What lib/db costs beside libpq used by hand: the same prepared statement on the same server, in
 * turns, both sides copying the cells they got. For each case the median over the turns of wall
 * time and of this process's processor time a call is printed, and the difference.
 *
 *     POSTGRES_DB=... bench [CALLS]
 */
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/attr.h"
#include "base/scan.h"
#include "db/db.h"
#include "db/stmt.h"
#include "os/clock.h"
#include "os/config.h"

#define TURNS   15
#define N_BATCH 10

static struct db *d;
static struct arena *m;
static PGconn *raw;
static char sink[65536];

static void die(const char *what)
{
	fprintf(stderr, "%s: %s\n", what, PQerrorMessage(raw));
	exit(1);
}

static int64_t cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void copy_cells(const PGresult *res)
{
	char *to = sink;

	for (int i = 0; i < PQntuples(res); i++)
		for (int k = 0; k < PQnfields(res); k++) {
			memcpy(to, PQgetvalue(res, i, k), (size_t)PQgetlength(res, i, k) + 1);
			to += PQgetlength(res, i, k) + 1;
		}
}

static void by_hand(enum stmt s, const char *value)
{
	PGresult *res = PQexecPrepared(raw, stmt_table[s].name, 1, &value, NULL, NULL, 0);

	if (PQresultStatus(res) != PGRES_TUPLES_OK)
		die("raw");
	copy_cells(res);
	PQclear(res);
}

static void one_by_hand(void)
{
	by_hand(q_repeat, "20");
}

static void rows_by_hand(void)
{
	by_hand(q_count_up, "40");
}

static PGresult *wait_result(void)
{
	struct pollfd p = { .fd = PQsocket(raw), .events = POLLIN };

	while (PQisBusy(raw)) {
		poll(&p, 1, -1);
		if (!PQconsumeInput(raw))
			die("raw batch");
	}
	return PQgetResult(raw);
}

static void batch_by_hand(void)
{
	const char *value = "20";
	bool synced = false;

	PQenterPipelineMode(raw);
	for (int i = 0; i < N_BATCH; i++)
		PQsendQueryPrepared(raw, "repeat", 1, &value, NULL, NULL, 0);
	PQpipelineSync(raw);
	while (!synced) {
		PGresult *res = wait_result();

		if (res == NULL)
			continue;
		synced = PQresultStatus(res) == PGRES_PIPELINE_SYNC;
		if (PQresultStatus(res) == PGRES_TUPLES_OK)
			copy_cells(res);
		else if (!synced)
			die("raw batch");
		PQclear(res);
	}
	PQexitPipelineMode(raw);
}

static void check(int rc, const struct err *e)
{
	if (rc == 0)
		return;
	fprintf(stderr, "%s (%s)\n", e->text, e->detail);
	exit(1);
}

static void one_by_room(void)
{
	struct err e = { 0 };
	struct row row;

	check(db_one(d, m, q_repeat, ARGS(arg_i64(20)), &row, &e), &e);
}

static void rows_by_room(void)
{
	struct err e = { 0 };
	struct rows rows;

	check(db_many(d, m, q_count_up, ARGS(arg_i64(40)), &rows, &e), &e);
}

static void batch_by_room(void)
{
	const struct arg *args = ARGS(arg_i64(20));
	struct db_step steps[N_BATCH];
	struct err e = { 0 };

	for (size_t i = 0; i < N_BATCH; i++)
		steps[i] = (struct db_step){ .stmt = q_repeat, .args = args };
	check(db_batch(d, m, steps, N_BATCH, &e), &e);
}

struct sample {
	double wall;
	double cpu;
};

static struct sample turn(void (*call)(void), int calls)
{
	int64_t wall = clock_mono_us();
	int64_t cpu = cpu_us();

	for (int i = 0; i < calls; i++) {
		call();
		if (i % 8 == 0)
			arena_reset(m);
	}
	return (struct sample){ (double)(clock_mono_us() - wall) / calls,
		(double)(cpu_us() - cpu) / calls };
}

static int compare(const void *a, const void *b)
{
	const double *x = a;
	const double *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(double *v)
{
	qsort(v, TURNS, sizeof(*v), compare);
	return v[TURNS / 2];
}

static void measure(const char *name, void (*hand)(void), void (*room)(void), int calls)
{
	double v[4][TURNS];
	double mid[4];

	turn(hand, calls / 4);
	turn(room, calls / 4);
	for (int i = 0; i < TURNS; i++) {
		struct sample h = turn(hand, calls);
		struct sample r = turn(room, calls);

		v[0][i] = h.wall;
		v[1][i] = r.wall;
		v[2][i] = h.cpu;
		v[3][i] = r.cpu;
	}
	for (int i = 0; i < 4; i++)
		mid[i] = median(v[i]);
	printf("%-28s wall us: libpq %7.2f  lib/db %7.2f  %+6.2f   cpu us: libpq %6.2f  lib/db %6.2f  "
	       "%+6.2f\n",
		name, mid[0], mid[1], mid[1] - mid[0], mid[2], mid[3], mid[3] - mid[2]);
}

static void prepare(enum stmt s)
{
	Oid types[] = { stmt_table[s].args[0].type };
	PGresult *res = PQprepare(raw, stmt_table[s].name, stmt_table[s].text, 1, types);

	if (PQresultStatus(res) != PGRES_COMMAND_OK)
		die("prepare");
	PQclear(res);
}

int main(int argc, char **argv)
{
	const struct config *conf;
	struct err e = { 0 };
	uint64_t calls = 2000;

	if (argc > 1 && !span_u64(span_of(argv[1]), 1000000, &calls))
		return 2;
	check(config_load(NULL, &conf, &e), &e);
	d = db_new(conf, "podium-bench");
	m = arena_new(64 * 1024 * 1024);
	raw = PQconnectdb(conf->postgres_db);
	if (PQstatus(raw) != CONNECTION_OK)
		die("connect");
	prepare(q_repeat);
	prepare(q_count_up);
	measure("one row", one_by_hand, one_by_room, (int)calls);
	measure("40 rows of 2 columns", rows_by_hand, rows_by_room, (int)calls);
	measure("batch of 10 statements", batch_by_hand, batch_by_room, (int)calls / 4);
	PQfinish(raw);
	db_close(d);
	arena_free(m);
	return 0;
}
