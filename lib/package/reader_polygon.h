#ifndef PACKAGE_READER_POLYGON_H
#define PACKAGE_READER_POLYGON_H

#include "package/reader.h"
#include "package/xml.h"

/* The parts of a package of Polygon's. Private to lib/package. */

struct span polygon_file(const struct reader *r, const char *path); // SPAN_NONE: there is none

/* Statements and their pictures; what they show in place of the samples, once those are known. */
void polygon_texts(struct reader *r, const struct xml *root);
void polygon_examples(struct reader *r, const struct xml *root);

/* Whether any test of the set gives points. */
bool polygon_scores(const struct xml *set);

/* How the tests of a set are laid out. */
struct polygon_layout {
	bool has_groups;
	bool is_split; // each test is a group, since they are worth different points
};
struct polygon_layout polygon_layout(const struct xml *set);

/* Where a test of such a set belongs: among the samples only if it gives none. */
struct span polygon_place(struct arena *m, const struct polygon_layout *layout,
	const struct xml *test, int number, bool *is_sample);

/* The groups as 2025-09 has them. */
void polygon_groups(struct reader *r, const struct xml *set);

#endif
