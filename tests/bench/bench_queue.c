/*
 * Clients of the queue for bench_queue.py, through the product's own functions:
 *
 *     bench_queue CONFIG enqueue CLIENTS SECONDS   one durable job each time; prints jobs a second
 *     bench_queue CONFIG through CLIENTS JOBS      as many jobs, one each time, with job_wake
 *     bench_queue CONFIG bulk ROWS JOBS            as many jobs by one client, ROWS in a statement
 *     bench_queue CONFIG wake RATE SECONDS FILE    test.stamp jobs with job_wake, evenly
 *
 * FILE gets three numbers of 8 bytes for each job: the monotonic microsecond before its enqueuing,
 * that of the commit's return, and, by the job, that of its start.
 */
#include <fcntl.h>
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

/* How the clients know when to stop: after a time, or after as many jobs. */
struct load {
	const struct config *conf;
	int64_t for_us; // 0: jobs counts
	uint64_t jobs;  // of each client
	bool wakes;
	int ready[2]; // pipes: a byte from each client that is connected, one for each to begin
	int go[2];
};

/* As with pgbench, connecting is not what is measured. */
static void await_start(const struct load *load)
{
	char c = 0;

	if (write(load->ready[1], &c, 1) != 1 || read(load->go[0], &c, 1) != 1)
		_exit(1);
}

static int64_t start_clients(const struct load *load, uint64_t n)
{
	char c = 0;

	for (uint64_t i = 0; i < n; i++)
		if (read(load->ready[0], &c, 1) != 1)
			return -1;
	for (uint64_t i = 0; i < n; i++)
		if (write(load->go[1], &c, 1) != 1)
			return -1;
	return clock_mono_us();
}

static int client(const struct load *load, uint64_t *count)
{
	struct db *d = db_new(load->conf, "bench");
	struct arena *m = arena_new(1024 * 1024);
	struct job_spec spec = {
		.kind = "test.noop", .payload = SPAN("{\"n\":1}"), .priority = JOB_PRIORITY_NORMAL
	};
	struct err e = { 0 };
	int64_t id, until_us;
	int connected = load->for_us > 0 ? job_enqueue_alone(d, m, &spec, &id, &e) : 0;

	await_start(load);
	if (connected != 0)
		return fail(&e);
	until_us = load->for_us > 0 ? clock_mono_us() + load->for_us : INT64_MAX;
	while (*count < load->jobs && clock_mono_us() < until_us) {
		if (job_enqueue_alone(d, m, &spec, &id, &e) != 0)
			return fail(&e);
		if (load->wakes)
			job_wake(d, "bench");
		arena_reset(m);
		++*count;
	}
	db_close(d);
	return 0;
}

static int run_clients(struct load *load, uint64_t clients)
{
	uint64_t *counts =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	uint64_t sum = 0;
	int64_t began_us;
	int status = 0, failed = 0;

	if (counts == MAP_FAILED || pipe(load->ready) != 0 || pipe(load->go) != 0)
		return 1;
	for (uint64_t i = 0; i < clients; i++)
		if (fork() == 0)
			_exit(client(load, &counts[i * 8]));
	close(load->ready[1]);
	began_us = start_clients(load, clients);
	close(load->go[1]);
	while (wait(&status) > 0)
		failed |= status;
	for (uint64_t i = 0; i < clients; i++)
		sum += counts[i * 8];
	printf("%.0f\n", (double)sum * 1e6 / (double)(clock_mono_us() - began_us));
	return failed != 0 || began_us < 0;
}

static int bulk(const struct config *conf, uint64_t rows, uint64_t jobs)
{
	struct db *d = db_new(conf, "bench");
	struct job_spec spec = { .kind = "test.noop", .priority = JOB_PRIORITY_NORMAL };
	struct arena *m = arena_new(1024 * 1024);
	struct tx alone = { .db = d };
	static struct span payloads[1000];
	struct err e = { 0 };

	for (size_t i = 0; i < rows; i++)
		payloads[i] = SPAN("{\"n\":1}");
	for (uint64_t n = 0; n < jobs; n += rows) {
		if (job_enqueue_many(&alone, m, &spec, payloads, rows, &e) != 0)
			return fail(&e);
		job_wake(d, "bench");
	}
	arena_free(m);
	db_close(d);
	return 0;
}

static int wake(const struct config *conf, uint64_t rate, uint64_t seconds, const char *file)
{
	struct db *d = db_new(conf, "bench");
	struct arena *m = arena_new(1024 * 1024);
	int64_t next_us = clock_mono_us();
	int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	struct err e = { 0 };

	if (fd < 0)
		return 1;
	for (uint64_t i = 0; i < rate * seconds; i++) {
		struct job_spec spec = { .kind = "test.stamp", .priority = JOB_PRIORITY_NORMAL };
		int64_t left_us = next_us - clock_mono_us(), id, stamps[2];
		struct timespec t = { left_us / 1000000, left_us % 1000000 * 1000 };

		if (left_us > 0)
			nanosleep(&t, NULL);
		next_us += 1000000 / (int64_t)rate;
		spec.payload = span_of(arena_printf(
			m, "{\"file\":\"%s\",\"n\":%llu}", file, (unsigned long long)i));
		stamps[0] = clock_mono_us();
		if (job_enqueue_alone(d, m, &spec, &id, &e) != 0)
			return fail(&e);
		stamps[1] = clock_mono_us();
		job_wake(d, "bench");
		if (pwrite(fd, stamps, sizeof(stamps), (off_t)(i * 24)) != (ssize_t)sizeof(stamps))
			return 1;
		arena_reset(m);
	}
	db_close(d);
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	struct load load = { .jobs = UINT64_MAX };
	struct err e = { 0 };
	uint64_t n, m;

	if (argc < 5 || !span_u64(span_of(argv[3]), 64 * 1024, &n) ||
		!span_u64(span_of(argv[4]), 100000000, &m))
		return 2;
	log_start("bench_queue", LOG_WARN);
	job_kind_extra(rules, countof(rules));
	if (config_load(argv[1], &load.conf, &e) != 0)
		return fail(&e);
	if (strcmp(argv[2], "wake") == 0 && argc == 6)
		return wake(load.conf, n, m, argv[5]);
	if (strcmp(argv[2], "bulk") == 0 && n > 0 && n <= 1000)
		return bulk(load.conf, n, m);
	if (n == 0 || n > 64)
		return 2;
	if (strcmp(argv[2], "enqueue") == 0)
		load.for_us = (int64_t)m * 1000000;
	load.wakes = strcmp(argv[2], "through") == 0;
	if (load.wakes)
		load.jobs = m / n;
	return load.wakes || load.for_us > 0 ? run_clients(&load, n) : 2;
}
