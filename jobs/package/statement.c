/*
 * Statements. LaTeX gets a few definitions in front, so that pandoc knows what the format's class
 * provides; pictures are given the ending of the file that there is.
 */
#include "jobs/package/statement.h"

#include <string.h>

#include "base/limits.h"
#include "html/clean.h"
#include "html/html.h"
#include "html/markdown.h"
#include "jobs/package/pandoc.h"

/* What problem statements may use beyond ordinary LaTeX. */
static const char latex_class[] = "\\newcommand{\\problemname}[1]{}\n"
				  "\\newcommand{\\nextsample}{}\n"
				  "\\newcommand{\\remainingsamples}{}\n"
				  "\\newcommand{\\illustration}[3]{\\begin{figure}"
				  "\\includegraphics{#2}\\caption{#3}\\end{figure}}\n"
				  "\\newenvironment{Input}{\\section*{Input}}{}\n"
				  "\\newenvironment{Output}{\\section*{Output}}{}\n"
				  "\\newenvironment{Interaction}{\\section*{Interaction}}{}\n"
				  "\\newcommand{\\bigO}{\\mathcal{O}}\n"
				  "\\renewcommand{\\t}[1]{\\texttt{#1}}\n";

struct swap {
	const char *from, *to;
};

static void add_replaced(struct buf *b, struct span text, const struct swap *v, size_t n)
{
	for (size_t i = 0; i < text.n; i++) {
		struct span rest = span_sub(text, i, text.n);
		bool found = false;

		for (size_t k = 0; k < n && !found; k++) {
			if (span_starts(rest, v[k].from)) {
				i += strlen(v[k].from) - 1;
				buf_adds(b, v[k].to);
				found = true;
			}
		}
		if (!found)
			buf_addc(b, text.p[i]);
	}
}

/*
 * What the converter is given. Samples stand below the statement, so their marks go. LaTeX's old
 * words for a font hold to the end of the group; who writes them with braces, as Polygon has it,
 * means what is in those.
 */
static struct span prepare(struct arena *m, const struct package_text *t)
{
	static const struct swap marks[] = { { "{{nextsample}}", "" },
		{ "{{remainingsamples}}", "" } };
	static const struct swap fonts[] = { { "\\bf{", "\\textbf{" }, { "\\it{", "\\textit{" },
		{ "\\tt{", "\\texttt{" } };
	struct span done = t->source;
	struct err e = { .kind = ERR_NONE };
	BUF_AUTO b;

	buf_init(&b, 2 * (size_t)PACKAGE_MAX_STATEMENT);
	if (t->markup == PACKAGE_LATEX) {
		buf_adds(&b, latex_class);
		add_replaced(&b, t->source, fonts, countof(fonts));
	} else if (t->markup == PACKAGE_MARKDOWN) {
		add_replaced(&b, t->source, marks, countof(marks));
	} else {
		buf_add_span(&b, t->source);
	}
	return buf_finish(&b, &done, &e) == 0 ? arena_span(m, done) : t->source;
}

/* As it was written, in a box of its own on the page. */
static struct span as_written(struct arena *m, struct span source)
{
	struct span done = SPAN("");
	struct err e = { .kind = ERR_NONE };
	BUF_AUTO b;
	struct html h = { .out = &b };

	buf_init(&b, CLEAN_MAX_TEXT);
	buf_adds(&b, "<pre>");
	html_span(&h, source);
	buf_adds(&b, "</pre>");
	return buf_finish(&b, &done, &e) == 0 ? arena_span(m, done) : SPAN("");
}

static struct span cleaned(struct arena *m, struct span html, struct span source, const char **why)
{
	struct span done = SPAN("");
	struct err e = { .kind = ERR_NONE };
	BUF_AUTO b;

	buf_init(&b, CLEAN_MAX_TEXT);
	if (html_clean(m, html, &b, &e) == 0 && buf_finish(&b, &done, &e) == 0)
		return arena_span(m, done);
	*why = arena_printf(m, "%s; it is shown as it was written", e.text);
	return as_written(m, source);
}

static struct span by_cmark(struct arena *m, struct span source, const char **why)
{
	struct span done = SPAN("");
	struct err e = { .kind = ERR_NONE };
	BUF_AUTO b;

	buf_init(&b, CLEAN_MAX_TEXT);
	if (markdown_html(m, source, &b, &e) == 0 && buf_finish(&b, &done, &e) == 0)
		return arena_span(m, done);
	*why = arena_printf(m, "%s; it is shown as it was written", e.text);
	return as_written(m, source);
}

static struct span words_of(struct arena *m, struct span html)
{
	struct span done = SPAN("");
	struct err e = { .kind = ERR_NONE };
	BUF_AUTO b;

	buf_init(&b, CLEAN_MAX_TEXT);
	html_words(html, &b);
	return buf_finish(&b, &done, &e) == 0 ? arena_span(m, done) : SPAN("");
}

static struct span convert(
	const char *box, struct arena *m, const struct package_text *t, const char **why)
{
	static const enum pandoc_from formats[] = {
		[PACKAGE_MARKDOWN] = PANDOC_MARKDOWN,
		[PACKAGE_LATEX] = PANDOC_LATEX,
		[PACKAGE_HTML] = PANDOC_HTML,
	};
	struct span source;
	struct span html;
	struct err e = { .kind = ERR_NONE };

	if (t->markup == PACKAGE_PDF)
		return SPAN("");
	if (t->markup == PACKAGE_PLAIN)
		return as_written(m, t->source);
	source = prepare(m, t);
	if (pandoc_html(box, m, formats[t->markup], source, &html, &e) == 0)
		return cleaned(m, html, t->source, why);
	if (t->markup == PACKAGE_MARKDOWN) {
		*why = arena_printf(m, "%s; tables and footnotes are missing", e.text);
		return by_cmark(m, source, why);
	}
	if (t->markup == PACKAGE_HTML)
		return cleaned(m, t->source, t->source, why);
	*why = arena_printf(m, "%s; it is shown as it was written", e.text);
	return as_written(m, t->source);
}

struct problem_text_new statement_make(
	const char *box_program, struct arena *m, const struct package_text *text, const char **why)
{
	struct problem_text_new out = { .lang = text->lang, .title = text->title };

	*why = NULL;
	out.html = convert(box_program, m, text, why);
	out.plain = words_of(m, out.html);
	return out;
}

/* `src="picture:tree"` of a tree.png. */
static struct span name_pictures(struct arena *m, struct span html, const struct package *p)
{
	static const char mark[] = "src=\"picture:";
	struct span done = html;
	struct err e = { .kind = ERR_NONE };
	BUF_AUTO b;

	buf_init(&b, CLEAN_MAX_TEXT);
	for (size_t i = 0; i < html.n; i++) {
		struct span rest = span_sub(html, i, html.n);
		struct span name;

		buf_addc(&b, html.p[i]);
		if (html.p[i] != 's' || !span_starts(rest, mark))
			continue;
		rest = span_sub(rest, strlen(mark), rest.n);
		buf_adds(&b, mark + 1);
		if (!span_split(&rest, '"', &name))
			break;
		buf_add_span(&b, name);
		for (size_t k = 0; k < p->n_files; k++) {
			struct span path = p->files[k].path;

			if (p->files[k].role == PACKAGE_PICTURE && path.n > name.n + 1 &&
				path.p[name.n] == '.' && !span_ends(path, ".pdf") &&
				span_eq(span_sub(path, 0, name.n), name)) {
				buf_add_span(&b, span_sub(path, name.n, path.n));
				break;
			}
		}
		i += strlen(mark) + name.n - 1;
	}
	return buf_finish(&b, &done, &e) == 0 ? arena_span(m, done) : html;
}

struct problem_text_new *statements_make(
	const char *box_program, const struct package *p, struct package_report *r)
{
	struct problem_text_new *out = arena_new_array(r->m, struct problem_text_new, p->n_texts);

	for (size_t i = 0; i < p->n_texts; i++) {
		const char *why;

		out[i] = statement_make(box_program, r->m, &p->texts[i], &why);
		out[i].html = name_pictures(r->m, out[i].html, p);
		if (why != NULL)
			package_say(r, PACKAGE_WARNING, p->texts[i].file, 0, "%s", why);
	}
	return out;
}
