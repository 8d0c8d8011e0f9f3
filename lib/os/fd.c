#include "os/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/rnd.h"

void fd_close(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

int fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

int fd_set_cloexec(int fd, struct err *e)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags < 0 || fcntl(fd, F_SETFD, flags | FD_CLOEXEC) < 0)
		return err_set(
			e, ERR_INTERNAL, "could not set close-on-exec: %s", err_reason(errno));
	return 0;
}

int fd_set_nonblock(int fd, struct err *e)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return err_set(e, ERR_INTERNAL, "could not make a descriptor non-blocking: %s",
			err_reason(errno));
	return 0;
}

int fd_write_all(int fd, struct span s, struct err *e)
{
	while (s.n > 0) {
		ssize_t n = write(fd, s.p, s.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, ERR_TEMPORARY, "could not write: %s", err_reason(errno));
		s.p += n;
		s.n -= (size_t)n;
	}
	return 0;
}

/* Reads until the end or until size bytes are there. */
static int read_all(int fd, char *p, size_t size, size_t *got)
{
	*got = 0;
	while (*got < size) {
		ssize_t n = read(fd, p + *got, size - *got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		*got += (size_t)n;
	}
	return 0;
}

int file_read(const char *path, size_t max, struct arena *m, struct span *out, struct err *e)
{
	FD_AUTO fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	size_t size;
	size_t got;
	char *p;

	if (fd < 0)
		return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_INTERNAL,
			"could not open \"%s\": %s", path, err_reason(errno));
	if (fstat(fd, &st) != 0)
		return err_set(
			e, ERR_INTERNAL, "could not read \"%s\": %s", path, err_reason(errno));
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INTERNAL, "could not read \"%s\": not a file", path);
	size = (uint64_t)st.st_size < max ? (size_t)st.st_size : max;
	p = arena_alloc(m, size + 2); // one more byte tells whether the file is longer
	if (read_all(fd, p, size + 1, &got) != 0)
		return err_set(
			e, ERR_INTERNAL, "could not read \"%s\": %s", path, err_reason(errno));
	if (got > size && size == max)
		return err_set(e, ERR_LIMIT, "\"%s\" is longer than %zu bytes", path, max);
	if (got > size)
		return err_set(e, ERR_TEMPORARY, "\"%s\" grew while it was read", path);
	p[got] = '\0';
	*out = (struct span){ p, got };
	return 0;
}

int folders_above(char *path, size_t from, unsigned mode, struct err *e)
{
	for (char *slash = path + from; (slash = strchr(slash, '/')) != NULL; *slash++ = '/') {
		*slash = '\0';
		if (mkdir(path, mode) == 0 ? chmod(path, mode) != 0 : errno != EEXIST)
			return err_set(
				e, ERR_TEMPORARY, "cannot make %s: %s", path, err_reason(errno));
	}
	return 0;
}

int file_replace(const char *path, struct span text, unsigned mode, struct err *e)
{
	FD_AUTO fd = -1;
	char name[4096];
	char id[ID_SIZE];
	int n;

	rnd_id(id);
	n = snprintf(name, sizeof(name), "%s.%s.tmp", path, id);
	if (n < 0 || (size_t)n >= sizeof(name))
		return err_set(e, ERR_LIMIT, "the path of a file is too long");
	fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return err_set(
			e, ERR_INTERNAL, "could not create \"%s\": %s", name, err_reason(errno));
	if (fd_write_all(fd, text, e) != 0)
		goto out;
	if (fchmod(fd, (mode_t)mode) != 0 || rename(name, path) != 0) {
		err_set(e, ERR_INTERNAL, "could not put \"%s\" into place: %s", path,
			err_reason(errno));
		goto out;
	}
	return 0;
out:
	unlink(name);
	return -1;
}

int fd_sealed(const char *name, struct span text, int *out, struct err *e)
{
	FD_AUTO fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return err_set(
			e, ERR_INTERNAL, "could not make a file in memory: %s", err_reason(errno));
	if (fd_write_all(fd, text, e) != 0)
		return -1;
	if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0)
		return err_set(
			e, ERR_INTERNAL, "could not seal a file in memory: %s", err_reason(errno));
	*out = fd_take(&fd);
	return 0;
}
