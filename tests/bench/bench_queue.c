/*
 * Clients of the queue for bench_queue.py, through the product's own functions:
 *
 *     bench_queue CONFIG enqueue CLIENTS SECONDS     one durable job each time; prints jobs a
 * second bench_queue CONFIG wake RATE SECONDS FILE      test.stamp jobs with job_wake, evenly
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/scan.h"
#include "db/db.h"
#include "model/job.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"

static const struct job_kind rules[] = {
	{ "test.noop", "bench", 30, 3, 200, 1000, NULL },
	{ "test.stamp", "bench", 30, 3, 200, 1000, NULL },
};

static int fail(const struct err *e)
{
	fprintf(stderr, "bench_queue: %s (%s)\n", e->text, e->detail);
	return 1;
}

static int client(const struct config *conf, int64_t until_us, uint64_t *count)
{
	struct db *d = db_new(conf, "bench");
	struct arena *m = arena_new(1024 * 1024);
	struct job_spec spec = {
		.kind = "test.noop", .payload = SPAN("{\"n\":1}"), .priority = JOB_PRIORITY_NORMAL
	};
	struct err e = { 0 };
	int64_t id;

	while (clock_mono_us() < until_us) {
		if (job_enqueue_alone(d, m, &spec, &id, &e) != 0)
			return fail(&e);
		arena_reset(m);
		++*count;
	}
	db_close(d);
	return 0;
}

static int enqueue(const struct config *conf, uint64_t clients, uint64_t seconds)
{
	uint64_t *counts =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int64_t began_us = clock_mono_us();
	int64_t until_us = began_us + (int64_t)seconds * 1000000;
	uint64_t sum = 0;
	int status = 0, failed = 0;

	if (counts == MAP_FAILED)
		return 1;
	for (uint64_t i = 0; i < clients; i++)
		if (fork() == 0)
			_exit(client(conf, until_us, &counts[i * 8]));
	while (wait(&status) > 0)
		failed |= status;
	for (uint64_t i = 0; i < clients; i++)
		sum += counts[i * 8];
	printf("%.0f\n", (double)sum * 1e6 / (double)(clock_mono_us() - began_us));
	return failed != 0;
}

static int wake(const struct config *conf, uint64_t rate, uint64_t seconds, const char *file)
{
	struct db *d = db_new(conf, "bench");
	struct arena *m = arena_new(1024 * 1024);
	int64_t next_us = clock_mono_us();
	struct err e = { 0 };

	for (uint64_t i = 0; i < rate * seconds; i++) {
		struct job_spec spec = { .kind = "test.stamp", .priority = JOB_PRIORITY_NORMAL };
		int64_t left_us = next_us - clock_mono_us(), id;
		struct timespec t = { left_us / 1000000, left_us % 1000000 * 1000 };

		if (left_us > 0)
			nanosleep(&t, NULL);
		next_us += 1000000 / (int64_t)rate;
		spec.payload = span_of(arena_printf(
			m, "{\"file\":\"%s\",\"at_us\":%lld}", file, (long long)clock_mono_us()));
		if (job_enqueue_alone(d, m, &spec, &id, &e) != 0)
			return fail(&e);
		job_wake(d, "bench");
		arena_reset(m);
	}
	db_close(d);
	return 0;
}

int main(int argc, char **argv)
{
	const struct config *conf;
	struct err e = { 0 };
	uint64_t n, seconds;

	if (argc < 5 || !span_u64(span_of(argv[3]), 64 * 1024, &n) ||
		!span_u64(span_of(argv[4]), 3600, &seconds))
		return 2;
	log_start("bench_queue", LOG_WARN);
	job_kind_extra(rules, countof(rules));
	if (config_load(argv[1], &conf, &e) != 0)
		return fail(&e);
	if (strcmp(argv[2], "enqueue") == 0 && n <= 64)
		return enqueue(conf, n, seconds);
	return argc == 6 && strcmp(argv[2], "wake") == 0 ? wake(conf, n, seconds, argv[5]) : 2;
}
