#include "jobs/judge/engine.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "judge/flags.h"

/* One placeholder at the start of `at` replaced; the rest of it is returned. */
static struct span replace(struct span at, const struct command *c, struct buf *out)
{
	static const char *const names[] = { "{entry}", "{class}", "{memory}" };
	const char *texts[countof(names)];
	char memory[16];

	(void)snprintf(memory, sizeof(memory), "%d", c->memory_mib);
	texts[0] = c->entry;
	texts[1] = c->class;
	texts[2] = memory;
	for (size_t i = 0; i < countof(names); i++) {
		if (!span_starts(at, names[i]))
			continue;
		buf_adds(out, texts[i]);
		return span_sub(at, strlen(names[i]), at.n);
	}
	buf_addc(out, at.p[0]);
	return span_sub(at, 1, at.n);
}

static int add_replaced(struct box_run *r, const char *word, const struct command *c, struct err *e)
{
	struct span at = span_of(word), done;
	BUF_AUTO out;

	buf_init(&out, BOX_MAX_TEXT);
	while (at.n > 0)
		at = replace(at, c, &out);
	if (buf_finish(&out, &done, e) != 0)
		return -1;
	return box_run_word(r, done.p, false, e);
}

static int add_sources(struct box_run *r, const struct command *c, struct err *e)
{
	for (size_t i = 0; i < c->n_files; i++) {
		char path[BOX_MAX_PATH];

		if (!language_has(c->language, c->files[i].path))
			continue;
		if (c->files[i].path.n >= sizeof(path))
			return err_set(e, ERR_LIMIT, "too long a path");
		(void)snprintf(path, sizeof(path), SPAN_FMT, SPAN_ARG(c->files[i].path));
		if (box_run_word(r, path, false, e) != 0)
			return -1;
	}
	return 0;
}

int command_add(struct box_run *r, const struct language_words *words, const struct command *c,
	struct err *e)
{
	for (size_t i = 0; i < words->n; i++) {
		const char *word = words->v[i];
		int rc = 0;

		if (strcmp(word, "{sources}") == 0)
			rc = add_sources(r, c, e);
		else if (strcmp(word, "{header}") != 0)
			rc = add_replaced(r, word, c, e);
		else if (c->header[0] != '\0')
			rc = box_run_word(r, c->header, false, e);
		if (rc != 0)
			return -1;
	}
	return 0;
}

int command_start(struct box_run *r, const struct judge_program *p, int memory_mib, struct err *e)
{
	static const char *const script[] = { "/program/run" };
	struct command c = { .language = p->language,
		.entry = p->entry,
		.class = p->class,
		.memory_mib = memory_mib,
		.header = "" };
	struct language_words words = { script, 1 };

	if (p->language != NULL)
		words = p->language->run;
	return command_add(r, &words, &c, e);
}

int command_flags(struct box_run *r, struct arena *m, struct span flags, struct err *e)
{
	struct span word;

	while (flags_next(&flags, m, &word)) {
		if (box_run_word(r, word.p, false, e) != 0)
			return -1;
	}
	return 0;
}

int command_environment(struct box_run *r, const struct language *l, struct err *e)
{
	static const char *const always[] = { "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp",
		"LANG=C.UTF-8" };

	for (size_t i = 0; i < countof(always); i++) {
		if (box_run_word(r, always[i], true, e) != 0)
			return -1;
	}
	for (size_t i = 0; l != NULL && i < l->env.n; i++) {
		if (box_run_word(r, l->env.v[i], true, e) != 0)
			return -1;
	}
	return 0;
}

int engine_mounts(struct box_open *o, const struct language *l, struct err *e)
{
	struct stat st;

	if (box_open_mount(o, "/usr", "/usr", e) != 0)
		return -1;
	if (stat("/etc/ld.so.cache", &st) == 0 &&
		box_open_mount(o, "/etc/ld.so.cache", "/etc/ld.so.cache", e) != 0)
		return -1;
	/* Scripts may count on cc and c++, which Debian finds by way of this folder. */
	if (l == NULL && stat("/etc/alternatives", &st) == 0 &&
		box_open_mount(o, "/etc/alternatives", "/etc/alternatives", e) != 0)
		return -1;
	for (size_t i = 0; l != NULL && i < l->mounts.n; i++) {
		const char *path = l->mounts.v[i];

		if (stat(path, &st) == 0 && box_open_mount(o, path, path, e) != 0)
			return -1;
	}
	return 0;
}
