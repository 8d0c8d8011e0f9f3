#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/arena.h"

static void gives_zeroed_aligned_room(void **state)
{
	struct arena *a = arena_new(1 << 20);

	(void)state;
	for (size_t n = 0; n < 300; n++) {
		unsigned char *p = arena_alloc(a, n);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xaa, n);
	}
	arena_free(a);
}

static void reset_gives_zeroed_room_again(void **state)
{
	struct arena *a = arena_new(1 << 20);
	size_t before = arena_used(a);

	(void)state;
	for (int round = 0; round < 5; round++) {
		for (int i = 0; i < 50; i++) {
			char *p = arena_alloc(a, 5000);

			assert_int_equal(p[0] | p[4999], 0);
			memset(p, 1, 5000);
		}
		assert_true(arena_used(a) >= 250000);
		arena_reset(a);
		assert_int_equal(arena_used(a), before);
	}
	arena_free(a);
}

static void blocks_do_not_overlap(void **state)
{
	static const size_t sizes[] = { 1, 40000, 7, 9000, 32768, 16, 100000, 3, 8192, 8193 };
	struct arena *a = arena_new(1 << 22);
	unsigned char *p[countof(sizes) * 8];

	(void)state;
	for (size_t i = 0; i < countof(p); i++) {
		p[i] = arena_alloc(a, sizes[i % countof(sizes)]);
		memset(p[i], (int)i + 1, sizes[i % countof(sizes)]);
	}
	for (size_t i = 0; i < countof(p); i++) {
		for (size_t k = 0; k < sizes[i % countof(sizes)]; k++)
			assert_int_equal(p[i][k], i + 1);
	}
	arena_free(a);
}

static void copies(void **state)
{
	struct arena *a = arena_new(0);
	struct span whole = SPAN("hello world");
	struct span none = arena_span(a, SPAN_NONE);
	struct span empty = arena_span(a, SPAN(""));

	(void)state;
	assert_string_equal(arena_dup(a, span_sub(whole, 6, 5)), "world");
	assert_string_equal(arena_dup(a, SPAN_NONE), "");
	assert_null(none.p);
	assert_non_null(empty.p);
	assert_int_equal(empty.n, 0);
	assert_string_equal(arena_printf(a, "%s-%d", "x", 7), "x-7");
	assert_string_equal(arena_printf(a, "%s", ""), "");
	assert_int_equal(strlen(arena_printf(a, "%*d", 20000, 1)), 20000);
	for (int n = 250; n < 262; n++) {
		const char *text = arena_printf(a, "%*d", n, 1);

		assert_int_equal(strlen(text), n);
		assert_int_equal(text[n - 1], '1');
	}
	arena_free(a);
	arena_free(NULL);
}

/* Runs fn in a child whose stderr is closed; answers the signal that ended it. */
static int signal_of(void (*fn)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		close(STDERR_FILENO);
		fn();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void pass_limit(void)
{
	struct arena *a = arena_new(100000);

	for (int i = 0; i < 11; i++)
		arena_alloc(a, 10000);
}

static void pass_limit_at_once(void)
{
	arena_alloc(arena_new(100000), 100001);
}

static void overflow_array(void)
{
	volatile size_t many = SIZE_MAX / 4;

	arena_array(arena_new(100000), 8, many);
}

static void overflow_size(void)
{
	volatile size_t many = SIZE_MAX - 3;

	arena_alloc(arena_new(SIZE_MAX), many);
}

static void stay_inside(void)
{
	arena_alloc(arena_new(100000), 60000);
}

static void a_limit_or_an_overflow_aborts(void **state)
{
	(void)state;
	assert_int_equal(signal_of(pass_limit), SIGABRT);
	assert_int_equal(signal_of(pass_limit_at_once), SIGABRT);
	assert_int_equal(signal_of(overflow_array), SIGABRT);
	assert_int_equal(signal_of(overflow_size), SIGABRT);
	assert_int_equal(signal_of(stay_inside), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_zeroed_aligned_room),
		cmocka_unit_test(reset_gives_zeroed_room_again),
		cmocka_unit_test(blocks_do_not_overlap),
		cmocka_unit_test(copies),
		cmocka_unit_test(a_limit_or_an_overflow_aborts),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("arena", tests, NULL, NULL);
}
