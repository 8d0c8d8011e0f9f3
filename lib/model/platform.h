#ifndef MODEL_PLATFORM_H
#define MODEL_PLATFORM_H

#include <stdbool.h>

#include "base/span.h"

enum platform {
	PLATFORM_LEETCODE,
	PLATFORM_CODEFORCES,
	PLATFORM_CODECHEF,
	PLATFORM_ATCODER,
	PLATFORM_HACKERRANK,
	PLATFORM_GEEKSFORGEEKS,
	PLATFORM_CODE360,
	N_PLATFORMS
};

struct platform_info {
	const char *slug; // "codeforces": in addresses, in the database, in UIDs
	const char *name; // "Codeforces"
	const char *home; // https address of its contest list
	const char *const
		*hosts; // hosts a contest's address may have, subdomains too; NULL at the end
};

/* Never NULL; platform_find is false for a slug that is none. */
const struct platform_info *platform_info(enum platform p);
bool platform_find(struct span slug, enum platform *out);

/*
 * True if url is https, without port, user name, blanks or control characters, and its host is one
 * of the platform's or below one. host and path may be NULL; the path has neither query nor
 * fragment.
 */
bool platform_url(enum platform p, struct span url, struct span *host, struct span *path);

#endif
