#ifndef MODEL_REJUDGE_ASK_H
#define MODEL_REJUDGE_ASK_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/rejudge.h"

struct db;

/* rejudge_make, with its errors, in a transaction of its own; the judges are told. */
int rejudge_ask(struct db *d, struct arena *m, const struct rejudge_new *r, int64_t *id,
	struct err *e) ATTR_MUST_USE;

#endif
