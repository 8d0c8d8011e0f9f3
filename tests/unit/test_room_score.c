#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "model/room_score.h"

#define TEAMS    5
#define PROBLEMS 4
#define SOLVES   30
#define ROUNDS   400

static struct arena *mem;
static const int points[PROBLEMS] = { 100, 200, 300, 400 };
static const int teams[TEAMS] = { 1, 2, 3, 7, 9 };

static int start(void **state)
{
	(void)state;
	mem = arena_new(256 * 1024 * 1024);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

static uint64_t seed = 42;

static unsigned draw(unsigned below)
{
	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % below;
}

static struct room_rules rules(bool is_lockout)
{
	return (struct room_rules){ is_lockout, points, PROBLEMS, teams, TEAMS };
}

static struct room_board score(bool is_lockout, const struct room_solve *v, size_t n)
{
	const struct room_rules r = rules(is_lockout);
	struct room_board b;

	room_score(mem, &r, v, n, &b);
	return b;
}

static const struct room_standing *row_of(const struct room_board *b, int team)
{
	size_t i = 0;

	while (i < TEAMS - 1 && b->rows[i].team != team)
		i++;
	assert_int_equal(b->rows[i].team, team);
	return &b->rows[i];
}

static void test_the_earlier_one_wins(void **state)
{
	const struct room_solve v[] = { { 2, 1, 200, 11 }, { 1, 1, 150, 10 } };
	struct room_board b = score(true, v, 2);

	(void)state;
	assert_int_equal(row_of(&b, 1)->points, 100);
	assert_int_equal(row_of(&b, 2)->points, 0);
	b = score(false, v, 2);
	assert_int_equal(row_of(&b, 1)->points, 100);
	assert_int_equal(row_of(&b, 2)->points, 100);
	assert_int_equal(b.rows[0].team, 1);
}

static void test_equal_seconds_have_one_winner(void **state)
{
	const struct room_solve ids[] = { { 2, 1, 150, 10 }, { 1, 1, 150, 11 } };
	const struct room_solve party[] = { { 3, 2, 150, 12 }, { 2, 2, 150, 12 } };
	struct room_board b = score(true, ids, 2);

	(void)state;
	assert_int_equal(b.rows[0].team, 2);
	b = score(true, party, 2);
	assert_int_equal(b.rows[0].team, 2);
	assert_int_equal(b.rows[0].points, 200);
	assert_int_equal(row_of(&b, 3)->points, 0);
	b = score(false, party, 2);
	assert_int_equal(b.rows[0].team, 2);
	assert_int_equal(b.rows[1].team, 3);
	assert_int_equal(b.rows[1].rank, 2);
}

static void test_of_equal_points_who_had_them_first(void **state)
{
	const struct room_solve v[] = { { 1, 1, 500, 50 }, { 1, 2, 100, 10 }, { 2, 3, 400, 40 } };
	struct room_board b = score(true, v, 3);

	(void)state;
	assert_int_equal(b.rows[0].team, 2);
	assert_int_equal(b.rows[1].team, 1);
	assert_int_equal(b.rows[1].n_solved, 2);
	assert_int_equal(b.rows[2].rank, 3);
	assert_int_equal(b.rows[4].rank, 3);
}

static void test_strangers_do_not_count(void **state)
{
	const struct room_solve v[] = { { 4, 1, 10, 1 }, { 1, 0, 10, 2 }, { 1, 5, 10, 3 } };
	struct room_board b = score(true, v, 3);
	const struct room_rules none = { true, points, 0, teams, 0 };

	(void)state;
	for (size_t i = 0; i < TEAMS; i++)
		assert_int_equal(b.rows[i].points, 0);
	room_score(mem, &none, v, 3, &b);
}

static void shuffle(struct room_solve *v, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = draw((unsigned)i);
		struct room_solve t = v[i - 1];

		v[i - 1] = v[k];
		v[k] = t;
	}
}

static void same_board(const struct room_board *a, const struct room_solve *from,
	const struct room_board *b, const struct room_solve *other)
{
	assert_memory_equal(a->rows, b->rows, TEAMS * sizeof(a->rows[0]));
	for (size_t i = 0; i < TEAMS * PROBLEMS; i++) {
		assert_int_equal(a->cells[i] < 0, b->cells[i] < 0);
		if (a->cells[i] >= 0)
			assert_int_equal(
				room_solve_order(&from[a->cells[i]], &other[b->cells[i]]), 0);
	}
}

static void test_any_order_gives_the_same_board(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct room_solve v[SOLVES] = { 0 };
		struct room_solve w[SOLVES];
		bool is_lockout = draw(2) == 0;
		size_t n = draw(SOLVES + 1);
		struct room_board a, b;

		for (size_t i = 0; i < n; i++)
			v[i] = (struct room_solve){ teams[draw(TEAMS)], (int)draw(PROBLEMS) + 1,
				100 + draw(4), 1 + draw(6) };
		memcpy(w, v, sizeof(v));
		shuffle(w, n);
		a = score(is_lockout, v, n);
		b = score(is_lockout, w, n);
		same_board(&a, v, &b, w);
	}
}

/* What the claims of a room do one by one comes to what is scored at once. */
static void test_one_by_one_is_the_same_as_at_once(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct room_solve held[PROBLEMS] = { 0 };
		struct room_solve v[SOLVES];
		struct room_board b;

		for (size_t i = 0; i < SOLVES; i++) {
			struct room_solve *h;

			v[i] = (struct room_solve){ teams[draw(TEAMS)], (int)draw(PROBLEMS) + 1,
				100 + draw(4), 1 + draw(6) };
			h = &held[v[i].problem - 1];
			if (h->team == 0 || room_solve_order(h, &v[i]) > 0)
				*h = v[i];
		}
		b = score(true, v, SOLVES);
		for (size_t p = 0; p < PROBLEMS; p++)
			for (size_t t = 0; t < TEAMS; t++)
				assert_int_equal(
					b.cells[p * TEAMS + t] >= 0, held[p].team == teams[t]);
	}
}

static void test_rating(void **state)
{
	struct room_rated two[] = { { 1, 1, 1500, 0 }, { 2, 2, 1500, 0 } };
	struct room_rated team[] = { { 1, 2, 1400, 0 }, { 1, 2, 1600, 0 }, { 2, 1, 1500, 0 } };
	struct room_rated level[] = { { 1, 1, 1500, 0 }, { 2, 1, 1500, 0 } };
	struct room_rated alone[] = { { 1, 1, 1700, 0 } };

	(void)state;
	room_rate(mem, two, 2);
	assert_int_equal(two[0].after, 1516);
	assert_int_equal(two[1].after, 1484);
	room_rate(mem, team, 3);
	assert_int_equal(team[0].after, 1384);
	assert_int_equal(team[1].after, 1584);
	assert_int_equal(team[2].after, 1516);
	room_rate(mem, level, 2);
	assert_int_equal(level[0].after, 1500);
	room_rate(mem, alone, 1);
	assert_int_equal(alone[0].after, 1700);
	room_rate(mem, alone, 0);
}

static void test_rating_in_any_order(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct room_rated a[8], b[8];
		size_t n = draw(9);
		int sum = 0;

		for (size_t i = 0; i < n; i++)
			a[i] = (struct room_rated){ .team = (int)(i % 4) + 1,
				.rank = (int)(i % 4) + 1,
				.before = 1000 + (int)draw(1500) };
		for (size_t i = 0; i < n; i++)
			b[i] = a[n - 1 - i];
		room_rate(mem, a, n);
		room_rate(mem, b, n);
		for (size_t i = 0; i < n; i++) {
			assert_int_equal(a[i].after, b[n - 1 - i].after);
			sum += a[i].after - a[i].before;
		}
		if (n <= 4) // one player a team: what one wins others lose, but for rounding
			assert_in_range(sum + 4, 0, 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_earlier_one_wins),
		cmocka_unit_test(test_equal_seconds_have_one_winner),
		cmocka_unit_test(test_of_equal_points_who_had_them_first),
		cmocka_unit_test(test_strangers_do_not_count),
		cmocka_unit_test(test_any_order_gives_the_same_board),
		cmocka_unit_test(test_one_by_one_is_the_same_as_at_once),
		cmocka_unit_test(test_rating),
		cmocka_unit_test(test_rating_in_any_order),
	};

	return cmocka_run_group_tests_name("room_score", tests, start, stop);
}
