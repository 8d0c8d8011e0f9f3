#include "jobs/box/parcel.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int open_beneath(int box, const char *name, int flags, mode_t mode)
{
	struct open_how how = { .flags = (uint64_t)(flags | O_CLOEXEC | O_NOFOLLOW),
		.mode = mode,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV };

	return (int)syscall(SYS_openat2, box, name, &how, sizeof(how));
}

/* The folder of a name, made where it is missing; *base is what remains. */
static int open_folder(int box, char *name, char **base)
{
	int at = open_beneath(box, ".", O_PATH | O_DIRECTORY, 0);
	char *slash;

	for (*base = name; at >= 0 && (slash = strchr(*base, '/')) != NULL; *base = slash + 1) {
		int below;

		*slash = '\0';
		if (mkdirat(at, *base, 0755) != 0 && errno != EEXIST) {
			(void)close(at);
			return -1;
		}
		below = open_beneath(at, *base, O_PATH | O_DIRECTORY, 0);
		(void)close(at);
		at = below;
	}
	return at;
}

static int copy(int from, int to)
{
	struct stat st;
	off_t at = 0;

	if (fstat(from, &st) != 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	while (at < st.st_size) {
		ssize_t n = sendfile(to, from, &at, (size_t)(st.st_size - at));

		if (n < 0 && errno != EINTR)
			return -1;
		if (n == 0)
			break; // it has become shorter
	}
	return 0;
}

static int put_in(int box, const struct box_run *r, int from)
{
	char name[BOX_MAX_PATH], *base;
	mode_t mode = (r->flags & BOX_RUNNABLE) != 0 ? 0755 : 0644;
	int folder, to, rc = -1, why;

	memcpy(name, r->text, sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	folder = open_folder(box, name, &base);
	to = folder < 0
		     ? -1
		     : open_beneath(folder, base, O_WRONLY | O_CREAT | O_EXCL | O_NONBLOCK, mode);
	if (to >= 0)
		rc = copy(from, to);
	why = errno;
	if (to >= 0)
		(void)close(to);
	if (folder >= 0)
		(void)close(folder);
	errno = why;
	return rc;
}

static int fetch_from(int box, const struct box_run *r, int *fd, uint64_t *size)
{
	struct stat st;
	int why;

	*fd = open_beneath(box, r->text, O_RDONLY | O_NONBLOCK, 0);
	if (*fd < 0)
		return -1;
	errno = EINVAL;
	if (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1) {
		*size = (uint64_t)st.st_size;
		if ((r->flags & BOX_TAKE) == 0 || unlinkat(box, r->text, 0) == 0)
			return 0;
	}
	why = errno;
	(void)close(*fd);
	*fd = -1;
	errno = why;
	return -1;
}

/* From here on the files are those of the boxed program; -1 if there is no /box. */
static int enter(const struct cell *c)
{
	if (c->privileged) {
		(void)setfsgid(c->gid);
		(void)setfsuid(c->uid);
	}
	return open("/box", O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void leave(const struct cell *c, int box)
{
	int why = errno;

	if (box >= 0)
		(void)close(box);
	if (c->privileged) {
		(void)setfsuid(geteuid());
		(void)setfsgid(getegid());
	}
	errno = why;
}

int parcel_put(const struct cell *c, const struct box_run *r, int from)
{
	int box = enter(c);
	int rc = box < 0 ? -1 : put_in(box, r, from);

	leave(c, box);
	return rc;
}

int parcel_fetch(const struct cell *c, const struct box_run *r, int *fd, uint64_t *size)
{
	int box = enter(c), rc;

	*fd = -1;
	rc = box < 0 ? -1 : fetch_from(box, r, fd, size);
	leave(c, box);
	return rc;
}
