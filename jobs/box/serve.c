#include "jobs/box/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "jobs/box/cell.h"
#include "jobs/box/filter.h"
#include "jobs/box/group.h"
#include "jobs/box/keeper.h"
#include "jobs/box/wire.h"

#define FIRST_UID  64000 // of a range that Debian leaves to local use
#define N_UIDS     1000
#define INSIDE_UID 1000 // where a user namespace maps one user only
#define NEED                                                                                       \
	((1U << CAP_SYS_ADMIN) | (1U << CAP_SETUID) | (1U << CAP_SETGID) | (1U << CAP_SETPCAP) |   \
		(1U << CAP_KILL))
#define NAMESPACES (CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)

struct box {
	int pidfd; // -1: free
	pid_t pid;
	struct cell_groups groups;
};

struct server {
	int conn;
	int life[2];
	bool privileged;
	uid_t uid; // of boxed programs outside; claimed by a name that only one podium-box can hold
	unsigned serial;
	struct cell_groups spare; // made while nobody waits, for the next box
	bool has_spare;
	struct cell_filter run, run_no_fork, build;
	struct box box[BOX_MAX_BOXES];
};

static bool has_privilege(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2] = { 0 };

	return syscall(SYS_capget, &head, caps) == 0 && (caps[0].effective & NEED) == NEED;
}

/* A name in the abstract space ends with its holder, however that ends. */
static int claim_uid(struct server *s)
{
	for (unsigned i = 0; i < N_UIDS; i++) {
		struct sockaddr_un name = { .sun_family = AF_UNIX };
		int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		int n = snprintf(name.sun_path + 1, sizeof(name.sun_path) - 1, "podium-box-%u",
			FIRST_UID + i);

		if (fd < 0)
			return -1;
		if (bind(fd, (struct sockaddr *)&name,
			    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n)) ==
			0) {
			s->uid = FIRST_UID + i;
			return 0; // held by the open descriptor till this process ends
		}
		(void)close(fd);
	}
	return -1;
}

static int write_map(pid_t pid, const char *file, const char *text)
{
	char path[64];
	int fd;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	(void)close(fd);
	return n < 0 ? -1 : 0;
}

static int map_users(pid_t pid)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%d %u 1", INSIDE_UID, (unsigned)geteuid());
	if (write_map(pid, "uid_map", text) != 0 || write_map(pid, "setgroups", "deny") != 0)
		return -1;
	(void)snprintf(text, sizeof(text), "%d %u 1", INSIDE_UID, (unsigned)getegid());
	return write_map(pid, "gid_map", text);
}

/* The child's first steps; it waits till its users are mapped. */
static ATTR_NORETURN void become_keeper(struct server *s, struct cell *c, int wait_fd)
{
	cpu_set_t core;
	char go;

	(void)close(s->life[1]);
	(void)close(s->conn);
	if (s->has_spare)
		group_close(&s->spare);
	if (read(wait_fd, &go, 1) != 1)
		_exit(1);
	(void)close(wait_fd);
	if (!c->privileged && (setresgid(INSIDE_UID, INSIDE_UID, INSIDE_UID) != 0 ||
				      setresuid(INSIDE_UID, INSIDE_UID, INSIDE_UID) != 0))
		_exit(1);
	if (c->ask->core >= 0) {
		CPU_ZERO(&core);
		CPU_SET((unsigned)c->ask->core, &core);
		(void)sched_setaffinity(0, sizeof(core), &core);
	}
	keeper_run(c);
}

static pid_t clone_keeper(struct server *s, struct cell *c, int *pidfd)
{
	struct clone_args args = { .flags = NAMESPACES | CLONE_PIDFD,
		.pidfd = (uint64_t)(uintptr_t)pidfd,
		.exit_signal = SIGCHLD };
	int go[2];
	pid_t pid;

	if (pipe2(go, O_CLOEXEC) != 0)
		return -1;
	if (!c->privileged)
		args.flags |= CLONE_NEWUSER;
	pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (pid == 0) {
		(void)close(go[1]);
		become_keeper(s, c, go[0]);
	}
	if (pid > 0 && (c->privileged || map_users(pid) == 0))
		(void)!write(go[1], "1", 1);
	(void)close(go[0]);
	(void)close(go[1]);
	return pid;
}

static void tell_failure(int conn, const char *stage, int why)
{
	struct box_result r = { .version = BOX_VERSION, .how = BOX_FAILED, .code = why };

	(void)snprintf(r.stage, sizeof(r.stage), "%s", stage);
	if (wire_send(conn, &r, sizeof(r), NULL, 0) != 0)
		return; // whoever asked is gone
}

static struct box *free_box(struct server *s)
{
	for (size_t i = 0; i < countof(s->box); i++) {
		if (s->box[i].pidfd < 0)
			return &s->box[i];
	}
	return NULL;
}

static void make_spare(struct server *s)
{
	if (!s->has_spare)
		group_make(&s->spare, ++s->serial);
	s->has_spare = true;
}

static void take_groups(struct server *s, const struct box_open *ask, struct cell_groups *out)
{
	memset(out, 0, sizeof(*out));
	if (ask->no_cgroup != 0) {
		memset(out->file, 0xff, sizeof(out->file));
		return;
	}
	make_spare(s);
	*out = s->spare;
	s->has_spare = false;
}

static void open_box(struct server *s, const struct box_open *ask, int conn)
{
	struct cell c = { .privileged = s->privileged,
		.caller = getuid(),
		.uid = s->privileged ? s->uid : INSIDE_UID,
		.gid = s->privileged ? s->uid : INSIDE_UID,
		.conn = conn,
		.life = s->life[0],
		.ask = ask,
		.build = s->build };
	struct box *b = free_box(s);

	if (b == NULL) {
		tell_failure(conn, "number of boxes", EMFILE);
		return;
	}
	take_groups(s, ask, &b->groups);
	c.groups = b->groups;
	c.run = c.groups.kind == BOX_CGROUP_NONE ? s->run_no_fork : s->run;
	b->pid = clone_keeper(s, &c, &b->pidfd);
	if (b->pid < 0) {
		tell_failure(conn, "namespaces", errno);
		b->pidfd = -1;
	}
	group_close(&b->groups);
	if (b->pid < 0 && group_remove(&b->groups) != 0)
		fprintf(stderr, "podium-box: a group could not be removed\n");
}

/* false when whoever asks for boxes is gone. */
static bool hear(struct server *s)
{
	struct box_open *ask = calloc(1, sizeof(*ask));
	int conn = -1;
	ssize_t n = ask == NULL ? 0 : wire_receive(s->conn, ask, sizeof(*ask), &conn, 1);
	const char *wrong;

	if (n > 0 && conn >= 0) {
		wrong = wire_open_fault(ask);
		if (wrong != NULL)
			tell_failure(conn, wrong, EINVAL);
		else
			open_box(s, ask, conn);
	}
	if (conn >= 0)
		(void)close(conn);
	free(ask);
	return n != 0;
}

static void bury(struct box *b)
{
	(void)waitpid(b->pid, NULL, 0);
	(void)close(b->pidfd);
	b->pidfd = -1;
	if (group_remove(&b->groups) != 0)
		fprintf(stderr, "podium-box: a group of box %d is still in use\n", (int)b->pid);
}

static int prepare(struct server *s)
{
	for (size_t i = 0; i < countof(s->box); i++)
		s->box[i].pidfd = -1;
	s->privileged = has_privilege();
	if (pipe2(s->life, O_CLOEXEC) != 0)
		return -1;
	if (s->privileged && claim_uid(s) != 0)
		return -1;
	if (filter_make(true, false, &s->run) != 0 ||
		filter_make(false, false, &s->run_no_fork) != 0 ||
		filter_make(true, true, &s->build) != 0)
		return -1;
	group_sweep();
	return 0;
}

static void end_all(struct server *s)
{
	if (s->has_spare) {
		group_close(&s->spare);
		(void)!group_remove(&s->spare);
	}
	for (size_t i = 0; i < countof(s->box); i++) {
		if (s->box[i].pidfd < 0)
			continue;
		(void)kill(s->box[i].pid, SIGKILL);
		bury(&s->box[i]);
	}
}

int serve_boxes(int conn)
{
	static struct server s;
	struct pollfd p[BOX_MAX_BOXES + 1];

	s.conn = conn;
	if (prctl(PR_SET_DUMPABLE, 1) != 0 || prepare(&s) != 0) {
		fprintf(stderr, "podium-box: cannot start: %s\n", err_reason(errno));
		return 1;
	}
	for (;;) {
		make_spare(&s);
		p[0] = (struct pollfd){ .fd = conn, .events = POLLIN };
		for (size_t i = 0; i < countof(s.box); i++)
			p[i + 1] = (struct pollfd){ .fd = s.box[i].pidfd, .events = POLLIN };
		if (poll(p, countof(p), -1) < 0)
			continue;
		for (size_t i = 0; i < countof(s.box); i++) {
			if (p[i + 1].revents != 0)
				bury(&s.box[i]);
		}
		if (p[0].revents != 0 && !hear(&s))
			break;
	}
	end_all(&s);
	return 0;
}
