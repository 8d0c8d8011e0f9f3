#include "judge/rules.h"

#define LEAST_WALL_MS 3000

void rules_init(struct judge_rules *r)
{
	*r = (struct judge_rules){ .passes = 1,
		.validator_flags = "",
		.maximize = true,
		.time_ms = 1000,
		.time_multiplier = 5,
		.time_margin = 2,
		.time_resolution_ms = 1000,
		.memory_mib = 2048,
		.output_kib = 8192,
		.code_kib = 128,
		.build_ms = 60000,
		.build_mib = 2048,
		.check_ms = 60000,
		.check_mib = 2048,
		.check_kib = 8192,
		.validator_scores = true };
}

int rules_check(const struct judge_rules *r, struct err *e)
{
	const struct {
		const char *name;
		int value, least, most;
	} bounds[] = {
		{ "number of passes", r->passes, 1, 50 },
		{ "validator", (int)r->validator, RULES_DEFAULT, RULES_TESTLIB },
		{ "grading", (int)r->grading, RULES_NO_GROUPS, RULES_GROUPS },
		{ "time limit in ms", r->time_ms, 1, 600000 },
		{ "time resolution in ms", r->time_resolution_ms, 1, 600000 },
		{ "memory limit in MiB", r->memory_mib, 1, 65536 },
		{ "output limit in KiB", r->output_kib, 1, 1048576 },
		{ "code limit in KiB", r->code_kib, 1, 1024 },
		{ "compile time in ms", r->build_ms, 1, 600000 },
		{ "compile memory in MiB", r->build_mib, 1, 65536 },
		{ "validation time in ms", r->check_ms, 1, 600000 },
		{ "validation memory in MiB", r->check_mib, 1, 65536 },
		{ "validation output in KiB", r->check_kib, 1, 1048576 },
	};

	for (size_t i = 0; i < countof(bounds); i++) {
		if (bounds[i].value < bounds[i].least || bounds[i].value > bounds[i].most)
			return err_set(e, ERR_INVALID, "%s: %d is not between %d and %d",
				bounds[i].name, bounds[i].value, bounds[i].least, bounds[i].most);
	}
	if (r->validator == RULES_DEFAULT && (r->is_interactive || r->is_multipass))
		return err_set(e, ERR_INVALID,
			"an interactive or multi-pass problem needs a validator of its own");
	if (r->submits_answers && (r->is_interactive || r->is_multipass))
		return err_set(e, ERR_INVALID,
			"answers cannot be handed in for an interactive or multi-pass problem");
	return 0;
}

int64_t rules_wall_ms(const struct judge_rules *r)
{
	int64_t wall = 2 * (int64_t)r->time_ms + 1000;

	return wall < LEAST_WALL_MS ? LEAST_WALL_MS : wall;
}
