/*
 * The statements of a package of Polygon's, from the sections that it keeps of each language, and
 * what they show of the samples.
 */
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "package/reader_polygon.h"

static const struct {
	const char *polygon;
	const char *code;
} languages[] = { { "english", "en" }, { "russian", "ru" }, { "german", "de" }, { "french", "fr" },
	{ "spanish", "es" }, { "polish", "pl" }, { "ukrainian", "uk" }, { "chinese", "zh" },
	{ "armenian", "hy" }, { "azerbaijani", "az" }, { "portuguese", "pt" }, { "italian", "it" },
	{ "japanese", "ja" }, { "swedish", "sv" }, { "romanian", "ro" }, { "kazakh", "kk" },
	{ "turkish", "tr" }, { "lithuanian", "lt" }, { "latvian", "lv" }, { "estonian", "et" },
	{ "czech", "cs" }, { "slovak", "sk" }, { "slovene", "sl" }, { "croatian", "hr" },
	{ "serbian", "sr" }, { "bulgarian", "bg" }, { "macedonian", "mk" }, { "hungarian", "hu" },
	{ "vietnamese", "vi" }, { "korean", "ko" }, { "indonesian", "id" }, { "georgian", "ka" },
	{ "uzbek", "uz" }, { "belarusian", "be" }, { "arabic", "ar" }, { "persian", "fa" },
	{ "greek", "el" }, { "hebrew", "he" }, { "dutch", "nl" }, { "danish", "da" },
	{ "finnish", "fi" }, { "norwegian", "no" }, { "mongolian", "mn" }, { "kyrgyz", "ky" } };

static struct span lang_code(struct span name)
{
	for (size_t i = 0; i < countof(languages); i++) {
		if (span_is(name, languages[i].polygon))
			return span_of(languages[i].code);
	}
	return SPAN("en");
}

/*
 * What statements are written with where only the whole of them is kept, as packages of old did.
 * Samples stand below.
 */
static const char whole_class[] = "\\newenvironment{problem}[5]{}{}\n"
				  "\\newenvironment{example}{}{}\n"
				  "\\newcommand{\\exmp}[2]{}\n"
				  "\\newcommand{\\exmpfile}[2]{}\n"
				  "\\newcommand{\\InputFile}{\\section*{Input}}\n"
				  "\\newcommand{\\OutputFile}{\\section*{Output}}\n"
				  "\\newcommand{\\Interaction}{\\section*{Interaction}}\n"
				  "\\newcommand{\\Scoring}{\\section*{Scoring}}\n"
				  "\\newcommand{\\Note}{\\section*{Notes}}\n"
				  "\\newcommand{\\Example}{}\n"
				  "\\newcommand{\\Examples}{}\n";

/* Where a folder for each language lies. */
static const char *folder_of(const struct reader *r)
{
	return reader_has(r, "statement-sections") ? "statement-sections" : "statements";
}

static void add_whole(struct reader *r, struct buf *b, struct span language)
{
	struct span text = polygon_file(r,
		arena_printf(r->r->m, "statements/" SPAN_FMT "/problem.tex", SPAN_ARG(language)));

	if (span_trim(text).n == 0)
		return;
	buf_adds(b, whole_class);
	buf_add_span(b, text);
}

static void add_section(
	struct reader *r, struct buf *b, struct span language, const char *name, const char *title)
{
	struct span text =
		polygon_file(r, arena_printf(r->r->m, "statement-sections/" SPAN_FMT "/%s.tex",
					SPAN_ARG(language), name));

	if (span_trim(text).n == 0)
		return;
	if (title != NULL)
		buf_addf(b, "\n\n\\section*{%s}\n\n", title);
	buf_add_span(b, text);
}

/*
 * Pictures of all languages lie in one folder here. One whose name another language has for other
 * bytes keeps the folder of its own; the same picture comes once, as SPAN_NONE here.
 */
static struct span picture_name(const struct reader *r, size_t at)
{
	struct span path = below(r->tree->files[at].path, folder_of(r));
	struct span name = path_base(path);

	for (size_t i = 0; i < at; i++) {
		struct span other = below(r->tree->files[i].path, folder_of(r));

		if (other.p == NULL || !span_eq(path_base(other), path_base(path)))
			continue;
		if (span_eq(r->tree->files[i].bytes, r->tree->files[at].bytes))
			return SPAN_NONE;
		name = path;
	}
	return name;
}

static bool is_picture(const struct reader *r, size_t at)
{
	return below(r->tree->files[at].path, folder_of(r)).p != NULL &&
	       path_has_ext(r->tree->files[at].path, ".png.jpg.jpeg.gif.svg");
}

static void add_pictures(struct reader *r)
{
	for (size_t i = 0; i < r->tree->n; i++) {
		struct span name = is_picture(r, i) ? picture_name(r, i) : SPAN_NONE;

		if (name.p != NULL)
			reader_file(r, PACKAGE_PICTURE, name, r->tree->files[i].bytes);
	}
}

/* {tree.png} becomes {russian/tree.png}. */
static struct span in_folder(
	struct arena *m, struct span text, struct span name, struct span folder)
{
	const char *word = arena_printf(m, "{" SPAN_FMT "}", SPAN_ARG(name));
	struct span rest = text;
	struct span done;
	struct err e = { .kind = ERR_NONE };
	const char *at;
	BUF_AUTO b = { .p = NULL };

	buf_init(&b, 2 * (size_t)PACKAGE_MAX_STATEMENT);
	while (rest.n > 0 && (at = memmem(rest.p, rest.n, word, strlen(word))) != NULL) {
		size_t n = (size_t)(at - rest.p) + 1;

		buf_add_span(&b, span_sub(rest, 0, n));
		buf_addf(&b, SPAN_FMT "/", SPAN_ARG(folder));
		rest = span_sub(rest, n, rest.n);
	}
	buf_add_span(&b, rest);
	return buf_finish(&b, &done, &e) == 0 ? arena_span(m, done) : text;
}

/* The text with its pictures as they are called here. */
static struct span with_pictures(struct reader *r, struct span language, struct span text)
{
	for (size_t i = 0; i < r->tree->n; i++) {
		struct span path = below(r->tree->files[i].path, folder_of(r));
		struct span base = path_base(path);

		if (!is_picture(r, i) || !span_eq(path_folder(path), language) ||
			!span_eq(picture_name(r, i), path))
			continue;
		text = in_folder(r->r->m, text, base, language);
		text = in_folder(r->r->m, text, path_stem(base), language);
	}
	return text;
}

/* One text out of the sections that Polygon keeps. */
static void add_statement(struct reader *r, struct span language, struct span title)
{
	struct package *p = r->out;
	struct package_text *t = &p->texts[p->n_texts];
	struct span text;
	struct err e = { .kind = ERR_NONE };
	BUF_AUTO b = { .p = NULL };

	buf_init(&b, PACKAGE_MAX_STATEMENT);
	add_section(r, &b, language, "legend", NULL);
	add_section(r, &b, language, "input", "Input");
	add_section(r, &b, language, "output", "Output");
	add_section(r, &b, language, "interaction", "Interaction");
	add_section(r, &b, language, "scoring", "Scoring");
	add_section(r, &b, language, "notes", "Notes");
	if (buf_size(&b) == 0)
		add_whole(r, &b, language);
	if (buf_finish(&b, &text, &e) != 0 || text.n == 0)
		return;
	*t = (struct package_text){ .lang = lang_code(language),
		.title = span_sub(title, 0, 200),
		.markup = PACKAGE_LATEX,
		.source = with_pictures(r, language, arena_span(r->r->m, text)),
		.file = span_of(
			arena_printf(r->r->m, "%s/" SPAN_FMT, folder_of(r), SPAN_ARG(language))) };
	for (size_t i = 0; i < p->n_texts; i++) {
		if (span_eq(p->texts[i].lang, t->lang))
			return;
	}
	reader_file(r, PACKAGE_STATEMENT,
		span_of(arena_printf(r->r->m, "problem." SPAN_FMT ".tex", SPAN_ARG(t->lang))),
		t->source);
	p->n_texts++;
}

void polygon_texts(struct reader *r, const struct xml *root)
{
	struct package *p = r->out;
	const struct xml *name = xml_child(xml_child(root, "names"), "name");

	p->texts = arena_new_array(r->r->m, struct package_text, 32);
	for (; name != NULL && p->n_texts < 30; name = xml_next(name)) {
		reader_name(r, lang_code(xml_attr(name, "language")), xml_attr(name, "value"));
		add_statement(r, xml_attr(name, "language"), xml_attr(name, "value"));
	}
	if (p->n_texts == 0) {
		package_say(r->r, PACKAGE_WARNING, SPAN("statement-sections"), 0,
			"there is no statement");
		p->texts[p->n_texts++] = (struct package_text){ .lang = SPAN("en"),
			.title = r->n_names > 0 ? r->names[1] : p->slug,
			.markup = PACKAGE_PLAIN,
			.source = SPAN("There is no statement yet."),
			.file = SPAN("problem.xml") };
	}
	add_pictures(r);
}

/* ---- examples ----------------------------------------------------------------------------------
 */

static struct span example(
	const struct reader *r, struct span language, struct span number, const char *ending)
{
	return polygon_file(
		r, arena_printf(r->r->m, "statement-sections/" SPAN_FMT "/example." SPAN_FMT "%s",
			   SPAN_ARG(language), SPAN_ARG(number), ending));
}

/* What readers are shown instead of a sample, where it is anything else. */
static void add_example(
	struct reader *r, const struct package_test *t, struct span text, const char *ending)
{
	struct span own = ending[1] == 'i' ? t->input : t->answer;

	if (text.p != NULL && (r->out->rules.is_interactive || !span_eq(text, own)))
		reader_file(r, PACKAGE_TEST_FILE,
			span_of(arena_printf(r->r->m, SPAN_FMT "%s", SPAN_ARG(t->path), ending)),
			text);
}

void polygon_examples(struct reader *r, const struct xml *root)
{
	const struct xml *name = xml_child(xml_child(root, "names"), "name");
	struct span language = xml_attr(name, "language");

	for (size_t i = 0; i < r->out->n_tests; i++) {
		const struct package_test *t = &r->out->tests[i];
		struct span number = path_base(t->path);

		/* 0001 is called 01 there. */
		while (number.n > 2 && number.p[0] == '0')
			number = span_sub(number, 1, number.n);
		if (!t->is_sample)
			continue;
		add_example(r, t, example(r, language, number, ""), ".in.statement");
		add_example(r, t, example(r, language, number, ".a"), ".ans.statement");
	}
}
