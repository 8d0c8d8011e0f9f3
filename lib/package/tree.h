#ifndef PACKAGE_TREE_H
#define PACKAGE_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "package/report.h"

/*
 * The files of a package: of the highest folder that has a problem.yaml or its like. They are held
 * in memory that belongs to no path: a zip is never unpacked into folders, so its names can do no
 * harm. At most PACKAGE_MAX_FILES files, PACKAGE_MAX_SIZE bytes, of a zip besides PACKAGE_MAX_RATIO
 * times its own size; names after the package format, others are passed over. Absolute names, `..`,
 * names that differ in case only, links that lead out and encrypted files are errors of the package
 * and stand in the report.
 */
struct package_file {
	struct span path;  // below the package's root
	struct span bytes; // lives until package_tree_free
};

struct package_tree {
	struct package_file *files; // by path, byte-wise
	size_t n;
	struct span name; // of the package's folder, or what it was given as, without .zip
	void *map;
	size_t map_size;
};

/* Reads a zip; `name` is its file name. What is wrong with it is in the report: then, and only
 * then, with errors there, *out may be short. Fails when memory runs out. */
int package_tree_zip(struct package_report *r, struct span zip, struct span name,
	struct package_tree *out, struct err *e) ATTR_MUST_USE;
/* The same with fewer bytes than a package may have. */
int package_tree_zip_of(struct package_report *r, struct span zip, size_t most,
	struct package_tree *out, struct err *e) ATTR_MUST_USE;

/* The same of a folder on this machine, for the command line. ERR_NOT_FOUND if there is none. */
int package_tree_dir(struct package_report *r, const char *path, struct package_tree *out,
	struct err *e) ATTR_MUST_USE;

void package_tree_free(struct package_tree *t); // for CLEANUP
#define PACKAGE_TREE_AUTO struct package_tree CLEANUP(package_tree_free)

/* NULL if there is none. */
const struct package_file *package_tree_find(const struct package_tree *t, const char *path);

/* A zip of such files, for export. */
int package_zip_write(struct arena *m, const struct package_file *files, size_t n, size_t max,
	struct span *out, struct err *e) ATTR_MUST_USE;

#endif
