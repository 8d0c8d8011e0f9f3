/*
 * Precompiled headers. Reading bits/stdc++.h takes a compiler most of a second, and a fifth of it
 * when it was read before. JUDGE_WORK/header/HASH/ holds one for each compiler and its flags: made
 * in a box, tried, and put into place by renaming, so that whoever sees it can use it. A compiler
 * that does not take it, because its flags differ, says nothing and goes on slowly: hence the
 * trial.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/digest.h"
#include "base/attr.h"
#include "base/hex.h"
#include "jobs/judge/bout.h"
#include "jobs/judge/engine.h"
#include "os/fd.h"
#include "os/log.h"

#define MADE        "made.gch" // what the box leaves
#define MOST_HEADER (UINT64_C(1) << 30)

/* The compiler and the flags that matter: what stands behind {header} is for linking. */
static int add_flags(struct box_run *r, const struct language *l, struct err *e)
{
	for (size_t i = 0; i < l->build.n; i++) {
		const char *word = l->build.v[i];

		if (strcmp(word, "{header}") == 0)
			break;
		if (box_run_word(r, word, false, e) != 0)
			return -1;
	}
	return 0;
}

static int add_words(struct box_run *r, const char *const *words, struct err *e)
{
	for (; *words != NULL; words++) {
		if (box_run_word(r, *words, false, e) != 0)
			return -1;
	}
	return 0;
}

static void limits(struct box_run *r)
{
	box_run_init(r, BOX_RUN);
	r->flags = BOX_BUILD | BOX_KEEP;
	r->cpu_ms = 120000;
	r->wall_ms = 240000;
	r->processes = 32;
	r->files = 256;
	r->memory = UINT64_C(4) << 30;
	r->disk = r->file_size = MOST_HEADER;
}

struct attempt {
	struct judge *judge;
	const struct language *language;
	const char *mount;        // at /header; "" nothing
	const char *const *words; // behind the compiler and its flags
	const char *rest;         // of a file that begins by including the header
	struct box_handle box;
	struct bout bout;
};

static int put_file(struct attempt *a, struct err *e)
{
	static struct box_run how;
	char text[200];
	int n = snprintf(text, sizeof(text), "#include <%s>\n%s", a->language->header, a->rest);
	struct judge_file file = { .path = SPAN("it.cpp"), .text = { text, (size_t)n } };

	limits(&how);
	how.flags = BOX_BUILD;
	return engine_put(&a->box, &how, &file, 1, e);
}

/* Whatever comes of it, the box is the caller's to close. */
static int compile(struct attempt *a, struct err *e)
{
	static struct box_open open;
	static struct box_run run;

	a->box.conn = -1;
	open = (struct box_open){ .version = BOX_VERSION, .core = -1 };
	if (engine_mounts(&open, a->language, e) != 0 ||
		(a->mount[0] != '\0' && box_open_mount(&open, a->mount, "/header", e) != 0) ||
		engine_box(a->judge, &open, &a->box, e) != 0 || put_file(a, e) != 0)
		return -1;
	limits(&run);
	if (add_flags(&run, a->language, e) != 0 || add_words(&run, a->words, e) != 0 ||
		command_environment(&run, a->language, e) != 0)
		return -1;
	a->bout = (struct bout){
		.box = &a->box, .run = &run, .input = -1, .most = 1 << 20, .together = true
	};
	return bout_run(&a->bout, e);
}

static bool went_well(const struct bout *b)
{
	return b->result.how == BOX_EXITED && b->result.code == 0 && b->result.marks == 0;
}

/* What an end that was not well says of the compiler: nothing, if somebody else may have made it.
 */
static enum err_kind blame(const struct bout *b)
{
	return bout_was_killed(b) ? ERR_TEMPORARY : ERR_INVALID;
}

/* Copies a file that the box gave. */
static int copy(int from, uint64_t size, const char *path, struct err *e)
{
	FD_AUTO to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	off_t at = 0;

	while (to >= 0 && (uint64_t)at < size) {
		if (sendfile(to, from, &at, (size_t)(size - (uint64_t)at)) <= 0)
			break;
	}
	if (to < 0 || (uint64_t)at != size)
		return err_set(e, ERR_TEMPORARY, "cannot write %s: %s", path, err_reason(errno));
	return 0;
}

/* The folders of the header's name below `folder`, and its path. */
static int make_place(
	const char *folder, const char *header, char *path, size_t room, struct err *e)
{
	if (snprintf(path, room, "%s/%s.gch", folder, header) >= (int)room)
		return err_set(e, ERR_INTERNAL, "too long a path: %s", folder);
	return folders_above(path, strlen(folder), 0755, e);
}

static int make(struct judge *j, const struct language *l, const char *folder, struct err *e)
{
	static const char *const words[] = { "-x", "c++-header", "-o", MADE, "it.cpp", NULL };
	static struct attempt a;
	char path[2 * BOX_MAX_PATH];
	uint64_t size;
	int fd = -1, rc;

	a = (struct attempt){ .judge = j, .language = l, .mount = "", .words = words, .rest = "" };
	rc = compile(&a, e);
	if (rc == 0 && !went_well(&a.bout))
		rc = err_set(e, blame(&a.bout), "the compiler refuses: %.*s", (int)a.bout.output.n,
			a.bout.output.text);
	if (rc == 0)
		rc = box_fetch(&a.box, MADE, false, &fd, &size, e);
	if (rc == 0)
		rc = make_place(folder, l->header, path, sizeof(path), e);
	if (rc == 0)
		rc = copy(fd, size, path, e);
	fd_close(&fd);
	box_close(&a.box);
	return rc;
}

/* gcc -H marks with "!" each precompiled header that it uses. */
static int is_used(struct judge *j, const struct language *l, const char *folder, struct err *e)
{
	static const char *const words[] = { "-H", "-I/header", "-fsyntax-only", "it.cpp", NULL };
	static struct attempt a;
	int rc;

	a = (struct attempt){ .judge = j,
		.language = l,
		.mount = folder,
		.words = words,
		.rest = "int main() { return 0; }\n" };
	rc = compile(&a, e);
	box_close(&a.box);
	if (rc == 0 && (!went_well(&a.bout) || memmem(a.bout.output.text, a.bout.output.n,
						       "! /header/", 10) == NULL))
		return err_set(e, blame(&a.bout), "the compiler does not use it");
	return rc;
}

static int make_and_try(
	struct judge *j, const struct language *l, const char *folder, struct err *e)
{
	char fresh[BOX_MAX_PATH];
	int rc;

	if (snprintf(fresh, sizeof(fresh), "%s/header", j->home) >= (int)sizeof(fresh))
		return err_set(e, ERR_INTERNAL, "too long a path");
	engine_remove(fresh);
	rc = make(j, l, fresh, e);
	if (rc == 0)
		rc = is_used(j, l, fresh, e);
	if (rc == 0 && rename(fresh, folder) != 0)
		rc = err_set(e, ERR_TEMPORARY, "cannot make %s: %s", folder, err_reason(errno));
	engine_remove(fresh);
	return rc;
}

static int name_folder(const struct judge *j, const struct judge_found *f,
	char folder[BOX_MAX_PATH], struct err *e)
{
	unsigned char hash[DIGEST_SIZE];
	char hex[2 * 8 + 1];
	struct span text;
	BUF_AUTO b;

	buf_init(&b, BOX_MAX_TEXT);
	buf_addf(&b, "1\n%s\n%s\n", f->version, f->language->header);
	for (size_t i = 0; i < f->language->build.n; i++)
		buf_addf(&b, "%s\n", f->language->build.v[i]);
	if (buf_finish(&b, &text, e) != 0)
		return -1;
	digest_sha256(text, hash);
	hex_encode(hash, 8, hex);
	if (snprintf(folder, BOX_MAX_PATH, "%s/header-%s", j->work, hex) >= BOX_MAX_PATH - 60)
		return err_set(e, ERR_INTERNAL, "too long a path");
	return 0;
}

int engine_header(
	struct judge *j, const struct judge_found *found, char folder[BOX_MAX_PATH], struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	char lock[BOX_MAX_PATH + 8], failed[BOX_MAX_PATH + 8];
	FD_AUTO held = -1;

	folder[0] = '\0';
	if (found->language->header[0] == '\0' || j->only_look)
		return 0;
	if (name_folder(j, found, folder, e) != 0)
		return -1;
	if (access(folder, X_OK) == 0)
		return 0;
	(void)snprintf(lock, sizeof(lock), "%s.lock", folder);
	(void)snprintf(failed, sizeof(failed), "%s.not", folder);
	held = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (access(failed, F_OK) == 0 || held < 0 || flock(held, LOCK_EX | LOCK_NB) != 0) {
		folder[0] = '\0'; // somebody is just making it
		return 0;
	}
	if (access(folder, X_OK) == 0 || make_and_try(j, found->language, folder, &why) == 0)
		return 0;
	log_err(LOG_WARN, "judge.header", &why);
	if (why.kind == ERR_INVALID)
		(void)!close(open(failed, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	folder[0] = '\0';
	return 0;
}
