/*
 * Markdown by libcmark, which leaves out raw HTML by itself. A formula is taken out before, with a
 * character for private use in its place, and put in again afterwards.
 */
#include "html/markdown.h"

#include <cmark.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "html/clean.h"
#include "html/html.h"

#define MARK "\xee\x80\x80" // U+E000

struct formulas {
	struct span v[1000];
	size_t n;
};

/* The formula that begins at `at` with its dollars; n is 0 if none does. */
static struct span formula_at(struct span text, size_t at)
{
	size_t dollars = at + 1 < text.n && text.p[at + 1] == '$' ? 2 : 1;
	size_t i = at + dollars;

	if (i >= text.n || (dollars == 1 && (text.p[i] == ' ' || text.p[i] == '\n')))
		return SPAN_NONE;
	for (; i < text.n; i++) {
		if (text.p[i] == '\\') {
			i++;
			continue;
		}
		if (i > 0 && text.p[i] == '\n' && text.p[i - 1] == '\n')
			return SPAN_NONE;
		if (text.p[i] == '$' && (dollars == 1 || (i + 1 < text.n && text.p[i + 1] == '$')))
			return span_sub(text, at, i + dollars - at);
	}
	return SPAN_NONE;
}

static void take_out(struct span text, struct formulas *f, struct buf *out)
{
	for (size_t i = 0; i < text.n; i++) {
		struct span one = SPAN_NONE;

		if (text.p[i] == '\\' && i + 1 < text.n) {
			buf_add(out, text.p + i++, 2);
			continue;
		}
		if (text.p[i] == '$' && f->n < countof(f->v))
			one = formula_at(text, i);
		if (one.n == 0) {
			buf_addc(out, text.p[i]);
			continue;
		}
		f->v[f->n++] = one;
		buf_adds(out, MARK);
		i += one.n - 1;
	}
}

static void put_formula(struct html *h, struct span formula)
{
	bool display = span_starts(formula, "$$");
	size_t dollars = display ? 2 : 1;

	buf_addf(h->out, "<span class=\"math %s\">", display ? "display" : "inline");
	html_span(h, span_sub(formula, dollars, formula.n - 2 * dollars));
	buf_adds(h->out, "</span>");
}

static void put_back(const char *html, const struct formulas *f, struct buf *out)
{
	struct html h = { .out = out };
	size_t n = 0;

	while (*html != '\0') {
		const char *mark = n < f->n ? strstr(html, MARK) : NULL;

		if (mark == NULL) {
			buf_adds(out, html);
			return;
		}
		buf_add(out, html, (size_t)(mark - html));
		put_formula(&h, f->v[n++]);
		html = mark + strlen(MARK);
	}
}

int markdown_html(struct arena *m, struct span text, struct buf *out, struct err *e)
{
	struct formulas *f = arena_new_one(m, struct formulas);
	BUF_AUTO plain = { .p = NULL };
	BUF_AUTO html = { .p = NULL };
	struct span done;
	char *made;

	if (text.n > MARKDOWN_MAX_TEXT)
		return err_set(
			e, ERR_LIMIT, "the text is longer than %d KiB", MARKDOWN_MAX_TEXT / 1024);
	buf_init(&plain, 2 * (size_t)MARKDOWN_MAX_TEXT);
	buf_init(&html, CLEAN_MAX_TEXT);
	/* Nobody else may use the mark. */
	if (memmem(text.p, text.n, MARK, strlen(MARK)) != NULL)
		return err_set(e, ERR_INVALID, "the text has characters for private use");
	take_out(text, f, &plain);
	if (buf_finish(&plain, &done, e) != 0)
		return -1;
	made = cmark_markdown_to_html(done.p, done.n, CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);
	if (made == NULL)
		return err_set(e, ERR_TEMPORARY, "there is no memory for the text");
	put_back(made, f, &html);
	free(made);
	if (buf_finish(&html, &done, e) != 0)
		return -1;
	return html_clean(m, done, out, e);
}
