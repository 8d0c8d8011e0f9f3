#include "jobs/box/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STAGING    "/tmp" // a folder that every system has, covered in this namespace only
#define ROOT_TMPFS "size=1m,nr_inodes=512,mode=755"

/* Attributes that a mount of the caller's gets: the box can neither change it nor gain by it. */
#define ONLY_READ (MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV)

static const char *const devices[] = { "null", "zero", "full", "random", "urandom" };

/* A copy of what is mounted at `path`, not yet visible anywhere, or -1. */
static int detach(const struct cell *c, const char *path, uint64_t attributes)
{
	struct mount_attr attr = { .attr_set = attributes };
	uid_t before = (uid_t)setfsuid(c->caller);
	int fd = open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
	int why = errno;

	(void)setfsuid(before);
	if (fd >= 0 &&
		mount_setattr(fd, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof(attr)) != 0) {
		why = errno;
		(void)close(fd);
		fd = -1;
	}
	errno = why;
	return fd;
}

/* The folders above `path`, which is relative, and itself as a folder or an empty file. */
static int make_place(char *path, bool folder)
{
	int fd;

	for (char *p = path; (p = strchr(p, '/')) != NULL; p++) {
		*p = '\0';
		if (mkdir(path, 0755) != 0 && errno != EEXIST)
			return -1;
		*p = '/';
	}
	if (folder)
		return mkdir(path, 0755) == 0 || errno == EEXIST ? 0 : -1;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return -1;
	(void)close(fd);
	return 0;
}

/* Puts a detached mount at an absolute path of the root that is being built in the current folder.
 */
static int attach(int fd, const char *target)
{
	char place[BOX_MAX_PATH];
	struct stat st;

	if (target[0] != '/' || target[1] == '\0' || strstr(target, "..") != NULL) {
		errno = EINVAL;
		return -1;
	}
	(void)snprintf(place, sizeof(place), "%s", target + 1);
	if (fstat(fd, &st) != 0 || make_place(place, S_ISDIR(st.st_mode)) != 0)
		return -1;
	return move_mount(fd, "", AT_FDCWD, place, MOVE_MOUNT_F_EMPTY_PATH);
}

/* /bin, /lib and their like as this system has them: links into /usr, or folders of their own. */
static int mirror_roots(void)
{
	static const char *const names[] = { "bin", "sbin", "lib", "lib32", "lib64", "libx32" };

	for (size_t i = 0; i < countof(names); i++) {
		char path[16], to[64];
		ssize_t n;

		(void)snprintf(path, sizeof(path), "/%s", names[i]);
		n = readlink(path, to, sizeof(to) - 1);
		if (n <= 0)
			continue;
		to[n] = '\0';
		if (symlink(to, names[i]) != 0)
			return -1;
	}
	return 0;
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = write(fd, text, strlen(text));
	(void)close(fd);
	return n == (ssize_t)strlen(text) ? 0 : -1;
}

/* Programs that ask who they are get an answer. */
static int name_users(const struct cell *c)
{
	char text[160];

	if (mkdir("etc", 0755) != 0 && errno != EEXIST)
		return -1;
	(void)snprintf(text, sizeof(text), "box:x:%u:%u::/box:/nonexistent\n", (unsigned)c->uid,
		(unsigned)c->gid);
	if (write_file("etc/passwd", text) != 0)
		return -1;
	(void)snprintf(text, sizeof(text), "box:x:%u:\n", (unsigned)c->gid);
	return write_file("etc/group", text);
}

struct parts {
	int mount[BOX_MAX_MOUNTS];
	int device[countof(devices)];
};

static int collect(const struct cell *c, struct parts *p)
{
	char path[32];

	for (uint32_t i = 0; i < c->ask->n_mounts; i++) {
		p->mount[i] = detach(c, c->ask->mounts[i].source, ONLY_READ);
		if (p->mount[i] < 0)
			return -1;
	}
	for (size_t i = 0; i < countof(devices); i++) {
		(void)snprintf(path, sizeof(path), "/dev/%s", devices[i]);
		p->device[i] = detach(c, path, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
		if (p->device[i] < 0)
			return -1;
	}
	return 0;
}

static int place(const struct cell *c, const struct parts *p)
{
	char path[32];

	for (uint32_t i = 0; i < c->ask->n_mounts; i++) {
		if (attach(p->mount[i], c->ask->mounts[i].target) != 0)
			return -1;
		(void)close(p->mount[i]);
	}
	for (size_t i = 0; i < countof(devices); i++) {
		(void)snprintf(path, sizeof(path), "/dev/%s", devices[i]);
		if (attach(p->device[i], path) != 0)
			return -1;
		(void)close(p->device[i]);
	}
	return 0;
}

/* Names for the streams that programs have, as many read /dev/stdin. They lead into /proc. */
static int name_streams(void)
{
	static const char *const names[][2] = { { "/proc/self/fd", "dev/fd" },
		{ "/proc/self/fd/0", "dev/stdin" }, { "/proc/self/fd/1", "dev/stdout" },
		{ "/proc/self/fd/2", "dev/stderr" } };

	for (size_t i = 0; i < countof(names); i++) {
		if (symlink(names[i][0], names[i][1]) != 0)
			return -1;
	}
	return 0;
}

/*
 * Where parts of the host's /proc are masked (containers, some units) the kernel refuses a new one,
 * and most programs do without.
 */
static bool mount_proc(void)
{
	unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	return mount("proc", "proc", "proc", flags, "hidepid=2,subset=pid") == 0;
}

static int enter(void)
{
	if (syscall(SYS_pivot_root, ".", ".") != 0)
		return -1;
	if (umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
		return -1;
	return mount(
		NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL);
}

int tree_build(struct cell *c, const char **stage)
{
	char options[96];
	struct parts parts;

	*stage = "private mounts";
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return -1;
	*stage = "mount sources";
	if (collect(c, &parts) != 0)
		return -1;
	*stage = "root";
	(void)snprintf(options, sizeof(options), ROOT_TMPFS ",uid=%u,gid=%u", (unsigned)geteuid(),
		(unsigned)getegid());
	if (mount("box", STAGING, "tmpfs", MS_NOSUID | MS_NODEV, options) != 0 ||
		chdir(STAGING) != 0)
		return -1;
	if (mirror_roots() != 0 || mkdir("proc", 0755) != 0 || mkdir("box", 0755) != 0 ||
		mkdir("tmp", 0755) != 0)
		return -1;
	*stage = "users";
	if (name_users(c) != 0)
		return -1;
	*stage = "mounts";
	if (place(c, &parts) != 0 || name_streams() != 0)
		return -1;
	c->has_proc = mount_proc();
	*stage = "new root";
	return enter();
}

static int fresh(
	const struct cell *c, const struct box_run *r, const char *path, unsigned long flags)
{
	char options[128];

	(void)umount2(path, MNT_DETACH); // not mounted before the first run
	(void)snprintf(options, sizeof(options), "size=%llu,nr_inodes=%u,mode=700,uid=%u,gid=%u",
		(unsigned long long)r->disk, r->inodes, (unsigned)c->uid, (unsigned)c->gid);
	return mount("box", path, "tmpfs", MS_NOSUID | MS_NODEV | flags, options);
}

static int lock(const char *path)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

	return mount_setattr(AT_FDCWD, path, 0, &attr, sizeof(attr));
}

int tree_fresh(struct cell *c, const struct box_run *r)
{
	unsigned long exec = (r->flags & BOX_EXEC_WORK) != 0 ? 0 : MS_NOEXEC;
	bool locked = r->op == BOX_RUN && (r->flags & BOX_READ_ONLY) != 0;

	if ((r->flags & BOX_KEEP) != 0) {
		c->is_clean = false;
		return locked && (lock("/box") != 0 || lock("/tmp") != 0) ? -1 : 0;
	}
	if (locked && c->is_clean)
		return 0;
	c->is_clean = locked;
	if (locked)
		exec |= MS_RDONLY;
	if (fresh(c, r, "/box", exec) != 0)
		return -1;
	return fresh(c, r, "/tmp", MS_NOEXEC | (exec & MS_RDONLY));
}
