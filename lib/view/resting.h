#ifndef VIEW_RESTING_H
#define VIEW_RESTING_H

#include <stdint.h>

/* That Codeforces wants to be left alone for a while: a line that takes itself away when that is
 * over. */
struct resting {
	const char *until; // "14:35:10" in the reader's zone; NULL: it does not rest
	const char *until_iso;
	int64_t until_s; // unix time
};

#endif
