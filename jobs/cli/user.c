/*
 * podium user: accounts from the command line. A password is never a word of the command, where
 * everybody on the machine could read it: it is the first line of standard input, or made here and
 * shown once when standard input is empty.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "auth/password.h"
#include "base/arena.h"
#include "base/limits.h"
#include "db/db.h"
#include "jobs/cli/cli.h"
#include "model/audit.h"
#include "model/user.h"

struct work {
	struct db *db;
	struct arena *mem;
	char **words;
	int n_words;
	const char *made; // the password, if it was made here
};

/* The first line of standard input, or a new password. */
static struct span take_password(struct work *w)
{
	char line[PASSWORD_MOST * 2];
	char random[PASSWORD_RANDOM_SIZE];

	if (isatty(STDIN_FILENO))
		fprintf(stderr, "password (empty: one is made): ");
	if (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] != '\0')
			return arena_span(w->mem, span_of(line));
	}
	password_random(random);
	w->made = arena_dup(w->mem, span_of(random));
	return span_of(w->made);
}

static int list(struct work *w, struct err *e)
{
	struct user_list users;

	if (user_list(w->db, w->mem, &users, e) != 0)
		return -1;
	for (size_t i = 0; i < users.n; i++)
		printf("%-8s " SPAN_FMT " <" SPAN_FMT ">%s\n", roles_text(w->mem, users.v[i].roles),
			SPAN_ARG(users.v[i].name), SPAN_ARG(users.v[i].email),
			users.v[i].disabled ? " (disabled)" : "");
	return 0;
}

/* Of the command line, and so of nobody by name. */
static int note(struct work *w, struct tx *tx, const char *action, int64_t id, const char *detail,
	struct err *e)
{
	const struct audit_entry entry = { .action = action,
		.object = audit_object(w->mem, "user", id),
		.detail = span_of(detail) };

	return audit_add(tx, w->mem, &entry, e);
}

static int create(struct work *w, struct err *e)
{
	struct user_new u = { .email = span_of(w->words[0]),
		.name = span_of(w->words[1]),
		.roles = ROLE_BIT(ROLE_MEMBER),
		.is_verified = true };
	TX_AUTO tx = { .db = NULL };
	const char *detail;
	int64_t id;

	if (w->n_words > 2 && roles_parse(span_of(w->words[2]), &u.roles, e) != 0)
		return -1;
	u.password = take_password(w);
	detail = arena_printf(w->mem, "{\"roles\": \"%s\"}", roles_text(w->mem, u.roles));
	if (tx_begin(w->db, &tx, e) != 0 || user_create(w->db, w->mem, &u, &id, e) != 0 ||
		note(w, &tx, "user.create", id, detail, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

static int reset(struct work *w, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	struct span password;
	struct user *u;

	if (user_by_email(w->db, w->mem, span_of(w->words[0]), &u, e) != 0)
		return -1;
	password = take_password(w);
	if (tx_begin(w->db, &tx, e) != 0 ||
		user_set_password(w->db, w->mem, u->id, password, e) != 0 ||
		note(w, &tx, "user.password", u->id, NULL, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

static int set_roles(struct work *w, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	const char *detail;
	struct user *u;
	unsigned roles;

	if (roles_parse(span_of(w->words[1]), &roles, e) != 0)
		return -1;
	if (user_by_email(w->db, w->mem, span_of(w->words[0]), &u, e) != 0)
		return -1;
	detail = arena_printf(w->mem, "{\"from\": \"%s\", \"to\": \"%s\"}",
		roles_text(w->mem, u->roles), roles_text(w->mem, roles));
	if (tx_begin(w->db, &tx, e) != 0 || user_set_roles(w->db, w->mem, u->id, roles, e) != 0 ||
		note(w, &tx, "user.role", u->id, detail, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

static const struct verb {
	struct cli_verb is;
	int (*run)(struct work *w, struct err *e);
} verbs[] = {
	{ { "list", 0, 0 }, list },
	{ { "create", 2, 3 }, create },
	{ { "reset", 1, 1 }, reset },
	{ { "role", 2, 2 }, set_roles },
};

static int run(struct cli *c, const struct verb *v)
{
	struct err e = { .kind = ERR_NONE };
	struct work w = { .db = db_new(c->conf, "podium user"),
		.mem = arena_new(REQUEST_ARENA),
		.words = c->words + 1,
		.n_words = c->n_words - 1 };
	int failed = v->run(&w, &e);

	if (failed == 0 && w.made != NULL)
		printf("password: %s\n", w.made);
	db_close(w.db);
	arena_free(w.mem);
	return failed != 0 ? cli_fail(&e) : 0;
}

int cli_user(struct cli *c)
{
	for (size_t i = 0; i < countof(verbs); i++)
		if (cli_asks_for(c, &verbs[i].is))
			return run(c, &verbs[i]);
	return CLI_USAGE;
}
