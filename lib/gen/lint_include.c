/*
 * Who may include whom, and where a foreign header may be seen. A folder that no row of the table
 * begins is refused, so a new room has to be entered here before it can be built in.
 */
#include "gen/lint.h"

#include <string.h>

/* Rooms in the order of the longest folder first; names are prefixes of what stands in quotes. */
static const struct room {
	const char *folder;
	const char *may[16];
} rooms[] = {
	{ "lib/base", { "base/" } },
	{ "lib/os", { "base/", "os/" } },
	{ "lib/ical", { "base/", "ical/" } },
	{ "lib/judge", { "base/", "judge/" } },
	{ "lib/package", { "base/", "os/", "judge/", "html/", "package/" } },
	{ "lib/db", { "base/", "os/", "db/", "gen/stmt.h" } },
	{ "lib/net", { "base/", "os/", "net/" } },
	{ "lib/html", { "base/", "html/" } },
	{ "lib/auth", { "base/", "os/", "net/json.h", "auth/" } },
	{ "lib/view", { "base/", "html/html.h", "html/url.h", "view/" } },
	{ "lib/model", { "base/", "os/", "db/", "net/", "auth/", "judge/", "view/", "model/",
			       "package/answers.h", "package/package.h", "gen/stmt.h" } },
	{ "lib/gen", { "base/", "gen/" } },
	{ "jobs/box", { "base/", "jobs/box/" } },
	{ "jobs/judge", { "base/", "os/", "auth/digest.h", "judge/", "jobs/box/", "jobs/judge/" } },
	{ "fcgi", { "base/", "os/", "net/", "html/", "auth/", "ical/", "judge/", "view/", "model/",
			  "fcgi/", "gen/tmpl.h" } },
	{ "jobs", { "base/", "os/", "net/", "html/", "auth/", "ical/", "judge/", "package/",
			  "view/", "model/", "jobs/", "gen/tmpl.h" } },
	{ "tests", { "" } },
};

/* Programs open and close the database, and migrate it; what is in it they ask the model. */
static const char *const openers[][2] = {
	{ "fcgi/main.c", "db/" },
	{ "fcgi/app.c", "db/" },
	{ "fcgi/live/feed.c", "db/" },
	{ "jobs/main.c", "db/" },
	{ "jobs/steward.c", "db/" },
	{ "jobs/worker.c", "db/" },
	{ "jobs/supervisor.c", "db/" },
	{ "jobs/cli/", "db/" },
};

static const struct foreign {
	const char *header; // prefix
	const char *folder;
} foreign[] = {
	{ "libpq-fe.h", "lib/db" },
	{ "hiredis/", "lib/net" },
	{ "curl/", "lib/net" },
	{ "json-c/", "lib/net" },
	{ "libxml/", "lib/net" },
	{ "crypt.h", "lib/auth" },
	{ "openssl/", "lib/auth" },
	{ "qrencode.h", "lib/html" },
	{ "seccomp.h", "jobs/box" },
	{ "archive.h", "lib/package" },
	{ "archive_entry.h", "lib/package" },
	{ "yaml.h", "lib/package" },
	{ "zstd.h", "lib/judge" },
	{ "cmark.h", "lib/html" },
	{ "libstemmer.h", "lib/model" },
	{ "fcgiapp.h", "fcgi" },
};

static const char *const libc[] = { "arpa/", "assert.h", "ctype.h", "dirent.h", "errno.h",
	"fcntl.h", "float.h", "getopt.h", "grp.h", "ifaddrs.h", "inttypes.h", "limits.h", "linux/",
	"locale.h", "malloc.h", "math.h", "netdb.h", "net/if.h", "netinet/", "poll.h", "pthread.h",
	"pwd.h", "sanitizer/", "sched.h", "signal.h", "spawn.h", "stdarg.h", "stdatomic.h",
	"stdbool.h", "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h", "strings.h", "sys/",
	"syslog.h", "termios.h", "time.h", "unistd.h", "wctype.h" };

/* What the base room does without: it neither reads, writes nor asks the system. */
static const char *const io[] = { "arpa/", "dirent.h", "fcntl.h", "netdb.h", "netinet/", "poll.h",
	"signal.h", "sys/", "time.h", "unistd.h" };

static bool one_of(struct span name, const char *const *prefixes, size_t n)
{
	for (size_t i = 0; i < n && prefixes[i] != NULL; i++) {
		if (span_starts(name, prefixes[i]))
			return true;
	}
	return false;
}

static const struct room *room_of(const struct source *s)
{
	for (size_t i = 0; i < countof(rooms); i++) {
		if (source_under(s, rooms[i].folder))
			return &rooms[i];
	}
	return NULL;
}

static bool is_opener(const struct source *s, struct span name)
{
	for (size_t i = 0; i < countof(openers); i++) {
		if (span_starts(span_of(s->path), openers[i][0]) &&
			span_starts(name, openers[i][1]))
			return true;
	}
	return false;
}

/* Pages, kinds and sources know themselves and the folder's list of functions, not each other. */
static bool is_neighbour(struct lint *l, const struct source *s, struct span name)
{
	static const char *const folders[] = { "fcgi/page", "fcgi/api", "jobs/kind" };
	struct span stem = span_sub(span_of(s->path), 0, strlen(s->path) - 2);

	for (size_t i = 0; i < countof(folders); i++) {
		const char *list = strrchr(folders[i], '/') + 1;

		if (strcmp(s->room, folders[i]) != 0 ||
			!span_starts(name, arena_printf(l->mem, "%s/", folders[i])))
			continue;
		return !span_is(name, arena_printf(l->mem, "%s/%s.h", folders[i], list)) &&
		       !span_is(name, arena_printf(l->mem, SPAN_FMT ".h", SPAN_ARG(stem)));
	}
	return false;
}

static void check_own(struct lint *l, const struct source *s, size_t line, struct span name)
{
	const struct room *room = room_of(s);

	if (room == NULL)
		lint_say(l, s, line, "the room %s is not in lint's table", s->room);
	else if (!one_of(name, room->may, countof(room->may)) && !is_opener(s, name))
		lint_say(l, s, line, "%s may not include \"" SPAN_FMT "\"", room->folder,
			SPAN_ARG(name));
	if (source_under(s, "tests") && span_ends(name, ".c"))
		return; // a test of what is static there
	if (!span_has(name, '/') || span_starts(name, "../"))
		lint_say(l, s, line, "write \"room/file.h\"");
	if (is_neighbour(l, s, name))
		lint_say(l, s, line, "the files of %s do not include each other", s->room);
}

static void check_foreign(struct lint *l, const struct source *s, size_t line, struct span name)
{
	if (source_under(s, "tests"))
		return;
	if (source_under(s, "lib/base") && one_of(name, io, countof(io)))
		lint_say(l, s, line, "lib/base does no input or output: <" SPAN_FMT ">",
			SPAN_ARG(name));
	if (one_of(name, libc, countof(libc)))
		return;
	for (size_t i = 0; i < countof(foreign); i++) {
		if (!span_starts(name, foreign[i].header))
			continue;
		if (!source_under(s, foreign[i].folder))
			lint_say(l, s, line, "<" SPAN_FMT "> belongs to %s", SPAN_ARG(name),
				foreign[i].folder);
		return;
	}
	lint_say(l, s, line, "<" SPAN_FMT "> has no room in lint's table", SPAN_ARG(name));
}

/* The name of a line's #include and what it is quoted with; false if it is none. */
static bool include_name(struct span line, char *quote, struct span *name)
{
	const char *stop;

	if (!span_starts(line, "#include "))
		return false;
	line = span_sub(line, 9, line.n);
	if (line.n == 0 || (line.p[0] != '"' && line.p[0] != '<'))
		return false;
	*quote = line.p[0];
	line = span_sub(line, 1, line.n);
	stop = memchr(line.p, *quote == '"' ? '"' : '>', line.n);
	if (stop == NULL)
		return false;
	*name = (struct span){ line.p, (size_t)(stop - line.p) };
	return true;
}

static void check_first(struct lint *l, const struct source *s, size_t line, struct span name)
{
	size_t n = strlen(s->path);
	const char *own = arena_printf(l->mem, "%.*sh", (int)n - 1, s->path);

	if (source_is(s, ".c") && lint_find(l, own) != NULL &&
		!span_is(name, arena_printf(l->mem, "%.*sh", (int)strlen(s->name) - 1, s->name)))
		lint_say(l, s, line, "a file includes its own header first");
}

void lint_includes(struct lint *l, const struct source *s)
{
	struct span rest = s->text;
	struct span line;
	bool first = true;

	for (size_t n = 1; span_split(&rest, '\n', &line); n++) {
		struct span name;
		char quote;

		if (!include_name(line, &quote, &name))
			continue;
		if (first)
			check_first(l, s, n, name);
		first = false;
		if (quote == '"')
			check_own(l, s, n, name);
		else
			check_foreign(l, s, n, name);
	}
}
