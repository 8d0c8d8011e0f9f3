/*
 * Results come in PostgreSQL's text form. All of a statement's rows are copied into one piece of
 * the arena: the row headers, then the cells, then the bytes, each value followed by a NUL.
 */
#include "db/row.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/scan.h"

/* Allocates rows and cells and notes the cells' lengths; returns the sum of bytes, with the NULs.
 */
static size_t rows_measure(const PGresult *res, struct arena *m, struct rows *out)
{
	size_t width = (size_t)PQnfields(res);
	struct row *row = arena_alloc(m, out->n * (sizeof(*row) + width * sizeof(struct span)));
	struct span *cell = (struct span *)(void *)(row + out->n);
	size_t bytes = 0;

	out->v = row;
	for (size_t i = 0; i < out->n; i++, row++) {
		*row = (struct row){ cell, width };
		for (size_t k = 0; k < width; k++, cell++) {
			cell->n = (size_t)PQgetlength(res, (int)i, (int)k);
			bytes += cell->n + 1;
		}
	}
	return bytes;
}

int rows_copy(const PGresult *res, struct arena *m, struct rows *out, struct err *e)
{
	size_t width = (size_t)PQnfields(res);
	size_t bytes;
	struct span *cell;
	char *text;

	*out = (struct rows){ NULL, (size_t)PQntuples(res) };
	if (out->n == 0)
		return 0;
	if (out->n * width > DB_MAX_RESULT / sizeof(*cell))
		return err_set(e, ERR_LIMIT, "the answer has %zu rows", out->n);
	bytes = rows_measure(res, m, out);
	if (bytes > DB_MAX_RESULT)
		return err_set(e, ERR_LIMIT, "the answer is longer than %d bytes", DB_MAX_RESULT);
	text = arena_alloc(m, bytes);
	cell = (struct span *)(void *)((struct row *)(uintptr_t)out->v + out->n);
	for (size_t i = 0; i < out->n; i++)
		for (size_t k = 0; k < width; k++, cell++) {
			if (cell->n == 0 && PQgetisnull(res, (int)i, (int)k))
				continue;
			memcpy(text, PQgetvalue(res, (int)i, (int)k), cell->n);
			cell->p = text;
			text += cell->n + 1;
		}
	return 0;
}

static struct span cell_at(const struct row *r, int column)
{
	assert(column >= 0 && (size_t)column < r->n);
	return r->cells[column];
}

bool row_null(const struct row *r, int column)
{
	return cell_at(r, column).p == NULL;
}

struct span row_text(const struct row *r, int column)
{
	return cell_at(r, column);
}

const char *row_str(const struct row *r, int column)
{
	struct span s = cell_at(r, column);

	return s.p != NULL ? s.p : "";
}

int64_t row_i64(const struct row *r, int column)
{
	struct span s = cell_at(r, column);
	int64_t value = 0;

	if (s.p != NULL && !span_i64(s, &value)) {
		assert(span_is(s, "-9223372036854775808")); // else the column is no whole number
		value = INT64_MIN;
	}
	return value;
}

bool row_bool(const struct row *r, int column)
{
	return span_is(cell_at(r, column), "t");
}

/* "+02", "-03:30", "+01:15:20" as seconds east of UTC. */
static bool scan_offset(struct span *at, int64_t *out)
{
	int part[3] = { 0 };
	int64_t sign = 1;

	if (scan_char(at, '-'))
		sign = -1;
	else if (!scan_char(at, '+'))
		return false;
	if (!scan_digits(at, 2, &part[0]))
		return false;
	for (int i = 1; i < 3 && scan_char(at, ':'); i++)
		if (!scan_digits(at, 2, &part[i]))
			return false;
	*out = sign * (part[0] * 3600 + part[1] * 60 + part[2]);
	return true;
}

/* ".5" is 500000 microseconds. */
static bool scan_fraction(struct span *at, int64_t *out)
{
	int64_t unit = 100000;
	int digit;

	*out = 0;
	if (!scan_char(at, '.'))
		return true;
	for (; unit > 0 && scan_digits(at, 1, &digit); unit /= 10)
		*out += digit * unit;
	return unit < 100000;
}

/* "2026-11-21 14:35:00.25+00" (DateStyle ISO); years after 9999 and BC have other widths. */
static bool parse_time(struct span s, int64_t *out)
{
	struct civil c = { 0 };
	uint64_t year;
	int64_t fraction;
	int64_t east;

	if (!scan_u64(&s, 300000, &year) || !scan_char(&s, '-') || !scan_digits(&s, 2, &c.month) ||
		!scan_char(&s, '-') || !scan_digits(&s, 2, &c.day) || !scan_char(&s, ' ') ||
		!scan_digits(&s, 2, &c.hour) || !scan_char(&s, ':') ||
		!scan_digits(&s, 2, &c.minute) || !scan_char(&s, ':') ||
		!scan_digits(&s, 2, &c.second) || !scan_fraction(&s, &fraction) ||
		!scan_offset(&s, &east))
		return false;
	c.year = scan_lit(&s, " BC") ? 1 - (int)year : (int)year;
	*out = (civil_days(c.year, c.month, c.day) * 86400 + c.hour * 3600 + c.minute * 60 +
		       c.second - east) *
		       1000000 +
	       fraction;
	return scan_end(&s);
}

int64_t row_time(const struct row *r, int column)
{
	struct span s = cell_at(r, column);
	int64_t value = 0;
	bool good;

	if (s.p == NULL)
		return INT64_MIN;
	if (span_is(s, "infinity"))
		return INT64_MAX;
	if (span_is(s, "-infinity"))
		return INT64_MIN + 1;
	good = parse_time(s, &value);
	assert(good); // else the column is no timestamptz
	return value;
}

struct span row_bytes(const struct row *r, int column, struct arena *m)
{
	struct span s = cell_at(r, column);
	char *out;

	if (!scan_lit(&s, "\\x"))
		return SPAN_NONE;
	out = arena_alloc(m, s.n / 2 + 1);
	if (!hex_decode(s, out, s.n / 2))
		return SPAN_NONE;
	return (struct span){ out, s.n / 2 };
}
