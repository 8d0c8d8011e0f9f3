#include "model/member_contest.h"

#include "base/limits.h"
#include "db/db.h"
#include "model/codeforces_desk.h"
#include "model/job.h"
#include "net/codeforces_record.h"

int member_contest_want(struct tx *tx, struct arena *m, int64_t member_id, struct err *e)
{
	struct rows rows;

	if (db_many(tx->db, m, q_member_contest_unknown, ARGS(arg_i64(member_id)), &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		long long id = (long long)row_i64(&rows.v[i], member_contest_unknown_contest_id);
		const struct job_spec spec = { .kind = "member.contest",
			.payload = span_of(arena_printf(m, "{\"contest\":%lld}", id)),
			.unique = span_of(arena_printf(m, "contest:%lld", id)),
			.priority = JOB_PRIORITY_LOW };
		int64_t job;

		if (job_enqueue(tx, m, &spec, &job, e) != 0)
			return -1;
	}
	return 0;
}

static int ask(struct codeforces_desk *desk, struct arena *m, struct span id,
	struct codeforces_problems *out, struct err *e)
{
	const struct codeforces_question q = {
		.call = { .method = "contest.standings",
			.params = { { "contestId", id } },
			.priority = CODEFORCES_SWEEP,
			.max_wait_ms = TRACK_WAIT_MS,
			.without = "rows" },
		.keep = CODEFORCES_KEEP_CONTEST_PROBLEMS,
		.about = id,
	};

	return codeforces_ask_problems(desk, m, &q, out, e);
}

int member_contest_fetch(struct codeforces_desk *desk, struct db *d, struct arena *m,
	int64_t contest_id, struct err *e)
{
	struct codeforces_problems problems = { .n = 0 };
	struct err why = { .kind = ERR_NONE };

	if (ask(desk, m, span_of(arena_printf(m, "%lld", (long long)contest_id)), &problems,
		    &why) != 0 &&
		why.kind != ERR_NOT_FOUND && why.kind != ERR_INVALID) {
		*e = why;
		return -1;
	}
	return db_exec(d, q_member_contest_put,
		ARGS(arg_i64(contest_id), arg_i64((int64_t)problems.n)), NULL, e);
}
