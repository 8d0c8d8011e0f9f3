#include "jobs/box/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/scan.h"
#include "jobs/box/group.h"
#include "jobs/box/parcel.h"
#include "jobs/box/payload.h"
#include "jobs/box/tree.h"
#include "jobs/box/wire.h"

#define BIRTH_STACK      (128 * 1024)
#define LOOK_US          5000 // how often the time used is looked at, at most
#define LOOK_LEAST_US    500
#define NEAR_FULL(limit) ((limit) - (limit) / 32) // a failure above this is one for lack of memory

struct keeper {
	struct cell *cell;
	int children; // signalfd for SIGCHLD
};

/* One program under way. */
struct watch {
	const struct box_run *run;
	pid_t pid;
	bool ended;
	int status;
	uint64_t begun_us;    // CLOCK_MONOTONIC
	uint64_t cpu_base_us; // of earlier runs in this box
	uint32_t oom_base;
	uint64_t most_rss; // bytes, of all processes reaped
	struct box_result *result;
};

static uint64_t now_us(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t) != 0)
		return 0;
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static uint64_t usage_us(const struct rusage *r)
{
	return (uint64_t)(r->ru_utime.tv_sec + r->ru_stime.tv_sec) * 1000000 +
	       (uint64_t)(r->ru_utime.tv_usec + r->ru_stime.tv_usec);
}

/* Of everything that has run in this box. Without groups: what has been reaped, and the program. */
static uint64_t cpu_so_far(const struct keeper *k, const struct watch *w)
{
	struct rusage reaped;
	uint64_t sum;
	clockid_t clock;

	if (k->cell->groups.kind != BOX_CGROUP_NONE)
		return group_cpu_us(&k->cell->groups);
	if (getrusage(RUSAGE_CHILDREN, &reaped) != 0)
		return 0;
	sum = usage_us(&reaped);
	if (w->pid > 0 && !w->ended && clock_getcpuclockid(w->pid, &clock) == 0)
		sum += now_us(clock);
	return sum;
}

/* The second number in a file of the program's in /proc; 0 where it cannot be read. */
static uint64_t second_number(const struct watch *w, const char *name)
{
	char path[32], text[128];
	struct span at;
	uint64_t first, second;
	ssize_t n;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)w->pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? 0 : read(fd, text, sizeof(text));
	if (fd >= 0)
		(void)close(fd);
	at = (struct span){ text, n > 0 ? (size_t)n : 0 };
	if (!scan_u64(&at, UINT64_MAX, &first) || !scan_char(&at, ' ') ||
		!scan_u64(&at, INT64_MAX, &second))
		return 0;
	return second;
}

/* Bytes that the program holds now, shared ones included: looked at where no group bounds them. */
static uint64_t resident(const struct watch *w)
{
	return second_number(w, "statm") * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Whoever has ended, the program or what it left behind. true while children remain. */
static bool reap(struct watch *w, int flags)
{
	for (;;) {
		struct rusage used;
		int status;
		pid_t pid = wait4(-1, &status, flags, &used);

		if (pid < 0 && errno == EINTR)
			continue;
		if (pid <= 0)
			return pid == 0;
		w->result->processes++;
		if ((uint64_t)used.ru_maxrss * 1024 > w->most_rss)
			w->most_rss = (uint64_t)used.ru_maxrss * 1024;
		if (pid == w->pid) {
			w->ended = true;
			w->status = status;
		}
	}
}

/*
 * Nothing of the run is left when this returns. Signals reach all of the box. cgroup.kill would
 * too, but what is born into a group by clone3 after it was written there dies at once
 * (Linux 6.1.176).
 */
static void end_all(struct watch *w)
{
	do
		(void)kill(-1, SIGKILL);
	while (reap(w, WNOHANG) && reap(w, 0));
}

static int answer(const struct keeper *k, struct box_result *r, int fd)
{
	r->version = BOX_VERSION;
	r->cgroup = k->cell->groups.kind;
	r->privileged = k->cell->privileged;
	r->has_proc = k->cell->has_proc;
	return wire_send(k->cell->conn, r, sizeof(*r), &fd, fd >= 0 ? 1 : 0);
}

static int fail(const struct keeper *k, const char *stage, int why)
{
	struct box_result r = { .how = BOX_FAILED, .code = why };

	(void)snprintf(r.stage, sizeof(r.stage), "%s", stage);
	return answer(k, &r, -1);
}

struct birth {
	const struct cell *cell;
	const struct box_run *run;
	const int *fds;
	int tell;
};

static ATTR_OTHER_STACK int become(void *p)
{
	const struct birth *b = p;

	payload_become(b->cell, b->run, b->fds, b->tell);
}

/* Version 2 of the groups is entered by being born there: moving in later stops the world. */
static pid_t bear_in_group(struct birth *b)
{
	struct clone_args args = { .flags = CLONE_INTO_CGROUP,
		.cgroup = (uint64_t)b->cell->groups.enter[0],
		.exit_signal = SIGCHLD };
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	if (pid == 0)
		become(b);
	return pid;
}

/* As vfork: the child borrows the keeper's memory till it is the program, so that none is copied.
 */
static pid_t bear(struct birth *b)
{
	static _Alignas(16) char stack[BIRTH_STACK];

	if (b->cell->groups.kind == BOX_CGROUP_V2)
		return bear_in_group(b);
	return clone(become, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD, b);
}

/* Starts the program and waits till it is one: pipe closed, or the reason why not. */
static int start(struct keeper *k, struct watch *w, const int fds[3], struct payload_failure *why)
{
	int tell[2];
	ssize_t n;

	if (pipe2(tell, O_CLOEXEC) != 0)
		return -1;
	w->begun_us = now_us(CLOCK_MONOTONIC);
	w->pid = bear(&(struct birth){ k->cell, w->run, fds, tell[1] });
	(void)close(tell[1]);
	n = w->pid < 0 ? -1 : read(tell[0], why, sizeof(*why));
	(void)close(tell[0]);
	return w->pid < 0 || n < 0 ? -1 : 0;
}

static void ask_end(struct watch *w, enum box_mark mark)
{
	w->result->marks |= mark;
	end_all(w);
}

/* What came from whoever asked for the run: nothing but a request to end it. */
static void hear(struct keeper *k, struct watch *w)
{
	static struct box_run other;
	int none[3];

	if (wire_receive(k->cell->conn, &other, sizeof(other), none, 3) <= 0)
		_exit(0);
	wire_close(none, 3);
	if (other.op == BOX_KILL)
		ask_end(w, BOX_KILLED);
}

static int step_ms(uint64_t cpu_left, uint64_t wall_left)
{
	uint64_t step = cpu_left / 2;

	if (step > LOOK_US)
		step = LOOK_US;
	if (step < LOOK_LEAST_US)
		step = LOOK_LEAST_US;
	if (step > wall_left)
		step = wall_left;
	return (int)(step / 1000) + 1;
}

static void watch_till_end(struct keeper *k, struct watch *w)
{
	struct pollfd p[] = { { .fd = k->children, .events = POLLIN },
		{ .fd = k->cell->conn, .events = POLLIN },
		{ .fd = k->cell->life, .events = POLLIN } };
	uint64_t cpu_most = (uint64_t)w->run->cpu_ms * 1000,
		 wall_most = (uint64_t)w->run->wall_ms * 1000;
	struct signalfd_siginfo info;

	while (!w->ended) {
		uint64_t wall = now_us(CLOCK_MONOTONIC) - w->begun_us;
		uint64_t cpu = cpu_so_far(k, w) - w->cpu_base_us;

		if (cpu >= cpu_most) {
			ask_end(w, BOX_CPU_LIMIT);
			break;
		}
		if (wall >= wall_most) {
			w->result->delay_us = second_number(w, "schedstat") / 1000;
			ask_end(w, BOX_WALL_LIMIT);
			break;
		}
		if (k->cell->groups.kind == BOX_CGROUP_NONE && resident(w) > w->run->memory) {
			ask_end(w, BOX_MEMORY_LIMIT);
			break;
		}
		(void)poll(p, 3, step_ms(cpu_most - cpu, wall_most - wall));
		if (p[2].revents != 0)
			_exit(0);
		if (p[0].revents != 0) {
			(void)!read(k->children, &info, sizeof(info));
			(void)reap(w, WNOHANG);
		}
		if (!w->ended && p[1].revents != 0)
			hear(k, w);
	}
}

static void judge_memory(struct keeper *k, struct watch *w, bool good)
{
	const struct cell_groups *g = &k->cell->groups;
	struct box_result *r = w->result;

	r->memory = w->most_rss;
	if (g->kind != BOX_CGROUP_NONE) {
		uint64_t peak = group_peak(g);

		if (r->processes > 1 || r->memory == 0 || peak > w->run->memory)
			r->memory = peak;
		r->oom_kills = group_oom_kills(g) - w->oom_base;
		if (r->oom_kills > 0 || (!good && peak >= NEAR_FULL(w->run->memory)))
			r->marks |= BOX_MEMORY_LIMIT;
	} else if (!good && r->memory >= NEAR_FULL(w->run->memory)) {
		r->marks |= BOX_MEMORY_LIMIT;
	}
}

static void conclude(struct keeper *k, struct watch *w, const struct payload_failure *why)
{
	struct box_result *r = w->result;
	bool good = WIFEXITED(w->status) && WEXITSTATUS(w->status) == 0;

	r->wall_us = now_us(CLOCK_MONOTONIC) - w->begun_us;
	end_all(w);
	w->pid = 0;
	r->cpu_us = cpu_so_far(k, w) - w->cpu_base_us;
	r->how = WIFSIGNALED(w->status) ? BOX_SIGNALED : BOX_EXITED;
	r->code = WIFSIGNALED(w->status) ? WTERMSIG(w->status) : WEXITSTATUS(w->status);
	judge_memory(k, w, good);
	if (r->cpu_us >= (uint64_t)w->run->cpu_ms * 1000)
		r->marks |= BOX_CPU_LIMIT;
	if (why->reason != 0) {
		r->marks |= BOX_NOT_STARTED;
		r->code = why->reason;
	}
}

static int run(struct keeper *k, const struct box_run *r, int fds[3])
{
	struct box_result result = { 0 };
	struct payload_failure why = { 0 };
	struct watch w = { .run = r, .result = &result };

	if (tree_fresh(k->cell, r) != 0)
		return fail(k, "work folders", errno);
	if (group_begin(&k->cell->groups, r->memory, r->processes) != 0)
		return fail(k, "limits", errno);
	w.oom_base = group_oom_kills(&k->cell->groups);
	w.cpu_base_us = cpu_so_far(k, &w);
	if (start(k, &w, fds, &why) != 0)
		return fail(k, "fork", errno);
	wire_close(fds, 3); // whoever reads what the program writes sees when it ends
	watch_till_end(k, &w);
	conclude(k, &w, &why);
	if (why.in_box)
		return fail(k, "program", why.reason);
	return answer(k, &result, -1);
}

/* A file that the run before left in /box, and nothing that only looks like one. */
static int fetch(struct keeper *k, const struct box_run *r)
{
	struct box_result result = { .how = BOX_FETCHED };
	int fd, rc;

	if (parcel_fetch(k->cell, r, &fd, &result.memory) != 0)
		return fail(k, "fetch", errno);
	rc = answer(k, &result, fd);
	(void)close(fd);
	return rc;
}

static int put(struct keeper *k, const struct box_run *r, int from)
{
	struct box_result result = { .how = BOX_STORED };

	if (from < 0)
		return fail(k, "descriptors", EINVAL);
	if (tree_fresh(k->cell, r) != 0)
		return fail(k, "work folders", errno);
	if (parcel_put(k->cell, r, from) != 0)
		return fail(k, "put", errno);
	return answer(k, &result, -1);
}

static int serve_one(struct keeper *k, const struct box_run *r, int fds[3])
{
	const char *wrong = wire_fault(r);

	if (wrong != NULL)
		return fail(k, wrong, EINVAL);
	if (r->op == BOX_RUN)
		return fds[0] >= 0 && fds[1] >= 0 && fds[2] >= 0 ? run(k, r, fds)
								 : fail(k, "descriptors", EINVAL);
	if (r->op == BOX_PUT)
		return put(k, r, fds[0]);
	return r->op == BOX_FETCH ? fetch(k, r) : 0;
}

static void serve(struct keeper *k)
{
	struct pollfd p[] = { { .fd = k->cell->conn, .events = POLLIN },
		{ .fd = k->cell->life, .events = POLLIN } };
	struct box_run *r = calloc(1, sizeof(*r));
	int fds[3];

	while (r != NULL && poll(p, 2, -1) >= 0 && p[1].revents == 0) {
		if (wire_receive(k->cell->conn, r, sizeof(*r), fds, 3) <= 0)
			break;
		if (serve_one(k, r, fds) != 0)
			break;
		wire_close(fds, 3);
	}
	_exit(0);
}

static int watch_children(struct keeper *k)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return -1;
	k->children = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return k->children < 0 ? -1 : 0;
}

void keeper_run(struct cell *c)
{
	struct keeper k = { .cell = c, .children = -1 };
	struct box_result ready = { .how = BOX_READY };
	const char *stage = "process";

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0 ||
		watch_children(&k) != 0 || tree_build(c, &stage) != 0 || payload_prepare() != 0) {
		(void)fail(&k, stage, errno);
		_exit(1);
	}
	if (answer(&k, &ready, -1) != 0)
		_exit(1);
	serve(&k);
	_exit(0);
}
