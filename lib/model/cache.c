/*
 * Three layers: this process's memory, Redis, table cache. Each key has one slot in memory that it
 * shares with others; the later one wins.
 *
 * While Redis is away its values grow old there: what is set or deleted now does not reach it. So
 * every write during that time leaves a row in the table (a deletion one without a value), and
 * before this process asks Redis again it deletes there all keys that the table holds. Every
 * process does so when it finds Redis again and once when it begins, and cache_maintain does it for
 * those that ended; until then a process that never lost Redis may see an old value.
 */
#include "model/cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/limits.h"
#include "db/db.h"
#include "os/clock.h"
#include "os/log.h"
#include "os/rnd.h"

#define SETTLE_BATCH 200
#define OWN_ARENA    (1024 * 1024)
#define SEVERAL      8 // in one round trip

struct slot {
	char *data; // key, then value
	size_t key_n;
	size_t value_n;
	int64_t until_us;
};

struct cache {
	struct redis *redis; // NULL: none configured
	struct db *db;
	struct arena *mem;               // for statements that give nothing to the caller
	bool unsettled;                  // the table may hold keys that are old in Redis
	const char *(*sign)(void *data); // who takes locks; NULL: they do not tell
	void *sign_data;
	struct cache_stats stats;
	struct slot slots[CACHE_SLOTS];
};

int cache_new(const struct config *conf, struct db *d, struct cache **out, struct err *e)
{
	struct cache *c = calloc(1, sizeof(*c));

	*out = NULL;
	if (c == NULL)
		return err_set(e, ERR_TEMPORARY, "out of memory");
	if (redis_new(conf, &c->redis, e) != 0) {
		free(c);
		return -1;
	}
	c->db = d;
	c->unsettled = c->redis != NULL; // a process before this one may have left something
	*out = c;
	return 0;
}

void cache_free(struct cache *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < CACHE_SLOTS; i++)
		free(c->slots[i].data);
	redis_free(c->redis);
	arena_free(c->mem);
	free(c);
}

struct redis *cache_redis(struct cache *c)
{
	return c->redis;
}

struct db *cache_db(struct cache *c)
{
	return c->db;
}

struct cache_stats cache_stats(const struct cache *c)
{
	return c->stats;
}

void cache_health(const struct cache *c, struct redis_health *out)
{
	redis_health(c->redis, out);
}

/* An arena for the length of one call. */
static struct arena *own_arena(struct cache *c)
{
	if (c->mem == NULL)
		c->mem = arena_new(OWN_ARENA);
	arena_reset(c->mem);
	return c->mem;
}

static int check_key(struct span key, struct err *e)
{
	if (key.n == 0 || key.n > CACHE_MAX_KEY)
		return err_set(e, ERR_LIMIT, "a cache key has 1 to %d bytes", CACHE_MAX_KEY);
	return 0;
}

/* ---- this process's memory ---- */

static struct slot *slot_of(struct cache *c, struct span key)
{
	uint64_t hash = UINT64_C(14695981039346656037); // FNV-1a

	for (size_t i = 0; i < key.n; i++)
		hash = (hash ^ (unsigned char)key.p[i]) * UINT64_C(1099511628211);
	return &c->slots[(hash ^ hash >> 32) % CACHE_SLOTS];
}

static bool slot_holds(const struct slot *s, struct span key)
{
	return s->data != NULL && span_eq((struct span){ s->data, s->key_n }, key);
}

static void forget(struct cache *c, struct span key)
{
	struct slot *s = slot_of(c, key);

	if (!slot_holds(s, key))
		return;
	free(s->data);
	*s = (struct slot){ 0 };
}

static void remember(struct cache *c, struct span key, struct span value)
{
	struct slot *s = slot_of(c, key);
	char *data;

	forget(c, key);
	if (value.n > CACHE_MAX_LOCAL)
		return;
	data = realloc(s->data, key.n + value.n);
	if (data == NULL)
		return;
	memcpy(data, key.p, key.n);
	if (value.n > 0)
		memcpy(data + key.n, value.p, value.n);
	*s = (struct slot){ data, key.n, value.n, clock_mono_us() + CACHE_LOCAL_MS * 1000 };
}

static bool recall(struct cache *c, struct arena *m, struct span key, struct span *out)
{
	struct slot *s = slot_of(c, key);

	if (!slot_holds(s, key))
		return false;
	if (clock_mono_us() >= s->until_us) {
		forget(c, key);
		return false;
	}
	*out = arena_span(m, (struct span){ s->data + s->key_n, s->value_n });
	return true;
}

/* ---- Redis and the table ---- */

static int settle_batch(struct cache *c, size_t *n, struct err *e)
{
	struct arena *m = own_arena(c);
	struct rows rows;
	struct span *keys;
	int64_t *ends;

	if (db_many(c->db, m, q_cache_stale, ARGS(arg_i64(SETTLE_BATCH)), &rows, e) != 0)
		return -1;
	*n = rows.n;
	if (rows.n == 0)
		return 0;
	keys = arena_new_array(m, struct span, rows.n);
	ends = arena_new_array(m, int64_t, rows.n);
	for (size_t i = 0; i < rows.n; i++) {
		keys[i] = row_text(&rows.v[i], cache_stale_key);
		ends[i] = row_i64(&rows.v[i], cache_stale_end_us);
		if (redis_del(c->redis, keys[i], e) != 0)
			return -1;
	}
	return db_exec(c->db, q_cache_settled,
		ARGS(arg_texts(keys, rows.n), arg_i64s(ends, rows.n)), NULL, e);
}

static int settle(struct cache *c, struct err *e)
{
	size_t n;

	do {
		if (settle_batch(c, &n, e) != 0)
			return -1;
	} while (n == SETTLE_BATCH);
	c->unsettled = false;
	return 0;
}

static bool redis_usable(struct cache *c)
{
	struct err e = { 0 };

	if (!redis_up(c->redis))
		return false;
	return !c->unsettled || settle(c, &e) == 0;
}

static int table_get(
	struct cache *c, struct arena *m, struct span key, struct span *out, struct err *e)
{
	struct row row;

	if (db_one(c->db, m, q_cache_get, ARGS(arg_text(key)), &row, e) != 0)
		return -1;
	*out = row_bytes(&row, cache_get_value, m);
	return 0;
}

static int table_set(struct cache *c, struct span key, struct span value, int ttl_s, struct err *e)
{
	c->unsettled |= c->redis != NULL;
	return db_exec(c->db, q_cache_set,
		ARGS(arg_text(key), value.p != NULL ? arg_bytes(value) : arg_null(),
			arg_i64(ttl_s)),
		NULL, e);
}

/* Redis may hold what is deleted, unless it can be asked; then a row says that it is old. */
static int far_delete(struct cache *c, struct span key, struct err *e)
{
	struct err from_redis = { 0 };

	if (redis_usable(c) && redis_del(c->redis, key, &from_redis) == 0)
		return 0;
	return table_set(c, key, SPAN_NONE, CACHE_STALE_S, e);
}

static int far_get(
	struct cache *c, struct arena *m, struct span key, struct span *out, struct err *e)
{
	struct err from_redis = { 0 };

	if (redis_usable(c)) {
		if (redis_get(c->redis, m, key, out, &from_redis) == 0)
			return 0;
		if (from_redis.kind == ERR_NOT_FOUND)
			return err_set(e, ERR_NOT_FOUND, "not in the cache");
	}
	return table_get(c, m, key, out, e);
}

/* What a store has answered; SPAN_NONE: nothing. */
static void note_answer(struct cache *c, struct span key, struct span value)
{
	if (value.p == NULL) {
		c->stats.misses++;
		return;
	}
	c->stats.hits++;
	remember(c, key, value);
}

int cache_get(struct cache *c, struct arena *m, struct span key, struct span *out, struct err *e)
{
	if (check_key(key, e) != 0)
		return -1;
	if (recall(c, m, key, out)) {
		c->stats.local++;
		return 0;
	}
	if (far_get(c, m, key, out, e) != 0) {
		note_answer(c, key, SPAN_NONE);
		return -1;
	}
	note_answer(c, key, *out);
	return 0;
}

/* Those of `where`, which this process does not remember. */
static void table_get_several(struct cache *c, struct arena *m, const struct span *keys,
	const size_t *where, size_t n, struct span *out)
{
	struct db_steps steps = db_steps(m, n);
	struct err e = { 0 };
	bool answered;

	for (size_t i = 0; i < n; i++)
		db_steps_add(&steps, q_cache_get, ARGS(arg_text(keys[where[i]])));
	answered = n > 0 && db_batch(c->db, m, steps.v, n, &e) == 0;
	for (size_t i = 0; i < n; i++) {
		if (answered && steps.v[i].out.n > 0)
			out[where[i]] = row_bytes(&steps.v[i].out.v[0], cache_get_value, m);
		note_answer(c, keys[where[i]], out[where[i]]);
	}
}

void cache_get_several(
	struct cache *c, struct arena *m, const struct span *keys, size_t n, struct span *out)
{
	size_t where[SEVERAL];
	struct err e = { 0 };
	size_t n_where = 0;

	for (size_t i = 0; i < n; i++) {
		out[i] = SPAN_NONE;
		if (c->redis != NULL || n_where == SEVERAL)
			(void)!cache_get(c, m, keys[i], &out[i], &e);
		else if (recall(c, m, keys[i], &out[i]))
			c->stats.local++;
		else
			where[n_where++] = i;
	}
	table_get_several(c, m, keys, where, n_where, out);
}

static int check_value(struct cache_value *v, struct err *e)
{
	if (check_key(v->key, e) != 0)
		return -1;
	if (v->value.n > CACHE_MAX_VALUE)
		return err_set(
			e, ERR_LIMIT, "a cached value has at most %d bytes", CACHE_MAX_VALUE);
	if (v->value.p == NULL)
		v->value = SPAN("");
	if (v->ttl_s > CACHE_STALE_S)
		v->ttl_s = CACHE_STALE_S;
	return 0;
}

int cache_set(struct cache *c, struct span key, struct span value, int ttl_s, struct err *e)
{
	struct cache_value v = { key, value, ttl_s };
	struct err from_redis = { 0 };

	if (check_value(&v, e) != 0)
		return -1;
	forget(c, key);
	if ((!redis_usable(c) || redis_set(c->redis, key, v.value, v.ttl_s, &from_redis) != 0) &&
		table_set(c, key, v.value, v.ttl_s, e) != 0)
		return -1;
	remember(c, key, v.value);
	return 0;
}

int cache_delete(struct cache *c, struct span key, struct err *e)
{
	return cache_delete_several(c, &key, 1, e);
}

int cache_delete_several(struct cache *c, const struct span *keys, size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if (check_key(keys[i], e) != 0)
			return -1;
		forget(c, keys[i]);
	}
	if (c->redis == NULL)
		return db_exec(c->db, q_cache_delete, ARGS(arg_texts(keys, n)), NULL, e);
	for (size_t i = 0; i < n; i++)
		if (far_delete(c, keys[i], e) != 0)
			return -1;
	return 0;
}

/* ---- locks ---- */

static struct span lock_key(struct arena *m, struct span name)
{
	return span_of(arena_printf(m, "lock:" SPAN_FMT, SPAN_ARG(name)));
}

void cache_sign(struct cache *c, const char *(*sign)(void *data), void *data)
{
	c->sign = sign;
	c->sign_data = data;
}

static int lock_begin(const struct cache *c, struct cache_lock *l, struct err *e)
{
	unsigned char random[16];
	char hex[2 * sizeof(random) + 1];
	const char *sign = c->sign != NULL ? c->sign(c->sign_data) : "";

	l->held = l->in_table = false;
	if (check_key(l->name, e) != 0)
		return -1;
	rnd_bytes(random, sizeof(random));
	hex_encode(random, sizeof(random), hex);
	(void)snprintf(l->token, sizeof(l->token), "%.*s:%s", CACHE_MAX_SIGN, sign, hex);
	return 0;
}

int cache_lock(struct cache *c, struct span name, int ttl_ms, struct cache_lock *out, struct err *e)
{
	struct err from_redis = { 0 };
	struct rows rows;

	*out = (struct cache_lock){ .name = name, .ttl_ms = ttl_ms };
	if (lock_begin(c, out, e) != 0)
		return -1;
	if (redis_usable(c) && redis_set_new(c->redis, lock_key(own_arena(c), name),
				       span_of(out->token), ttl_ms, &out->held, &from_redis) == 0)
		return 0;
	if (db_many(c->db, own_arena(c), q_cache_lock_take,
		    ARGS(arg_text(name), arg_str(out->token), arg_i64(ttl_ms)), &rows, e) != 0)
		return -1;
	out->held = out->in_table = rows.n == 1;
	return 0;
}

void cache_unlock(struct cache *c, struct cache_lock *l)
{
	struct err e = { 0 };
	int rc;

	if (!l->held)
		return;
	l->held = false;
	if (l->in_table)
		rc = db_exec(c->db, q_cache_lock_drop, ARGS(arg_text(l->name), arg_str(l->token)),
			NULL, &e);
	else
		rc = redis_del_equal(
			c->redis, lock_key(own_arena(c), l->name), span_of(l->token), &e);
	if (rc != 0)
		log_err(LOG_INFO, "cache.unlock", &e); // it ends by itself
}

static bool lock_token(
	struct cache *c, struct arena *m, struct span name, struct span *out, bool *in_table)
{
	struct err ignored = { 0 };
	struct rows rows;

	*in_table = false;
	if (redis_usable(c) &&
		redis_get(c->redis, m, lock_key(own_arena(c), name), out, &ignored) == 0)
		return true;
	if (db_many(c->db, m, q_cache_lock_see, ARGS(arg_text(name)), &rows, &ignored) != 0 ||
		rows.n == 0)
		return false;
	*in_table = true;
	*out = row_text(&rows.v[0], cache_lock_see_token);
	return true;
}

bool cache_lock_see(struct cache *c, struct arena *m, struct span name, struct cache_lock *out,
	struct span *sign)
{
	struct span token;

	*out = (struct cache_lock){ .name = name };
	if (!lock_token(c, m, name, &token, &out->in_table) || token.n >= sizeof(out->token))
		return false;
	memcpy(out->token, token.p, token.n);
	out->held = true;
	*sign = SPAN("");
	(void)!span_split(&token, ':', sign);
	return true;
}

static int table_get_or_lock(struct cache *c, struct arena *m, struct span key, struct span *out,
	struct cache_lock *l, struct err *e)
{
	enum {
		GET,
		LOCK,
		STEPS
	};
	struct db_steps s = db_steps(m, STEPS);

	db_steps_add(&s, q_cache_get, ARGS(arg_text(key)));
	db_steps_add(&s, q_cache_lock_take,
		ARGS(arg_text(l->name), arg_str(l->token), arg_i64(l->ttl_ms)));
	if (db_batch(c->db, m, s.v, s.n, e) != 0)
		return -1;
	l->held = l->in_table = s.v[LOCK].out.n == 1;
	if (s.v[GET].out.n > 0) {
		*out = row_bytes(&s.v[GET].out.v[0], cache_get_value, m);
		cache_unlock(c, l);
	}
	note_answer(c, key, *out);
	return 0;
}

int cache_get_or_lock(struct cache *c, struct arena *m, struct span key, struct span *out,
	struct cache_lock *lock, struct err *e)
{
	struct err missing = { 0 };

	*out = SPAN_NONE;
	if (check_key(key, e) != 0 || lock_begin(c, lock, e) != 0)
		return -1;
	if (recall(c, m, key, out)) {
		c->stats.local++;
		return 0;
	}
	if (c->redis == NULL)
		return table_get_or_lock(c, m, key, out, lock, e);
	if (cache_get(c, m, key, out, &missing) == 0)
		return 0;
	*out = SPAN_NONE;
	return cache_lock(c, lock->name, lock->ttl_ms, lock, e);
}

static int table_publish(
	struct cache *c, const struct cache_value *v, size_t n, struct cache_lock *l, struct err *e)
{
	struct db_steps steps = db_steps(own_arena(c), n + 1);

	for (size_t i = 0; i < n; i++) {
		db_steps_add(&steps, q_cache_set,
			ARGS(arg_text(v[i].key), arg_bytes(v[i].value), arg_i64(v[i].ttl_s)));
		forget(c, v[i].key);
	}
	if (l != NULL && l->held)
		db_steps_add(&steps, q_cache_lock_drop, ARGS(arg_text(l->name), arg_str(l->token)));
	if (steps.n > 0 && db_batch(c->db, steps.mem, steps.v, steps.n, e) != 0)
		return -1;
	if (l != NULL)
		l->held = false;
	for (size_t i = 0; i < n; i++)
		remember(c, v[i].key, v[i].value);
	return 0;
}

int cache_publish(
	struct cache *c, const struct cache_value *v, size_t n, struct cache_lock *l, struct err *e)
{
	struct cache_value checked[CACHE_PUBLISH_MOST];
	int rc = n <= CACHE_PUBLISH_MOST
			 ? 0
			 : err_set(e, ERR_LIMIT, "%d values at once", CACHE_PUBLISH_MOST);

	for (size_t i = 0; i < n && rc == 0; i++) {
		checked[i] = v[i];
		rc = check_value(&checked[i], e);
	}
	if (rc == 0 && c->redis == NULL) {
		rc = table_publish(c, checked, n, l, e);
	} else {
		for (size_t i = 0; i < n && rc == 0; i++)
			rc = cache_set(c, checked[i].key, checked[i].value, checked[i].ttl_s, e);
	}
	if (l != NULL)
		cache_unlock(c, l);
	return rc;
}

int cache_maintain(struct cache *c, struct arena *m, struct err *e)
{
	struct db_step steps[] = {
		{ .stmt = q_cache_purge },
		{ .stmt = q_cache_lock_purge },
		{ .stmt = q_rate_purge },
	};
	struct err from_settling = { 0 };

	if (db_batch(c->db, m, steps, countof(steps), e) != 0)
		return -1;
	if (redis_up(c->redis) && settle(c, &from_settling) != 0)
		log_err(LOG_INFO, "cache.settle", &from_settling);
	return 0;
}
