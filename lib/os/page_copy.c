#include "os/page_copy.h"

#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "os/fd.h"

#define COPY_MODE 0644

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_' || c == '-';
}

const char *page_copy_name(struct arena *m, const char *dir, struct span path)
{
	char *name;

	if (dir[0] == '\0' || path.n == 0 || path.n > 200 || path.p[0] != '/')
		return NULL;
	name = arena_dup(m, path);
	for (size_t i = 0; i < path.n; i++) {
		if (name[i] == '/')
			name[i] = '+';
		else if (!is_plain(name[i]))
			return NULL;
	}
	return arena_printf(m, "%s/%s.html", dir, name);
}

int page_copy_write(
	struct arena *m, const char *dir, struct span path, struct span page, struct err *e)
{
	const char *name = page_copy_name(m, dir, path);

	if (name == NULL)
		return 0;
	return file_replace(name, page, COPY_MODE, e);
}

void page_copy_evict_all(const char *dir)
{
	DIR *d = dir[0] != '\0' ? opendir(dir) : NULL;
	struct dirent *entry;

	if (d == NULL)
		return;
	while ((entry = readdir(d)) != NULL) {
		struct span name = span_of(entry->d_name);

		if (span_starts(name, "+") && span_ends(name, ".html"))
			(void)unlinkat(dirfd(d), entry->d_name, 0);
	}
	closedir(d);
}
