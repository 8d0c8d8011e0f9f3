/*
 * Programs that can be run: the files of an artifact in a folder of this worker's, under a name
 * that is never used twice, because a box may still have the old one mounted. The last few stay.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobs/judge/engine.h"
#include "judge/tar.h"
#include "os/fd.h"

#define ROOM_LEAST (1 << 20) // bytes; with less, hardly any program can be unpacked

static void destroy(struct judge *j, size_t at)
{
	struct judge_program *p = j->programs[at];

	engine_remove(p->folder);
	free(p->entry);
	free(p->class);
	free(p);
	j->programs[at] = NULL;
}

/* A place for one more: free, or that of the one not used for longest. SIZE_MAX: all are held. */
static size_t make_room(struct judge *j)
{
	size_t oldest = SIZE_MAX;

	for (size_t i = 0; i < countof(j->programs); i++) {
		const struct judge_program *p = j->programs[i];

		if (p == NULL)
			return i;
		if (p->holders == 0 && (oldest == SIZE_MAX || p->used < j->programs[oldest]->used))
			oldest = i;
	}
	if (oldest != SIZE_MAX)
		destroy(j, oldest);
	return oldest;
}

struct judge_program *judge_program_find(struct judge *j, const unsigned char key[JUDGE_KEY])
{
	for (size_t i = 0; i < countof(j->programs); i++) {
		struct judge_program *p = j->programs[i];

		if (p == NULL || memcmp(p->key, key, JUDGE_KEY) != 0)
			continue;
		p->holders++;
		p->used = ++j->n_programs;
		return p;
	}
	return NULL;
}

void judge_program_close(struct judge_program *p)
{
	if (p != NULL)
		p->holders--;
}

bool judge_has_room(struct judge *j)
{
	static const char block[ROOM_LEAST];
	struct err e = { .kind = ERR_NONE };
	char path[BOX_MAX_PATH + 8];
	bool fits;
	int fd;

	for (size_t i = 0; i < countof(j->programs); i++) {
		if (j->programs[i] != NULL && j->programs[i]->holders == 0)
			destroy(j, i);
	}
	(void)snprintf(path, sizeof(path), "%s/room", j->home);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	fits = fd >= 0 && fd_write_all(fd, (struct span){ block, sizeof(block) }, &e) == 0;
	fd_close(&fd);
	(void)unlink(path);
	return fits;
}

static int write_file(const char *folder, const struct tar_file *f, struct err *e)
{
	char path[BOX_MAX_PATH + 300];
	mode_t mode = f->may_run ? 0755 : 0644;
	FD_AUTO fd = -1;

	(void)snprintf(path, sizeof(path), "%s/" SPAN_FMT, folder, SPAN_ARG(f->path));
	if (folders_above(path, strlen(folder) + 1, 0755, e) != 0)
		return -1;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return err_set(e, ERR_TEMPORARY, "cannot write %s: %s", path, err_reason(errno));
	if (fchmod(fd, mode) != 0)
		return err_set(e, ERR_TEMPORARY, "cannot write %s: %s", path, err_reason(errno));
	return fd_write_all(fd, f->text, e);
}

static char *take_line(struct span *text)
{
	struct span line = SPAN("");

	(void)span_split(text, '\n', &line);
	return strndup(line.p, line.n);
}

static int read_manifest(struct judge_program *p, const struct tar_file *f, struct err *e)
{
	struct span text = f->text, id;

	if (!span_is(f->path, JUDGE_MANIFEST) || !span_split(&text, '\n', &id))
		return err_set(e, ERR_INVALID, "this is no artifact");
	p->language = language_find(&p->judge->languages, id);
	if (p->language == NULL && !span_is(id, "-"))
		return err_set(e, ERR_NOT_FOUND, "languages.conf has no " SPAN_FMT, SPAN_ARG(id));
	p->entry = take_line(&text);
	p->class = take_line(&text);
	if (p->entry == NULL || p->class == NULL)
		return err_set(e, ERR_TEMPORARY, "no memory");
	return 0;
}

static int unpack(struct judge_program *p, struct span artifact, struct err *e)
{
	struct tar t;
	struct tar_file f;
	int more;

	tar_start(&t, artifact);
	more = tar_next(&t, &f, e);
	if (more != 1 || read_manifest(p, &f, e) != 0)
		return more == 0 ? err_set(e, ERR_INVALID, "this is no artifact") : -1;
	if (mkdir(p->folder, 0755) != 0 || chmod(p->folder, 0755) != 0)
		return err_set(
			e, ERR_TEMPORARY, "cannot make %s: %s", p->folder, err_reason(errno));
	while ((more = tar_next(&t, &f, e)) == 1) {
		if (write_file(p->folder, &f, e) != 0)
			return -1;
	}
	return more;
}

int judge_program_open(struct judge *j, const unsigned char key[JUDGE_KEY], struct span artifact,
	struct judge_program **out, struct err *e)
{
	size_t at;
	struct judge_program *p;

	*out = judge_program_find(j, key);
	if (*out != NULL)
		return 0;
	at = make_room(j);
	p = at == SIZE_MAX ? NULL : calloc(1, sizeof(*p));
	if (p == NULL)
		return err_set(e, ERR_TEMPORARY, "too many programs at once");
	j->programs[at] = p;
	p->judge = j;
	p->used = ++j->n_programs;
	memcpy(p->key, key, JUDGE_KEY);
	if (snprintf(p->folder, sizeof(p->folder), "%s/%llu", j->home,
		    (unsigned long long)j->n_programs) >= (int)sizeof(p->folder) ||
		unpack(p, artifact, e) != 0) {
		destroy(j, at);
		return -1;
	}
	p->holders = 1;
	*out = p;
	return 0;
}
