/*
 * podium-jobs with kinds that the product does not have: jobs that fail, sleep, die and leave
 * traces, as their payload tells them. A trace is a line "id attempt pid" appended to a file.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "db/db.h"
#include "jobs/supervisor.h"
#include "model/job.h"
#include "net/json.h"
#include "os/clock.h"

static const struct job_kind rules[] = {
	/* name, queue, deadline_s, max_attempts, retry_base_ms, retry_cap_ms, at_end */
	{ "test.trace", "test", 30, 5, 200, 1000, NULL },
	{ "test.sleep", "test", 2, 3, 200, 1000, NULL },
	{ "test.fail", "test", 30, 3, 400, 1600, "test.told" },
	{ "test.told", "told", 30, 3, 200, 1000, NULL },
	{ "test.die", "test", 30, 3, 200, 1000, NULL },
	{ "test.effect", "effect", 30, 1000, 50, 200, NULL },
	{ "test.sink", "sink", 30, 3, 200, 1000, NULL },
	{ "test.once", "effect", 30, 1000, 50, 200, NULL },
	{ "test.slow_once", "effect", 30, 1000, 50, 200, NULL },
	{ "test.flaky", "flaky", 30, 1000, 100000, 100000, NULL },
	{ "test.noop", "bench", 30, 3, 200, 1000, NULL },
	{ "test.stamp", "bench", 30, 3, 200, 1000, NULL },
};

static struct span text_of(const struct json *j, const char *key)
{
	struct span s = SPAN_NONE;

	return json_text(json_get(j, key), &s) ? s : SPAN_NONE;
}

static int64_t number_of(const struct json *j, const char *key)
{
	int64_t n = 0;

	return json_i64(json_get(j, key), &n) ? n : 0;
}

static void sleep_ms(int64_t ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	while (nanosleep(&t, &t) != 0 && errno == EINTR)
		;
}

static void trace(struct job_ctx *c, struct span file)
{
	char line[80];
	int fd;
	int n;

	if (file.p == NULL)
		return;
	fd = open(arena_dup(c->mem, file), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
	n = snprintf(
		line, sizeof(line), "%lld %d %d\n", (long long)c->id, c->attempt, (int)getpid());
	if (fd < 0 || write(fd, line, (size_t)n) != n)
		abort();
	close(fd);
}

/* {file, ms}: leaves a trace, sleeps, and leaves another in file2 if there is one. */
static int run_trace(struct job_ctx *c, struct err *e)
{
	JSON_AUTO j = NULL;

	if (json_parse(c->payload, &j, e) != 0)
		return -1;
	trace(c, text_of(j, "file"));
	sleep_ms(number_of(j, "ms"));
	trace(c, text_of(j, "file2"));
	return 0;
}

/* {file, temporary, until, retry_after}: fails at every attempt before `until`. */
static int run_fail(struct job_ctx *c, struct err *e)
{
	JSON_AUTO j = NULL;
	bool temporary = false;

	if (json_parse(c->payload, &j, e) != 0)
		return -1;
	trace(c, text_of(j, "file"));
	if (number_of(j, "until") > 0 && c->attempt >= number_of(j, "until"))
		return 0;
	(void)json_bool(json_get(j, "temporary"), &temporary);
	e->retry_after_s = (int)number_of(j, "retry_after");
	return err_set(e, temporary ? ERR_TEMPORARY : ERR_INVALID, "asked to fail");
}

/* {file, signal, status, child, until}: the process ends here unless the attempt is `until`. */
static int run_die(struct job_ctx *c, struct err *e)
{
	JSON_AUTO j = NULL;
	int64_t child_ms;

	if (json_parse(c->payload, &j, e) != 0)
		return -1;
	trace(c, text_of(j, "file"));
	child_ms = number_of(j, "child");
	if (child_ms > 0 && fork() == 0) {
		sleep_ms(child_ms);
		trace(c, text_of(j, "file2"));
		_exit(0);
	}
	if (number_of(j, "until") > 0 && c->attempt >= number_of(j, "until"))
		return 0;
	if (number_of(j, "status") > 0)
		_exit((int)number_of(j, "status"));
	raise((int)number_of(j, "signal"));
	return 0;
}

static char step_folder[256]; // "step" beside the configuration; empty if there is none

/* Stops the process here if the folder has a file of the step's name, which gets the process's. */
static void stop_at(const char *step)
{
	char from[300], to[320];

	if (step_folder[0] == '\0')
		return;
	snprintf(from, sizeof(from), "%s/%s", step_folder, step);
	snprintf(to, sizeof(to), "%s.%d", from, (int)getpid());
	if (rename(from, to) == 0)
		raise(SIGSTOP);
}

/* An effect in the database and the job's end in one commit: a job in a queue nobody serves. */
static int run_once(struct job_ctx *c, struct err *e)
{
	struct job_spec sink = { .kind = "test.sink", .payload = c->payload };
	TX_AUTO tx = { 0 };
	int64_t id;

	if (tx_begin(c->db, &tx, e) != 0 || job_enqueue(&tx, c->mem, &sink, &id, e) != 0)
		return -1;
	if (c->attempt == 1)
		sleep_ms(c->id % 3);
	stop_at("effect");
	if (job_settle(c, &tx, e) != 0)
		return -1;
	stop_at("settled");
	if (tx_commit(&tx, e) != 0)
		return -1;
	stop_at("committed");
	return 0;
}

/* {file, ms}: the same after a trace and a sleep. */
static int run_slow_once(struct job_ctx *c, struct err *e)
{
	return run_trace(c, e) == 0 ? run_once(c, e) : -1;
}

static int run_noop(struct job_ctx *c, struct err *e)
{
	(void)c;
	(void)e;
	return 0;
}

/* {file, n}: writes when that was, in monotonic microseconds, as the third number of record n. */
static int run_stamp(struct job_ctx *c, struct err *e)
{
	int64_t now_us = clock_mono_us();
	JSON_AUTO j = NULL;
	int fd;

	if (json_parse(c->payload, &j, e) != 0)
		return -1;
	fd = open(arena_dup(c->mem, text_of(j, "file")), O_WRONLY | O_CLOEXEC);
	if (fd < 0 || pwrite(fd, &now_us, sizeof(now_us), (off_t)(number_of(j, "n") * 24 + 16)) !=
			      (ssize_t)sizeof(now_us))
		abort();
	close(fd);
	return 0;
}

static const struct kind table[] = {
	{ "test.trace", run_trace },
	{ "test.sleep", run_trace },
	{ "test.fail", run_fail },
	{ "test.told", run_trace },
	{ "test.die", run_die },
	{ "test.effect", run_trace },
	{ "test.sink", run_noop },
	{ "test.once", run_once },
	{ "test.slow_once", run_slow_once },
	{ "test.flaky", run_fail },
	{ "test.noop", run_noop },
	{ "test.stamp", run_stamp },
};

static void find_steps(const char *config)
{
	const char *end = strrchr(config, '/');

	if (end == NULL)
		return;
	snprintf(step_folder, sizeof(step_folder), "%.*s/step", (int)(end - config), config);
	if (access(step_folder, F_OK) == 0)
		jobs_at_step = stop_at;
	else
		step_folder[0] = '\0';
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i - 1], "--config") == 0)
			find_steps(argv[i]);
	job_kind_extra(rules, countof(rules));
	return jobs_main(argc, argv, table, countof(table));
}
