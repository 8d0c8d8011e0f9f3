#include "jobs/tally.h"

#include "net/redis.h"

static struct slot_queue *queue_counters(struct slot *s, int16_t queue)
{
	for (size_t i = 0; i < JOB_MAX_QUEUES; i++) {
		int32_t id = atomic_load(&s->queues[i].id);

		if (id == 0)
			atomic_store(&s->queues[i].id, queue);
		if (id == 0 || id == queue)
			return &s->queues[i];
	}
	return &s->queues[JOB_MAX_QUEUES - 1];
}

bool tally_may_pass(const struct err *e)
{
	return e->kind == ERR_TEMPORARY || e->kind == ERR_LIMIT;
}

void tally_job(struct slot *s, int kind, int64_t took_us, const struct err *e)
{
	struct slot_queue *q = queue_counters(s, s->lane.queue);
	struct slot_kind *k = kind >= 0 ? &s->kinds[kind] : NULL;
	int bucket = 0;

	atomic_fetch_add(&s->jobs, 1);
	if (e->kind == ERR_NONE)
		atomic_fetch_add(&q->ok, 1);
	else if (tally_may_pass(e))
		atomic_fetch_add(&q->failed, 1);
	if (k == NULL)
		return;
	while (bucket < BOARD_BUCKETS - 1 && took_us > board_bucket_us[bucket])
		bucket++;
	atomic_fetch_add(&k->bucket[bucket], 1);
	atomic_fetch_add(&k->sum_us, (uint64_t)took_us);
	atomic_fetch_add(e->kind == ERR_NONE ? &k->done : &k->failed, 1);
}

void tally_cache(struct slot *s, const struct cache *cache, struct cache_stats *seen)
{
	struct cache_stats now;
	struct redis_health redis;

	if (cache == NULL)
		return;
	now = cache_stats(cache);
	atomic_fetch_add(
		&s->cache_hits, (uint64_t)(now.local + now.hits - seen->local - seen->hits));
	atomic_fetch_add(&s->cache_misses, (uint64_t)(now.misses - seen->misses));
	*seen = now;
	cache_health(cache, &redis);
	if (redis.configured)
		atomic_store(&s->redis, redis.up ? SLOT_REDIS_UP : SLOT_REDIS_DOWN);
}
