/*
 * The steward does a runner's talking to the database, so that the supervisor, which watches
 * processes and deadlines, never waits for a server: it registers the runner and lets its heart
 * beat, settles what dead workers left, looks for ready and due jobs, lets the clock's jobs fire,
 * takes over from runners that fell silent, and keeps the circuit breakers.
 *
 * Looking for ready jobs once a second is the truth on which everything rests; hints (datagrams,
 * NOTIFY) only make it quicker. A look starts at the front of each lane, so it also finds rows that
 * were committed late, behind the floors the workers remember. It costs more while an old snapshot
 * keeps dead rows in front; so the next look waits at least LOOK_SHARE times as long as this one
 * took.
 *
 * If the steward dies the supervisor starts another: all it needs is in the shared memory.
 */
#include "jobs/steward.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "db/db.h"
#include "jobs/breaker.h"
#include "jobs/settle.h"
#include "model/alert.h"
#include "model/cron.h"
#include "model/job_admin.h"
#include "model/job_runner.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/log.h"
#include "os/page_copy.h"
#include "os/process.h"

#define SECOND           INT64_C(1000000)
#define ARENA            (64 * 1024 * 1024)
#define LOOK_SHARE       50
#define BEAT_RETRY_US    (SECOND / 4)
#define REAP_EVERY_US    (SECOND / 2)
#define PROMOTE_MOST_US  SECOND // new rows may be due before what was next
#define FLOOR_RESET_US   (10 * SECOND)
#define CRON_MOST_US     (5 * SECOND) // an operator may have changed a row
#define DEPTH_EVERY_US   (5 * SECOND)
#define TEND_EVERY_US    (3600 * SECOND)
#define SWEEP_EVERY_US   (60 * SECOND)
#define OUTCOME_EVERY_US SECOND
#define SETTLE_EVERY_US  (SECOND / 5)
#define LEAVE_TRIES      10

/* After a worker's death its last claim may still be on its way to a commit. */
static const int64_t sweep_after_us[] = { 0, SECOND, 5 * SECOND, 20 * SECOND };

struct steward {
	const struct runner *run;
	struct board *board;
	struct db *db;
	struct db_listener *listener;
	int epoll;
	struct arena *mem;
	int32_t runner;
	int32_t old_runner; // to be left when none of its workers lives
	int64_t beat_at, look_at, reap_at, promote_at, cron_at, depth_at, tend_at, stray_at,
		outcome_at, floor_reset_at, settle_at, evict_at;
	int64_t sweep_at[countof(sweep_after_us)]; // 0: none
	int64_t promote_floor_us;
	struct breaker breakers[JOB_MAX_QUEUES];
};

static void news(const struct steward *s)
{
	uint64_t one = 1;

	(void)!write(s->run->news_fd, &one, sizeof(one));
}

static bool trouble(struct steward *s, const char *event, const struct err *e)
{
	if (atomic_exchange(&s->board->database_up, false) || e->kind != ERR_TEMPORARY)
		log_err(LOG_WARN, event, e);
	return false;
}

/* ---- the runner's row ------------------------------------------------------------------------ */

static bool old_lives(const struct steward *s)
{
	for (size_t i = 0; i < s->run->shared.n_slots; i++) {
		const struct slot *slot = s->run->shared.slots[i];

		if (atomic_load(&slot->state) != SLOT_FREE && slot->runner == s->old_runner)
			return true;
	}
	return false;
}

/* Jobs that are ready again: tell the workers where to look. */
static void announce(struct steward *s, const struct job_backs *backs)
{
	for (size_t i = 0; i < backs->n; i++) {
		struct board_queue *q = board_queue(s->board, backs->v[i].lane.queue);
		struct board_lane *lane;

		if (q == NULL)
			continue; // the next look enters it
		lane = &q->lanes[job_priority_lane(backs->v[i].lane.priority)];
		front_lower(s->run->shared.fronts, (size_t)(q - s->board->queues),
			job_priority_lane(backs->v[i].lane.priority), backs->v[i].low);
		atomic_store(&lane->ready, true);
		atomic_fetch_add(&s->board->look_seq, 1);
		runner_hint(s->run, span_of(q->name));
	}
}

static size_t backs_count(const struct job_backs *backs)
{
	size_t n = 0;

	for (size_t i = 0; i < backs->n; i++)
		n += backs->v[i].n;
	return n;
}

static void enlist(struct steward *s)
{
	char host[256] = "";
	struct job_runner me = {
		.host = host, .pid = (int)getppid(), .workers = (int)s->run->conf->job_workers
	};
	struct err e = { 0 };
	int64_t sent_us = clock_mono_us();

	gethostname(host, sizeof(host) - 1);
	if (job_setup(s->db, s->mem, &e) != 0 || job_runner_add(s->db, s->mem, &me, &e) != 0) {
		trouble(s, "runner.register", &e);
		s->beat_at = clock_mono_us() + BEAT_RETRY_US;
		return;
	}
	s->runner = me.id;
	log_event(LOG_INFO, "runner.registered", LOG_NUMBER("runner", s->runner));
	atomic_store(&s->board->database_up, true);
	atomic_store(&s->board->beat_us, sent_us);
	atomic_store(&s->board->runner, s->runner);
	s->beat_at = sent_us + RUNNER_BEAT_S * SECOND;
	news(s);
}

static void given_up(struct steward *s, const char *why)
{
	log_event(LOG_ERROR, "runner.given_up", LOG_NUMBER("runner", s->runner),
		LOG_TEXT("why", why));
	s->old_runner = s->runner;
	s->runner = 0;
	atomic_store(&s->board->runner, 0);
	s->beat_at = 0;
	news(s);
}

static void leave_old(struct steward *s)
{
	struct job_backs backs;
	struct err e = { 0 };

	if (s->old_runner == 0 || old_lives(s))
		return;
	if (job_runner_leave(s->db, s->mem, s->old_runner, &backs, &e) != 0) {
		trouble(s, "runner.leave", &e);
		return;
	}
	s->old_runner = 0;
	announce(s, &backs);
}

static void beat(struct steward *s)
{
	int64_t sent_us = clock_mono_us();
	struct err e = { 0 };
	bool alive = false;

	if (s->runner != 0 && atomic_load(&s->board->runner) != s->runner) {
		given_up(s, "it could not reach the database in time");
		return;
	}
	leave_old(s);
	if (s->runner == 0) {
		if (!atomic_load(&s->board->draining))
			enlist(s);
		return;
	}
	runner_step(s->run, "beating");
	if (job_runner_beat(
		    s->db, s->mem, s->runner, atomic_load(&s->board->draining), &alive, &e) != 0) {
		trouble(s, "runner.beat", &e);
		s->beat_at = clock_mono_us() + BEAT_RETRY_US;
		return;
	}
	if (!atomic_exchange(&s->board->database_up, true))
		log_event(LOG_INFO, "runner.database_back");
	if (!alive) {
		given_up(s, "others took its silence for its end");
		return;
	}
	atomic_store(&s->board->beat_us, sent_us);
	s->beat_at = sent_us + RUNNER_BEAT_S * SECOND;
}

/* ---- what workers left ----------------------------------------------------------------------- */

static void plan_sweeps(struct steward *s, int64_t now_us)
{
	for (size_t i = 0; i < countof(sweep_after_us); i++)
		s->sweep_at[i] = now_us + sweep_after_us[i];
}

static void settle(struct steward *s)
{
	int64_t now_us = clock_mono_us();

	s->settle_at = now_us + SETTLE_EVERY_US;
	for (size_t i = 0; i < s->run->shared.n_slots; i++) {
		struct slot *slot = s->run->shared.slots[i];
		int state = atomic_load(&slot->state);

		if (state == SLOT_WRECK && settle_wreck(s->run, s->db, s->mem, slot)) {
			plan_sweeps(s, now_us);
			s->look_at = 0;
			news(s);
		}
		if (state == SLOT_LIVE && settle_relief(s->run, s->db, s->mem, slot))
			s->look_at = 0;
	}
}

static void sweep(struct steward *s)
{
	int64_t live[2 * JOB_MAX_WORKERS];
	int32_t newest = atomic_load(&s->board->newest);
	struct job_crew crew = { .runner = s->runner, .newest = newest, .live = live };
	struct job_backs backs;
	struct err e = { 0 };

	if (s->runner == 0)
		return;
	for (size_t i = 0; i < s->run->shared.n_slots; i++) {
		const struct slot *slot = s->run->shared.slots[i];

		if (atomic_load(&slot->state) != SLOT_FREE)
			live[crew.n_live++] = slot->worker;
	}
	if (job_return_lost(s->db, s->mem, &crew, &backs, &e) != 0) {
		trouble(s, "runner.sweep", &e);
		return;
	}
	if (backs.n > 0)
		log_event(LOG_INFO, "runner.swept",
			LOG_NUMBER("jobs", (long long)backs_count(&backs)));
	announce(s, &backs);
}

static void sweeps(struct steward *s, int64_t now_us)
{
	bool due = false;

	for (size_t i = 0; i < countof(s->sweep_at); i++) {
		if (s->sweep_at[i] == 0 || s->sweep_at[i] > now_us)
			continue;
		s->sweep_at[i] = 0;
		due = true;
	}
	if (due)
		sweep(s);
}

static void strays(struct steward *s)
{
	struct job_backs backs;
	struct err e = { 0 };

	s->stray_at = clock_mono_us() + SWEEP_EVERY_US;
	sweep(s);
	if (job_return_strays(s->db, s->mem, &backs, &e) != 0) {
		trouble(s, "runner.strays", &e);
		return;
	}
	announce(s, &backs);
}

static void reap(struct steward *s)
{
	struct job_backs backs;
	struct err e = { 0 };

	s->reap_at = clock_mono_us() + REAP_EVERY_US;
	if (job_runner_reap(s->db, s->mem, &backs, &e) != 0) {
		trouble(s, "runner.reap", &e);
		return;
	}
	if (backs.n > 0) {
		log_event(LOG_WARN, "runner.took_over",
			LOG_NUMBER("jobs", (long long)backs_count(&backs)));
		atomic_fetch_add(&s->board->reaped, backs_count(&backs));
	}
	announce(s, &backs);
}

/* ---- what is ready --------------------------------------------------------------------------- */

static struct board_queue *enter(struct board *b, const struct job_look *look)
{
	struct board_queue *q = board_queue(b, look->id);
	int32_t n = atomic_load(&b->n_queues);

	if (q != NULL || n == JOB_MAX_QUEUES)
		return q;
	q = &b->queues[n];
	snprintf(q->name, sizeof(q->name), SPAN_FMT, SPAN_ARG(look->name));
	atomic_store(&q->id, look->id);
	atomic_store(&b->n_queues, n + 1);
	return q;
}

static void show(struct steward *s, const struct job_look *look)
{
	struct board_queue *q = enter(s->board, look);
	bool any = false;

	if (q == NULL)
		return;
	atomic_store(&q->weight, look->weight);
	atomic_store(&q->limited, look->limited);
	atomic_store(&q->tripped, look->tripped);
	atomic_store(&q->paused, look->paused);
	for (int i = 0; i < JOB_LANES; i++) {
		if (look->ready[i])
			front_lower(s->run->shared.fronts, (size_t)(q - s->board->queues), i,
				look->low[i]);
		atomic_store(&q->lanes[i].age_ms, look->age_ms[i]);
		atomic_store(&q->lanes[i].ready, look->ready[i]);
		any |= look->ready[i];
	}
	if (any && !look->paused)
		runner_hint(s->run, span_of(q->name));
}

static void look(struct steward *s)
{
	int64_t began_us = clock_mono_us(), took_us;
	int64_t every_us =
		(atomic_load(&s->board->deaf) ? JOB_POLL_DEAF_MS : JOB_POLL_MS) * INT64_C(1000);
	struct job_look *looks;
	struct err e = { 0 };
	size_t n;

	if (job_look(s->db, s->mem, &looks, &n, &e) != 0) {
		trouble(s, "runner.look", &e);
		s->look_at = began_us + SECOND;
		return;
	}
	took_us = clock_mono_us() - began_us;
	s->look_at = began_us + (took_us * LOOK_SHARE > every_us ? took_us * LOOK_SHARE : every_us);
	for (size_t i = 0; i < n; i++)
		show(s, &looks[i]);
	atomic_fetch_add(&s->board->look_seq, 1);
}

static void promote(struct steward *s)
{
	int64_t now_us = clock_mono_us(), next_ms;
	struct job_backs backs;
	struct err e = { 0 };

	if (now_us >= s->floor_reset_at) {
		s->promote_floor_us = 0;
		s->floor_reset_at = now_us + FLOOR_RESET_US;
	}
	s->promote_at = now_us + PROMOTE_MOST_US;
	if (job_promote(s->db, s->mem, &s->promote_floor_us, &backs, &next_ms, &e) != 0) {
		trouble(s, "runner.promote", &e);
		return;
	}
	if (next_ms >= 0 && next_ms * 1000 < PROMOTE_MOST_US)
		s->promote_at = now_us + next_ms * 1000;
	atomic_fetch_add(&s->board->promoted, backs_count(&backs));
	announce(s, &backs);
}

static void woken(void *ctx, const char *queue)
{
	const struct steward *s = ctx;

	runner_hint(s->run, span_of(queue));
}

static void cron(struct steward *s)
{
	int64_t next_ms = -1;
	struct err e = { 0 };

	s->cron_at = clock_mono_us() + CRON_MOST_US;
	if (cron_tick(s->db, s->mem, &next_ms, woken, s, &e) != 0) {
		trouble(s, "runner.cron", &e);
		s->cron_at = clock_mono_us() + SECOND;
		return;
	}
	if (next_ms >= 0 && next_ms * 1000 < CRON_MOST_US)
		s->cron_at = clock_mono_us() + next_ms * 1000;
}

static void outcomes(struct steward *s)
{
	int32_t n = atomic_load(&s->board->n_queues);

	s->outcome_at = clock_mono_us() + OUTCOME_EVERY_US;
	for (int32_t i = 0; i < n; i++) {
		struct err e = { 0 };

		if (breaker_tell(&s->breakers[i], s->run, s->db, s->mem, &s->board->queues[i], &e))
			s->look_at = 0;
		if (e.kind != ERR_NONE)
			trouble(s, "runner.breaker", &e);
	}
}

/* ---- numbers and partitions ------------------------------------------------------------------ */

static void depth(struct steward *s)
{
	int64_t began_us = clock_mono_us(), took_us;
	struct job_depth *d;
	struct err e = { 0 };
	size_t n;

	s->depth_at = began_us + DEPTH_EVERY_US;
	if (job_depth(s->db, s->mem, &d, &n, &e) != 0) {
		trouble(s, "runner.depth", &e);
		return;
	}
	took_us = clock_mono_us() - began_us;
	if (took_us * LOOK_SHARE > DEPTH_EVERY_US)
		s->depth_at = began_us + took_us * LOOK_SHARE;
	for (size_t i = 0; i < n; i++) {
		struct board_queue *q = board_queue(s->board, d[i].id);

		if (q == NULL)
			continue;
		atomic_store(&q->depth, d[i].ready);
		atomic_store(&q->later, d[i].later);
		atomic_store(&q->dead, d[i].dead);
	}
}

static void tend(struct steward *s)
{
	struct err e = { 0 };

	s->tend_at = clock_mono_us() + TEND_EVERY_US;
	if (job_done_tend(s->db, s->mem, (int)s->run->conf->done_keep_days, &e) != 0)
		trouble(s, "runner.tend", &e);
}

/* Apache sends a copy of a page for as long as it is there: where podium-web was killed, or runs
 * without its own supervisor, nobody else takes the old ones away. */
static void evict_copies(struct steward *s)
{
	int64_t now_us = clock_mono_us();

	if (now_us < s->evict_at)
		return;
	s->evict_at = now_us + PAGE_COPY_LOOK_S * SECOND;
	page_copy_evict_old(s->run->conf->page_dir);
}

/* ---- hints from other hosts ------------------------------------------------------------------ */

static void hear(struct steward *s)
{
	struct span queue;
	int fd;

	while (db_listener_next(s->listener, s->mem, &queue))
		runner_hint(s->run, queue);
	fd = db_listener_fd(s->listener);
	atomic_store(&s->board->deaf, fd < 0);
	if (fd >= 0) { // again each time: a new connection may have the old one's number
		struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

		(void)epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &ev);
	}
}

/* ---- life ------------------------------------------------------------------------------------ */

static int64_t earliest(const struct steward *s)
{
	const int64_t at[] = { s->beat_at, s->look_at, s->reap_at, s->promote_at, s->cron_at,
		s->depth_at, s->tend_at, s->stray_at, s->outcome_at, s->settle_at, s->evict_at };
	int64_t first = at[0];

	for (size_t i = 1; i < countof(at); i++)
		if (at[i] < first)
			first = at[i];
	for (size_t i = 0; i < countof(s->sweep_at); i++)
		if (s->sweep_at[i] != 0 && s->sweep_at[i] < first)
			first = s->sweep_at[i];
	return first;
}

static void wait_for_event(struct steward *s)
{
	int64_t left_us = earliest(s) - clock_mono_us();
	struct epoll_event ev[4];
	uint64_t n;

	if (left_us < 0)
		left_us = 0;
	if (left_us > SECOND)
		left_us = SECOND;
	(void)epoll_wait(s->epoll, ev, 4, (int)((left_us + 999) / 1000));
	(void)!read(s->run->wreck_fd, &n, sizeof(n));
}

static void steward_open(struct steward *s, const struct runner *r)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = r->wreck_fd };

	memset(s, 0, sizeof(*s));
	s->run = r;
	s->board = r->shared.board;
	s->runner = atomic_load(&s->board->runner);
	s->mem = arena_new(ARENA);
	s->db = db_new(r->conf, "podium-steward");
	alert_watch_log();
	s->listener = db_listen(r->conf, "podium_job");
	s->stray_at = clock_mono_us() + SWEEP_EVERY_US;
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	(void)epoll_ctl(s->epoll, EPOLL_CTL_ADD, r->wreck_fd, &ev);
	if (s->runner != 0)
		plan_sweeps(s, clock_mono_us());
}

static void duties(struct steward *s)
{
	int64_t now_us = clock_mono_us();

	hear(s);
	settle(s);
	evict_copies(s);
	if (now_us >= s->beat_at || atomic_load(&s->board->runner) != s->runner)
		beat(s);
	if (!atomic_load(&s->board->database_up))
		return; // the beat, which is due soon, says when it is back
	sweeps(s, now_us);
	if (now_us >= s->promote_at)
		promote(s);
	if (now_us >= s->look_at)
		look(s);
	if (now_us >= s->cron_at && !atomic_load(&s->board->draining))
		cron(s);
	if (now_us >= s->reap_at)
		reap(s);
	if (now_us >= s->outcome_at)
		outcomes(s);
	if (now_us >= s->stray_at)
		strays(s);
	if (now_us >= s->depth_at)
		depth(s);
	if (now_us >= s->tend_at)
		tend(s);
}

void steward_run(const struct runner *r)
{
	static const int ignored[] = { SIGTERM, SIGINT, SIGHUP, SIGPIPE };
	static struct steward s;
	struct job_backs backs;
	struct err e = { 0 };

	process_ignore(ignored, countof(ignored));
	steward_open(&s, r);
	while (!atomic_load(&s.board->closing)) {
		duties(&s);
		alert_flush(s.db, s.mem);
		arena_reset(s.mem);
		wait_for_event(&s);
	}
	settle(&s);
	for (int i = 0; i < LEAVE_TRIES && s.runner != 0; i++) {
		if (job_runner_leave(s.db, s.mem, s.runner, &backs, &e) == 0)
			break;
		e = (struct err){ 0 };
		usleep(BEAT_RETRY_US);
	}
	db_listener_close(s.listener);
	db_close(s.db);
	_exit(0);
}
