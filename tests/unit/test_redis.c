#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "net/redis.h"
#include "net/redis_uri.h"
#include "os/clock.h"
#include "os/config.h"
#include "tests/unit/redis_lab.h"

static struct config conf;
static struct arena *mem;
static struct redis *redis;
static struct err fault;

static struct err *no_err(void)
{
	fault = (struct err){ 0 };
	return &fault;
}

static int start(void **state)
{
	(void)state;
	redis_lab_start();
	mem = arena_new(64 << 20);
	conf.valkey_uri = redis_lab.uri;
	return redis_new(&conf, &redis, no_err());
}

static int stop(void **state)
{
	(void)state;
	redis_free(redis);
	arena_free(mem);
	redis_lab_end();
	return 0;
}

static bool holds(const char *key, struct span expected)
{
	struct span value;

	return redis_get(redis, mem, span_of(key), &value, no_err()) == 0 &&
	       span_eq(value, expected);
}

static void values(void **state)
{
	static const char binary[] = "a\0b\r\n$3\r\nxyz\xff";
	struct span value = { binary, sizeof(binary) };

	(void)state;
	assert_int_equal(redis_set(redis, SPAN("k"), value, 60, no_err()), 0);
	assert_true(holds("k", value));
	assert_int_equal(redis_set(redis, SPAN("k"), SPAN(""), 60, no_err()), 0);
	assert_true(holds("k", SPAN("")));
	assert_int_equal(redis_set(redis, SPAN("k\r\nDEL x"), SPAN("v"), 60, no_err()), 0);
	assert_true(holds("k\r\nDEL x", SPAN("v")));
	assert_int_equal(redis_del(redis, SPAN("k"), no_err()), 0);
	assert_int_equal(redis_get(redis, mem, SPAN("k"), &value, no_err()), -1);
	assert_int_equal(fault.kind, ERR_NOT_FOUND);
	assert_int_equal(redis_del(redis, SPAN("k"), no_err()), 0);
	assert_true(redis_up(redis));
}

static void a_large_value(void **state)
{
	char *text = malloc(4 << 20);
	struct span value = { text, 4 << 20 };

	(void)state;
	memset(text, 'x', value.n);
	assert_int_equal(redis_set(redis, SPAN("big"), value, 60, no_err()), 0);
	assert_true(holds("big", value));
	assert_int_equal(redis_del(redis, SPAN("big"), no_err()), 0);
	arena_reset(mem);
	free(text);
}

static void values_end(void **state)
{
	bool done;

	(void)state;
	assert_int_equal(redis_set(redis, SPAN("t"), SPAN("v"), 1, no_err()), 0);
	assert_int_equal(redis_set_new(redis, SPAN("n"), SPAN("v"), 300, &done, no_err()), 0);
	assert_true(done);
	assert_true(holds("t", SPAN("v")));
	usleep(400000);
	assert_false(holds("n", SPAN("v")));
	assert_true(holds("t", SPAN("v")));
	usleep(800000);
	assert_false(holds("t", SPAN("v")));
}

static void only_if_absent_and_only_if_equal(void **state)
{
	bool done;

	(void)state;
	assert_int_equal(redis_set_new(redis, SPAN("l"), SPAN("a"), 60000, &done, no_err()), 0);
	assert_true(done);
	assert_int_equal(redis_set_new(redis, SPAN("l"), SPAN("b"), 60000, &done, no_err()), 0);
	assert_false(done);
	assert_int_equal(redis_del_equal(redis, SPAN("l"), SPAN("b"), no_err()), 0);
	assert_true(holds("l", SPAN("a")));
	assert_int_equal(redis_del_equal(redis, SPAN("l"), SPAN("a"), no_err()), 0);
	assert_int_equal(redis_set_new(redis, SPAN("l"), SPAN("b"), 60000, &done, no_err()), 0);
	assert_true(done);
	assert_int_equal(redis_del(redis, SPAN("l"), no_err()), 0);
}

static void the_window_slides(void **state)
{
	struct redis_window w;
	int64_t before = clock_mono_us();

	(void)state;
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(redis_window(redis, SPAN("w"), 1, 3, &w, no_err()), 0);
		assert_int_equal(w.used, i);
		assert_int_equal(w.wait_us, 0);
		usleep(200000);
	}
	for (int i = 0; i < 20; i++) { // refused calls do not lengthen the wait
		assert_int_equal(redis_window(redis, SPAN("w"), 1, 3, &w, no_err()), 0);
		assert_int_equal(w.used, 3);
		assert_true(w.wait_us > 0 && w.wait_us <= 1000000 - 600000 + 50000);
	}
	usleep((useconds_t)w.wait_us + 1000);
	assert_int_equal(redis_window(redis, SPAN("w"), 1, 3, &w, no_err()), 0);
	assert_int_equal(w.wait_us, 0);
	assert_int_equal(w.used, 3);
	assert_true(clock_mono_us() - before >= 1000000);
	assert_int_equal(redis_window(redis, SPAN("w"), 1, 3, &w, no_err()), 0);
	assert_true(w.wait_us > 100000); // until the second call leaves
	assert_int_equal(redis_window(redis, SPAN("w0"), 1, 0, &w, no_err()), 0);
	assert_true(w.wait_us > 0);
}

/* Calls until the server is used again. */
static int64_t ms_until_up(void)
{
	int64_t from = clock_mono_us();

	while (redis_set(redis, SPAN("k"), SPAN("v"), 60, no_err()) != 0) {
		if (clock_mono_us() - from > 10000000)
			fail_msg("not up again");
		usleep(5000);
	}
	return (clock_mono_us() - from) / 1000;
}

static void a_killed_server_costs_little(void **state)
{
	struct redis_health health;
	int64_t from;

	(void)state;
	ms_until_up();
	redis_lab_kill();
	from = clock_mono_us();
	for (int i = 0; i < 10000; i++) {
		assert_int_equal(redis_set(redis, SPAN("k"), SPAN("v"), 60, no_err()), -1);
		assert_int_equal(fault.kind, ERR_TEMPORARY);
	}
	assert_true(clock_mono_us() - from < 500000);
	assert_false(redis_up(redis));
	redis_health(redis, &health);
	assert_true(health.configured);
	assert_false(health.up);
	assert_true(strlen(health.fault) > 0);
	redis_lab_start();
	assert_true(ms_until_up() <= REDIS_MAX_REST_MS + 200);
	redis_health(redis, &health);
	assert_true(health.up);
}

static void a_frozen_server_costs_one_timeout_at_a_time(void **state)
{
	int64_t from;
	int slow = 0;

	(void)state;
	ms_until_up();
	redis_lab_freeze(true);
	from = clock_mono_us();
	while (clock_mono_us() - from < 1500000) {
		int64_t call = clock_mono_us();

		assert_int_equal(redis_set(redis, SPAN("k"), SPAN("v"), 60, no_err()), -1);
		call = clock_mono_us() - call;
		assert_true(call < REDIS_TIMEOUT_MS * 1000 + 100000);
		slow += call > 50000;
		usleep(1000);
	}
	assert_true(slow >= 2 && slow <= 5);
	redis_lab_freeze(false);
	ms_until_up();
	assert_true(holds("k", SPAN("v"))); // and no late answer is taken for this one
}

static void a_connection_closed_while_idle_is_opened_again(void **state)
{
	(void)state;
	ms_until_up();
	redis_lab_kill();
	redis_lab_start();
	assert_int_equal(redis_set(redis, SPAN("k"), SPAN("w"), 60, no_err()), 0);
	assert_true(holds("k", SPAN("w")));
}

static void errors_of_the_server(void **state)
{
	struct span value;
	struct redis_window w;

	(void)state;
	ms_until_up();
	assert_int_equal(redis_window(redis, SPAN("z"), 60, 3, &w, no_err()), 0);
	assert_int_equal(redis_get(redis, mem, SPAN("z"), &value, no_err()), -1); // WRONGTYPE
	assert_int_equal(fault.kind, ERR_TEMPORARY);
	ms_until_up();
}

static void with_a_password(void **state)
{
	struct config secret = { 0 };
	struct redis *with;
	struct redis *without;
	char uri[160];
	struct redis_health health;

	(void)state;
	redis_lab_kill();
	snprintf(redis_lab.password, sizeof(redis_lab.password), "p@s/s word");
	redis_lab_start();
	snprintf(uri, sizeof(uri), "%s?db=3&password=p%%40s%%2Fs%%20word", redis_lab.uri);
	secret.valkey_uri = uri;
	assert_int_equal(redis_new(&secret, &with, no_err()), 0);
	assert_int_equal(redis_new(&conf, &without, no_err()), 0);
	assert_int_equal(redis_set(with, SPAN("k"), SPAN("v"), 60, no_err()), 0);
	assert_int_equal(redis_set(without, SPAN("k"), SPAN("v"), 60, no_err()), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
	redis_free(with);
	snprintf(uri, sizeof(uri), "%s?password=wrong-secret", redis_lab.uri);
	assert_int_equal(redis_new(&secret, &with, no_err()), 0);
	assert_int_equal(redis_set(with, SPAN("k"), SPAN("v"), 60, no_err()), -1);
	assert_null(strstr(fault.text, "wrong-secret"));
	assert_null(strstr(fault.detail, "wrong-secret"));
	redis_health(with, &health);
	assert_null(strstr(health.fault, "wrong-secret"));
	redis_free(with);
	redis_free(without);
	redis_lab_kill();
	redis_lab.password[0] = '\0';
	redis_lab_start();
}

static void addresses(void **state)
{
	static const struct {
		const char *text;
		struct redis_uri u;
	} good[] = {
		{ "redis://localhost", { .host = "localhost", .port = 6379, .db = "0" } },
		{ "redis://h:1234/7", { .host = "h", .port = 1234, .db = "7" } },
		{ "valkey://h/", { .host = "h", .port = 6379, .db = "0" } },
		{ "redis://:p%3Aw@h", { .host = "h", .port = 6379, .password = "p:w", .db = "0" } },
		{ "redis://u:a@b@h:1",
			{ .host = "h", .port = 1, .user = "u", .password = "a@b", .db = "0" } },
		{ "redis://[::1]:77/2", { .host = "::1", .port = 77, .db = "2" } },
		{ "redis://[::1]", { .host = "::1", .port = 6379, .db = "0" } },
		{ "unix:///run/r.sock", { .path = "/run/r.sock", .port = 6379, .db = "0" } },
		{ "unix:///r?db=2&user=u&password=%41",
			{ .path = "/r", .port = 6379, .db = "2", .user = "u", .password = "A" } },
	};
	static const char *const bad[] = { "redis:", "redis://", "redis://:1", "redis://h:0",
		"redis://h:65536", "redis://h:x", "redis://h/x", "redis://h/1/2", "redis://h/-1",
		"redis://pw@h", "redis://:%zz@h", "redis://:%00@h", "redis://[::1",
		"redis://[::1]x", "redis://h?db=1", "unix://r", "unix://", "unix:///r?x=1",
		"unix:///r?db=a", "http://h", "h:6379", "rediss://h", "valkeys://h", " redis://h" };

	(void)state;
	for (size_t i = 0; i < countof(good); i++) {
		struct redis_uri u;

		if (redis_uri_parse(span_of(good[i].text), &u, no_err()) != 0)
			fail_msg("%s: %s", good[i].text, fault.text);
		assert_string_equal(u.path, good[i].u.path);
		assert_string_equal(u.host, good[i].u.host);
		assert_int_equal(u.port, good[i].u.port);
		assert_string_equal(u.user, good[i].u.user);
		assert_string_equal(u.password, good[i].u.password);
		assert_string_equal(u.db, good[i].u.db);
	}
	for (size_t i = 0; i < countof(bad); i++) {
		struct redis_uri u;

		if (redis_uri_parse(span_of(bad[i]), &u, no_err()) == 0)
			fail_msg("accepted: %s", bad[i]);
	}
	assert_int_equal(
		redis_uri_parse(SPAN("rediss://:topsecret@h"), &(struct redis_uri){ 0 }, no_err()),
		-1);
	assert_non_null(strstr(fault.text, "TLS"));
	assert_null(strstr(fault.text, "topsecret"));
}

static void none_is_configured(void **state)
{
	struct config none = { .valkey_uri = "" };
	struct redis_health health;
	struct span value;
	struct redis *r;

	(void)state;
	assert_int_equal(redis_new(&none, &r, no_err()), 0);
	assert_null(r);
	assert_false(redis_up(r));
	assert_int_equal(redis_get(r, mem, SPAN("k"), &value, no_err()), -1);
	assert_int_equal(fault.kind, ERR_TEMPORARY);
	redis_health(r, &health);
	assert_false(health.configured);
	redis_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values),
		cmocka_unit_test(a_large_value),
		cmocka_unit_test(values_end),
		cmocka_unit_test(only_if_absent_and_only_if_equal),
		cmocka_unit_test(the_window_slides),
		cmocka_unit_test(a_killed_server_costs_little),
		cmocka_unit_test(a_frozen_server_costs_one_timeout_at_a_time),
		cmocka_unit_test(a_connection_closed_while_idle_is_opened_again),
		cmocka_unit_test(errors_of_the_server),
		cmocka_unit_test(with_a_password),
		cmocka_unit_test(addresses),
		cmocka_unit_test(none_is_configured),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, start, stop);
}
