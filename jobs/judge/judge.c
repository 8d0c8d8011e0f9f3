/*
 * The judge of one worker: its languages, its podium-box, and its folder below JUDGE_WORK, which it
 * holds by a lock so that the next one knows whose owner is gone and clears up behind it.
 */
#include "jobs/judge/judge.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "jobs/judge/engine.h"
#include "os/fd.h"

#define ARENA_SIZE  (4 * 1024 * 1024)
#define HOME_PREFIX "worker."

/* A path beside the program that runs; with `up`, from the folder above. */
static int beside(const char *name, char out[BOX_MAX_PATH], struct err *e)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	self[n > 0 ? n : 0] = '\0';
	slash = strrchr(self, '/');
	if (slash != NULL)
		*slash = '\0';
	if (slash == NULL || snprintf(out, BOX_MAX_PATH, "%s/%s", self, name) >= BOX_MAX_PATH)
		return err_set(e, ERR_INTERNAL, "cannot tell where this program lies");
	return 0;
}

/* Beside an installed program, then in the sources. */
static int find_languages_file(char out[BOX_MAX_PATH], struct err *e)
{
	static const char *const places[] = { "../share/podium/etc/languages.conf",
		"../../etc/languages.conf", "../../../../etc/languages.conf" };

	for (size_t i = 0; i < countof(places); i++) {
		if (beside(places[i], out, e) != 0)
			return -1;
		if (access(out, R_OK) == 0)
			return 0;
	}
	return err_set(e, ERR_INVALID, "there is no languages.conf; LANGUAGES names it");
}

static int read_languages(struct judge *j, const char *file, struct err *e)
{
	char path[BOX_MAX_PATH];
	struct span text;
	struct err why = { .kind = ERR_NONE };

	if (file[0] == '\0' && find_languages_file(path, e) != 0)
		return -1;
	if (file[0] != '\0')
		(void)snprintf(path, sizeof(path), "%s", file);
	if (file_read(path, JUDGE_MAX_CONF, j->mem, &text, e) != 0)
		return -1;
	if (languages_parse(text, j->mem, &j->languages, &why) != 0)
		return err_set(e, ERR_INVALID, "%s: %s", path, why.text);
	return 0;
}

void engine_remove(const char *folder)
{
	DIR *d = opendir(folder);
	struct dirent *entry;
	struct stat st;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		char path[PATH_MAX];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) >=
				(int)sizeof(path))
			continue;
		if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
			engine_remove(path);
		else
			(void)unlink(path);
	}
	if (d != NULL)
		(void)closedir(d);
	(void)rmdir(folder);
}

/* Folders of workers that are gone: nobody holds their lock. */
static void sweep(const struct judge *j)
{
	DIR *d = opendir(j->work);
	struct dirent *entry;

	while (d != NULL && (entry = readdir(d)) != NULL) {
		char path[2 * BOX_MAX_PATH + 300], lock[2 * BOX_MAX_PATH + 310];
		int fd;

		if (strncmp(entry->d_name, HOME_PREFIX, strlen(HOME_PREFIX)) != 0)
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", j->work, entry->d_name);
		(void)snprintf(lock, sizeof(lock), "%s/lock", path);
		fd = open(lock, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
		if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
			engine_remove(path);
		fd_close(&fd);
	}
	if (d != NULL)
		(void)closedir(d);
}

static int make_home(struct judge *j, struct err *e)
{
	char lock[BOX_MAX_PATH + 8];
	struct statvfs fs;

	if (mkdir(j->work, 0700) != 0 && errno != EEXIST)
		return err_set(e, ERR_INTERNAL, "cannot make %s: %s", j->work, err_reason(errno));
	if (statvfs(j->work, &fs) != 0 || (fs.f_flag & ST_NOEXEC) != 0)
		return err_set(e, ERR_INVALID,
			"JUDGE_WORK: programs in %s cannot be run; its file system is mounted noexec",
			j->work);
	sweep(j);
	if (snprintf(j->home, sizeof(j->home), "%s/" HOME_PREFIX "XXXXXX", j->work) >=
			(int)sizeof(j->home) - 80 ||
		mkdtemp(j->home) == NULL) {
		j->home[0] = '\0';
		return err_set(
			e, ERR_INTERNAL, "cannot write in %s: %s", j->work, err_reason(errno));
	}
	(void)snprintf(lock, sizeof(lock), "%s/lock", j->home);
	j->home_lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (j->home_lock < 0 || flock(j->home_lock, LOCK_EX | LOCK_NB) != 0)
		return err_set(e, ERR_INTERNAL, "cannot lock %s: %s", lock, err_reason(errno));
	return 0;
}

/* Opens a box and shuts it again, to know what kind this machine gives. */
static int try_box(struct judge *j, struct err *e)
{
	static const char *const counters[] = { "no control groups", "control groups, version 1",
		"control groups, version 2" };
	static struct box_open ask;
	struct box_handle box;

	ask = (struct box_open){ .version = BOX_VERSION, .core = -1 };
	if (engine_mounts(&ask, NULL, e) != 0)
		return -1;
	if (engine_box(j, &ask, &box, e) != 0) {
		e->kind = ERR_TEMPORARY;
		return -1;
	}
	(void)snprintf(j->box_name, sizeof(j->box_name), "podium-box %d, %s, %s", BOX_VERSION,
		counters[box.ready.cgroup < countof(counters) ? box.ready.cgroup : 0],
		box.ready.privileged != 0 ? "users of its own" : "a user namespace");
	box_close(&box);
	return 0;
}

int judge_new(const struct judge_setup *setup, struct judge **out, struct err *e)
{
	struct judge *j = calloc(1, sizeof(*j));
	int rc = 0;

	*out = NULL;
	if (j == NULL)
		return err_set(e, ERR_TEMPORARY, "no memory");
	j->mem = arena_new(ARENA_SIZE);
	j->home_lock = j->server.conn = -1;
	j->only_look = setup->only_look;
	if (setup->work[0] == '\0')
		rc = err_set(e, ERR_INVALID, "JUDGE_WORK is not set: this machine judges nothing");
	if (rc == 0 && setup->work[0] != '/')
		rc = err_set(e, ERR_INVALID, "JUDGE_WORK is not a whole path: %s", setup->work);
	if (rc == 0)
		rc = read_languages(j, setup->languages_file, e);
	if (rc == 0 && setup->box_program[0] == '\0')
		rc = beside("podium-box", j->box_program, e);
	else if (rc == 0)
		(void)snprintf(j->box_program, sizeof(j->box_program), "%s", setup->box_program);
	(void)snprintf(j->work, sizeof(j->work), "%s", setup->work);
	if (rc == 0)
		rc = make_home(j, e);
	if (rc == 0)
		rc = try_box(j, e);
	if (rc == 0)
		*out = j;
	else
		judge_free(j);
	return rc;
}

void judge_free(struct judge *j)
{
	if (j == NULL)
		return;
	box_server_stop(&j->server);
	for (size_t i = 0; i < countof(j->programs); i++) {
		if (j->programs[i] == NULL)
			continue;
		free(j->programs[i]->entry);
		free(j->programs[i]->class);
		free(j->programs[i]);
	}
	if (j->home[0] != '\0')
		engine_remove(j->home);
	fd_close(&j->home_lock);
	arena_free(j->mem);
	free(j);
}

const struct languages *judge_languages(const struct judge *j)
{
	return &j->languages;
}

const char *judge_box_name(const struct judge *j)
{
	return j->box_name;
}

int engine_box(struct judge *j, const struct box_open *ask, struct box_handle *out, struct err *e)
{
	struct err first = { .kind = ERR_NONE };

	out->conn = -1;
	if (j->server.conn >= 0) {
		if (box_open(&j->server, ask, out, &first) == 0)
			return 0;
		if (first.kind != ERR_TEMPORARY) {
			*e = first;
			return -1;
		}
		box_server_stop(&j->server);
	}
	if (box_server_start(j->box_program, &j->server, e) != 0)
		return -1;
	return box_open(&j->server, ask, out, e);
}

int engine_memory(struct span bytes, int *fd, struct err *e)
{
	if (fd_sealed("podium-judge", bytes, fd, e) != 0)
		return -1;
	if (lseek(*fd, 0, SEEK_SET) == 0)
		return 0;
	fd_close(fd);
	return err_set(e, ERR_INTERNAL, "no file in memory: %s", err_reason(errno));
}

int engine_put(struct box_handle *box, struct box_run *how, const struct judge_file *files,
	size_t n, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		char path[BOX_MAX_PATH];
		int fd = -1, rc;

		if (files[i].path.n >= sizeof(path))
			return err_set(e, ERR_INVALID, "too long a path");
		(void)snprintf(path, sizeof(path), SPAN_FMT, SPAN_ARG(files[i].path));
		how->flags = files[i].may_run ? how->flags | BOX_RUNNABLE
					      : how->flags & ~(uint32_t)BOX_RUNNABLE;
		if (engine_memory(files[i].text, &fd, e) != 0)
			return -1;
		rc = box_put(box, how, path, fd, e);
		fd_close(&fd);
		if (rc != 0)
			return -1;
		how->flags |= BOX_KEEP;
	}
	return 0;
}

struct span engine_text(struct arena *m, struct span bytes)
{
	char *out = arena_alloc(m, bytes.n * 3 + 1);
	size_t n = 0;

	while (bytes.n > 0) {
		uint32_t c;
		size_t size = utf8_decode(bytes.p, bytes.n, &c);

		if (size == 0 || (c < ' ' && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0)) {
			if (size == 0 || c != '\r')
				n += utf8_encode(0xfffd, out + n);
			size = 1 + (size > 1);
		} else {
			memcpy(out + n, bytes.p, size);
			n += size;
		}
		bytes = span_sub(bytes, size, bytes.n);
	}
	return (struct span){ out, n };
}
