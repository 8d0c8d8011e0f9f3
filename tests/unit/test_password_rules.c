/* Which new passwords are taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/password_common.h"
#include "auth/password_rules.h"
#include "base/attr.h"
#include "base/limits.h"

static bool passes(const char *password)
{
	struct err e = { .kind = ERR_NONE };
	bool ok = password_rules(span_of(password), SPAN("mia.weber@example.org"),
			  SPAN("Mia Weber"), &e) == 0;

	assert_true(ok == (e.kind == ERR_NONE));
	assert_true(ok || strcmp(e.field, "password") == 0);
	return ok;
}

static void common_ones(void **state)
{
	static const char *const bad[] = { "password", "Password1", "PASSWORD123!", "p4$$w0rd",
		"P@ssw0rd!", "12345678", "123456789", "87654321", "1234567890", "qwertyui",
		"qwerty123", "1q2w3e4r", "1qaz2wsx", "iloveyou", "ILoveYou2", "letmein!!",
		"football", "Football99", "baseball1", "superman", "sunshine", "princess",
		"monkey123", "dragon2024", "welcome1", "Summer2024!", "admin123", "adminadmin",
		"aaaaaaaa", "abababab", "abcabcabc", "abcdefgh", "zyxwvuts", "11111111", "00000000",
		"20001231", "trustno1", "starwars", "passw0rd", "michael1",
		"correcthorsebatterystaple", "changeme", "testtest", "asdfghjk", "!!password!!",
		"leetcode1", "dragondragon" };

	(void)state;
	for (size_t i = 0; i < countof(bad); i++) {
		if (passes(bad[i]))
			fail_msg("\"%s\" is taken", bad[i]);
	}
}

static void good_ones(void **state)
{
	static const char *const good[] = { "a password of mine", "tangled-kite-41", "xk8#Tq!v",
		"mia likes tea", "gr\xc3\xbcne Wiese am See", "Tr0mbone&Violin",
		"4821 7730 9915 2046", "zwischenfall-7",
		"\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c\xd0\xbd\xd1\x8b\xd0\xb9" };

	(void)state;
	for (size_t i = 0; i < countof(good); i++) {
		if (!passes(good[i]))
			fail_msg("\"%s\" is refused", good[i]);
	}
}

static void lengths(void **state)
{
	char text[] = "seven slow herons cross the river by night, and two of them carry lamp-oil";

	(void)state;
	assert_false(passes(""));
	assert_false(passes("xk8#Tq!"));
	text[PASSWORD_MOST + 1] = '\0';
	assert_false(passes(text));
	text[PASSWORD_MOST] = '\0';
	assert_true(passes(text));
	assert_false(passes("\xc3\xa9\xc3\xa8\xc3\xbc\xc3\xb6")); // 8 bytes, 4 characters
	assert_false(passes("bad\xff"
			    "bytes here"));
	struct err e = { .kind = ERR_NONE };
	assert_int_equal(password_rules(SPAN("xk8#Tq!v\0more"), SPAN_NONE, SPAN_NONE, &e), -1);
}

static void own_name(void **state)
{
	(void)state;
	assert_false(passes("miaweber"));
	assert_false(passes("MiaWeber2024"));
	assert_false(passes("mia.weber@example.org"));
	assert_false(passes("mia.weber1"));
	assert_true(passes("mia.weber likes tea"));
}

static void list(void **state)
{
	(void)state;
	assert_true(password_is_common("password") && password_is_common("zxcvbnm"));
	assert_false(password_is_common("") || password_is_common("zzz"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(common_ones),
		cmocka_unit_test(good_ones),
		cmocka_unit_test(lengths),
		cmocka_unit_test(own_name),
		cmocka_unit_test(list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
