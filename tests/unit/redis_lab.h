#ifndef TESTS_UNIT_REDIS_LAB_H
#define TESTS_UNIT_REDIS_LAB_H

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* A private Redis on a unix socket, which the test may stop, kill and start again. */
static struct {
	char folder[64];
	char socket[96];
	char uri[128];
	char password[32]; // empty: none
	pid_t pid;
} redis_lab;

static bool redis_lab_answers(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char reply[64] = "";
	bool ok;

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", redis_lab.socket);
	ok = connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
	     send(fd, "PING\r\n", 6, MSG_NOSIGNAL) == 6 &&
	     recv(fd, reply, sizeof(reply) - 1, 0) > 0;
	close(fd);
	return ok && (reply[0] == '+' || strncmp(reply, "-NOAUTH", 7) == 0);
}

static void redis_lab_start(void)
{
	if (redis_lab.folder[0] == '\0') {
		snprintf(redis_lab.folder, sizeof(redis_lab.folder), "/tmp/redis.XXXXXX");
		if (mkdtemp(redis_lab.folder) == NULL)
			abort();
		snprintf(redis_lab.socket, sizeof(redis_lab.socket), "%s/s", redis_lab.folder);
		snprintf(redis_lab.uri, sizeof(redis_lab.uri), "unix://%s", redis_lab.socket);
	}
	redis_lab.pid = fork();
	if (redis_lab.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); // also when the test crashes
		if (freopen("/dev/null", "w", stdout) == NULL)
			_exit(126);
		execlp("redis-server", "redis-server", "--port", "0", "--unixsocket",
			redis_lab.socket, "--save", "", "--appendonly", "no", "--dir",
			redis_lab.folder, "--requirepass", redis_lab.password, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 500 && !redis_lab_answers(); i++)
		usleep(10000);
}

static void redis_lab_kill(void)
{
	kill(redis_lab.pid, SIGCONT);
	kill(redis_lab.pid, SIGKILL);
	waitpid(redis_lab.pid, NULL, 0);
	unlink(redis_lab.socket);
}

/* SIGSTOP and SIGCONT; returns when the process has stopped. */
__attribute__((unused)) static void redis_lab_freeze(bool frozen)
{
	int status;

	kill(redis_lab.pid, frozen ? SIGSTOP : SIGCONT);
	if (frozen)
		waitpid(redis_lab.pid, &status, WUNTRACED);
}

static void redis_lab_end(void)
{
	redis_lab_kill();
	rmdir(redis_lab.folder);
}

#endif
