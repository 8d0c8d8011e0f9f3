/*
 * A package that was sent in by the web. What is wrong with it is no failure of the job: it stands
 * in the import's report, which its sender reads.
 */
#include "jobs/kind.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include "base/attr.h"
#include "base/limits.h"
#include "jobs/package/import.h"
#include "model/job.h"
#include "model/problem_import.h"
#include "net/json.h"
#include "os/fd.h"
#include "os/log.h"

struct work {
	struct job_ctx *c;
	struct problem_import import;
	struct package_report report;
	bool ended;
};

static void arena_close(struct arena **m)
{
	arena_free(*m);
}

static int payload_id(struct span payload, int64_t *id, struct err *e)
{
	JSON_AUTO root = NULL;

	if (json_parse(payload, &root, e) != 0)
		return -1;
	if (!json_i64(json_get(root, "import"), id))
		return err_set(e, ERR_INVALID, "the payload names no import");
	return 0;
}

static void step(void *to, const char *what)
{
	struct work *w = to;
	struct err why = { .kind = ERR_NONE };

	if (problem_import_step(w->c->db, w->import.id, what, &why) != 0)
		log_err(LOG_WARN, "problem.import.step", &why);
}

static struct problem_import_lines lines_of(const struct package_report *r)
{
	size_t n = 0;
	struct problem_import_line *v;

	for (const struct package_finding *f = r->first; f != NULL; f = f->next)
		n++;
	v = arena_new_array(r->m, struct problem_import_line, n + 2);
	n = 0;
	for (const struct package_finding *f = r->first; f != NULL; f = f->next)
		v[n++] = (struct problem_import_line){ .level = f->level == PACKAGE_ERROR
									? PROBLEM_IMPORT_ERROR
									: PROBLEM_IMPORT_WARNING,
			.file = f->file.n > 0 ? f->file : SPAN_NONE,
			.line = f->line,
			.text = f->text };
	if (r->n > n) {
		v[n] = (struct problem_import_line){
			.level = r->n_errors > 0 ? PROBLEM_IMPORT_ERROR : PROBLEM_IMPORT_WARNING,
			.text = span_of(arena_printf(r->m, "and %zu more", r->n - n))
		};
		n++;
	}
	return (struct problem_import_lines){ v, n };
}

/* The end of import and job, together with what it made; made is NULL if it was refused. */
static int end(void *to, struct tx *tx, const struct problem_made *made, struct err *e)
{
	struct work *w = to;
	struct problem_import_lines lines;

	if (made != NULL)
		import_tell(&w->report, made);
	lines = lines_of(&w->report);
	if (problem_import_end(tx, w->import.id, made != NULL ? made->id : 0, &lines, e) != 0)
		return -1;
	w->ended = true;
	return job_settle(w->c, tx, e);
}

static int refuse(struct work *w, struct err *e)
{
	TX_AUTO tx = { .db = NULL };

	if (tx_begin(w->c->db, &tx, e) != 0 || end(w, &tx, NULL, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

/* The zip, mapped from where its pieces were put together. */
struct mapped {
	void *p;
	size_t n;
};

static void mapped_close(struct mapped *m)
{
	if (m->p != NULL)
		munmap(m->p, m->n);
}

static int map_zip(struct work *w, struct mapped *zip, struct err *e)
{
	FD_AUTO fd = memfd_create("package.zip", MFD_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return err_set(e, ERR_TEMPORARY, "there is no memory for the package");
	if (problem_import_read(w->c->db, w->c->seal, w->import.id, fd, e) != 0)
		return -1;
	if (fstat(fd, &st) != 0 || st.st_size == 0)
		return 0;
	zip->n = (size_t)st.st_size;
	zip->p = mmap(NULL, zip->n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (zip->p != MAP_FAILED)
		return 0;
	zip->p = NULL;
	return err_set(e, ERR_TEMPORARY, "there is no memory for the package");
}

static int take_in(struct work *w, struct err *e)
{
	struct job_ctx *c = w->c;
	const struct import_desk desk = { .db = c->db,
		.conf = c->conf,
		.seal = c->seal,
		.cache = c->cache,
		.actor_id = w->import.user_id,
		.problem_id = w->import.problem_id,
		.step = step,
		.with = end,
		.to = w };
	PACKAGE_TREE_AUTO tree = { .n = 0 };
	struct mapped zip CLEANUP(mapped_close) = { .p = NULL };
	struct problem_made made;
	struct span bytes;

	step(w, "unpacking");
	if (map_zip(w, &zip, e) != 0)
		return -1;
	bytes = zip.p != NULL ? (struct span){ zip.p, zip.n } : SPAN("");
	if (package_tree_zip(&w->report, bytes, w->import.file_name, &tree, e) != 0 ||
		import_tree(&desk, &tree, &w->report, &made, e) != 0)
		return -1;
	log_event(LOG_INFO, "problem.import", LOG_NUMBER("import", w->import.id),
		LOG_NUMBER("problem", made.id), LOG_NUMBER("errors", (long long)w->report.n_errors),
		LOG_NUMBER("findings", (long long)w->report.n));
	return made.id == 0 ? refuse(w, e) : 0;
}

int kind_problem_import(struct job_ctx *c, struct err *e)
{
	struct arena *m CLEANUP(arena_close) = arena_new(PACKAGE_ARENA);
	struct work w = { .c = c };
	int64_t id;
	struct err why = { .kind = ERR_NONE };

	if (payload_id(c->payload, &id, e) != 0)
		return -1;
	if (problem_import_begin(c->db, c->mem, id, &w.import, &why) != 0) {
		if (why.kind == ERR_NOT_FOUND || why.kind == ERR_CONFLICT)
			return 0; // it was taken back, or has ended
		*e = why;
		return -1;
	}
	package_report_init(&w.report, m);
	return take_in(&w, e);
}
