#include "jobs/box/payload.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "jobs/box/group.h"

#define LAST_CAPABILITY 63
#define THREADS         8 // whose stacks a runtime may set aside without using them
#define THREAD_STACK    ((rlim_t)64 << 20)

/* The kernel's own limit on time is coarse; it only ends what nobody watches any more. */
#define CPU_BACKSTOP(ms) ((rlim_t)((ms)*3 / 2 / 1000 + 2))

/* Whoever started Podium may have signals ignored, and passes that on. */
static void clear_signals(void)
{
	for (int number = 1; number < NSIG; number++)
		(void)signal(number, SIG_DFL); // refused of the few that nobody can change
}

int payload_prepare(void)
{
	clear_signals();
	for (int i = 0; i <= LAST_CAPABILITY; i++) {
		if (prctl(PR_CAPBSET_DROP, i, 0, 0, 0) != 0 && errno != EINVAL)
			return -1;
	}
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

static int bound(int what, rlim_t most)
{
	struct rlimit r = { .rlim_cur = most, .rlim_max = most };

	return setrlimit(what, &r);
}

static rlim_t memory_or_all(const struct cell *c, uint64_t memory)
{
	return c->groups.kind == BOX_CGROUP_NONE ? (rlim_t)memory : RLIM_INFINITY;
}

/* Each thread takes as much address space as the limit says, and a moderate part where it says
 * nothing. Where something else bounds what the first thread takes, nothing has to be said. */
static rlim_t stack_of(const struct cell *c, const struct box_run *r)
{
	if (c->groups.kind != BOX_CGROUP_NONE || (r->flags & BOX_VIRTUAL) != 0)
		return RLIM_INFINITY;
	return r->memory < THREAD_STACK ? (rlim_t)r->memory : THREAD_STACK;
}

static int set_limits(const struct cell *c, const struct box_run *r)
{
	bool counted = c->groups.kind != BOX_CGROUP_NONE;
	rlim_t memory = memory_or_all(c, r->memory);

	if (bound(RLIMIT_CORE, 0) != 0 || bound(RLIMIT_MEMLOCK, 0) != 0 ||
		bound(RLIMIT_MSGQUEUE, 0) != 0 || bound(RLIMIT_FSIZE, r->file_size) != 0 ||
		bound(RLIMIT_NOFILE, r->files) != 0 ||
		bound(RLIMIT_CPU, CPU_BACKSTOP((uint64_t)r->cpu_ms)) != 0)
		return -1;
	if (bound(RLIMIT_STACK, stack_of(c, r)) != 0)
		return -1;
	if (counted)
		return 0;
	if (bound(RLIMIT_NPROC, r->processes + 1) != 0)
		return -1;
	if ((r->flags & BOX_VIRTUAL) != 0)
		return bound(RLIMIT_AS, memory);
	return bound(RLIMIT_DATA, memory + THREADS * THREAD_STACK); // the keeper looks at the rest
}

static int drop_capabilities(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { 0 };

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
		return -1;
	return (int)syscall(SYS_capset, &head, none);
}

static int drop_identity(const struct cell *c)
{
	if (c->privileged && setgroups(0, NULL) != 0)
		return -1;
	if (setresgid(c->gid, c->gid, c->gid) != 0 || setresuid(c->uid, c->uid, c->uid) != 0)
		return -1;
	return drop_capabilities();
}

/* Descriptors that are themselves 0, 1 or 2 must not be overwritten before they are copied. */
static int take_streams(const int fds[3], int *tell)
{
	int high[4] = { fds[0], fds[1], fds[2], *tell };

	for (int i = 0; i < 4; i++) {
		high[i] = (int)syscall(SYS_fcntl, high[i], 1030 /* F_DUPFD_CLOEXEC */, 8 + i);
		if (high[i] < 0)
			return -1;
	}
	for (int i = 0; i < 3; i++) {
		if (dup2(high[i], i) < 0)
			return -1;
	}
	if (dup3(high[3], 3, 02000000 /* O_CLOEXEC */) < 0)
		return -1;
	*tell = 3;
	return close_range(4, ~0U, 0);
}

static void take_words(const struct box_run *r, char **args, char **env)
{
	const char *p = r->text;

	for (uint32_t i = 0; i < r->n_args + r->n_env; i++) {
		char **to = i < r->n_args ? &args[i] : &env[i - r->n_args];

		*to = (char *)(uintptr_t)p;
		p += strlen(p) + 1;
	}
	args[r->n_args] = NULL;
	env[r->n_env] = NULL;
}

static int load_filter(const struct cell_filter *f)
{
	struct sock_fprog program = { .len = f->n, .filter = f->code };

	return (int)syscall(
		SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program);
}

/* Those that the keeper holds back, too. */
static int admit_signals(void)
{
	sigset_t none;

	(void)sigemptyset(&none);
	return sigprocmask(SIG_SETMASK, &none, NULL);
}

static int give_up(const struct cell *c, const struct box_run *r, const int fds[3], int *tell)
{
	if (group_enter(&c->groups) != 0 || take_streams(fds, tell) != 0 || setsid() < 0 ||
		set_limits(c, r) != 0 || drop_identity(c) != 0 || chdir("/box") != 0)
		return -1;
	return admit_signals();
}

void payload_become(const struct cell *c, const struct box_run *r, const int fds[3], int tell)
{
	char *args[BOX_MAX_WORDS + 1], *env[BOX_MAX_WORDS + 1];
	struct payload_failure why = { .in_box = 1 };

	take_words(r, args, env);
	if (give_up(c, r, fds, &tell) == 0 &&
		load_filter((r->flags & BOX_BUILD) != 0 ? &c->build : &c->run) == 0) {
		(void)execve(args[0], args, env);
		why.in_box = 0;
	}
	why.reason = errno;
	(void)!write(tell, &why, sizeof(why));
	_exit(127);
}
