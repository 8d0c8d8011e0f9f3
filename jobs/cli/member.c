/* podium member: the people who are followed, from the command line. */
#include <stdio.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/limits.h"
#include "base/when.h"
#include "db/db.h"
#include "jobs/cli/cli.h"
#include "model/job.h"
#include "model/member.h"
#include "model/member_import.h"
#include "model/member_sync.h"
#include "model/user.h"
#include "os/fd.h"

struct work {
	struct db *db;
	struct arena *mem;
	char **words;
	const char *by; // address of the coach or admin whose list it is
};

static int list(struct work *w, struct err *e)
{
	const struct member_access all = { .everybody = true };
	struct member_filter f = { .order = member_order_find(SPAN("name")), .most = MEMBER_BATCH };
	struct member_items items;

	do {
		if (member_list(w->db, w->mem, &all, &f, &items, e) != 0)
			return -1;
		for (size_t i = 0; i < items.n; i++) {
			const struct member_item *m = &items.v[i];

			printf("%6lld  %-24.*s  %4lld solved  " SPAN_FMT "%s%s\n", (long long)m->id,
				SPAN_ARG(m->handle), (long long)m->n_solved, SPAN_ARG(m->name),
				m->is_proved ? "" : " (handle not proved)",
				m->trouble.n > 0 ? " (in trouble)" : "");
		}
		f.skip += (int)items.n;
	} while (items.n > 0 && f.skip < items.total);
	return 0;
}

/* As that person could from the page: a coach into groups of one's own, an admin into all. */
static int import(struct work *w, struct err *e)
{
	struct member_access a;
	struct member_report r;
	struct user *u;
	struct span text;
	int64_t id;

	if (w->by == NULL)
		return err_set(e, ERR_INVALID, "--by names the account whose list it is");
	if (user_by_email(w->db, w->mem, span_of(w->by), &u, e) != 0 ||
		file_read(w->words[1], MEMBER_MAX_CSV, w->mem, &text, e) != 0 ||
		member_access_of(w->db, w->mem, u, &a, e) != 0)
		return -1;
	if (!member_is_coach(&a))
		return err_set(e, ERR_FORBIDDEN, "%s coaches nobody", w->by);
	if (member_import(w->db, w->mem, &a, text, &id, e) != 0 ||
		member_import_get(w->db, w->mem, u->id, id, &r, e) != 0)
		return -1;
	printf("%lld added, %lld changed, %lld lines could not be taken\n", (long long)r.n_added,
		(long long)r.n_changed, (long long)r.n_bad);
	fwrite(r.report.p, 1, r.report.n, stderr);
	return r.n_bad == 0 ? 0
			    : err_set(e, ERR_INVALID, "%lld of %lld lines were left out",
				      (long long)r.n_bad, (long long)r.n_lines);
}

static int sync_all(struct work *w, struct err *e)
{
	struct member_sweep s;
	int64_t id;

	if (member_sweep_start(w->db, w->mem, 0, &id, e) != 0 ||
		member_sweep_last(w->db, w->mem, &s, e) != 0)
		return -1;
	printf("%lld of %lld members are asked for at Codeforces\n", (long long)(s.n - s.n_done),
		(long long)s.n);
	return 0;
}

static const struct verb {
	struct cli_verb is;
	int (*run)(struct work *w, struct err *e);
} verbs[] = {
	{ { "list", 0, 0 }, list },
	{ { "import", 1, 1 }, import },
	{ { "sync", 0, 0 }, sync_all },
};

static int run(struct cli *c, const struct verb *v, struct work *w)
{
	struct err e = { .kind = ERR_NONE };
	int failed;

	w->db = db_new(c->conf, "podium member");
	w->mem = arena_new(PACKAGE_ARENA);
	w->words = c->words;
	failed = v->run(w, &e);
	db_close(w->db);
	arena_free(w->mem);
	return failed != 0 ? cli_fail(&e) : 0;
}

int cli_member(struct cli *c)
{
	struct work w = { .by = cli_option(c, "--by") };

	for (size_t i = 0; i < countof(verbs); i++)
		if (cli_asks_for(c, &verbs[i].is))
			return run(c, &verbs[i], &w);
	return CLI_USAGE;
}
