/*
 * podium problem: packages in and out from the command line. An import does here what the web's job
 * does, and says at once what is wrong with the package; verifying is the workers' work.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/envelope.h"
#include "base/arena.h"
#include "base/limits.h"
#include "db/db.h"
#include "jobs/cli/cli.h"
#include "jobs/package/import.h"
#include "model/cache.h"
#include "model/job.h"
#include "model/problem_do.h"
#include "model/problem_export.h"
#include "model/problem_trial.h"
#include "model/problem_verify.h"
#include "model/user.h"
#include "os/config.h"
#include "os/fd.h"

struct work {
	struct db *db;
	struct cache *cache; // of the web processes: what it outdates is evicted there
	struct arena *mem;
	const struct config *conf;
	struct envelope *seal;
	char **words;
	int n_words;
	const char *owner; // address of whose problem it is to be; NULL: nobody's
	const char *into;  // slug of the problem whose next version it is; NULL: a new one
	bool wait;
};

static const char *const states[] = { "not verified", "being verified", "sound", "unsound" };

static int list(struct work *w, struct err *e)
{
	struct trial_problem *v;
	size_t n;

	if (problem_trial_problems(w->db, w->mem, &v, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		printf("%-24.*s %-15s %4d ms %4lld tests  %.*s%s\n", SPAN_ARG(v[i].slug),
			states[v[i].state & 3], v[i].time_ms, (long long)v[i].n_tests,
			SPAN_ARG(v[i].name), v[i].is_signed ? " (signed)" : "");
	return 0;
}

static int read_package(struct work *w, const char *path, struct package_report *r,
	struct package_tree *tree, struct err *e)
{
	struct stat st;
	struct span zip;
	const char *base = strrchr(path, '/');

	if (stat(path, &st) != 0)
		return err_set(e, ERR_NOT_FOUND, "there is no \"%s\"", path);
	if (S_ISDIR(st.st_mode))
		return package_tree_dir(r, path, tree, e);
	if (file_read(path, PACKAGE_MAX_ZIP, w->mem, &zip, e) != 0)
		return -1;
	return package_tree_zip(r, zip, span_of(base != NULL ? base + 1 : path), tree, e);
}

static void show(const struct package_report *r)
{
	struct span text = SPAN("");
	struct err ignored = { .kind = ERR_NONE };
	BUF_AUTO b;

	buf_init(&b, 1 << 20);
	package_report_text(&b, r);
	if (buf_finish(&b, &text, &ignored) == 0)
		fwrite(text.p, 1, text.n, stderr);
}

static int find_owner(struct work *w, int64_t *id, struct err *e)
{
	struct user *u;

	*id = 0;
	if (w->owner == NULL)
		return 0;
	if (user_by_email(w->db, w->mem, span_of(w->owner), &u, e) != 0)
		return -1;
	*id = u->id;
	return 0;
}

static int import_one(struct work *w, const char *path, struct err *e)
{
	PACKAGE_TREE_AUTO tree = { .n = 0 };
	struct import_desk desk = {
		.db = w->db, .conf = w->conf, .seal = w->seal, .cache = w->cache
	};
	struct package_report r;
	struct problem_made made;
	int64_t version;

	package_report_init(&r, w->mem);
	if (find_owner(w, &desk.actor_id, e) != 0 || read_package(w, path, &r, &tree, e) != 0)
		return -1;
	if (w->into != NULL && problem_trial_current(w->db, w->mem, span_of(w->into),
				       &desk.problem_id, &version, e) != 0)
		return -1;
	if (import_tree(&desk, &tree, &r, &made, e) != 0)
		return -1;
	show(&r);
	if (made.id == 0)
		return err_set(e, ERR_INVALID, "%s was not imported: %zu errors", path, r.n_errors);
	printf(SPAN_FMT " version %d\n", SPAN_ARG(made.slug), made.number);
	return 0;
}

static int import_all(struct work *w, struct err *e)
{
	int failed = 0;

	for (int i = 0; i < w->n_words; i++) {
		struct err why = { .kind = ERR_NONE };

		if (import_one(w, w->words[i], &why) == 0)
			continue;
		failed++;
		cli_fail(&why);
	}
	if (failed > 0)
		return err_set(
			e, ERR_INVALID, "%d of %d packages were not imported", failed, w->n_words);
	return 0;
}

/* What came of the solutions, a line each. */
static int print_outcome(struct work *w, int64_t version_id, struct err *e)
{
	static const char *const marks[] = { "ok", "WRONG", "not tried" };
	struct jury_solutions all;

	if (problem_solutions(w->db, w->mem, version_id, &all, e) != 0)
		return -1;
	for (size_t i = 0; i < all.n; i++)
		printf("%-9s " SPAN_FMT ": " SPAN_FMT "\n",
			all.v[i].outcome >= 0 ? marks[all.v[i].outcome] : "open",
			SPAN_ARG(all.v[i].path), SPAN_ARG(all.v[i].said));
	return 0;
}

static int wait_for(struct work *w, int64_t version_id, struct err *e)
{
	struct trial_version v;

	do {
		usleep(300000);
		if (problem_trial_version(w->db, w->mem, version_id, &v, e) != 0)
			return -1;
	} while (v.state == PROBLEM_IN_VERIFICATION);
	if (print_outcome(w, version_id, e) != 0)
		return -1;
	printf("%s\n", states[v.state & 3]);
	return v.state == PROBLEM_SOUND ? 0 : err_set(e, ERR_INVALID, "the problem is not sound");
}

static int verify(struct work *w, struct err *e)
{
	const struct problem_hand hand = { w->db, w->cache, w->mem, w->seal, 0 };
	int64_t problem_id;
	int64_t version_id;

	if (problem_trial_current(
		    w->db, w->mem, span_of(w->words[0]), &problem_id, &version_id, e) != 0 ||
		problem_do_verify(&hand, problem_id, version_id, e) != 0)
		return -1;
	return w->wait ? wait_for(w, version_id, e) : 0;
}

static int status(struct work *w, struct err *e)
{
	struct trial_version v;
	int64_t problem_id;
	int64_t version_id;

	if (problem_trial_current(
		    w->db, w->mem, span_of(w->words[0]), &problem_id, &version_id, e) != 0 ||
		print_outcome(w, version_id, e) != 0 ||
		problem_trial_version(w->db, w->mem, version_id, &v, e) != 0)
		return -1;
	printf("%s\n", states[v.state & 3]);
	return 0;
}

/* show SLUG... public|contests|hidden */
static int show_to(struct work *w, struct err *e)
{
	const struct problem_hand hand = { w->db, w->cache, w->mem, w->seal, 0 };
	enum problem_visibility to;
	int failed = 0;

	if (problem_visibility_read(span_of(w->words[w->n_words - 1]), &to, e) != 0)
		return -1;
	for (int i = 0; i + 1 < w->n_words; i++) {
		struct err why = { .kind = ERR_NONE };
		int64_t problem_id;
		int64_t version_id;

		if (problem_trial_current(w->db, w->mem, span_of(w->words[i]), &problem_id,
			    &version_id, &why) == 0 &&
			problem_do_show_to(&hand, problem_id, to, &why) == 0) {
			printf("%s %s\n", w->words[i], problem_visibility_name(to));
			continue;
		}
		failed++;
		cli_fail(&why);
	}
	if (failed > 0)
		return err_set(e, ERR_INVALID, "%d of %d problems stay as they were", failed,
			w->n_words - 1);
	return 0;
}

static int export(struct work *w, struct err *e)
{
	const char *path =
		w->n_words > 1 ? w->words[1] : arena_printf(w->mem, "%s.zip", w->words[0]);
	const struct problem_export_ask ask = {
		.slug = span_of(w->words[0]), .seal = w->seal, .most = PACKAGE_MAX_ZIP
	};
	struct span zip;

	if (problem_export(w->db, w->mem, &ask, &zip, e) != 0 ||
		file_replace(path, zip, 0600, e) != 0)
		return -1;
	printf("%s\n", path);
	return 0;
}

static const struct verb {
	struct cli_verb is;
	int (*run)(struct work *w, struct err *e);
} verbs[] = {
	{ { "list", 0, 0 }, list },
	{ { "import", 1, 1000 }, import_all },
	{ { "verify", 1, 1 }, verify },
	{ { "status", 1, 1 }, status },
	{ { "export", 1, 2 }, export },
	{ { "show", 2, 1000 }, show_to },
};

static int run(struct cli *c, const struct verb *v, struct work *w)
{
	struct err e = { .kind = ERR_NONE };
	int failed = 0;

	w->db = db_new(c->conf, "podium problem");
	w->mem = arena_new(PACKAGE_ARENA);
	w->conf = c->conf;
	w->words = c->words + 1;
	w->n_words = c->n_words - 1;
	if (c->conf->encryption_key[0] != '\0')
		failed = envelope_new(c->conf->encryption_key, &w->seal, &e);
	if (failed == 0)
		failed = cache_new(c->conf, w->db, &w->cache, &e);
	if (failed == 0)
		failed = v->run(w, &e);
	cache_free(w->cache);
	envelope_free(w->seal);
	db_close(w->db);
	arena_free(w->mem);
	return failed != 0 ? cli_fail(&e) : 0;
}

int cli_problem(struct cli *c)
{
	struct work w = { .owner = cli_option(c, "--owner"),
		.into = cli_option(c, "--into"),
		.wait = cli_flag(c, "--wait") };

	for (size_t i = 0; i < countof(verbs); i++)
		if (cli_asks_for(c, &verbs[i].is))
			return run(c, &verbs[i], &w);
	return CLI_USAGE;
}
