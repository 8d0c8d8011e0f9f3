#ifndef JOBS_BOARD_H
#define JOBS_BOARD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/limits.h"
#include "model/job_run.h"

/*
 * The memory that a supervisor shares with its steward and its workers. The board tells what is
 * true for all of them; supervisor and steward write it, workers may only read it. Each worker has
 * a slot of its own, and after the fork no worker can reach another's: whatever a worker writes,
 * it can harm only itself. The fronts are for all to write: a wrong one delays jobs until the
 * steward's next look.
 */

enum {
	BOARD_BUCKETS = 12, // of the histogram of durations; the last one has no upper bound
	BOARD_KIND_NAME = 64,
	BOARD_QUEUE_NAME = 40
};
extern const int64_t board_bucket_us[BOARD_BUCKETS - 1];

/* ---- one worker's slot ----------------------------------------------------------------------- */

enum slot_state {
	SLOT_FREE,
	SLOT_LIVE, // a worker runs
	SLOT_WRECK // its worker is dead; the steward settles what it left
};

/*
 * A claim's course. The worker moves it on, but the steward may take over a claim of a living
 * worker that is busy with another job (to give it back or to finish it), so every step is a
 * compare-and-swap of state and batch number together.
 */
enum claim_state {
	CLAIM_NONE,
	CLAIM_HELD,       // claimed, not begun
	CLAIM_RUNNING,    // its function runs, or its failure is being recorded
	CLAIM_DONE,       // succeeded, not yet recorded
	CLAIM_SENT,       // being recorded by the worker
	CLAIM_TAKEN_HELD, // taken over by the steward, to be handed back
	CLAIM_TAKEN_DONE, // taken over by the steward, to be recorded
	CLAIM_GONE        // settled
};

struct slot_claim {
	int64_t id;
	int32_t attempt;
	_Atomic uint32_t word; // batch number << 8 | enum claim_state
};

struct slot_kind {
	_Atomic uint64_t done;
	_Atomic uint64_t failed; // runs that failed, final or not
	_Atomic uint64_t dead;
	_Atomic uint64_t sum_us;
	_Atomic uint64_t bucket[BOARD_BUCKETS];
};

enum slot_redis {
	SLOT_REDIS_UNSET, // none is configured, or no job has asked yet
	SLOT_REDIS_UP,
	SLOT_REDIS_DOWN
};

struct slot_queue {
	_Atomic int32_t id; // of job_queue; 0: unused
	_Atomic uint64_t ok;
	_Atomic uint64_t failed; // for reasons that may pass: what the breaker counts
};

struct slot {
	_Atomic int state;
	int32_t runner;
	int32_t worker;

	_Atomic uint32_t batch; // number of the batch below
	_Atomic uint32_t n_claims;
	struct job_lane lane;
	bool limited;
	bool keyed; // one of the batch has a dedup key
	struct slot_claim claims[JOB_MAX_BATCH];

	_Atomic int64_t job; // the running one; 0: none
	_Atomic int64_t started_us;
	_Atomic int64_t deadline_us; // INT64_MAX: none. Written last when a job begins
	_Atomic int kind;            // index in the table of kinds, -1: unknown

	/* Written by the supervisor when the worker has died. */
	char death[120];
	bool innocent; // killed for the runner's sake: the attempt does not count

	/* Counters are never set back; they outlive the slot's workers. */
	_Atomic uint64_t jobs;
	_Atomic uint64_t claim_calls;
	_Atomic uint64_t refused; // answers that came too late and changed nothing
	_Atomic uint64_t cache_hits;
	_Atomic uint64_t cache_misses;
	_Atomic int redis;       // enum slot_redis, as the worker saw it last
	_Atomic int connections; // to PostgreSQL, that the worker held after its last turn
	struct slot_kind kinds[JOB_MAX_KINDS];
	struct slot_queue queues[JOB_MAX_QUEUES];
};

/* A word and its parts. */
uint32_t claim_word(uint32_t batch, enum claim_state state);
enum claim_state claim_state(uint32_t word);
/* False if it is not in that state and batch any more. */
bool claim_move(struct slot_claim *c, uint32_t batch, enum claim_state from, enum claim_state to);

/* ---- the board ------------------------------------------------------------------------------- */

struct board_lane {
	_Atomic bool ready;
	_Atomic int64_t age_ms;
};

struct board_queue {
	_Atomic int32_t id;              // 0: unused. Entries are only ever added
	char name[BOARD_QUEUE_NAME + 1]; // set before id
	_Atomic int32_t weight;
	_Atomic bool limited;
	_Atomic bool paused;
	_Atomic bool tripped; // the circuit breaker is not closed
	struct board_lane lanes[JOB_LANES];
	_Atomic int64_t depth; // for metrics
	_Atomic int64_t later;
	_Atomic int64_t dead;
};

struct board {
	_Atomic int32_t runner;  // 0: not registered, no worker may run
	_Atomic int64_t beat_us; // monotonic: when the last answered beat was sent
	_Atomic int32_t newest;  // number of the youngest worker
	_Atomic bool draining;   // claim nothing, end after the running job
	_Atomic bool closing;    // all workers are gone: the steward leaves
	_Atomic bool database_up;
	_Atomic bool deaf;          // NOTIFY does not arrive here
	_Atomic uint64_t restarts;  // of workers that died
	_Atomic uint64_t deadlines; // kills
	_Atomic uint64_t reaped;    // jobs taken over from silent runners
	_Atomic uint64_t promoted;
	_Atomic uint64_t steward_restarts;
	_Atomic uint32_t look_seq; // grows with every look at the queues
	_Atomic int32_t n_queues;
	struct board_queue queues[JOB_MAX_QUEUES];
};

/* Entry of the queue, NULL if there is none (yet). */
struct board_queue *board_queue(struct board *b, int32_t id);
struct board_queue *board_queue_named(struct board *b, struct span name);

/* ---- the fronts ------------------------------------------------------------------------------ */

/*
 * Behind which id each lane was claimed last by any worker: the next claim looks no further back.
 * It does not only save visits of rows that are gone. Whoever visits a row whose claim is being
 * committed at that moment locks its new version before seeing that it is taken, and its holder
 * cannot finish it until the visitor has committed.
 */
struct fronts {
	_Atomic int64_t lane[JOB_MAX_QUEUES][JOB_LANES]; // by the queue's place on the board

	/* Of a limited queue: somebody was told of work there and found none, or no room for it.
	 * The next whose job there ends looks into all its lanes. */
	_Atomic bool sought[JOB_MAX_QUEUES];
};

/* The front, which is moved on by n: whoever asks next begins behind what n jobs of this claim will
 * likely be. */
int64_t front_pass(struct fronts *f, size_t queue, int lane, int n);

/* A claim that began at `seen` went as far as `to`; nothing if the front was lowered meanwhile. */
void front_raise(struct fronts *f, size_t queue, int lane, int64_t seen, int64_t to);

/* There are jobs from `low` on. */
void front_lower(struct fronts *f, size_t queue, int lane, int64_t low);

/* ---- mapping --------------------------------------------------------------------------------- */

struct shared {
	struct board *board;
	struct fronts *fronts;
	struct slot *slots[2 * JOB_MAX_WORKERS];
	size_t n_slots;
};

/* ERR_INTERNAL if there is no memory. */
int shared_open(size_t n_slots, struct shared *out, struct err *e) ATTR_MUST_USE;

/* In a worker after the fork: the board becomes read-only, the other slots disappear. */
void shared_keep(struct shared *s, size_t own);

#endif
