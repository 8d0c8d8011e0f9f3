/*
 * The jury's solutions: each file or folder in a folder of submissions/. What must come of it says
 * the folder's name, a tag in its source, or submissions.yaml.
 */
#include "package/reader.h"

#include <math.h>
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "judge/expect.h"

static const char *const no_programs = ".txt.md.in.ans.out.yaml.yml.h.hpp.json.sh.log.pdf.zip";
static const char *const official[] = { "accepted", "wrong_answer", "time_limit_exceeded",
	"run_time_error", "partially_accepted" };

/* A solution while its files are gathered. */
struct draft {
	struct span path;  // "accepted/main.cpp", "mixed/folder"
	struct span first; // source
	const struct language *language;
	size_t n_files;
};

struct yaml_rules {
	struct yml_file f;
	const struct yml *root;
};

static struct span solution_path(struct span name)
{
	struct span rest = name;
	struct span folder;
	struct span own;

	if (!span_split(&rest, '/', &folder) || !span_split(&rest, '/', &own) || own.n == 0)
		return SPAN_NONE;
	return span_sub(name, 0, folder.n + 1 + own.n);
}

/* ---- labels ------------------------------------------------------------------------------------
 */

static unsigned read_mask(const struct yml_file *f, const struct yml *v)
{
	struct span *words;
	size_t n = yml_words(f, v, &words);
	unsigned mask = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned bits = expect_word(words[i]);

		if (bits == 0)
			package_say(f->r, PACKAGE_ERROR, f->path, v->line,
				"\"" SPAN_FMT "\" is no verdict",
				SPAN_ARG(span_sub(words[i], 0, 40)));
		mask |= bits;
	}
	return mask;
}

static void read_score(const struct yml_file *f, const struct yml *v, struct expect_rule *rule)
{
	struct span *words;
	size_t n = yml_words(f, v, &words);

	rule->has_score = n >= 1 && n <= 2 && yml_is_number(words[0], &rule->least) &&
			  yml_is_number(words[n - 1], &rule->most);
	if (!rule->has_score)
		package_say(
			f->r, PACKAGE_ERROR, f->path, v->line, "score is neither a number nor two");
}

/* use_for_time_limit: what bounds the limit from below is not too slow, from above is too slow;
 * "true" leaves it to the verdicts. */
static void read_use(const struct yml_file *f, const struct yml *map, struct expect_rule *rule)
{
	const unsigned quick =
		expect_word(SPAN("AC")) | expect_word(SPAN("WA")) | expect_word(SPAN("RTE"));
	const unsigned slow = expect_word(SPAN("TLE"));
	const struct yml *use = yml_get(map, "use_for_time_limit");
	struct span word = use != NULL && use->kind == YML_VALUE ? use->text : SPAN_NONE;
	bool as_usual = false;

	if (!span_is(word, "lower") && !span_is(word, "upper") &&
		(!yml_bool(f, map, "use_for_time_limit", &as_usual) || as_usual))
		return;
	rule->untimed = !span_is(word, "lower") && !span_is(word, "upper");
	if (span_is(word, "lower"))
		rule->permitted = rule->permitted != 0 ? rule->permitted & quick : quick;
	if (span_is(word, "upper") && (rule->required == 0 || (rule->required & slow) != 0))
		rule->required = slow;
}

/* permitted, required, score and message of a map, for a scope. Keys that are absent leave the rule
 * as it was. */
static void read_rule(const struct yml_file *f, const struct yml *map, struct expect_rule *rule)
{
	if (yml_get(map, "permitted") != NULL)
		rule->permitted = read_mask(f, yml_get(map, "permitted"));
	if (yml_get(map, "required") != NULL)
		rule->required = read_mask(f, yml_get(map, "required"));
	if (yml_get(map, "score") != NULL)
		read_score(f, yml_get(map, "score"), rule);
	yml_text(f, map, "message", &rule->message);
	read_use(f, map, rule);
}

/* "false" that stands with no verdicts is meant for whatever else is said of the solution. */
static bool is_opted_out(const struct expect_reading *reading)
{
	for (size_t i = 0; i < reading->n; i++) {
		const struct expect_rule *r = &reading->rules[i];

		if (r->untimed && r->scope.n == 0 && r->permitted == 0 && r->required == 0)
			return true;
	}
	return false;
}

/* What all of its rules together say of the time limit. */
static void bound(struct expect *x, struct expect_reading *reading)
{
	bool opted_out = is_opted_out(reading);

	x->lower = x->upper = false;
	for (size_t i = 0; i < reading->n && opted_out; i++)
		reading->rules[i].untimed = true;
	for (size_t i = 0; i < reading->n; i++) {
		x->lower = x->lower || expect_rule_lower(&reading->rules[i]);
		x->upper = x->upper || expect_rule_upper(&reading->rules[i]);
	}
	for (size_t i = 0; i < reading->n && !x->lower && !x->upper; i++)
		reading->rules[i].untimed = false; // goes without saying
}

static bool is_rule_key(struct span key)
{
	static const char *const keys[] = { "language", "entrypoint", "authors", "model_solution",
		"permitted", "required", "score", "message", "use_for_time_limit" };

	for (size_t i = 0; i < countof(keys); i++) {
		if (span_is(key, keys[i]))
			return true;
	}
	return false;
}

/* Everything submissions.yaml says of this solution, after what its folder stands for. */
static void apply_yaml(struct reader *r, const struct yaml_rules *y, const struct draft *d,
	struct package_solution *s, struct expect *x)
{
	struct expect_reading *reading = arena_new_one(r->r->m, struct expect_reading);
	struct span folder = path_folder(d->path);

	reading->rules = arena_new_array(r->r->m, struct expect_rule, 64);
	if (x->n > 0 && x->readings[0].n > 0)
		reading->rules[reading->n++] = x->readings[0].rules[0];
	for (const struct yml *n = y->root->first; n != NULL; n = n->next) {
		struct expect_rule *rule;

		if (n->kind != YML_MAP || !expect_matches(n->key, d->path))
			continue;
		yml_text(&y->f, n, "language", &s->language);
		yml_text(&y->f, n, "entrypoint", &s->entry);
		/* The folder's own name replaces what it stands for; a pattern adds to it. */
		if (span_eq(n->key, folder) && reading->n > 0)
			rule = &reading->rules[0];
		else if (reading->n < 60)
			rule = &reading->rules[reading->n++];
		else
			break;
		rule->scope = rule->scope.p != NULL ? rule->scope : SPAN("");
		read_rule(&y->f, n, rule);
		for (const struct yml *sub = n->first; sub != NULL && reading->n < 60;
			sub = sub->next) {
			if (is_rule_key(sub->key) || sub->kind != YML_MAP)
				continue;
			rule = &reading->rules[reading->n++];
			rule->scope = sub->key;
			read_rule(&y->f, sub, rule);
		}
	}
	bound(x, reading);
	x->readings = reading;
	x->n = reading->n > 0 ? 1 : 0;
}

static bool is_official(struct span folder)
{
	for (size_t i = 0; i < countof(official); i++) {
		if (span_is(folder, official[i]))
			return true;
	}
	return false;
}

static struct expect label(struct reader *r, const struct yaml_rules *y, const struct draft *d,
	struct package_solution *s)
{
	enum expect_format format = r->is_2025 ? EXPECT_2025 : EXPECT_LEGACY;
	struct span folder = path_folder(d->path);
	struct expect x;
	struct err e = { 0 };
	bool known = expect_folder(r->r->m, format, r->out->rules.is_scoring, folder, &x);
	bool tagged = false;

	if (!is_official(folder) && expect_source(r->r->m, d->first, &x, &tagged, &e) != 0)
		package_say(r->r, PACKAGE_WARNING,
			span_of(arena_printf(r->r->m, "submissions/" SPAN_FMT, SPAN_ARG(d->path))),
			0, "%s", e.text);
	if (y->root != NULL)
		apply_yaml(r, y, d, s, &x);
	if (!known && !tagged && x.n == 0)
		package_say(r->r, PACKAGE_WARNING,
			span_of(arena_printf(r->r->m, "submissions/" SPAN_FMT, SPAN_ARG(d->path))),
			0, "nothing says what must come of this solution");
	return x;
}

/* ---- gathering ---------------------------------------------------------------------------------
 */

/*
 * What submissions.yaml names, by our id or the format's code, which stands for several of ours:
 * the one that the files are in among them, else the first. Without a name, what the files are in.
 */
static struct span language_of(
	struct reader *r, const struct yaml_rules *y, const struct draft *d, struct span named)
{
	struct span seen = d->language != NULL ? span_of(d->language->id) : SPAN_NONE;

	if (named.p == NULL || span_eq(named, seen) || span_eq(named, language_code(seen)))
		return seen;
	for (size_t i = 0; i < r->languages->n; i++) {
		struct span id = span_of(r->languages->v[i].id);

		if (span_eq(named, id) || span_eq(named, language_code(id)))
			return id;
	}
	package_say(r->r, PACKAGE_WARNING, y->f.path, 0,
		"the language " SPAN_FMT " of " SPAN_FMT " is none that is judged here",
		SPAN_ARG(span_sub(named, 0, 40)), SPAN_ARG(d->path));
	return SPAN_NONE;
}

static void add_solution(struct reader *r, const struct yaml_rules *y, const struct draft *d)
{
	struct package_solution *s = &r->out->solutions[r->out->n_solutions++];
	struct expect x;
	struct span json;
	struct err e = { 0 };
	BUF_AUTO b;

	*s = (struct package_solution){ .path = d->path, .entry = SPAN("") };
	x = label(r, y, d, s);
	s->language = language_of(r, y, d, s->language);
	s->sets_time = x.lower && !r->out->rules.submits_answers;
	if (r->out->rules.submits_answers)
		s->language = SPAN(LANGUAGE_ANSWER);
	buf_init(&b, 65536);
	expect_write(&b, &x);
	s->expected = buf_finish(&b, &json, &e) == 0 ? arena_span(r->r->m, json) : SPAN("{}");
}

/* Answers where programs are handed in everywhere else. */
static void take_answer(struct reader *r, struct draft *d, struct span name, struct span bytes)
{
	d->n_files++;
	d->first = d->first.p != NULL ? d->first : bytes;
	if (language_detect(r->languages, path_base(name), bytes) != NULL)
		package_say(r->r, PACKAGE_WARNING,
			span_of(arena_printf(r->r->m, "submissions/" SPAN_FMT, SPAN_ARG(name))), 0,
			"this looks like a program, but answers are handed in");
}

/* A file that is part of the solution at d. */
static void take_file(struct reader *r, struct draft *d, struct span name, struct span bytes)
{
	const struct language *language = language_detect(r->languages, path_base(name), bytes);

	reader_file(r, PACKAGE_JURY, name, bytes);
	if (r->out->rules.submits_answers) {
		take_answer(r, d, name, bytes);
		return;
	}
	d->n_files++;
	if (d->language != NULL || language == NULL || path_has_ext(name, no_programs)) {
		d->first = d->first.p != NULL ? d->first : bytes;
		return;
	}
	d->language = language;
	d->first = bytes;
}

/* Of a file by itself: where answers are handed in, only submissions.yaml and its like are none. */
static bool is_no_solution(const struct reader *r, struct span name)
{
	return path_has_ext(name, r->out->rules.submits_answers ? ".yaml.yml.md" : no_programs);
}

void read_solutions(struct reader *r)
{
	struct package *p = r->out;
	struct yaml_rules y = { .f = { .r = r->r, .path = SPAN("submissions/submissions.yaml") } };
	const struct package_file *file = package_tree_find(r->tree, y.f.path.p);
	struct draft d = { 0 };

	if (file != NULL) {
		y.root = yml_read(&y.f, file->bytes);
		if (y.root != NULL && y.root->kind != YML_MAP) {
			package_say(r->r, PACKAGE_ERROR, y.f.path, 1, "the file is no map");
			y.root = NULL;
		}
	}
	p->solutions = arena_new_array(r->r->m, struct package_solution, PACKAGE_MAX_SOLUTIONS);
	for (size_t i = 0; i < r->tree->n; i++) {
		struct span name = below(r->tree->files[i].path, "submissions");
		struct span path = solution_path(name);

		if (name.p == NULL)
			continue;
		if (path.p == NULL || (span_eq(path, name) && is_no_solution(r, name))) {
			reader_file(
				r, PACKAGE_OTHER, r->tree->files[i].path, r->tree->files[i].bytes);
			continue;
		}
		if (d.n_files > 0 && !span_eq(d.path, path)) {
			add_solution(r, &y, &d);
			d = (struct draft){ 0 };
		}
		if (p->n_solutions == PACKAGE_MAX_SOLUTIONS) {
			package_say(r->r, PACKAGE_ERROR, SPAN("submissions"), 0,
				"there are more than %d solutions", PACKAGE_MAX_SOLUTIONS);
			return;
		}
		d.path = path;
		take_file(r, &d, name, reader_constants(r, r->tree->files[i].bytes));
	}
	if (d.n_files > 0 && p->n_solutions < PACKAGE_MAX_SOLUTIONS)
		add_solution(r, &y, &d);
}
