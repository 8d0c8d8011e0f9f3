/*
 * Packages of Polygon, of the full sort that holds the tests. The checker is a program of
 * testlib's, which ends with statuses of its own; the judge knows them.
 */
#include <stdio.h>
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "judge/expect.h"
#include "package/reader_polygon.h"

/* Which folder of ours a solution's tag stands for; what else says "mixed". */
static const struct {
	const char *tag;
	const char *folder;
} tags[] = { { "main", "accepted" }, { "accepted", "accepted" }, { "wrong-answer", "wrong_answer" },
	{ "presentation-error", "wrong_answer" }, { "time-limit-exceeded", "time_limit_exceeded" },
	{ "memory-limit-exceeded", "run_time_error" }, { "failed", "run_time_error" },
	{ "rejected", "rejected" },
	{ "time-limit-exceeded-or-memory-limit-exceeded", "brute_force" } };

struct span polygon_file(const struct reader *r, const char *path)
{
	const struct package_file *f = package_tree_find(r->tree, path);

	return f != NULL ? f->bytes : SPAN_NONE;
}

/* ---- tests -------------------------------------------------------------------------------------
 */

/* tests/%02d and a number. */
static const char *numbered(struct reader *r, struct span pattern, int n)
{
	struct span head;
	struct span rest = pattern;
	uint64_t width = 0;

	if (!scan_until(&rest, '%', pattern.n, &head))
		return NULL;
	(void)scan_u64(&rest, 9, &width);
	if (!scan_char(&rest, 'd'))
		return NULL;
	return arena_printf(
		r->r->m, SPAN_FMT "%0*d" SPAN_FMT, SPAN_ARG(head), (int)width, n, SPAN_ARG(rest));
}

static bool add_test(struct reader *r, const struct xml *set, const struct polygon_layout *layout,
	const struct xml *test, int number)
{
	struct package *p = r->out;
	const char *in = numbered(r,
		xml_child(set, "input-path-pattern") != NULL
			? xml_child(set, "input-path-pattern")->text
			: SPAN(""),
		number);
	const char *out = numbered(r,
		xml_child(set, "answer-path-pattern") != NULL
			? xml_child(set, "answer-path-pattern")->text
			: SPAN(""),
		number);
	struct package_test *t = &p->tests[p->n_tests];

	if (in == NULL || out == NULL)
		return false;
	t->path = polygon_place(r->r->m, layout, test, number, &t->is_sample);
	t->input = polygon_file(r, in);
	t->answer = polygon_file(r, out);
	if (t->input.p == NULL || t->answer.p == NULL)
		return false;
	p->n_tests++;
	return true;
}

static int number_of(const struct xml *set, const char *name, int absent)
{
	const struct xml *x = xml_child(set, name);
	uint64_t v;

	return x != NULL && span_u64(x->text, INT32_MAX, &v) ? (int)v : absent;
}

/* Samples first; both in the order of their numbers, which they have. */
static void sort_tests(struct package *p, struct arena *m)
{
	struct package_test *v = arena_new_array(m, struct package_test, p->n_tests + 1);
	size_t n = 0;

	for (int sample = 1; sample >= 0; sample--) {
		for (size_t i = 0; i < p->n_tests; i++) {
			if (p->tests[i].is_sample == (sample == 1))
				v[n++] = p->tests[i];
		}
	}
	p->tests = v;
}

/* The one called "tests"; others, pretests for one, only hold some of them. */
static const struct xml *find_testset(const struct xml *judging)
{
	const struct xml *first = xml_child(judging, "testset");
	const struct xml *set = first;

	while (set != NULL && !span_is(xml_attr(set, "name"), "tests"))
		set = xml_next(set);
	return set != NULL ? set : first;
}

/* What only this format has, and nothing here could do. */
static void check_judging(struct reader *r, const struct xml *judging)
{
	struct span in = xml_attr(judging, "input-file");
	struct span out = xml_attr(judging, "output-file");
	struct span count = xml_attr(judging, "run-count");
	uint64_t runs;

	if (in.n > 0 || out.n > 0)
		package_say(r->r, PACKAGE_ERROR, SPAN("problem.xml"), judging->line,
			"programs are to read \"" SPAN_FMT "\" and to write \"" SPAN_FMT
			"\": only standard input and output are judged here",
			SPAN_ARG(in.n > 0 ? in : SPAN("standard input")),
			SPAN_ARG(out.n > 0 ? out : SPAN("standard output")));
	if (span_u64(count, INT32_MAX, &runs) && runs > 1)
		package_say(r->r, PACKAGE_ERROR, SPAN("problem.xml"), judging->line,
			"programs are to be run %d times for each test, which is not judged here",
			(int)runs);
}

static void read_testset(struct reader *r, const struct xml *root)
{
	struct package *p = r->out;
	const struct xml *judging = xml_child(root, "judging");
	const struct xml *set = find_testset(judging);
	const struct xml *test = xml_child(xml_child(set, "tests"), "test");
	const struct xml *memory = xml_child(set, "memory-limit");
	struct polygon_layout layout = polygon_layout(set);
	uint64_t bytes;
	int number = 0;
	int missing = 0;

	if (set == NULL) {
		package_say(r->r, PACKAGE_ERROR, SPAN("problem.xml"), 0, "there is no testset");
		return;
	}
	check_judging(r, judging);
	p->rules.time_ms = number_of(set, "time-limit", 1000);
	if (memory != NULL && span_u64(memory->text, UINT64_MAX, &bytes))
		p->rules.memory_mib = (int)((bytes + (1 << 20) - 1) >> 20);
	p->tests = arena_new_array(r->r->m, struct package_test, XML_MAX_NODES);
	for (; test != NULL; test = xml_next(test))
		missing += !add_test(r, set, &layout, test, ++number);
	if (missing > 0)
		package_say(r->r, PACKAGE_ERROR, SPAN("problem.xml"), set->line,
			"%d of %d tests are not in the package: use the full package", missing,
			number);
	if (polygon_scores(set))
		polygon_groups(r, set);
	sort_tests(p, r->r->m);
}

/* ---- programs ----------------------------------------------------------------------------------
 */

/* The headers that Polygon puts beside every program of its own, testlib.h among them. */
static void add_headers(struct reader *r, const char *name)
{
	for (size_t i = 0; i < r->tree->n; i++) {
		struct span path = below(r->tree->files[i].path, "files");

		if (path.p != NULL && !span_has(path, '/') && path_has_ext(path, ".h.hpp"))
			reader_file(r, PACKAGE_VALIDATOR,
				span_of(arena_printf(
					r->r->m, "%s/" SPAN_FMT, name, SPAN_ARG(path))),
				r->tree->files[i].bytes);
	}
}

static bool names_asset(
	const struct xml *file, const char *list, const char *item, const char *name)
{
	const struct xml *x = xml_child(xml_child(file, list), item);

	while (x != NULL && !span_ieq(xml_attr(x, "name"), span_of(name)))
		x = xml_next(x);
	return x != NULL;
}

/* Resources that are compiled with every solution, and with what members send in. */
static void read_resources(struct reader *r, const struct xml *root)
{
	const struct xml *file =
		xml_child(xml_child(xml_child(root, "files"), "resources"), "file");

	for (; file != NULL; file = xml_next(file)) {
		struct span path = xml_attr(file, "path");
		struct span bytes =
			path.p != NULL ? polygon_file(r, arena_dup(r->r->m, path)) : SPAN_NONE;

		if (bytes.p != NULL && names_asset(file, "assets", "asset", "solution"))
			reader_file(r, PACKAGE_INCLUDE,
				span_of(arena_printf(
					r->r->m, "default/" SPAN_FMT, SPAN_ARG(path_base(path)))),
				bytes);
	}
}

/* The checker or the interactor, in a folder of that name. */
static void add_program(struct reader *r, const struct xml *program, const char *name)
{
	struct span path = xml_attr(xml_child(program, "source"), "path");
	struct span source = path.p != NULL ? polygon_file(r, arena_dup(r->r->m, path)) : SPAN_NONE;

	if (source.p == NULL) {
		package_say(r->r, PACKAGE_ERROR, SPAN("problem.xml"), program->line,
			"the %s is not in the package", name);
		return;
	}
	r->out->rules.validator = RULES_TESTLIB;
	reader_file(r, PACKAGE_VALIDATOR,
		span_of(arena_printf(r->r->m, "%s/" SPAN_FMT, name, SPAN_ARG(path_base(path)))),
		source);
	add_headers(r, name);
	if (package_tree_find(r->tree, "files/testlib.h") == NULL)
		package_say(r->r, PACKAGE_WARNING, SPAN("files"), 0,
			"the package holds no testlib.h for its %s", name);
}

static const char *folder_of(struct span tag)
{
	for (size_t i = 0; i < countof(tags); i++) {
		if (span_is(tag, tags[i].tag))
			return tags[i].folder;
	}
	return "mixed";
}

/* What a solution's tag says of it, in the words of 2025-09 where tests give points: there a test
 * that fails need not reject the whole. */
static void read_tag(struct reader *r, struct span tag, struct expect *x)
{
	enum expect_format words = r->out->rules.is_scoring ? EXPECT_2025 : EXPECT_LEGACY;
	struct expect_reading *reading;

	(void)expect_folder(r->r->m, words, false, span_of(folder_of(tag)), x);
	if (!span_is(tag, "time-limit-exceeded-or-accepted"))
		return;
	reading = arena_new_one(r->r->m, struct expect_reading);
	*reading = (struct expect_reading){ .rules = arena_new_one(r->r->m, struct expect_rule),
		.n = 1 };
	*reading->rules = (struct expect_rule){ .scope = SPAN(""),
		.permitted = expect_word(SPAN("AC")) | expect_word(SPAN("TLE")) };
	*x = (struct expect){ .readings = reading, .n = 1 };
}

/* The language that its file is in; none where it is one of Python 2. */
static const struct language *language_of(
	const struct reader *r, const struct xml *source, struct span path, struct span text)
{
	struct span type = xml_attr(source, "type");

	if (span_starts(type, "python.2") || span_starts(type, "python.pypy2"))
		return NULL;
	return language_detect(r->languages, path_base(path), text);
}

static void add_solution(struct reader *r, const struct xml *solution)
{
	struct package *p = r->out;
	struct package_solution *s = &p->solutions[p->n_solutions];
	struct span path = xml_attr(xml_child(solution, "source"), "path");
	struct span source = path.p != NULL ? polygon_file(r, arena_dup(r->r->m, path)) : SPAN_NONE;
	struct span tag = xml_attr(solution, "tag");
	const struct language *language;
	struct expect x;
	struct span json;
	struct err e = { .kind = ERR_NONE };
	BUF_AUTO b = { .p = NULL };

	if (source.p == NULL) {
		package_say(r->r, PACKAGE_WARNING, SPAN("problem.xml"), solution->line,
			"the solution is not in the package");
		return;
	}
	language = language_of(r, xml_child(solution, "source"), path, source);
	read_tag(r, tag, &x);
	*s = (struct package_solution){ .path = span_of(arena_printf(r->r->m, "%s/" SPAN_FMT,
						folder_of(tag), SPAN_ARG(path_base(path)))),
		.language = language != NULL ? span_of(language->id) : SPAN_NONE,
		.entry = SPAN(""),
		.sets_time = x.lower };
	buf_init(&b, 65536);
	expect_write(&b, &x);
	s->expected = buf_finish(&b, &json, &e) == 0 ? arena_span(r->r->m, json) : SPAN("{}");
	reader_file(r, PACKAGE_JURY, s->path, source);
	p->n_solutions++;
}

static void read_assets(struct reader *r, const struct xml *root)
{
	const struct xml *assets = xml_child(root, "assets");
	const struct xml *checker = xml_child(assets, "checker");
	const struct xml *interactor = xml_child(assets, "interactor");
	const struct xml *solution = xml_child(xml_child(assets, "solutions"), "solution");

	if (checker != NULL)
		add_program(r, checker, "checker");
	if (interactor != NULL)
		add_program(r, interactor, "interactor");
	r->out->rules.is_interactive = interactor != NULL;
	r->out->solutions =
		arena_new_array(r->r->m, struct package_solution, PACKAGE_MAX_SOLUTIONS);
	for (; solution != NULL && r->out->n_solutions < PACKAGE_MAX_SOLUTIONS;
		solution = xml_next(solution))
		add_solution(r, solution);
}

void read_polygon(struct reader *r, const struct package_file *problem_xml)
{
	int line;
	const struct xml *root = xml_read(r->r->m, problem_xml->bytes, &line);
	const struct xml *tag = xml_child(xml_child(root, "tags"), "tag");
	struct span *words = arena_new_array(r->r->m, struct span, 64);

	r->out->format = SPAN("polygon");
	if (root == NULL || !span_is(root->name, "problem")) {
		package_say(r->r, PACKAGE_ERROR, problem_xml->path, line,
			"the file is no description of a problem");
		return;
	}
	if (xml_attr(root, "short-name").n > 0)
		r->out->slug = xml_attr(root, "short-name");
	r->out->source_url = xml_attr(root, "url");
	r->out->tags = words;
	for (; tag != NULL && r->out->n_tags < 64; tag = xml_next(tag))
		words[r->out->n_tags++] = xml_attr(tag, "value");
	r->out->rules.may_write_files = true;
	polygon_texts(r, root);
	read_testset(r, root);
	read_resources(r, root);
	read_assets(r, root);
	polygon_examples(r, root);
}
