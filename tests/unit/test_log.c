#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "os/log.h"

static char captured[65536];

/* Sends stderr through a file while fn runs; what it wrote is in `captured`. */
static void capture(void (*fn)(void))
{
	char path[] = "/tmp/podium-log-XXXXXX";
	int file = mkstemp(path);
	int saved = dup(STDERR_FILENO);
	ssize_t n;

	assert_true(file >= 0 && saved >= 0);
	unlink(path);
	assert_true(dup2(file, STDERR_FILENO) >= 0);
	fn();
	dup2(saved, STDERR_FILENO);
	close(saved);
	n = pread(file, captured, sizeof(captured) - 1, 0);
	assert_true(n >= 0);
	captured[n] = '\0';
	close(file);
}

static void write_plain(void)
{
	log_start("podium-test", LOG_INFO);
	log_event(LOG_INFO, "job.done", LOG_TEXT("kind", "fetch.source"), LOG_NUMBER("rows", -7));
	log_event(LOG_INFO, "bare");
	log_event(LOG_DEBUG, "too.fine");
}

static void a_line_an_event(void **state)
{
	char expected[100];
	const char *line = captured;

	(void)state;
	capture(write_plain);
	assert_memory_equal(line, "ts=20", 5);
	line = strchr(line, ' ');
	snprintf(expected, sizeof(expected),
		" level=info prog=podium-test pid=%d event=job.done kind=fetch.source rows=-7\n",
		(int)getpid());
	assert_memory_equal(line, expected, strlen(expected));
	line = strstr(line, "\nts=");
	assert_non_null(line);
	assert_non_null(strstr(line, " event=bare\n"));
	assert_null(strstr(line, "too.fine"));
}

static void write_scope(void)
{
	log_scope("req", "00ff");
	log_event(LOG_WARN, "one");
	log_scope("job", "12");
	log_event(LOG_WARN, "two");
	log_scope(NULL, NULL);
	log_event(LOG_WARN, "three");
}

static void lines_name_what_they_belong_to(void **state)
{
	(void)state;
	capture(write_scope);
	assert_non_null(strstr(captured, " req=00ff event=one\n"));
	assert_non_null(strstr(captured, " job=12 event=two\n"));
	assert_null(strstr(strstr(captured, "two"), "job="));
}

static void write_hostile(void)
{
	log_event(LOG_ERROR, "v", LOG_TEXT("quote", "a \"b\" \\c"),
		LOG_TEXT("line", "a\nlevel=x\r"), LOG_TEXT("bytes", "\xff\xc2"),
		LOG_TEXT("c1", "\xc2\x9b"), LOG_TEXT("empty", ""), LOG_TEXT("null", NULL),
		LOG_SPAN("nul", SPAN("a\0b")), LOG_TEXT("equal", "a=b"),
		LOG_TEXT("plain", "gr\xc3\xbc\xc3\x9f"));
}

static void values_cannot_forge_lines(void **state)
{
	(void)state;
	capture(write_hostile);
	assert_non_null(strstr(captured, " quote=\"a \\\"b\\\" \\\\c\" "));
	assert_non_null(strstr(captured, " line=\"a\\x0alevel=x\\x0d\" "));
	assert_non_null(strstr(captured, " bytes=\"\\xff\\xc2\" "));
	assert_non_null(strstr(captured, " c1=\"\\xc2\\x9b\" "));
	assert_non_null(strstr(captured, " empty=\"\" null=\"\" "));
	assert_non_null(strstr(captured, " nul=\"a\\x00b\" "));
	assert_non_null(strstr(captured, " equal=\"a=b\" plain=gr\xc3\xbc\xc3\x9f\n"));
	assert_ptr_equal(strchr(captured, '\n'), captured + strlen(captured) - 1);
}

static char long_text[20001];

static void write_long(void)
{
	log_event(LOG_ERROR, "long", LOG_TEXT("value", long_text), LOG_NUMBER("after", 1));
}

static void long_values_are_cut(void **state)
{
	const char *value;
	const char *end;

	(void)state;
	for (size_t i = 0; i + 3 <= 20000; i += 3)
		memcpy(long_text + i, "\xe2\x82\xac", 3);
	capture(write_long);
	assert_true(utf8_valid(captured, strlen(captured)));
	value = strstr(captured, "value=\"") + 7;
	end = strchr(value, '"');
	assert_true(end - value <= LOG_MAX_VALUE + 3);
	assert_memory_equal(end - 3, "...\" after=1\n", 13);
}

static void write_many(void)
{
	struct log_field fields[100];

	memset(long_text, '\n', 1000); // four bytes each when escaped
	long_text[1000] = '\0';
	for (size_t i = 0; i < countof(fields) - 1; i++)
		fields[i] = LOG_TEXT("field", long_text);
	fields[countof(fields) - 1] = (struct log_field){ .key = NULL };
	log_write(LOG_ERROR, "many", fields);
}

static void long_lines_are_cut_between_fields(void **state)
{
	size_t n;

	(void)state;
	capture(write_many);
	n = strlen(captured);
	assert_true(n <= LOG_MAX_LINE && n > LOG_MAX_LINE / 2);
	assert_string_equal(captured + n - 10, "\" cut=yes\n");
}

static void write_err(void)
{
	struct err e = { 0 };

	err_set(&e, ERR_TEMPORARY, "the database is away");
	err_detail(&e, "host=db");
	log_err(LOG_ERROR, "db.lost", &e);
}

static void errors_are_logged_whole(void **state)
{
	(void)state;
	capture(write_err);
	assert_non_null(strstr(captured,
		" event=db.lost kind=temporary text=\"the database is away\" detail=\"host=db\"\n"));
}

static struct log_hold held;

static void write_held(void)
{
	log_hold(&held);
	log_event(LOG_INFO, "first");
	log_event(LOG_INFO, "second");
}

static void held_lines_wait(void **state)
{
	(void)state;
	capture(write_held);
	assert_string_equal(captured, "");
	assert_true(held.n > 0);
	capture(log_flush);
	assert_non_null(strstr(captured, " event=first\n"));
	assert_non_null(strstr(captured, " event=second\n"));
	assert_int_equal(held.n, 0);
	log_hold(NULL);
}

static void write_warning(void)
{
	write_held();
	log_event(LOG_WARN, "third");
}

static void a_warning_takes_held_lines_along(void **state)
{
	const char *second;

	(void)state;
	capture(write_warning);
	second = strstr(captured, " event=second\n");
	assert_non_null(second);
	assert_non_null(strstr(second, " event=third\n"));
	log_hold(NULL);
}

static void write_much(void)
{
	memset(long_text, 'x', 900);
	long_text[900] = '\0';
	log_hold(&held);
	for (int i = 0; i < 20; i++)
		log_event(LOG_INFO, "much", LOG_TEXT("x", long_text), LOG_NUMBER("i", i));
	log_hold(NULL);
}

static void held_lines_come_whole_and_in_order(void **state)
{
	const char *at = captured;
	char end[16];

	(void)state;
	capture(write_much);
	for (int i = 0; i < 20; i++) {
		snprintf(end, sizeof(end), " i=%d\n", i);
		assert_memory_equal(at, "ts=", 3);
		at = strchr(at, '\n') + 1;
		assert_memory_equal(at - strlen(end), end, strlen(end));
	}
	assert_string_equal(at, "");
}

static void die_with_lines(void)
{
	log_event(LOG_INFO, "last.words");
	_exit(0);
}

static void rescue(void)
{
	log_rescue(&held);
}

static void lines_of_a_dead_process_are_rescued(void **state)
{
	struct log_hold *shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	(void)state;
	assert_ptr_not_equal(shared, MAP_FAILED);
	pid = fork();
	if (pid == 0) {
		log_hold(shared);
		die_with_lines();
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	memcpy(&held, shared, sizeof(held));
	munmap(shared, sizeof(*shared));
	capture(rescue);
	assert_non_null(strstr(captured, " event=last.words\n"));
}

static void levels_have_names(void **state)
{
	enum log_level level = LOG_ERROR;

	(void)state;
	assert_true(log_level_find(SPAN("debug"), &level));
	assert_int_equal(level, LOG_DEBUG);
	assert_false(log_level_find(SPAN("Debug"), &level));
	assert_false(log_level_find(SPAN(""), &level));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_an_event),
		cmocka_unit_test(lines_name_what_they_belong_to),
		cmocka_unit_test(values_cannot_forge_lines),
		cmocka_unit_test(long_values_are_cut),
		cmocka_unit_test(long_lines_are_cut_between_fields),
		cmocka_unit_test(errors_are_logged_whole),
		cmocka_unit_test(held_lines_wait),
		cmocka_unit_test(a_warning_takes_held_lines_along),
		cmocka_unit_test(held_lines_come_whole_and_in_order),
		cmocka_unit_test(lines_of_a_dead_process_are_rescued),
		cmocka_unit_test(levels_have_names),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
