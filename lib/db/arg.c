/*
 * Arguments travel in PostgreSQL's binary form where that is simpler and cheaper than text:
 * numbers, times, text, bytea, json and arrays of these. The rest (uuid, inet, interval, tid, ...)
 * travels as text and is read by the type's own input function on the server.
 */
#include "db/arg.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/limits.h"
#include "db/oid.h"

#define EPOCH_2000_US INT64_C(946684800000000) // PostgreSQL counts from 2000-01-01

enum {
	FORMAT_TEXT,
	FORMAT_BINARY
};

struct arg arg_null(void)
{
	return (struct arg){ .type = ARG_NULL };
}

struct arg arg_i64(int64_t v)
{
	return (struct arg){ .type = ARG_I64, .number = v };
}

struct arg arg_bool(bool v)
{
	return (struct arg){ .type = ARG_BOOL, .number = v };
}

struct arg arg_text(struct span s)
{
	return (struct arg){ .type = s.p != NULL ? ARG_TEXT : ARG_NULL, .text = s };
}

struct arg arg_str(const char *s)
{
	return arg_text(span_of(s));
}

struct arg arg_bytes(struct span s)
{
	return (struct arg){ .type = s.p != NULL ? ARG_BYTES : ARG_NULL, .text = s };
}

struct arg arg_time(int64_t unix_us)
{
	return (struct arg){ .type = unix_us != INT64_MIN ? ARG_TIME : ARG_NULL,
		.number = unix_us };
}

struct arg arg_i64s(const int64_t *v, size_t n)
{
	return (struct arg){ .type = ARG_I64_ARRAY, .numbers = v, .n = n };
}

struct arg arg_texts(const struct span *v, size_t n)
{
	return (struct arg){ .type = ARG_TEXT_ARRAY, .texts = v, .n = n };
}

struct arg arg_end(void)
{
	return (struct arg){ .type = ARG_END };
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* The width of an integer or time type in bytes; 0 if it is none. */
static size_t number_width(uint32_t oid)
{
	switch (oid) {
	case OID_INT8:
	case OID_TIMESTAMPTZ:
		return 8;
	case OID_INT4:
		return 4;
	case OID_INT2:
		return 2;
	default:
		return 0;
	}
}

/* Writes the value in network order; false if the type cannot hold it. */
static bool number_put(char *out, uint32_t oid, int64_t v)
{
	uint32_t wide[2];
	uint32_t middle;
	uint16_t narrow;

	switch (number_width(oid)) {
	case 8:
		wide[0] = htonl((uint32_t)((uint64_t)v >> 32));
		wide[1] = htonl((uint32_t)v);
		memcpy(out, wide, 8);
		return true;
	case 4:
		middle = htonl((uint32_t)v);
		memcpy(out, &middle, 4);
		return v >= INT32_MIN && v <= INT32_MAX;
	default:
		narrow = htons((uint16_t)v);
		memcpy(out, &narrow, 2);
		return v >= INT16_MIN && v <= INT16_MAX;
	}
}

static bool time_put(char *out, int64_t unix_us)
{
	if (unix_us < INT64_MIN + 1 + EPOCH_2000_US)
		return false;
	return number_put(out, OID_TIMESTAMPTZ, unix_us - EPOCH_2000_US);
}

/* ---- arrays ---------------------------------------------------------------------------------- */

static void put_u32(struct buf *b, uint32_t v)
{
	uint32_t net = htonl(v);

	buf_add(b, &net, sizeof(net));
}

static void put_array_head(struct buf *b, uint32_t element, size_t n, bool has_null)
{
	put_u32(b, n > 0);
	put_u32(b, has_null);
	put_u32(b, element);
	if (n == 0)
		return;
	put_u32(b, (uint32_t)n);
	put_u32(b, 1); // lower bound
}

static bool put_numbers(struct buf *b, uint32_t element, const struct arg *a)
{
	bool times = element == OID_TIMESTAMPTZ;
	size_t width = number_width(element);
	bool has_null = false;

	for (size_t i = 0; times && i < a->n; i++)
		has_null = has_null || a->numbers[i] == INT64_MIN;
	put_array_head(b, element, a->n, has_null);
	for (size_t i = 0; i < a->n; i++) {
		char value[8];

		if (times && a->numbers[i] == INT64_MIN) {
			put_u32(b, UINT32_MAX);
			continue;
		}
		if (times ? !time_put(value, a->numbers[i])
			  : !number_put(value, element, a->numbers[i]))
			return false;
		put_u32(b, (uint32_t)width);
		buf_add(b, value, width);
	}
	return true;
}

static void put_texts(struct buf *b, uint32_t element, const struct arg *a)
{
	bool versioned = element == OID_JSONB; // its binary form begins with the number 1
	bool has_null = false;

	for (size_t i = 0; i < a->n; i++)
		has_null = has_null || a->texts[i].p == NULL;
	put_array_head(b, element, a->n, has_null);
	for (size_t i = 0; i < a->n; i++) {
		struct span s = a->texts[i];

		if (s.p == NULL) {
			put_u32(b, UINT32_MAX);
			continue;
		}
		if (s.n > INT32_MAX - 1)
			buf_fail(b);
		put_u32(b, (uint32_t)s.n + versioned);
		if (versioned)
			buf_addc(b, 1);
		buf_add_span(b, s);
	}
}

/* {"a","b\"c",NULL}: for element types that are sent as text. */
static void put_literal(struct buf *b, const struct arg *a)
{
	buf_addc(b, '{');
	for (size_t i = 0; i < a->n; i++) {
		struct span s = a->texts[i];

		if (i > 0)
			buf_addc(b, ',');
		if (s.p == NULL) {
			buf_adds(b, "NULL");
			continue;
		}
		buf_addc(b, '"');
		for (size_t k = 0; k < s.n; k++) {
			if (s.p[k] == '"' || s.p[k] == '\\')
				buf_addc(b, '\\');
			buf_addc(b, s.p[k]);
		}
		buf_addc(b, '"');
	}
	buf_adds(b, "}");
	buf_addc(b, '\0');
}

/* The element type of an array whose elements travel in binary form; 0: they travel as text. */
static uint32_t array_element(uint32_t oid)
{
	switch (oid) {
	case OID_BYTEA_ARRAY:
		return OID_BYTEA;
	case OID_INT2_ARRAY:
		return OID_INT2;
	case OID_INT4_ARRAY:
		return OID_INT4;
	case OID_INT8_ARRAY:
		return OID_INT8;
	case OID_TEXT_ARRAY:
		return OID_TEXT;
	case OID_TIMESTAMPTZ_ARRAY:
		return OID_TIMESTAMPTZ;
	case OID_JSONB_ARRAY:
		return OID_JSONB;
	default:
		return 0;
	}
}

/* ---- one argument ---------------------------------------------------------------------------- */

enum outcome {
	DONE,
	IN_SCRATCH, // the value lies in the scratch buffer, from p->at[i]
	WRONG_TYPE,
	OUT_OF_RANGE
};

static void place(struct params *p, size_t i, const char *value, size_t n, int format)
{
	p->values[i] = value;
	p->lengths[i] = (int)n;
	p->formats[i] = format;
}

static enum outcome encode_number(struct params *p, size_t i, uint32_t oid, const struct arg *a)
{
	size_t width = number_width(oid);

	if (a->type == ARG_BOOL) {
		p->small[i][0] = (char)a->number;
		place(p, i, p->small[i], 1, FORMAT_BINARY);
		return oid == OID_BOOL ? DONE : WRONG_TYPE;
	}
	if (width == 0 || (a->type == ARG_TIME) != (oid == OID_TIMESTAMPTZ))
		return WRONG_TYPE;
	place(p, i, p->small[i], width, FORMAT_BINARY);
	if (a->type == ARG_TIME ? time_put(p->small[i], a->number)
				: number_put(p->small[i], oid, a->number))
		return DONE;
	return OUT_OF_RANGE;
}

static enum outcome encode_text(
	struct params *p, struct buf *scratch, size_t i, uint32_t oid, const struct arg *a)
{
	struct span s = a->text;

	if ((a->type == ARG_BYTES) != (oid == OID_BYTEA))
		return WRONG_TYPE;
	if (s.n > DB_MAX_ARGUMENT)
		return OUT_OF_RANGE;
	switch (oid) {
	case OID_BYTEA:
	case OID_TEXT:
	case OID_NAME:
	case OID_JSON:
		place(p, i, s.p, s.n, FORMAT_BINARY);
		return DONE;
	case OID_JSONB:
		place(p, i, NULL, s.n + 1, FORMAT_BINARY);
		buf_addc(scratch, 1);
		buf_add_span(scratch, s);
		return IN_SCRATCH;
	default:
		if (span_has(s, '\0'))
			return OUT_OF_RANGE;
		place(p, i, NULL, s.n, FORMAT_TEXT);
		buf_add_span(scratch, s);
		buf_addc(scratch, '\0');
		return IN_SCRATCH;
	}
}

static enum outcome encode_array(
	struct params *p, struct buf *scratch, size_t i, uint32_t oid, const struct arg *a)
{
	uint32_t element = array_element(oid);
	size_t before = buf_size(scratch);
	bool numeric = number_width(element) > 0;

	if (numeric != (a->type == ARG_I64_ARRAY))
		return WRONG_TYPE;
	if (numeric && !put_numbers(scratch, element, a))
		return OUT_OF_RANGE;
	if (!numeric && element != 0)
		put_texts(scratch, element, a);
	if (element == 0)
		put_literal(scratch, a);
	place(p, i, NULL, buf_size(scratch) - before, element == 0 ? FORMAT_TEXT : FORMAT_BINARY);
	return IN_SCRATCH;
}

static enum outcome encode(
	struct params *p, struct buf *scratch, size_t i, uint32_t oid, const struct arg *a)
{
	switch (a->type) {
	case ARG_NULL:
		place(p, i, NULL, 0, FORMAT_TEXT);
		return DONE;
	case ARG_I64:
	case ARG_BOOL:
	case ARG_TIME:
		return encode_number(p, i, oid, a);
	case ARG_TEXT:
	case ARG_BYTES:
		return encode_text(p, scratch, i, oid, a);
	case ARG_I64_ARRAY:
	case ARG_TEXT_ARRAY:
		return encode_array(p, scratch, i, oid, a);
	case ARG_END:
		break;
	}
	return WRONG_TYPE;
}

int params_encode(struct params *p, struct buf *scratch, const struct stmt_info *s,
	const struct arg *a, struct err *e)
{
	bool lies[DB_MAX_ARGS];
	struct span bytes;
	size_t n = 0;

	while (a != NULL && n <= s->n_args && a[n].type != ARG_END)
		n++;
	if (n != s->n_args)
		return err_set(e, ERR_INTERNAL, "%s takes %zu arguments", s->name, s->n_args);
	buf_reset(scratch);
	for (size_t i = 0; i < s->n_args; i++) {
		p->at[i] = buf_size(scratch);
		switch (encode(p, scratch, i, s->args[i].type, &a[i])) {
		case DONE:
			lies[i] = false;
			break;
		case IN_SCRATCH:
			lies[i] = true;
			break;
		case OUT_OF_RANGE:
			return err_set(
				e, ERR_INVALID, "%s cannot have this value", s->args[i].name);
		case WRONG_TYPE:
			return err_set(e, ERR_INTERNAL, "argument %s of %s has another type",
				s->args[i].name, s->name);
		}
	}
	if (buf_size(scratch) == 0)
		return 0;
	if (buf_finish(scratch, &bytes, e) != 0)
		return -1;
	for (size_t i = 0; i < s->n_args; i++)
		if (lies[i])
			p->values[i] = bytes.p + p->at[i];
	return 0;
}
