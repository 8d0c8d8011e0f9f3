#include "jobs/judge/plan.h"

#include <stdlib.h>
#include <string.h>

#include "judge/tar.h"

/* Stems of what is started among several files, where the language names none or none is there. */
static const char *const usual[] = { "__main__", "main", "validate", "validator", "checker" };

static int by_name(const void *a, const void *b)
{
	struct span x = ((const struct judge_file *)a)->path,
		    y = ((const struct judge_file *)b)->path;
	int order = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);

	return order != 0 ? order : (x.n > y.n) - (x.n < y.n);
}

static bool is_usable(struct span path)
{
	struct span part;

	if (!tar_path_is_plain(path))
		return false;
	while (span_split(&path, '/', &part)) {
		if (!language_file_name(part))
			return false;
	}
	return true;
}

static struct span stem_of(struct span path)
{
	const char *slash = memrchr(path.p, '/', path.n), *dot;

	if (slash != NULL)
		path = span_sub(path, (size_t)(slash + 1 - path.p), path.n);
	dot = memchr(path.p, '.', path.n);
	return dot != NULL ? span_sub(path, 0, (size_t)(dot - path.p)) : path;
}

/* Whether there is one; packages travel in ways that lose the mark of a program. */
static bool make_script(struct plan *p, const char *name)
{
	for (size_t i = 0; i < p->n_files; i++) {
		if (span_is(p->files[i].path, name))
			return p->files[i].may_run = true;
	}
	return false;
}

/* The language that most of its kind have: C++ where there is any, else that of the first file. */
static const struct language *detect(const struct languages *all, const struct plan *p)
{
	const struct language *first = NULL;

	for (size_t i = 0; i < p->n_files; i++) {
		const struct language *l = language_detect(all, p->files[i].path, p->files[i].text);

		if (l != NULL && l->header[0] != '\0')
			return l;
		if (first == NULL)
			first = l;
	}
	return first;
}

static const struct judge_file *with_stem(const struct plan *p, struct span stem)
{
	for (size_t i = 0; i < p->n_files; i++) {
		if (language_has(p->language, p->files[i].path) &&
			span_ieq(stem_of(p->files[i].path), stem))
			return &p->files[i];
	}
	return NULL;
}

static const struct judge_file *named(const struct plan *p, struct span name)
{
	for (size_t i = 0; i < p->n_files; i++) {
		if (span_eq(p->files[i].path, name))
			return &p->files[i];
	}
	return with_stem(p, stem_of(name));
}

static const struct judge_file *find_entry(const struct plan *p, struct span wanted)
{
	const struct judge_file *f = wanted.n > 0 ? named(p, wanted) : NULL;

	if (f == NULL && p->language->main[0] != '\0')
		f = with_stem(p, span_of(p->language->main));
	for (size_t i = 0; f == NULL && i < countof(usual); i++)
		f = with_stem(p, span_of(usual[i]));
	for (size_t i = 0; f == NULL && i < p->n_files; i++) {
		if (language_has(p->language, p->files[i].path))
			f = &p->files[i];
	}
	return f;
}

static const char *full_name(struct arena *m, const struct language_java *java)
{
	if (java->package.p == NULL)
		return arena_dup(m, java->main);
	return arena_printf(
		m, SPAN_FMT "." SPAN_FMT, SPAN_ARG(java->package), SPAN_ARG(java->main));
}

static const char *find_class(const struct plan *p, struct arena *m, struct span wanted)
{
	const char *found = NULL;

	if (wanted.n > 0) {
		char *name = arena_dup(
			m, span_ends(wanted, ".java") ? span_sub(wanted, 0, wanted.n - 5) : wanted);

		for (char *slash = name; (slash = strchr(slash, '/')) != NULL;)
			*slash = '.';
		return name;
	}
	for (size_t i = 0; i < p->n_files; i++) {
		struct language_java java;

		if (!language_has(p->language, p->files[i].path))
			continue;
		language_java_read(p->files[i].text, &java);
		if (java.main.p == NULL)
			continue;
		if (found == NULL || span_is(java.main, p->language->main))
			found = full_name(m, &java);
	}
	return found != NULL ? found : p->language->main;
}

/* A file of Java is called as its public class, or javac refuses it. */
static void rename_java(struct judge_file *f, struct arena *m)
{
	const char *slash = f->path.n > 0 ? memrchr(f->path.p, '/', f->path.n) : NULL;
	struct span folder =
		span_sub(f->path, 0, slash != NULL ? (size_t)(slash + 1 - f->path.p) : 0);
	struct language_java java;

	language_java_read(f->text, &java);
	if (language_file_name(java.public_type))
		f->path = span_of(arena_printf(m, SPAN_FMT SPAN_FMT ".java", SPAN_ARG(folder),
			SPAN_ARG(java.public_type)));
}

/* Files are called as their language wants it, a single one in any case. */
static void rename_files(struct plan *p, struct arena *m, bool is_single)
{
	if (p->language == NULL)
		return;
	if (is_single && p->language->source[0] != '\0')
		p->files[0].path = span_of(p->language->source);
	for (size_t i = 0; i < p->n_files && p->language->entry == LANGUAGE_JAVA_CLASS; i++) {
		if (language_has(p->language, p->files[i].path))
			rename_java(&p->files[i], m);
	}
}

static void take_files(struct plan *p, struct arena *m, const struct judge_source *s)
{
	bool is_single = s->n_files == 1 && s->language != NULL;

	p->files = arena_new_array(m, struct judge_file, s->n_files + 1);
	for (size_t i = 0; i < s->n_files && p->n_files < JUDGE_MAX_FILES; i++) {
		if (is_single || is_usable(s->files[i].path))
			p->files[p->n_files++] = s->files[i];
	}
	rename_files(p, m, is_single);
	if (p->n_files > 1)
		qsort(p->files, p->n_files, sizeof(p->files[0]), by_name);
	if (p->n_files == 1 && !is_usable(p->files[0].path))
		p->n_files = 0;
}

void plan_make(const struct languages *all, struct arena *m, const struct judge_source *s,
	struct plan *out)
{
	const struct judge_file *entry;

	*out = (struct plan){ .language = s->language, .entry = "", .class = "" };
	take_files(out, m, s);
	if (out->language == NULL) {
		out->has_build = make_script(out, "build");
		out->has_run = make_script(out, "run");
		if (out->has_build || out->has_run)
			return;
		out->language = detect(all, out);
	}
	if (out->language == NULL) {
		out->why =
			"none of its files is in a language that is judged, and there is no build or run";
		return;
	}
	entry = find_entry(out, s->entry);
	if (entry == NULL) {
		out->why = arena_printf(
			m, "there is no file in %s with a usable name", out->language->name);
		return;
	}
	out->entry = arena_dup(m, entry->path);
	if (out->language->entry == LANGUAGE_JAVA_CLASS)
		out->class = find_class(out, m, s->entry);
}
