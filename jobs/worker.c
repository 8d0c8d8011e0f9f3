/*
 * A worker: claims a batch of one lane, runs its jobs one after another, and records them with the
 * next claim in one round trip. What it holds and what has become of it stands in its slot of the
 * shared memory at every moment, so that nothing is lost when it dies at any step:
 *
 *   - claimed, not begun: the steward hands it back;
 *   - running: the run counts as failed, with how the worker died as the reason;
 *   - succeeded, not recorded: the steward records it;
 *   - claimed by the database, but the answer was not read: found by (runner, worker) and handed
 *     back. The same holds for a worker that lost the connection in the middle of a claim, so it
 *     ends itself.
 *
 * A worker that is waiting sleeps in the kernel on the sockets of hints, which all workers share;
 * the kernel wakes one for each message.
 */
#include "jobs/worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "auth/envelope.h"
#include "db/db.h"
#include "jobs/hand.h"
#include "jobs/judging.h"
#include "jobs/lane.h"
#include "jobs/tally.h"
#include "model/alert.h"
#include "model/cache.h"
#include "model/codeforces_desk.h"
#include "model/event.h"
#include "model/job.h"
#include "net/http.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"
#include "os/process.h"
#include "os/rnd.h"

#define WAIT_MS       5000 // a worker looks around as often as this without being woken
#define RETRY_MS      200
#define HINT_EVERY_US 2000
#define TURN_ARENA    (8 * 1024 * 1024)
#define MEMORY_EVERY  64 // jobs between two looks at the own size

struct worker {
	const struct runner *run;
	struct board *board;
	struct hand hand;
	struct lanes lanes;
	struct job_ctx ctx;
	struct codeforces_desk codeforces;
	struct arena *turn_mem; // the batch and its payloads
	struct arena *work_mem; // small things between jobs
	struct db *db;
	int epoll;
	struct job_row *jobs; // in turn_mem
	int64_t flushed_us;
	int64_t hinted_us;
	uint64_t n_jobs;
	uint64_t weigh_at;
	struct cache_stats cache_seen;
	int64_t first_size; // bytes
	size_t settled;     // claims that finished in their own transaction
	bool unsure;
};

/* The kernel's generator is asked once; jitter needs no more. */
static unsigned quick_random(void)
{
	static uint64_t x;

	if (x == 0)
		x = rnd_u64() | 1;
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (unsigned)(x >> 16);
}

void runner_step(const struct runner *r, const char *step)
{
	if (r->at_step != NULL)
		r->at_step(step);
}

void runner_hint(const struct runner *r, struct span queue)
{
	(void)!send(r->hint_out, queue.p, queue.n, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* ---- stopping -------------------------------------------------------------------------------- */

static volatile sig_atomic_t asked_to_stop;

static void on_term(int signo)
{
	(void)signo;
	asked_to_stop = 1;
}

static bool fenced(const struct worker *w)
{
	return atomic_load(&w->board->runner) != w->hand.who.runner ||
	       clock_mono_us() - atomic_load(&w->board->beat_us) >
		       RUNNER_FENCE_S * INT64_C(1000000);
}

static bool stopping(const struct worker *w)
{
	return asked_to_stop || atomic_load(&w->board->draining) || fenced(w);
}

static void pause_ms(const struct worker *w, int ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	if (!stopping(w))
		nanosleep(&t, NULL); // a signal ends it early
}

/* ---- recording ------------------------------------------------------------------------------- */

static void count_refused(struct worker *w, const struct job_turn *t)
{
	size_t settled = w->settled < t->n_done ? w->settled : t->n_done;
	int64_t lost = (int64_t)(t->n_done - settled) - t->accepted;

	w->settled -= settled;
	if (lost <= 0)
		return;
	atomic_fetch_add(&w->hand.slot->refused, (uint64_t)lost);
	log_event(LOG_WARN, "job.refused", LOG_NUMBER("jobs", lost),
		LOG_TEXT("why", "they were no longer this worker's"));
}

/*
 * One turn: what is done leaves, and with a choice the next batch is claimed. -1: the claim's fate
 * is not known; what is done has been recorded all the same, unless the worker must stop.
 */
static int turn(struct worker *w, const struct lane_choice *choice, bool *wake_others)
{
	static int64_t ids[JOB_MAX_BATCH];
	struct job_turn t = { .who = w->hand.who,
		.done_lane = w->hand.slot->lane,
		.done = ids,
		.keep_done = w->run->conf->done_keep_days > 0,
		.done_slot = w->hand.slot->limited,
		.done_keyed = w->hand.slot->keyed };
	struct err e = { 0 };
	struct db_use use;
	bool lost = false;

	t.n_done = hand_take(&w->hand, CLAIM_DONE, CLAIM_SENT, ids);
	if (choice != NULL) {
		t.claim = true;
		t.lane = choice->lane;
		t.level = choice->level;
		t.limited = choice->queue->limited;
		memcpy(t.floor, choice->queue->floor, sizeof(t.floor));
		atomic_fetch_add(&w->hand.slot->claim_calls, 1);
	}
	if (t.n_done > 0)
		runner_step(w->run, "sending");
	while (job_turn(w->db, t.claim ? w->turn_mem : w->work_mem, &t, &e) != 0) {
		if (!lost)
			log_err(LOG_WARN, "worker.turn", &e);
		lost |= t.claim;
		t.claim = false;
		if (stopping(w))
			return -1;
		pause_ms(w, RETRY_MS);
		e = (struct err){ 0 };
	}
	if (t.n_done > 0)
		runner_step(w->run, "recorded");
	hand_drop(&w->hand, CLAIM_SENT);
	count_refused(w, &t);
	db_use(w->db, &use);
	atomic_store(&w->hand.slot->connections, use.open);
	w->flushed_us = clock_mono_us();
	if (lost)
		return -1;
	if (choice != NULL) {
		hand_adopt(&w->hand, &t);
		w->jobs = t.jobs;
		*wake_others = lanes_claimed(&w->lanes, choice, &t);
	}
	return 0;
}

/* What the steward took over and did not finish, because it died or the database was away. */
static void settle_taken(struct worker *w)
{
	static int64_t ids[JOB_MAX_BATCH];
	struct job_hold hold = hand_hold(&w->hand);
	struct err e = { 0 };
	size_t n;

	hand_take(&w->hand, CLAIM_TAKEN_DONE, CLAIM_DONE, ids);
	n = hand_take(&w->hand, CLAIM_TAKEN_HELD, CLAIM_GONE, ids);
	if (n > 0 && job_return(w->db, w->work_mem, &hold, ids, n, &e) != 0)
		w->unsure = true;
}

static void hand_back(struct worker *w)
{
	static int64_t ids[JOB_MAX_BATCH];
	size_t n = hand_take(&w->hand, CLAIM_HELD, CLAIM_GONE, ids);
	struct job_hold hold = hand_hold(&w->hand);
	struct err e = { 0 };

	if (n == 0)
		return;
	if (job_return(w->db, w->work_mem, &hold, ids, n, &e) != 0)
		w->unsure = true;
}

/* ---- running --------------------------------------------------------------------------------- */

struct job_run {
	struct worker *w;
	bool settled;
};

int job_settle(struct job_ctx *c, struct tx *tx, struct err *e)
{
	struct worker *w = c->run->w;
	struct job_hold hold = hand_hold(&w->hand);

	if (job_finish_in(tx, c->mem, &hold, c->id, w->run->conf->done_keep_days > 0, e) != 0)
		return -1;
	c->run->settled = true;
	return 0;
}

struct job_hold job_held(const struct job_ctx *c)
{
	return hand_hold(&c->run->w->hand);
}

static int kind_index(const struct runner *r, struct span name)
{
	for (size_t i = 0; i < r->n_kinds; i++)
		if (span_is(name, r->kinds[i].name))
			return (int)i;
	return -1;
}

/* Records a failed run; the claim stays as running until that is done or the worker must stop. */
static void record_failure(struct worker *w, struct slot_claim *c, int kind,
	const struct job_kind *rule, const struct err *why)
{
	struct job_failure f = { .hold = hand_hold(&w->hand),
		.id = c->id,
		.attempt = c->attempt,
		.kind = rule,
		.why = why,
		.seed = quick_random() };
	enum job_fate fate = JOB_FATE_LOST;
	struct err e = { 0 };

	log_err(tally_may_pass(why) ? LOG_WARN : LOG_ERROR, "job.failed", why);
	while (job_fail(w->db, w->work_mem, &f, &fate, &e) != 0) {
		log_err(LOG_WARN, "worker.fail", &e);
		if (fenced(w) || asked_to_stop)
			return;
		pause_ms(w, RETRY_MS);
		e = (struct err){ 0 };
	}
	if (fate == JOB_FATE_DEAD && kind >= 0)
		atomic_fetch_add(&w->hand.slot->kinds[kind].dead, 1);
	if (fate == JOB_FATE_LOST)
		atomic_fetch_add(&w->hand.slot->refused, 1);
	claim_move(c, w->hand.batch, CLAIM_RUNNING, CLAIM_GONE);
}

/* Of the job that runs; before the first there is none. */
static const char *sign_of_job(void *worker)
{
	const struct worker *w = worker;
	struct job_hold hold = hand_hold(&w->hand);

	return w->ctx.id != 0 ? job_sign(w->ctx.mem, &hold, w->ctx.id) : "";
}

static int call(struct worker *w, const struct job_row *job, int kind, struct err *e)
{
	const struct job_kind *rule = job_kind_find(job->kind);
	struct job_hold hold = hand_hold(&w->hand);
	struct job_run run = { .w = w };

	w->ctx.id = job->id;
	w->ctx.attempt = job->attempt;
	w->ctx.payload = job->payload;
	w->ctx.run = &run;
	if (kind < 0 || rule == NULL) {
		e->retry_after_s = 60;
		return err_set(e, ERR_TEMPORARY, "this program does not know such jobs");
	}
	if (job->attempt > rule->max_attempts)
		return err_set(e, ERR_INTERNAL, "every run ended with the loss of its runner");
	if (job->payload.p == NULL &&
		job_payload(w->db, w->ctx.mem, &hold, job->id, &w->ctx.payload, e) != 0)
		return -1;
	if (w->run->kinds[kind].run(&w->ctx, e) != 0) {
		if (e->kind == ERR_NONE)
			err_set(e, ERR_INTERNAL, "the job failed without saying why");
		return -1;
	}
	e->kind = ERR_NONE; // a success may have left a note of something it got over
	w->settled += run.settled;
	return 0;
}

static void run_job(struct worker *w, uint32_t i)
{
	struct slot *s = w->hand.slot;
	struct slot_claim *c = &s->claims[i];
	const struct job_row *job = &w->jobs[i];
	int kind = kind_index(w->run, job->kind);
	const struct job_kind *rule = job_kind_find(job->kind);
	int64_t began_us, took_us;
	struct err e = { 0 };
	char id[24];

	if (!claim_move(c, w->hand.batch, CLAIM_HELD, CLAIM_RUNNING))
		return; // the steward took it over
	snprintf(id, sizeof(id), "%lld", (long long)job->id);
	log_scope("job", id);
	began_us = clock_mono_us();
	atomic_store(&s->kind, kind);
	atomic_store(&s->job, job->id);
	atomic_store(&s->started_us, began_us);
	atomic_store(&s->deadline_us,
		began_us + (rule != NULL ? rule->deadline_s : 60) * INT64_C(1000000));
	if (call(w, job, kind, &e) == 0)
		claim_move(c, w->hand.batch, CLAIM_RUNNING, CLAIM_DONE);
	runner_step(w->run, "ran");
	atomic_store(&s->deadline_us, INT64_MAX);
	took_us = clock_mono_us() - began_us;
	tally_job(w->hand.slot, kind, took_us, &e);
	if (e.kind != ERR_NONE)
		record_failure(w, c, kind, rule, &e);
	atomic_store(&s->started_us, 0);
	atomic_store(&s->job, 0);
	log_scope(NULL, NULL);
	arena_reset(w->ctx.mem);
	w->n_jobs++;
}

static void run_batch(struct worker *w)
{
	uint32_t n = atomic_load(&w->hand.slot->n_claims);
	int64_t began_us = clock_mono_us();

	for (uint32_t i = 0; i < n && !stopping(w); i++) {
		run_job(w, i);
		if (i + 1 < n && (w->run->conf->job_record_each ||
					 clock_mono_us() - w->flushed_us > JOB_MAX_BATCH_MS * 1000))
			(void)turn(w, NULL, NULL); // others may be waiting for what is done
	}
	lanes_ran(&w->lanes, w->hand.slot->lane.queue, n, clock_mono_us() - began_us);
	tally_cache(w->hand.slot, w->ctx.cache, &w->cache_seen);
	if (stopping(w))
		hand_back(w);
	settle_taken(w);
	alert_flush(w->db, w->ctx.mem);
}

/* ---- waiting --------------------------------------------------------------------------------- */

static bool take_hint(struct worker *w, int fd)
{
	char name[BOARD_QUEUE_NAME + 1];
	ssize_t n = fd >= 0 ? recv(fd, name, sizeof(name), MSG_DONTWAIT) : -1;

	if (n <= 0)
		return false;
	lanes_wake(&w->lanes, w->board, (struct span){ name, (size_t)n });
	return true;
}

/* SIGTERM arrives before the question, or ends the wait. */
static void wait_for_work(struct worker *w)
{
	struct epoll_event ev[2];
	sigset_t term, before;
	int n = 0;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &before);
	if (!stopping(w))
		n = epoll_pwait(w->epoll, ev, 2, WAIT_MS + (int)(quick_random() % 1000), &before);
	sigprocmask(SIG_SETMASK, &before, NULL);
	for (int i = 0; i < n; i++)
		if (take_hint(w, ev[i].data.fd))
			break; // one message, one worker
}

static int open_epoll(const struct runner *r)
{
	const int fds[] = { r->wake_fd, r->hint_in };
	int epoll = epoll_create1(EPOLL_CLOEXEC);

	for (size_t i = 0; i < 2; i++) {
		struct epoll_event ev = { .events = EPOLLIN | EPOLLEXCLUSIVE, .data.fd = fds[i] };

		if (fds[i] >= 0 && epoll_ctl(epoll, EPOLL_CTL_ADD, fds[i], &ev) != 0)
			abort();
	}
	return epoll;
}

/* ---- life ------------------------------------------------------------------------------------ */

static bool worn_out(struct worker *w)
{
	if (w->n_jobs >= JOB_RECYCLE_JOBS)
		return true;
	if (w->n_jobs < w->weigh_at)
		return false;
	w->weigh_at = w->n_jobs + MEMORY_EVERY;
	return process_resident() - w->first_size > JOB_RECYCLE_MEMORY;
}

static void set_up_signals(void)
{
	static const int ignored[] = { SIGINT, SIGHUP, SIGPIPE };
	struct sigaction term = { .sa_handler = on_term };

	process_ignore(ignored, countof(ignored));
	(void)sigaction(SIGTERM, &term, NULL);
}

/* NULL, and a line in the log, when VALKEY_URI is of no use. */
static struct cache *open_cache(const struct config *conf, struct db *d)
{
	struct cache *cache = NULL;
	struct err e = { 0 };

	if (cache_new(conf, d, &cache, &e) != 0)
		log_err(LOG_ERROR, "worker.cache", &e);
	event_tell_by(d, cache);
	return cache;
}

/* The keys were checked at start. */
static const struct envelope *open_seal(const struct config *conf)
{
	struct envelope *seal = NULL;
	struct err e = { 0 };

	if (conf->encryption_key[0] != '\0' && envelope_new(conf->encryption_key, &seal, &e) != 0)
		log_err(LOG_ERROR, "worker.seal", &e);
	return seal;
}

static void worker_open(struct worker *w, const struct runner *r, size_t slot)
{
	memset(w, 0, sizeof(*w));
	set_up_signals();
	w->run = r;
	w->board = r->shared.board;
	w->hand = hand_open(r->shared.slots[slot]);
	w->turn_mem = arena_new(TURN_ARENA);
	w->work_mem = arena_new(TURN_ARENA);
	w->db = db_new(r->conf, "podium-worker");
	alert_watch_log();
	w->epoll = open_epoll(r);
	w->ctx = (struct job_ctx){
		.mem = arena_new(JOB_ARENA), .conf = r->conf, .db = w->db, .http = http_new(r->conf)
	};
	w->ctx.cache = open_cache(r->conf, w->db);
	if (w->ctx.cache != NULL) // so that nobody waits for what a job began if it is killed
		cache_sign(w->ctx.cache, sign_of_job, w);
	w->ctx.seal = open_seal(r->conf);
	codeforces_desk_open(&w->codeforces, r->conf, w->ctx.http, w->db, w->ctx.cache, w->ctx.mem);
	w->ctx.codeforces = &w->codeforces;
	w->first_size = process_resident();
	lanes_init(&w->lanes, r->shared.fronts, (int)r->conf->job_batch, quick_random);
	if (r->conf->judge_work[0] == '\0')
		w->lanes.without = "judge";
}

static void hint(const struct worker *w, int32_t queue)
{
	const struct board_queue *q = board_queue(w->board, queue);

	if (q != NULL)
		runner_hint(w->run, span_of(q->name));
}

/* Every claim that comes back full is a reason, but idle workers take what there is at the first.
 */
static void hint_others(struct worker *w, int32_t queue)
{
	if (w->flushed_us - w->hinted_us < HINT_EVERY_US)
		return;
	w->hinted_us = w->flushed_us;
	hint(w, queue);
}

/* What this worker was told of and did not look for: the jobs that it holds may take long. */
static void hand_hints_on(struct worker *w)
{
	int32_t queue;

	while (lanes_hand_on(&w->lanes, &queue))
		hint(w, queue);
}

/* One round: claim and run, or record and wait. -1: it is not known what the worker holds. */
static int round_of_work(struct worker *w)
{
	struct lane_choice choice;
	bool wake_others = false;

	lanes_refresh(&w->lanes, w->board);
	arena_reset(w->work_mem);
	if (!lanes_pick(&w->lanes, &choice)) {
		if (turn(w, NULL, NULL) != 0)
			return -1;
		wait_for_work(w);
		return 0;
	}
	arena_reset(w->turn_mem);
	if (turn(w, &choice, &wake_others) != 0)
		return -1;
	if (wake_others)
		hint_others(w, choice.queue->id);
	if (atomic_load(&w->hand.slot->n_claims) > 0) {
		hand_hints_on(w);
		runner_step(w->run, "claimed");
		run_batch(w);
	}
	return w->unsure ? -1 : 0;
}

/* After a lost answer: the supervisor starts another worker, which is of use only once the database
 * answers again. */
static void await_database(const struct worker *w)
{
	int64_t since_us = clock_mono_us();

	while (!stopping(w) && atomic_load(&w->board->beat_us) < since_us)
		pause_ms(w, RETRY_MS / 4);
}

void worker_run(const struct runner *r, size_t slot)
{
	static struct worker w;
	enum worker_exit how = WORKER_DONE;

	worker_open(&w, r, slot);
	if (slot == 0 && kind_index(r, SPAN("judge.build")) >= 0)
		judging_introduce(&w.ctx);
	while (!stopping(&w) && !worn_out(&w)) {
		if (round_of_work(&w) != 0) {
			how = WORKER_UNSURE;
			break;
		}
	}
	if (fenced(&w))
		_exit(WORKER_FENCED);
	if (how == WORKER_DONE && turn(&w, NULL, NULL) != 0)
		how = WORKER_UNSURE;
	if (how == WORKER_UNSURE)
		await_database(&w);
	db_close(w.db);
	http_free(w.ctx.http);
	_exit(how);
}
