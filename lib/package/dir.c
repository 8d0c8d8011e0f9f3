/* A package that lies in a folder of this machine: for the command line. */
#include "package/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/fd.h"
#include "package/reader.h"
#include "package/store.h"

#define STORE_AUTO struct store CLEANUP(store_close)
#define DIR_AUTO   DIR *CLEANUP(dir_close)

static void dir_close(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
}

static int read_file(struct store *s, int dir, const char *name, struct err *e)
{
	FD_AUTO fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct span path = s->v[s->n - 1].path;
	char piece[8192];
	ssize_t n = 0;

	while (fd >= 0 && (n = read(fd, piece, sizeof(piece))) > 0) {
		if (!store_bytes(s, piece, (size_t)n, e))
			return e->kind != ERR_NONE ? -1 : 0;
	}
	if (fd < 0 || n < 0)
		package_say(s->r, PACKAGE_ERROR, path, 0, "the file cannot be read");
	return 0;
}

static int read_dir(
	struct store *s, int above, const char *name, const char *prefix, struct err *e);

static int read_one(struct store *s, int dir, const char *name, const char *prefix, struct err *e)
{
	const char *path = arena_printf(s->r->m, "%s%s", prefix, name);
	struct store_entry *entry;
	struct stat st;
	char link[PACKAGE_MAX_PATH + 1];
	ssize_t n;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return 0;
	if (S_ISDIR(st.st_mode))
		return read_dir(s, dir, name, arena_printf(s->r->m, "%s/", path), e);
	entry = store_add(s, span_of(path));
	if (entry == NULL)
		return 0;
	if (S_ISLNK(st.st_mode)) {
		n = readlinkat(dir, name, link, sizeof(link));
		entry->link = arena_span(s->r->m, (struct span){ link, n > 0 ? (size_t)n : 0 });
		return 0;
	}
	if (!S_ISREG(st.st_mode)) {
		package_say(s->r, PACKAGE_ERROR, entry->path, 0, "this is neither file nor folder");
		return 0;
	}
	return read_file(s, dir, name, e);
}

static int read_dir(struct store *s, int above, const char *name, const char *prefix, struct err *e)
{
	FD_AUTO fd = openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR_AUTO d = NULL;
	struct dirent *entry;
	int inside;

	if (fd < 0)
		return err_set(e,
			errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_INTERNAL,
			"the folder \"%s\" cannot be read", prefix[0] != '\0' ? prefix : name);
	inside = fd;
	d = fdopendir(fd_take(&fd));
	if (d == NULL || strlen(prefix) > 2 * PACKAGE_MAX_PATH)
		return err_set(e, ERR_INTERNAL, "the folder \"%s\" cannot be read", prefix);
	while (!s->full && (entry = readdir(d)) != NULL) {
		/* Names that begin with a dot are passed over, whole folders of them at once. */
		if (entry->d_name[0] == '.' && strcmp(entry->d_name, ".timelimit") != 0)
			continue;
		if (read_one(s, inside, entry->d_name, prefix, e) != 0)
			return -1;
	}
	return 0;
}

int package_tree_dir(
	struct package_report *r, const char *path, struct package_tree *out, struct err *e)
{
	STORE_AUTO s = { .fd = -1 };
	struct span name = span_of(path);
	char real[PATH_MAX];

	*out = (struct package_tree){ 0 };
	if (store_open(&s, r, PACKAGE_MAX_SIZE, e) != 0 || read_dir(&s, AT_FDCWD, path, "", e) != 0)
		return -1;
	while (span_ends(name, "/"))
		name.n--;
	name = path_base(name);
	/* "." is a folder that has a name, too. */
	if ((span_is(name, ".") || span_is(name, "..")) && realpath(path, real) != NULL)
		name = path_base(span_of(real));
	return store_finish(&s, arena_span(r->m, name), out, e);
}
