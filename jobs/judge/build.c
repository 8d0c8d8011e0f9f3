/*
 * Building: the files go into a fresh box, the compiler runs there, and what it leaves comes out.
 * The box holds nothing else, so a compiler that is led to read files finds none. A program that is
 * one file is taken alone; otherwise the whole folder is, written as an archive by tar in the same
 * box.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "auth/digest.h"
#include "jobs/judge/bout.h"
#include "jobs/judge/core.h"
#include "jobs/judge/plan.h"
#include "judge/tar.h"
#include "os/fd.h"

#define MOST_FILE (UINT64_C(256) << 20)
#define PLACE     "/program/"

struct builder {
	struct judge *judge;
	struct arena *mem;
	const struct plan *plan;
	const struct judge_found *found; // NULL: scripts
	const struct judge_rules *rules;
	struct judge_built *out;
	struct box_handle box;
	struct bout bout;
	char header[BOX_MAX_PATH];
};

static void add_framed(struct buf *b, struct span s)
{
	buf_addf(b, "%zu:", s.n);
	buf_add_span(b, s);
}

static int make_key(const struct plan *p, const struct judge_found *found, struct span entry,
	unsigned char key[JUDGE_KEY], struct err *e)
{
	struct span text;
	BUF_AUTO b;

	buf_init(&b, JUDGE_MAX_ARTIFACT);
	buf_adds(&b, "podium artifact 2\n");
	add_framed(&b, span_of(found != NULL ? found->language->id : ""));
	add_framed(&b, span_of(found != NULL ? found->version : ""));
	for (size_t i = 0; found != NULL && i < found->language->build.n; i++)
		add_framed(&b, span_of(found->language->build.v[i]));
	add_framed(&b, entry);
	for (size_t i = 0; i < p->n_files; i++) {
		add_framed(&b, p->files[i].path);
		add_framed(&b, p->files[i].may_run ? SPAN("x") : SPAN(""));
		add_framed(&b, p->files[i].text);
	}
	if (buf_finish(&b, &text, e) != 0)
		return -1;
	digest_sha256(text, key);
	return 0;
}

/* The compiler on this machine; NULL for scripts. ERR_NOT_FOUND if it is not there. */
static int find_compiler(
	struct judge *j, const struct plan *p, const struct judge_found **out, struct err *e)
{
	*out = NULL;
	if (p->language == NULL)
		return 0;
	if (engine_found(j, p->language, out, e) != 0)
		return -1;
	if ((*out)->is_there)
		return 0;
	return err_set(e, ERR_NOT_FOUND, "this machine does not judge %s: %s", p->language->name,
		(*out)->why);
}

int judge_key(
	struct judge *j, const struct judge_source *s, unsigned char key[JUDGE_KEY], struct err *e)
{
	struct arena *m = arena_new(JUDGE_MAX_ARTIFACT);
	const struct judge_found *found;
	struct plan plan;
	int rc;

	plan_make(&j->languages, m, s, &plan);
	rc = find_compiler(j, &plan, &found, e);
	if (rc == 0)
		rc = make_key(&plan, found, s->entry, key, e);
	arena_free(m);
	return rc;
}

static void limits(const struct builder *b, struct box_run *r)
{
	uint64_t memory = (uint64_t)b->rules->build_mib << 20;

	box_run_init(r, BOX_RUN);
	r->flags = BOX_BUILD | (b->plan->language == NULL ? BOX_EXEC_WORK : 0);
	r->cpu_ms = (uint32_t)b->rules->build_ms;
	r->wall_ms = (uint32_t)b->rules->build_ms * 2 + 5000;
	r->processes = 256;
	r->files = 1024;
	r->inodes = 20000;
	r->memory = memory;
	r->disk = memory;
	r->file_size = MOST_FILE;
}

static int open_box(struct builder *b, int core, struct err *e)
{
	static struct box_open ask;

	ask = (struct box_open){ .version = BOX_VERSION, .core = core };
	if (engine_mounts(&ask, b->plan->language, e) != 0)
		return -1;
	if (b->header[0] != '\0' && box_open_mount(&ask, b->header, "/header", e) != 0)
		return -1;
	return engine_box(b->judge, &ask, &b->box, e);
}

static int put_files(struct builder *b, struct err *e)
{
	static struct box_run how;
	struct err why = { .kind = ERR_NONE };

	limits(b, &how);
	if (engine_put(&b->box, &how, b->plan->files, b->plan->n_files, &why) == 0)
		return 0;
	if (why.kind != ERR_INVALID) {
		*e = why;
		return -1;
	}
	b->out->why = arena_printf(b->mem, "%s", why.text); // names that exclude each other
	return 0;
}

static int run(struct builder *b, const struct language_words *words, struct buf *keep,
	bool together, struct err *e)
{
	static struct box_run r;
	struct command c = { .language = b->plan->language,
		.entry = b->plan->entry,
		.class = b->plan->class,
		.memory_mib = b->rules->build_mib,
		.header = b->header[0] != '\0' ? "-I/header" : "",
		.files = b->plan->files,
		.n_files = b->plan->n_files };

	limits(b, &r);
	r.flags |= BOX_KEEP;
	if (command_add(&r, words, &c, e) != 0 ||
		command_environment(&r, b->plan->language, e) != 0)
		return -1;
	b->bout = (struct bout){ .box = &b->box,
		.run = &r,
		.input = -1,
		.most = JUDGE_MAX_ARTIFACT,
		.keep = keep,
		.keep_most = together ? JUDGE_MAX_BUILD_TEXT : JUDGE_MAX_ARTIFACT,
		.together = together };
	if (together)
		b->bout.most = BOX_MAX_MEMORY; // a flood of messages is read and dropped
	return bout_run(&b->bout, e);
}

static bool went_well(const struct box_result *r)
{
	return r->how == BOX_EXITED && r->code == 0 && r->marks == 0;
}

/* In one line, what the compiler itself may not have said. */
static void say_why(struct builder *b)
{
	const struct box_result *r = &b->bout.result;

	if ((r->marks & (BOX_CPU_LIMIT | BOX_WALL_LIMIT)) != 0)
		b->out->why = arena_printf(
			b->mem, "compiling took longer than %d s", b->rules->build_ms / 1000);
	else if ((r->marks & BOX_MEMORY_LIMIT) != 0)
		b->out->why = arena_printf(
			b->mem, "compiling took more than %d MiB of memory", b->rules->build_mib);
	else if ((r->marks & BOX_NOT_STARTED) != 0)
		b->out->why = arena_printf(
			b->mem, "the build cannot be started: %s", err_reason(r->code));
	else if (r->how == BOX_SIGNALED)
		b->out->why = arena_printf(b->mem, "compiling was ended by signal %d", r->code);
}

static int compile(struct builder *b, struct err *e)
{
	static const char *const script[] = { "/box/build" };
	struct language_words words = { script, 1 };
	struct buf said;
	struct span text;
	int rc;

	if (b->plan->language != NULL)
		words = b->plan->language->build;
	else if (!b->plan->has_build)
		words.n = 0;
	b->out->ok = true;
	if (words.n == 0)
		return 0;
	buf_init(&said, JUDGE_MAX_BUILD_TEXT);
	rc = run(b, &words, &said, true, e);
	b->out->cpu_us = b->bout.result.cpu_us;
	b->out->ok = rc == 0 && went_well(&b->bout.result);
	if (rc == 0 && !b->out->ok)
		say_why(b);
	if (rc == 0)
		rc = buf_finish(&said, &text, e);
	if (rc == 0)
		b->out->text = engine_text(b->mem, text);
	buf_free(&said);
	return rc;
}

/* The one file that is run, as the language's command names it; NULL if all of them may be. */
static const char *single_of(const struct language *l)
{
	for (size_t i = 0; l != NULL && l->build.n > 0 && i < l->run.n; i++) {
		if (strncmp(l->run.v[i], PLACE, strlen(PLACE)) == 0 &&
			strchr(l->run.v[i], '{') == NULL)
			return l->run.v[i] + strlen(PLACE);
	}
	return NULL;
}

static int add_manifest(const struct builder *b, struct buf *artifact, struct err *e)
{
	const struct plan *p = b->plan;
	const char *text = arena_printf(b->mem, "%s\n%s\n%s\n",
		p->language != NULL ? p->language->id : "-", p->entry, p->class);
	struct tar_file f = { SPAN(JUDGE_MANIFEST), span_of(text), false };

	return tar_add(artifact, &f, e);
}

static int fetch_single(struct builder *b, const char *name, struct buf *artifact, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct tar_file f = { .path = span_of(name), .may_run = true };
	uint64_t size = 0;
	FD_AUTO fd = -1;
	void *at;
	int rc;

	if (box_fetch(&b->box, name, false, &fd, &size, &why) != 0) {
		if (why.kind == ERR_TEMPORARY) {
			*e = why;
			return -1;
		}
		b->out->why = "the compiler left no program";
		return 0;
	}
	if (size == 0 || size > JUDGE_MAX_ARTIFACT / 2) {
		b->out->why = "the program is empty, or too large";
		return 0;
	}
	at = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		return err_set(e, ERR_TEMPORARY, "no memory for a program");
	f.text = (struct span){ at, (size_t)size };
	rc = tar_add(artifact, &f, e);
	(void)munmap(at, (size_t)size);
	return rc;
}

/* What tar wrote, each file written anew: nothing of the archive itself is believed. */
static int take_archive(struct builder *b, struct span bytes, struct buf *artifact, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct tar t;
	struct tar_file f;
	size_t n = 0;
	int more;

	tar_start(&t, bytes);
	while ((more = tar_next(&t, &f, &why)) == 1 && ++n <= JUDGE_MAX_FILES) {
		if (span_is(f.path, JUDGE_MANIFEST))
			continue;
		if (tar_add(artifact, &f, e) != 0)
			return -1;
	}
	if (more != 0)
		b->out->why = "the build left too many files, or some with unusable names";
	return 0;
}

static int fetch_all(struct builder *b, struct buf *artifact, struct err *e)
{
	static const char *const tar[] = { "/bin/tar", "--format=ustar", "-cf", "-", "." };
	struct language_words words = { tar, countof(tar) };
	struct err why = { .kind = ERR_NONE };
	struct span bytes;
	BUF_AUTO all;

	buf_init(&all, JUDGE_MAX_ARTIFACT);
	if (run(b, &words, &all, false, e) != 0)
		return -1;
	if (!went_well(&b->bout.result) || b->bout.flooded || buf_finish(&all, &bytes, &why) != 0) {
		b->out->why = "what the build left is too large, or has unusable names";
		return 0;
	}
	return take_archive(b, bytes, artifact, e);
}

static int collect(struct builder *b, struct buf *artifact, struct err *e)
{
	const char *single = single_of(b->plan->language);
	struct err why = { .kind = ERR_NONE };
	struct span all;

	if (add_manifest(b, artifact, e) != 0)
		return -1;
	if (single != NULL ? fetch_single(b, single, artifact, e) : fetch_all(b, artifact, e))
		return -1;
	tar_end(artifact);
	if (b->out->why[0] == '\0' && buf_finish(artifact, &all, &why) != 0)
		b->out->why = "what the build left is too large";
	return 0;
}

static int build_once(struct builder *b, struct buf *artifact, struct err *e)
{
	struct core core;
	int rc = core_claim(&core, JUDGE_CORE_WAIT_MS, e);

	b->out->why = "";
	b->out->text = SPAN("");
	b->box.conn = -1;
	if (rc == 0)
		rc = open_box(b, core.number, e);
	if (rc == 0)
		rc = put_files(b, e);
	if (rc == 0 && b->out->why[0] == '\0')
		rc = compile(b, e);
	if (rc == 0 && b->out->ok && b->out->why[0] == '\0')
		rc = collect(b, artifact, e);
	box_close(&b->box);
	core_release(&core);
	if (b->out->why[0] != '\0')
		b->out->ok = false;
	if (rc != 0 || !b->out->ok)
		buf_reset(artifact);
	return rc;
}

static int build(struct builder *b, struct buf *artifact, struct err *e)
{
	int repeats = 0, rc;

	do
		rc = build_once(b, artifact, e);
	while (rc == 0 && bout_was_killed(&b->bout) && repeats++ < BOUT_MOST_REPEATS);
	return rc;
}

int judge_build(struct judge *j, struct arena *m, const struct judge_source *s,
	const struct judge_rules *r, struct judge_built *out, struct err *e)
{
	static struct builder b; // large
	struct plan plan;

	*out = (struct judge_built){
		.artifact = out->artifact, .text = SPAN(""), .version = SPAN(""), .why = ""
	};
	plan_make(&j->languages, m, s, &plan);
	if (plan.why != NULL) {
		out->why = plan.why;
		return 0;
	}
	b = (struct builder){ .judge = j, .mem = m, .plan = &plan, .rules = r, .out = out };
	if (find_compiler(j, &plan, &b.found, e) != 0)
		return -1;
	if (b.found != NULL) {
		out->version = arena_span(m, span_of(b.found->version));
		if (engine_header(j, b.found, b.header, e) != 0)
			return -1;
	}
	return build(&b, out->artifact, e);
}
