#ifndef TESTS_UNIT_PG_H
#define TESTS_UNIT_PG_H

/*
 * A database of one's own for a unit test: made from podium_template (migrated and empty) on the
 * server that TEST_POSTGRES names, dropped at the end. Without TEST_POSTGRES pg_make skips the
 * test.
 */
#include <libpq-fe.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attr.h"
#include "os/config.h"

struct pg {
	char name[64];
	char conninfo[1000];
	struct arena *mem;
	struct config conf; // defaults and this database
	PGconn *admin;      // connected to it as superuser, for what the code under test may not do
};

static const char *pg_server(void)
{
	const char *server = getenv("TEST_POSTGRES");

	if (server == NULL || server[0] == '\0') {
		print_message("skipped: TEST_POSTGRES names no server\n");
		skip();
	}
	return server;
}

static void ATTR_UNUSED pg_do(PGconn *c, const char *sql)
{
	PGresult *res = PQexec(c, sql);
	ExecStatusType status = PQresultStatus(res);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(c));
	PQclear(res);
}

static PGconn *pg_connect(const char *conninfo)
{
	PGconn *c = PQconnectdb(conninfo);

	if (PQstatus(c) != CONNECTION_OK)
		fail_msg("%s", PQerrorMessage(c));
	return c;
}

static void pg_server_do(const char *verb, const char *name, const char *rest)
{
	PGconn *c = pg_connect(pg_server());
	char sql[300];

	snprintf(sql, sizeof(sql), "%s DATABASE %s %s", verb, name, rest);
	pg_do(c, sql);
	PQfinish(c);
}

static void ATTR_UNUSED pg_make(struct pg *p)
{
	static unsigned made;
	struct err e = { .kind = ERR_NONE };

	*p = (struct pg){ .mem = arena_new(0) };
	snprintf(p->name, sizeof(p->name), "unit_%ld_%u", (long)getpid(), ++made);
	snprintf(p->conninfo, sizeof(p->conninfo), "%s dbname=%s", pg_server(), p->name);
	pg_server_do("CREATE", p->name, "TEMPLATE podium_template");
	p->admin = pg_connect(p->conninfo);
	assert_int_equal(config_parse(SPAN(""), "test", p->mem, &p->conf, &e), 0);
	p->conf.postgres_db = p->conninfo;
}

static void ATTR_UNUSED pg_drop(struct pg *p)
{
	PQfinish(p->admin);
	pg_server_do("DROP", p->name, "WITH (FORCE)");
	arena_free(p->mem);
}

#endif
