/*
 * gen_asset OUT SITE FOLDER [katex=DIR] FILES...: makes the static files of the site from those
 * below FOLDER.
 *
 * css/app.css is a list of @import "name.css"; lines and js/app.js one of import "./name.js";
 * lines: the order of the bundle, and what a browser would load unbundled. The parts are minified
 * and joined, each script in a scope of its own. Files in other folders are copied, SVG without the
 * white space between tags. All these are written to SITE/static/ under a name with a hash of the
 * content, and OUT/asset.c maps the plain name to it. Files directly in FOLDER (robots.txt) keep
 * their names. KaTeX, where DIR holds it, keeps the names that its parts call each other by, in a
 * folder with a hash of all of them: what scripts call /static/katex/. What is in SITE and no
 * longer made is removed, also its compressed copies.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/scan.h"
#include "gen/asset_min.h"
#include "gen/file.h"

#define MAX_OUTPUT (64 * 1024 * 1024)

struct file {
	const char *path; // "css/app.css"
	struct span text;
	bool used; // part of a bundle
};

struct made {
	const char *name; // NULL: keeps its name
	const char *path; // below SITE
};

struct build {
	struct arena *m;
	const char *site;
	struct file *files;
	size_t n_files;
	struct made *made;
	size_t n_made;
	const char *katex; // its folder below SITE; NULL: there is none
};

static uint64_t hash(struct span s)
{
	uint64_t h = UINT64_C(0xCBF29CE484222325); // FNV-1a

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001B3);
	return h ^ h >> 29;
}

static int write_site(struct build *b, const char *path, struct span content, struct err *e)
{
	char *full = arena_printf(b->m, "%s/%s", b->site, path);
	char *slash = strrchr(full, '/');

	*slash = '\0';
	if (gen_file_folder(full, e) != 0)
		return -1;
	*slash = '/';
	return gen_file_write(full, content, e);
}

/* Writes it under its hashed name: css/app.css becomes static/css/app.HASH.css. */
static int make(struct build *b, const char *name, struct span content, struct err *e)
{
	const char *slash = strrchr(name, '/');
	const char *dot = strrchr(name, '.');
	char *path;

	if (slash == NULL || dot == NULL || dot < slash)
		return err_set(e, ERR_INVALID, "%s: an asset is FOLDER/NAME.TYPE", name);
	path = arena_printf(b->m, "static/%.*s.%012" PRIx64 "%s", (int)(dot - name), name,
		hash(content) & UINT64_C(0xFFFFFFFFFFFF), dot);
	b->made[b->n_made++] = (struct made){ name, path };
	return write_site(b, path, content, e);
}

static struct file *find(struct build *b, const char *path)
{
	for (size_t i = 0; i < b->n_files; i++) {
		if (strcmp(b->files[i].path, path) == 0)
			return &b->files[i];
	}
	return NULL;
}

/* ---- KaTeX ----------------------------------------------------------------------------------- */

#define KATEX_PLACE "/static/katex/"
#define KATEX_FILES 200

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of its files below DIR, by name; 0 of them where it is not there. */
static size_t list_katex(struct build *b, const char *from, const char **names)
{
	DIR *d = opendir(arena_printf(b->m, "%s/fonts", from));
	const struct dirent *entry;
	size_t n = 0;

	while (d != NULL && (entry = readdir(d)) != NULL && n < KATEX_FILES - 2) {
		if (span_ends(span_of(entry->d_name), ".woff2"))
			names[n++] = arena_printf(b->m, "fonts/%s", entry->d_name);
	}
	if (d != NULL)
		closedir(d);
	if (n > 0) {
		names[n++] = "katex.min.css";
		names[n++] = "katex.min.js";
		qsort(names, n, sizeof(names[0]), by_text);
	}
	return n;
}

static int add_katex(struct build *b, const char *from, struct err *e)
{
	const char *names[KATEX_FILES];
	struct span texts[KATEX_FILES];
	size_t n = list_katex(b, from, names);
	uint64_t all = 0;

	for (size_t i = 0; i < n; i++) {
		if (gen_file_read(
			    arena_printf(b->m, "%s/%s", from, names[i]), b->m, &texts[i], e) != 0)
			return -1;
		all = all * 31 + hash(span_of(names[i])) + hash(texts[i]);
	}
	if (n > 0)
		b->katex = arena_printf(
			b->m, "static/katex.%012" PRIx64, all & UINT64_C(0xFFFFFFFFFFFF));
	for (size_t i = 0; i < n; i++) {
		char *path = arena_printf(b->m, "%s/%s", b->katex, names[i]);

		b->made[b->n_made++] = (struct made){ NULL, path };
		if (write_site(b, path, texts[i], e) != 0)
			return -1;
	}
	return 0;
}

/* Scripts name the folder as it is called in this build. */
static struct span with_katex(struct build *b, struct span text)
{
	size_t skip = strlen(KATEX_PLACE);
	const char *at = b->katex != NULL ? memmem(text.p, text.n, KATEX_PLACE, skip) : NULL;
	size_t before = at != NULL ? (size_t)(at - text.p) : 0;

	if (at == NULL)
		return text;
	return span_of(
		arena_printf(b->m, SPAN_FMT "/%s/" SPAN_FMT, SPAN_ARG(span_sub(text, 0, before)),
			b->katex, SPAN_ARG(span_sub(text, before + skip, text.n))));
}

/* ---- bundles --------------------------------------------------------------------------------- */

struct language {
	const char *folder;
	const char *list;
	const char *before; // a line of the list: before "name" after
	const char *after;
	const char *open; // around each part
	const char *close;
	int (*minify)(struct span source, struct buf *out, struct err *e);
};

static const struct language languages[] = {
	{ "css/", "css/app.css", "@import \"", "\";", "", "", asset_min_css },
	{ "js/", "js/app.js", "import \"./", "\";", "{", "}\n", asset_min_js },
};

static int add_part(
	struct build *b, const struct language *l, struct span name, struct buf *out, struct err *e)
{
	const char *path = arena_printf(b->m, "%s" SPAN_FMT, l->folder, SPAN_ARG(name));
	struct file *part = find(b, path);
	struct err why = { 0 };

	if (part == NULL)
		return err_set(e, ERR_INVALID, "%s: there is no %s", l->list, path);
	if (part->used)
		return err_set(e, ERR_INVALID, "%s: %s is there twice", l->list, path);
	part->used = true;
	buf_adds(out, l->open);
	if (l->minify(part->text, out, &why) != 0)
		return err_set(e, ERR_INVALID, "%s: %s", path, why.text);
	buf_adds(out, l->close);
	return 0;
}

static int bundle(struct build *b, const struct language *l, struct err *e)
{
	struct file *list = find(b, l->list);
	struct span rest;
	struct span line;
	struct span text;
	BUF_AUTO out;

	buf_init(&out, MAX_OUTPUT);
	if (list == NULL)
		return 0;
	list->used = true;
	rest = list->text;
	while (span_split(&rest, '\n', &line)) {
		struct span name;

		line = span_trim(line);
		if (line.n == 0 || (span_starts(line, "/*") && span_ends(line, "*/")))
			continue;
		if (!scan_lit(&line, l->before) || !scan_until(&line, '"', 100, &name) ||
			!span_is(line, ";"))
			return err_set(e, ERR_INVALID, "%s: a line is no import: " SPAN_FMT,
				l->list, SPAN_ARG(line));
		if (add_part(b, l, name, &out, e) != 0)
			return -1;
	}
	if (buf_finish(&out, &text, e) != 0)
		return -1;
	if (strcmp(l->folder, "css/") == 0 && memmem(text.p, text.n, "url(", 4) != NULL)
		return err_set(e, ERR_INVALID, "css: url(...) would need a hashed name");
	for (size_t i = 0; i < b->n_files; i++) {
		if (span_starts(span_of(b->files[i].path), l->folder) && !b->files[i].used)
			return err_set(
				e, ERR_INVALID, "%s does not import %s", l->list, b->files[i].path);
	}
	return make(b, l->list, with_katex(b, arena_span(b->m, text)), e);
}

/* Indentation between the tags of a drawing. */
static struct span shrink_svg(struct build *b, struct span s)
{
	char *p = arena_alloc(b->m, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n' || (s.p[i] == '\t' && n > 0 && p[n - 1] == '>'))
			continue;
		p[n++] = s.p[i] == '\t' ? ' ' : s.p[i];
	}
	return (struct span){ p, n };
}

static int copy_others(struct build *b, struct err *e)
{
	for (size_t i = 0; i < b->n_files; i++) {
		struct file *f = &b->files[i];

		if (f->used)
			continue;
		if (strchr(f->path, '/') == NULL) {
			b->made[b->n_made++] = (struct made){ NULL, f->path };
			if (write_site(b, f->path, f->text, e) != 0)
				return -1;
			continue;
		}
		if (span_ends(span_of(f->path), ".svg"))
			f->text = shrink_svg(b, f->text);
		if (make(b, f->path, f->text, e) != 0)
			return -1;
	}
	return 0;
}

static bool is_made(const struct build *b, const char *path)
{
	size_t n = strlen(path);

	if (n > 3 && (strcmp(path + n - 3, ".gz") == 0 || strcmp(path + n - 3, ".br") == 0))
		n -= 3;
	for (size_t i = 0; i < b->n_made; i++) {
		if (strlen(b->made[i].path) == n && memcmp(b->made[i].path, path, n) == 0)
			return true;
	}
	return false;
}

/* Removes what an earlier run made; path is below SITE, or empty. */
static int remove_others(struct build *b, const char *path, struct err *e)
{
	char *folder = arena_printf(b->m, "%s/%s", b->site, path);
	DIR *d = opendir(folder);
	const struct dirent *entry;
	int result = 0;

	if (d == NULL)
		return 0;
	while (result == 0 && (entry = readdir(d)) != NULL) {
		char *below =
			arena_printf(b->m, "%s%s%s", path, *path != '\0' ? "/" : "", entry->d_name);
		char *full = arena_printf(b->m, "%s/%s", b->site, below);
		struct stat st;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			lstat(full, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode)) {
			result = remove_others(b, below, e);
			(void)rmdir(full); // if nothing is left in it
		} else if (!is_made(b, below) && unlink(full) != 0)
			result = err_set(e, ERR_INTERNAL, "could not remove \"%s\"", full);
	}
	closedir(d);
	return result;
}

static int by_name(const void *a, const void *b)
{
	const struct made *x = a;
	const struct made *y = b;

	return strcmp(x->name != NULL ? x->name : "", y->name != NULL ? y->name : "");
}

static int write_table(struct build *b, const char *folder, struct err *e)
{
	BUF_AUTO out;
	struct span text;

	buf_init(&out, MAX_OUTPUT);
	qsort(b->made, b->n_made, sizeof(b->made[0]), by_name);
	buf_adds(&out, "/* Written by lib/gen/gen_asset.c from public/. */\n"
		       "#include \"html/asset.h\"\n\n#include <stddef.h>\n\n"
		       "const struct asset assets[] = {\n");
	for (size_t i = 0; i < b->n_made; i++) {
		if (b->made[i].name != NULL)
			buf_addf(
				&out, "\t{ \"%s\", \"/%s\" },\n", b->made[i].name, b->made[i].path);
	}
	buf_adds(&out, "\t{ NULL, NULL },\n};\n");
	if (buf_finish(&out, &text, e) != 0 || gen_file_folder(folder, e) != 0)
		return -1;
	return gen_file_write(arena_printf(b->m, "%s/asset.c", folder), text, e);
}

static int read_files(struct build *b, char **files, const char *folder, struct err *e)
{
	size_t skip = strlen(folder);

	for (size_t i = 0; i < b->n_files; i++) {
		if (strncmp(files[i], folder, skip) != 0 || files[i][skip] != '/')
			return err_set(e, ERR_INVALID, "%s: not below %s", files[i], folder);
		b->files[i].path = files[i] + skip + 1;
		for (const char *p = b->files[i].path; *p != '\0'; p++) {
			if (strchr("abcdefghijklmnopqrstuvwxyz0123456789_-./", *p) == NULL)
				return err_set(e, ERR_INVALID, "%s: a-z 0-9 _ - . only", files[i]);
		}
		if (gen_file_read(files[i], b->m, &b->files[i].text, e) != 0)
			return -1;
	}
	return 0;
}

static int run(struct build *b, char **argv, struct err *e)
{
	bool has_katex = argv[4] != NULL && strncmp(argv[4], "katex=", 6) == 0;

	b->n_files -= has_katex;
	if (read_files(b, argv + 4 + has_katex, argv[3], e) != 0 ||
		gen_file_folder(b->site, e) != 0 ||
		(has_katex && add_katex(b, argv[4] + 6, e) != 0))
		return -1;
	for (size_t i = 0; i < countof(languages); i++) {
		if (bundle(b, &languages[i], e) != 0)
			return -1;
	}
	if (copy_others(b, e) != 0 || remove_others(b, "", e) != 0)
		return -1;
	return write_table(b, argv[1], e);
}

int main(int argc, char **argv)
{
	struct err e = { 0 };
	struct build b = { .m = arena_new(512 * 1024 * 1024) };

	if (argc < 4) {
		fprintf(stderr, "usage: gen_asset OUT SITE FOLDER [katex=DIR] FILES...\n");
		return 2;
	}
	b.site = argv[2];
	b.n_files = (size_t)argc - 4;
	b.files = arena_new_array(b.m, struct file, b.n_files + 1);
	b.made = arena_new_array(b.m, struct made, b.n_files + KATEX_FILES + 1);
	if (run(&b, argv, &e) != 0) {
		fprintf(stderr, "public/%s\n", e.text);
		return 1;
	}
	arena_free(b.m);
	return 0;
}
