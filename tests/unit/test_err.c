#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/utf8.h"

static void first_error_wins(void **state)
{
	struct err e = { 0 };

	(void)state;
	assert_int_equal(err_set(&e, ERR_CONFLICT, "the name %s is taken", "x"), -1);
	assert_int_equal(err_set(&e, ERR_INTERNAL, "later"), -1);
	assert_int_equal(err_field(&e, "name", "later"), -1);
	assert_int_equal(e.kind, ERR_CONFLICT);
	assert_string_equal(e.text, "the name x is taken");
	assert_string_equal(e.field, "");
}

static void detail_is_kept_apart(void **state)
{
	struct err e = { 0 };

	(void)state;
	err_set(&e, ERR_TEMPORARY, "the database is away");
	assert_int_equal(err_detail(&e, "host=%s", "db1"), -1);
	assert_int_equal(err_detail(&e, "host=%s", "db2"), -1);
	assert_string_equal(e.detail, "host=db1");
	assert_string_equal(e.text, "the database is away");
}

static void what_is_absent_has_a_name(void **state)
{
	struct err e = { .kind = ERR_NONE };

	(void)state;
	err_set(&e, ERR_NOT_FOUND, "not found");
	assert_int_equal(err_absent(&e, "no such %s", "room"), -1);
	assert_int_equal(e.kind, ERR_NOT_FOUND);
	assert_string_equal(e.text, "no such room");
	e = (struct err){ .kind = ERR_NONE };
	err_set(&e, ERR_TEMPORARY, "the database is away");
	assert_int_equal(err_absent(&e, "no such room"), -1);
	assert_string_equal(e.text, "the database is away");
}

static void field_error_is_invalid(void **state)
{
	struct err e = { 0 };

	(void)state;
	err_field(&e, "a_field_whose_name_is_much_longer_than_the_room", "too long");
	assert_int_equal(e.kind, ERR_INVALID);
	assert_int_equal(strlen(e.field), sizeof(e.field) - 1);
	assert_string_equal(e.text, "too long");
}

static void long_texts_are_cut_between_characters(void **state)
{
	char text[1001];

	(void)state;
	for (size_t shift = 0; shift < 3; shift++) {
		struct err e = { 0 };

		memset(text, 'x', shift);
		for (size_t i = shift; i + 3 <= 1000; i += 3)
			memcpy(text + i, "\xe2\x82\xac", 4);
		err_set(&e, ERR_INVALID, "%s", text);
		err_detail(&e, "%s", text);
		assert_true(strlen(e.text) > sizeof(e.text) - 4);
		assert_true(utf8_valid(e.text, strlen(e.text)));
		assert_true(utf8_valid(e.detail, strlen(e.detail)));
	}
}

static void kinds_have_names_of_their_own(void **state)
{
	static const enum err_kind kinds[] = { ERR_NONE, ERR_INVALID, ERR_AUTH, ERR_FORBIDDEN,
		ERR_NOT_FOUND, ERR_CONFLICT, ERR_LIMIT, ERR_TEMPORARY, ERR_INTERNAL };

	(void)state;
	for (size_t i = 0; i < countof(kinds); i++) {
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(err_kind_name(kinds[i]), err_kind_name(kinds[k]));
	}
	assert_string_equal(err_kind_name(ERR_NOT_FOUND), "not_found");
}

static void reasons_are_never_null(void **state)
{
	(void)state;
	assert_string_equal(err_reason(ENOENT), "No such file or directory");
	assert_non_null(err_reason(99999));
	assert_non_null(err_reason(-1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_error_wins),
		cmocka_unit_test(detail_is_kept_apart),
		cmocka_unit_test(what_is_absent_has_a_name),
		cmocka_unit_test(field_error_is_invalid),
		cmocka_unit_test(long_texts_are_cut_between_characters),
		cmocka_unit_test(kinds_have_names_of_their_own),
		cmocka_unit_test(reasons_are_never_null),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
