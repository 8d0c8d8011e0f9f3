#ifndef PACKAGE_READER_H
#define PACKAGE_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "package/package.h"
#include "package/yaml.h"

/* What the readers of the parts of a package share. Private to lib/package. */
struct constant {
	struct span name;
	struct span value;
	const struct constant *next;
};

struct reader {
	const struct package_tree *tree;
	const struct languages *languages;
	struct package_report *r;
	struct package *out;
	bool is_2025; // 2023-07-draft too
	bool is_draft;
	struct span names[32]; // title of each language: lang, title, lang, title, ..
	size_t n_names;
	const struct constant *constants;
	size_t files_room;
	bool has_groups;   // a testdata.yaml says how results are added up
	bool wants_grader; // .. by a program of the package's
};

/* The part of the path below the folder; SPAN_NONE if it is not in it. */
struct span below(struct span path, const char *folder);

void reader_file(
	struct reader *r, enum package_role role, struct span path, struct span bytes); // adds one
void reader_name(struct reader *r, struct span lang, struct span title); // of a language, once

bool reader_has(const struct reader *r, const char *folder); // any file in it

/* With {{name}} of the constants of 2025-09 replaced. */
struct span reader_constants(struct reader *r, struct span text);
struct span reader_latex_constants(struct reader *r, struct span text); // \constant{name}

/* Paths like "a/b.c" in pieces: "a", "b.c"; the last piece and what its name ends with. */
struct span path_base(struct span path);
struct span path_folder(struct span path); // "" at the root
struct span path_stem(struct span path);   // without the last dot and what follows
bool path_has_ext(struct span path, const char *extensions); // ".md.tex": one of them

/* One part each, in this order. */
void read_problem_yaml(struct reader *r);
void read_domjudge(struct reader *r);
void read_statements(struct reader *r);
void read_tests(struct reader *r);
void read_files(struct reader *r);
void read_solutions(struct reader *r);

/* A package of Polygon's, whole. */
void read_polygon(struct reader *r, const struct package_file *problem_xml);

#endif
