/*
 * What a box costs: `bench_box BOX RUNS` runs /bin/true plainly, in a fresh box and again in the
 * same one, in turn, back to back and after pauses, and prints a name and microseconds a line. Then
 * the processor time after which a loop under a limit of 500 ms was stopped, and that of fixed work
 * on the first processor, in the box and plainly, while the last one is busy. `bench_box work` is
 * that work: each step needs the one before, so that its time is the processor's alone, whatever
 * others on the host do to its caches.
 */
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/scan.h"
#include "jobs/box/client.h"

#define IDLE_MS   30
#define N_LIMITS  10
#define N_REPEATS 30
#define STEPS     200000000L

static struct box_server server;
static struct box_open ask;
static struct err e;

static ATTR_NORETURN void die(void)
{
	(void)fprintf(stderr, "bench_box: %s\n", e.text);
	exit(1);
}

static long long now_us(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void rest(int ms)
{
	struct timespec t = { 0, (long)ms * 1000000 };

	(void)nanosleep(&t, NULL);
}

static void plainly(void)
{
	static char path[] = "/bin/true";
	char *const argv[] = { path, NULL };
	pid_t pid;

	if (posix_spawn(&pid, path, NULL, NULL, argv, environ) != 0 || waitpid(pid, NULL, 0) != pid)
		exit(1);
}

static void run(
	struct box_handle *box, const char *const *words, uint32_t cpu_ms, struct box_result *r)
{
	static struct box_run ask_run;
	static const int fds[3] = { 0, 1, 2 };

	box_run_init(&ask_run, BOX_RUN);
	ask_run.flags = BOX_READ_ONLY;
	ask_run.cpu_ms = cpu_ms;
	ask_run.wall_ms = 60000;
	for (; *words != NULL; words++) {
		if (box_run_word(&ask_run, *words, false, &e) != 0)
			die();
	}
	if (box_begin(box, &ask_run, fds, &e) != 0 || box_wait(box, 60000, r, &e) != 0)
		die();
}

static void in_box(struct box_handle *box)
{
	static const char *const words[] = { "/bin/true", NULL };
	struct box_result r;

	run(box, words, 1000, &r);
	if (r.how != BOX_EXITED || r.code != 0)
		exit(1);
}

static void afresh(void)
{
	struct box_handle box;

	if (box_open(&server, &ask, &box, &e) != 0)
		die();
	in_box(&box);
	box_close(&box);
}

static void series(struct box_handle *box, uint64_t runs, int idle_ms, const char *suffix)
{
	for (uint64_t i = 0; i < runs; i++) {
		long long t[4];

		rest(idle_ms);
		t[0] = now_us();
		plainly();
		t[1] = now_us();
		(void)printf("plain%s %lld\n", suffix, t[1] - t[0]);
		rest(idle_ms);
		t[1] = now_us();
		in_box(box);
		t[2] = now_us();
		(void)printf("again%s %lld\n", suffix, t[2] - t[1]);
		rest(idle_ms);
		t[2] = now_us();
		afresh();
		t[3] = now_us();
		(void)printf("fresh%s %lld\n", suffix, t[3] - t[2]);
	}
}

static void limits(struct box_handle *box)
{
	static const char *const loop[] = { "/bin/sh", "-c", "while :; do :; done", NULL };
	struct box_result r;

	for (int i = 0; i < N_LIMITS; i++) {
		run(box, loop, 500, &r);
		(void)printf("limit %llu\n", (unsigned long long)r.cpu_us);
	}
}

static ATTR_NORETURN void spin(void)
{
	for (volatile unsigned long i = 0;; i++)
		;
}

static void pin(long core)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)core, &set);
	if (sched_setaffinity(0, sizeof(set), &set) != 0)
		exit(1);
}

static long long plain_cpu_us(const char *const *words)
{
	struct rusage used;
	pid_t pid = fork();

	if (pid == 0) {
		pin(0);
		(void)execv(words[0], (char *const *)(uintptr_t)words);
		_exit(1);
	}
	if (pid < 0 || wait4(pid, NULL, 0, &used) != pid)
		exit(1);
	return (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL + used.ru_utime.tv_usec +
	       used.ru_stime.tv_usec;
}

static int work(void)
{
	uint64_t x = 1;

	for (long i = 0; i < STEPS; i++)
		x = x * UINT64_C(6364136223846793005) + 1442695040888963407;
	return x == 0;
}

/* The host changes the processor's speed. A round counts in which the same work ran plainly before
 * and after as long as each other, within a hundredth. */
static void repeats(struct box_handle *box, const char *self)
{
	const char *const words[] = { self, "work", NULL };
	pid_t other = fork();
	struct box_result r;

	if (other == 0) {
		pin(sysconf(_SC_NPROCESSORS_ONLN) - 1);
		spin();
	}
	for (int n = 0, tries = 0; n < N_REPEATS && tries < 4 * N_REPEATS; tries++) {
		long long before = plain_cpu_us(words), after;

		run(box, words, 20000, &r);
		if (r.how != BOX_EXITED || r.code != 0)
			exit(1);
		after = plain_cpu_us(words);
		if (llabs(after - before) > before / 100)
			continue;
		(void)printf("work %llu\n", (unsigned long long)r.cpu_us);
		(void)printf("plain-work %lld\n", (before + after) / 2);
		n++;
	}
	if (other > 0 && kill(other, SIGKILL) == 0)
		(void)waitpid(other, NULL, 0);
}

int main(int argc, char **argv)
{
	struct box_handle box;
	char self[PATH_MAX];
	uint64_t runs;

	ask = (struct box_open){ .version = BOX_VERSION, .core = -1 };
	if (argc == 2 && strcmp(argv[1], "work") == 0)
		return work();
	if (argc != 3 || !span_u64(span_of(argv[2]), 100000, &runs))
		return 2;
	if (realpath("/proc/self/exe", self) == NULL)
		die();
	if (box_open_mount(&ask, "/usr", "/usr", &e) != 0 ||
		box_open_mount(&ask, "/etc/ld.so.cache", "/etc/ld.so.cache", &e) != 0 ||
		box_server_start(argv[1], &server, &e) != 0 ||
		box_open(&server, &ask, &box, &e) != 0)
		die();
	series(&box, runs, 0, "");
	series(&box, runs / 5 + 1, IDLE_MS, "-idle");
	limits(&box);
	box_close(&box);
	ask.core = 0;
	if (box_open_mount(&ask, self, self, &e) != 0 || box_open(&server, &ask, &box, &e) != 0)
		die();
	repeats(&box, self);
	box_close(&box);
	box_server_stop(&server);
	return 0;
}
