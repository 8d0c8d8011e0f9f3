#include "jobs/box/client.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "jobs/box/wire.h"

#define READY_MS  10000 // a box that is not there after so long will not come
#define PARCEL_MS 20000 // a file in or out

int box_server_start(const char *program, struct box_server *out, struct err *e)
{
	char *const argv[] = { (char *)(uintptr_t) "podium-box", (char *)(uintptr_t) "serve",
		NULL };
	char *const env[] = { NULL };
	posix_spawn_file_actions_t files;
	int pair[2], rc;

	*out = (struct box_server){ .conn = -1 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return err_set(
			e, ERR_TEMPORARY, "no connection to podium-box: %s", err_reason(errno));
	if (posix_spawn_file_actions_init(&files) != 0)
		return err_set(e, ERR_TEMPORARY, "cannot start podium-box: no memory");
	rc = posix_spawn_file_actions_adddup2(&files, pair[1], 0);
	if (rc == 0)
		rc = posix_spawn(&out->pid, program, &files, NULL, argv, env);
	(void)posix_spawn_file_actions_destroy(&files);
	(void)close(pair[1]);
	if (rc != 0) {
		(void)close(pair[0]);
		return err_set(e, ERR_TEMPORARY, "cannot start %s: %s", program, err_reason(rc));
	}
	out->conn = pair[0];
	return 0;
}

void box_server_stop(struct box_server *s)
{
	if (s->conn < 0)
		return;
	(void)close(s->conn);
	s->conn = -1;
	(void)waitpid(s->pid, NULL, 0);
}

static int receive(int conn, int timeout_ms, struct box_result *out, int *fd, struct err *e)
{
	struct pollfd p = { .fd = conn, .events = POLLIN };

	for (;;) {
		int n = poll(&p, 1, timeout_ms);

		if (n > 0)
			break;
		if (n == 0)
			return err_set(e, ERR_TEMPORARY, "the box does not answer");
		if (errno != EINTR)
			return err_set(
				e, ERR_TEMPORARY, "cannot wait for the box: %s", err_reason(errno));
	}
	if (wire_receive(conn, out, sizeof(*out), fd, 1) <= 0)
		return err_set(e, ERR_TEMPORARY, "the box is gone");
	out->stage[sizeof(out->stage) - 1] = '\0';
	return 0;
}

int box_open(
	struct box_server *s, const struct box_open *ask, struct box_handle *out, struct err *e)
{
	int pair[2], none = -1, rc;

	out->conn = -1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return err_set(e, ERR_TEMPORARY, "no connection for a box: %s", err_reason(errno));
	rc = wire_send(s->conn, ask, sizeof(*ask), &pair[1], 1);
	(void)close(pair[1]);
	if (rc != 0)
		(void)err_set(e, ERR_TEMPORARY, "podium-box is gone: %s", err_reason(errno));
	else
		rc = receive(pair[0], READY_MS, &out->ready, &none, e);
	if (rc == 0 && out->ready.how != BOX_READY)
		rc = err_set(e, ERR_INTERNAL, "no box: %s: %s", out->ready.stage,
			err_reason(out->ready.code));
	wire_close(&none, 1);
	if (rc != 0) {
		(void)close(pair[0]);
		return -1;
	}
	out->conn = pair[0];
	return 0;
}

void box_close(struct box_handle *b)
{
	if (b->conn >= 0)
		(void)close(b->conn);
	b->conn = -1;
}

void box_run_init(struct box_run *r, enum box_op op)
{
	memset(r, 0, offsetof(struct box_run, text));
	r->version = BOX_VERSION;
	r->op = op;
	r->cpu_ms = 1000;
	r->wall_ms = 3000;
	r->processes = 1;
	r->files = 64;
	r->inodes = 4096;
	r->memory = UINT64_C(256) << 20;
	r->disk = UINT64_C(64) << 20;
	r->file_size = UINT64_C(64) << 20;
}

int box_run_word(struct box_run *r, const char *word, bool environment, struct err *e)
{
	size_t n = strlen(word) + 1;
	uint32_t *count = environment ? &r->n_env : &r->n_args;

	if (n > sizeof(r->text) - r->text_size || *count >= BOX_MAX_WORDS)
		return err_set(e, ERR_LIMIT, "the command line is too long");
	memcpy(r->text + r->text_size, word, n);
	r->text_size += (uint32_t)n;
	++*count;
	return 0;
}

int box_open_mount(struct box_open *o, const char *source, const char *target, struct err *e)
{
	struct box_mount *m = &o->mounts[o->n_mounts];

	if (o->n_mounts >= BOX_MAX_MOUNTS || strlen(source) >= sizeof(m->source) ||
		strlen(target) >= sizeof(m->target))
		return err_set(e, ERR_LIMIT, "too many mounts, or too long a path: %s", source);
	memcpy(m->source, source, strlen(source) + 1);
	memcpy(m->target, target, strlen(target) + 1);
	o->n_mounts++;
	return 0;
}

int box_begin(struct box_handle *b, const struct box_run *r, const int fds[3], struct err *e)
{
	const char *wrong = wire_fault(r);

	if (wrong != NULL)
		return err_set(e, ERR_INVALID, "a box cannot do this: %s", wrong);
	if (wire_send(b->conn, r, sizeof(*r), fds, 3) != 0)
		return err_set(e, ERR_TEMPORARY, "the box is gone: %s", err_reason(errno));
	return 0;
}

int box_kill(struct box_handle *b, struct err *e)
{
	static struct box_run r;

	box_run_init(&r, BOX_KILL);
	if (wire_send(b->conn, &r, sizeof(r), NULL, 0) != 0)
		return err_set(e, ERR_TEMPORARY, "the box is gone: %s", err_reason(errno));
	return 0;
}

int box_wait(struct box_handle *b, int timeout_ms, struct box_result *out, struct err *e)
{
	int none = -1;

	if (receive(b->conn, timeout_ms, out, &none, e) != 0)
		return -1;
	wire_close(&none, 1);
	if (out->how == BOX_FAILED)
		return err_set(e, ERR_INTERNAL, "the box failed: %s: %s", out->stage,
			err_reason(out->code));
	return 0;
}

static int set_name(struct box_run *r, const char *name, struct err *e)
{
	size_t n = strlen(name);

	if (n == 0 || n >= BOX_MAX_PATH)
		return err_set(e, ERR_INVALID, "a name of no length, or too long a one");
	memcpy(r->text, name, n + 1);
	return 0;
}

int box_put(
	struct box_handle *b, const struct box_run *how, const char *name, int from, struct err *e)
{
	static struct box_run r;
	struct box_result result;
	int none = -1;

	memcpy(&r, how, offsetof(struct box_run, text));
	r.op = BOX_PUT;
	if (set_name(&r, name, e) != 0)
		return -1;
	if (wire_send(b->conn, &r, sizeof(r), &from, 1) != 0)
		return err_set(e, ERR_TEMPORARY, "the box is gone: %s", err_reason(errno));
	if (receive(b->conn, PARCEL_MS, &result, &none, e) != 0)
		return -1;
	wire_close(&none, 1);
	if (result.how != BOX_STORED)
		return err_set(e, ERR_INVALID, "cannot put %s into the box: %s: %s", name,
			result.stage, err_reason(result.code));
	return 0;
}

int box_fetch(
	struct box_handle *b, const char *name, bool take, int *fd, uint64_t *size, struct err *e)
{
	static struct box_run r;
	struct box_result result;

	*fd = -1;
	box_run_init(&r, BOX_FETCH);
	r.flags = take ? BOX_TAKE : 0;
	if (set_name(&r, name, e) != 0)
		return -1;
	if (wire_send(b->conn, &r, sizeof(r), NULL, 0) != 0)
		return err_set(e, ERR_TEMPORARY, "the box is gone: %s", err_reason(errno));
	if (receive(b->conn, PARCEL_MS, &result, fd, e) != 0)
		return -1;
	if (result.how != BOX_FETCHED || *fd < 0)
		return err_set(e, result.code == ENOENT ? ERR_NOT_FOUND : ERR_INVALID,
			"no such file: %s", err_reason(result.code));
	*size = result.memory;
	return 0;
}
