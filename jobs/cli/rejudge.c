/* podium rejudge: judging again as a set, looking what would change, and deciding about all of it.
 */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "jobs/cli/cli.h"
#include "judge/verdict.h"
#include "model/cache.h"
#include "model/judging.h"
#include "model/rejudge.h"

#define LIST_LIMIT 50

struct work {
	struct cli *c;
	struct db *db;
	struct arena *mem;
};

static bool read_id(const char *word, int64_t *id)
{
	return word != NULL && span_i64(span_of(word), id) && *id > 0;
}

static int make(struct work *w, struct err *e)
{
	struct rejudge_new r = { .why = span_of(cli_option(w->c, "--why")) };
	const char *verdict, *user, *contest;
	enum verdict v = VERDICT_NONE;
	TX_AUTO tx = { 0 };
	int64_t id;

	r.wanted.public_id = span_of(cli_option(w->c, "--submission"));
	r.wanted.slug = span_of(cli_option(w->c, "--problem"));
	r.wanted.language = span_of(cli_option(w->c, "--language"));
	verdict = cli_option(w->c, "--verdict");
	user = cli_option(w->c, "--user");
	contest = cli_option(w->c, "--contest");
	if (w->c->n_words != 1)
		return CLI_USAGE;
	if (verdict != NULL && !verdict_find(span_of(verdict), &v))
		return err_set(e, ERR_INVALID, "there is no verdict \"%s\"", verdict);
	if (user != NULL && !read_id(user, &r.wanted.user_id))
		return err_set(e, ERR_INVALID, "--user takes the number of an account");
	if (contest != NULL && !read_id(contest, &r.wanted.contest_id))
		return err_set(e, ERR_INVALID, "--contest takes the number of a contest");
	r.wanted.verdict = (int)v;
	if (tx_begin(w->db, &tx, e) != 0 || rejudge_make(&tx, w->mem, &r, &id, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	judging_wake(w->db);
	printf("rejudging %lld has begun; podium rejudge show %lld says what would change\n",
		(long long)id, (long long)id);
	return 0;
}

static void print_one(const struct rejudge *r)
{
	printf("%lld %s: %d of %d judged, %d changed: " SPAN_FMT " " SPAN_FMT "\n",
		(long long)r->id, rejudge_state_name(r->state), r->n_ended, r->n, r->n_changed,
		SPAN_ARG(r->wanted), SPAN_ARG(r->why));
}

static int list(struct work *w, struct err *e)
{
	struct rejudges all;

	if (w->c->n_words != 1)
		return CLI_USAGE;
	if (rejudge_list(w->db, w->mem, 0, LIST_LIMIT, &all, e) != 0)
		return -1;
	for (size_t i = 0; i < all.n; i++)
		print_one(&all.v[i]);
	return 0;
}

static void print_result(int verdict, bool has_score, double score)
{
	printf(" %s", verdict != VERDICT_NONE ? verdict_code((enum verdict)verdict) : "-");
	if (has_score)
		printf(" %g", score);
}

static int show(struct work *w, struct err *e)
{
	struct rejudge_look look = { .all = cli_flag(w->c, "--all"), .limit = SUBMISSION_MAX_PAGE };
	struct rejudge_items items;
	struct rejudge r;

	if (w->c->n_words != 2 || !read_id(w->c->words[1], &look.id))
		return CLI_USAGE;
	if (rejudge_get(w->db, w->mem, look.id, &r, e) != 0)
		return -1;
	print_one(&r);
	do {
		if (rejudge_items(w->db, w->mem, &look, &items, e) != 0)
			return -1;
		for (size_t i = 0; i < items.n; i++) {
			const struct rejudge_item *x = &items.v[i];

			printf(SPAN_FMT " " SPAN_FMT " " SPAN_FMT, SPAN_ARG(x->public_id),
				SPAN_ARG(x->slug), SPAN_ARG(x->language));
			print_result(x->old_verdict, x->old_has_score, x->old_score);
			printf(" ->");
			print_result(x->new_verdict, x->new_has_score, x->new_score);
			printf("\n");
		}
		look.after = items.next;
	} while (items.next != 0);
	return 0;
}

static int decide(struct work *w, bool apply, struct err *e)
{
	struct rejudge_decision r = { .apply = apply };

	if (w->c->n_words != 2 || !read_id(w->c->words[1], &r.id))
		return CLI_USAGE;
	if (cache_new(w->c->conf, w->db, &r.cache, e) != 0)
		return -1;
	if (rejudge_decide(w->db, w->mem, &r, e) != 0) {
		cache_free(r.cache);
		return -1;
	}
	cache_free(r.cache);
	printf("rejudging %lld is %s\n", (long long)r.id, apply ? "applied" : "dropped");
	return 0;
}

static int run(struct work *w, struct err *e)
{
	const char *what = w->c->n_words > 0 ? w->c->words[0] : "";

	if (strcmp(what, "make") == 0)
		return make(w, e);
	if (strcmp(what, "list") == 0)
		return list(w, e);
	if (strcmp(what, "show") == 0)
		return show(w, e);
	if (strcmp(what, "apply") == 0 || strcmp(what, "drop") == 0)
		return decide(w, strcmp(what, "apply") == 0, e);
	return CLI_USAGE;
}

int cli_rejudge(struct cli *c)
{
	struct err e = { .kind = ERR_NONE };
	struct work w = { c, db_new(c->conf, "podium rejudge"), arena_new(REQUEST_ARENA) };
	int rc = run(&w, &e);

	db_close(w.db);
	arena_free(w.mem);
	return rc < 0 ? cli_fail(&e) : rc;
}
