#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "os/config.h"
#include "os/fd.h"

static struct config parsed;
static struct err error;

/* Parses text as "t.conf" into `parsed`; what went wrong is in `error`. */
static int parse(const char *text)
{
	static struct arena *memory;

	if (memory == NULL)
		memory = arena_new(1 << 24);
	error = (struct err){ 0 };
	return config_parse(span_of(text), "t.conf", memory, &parsed, &error);
}

static void defaults_hold_for_an_empty_file(void **state)
{
	(void)state;
	assert_int_equal(parse(""), 0);
	assert_string_equal(parsed.env, "production");
	assert_string_equal(parsed.base_url, "");
	assert_string_equal(parsed.cron_secret, "");
	assert_int_equal(parsed.port, 8080);
	assert_string_equal(parsed.codeforces_url, "https://codeforces.com");
}

static void lines_are_read(void **state)
{
	(void)state;
	assert_int_equal(
		parse("# comment\n\n  PORT = 81  \r\n\tENV=development\n#PORT=82\n"
		      "POSTGRES_DB=host=/run dbname=x password=a=b#c\nFROM_ENV=Z\xc3\xbcrich"),
		0);
	assert_int_equal(parsed.port, 81);
	assert_string_equal(parsed.env, "development");
	assert_string_equal(parsed.postgres_db, "host=/run dbname=x password=a=b#c");
	assert_string_equal(parsed.from_env, "Z\xc3\xbcrich");
	assert_int_equal(parse("\xef\xbb\xbfPORT=83\n"), 0);
	assert_int_equal(parsed.port, 83);
}

static void pem_gets_its_line_ends(void **state)
{
	(void)state;
	assert_int_equal(
		parse("POSTGRES_CA=-----BEGIN X-----\\nAA\\nBB\\n-----END X-----\\n\n"), 0);
	assert_string_equal(parsed.postgres_ca, "-----BEGIN X-----\nAA\nBB\n-----END X-----\n");
	assert_int_equal(parse("POSTGRES_DB=a\\nb\n"), 0);
	assert_string_equal(parsed.postgres_db, "a\\nb"); // in no other key
}

static void what_is_wrong_is_refused_with_its_place(void **state)
{
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{ "\nNOPE=1\n", "t.conf:2: NOPE: there is no such key" },
		{ "PORT=1\n# x\nPORT=2\n", "t.conf:3: PORT: the key is given twice" },
		{ "PORT\n", "t.conf:1: expected KEY=value" },
		{ "=1\n", "t.conf:1: expected KEY=value" },
		{ "port=1\n", "t.conf:1: expected KEY=value" },
		{ "PORT x=1\n", "t.conf:1: expected KEY=value" },
		{ "export PORT=1\n", "t.conf:1: expected KEY=value" },
		{ "PORT=\n", "t.conf:1: PORT: \"\" is not a whole number from 1 to 65535" },
		{ "PORT=0\n", "t.conf:1: PORT: \"0\" is not a whole number from 1 to 65535" },
		{ "PORT=65536\n",
			"t.conf:1: PORT: \"65536\" is not a whole number from 1 to 65535" },
		{ "PORT=8080x\n",
			"t.conf:1: PORT: \"8080x\" is not a whole number from 1 to 65535" },
		{ "PORT=1e3\n", "t.conf:1: PORT: \"1e3\" is not a whole number from 1 to 65535" },
		{ "PORT=99999999999999999999\n",
			"t.conf:1: PORT: \"99999999999999999999\" is not a whole number from 1 to 65535" },
		{ "ENV=test\n", "t.conf:1: ENV: \"test\" is neither production nor development" },
		{ "ENV=\n", "t.conf:1: ENV: the value must have from 1 to 32 bytes, not 0" },
		{ "LOG_LEVEL=loud\n",
			"t.conf:1: LOG_LEVEL: \"loud\" is none of error, warn, info and debug" },
		{ "#\nPASSWORD_COST=4\n", "t.conf:2: PASSWORD_COST: at least 12 in production" },
		{ "SMTP_CA=/etc/ssl/ca.pem\n",
			"t.conf:1: SMTP_CA: the value is no PEM text, which holds a line -----BEGIN "
			"...-----" },
		{ "BASE_URL=example.org\n",
			"t.conf:1: BASE_URL: \"example.org\" must begin with https:// or http:// and not "
			"end in a slash" },
		{ "BASE_URL=https://example.org/\n",
			"t.conf:1: BASE_URL: \"https://example.org/\" must begin with https:// or http:// "
			"and not end in a slash" },
		{ "BASE_URL=https://example.org/club\n",
			"t.conf:1: BASE_URL: \"https://example.org/club\" must end with the host or its "
			"port: the pages begin at its root" },
		{ "BASE_URL=https://example.org?a\n",
			"t.conf:1: BASE_URL: \"https://example.org?a\" must hold no blank, query or "
			"fragment" },
		{ "ATCODER_URL=https://:8080\n",
			"t.conf:1: ATCODER_URL: \"https://:8080\" must name a host" },
		{ "FROM_ENV=a\tb\n", "t.conf:1: FROM_ENV: the value holds a control character" },
		{ "FROM_ENV=\xff\n", "t.conf:1: FROM_ENV: the value is not UTF-8" },
		{ "SESSION_SECRET=tooshort\n",
			"t.conf:1: SESSION_SECRET: the value must have from 32 to 200 bytes, not 8" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		assert_int_equal(parse(cases[i].text), -1);
		assert_int_equal(error.kind, ERR_INVALID);
		assert_string_equal(error.text, cases[i].message);
	}
}

static void others_blame_a_key_by_its_place(void **state)
{
	static const struct {
		const char *said;
		const char *message;
	} cases[] = {
		{ "TRUST_PROXY: too many", "t.conf:2: TRUST_PROXY: too many" },
		{ "too many", "t.conf:2: TRUST_PROXY: too many" },
	};
	struct err e;

	(void)state;
	assert_int_equal(parse("\nTRUST_PROXY=x\n"), 0);
	for (size_t i = 0; i < countof(cases); i++) {
		e = (struct err){ 0 };
		err_set(&e, ERR_INVALID, "%s", cases[i].said);
		assert_int_equal(config_blame(&parsed, "TRUST_PROXY", &e), -1);
		assert_int_equal(e.kind, ERR_INVALID);
		assert_string_equal(e.text, cases[i].message);
	}
	assert_true(config_is_given(&parsed, "TRUST_PROXY"));
	assert_false(config_is_given(&parsed, "PORT"));
	e = (struct err){ 0 };
	err_set(&e, ERR_INVALID, "too low");
	assert_int_equal(config_blame(&parsed, "PORT", &e), -1);
	assert_string_equal(e.text, "configuration: PORT: too low");
}

static void no_message_shows_a_secret(void **state)
{
	static const char *const texts[] = {
		"SESSION_SECRET=hunter2\n",
		"CRON_SECRET=hunter2\n",
		"ADMIN_PASSWORD=hunter2\n",
		"ENCRYPTION_KEY=hunter2\x01\n",
		"POSTGRES_DB=hunter2\xff\n",
		"POSTGRES_CA=hunter2\xff\n",
		"hunter2 is my secret\n",
		"SESSION_SECRET hunter2\n",
		"SESSION_SECRET=hunter2hunter2hunter2hunter2hunter2\nSESSION_SECRET=hunter2\n",
	};

	(void)state;
	for (size_t i = 0; i < countof(texts); i++) {
		assert_int_equal(parse(texts[i]), -1);
		assert_null(strstr(error.text, "hunter2"));
		assert_null(strstr(error.detail, "hunter2"));
	}
}

static void long_lines_are_refused(void **state)
{
	char *text = malloc(CONFIG_MAX_LINE + 10);

	(void)state;
	assert_non_null(text);
	memset(text, '#', CONFIG_MAX_LINE + 9);
	text[CONFIG_MAX_LINE + 9] = '\0';
	assert_int_equal(parse(text), -1);
	assert_string_equal(error.text, "t.conf:1: the line is too long");
	free(text);
}

/* A file with the text; the path is the caller's until the next call. */
static const char *file_with(const char *text)
{
	static char path[] = "/tmp/podium-config-XXXXXX";
	struct err e = { 0 };
	int fd;

	memcpy(path + sizeof(path) - 7, "XXXXXX", 6);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, span_of(text), &e), 0);
	fd_close(&fd);
	return path;
}

static void environment_goes_before_the_file(void **state)
{
	const char *path = file_with("PORT=81\nFROM_ENV=file\n");
	const struct config *c;
	struct err e = { 0 };

	(void)state;
	setenv("FROM_ENV", " from the environment ", 1);
	setenv("POSTGRES_CA", "-----BEGIN\nX\n", 1); // real line ends are fine here
	assert_int_equal(config_load(path, &c, &e), 0);
	assert_int_equal(c->port, 81);
	assert_string_equal(c->from_env, "from the environment");
	assert_string_equal(c->postgres_ca, "-----BEGIN\nX");
	assert_int_equal(config_load(NULL, &c, &e), 0);
	assert_int_equal(c->port, 8080);
	setenv("PORT", "none", 1);
	assert_int_equal(config_load(path, &c, &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
	assert_string_equal(
		e.text, "environment: PORT: \"none\" is not a whole number from 1 to 65535");
	unsetenv("PORT");
	unsetenv("FROM_ENV");
	unsetenv("POSTGRES_CA");
	unlink(path);
}

static void a_missing_file_is_refused(void **state)
{
	const struct config *c;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(config_load("/nonexistent/podium.conf", &c, &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
	assert_non_null(strstr(e.text, "/nonexistent/podium.conf"));
	e = (struct err){ 0 };
	assert_int_equal(config_load("/", &c, &e), -1);
	assert_int_equal(e.kind, ERR_INVALID);
}

static void the_example_is_the_shipped_one(void **state)
{
	struct arena *m = arena_new(1 << 20);
	struct err e = { 0 };
	struct span shipped;
	struct span made;
	BUF_AUTO b;

	(void)state;
	buf_init(&b, 1 << 18);
	config_example(&b);
	assert_int_equal(buf_finish(&b, &made, &e), 0);
	assert_int_equal(file_read("etc/podium.conf.example", 1 << 18, m, &shipped, &e), 0);
	if (!span_eq(made, shipped))
		fail_msg(
			"write it again: build/release/podium config-example >etc/podium.conf.example");
	arena_free(m);
}

/* Takes the # from the lines that hold a key: the defaults, written out, have to be accepted. */
static void the_example_is_a_configuration(void **state)
{
	struct arena *m = arena_new(1 << 20);
	struct err e = { 0 };
	struct config from_nothing;
	struct config from_example;
	struct span made;
	size_t keys = 0;
	char *text;
	BUF_AUTO b;

	(void)state;
	buf_init(&b, 1 << 18);
	config_example(&b);
	assert_int_equal(buf_finish(&b, &made, &e), 0);
	text = arena_dup(m, made);
	for (char *p = text; (p = strstr(p, "\n#")) != NULL; p++) {
		if (p[2] >= 'A' && p[2] <= 'Z' && p[3] != ' ') {
			p[1] = ' ';
			keys++;
		}
	}
	assert_true(keys > 30);
	assert_int_equal(config_parse(SPAN(""), "", m, &from_nothing, &e), 0);
	if (config_parse(span_of(text), "example", m, &from_example, &e) != 0)
		fail_msg("%s", e.text);
	assert_string_equal(from_example.postgres_db, from_nothing.postgres_db);
	assert_string_equal(from_example.user_agent, from_nothing.user_agent);
	assert_int_equal(from_example.codeforces_interval_ms, from_nothing.codeforces_interval_ms);
	arena_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_hold_for_an_empty_file),
		cmocka_unit_test(lines_are_read),
		cmocka_unit_test(pem_gets_its_line_ends),
		cmocka_unit_test(what_is_wrong_is_refused_with_its_place),
		cmocka_unit_test(others_blame_a_key_by_its_place),
		cmocka_unit_test(no_message_shows_a_secret),
		cmocka_unit_test(long_lines_are_refused),
		cmocka_unit_test(environment_goes_before_the_file),
		cmocka_unit_test(a_missing_file_is_refused),
		cmocka_unit_test(the_example_is_the_shipped_one),
		cmocka_unit_test(the_example_is_a_configuration),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("config", tests, NULL, NULL);
}
