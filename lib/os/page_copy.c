#include "os/page_copy.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/limits.h"
#include "os/clock.h"
#include "os/fd.h"

#define FILE_MODE   0644
#define FOLDER_MODE 0755
#define SHOWN       "page" // what is sent when it is there
#define KEPT        "kept"
#define DEEPEST     8 // folders in one another; no route has as many parts

static bool is_plain_part(struct span part)
{
	for (size_t i = 0; i < part.n; i++) {
		char c = part.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '_' || c == '-' || (c == '.' && i > 0)))
			return false;
	}
	return part.n > 0;
}

static bool is_plain(struct span path)
{
	struct span rest = span_sub(path, 1, path.n), part;
	int n = 0;

	if (path.n == 0 || path.n > 200 || path.p[0] != '/' || path.p[path.n - 1] == '/')
		return false;
	while (span_split(&rest, '/', &part))
		if (!is_plain_part(part) || ++n > DEEPEST)
			return false;
	return true;
}

static char *name_in(struct arena *m, const char *dir, const char *kind, struct span path)
{
	if (span_eq(path, SPAN("/")))
		path = SPAN("/index");
	if (dir[0] == '\0' || !is_plain(path))
		return NULL;
	return arena_printf(m, "%s/%s" SPAN_FMT, dir, kind, SPAN_ARG(path));
}

const char *page_copy_name(struct arena *m, const char *dir, struct span path)
{
	return name_in(m, dir, SHOWN, path);
}

int page_copy_write(
	struct arena *m, const char *dir, struct span path, struct span page, struct err *e)
{
	static const char *const kinds[] = { KEPT, SHOWN }; // in this order, see above

	for (size_t i = 0; i < countof(kinds); i++) {
		char *name = name_in(m, dir, kinds[i], path);

		if (name == NULL)
			return 0;
		if (folders_above(name, strlen(dir) + 1, FOLDER_MODE, e) != 0 ||
			file_replace(name, page, FILE_MODE, e) != 0)
			return -1;
	}
	return 0;
}

/* Whether it was not made in the last age_s seconds; what is of the future was not. */
static bool is_older(const struct stat *st, int64_t age_s)
{
	int64_t now = clock_unix_us() / 1000000;

	return st->st_mtim.tv_sec > now || now - st->st_mtim.tv_sec >= age_s;
}

/* What is being written has another name until it is there (file_replace). */
static bool is_to_go(const char *name, const struct stat *st, int64_t age_s)
{
	return age_s == 0 ? !span_ends(span_of(name), ".tmp") : is_older(st, age_s);
}

/* Files of a folder and of those in it, which stay. An age of 0 is every age. Takes the descriptor.
 */
static void evict_below(int fd, int64_t age_s, int depth)
{
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;
	struct stat st;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		const char *name = entry->d_name;

		if (name[0] == '.' || fstatat(fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < DEEPEST)
			evict_below(
				openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
				age_s, depth + 1);
		else if (is_to_go(name, &st, age_s))
			(void)unlinkat(fd, name, 0);
	}
	if (d != NULL)
		closedir(d);
	else if (fd >= 0)
		close(fd);
}

static void evict(const char *dir, const char *kind, int64_t age_s)
{
	char path[PATH_MAX];

	if (dir[0] == '\0' || snprintf(path, sizeof(path), "%s/%s", dir, kind) >= PATH_MAX)
		return;
	evict_below(open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), age_s, 0);
}

void page_copy_evict_all(const char *dir)
{
	evict(dir, SHOWN, 0);
}

void page_copy_evict_old(const char *dir)
{
	evict(dir, SHOWN, PAGE_COPY_YOUNG_S);
	evict(dir, KEPT, PAGE_COPY_YOUNG_S + 2 * PAGE_COPY_LOOK_S);
}
