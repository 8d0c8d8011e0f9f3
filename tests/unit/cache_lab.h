#ifndef TESTS_UNIT_CACHE_LAB_H
#define TESTS_UNIT_CACHE_LAB_H

#include "db/db.h"
#include "model/cache.h"
#include "tests/unit/pg.h"
#include "tests/unit/redis_lab.h"

/* A database and a Redis of the test's own; caches with both and with the table alone. */
static struct pg pg;
static struct config with;
static struct config without;
static struct db *db;
static struct arena *mem;
static struct err fault;

static struct err *no_err(void)
{
	fault = (struct err){ 0 };
	return &fault;
}

static int start(void **state)
{
	(void)state;
	if (getenv("TEST_POSTGRES") == NULL)
		return 0; // each test says that it skips
	pg_make(&pg);
	redis_lab_start();
	with = without = pg.conf;
	with.valkey_uri = redis_lab.uri;
	without.valkey_uri = "";
	db = db_new(&pg.conf, "test");
	mem = arena_new(64 << 20);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	if (db == NULL)
		return 0;
	db_close(db);
	redis_lab_end();
	pg_drop(&pg);
	arena_free(mem);
	return 0;
}

static struct cache *cache_on(const struct config *conf)
{
	struct cache *c;

	pg_server(); // skips without a server
	if (cache_new(conf, db, &c, no_err()) != 0)
		fail_msg("%s", fault.text);
	return c;
}

#endif
