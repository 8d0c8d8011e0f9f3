/*
 * Reading a package: which format it is of, then one part after the other. Every part says all that
 * is wrong with it and goes on.
 */
#include "package/reader.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "judge/compare.h"
#include "judge/group.h"

#define MOST_ORIGIN 2000 // bytes of author, source and license

struct span below(struct span path, const char *folder)
{
	size_t n = strlen(folder);

	if (!span_starts(path, folder) || path.n <= n + 1 || path.p[n] != '/')
		return SPAN_NONE;
	return span_sub(path, n + 1, path.n);
}

struct span path_base(struct span path)
{
	size_t at = path.n;

	while (at > 0 && path.p[at - 1] != '/')
		at--;
	return span_sub(path, at, path.n);
}

struct span path_folder(struct span path)
{
	struct span base = path_base(path);

	return base.n == path.n ? SPAN("") : span_sub(path, 0, path.n - base.n - 1);
}

struct span path_stem(struct span path)
{
	size_t at = path.n;

	while (at > 0 && path.p[at - 1] != '.' && path.p[at - 1] != '/')
		at--;
	return at > 0 && path.p[at - 1] == '.' ? span_sub(path, 0, at - 1) : path;
}

bool path_has_ext(struct span path, const char *extensions)
{
	struct span stem = path_stem(path);
	struct span rest = span_of(extensions + 1);
	struct span one;

	if (stem.n == path.n)
		return false;
	while (span_split(&rest, '.', &one)) {
		if (span_ieq(span_sub(path, stem.n + 1, path.n), one))
			return true;
	}
	return false;
}

void reader_file(struct reader *r, enum package_role role, struct span path, struct span bytes)
{
	struct package *p = r->out;

	if (p->n_files == r->files_room) {
		size_t room = r->files_room > 0 ? r->files_room * 2 : 64;
		struct package_item *v = arena_new_array(r->r->m, struct package_item, room);

		if (p->n_files > 0)
			memcpy(v, p->files, p->n_files * sizeof(*v));
		p->files = v;
		r->files_room = room;
	}
	p->files[p->n_files++] =
		(struct package_item){ .role = role, .path = path, .bytes = bytes };
}

void reader_name(struct reader *r, struct span lang, struct span title)
{
	title = span_trim(title);
	if (r->n_names + 2 > countof(r->names) || title.n == 0)
		return;
	for (size_t i = 0; i < r->n_names; i += 2) {
		if (span_eq(r->names[i], lang))
			return;
	}
	r->names[r->n_names++] = lang;
	r->names[r->n_names++] =
		span_sub(title, 0, utf8_cut(title.p, title.n < 200 ? title.n : 200));
}

bool reader_has(const struct reader *r, const char *folder)
{
	for (size_t i = 0; i < r->tree->n; i++) {
		if (below(r->tree->files[i].path, folder).p != NULL)
			return true;
	}
	return false;
}

static const struct constant *find_constant(const struct reader *r, struct span name)
{
	const struct constant *c = r->constants;

	while (c != NULL && !span_eq(c->name, name))
		c = c->next;
	return c;
}

/* With each "open name close" of a constant replaced. */
static struct span replaced(struct reader *r, struct span text, struct span open, struct span close)
{
	struct span done = text;
	BUF_AUTO b = { .p = NULL };
	struct err e = { 0 };
	size_t from = 0;

	if (r->constants == NULL || text.n > PACKAGE_MAX_STATEMENT)
		return text;
	buf_init(&b, 4 * (size_t)PACKAGE_MAX_STATEMENT);
	for (size_t i = 0; i + open.n < text.n; i++) {
		const struct constant *c;
		size_t n = 0;

		if (!span_eq(span_sub(text, i, open.n), open))
			continue;
		while (i + open.n + n < text.n && text.p[i + open.n + n] != '}' && n < 64)
			n++;
		c = find_constant(r, span_sub(text, i + open.n, n));
		if (c == NULL || !span_eq(span_sub(text, i + open.n + n, close.n), close))
			continue;
		buf_add_span(&b, span_sub(text, from, i - from));
		buf_add_span(&b, c->value);
		from = i + open.n + n + close.n;
		i = from - 1;
	}
	if (from == 0)
		return text;
	buf_add_span(&b, span_sub(text, from, text.n));
	if (buf_finish(&b, &done, &e) != 0)
		return text;
	return arena_span(r->r->m, done);
}

struct span reader_constants(struct reader *r, struct span text)
{
	return replaced(r, text, SPAN("{{"), SPAN("}}"));
}

struct span reader_latex_constants(struct reader *r, struct span text)
{
	return replaced(r, text, SPAN("\\constant{"), SPAN("}"));
}

/* What a name may become in an address. */
static struct span make_slug(struct arena *m, struct span from)
{
	char *to = arena_alloc(m, from.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < from.n && n < 60; i++) {
		char c = from.p[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			to[n++] = c;
		else if (n > 0 && to[n - 1] != '-')
			to[n++] = '-';
	}
	while (n > 0 && to[n - 1] == '-')
		n--;
	return n > 0 ? (struct span){ to, n } : SPAN("problem");
}

/* In one line, as pages show it. */
static struct span one_line(struct reader *r, struct span text)
{
	char *to = arena_alloc(r->r->m, text.n + 1);

	text = span_trim(text);
	text = span_sub(text, 0, utf8_cut(text.p, text.n < MOST_ORIGIN ? text.n : MOST_ORIGIN));
	for (size_t i = 0; i < text.n; i++)
		to[i] = (unsigned char)text.p[i] < ' ' ? ' ' : text.p[i];
	return text.n > 0 ? (struct span){ to, text.n } : SPAN("");
}

/* Where it comes from decides nothing: what cannot be shown is passed over. */
static void check_origin(struct reader *r, struct span file)
{
	struct package *p = r->out;

	p->author = one_line(r, p->author);
	p->source = one_line(r, p->source);
	p->license = one_line(r, p->license);
	p->source_url = one_line(r, p->source_url);
	if (p->source_url.n == 0 || span_starts(p->source_url, "https://") ||
		span_starts(p->source_url, "http://"))
		return;
	package_say(r->r, PACKAGE_WARNING, file, 0,
		"the source's address does not begin with https:// and was passed over");
	p->source_url = SPAN("");
}

static void check_flags_of(struct reader *r, struct span where, struct span flags)
{
	struct compare_flags ignored;
	struct err e = { .kind = ERR_NONE };

	if (compare_flags_parse(flags, &ignored, &e) != 0)
		package_say(r->r, PACKAGE_ERROR, where, 0, "%s", e.text);
}

/* Those of the default validator, of the package and of tests; what many tests have is told once.
 */
static void check_flags(struct reader *r)
{
	const struct package *p = r->out;
	struct span before = span_of(p->rules.validator_flags);

	if (p->rules.validator != RULES_DEFAULT)
		return;
	check_flags_of(r, SPAN("problem.yaml"), before);
	for (size_t i = 0; i < p->n_tests; i++) {
		const struct package_test *t = &p->tests[i];

		if (t->flags.p == NULL || group_is_static(t->path) || span_eq(t->flags, before))
			continue;
		before = t->flags;
		check_flags_of(r, t->path, before);
	}
}

/* What only makes sense with another part. */
static void check_whole(struct reader *r)
{
	struct package *p = r->out;
	bool has_validator = false;
	bool has_secret = false;
	struct err e = { 0 };

	for (size_t i = 0; i < p->n_files; i++)
		has_validator = has_validator || p->files[i].role == PACKAGE_VALIDATOR;
	for (size_t i = 0; i < p->n_tests; i++)
		has_secret = has_secret || below(p->tests[i].path, "secret").p != NULL;
	if (p->rules.validator != RULES_DEFAULT && !has_validator)
		package_say(r->r, PACKAGE_ERROR, SPAN("problem.yaml"), 0,
			"the problem has a validator of its own, but the package holds none");
	if ((p->rules.is_interactive || p->rules.is_multipass) &&
		p->rules.validator == RULES_DEFAULT)
		package_say(r->r, PACKAGE_ERROR, SPAN("problem.yaml"), 0,
			"an interactive or multi-pass problem needs a validator of its own");
	if (r->wants_grader && !reader_has(r, "graders"))
		package_say(r->r, PACKAGE_ERROR, SPAN("data"), 0,
			"a testdata.yaml has custom grading, but the package holds no grader");
	check_flags(r);
	if (p->rules.submits_answers && reader_has(r, "static_validator"))
		package_say(r->r, PACKAGE_ERROR, SPAN("static_validator"), 0,
			"there is no source to look at where answers are handed in");
	if (!has_secret)
		package_say(
			r->r, PACKAGE_ERROR, SPAN("data/secret"), 0, "there are no secret tests");
	if (p->n_solutions == 0)
		package_say(r->r, PACKAGE_WARNING, SPAN("submissions"), 0,
			"there are no solutions of the jury, so nothing can be verified");
	if (rules_check(&p->rules, &e) != 0)
		package_say(r->r, PACKAGE_ERROR, SPAN("problem.yaml"), 0, "%s", e.text);
}

void package_read(const struct package_tree *tree, const struct languages *languages,
	struct package_report *report, struct package *out)
{
	const struct package_file *xml = package_tree_find(tree, "problem.xml");
	struct reader r = { .tree = tree, .languages = languages, .r = report, .out = out };
	size_t errors = report->n_errors;

	*out = (struct package){ .format = SPAN("legacy") };
	rules_init(&out->rules);
	out->slug = make_slug(report->m, tree->name);
	if (package_tree_find(tree, "problem.yaml") == NULL && xml != NULL) {
		read_polygon(&r, xml);
	} else if (package_tree_find(tree, "problem.yaml") == NULL &&
		   package_tree_find(tree, "domjudge-problem.ini") == NULL) {
		if (errors == 0)
			package_say(report, PACKAGE_ERROR, SPAN(""), 0,
				"there is no problem.yaml, and no problem.xml of Polygon");
		return;
	} else {
		read_problem_yaml(&r);
		read_domjudge(&r);
		read_statements(&r);
		read_tests(&r);
		read_files(&r);
		read_solutions(&r);
	}
	out->slug = make_slug(report->m, out->slug);
	check_origin(&r, span_is(out->format, "polygon") ? xml->path : SPAN("problem.yaml"));
	check_whole(&r);
}
