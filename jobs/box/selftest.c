#include "jobs/box/selftest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobs/box/attack.h"
#include "jobs/box/client.h"

#define INSIDE       "/podium-box" // where this very program is seen from within
#define OUTPUT_MOST  (1024 * 1024)
#define WAIT_MS      30000
#define OUTCOME_TEXT 160

struct test {
	struct box_server server;
	struct box_handle box;
	struct box_open ask;
	bool counted; // by control groups
	int failed, weaker;
};

struct outcome {
	struct box_result result;
	bool too_much; // written
};

static int open_box(struct test *t, struct err *e)
{
	box_close(&t->box);
	if (box_open(&t->server, &t->ask, &t->box, e) != 0)
		return -1;
	t->counted = t->box.ready.cgroup != BOX_CGROUP_NONE;
	return 0;
}

/* Reads what comes till the end, and ends the program when it is too much. true if it was. */
static bool drain(struct test *t, int from)
{
	struct err e = { .kind = ERR_NONE };
	char block[8192];
	size_t sum = 0;
	bool killed = false;
	ssize_t n;

	while ((n = read(from, block, sizeof(block))) > 0 || (n < 0 && errno == EINTR)) {
		sum += n > 0 ? (size_t)n : 0;
		if (sum > OUTPUT_MOST && !killed)
			killed = box_kill(&t->box, &e) == 0;
	}
	return killed;
}

static int run(struct test *t, const struct attack *a, struct outcome *out, struct err *e)
{
	static struct box_run r;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), pair[2];
	int fds[3] = { null, -1, null }, rc;

	if (null < 0 || pipe2(pair, O_CLOEXEC) != 0)
		return err_set(e, ERR_INTERNAL, "no descriptors: %s", err_reason(errno));
	fds[1] = pair[1];
	box_run_init(&r, BOX_RUN);
	r.cpu_ms = a->end == END_CPU ? 300 : 10000;
	r.wall_ms = a->end == END_WALL || a->end == END_STOPPED ? 1000
								: 20000; // a busy machine is slow
	r.processes = 32;
	r.memory = UINT64_C(64) << 20;
	r.disk = UINT64_C(8) << 20;
	r.file_size = UINT64_C(128) << 20;
	rc = box_run_word(&r, INSIDE, false, e);
	if (rc == 0)
		rc = box_run_word(&r, "attack", false, e);
	if (rc == 0)
		rc = box_run_word(&r, a->name, false, e);
	if (rc == 0)
		rc = box_begin(&t->box, &r, fds, e);
	(void)close(pair[1]);
	(void)close(null);
	out->too_much = rc == 0 && drain(t, pair[0]);
	(void)close(pair[0]);
	return rc == 0 ? box_wait(&t->box, WAIT_MS, &out->result, e) : -1;
}

static bool is_as_wished(const struct attack *a, const struct outcome *o)
{
	const struct box_result *r = &o->result;

	switch (a->end) {
	case END_HELD:
	case END_COUNTED:
		return (r->how == BOX_EXITED && r->code == 0) ||
		       (strcmp(a->name, "kill-all") == 0 && r->how == BOX_SIGNALED);
	case END_CPU:
		return (r->marks & BOX_CPU_LIMIT) != 0;
	case END_WALL:
		return (r->marks & BOX_WALL_LIMIT) != 0;
	case END_MEMORY:
		return (r->marks & BOX_MEMORY_LIMIT) != 0;
	case END_OUTPUT:
		return o->too_much && (r->marks & BOX_KILLED) != 0;
	case END_SIGNAL:
		return r->how == BOX_SIGNALED && r->code == a->code;
	case END_STATUS:
		return r->how == BOX_EXITED && r->code == a->code;
	case END_STOPPED:
		return true;
	}
	return false;
}

/*
 * Where nothing counts for a whole box, programs cannot fork, a limit of memory is seen as a failed
 * call, and shared memory escapes it.
 */
static const char *why_weaker(const struct test *t, const struct attack *a, const struct outcome *o)
{
	const struct box_result *r = &o->result;

	if (t->counted || (r->marks & (BOX_CPU_LIMIT | BOX_WALL_LIMIT)) != 0)
		return NULL;
	if (a->end == END_CPU && r->how == BOX_EXITED && r->code == 0)
		return "refused instead of counted: programs cannot fork here";
	if (a->end == END_COUNTED)
		return "refused: only what is used could be allowed where it is counted";
	if (a->end == END_MEMORY)
		return "bounded by the limits of one process, not of the box";
	return NULL;
}

static const char *described(const struct outcome *o, char out[OUTCOME_TEXT])
{
	const struct box_result *r = &o->result;

	(void)snprintf(out, OUTCOME_TEXT,
		"%s %d, marks %u, cpu %llu ms, wall %llu ms, memory %llu KiB",
		r->how == BOX_SIGNALED ? "signal" : "status", r->code, r->marks,
		(unsigned long long)r->cpu_us / 1000, (unsigned long long)r->wall_us / 1000,
		(unsigned long long)r->memory / 1024);
	return out;
}

static const struct attack harmless = { .name = "exit-status", .end = END_STATUS, .code = 7 };

/* The box has to be usable afterwards, and right. */
static int still_works(struct test *t, struct err *e)
{
	char text[OUTCOME_TEXT];
	struct outcome o;

	if (run(t, &harmless, &o, e) != 0)
		return -1;
	if (o.result.how != BOX_EXITED || o.result.code != harmless.code)
		return err_set(e, ERR_INTERNAL, "the box was wrong about the next program: %s",
			described(&o, text));
	return 0;
}

static void try_attack(struct test *t, const struct attack *a)
{
	struct err e = { .kind = ERR_NONE };
	struct outcome o = { .too_much = false };
	char text[OUTCOME_TEXT];
	const char *weaker;

	if (run(t, a, &o, &e) != 0 || still_works(t, &e) != 0) {
		t->failed++;
		printf("FAILED  %-18s %s: %s\n", a->name, a->does, e.text);
		e.kind = ERR_NONE;
		if (open_box(t, &e) != 0)
			printf("FAILED  %-18s no new box: %s\n", a->name, e.text);
		return;
	}
	weaker = why_weaker(t, a, &o);
	if (is_as_wished(a, &o)) {
		printf("held    %-18s %s\n", a->name, a->does);
	} else if (weaker != NULL) {
		t->weaker++;
		printf("weaker  %-18s %s: %s\n", a->name, a->does, weaker);
	} else {
		t->failed++;
		printf("FAILED  %-18s %s: %s\n", a->name, a->does, described(&o, text));
	}
	(void)fflush(stdout);
}

static void print_kind(const struct test *t)
{
	static const char *const groups[] = { "no control groups", "control groups, version 1",
		"control groups, version 2" };
	const struct box_result *r = &t->box.ready;

	printf("box     %s; %s; %s\n",
		r->privileged ? "a user id of its own" : "a user namespace of the caller's",
		groups[r->cgroup <= BOX_CGROUP_V2 ? r->cgroup : 0],
		r->has_proc ? "/proc of its own" : "no /proc");
	if (!r->privileged)
		printf("hint    as root, or with file capabilities on podium-box (etc/podium-box.md), each box has a user of its own\n");
	if (r->cgroup == BOX_CGROUP_NONE)
		printf("hint    with control groups, time and memory of many processes are counted together: delegate them (etc/podium-box.md)\n");
}

static bool is_named(const struct attack *a, int argc, char **argv)
{
	bool any = false;

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], a->name) == 0)
			return true;
		any = any || argv[i][0] != '-';
	}
	return !any;
}

/* A copy that users of boxes may run, which need not be true of the program itself. -1 with errno.
 */
static int copy_self(char *path)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), to = mkostemp(path, O_CLOEXEC);
	struct stat st;
	off_t at = 0;
	int rc = from < 0 || to < 0 || fstat(from, &st) != 0 || fchmod(to, 0755) != 0 ? -1 : 0;

	while (rc == 0 && at < st.st_size)
		rc = sendfile(to, from, &at, (size_t)(st.st_size - at)) > 0 ? 0 : -1;
	if (from >= 0)
		(void)close(from);
	if (to >= 0)
		(void)close(to);
	return rc;
}

int selftest(int argc, char **argv)
{
	struct test t = { .box = { .conn = -1 }, .ask = { .version = BOX_VERSION, .core = -1 } };
	struct err e = { .kind = ERR_NONE };
	const struct attack *a;
	char self[] = "/tmp/podium-box.XXXXXX";

	t.ask.no_cgroup = argc > 0 && strcmp(argv[0], "--no-cgroup") == 0;
	if (copy_self(self) != 0)
		(void)err_set(&e, ERR_INTERNAL, "cannot copy this program to /tmp: %s",
			err_reason(errno));
	if (e.kind != ERR_NONE || box_open_mount(&t.ask, "/usr", "/usr", &e) != 0 ||
		box_open_mount(&t.ask, self, INSIDE, &e) != 0 ||
		box_server_start("/proc/self/exe", &t.server, &e) != 0 || open_box(&t, &e) != 0) {
		printf("FAILED  no box on this machine: %s\n", e.text);
		(void)unlink(self);
		return 1;
	}
	print_kind(&t);
	for (size_t i = 0; (a = attack_at(i)) != NULL; i++) {
		if (is_named(a, argc, argv))
			try_attack(&t, a);
	}
	box_close(&t.box);
	box_server_stop(&t.server);
	(void)unlink(self);
	printf("%d failed, %d weaker\n", t.failed, t.weaker);
	return t.failed == 0 ? 0 : 1;
}
