#ifndef MODEL_ARTIFACT_H
#define MODEL_ARTIFACT_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;
struct envelope;

/*
 * What compilers made, by the hash of all that went into it: the same source is built once, whoever
 * sends it in and however often it is judged. Sealed like sources are, as programs hold their
 * texts.
 */
struct artifact {
	struct span tar;
	struct span build_text; // what the compiler said of it
};

/* ERR_NOT_FOUND. One that cannot be opened any more counts as not there. */
int artifact_find(struct db *d, struct arena *m, const struct envelope *seal, struct span key,
	struct artifact *out, struct err *e) ATTR_MUST_USE;

/* Whether it is there, and what the compiler said: for a program that is at hand already. */
int artifact_known(struct db *d, struct arena *m, struct span key, struct span *build_text,
	struct err *e) ATTR_MUST_USE;

/* Nothing happens if it is there already. One over ARTIFACT_MAX_KEPT bytes is not kept. */
int artifact_keep(struct db *d, struct arena *m, const struct envelope *seal, struct span key,
	const struct artifact *a, struct err *e) ATTR_MUST_USE;

/* Forgets those that nobody asked for in ARTIFACT_KEEP_DAYS. */
int artifact_purge(struct db *d, struct err *e) ATTR_MUST_USE;

#endif
