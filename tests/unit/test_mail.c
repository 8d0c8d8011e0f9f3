/* The outbox: what goes in, what stands in the database, and what becomes of it. */
#include "tests/unit/pg.h"

#include <string.h>

#include "auth/envelope.h"
#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "model/mail_outbox.h"

#define KEY "k1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct pg pg;
static struct db *db;
static struct arena *mem;
static struct envelope *seal;
static struct err fault;

static int start(void **state)
{
	struct err e = { .kind = ERR_NONE };

	(void)state;
	if (getenv("TEST_POSTGRES") != NULL) {
		pg_make(&pg);
		db = db_new(&pg.conf, "test");
	}
	mem = arena_new(1 << 22);
	return envelope_new(KEY, &seal, &e);
}

static int stop(void **state)
{
	(void)state;
	if (getenv("TEST_POSTGRES") != NULL) {
		db_close(db);
		pg_drop(&pg);
	}
	envelope_free(seal);
	arena_free(mem);
	return 0;
}

static struct err *no_err(void)
{
	fault = (struct err){ 0 };
	return &fault;
}

static const struct span paragraphs[] = { { "Open the secret-link.", 21 },
	{ "It ends soon.", 13 } };

static struct mail_notice notice(void)
{
	return (struct mail_notice){ .kind = "test",
		.to = SPAN("mia@example.org"),
		.subject = "A subject",
		.greeting_name = SPAN("M\"ia\n"),
		.paragraphs = paragraphs,
		.n_paragraphs = 2,
		.action_label = "Open",
		.action_url = SPAN("https://example.org/secret-link"),
		.small_print = SPAN("small") };
}

static int64_t queue(void)
{
	struct mail_notice n = notice();
	struct mail_items items;
	const struct mail_filter newest = { .limit = 1 };
	TX_AUTO tx = { .db = NULL };

	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	assert_int_equal(mail_queue(&tx, mem, seal, &n, no_err()), 0);
	assert_int_equal(tx_commit(&tx, no_err()), 0);
	assert_int_equal(mail_list(db, mem, &newest, &items, no_err()), 0);
	assert_int_equal(items.n, 1);
	return items.v[0].id;
}

static int64_t count(const char *sql)
{
	PGresult *res = PQexec(pg.admin, sql);
	int64_t n = -1;

	assert_true(span_i64(span_of(PQgetvalue(res, 0, 0)), &n));
	PQclear(res);
	return n;
}

static void mail_is_kept_sealed(void **state)
{
	struct mail_notice out;
	struct mail_item item;
	int64_t id;

	(void)state;
	(void)pg_server();
	id = queue();
	assert_int_equal(mail_find(db, mem, id, &item, no_err()), 0);
	assert_int_equal(item.state, MAIL_WAITING);
	assert_true(item.has_body && item.message_id.n == 33);
	assert_int_equal(item.ended_at, INT64_MIN);
	assert_int_equal(mail_open(db, mem, seal, id, &out, no_err()), 0);
	assert_string_equal(out.subject, "A subject");
	assert_true(span_is(out.to, "mia@example.org") && span_is(out.greeting_name, "M\"ia\n"));
	assert_int_equal(out.n_paragraphs, 2);
	assert_true(span_eq(out.paragraphs[0], paragraphs[0]));
	assert_string_equal(out.action_label, "Open");
	assert_true(span_is(out.action_url, "https://example.org/secret-link"));
	assert_int_equal(
		count("SELECT count(*) FROM mail WHERE position('secret-link'::bytea IN body) > 0"),
		0);
	assert_int_equal(
		count("SELECT count(*) FROM job j JOIN job_queue q ON q.id = j.queue WHERE q.name = 'mail' "
		      "AND j.payload::text LIKE '%secret%'"),
		0);
	assert_true(count("SELECT count(*) FROM job WHERE kind = 'mail.send'") > 0);
	pg_do(pg.admin, "UPDATE mail SET message_id = 'other'");
	assert_int_equal(mail_open(db, mem, seal, id, &out, no_err()), -1);
	assert_int_equal(fault.kind, ERR_INTERNAL);
	pg_do(pg.admin, "DELETE FROM mail");
	assert_int_equal(mail_find(db, mem, id, &item, no_err()), -1);
	assert_int_equal(fault.kind, ERR_NOT_FOUND);
}

static void nothing_without_its_cause(void **state)
{
	struct mail_notice n = notice();
	struct mail_items items;
	const struct mail_filter all = { .limit = 10 };

	(void)state;
	(void)pg_server();
	pg_do(pg.admin, "DELETE FROM mail");
	{
		TX_AUTO tx = { .db = NULL };

		assert_int_equal(tx_begin(db, &tx, no_err()), 0);
		assert_int_equal(mail_queue(&tx, mem, seal, &n, no_err()), 0);
	}
	assert_int_equal(mail_list(db, mem, &all, &items, no_err()), 0);
	assert_int_equal(items.n, 0);
}

static void what_is_refused(void **state)
{
	struct mail_notice n[5];
	TX_AUTO tx = { .db = NULL };

	(void)state;
	(void)pg_server();
	for (size_t i = 0; i < countof(n); i++)
		n[i] = notice();
	n[0].to = SPAN("a@b\r\nBcc: c@d");
	n[1].subject = "two\nlines";
	n[2].subject = "";
	n[3].n_paragraphs = MAIL_MAX_PARAGRAPHS + 1;
	n[4].to = SPAN("nobody");
	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	for (size_t i = 0; i < countof(n); i++) {
		assert_int_equal(mail_queue(&tx, mem, seal, &n[i], no_err()), -1);
		assert_int_equal(fault.kind, ERR_INVALID);
	}
	n[0] = notice();
	assert_int_equal(mail_queue(&tx, mem, NULL, &n[0], no_err()), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
}

static void end(int64_t id, enum mail_state state)
{
	TX_AUTO tx = { .db = NULL };

	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	assert_int_equal(mail_ended(&tx, id, state, 2, no_err()), 0);
	assert_int_equal(tx_commit(&tx, no_err()), 0);
}

static int again(int64_t id)
{
	TX_AUTO tx = { .db = NULL };

	assert_int_equal(tx_begin(db, &tx, no_err()), 0);
	return mail_again(&tx, mem, id, no_err()) == 0 ? tx_commit(&tx, no_err()) : -1;
}

static void fates(void **state)
{
	struct mail_item item;
	struct mail_notice out;
	int64_t id;

	(void)state;
	(void)pg_server();
	id = queue();
	assert_int_equal(again(id), -1);
	assert_int_equal(mail_failed(db, id, 1, "not now", no_err()), 0);
	assert_int_equal(mail_give_up(db, id, SPAN(""), no_err()), 0);
	assert_int_equal(mail_find(db, mem, id, &item, no_err()), 0);
	assert_int_equal(item.state, MAIL_DEAD);
	assert_int_equal(item.attempts, 1);
	assert_true(span_is(item.last_error, "not now") && item.has_body);
	assert_int_equal(again(id), 0);
	assert_int_equal(mail_find(db, mem, id, &item, no_err()), 0);
	assert_int_equal(item.state, MAIL_WAITING);
	pg_do(pg.admin, "UPDATE mail SET last_error = NULL");
	assert_int_equal(mail_give_up(db, id, SPAN("lost"), no_err()), 0);
	assert_int_equal(mail_find(db, mem, id, &item, no_err()), 0);
	assert_true(span_is(item.last_error, "lost"));
	end(id, MAIL_SENT);
	assert_int_equal(mail_find(db, mem, id, &item, no_err()), 0);
	assert_int_equal(item.state, MAIL_SENT);
	assert_false(item.has_body);
	assert_null(item.last_error.p);
	assert_int_equal(mail_open(db, mem, seal, id, &out, no_err()), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
	end(id, MAIL_KEPT);
	assert_int_equal(mail_give_up(db, id, SPAN("x"), no_err()), 0);
	assert_int_equal(mail_failed(db, id, 9, "x", no_err()), 0);
	assert_int_equal(mail_find(db, mem, id, &item, no_err()), 0);
	assert_int_equal(item.state, MAIL_SENT);
	assert_int_equal(again(id), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
}

static void list_and_purge(void **state)
{
	const struct mail_filter waiting = { .state = SPAN("waiting"), .limit = 10 };
	struct mail_filter page = { .limit = 1 };
	struct mail_items items;
	int64_t one;
	int64_t two;

	(void)state;
	(void)pg_server();
	pg_do(pg.admin, "DELETE FROM mail");
	one = queue();
	two = queue();
	end(two, MAIL_KEPT);
	assert_int_equal(mail_list(db, mem, &waiting, &items, no_err()), 0);
	assert_int_equal(items.n, 1);
	assert_int_equal(items.v[0].id, one);
	assert_int_equal(mail_list(db, mem, &page, &items, no_err()), 0);
	assert_int_equal(items.v[0].id, two);
	page.before_id = two;
	assert_int_equal(mail_list(db, mem, &page, &items, no_err()), 0);
	assert_int_equal(items.v[0].id, one);
	assert_int_equal(mail_purge(db, no_err()), 0);
	assert_int_equal(count("SELECT count(*) FROM mail"), 2);
	pg_do(pg.admin, "UPDATE mail SET created_at = now() - interval '31 days'");
	assert_int_equal(mail_purge(db, no_err()), 0);
	assert_int_equal(count("SELECT count(*) FROM mail"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mail_is_kept_sealed),
		cmocka_unit_test(nothing_without_its_cause),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(fates),
		cmocka_unit_test(list_and_purge),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
