/*
 * problem.yaml of all formats. Unknown keys are warned of and passed over: real packages carry keys
 * of several tools.
 */
#include "package/reader.h"

#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"

static const char *const legacy_keys[] = { "problem_format_version", "type", "name", "uuid",
	"author", "source", "source_url", "license", "rights_owner", "limits", "validation",
	"validator_flags", "grading", "keywords", "languages", "libraries" };
static const char *const latest_keys[] = { "problem_format_version", "type", "name", "uuid",
	"version", "credits", "source", "license", "rights_owner", "embargo_until", "limits",
	"keywords", "languages", "allow_file_writing", "constants", "validation",
	"validator_flags" };
#define N_DRAFT_KEYS 2 // at the end of those
#define MOST_SECONDS 600
static const char *const limit_keys[] = { "time_multiplier", "time_safety_margin",
	"time_multipliers", "time_limit", "time_resolution", "memory", "output", "code",
	"compilation_time", "compilation_memory", "validation_time", "validation_memory",
	"validation_output", "validation_passes" };

static void add_tags(struct reader *r, const struct yml_file *f, const struct yml *keywords)
{
	struct span *words;
	size_t n;

	if (keywords != NULL && keywords->kind == YML_VALUE) {
		/* legacy: one text, with blanks between */
		struct span rest = keywords->text;
		struct span word;

		words = arena_new_array(r->r->m, struct span, rest.n / 2 + 1);
		for (n = 0; span_split(&rest, ' ', &word);) {
			if (word.n > 0)
				words[n++] = word;
		}
	} else {
		n = yml_words(f, keywords, &words);
	}
	r->out->tags = words;
	r->out->n_tags = n;
}

static void read_names(struct reader *r, const struct yml_file *f, const struct yml *root)
{
	const struct yml *name = yml_get(root, "name");

	if (name == NULL)
		return;
	if (name->kind == YML_VALUE)
		reader_name(r, SPAN("en"), name->text);
	for (const struct yml *n = name->first; n != NULL; n = n->next) {
		if (name->kind == YML_MAP && n->kind == YML_VALUE)
			reader_name(r, n->key, n->text);
		else
			package_say(f->r, PACKAGE_ERROR, f->path, n->line,
				"name is neither a text nor a map of texts");
	}
}

/* A person: a text, or a map with a name. */
static void add_person(struct buf *b, const struct yml *v)
{
	const struct yml *name = v->kind == YML_MAP ? yml_get(v, "name") : v;
	struct span text = name != NULL && name->kind == YML_VALUE ? name->text : SPAN_NONE;
	struct span rest = text;
	struct span plain;

	if (!span_split(&rest, '<', &plain))
		return;
	plain = span_trim(plain);
	if (plain.n > 0 && buf_size(b) > 0)
		buf_adds(b, ", ");
	buf_add_span(b, plain);
}

static struct span people(struct reader *r, const struct yml *v)
{
	BUF_AUTO b;
	struct span text;
	struct err e = { 0 };

	buf_init(&b, 4000);
	if (v != NULL && v->kind == YML_LIST) {
		for (const struct yml *i = v->first; i != NULL; i = i->next)
			add_person(&b, i);
	} else if (v != NULL) {
		add_person(&b, v);
	}
	return buf_finish(&b, &text, &e) == 0 ? arena_span(r->r->m, text) : SPAN("");
}

/* Who sees the problem is for its owner to say, and when. */
static void tell_embargo(const struct yml_file *f, const struct yml *root)
{
	const struct yml *until = yml_get(root, "embargo_until");

	if (until != NULL && until->kind == YML_VALUE && until->text.n > 0)
		package_say(f->r, PACKAGE_WARNING, f->path, until->line,
			"embargo_until is " SPAN_FMT ": leave the problem hidden until then",
			SPAN_ARG(until->text));
}

static void read_origin(struct reader *r, const struct yml_file *f, const struct yml *root)
{
	const struct yml *source = yml_get(root, "source");
	const struct yml *credits = yml_get(root, "credits");
	struct package *p = r->out;

	yml_text(f, root, "license", &p->license);
	if (source != NULL && source->kind == YML_LIST)
		source = source->first;
	if (source != NULL && source->kind == YML_VALUE) {
		p->source = source->text;
	} else if (source != NULL) {
		yml_text(f, source, "name", &p->source);
		yml_text(f, source, "url", &p->source_url);
	}
	if (!r->is_2025)
		yml_text(f, root, "source_url", &p->source_url);
	if (credits != NULL && credits->kind == YML_MAP)
		credits = yml_get(credits, "authors");
	p->author = people(r, credits != NULL ? credits : yml_get(root, "author"));
}

/* Seconds into whole milliseconds; at least one. */
static bool read_seconds(
	const struct yml_file *f, const struct yml *map, const char *key, int *out_ms)
{
	const struct yml *v = yml_get(map, key);
	double s;

	if (v == NULL || !yml_number(f, map, key, &s))
		return false;
	if (!(s > 0 && s <= MOST_SECONDS)) {
		package_say(f->r, PACKAGE_ERROR, f->path, v->line,
			"%s is not between 0 and 600 seconds", key);
		return false;
	}
	*out_ms = s < 0.001 ? 1 : (int)lround(s * 1000);
	return true;
}

/* What a limit is written in, how much of it is judged here, and how many of ours make one. */
struct measure {
	int most;
	int ours;
};
static const struct measure memory = { 65536, 1 };            // MiB
static const struct measure text = { 1024, 1024 };            // MiB into KiB
static const struct measure code = { 1024, 1 };               // KiB
static const struct measure seconds = { MOST_SECONDS, 1000 }; // into ms

/* A limit that is not the solutions' time; one that asks for more than is judged here asks for as
 * much as there is. */
static void read_amount(const struct yml_file *f, const struct yml *map, const char *key,
	const struct measure *in, int *out)
{
	const struct yml *v = yml_get(map, key);
	double n;

	if (v == NULL || !yml_number(f, map, key, &n))
		return;
	if (!(n > 0)) {
		package_say(f->r, PACKAGE_ERROR, f->path, v->line, "%s is not more than 0", key);
		return;
	}
	if (n > in->most)
		package_say(f->r, PACKAGE_WARNING, f->path, v->line,
			"%s is %g; %d is the most that is judged here", key, n, in->most);
	*out = (int)ceil(fmin(n, in->most) * in->ours);
}

static void read_limits(struct reader *r, const struct yml_file *f, const struct yml *limits)
{
	struct judge_rules *rules = &r->out->rules;
	const struct yml *multipliers = yml_get(limits, "time_multipliers");

	rules->time_is_suggested = !read_seconds(f, limits, "time_limit", &rules->time_ms) &&
				   !rules->submits_answers; // where nothing is run
	if (rules->time_is_suggested)
		rules->time_ms = 10000; // until a verification finds the right one
	rules->time_multiplier = r->is_2025 ? 2 : 5;
	rules->time_margin = r->is_2025 ? 1.5 : 2;
	yml_number(f, limits, "time_multiplier", &rules->time_multiplier);
	yml_number(f, limits, "time_safety_margin", &rules->time_margin);
	yml_number(f, multipliers, "ac_to_time_limit", &rules->time_multiplier);
	yml_number(f, multipliers, "time_limit_to_tle", &rules->time_margin);
	if (rules->time_multiplier < 1 || rules->time_margin < 1)
		package_say(f->r, PACKAGE_ERROR, f->path, limits->line,
			"a multiplier of the time is less than 1");
	read_seconds(f, limits, "time_resolution", &rules->time_resolution_ms);
	read_amount(f, limits, "memory", &memory, &rules->memory_mib);
	read_amount(f, limits, "output", &text, &rules->output_kib);
	read_amount(f, limits, "code", &code, &rules->code_kib);
	read_amount(f, limits, "compilation_time", &seconds, &rules->build_ms);
	read_amount(f, limits, "compilation_memory", &memory, &rules->build_mib);
	read_amount(f, limits, "validation_time", &seconds, &rules->check_ms);
	read_amount(f, limits, "validation_memory", &memory, &rules->check_mib);
	read_amount(f, limits, "validation_output", &text, &rules->check_kib);
	yml_count(f, limits, "validation_passes", 50, &rules->passes);
	yml_only(f, limits, limit_keys, countof(limit_keys));
}

static void add_type(struct reader *r, const struct yml_file *f, int line, struct span word)
{
	struct judge_rules *rules = &r->out->rules;

	if (span_is(word, "scoring"))
		rules->is_scoring = true;
	else if (span_is(word, "interactive"))
		rules->is_interactive = true;
	else if (span_is(word, "multi-pass"))
		rules->is_multipass = true;
	else if (span_is(word, "submit-answer"))
		rules->submits_answers = true;
	else if (!span_is(word, "pass-fail"))
		package_say(f->r, PACKAGE_ERROR, f->path, line,
			"the type " SPAN_FMT " is not known", SPAN_ARG(word));
}

static void read_type(struct reader *r, const struct yml_file *f, const struct yml *root)
{
	const struct yml *type = yml_get(root, "type");
	struct span *words;
	size_t n = yml_words(f, type, &words);

	for (size_t i = 0; i < n; i++) {
		struct span rest = words[i];
		struct span word;

		while (span_split(&rest, ' ', &word)) {
			if (word.n > 0)
				add_type(r, f, type->line, word);
		}
	}
}

static void read_validation(struct reader *r, const struct yml_file *f, const struct yml *root)
{
	struct judge_rules *rules = &r->out->rules;
	const struct yml *v = yml_get(root, "validation");
	struct span flags = SPAN("");
	struct span rest;
	struct span word;

	yml_text(f, root, "validator_flags", &flags);
	rules->validator_flags = arena_dup(r->r->m, flags);
	rules->validator_scores = r->is_draft;
	if (v == NULL || v->kind != YML_VALUE)
		return;
	for (rest = v->text; span_split(&rest, ' ', &word);) {
		if (span_is(word, "custom"))
			rules->validator = RULES_CUSTOM;
		else if (span_is(word, "interactive"))
			rules->is_interactive = true;
		else if (span_is(word, "multi-pass"))
			rules->is_multipass = true;
		else if (span_is(word, "score"))
			rules->validator_scores = true;
		else if (word.n > 0 && !span_is(word, "default"))
			package_say(f->r, PACKAGE_ERROR, f->path, v->line,
				"validation has \"" SPAN_FMT "\", which is not known",
				SPAN_ARG(word));
	}
}

static void read_grading(struct reader *r, const struct yml_file *f, const struct yml *root)
{
	const struct yml *grading = yml_get(root, "grading");
	struct span objective = SPAN("max");

	if (grading == NULL || grading->kind != YML_MAP)
		return;
	yml_text(f, grading, "objective", &objective);
	r->out->rules.maximize = !span_is(objective, "min");
}

/* The format's code stands for all of ours that begin with it: cpp for C++17 and C++20. */
static size_t add_language(struct reader *r, struct span word, const char **ids, size_t most)
{
	size_t n = 0;

	for (size_t k = 0; k < r->languages->n && n < most; k++) {
		const char *id = r->languages->v[k].id;

		if (span_is(word, id) || span_eq(word, language_code(span_of(id))))
			ids[n++] = id;
	}
	return n;
}

/* A list, or as the legacy format has its keywords, one text with blanks between. */
static void read_languages(struct reader *r, const struct yml_file *f, const struct yml *root)
{
	const struct yml *languages = yml_get(root, "languages");
	struct span *words;
	size_t n = yml_words(f, languages, &words);
	const char **ids = arena_new_array(r->r->m, const char *, 64);
	size_t n_ids = 0;

	if (n == 0 || (n == 1 && span_is(words[0], "all")))
		return;
	for (size_t i = 0; i < n; i++) {
		struct span rest = words[i];
		struct span word;

		while (span_split(&rest, ' ', &word)) {
			if (word.n > 0)
				n_ids += add_language(r, word, ids + n_ids, 64 - n_ids);
		}
	}
	if (n_ids == 0)
		package_say(f->r, PACKAGE_ERROR, f->path, languages->line,
			"none of the languages is judged here");
	r->out->rules.languages = ids;
	r->out->rules.n_languages = n_ids;
}

static void read_constants(struct reader *r, const struct yml_file *f, const struct yml *root)
{
	const struct yml *constants = yml_get(root, "constants");

	for (const struct yml *n = constants != NULL ? constants->first : NULL; n != NULL;
		n = n->next) {
		struct constant *c = arena_new_one(r->r->m, struct constant);

		if (n->kind != YML_VALUE) {
			package_say(f->r, PACKAGE_ERROR, f->path, n->line,
				"a constant is no plain value");
			continue;
		}
		*c = (struct constant){ .name = n->key, .value = n->text, .next = r->constants };
		r->constants = c;
	}
}

static void read_version(struct reader *r, const struct yml_file *f, const struct yml *root)
{
	struct span version = SPAN("legacy");

	if (!yml_text(f, root, "problem_format_version", &version))
		return;
	r->is_draft = span_starts(version, "2023-07");
	r->is_2025 = r->is_draft || span_starts(version, "2025-09");
	r->out->format = r->is_draft  ? SPAN("2023-07-draft")
			 : r->is_2025 ? SPAN("2025-09")
				      : version;
	if (r->is_2025 || span_is(version, "legacy"))
		return;
	if (span_is(version, "legacy-icpc"))
		return;
	r->out->format = SPAN("legacy");
	package_say(f->r, PACKAGE_ERROR, f->path, yml_get(root, "problem_format_version")->line,
		"the format " SPAN_FMT " is not known", SPAN_ARG(span_sub(version, 0, 40)));
}

void read_problem_yaml(struct reader *r)
{
	const struct package_file *file = package_tree_find(r->tree, "problem.yaml");
	struct yml_file f = { .r = r->r, .path = SPAN("problem.yaml") };
	const struct yml *root = file != NULL ? yml_read(&f, file->bytes) : NULL;
	struct yml nothing = { .kind = YML_MAP };
	struct judge_rules *rules = &r->out->rules;

	if (root == NULL)
		root = &nothing;
	if (root->kind != YML_MAP) {
		package_say(r->r, PACKAGE_ERROR, f.path, root->line, "the file is no map of keys");
		root = &nothing;
	}
	read_version(r, &f, root);
	if (r->is_2025)
		yml_only(&f, root, latest_keys,
			countof(latest_keys) - (r->is_draft ? 0 : N_DRAFT_KEYS));
	else
		yml_only(&f, root, legacy_keys, countof(legacy_keys));
	read_names(r, &f, root);
	read_origin(r, &f, root);
	tell_embargo(&f, root);
	add_tags(r, &f, yml_get(root, "keywords"));
	read_type(r, &f, root);
	read_limits(r, &f, yml_get(root, "limits") != NULL ? yml_get(root, "limits") : &nothing);
	read_languages(r, &f, root);
	if (r->is_2025) {
		rules->may_write_files = r->is_draft; // its tools do not agree what holds
		yml_bool(&f, root, "allow_file_writing", &rules->may_write_files);
		read_constants(r, &f, root);
	} else {
		rules->may_write_files = true;
		read_grading(r, &f, root);
	}
	/* The draft knew both ways to name a validator. */
	if (!r->is_2025 || r->is_draft)
		read_validation(r, &f, root);
	if (rules->validator_flags == NULL)
		rules->validator_flags = "";
	if (rules->is_multipass && rules->passes < 2)
		rules->passes = 2;
	if (!rules->is_multipass)
		rules->passes = 1;
}
