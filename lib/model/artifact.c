#include "model/artifact.h"

#include <string.h>

#include "auth/envelope.h"
#include "base/hex.h"
#include "base/limits.h"
#include "db/db.h"
#include "judge/squeeze.h"
#include "os/log.h"

#define PIECE (2 * 1024 * 1024)

static struct span purpose_of(struct arena *m, struct span key)
{
	char *hex = arena_alloc(m, 2 * key.n + 1);

	hex_encode(key.p, key.n, hex);
	return span_of(arena_printf(m, "judge_artifact:%s", hex));
}

/* The sealed bytes, in pieces that fit into a result. */
static int read_sealed(struct db *d, struct arena *m, struct span key, struct span *sealed,
	struct span *build_text, struct err *e)
{
	char *bytes = NULL;
	size_t n = 0, total = 1;

	while (n < total) {
		struct span piece;
		struct rows rows;

		if (db_many(d, m, q_artifact_find,
			    ARGS(arg_bytes(key), arg_i64((int64_t)n + 1), arg_i64(PIECE)), &rows,
			    e) != 0)
			return -1;
		if (rows.n == 0)
			return err_set(e, ERR_NOT_FOUND, "it was never built");
		piece = row_bytes(&rows.v[0], artifact_find_piece, m);
		total = (size_t)row_i64(&rows.v[0], artifact_find_total);
		*build_text = row_text(&rows.v[0], artifact_find_build_text);
		if (bytes == NULL)
			bytes = arena_alloc(m, total + 1);
		if (piece.n == 0 || piece.n > total - n)
			return err_set(e, ERR_NOT_FOUND, "what was built cannot be read any more");
		memcpy(bytes + n, piece.p, piece.n);
		n += piece.n;
	}
	*sealed = (struct span){ bytes, n };
	return 0;
}

int artifact_find(struct db *d, struct arena *m, const struct envelope *seal, struct span key,
	struct artifact *out, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct span sealed, squeezed;

	if (read_sealed(d, m, key, &sealed, &out->build_text, e) != 0)
		return -1;
	if (envelope_open(seal, m, sealed, purpose_of(m, key), &squeezed, &why) != 0 ||
		unsqueeze(m, squeezed, ARTIFACT_MAX_KEPT, &out->tar, &why) != 0) {
		log_err(LOG_WARN, "artifact.open", &why);
		return err_set(e, ERR_NOT_FOUND, "what was built cannot be read any more");
	}
	return 0;
}

int artifact_known(
	struct db *d, struct arena *m, struct span key, struct span *build_text, struct err *e)
{
	struct rows rows;

	if (db_many(d, m, q_artifact_known, ARGS(arg_bytes(key)), &rows, e) != 0)
		return -1;
	if (rows.n == 0)
		return err_set(e, ERR_NOT_FOUND, "it was never built");
	*build_text = row_text(&rows.v[0], artifact_known_build_text);
	return 0;
}

int artifact_keep(struct db *d, struct arena *m, const struct envelope *seal, struct span key,
	const struct artifact *a, struct err *e)
{
	struct span squeezed, sealed;

	if (a->tar.n > ARTIFACT_MAX_KEPT)
		return 0;
	if (squeeze(m, a->tar, &squeezed, e) != 0 ||
		envelope_seal(seal, m, squeezed, purpose_of(m, key), &sealed, e) != 0)
		return -1;
	return db_exec(d, q_artifact_keep,
		ARGS(arg_bytes(key), arg_i64((int64_t)a->tar.n), arg_bytes(sealed),
			arg_text(a->build_text)),
		NULL, e);
}

int artifact_purge(struct db *d, struct err *e)
{
	return db_exec(d, q_artifact_purge, ARGS(arg_i64(ARTIFACT_KEEP_DAYS)), NULL, e);
}
