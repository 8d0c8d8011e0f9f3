/*
 * A list goes in by batches, whose memory is used again and again: what a list costs does not grow
 * with its length but for a mark of each handle (so that one that stands twice is found) and the
 * report.
 */
#include "model/member_import.h"

#include <string.h>

#include "base/buf.h"
#include "base/csv.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "db/db.h"
#include "model/member_group.h"

enum column {
	NAME,
	EMAIL,
	PHONE,
	HANDLE,
	GROUP,
	YEAR,
	SECTION,
	N_COLUMNS
};

static const struct {
	const char *name;
	enum column column;
} column_names[] = {
	{ "name", NAME },
	{ "email", EMAIL },
	{ "mail", EMAIL },
	{ "e-mail", EMAIL },
	{ "phone", PHONE },
	{ "handle", HANDLE },
	{ "codeforces", HANDLE },
	{ "group", GROUP },
	{ "year", YEAR },
	{ "section", SECTION },
};

enum {
	MOST_FIELDS = 40, // of a line; what stands in columns without a known name is passed over
	SCRATCH_KEEP = 1024 * 1024,
	SCRATCH_MOST = 4 * MEMBER_MAX_CSV,
	NOWHERE = -1
};

struct group_id {
	struct span name;
	int64_t id;
	bool is_mine;
};

struct batch {
	size_t n;
	int64_t line[MEMBER_BATCH];
	int64_t group[MEMBER_BATCH];
	struct span name[MEMBER_BATCH];
	struct span email[MEMBER_BATCH];
	struct span phone[MEMBER_BATCH];
	struct span handle[MEMBER_BATCH];
};

struct import {
	struct tx tx;
	struct arena *m;       // what lasts to the end
	struct arena *scratch; // of one batch
	const struct member_access *a;
	struct csv csv;
	int at[N_COLUMNS]; // where each column stands, or NOWHERE
	size_t n_named;    // columns that the first line has
	struct group_id *groups;
	size_t n_groups;
	size_t n_made;
	uint64_t *marks; // of the handles that were there, by hash
	struct batch batch;
	struct buf report;
	struct member_report counts;
};

#define N_MARKS (1U << 18) // more than twice MEMBER_MAX_LINES

/* ---- the report ---- */

static void bad_line(struct import *i, size_t line, const char *why)
{
	i->counts.n_bad++;
	buf_addf(&i->report, "%zu,", line);
	csv_put(&i->report, span_of(why));
	buf_addc(&i->report, '\n');
}

/* ---- columns ---- */

static bool is_heading(struct import *i, const struct span *v, size_t n)
{
	size_t known = 0;

	for (size_t c = 0; c < N_COLUMNS; c++)
		i->at[c] = NOWHERE;
	for (size_t k = 0; k < n; k++) {
		for (size_t c = 0; c < countof(column_names); c++) {
			if (!span_ieq(v[k], span_of(column_names[c].name)) ||
				i->at[column_names[c].column] != NOWHERE)
				continue;
			i->at[column_names[c].column] = (int)k;
			known++;
		}
	}
	return i->at[NAME] != NOWHERE && (known > 1 || n == 1);
}

/* The first line, which is one of people if it names no columns. */
static void read_heading(struct import *i)
{
	struct csv from = i->csv;
	struct span v[MOST_FIELDS];
	size_t n;

	if (csv_next(&i->csv, i->scratch, v, MOST_FIELDS, &n) == CSV_RECORD && n <= MOST_FIELDS &&
		is_heading(i, v, n)) {
		i->n_named = n;
		return;
	}
	i->csv = from;
	for (size_t c = 0; c < N_COLUMNS; c++)
		i->at[c] = (int)c;
	i->n_named = N_COLUMNS;
}

/* ---- groups ---- */

static int load_groups(struct import *i, struct err *e)
{
	struct rows rows;

	if (db_many(i->tx.db, i->m, q_member_group_names, NO_ARGS, &rows, e) != 0)
		return -1;
	i->groups = arena_new_array(i->m, struct group_id, rows.n + MEMBER_MAX_GROUPS);
	for (size_t k = 0; k < rows.n; k++) {
		int64_t id = row_i64(&rows.v[k], member_group_names_id);

		i->groups[i->n_groups++] =
			(struct group_id){ row_text(&rows.v[k], member_group_names_name), id,
				member_has_group(i->a, id) };
	}
	return 0;
}

/* 0 with *why set: the line is bad. */
static int find_group(struct import *i, const struct member_group_new *g, int64_t *id,
	const char **why, struct err *e)
{
	struct err refused = { .kind = ERR_NONE };

	*id = 0;
	if (g->name.n == 0) {
		if (!i->a->everybody)
			*why = "names no group of yours";
		return 0;
	}
	for (size_t k = 0; k < i->n_groups; k++) {
		if (!span_eq(i->groups[k].name, g->name))
			continue;
		*id = i->groups[k].id;
		if (!i->groups[k].is_mine)
			*why = "the group is somebody else's";
		return 0;
	}
	if (i->n_made == MEMBER_MAX_GROUPS) {
		*why = "too many new groups";
		return 0;
	}
	if (member_group_add_in(&i->tx, i->m, i->a, g, id, &refused) != 0) {
		if (refused.kind != ERR_INVALID) {
			*e = refused;
			return -1;
		}
		*why = arena_printf(i->scratch, "%s", refused.text);
		return 0;
	}
	i->n_made++;
	i->groups[i->n_groups++] = (struct group_id){ arena_span(i->m, g->name), *id, true };
	return 0;
}

/* ---- lines ---- */

static bool is_utf8(const struct span *v, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		if (!utf8_valid(v[k].p, v[k].n))
			return false;
	}
	return true;
}

static struct span field(const struct import *i, const struct span *v, size_t n, enum column c)
{
	int at = i->at[c];

	return at != NOWHERE && (size_t)at < n ? span_trim(csv_plain(v[at])) : SPAN("");
}

/* True if that handle, in whatever case, stood in the list before. */
static bool is_twice(struct import *i, struct span handle)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t k = 0; k < handle.n; k++) {
		char c = handle.p[k];

		hash ^= (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
		hash *= UINT64_C(1099511628211);
	}
	hash |= hash == 0;
	for (size_t at = hash % N_MARKS;; at = (at + 1) % N_MARKS) {
		if (i->marks[at] == hash)
			return true;
		if (i->marks[at] == 0) {
			i->marks[at] = hash;
			return false;
		}
	}
}

/* What is wrong with the line, or NULL. */
static const char *check_line(
	struct import *i, const struct span *v, size_t n, struct member_new *out, int64_t *year)
{
	struct span text = field(i, v, n, YEAR);
	struct err why = { .kind = ERR_NONE };
	uint64_t number = 0;

	*out = (struct member_new){ .name = field(i, v, n, NAME),
		.email = field(i, v, n, EMAIL),
		.phone = field(i, v, n, PHONE),
		.handle = field(i, v, n, HANDLE) };
	if (member_check(out, &why) != 0)
		return arena_printf(i->scratch, "%s", why.text);
	if (text.n > 0 && !span_u64(text, 2200, &number))
		return "a year is a number from 1900 to 2200";
	*year = (int64_t)number;
	if (out->handle.n > 0 && is_twice(i, out->handle))
		return "the handle stands in an earlier line";
	return NULL;
}

static void put_line(struct import *i, const struct member_new *one)
{
	struct batch *b = &i->batch;

	b->line[b->n] = (int64_t)i->csv.line;
	b->group[b->n] = one->group_id;
	b->name[b->n] = one->name;
	b->email[b->n] = one->email;
	b->phone[b->n] = one->phone;
	b->handle[b->n] = one->handle;
	b->n++;
}

static int take_line(struct import *i, const struct span *v, size_t n, struct err *e)
{
	struct member_group_new group;
	struct member_new one;
	const char *why = NULL;
	int64_t year = 0;

	if (n > i->n_named)
		why = "has more columns than the first line";
	else if (!is_utf8(v, n))
		why = "is not UTF-8";
	else
		why = check_line(i, v, n, &one, &year);
	if (why == NULL) {
		group = (struct member_group_new){ field(i, v, n, GROUP), year,
			field(i, v, n, SECTION) };
		if (find_group(i, &group, &one.group_id, &why, e) != 0)
			return -1;
	}
	if (why == NULL)
		put_line(i, &one);
	else
		bad_line(i, i->csv.line, why);
	return 0;
}

/* ---- batches ---- */

static int write_batch(struct import *i, struct err *e)
{
	const struct batch *b = &i->batch;
	struct rows rows;

	if (b->n == 0) {
		arena_reset(i->scratch);
		return 0;
	}
	if (db_many(i->tx.db, i->scratch, q_member_import_rows,
		    ARGS(arg_bool(i->a->everybody), arg_i64s(i->a->groups, i->a->n_groups),
			    arg_i64s(b->line, b->n), arg_i64s(b->group, b->n),
			    arg_texts(b->name, b->n), arg_texts(b->email, b->n),
			    arg_texts(b->phone, b->n), arg_texts(b->handle, b->n)),
		    &rows, e) != 0)
		return -1;
	i->counts.n_added += (int64_t)(b->n - rows.n);
	for (size_t k = 0; k < rows.n; k++) {
		if (row_bool(&rows.v[k], member_import_rows_is_changed))
			i->counts.n_changed++;
		else
			bad_line(i, (size_t)row_i64(&rows.v[k], member_import_rows_line),
				"the member is in somebody else's group");
	}
	i->batch.n = 0;
	arena_reset(i->scratch);
	return 0;
}

static int read_lines(struct import *i, struct err *e)
{
	struct span v[MOST_FIELDS];
	enum csv_result r;
	size_t n;

	while ((r = csv_next(&i->csv, i->scratch, v, MOST_FIELDS, &n)) != CSV_END) {
		if (++i->counts.n_lines > MEMBER_MAX_LINES)
			return err_set(
				e, ERR_LIMIT, "the list has more than %d lines", MEMBER_MAX_LINES);
		if (r == CSV_BROKEN)
			bad_line(i, i->csv.line, "a quotation mark has no partner");
		else if (n > MOST_FIELDS)
			bad_line(i, i->csv.line, "has more columns than the first line");
		else if (take_line(i, v, n, e) != 0)
			return -1;
		if ((i->batch.n == MEMBER_BATCH || arena_used(i->scratch) > SCRATCH_KEEP) &&
			write_batch(i, e) != 0)
			return -1;
	}
	return write_batch(i, e);
}

static int keep_report(struct import *i, int64_t *id, struct err *e)
{
	const struct member_report *c = &i->counts;
	struct span report;
	struct row row;

	if (buf_finish(&i->report, &report, e) != 0 ||
		db_one(i->tx.db, i->m, q_member_import_add,
			ARGS(arg_i64(i->a->user_id), arg_i64(c->n_lines), arg_i64(c->n_added),
				arg_i64(c->n_changed), arg_i64(c->n_bad), arg_text(report)),
			&row, e) != 0)
		return -1;
	*id = row_i64(&row, member_import_add_id);
	return 0;
}

static int run(struct import *i, struct db *d, int64_t *id, struct err *e)
{
	struct row row;

	if (tx_begin(d, &i->tx, e) != 0 ||
		db_one(d, i->m, q_member_import_begin, NO_ARGS, &row, e) != 0 ||
		load_groups(i, e) != 0)
		return -1;
	read_heading(i);
	if (read_lines(i, e) != 0)
		return -1;
	if (i->counts.n_lines == 0)
		return err_set(e, ERR_INVALID, "the list has no line of anybody");
	return keep_report(i, id, e) == 0 ? tx_commit(&i->tx, e) : -1;
}

int member_import(struct db *d, struct arena *m, const struct member_access *a, struct span text,
	int64_t *id, struct err *e)
{
	struct import *i = arena_new_one(m, struct import);
	int rc;

	if (!csv_decode(m, text, MEMBER_MAX_TEXT, &text))
		return err_set(e, ERR_LIMIT, "the list has more than %d MiB",
			MEMBER_MAX_TEXT / (1024 * 1024));
	if (memchr(text.p != NULL ? text.p : "", '\0', text.n) != NULL)
		return err_set(e, ERR_INVALID, "that is no list but some other kind of file");
	i->m = m;
	i->scratch = arena_new(SCRATCH_MOST);
	i->a = a;
	i->marks = arena_new_array(m, uint64_t, N_MARKS);
	buf_init(&i->report, MEMBER_MAX_REPORT);
	csv_begin(&i->csv, text);
	rc = run(i, d, id, e);
	tx_rollback(&i->tx);
	buf_free(&i->report);
	arena_free(i->scratch);
	return rc;
}

int member_import_get(struct db *d, struct arena *m, int64_t user_id, int64_t id,
	struct member_report *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_member_import_get, ARGS(arg_i64(user_id), arg_i64(id)), &row, e) != 0)
		return err_absent(e, "no such report");
	*out = (struct member_report){ .n_lines = row_i64(&row, member_import_get_n_lines),
		.n_added = row_i64(&row, member_import_get_n_added),
		.n_changed = row_i64(&row, member_import_get_n_changed),
		.n_bad = row_i64(&row, member_import_get_n_bad),
		.report = row_text(&row, member_import_get_report) };
	return 0;
}
