/* Attempts to see, reach or change what lies outside. */
#include "jobs/box/attack.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"

static int refused(long rc)
{
	return rc < 0 ? 0 : 1;
}

static int see_host(void)
{
	static const char *const names[] = { "/etc/shadow", "/root", "/home", "/var",
		"/proc/1/root/etc/shadow", "/proc/1/mem", "/proc/kallsyms", "/proc/config.gz",
		"/sys/kernel", "/dev/mem", "/dev/sda", "/dev/vda", "/dev/tty", "/dev/kmsg", "/run",
		"/srv", "/opt" };

	for (size_t i = 0; i < countof(names); i++) {
		if (open(names[i], O_RDONLY) >= 0) {
			fprintf(stderr, "could open %s\n", names[i]);
			return 1;
		}
	}
	return 0;
}

static int change_root(void)
{
	if (chroot("/proc/1/root") == 0 || chroot("/box") == 0)
		return 1;
	return chdir("../../../..") == 0 && access("etc/shadow", F_OK) == 0 ? 1 : 0;
}

static int socket_internet(void)
{
	static const int families[] = { AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, 40 /* AF_VSOCK */,
		38 /* AF_ALG */ };

	for (size_t i = 0; i < countof(families); i++) {
		if (socket(families[i], SOCK_STREAM, 0) >= 0 ||
			socket(families[i], SOCK_RAW, 0) >= 0)
			return 1;
	}
	return 0;
}

static int socket_abstract(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "\0podium-box-64000" };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	return refused(connect(fd, (struct sockaddr *)&name, sizeof(name.sun_family) + 17));
}

static int user_namespace(void)
{
	return refused(unshare(CLONE_NEWUSER)) |
	       refused(syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
}

static int clone3_namespace(void)
{
	struct clone_args args = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };

	return refused(syscall(SYS_clone3, &args, sizeof(args)));
}

static int mount_something(void)
{
	return refused(mount("x", "/tmp", "tmpfs", 0, NULL)) |
	       refused(umount2("/box", MNT_DETACH)) |
	       refused(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL));
}

static int io_uring(void)
{
	char params[120] = { 0 };

	return refused(syscall(425 /* io_uring_setup */, 4, params));
}

static int keyring(void)
{
	return refused(syscall(SYS_add_key, "user", "x", "y", 1, -4)) |
	       refused(syscall(SYS_keyctl, 0, -3, 1));
}

static int locks(void)
{
	int fd = open("/usr/bin/env", O_RDONLY);
	struct flock l = { .l_type = F_RDLCK };

	return refused(flock(fd, LOCK_SH | LOCK_NB)) | refused(fcntl(fd, F_SETLK, &l)) |
	       refused(fcntl(fd, F_SETLEASE, F_RDLCK));
}

static int shared_segments(void)
{
	return refused(shmget(1234, 4096, IPC_CREAT | 0600)) |
	       refused(syscall(SYS_mq_open, "x", O_CREAT | O_RDWR, 0600, NULL)) |
	       refused(syscall(SYS_semget, 1, 1, IPC_CREAT | 0600));
}

static int spy(void)
{
	return refused(ptrace(PTRACE_TRACEME, 0, NULL, NULL)) |
	       refused(syscall(SYS_process_vm_readv, 1, NULL, 0, NULL, 0, 0)) |
	       refused(syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0)) |
	       refused(syscall(SYS_bpf, 0, NULL, 0)) | refused(syscall(SYS_userfaultfd, 0));
}

static int watch_files(void)
{
	return refused(syscall(SYS_inotify_init1, 0)) | refused(syscall(SYS_fanotify_init, 0, 0));
}

static int reboot_machine(void)
{
	return refused(syscall(SYS_reboot, 0xfee1dead, 672274793, 0x01234567, NULL));
}

static int make_device(void)
{
	return refused(mknod("/box/null", S_IFCHR | 0666, 0x103));
}

static int push_terminal(void)
{
	char c = 'x';

	return refused(ioctl(0, TIOCSTI, &c));
}

static int raise_limits(void)
{
	struct rlimit r = { RLIM_INFINITY, RLIM_INFINITY };
	struct sched_param p = { .sched_priority = 1 };
	int got = refused(setrlimit(RLIMIT_NOFILE, &r)) | refused(setrlimit(RLIMIT_FSIZE, &r)) |
		  refused(setpriority(PRIO_PROCESS, 0, -20)) |
		  refused(sched_setscheduler(0, SCHED_FIFO, &p));
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	return got | (fd >= 0 && write(fd, "-1000", 5) == 5 ? 1 : 0);
}

static int become_root(void)
{
	return refused(setuid(0)) | refused(setresuid(0, 0, 0)) | refused(setgid(0)) |
	       (getuid() == 0 ? 1 : 0);
}

static int inherit_descriptors(void)
{
	for (int fd = 3; fd < 64; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			return 1;
	}
	return 0;
}

static int inherit_environment(void)
{
	return environ[0] == NULL ? 0 : 1;
}

static int old_architecture(void)
{
#ifdef __x86_64__
	long rc;

	__asm__ volatile("int $0x80" : "=a"(rc) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
	return rc > 0 ? 1 : 0;
#else
	return kill(getpid(), SIGSYS);
#endif
	return 1;
}

static int x32_architecture(void)
{
	return syscall(0x40000000 | 39) > 0 ? 1 : 0;
}

static int bad_paths(void)
{
	static char path[70000];

	memset(path, 'a', sizeof(path) - 1);
	if ((int)syscall(SYS_open, NULL, O_RDONLY) >= 0 || errno != EFAULT)
		return 1;
	if (open(path, O_RDONLY) >= 0 || errno != ENAMETOOLONG)
		return 1;
	if (open("\xff\xfe", O_RDONLY) >= 0 || errno != ENOENT)
		return 1;
	return open("%s%n", O_RDONLY) >= 0 ? 1 : 0;
}

static int exit_7(void)
{
	return 7;
}

static int remember(void)
{
	int seen = access("/box/mark", F_OK) == 0 || access("/tmp/mark", F_OK) == 0;
	int a = open("/box/mark", O_WRONLY | O_CREAT, 0600);
	int b = open("/tmp/mark", O_WRONLY | O_CREAT, 0600);

	return seen || a < 0 || b < 0 ? 1 : 0;
}

/* clang-format off */
const struct attack attacks_escape[] = {
	{ "see-host", "reads the host's files", END_HELD, 0, see_host },
	{ "exit-status", "ends with status 7", END_STATUS, 7, exit_7 },
	{ "state", "looks for what another run left", END_HELD, 0, remember },
	{ "change-root", "leaves its root", END_HELD, 0, change_root },
	{ "socket-internet", "opens sockets to the world", END_HELD, 0, socket_internet },
	{ "socket-abstract", "reaches a local service", END_HELD, 0, socket_abstract },
	{ "user-namespace", "makes a namespace in which it is root", END_HELD, 0, user_namespace },
	{ "clone3-namespace", "makes one by the newer call", END_HELD, 0, clone3_namespace },
	{ "mount", "mounts and unmounts", END_HELD, 0, mount_something },
	{ "io-uring", "asks for a ring of calls behind the filter", END_HELD, 0, io_uring },
	{ "keyring", "keeps secrets in the kernel", END_HELD, 0, keyring },
	{ "locks", "talks to other boxes through locks", END_HELD, 0, locks },
	{ "shared-segments", "talks to other boxes through System V and message queues", END_HELD, 0, shared_segments },
	{ "spy", "traces, profiles and reads others", END_HELD, 0, spy },
	{ "watch-files", "watches what others do with files", END_HELD, 0, watch_files },
	{ "reboot", "restarts the machine", END_HELD, 0, reboot_machine },
	{ "device", "makes a device", END_HELD, 0, make_device },
	{ "terminal", "types into a terminal", END_HELD, 0, push_terminal },
	{ "raise-limits", "raises its limits and its priority", END_HELD, 0, raise_limits },
	{ "root", "becomes root", END_HELD, 0, become_root },
	{ "descriptors", "looks for open descriptors", END_HELD, 0, inherit_descriptors },
	{ "environment", "looks for secrets in its environment", END_HELD, 0, inherit_environment },
	{ "i386-calls", "enters the kernel by the old way", END_SIGNAL, SIGSYS, old_architecture },
	{ "x32-calls", "enters the kernel by a third way", END_SIGNAL, SIGSYS, x32_architecture },
	{ "bad-paths", "opens files with names that are none", END_HELD, 0, bad_paths },
};
/* clang-format on */
const size_t n_attacks_escape = countof(attacks_escape);
