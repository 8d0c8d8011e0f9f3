/*
 * Every statement of sql/query is prepared against the migrated schema and described: types of
 * arguments, names and types of columns must be those of its header. So a renamed column fails here
 * and not on a page.
 */
#include "tests/unit/pg.h"

#include <string.h>

#include "db/stmt.h"

struct state {
	struct pg pg;
	unsigned bad;
};

static void ATTR_PRINTF(3, 4) complain(struct state *s, const char *name, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	print_error("%s: %s\n", name, text);
	s->bad++;
}

static void compare(struct state *s, const struct stmt_info *info, const PGresult *res)
{
	if ((size_t)PQnparams(res) != info->n_args)
		complain(s, info->name, "%d arguments, the header has %zu", PQnparams(res),
			info->n_args);
	else
		for (size_t i = 0; i < info->n_args; i++)
			if (PQparamtype(res, (int)i) != info->args[i].type)
				complain(s, info->name, "argument %s has type %u",
					info->args[i].name, PQparamtype(res, (int)i));
	if (info->kind == STMT_EXEC)
		return;
	if ((size_t)PQnfields(res) != info->n_cols) {
		complain(s, info->name, "%d columns, the header has %zu", PQnfields(res),
			info->n_cols);
		return;
	}
	for (size_t i = 0; i < info->n_cols; i++) {
		const struct stmt_field *col = &info->cols[i];

		if (strcmp(PQfname(res, (int)i), col->name) != 0)
			complain(s, info->name, "column %zu is called %s, the header says %s",
				i + 1, PQfname(res, (int)i), col->name);
		if (PQftype(res, (int)i) != col->type)
			complain(s, info->name, "column %s has type %u, the header says %u",
				col->name, PQftype(res, (int)i), col->type);
	}
}

static void check_stmt(struct state *s, PGconn *c, const struct stmt_info *info)
{
	Oid types[64];
	PGresult *res;

	for (size_t i = 0; i < info->n_args; i++)
		types[i] = info->args[i].type;
	res = PQprepare(c, info->name, info->text, (int)info->n_args, types);
	if (PQresultStatus(res) != PGRES_COMMAND_OK)
		complain(s, info->name, "%s", PQresultErrorMessage(res));
	PQclear(res);
	res = PQdescribePrepared(c, info->name);
	if (PQresultStatus(res) == PGRES_COMMAND_OK)
		compare(s, info, res);
	PQclear(res);
}

static unsigned check_all(struct state *s)
{
	PGconn *c = pg_connect(s->pg.conninfo);

	s->bad = 0;
	for (size_t i = 0; i < N_STMTS; i++)
		check_stmt(s, c, &stmt_table[i]);
	PQfinish(c);
	return s->bad;
}

static void test_all_statements(void **state)
{
	struct state s;

	(void)state;
	pg_make(&s.pg);
	assert_true(N_STMTS > 10);
	assert_int_equal(check_all(&s), 0);
	pg_drop(&s.pg);
}

/* The test itself must notice a column that is renamed, retyped or gone. */
static void test_it_would_notice(void **state)
{
	static const char *const changes[] = {
		"ALTER TABLE migration RENAME checksum TO sum",
		"ALTER TABLE migration DROP name",
		"ALTER TABLE migration ALTER checksum TYPE bytea USING ''",
	};

	(void)state;
	for (size_t i = 0; i < countof(changes); i++) {
		struct state s;
		unsigned before;

		pg_make(&s.pg);
		before = check_all(&s);
		pg_do(s.pg.admin, changes[i]);
		print_message("expected complaints after: %s\n", changes[i]);
		assert_true(check_all(&s) > before);
		pg_drop(&s.pg);
	}
}

/* A statement marked as reading must not write: it may be sent twice, or to a replica. */
static void test_readers_do_not_write(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_STMTS; i++) {
		static const char *const writes[] = { "INSERT INTO", "UPDATE ", "DELETE FROM",
			"nextval(", "pg_notify(", "FOR UPDATE", "FOR NO KEY" };
		const struct stmt_info *info = &stmt_table[i];

		for (size_t k = 0; k < countof(writes); k++)
			if ((info->flags & (STMT_READ | STMT_REPLICA)) != 0 &&
				strstr(info->text, writes[k]) != NULL)
				fail_msg("%s is marked as reading and has %s", info->name,
					writes[k]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_statements),
		cmocka_unit_test(test_it_would_notice),
		cmocka_unit_test(test_readers_do_not_write),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("db_stmt", tests, NULL, NULL);
}
