#ifndef PACKAGE_READER_TESTS_H
#define PACKAGE_READER_TESTS_H

#include "judge/group.h"
#include "package/reader.h"

/* Groups, and what they say for their tests. Private to lib/package. */
void read_testdata(struct reader *r); // legacy: testdata.yaml
/* 2025-09: test_group.yaml, and .yaml beside tests. Adds what groups ask of the source. */
void read_test_groups(struct reader *r);

/* A list of words, or a line of them, as a line of flags. */
void read_arguments(const struct yml_file *f, const struct yml *v, struct span *out);

/* Whether the test_group.yaml asks for a static validation; c has what else it says. */
bool read_static(const struct reader *r, const struct yml_file *f, const struct yml *root,
	struct group_config *c, struct span *args);

#endif
