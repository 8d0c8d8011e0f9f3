/*
 * Which languages this machine has: each is asked for its version, in a box, because what cannot be
 * run there is of no use. The answer is kept in JUDGE_WORK/versions for as long as the file of the
 * compiler stays the same, so that a worker that starts does not wait for slow ones.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/utf8.h"
#include "jobs/judge/bout.h"
#include "jobs/judge/engine.h"
#include "os/fd.h"

#define MOST_KEPT   (64 * 1024)
#define MOST_OUTPUT (64 * 1024)
#define MOST_SHOWN  120 // of a version

/* What names the file of a compiler as it is now. */
static char *name_file(struct judge *j, const struct language *l, const struct stat *st)
{
	return arena_printf(j->mem, "%s %" PRIu64 " %" PRIu64 " %" PRId64 ".%09" PRId64 " ", l->id,
		(uint64_t)st->st_ino, (uint64_t)st->st_size, (int64_t)st->st_mtim.tv_sec,
		(int64_t)st->st_mtim.tv_nsec);
}

static char *versions_path(struct judge *j)
{
	return arena_printf(j->mem, "%s/versions", j->work);
}

static const char *recall(struct judge *j, const char *name)
{
	struct span text, line;
	struct err e = { .kind = ERR_NONE };
	struct arena *m = arena_new(4 * MOST_KEPT);
	const char *found = NULL;

	if (file_read(versions_path(j), MOST_KEPT, m, &text, &e) == 0) {
		while (found == NULL && span_split(&text, '\n', &line)) {
			if (span_starts(line, name))
				found = arena_dup(j->mem, span_sub(line, strlen(name), line.n));
		}
	}
	arena_free(m);
	return found;
}

/* One short line, so that two who write at once do not mix. What cannot be kept is asked again. */
static void remember(struct judge *j, const char *name, const char *version)
{
	char line[400];
	int n = snprintf(line, sizeof(line), "%s%s\n", name, version);
	struct stat st;
	int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
	FD_AUTO fd = open(versions_path(j), flags, 0600);

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > MOST_KEPT / 2)
		(void)!ftruncate(fd, 0);
	if (fd >= 0 && n > 0 && (size_t)n < sizeof(line))
		(void)!write(fd, line, (size_t)n);
}

static const char *first_line(struct judge *j, const struct bout_head *h)
{
	struct span text = engine_text(j->mem, (struct span){ h->text, h->n }), line;

	while (span_split(&text, '\n', &line)) {
		line = span_trim(line);
		if (line.n > 0 && memmem(line.p, line.n, "warning", 7) == NULL)
			return arena_dup(j->mem,
				span_sub(line, 0,
					utf8_cut(line.p,
						line.n < MOST_SHOWN ? line.n : MOST_SHOWN)));
	}
	return NULL;
}

/* NULL if it did not run well. */
static int ask(struct judge *j, const struct language *l, const char **version, struct err *e)
{
	static struct box_open open;
	static struct box_run run;
	static struct bout bout;
	struct box_handle box;
	struct command c = { .language = l, .entry = "", .class = "", .header = "" };
	int repeats = 0, rc;

	*version = NULL;
	open = (struct box_open){ .version = BOX_VERSION, .core = -1 };
	box_run_init(&run, BOX_RUN);
	run.flags = BOX_BUILD;
	run.cpu_ms = 20000;
	run.wall_ms = 40000;
	run.processes = 256;
	run.files = 1024;
	run.memory = UINT64_C(2) << 30;
	if (engine_mounts(&open, l, e) != 0 || command_add(&run, &l->version, &c, e) != 0 ||
		command_environment(&run, l, e) != 0 || engine_box(j, &open, &box, e) != 0)
		return -1;
	bout = (struct bout){ .box = &box, .run = &run, .input = -1, .most = MOST_OUTPUT };
	do
		rc = bout_run(&bout, e);
	while (rc == 0 && bout_was_killed(&bout) && repeats++ < BOUT_MOST_REPEATS);
	box_close(&box);
	if (rc != 0 || bout.result.how != BOX_EXITED || bout.result.code != 0 ||
		bout.result.marks != 0)
		return rc;
	*version = first_line(j, &bout.output);
	if (*version == NULL)
		*version = first_line(j, &bout.errors);
	return 0;
}

static const char *packages(struct judge *j, const struct language *l)
{
	const char *all = "";

	for (size_t i = 0; i < l->packages.n; i++)
		all = arena_printf(j->mem, "%s %s", all, l->packages.v[i]);
	return all;
}

static int find(struct judge *j, struct judge_found *f, struct err *e)
{
	const struct language *l = f->language;
	const char *name;
	struct stat st;

	f->version = f->why = "";
	if (stat(l->version.v[0], &st) != 0) {
		f->why = arena_printf(j->mem, "there is no %s; apt-get install%s brings it",
			l->version.v[0], packages(j, l));
		return 0;
	}
	name = name_file(j, l, &st);
	f->version = recall(j, name);
	if (f->version == NULL) {
		if (ask(j, l, &f->version, e) != 0)
			return -1;
		if (f->version != NULL && !j->only_look)
			remember(j, name, f->version);
	}
	f->is_there = f->version != NULL;
	if (!f->is_there) {
		f->version = "";
		f->why = arena_printf(j->mem,
			"%s does not run in a box; look at its mounts in languages.conf",
			l->version.v[0]);
	}
	return 0;
}

int engine_found(
	struct judge *j, const struct language *l, const struct judge_found **out, struct err *e)
{
	size_t at = (size_t)(l - j->languages.v);

	if (j->found == NULL)
		j->found = arena_new_array(j->mem, struct judge_found, j->languages.n);
	*out = &j->found[at];
	if (j->found[at].language != NULL)
		return 0;
	j->found[at].language = l;
	if (find(j, &j->found[at], e) == 0)
		return 0;
	j->found[at].language = NULL;
	return -1;
}

int judge_version(struct judge *j, const struct language *l, const char **out, struct err *e)
{
	const struct judge_found *f;

	if (engine_found(j, l, &f, e) != 0)
		return -1;
	*out = f->version;
	return 0;
}

int judge_find_languages(
	struct judge *j, struct arena *m, struct judge_found **out, size_t *n, struct err *e)
{
	*n = j->languages.n;
	*out = arena_new_array(m, struct judge_found, *n);
	for (size_t i = 0; i < *n; i++) {
		const struct judge_found *f;

		if (engine_found(j, &j->languages.v[i], &f, e) != 0)
			return -1;
		(*out)[i] = *f;
	}
	return 0;
}

int judge_prepare(struct judge *j, struct err *e)
{
	for (size_t i = 0; i < j->languages.n; i++) {
		const struct judge_found *f;
		char folder[BOX_MAX_PATH];

		if (engine_found(j, &j->languages.v[i], &f, e) != 0 ||
			(f->is_there && engine_header(j, f, folder, e) != 0))
			return -1;
	}
	return 0;
}
