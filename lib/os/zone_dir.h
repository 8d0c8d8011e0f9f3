#ifndef OS_ZONE_DIR_H
#define OS_ZONE_DIR_H

#include <stddef.h>

#include "base/arena.h"
#include "base/span.h"
#include "base/zone.h"

/*
 * The zones that the system knows (/usr/share/zoneinfo). A name that a browser still uses for a
 * zone that has been renamed finds the zone under its new name where the old one is not installed;
 * the result carries the name that was asked for. NULL if there is no such zone. Recently used
 * zones are kept: the result is valid until ZONE_DIR_KEEP other zones were asked for.
 */
enum {
	ZONE_DIR_KEEP = 32
};
const struct zone *zone_dir_get(struct span name);

/* The names one chooses from, sorted; "UTC" alone where the system has no list. */
size_t zone_dir_names(struct arena *m, const struct span **out);

#endif
