/*
 * Each address has one number: the moment at which its requests will have come back. A request
 * moves it on by the time that one takes to come back; further ahead than the whole window it must
 * not be. A moment in the past is an address that has not asked lately, whose place is free.
 */
#include "fcgi/flow.h"

#include <stddef.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "os/rnd.h"

#define WINDOW_US ((int64_t)FLOW_WINDOW_S * 1000000)
#define PROBES    8

struct slot {
	uint64_t key;    // hash of the address; 0: none yet
	int64_t full_us; // when all of its requests will have come back
};

struct table {
	uint64_t seed;
	struct slot slots[FLOW_SLOTS];
};

static struct table *table;

int flow_open(struct err *e)
{
	void *p = mmap(NULL, sizeof(struct table), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return err_set(e, ERR_INTERNAL, "could not get memory to count requests");
	table = p;
	table->seed = rnd_u64();
	return 0;
}

bool flow_is_open(void)
{
	return table != NULL;
}

static uint64_t mix(uint64_t z)
{
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static uint64_t key_of(struct span address)
{
	uint64_t h = table->seed;

	for (size_t i = 0; i < address.n; i++)
		h = mix(h + 0x9e3779b97f4a7c15 + (unsigned char)address.p[i]);
	return h | 1;
}

/* The address's own slot, or one whose address has not asked lately; NULL when all near it are
 * busy.
 */
static struct slot *find(uint64_t key, int64_t now_us)
{
	struct slot *idle = NULL;

	for (size_t i = 0; i < PROBES; i++) {
		struct slot *s = &table->slots[(key + i) % FLOW_SLOTS];

		if (__atomic_load_n(&s->key, __ATOMIC_RELAXED) == key)
			return s;
		if (idle == NULL && __atomic_load_n(&s->full_us, __ATOMIC_RELAXED) <= now_us)
			idle = s;
	}
	// two that take it at once: one of them is counted from its next request on
	if (idle != NULL)
		__atomic_store_n(&idle->key, key, __ATOMIC_RELAXED);
	return idle;
}

int flow_take(struct span address, int limit, int64_t now_us)
{
	int64_t step = limit > 0 ? WINDOW_US / limit : 0;
	struct slot *s = table != NULL && step > 0 ? find(key_of(address), now_us) : NULL;
	int64_t was;
	int64_t full;

	if (s == NULL)
		return 0;
	was = __atomic_load_n(&s->full_us, __ATOMIC_RELAXED);
	do {
		// a clock that was set back makes nobody wait for longer than a window
		full = was < now_us || was > now_us + 2 * WINDOW_US ? now_us : was;
		if (full + step > now_us + WINDOW_US)
			return (int)((full + step - now_us - WINDOW_US + 999999) / 1000000);
	} while (!__atomic_compare_exchange_n(
		&s->full_us, &was, full + step, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	return 0;
}
