#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/digest.h"
#include "auth/password.h"
#include "auth/token.h"
#include "base/hex.h"
#include "base/limits.h"
#include "os/clock.h"

static const char secret[] = "0123456789abcdef0123456789abcdef";

static void digests(void **state) // FIPS 180-2 B.1; RFC 4231, cases 1, 2 and 6
{
	unsigned char out[DIGEST_SIZE];
	char text[2 * DIGEST_SIZE + 1];
	char key[131];

	(void)state;
	digest_sha256(SPAN("abc"), out);
	hex_encode(out, sizeof(out), text);
	assert_string_equal(
		text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	digest_sha256(SPAN_NONE, out);
	hex_encode(out, sizeof(out), text);
	assert_string_equal(
		text, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	memset(key, 0x0b, 20);
	digest_hmac((struct span){ key, 20 }, SPAN("Hi There"), out);
	hex_encode(out, sizeof(out), text);
	assert_string_equal(
		text, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	digest_hmac(SPAN("Jefe"), SPAN("what do ya want for nothing?"), out);
	hex_encode(out, sizeof(out), text);
	assert_string_equal(
		text, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(key, 0xaa, 131);
	digest_hmac((struct span){ key, 131 },
		SPAN("Test Using Larger Than Block-Size Key - Hash Key First"), out);
	hex_encode(out, sizeof(out), text);
	assert_string_equal(
		text, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

static void equality(void **state)
{
	(void)state;
	assert_true(digest_equal(SPAN("abc"), SPAN("abc")));
	assert_false(digest_equal(SPAN("abc"), SPAN("abd")));
	assert_false(digest_equal(SPAN("abc"), SPAN("ab")));
	assert_true(digest_equal(SPAN(""), SPAN_NONE));
}

static void password_vectors(void **state) // from the bcrypt implementations' own tests
{
	static const struct {
		const char *password;
		const char *hash;
		bool ok;
	} cases[] = {
		{ "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", true },
		{ "U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK", true },
		{ "U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a", true },
		{ "U*V", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", false },
		{ "", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", false },
		{ "x", "zzB5bmb2dUIzM", false }, // DES: no longer safe, whatever it is the hash of
		{ "x", "$1$abc$def", false }, { "x", "", false }, { "x", "*0", false },
		{ "x", "*", false }, { "x", "$2b$12$tooshort", false },
		{ "x", "x", false }, // a password kept in clear text
	};
	bool is_old;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		is_old = false;
		assert_int_equal(password_check(span_of(cases[i].password), cases[i].hash, &is_old),
			cases[i].ok);
		assert_int_equal(is_old, cases[i].ok); // cost 5 is to be hashed anew
	}
}

static void passwords_are_hashed_and_found(void **state)
{
#define LONGEST "123456789012345678901234567890123456789012345678901234567890123456789012"
	char hash[PASSWORD_HASH_SIZE];
	char again[PASSWORD_HASH_SIZE];
	struct err e = { 0 };
	bool is_old;

	(void)state;
	assert_int_equal(password_hash(SPAN(LONGEST), hash, &e), 0);
	assert_memory_equal(hash, "$2b$12$", 7);
	assert_true(password_check(SPAN(LONGEST), hash, &is_old));
	assert_false(is_old);
	assert_false(password_check(SPAN(LONGEST "3"), hash, &is_old));
	assert_false(password_check(span_sub(SPAN(LONGEST), 0, 71), hash, &is_old));
	assert_int_equal(password_hash(SPAN(LONGEST), again, &e), 0);
	assert_string_not_equal(hash, again); // salted
}

static void another_cost_makes_hashes_old(void **state)
{
	char hash[PASSWORD_HASH_SIZE];
	struct err e = { 0 };
	bool is_old;

	(void)state;
	password_use_cost(4);
	assert_int_equal(password_hash(SPAN("a password of mine"), hash, &e), 0);
	assert_memory_equal(hash, "$2b$04$", 7);
	assert_true(password_check(SPAN("a password of mine"), hash, &is_old));
	assert_false(is_old);
	assert_false(password_check(SPAN("a password of mine"), NULL, &is_old));
	password_use_cost(PASSWORD_COST);
	assert_true(password_check(SPAN("a password of mine"), hash, &is_old));
	assert_true(is_old);
}

static void unfit_passwords_are_refused(void **state)
{
	static const struct span wrong[] = {
		{ "", 0 },
		{ "1234567", 7 },
		{ "\xe6\x9c\x88\xe6\x9c\x88\xe6\x9c\x88", 9 }, // three characters
		{ "1234567890123456789012345678901234567890123456789012345678901234567890123", 73 },
		{ "12345678\0x", 10 },
		{ "12345678\xff", 9 },
	};
	char hash[PASSWORD_HASH_SIZE];
	bool is_old;

	(void)state;
	for (size_t i = 0; i < countof(wrong); i++) {
		struct err e = { 0 };

		assert_int_equal(password_hash(wrong[i], hash, &e), -1);
		assert_int_equal(e.kind, ERR_INVALID);
		assert_string_equal(e.field, "password");
		assert_null(strstr(e.text, "1234567"));
		assert_false(password_check(wrong[i],
			"$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", &is_old));
	}
}

/* The least of three, so that a pause of the machine does not count. */
static int64_t time_of(struct span password, const char *hash)
{
	int64_t least = INT64_MAX;

	for (int i = 0; i < 3; i++) {
		int64_t begin = clock_mono_us();
		bool is_old;
		int64_t took;

		assert_false(password_check(password, hash, &is_old));
		took = clock_mono_us() - begin;
		if (took < least)
			least = took;
	}
	return least;
}

static void an_unknown_account_takes_as_long(void **state)
{
	static const char known[] = "$2b$12$abcdefghijklmnopqrstuu5Lhw6B7Pr0aGn7bUa8FxpTiiuCT9q4K";
	int64_t real = time_of(SPAN("a wrong password"), known);
	int64_t none = time_of(SPAN("a wrong password"), NULL);
	int64_t unfit = time_of(SPAN("12345678\xff"), known);

	(void)state;
	assert_true(real > 20000);
	assert_true(none > real / 2 && none < real * 2);
	assert_true(unfit > real / 2 && unfit < real * 2);
}

static void random_passwords(void **state)
{
	char one[PASSWORD_RANDOM_SIZE];
	char two[PASSWORD_RANDOM_SIZE];

	(void)state;
	password_random(one);
	password_random(two);
	assert_int_equal(strlen(one), PASSWORD_RANDOM_SIZE - 1);
	assert_string_not_equal(one, two);
}

static void tokens_are_random_and_hashed(void **state)
{
	unsigned char a[DIGEST_SIZE];
	unsigned char b[DIGEST_SIZE];
	char one[TOKEN_SIZE];
	char two[TOKEN_SIZE];

	(void)state;
	token_new(one);
	token_new(two);
	assert_true(token_valid(span_of(one)));
	assert_string_not_equal(one, two);
	token_hash(span_of(one), a);
	digest_sha256(span_of(one), b);
	assert_memory_equal(a, b, DIGEST_SIZE);
	assert_false(token_valid(SPAN("")));
	assert_false(token_valid(span_sub(span_of(one), 0, TOKEN_SIZE - 2)));
	one[5] = '+';
	assert_false(token_valid(span_of(one)));
}

static struct span sign(
	struct arena *m, const char *purpose, struct span payload, int64_t expires_s)
{
	struct token_claim claim = { purpose, payload, expires_s };
	struct err e = { 0 };
	struct span token = SPAN_NONE;

	assert_int_equal(token_sign(secret, &claim, m, &token, &e), 0);
	return token;
}

static enum err_kind verify(
	struct arena *m, const char *key, const char *purpose, struct span token, int64_t now_s)
{
	struct token_claim claim = { .purpose = purpose };
	struct err e = { 0 };

	if (token_verify(key, now_s, token, m, &claim, &e) == 0)
		return ERR_NONE;
	assert_null(claim.payload.p);
	return e.kind;
}

static void signed_tokens_come_back(void **state)
{
	static const struct span payloads[] = { { "", 0 }, { "user:7", 6 }, { "a\0.b\xff", 5 } };
	struct arena *m = arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < countof(payloads); i++) {
		struct span token = sign(m, "confirm", payloads[i], 1000);
		struct token_claim claim = { .purpose = "confirm" };
		struct err e = { 0 };

		assert_int_equal(token_verify(secret, 999, token, m, &claim, &e), 0);
		assert_true(span_eq(claim.payload, payloads[i]));
		assert_int_equal(claim.expires_s, 1000);
		for (size_t k = 0; k < token.n; k++)
			assert_null(strchr("+/=&?#% ", token.p[k]));
	}
	arena_free(m);
}

static void a_changed_token_is_refused(void **state)
{
	struct arena *m = arena_new(1 << 24);
	struct span token = sign(m, "confirm", SPAN("user:7"), 1000);
	static const char *const others[] = { "", ".", "..", "dXNlcjo3", "dXNlcjo3.1000",
		"dXNlcjo3.1000.", "dXNlcjo3..AAAA", "dXNlcjo3.-1.AAAA", ".1000.AAAA" };

	(void)state;
	for (size_t i = 0; i < token.n; i++) {
		for (int bit = 0; bit < 7; bit++) {
			char *changed = arena_dup(m, token);

			changed[i] = (char)(changed[i] ^ 1 << bit);
			assert_int_equal(
				verify(m, secret, "confirm", (struct span){ changed, token.n }, 0),
				ERR_AUTH);
		}
		assert_int_equal(verify(m, secret, "confirm", span_sub(token, 0, i), 0), ERR_AUTH);
	}
	for (size_t i = 0; i < countof(others); i++)
		assert_int_equal(verify(m, secret, "confirm", span_of(others[i]), 0), ERR_AUTH);
	assert_int_equal(verify(m, secret, "confirm", token, 0), ERR_NONE);
	arena_free(m);
}

static void a_token_is_bound(void **state)
{
	struct arena *m = arena_new(1 << 20);
	struct span token = sign(m, "confirm", SPAN("user:7"), 1000);

	(void)state;
	assert_int_equal(verify(m, secret, "reset", token, 0), ERR_AUTH);
	assert_int_equal(
		verify(m, "another secret of thirty-two byte", "confirm", token, 0), ERR_AUTH);
	assert_int_equal(verify(m, secret, "confirm", token, 999), ERR_NONE);
	assert_int_equal(verify(m, secret, "confirm", token, 1000), ERR_AUTH);
	assert_int_equal(verify(m, "short", "confirm", token, 0), ERR_INTERNAL);
	arena_free(m);
}

static void token_limits(void **state)
{
	struct arena *m = arena_new(1 << 20);
	char payload[TOKEN_MAX_PAYLOAD + 1] = { 0 };
	struct token_claim claim = { "x", { payload, sizeof(payload) }, INT64_MAX };
	struct err e = { 0 };
	struct span token;

	(void)state;
	assert_int_equal(token_sign(secret, &claim, m, &token, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	claim.payload.n--;
	e = (struct err){ 0 };
	assert_int_equal(token_sign(secret, &claim, m, &token, &e), 0);
	assert_int_equal(verify(m, secret, "x", token, INT64_MAX - 1), ERR_NONE);
	assert_int_equal(token_sign("", &claim, m, &token, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	arena_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digests),
		cmocka_unit_test(equality),
		cmocka_unit_test(password_vectors),
		cmocka_unit_test(passwords_are_hashed_and_found),
		cmocka_unit_test(another_cost_makes_hashes_old),
		cmocka_unit_test(unfit_passwords_are_refused),
		cmocka_unit_test(an_unknown_account_takes_as_long),
		cmocka_unit_test(random_passwords),
		cmocka_unit_test(tokens_are_random_and_hashed),
		cmocka_unit_test(signed_tokens_come_back),
		cmocka_unit_test(a_changed_token_is_refused),
		cmocka_unit_test(a_token_is_bound),
		cmocka_unit_test(token_limits),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("auth", tests, NULL, NULL);
}
