/*
 * Statements, their pictures, and attachments. A statement's name says its language; a name without
 * one is English. Of several sources in one language the richest is shown.
 */
#include "package/reader.h"

#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"

#define MOST_TEXTS 40

static enum package_markup markup_of(struct span path)
{
	if (path_has_ext(path, ".md"))
		return PACKAGE_MARKDOWN;
	if (path_has_ext(path, ".tex"))
		return PACKAGE_LATEX;
	if (path_has_ext(path, ".html.htm"))
		return PACKAGE_HTML;
	return path_has_ext(path, ".pdf") ? PACKAGE_PDF : PACKAGE_PLAIN;
}

static bool is_lang(struct span s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] >= 'a' && s.p[n] <= 'z')
		n++;
	if (n < 2 || n > 3)
		return false;
	return n == s.n || (s.p[n] == '-' && s.n - n >= 3 && s.n - n <= 9);
}

/* problem.en.tex, problem.tex. SPAN_NONE if the name is none of a statement. */
static struct span lang_of(struct span base)
{
	struct span stem = path_stem(base);
	struct span lang;

	if (span_is(stem, "problem"))
		return SPAN("en");
	if (!span_starts(stem, "problem."))
		return SPAN_NONE;
	lang = span_sub(stem, 8, stem.n);
	return is_lang(lang) ? lang : SPAN_NONE;
}

/* \problemname{..} in front of a LaTeX source, where nothing else names it. */
static struct span latex_name(struct span source)
{
	static const char word[] = "\\problemname{";
	const char *at = source.n > 0 ? memmem(source.p, source.n, word, strlen(word)) : NULL;
	size_t n = 0;
	int depth = 1;

	if (at == NULL)
		return SPAN_NONE;
	at += strlen(word);
	for (; at + n < source.p + source.n; n++) {
		depth += (at[n] == '{') - (at[n] == '}');
		if (depth == 0)
			return (struct span){ at, n };
	}
	return SPAN_NONE;
}

/* The comment that names it where \problemname holds formulas. */
static struct span plain_name(struct span source)
{
	static const char word[] = "plainproblemname:";
	const char *at = source.n > 0 ? memmem(source.p, source.n, word, strlen(word)) : NULL;
	struct span rest, line;

	if (at == NULL)
		return SPAN_NONE;
	at += strlen(word);
	rest = (struct span){ at, (size_t)(source.p + source.n - at) };
	return span_split(&rest, '\n', &line) ? line : SPAN_NONE;
}

static struct span title_of(struct reader *r, struct span lang, const struct package_text *t)
{
	struct span name;

	for (size_t i = 0; i < r->n_names; i += 2) {
		if (span_eq(r->names[i], lang))
			return r->names[i + 1];
	}
	name = t->markup == PACKAGE_LATEX ? span_trim(plain_name(t->source)) : SPAN_NONE;
	if (name.n > 0 && name.n <= 200)
		return name;
	name = t->markup == PACKAGE_LATEX ? span_trim(latex_name(t->source)) : SPAN_NONE;
	if (name.n > 0 && name.n <= 200 && !span_has(name, '\\') && !span_has(name, '$'))
		return name;
	return r->n_names > 0 ? r->names[1] : r->out->slug;
}

static void add_text(struct reader *r, struct span lang, const struct package_file *file)
{
	struct package *p = r->out;
	struct package_text t = {
		.lang = lang, .markup = markup_of(file->path), .file = file->path
	};
	size_t at = 0;

	if (t.markup != PACKAGE_PDF) {
		t.source = file->bytes;
		if (t.source.n > PACKAGE_MAX_STATEMENT || !utf8_valid(t.source.p, t.source.n)) {
			package_say(r->r, PACKAGE_ERROR, file->path, 0,
				t.source.n > PACKAGE_MAX_STATEMENT ? "the statement is too long"
								   : "the file is no UTF-8");
			return;
		}
		if (t.markup == PACKAGE_MARKDOWN)
			t.source = reader_constants(r, t.source);
		else if (t.markup == PACKAGE_LATEX)
			t.source = reader_latex_constants(r, t.source);
	}
	while (at < p->n_texts && !span_eq(p->texts[at].lang, lang))
		at++;
	/* The enum's order is from the richest down. */
	if (at < p->n_texts && p->texts[at].markup <= t.markup)
		return;
	if (at == MOST_TEXTS)
		return;
	t.title = title_of(r, lang, &t);
	p->texts[at] = t;
	p->n_texts += at == p->n_texts;
}

static void sort_texts(struct package *p)
{
	for (size_t i = 1; i < p->n_texts; i++) {
		struct package_text t = p->texts[i];

		if (!span_is(t.lang, "en"))
			continue;
		memmove(&p->texts[1], &p->texts[0], i * sizeof(t));
		p->texts[0] = t;
	}
}

/* A file of the statement's folder. */
static void statement_file(struct reader *r, struct span name, const struct package_file *file)
{
	struct span lang = lang_of(name);

	if (lang.p != NULL && path_has_ext(name, ".md.tex.pdf.html")) {
		add_text(r, arena_span(r->r->m, lang), file);
		/* One name for each language: readers ask for "problem.LANG.pdf". */
		reader_file(r, PACKAGE_STATEMENT,
			span_of(arena_printf(r->r->m, "problem." SPAN_FMT SPAN_FMT, SPAN_ARG(lang),
				SPAN_ARG(span_sub(name, path_stem(name).n, name.n)))),
			file->bytes);
	} else {
		reader_file(r, PACKAGE_PICTURE, name, file->bytes);
	}
}

void read_statements(struct reader *r)
{
	struct package *p = r->out;
	bool in_root = true;

	p->texts = arena_new_array(r->r->m, struct package_text, MOST_TEXTS + 1);
	for (size_t i = 0; i < r->tree->n; i++) {
		const struct package_file *file = &r->tree->files[i];
		struct span name = below(file->path, "statement");

		if (name.p == NULL)
			name = below(file->path, "problem_statement");
		if (name.p == NULL)
			continue;
		in_root = false;
		statement_file(r, name, file);
	}
	for (size_t i = 0; i < r->tree->n; i++) {
		const struct package_file *file = &r->tree->files[i];

		if (span_is(path_stem(file->path), "problem") &&
			path_has_ext(file->path, ".pdf.html.txt") && (in_root || p->n_texts == 0)) {
			add_text(r, SPAN("en"), file);
			reader_file(r, PACKAGE_STATEMENT,
				span_of(arena_printf(r->r->m, "problem.en" SPAN_FMT,
					SPAN_ARG(span_sub(file->path, 7, file->path.n)))),
				file->bytes);
		}
	}
	if (p->n_texts == 0) {
		package_say(r->r, PACKAGE_WARNING, SPAN("statement"), 0, "there is no statement");
		p->texts[p->n_texts++] = (struct package_text){ .lang = SPAN("en"),
			.markup = PACKAGE_PLAIN,
			.source = SPAN("There is no statement yet."),
			.file = SPAN("statement") };
		p->texts[0].title = title_of(r, SPAN("en"), &p->texts[0]);
	}
	if (r->n_names == 0)
		package_say(r->r, PACKAGE_WARNING, SPAN("problem.yaml"), 0,
			"the problem has no name; it is called \"" SPAN_FMT "\"",
			SPAN_ARG(p->texts[0].title));
	sort_texts(p);
}
