#include "jobs/box/group_base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/scan.h"
#include "base/span.h"

#define KEEP       "podium-keep" // where the processes of the base move
#define MOVE_TRIES 10            // while those that are moved start others

/* The group that this process runs in, as a path below the mount; "" if that is not told. */
static void read_own(char own[BOX_MAX_PATH])
{
	char line[BOX_MAX_PATH + 8];
	FILE *f = fopen("/proc/self/cgroup", "re");

	own[0] = '\0';
	while (f != NULL && fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::", 3) == 0 && strlen(line + 3) < BOX_MAX_PATH)
			memcpy(own, line + 3, strlen(line + 3) + 1);
	}
	if (f != NULL)
		(void)fclose(f);
}

/* Whoever has been moved already is one below. */
static void leave_keep(char *own)
{
	size_t n = strlen(own), tail = strlen("/" KEEP);

	if (n >= tail && strcmp(own + n - tail, "/" KEEP) == 0)
		own[n - tail] = '\0';
}

static bool delegated(const char *unified, char base[BOX_MAX_PATH])
{
	char own[BOX_MAX_PATH];

	read_own(own);
	leave_keep(own);
	return own[0] != '\0' &&
	       snprintf(base, BOX_MAX_PATH, "%s%s", unified, own) < BOX_MAX_PATH &&
	       access(base, W_OK) == 0;
}

static int write_at(int dir, const char *name, const char *text)
{
	int fd = openat(dir, name, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));
	int why = errno;

	if (fd >= 0)
		(void)close(fd);
	errno = why;
	return n < 0 ? -1 : 0;
}

/* One look at who is in the group: true if there was somebody. */
static bool move_some(int dir, int keep)
{
	char text[4096];
	int fd = openat(dir, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text));
	struct span rest = { text, n > 0 ? (size_t)n : 0 }, pid;

	if (fd >= 0)
		(void)close(fd);
	while (span_split(&rest, '\n', &pid)) {
		char one[24];

		if (pid.n == 0 || pid.n >= sizeof(one))
			continue;
		(void)snprintf(one, sizeof(one), SPAN_FMT, SPAN_ARG(pid));
		(void)write_at(keep, "cgroup.procs", one); // it may have ended meanwhile
	}
	return n > 0;
}

static void make_empty(int dir)
{
	int keep;

	(void)mkdirat(dir, KEEP, 0755);
	keep = openat(dir, KEEP, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; keep >= 0 && i < MOVE_TRIES && move_some(dir, keep); i++)
		;
	if (keep >= 0)
		(void)close(keep);
}

static bool pass_on(int dir)
{
	static const char needed[] = "+memory +pids";

	if (write_at(dir, "cgroup.subtree_control", needed) == 0)
		return true;
	if (errno != EBUSY)
		return false;
	make_empty(dir);
	return write_at(dir, "cgroup.subtree_control", needed) == 0;
}

bool group_base(const char *unified, char base[BOX_MAX_PATH])
{
	bool good;
	int dir;

	if (unified[0] == '\0')
		return false;
	if (geteuid() == 0)
		(void)snprintf(base, BOX_MAX_PATH, "%s", unified);
	else if (!delegated(unified, base))
		return false;
	dir = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return false;
	good = pass_on(dir);
	if (good)
		(void)write_at(dir, "cgroup.subtree_control", "+cpu"); // time is counted without it
	(void)close(dir);
	return good;
}
