/* podium audit: what was done, and whether anybody changed the record of it. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/civil_text.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "jobs/cli/cli.h"
#include "model/audit.h"

#define LIST_LIMIT 100
#define LIST_MOST  10000

/* "12:6f1c...": what verify prints as the head. */
static bool read_mark(const char *word, struct audit_mark *out)
{
	struct span at = span_of(word), number;
	uint64_t id;

	if (!scan_until(&at, ':', 20, &number) || !span_u64(number, INT64_MAX, &id) || id == 0)
		return false;
	out->id = (int64_t)id;
	return at.n == 2 * sizeof(out->hash) && hex_decode(at, out->hash, sizeof(out->hash));
}

static int verify(struct cli *c, struct db *d, struct err *e)
{
	struct audit_mark known;
	struct audit_verdict v;
	char hash[2 * DIGEST_SIZE + 1];

	if (c->n_words > 2 || (c->n_words == 2 && !read_mark(c->words[1], &known)))
		return CLI_USAGE;
	if (audit_verify(d, c->n_words == 2 ? &known : NULL, &v, e) != 0)
		return -1;
	if (v.broken_id != 0) {
		printf("%lld rows fit; row %lld: %s\n", (long long)v.n, (long long)v.broken_id,
			v.reason);
		return 1;
	}
	hex_encode(v.head.hash, sizeof(v.head.hash), hash);
	printf("%lld rows, unbroken\nhead %lld:%s\n", (long long)v.n, (long long)v.head.id, hash);
	return 0;
}

/* Reads "--name value" pairs. */
static bool read_filter(struct cli *c, struct audit_filter *f)
{
	uint64_t n;

	for (int i = 1; i < c->n_words; i += 2) {
		struct span name = span_of(c->words[i]);
		struct span value = span_of(c->words[i + 1]);

		if (i + 1 == c->n_words)
			return false;
		if (span_is(name, "--action"))
			f->action = value;
		else if (span_is(name, "--object"))
			f->object = value;
		else if (span_is(name, "--actor") && span_u64(value, INT64_MAX, &n))
			f->actor_id = (int64_t)n;
		else if (span_is(name, "--before") && span_u64(value, INT64_MAX, &n))
			f->before_id = (int64_t)n;
		else if (span_is(name, "--limit") && span_u64(value, LIST_MOST, &n) && n > 0)
			f->limit = (int)n;
		else
			return false;
	}
	return true;
}

static int list(struct cli *c, struct db *d, struct arena *m, struct err *e)
{
	struct audit_filter f = {
		.actor_id = -1, .since = INT64_MIN, .until = INT64_MIN, .limit = LIST_LIMIT
	};
	struct audit_rows rows;
	char at[CIVIL_TEXT_SIZE];

	if (!read_filter(c, &f))
		return CLI_USAGE;
	if (audit_list(d, m, &f, &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		const struct audit_row *r = &rows.v[i];

		civil_rfc3339(r->at / 1000000 * 1000000, at);
		printf("%lld %s actor=%lld " SPAN_FMT " " SPAN_FMT " " SPAN_FMT " " SPAN_FMT "\n",
			(long long)r->id, at, (long long)r->actor_id, SPAN_ARG(r->action),
			SPAN_ARG(r->object), SPAN_ARG(r->detail), SPAN_ARG(r->address));
	}
	return 0;
}

int cli_audit(struct cli *c)
{
	struct err e = { .kind = ERR_NONE };
	struct db *d = db_new(c->conf, "podium audit");
	struct arena *m = arena_new(JOB_ARENA);
	int rc = CLI_USAGE;

	if (c->n_words >= 1 && strcmp(c->words[0], "verify") == 0)
		rc = verify(c, d, &e);
	else if (c->n_words >= 1 && strcmp(c->words[0], "list") == 0)
		rc = list(c, d, m, &e);
	db_close(d);
	arena_free(m);
	return rc == -1 ? cli_fail(&e) : rc;
}
