/* pandoc in a box: a fresh one for each text, that sees /usr and nothing else. */
#include "jobs/package/pandoc.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "jobs/box/client.h"
#include "os/fd.h"

#define PANDOC "/usr/bin/pandoc"

#define MARKDOWN                                                                                   \
	"commonmark+tex_math_dollars+pipe_tables+footnotes+strikeout+smart+attributes+"            \
	"definition_lists"

static const char *const formats[] = {
	[PANDOC_MARKDOWN] = MARKDOWN,
	[PANDOC_LATEX] = "latex",
	[PANDOC_HTML] = "html+tex_math_dollars",
};

struct boxed {
	struct box_server server;
	struct box_handle box;
};

static void boxed_close(struct boxed *b)
{
	if (b->box.conn >= 0)
		box_close(&b->box);
	if (b->server.pid > 0)
		box_server_stop(&b->server);
}

static void find_box(const char *configured, char path[BOX_MAX_PATH])
{
	ssize_t n;
	char *slash;

	snprintf(path, BOX_MAX_PATH, "%s", configured);
	if (configured[0] != '\0')
		return;
	n = readlink("/proc/self/exe", path, BOX_MAX_PATH - 12);
	path[n > 0 ? n : 0] = '\0';
	slash = strrchr(path, '/');
	if (slash != NULL)
		snprintf(slash, (size_t)(path + BOX_MAX_PATH - slash), "/podium-box");
}

static int open_box(const char *configured, struct boxed *b, struct err *e)
{
	struct box_open ask = { .version = BOX_VERSION, .core = -1 };
	char path[BOX_MAX_PATH];
	struct err why = { .kind = ERR_NONE };

	if (access(PANDOC, X_OK) != 0)
		return err_set(e, ERR_NOT_FOUND, "pandoc is not installed");
	find_box(configured, path);
	if (box_server_start(path, &b->server, &why) != 0 ||
		box_open_mount(&ask, "/usr", "/usr", &why) != 0 ||
		(access("/etc/ld.so.cache", R_OK) == 0 &&
			box_open_mount(&ask, "/etc/ld.so.cache", "/etc/ld.so.cache", &why) != 0) ||
		box_open(&b->server, &ask, &b->box, &why) != 0)
		return err_set(e, ERR_NOT_FOUND, "there is no box for pandoc: %s", why.text);
	return 0;
}

static int add_words(struct box_run *r, enum pandoc_from from, struct err *e)
{
	/* The stack of a box is as large as its memory, and each thread would get one like it. */
	const char *const words[] = { "/usr/bin/sh", "-c", "ulimit -s 8192; exec \"$@\"", "sh",
		PANDOC, "-f", formats[from], "-t", "html", "--mathml", "--no-highlight",
		"--wrap=preserve", "--email-obfuscation=none" };
	const char *const env[] = { "PATH=/usr/bin:/bin", "HOME=/tmp", "LANG=C.UTF-8" };

	for (size_t i = 0; i < countof(words); i++) {
		if (box_run_word(r, words[i], false, e) != 0)
			return -1;
	}
	for (size_t i = 0; i < countof(env); i++) {
		if (box_run_word(r, env[i], true, e) != 0)
			return -1;
	}
	return 0;
}

static int read_all(int fd, size_t max, struct arena *m, struct span *out, struct err *e)
{
	struct stat st;
	char *p;
	size_t at = 0;

	if (fstat(fd, &st) != 0 || st.st_size < 0 || (size_t)st.st_size > max)
		return err_set(e, ERR_LIMIT, "the statement becomes too long");
	p = arena_alloc(m, (size_t)st.st_size + 1);
	while (at < (size_t)st.st_size) {
		ssize_t n = pread(fd, p + at, (size_t)st.st_size - at, (off_t)at);

		if (n <= 0)
			return err_set(e, ERR_INTERNAL, "the statement cannot be read back");
		at += (size_t)n;
	}
	*out = (struct span){ p, at };
	return 0;
}

/* What pandoc complains of, its first line. */
static int complaint(int fd, const struct box_result *r, struct arena *m, struct err *e)
{
	struct span text = SPAN("");
	struct span line = SPAN("");
	struct err ignored = { .kind = ERR_NONE };

	if ((r->marks & (BOX_CPU_LIMIT | BOX_WALL_LIMIT)) != 0)
		return err_set(e, ERR_INVALID, "pandoc took too long");
	if (read_all(fd, 65536, m, &text, &ignored) != 0 || !utf8_valid(text.p, text.n) ||
		!span_split(&text, '\n', &line) || line.n == 0)
		return err_set(e, ERR_INVALID, "pandoc could not read it");
	return err_set(e, ERR_INVALID, "pandoc: " SPAN_FMT, SPAN_ARG(span_sub(line, 0, 150)));
}

int pandoc_html(const char *box_program, struct arena *m, enum pandoc_from from, struct span source,
	struct span *html, struct err *e)
{
	struct boxed b CLEANUP(
		boxed_close) = { .server = { .pid = -1, .conn = -1 }, .box = { .conn = -1 } };
	FD_AUTO in = -1;
	FD_AUTO out = memfd_create("html", MFD_CLOEXEC);
	FD_AUTO err = memfd_create("errors", MFD_CLOEXEC);
	struct box_run *run = arena_new_one(m, struct box_run);
	struct box_result result;

	if (out < 0 || err < 0)
		return err_set(e, ERR_TEMPORARY, "there is no memory for pandoc");
	if (open_box(box_program, &b, e) != 0 || fd_sealed("statement", source, &in, e) != 0)
		return -1;
	if (lseek(in, 0, SEEK_SET) != 0)
		return err_set(e, ERR_INTERNAL, "the statement cannot be read");
	box_run_init(run, BOX_RUN);
	run->cpu_ms = PANDOC_CPU_MS;
	run->wall_ms = 2 * PANDOC_CPU_MS;
	run->processes = 16;
	run->memory = PANDOC_MEMORY;
	run->file_size = CLEAN_MAX_TEXT;
	run->flags |= BOX_BUILD;
	if (add_words(run, from, e) != 0 ||
		box_begin(&b.box, run, (const int[3]){ in, out, err }, e) != 0 ||
		box_wait(&b.box, 3 * PANDOC_CPU_MS, &result, e) != 0)
		return -1;
	if (result.how != BOX_EXITED || result.code != 0)
		return complaint(err, &result, m, e);
	return read_all(out, CLEAN_MAX_TEXT, m, html, e);
}
