#ifndef JUDGE_TAR_H
#define JUDGE_TAR_H

#include <stdbool.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Files in a row, as POSIX writes them (ustar): what a build leaves. Reading is for bytes that a
 * hostile program may have made: folders are passed over, links and devices are left out, and a
 * name that leads upwards, or from the root, is an error.
 */
struct tar_file {
	struct span path; // relative, of plain parts; lives as long as the reader does
	struct span text; // inside what is read
	bool may_run;
};

struct tar {
	struct span rest;
	char path[256];
};

/* The bytes must live as long. */
void tar_start(struct tar *t, struct span bytes);

/* The next file: 1, or 0 at the end. -1 with ERR_INVALID for what is no such archive. */
int tar_next(struct tar *t, struct tar_file *out, struct err *e) ATTR_MUST_USE;

/* One more file. ERR_INVALID if its path cannot be written: 100 bytes, or 255 cut at a slash. */
int tar_add(struct buf *out, const struct tar_file *f, struct err *e) ATTR_MUST_USE;
void tar_end(struct buf *out);

/* A path that stays below where it is put: parts of any bytes but "", "." and "..", no "/" first.
 */
bool tar_path_is_plain(struct span path);

#endif
