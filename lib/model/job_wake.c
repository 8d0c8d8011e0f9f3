/*
 * Hints that a queue has work. On the same host they are datagrams to the sockets of the
 * supervisors in WAKE_DIR, whose workers all wait on them and of whom the kernel wakes one for
 * each. A name belongs to the supervisor that holds the lock on the file beside it, so that a name
 * left behind by a killed supervisor is taken over and two living ones never share one.
 *
 * NOTIFY is for installations whose web server and job runners are different machines: it is sent
 * only when nobody listens here, in a transaction of its own and at most every NOTIFY_EVERY_US for
 * each queue, because its commit takes a lock over the whole cluster.
 */
#include "model/job_wake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/limits.h"
#include "model/job.h"
#include "os/clock.h"
#include "os/config.h"

#define NOTIFY_EVERY_US 50000
#define NOTIFY_QUEUES   16
#define ABSENT_US       200000 // for so long nobody is looked for where nobody was

static bool wake_address(const char *dir, int index, const char *suffix, struct sockaddr_un *out)
{
	int n;

	memset(out, 0, sizeof(*out));
	out->sun_family = AF_UNIX;
	n = snprintf(out->sun_path, sizeof(out->sun_path), "%s/jobs.%d%s", dir, index, suffix);
	return n > 0 && (size_t)n < sizeof(out->sun_path);
}

static int lock_name(const char *dir, int index)
{
	struct sockaddr_un name;
	int fd;

	if (!wake_address(dir, index, ".lock", &name))
		return -1;
	fd = open(name.sun_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		close(fd);
		errno = EWOULDBLOCK;
		return -1;
	}
	return fd;
}

int job_wake_open(const char *dir, struct job_wake_end *out, struct err *e)
{
	struct sockaddr_un name;

	*out = (struct job_wake_end){ -1, -1, -1 };
	for (int i = 0; i < JOB_WAKE_SOCKETS; i++) {
		out->lock_fd = lock_name(dir, i);
		if (out->lock_fd >= 0) {
			out->index = i;
			break;
		}
		if (errno != EWOULDBLOCK) {
			err_set(e, ERR_INTERNAL, "cannot use WAKE_DIR");
			return err_detail(e, "%s: %s", dir, err_reason(errno));
		}
	}
	if (out->index < 0)
		return err_set(e, ERR_CONFLICT, "all %d wake sockets are in use", JOB_WAKE_SOCKETS);
	out->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (!wake_address(dir, out->index, "", &name) || out->fd < 0)
		goto out;
	unlink(name.sun_path);
	if (bind(out->fd, (const struct sockaddr *)&name, sizeof(name)) != 0)
		goto out;
	if (chmod(name.sun_path, 0660) != 0)
		goto out;
	return 0;
out:
	err_set(e, ERR_INTERNAL, "could not open the wake socket");
	err_detail(e, "%s: %s", dir, err_reason(errno));
	job_wake_close(dir, out);
	return -1;
}

void job_wake_close(const char *dir, struct job_wake_end *end)
{
	struct sockaddr_un name;

	if (end->fd >= 0) {
		if (wake_address(dir, end->index, "", &name))
			unlink(name.sun_path);
		close(end->fd);
	}
	if (end->lock_fd >= 0)
		close(end->lock_fd);
	*end = (struct job_wake_end){ -1, -1, -1 };
}

/* The sender's socket: one for the process, made at first use and again after a fork. */
static int sender(void)
{
	static int fd = -1;
	static pid_t owner;

	if (fd < 0 || owner != getpid()) {
		fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		owner = getpid();
	}
	return fd;
}

bool job_wake_send(const char *dir, int index, struct span queue)
{
	struct sockaddr_un name;
	int fd = sender();

	if (fd < 0 || !wake_address(dir, index, "", &name))
		return false;
	if (sendto(fd, queue.p, queue.n, MSG_NOSIGNAL, (const struct sockaddr *)&name,
		    sizeof(name)) >= 0)
		return true;
	return errno == EAGAIN || errno == ENOBUFS; // full: somebody will be awake soon
}

static bool notify_now(const char *queue)
{
	static struct {
		char name[41];
		int64_t at_us;
	} last[NOTIFY_QUEUES];
	int64_t now_us = clock_mono_us();
	int use = 0;

	for (int i = 0; i < NOTIFY_QUEUES; i++) {
		if (strcmp(last[i].name, queue) == 0) {
			use = i;
			break;
		}
		if (last[i].at_us < last[use].at_us)
			use = i;
	}
	if (strcmp(last[use].name, queue) == 0 && now_us - last[use].at_us < NOTIFY_EVERY_US)
		return false;
	snprintf(last[use].name, sizeof(last[use].name), "%s", queue);
	last[use].at_us = now_us;
	return true;
}

void job_wake(struct db *d, const char *queue)
{
	static int64_t absent_us[JOB_WAKE_SOCKETS];
	const char *dir = db_config(d)->wake_dir;
	int64_t now_us = clock_mono_us();
	bool heard = false;
	struct err e = { 0 };

	for (int i = 0; i < JOB_WAKE_SOCKETS; i++) {
		if (absent_us[i] != 0 && now_us - absent_us[i] < ABSENT_US)
			continue;
		absent_us[i] = job_wake_send(dir, i, span_of(queue)) ? 0 : now_us;
		heard |= absent_us[i] == 0;
	}
	if (!heard && notify_now(queue) &&
		db_exec(d, q_job_notify, ARGS(arg_str(queue)), NULL, &e) != 0)
		return; // polling finds the job
}
