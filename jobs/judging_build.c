/*
 * From sources to programs. What a compiler made is found by the hash of all that went into it, at
 * first in this worker, then among what all judges keep; only what is in neither is built.
 */
#include "jobs/judging.h"

#include <string.h>

#include "auth/data_key.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/scan.h"
#include "model/artifact.h"
#include "model/problem_file.h"

/* Files of a program, as the engine takes them. */
struct files {
	struct judge_file *v;
	size_t n;
	size_t n_own; // that are not the package's include files, first
	size_t size;
};

static struct span base_name(struct span path)
{
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/')
			return span_sub(path, i, path.n - i);
	return path;
}

/* The path behind "prefix/"; SPAN_NONE if it does not lie there. */
static struct span below(struct span path, struct span prefix)
{
	if (path.n <= prefix.n + 1 || memcmp(path.p, prefix.p, prefix.n) != 0 ||
		path.p[prefix.n] != '/')
		return SPAN_NONE;
	return span_sub(path, prefix.n + 1, path.n - prefix.n - 1);
}

static int add(struct job_ctx *c, const struct problem_judged *p, const struct problem_file *f,
	struct span name, struct files *to, struct err *e)
{
	struct problem_store store = { c->db, p->key };
	struct judge_file *file = &to->v[to->n];

	if (to->n == JUDGE_MAX_FILES)
		return err_set(
			e, ERR_INVALID, "the program has more than %d files", JUDGE_MAX_FILES);
	if (problem_blob_open(&store, c->mem, f->blob_id, JUDGING_MAX_PROGRAM - to->size,
		    &file->text, e) != 0)
		return -1;
	file->path = name;
	file->may_run = span_is(name, "build") || span_is(name, "run");
	to->size += file->text.n;
	to->n++;
	return 0;
}

static bool is_language(struct span folder, struct span id)
{
	return span_is(folder, "default") || span_eq(folder, id) ||
	       span_eq(folder, language_code(id));
}

/*
 * The package's file wins over one of the same name that came with the program, which goes; but
 * what is one single file gives way to it under another name, for it is called as nobody asked for.
 */
static int add_one_included(struct job_ctx *c, const struct problem_judged *p,
	const struct problem_file *f, struct span name, struct files *to, struct err *e)
{
	for (size_t i = 0; i < to->n; i++) {
		if (!span_eq(to->v[i].path, name))
			continue;
		if (i >= to->n_own)
			return 0;
		if (to->n_own == 1) {
			to->v[i].path = span_of(
				arena_printf(c->mem, "submitted_" SPAN_FMT, SPAN_ARG(name)));
			break;
		}
		memmove(&to->v[i], &to->v[i + 1], (--to->n - i) * sizeof(to->v[0]));
		to->n_own--;
		break;
	}
	return add(c, p, f, name, to, e);
}

/* Files that the package puts beside every submission; those of the language before those of all.
 */
static int add_included(struct job_ctx *c, const struct problem_judged *p, struct span language,
	struct files *to, struct err *e)
{
	for (int common = 0; common < 2; common++) {
		for (size_t i = 0; i < p->n_files; i++) {
			const struct problem_file *f = &p->files[i];
			struct span rest = f->path, folder;

			if (f->role != PROBLEM_INCLUDE || !span_split(&rest, '/', &folder) ||
				rest.n == 0 || !is_language(folder, language) ||
				span_is(folder, "default") != (common == 1))
				continue;
			if (add_one_included(c, p, f, rest, to, e) != 0)
				return -1;
		}
	}
	return 0;
}

/* A jury's solution is a file of the package, or a folder of some. */
static int add_solution(struct job_ctx *c, const struct judging *j, const struct problem_judged *p,
	struct files *to, struct err *e)
{
	struct problem_folder in = { j->version_id, PROBLEM_JURY, j->solution_path };
	struct problem_files all;

	if (problem_files(c->db, c->mem, &in, &all, e) != 0)
		return -1;
	for (size_t i = 0; i < all.n; i++) {
		struct span name = below(all.v[i].path, j->solution_path);

		if (span_eq(all.v[i].path, j->solution_path))
			name = base_name(all.v[i].path);
		if (name.p != NULL && add(c, p, &all.v[i], name, to, e) != 0)
			return -1;
	}
	return to->n > 0 ? 0 : err_set(e, ERR_INTERNAL, "the jury's solution has no file");
}

static int add_submitted(struct job_ctx *c, const struct judging *j, const struct problem_judged *p,
	struct files *to, struct err *e)
{
	struct span purpose = span_of(
		arena_printf(c->mem, "submission.source:" SPAN_FMT, SPAN_ARG(j->public_id)));

	if (data_key_unseal(p->key, c->mem, j->sealed_source, purpose, &to->v[0].text, e) != 0)
		return -1;
	to->v[0].path = j->file_name;
	to->n = 1;
	return 0;
}

static int add_sent(struct job_ctx *c, const struct judging *j, const struct problem_judged *p,
	struct files *to, struct err *e)
{
	return j->solution_id != 0 ? add_solution(c, j, p, to, e) : add_submitted(c, j, p, to, e);
}

int judging_files(struct job_ctx *c, const struct judging *j, const struct problem_judged *p,
	struct judge_source *out, struct err *e)
{
	struct files files = { .v = arena_new_array(
				       c->mem, struct judge_file, JUDGE_MAX_FILES + 1) };

	if (add_sent(c, j, p, &files, e) != 0)
		return -1;
	*out = (struct judge_source){ .files = files.v, .n_files = files.n };
	return 0;
}

/* ---- building ---- */

static int build(struct job_ctx *c, struct judge *judge, const struct judge_source *s,
	const struct problem_judged *p, struct judging_program *out, struct err *e)
{
	struct span key = { (const char *)out->key, JUDGE_KEY };
	struct artifact a = { .tar = SPAN_NONE };
	BUF_AUTO tar = { 0 };
	struct judge_built built = { .artifact = &tar };

	buf_init(&tar, JUDGE_MAX_ARTIFACT);
	if (judge_build(judge, c->mem, s, &p->rules, &built, e) != 0)
		return -1;
	out->build_text = built.text;
	if (!built.ok) {
		if (built.text.n == 0)
			out->build_text = span_of(built.why);
		return 0;
	}
	if (buf_finish(&tar, &a.tar, e) != 0)
		return -1;
	a.build_text = built.text;
	if (artifact_keep(c->db, c->mem, c->seal, key, &a, e) != 0)
		return -1;
	return judge_program_open(judge, out->key, a.tar, &out->program, e);
}

/* What was built before: here, or anywhere. -1 with ERR_NOT_FOUND if it never was. */
static int find(struct job_ctx *c, struct judge *judge, struct judging_program *out, struct err *e)
{
	struct span key = { (const char *)out->key, JUDGE_KEY };
	struct artifact a;

	out->program = judge_program_find(judge, out->key);
	if (out->program != NULL) {
		struct err why = { .kind = ERR_NONE };

		if (artifact_known(c->db, c->mem, key, &out->build_text, &why) == 0)
			return 0;
		if (why.kind == ERR_NOT_FOUND) {
			out->build_text = SPAN(""); // too large to be kept by all
			return 0;
		}
		*e = why;
		return -1;
	}
	if (artifact_find(c->db, c->mem, c->seal, key, &a, e) != 0)
		return -1;
	out->build_text = a.build_text;
	return judge_program_open(judge, out->key, a.tar, &out->program, e);
}

/* The same by the source's key. *found is false if it never was built. */
static int look_up(struct job_ctx *c, struct judge *judge, const struct judge_source *s,
	struct judging_program *out, bool *found, struct err *e)
{
	struct err why = { .kind = ERR_NONE };

	*found = false;
	if (judge_key(judge, s, out->key, e) != 0)
		return -1;
	*found = find(c, judge, out, &why) == 0;
	if (*found || why.kind == ERR_NOT_FOUND)
		return 0;
	*e = why;
	return -1;
}

static int find_or_build(struct job_ctx *c, struct judge *judge, const struct judge_source *s,
	const struct problem_judged *p, struct judging_program *out, struct err *e)
{
	bool found;

	if (look_up(c, judge, s, out, &found, e) != 0)
		return -1;
	return found ? 0 : build(c, judge, s, p, out, e);
}

/* A single file is what is started, unless the package brings the file that starts it. */
static bool starts_itself(const struct language *l, const struct files *all)
{
	if (all->n_own != 1 || all->n == 1 || l->entry != LANGUAGE_FILE)
		return false;
	for (size_t i = 1; i < all->n; i++) {
		struct span rest = all->v[i].path, stem;

		if (l->main[0] != '\0' && language_has(l, all->v[i].path) &&
			span_split(&rest, '.', &stem) && span_is(stem, l->main))
			return false;
	}
	return true;
}

int judging_program(struct job_ctx *c, struct judge *judge, const struct judging *j,
	const struct problem_judged *p, struct judging_program *out, struct err *e)
{
	struct files files = { .v = arena_new_array(
				       c->mem, struct judge_file, JUDGE_MAX_FILES + 1) };
	struct judge_source s = { .language = language_find(judge_languages(judge), j->language),
		.entry = j->solution_entry };
	const char *version;
	int rc;

	*out = (struct judging_program){ .build_text = SPAN(""), .compiler = SPAN("") };
	if (s.language == NULL)
		return err_set(e, ERR_NOT_FOUND, "this judge does not know the language");
	rc = add_sent(c, j, p, &files, e);
	files.n_own = files.n;
	if (rc != 0 || add_included(c, p, j->language, &files, e) != 0)
		return -1;
	if (s.entry.n == 0 && starts_itself(s.language, &files))
		s.entry = files.v[0].path;
	s.files = files.v;
	s.n_files = files.n;
	if (judge_version(judge, s.language, &version, e) != 0)
		return -1;
	out->compiler = span_of(version); // also of what was built before
	out->source = s;
	return find_or_build(c, judge, &s, p, out, e);
}

/*
 * What else a program of the package's may be written in: the second reading of its extension, for
 * one that has no script and is not in the first. NULL: nothing.
 */
static const struct language *second_reading(
	const struct languages *all, struct arena *m, const struct judge_source *s)
{
	const struct language **v = arena_new_array(m, const struct language *, all->n + 1);
	const struct language *l = NULL;

	for (size_t i = 0; i < s->n_files; i++) {
		if (s->files[i].may_run)
			return NULL;
		l = l != NULL ? l : language_detect(all, s->files[i].path, s->files[i].text);
	}
	return l != NULL && l->header[0] != '\0' && language_readings(all, l, v) > 1 ? v[1] : NULL;
}

/* Built before in any of the readings, else built now in the first that takes it. */
static int find_or_build_own(struct job_ctx *c, struct judge *judge, struct judge_source *s,
	const struct problem_judged *p, struct judging_program *out, struct err *e)
{
	const struct language *readings[2] = { NULL,
		second_reading(judge_languages(judge), c->mem, s) };
	size_t n = readings[1] != NULL ? 2 : 1;
	bool found;

	for (size_t i = 0; i < n; i++) {
		s->language = readings[i];
		if (look_up(c, judge, s, out, &found, e) != 0)
			return -1;
		if (found)
			return 0;
	}
	for (size_t i = 0; i < n; i++) {
		s->language = readings[i];
		if (judge_key(judge, s, out->key, e) != 0 || build(c, judge, s, p, out, e) != 0)
			return -1;
		if (out->program != NULL)
			return 0;
	}
	return 0;
}

int judging_own_program(struct job_ctx *c, struct judge *judge, const struct problem_judged *p,
	const struct problem_file *first, struct judging_program *out, struct err *e)
{
	struct files files = { .v = arena_new_array(
				       c->mem, struct judge_file, JUDGE_MAX_FILES + 1) };
	struct judge_source s = { .language = NULL };
	struct span rest = first->path, folder;

	(void)span_split(&rest, '/', &folder);
	for (size_t i = 0; i < p->n_files; i++) {
		struct span name = below(p->files[i].path, folder);

		if (p->files[i].role == first->role && name.p != NULL &&
			add(c, p, &p->files[i], name, &files, e) != 0)
			return -1;
	}
	s.files = files.v;
	s.n_files = files.n;
	return find_or_build_own(c, judge, &s, p, out, e);
}

bool judging_begins_program(const struct problem_judged *p, size_t at, enum problem_role role)
{
	struct span rest = p->files[at].path, folder;

	if (p->files[at].role != role || !span_split(&rest, '/', &folder) || rest.n == 0)
		return false;
	return at == 0 || p->files[at - 1].role != role ||
	       below(p->files[at - 1].path, folder).p == NULL;
}

/* Programs of the package's own that are wanted. */
struct own {
	enum problem_role role;
	const char *what;
	struct judge_programs *out;
	const char **fault;
};

static int own_programs(struct job_ctx *c, struct judge *judge, const struct problem_judged *p,
	const struct own *own, struct err *e)
{
	struct judge_programs *out = own->out;
	const char *fault = NULL;

	*out = (struct judge_programs){ .n = 0 };
	for (size_t i = 0; i < p->n_files && fault == NULL; i++) {
		struct judging_program built = { .program = NULL };

		if (!judging_begins_program(p, i, own->role))
			continue;
		if (out->n == countof(out->v))
			fault = arena_printf(c->mem, "the problem has more than %zu %ss",
				countof(out->v), own->what);
		else if (judging_own_program(c, judge, p, &p->files[i], &built, e) != 0)
			return -1;
		else if (built.program != NULL)
			out->v[out->n++] = built.program;
		else
			fault = arena_printf(c->mem, "the %s does not compile: " SPAN_FMT,
				own->what, SPAN_ARG(span_sub(built.build_text, 0, 300)));
	}
	if (out->n == 0 && fault == NULL)
		fault = arena_printf(c->mem, "the problem's %s is missing", own->what);
	*own->fault = fault;
	return 0;
}

int judging_validators(struct job_ctx *c, struct judge *judge, const struct problem_judged *p,
	struct judge_programs *out, const char **fault, struct err *e)
{
	const struct own own = { PROBLEM_VALIDATOR, "output validator", out, fault };

	*out = (struct judge_programs){ .n = 0 };
	*fault = NULL;
	return p->rules.validator == RULES_DEFAULT ? 0 : own_programs(c, judge, p, &own, e);
}

int judging_statics(struct job_ctx *c, struct judge *judge, const struct problem_judged *p,
	struct judge_programs *out, const char **fault, struct err *e)
{
	const struct own own = { PROBLEM_STATIC_VALIDATOR, "static validator", out, fault };

	return own_programs(c, judge, p, &own, e);
}

int judging_graders(struct job_ctx *c, struct judge *judge, const struct problem_judged *p,
	struct judge_programs *out, const char **fault, struct err *e)
{
	const struct own own = { PROBLEM_GRADER, "grader", out, fault };

	return own_programs(c, judge, p, &own, e);
}

void judging_close(const struct judge_programs *all)
{
	for (size_t i = 0; i < all->n; i++)
		judge_program_close(all->v[i]);
}
