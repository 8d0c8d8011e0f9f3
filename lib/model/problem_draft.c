#include "model/problem_draft.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/limits.h"
#include "db/db.h"
#include "judge/rules.h"
#include "model/problem_verify.h"
#include "net/json.h"

/* ---- reading --------------------------------------------------------------------------------- */

static const char *const *languages_of(struct arena *m, struct span list, size_t *n)
{
	const char **v;
	struct span word;

	*n = 0;
	if (list.p == NULL)
		return NULL;
	v = arena_new_array(m, const char *, list.n / 2 + 1);
	while (span_split(&list, ' ', &word))
		v[(*n)++] = arena_dup(m, word);
	return v;
}

static void fill_rules(struct arena *m, const struct row *r, struct judge_rules *out)
{
	rules_init(out);
	out->is_scoring = row_bool(r, problem_draft_version_is_scoring);
	out->is_interactive = row_bool(r, problem_draft_version_is_interactive);
	out->is_multipass = row_bool(r, problem_draft_version_is_multipass);
	out->passes = (int)row_i64(r, problem_draft_version_passes);
	out->validator = (enum rules_validator)row_i64(r, problem_draft_version_validator);
	out->validator_flags = row_str(r, problem_draft_version_validator_flags);
	out->grading = (enum rules_grading)row_i64(r, problem_draft_version_grading);
	out->maximize = row_bool(r, problem_draft_version_maximize);
	out->time_ms = (int)row_i64(r, problem_draft_version_time_ms);
	out->time_is_suggested = row_bool(r, problem_draft_version_time_is_suggested);
	out->time_multiplier = strtod(row_str(r, problem_draft_version_time_multiplier), NULL);
	out->time_margin = strtod(row_str(r, problem_draft_version_time_margin), NULL);
	out->time_resolution_ms = (int)row_i64(r, problem_draft_version_time_resolution_ms);
	out->memory_mib = (int)row_i64(r, problem_draft_version_memory_mib);
	out->output_kib = (int)row_i64(r, problem_draft_version_output_kib);
	out->code_kib = (int)row_i64(r, problem_draft_version_code_kib);
	out->build_ms = (int)row_i64(r, problem_draft_version_build_ms);
	out->build_mib = (int)row_i64(r, problem_draft_version_build_mib);
	out->check_ms = (int)row_i64(r, problem_draft_version_check_ms);
	out->check_mib = (int)row_i64(r, problem_draft_version_check_mib);
	out->check_kib = (int)row_i64(r, problem_draft_version_check_kib);
	out->languages =
		languages_of(m, row_text(r, problem_draft_version_languages), &out->n_languages);
	out->may_write_files = row_bool(r, problem_draft_version_may_write_files);
	out->validator_scores = row_bool(r, problem_draft_version_validator_scores);
	out->submits_answers = row_bool(r, problem_draft_version_submits_answers);
}

int problem_rules(
	struct db *d, struct arena *m, int64_t version_id, struct judge_rules *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_problem_draft_version, ARGS(arg_i64(version_id)), &row, e) != 0)
		return -1;
	fill_rules(m, &row, out);
	return 0;
}

static void read_version(struct arena *m, const struct row *r, struct problem_draft *out)
{
	struct judge_rules *rules = arena_new_one(m, struct judge_rules);
	struct span hash = row_bytes(r, problem_draft_version_data_hash, m);

	fill_rules(m, r, rules);
	out->format = row_text(r, problem_draft_version_format);
	out->author = row_text(r, problem_draft_version_author);
	out->source = row_text(r, problem_draft_version_source);
	out->source_url = row_text(r, problem_draft_version_source_url);
	out->license = row_text(r, problem_draft_version_license);
	out->rules = rules;
	out->show_difference = row_bool(r, problem_draft_version_show_difference);
	out->by_hand = (int)row_i64(r, problem_draft_version_by_hand);
	if (hash.n == DIGEST_SIZE)
		memcpy(out->from_hash, hash.p, DIGEST_SIZE);
}

static struct problem_blob blob_of(
	struct arena *m, const struct row *r, int id, int size, int mac_column)
{
	struct problem_blob b = { .id = row_i64(r, id), .size = row_i64(r, size) };
	struct span mac = row_bytes(r, mac_column, m);

	if (mac.n == DIGEST_SIZE)
		memcpy(b.mac, mac.p, DIGEST_SIZE);
	return b;
}

static void read_tests(struct arena *m, const struct rows *rows, struct problem_draft *out)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];

		out->tests[i] = (struct draft_test){
			.path = row_text(r, problem_draft_tests_path),
			.is_sample = row_bool(r, problem_draft_tests_is_sample),
			.input = blob_of(m, r, problem_draft_tests_input_id,
				problem_draft_tests_input_size, problem_draft_tests_input_mac),
			.answer = blob_of(m, r, problem_draft_tests_answer_id,
				problem_draft_tests_answer_size, problem_draft_tests_answer_mac),
			.args = row_text(r, problem_draft_tests_args),
			.validator_flags = row_text(r, problem_draft_tests_validator_flags),
			.hint = row_text(r, problem_draft_tests_hint),
			.description = row_text(r, problem_draft_tests_description),
		};
	}
	out->n_tests = rows->n;
}

static void read_texts(const struct rows *rows, struct problem_draft *out)
{
	for (size_t i = 0; i < rows->n; i++)
		out->texts[i] = (struct problem_text_new){
			.lang = row_text(&rows->v[i], problem_draft_texts_lang),
			.title = row_text(&rows->v[i], problem_draft_texts_title),
			.html = row_text(&rows->v[i], problem_draft_texts_html),
			.plain = row_text(&rows->v[i], problem_draft_texts_plain),
		};
	out->n_texts = rows->n;
}

static void read_files(struct arena *m, const struct rows *rows, struct problem_draft *out)
{
	for (size_t i = 0; i < rows->n; i++)
		out->files[i] = (struct draft_file){
			.role = (enum problem_role)row_i64(&rows->v[i], problem_draft_files_role),
			.path = row_text(&rows->v[i], problem_draft_files_path),
			.blob = blob_of(m, &rows->v[i], problem_draft_files_blob_id,
				problem_draft_files_size, problem_draft_files_mac),
		};
	out->n_files = rows->n;
}

static void read_groups(const struct rows *rows, struct problem_draft *out)
{
	for (size_t i = 0; i < rows->n; i++)
		out->groups[i] = (struct test_group_new){
			.path = row_text(&rows->v[i], problem_draft_groups_path),
			.config = row_text(&rows->v[i], problem_draft_groups_config),
		};
	out->n_groups = rows->n;
}

static void read_solutions(const struct rows *rows, struct problem_draft *out)
{
	for (size_t i = 0; i < rows->n; i++) {
		const struct row *r = &rows->v[i];

		out->solutions[i] = (struct draft_solution){
			.what = { .path = row_text(r, problem_draft_solutions_path),
				.language = row_text(r, problem_draft_solutions_language),
				.entry = row_text(r, problem_draft_solutions_entry),
				.expected = row_text(r, problem_draft_solutions_expected),
				.sets_time = row_bool(r, problem_draft_solutions_sets_time) },
			.submission_id = row_i64(r, problem_draft_solutions_submission_id),
			.outcome = row_null(r, problem_draft_solutions_outcome)
					   ? SOLUTION_OPEN
					   : (int)row_i64(r, problem_draft_solutions_outcome),
			.said = row_text(r, problem_draft_solutions_said),
		};
	}
	out->n_solutions = rows->n;
}

int problem_draft_read(struct db *d, struct arena *m, int64_t version_id, size_t more,
	struct problem_draft *out, struct err *e)
{
	const struct arg *id = ARGS(arg_i64(version_id));
	struct db_step steps[] = {
		{ .stmt = q_problem_draft_version, .args = id },
		{ .stmt = q_problem_draft_texts, .args = id },
		{ .stmt = q_problem_draft_files, .args = id },
		{ .stmt = q_problem_draft_groups, .args = id },
		{ .stmt = q_problem_draft_tests, .args = id },
		{ .stmt = q_problem_draft_solutions, .args = id },
	};

	if (db_batch(d, m, steps, countof(steps), e) != 0)
		return -1;
	if (steps[0].out.n == 0)
		return err_set(e, ERR_NOT_FOUND, "there is no such version");
	*out = (struct problem_draft){ .from_version = version_id };
	out->texts = arena_new_array(m, struct problem_text_new, steps[1].out.n + more);
	out->files = arena_new_array(m, struct draft_file, steps[2].out.n + more);
	out->groups = arena_new_array(m, struct test_group_new, steps[3].out.n + more);
	out->tests = arena_new_array(m, struct draft_test, steps[4].out.n + more);
	out->solutions = arena_new_array(m, struct draft_solution, steps[5].out.n + more);
	read_version(m, &steps[0].out.v[0], out);
	read_texts(&steps[1].out, out);
	read_files(m, &steps[2].out, out);
	read_groups(&steps[3].out, out);
	read_tests(m, &steps[4].out, out);
	read_solutions(&steps[5].out, out);
	return 0;
}

/* ---- what decides ---------------------------------------------------------------------------- */

static void put_number(struct json_out *j, double v)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%.9g", v);
	json_put_text(j, span_of(text));
}

static void put_key_i64(struct json_out *j, const char *key, int64_t v)
{
	json_key(j, key);
	json_put_i64(j, v);
}

static void put_key_bool(struct json_out *j, const char *key, bool v)
{
	json_key(j, key);
	json_put_bool(j, v);
}

static void put_key_text(struct json_out *j, const char *key, struct span v)
{
	json_key(j, key);
	json_put_text(j, v);
}

static struct span or_empty(struct span s)
{
	return s.p != NULL ? s : SPAN("");
}

/* The columns of problem_version, by name. */
static void put_rules(struct json_out *j, const struct judge_rules *r)
{
	put_key_bool(j, "is_scoring", r->is_scoring);
	put_key_bool(j, "is_interactive", r->is_interactive);
	put_key_bool(j, "is_multipass", r->is_multipass);
	put_key_i64(j, "passes", r->passes);
	put_key_i64(j, "validator", r->validator);
	put_key_text(j, "validator_flags", span_of(r->validator_flags));
	put_key_i64(j, "grading", r->grading);
	put_key_bool(j, "maximize", r->maximize);
	put_key_i64(j, "time_ms", r->time_ms);
	put_key_bool(j, "time_is_suggested", r->time_is_suggested);
	json_key(j, "time_multiplier");
	put_number(j, r->time_multiplier);
	json_key(j, "time_margin");
	put_number(j, r->time_margin);
	put_key_i64(j, "time_resolution_ms", r->time_resolution_ms);
	put_key_i64(j, "memory_mib", r->memory_mib);
	put_key_i64(j, "output_kib", r->output_kib);
	put_key_i64(j, "code_kib", r->code_kib);
	put_key_i64(j, "build_ms", r->build_ms);
	put_key_i64(j, "build_mib", r->build_mib);
	put_key_i64(j, "check_ms", r->check_ms);
	put_key_i64(j, "check_mib", r->check_mib);
	put_key_i64(j, "check_kib", r->check_kib);
	put_key_bool(j, "may_write_files", r->may_write_files);
	put_key_bool(j, "validator_scores", r->validator_scores);
	if (r->submits_answers) // the hash of what there was before stays as it is
		put_key_bool(j, "submits_answers", true);
	json_key(j, "languages");
	if (r->languages == NULL) {
		json_put_null(j);
		return;
	}
	json_array(j);
	for (size_t i = 0; i < r->n_languages; i++)
		json_put_text(j, span_of(r->languages[i]));
	json_array_end(j);
}

static void put_mac(struct json_out *j, const unsigned char *mac)
{
	char digits[2 * DIGEST_SIZE + 1];

	hex_encode(mac, DIGEST_SIZE, digits);
	json_put_text(j, span_of(digits));
}

static bool decides(enum problem_role role)
{
	return role == PROBLEM_VALIDATOR || role == PROBLEM_INCLUDE || role == PROBLEM_GRADER ||
	       role == PROBLEM_TEST_FILE || role == PROBLEM_STATIC_VALIDATOR;
}

/* A time limit that the verification fills in is a result of the data and no part of them. */
static void put_data(struct json_out *j, const struct problem_draft *v)
{
	struct judge_rules rules = *v->rules;

	if (rules.time_is_suggested)
		rules.time_ms = 0;
	json_array(j);
	json_object(j);
	put_rules(j, &rules);
	json_object_end(j);
	for (size_t i = 0; i < v->n_tests; i++) {
		json_put_text(j, v->tests[i].path);
		json_put_bool(j, v->tests[i].is_sample);
		put_mac(j, v->tests[i].input.mac);
		put_mac(j, v->tests[i].answer.mac);
		json_put_text(j, v->tests[i].args);
		json_put_text(j, v->tests[i].validator_flags);
	}
	for (size_t i = 0; i < v->n_groups; i++) {
		json_put_text(j, v->groups[i].path);
		json_put_text(j, v->groups[i].config);
	}
	for (size_t i = 0; i < v->n_files; i++) {
		if (!decides(v->files[i].role))
			continue;
		json_put_i64(j, v->files[i].role);
		json_put_text(j, v->files[i].path);
		put_mac(j, v->files[i].blob.mac);
	}
	json_array_end(j);
}

struct draft_test *problem_draft_test(const struct problem_draft *v, struct span path)
{
	for (size_t i = 0; i < v->n_tests; i++)
		if (span_eq(v->tests[i].path, path))
			return &v->tests[i];
	return NULL;
}

/* More than this the database takes in no statement. */
#define JSON_ROWS_MAX DB_MAX_ARGUMENT

void problem_draft_hash(const struct problem_draft *v, unsigned char out[DIGEST_SIZE])
{
	struct err e = { 0 };
	struct span text = SPAN("");
	struct json_out j;
	BUF_AUTO b = { 0 };

	buf_init(&b, JSON_ROWS_MAX);
	json_begin(&j, &b);
	put_data(&j, v);
	if (buf_finish(&b, &text, &e) != 0)
		abort();
	digest_sha256(text, out);
}

/* ---- storing --------------------------------------------------------------------------------- */

static void write_version(struct json_out *j, const struct problem_desk *desk,
	const struct problem_draft *v, const unsigned char *hash)
{
	char digits[2 + 2 * DIGEST_SIZE + 1] = "\\x";

	hex_encode(hash, DIGEST_SIZE, digits + 2);
	json_object(j);
	json_key(j, "made_by");
	if (desk->actor_id != 0)
		json_put_i64(j, desk->actor_id);
	else
		json_put_null(j);
	put_key_text(j, "why", or_empty(v->why));
	put_key_text(j, "format", v->format.n > 0 ? v->format : SPAN("podium"));
	put_key_text(j, "data_hash", span_of(digits));
	put_key_text(j, "name", v->texts[0].title);
	put_key_text(j, "author", or_empty(v->author));
	put_key_text(j, "source", or_empty(v->source));
	put_key_text(j, "source_url", or_empty(v->source_url));
	put_key_text(j, "license", or_empty(v->license));
	put_key_bool(j, "show_difference", v->show_difference);
	put_key_i64(j, "by_hand", v->by_hand);
	put_rules(j, v->rules);
	json_object_end(j);
}

static void write_texts(struct json_out *j, const struct problem_draft *v)
{
	for (size_t i = 0; i < v->n_texts; i++) {
		json_object(j);
		put_key_i64(j, "ordinal", (int64_t)i);
		put_key_text(j, "lang", v->texts[i].lang);
		put_key_text(j, "title", v->texts[i].title);
		put_key_text(j, "html", or_empty(v->texts[i].html));
		put_key_text(j, "plain", or_empty(v->texts[i].plain));
		json_object_end(j);
	}
}

static void write_files(struct json_out *j, const struct problem_draft *v)
{
	for (size_t i = 0; i < v->n_files; i++) {
		json_object(j);
		put_key_i64(j, "role", v->files[i].role);
		put_key_text(j, "path", v->files[i].path);
		put_key_i64(j, "blob_id", v->files[i].blob.id);
		json_object_end(j);
	}
}

static void write_groups(struct json_out *j, const struct problem_draft *v)
{
	for (size_t i = 0; i < v->n_groups; i++) {
		json_object(j);
		put_key_i64(j, "ordinal", (int64_t)i);
		put_key_text(j, "path", v->groups[i].path);
		put_key_text(j, "config", v->groups[i].config);
		json_object_end(j);
	}
}

static void put_args(struct json_out *j, struct span args)
{
	struct err e = { 0 };
	struct span word;
	JSON_AUTO list = NULL;

	json_key(j, "args");
	json_array(j);
	if (args.n > 0 && json_parse(args, &list, &e) == 0)
		for (size_t i = 0; i < json_length(list); i++)
			if (json_text(json_at(list, i), &word))
				json_put_text(j, word);
	json_array_end(j);
}

static void write_tests(struct json_out *j, const struct problem_draft *v)
{
	for (size_t i = 0; i < v->n_tests; i++) {
		const struct draft_test *t = &v->tests[i];

		json_object(j);
		put_key_i64(j, "ordinal", (int64_t)i);
		put_key_text(j, "path", t->path);
		put_key_bool(j, "is_sample", t->is_sample);
		put_key_i64(j, "input_id", t->input.id);
		put_key_i64(j, "answer_id", t->answer.id);
		put_args(j, t->args);
		put_key_text(j, "validator_flags", t->validator_flags);
		put_key_text(j, "hint", or_empty(t->hint));
		put_key_text(j, "description", or_empty(t->description));
		json_object_end(j);
	}
}

/* What became of the solutions holds as long as the data do. */
static void write_solutions(struct json_out *j, const struct problem_draft *v, bool keep)
{
	for (size_t i = 0; i < v->n_solutions; i++) {
		const struct draft_solution *s = &v->solutions[i];

		json_object(j);
		put_key_text(j, "path", s->what.path);
		put_key_text(j, "language", s->what.language);
		put_key_text(j, "entry", or_empty(s->what.entry));
		put_key_text(j, "expected", s->what.expected);
		put_key_bool(j, "sets_time", s->what.sets_time);
		put_key_text(j, "said", keep ? or_empty(s->said) : SPAN(""));
		if (keep && s->submission_id != 0)
			put_key_i64(j, "submission_id", s->submission_id);
		if (keep && s->outcome != SOLUTION_OPEN)
			put_key_i64(j, "outcome", s->outcome);
		json_object_end(j);
	}
}

struct part {
	enum stmt stmt;
	size_t n;
};

static int store_part(const struct problem_desk *desk, const struct problem_draft *v,
	int64_t version_id, const struct part *p, bool keep, struct err *e)
{
	struct json_out j;
	struct span text;
	BUF_AUTO b = { 0 };

	if (p->n == 0)
		return 0;
	buf_init(&b, JSON_ROWS_MAX);
	json_begin(&j, &b);
	json_array(&j);
	if (p->stmt == q_problem_text_put)
		write_texts(&j, v);
	else if (p->stmt == q_problem_file_put)
		write_files(&j, v);
	else if (p->stmt == q_problem_group_put)
		write_groups(&j, v);
	else if (p->stmt == q_problem_test_put)
		write_tests(&j, v);
	else
		write_solutions(&j, v, keep);
	json_array_end(&j);
	if (buf_finish(&b, &text, e) != 0)
		return -1;
	return db_exec(desk->tx->db, p->stmt, ARGS(arg_i64(version_id), arg_text(text)), NULL, e);
}

static int add_version(const struct problem_desk *desk, const struct problem_draft *v,
	const unsigned char *hash, struct problem_made *out, struct err *e)
{
	struct json_out j;
	struct span text;
	struct row row;
	BUF_AUTO b = { 0 };

	buf_init(&b, JSON_ROWS_MAX);
	json_begin(&j, &b);
	write_version(&j, desk, v, hash);
	if (buf_finish(&b, &text, e) != 0 ||
		db_one(desk->tx->db, desk->mem, q_problem_version_add,
			ARGS(arg_i64(out->id), arg_text(text)), &row, e) != 0)
		return -1;
	out->version_id = row_i64(&row, problem_version_add_id);
	out->number = (int)row_i64(&row, problem_version_add_number);
	return 0;
}

/* *settled: what was found of the version before holds for the new one, and nothing is to be found
 * out any more. */
static int stay_sound(const struct problem_desk *desk, int64_t before, int64_t version_id,
	bool *settled, struct err *e)
{
	struct row row;

	if (db_one(desk->tx->db, desk->mem, q_problem_version_as_before,
		    ARGS(arg_i64(version_id), arg_i64(before)), &row, e) != 0)
		return -1;
	*settled = !row_bool(&row, problem_version_as_before_was_open);
	return 0;
}

int problem_draft_store(const struct problem_desk *desk, const struct problem_draft *v,
	struct problem_made *out, struct err *e)
{
	const struct part parts[] = { { q_problem_text_put, v->n_texts },
		{ q_problem_file_put, v->n_files }, { q_problem_group_put, v->n_groups },
		{ q_problem_test_put, v->n_tests }, { q_problem_solution_put, v->n_solutions } };
	unsigned char hash[DIGEST_SIZE];
	struct db *d = desk->tx->db;
	bool same;

	problem_draft_hash(v, hash);
	same = v->from_version != 0 && memcmp(hash, v->from_hash, DIGEST_SIZE) == 0;
	if (add_version(desk, v, hash, out, e) != 0)
		return -1;
	for (size_t i = 0; i < countof(parts); i++)
		if (store_part(desk, v, out->version_id, &parts[i], same, e) != 0)
			return -1;
	if (same && stay_sound(desk, v->from_version, out->version_id, &same, e) != 0)
		return -1;
	if (db_exec(d, q_problem_set_version, ARGS(arg_i64(out->id), arg_i64(out->version_id)),
		    NULL, e) != 0 ||
		db_exec(d, q_problem_index, ARGS(arg_i64(out->id)), NULL, e) != 0)
		return -1;
	if (same || v->n_solutions == 0)
		return 0;
	return problem_verify_ask(desk->tx, desk->mem, out->version_id, e);
}
