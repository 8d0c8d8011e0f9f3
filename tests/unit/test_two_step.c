/* Two-step sign-in over a real database. */
#include "tests/unit/pg.h"

#include <string.h>

#include "auth/envelope.h"
#include "auth/totp.h"
#include "base/limits.h"
#include "base/scan.h"
#include "db/db.h"
#include "model/two_step.h"
#include "model/user.h"

#define KEY "k1:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct pg pg;
static struct two_step t;
static struct envelope *seal;
static struct err fault;
static int64_t mia;
static struct span secret;
static struct span confirmed; // the code that switched it on
static struct two_step_codes codes;

static struct err *no_err(void)
{
	fault = (struct err){ 0 };
	return &fault;
}

static int start(void **state)
{
	struct user_new u = { .email = SPAN("mia@example.org"),
		.name = SPAN("Mia"),
		.roles = ROLE_BIT(ROLE_MEMBER),
		.password = SPAN_NONE };

	(void)state;
	if (getenv("TEST_POSTGRES") == NULL)
		return 0;
	pg_make(&pg);
	assert_int_equal(envelope_new(KEY, &seal, no_err()), 0);
	t = (struct two_step){ .db = db_new(&pg.conf, "test"),
		.mem = arena_new(1 << 22),
		.seal = seal,
		.address = SPAN("192.0.2.7") };
	assert_int_equal(user_create(t.db, t.mem, &u, &mia, no_err()), 0);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	if (getenv("TEST_POSTGRES") == NULL)
		return 0;
	db_close(t.db);
	arena_free(t.mem);
	envelope_free(seal);
	pg_drop(&pg);
	return 0;
}

static const char *one(const char *sql)
{
	PGresult *res = PQexec(pg.admin, sql);
	char *text;

	assert_int_equal(PQresultStatus(res), PGRES_TUPLES_OK);
	text = arena_dup(t.mem, span_of(PQgetvalue(res, 0, 0)));
	PQclear(res);
	return text;
}

/* The app's code some steps from now. */
static struct span code_at(int step)
{
	char *text = arena_alloc(t.mem, HOTP_SIZE);

	int64_t now_s = 0;

	assert_true(span_i64(
		span_of(one("SELECT floor(extract(epoch FROM clock_timestamp()))::int8")), &now_s));
	hotp(secret, (uint64_t)(now_s / TOTP_PERIOD_S + step), TOTP_DIGITS, text);
	return span_of(text);
}

/* As if what was used so far had been used so many steps earlier. */
static void pass(int steps)
{
	pg_do(pg.admin, arena_printf(t.mem, "UPDATE totp SET last_step = last_step - %d", steps));
}

static void unlock(void)
{
	pg_do(pg.admin, "UPDATE app_user SET failed_count = 0, locked_until = NULL");
}

static struct two_step_status status(void)
{
	struct two_step_status s;

	assert_int_equal(two_step_status(&t, mia, &s, no_err()), 0);
	return s;
}

static struct span ask(void)
{
	struct span token;

	assert_int_equal(two_step_ask(&t, mia, &token, no_err()), 0);
	return token;
}

static int answer(struct span token, struct span code)
{
	int64_t id = 0;
	int failed = two_step_answer(&t, token, code, &id, no_err());

	assert_true(failed != 0 || id == mia);
	return failed;
}

static void set_up(void **state)
{
	struct span again;

	(void)state;
	pg_server();
	assert_false(status().is_on);
	assert_int_equal(two_step_confirm(&t, mia, SPAN("123456"), &codes, no_err()), -1);
	assert_int_equal(fault.kind, ERR_NOT_FOUND);
	assert_int_equal(two_step_begin(&t, mia, &secret, no_err()), 0);
	assert_int_equal(secret.n, TOTP_SECRET_SIZE);
	assert_int_equal(two_step_begin(&t, mia, &again, no_err()), 0);
	assert_true(span_eq(secret, again)); // a reload of the page shows the same QR code
	pg_do(pg.admin, "UPDATE totp SET created_at = now() - interval '2 hours'");
	assert_int_equal(two_step_begin(&t, mia, &again, no_err()), 0);
	assert_false(span_eq(secret, again));
	secret = again;
	assert_false(status().is_on);
	assert_int_equal(two_step_confirm(&t, mia, code_at(5), &codes, no_err()), -1);
	assert_int_equal(fault.kind, ERR_INVALID);
	assert_string_equal(fault.field, "code");
	confirmed = code_at(0);
	assert_int_equal(two_step_confirm(&t, mia, confirmed, &codes, no_err()), 0);
	assert_true(status().is_on);
	assert_int_equal(status().codes_left, TWO_STEP_CODES);
	assert_int_equal(two_step_begin(&t, mia, &again, no_err()), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
	assert_int_equal(two_step_confirm(&t, mia, code_at(1), &codes, no_err()), -1);
	assert_int_equal(fault.kind, ERR_CONFLICT);
}

static void nothing_in_the_database_signs_in(void **state)
{
	struct span token;

	(void)state;
	pg_server();
	token = ask();
	for (size_t i = 0; i < TWO_STEP_CODES; i++) {
		assert_int_equal(strlen(codes.text[i]), 19);
		assert_string_equal(one(arena_printf(t.mem,
					    "SELECT count(*) FROM recovery_code WHERE "
					    "position('%s'::bytea in code_hash) > 0",
					    codes.text[i])),
			"0");
	}
	assert_string_equal(one("SELECT length(secret) > 20 FROM totp"), "t");
	assert_string_equal(one("SELECT count(DISTINCT code_hash) FROM recovery_code"), "10");
	assert_string_equal(one(arena_printf(t.mem,
				    "SELECT count(*) FROM sign_in_step WHERE token_hash = "
				    "sha256('" SPAN_FMT "')",
				    SPAN_ARG(token))),
		"1");
}

static void a_code_opens_once(void **state)
{
	struct span token;
	struct span code;

	(void)state;
	pg_server();
	assert_int_equal(answer(ask(), confirmed), -1); // it confirmed the app
	assert_int_equal(fault.kind, ERR_AUTH);
	assert_string_equal(fault.field, "code");
	pass(2);
	token = ask();
	code = code_at(0);
	assert_int_equal(answer(token, code), 0);
	assert_int_equal(answer(token, code_at(1)), -1); // the step is over too
	assert_string_equal(fault.field, "token");
	assert_int_equal(answer(ask(), code), -1); // replay
	assert_int_equal(answer(ask(), code_at(-1)), -1);
	unlock();
	pass(1);
	code = code_at(0);
	code = span_of(arena_printf(t.mem, " %.3s %.3s ", code.p, code.p + 3));
	assert_int_equal(answer(ask(), code), 0);
	unlock();
}

static void steps_end(void **state)
{
	struct span token;

	(void)state;
	pg_server();
	pass(3);
	token = ask();
	pg_do(pg.admin, "UPDATE sign_in_step SET expires_at = now() - interval '1 second'");
	assert_int_equal(answer(token, code_at(0)), -1);
	assert_int_equal(fault.kind, ERR_AUTH);
	assert_string_equal(fault.field, "token");
	assert_int_equal(answer(SPAN("short"), code_at(0)), -1);
	assert_string_equal(fault.field, "token");
	assert_int_equal(answer(SPAN_NONE, code_at(0)), -1);
	token = ask(); // and removes those that have ended
	assert_string_equal(one("SELECT count(*) FROM sign_in_step WHERE expires_at < now()"), "0");
	for (int i = 0; i < TWO_STEP_TRIES; i++) {
		assert_int_equal(answer(token, SPAN("000000")), -1);
		assert_string_equal(fault.field, "code");
		unlock();
	}
	assert_int_equal(answer(token, code_at(0)), -1);
	assert_string_equal(fault.field, "token");
	pg_do(pg.admin, "UPDATE app_user SET disabled = true");
	assert_int_equal(answer(ask(), code_at(0)), -1);
	pg_do(pg.admin, "UPDATE app_user SET disabled = false");
	assert_int_equal(answer(ask(), code_at(0)), 0);
}

static void wrong_codes_lock_the_account(void **state)
{
	(void)state;
	pg_server();
	pass(3);
	unlock();
	for (int i = 0; i < 5; i++) {
		assert_int_equal(answer(ask(), SPAN("000000")), -1);
		assert_int_equal(fault.kind, ERR_AUTH);
	}
	assert_int_equal(answer(ask(), code_at(0)), -1);
	assert_int_equal(fault.kind, ERR_LIMIT);
	assert_true(fault.retry_after_s > 0);
	assert_int_equal(two_step_check(&t, mia, code_at(0), no_err()), -1);
	assert_int_equal(fault.kind, ERR_LIMIT);
	unlock();
	assert_int_equal(two_step_check(&t, mia, code_at(0), no_err()), 0);
}

static void recovery_codes_open_once_each(void **state)
{
	struct two_step_codes fresh;
	char typed[20];

	(void)state;
	pg_server();
	unlock();
	assert_int_equal(answer(ask(), span_of(codes.text[0])), 0);
	assert_int_equal(status().codes_left, 9);
	assert_int_equal(answer(ask(), span_of(codes.text[0])), -1);
	assert_int_equal(fault.kind, ERR_AUTH);
	// as somebody types it from paper
	memcpy(typed, codes.text[1], sizeof(typed));
	for (char *c = typed; *c != '\0'; c++) {
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - ('a' - 'A'));
		if (*c == '-')
			*c = ' ';
		if (*c == '0')
			*c = 'O';
		if (*c == '1')
			*c = 'l';
	}
	assert_int_equal(two_step_check(&t, mia, span_of(typed), no_err()), 0);
	assert_int_equal(status().codes_left, 8);
	assert_int_equal(two_step_renew_codes(&t, mia, &fresh, no_err()), 0);
	assert_int_equal(status().codes_left, TWO_STEP_CODES);
	assert_int_equal(two_step_check(&t, mia, span_of(codes.text[2]), no_err()), -1);
	assert_int_equal(two_step_check(&t, mia, span_of(fresh.text[9]), no_err()), 0);
	unlock();
}

static void without_a_key_it_says_so(void **state)
{
	struct two_step bare;
	struct span out;

	(void)state;
	pg_server();
	bare = t;
	bare.seal = NULL;
	assert_int_equal(two_step_begin(&bare, mia, &out, no_err()), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
	assert_int_equal(two_step_check(&bare, mia, code_at(0), no_err()), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
}

static void switched_off(void **state)
{
	struct two_step_codes fresh;

	(void)state;
	pg_server();
	assert_int_equal(two_step_end(&t, mia, no_err()), 0);
	assert_false(status().is_on);
	assert_int_equal(status().codes_left, 0);
	assert_int_equal(two_step_end(&t, mia, no_err()), 0);
	assert_int_equal(two_step_renew_codes(&t, mia, &fresh, no_err()), -1);
	assert_int_equal(fault.kind, ERR_NOT_FOUND);
	assert_int_equal(two_step_check(&t, mia, code_at(0), no_err()), -1);
	assert_string_equal(
		one("SELECT string_agg(action, ' ' ORDER BY id) FROM audit WHERE action "
		    "LIKE 'two_step%'"),
		"two_step.on two_step.recovery_code two_step.recovery_code two_step.codes "
		"two_step.recovery_code two_step.off");
	// the owner was told of each, and the texts are sealed
	assert_string_equal(one("SELECT string_agg(kind, ' ' ORDER BY id) FROM mail WHERE "
				"recipient = 'mia@example.org'"),
		"two_step.on two_step.recovery_code two_step.recovery_code two_step.codes "
		"two_step.recovery_code two_step.off");
	assert_string_equal(
		one("SELECT count(*) FROM mail WHERE position('recovery'::bytea in body) > 0"),
		"0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_up),
		cmocka_unit_test(nothing_in_the_database_signs_in),
		cmocka_unit_test(a_code_opens_once),
		cmocka_unit_test(steps_end),
		cmocka_unit_test(wrong_codes_lock_the_account),
		cmocka_unit_test(recovery_codes_open_once_each),
		cmocka_unit_test(without_a_key_it_says_so),
		cmocka_unit_test(switched_off),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, stop);
}
