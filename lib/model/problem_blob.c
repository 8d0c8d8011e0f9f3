/*
 * Texts of a piece or less, which nearly all are, go in by the batch: one statement asks which are
 * known and one brings in the others. A longer one goes in by itself, piece by piece. Each batch
 * has an arena of its own that ends with it.
 */
#include "model/problem_blob.h"

#include <string.h>

#include "auth/data_key.h"
#include "base/hex.h"
#include "base/limits.h"
#include "db/db.h"
#include "model/problem_file.h"
#include "os/fd.h"

#define BATCH_BYTES (4 * PROBLEM_PIECE)
#define BATCH_ARENA (8 * BATCH_BYTES)
#define READ_BYTES  (3 * PROBLEM_PIECE) // hex digits of as much pass DB_MAX_RESULT

static void arena_end(struct arena **m)
{
	arena_free(*m);
}
#define ARENA_AUTO struct arena *CLEANUP(arena_end)

static struct span piece_purpose(struct arena *m, const unsigned char *mac, size_t ordinal)
{
	char digits[2 * DIGEST_SIZE + 1];

	hex_encode(mac, DIGEST_SIZE, digits);
	return span_of(arena_printf(m, "problem_piece:%s:%zu", digits, ordinal));
}

static struct span mac_span(const unsigned char *mac)
{
	return (struct span){ (const char *)mac, DIGEST_SIZE };
}

/* ---- writing --------------------------------------------------------------------------------- */

struct batch {
	const struct problem_shelf *to;
	struct arena *mem;
	const struct span *texts;
	struct problem_blob *out;
	size_t n;
};

static int find_known(struct batch *b, struct err *e)
{
	struct span *macs = arena_new_array(b->mem, struct span, b->n);
	struct rows rows;

	for (size_t i = 0; i < b->n; i++)
		macs[i] = mac_span(b->out[i].mac);
	if (db_many(b->to->tx->db, b->mem, q_problem_blob_known,
		    ARGS(arg_i64(b->to->problem_id), arg_texts(macs, b->n)), &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		b->out[row_i64(&rows.v[i], problem_blob_known_ordinal) - 1].id =
			row_i64(&rows.v[i], problem_blob_known_id);
	return 0;
}

/* The same text may come twice in one batch: its first place counts. */
static size_t first_of(const struct batch *b, size_t i)
{
	size_t k = 0;

	while (memcmp(b->out[k].mac, b->out[i].mac, DIGEST_SIZE) != 0)
		k++;
	return k;
}

static int add_unknown(struct batch *b, struct err *e)
{
	struct span *macs = arena_new_array(b->mem, struct span, b->n);
	struct span *sealed = arena_new_array(b->mem, struct span, b->n);
	int64_t *sizes = arena_new_array(b->mem, int64_t, b->n);
	size_t *places = arena_new_array(b->mem, size_t, b->n);
	struct rows rows;
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++) {
		if (b->out[i].id != 0 || first_of(b, i) != i)
			continue;
		if (data_key_seal(b->to->key, b->mem, b->texts[i],
			    piece_purpose(b->mem, b->out[i].mac, 0), &sealed[n], e) != 0)
			return -1;
		macs[n] = mac_span(b->out[i].mac);
		sizes[n] = (int64_t)b->texts[i].n;
		places[n++] = i;
	}
	if (n == 0)
		return 0;
	if (db_many(b->to->tx->db, b->mem, q_problem_blob_add,
		    ARGS(arg_i64(b->to->problem_id), arg_texts(macs, n), arg_i64s(sizes, n),
			    arg_texts(sealed, n)),
		    &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++)
		b->out[places[row_i64(&rows.v[i], problem_blob_add_ordinal) - 1]].id =
			row_i64(&rows.v[i], problem_blob_add_id);
	return 0;
}

static int put_batch(struct batch *b, struct err *e)
{
	ARENA_AUTO mem = arena_new(BATCH_ARENA);

	b->mem = mem;
	if (find_known(b, e) != 0 || add_unknown(b, e) != 0)
		return -1;
	for (size_t i = 0; i < b->n; i++)
		b->out[i].id = b->out[first_of(b, i)].id;
	return 0;
}

static int put_pieces(struct batch *b, struct err *e)
{
	size_t ordinal = 1;

	for (size_t at = PROBLEM_PIECE; at < b->texts[0].n; at += PROBLEM_PIECE, ordinal++) {
		ARENA_AUTO mem = arena_new(BATCH_ARENA);
		struct span sealed;

		if (data_key_seal(b->to->key, mem, span_sub(b->texts[0], at, PROBLEM_PIECE),
			    piece_purpose(mem, b->out[0].mac, ordinal), &sealed, e) != 0 ||
			db_exec(b->to->tx->db, q_problem_piece_add,
				ARGS(arg_i64(b->out[0].id), arg_i64((int64_t)ordinal),
					arg_bytes(sealed)),
				NULL, e) != 0)
			return -1;
	}
	return 0;
}

/* A text of several pieces: the first goes in as if it were all of it. */
static int put_long(struct batch *b, struct err *e)
{
	ARENA_AUTO mem = arena_new(BATCH_ARENA);
	struct span mac = mac_span(b->out[0].mac);
	int64_t size = (int64_t)b->texts[0].n;
	struct span sealed;
	struct rows rows;

	b->mem = mem;
	if (find_known(b, e) != 0)
		return -1;
	if (b->out[0].id != 0)
		return 0;
	if (data_key_seal(b->to->key, mem, span_sub(b->texts[0], 0, PROBLEM_PIECE),
		    piece_purpose(mem, b->out[0].mac, 0), &sealed, e) != 0 ||
		db_many(b->to->tx->db, mem, q_problem_blob_add,
			ARGS(arg_i64(b->to->problem_id), arg_texts(&mac, 1), arg_i64s(&size, 1),
				arg_texts(&sealed, 1)),
			&rows, e) != 0)
		return -1;
	b->out[0].id = row_i64(&rows.v[0], problem_blob_add_id);
	return put_pieces(b, e);
}

int problem_blobs_put(const struct problem_shelf *to, const struct span *texts, size_t n,
	struct problem_blob *out, struct err *e)
{
	for (size_t i = 0; i < n;) {
		struct batch b = { .to = to, .texts = texts + i, .out = out + i };
		size_t bytes = 0;

		while (i + b.n < n && b.n < PROBLEM_BATCH && texts[i + b.n].n <= PROBLEM_PIECE &&
			bytes + texts[i + b.n].n <= BATCH_BYTES)
			bytes += texts[i + b.n++].n;
		if (b.n == 0)
			b.n = 1;
		for (size_t k = 0; k < b.n; k++) {
			if (b.texts[k].n > PROBLEM_MAX_BLOB)
				return err_set(e, ERR_LIMIT, "a file has more than %d MiB",
					PROBLEM_MAX_BLOB >> 20);
			b.out[k] = (struct problem_blob){ .size = (int64_t)b.texts[k].n };
			data_key_mac(to->key, b.texts[k], b.out[k].mac);
		}
		if (b.texts[0].n > PROBLEM_PIECE ? put_long(&b, e) != 0 : put_batch(&b, e) != 0)
			return -1;
		i += b.n;
	}
	return 0;
}

/* ---- reading --------------------------------------------------------------------------------- */

/* A piece as its row has it. */
struct piece {
	struct span mac;
	size_t ordinal;
	struct span sealed;
};

static int open_piece(const struct data_key *key, struct arena *m, const struct piece *p,
	struct span *out, struct err *e)
{
	if (p->mac.n != DIGEST_SIZE)
		return err_set(e, ERR_INTERNAL, "a blob's mac has %zu bytes", p->mac.n);
	return data_key_unseal(key, m, p->sealed,
		piece_purpose(m, (const unsigned char *)p->mac.p, p->ordinal), out, e);
}

static int read_piece(const struct problem_store *s, int64_t blob_id, struct piece p,
	const struct problem_sink *sink, struct err *e)
{
	ARENA_AUTO mem = arena_new(BATCH_ARENA);
	struct span plain;
	struct row row;

	if (db_one(s->db, mem, q_problem_piece_get,
		    ARGS(arg_i64(blob_id), arg_i64((int64_t)p.ordinal)), &row, e) != 0)
		return -1;
	p.sealed = row_bytes(&row, problem_piece_get_sealed, mem);
	if (open_piece(s->key, mem, &p, &plain, e) != 0)
		return -1;
	return sink->put(sink->to, plain, e);
}

int problem_blob_read(const struct problem_store *s, int64_t blob_id,
	const struct problem_sink *sink, struct err *e)
{
	ARENA_AUTO mem = arena_new(PROBLEM_PIECE);
	struct piece p = { .ordinal = 0 };
	struct row row;
	int64_t size;

	if (db_one(s->db, mem, q_problem_blob_get, ARGS(arg_i64(blob_id)), &row, e) != 0)
		return -1;
	p.mac = row_bytes(&row, problem_blob_get_mac, mem);
	size = row_i64(&row, problem_blob_get_size);
	for (; (int64_t)p.ordinal * PROBLEM_PIECE < size; p.ordinal++)
		if (read_piece(s, blob_id, p, sink, e) != 0)
			return -1;
	return 0;
}

static int put_fd(void *to, struct span piece, struct err *e)
{
	return fd_write_all(*(int *)to, piece, e);
}

int problem_blob_to_fd(const struct problem_store *s, int64_t blob_id, int fd, struct err *e)
{
	const struct problem_sink sink = { put_fd, &fd };

	return problem_blob_read(s, blob_id, &sink, e);
}

struct collected {
	char *p;
	size_t n;
	size_t size;
};

static int put_memory(void *to, struct span piece, struct err *e)
{
	struct collected *c = to;

	if (piece.n > c->size - c->n)
		return err_set(e, ERR_INTERNAL, "a blob is longer than it says");
	memcpy(c->p + c->n, piece.p, piece.n);
	c->n += piece.n;
	return 0;
}

int problem_blob_open(const struct problem_store *s, struct arena *m, int64_t blob_id, size_t max,
	struct span *out, struct err *e)
{
	struct collected c = { .p = NULL };
	const struct problem_sink sink = { put_memory, &c };
	struct row row;

	if (db_one(s->db, m, q_problem_blob_get, ARGS(arg_i64(blob_id)), &row, e) != 0)
		return -1;
	c.size = (size_t)row_i64(&row, problem_blob_get_size);
	if (c.size > max)
		return err_set(
			e, ERR_LIMIT, "the file has %zu bytes; here it may have %zu", c.size, max);
	c.p = arena_alloc(m, c.size + 1);
	if (problem_blob_read(s, blob_id, &sink, e) != 0)
		return -1;
	*out = (struct span){ c.p, c.n };
	return 0;
}

/* The plain text lies in the scratch arena. */
static int open_row(const struct data_key *key, struct arena *scratch, const struct row *r,
	struct span *out, struct err *e)
{
	const struct piece p = { .mac = row_bytes(r, problem_blob_open_mac, scratch),
		.sealed = row_bytes(r, problem_blob_open_sealed, scratch) };

	*out = SPAN("");
	if (row_i64(r, problem_blob_open_size) == 0)
		return 0;
	return open_piece(key, scratch, &p, out, e);
}

static int open_some(const struct problem_store *s, struct arena *m, const int64_t *ids, size_t n,
	struct span *out, struct err *e)
{
	ARENA_AUTO scratch = arena_new(BATCH_ARENA);
	struct rows rows;

	if (db_many(s->db, scratch, q_problem_blob_open, ARGS(arg_i64s(ids, n)), &rows, e) != 0)
		return -1;
	if (rows.n != n)
		return err_set(e, ERR_NOT_FOUND, "a file is not there any more");
	for (size_t i = 0; i < n; i++) {
		struct span plain;

		if (open_row(s->key, scratch, &rows.v[i], &plain, e) != 0)
			return -1;
		out[row_i64(&rows.v[i], problem_blob_open_ordinal) - 1] = arena_span(m, plain);
	}
	return 0;
}

static int read_sizes(const struct problem_store *s, struct arena *m, const int64_t *ids, size_t n,
	int64_t *sizes, struct err *e)
{
	struct rows rows;

	if (db_many(s->db, m, q_problem_blob_sizes, ARGS(arg_i64s(ids, n)), &rows, e) != 0)
		return -1;
	for (size_t i = 0; i < rows.n; i++) {
		int64_t size = row_i64(&rows.v[i], problem_blob_sizes_size);

		if (size > PROBLEM_PIECE)
			return err_set(
				e, ERR_LIMIT, "the file has more than %d bytes", PROBLEM_PIECE);
		sizes[row_i64(&rows.v[i], problem_blob_sizes_ordinal) - 1] = size;
	}
	return 0;
}

/* Which sizes there are is asked first, so that no answer passes DB_MAX_RESULT. */
int problem_blobs_open(const struct problem_store *s, struct arena *m, const int64_t *ids, size_t n,
	struct span *out, struct err *e)
{
	int64_t *sizes = arena_new_array(m, int64_t, n + 1);

	if (n == 0)
		return 0;
	if (read_sizes(s, m, ids, n, sizes, e) != 0)
		return -1;
	for (size_t i = 0; i < n;) {
		int64_t bytes = sizes[i];
		size_t some = 1;

		while (i + some < n && some < PROBLEM_BATCH &&
			bytes + sizes[i + some] <= READ_BYTES)
			bytes += sizes[i + some++];
		if (open_some(s, m, ids + i, some, out + i, e) != 0)
			return -1;
		i += some;
	}
	return 0;
}

/* ---- files ----------------------------------------------------------------------------------- */

int problem_files(struct db *d, struct arena *m, const struct problem_folder *in,
	struct problem_files *out, struct err *e)
{
	struct problem_file *v;
	struct rows rows;

	if (db_many(d, m, q_problem_file_list,
		    ARGS(arg_i64(in->version_id), arg_i64(in->role), arg_text(in->path)), &rows,
		    e) != 0)
		return -1;
	v = arena_new_array(m, struct problem_file, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct problem_file){ .role = in->role,
			.path = row_text(&rows.v[i], problem_file_list_path),
			.blob_id = row_i64(&rows.v[i], problem_file_list_blob_id),
			.size = row_i64(&rows.v[i], problem_file_list_size) };
	*out = (struct problem_files){ v, rows.n };
	return 0;
}

int problem_file_find(struct db *d, struct arena *m, const struct problem_folder *in,
	struct problem_file *out, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_problem_file_get,
		    ARGS(arg_i64(in->version_id), arg_i64(in->role), arg_text(in->path)), &row,
		    e) != 0)
		return -1;
	*out = (struct problem_file){ .role = in->role,
		.path = in->path,
		.blob_id = row_i64(&row, problem_file_get_blob_id),
		.size = row_i64(&row, problem_file_get_size) };
	return 0;
}
