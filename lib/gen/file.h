#ifndef GEN_FILE_H
#define GEN_FILE_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/* Files for the programs of the build. Errors are ERR_INTERNAL with the path and the reason. */

/* The whole file, at most 64 MB; NUL-terminated. */
int gen_file_read(const char *path, struct arena *m, struct span *out, struct err *e) ATTR_MUST_USE;

/* Leaves a file alone that has this content already, so that nothing is built again for it. */
int gen_file_write(const char *path, struct span content, struct err *e) ATTR_MUST_USE;

/* The folder and those above it. */
int gen_file_folder(const char *path, struct err *e) ATTR_MUST_USE;

#endif
