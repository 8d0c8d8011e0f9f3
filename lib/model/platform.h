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
	const char *slug;         // "codeforces": in addresses, in the database, in UIDs
	const char *name;         // "Codeforces"
	const char *home;         // https address of its contest list
	const char *const *hosts; // hosts a contest's address may have; NULL at the end
};

const struct platform_info *platform_info(enum platform p);
bool platform_find(struct span slug, enum platform *out);

#endif
