/*
 * The supervisor: parent of the steward and the workers. It never talks to the database and never
 * waits for anything but its children and its descriptors, so a dead child is noticed at once and a
 * deadline is kept whatever else is slow.
 *
 *   - A child's death arrives by signalfd. While the dead child is still a zombie its process group
 *     is killed, so the number cannot yet belong to anybody else; what it had in hand is left to
 *     the steward (settle.c). Process numbers are kept here and not in the shared memory: a worker
 *     cannot make its supervisor kill somebody.
 *   - A worker whose job is past its deadline is killed with its group.
 *   - A runner that could not beat for RUNNER_FENCE_S kills its workers before others take their
 *     jobs (fence), and starts again under a new number.
 *   - SIGTERM or SIGINT: workers end after their present job; after DRAIN_S they are killed and the
 *     jobs go back without counting. A second signal shortens the wait to nothing.
 *   - SIGHUP: as SIGTERM, then the program is executed anew, so a new binary takes over.
 *
 * Steward and workers die with the supervisor (PR_SET_PDEATHSIG), and their jobs are taken over by
 * others when the runner has been silent for RUNNER_SILENT_S.
 */
#include "jobs/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "db/db.h"
#include "jobs/status.h"
#include "jobs/steward.h"
#include "jobs/worker.h"
#include "model/job_wake.h"
#include "model/startup.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"
#include "os/process.h"

#define SECOND  INT64_C(1000000)
#define TICK_MS 200
/* A worker that lived this long or ended a job, and a steward that lived this long, starts a new
 * count of crashes. */
#define CALM_US          (10 * SECOND)
#define BACKOFF_FIRST_US (SECOND / 10)
#define BACKOFF_MOST_US  (10 * SECOND)
#define LEAVE_US         (5 * SECOND) // the steward's time to sign off
#define KILL_WAIT_US     SECOND       // for the settling of what killed workers left

struct child {
	pid_t pid; // 0: none
	int32_t runner;
	int64_t started_us;
	uint64_t jobs_before; // of its slot
	const char *killed;   // why we did it
	bool innocent;
};

struct supervisor {
	struct runner run;
	struct board *board;
	struct child workers[2 * JOB_MAX_WORKERS]; // by slot
	struct child steward;
	int32_t next_worker;
	unsigned crashes; // in a row
	int64_t start_at; // no new worker before this
	unsigned steward_crashes;
	int64_t steward_at;
	int epoll;
	int signals;
	sigset_t mask_before;
	struct job_wake_end wake;
	struct status *status;
	int64_t drain_until; // INT64_MAX: not draining
	int64_t leave_until;
	bool again; // execute the program anew at the end
};

void (*jobs_at_step)(const char *step);

/* ---- starting children ----------------------------------------------------------------------- */

static int64_t backoff_us(unsigned crashes)
{
	int64_t wait_us = BACKOFF_FIRST_US;

	if (crashes == 0)
		return 0;
	while (--crashes > 0 && wait_us < BACKOFF_MOST_US)
		wait_us *= 2;
	return wait_us < BACKOFF_MOST_US ? wait_us : BACKOFF_MOST_US;
}

/* Closes what belongs to the supervisor alone. */
static void close_others(const struct runner *r, bool is_steward)
{
	const int keep[] = { is_steward ? -1 : r->wake_fd, is_steward ? -1 : r->hint_in,
		r->hint_out, is_steward ? r->news_fd : -1, is_steward ? r->wreck_fd : -1 };
	unsigned from = 3;

	for (;;) {
		unsigned next = ~0u;

		for (size_t i = 0; i < countof(keep); i++)
			if (keep[i] >= (int)from && (unsigned)keep[i] < next)
				next = (unsigned)keep[i];
		if (next > from)
			(void)close_range(from, next == ~0u ? next : next - 1, 0);
		if (next == ~0u)
			return;
		from = next + 1;
	}
}

static pid_t fork_child(struct supervisor *s, bool is_steward)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid < 0) {
		log_event(LOG_ERROR, "supervisor.fork", LOG_TEXT("why", err_reason(errno)));
		return -1;
	}
	if (pid > 0) {
		(void)setpgid(pid, pid);
		return pid;
	}
	(void)setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(WORKER_DONE);
	close_others(&s->run, is_steward);
	sigprocmask(SIG_SETMASK, &s->mask_before, NULL);
	return 0;
}

static void start_steward(struct supervisor *s)
{
	pid_t pid = fork_child(s, true);

	if (pid == 0)
		steward_run(&s->run);
	s->steward = (struct child){ .pid = pid > 0 ? pid : 0, .started_us = clock_mono_us() };
	s->steward_at = clock_mono_us() + BACKOFF_FIRST_US;
}

static void start_worker(struct supervisor *s, size_t slot)
{
	struct slot *mine = s->run.shared.slots[slot];
	uint64_t jobs_before = atomic_load(&mine->jobs);
	pid_t pid;

	mine->runner = atomic_load(&s->board->runner);
	mine->worker = ++s->next_worker;
	mine->innocent = false;
	mine->death[0] = '\0';
	atomic_store(&mine->n_claims, 0);
	atomic_store(&mine->started_us, 0);
	atomic_store(&mine->connections, 0);
	atomic_store(&mine->deadline_us, INT64_MAX);
	atomic_store(&mine->state, SLOT_LIVE);
	atomic_store(&s->board->newest, s->next_worker);
	pid = fork_child(s, false);
	if (pid == 0) {
		shared_keep(&s->run.shared, slot);
		worker_run(&s->run, slot);
	}
	if (pid < 0) {
		atomic_store(&mine->state, SLOT_FREE);
		s->start_at = clock_mono_us() + SECOND;
		return;
	}
	s->workers[slot] = (struct child){ .pid = pid,
		.runner = mine->runner,
		.jobs_before = jobs_before,
		.started_us = clock_mono_us() };
}

static size_t count_workers(const struct supervisor *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->run.shared.n_slots; i++)
		n += s->workers[i].pid != 0;
	return n;
}

static size_t count_wrecks(const struct supervisor *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->run.shared.n_slots; i++)
		n += atomic_load(&s->run.shared.slots[i]->state) == SLOT_WRECK;
	return n;
}

static void start_missing(struct supervisor *s)
{
	size_t missing = (size_t)s->run.conf->job_workers - count_workers(s);
	int64_t now_us = clock_mono_us();

	if (s->steward.pid == 0 && now_us >= s->steward_at && s->leave_until == INT64_MAX)
		start_steward(s);
	if (s->drain_until != INT64_MAX || atomic_load(&s->board->runner) == 0 ||
		now_us < s->start_at)
		return;
	for (size_t i = 0; missing > 0 && i < s->run.shared.n_slots; i++) {
		if (s->workers[i].pid != 0 ||
			atomic_load(&s->run.shared.slots[i]->state) != SLOT_FREE)
			continue;
		start_worker(s, i);
		missing--;
	}
}

/* ---- ending children ------------------------------------------------------------------------- */

/* The child is not reaped yet, so its number is its own. */
static void kill_group(struct child *c, const char *why, bool innocent)
{
	if (c->pid <= 0)
		return;
	if (c->killed == NULL) {
		c->killed = why;
		c->innocent = innocent;
	}
	if (kill(-c->pid, SIGKILL) != 0)
		(void)kill(c->pid, SIGKILL);
}

static void kill_workers(struct supervisor *s, const char *why, bool innocent)
{
	for (size_t i = 0; i < s->run.shared.n_slots; i++)
		if (s->workers[i].killed == NULL)
			kill_group(&s->workers[i], why, innocent);
}

static void describe(char *out, size_t size, const struct child *c, const siginfo_t *how)
{
	if (c->killed != NULL)
		snprintf(out, size, "%s", c->killed);
	else if (how->si_code == CLD_EXITED)
		snprintf(out, size, "the worker ended with status %d", how->si_status);
	else
		snprintf(out, size, "the worker was ended by signal %d (%s)", how->si_status,
			strsignal(how->si_status));
}

static void poke_steward(const struct supervisor *s)
{
	uint64_t one = 1;

	(void)!write(s->run.wreck_fd, &one, sizeof(one));
}

static void worker_ended(struct supervisor *s, size_t slot, const siginfo_t *how)
{
	struct child *c = &s->workers[slot];
	struct slot *mine = s->run.shared.slots[slot];
	bool by_itself = how->si_code == CLD_EXITED &&
			 (how->si_status == WORKER_DONE || how->si_status == WORKER_UNSURE ||
				 how->si_status == WORKER_FENCED);
	int64_t now_us = clock_mono_us();
	bool calm;

	describe(mine->death, sizeof(mine->death), c, how);
	mine->innocent =
		c->innocent || (how->si_code == CLD_EXITED && how->si_status == WORKER_FENCED);
	if (!by_itself) {
		log_event(LOG_WARN, "supervisor.worker_died", LOG_NUMBER("worker", mine->worker),
			LOG_NUMBER("pid", c->pid), LOG_NUMBER("job", atomic_load(&mine->job)),
			LOG_TEXT("how", mine->death));
		atomic_fetch_add(&s->board->restarts, 1);
		calm = c->killed != NULL || now_us - c->started_us > CALM_US ||
		       atomic_load(&mine->jobs) > c->jobs_before;
		s->crashes = calm ? 0 : s->crashes + 1;
		s->start_at = now_us + backoff_us(s->crashes);
	}
	atomic_store(&mine->state, SLOT_WRECK);
	*c = (struct child){ 0 };
	poke_steward(s);
}

static void steward_ended(struct supervisor *s)
{
	int64_t now_us = clock_mono_us();

	if (s->leave_until == INT64_MAX) {
		log_event(LOG_ERROR, "supervisor.steward_died", LOG_NUMBER("pid", s->steward.pid));
		atomic_fetch_add(&s->board->steward_restarts, 1);
		s->steward_crashes =
			now_us - s->steward.started_us > CALM_US ? 0 : s->steward_crashes + 1;
		s->steward_at = now_us + backoff_us(s->steward_crashes);
	}
	s->steward = (struct child){ 0 };
}

static void reap_children(struct supervisor *s)
{
	for (;;) {
		siginfo_t how = { 0 };

		if (waitid(P_ALL, 0, &how, WEXITED | WNOHANG | WNOWAIT) != 0 || how.si_pid == 0)
			return;
		for (size_t i = 0; i < s->run.shared.n_slots; i++) {
			if (s->workers[i].pid != how.si_pid)
				continue;
			(void)kill(-how.si_pid, SIGKILL); // what its job had started
			worker_ended(s, i, &how);
		}
		if (s->steward.pid == how.si_pid)
			steward_ended(s);
		(void)waitpid(how.si_pid, NULL, WNOHANG);
	}
}

/* ---- watching -------------------------------------------------------------------------------- */

static void watch_deadlines(struct supervisor *s)
{
	int64_t now_us = clock_mono_us();

	for (size_t i = 0; i < s->run.shared.n_slots; i++) {
		const struct slot *slot = s->run.shared.slots[i];

		if (s->workers[i].pid == 0 || s->workers[i].killed != NULL ||
			now_us < atomic_load(&slot->deadline_us))
			continue;
		log_event(LOG_WARN, "supervisor.deadline",
			LOG_NUMBER("job", atomic_load(&slot->job)));
		atomic_fetch_add(&s->board->deadlines, 1);
		kill_group(&s->workers[i], "the job ran past its deadline", false);
	}
}

static void watch_runner(struct supervisor *s)
{
	int32_t runner = atomic_load(&s->board->runner);
	int64_t silent_us = clock_mono_us() - atomic_load(&s->board->beat_us);

	if (runner != 0 && silent_us > RUNNER_FENCE_S * SECOND) {
		log_event(
			LOG_ERROR, "supervisor.fenced", LOG_NUMBER("silent_ms", silent_us / 1000));
		atomic_store(&s->board->runner, 0);
		runner = 0;
	}
	for (size_t i = 0; i < s->run.shared.n_slots; i++)
		if (s->workers[i].pid != 0 && s->workers[i].killed == NULL &&
			s->workers[i].runner != runner)
			kill_group(&s->workers[i], "the runner lost its claims", true);
}

static int64_t next_deadline(const struct supervisor *s)
{
	int64_t next_us = INT64_MAX;

	for (size_t i = 0; i < s->run.shared.n_slots; i++) {
		int64_t at = atomic_load(&s->run.shared.slots[i]->deadline_us);

		if (s->workers[i].pid != 0 && s->workers[i].killed == NULL && at < next_us)
			next_us = at;
	}
	return next_us;
}

/* ---- stopping -------------------------------------------------------------------------------- */

static void begin_drain(struct supervisor *s, bool again)
{
	int64_t now_us = clock_mono_us();

	if (s->drain_until != INT64_MAX) {
		if (!again)
			s->drain_until = now_us; // asked twice
		return;
	}
	log_event(LOG_INFO, "supervisor.draining", LOG_NUMBER("s", s->run.conf->drain_s));
	s->drain_until = now_us + s->run.conf->drain_s * SECOND;
	s->again = again;
	atomic_store(&s->board->draining, true);
	for (size_t i = 0; i < s->run.shared.n_slots; i++)
		if (s->workers[i].pid != 0)
			(void)kill(s->workers[i].pid, SIGTERM);
}

/* True when everything has ended. */
static bool drained(struct supervisor *s)
{
	int64_t now_us = clock_mono_us();

	if (s->drain_until == INT64_MAX)
		return false;
	if (count_workers(s) > 0) {
		if (now_us >= s->drain_until)
			kill_workers(s, "the runner was stopped", true);
		return false;
	}
	if (s->leave_until == INT64_MAX) {
		bool waits = count_wrecks(s) > 0 && atomic_load(&s->board->database_up) &&
			     now_us < s->drain_until + KILL_WAIT_US;

		if (waits && s->steward.pid != 0)
			return false;
		s->leave_until = now_us + LEAVE_US;
		atomic_store(&s->board->closing, true);
		poke_steward(s);
	}
	if (s->steward.pid != 0 && now_us >= s->leave_until)
		kill_group(&s->steward, "it took too long", true);
	return s->steward.pid == 0;
}

static void on_signals(struct supervisor *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
			begin_drain(s, false);
		else if (info.ssi_signo == SIGHUP)
			begin_drain(s, true);
	}
	reap_children(s);
}

/* ---- life ------------------------------------------------------------------------------------ */

static int open_hints(struct runner *r, struct err *e)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
		return err_set(e, ERR_INTERNAL, "could not open a pair of sockets");
	r->hint_in = pair[0];
	r->hint_out = pair[1];
	r->news_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	r->wreck_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (r->news_fd < 0 || r->wreck_fd < 0)
		return err_set(e, ERR_INTERNAL, "could not open an eventfd");
	return 0;
}

static void open_wake(struct supervisor *s)
{
	struct err e = { 0 };

	if (job_wake_open(s->run.conf->wake_dir, &s->wake, &e) != 0)
		log_err(LOG_WARN, "supervisor.no_wake_socket", &e); // polling finds the jobs
	s->run.wake_fd = s->wake.fd;
}

static void watch(const struct supervisor *s, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	(void)epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev);
}

/* Before anything by which others know that the supervisor is there: from here on signals wait. */
static int open_signals(struct supervisor *s, struct err *e)
{
	const int ignored = SIGPIPE;
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, &s->mask_before);
	process_ignore(&ignored, 1);
	s->signals = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s->signals < 0 || s->epoll < 0)
		return err_set(e, ERR_INTERNAL, "could not wait for signals");
	return 0;
}

static int supervisor_open(struct supervisor *s, struct err *e)
{
	if (open_signals(s, e) != 0)
		return -1;
	s->drain_until = s->leave_until = INT64_MAX;
	s->board = NULL;
	if (shared_open(2 * (size_t)s->run.conf->job_workers, &s->run.shared, e) != 0 ||
		open_hints(&s->run, e) != 0)
		return -1;
	s->board = s->run.shared.board;
	for (size_t i = 0; i < s->run.shared.n_slots; i++)
		atomic_store(&s->run.shared.slots[i]->deadline_us, INT64_MAX);
	open_wake(s);
	if (status_open(&s->run, &s->status, e) != 0)
		return -1;
	watch(s, s->signals);
	watch(s, s->run.news_fd);
	if (s->status != NULL)
		watch(s, status_fd(s->status));
	return 0;
}

static void supervise(struct supervisor *s)
{
	while (!drained(s)) {
		struct epoll_event ev[8];
		int64_t left_us = next_deadline(s) - clock_mono_us();
		int wait_ms = TICK_MS;
		uint64_t n;

		start_missing(s);
		if (left_us < TICK_MS * 1000)
			wait_ms = left_us > 0 ? (int)(left_us / 1000) + 1 : 1;
		(void)epoll_wait(s->epoll, ev, countof(ev), wait_ms);
		(void)!read(s->run.news_fd, &n, sizeof(n));
		on_signals(s);
		watch_deadlines(s);
		watch_runner(s);
		if (s->status != NULL)
			status_serve(s->status);
	}
}

static int usage(FILE *out, const char *program, int status)
{
	fprintf(out, "use: %s [--config FILE]\n", program);
	return status;
}

int jobs_main(int argc, char **argv, const struct kind *all, size_t n)
{
	static struct supervisor s;
	const char *path = getenv("PODIUM_CONFIG");
	struct err e = { 0 };

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
			path = argv[++i];
		else if (strncmp(argv[i], "--config=", 9) == 0)
			path = argv[i] + 9;
		else if (strcmp(argv[i], "--help") == 0)
			return usage(stdout, argv[0], 0);
		else
			return usage(stderr, argv[0], 2);
	}
	log_start("podium-jobs", LOG_INFO);
	s.run.kinds = all;
	s.run.at_step = jobs_at_step;
	s.run.n_kinds = n < JOB_MAX_KINDS ? n : JOB_MAX_KINDS;
	if (config_load(path, &s.run.conf, &e) != 0 || startup_check(s.run.conf, &e) != 0 ||
		db_check_limit(s.run.conf, "JOB_WORKERS", s.run.conf->job_workers + 1, 1, &e) !=
			0 ||
		supervisor_open(&s, &e) != 0) {
		log_err(LOG_ERROR, "supervisor.start", &e);
		return 1;
	}
	log_event(LOG_INFO, "supervisor.started", LOG_NUMBER("workers", s.run.conf->job_workers));
	supervise(&s);
	job_wake_close(s.run.conf->wake_dir, &s.wake);
	log_event(LOG_INFO, "supervisor.stopped");
	if (!s.again)
		return 0;
	sigprocmask(SIG_SETMASK, &s.mask_before, NULL);
	execvp(argv[0], argv);
	log_event(LOG_ERROR, "supervisor.reload", LOG_TEXT("why", err_reason(errno)));
	return 1;
}
