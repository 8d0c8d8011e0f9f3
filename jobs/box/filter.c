#include "jobs/box/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"

#define TIOCSTI_CALL   0x5412
#define TIOCLINUX_CALL 0x541C
#define LOW_HALF       0xffffffffU
#define AS_TREE        2 // seccomp_attr_set(3)

static const int denied[] = {
	SCMP_SYS(add_key),
	SCMP_SYS(request_key),
	SCMP_SYS(keyctl),
	SCMP_SYS(bpf),
	SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(kcmp),
	SCMP_SYS(pidfd_getfd),
	SCMP_SYS(process_madvise),
	SCMP_SYS(mount),
	SCMP_SYS(umount2),
	SCMP_SYS(pivot_root),
	SCMP_SYS(chroot),
	SCMP_SYS(open_tree),
	SCMP_SYS(move_mount),
	SCMP_SYS(fsopen),
	SCMP_SYS(fsconfig),
	SCMP_SYS(fsmount),
	SCMP_SYS(fspick),
	SCMP_SYS(mount_setattr),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(personality),
	SCMP_SYS(shmget),
	SCMP_SYS(shmat),
	SCMP_SYS(shmctl),
	SCMP_SYS(shmdt),
	SCMP_SYS(semget),
	SCMP_SYS(semop),
	SCMP_SYS(semctl),
	SCMP_SYS(semtimedop),
	SCMP_SYS(msgget),
	SCMP_SYS(msgsnd),
	SCMP_SYS(msgrcv),
	SCMP_SYS(msgctl),
	SCMP_SYS(mq_open),
	SCMP_SYS(mq_unlink),
	SCMP_SYS(mq_notify),
	SCMP_SYS(mq_getsetattr),
	SCMP_SYS(mq_timedsend),
	SCMP_SYS(mq_timedreceive),
	SCMP_SYS(inotify_init),
	SCMP_SYS(inotify_init1),
	SCMP_SYS(inotify_add_watch),
	SCMP_SYS(fanotify_init),
	SCMP_SYS(fanotify_mark),
	SCMP_SYS(name_to_handle_at),
	SCMP_SYS(open_by_handle_at),
	SCMP_SYS(lookup_dcookie),
	SCMP_SYS(quotactl),
	SCMP_SYS(quotactl_fd),
	SCMP_SYS(acct),
	SCMP_SYS(syslog),
	SCMP_SYS(init_module),
	SCMP_SYS(finit_module),
	SCMP_SYS(delete_module),
	SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load),
	SCMP_SYS(reboot),
	SCMP_SYS(swapon),
	SCMP_SYS(swapoff),
	SCMP_SYS(settimeofday),
	SCMP_SYS(clock_settime),
	SCMP_SYS(clock_adjtime),
	SCMP_SYS(adjtimex),
	SCMP_SYS(sethostname),
	SCMP_SYS(setdomainname),
	SCMP_SYS(mknod),
	SCMP_SYS(mknodat),
	SCMP_SYS(iopl),
	SCMP_SYS(ioperm),
	SCMP_SYS(modify_ldt),
	SCMP_SYS(mbind),
	SCMP_SYS(set_mempolicy),
	SCMP_SYS(migrate_pages),
	SCMP_SYS(move_pages),
	SCMP_SYS(seccomp),
	SCMP_SYS(vhangup),
	SCMP_SYS(nfsservctl),
	SCMP_SYS(sched_setattr),
};

/* Told that they do not exist: libraries then take an older way. */
static const int absent[] = {
	SCMP_SYS(clone3),
	SCMP_SYS(io_uring_setup),
	SCMP_SYS(io_uring_enter),
	SCMP_SYS(io_uring_register),
	SCMP_SYS(memfd_secret),
};

static const int locks[] = { F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW, F_SETLEASE, F_NOTIFY };

static const uint64_t namespaces[] = { CLONE_NEWNS, CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
	CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET };

/* Calls that this kernel's headers do not know have no number to be denied by. */
static int deny(scmp_filter_ctx f, const int *calls, size_t n, uint32_t what)
{
	for (size_t i = 0; i < n; i++) {
		int rc = calls[i] == __NR_SCMP_ERROR ? 0 : seccomp_rule_add(f, what, calls[i], 0);

		if (rc != 0 && rc != -EDOM)
			return rc;
	}
	return 0;
}

static int deny_by_argument(scmp_filter_ctx f, bool build)
{
	int rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
		SCMP_A0(SCMP_CMP_NE, AF_UNIX, 0));

	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socketpair), 1,
			SCMP_A0(SCMP_CMP_NE, AF_UNIX, 0));
	for (size_t i = 0; rc == 0 && i < countof(namespaces); i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
			SCMP_A0(SCMP_CMP_MASKED_EQ, namespaces[i], namespaces[i]));
	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
			SCMP_A1(SCMP_CMP_MASKED_EQ, LOW_HALF, TIOCSTI_CALL));
	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
			SCMP_A1(SCMP_CMP_MASKED_EQ, LOW_HALF, TIOCLINUX_CALL));
	if (build)
		return rc;
	for (size_t i = 0; rc == 0 && i < countof(locks); i++)
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(fcntl), 1,
			SCMP_A1(SCMP_CMP_MASKED_EQ, LOW_HALF, (unsigned)locks[i]));
	return rc == 0 ? seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(flock), 0) : rc;
}

static int deny_fork(scmp_filter_ctx f)
{
	int rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EAGAIN), SCMP_SYS(clone), 1,
		SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));

	if (rc == 0)
		rc = seccomp_rule_add(f, SCMP_ACT_ERRNO(EAGAIN), SCMP_SYS(fork), 0);
	return rc == 0 ? seccomp_rule_add(f, SCMP_ACT_ERRNO(EAGAIN), SCMP_SYS(vfork), 0) : rc;
}

/* The finished program, read back from where the library writes it. */
static int export(scmp_filter_ctx f, struct cell_filter *out)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	struct stat st;
	int rc = -1;

	if (fd < 0)
		return -1;
	if (seccomp_export_bpf(f, fd) == 0 && fstat(fd, &st) == 0) {
		out->code = malloc((size_t)st.st_size);
		out->n = (unsigned short)((size_t)st.st_size / sizeof(*out->code));
		if (out->code != NULL && pread(fd, out->code, (size_t)st.st_size, 0) == st.st_size)
			rc = 0;
	}
	(void)close(fd);
	return rc;
}

int filter_make(bool fork, bool build, struct cell_filter *out)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	int rc;

	if (f == NULL)
		return -1;
	rc = seccomp_attr_set(f, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (rc == 0) // the kernel asks a filter that it loads about every call there is
		rc = seccomp_attr_set(f, SCMP_FLTATR_CTL_OPTIMIZE, AS_TREE);
	if (rc == 0)
		rc = deny(f, denied, countof(denied), SCMP_ACT_ERRNO(EPERM));
	if (rc == 0)
		rc = deny(f, absent, countof(absent), SCMP_ACT_ERRNO(ENOSYS));
	if (rc == 0)
		rc = deny_by_argument(f, build);
	if (rc == 0 && !fork)
		rc = deny_fork(f);
	if (rc == 0)
		rc = export(f, out);
	seccomp_release(f);
	if (rc != 0)
		errno = rc < -1 ? -rc : errno;
	return rc == 0 ? 0 : -1;
}
