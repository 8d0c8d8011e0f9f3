/*
 * All files that are neither statement nor test nor solution: validators, what is put beside
 * submissions, attachments, and what is kept only so that the package can be written again.
 */
#include "package/reader.h"

#include <string.h>

#include "base/attr.h"
#include "judge/group.h"

/* A name without an ending is a program's if the file begins as one: README and Makefile are none.
 */
static bool is_program_source(const struct reader *r, struct span name, struct span text)
{
	return language_detect(r->languages, name, text) != NULL ||
	       path_has_ext(name, ".ctd.viva") ||
	       (path_stem(name).n == name.n &&
		       (span_starts(text, "#!") || span_starts(text, "\177ELF")));
}

/* A folder whose files are one program: it says how to build or run it. */
static bool is_whole(const struct reader *r, const char *folder)
{
	return package_tree_find(r->tree, arena_printf(r->r->m, "%s/build", folder)) != NULL ||
	       package_tree_find(r->tree, arena_printf(r->r->m, "%s/run", folder)) != NULL;
}

/* All of it lies in one folder of its own. */
static bool is_nested(const struct reader *r, const char *folder)
{
	struct span only = SPAN_NONE;

	for (size_t i = 0; i < r->tree->n; i++) {
		struct span rest = below(r->tree->files[i].path, folder);
		struct span name = rest;
		struct span first;

		if (name.p == NULL)
			continue;
		if (!span_split(&rest, '/', &first) || first.n == name.n ||
			(only.p != NULL && !span_eq(only, first)))
			return false;
		only = first;
	}
	return only.p != NULL;
}

/*
 * The programs of a folder such as output_validators: each of its folders and each source that lies
 * in it directly, with the headers that lie beside it.
 */
static void programs(struct reader *r, const char *folder, enum package_role role, bool one)
{
	struct arena *m = r->r->m;
	bool whole = (one && !is_nested(r, folder)) || is_whole(r, folder);

	for (size_t i = 0; i < r->tree->n; i++) {
		const struct package_file *file = &r->tree->files[i];
		struct span name = below(file->path, folder);
		struct span bytes;

		if (name.p == NULL)
			continue;
		bytes = reader_constants(r, file->bytes);
		if (whole) {
			reader_file(r, role,
				span_of(arena_printf(m, "%s/" SPAN_FMT, folder, SPAN_ARG(name))),
				bytes);
			continue;
		}
		if (span_has(name, '/')) {
			reader_file(r, role, name, bytes);
			continue;
		}
		if (is_program_source(r, name, bytes)) {
			reader_file(r, role,
				span_of(arena_printf(
					m, SPAN_FMT "/" SPAN_FMT, SPAN_ARG(name), SPAN_ARG(name))),
				bytes);
			continue;
		}
		/* A header or data: to each program beside it. */
		for (size_t k = 0; k < r->tree->n; k++) {
			struct span other = below(r->tree->files[k].path, folder);

			if (other.p == NULL || span_has(other, '/') ||
				!is_program_source(r, other, r->tree->files[k].bytes))
				continue;
			reader_file(r, role,
				span_of(arena_printf(
					m, SPAN_FMT "/" SPAN_FMT, SPAN_ARG(other), SPAN_ARG(name))),
				bytes);
		}
	}
}

static void folder(struct reader *r, const char *name, enum package_role role, bool constants)
{
	for (size_t i = 0; i < r->tree->n; i++) {
		const struct package_file *file = &r->tree->files[i];
		struct span path = below(file->path, name);

		if (path.p != NULL)
			reader_file(r, role, path,
				constants ? reader_constants(r, file->bytes) : file->bytes);
	}
}

/* What other folders hold is kept under its whole name. */
static void others(struct reader *r)
{
	static const char *const taken[] = { "statement", "problem_statement", "output_validator",
		"output_validators", "input_validators", "input_format_validators",
		"static_validator", "graders", "attachments", "include", "submissions",
		"data/sample", "data/secret" };

	for (size_t i = 0; i < r->tree->n; i++) {
		const struct package_file *file = &r->tree->files[i];
		bool is_taken = !span_has(file->path, '/');

		for (size_t k = 0; k < countof(taken) && !is_taken; k++)
			is_taken = below(file->path, taken[k]).p != NULL;
		if (!is_taken)
			reader_file(r, PACKAGE_OTHER, file->path, file->bytes);
	}
}

static void static_validator(struct reader *r)
{
	bool is_asked = false;

	for (size_t i = 0; i < r->out->n_tests; i++)
		is_asked = is_asked || group_is_static(r->out->tests[i].path);
	programs(r, "static_validator", PACKAGE_STATIC_VALIDATOR, true);
	if (!is_asked && reader_has(r, "static_validator"))
		package_say(r->r, PACKAGE_WARNING, SPAN("static_validator"), 0,
			"no test_group.yaml has a static_validation_score, so it is never run");
}

void read_files(struct reader *r)
{
	struct judge_rules *rules = &r->out->rules;
	bool new_place = reader_has(r, "output_validator");

	if (new_place)
		programs(r, "output_validator", PACKAGE_VALIDATOR, true);
	else
		programs(r, "output_validators", PACKAGE_VALIDATOR, false);
	if (r->is_2025 && (new_place || reader_has(r, "output_validators")))
		rules->validator = RULES_CUSTOM;
	else if (rules->validator == RULES_DEFAULT && reader_has(r, "output_validators"))
		package_say(r->r, PACKAGE_WARNING, SPAN("output_validators"), 0,
			"the package holds a validator that its problem.yaml does not use");
	programs(r, "input_validators", PACKAGE_INPUT_VALIDATOR, false);
	programs(r, "input_format_validators", PACKAGE_INPUT_VALIDATOR, false);
	programs(r, "graders", PACKAGE_GRADER, false);
	folder(r, "attachments", PACKAGE_ATTACHMENT, false);
	folder(r, "include", PACKAGE_INCLUDE, true);
	static_validator(r);
	others(r);
}
