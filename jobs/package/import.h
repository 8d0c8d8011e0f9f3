#ifndef JOBS_PACKAGE_IMPORT_H
#define JOBS_PACKAGE_IMPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "judge/language.h"
#include "model/problem_edit.h"
#include "package/package.h"

struct cache;
struct config;
struct db;
struct envelope;
struct tx;

/*
 * Taking a package in: read, statements converted, a problem made or a new version of one, and a
 * job that verifies it, all in one transaction. The web's job and the command line both do it so.
 */
struct import_desk {
	struct db *db;
	const struct config *conf;
	const struct envelope *seal;
	struct cache *cache;                      // NULL: none
	int64_t actor_id;                         // 0: the command line
	int64_t problem_id;                       // 0: a new problem
	void (*step)(void *to, const char *what); // told what is done just now; NULL: nobody
	int (*with)(void *to, struct tx *tx, const struct problem_made *made, struct err *e);
	void *to; // of both; with is called last in the transaction, and may be NULL
};

/*
 * *made has id 0, and 0 is returned, where the report has errors: then nothing was changed. A
 * model's refusal (two problems of one name, say) is an error of the report too.
 */
int import_tree(const struct import_desk *desk, const struct package_tree *tree,
	struct package_report *r, struct problem_made *made, struct err *e) ATTR_MUST_USE;

/* Which tests were equal, and what was done about it; what was set by hand and stays so. */
void import_tell(struct package_report *r, const struct problem_made *made);

/* The languages of this installation. ERR_NOT_FOUND, ERR_INVALID as the file is. */
int import_languages(const struct config *conf, struct arena *m, struct languages *out,
	struct err *e) ATTR_MUST_USE;

#endif
