/*
 * Sending in. Everything that can be refused is refused before anything is stored; the member's row
 * is locked while what he sent in lately is counted, so that two requests at the same moment cannot
 * both be the last one that passes.
 */
#include "model/submission.h"

#include "auth/data_key.h"
#include "base/id.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "db/db.h"
#include "judge/language.h"
#include "model/judging.h"
#include "model/problem_key.h"
#include "model/problem_progress.h"
#include "model/problem_right.h"
#include "model/submission_answer.h"
#include "model/user.h"
#include "os/rnd.h"
#include "package/answers.h"

/* What of a problem a submission goes by. */
struct target {
	int64_t problem_id;
	int64_t version_id;
	struct span extension;
};

static int find_problem(struct db *d, struct arena *m, const struct submission_new *s,
	struct target *t, struct err *e)
{
	struct problem_ask ask = { .user = s->user, .need = PROBLEM_MAY_SUBMIT };
	struct problem_ref ref;
	struct span name = s->slug;

	*t = (struct target){ s->problem_id, s->version_id, SPAN("txt") };
	if (s->solution_id != 0)
		return 0;
	if (s->contest_id != 0)
		return err_field(e, "contest", "there is no such contest");
	if (s->problem_id != 0)
		name = span_of(arena_printf(m, "%lld", (long long)s->problem_id));
	ask.name = name;
	if (problem_find(d, m, &ask, &ref, e) != 0)
		return -1;
	t->problem_id = ref.id;
	if (t->version_id == 0)
		t->version_id = ref.version_id;
	return t->version_id != 0
		       ? 0
		       : err_set(e, ERR_CONFLICT, "this problem has nothing to judge by yet");
}

int submission_check_name(const struct submission_new *s, struct err *e)
{
	if (s->file_name.n > 0 && !language_file_name(s->file_name))
		return err_field(e, "file_name",
			"a file's name has letters, digits and . _ + - only, at most 100 of them");
	return 0;
}

static int check_source(const struct submission_new *s, int64_t code_kib, struct err *e)
{
	size_t n = s->source.n;

	if (n == 0)
		return err_field(e, "source", "there is no source in it");
	if (n > SUBMISSION_MAX_SOURCE)
		return err_field(e, "source", "the source has %zu bytes; %d are allowed", n,
			SUBMISSION_MAX_SOURCE);
	if (n > (size_t)code_kib * 1024)
		return err_field(e, "source", "the source has %zu bytes; this problem allows %lld",
			n, (long long)code_kib * 1024);
	if (!utf8_valid(s->source.p, s->source.n) || span_has(s->source, '\0'))
		return err_field(e, "source", "the source is not text in UTF-8");
	return submission_check_name(s, e);
}

static int check_rules(struct db *d, struct arena *m, const struct submission_new *s,
	struct target *t, struct err *e)
{
	struct row language;
	struct rows rules;

	if (db_many(d, m, q_submission_rules, ARGS(arg_i64(t->version_id), arg_text(s->language)),
		    &rules, e) != 0 ||
		db_one(d, m, q_submission_language, ARGS(arg_text(s->language)), &language, e) != 0)
		return -1;
	if (rules.n == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such problem");
	if (row_text(&language, submission_language_extension).n > 0)
		t->extension = row_text(&language, submission_language_extension);
	if (s->solution_id != 0)
		return 0;
	if (!row_bool(&rules.v[0], submission_rules_ready))
		return err_set(e, ERR_CONFLICT,
			"this problem is being verified; its time limit is not known yet");
	if (row_bool(&rules.v[0], submission_rules_answers)) {
		const struct answer_rules answers = { t->version_id,
			row_i64(&rules.v[0], submission_rules_output_kib) };

		t->extension = answers_is_zip(s->source) ? SPAN("zip") : SPAN("txt");
		return submission_answer_check(d, m, s, &answers, e);
	}
	if (!row_bool(&language, submission_language_known))
		return err_field(e, "language", "there is no such language");
	if (!row_bool(&language, submission_language_there))
		return err_field(e, "language", "no judge has this language just now");
	if (!row_bool(&rules.v[0], submission_rules_allowed))
		return err_field(e, "language", "this problem does not allow the language");
	return check_source(s, row_i64(&rules.v[0], submission_rules_code_kib), e);
}

static int check_rate(struct db *d, struct arena *m, int64_t user_id, struct err *e)
{
	struct row row;
	int64_t minute_s, day_s;

	if (db_one(d, m, q_submission_hold, ARGS(arg_i64(user_id)), &row, e) != 0 ||
		db_one(d, m, q_submission_rate,
			ARGS(arg_i64(user_id), arg_i64(SUBMISSION_A_MINUTE),
				arg_i64(SUBMISSION_A_DAY)),
			&row, e) != 0)
		return -1;
	minute_s = row_i64(&row, submission_rate_minute_s);
	day_s = row_i64(&row, submission_rate_day_s);
	if (minute_s == 0 && day_s == 0)
		return 0;
	e->retry_after_s = (int)(day_s > minute_s ? day_s : minute_s);
	if (day_s > 0)
		return err_set(e, ERR_LIMIT, "at most %d submissions a day", SUBMISSION_A_DAY);
	return err_set(e, ERR_LIMIT, "at most %d submissions a minute", SUBMISSION_A_MINUTE);
}

static int store(struct db *d, struct arena *m, const struct submission_new *s,
	const struct target *t, struct submission_made *out, struct err *e)
{
	struct span source = s->solution_id != 0 ? SPAN("") : s->source;
	struct span name = s->file_name;
	char *id = arena_alloc(m, ID_SIZE);
	unsigned char mac[DIGEST_SIZE];
	DATA_KEY_AUTO key = NULL;
	struct span sealed;
	struct row row;

	rnd_id(id);
	out->public_id = span_of(id);
	if (problem_key_open(d, m, s->seal, t->problem_id, &key, e) != 0 ||
		data_key_seal(key, m, source, span_of(arena_printf(m, "submission.source:%s", id)),
			&sealed, e) != 0)
		return -1;
	data_key_mac(key, source, mac);
	if (name.n == 0)
		name = span_of(arena_printf(m, "%s." SPAN_FMT,
			span_is(s->language, LANGUAGE_ANSWER) ? "answer" : "main",
			SPAN_ARG(t->extension)));
	if (db_one(d, m, q_submission_insert,
		    ARGS(arg_text(out->public_id),
			    s->user != NULL ? arg_i64(s->user->id) : arg_null(),
			    arg_i64(t->problem_id),
			    s->contest_id != 0 ? arg_i64(s->contest_id) : arg_null(),
			    s->solution_id != 0 ? arg_i64(s->solution_id) : arg_null(),
			    arg_text(s->language), arg_text(name), arg_i64((int64_t)source.n),
			    arg_bytes((struct span){ (const char *)mac, sizeof(mac) }),
			    arg_bytes(sealed),
			    arg_text(s->flags.p != NULL ? s->flags : SPAN("[]"))),
		    &row, e) != 0)
		return -1;
	out->id = row_i64(&row, submission_insert_id);
	return 0;
}

/* The jury's own wait for the members'. */
static int priority_of(const struct submission_new *s)
{
	if (s->contest_id != 0)
		return JUDGING_PRIORITY_CONTEST;
	return s->solution_id != 0 ? JUDGING_PRIORITY_REJUDGE : JUDGING_PRIORITY_ORDINARY;
}

int submission_create(struct tx *tx, struct arena *m, const struct submission_new *s,
	struct submission_made *out, struct err *e)
{
	struct judging_new j = { .priority = priority_of(s) };
	struct target t;

	if (s->user == NULL && s->solution_id == 0)
		return err_set(e, ERR_AUTH, "only members send in solutions");
	if (find_problem(tx->db, m, s, &t, e) != 0 || check_rules(tx->db, m, s, &t, e) != 0)
		return -1;
	if (s->solution_id == 0 && check_rate(tx->db, m, s->user->id, e) != 0)
		return -1;
	if (store(tx->db, m, s, &t, out, e) != 0)
		return -1;
	j.submission_id = out->id;
	j.public_id = out->public_id;
	j.version_id = t.version_id;
	return judging_start(tx, m, &j, &out->judging_id, e);
}

int submission_languages(
	struct db *d, struct arena *m, struct submission_languages *out, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_submission_languages, NO_ARGS, &rows, e) != 0)
		return -1;
	*out = (struct submission_languages){
		arena_new_array(m, struct submission_language, rows.n + 1), rows.n
	};
	for (size_t i = 0; i < rows.n; i++) {
		const struct row *r = &rows.v[i];
		bool there = row_bool(r, submission_languages_there);

		out->v[i] = (struct submission_language){ .id = row_text(
								  r, submission_languages_id),
			.name = row_text(r, submission_languages_name),
			.extension = row_text(r, submission_languages_extension),
			.is_there = there,
			.version = there ? row_text(r, submission_languages_version) : SPAN_NONE,
			.why = row_text(r, submission_languages_why) };
	}
	return 0;
}

int submission_delete(
	struct db *d, struct arena *m, const struct user *by, struct span public_id, struct err *e)
{
	TX_AUTO tx = { 0 };
	struct rows rows;
	int64_t owner;

	if (tx_begin(d, &tx, e) != 0 ||
		db_many(d, m, q_submission_owner, ARGS(arg_text(public_id)), &rows, e) != 0)
		return -1;
	owner = rows.n > 0 ? row_i64(&rows.v[0], submission_owner_user_id) : 0;
	if (rows.n == 0 || by == NULL || (owner != by->id && !user_has(by, ROLE_ADMIN)))
		return err_set(e, ERR_NOT_FOUND, "there is no such submission");
	if (row_i64(&rows.v[0], submission_owner_state) != JUDGING_ENDED)
		return err_set(e, ERR_CONFLICT, "it is still being judged");
	if (db_exec(d, q_submission_delete, ARGS(arg_i64(row_i64(&rows.v[0], submission_owner_id))),
		    NULL, e) != 0)
		return -1;
	if (owner != 0 && problem_progress_count(&tx, owner,
				  row_i64(&rows.v[0], submission_owner_problem_id), e) != 0)
		return -1;
	return tx_commit(&tx, e);
}
