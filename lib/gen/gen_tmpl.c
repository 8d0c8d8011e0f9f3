/*
 * gen_tmpl OUT FOLDER FILES...: compiles the templates below FOLDER to OUT/tmpl.h and OUT/tmpl.c.
 * Nothing is written when a template is refused.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "gen/file.h"
#include "gen/tmpl_compile.h"

static int by_path(const void *a, const void *b)
{
	const struct tmpl_source *x = a;
	const struct tmpl_source *y = b;

	return strcmp(x->path, y->path);
}

static int read_all(struct tmpl_source *v, char **files, size_t n, const char *folder,
	struct arena *m, struct err *e)
{
	size_t skip = strlen(folder);

	for (size_t i = 0; i < n; i++) {
		if (strncmp(files[i], folder, skip) != 0 || files[i][skip] != '/')
			return err_set(e, ERR_INVALID, "%s: not below %s", files[i], folder);
		v[i].file = files[i];
		v[i].path = files[i] + skip + 1;
		if (gen_file_read(files[i], m, &v[i].text, e) != 0)
			return -1;
	}
	qsort(v, n, sizeof(v[0]), by_path);
	return 0;
}

static int write_out(
	const char *folder, const char *name, struct buf *b, struct arena *m, struct err *e)
{
	struct span content;

	if (buf_finish(b, &content, e) != 0)
		return -1;
	return gen_file_write(arena_printf(m, "%s/%s", folder, name), content, e);
}

int main(int argc, char **argv)
{
	struct arena *m = arena_new(256 * 1024 * 1024);
	struct err e = { 0 };
	BUF_AUTO header;
	BUF_AUTO source;
	size_t n = argc > 3 ? (size_t)argc - 3 : 0;
	struct tmpl_source *v = arena_new_array(m, struct tmpl_source, n + 1);

	buf_init(&header, TMPL_MAX_OUTPUT);
	buf_init(&source, TMPL_MAX_OUTPUT);
	if (argc < 3) {
		fprintf(stderr, "usage: gen_tmpl OUT FOLDER FILES...\n");
		return 2;
	}
	if (read_all(v, argv + 3, n, argv[2], m, &e) != 0 ||
		tmpl_compile(v, n, &header, &source, &e) != 0 ||
		gen_file_folder(argv[1], &e) != 0 ||
		write_out(argv[1], "tmpl.h", &header, m, &e) != 0 ||
		write_out(argv[1], "tmpl.c", &source, m, &e) != 0) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	arena_free(m);
	return 0;
}
