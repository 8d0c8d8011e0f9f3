#include "jobs/hand.h"

struct hand hand_open(struct slot *slot)
{
	return (struct hand){ slot, { slot->runner, slot->worker }, atomic_load(&slot->batch) };
}

struct job_hold hand_hold(const struct hand *h)
{
	return (struct job_hold){ h->who, h->slot->lane, h->slot->limited, h->slot->keyed };
}

size_t hand_take(struct hand *h, enum claim_state from, enum claim_state to, int64_t *ids)
{
	uint32_t n = atomic_load(&h->slot->n_claims);
	size_t found = 0;

	for (uint32_t i = 0; i < n; i++) {
		struct slot_claim *c = &h->slot->claims[i];

		if (claim_move(c, h->batch, from, to))
			ids[found++] = c->id;
	}
	return found;
}

void hand_drop(struct hand *h, enum claim_state state)
{
	uint32_t n = atomic_load(&h->slot->n_claims);

	for (uint32_t i = 0; i < n; i++)
		claim_move(&h->slot->claims[i], h->batch, state, CLAIM_GONE);
}

void hand_adopt(struct hand *h, const struct job_turn *t)
{
	struct slot *s = h->slot;

	h->batch = (h->batch + 1) & 0xffffff;
	atomic_store(&s->n_claims, 0);
	s->lane = t->got;
	s->limited = t->limited;
	s->keyed = false;
	for (size_t i = 0; i < t->n_jobs; i++) {
		s->keyed |= t->jobs[i].keyed;
		s->claims[i].id = t->jobs[i].id;
		s->claims[i].attempt = t->jobs[i].attempt;
		atomic_store(&s->claims[i].word, claim_word(h->batch, CLAIM_HELD));
	}
	atomic_store(&s->batch, h->batch);
	atomic_store(&s->n_claims, (uint32_t)t->n_jobs);
}
