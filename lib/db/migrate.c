/*
 * Each file is applied in a transaction that first takes the migration lock, then looks again what
 * is missing: whoever waited for the lock finds the file recorded and goes on. The lock belongs to
 * the transaction and not to the session, so this holds behind a pooler too. The record keeps the
 * SHA-256 of the file's text, computed by the server; sha256sum of the file shows the same.
 *
 * sql/role.sql runs after the files, every time: it can be repeated, and what it grants may have
 * changed without a migration. Where the user may not create roles it is skipped.
 */
#include "db/migrate.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "db/conn.h"
#include "db/stmt.h"
#include "os/config.h"
#include "os/fd.h"
#include "os/log.h"

#define INSUFFICIENT_PRIVILEGE "42501"
#define WAIT_MS                (24 * 3600 * 1000) // for another migrator; the server knows no limit here

struct migration {
	struct conn conn;
	struct arena *mem;
	struct span names[1000]; // numbers have four digits, of which people use few
	struct span texts[1000];
	int ca_fd;
};

static int open_all(struct migration *m, const struct config *conf, struct err *e)
{
	struct conninfo_spec spec = { .text = span_of(conf->postgres_db),
		.label = "primary",
		.application_name = "podium-migrate",
		.ca_fd = -1,
		.writable = true };

	if (n_schema_files > countof(m->names))
		return err_set(e, ERR_INTERNAL, "more than %zu migrations", countof(m->names));
	for (size_t i = 0; i < n_schema_files; i++) {
		m->names[i] = span_of(schema_files[i].name);
		m->texts[i] = span_of(schema_files[i].text);
	}
	if (conf->postgres_ca[0] != '\0' &&
		fd_sealed("postgres-ca", span_of(conf->postgres_ca), &m->ca_fd, e) != 0)
		return -1;
	spec.ca_fd = m->ca_fd;
	if (conn_init(&m->conn, &spec, e) != 0)
		return -1;
	return conn_open(&m->conn, DB_CONNECT_TIMEOUT_MS, e);
}

static void migration_free(struct migration *m)
{
	conn_free(&m->conn);
	arena_free(m->mem);
	fd_close(&m->ca_fd);
	free(m);
}

static struct migration *migration_new(void)
{
	struct migration *m = calloc(1, sizeof(*m));

	if (m == NULL)
		abort();
	m->ca_fd = -1;
	m->mem = arena_new(JOB_ARENA);
	return m;
}

static int run(struct migration *m, bool begin, struct db_step *steps, size_t n, struct err *e)
{
	struct round r = { .begin = begin, .steps = steps, .n = n, .mem = m->mem };

	r.timeout_ms = WAIT_MS;
	return conn_run(&m->conn, &r, e);
}

static int run_one(struct migration *m, enum stmt stmt, const struct arg *args, struct err *e)
{
	return run(m, false, &(struct db_step){ .stmt = stmt, .args = args }, 1, e);
}

/* Looks through what the server knows and what we know; *missing stays -1 if nothing is. */
static int compare(struct migration *m, const struct rows *known, ptrdiff_t *missing, struct err *e)
{
	*missing = -1;
	for (size_t i = 0; i < known->n; i++) {
		struct span name = row_text(&known->v[i], migration_compare_name);
		struct span state = row_text(&known->v[i], migration_compare_state);

		if (span_is(state, "changed"))
			return err_set(e, ERR_CONFLICT,
				SPAN_FMT " is not the text that was applied to this database",
				SPAN_ARG(name));
		if (span_is(state, "newer"))
			return err_set(e, ERR_CONFLICT,
				"the database has " SPAN_FMT ", which this program does not know",
				SPAN_ARG(name));
		for (size_t k = 0; span_is(state, "missing") && *missing < 0; k++)
			if (span_eq(m->names[k], name))
				*missing = (ptrdiff_t)k;
	}
	return 0;
}

static const struct arg *compare_args(struct migration *m, struct arg out[3])
{
	out[0] = arg_texts(m->names, n_schema_files);
	out[1] = arg_texts(m->texts, n_schema_files);
	out[2] = arg_end();
	return out;
}

/* Begins a transaction, takes the lock and finds the first missing file. */
static int lock(struct migration *m, ptrdiff_t *missing, struct err *e)
{
	struct arg args[3];
	struct db_step steps[] = {
		{ .stmt = q_migration_wait },
		{ .stmt = q_migration_lock },
		{ .stmt = q_migration_hurry },
		{ .stmt = q_migration_table },
		{ .stmt = q_migration_compare, .args = compare_args(m, args) },
	};

	if (run(m, true, steps, countof(steps), e) != 0)
		return -1;
	return compare(m, &steps[countof(steps) - 1].out, missing, e);
}

static int apply(struct migration *m, const struct schema_file *file, struct err *e)
{
	struct script script = { .name = file->name, .text = file->text };

	if (conn_script(&m->conn, &script, e) != 0)
		return -1;
	if (run_one(m, q_migration_add, ARGS(arg_str(file->name), arg_str(file->text)), e) != 0)
		return -1;
	if (run_one(m, q_db_commit, NO_ARGS, e) != 0)
		return -1;
	log_event(LOG_INFO, "migrate.applied", LOG_TEXT("file", file->name));
	return 0;
}

/* In the transaction that holds the lock. */
static int apply_roles(struct migration *m, struct err *e)
{
	struct script script = { .name = "role.sql", .text = schema_roles };
	struct err mine = { 0 };

	if (conn_script(&m->conn, &script, &mine) == 0)
		return run_one(m, q_db_commit, NO_ARGS, e);
	if (strcmp(script.state, INSUFFICIENT_PRIVILEGE) != 0) {
		*e = mine;
		return -1;
	}
	log_event(LOG_INFO, "migrate.no_roles",
		LOG_TEXT("why",
			"this user may not create roles; all programs connect as the owner"));
	return run_one(m, q_db_rollback, NO_ARGS, e);
}

int migrate_run(const struct config *conf, int *applied, struct err *e)
{
	struct migration *m = migration_new();
	ptrdiff_t missing;
	int rc = open_all(m, conf, e);

	*applied = 0;
	while (rc == 0) {
		rc = lock(m, &missing, e);
		if (rc != 0 || missing < 0)
			break;
		rc = apply(m, &schema_files[missing], e);
		*applied += rc == 0;
	}
	if (rc == 0)
		rc = apply_roles(m, e);
	migration_free(m);
	return rc;
}

static int check(struct migration *m, struct err *e)
{
	struct arg args[3];
	struct db_step step = { .stmt = q_migration_exists };
	ptrdiff_t missing;

	if (run(m, false, &step, 1, e) != 0)
		return -1;
	if (!row_bool(&step.out.v[0], migration_exists_yes))
		return err_set(e, ERR_CONFLICT, "the database is empty; run podium migrate");
	step = (struct db_step){ .stmt = q_migration_compare, .args = compare_args(m, args) };
	if (run(m, false, &step, 1, e) != 0 || compare(m, &step.out, &missing, e) != 0)
		return -1;
	if (missing < 0)
		return 0;
	return err_set(e, ERR_CONFLICT, "the database lacks %s; run podium migrate",
		schema_files[missing].name);
}

int migrate_check(const struct config *conf, struct err *e)
{
	struct migration *m = migration_new();
	int rc = open_all(m, conf, e);

	if (rc == 0)
		rc = check(m, e);
	migration_free(m);
	return rc;
}
