#ifndef OS_PAGE_COPY_H
#define OS_PAGE_COPY_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Copies of public pages in PAGE_DIR, which the web server sends by itself to guests. It cannot
 * look at their age, so podium-web takes the old ones away, and podium-jobs on the same host does
 * where podium-web was killed. An empty dir means that there are none: then nothing is done.
 *
 * The copy of /calendar is page/calendar, and that of / is page/index. Only paths of letters,
 * digits, `.`, `_`, `-` and slashes have one, of which no part is empty or begins with a dot.
 * Apache sees that there is one before it opens it, so it opens another file with the same content,
 * kept/calendar, which stays a while when the copy is taken away.
 */

/* NULL if the path cannot have a copy. */
const char *page_copy_name(struct arena *m, const char *dir, struct span path);

/* In one step: readers see the old copy or the new one. */
int page_copy_write(struct arena *m, const char *dir, struct span path, struct span page,
	struct err *e) ATTR_MUST_USE;

/* For whoever has changed what the page shows. Never fails: an old copy ends by its age. */
void page_copy_evict_all(const char *dir);

/* Those that are older than PAGE_COPY_YOUNG_S, or of the future. For whoever keeps the folder. */
void page_copy_evict_old(const char *dir);

#endif
