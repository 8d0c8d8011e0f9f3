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
#include "model/user.h"

struct work {
	struct db *db;
	struct arena *mem;
	char **words;
	int n_words;
};

/* The first line of standard input, or a new password, which is printed. */
static struct span take_password(struct arena *m)
{
	char line[PASSWORD_MOST * 2];
	char random[PASSWORD_RANDOM_SIZE];

	if (isatty(STDIN_FILENO))
		fprintf(stderr, "password (empty: one is made): ");
	if (fgets(line, sizeof(line), stdin) != NULL) {
		line[strcspn(line, "\r\n")] = '\0';
		if (line[0] != '\0')
			return arena_span(m, span_of(line));
	}
	password_random(random);
	printf("password: %s\n", random);
	return arena_span(m, span_of(random));
}

static int list(struct work *w, struct err *e)
{
	struct user_list users;

	if (user_list(w->db, w->mem, &users, e) != 0)
		return -1;
	for (size_t i = 0; i < users.n; i++)
		printf("%-8s " SPAN_FMT " <" SPAN_FMT ">%s\n", role_name(users.v[i].role),
			SPAN_ARG(users.v[i].name), SPAN_ARG(users.v[i].email),
			users.v[i].disabled ? " (disabled)" : "");
	return 0;
}

static int add(struct work *w, struct err *e)
{
	struct user_new u = { .email = span_of(w->words[0]), .name = span_of(w->words[1]) };
	int64_t id;

	if (!role_find(span_of(w->words[2]), &u.role))
		return err_set(e, ERR_INVALID, "no role is called \"%s\"", w->words[2]);
	u.password = take_password(w->mem);
	return user_create(w->db, w->mem, &u, &id, e);
}

static int set_password(struct work *w, struct err *e)
{
	struct user *u;

	if (user_by_email(w->db, w->mem, span_of(w->words[0]), &u, e) != 0)
		return -1;
	return user_set_password(w->db, w->mem, u->id, take_password(w->mem), e);
}

static int set_role(struct work *w, struct err *e)
{
	struct user *u;
	enum role role;

	if (!role_find(span_of(w->words[1]), &role))
		return err_set(e, ERR_INVALID, "no role is called \"%s\"", w->words[1]);
	if (user_by_email(w->db, w->mem, span_of(w->words[0]), &u, e) != 0)
		return -1;
	return user_set_role(w->db, w->mem, u->id, role, e);
}

static const struct verb {
	const char *name;
	int n_words;
	int (*run)(struct work *w, struct err *e);
} verbs[] = {
	{ "list", 0, list },
	{ "add", 3, add },
	{ "password", 1, set_password },
	{ "role", 2, set_role },
};

static int run(struct cli *c, const struct verb *v)
{
	struct err e = { .kind = ERR_NONE };
	struct work w = { .db = db_new(c->conf, "podium user"),
		.mem = arena_new(REQUEST_ARENA),
		.words = c->words + 1,
		.n_words = c->n_words - 1 };
	int failed = v->run(&w, &e);

	db_close(w.db);
	arena_free(w.mem);
	return failed != 0 ? cli_fail(&e) : 0;
}

int cli_user(struct cli *c)
{
	for (size_t i = 0; c->n_words > 0 && i < countof(verbs); i++) {
		if (strcmp(verbs[i].name, c->words[0]) == 0 && verbs[i].n_words == c->n_words - 1)
			return run(c, &verbs[i]);
	}
	return CLI_USAGE;
}
