#include "model/problem_import.h"

#include <stdio.h>

#include "auth/envelope.h"
#include "base/attr.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "db/db.h"
#include "model/job.h"
#include "model/user.h"
#include "net/json.h"
#include "os/fd.h"

static const char *const levels[] = { "note", "warning", "error" };

/* 0: the reader sees all. */
static int64_t sees(const struct user *reader)
{
	return user_has(reader, ROLE_JURY) ? 0 : reader->id;
}

/* ---- sending in ------------------------------------------------------------------------------ */

/* The signature of a zip's first entry, or of one without any. */
static bool is_zip(struct span s)
{
	return span_starts(s, "PK\003\004") || span_starts(s, "PK\005\006");
}

static int check(const struct problem_import_new *n, struct err *e)
{
	if (n->seal == NULL)
		return err_set(e, ERR_TEMPORARY, "ENCRYPTION_KEY is not set: nothing can be kept");
	if (n->zip.n == 0)
		return err_field(e, "package", "choose a package");
	if (n->zip.n > IMPORT_MAX_ZIP)
		return err_field(e, "package", "a package has at most %d MiB",
			IMPORT_MAX_ZIP / (1024 * 1024));
	if (!is_zip(n->zip))
		return err_field(e, "package", "this is no zip file");
	return 0;
}

/* Piece by piece, in a small arena of its own. */
static int add_pieces(struct db *d, const struct problem_import_new *n, int64_t id, struct arena *m,
	struct err *e)
{
	for (size_t at = 0, i = 0; at < n->zip.n; at += PROBLEM_PIECE, i++) {
		struct span sealed, piece = span_sub(n->zip, at, PROBLEM_PIECE);
		const char *purpose;

		arena_reset(m);
		purpose = arena_printf(m, "problem_import_piece:%lld:%zu", (long long)id, i);
		if (envelope_seal(n->seal, m, piece, span_of(purpose), &sealed, e) != 0 ||
			db_exec(d, q_problem_import_add_piece,
				ARGS(arg_i64(id), arg_i64((int64_t)i), arg_bytes(sealed)), NULL,
				e) != 0)
			return -1;
	}
	return 0;
}

static int enqueue(struct tx *tx, struct arena *m, int64_t id, struct err *e)
{
	const struct job_spec spec = { .kind = "problem.import",
		.payload = span_of(arena_printf(m, "{\"import\":%lld}", (long long)id)),
		.unique = span_of(arena_printf(m, "import:%lld", (long long)id)),
		.priority = JOB_PRIORITY_NORMAL };
	int64_t job;

	return job_enqueue(tx, m, &spec, &job, e);
}

static int create_in_tx(struct tx *tx, const struct problem_import_new *n, struct arena *m,
	int64_t *id, struct err *e)
{
	struct span name = span_sub(n->file_name, 0,
		utf8_cut(n->file_name.p, 255 < n->file_name.n ? 255 : n->file_name.n));
	struct row row;

	if (db_one(tx->db, m, q_problem_import_waiting, ARGS(arg_i64(n->user->id)), &row, e) != 0)
		return -1;
	if (row_i64(&row, problem_import_waiting_n) >= IMPORT_MAX_WAIT)
		return err_set(e, ERR_LIMIT,
			"%d packages of yours wait already; send the next one when they are read",
			IMPORT_MAX_WAIT);
	if (db_one(tx->db, m, q_problem_import_add,
		    ARGS(arg_i64(n->user->id),
			    n->problem_id != 0 ? arg_i64(n->problem_id) : arg_null(),
			    arg_text(name.n > 0 ? name : SPAN("package.zip")),
			    arg_i64((int64_t)n->zip.n)),
		    &row, e) != 0)
		return -1;
	*id = row_i64(&row, problem_import_add_id);
	if (enqueue(tx, m, *id, e) != 0)
		return -1;
	return add_pieces(tx->db, n, *id, m, e);
}

int problem_import_create(
	struct db *d, const struct problem_import_new *n, int64_t *id, struct err *e)
{
	struct arena *m;
	TX_AUTO tx = { .db = NULL };
	int rc;

	if (check(n, e) != 0)
		return -1;
	m = arena_new(8 * (size_t)PROBLEM_PIECE);
	rc = tx_begin(d, &tx, e) != 0 || create_in_tx(&tx, n, m, id, e) != 0 ||
			     tx_commit(&tx, e) != 0
		     ? -1
		     : 0;
	arena_free(m);
	if (rc == 0)
		job_wake(d, job_kind_find(SPAN("problem.import"))->queue);
	return rc;
}

/* ---- looking --------------------------------------------------------------------------------- */

static void read_line(struct arena *m, const struct json *from, struct problem_import_line *out)
{
	struct span level = SPAN_NONE;
	int64_t line = 0;

	*out = (struct problem_import_line){ .level = PROBLEM_IMPORT_NOTE };
	(void)json_text(json_get(from, "level"), &level);
	for (size_t i = 0; i < countof(levels); i++)
		if (span_is(level, levels[i]))
			out->level = (enum problem_import_level)i;
	if (json_text(json_get(from, "file"), &out->file))
		out->file = arena_span(m, out->file);
	if (json_text(json_get(from, "text"), &out->text))
		out->text = arena_span(m, out->text);
	if (json_i64(json_get(from, "line"), &line) && line > 0 && line <= INT32_MAX)
		out->line = (int)line;
}

static void read_report(struct arena *m, struct span text, struct problem_import_lines *out)
{
	struct problem_import_line *v;
	struct err e = { 0 };
	JSON_AUTO all = NULL;

	*out = (struct problem_import_lines){ NULL, 0 };
	if (json_parse(text, &all, &e) != 0 || json_length(all) == 0)
		return;
	v = arena_new_array(m, struct problem_import_line, json_length(all));
	for (size_t i = 0; i < json_length(all); i++)
		read_line(m, json_at(all, i), &v[i]);
	*out = (struct problem_import_lines){ v, json_length(all) };
}

/* The columns of the list are those of the single one. */
_Static_assert((int)problem_import_get_report == (int)problem_import_list_report,
	"one function reads the rows of both");

static void fill(struct arena *m, const struct row *r, struct problem_import *out)
{
	*out = (struct problem_import){ .id = row_i64(r, problem_import_get_id),
		.user_id = row_i64(r, problem_import_get_user_id),
		.user_name = row_text(r, problem_import_get_user_name),
		.problem_id = row_i64(r, problem_import_get_problem_id),
		.slug = row_text(r, problem_import_get_slug),
		.name = row_text(r, problem_import_get_name),
		.made_at = row_time(r, problem_import_get_made_at),
		.ended_at = row_time(r, problem_import_get_ended_at),
		.file_name = row_text(r, problem_import_get_file_name),
		.size = row_i64(r, problem_import_get_size),
		.state = (enum problem_import_state)row_i64(r, problem_import_get_state),
		.step = row_text(r, problem_import_get_step) };
	read_report(m, row_text(r, problem_import_get_report), &out->report);
}

int problem_import_get(struct db *d, struct arena *m, const struct user *reader, int64_t id,
	struct problem_import *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_problem_import_get, ARGS(arg_i64(id), arg_i64(sees(reader))), &row, e) !=
		0)
		return -1;
	fill(m, &row, out);
	return 0;
}

int problem_import_list(struct db *d, struct arena *m, const struct user *reader,
	struct problem_imports *out, struct err *e)
{
	struct problem_import *v;
	struct rows rows;

	if (db_many(d, m, q_problem_import_list, ARGS(arg_i64(sees(reader)), arg_i64(IMPORT_SHOWN)),
		    &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct problem_import, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		fill(m, &rows.v[i], &v[i]);
	*out = (struct problem_imports){ v, rows.n };
	return 0;
}

/* ---- the job --------------------------------------------------------------------------------- */

int problem_import_begin(
	struct db *d, struct arena *m, int64_t id, struct problem_import *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_problem_import_begin, ARGS(arg_i64(id)), &row, e) != 0)
		return -1;
	if (row_i64(&row, problem_import_begin_state) != PROBLEM_IMPORT_READS)
		return err_set(e, ERR_CONFLICT, "this import has ended");
	if (db_one(d, m, q_problem_import_get, ARGS(arg_i64(id), arg_i64(0)), &row, e) != 0)
		return -1;
	fill(m, &row, out);
	return 0;
}

struct reading {
	struct db *db;
	const struct envelope *seal;
	int64_t id;
};

static int read_piece(
	const struct reading *r, struct arena *m, size_t i, struct span *out, struct err *e)
{
	const char *purpose = arena_printf(m, "problem_import_piece:%lld:%zu", (long long)r->id, i);
	struct row row;

	if (db_one(r->db, m, q_problem_import_piece, ARGS(arg_i64(r->id), arg_i64((int64_t)i)),
		    &row, e) != 0)
		return -1;
	return envelope_open(r->seal, m, row_bytes(&row, problem_import_piece_sealed, m),
		span_of(purpose), out, e);
}

int problem_import_read(
	struct db *d, const struct envelope *seal, int64_t id, int fd, struct err *e)
{
	const struct reading r = { d, seal, id };
	struct arena *m;
	struct row row;
	int64_t left = 0;
	int rc;

	if (seal == NULL)
		return err_set(e, ERR_TEMPORARY, "ENCRYPTION_KEY is not set: nothing can be read");
	m = arena_new(16 * (size_t)PROBLEM_PIECE);
	rc = db_one(d, m, q_problem_import_get, ARGS(arg_i64(id), arg_i64(0)), &row, e);
	if (rc == 0)
		left = row_i64(&row, problem_import_get_size);
	for (size_t i = 0; rc == 0 && left > 0; i++) {
		struct span piece = SPAN_NONE;

		arena_reset(m);
		rc = read_piece(&r, m, i, &piece, e);
		if (rc == 0)
			rc = fd_write_all(fd, piece, e);
		left -= (int64_t)piece.n;
	}
	arena_free(m);
	return rc;
}

/* At most `most` bytes, well formed whatever it was. */
static struct span shown(struct span s, size_t most)
{
	size_t n = 0;
	uint32_t c;

	while (n < s.n) {
		size_t step = utf8_decode(s.p + n, s.n - n, &c);

		if (step == 0 || n + step > most)
			break;
		n += step;
	}
	return span_sub(s, 0, n);
}

int problem_import_step(struct db *d, int64_t id, const char *step, struct err *e)
{
	return db_exec(d, q_problem_import_step,
		ARGS(arg_i64(id), arg_text(shown(span_of(step), 200))), NULL, e);
}

static void put_line(struct json_out *j, const struct problem_import_line *l)
{
	json_object(j);
	json_key(j, "level");
	json_put_text(j, span_of(levels[l->level]));
	json_key(j, "file");
	json_put_text(j, l->file.n > 0 ? span_sub(l->file, 0, IMPORT_MAX_TEXT) : SPAN_NONE);
	json_key(j, "line");
	json_put_i64(j, l->line);
	json_key(j, "text");
	json_put_text(j, span_sub(l->text, 0, IMPORT_MAX_TEXT));
	json_object_end(j);
}

static void put_report(struct json_out *j, const struct problem_import_lines *report)
{
	size_t n = report->n < IMPORT_MAX_LINES ? report->n : IMPORT_MAX_LINES;
	char text[60];

	json_array(j);
	for (size_t i = 0; i < n; i++)
		put_line(j, &report->v[i]);
	if (n < report->n) {
		struct problem_import_line rest = { .level = PROBLEM_IMPORT_WARNING };

		snprintf(text, sizeof(text), "and %zu more like these", report->n - n);
		rest.text = span_of(text);
		put_line(j, &rest);
	}
	json_array_end(j);
}

int problem_import_end(struct tx *tx, int64_t id, int64_t problem_id,
	const struct problem_import_lines *report, struct err *e)
{
	struct json_out j;
	struct span text;
	BUF_AUTO b;
	struct arena *m;
	struct row row;
	int rc;

	/* A character may take six bytes as JSON writes it. */
	buf_init(&b, (size_t)(IMPORT_MAX_LINES + 1) * (12 * IMPORT_MAX_TEXT + 100));
	json_begin(&j, &b);
	put_report(&j, report);
	if (buf_finish(&b, &text, e) != 0)
		return -1;
	m = arena_new(65536);
	rc = db_one(tx->db, m, q_problem_import_end,
		ARGS(arg_i64(id), problem_id != 0 ? arg_i64(problem_id) : arg_null(),
			arg_text(text)),
		&row, e);
	arena_free(m);
	return rc;
}

int problem_import_purge(struct db *d, struct err *e)
{
	return db_exec(d, q_problem_import_purge, ARGS(arg_i64(IMPORT_KEEP_DAYS)), NULL, e);
}
