#include "fcgi/listen.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/fd.h"

static bool is_link(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static bool is_answered(const struct sockaddr_un *address)
{
	FD_AUTO fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	return fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;
}

int listen_on(const char *path, int *out, struct err *e)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	FD_AUTO fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	mode_t mask;
	int failed;

	if (fd < 0 || strlen(path) + strlen(".new") >= sizeof(address.sun_path))
		return err_set(e, ERR_INVALID, "cannot use \"%s\" as a socket", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (!is_link(path) && is_answered(&address))
		return err_set(e, ERR_CONFLICT, "somebody listens on %s already", path);
	memcpy(address.sun_path + strlen(path), ".new", sizeof(".new"));
	(void)unlink(address.sun_path);
	mask = umask(0117);
	failed = bind(fd, (struct sockaddr *)&address, sizeof(address));
	umask(mask);
	if (failed != 0 || listen(fd, WEB_BACKLOG) != 0 || rename(address.sun_path, path) != 0)
		return err_set(e, ERR_INTERNAL, "could not listen on %s: errno %d", path, errno);
	*out = fd_take(&fd);
	return 0;
}
