#include "jobs/box/wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_FDS 4

int wire_send(int conn, const void *p, size_t size, const int *fds, size_t n)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(MOST_FDS * sizeof(int))];
	} control;
	struct iovec iov = { .iov_base = (void *)(uintptr_t)p, .iov_len = size };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t sent;

	if (n > MOST_FDS) {
		errno = EINVAL;
		return -1;
	}
	if (n > 0) {
		memset(&control, 0, sizeof(control));
		control.head = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
			.cmsg_type = SCM_RIGHTS,
			.cmsg_len = CMSG_LEN(n * sizeof(int)) };
		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE(n * sizeof(int));
		memcpy(CMSG_DATA(&control.head), fds, n * sizeof(int));
	}
	do
		sent = sendmsg(conn, &m, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)size ? 0 : -1;
}

ssize_t wire_receive(int conn, void *p, size_t size, int *fds, size_t most)
{
	union {
		struct cmsghdr head;
		char space[CMSG_SPACE(MOST_FDS * sizeof(int))];
	} control;
	struct iovec iov = { .iov_base = p, .iov_len = size };
	struct msghdr m = { .msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	int got[MOST_FDS];
	size_t n = 0;
	ssize_t size_got;

	for (size_t i = 0; i < most; i++)
		fds[i] = -1;
	do
		size_got = recvmsg(conn, &m, MSG_CMSG_CLOEXEC);
	while (size_got < 0 && errno == EINTR);
	if (size_got <= 0)
		return size_got;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c != NULL; c = CMSG_NXTHDR(&m, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		n = n < MOST_FDS ? n : MOST_FDS;
		memcpy(got, CMSG_DATA(c), n * sizeof(int));
	}
	for (size_t i = 0; i < n; i++) {
		if (i < most)
			fds[i] = got[i];
		else
			(void)close(got[i]);
	}
	if ((size_t)size_got != size || (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
		wire_close(fds, most);
		errno = EPROTO;
		return -1;
	}
	return size_got;
}

void wire_close(int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (fds[i] >= 0)
			(void)close(fds[i]);
		fds[i] = -1;
	}
}

static const char *words_fault(const struct box_run *r)
{
	uint32_t words = 0;

	if (r->n_args < 1 || r->n_args > BOX_MAX_WORDS || r->n_env > BOX_MAX_WORDS)
		return "number of words";
	if (r->text_size < 1 || r->text_size > BOX_MAX_TEXT || r->text[r->text_size - 1] != '\0')
		return "size of words";
	for (uint32_t i = 0; i < r->text_size; i++)
		words += r->text[i] == '\0';
	return words == r->n_args + r->n_env ? NULL : "number of words";
}

static const char *name_fault(const struct box_run *r)
{
	return r->text[0] != '\0' && memchr(r->text, '\0', BOX_MAX_PATH) != NULL ? NULL : "name";
}

const char *wire_fault(const struct box_run *r)
{
	if (r->version != BOX_VERSION)
		return "version";
	if (r->op == BOX_KILL)
		return NULL;
	if (r->op == BOX_FETCH)
		return name_fault(r);
	if (r->op != BOX_RUN && r->op != BOX_PUT)
		return "operation";
	if (r->cpu_ms < 1 || r->cpu_ms > BOX_MAX_CPU_MS || r->wall_ms < 1 ||
		r->wall_ms > BOX_MAX_WALL_MS)
		return "time";
	if (r->processes < 1 || r->processes > BOX_MAX_PROCESSES || r->files < BOX_LEAST_FILES ||
		r->files > BOX_MAX_FILES || r->inodes < BOX_LEAST_INODES ||
		r->inodes > BOX_MAX_INODES)
		return "number of processes or files";
	if (r->memory < BOX_LEAST_MEMORY || r->memory > BOX_MAX_MEMORY ||
		r->disk < BOX_LEAST_DISK || r->disk > BOX_MAX_MEMORY ||
		r->file_size > BOX_MAX_MEMORY)
		return "bytes";
	return r->op == BOX_PUT ? name_fault(r) : words_fault(r);
}

const char *wire_open_fault(const struct box_open *o)
{
	if (o->version != BOX_VERSION)
		return "version";
	if (o->n_mounts > BOX_MAX_MOUNTS || o->core < -1 || o->core >= BOX_MAX_CORES)
		return "number of mounts";
	for (uint32_t i = 0; i < o->n_mounts; i++) {
		const struct box_mount *m = &o->mounts[i];

		if (memchr(m->source, '\0', sizeof(m->source)) == NULL ||
			memchr(m->target, '\0', sizeof(m->target)) == NULL || m->source[0] != '/' ||
			m->target[0] != '/')
			return "path of a mount";
	}
	return NULL;
}
