/*
 * What a worker keeps of problems: versions, which never change, and the bytes of tests, each
 * opened once while there is room. The bytes lie in maps of their own and leave the memory when
 * they are dropped. Whoever is used least lately goes first.
 */
#include "jobs/judging.h"

#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "model/problem_file.h"

enum {
	VERSIONS = 8,
	BLOBS = 1024
};

struct kept_version {
	int64_t id;
	int64_t used;
	struct problem_judged *p;
};

struct kept_blob {
	int64_t id; // 0: free
	int64_t used;
	size_t size;
	size_t filled;
	char *bytes; // NULL for an empty one
};

static struct kept_version versions[VERSIONS];
static struct kept_blob blobs[BLOBS];
static size_t blobs_size;
static int64_t now; // counts uses

int judging_version(struct job_ctx *c, const struct judging *j, const struct problem_judged **out,
	struct err *e)
{
	int64_t version_id = j->version_id;
	struct kept_version *at = &versions[0];

	for (size_t i = 0; i < VERSIONS; i++) {
		if (versions[i].id == version_id) {
			at = &versions[i];
			break;
		}
		if (versions[i].used < at->used)
			at = &versions[i];
	}
	if (at->id != version_id || at->p->rules.time_ms != j->version_time_ms) {
		problem_judge_free(&at->p);
		at->id = 0;
		at->used = 0;
		if (problem_judge_load(c->db, c->seal, version_id, &at->p, e) != 0)
			return -1;
		at->id = version_id;
	}
	at->used = ++now;
	*out = at->p;
	return 0;
}

static void drop(struct kept_blob *b)
{
	if (b->bytes != NULL)
		(void)munmap(b->bytes, b->size);
	blobs_size -= b->size;
	*b = (struct kept_blob){ .id = 0 };
}

/* The place for one more, after what must go has gone. The one used last stays: its bytes are still
 * in use. */
static struct kept_blob *make_room(size_t size)
{
	for (;;) {
		struct kept_blob *oldest = NULL, *empty = NULL;

		for (size_t i = 0; i < BLOBS; i++) {
			if (blobs[i].id == 0)
				empty = &blobs[i];
			else if (oldest == NULL || blobs[i].used < oldest->used)
				oldest = &blobs[i];
		}
		if (empty != NULL && (oldest == NULL || oldest->used == now ||
					     blobs_size + size <= JUDGING_KEEP))
			return empty;
		drop(oldest);
	}
}

static int put(void *to, struct span piece, struct err *e)
{
	struct kept_blob *b = to;

	if (piece.n > b->size - b->filled)
		return err_set(e, ERR_INTERNAL, "a test has more bytes than it should");
	if (piece.n > 0)
		memcpy(b->bytes + b->filled, piece.p, piece.n);
	b->filled += piece.n;
	return 0;
}

static int fill(struct job_ctx *c, const struct problem_judged *p, int64_t blob_id,
	struct kept_blob *b, struct err *e)
{
	struct problem_store store = { c->db, p->key };
	struct problem_sink sink = { put, b };

	if (b->size > 0) {
		b->bytes = mmap(
			NULL, b->size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (b->bytes == MAP_FAILED) {
			b->bytes = NULL;
			return err_set(e, ERR_TEMPORARY, "no memory for a test");
		}
	}
	if (problem_blob_read(&store, blob_id, &sink, e) != 0)
		return -1;
	if (b->filled != b->size)
		return err_set(e, ERR_INTERNAL, "a test has fewer bytes than it should");
	return 0;
}

int judging_bytes(struct job_ctx *c, const struct problem_judged *p, int64_t blob_id, int64_t size,
	struct span *out, struct err *e)
{
	struct kept_blob *b = NULL;

	for (size_t i = 0; i < BLOBS && b == NULL; i++)
		if (blobs[i].id == blob_id)
			b = &blobs[i];
	if (b == NULL) {
		b = make_room((size_t)size);
		*b = (struct kept_blob){ .id = blob_id, .size = (size_t)size };
		blobs_size += b->size;
		if (fill(c, p, blob_id, b, e) != 0) {
			drop(b);
			return -1;
		}
	}
	b->used = ++now;
	*out = (struct span){ b->bytes != NULL ? b->bytes : "", b->size };
	return 0;
}
