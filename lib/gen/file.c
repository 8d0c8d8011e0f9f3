#include "gen/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (64 * 1024 * 1024)

static void close_file(FILE **f)
{
	if (*f != NULL)
		fclose(*f);
}

static int fail(const char *path, const char *doing, struct err *e)
{
	return err_set(e, ERR_INTERNAL, "could not %s \"%s\": %s", doing, path, err_reason(errno));
}

int gen_file_read(const char *path, struct arena *m, struct span *out, struct err *e)
{
	FILE *f CLEANUP(close_file) = fopen(path, "rb");
	struct stat st;
	char *p;

	if (f == NULL || fstat(fileno(f), &st) != 0)
		return fail(path, "open", e);
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX)
		return err_set(e, ERR_INTERNAL, "\"%s\" is no file of at most 64 MB", path);
	p = arena_alloc(m, (size_t)st.st_size + 1);
	if (fread(p, 1, (size_t)st.st_size, f) != (size_t)st.st_size)
		return fail(path, "read", e);
	*out = (struct span){ p, (size_t)st.st_size };
	return 0;
}

static bool has_content(const char *path, struct span content)
{
	FILE *f CLEANUP(close_file) = fopen(path, "rb");
	char block[4096];
	size_t n;

	if (f == NULL)
		return false;
	while ((n = fread(block, 1, sizeof(block), f)) > 0) {
		if (n > content.n || memcmp(block, content.p, n) != 0)
			return false;
		content = span_sub(content, n, content.n);
	}
	return content.n == 0 && !ferror(f);
}

int gen_file_write(const char *path, struct span content, struct err *e)
{
	FILE *f;
	bool ok;

	if (has_content(path, content))
		return 0;
	f = fopen(path, "wb");
	if (f == NULL)
		return fail(path, "write", e);
	ok = fwrite(content.p, 1, content.n, f) == content.n;
	if (fclose(f) != 0 || !ok)
		return fail(path, "write", e);
	return 0;
}

int gen_file_folder(const char *path, struct err *e)
{
	char at[4096];
	size_t n = strlen(path);

	if (n == 0 || n >= sizeof(at))
		return err_set(e, ERR_INTERNAL, "the path \"%.80s\" is empty or too long", path);
	memcpy(at, path, n + 1);
	for (size_t i = 1; i <= n; i++) {
		if (at[i] != '/' && at[i] != '\0')
			continue;
		at[i] = '\0';
		if (mkdir(at, 0755) != 0 && errno != EEXIST)
			return fail(at, "make", e);
		at[i] = i < n ? '/' : '\0';
	}
	return 0;
}
