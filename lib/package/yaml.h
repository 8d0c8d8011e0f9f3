#ifndef PACKAGE_YAML_H
#define PACKAGE_YAML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "package/report.h"

/*
 * The YAML of packages: maps, lists and plain values. Anchors, aliases and tags are errors, so a
 * small file stays small; so are more than PACKAGE_MAX_YAML_NODES values, PACKAGE_MAX_YAML_DEPTH
 * levels, bytes that are no UTF-8, and a key that stands twice.
 */
enum yml_kind {
	YML_VALUE,
	YML_LIST,
	YML_MAP
};

struct yml {
	enum yml_kind kind;
	int line;
	struct span key;  // of a map's member
	struct span text; // of YML_VALUE
	bool is_quoted;
	const struct yml *first; // of YML_LIST and YML_MAP
	const struct yml *next;
};

/* Where a file's findings go. */
struct yml_file {
	struct package_report *r;
	struct span path;
};

/* NULL, with what is wrong in the report, if it cannot be read; an empty file is an empty map. */
const struct yml *yml_read(const struct yml_file *f, struct span text);

/* A map's member; NULL if it has none, or is no map. */
const struct yml *yml_get(const struct yml *map, const char *key);

/*
 * Typed values of a member. False and *out as it was when it is absent, or null, or, with an error
 * in the report, of another kind.
 */
bool yml_text(const struct yml_file *f, const struct yml *map, const char *key, struct span *out);
bool yml_number(const struct yml_file *f, const struct yml *map, const char *key, double *out);
bool yml_bool(const struct yml_file *f, const struct yml *map, const char *key, bool *out);

/* A whole number of 1..most units into an int. */
bool yml_count(
	const struct yml_file *f, const struct yml *map, const char *key, int most, int *out);

/* The plain values of a list, or the one value itself, each as a text. */
size_t yml_words(const struct yml_file *f, const struct yml *v, struct span **out);

/* Warns of the members of a map whose names are not among these. */
void yml_only(const struct yml_file *f, const struct yml *map, const char *const *names, size_t n);

/* A number in decimal, nothing else. */
bool yml_is_number(struct span text, double *out);

#endif
