#include "jobs/board.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const int64_t board_bucket_us[BOARD_BUCKETS - 1] = { 1000, 5000, 10000, 50000, 100000, 500000,
	1000000, 5000000, 15000000, 60000000, 300000000 };

uint32_t claim_word(uint32_t batch, enum claim_state state)
{
	return batch << 8 | (uint32_t)state;
}

enum claim_state claim_state(uint32_t word)
{
	return (enum claim_state)(word & 0xff);
}

bool claim_move(struct slot_claim *c, uint32_t batch, enum claim_state from, enum claim_state to)
{
	uint32_t expected = claim_word(batch, from);

	return atomic_compare_exchange_strong(&c->word, &expected, claim_word(batch, to));
}

struct board_queue *board_queue(struct board *b, int32_t id)
{
	int32_t n = atomic_load(&b->n_queues);

	for (int32_t i = 0; i < n; i++)
		if (atomic_load(&b->queues[i].id) == id)
			return &b->queues[i];
	return NULL;
}

struct board_queue *board_queue_named(struct board *b, struct span name)
{
	int32_t n = atomic_load(&b->n_queues);

	for (int32_t i = 0; i < n; i++)
		if (span_is(name, b->queues[i].name))
			return &b->queues[i];
	return NULL;
}

int64_t front_pass(struct fronts *f, size_t queue, int lane, int n)
{
	return atomic_fetch_add(&f->lane[queue][lane], n);
}

void front_raise(struct fronts *f, size_t queue, int lane, int64_t seen, int64_t to)
{
	_Atomic int64_t *front = &f->lane[queue][lane];
	int64_t now = atomic_load(front);

	while (now >= seen && now < to)
		if (atomic_compare_exchange_weak(front, &now, to))
			return;
}

void front_lower(struct fronts *f, size_t queue, int lane, int64_t low)
{
	_Atomic int64_t *front = &f->lane[queue][lane];
	int64_t now = atomic_load(front);

	while (low < now)
		if (atomic_compare_exchange_weak(front, &now, low))
			return;
}

static size_t pages(size_t n)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (n + page - 1) / page * page;
}

static void *map(size_t n)
{
	void *p = mmap(NULL, pages(n), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED ? p : NULL;
}

int shared_open(size_t n_slots, struct shared *out, struct err *e)
{
	*out = (struct shared){ .board = map(sizeof(struct board)),
		.fronts = map(sizeof(struct fronts)) };
	for (; out->board != NULL && out->fronts != NULL && out->n_slots < n_slots;
		out->n_slots++) {
		out->slots[out->n_slots] = map(sizeof(struct slot));
		if (out->slots[out->n_slots] == NULL)
			break;
	}
	if (out->n_slots == n_slots)
		return 0;
	err_set(e, ERR_INTERNAL, "could not share memory with the workers");
	return err_detail(e, "%s", err_reason(errno));
}

void shared_keep(struct shared *s, size_t own)
{
	for (size_t i = 0; i < s->n_slots; i++) {
		if (i == own)
			continue;
		munmap(s->slots[i], pages(sizeof(struct slot)));
		s->slots[i] = NULL;
	}
	mprotect(s->board, pages(sizeof(struct board)), PROT_READ);
}
