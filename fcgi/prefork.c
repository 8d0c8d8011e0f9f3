/*
 * The supervisor of the web processes. It holds the listening socket, forks the workers, starts
 * crashed ones again with a growing delay, and passes signals on. It serves nothing itself and
 * waits in ppoll, where alone its signals are open.
 *
 * Reload (SIGHUP, SIGUSR2): the binary on disk is asked by --check whether it would start with the
 * configuration as it is now; only then the supervisor executes it in its own place. The process id
 * stays, so do the listening socket and the old workers, whose ids travel in the environment. The
 * new image starts its own workers, waits until they accept, and then ends the old ones, which
 * finish what they have begun. At no moment is nobody accepting, and what waits in the socket's
 * queue is taken by the new workers.
 *
 * It also takes copies of pages away that have had their time (os/page_copy.h).
 *
 * A worker learns by PR_SET_PDEATHSIG when its supervisor was killed, and ends.
 */
#include "fcgi/prefork.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/scan.h"
#include "fcgi/app.h"
#include "fcgi/metrics.h"
#include "fcgi/serve.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"
#include "os/page_copy.h"
#include "os/process.h"

struct worker {
	pid_t pid; // 0: none
	int64_t started_us;
	int64_t start_at_us; // not before, after a crash
	int64_t delay_ms;
	bool is_ready;
};

struct state {
	const struct prefork *p;
	struct worker workers[WEB_MAX_WORKERS];
	size_t n;
	pid_t old[WEB_MAX_WORKERS]; // of the image before a reload
	size_t n_old;
	int64_t ready_by_us; // when the old ones are ended at the latest; 0: they are told already
	int64_t killed_at_us;
	int64_t evict_at_us;   // when copies of pages are looked at again
	int ready[2];          // each new worker writes its slot number when it accepts
	struct log_hold *held; // of each worker, shared, so that a dead one's lines are not lost
};

static volatile sig_atomic_t stop_wanted;
static volatile sig_atomic_t reload_wanted;

static void on_signal(int number)
{
	if (number == SIGTERM || number == SIGINT) {
		stop_wanted = 1;
		serve_stop = 1;
	} else if (number == SIGHUP || number == SIGUSR2) {
		reload_wanted = 1;
	}
}

void prefork_signals(void)
{
	static const int numbers[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR2, SIGCHLD };
	struct sigaction act = { .sa_handler = on_signal };
	sigset_t blocked;

	sigemptyset(&blocked);
	for (size_t i = 0; i < countof(numbers); i++) {
		sigaction(numbers[i], &act, NULL);
		sigaddset(&blocked, numbers[i]);
	}
	process_ignore((const int[]){ SIGPIPE }, 1);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
}

/* Spread, so that the workers are not all replaced in the same second. */
static unsigned long most_requests(size_t slot)
{
	return WEB_MAX_REQUESTS + slot * (WEB_MAX_REQUESTS / WEB_MAX_WORKERS);
}

static void work(struct state *s, size_t slot, pid_t parent) ATTR_NORETURN;
static void work(struct state *s, size_t slot, pid_t parent)
{
	uint16_t number = (uint16_t)slot;
	bool slow = slot >= (size_t)s->p->conf->web_workers;
	struct err e = { .kind = ERR_NONE };
	struct app *a = NULL;
	int failed;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(0);
	// a reload is the supervisor's business, and a signal to the whole group must not end us
	process_ignore((const int[]){ SIGHUP, SIGUSR2 }, 2);
	sigaction(SIGCHLD, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
	close(s->ready[0]);
	metrics_worker(slot);
	log_hold(&s->held[slot]);
	if (slow)
		(void)setpriority(PRIO_PROCESS, 0, WEB_SLOW_NICE);
	failed = app_open(s->p->conf, &a, &e);
	if (failed == 0 && write(s->ready[1], &number, sizeof(number)) == sizeof(number)) {
		close(s->ready[1]);
		failed = serve_fastcgi(
			a, slow ? s->p->slow_listener : s->p->listener, most_requests(slot), &e);
	}
	if (failed != 0)
		log_err(LOG_ERROR, "worker.failed", &e);
	app_close(a);
	log_hold(NULL);
	exit(failed != 0);
}

static void start_worker(struct state *s, size_t slot)
{
	struct worker *w = &s->workers[slot];
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid == 0)
		work(s, slot, parent);
	if (pid < 0) {
		log_event(LOG_ERROR, "worker.fork", LOG_NUMBER("errno", errno));
		w->start_at_us = clock_mono_us() + (int64_t)WEB_RESTART_MOST_MS * 1000;
		return;
	}
	w->pid = pid;
	w->is_ready = false;
	w->started_us = clock_mono_us();
	metrics_add(METRIC_WORKERS_STARTED, 1);
}

/* A worker that ended by itself starts anew at once; one that failed, after a delay that doubles.
 */
static void worker_ended(struct state *s, size_t slot, int status)
{
	struct worker *w = &s->workers[slot];
	int64_t now = clock_mono_us();

	metrics_worker_gone(slot);
	log_rescue(&s->held[slot]);
	w->pid = 0;
	w->start_at_us = now;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		w->delay_ms = 0;
		return;
	}
	if (now - w->started_us > (int64_t)WEB_RESTART_MOST_MS * 1000)
		w->delay_ms = 0;
	w->delay_ms = w->delay_ms == 0 ? WEB_RESTART_FIRST_MS : w->delay_ms * 2;
	if (w->delay_ms > WEB_RESTART_MOST_MS)
		w->delay_ms = WEB_RESTART_MOST_MS;
	w->start_at_us = now + w->delay_ms * 1000;
	log_event(LOG_ERROR, "worker.died", LOG_NUMBER("slot", (long long)slot),
		LOG_NUMBER("signal", WIFSIGNALED(status) ? WTERMSIG(status) : 0),
		LOG_NUMBER("exit", WIFEXITED(status) ? WEXITSTATUS(status) : 0),
		LOG_NUMBER("restart_ms", w->delay_ms));
}

static void reap(struct state *s)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (size_t i = 0; i < s->n; i++) {
			if (s->workers[i].pid == pid)
				worker_ended(s, i, status);
		}
		for (size_t i = 0; i < s->n_old; i++) {
			if (s->old[i] == pid)
				s->old[i--] = s->old[--s->n_old];
		}
	}
}

static void signal_all(const struct state *s, int number)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->workers[i].pid > 0)
			kill(s->workers[i].pid, number);
	}
	for (size_t i = 0; i < s->n_old; i++)
		kill(s->old[i], number);
}

/* Ends the workers of the image before, once the new ones accept or have had their time. */
static void retire_old(struct state *s)
{
	size_t n_ready = 0;
	int64_t now = clock_mono_us();

	for (size_t i = 0; i < s->n; i++)
		n_ready += s->workers[i].is_ready;
	if (s->ready_by_us != 0 && (n_ready == s->n || now > s->ready_by_us)) {
		for (size_t i = 0; i < s->n_old; i++)
			kill(s->old[i], SIGTERM);
		s->ready_by_us = 0;
		s->killed_at_us = now + (int64_t)WEB_STOP_S * 1000000;
		log_event(LOG_INFO, "reload.done", LOG_NUMBER("workers", (long long)n_ready));
	} else if (s->ready_by_us == 0 && s->n_old > 0 && now > s->killed_at_us) {
		for (size_t i = 0; i < s->n_old; i++)
			kill(s->old[i], SIGKILL);
		s->killed_at_us = now + 1000000;
	}
}

static void read_ready(struct state *s)
{
	uint16_t slots[WEB_MAX_WORKERS];
	ssize_t n = read(s->ready[0], slots, sizeof(slots));

	for (ssize_t i = 0; i < n / (ssize_t)sizeof(slots[0]); i++) {
		if (slots[i] < s->n)
			s->workers[slots[i]].is_ready = true;
	}
}

/* Runs the binary on disk with --check; true if it would start. */
static bool check_binary(const struct prefork *p)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		if (p->config_path != NULL)
			execl(p->binary, p->argv[0], "--check", "--config", p->config_path, NULL);
		else
			execl(p->binary, p->argv[0], "--check", NULL);
		_exit(127);
	}
	if (pid < 0)
		return false;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return false;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void pass_on(const struct state *s)
{
	struct arena *m = arena_new(WEB_RELOAD_ARENA);
	char *pids = arena_printf(m, "%s", "");

	for (size_t i = 0; i < s->n; i++) {
		if (s->workers[i].pid > 0)
			pids = arena_printf(m, "%s%d,", pids, (int)s->workers[i].pid);
	}
	for (size_t i = 0; i < s->n_old; i++)
		pids = arena_printf(m, "%s%d,", pids, (int)s->old[i]);
	setenv(PREFORK_OLD, pids, 1);
	setenv(PREFORK_LISTENER, arena_printf(m, "%d", s->p->listener), 1);
	if (s->p->made != NULL)
		setenv(PREFORK_MADE, s->p->made, 1);
	if (s->p->slow_listener >= 0)
		setenv(PREFORK_SLOW, arena_printf(m, "%d", s->p->slow_listener), 1);
	arena_free(m);
}

static void forget_passed_on(void)
{
	static const char *const names[] = { PREFORK_OLD, PREFORK_SLOW, PREFORK_LISTENER,
		PREFORK_MADE };

	for (size_t i = 0; i < countof(names); i++)
		unsetenv(names[i]);
}

/* Whether the descriptor stays open in what this process executes. */
static void keep_open(int fd, bool keep)
{
	if (fd >= 0)
		(void)fcntl(fd, F_SETFD, keep ? 0 : FD_CLOEXEC);
}

static void reload(struct state *s)
{
	if (!check_binary(s->p)) {
		log_event(LOG_ERROR, "reload.refused", LOG_TEXT("binary", s->p->binary));
		return;
	}
	log_event(LOG_INFO, "reload.start", LOG_TEXT("binary", s->p->binary));
	pass_on(s);
	keep_open(s->p->listener, true);
	keep_open(s->p->slow_listener, true);
	execv(s->p->binary, s->p->argv);
	keep_open(s->p->listener, false);
	keep_open(s->p->slow_listener, false);
	forget_passed_on();
	log_event(LOG_ERROR, "reload.failed", LOG_NUMBER("errno", errno));
}

static void take_over(struct state *s)
{
	const char *text = getenv(PREFORK_OLD);
	struct span rest = span_of(text);
	struct span item;
	uint64_t pid;

	while (span_split(&rest, ',', &item)) {
		if (span_u64(item, INT32_MAX, &pid) && pid > 1 && s->n_old < WEB_MAX_WORKERS)
			s->old[s->n_old++] = (pid_t)pid;
	}
	if (s->n_old > 0)
		s->ready_by_us = clock_mono_us() + (int64_t)WEB_READY_S * 1000000;
	forget_passed_on();
}

/* A copy that Apache sends ends when it is taken away. */
static void evict_copies(struct state *s)
{
	int64_t now = clock_mono_us();

	if (s->p->conf->page_dir[0] == '\0' || now < s->evict_at_us)
		return;
	page_copy_evict_old(s->p->conf->page_dir);
	s->evict_at_us = now + (int64_t)PAGE_COPY_LOOK_S * 1000000;
}

/* Milliseconds until something is due. */
static int next_due_ms(const struct state *s)
{
	int64_t now = clock_mono_us();
	int64_t due = s->evict_at_us > 0 ? s->evict_at_us : now + 60 * 1000000;

	for (size_t i = 0; i < s->n; i++) {
		if (s->workers[i].pid == 0 && s->workers[i].start_at_us < due)
			due = s->workers[i].start_at_us;
	}
	if (s->n_old > 0) {
		int64_t at = s->ready_by_us != 0 ? s->ready_by_us : s->killed_at_us;

		due = at < due ? at : due;
	}
	return due <= now ? 1 : (int)((due - now) / 1000 + 1);
}

static void wait_for_event(struct state *s, const sigset_t *open_mask, int most_ms)
{
	struct pollfd ready = { .fd = s->ready[0], .events = POLLIN };
	struct timespec t = { .tv_sec = most_ms / 1000, .tv_nsec = most_ms % 1000 * 1000000L };

	if (ppoll(&ready, 1, &t, open_mask) > 0)
		read_ready(s);
	reap(s);
}

static size_t count_alive(const struct state *s)
{
	size_t n = s->n_old;

	for (size_t i = 0; i < s->n; i++)
		n += s->workers[i].pid > 0;
	return n;
}

/* Lets every worker finish its request; whoever takes too long is killed. */
static void stop_all(struct state *s, const sigset_t *open_mask)
{
	int64_t end = clock_mono_us() + (int64_t)WEB_STOP_S * 1000000;

	signal_all(s, SIGTERM);
	while (count_alive(s) > 0 && clock_mono_us() < end)
		wait_for_event(s, open_mask, 1000);
	signal_all(s, SIGKILL);
	while (count_alive(s) > 0)
		wait_for_event(s, open_mask, 1000);
}

static struct log_hold *share_holds(size_t n)
{
	void *p = mmap(NULL, n * sizeof(struct log_hold), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED ? p : NULL;
}

int prefork_run(const struct prefork *p, struct err *e)
{
	static struct state s;
	sigset_t open_mask;

	s = (struct state){ .p = p, .n = (size_t)p->conf->web_workers + p->n_slow };
	if (pipe2(s.ready, O_CLOEXEC | O_NONBLOCK) != 0)
		return err_set(e, ERR_INTERNAL, "could not make a pipe: errno %d", errno);
	s.held = share_holds(s.n);
	if (s.held == NULL)
		return err_set(e, ERR_INTERNAL, "could not get memory for the log");
	sigemptyset(&open_mask);
	take_over(&s);
	metrics_set(METRIC_WORKERS, (int64_t)s.n);
	log_event(LOG_INFO, "web.start", LOG_NUMBER("workers", (long long)s.n));
	while (!stop_wanted) {
		for (size_t i = 0; i < s.n; i++) {
			if (s.workers[i].pid == 0 && s.workers[i].start_at_us <= clock_mono_us())
				start_worker(&s, i);
		}
		retire_old(&s);
		evict_copies(&s);
		wait_for_event(&s, &open_mask, next_due_ms(&s));
		if (reload_wanted) {
			reload_wanted = 0;
			reload(&s);
		}
	}
	log_event(LOG_INFO, "web.stop", LOG_NUMBER("workers", (long long)count_alive(&s)));
	stop_all(&s, &open_mask);
	page_copy_evict_all(p->conf->page_dir);
	return 0;
}
