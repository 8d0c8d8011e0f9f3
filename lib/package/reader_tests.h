#ifndef PACKAGE_READER_TESTS_H
#define PACKAGE_READER_TESTS_H

#include "package/reader.h"

/* Groups, and what they say for their tests. Private to lib/package. */
void read_testdata(struct reader *r);    // legacy: testdata.yaml
void read_test_groups(struct reader *r); // 2025-09: test_group.yaml, and .yaml beside tests

#endif
