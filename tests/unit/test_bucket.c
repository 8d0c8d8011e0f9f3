#include "tests/unit/pg.h"

#include <stdlib.h>
#include <sys/wait.h>

#include "base/limits.h"
#include "db/db.h"
#include "model/bucket.h"
#include "os/clock.h"

#define GAP_MS    60
#define PROCESSES 8
#define STARTS    6 // of each process

static struct pg pg;
static struct arena *mem;
static struct err fault;

static int start(void **state)
{
	(void)state;
	if (getenv("TEST_POSTGRES") != NULL)
		pg_make(&pg);
	mem = arena_new(1 << 20);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	if (getenv("TEST_POSTGRES") != NULL)
		pg_drop(&pg);
	arena_free(mem);
	return 0;
}

static struct err *no_err(void)
{
	fault = (struct err){ 0 };
	return &fault;
}

static struct bucket bucket_on(struct db *d, const char *name, int64_t gap_ms)
{
	return (struct bucket){ d, mem, name, gap_ms, 0 };
}

/* A child that starts so many times and writes the moment and its rank to the pipe. */
static void run_child(int out, const char *name, enum codeforces_priority priority, int n)
{
	struct db *d = db_new(&pg.conf, "test");
	struct bucket b = bucket_on(d, name, GAP_MS);

	for (int i = 0; i < n; i++) {
		int64_t record[2];

		if (bucket_enter(&b, priority, 60000, no_err()) != 0)
			_exit(1);
		record[0] = clock_mono_us();
		record[1] = priority;
		if (write(out, record, sizeof(record)) != sizeof(record))
			_exit(2);
		usleep((useconds_t)i * 10000);
	}
	db_close(d);
	_exit(0);
}

static void spawn(int out, const char *name, enum codeforces_priority priority, int n)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		run_child(out, name, priority, n);
}

static void reap(int n)
{
	for (int i = 0; i < n; i++) {
		int status = -1;

		wait(&status);
		assert_int_equal(status, 0);
	}
}

static int by_time(const void *a, const void *b)
{
	const int64_t *x = a;
	const int64_t *y = b;

	return (x[0] > y[0]) - (x[0] < y[0]);
}

/* The lines of the pipe in order of time. */
static size_t collect(int in, int64_t (*records)[2], size_t most)
{
	size_t n = 0;

	while (n < most && read(in, records[n], sizeof(records[n])) == sizeof(records[n]))
		n++;
	qsort(records, n, sizeof(records[0]), by_time);
	return n;
}

static void many_processes_keep_the_distance(void **state)
{
	int64_t records[PROCESSES * STARTS][2];
	int ends[2];
	size_t n;

	(void)state;
	pg_server();
	assert_int_equal(pipe(ends), 0);
	for (int i = 0; i < PROCESSES; i++)
		spawn(ends[1], "many", (enum codeforces_priority)(i % 3), STARTS);
	close(ends[1]);
	n = collect(ends[0], records, countof(records));
	close(ends[0]);
	reap(PROCESSES);
	assert_int_equal(n, PROCESSES * STARTS);
	for (size_t i = 1; i < n; i++) {
		int64_t gap_us = records[i][0] - records[i - 1][0];

		if (gap_us < GAP_MS * 1000)
			fail_msg("start %zu came %lld us after the one before", i,
				(long long)gap_us);
	}
}

static void a_player_does_not_wait_for_sweeps(void **state)
{
	int64_t records[64][2];
	int ends[2];
	size_t n;
	size_t first = 0;
	size_t last = 0;

	(void)state;
	pg_server();
	assert_int_equal(pipe(ends), 0);
	for (int i = 0; i < 3; i++)
		spawn(ends[1], "rank", CODEFORCES_SWEEP, 6);
	usleep(400000);
	for (int i = 0; i < 4; i++)
		spawn(ends[1], "rank", CODEFORCES_SYNC, 1);
	close(ends[1]);
	n = collect(ends[0], records, countof(records));
	close(ends[0]);
	reap(7);
	assert_int_equal(n, 22);
	for (size_t i = 0; i < n; i++) {
		if (records[i][1] != CODEFORCES_SYNC)
			continue;
		first = first == 0 ? i : first;
		last = i;
	}
	assert_true(first > 0);        // the sweeps had begun
	assert_true(last - first < 5); // 4 players, at most one sweep between the first and last
	assert_true(last < n - 5);     // and sweeps went on afterwards
}

static void patience_ends(void **state)
{
	struct db *d;
	struct bucket b;
	int64_t from;

	(void)state;
	pg_server();
	d = db_new(&pg.conf, "test");
	b = bucket_on(d, "patience", 5000);
	assert_int_equal(bucket_enter(&b, CODEFORCES_SYNC, 0, no_err()), 0);
	from = clock_mono_us();
	assert_int_equal(bucket_enter(&b, CODEFORCES_SYNC, 300, no_err()), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
	assert_true(fault.retry_after_s >= 4 && fault.retry_after_s <= 6);
	assert_int_equal(bucket_enter(&b, CODEFORCES_SWEEP, 300, no_err()), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
	assert_true(clock_mono_us() - from < 200000); // it is told at once
	assert_int_equal(bucket_enter(&b, CODEFORCES_SWEEP, 0, no_err()), -1);
	db_close(d);
}

static void a_pause_holds_everybody(void **state)
{
	struct db *d;
	struct bucket b;
	int64_t from;

	(void)state;
	pg_server();
	d = db_new(&pg.conf, "test");
	b = bucket_on(d, "pause", 1);
	bucket_pause(&b, 1);
	from = clock_mono_us();
	assert_int_equal(bucket_enter(&b, CODEFORCES_SWEEP, 5000, no_err()), 0);
	assert_true(clock_mono_us() - from >= 990000);
	bucket_pause(&b, 30);
	bucket_pause(&b, 1); // a shorter one does not shorten it
	assert_int_equal(bucket_enter(&b, CODEFORCES_SYNC, 5000, no_err()), -1);
	assert_true(fault.retry_after_s >= 29 && fault.retry_after_s <= 31);
	db_close(d);
}

static void calls_are_paid_for(void **state)
{
	const struct bucket_price price = {
		.name = "price", .cost_us = 1000000, .burst_us = 3000000
	};
	struct db *d;
	int64_t wait_us;
	int paid = 0;

	(void)state;
	pg_server();
	d = db_new(&pg.conf, "test");
	for (int i = 0; i < 10; i++) {
		assert_int_equal(bucket_spend(d, mem, &price, &wait_us, no_err()), 0);
		if (wait_us == 0)
			paid++;
	}
	// three seconds ahead and the call that goes over it; a slow machine pays one or two more
	assert_true(paid >= 4 && paid <= 9);
	assert_true(wait_us > 0 && wait_us <= 1100000);
	db_close(d);
}

static void without_a_database(void **state)
{
	struct config nowhere = {
		.postgres_db = "host=/nonexistent", .postgres_read_db = "", .postgres_ca = ""
	};
	struct db *d = db_new(&nowhere, "test");
	struct bucket b = bucket_on(d, "nowhere", GAP_MS);

	(void)state;
	assert_int_equal(bucket_enter(&b, CODEFORCES_SYNC, 1000, no_err()), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
	bucket_pause(&b, 30);
	db_close(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_processes_keep_the_distance),
		cmocka_unit_test(a_player_does_not_wait_for_sweeps),
		cmocka_unit_test(patience_ends),
		cmocka_unit_test(a_pause_holds_everybody),
		cmocka_unit_test(calls_are_paid_for),
		cmocka_unit_test(without_a_database),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, stop);
}
