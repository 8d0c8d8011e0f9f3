#include "tests/unit/cache_lab.h"

#include <string.h>

#include "base/limits.h"
#include "model/rate.h"
#include "net/redis.h"
#include "os/clock.h"

/* What another process would see, which remembers nothing yet. */
static bool others_see(const struct config *conf, const char *key, const char *expected)
{
	struct cache *c = cache_on(conf);
	struct span value;
	bool found = cache_get(c, mem, span_of(key), &value, no_err()) == 0;

	cache_free(c);
	return expected == NULL ? !found && fault.kind == ERR_NOT_FOUND
				: found && span_is(value, expected);
}

static bool sees(struct cache *c, const char *key, const char *expected)
{
	struct span value;
	bool found = cache_get(c, mem, span_of(key), &value, no_err()) == 0;

	return expected == NULL ? !found && fault.kind == ERR_NOT_FOUND
				: found && span_is(value, expected);
}

static void set(struct cache *c, const char *key, const char *value)
{
	if (cache_set(c, span_of(key), span_of(value), 60, no_err()) != 0)
		fail_msg("%s: %s %s", key, fault.text, fault.detail);
}

static void evict(struct cache *c, const char *key)
{
	if (cache_delete(c, span_of(key), no_err()) != 0)
		fail_msg("%s: %s %s", key, fault.text, fault.detail);
}

static void values_of(const struct config *conf)
{
	struct cache *c = cache_on(conf);
	static const char bytes[] = "\0\xff\\x\r\n'";
	char *large = calloc(1, CACHE_MAX_VALUE + 1);
	char key[CACHE_MAX_KEY + 1];
	struct span value;

	memset(key, 'k', sizeof(key));
	assert_true(sees(c, "a", NULL));
	set(c, "a", "1");
	assert_true(sees(c, "a", "1"));
	assert_true(others_see(conf, "a", "1"));
	set(c, "a", "2");
	assert_true(others_see(conf, "a", "2"));
	set(c, "a", "");
	assert_true(others_see(conf, "a", ""));
	evict(c, "a");
	assert_true(sees(c, "a", NULL));
	assert_true(others_see(conf, "a", NULL));
	evict(c, "a");
	assert_int_equal(
		cache_set(c, SPAN("b"), (struct span){ bytes, sizeof(bytes) }, 60, no_err()), 0);
	cache_free(c);
	c = cache_on(conf);
	assert_int_equal(cache_get(c, mem, SPAN("b"), &value, no_err()), 0);
	assert_true(span_eq(value, (struct span){ bytes, sizeof(bytes) }));
	assert_int_equal(
		cache_set(c, SPAN("l"), (struct span){ large, CACHE_MAX_VALUE }, 60, no_err()), 0);
	assert_int_equal(cache_get(c, mem, SPAN("l"), &value, no_err()), 0);
	assert_int_equal(value.n, CACHE_MAX_VALUE);
	assert_int_equal(
		cache_set(c, SPAN("l"), (struct span){ large, CACHE_MAX_VALUE + 1 }, 60, no_err()),
		-1);
	assert_int_equal(fault.kind, ERR_LIMIT);
	assert_int_equal(
		cache_set(c, (struct span){ key, CACHE_MAX_KEY }, SPAN("v"), 60, no_err()), 0);
	assert_int_equal(
		cache_set(c, (struct span){ key, CACHE_MAX_KEY + 1 }, SPAN("v"), 60, no_err()), -1);
	assert_int_equal(cache_get(c, mem, SPAN(""), &value, no_err()), -1);
	assert_int_equal(fault.kind, ERR_LIMIT);
	assert_int_equal(cache_set(c, SPAN("t"), SPAN("v"), 1, no_err()), 0);
	assert_true(others_see(conf, "t", "v"));
	usleep(1200000);
	assert_true(others_see(conf, "t", NULL));
	assert_true(sees(c, "t", NULL));
	free(large);
	cache_free(c);
}

static void values_in_redis(void **state)
{
	(void)state;
	values_of(&with);
}

static void values_in_the_table(void **state)
{
	(void)state;
	values_of(&without);
}

static void the_process_remembers_for_a_second(void **state)
{
	struct cache *a = cache_on(&with);
	struct cache *b = cache_on(&with);
	struct cache_stats s;

	(void)state;
	set(a, "m", "old");
	assert_true(sees(b, "m", "old"));
	set(a, "m", "new");
	assert_true(sees(a, "m", "new"));
	assert_true(sees(b, "m", "old"));
	usleep(CACHE_LOCAL_MS * 1000 + 50000);
	assert_true(sees(b, "m", "new"));
	assert_true(sees(b, "none", NULL));
	s = cache_stats(b);
	assert_int_equal(s.local, 1);
	assert_int_equal(s.hits, 2);
	assert_int_equal(s.misses, 1);
	for (int i = 0; i < 1000; i++) { // slots are shared, keys are not mixed up
		char key[32];

		snprintf(key, sizeof(key), "many%d", i);
		set(a, key, key);
		assert_true(sees(a, key, key));
	}
	for (int i = 0; i < 1000; i++) {
		char key[32];

		snprintf(key, sizeof(key), "many%d", i);
		assert_true(sees(a, key, key));
	}
	cache_free(a);
	cache_free(b);
}

static void wait_for_redis(struct cache *c)
{
	for (int i = 0; i < 2000 && !redis_up(cache_redis(c)); i++)
		usleep(5000);
}

static void what_changed_while_redis_was_away_is_not_served_old(void **state)
{
	struct cache *c = cache_on(&with);
	struct redis_health health;

	(void)state;
	set(c, "evicted", "old");
	set(c, "changed", "old");
	set(c, "kept", "old");
	redis_lab_freeze(true); // its values stay
	evict(c, "noticed");    // waits in the frozen server's socket
	evict(c, "evicted");
	set(c, "changed", "new");
	assert_true(sees(c, "evicted", NULL));
	assert_true(sees(c, "changed", "new"));
	assert_true(others_see(&without, "changed", "new"));
	cache_health(c, &health);
	assert_false(health.up);
	redis_lab_freeze(false);
	wait_for_redis(c);
	assert_true(sees(c, "other", NULL)); // the first question settles
	assert_true(others_see(&with, "evicted", NULL));
	assert_true(others_see(&with, "changed", NULL));
	assert_true(others_see(&with, "kept", "old"));
	assert_true(others_see(&without, "changed", NULL)); // the table is empty again
	cache_health(c, &health);
	assert_true(health.up);
	cache_free(c);
}

/* What is in Redis, whatever a cache thinks of it. */
static bool redis_has(const char *key)
{
	struct redis *r;
	struct span value;
	bool found;

	assert_int_equal(redis_new(&with, &r, no_err()), 0);
	found = redis_get(r, mem, span_of(key), &value, no_err()) == 0;
	redis_free(r);
	return found;
}

static struct cache *leave_an_old_value(void)
{
	struct cache *never_lost = cache_on(&with);
	struct cache *c = cache_on(&with);

	set(never_lost, "first", "1");
	set(c, "orphan", "old");
	redis_lab_freeze(true);
	evict(c, "noticed"); // waits in the frozen server's socket
	evict(c, "orphan");
	cache_free(c); // it dies
	redis_lab_freeze(false);
	assert_true(redis_has("orphan"));
	return never_lost;
}

static void a_new_process_settles_for_the_dead(void **state)
{
	struct cache *c = leave_an_old_value();

	(void)state;
	assert_true(others_see(&with, "orphan", NULL));
	assert_false(redis_has("orphan"));
	cache_free(c);
}

static void maintenance_settles_for_the_dead(void **state)
{
	struct cache *c = leave_an_old_value();

	(void)state;
	assert_int_equal(cache_maintain(c, mem, no_err()), 0);
	assert_false(redis_has("orphan"));
	cache_free(c);
}

static void redis_killed_and_started(void **state)
{
	struct cache *c = cache_on(&with);

	(void)state;
	set(c, "k", "1");
	redis_lab_kill();
	set(c, "k", "2");
	assert_true(sees(c, "k", "2"));
	for (int i = 0; i < 200; i++)
		set(c, "k", "3");
	redis_lab_start();
	wait_for_redis(c);
	set(c, "k", "4");
	assert_true(others_see(&with, "k", "4"));
	cache_free(c);
}

static const char *seventh(void *job)
{
	(void)job;
	return "job 7";
}

static void locks_of(const struct config *conf)
{
	struct cache *a = cache_on(conf);
	struct cache *b = cache_on(conf);
	struct cache_lock l;
	struct cache_lock other;
	struct cache_lock seen;
	struct span sign;

	assert_int_equal(cache_lock(a, SPAN("job"), 60000, &l, no_err()), 0);
	assert_true(l.held);
	assert_int_equal(cache_lock(b, SPAN("job"), 60000, &other, no_err()), 0);
	assert_false(other.held);
	cache_unlock(b, &other);
	other = l;
	memset(other.token, 'x', 32);
	cache_unlock(b, &other); // another's token opens nothing
	assert_int_equal(cache_lock(b, SPAN("job"), 60000, &other, no_err()), 0);
	assert_false(other.held);
	cache_unlock(a, &l);
	cache_unlock(a, &l);
	assert_int_equal(cache_lock(a, SPAN("job"), 60000, &l, no_err()), 0);
	assert_true(cache_lock_see(b, mem, SPAN("job"), &seen, &sign) && sign.n == 0);
	cache_unlock(b, &seen); // its holder is lost
	cache_sign(b, seventh, NULL);
	assert_int_equal(cache_lock(b, SPAN("job"), 60000, &other, no_err()), 0);
	assert_true(other.held);
	cache_unlock(a, &l); // and not so lost after all: it ends nobody else's
	assert_true(cache_lock_see(a, mem, SPAN("job"), &seen, &sign) && span_is(sign, "job 7"));
	assert_false(cache_lock_see(a, mem, SPAN("another"), &seen, &sign));
	assert_int_equal(cache_lock(a, SPAN("job"), 60000, &l, no_err()), 0);
	assert_false(l.held);
	cache_unlock(b, &other);
	assert_int_equal(cache_lock(b, SPAN("job"), 200, &other, no_err()), 0);
	assert_true(other.held);
	usleep(300000);
	assert_int_equal(cache_lock(a, SPAN("job"), 60000, &l, no_err()), 0);
	assert_true(l.held);
	cache_unlock(b, &other); // too late: it is not b's any more
	assert_int_equal(cache_lock(b, SPAN("job"), 60000, &other, no_err()), 0);
	assert_false(other.held);
	cache_unlock(a, &l);
	cache_free(a);
	cache_free(b);
}

static void locks_in_redis(void **state)
{
	(void)state;
	locks_of(&with);
}

static void locks_in_the_table(void **state)
{
	(void)state;
	locks_of(&without);
}

static void maintenance_removes_what_has_ended(void **state)
{
	struct rate_rule rule = { "short", 1, 3 };
	struct rate_answer answer;
	struct cache *c = cache_on(&without);
	struct cache_lock l;
	PGresult *res;

	(void)state;
	pg_do(pg.admin, "TRUNCATE cache, cache_lock, rate_window");
	assert_int_equal(cache_set(c, SPAN("a"), SPAN("v"), 1, no_err()), 0);
	assert_int_equal(cache_set(c, SPAN("b"), SPAN("v"), 60, no_err()), 0);
	assert_int_equal(cache_lock(c, SPAN("l"), 100, &l, no_err()), 0);
	assert_int_equal(rate_take(c, mem, &rule, SPAN("x"), &answer, no_err()), 0);
	usleep(1100000);
	assert_int_equal(cache_maintain(c, mem, no_err()), 0);
	res = PQexec(pg.admin, "SELECT (SELECT string_agg(key, ',') FROM cache), "
			       "(SELECT count(*) FROM cache_lock) + (SELECT count(*) FROM "
			       "rate_window)");
	assert_string_equal(PQgetvalue(res, 0, 0), "b");
	assert_string_equal(PQgetvalue(res, 0, 1), "0");
	PQclear(res);
	cache_free(c);
}

static void without_any_store(void **state)
{
	struct config nowhere = pg.conf;
	struct rate_answer answer;
	struct cache_lock l;
	struct cache *c;
	struct span value;
	struct db *d;

	(void)state;
	pg_server();
	nowhere.postgres_db = "host=/nonexistent connect_timeout=1";
	nowhere.valkey_uri = "unix:///nonexistent/redis";
	d = db_new(&nowhere, "test");
	assert_int_equal(cache_new(&nowhere, d, &c, no_err()), 0);
	assert_int_equal(cache_get(c, mem, SPAN("k"), &value, no_err()), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
	cache_get_several(c, mem, &SPAN("k"), 1, &value);
	assert_null(value.p);
	assert_int_equal(cache_set(c, SPAN("k"), SPAN("v"), 60, no_err()), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
	assert_int_equal(cache_lock(c, SPAN("k"), 60, &l, no_err()), -1);
	assert_int_equal(rate_take(c, mem, &rate_rules[0], SPAN("k"), &answer, no_err()), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
	cache_free(c);
	db_close(d);
}

static void several(void **state)
{
	const struct span keys[] = { SPAN("s.a"), SPAN("s.none"), SPAN("s.b"), SPAN("s.empty") };
	const struct config *const stores[] = { &with, &without };
	struct span v[countof(keys)];

	(void)state;
	for (size_t i = 0; i < countof(stores); i++) {
		struct cache *c = cache_on(stores[i]);

		set(c, "s.a", "1");
		set(c, "s.b", "2");
		set(c, "s.empty", "");
		cache_free(c);
		c = cache_on(stores[i]);
		assert_true(sees(c, "s.b", "2"));
		cache_get_several(c, mem, keys, countof(keys), v);
		assert_true(span_is(v[0], "1") && span_is(v[2], "2"));
		assert_true(v[1].p == NULL && v[3].p != NULL && v[3].n == 0);
		assert_int_equal(cache_stats(c).local, 1);
		cache_free(c);
	}
}

static void what_was_made_behind_a_lock(void **state)
{
	const struct config *const stores[] = { &with, &without };
	const struct cache_value made[] = { { SPAN("p.a"), SPAN("1"), 60 },
		{ SPAN("p.b"), SPAN_NONE, 60 } };
	const struct cache_value none = { SPAN(""), SPAN("1"), 60 };
	const struct span keys[] = { SPAN("p.a"), SPAN("p.b"), SPAN("p.c") };
	struct cache_lock l = { .name = SPAN("p"), .ttl_ms = 60000 };
	struct cache_lock other = l;

	(void)state;
	for (size_t i = 0; i < countof(stores); i++) {
		struct cache *c = cache_on(stores[i]);
		struct span found;

		assert_int_equal(cache_get_or_lock(c, mem, keys[0], &found, &l, no_err()), 0);
		assert_true(found.p == NULL && l.held);
		assert_int_equal(cache_get_or_lock(c, mem, keys[0], &found, &other, no_err()), 0);
		assert_true(found.p == NULL && !other.held);
		assert_int_equal(cache_publish(c, made, countof(made), &l, no_err()), 0);
		cache_free(c);
		c = cache_on(stores[i]);
		assert_int_equal(cache_get_or_lock(c, mem, keys[0], &found, &other, no_err()), 0);
		assert_true(span_is(found, "1") && !other.held);
		assert_false(l.held);
		assert_true(sees(c, "p.a", "1") && others_see(stores[i], "p.a", "1"));
		assert_true(others_see(stores[i], "p.b", ""));
		assert_int_equal(cache_lock(c, SPAN("p"), 60000, &l, no_err()), 0);
		assert_true(l.held);
		assert_int_equal(cache_publish(c, &none, 1, &l, no_err()), -1);
		assert_int_equal(fault.kind, ERR_LIMIT);
		assert_false(l.held);
		set(c, "p.c", "3");
		assert_int_equal(cache_publish(c, made, 1, &l, no_err()), 0);
		assert_int_equal(cache_delete_several(c, keys, countof(keys), no_err()), 0);
		for (size_t k = 0; k < countof(keys); k++)
			assert_true(
				sees(c, keys[k].p, NULL) && others_see(stores[i], keys[k].p, NULL));
		cache_free(c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_in_redis),
		cmocka_unit_test(values_in_the_table),
		cmocka_unit_test(several),
		cmocka_unit_test(what_was_made_behind_a_lock),
		cmocka_unit_test(the_process_remembers_for_a_second),
		cmocka_unit_test(what_changed_while_redis_was_away_is_not_served_old),
		cmocka_unit_test(a_new_process_settles_for_the_dead),
		cmocka_unit_test(maintenance_settles_for_the_dead),
		cmocka_unit_test(redis_killed_and_started),
		cmocka_unit_test(locks_in_redis),
		cmocka_unit_test(locks_in_the_table),
		cmocka_unit_test(maintenance_removes_what_has_ended),
		cmocka_unit_test(without_any_store),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, stop);
}
