#include "model/problem_progress.h"

#include "base/limits.h"
#include "db/db.h"
#include "model/problem_kept.h"

int problem_progress_count(struct tx *tx, int64_t user_id, int64_t problem_id, struct err *e)
{
	struct arena *m = arena_new(PROBLEM_PIECE);
	struct row row;
	int rc;

	rc = db_one(tx->db, m, q_problem_progress_lock, ARGS(arg_i64(problem_id)), &row, e);
	if (rc == 0)
		rc = db_exec(tx->db, q_problem_progress_count,
			ARGS(arg_i64(user_id), arg_i64(problem_id)), NULL, e);
	arena_free(m);
	return rc;
}

void problem_progress_evict(
	struct cache *cache, struct arena *m, int64_t user_id, int64_t problem_id)
{
	problem_kept_evict(cache, m, PROBLEM_KEPT_MEMBER, user_id);
	problem_kept_evict(cache, m, PROBLEM_KEPT_ONE, problem_id);
	problem_kept_evict(cache, m, PROBLEM_KEPT_SOLVED, 0);
}
