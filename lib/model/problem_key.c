#include "model/problem_key.h"

#include "db/db.h"
#include "model/problem_blob.h"

struct span problem_key_purpose(struct arena *m, int64_t problem_id)
{
	return span_of(arena_printf(m, "problem.key:%lld", (long long)problem_id));
}

int problem_key_open(struct db *d, struct arena *m, const struct envelope *seal, int64_t problem_id,
	struct data_key **out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_problem_key, ARGS(arg_i64(problem_id)), &row, e) != 0)
		return -1;
	return data_key_open(seal, m, row_bytes(&row, problem_key_sealed_key, m),
		problem_key_purpose(m, problem_id), out, e);
}
