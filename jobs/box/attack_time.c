/* Attacks on time and on the table of processes. */
#include "jobs/box/attack.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"

static int endless_loop(void)
{
	attack_spin();
	return 1;
}

static int loop_after_answer(void)
{
	(void)!write(1, "42\n", 3);
	attack_spin();
	return 1;
}

static int sleep_forever(void)
{
	for (;;)
		(void)sleep(1000);
	return 1;
}

static int pause_forever(void)
{
	for (;;)
		(void)pause();
	return 1;
}

static int select_forever(void)
{
	for (;;)
		(void)select(0, NULL, NULL, NULL, NULL);
	return 1;
}

static int stop_itself(void)
{
	for (;;)
		(void)kill(getpid(), SIGSTOP);
	return 1;
}

static int stop_its_parent(void)
{
	(void)kill(getppid(), SIGSTOP);
	(void)kill(1, SIGKILL);
	(void)kill(1, SIGSTOP);
	(void)signal(SIGTERM, SIG_IGN);
	attack_spin();
	return 1;
}

static int ignore_time_signals(void)
{
	(void)signal(SIGXCPU, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	attack_spin();
	return 1;
}

static volatile sig_atomic_t rang;

static void ring(int n)
{
	rang = n;
}

static int use_alarms(void)
{
	struct itimerval t = { .it_value = { .tv_usec = 20000 } };

	if (sigaction(SIGALRM, &(struct sigaction){ .sa_handler = ring }, NULL) != 0 ||
		setitimer(ITIMER_REAL, &t, NULL) != 0)
		return 1;
	(void)pause();
	return rang == SIGALRM ? 0 : 1;
}

static int time_in_children(void)
{
	for (;;) {
		pid_t pid = fork();

		if (pid == 0) {
			attack_spin_ms(100);
			_exit(0);
		}
		if (pid < 0)
			return 0;
		(void)waitpid(pid, NULL, 0);
	}
	return 1;
}

static int time_in_orphans(void)
{
	for (;;) {
		pid_t pid = fork();

		if (pid < 0)
			return 0;
		if (pid == 0) {
			if (fork() == 0)
				attack_spin();
			_exit(0);
		}
		(void)waitpid(pid, NULL, 0);
		(void)usleep(50000);
	}
	return 1;
}

static int time_laundered(void)
{
	(void)signal(SIGCHLD, SIG_IGN);
	for (;;) {
		pid_t pid = fork();

		if (pid < 0 && errno != EAGAIN)
			return 0;
		if (pid == 0) {
			attack_spin_ms(50);
			_exit(0);
		}
		if (pid < 0)
			return 0;
		(void)waitpid(pid, NULL, 0);
	}
	return 1;
}

static void *thread_spin(void *p)
{
	(void)p;
	attack_spin();
}

static int time_in_threads(void)
{
	pthread_t t;

	for (int i = 0; i < 3; i++)
		(void)pthread_create(&t, NULL, thread_spin, NULL);
	attack_spin();
	return 1;
}

static int fork_bomb(void)
{
	for (;;) {
		if (fork() < 0)
			attack_spin_ms(1);
	}
	return 1;
}

static int fork_bomb_sessions(void)
{
	for (;;) {
		if (fork() == 0)
			(void)setsid();
		attack_spin_ms(1);
	}
	return 1;
}

static int fork_churn(void)
{
	for (;;) {
		pid_t pid = fork();

		if (pid == 0)
			_exit(0);
		if (pid < 0)
			(void)usleep(1000);
		else
			(void)waitpid(pid, NULL, 0);
	}
	return 1;
}

static int leave_children(void)
{
	for (int i = 0; i < 10; i++) {
		if (fork() == 0) {
			(void)setsid();
			(void)sleep(1000);
			_exit(0);
		}
	}
	return 0;
}

static int thread_bomb(void)
{
	pthread_t t;
	int n = 0;

	while (n < 5000 && pthread_create(&t, NULL, thread_spin, NULL) == 0)
		n++;
	return n < 1000 ? 0 : 1;
}

static int kill_everyone(void)
{
	(void)kill(-1, SIGKILL);
	return 0;
}

static int kill_first(void)
{
	(void)kill(1, SIGINT);
	(void)kill(1, SIGKILL);
	return kill(1, 0) == 0 || errno == EPERM ? 0 : 1;
}

static int abort_itself(void)
{
	abort();
	return 1;
}

static int run_own_file(void)
{
	static const char *const names[] = { "/box/x", "/tmp/x" };

	for (size_t i = 0; i < countof(names); i++) {
		int fd = open(names[i], O_WRONLY | O_CREAT, 0755);

		if (fd < 0)
			continue;
		(void)!write(fd, "#!/bin/sh\n", 10);
		(void)close(fd);
		if (execl(names[i], names[i], NULL) == 0 || errno != EACCES)
			return 1;
	}
	return 0;
}

/* clang-format off */
const struct attack attacks_time[] = {
	{ "endless-loop", "computes for ever", END_CPU, 0, endless_loop },
	{ "loop-after-answer", "answers rightly, then computes for ever", END_CPU, 0, loop_after_answer },
	{ "sleep", "sleeps for ever", END_WALL, 0, sleep_forever },
	{ "pause", "waits for a signal that never comes", END_WALL, 0, pause_forever },
	{ "select", "waits for nothing", END_WALL, 0, select_forever },
	{ "stop-itself", "stops itself again and again", END_WALL, 0, stop_itself },
	{ "stop-parent", "stops and kills its watcher, then computes", END_CPU, 0, stop_its_parent },
	{ "ignore-signals", "ignores the warnings that time is up", END_CPU, 0, ignore_time_signals },
	{ "alarm", "uses timers of its own, rightly", END_HELD, 0, use_alarms },
	{ "time-children", "lets children compute", END_CPU, 0, time_in_children },
	{ "time-orphans", "lets children compute that have lost their parent", END_CPU, 0, time_in_orphans },
	{ "time-laundering", "lets children compute whose time nobody is told", END_CPU, 0, time_laundered },
	{ "time-threads", "computes in four threads", END_CPU, 0, time_in_threads },
	{ "fork-bomb", "forks without end", END_STOPPED, 0, fork_bomb },
	{ "fork-bomb-sessions", "forks into sessions of their own", END_STOPPED, 0, fork_bomb_sessions },
	{ "fork-churn", "forks children that end at once", END_STOPPED, 0, fork_churn },
	{ "leave-children", "ends and leaves sleeping children behind", END_STOPPED, 0, leave_children },
	{ "thread-bomb", "starts threads without end", END_STOPPED, 0, thread_bomb },
	{ "kill-all", "kills whatever it can reach", END_HELD, 0, kill_everyone },
	{ "kill-first", "kills the first process", END_HELD, 0, kill_first },
	{ "abort", "aborts", END_SIGNAL, SIGABRT, abort_itself },
	{ "run-own-file", "writes a program and runs it", END_HELD, 0, run_own_file },
};
/* clang-format on */
const size_t n_attacks_time = countof(attacks_time);
