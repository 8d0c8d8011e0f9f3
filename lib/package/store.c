/*
 * The files of a package while they are read. Names decide first: what the format passes over (dot
 * files, names with blanks) is not read at all, and what could only be there to do harm is an
 * error.
 */
#include "package/store.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/fd.h"
#include "package/reader.h"

#define MOST_PASSED 20 // names that are told of

int store_open(struct store *s, struct package_report *r, size_t most, struct err *e)
{
	*s = (struct store){ .r = r, .most = most };
	s->fd = memfd_create("package", MFD_CLOEXEC);
	if (s->fd < 0)
		return err_set(e, ERR_TEMPORARY, "there is no memory for the package");
	return 0;
}

void store_close(struct store *s)
{
	fd_close(&s->fd);
	free(s->v);
	s->v = NULL;
}

/* ---- names -------------------------------------------------------------------------------------
 */

enum name_kind {
	NAME_GOOD,
	NAME_PASSED, // the format looks away
	NAME_BAD
};

static bool is_name_char(char c, bool first)
{
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_')
		return true;
	return !first && (c == '.' || c == '-');
}

static bool is_good_part(struct span part)
{
	for (size_t i = 0; i < part.n; i++) {
		if (!is_name_char(part.p[i], i == 0))
			return false;
	}
	return part.n > 0 && !span_is(part, "__MACOSX") && !span_is(part, "__pycache__");
}

/* What old sets keep their time limit in begins with a dot, but counts. */
static bool is_dot_file(struct span part)
{
	return span_is(part, ".timelimit");
}

/* What tools leave behind, and names that begin with a dot or a dash: nobody misses them. */
static bool is_litter(struct span name)
{
	struct span part;

	while (span_split(&name, '/', &part)) {
		if (part.n == 0 || part.p[0] == '.' || part.p[0] == '-' ||
			span_is(part, "__MACOSX") || span_is(part, "__pycache__"))
			return true;
	}
	return false;
}

static enum name_kind judge_name(struct store *s, struct span name)
{
	struct span rest = name;
	struct span part;
	enum name_kind kind = NAME_GOOD;
	int depth = 0;

	if (name.n == 0 || name.p[0] == '/' || (name.n > 1 && name.p[1] == ':')) {
		package_say(s->r, PACKAGE_ERROR, name, 0, "the name is absolute");
		return NAME_BAD;
	}
	while (span_split(&rest, '/', &part)) {
		if (span_is(part, "..")) {
			package_say(
				s->r, PACKAGE_ERROR, name, 0, "the name leads out of the package");
			return NAME_BAD;
		}
		depth++;
		if (!is_good_part(part) && !is_dot_file(part))
			kind = NAME_PASSED;
	}
	if (kind == NAME_GOOD && (name.n > PACKAGE_MAX_PATH || depth > PACKAGE_MAX_DEPTH)) {
		package_say(s->r, PACKAGE_ERROR, name, 0, "the name is too long or too deep");
		return NAME_BAD;
	}
	if (kind == NAME_PASSED && !is_litter(name) && s->n_passed++ < MOST_PASSED)
		package_say(s->r, PACKAGE_WARNING, name, 0,
			"the format allows only letters, digits, _ . - in names: passed over");
	return kind;
}

struct store_entry *store_add(struct store *s, struct span name)
{
	struct store_entry *entry;

	while (span_starts(name, "./"))
		name = span_sub(name, 2, name.n);
	if (s->full || judge_name(s, name) != NAME_GOOD)
		return NULL;
	if (s->n == PACKAGE_MAX_FILES) {
		package_say(s->r, PACKAGE_ERROR, SPAN(""), 0, "there are more than %d files",
			PACKAGE_MAX_FILES);
		s->full = true;
		return NULL;
	}
	if (s->n == s->room) {
		size_t room = s->room > 0 ? s->room * 2 : 256;
		struct store_entry *v = reallocarray(s->v, room, sizeof(*v));

		if (v == NULL) {
			s->full = true;
			return NULL;
		}
		s->v = v;
		s->room = room;
	}
	entry = &s->v[s->n++];
	*entry = (struct store_entry){ .path = arena_span(s->r->m, name), .at = s->size };
	return entry;
}

static bool has_room(struct store *s, struct span path, size_t n)
{
	if (s->full)
		return false;
	if (n <= s->most - s->size - s->linked)
		return true;
	package_say(s->r, PACKAGE_ERROR, path, 0,
		"with this file the package has more than %zu MiB", s->most >> 20);
	s->full = true;
	return false;
}

bool store_bytes(struct store *s, const void *p, size_t n, struct err *e)
{
	struct store_entry *entry = &s->v[s->n - 1];

	if (!has_room(s, entry->path, n))
		return false;
	if (fd_write_all(s->fd, (struct span){ p, n }, e) != 0)
		return false;
	s->size += n;
	entry->size += n;
	return true;
}

/* ---- links -------------------------------------------------------------------------------------
 */

/* The path that a link leads to; SPAN_NONE if it leaves the package. */
static struct span link_target(struct arena *m, const struct store_entry *entry)
{
	struct span parts[PACKAGE_MAX_DEPTH * 2];
	size_t n = 0;
	struct span sources[2] = { entry->path, entry->link };
	char *out = arena_dup(m, SPAN(""));

	if (entry->link.n == 0 || entry->link.p[0] == '/')
		return SPAN_NONE;
	for (int i = 0; i < 2; i++) {
		struct span rest = sources[i];
		struct span part;

		while (span_split(&rest, '/', &part)) {
			if (span_is(part, "..") && n-- == 0)
				return SPAN_NONE;
			if (part.n == 0 || span_is(part, ".") || span_is(part, ".."))
				continue;
			if (n == countof(parts))
				return SPAN_NONE;
			parts[n++] = part;
		}
		if (i == 0)
			n--; // its own name
	}
	for (size_t i = 0; i < n; i++)
		out = arena_printf(m, "%s%s" SPAN_FMT, out, i > 0 ? "/" : "", SPAN_ARG(parts[i]));
	return span_of(out);
}

static bool is_below(struct span path, struct span folder)
{
	return path.n > folder.n + 1 && path.p[folder.n] == '/' &&
	       span_eq(span_sub(path, 0, folder.n), folder);
}

/* The bytes of one entry are another's too; whoever reads both reads them twice. */
static void share(struct store *s, struct store_entry *entry, size_t at, size_t size)
{
	if (!has_room(s, entry->path, size))
		return;
	s->linked += size;
	entry->at = at;
	entry->size = size;
}

/* What lies in a folder, once more under the link's name. */
static bool copy_folder(struct store *s, struct span to, struct span folder)
{
	size_t n = s->n;
	bool any = false;

	for (size_t i = 0; i < n && !s->full; i++) {
		struct store_entry from = s->v[i];
		struct store_entry *copy;

		if (from.link.p != NULL || !is_below(from.path, folder))
			continue;
		copy = store_add(s, span_of(arena_printf(s->r->m, SPAN_FMT SPAN_FMT, SPAN_ARG(to),
					    SPAN_ARG(span_sub(from.path, folder.n, from.path.n)))));
		if (copy != NULL)
			share(s, copy, from.at, from.size);
		any = true;
	}
	return any;
}

/* One link. False if it leads to a link that is not resolved yet, or to nothing. */
static bool follow(struct store *s, size_t at)
{
	struct span target = link_target(s->r->m, &s->v[at]);

	for (size_t i = 0; i < s->n; i++) {
		if (i != at && s->v[i].link.p == NULL && span_eq(s->v[i].path, target)) {
			share(s, &s->v[at], s->v[i].at, s->v[i].size);
			s->v[at].link = SPAN_NONE;
			return true;
		}
	}
	if (target.n > 0 && !is_below(s->v[at].path, target) &&
		copy_folder(s, s->v[at].path, target)) {
		s->v[at] = s->v[--s->n];
		return true;
	}
	return false;
}

/* Links that lead to links take a round each. */
static void resolve_links(struct store *s)
{
	bool changed = true;

	for (int round = 0; round < 8 && changed; round++) {
		changed = false;
		for (size_t i = 0; i < s->n && !s->full; i++) {
			if (s->v[i].link.p != NULL && follow(s, i))
				changed = true;
		}
	}
	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].link.p == NULL)
			continue;
		package_say(s->r, PACKAGE_ERROR, s->v[i].path, 0,
			link_target(s->r->m, &s->v[i]).p == NULL
				? "the link leads out of the package"
				: "the link leads to nothing");
		s->v[i--] = s->v[--s->n];
	}
}

/* ---- root --------------------------------------------------------------------------------------
 */

static bool marks_package(struct span path)
{
	static const char *const marks[] = { "problem.yaml", "domjudge-problem.ini",
		"problem.xml" };

	for (size_t i = 0; i < countof(marks); i++) {
		if (span_is(path_base(path), marks[i]))
			return true;
	}
	return false;
}

static size_t depth_of(struct span path)
{
	size_t n = 0;

	for (size_t i = 0; i < path.n; i++)
		n += path.p[i] == '/';
	return n;
}

/* The folder that all there is lies in; "" if there is none. */
static struct span common_folder(const struct store *s)
{
	struct span folder = SPAN("");

	for (size_t i = 0; i < s->n; i++) {
		struct span rest = s->v[i].path;
		struct span top;

		if (!span_split(&rest, '/', &top) || top.n == s->v[i].path.n ||
			(i > 0 && !span_eq(top, folder)))
			return SPAN("");
		folder = top;
	}
	return folder;
}

/* The highest folder that is a package, "" if all of it is one. */
static struct span root_folder(struct store *s)
{
	struct span found = SPAN_NONE;
	struct span other = SPAN_NONE;
	size_t least = SIZE_MAX;

	for (size_t i = 0; i < s->n; i++) {
		struct span folder = path_folder(s->v[i].path);
		size_t depth = depth_of(s->v[i].path);

		if (!marks_package(s->v[i].path) || depth > least)
			continue;
		if (depth < least) {
			least = depth;
			found = folder;
			other = SPAN_NONE;
		} else if (!span_eq(found, folder)) {
			other = folder;
		}
	}
	if (other.p == NULL)
		return found.p != NULL ? found : common_folder(s);
	package_say(s->r, PACKAGE_ERROR, SPAN(""), 0,
		"there are several packages, " SPAN_FMT " and " SPAN_FMT
		" for two: import them one by one",
		SPAN_ARG(found), SPAN_ARG(other));
	return SPAN("");
}

/* The path below the root; SPAN_NONE if it lies beside it. */
static struct span below_root(struct span path, struct span root)
{
	if (root.n == 0)
		return path;
	return is_below(path, root) ? span_sub(path, root.n + 1, path.n) : SPAN_NONE;
}

static int by_path(const void *a, const void *b)
{
	const struct package_file *x = a;
	const struct package_file *y = b;

	return span_cmp(x->path, y->path);
}

static int by_folded(const void *a, const void *b)
{
	const struct package_file *x = a;
	const struct package_file *y = b;
	size_t n = x->path.n < y->path.n ? x->path.n : y->path.n;
	int order = strncasecmp(x->path.p, y->path.p, n);

	return order != 0 ? order : (x->path.n > y->path.n) - (x->path.n < y->path.n);
}

/* Names that are one on some machines, or on all. Files that are equal in name come out once. */
static void find_clashes(struct store *s, struct package_tree *t)
{
	qsort(t->files, t->n, sizeof(*t->files), by_folded);
	for (size_t i = 1; i < t->n; i++) {
		if (by_folded(&t->files[i - 1], &t->files[i]) != 0)
			continue;
		if (span_eq(t->files[i - 1].path, t->files[i].path))
			package_say(s->r, PACKAGE_ERROR, t->files[i].path, 0,
				"the package holds this file twice");
		else
			package_say(s->r, PACKAGE_ERROR, t->files[i].path, 0,
				"the name differs from \"" SPAN_FMT "\" in case only",
				SPAN_ARG(t->files[i - 1].path));
	}
	qsort(t->files, t->n, sizeof(*t->files), by_path);
}

int store_finish(struct store *s, struct span name, struct package_tree *out, struct err *e)
{
	struct span folder;
	size_t n_beside = 0;

	*out = (struct package_tree){ .name = name };
	resolve_links(s);
	folder = root_folder(s);
	if (folder.n > 0)
		out->name = path_base(folder);
	if (s->size > 0) {
		out->map = mmap(NULL, s->size, PROT_READ, MAP_PRIVATE, s->fd, 0);
		if (out->map == MAP_FAILED) {
			out->map = NULL;
			return err_set(e, ERR_TEMPORARY, "there is no memory for the package");
		}
		out->map_size = s->size;
	}
	out->files = arena_new_array(s->r->m, struct package_file, s->n + 1);
	for (size_t i = 0; i < s->n; i++) {
		struct package_file *f = &out->files[out->n];

		f->path = below_root(s->v[i].path, folder);
		if (f->path.p == NULL) {
			n_beside++;
			continue;
		}
		out->n++;
		f->bytes = s->v[i].size > 0 ? (struct span){ (const char *)out->map + s->v[i].at,
			s->v[i].size }
					    : SPAN("");
	}
	if (n_beside > 0)
		package_say(s->r, PACKAGE_WARNING, folder, 0,
			"this folder is the package: %zu files beside it were passed over",
			n_beside);
	find_clashes(s, out);
	return 0;
}

void package_tree_free(struct package_tree *t)
{
	if (t->map != NULL)
		munmap(t->map, t->map_size);
	t->map = NULL;
}

const struct package_file *package_tree_find(const struct package_tree *t, const char *path)
{
	struct package_file key = { .path = span_of(path) };

	return t->n > 0 ? bsearch(&key, t->files, t->n, sizeof(key), by_path) : NULL;
}
