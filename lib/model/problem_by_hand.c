#include "model/problem_by_hand.h"

#include "db/db.h"
#include "judge/rules.h"

int problem_by_hand(const struct problem_settings *before, const struct problem_settings *now)
{
	const struct judge_rules *a = before->rules, *b = now->rules;
	int set = 0;

	if (a->time_ms != b->time_ms)
		set |= PROBLEM_HAND_TIME;
	if (a->memory_mib != b->memory_mib)
		set |= PROBLEM_HAND_MEMORY;
	if (a->output_kib != b->output_kib)
		set |= PROBLEM_HAND_OUTPUT;
	if (before->show_difference != now->show_difference)
		set |= PROBLEM_HAND_DIFFERENCE;
	return set;
}

int problem_by_hand_keep(const struct problem_desk *desk, int64_t before, struct problem_draft *v,
	struct problem_made *out, struct err *e)
{
	const struct problem_settings said = { v->rules, v->show_difference };
	struct judge_rules *rules = arena_new_one(desk->mem, struct judge_rules);
	const struct problem_settings kept = { rules, v->show_difference };
	struct row r;

	if (before == 0)
		return 0;
	if (db_one(desk->tx->db, desk->mem, q_problem_by_hand, ARGS(arg_i64(before)), &r, e) != 0)
		return -1;
	*rules = *v->rules;
	v->by_hand = (int)row_i64(&r, problem_by_hand_by_hand);
	if ((v->by_hand & PROBLEM_HAND_TIME) != 0) {
		rules->time_ms = (int)row_i64(&r, problem_by_hand_time_ms);
		rules->time_is_suggested = false;
	}
	if ((v->by_hand & PROBLEM_HAND_MEMORY) != 0)
		rules->memory_mib = (int)row_i64(&r, problem_by_hand_memory_mib);
	if ((v->by_hand & PROBLEM_HAND_OUTPUT) != 0)
		rules->output_kib = (int)row_i64(&r, problem_by_hand_output_kib);
	out->kept = problem_by_hand(&said, &kept);
	if ((v->by_hand & PROBLEM_HAND_DIFFERENCE) != 0 &&
		v->show_difference != row_bool(&r, problem_by_hand_show_difference)) {
		v->show_difference = !v->show_difference;
		out->kept |= PROBLEM_HAND_DIFFERENCE;
	}
	v->rules = rules;
	return 0;
}
