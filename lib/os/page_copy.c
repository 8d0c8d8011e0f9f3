#include "os/page_copy.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/clock.h"
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
	char *body;

	if (name == NULL)
		return 0;
	body = arena_dup(m, span_of(name));
	body[strlen(dir) + 1] = '=';
	if (file_replace(body, page, COPY_MODE, e) != 0)
		return -1;
	return file_replace(name, page, COPY_MODE, e);
}

/* Whether the file was not made in the last age_s seconds; one of the future was not. */
static bool is_older(int dir, const char *name, int64_t age_s)
{
	int64_t now = clock_unix_us() / 1000000;
	struct stat st;

	return fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       (st.st_mtim.tv_sec > now || now - st.st_mtim.tv_sec >= age_s);
}

/* Files whose name begins so. An age of 0 is every age. */
static void evict(const char *dir, const char *begin, int64_t age_s)
{
	DIR *d = dir[0] != '\0' ? opendir(dir) : NULL;
	struct dirent *entry;

	if (d == NULL)
		return;
	while ((entry = readdir(d)) != NULL) {
		struct span name = span_of(entry->d_name);

		if (span_starts(name, begin) && span_ends(name, ".html") &&
			(age_s == 0 || is_older(dirfd(d), entry->d_name, age_s)))
			(void)unlinkat(dirfd(d), entry->d_name, 0);
	}
	closedir(d);
}

void page_copy_evict_all(const char *dir)
{
	evict(dir, "+", 0);
}

void page_copy_evict_old(const char *dir)
{
	evict(dir, "+", PAGE_COPY_YOUNG_S);
	evict(dir, "=", PAGE_COPY_YOUNG_S + 2 * PAGE_COPY_LOOK_S);
}
