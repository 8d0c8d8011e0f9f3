#ifndef OS_INSTALLED_H
#define OS_INSTALLED_H

#include "base/arena.h"

/*
 * Where a file of etc/ lies that belongs to this program: what configured says, or, where that is
 * empty, beside the program as `make install` puts it (../share/podium/etc/NAME), or in the tree
 * that it was built in (../../etc/NAME). Where neither is there, the first of the two.
 */
const char *installed_file(struct arena *m, const char *configured, const char *name);

#endif
