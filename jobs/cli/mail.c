/*
 * podium mail: the outbox. `show` prints what a mail says as long as it has not left, which may be
 * a link that lets its reader in: for installations without a mail server.
 */
#include <stdio.h>
#include <stdlib.h>

#include "auth/envelope.h"
#include "base/arena.h"
#include "base/civil_text.h"
#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "jobs/cli/cli.h"
#include "model/admin.h"
#include "model/mail_outbox.h"
#include "os/config.h"

#define LIST_LINES 50

struct work {
	const struct config *conf;
	struct db *db;
	struct arena *mem;
	struct envelope *seal; // NULL without ENCRYPTION_KEY
	const char *word;
};

static int list(struct work *w, struct err *e)
{
	const struct mail_filter filter = { .state = span_of(w->word), .limit = LIST_LINES };
	struct mail_items items;
	enum mail_state state;

	if (w->word != NULL && !mail_state_find(filter.state, &state))
		return err_set(e, ERR_INVALID, "a mail is waiting, sent, dead or kept");
	if (mail_list(w->db, w->mem, &filter, &items, e) != 0)
		return -1;
	for (size_t i = 0; i < items.n; i++) {
		const struct mail_item *t = &items.v[i];
		char when[CIVIL_TEXT_SIZE];

		civil_rfc3339(t->created_at / 1000000 * 1000000, when);
		printf("%lld %s %-7s " SPAN_FMT "  " SPAN_FMT, (long long)t->id, when,
			mail_state_name(t->state), SPAN_ARG(t->recipient), SPAN_ARG(t->subject));
		if (t->last_error.n > 0)
			printf("  (" SPAN_FMT ")", SPAN_ARG(t->last_error));
		printf("\n");
	}
	return 0;
}

static int read_id(const struct work *w, int64_t *id, struct err *e)
{
	if (!span_i64(span_of(w->word), id))
		return err_set(e, ERR_INVALID, "\"%s\" is no number of a mail", w->word);
	return 0;
}

static int show(struct work *w, struct err *e)
{
	struct mail_notice n;
	int64_t id;

	if (read_id(w, &id, e) != 0 || mail_open(w->db, w->mem, w->seal, id, &n, e) != 0)
		return -1;
	printf("To: " SPAN_FMT "\nSubject: %s\n", SPAN_ARG(n.to), n.subject);
	for (size_t i = 0; i < n.n_paragraphs; i++)
		printf("\n" SPAN_FMT "\n", SPAN_ARG(n.paragraphs[i]));
	if (n.action_label != NULL)
		printf("\n%s:\n" SPAN_FMT "\n", n.action_label, SPAN_ARG(n.action_url));
	if (n.small_print.n > 0)
		printf("\n" SPAN_FMT "\n", SPAN_ARG(n.small_print));
	return 0;
}

static int commit(struct work *w, struct tx *tx, struct err *e)
{
	if (tx_commit(tx, e) != 0)
		return -1;
	mail_wake(w->db);
	return 0;
}

static int send_again(struct work *w, struct err *e)
{
	static const struct admin nobody = { .id = 0 };
	int64_t id;

	return read_id(w, &id, e) != 0 ? -1 : admin_mail_again(w->db, w->mem, &nobody, id, e);
}

static int test(struct work *w, struct err *e)
{
	const struct span text[] = { SPAN(
		"This mail was sent by the command podium mail test. "
		"That it arrived shows that mails of this installation do.") };
	const struct mail_notice n = { .kind = "test",
		.to = span_of(w->word),
		.subject = "A test of Podium's mail",
		.paragraphs = text,
		.n_paragraphs = 1 };
	TX_AUTO tx = { .db = NULL };

	if (tx_begin(w->db, &tx, e) != 0 || mail_queue(&tx, w->mem, w->seal, &n, e) != 0)
		return -1;
	return commit(w, &tx, e);
}

static const struct verb {
	struct cli_verb is;
	int (*run)(struct work *w, struct err *e);
} verbs[] = {
	{ { "list", 0, 1 }, list },
	{ { "show", 1, 1 }, show },
	{ { "send", 1, 1 }, send_again },
	{ { "test", 1, 1 }, test },
};

static int run(struct cli *c, const struct verb *v)
{
	struct err e = { .kind = ERR_NONE };
	struct work w = { .conf = c->conf,
		.db = db_new(c->conf, "podium mail"),
		.mem = arena_new(REQUEST_ARENA),
		.word = c->words[1] };
	int failed = c->conf->encryption_key[0] != '\0' &&
		     envelope_new(c->conf->encryption_key, &w.seal, &e) != 0;

	if (!failed)
		failed = v->run(&w, &e) != 0;
	envelope_free(w.seal);
	db_close(w.db);
	arena_free(w.mem);
	return failed ? cli_fail(&e) : 0;
}

int cli_mail(struct cli *c)
{
	for (size_t i = 0; i < countof(verbs); i++)
		if (cli_asks_for(c, &verbs[i].is))
			return run(c, &verbs[i]);
	return CLI_USAGE;
}
