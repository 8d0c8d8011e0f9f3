#include "jobs/source/source.h"

#include <assert.h>

/*
 * The table of the seven. LeetCode sits behind a guard that grows impatient: its pace slows down
 * with every refusal and recovers with every answer. CodeChef is asked within one session.
 * AtCoder and Codeforces want an honest name and get it; Codeforces is paced by its gateway. Bodies
 * are capped at many times what was ever seen, and so that all pages and tries of one fetch find
 * room in the job's arena.
 */
#define MIB ((size_t)1024 * 1024)

static const struct source sources[N_PLATFORMS] = {
	[PLATFORM_LEETCODE] = {
		.platform = PLATFORM_LEETCODE,
		.fetch = leetcode_fetch,
		.parse = leetcode_parse,
		.pace = { .patience = 2, .dynamic = true, .browser = true, .max_body = 1 * MIB },
	},
	[PLATFORM_CODEFORCES] = {
		.platform = PLATFORM_CODEFORCES,
		.fetch = codeforces_fetch,
		.parse = codeforces_parse,
		.pace = { .patience = 2, .max_body = 4 * MIB },
	},
	[PLATFORM_CODECHEF] = {
		.platform = PLATFORM_CODECHEF,
		.fetch = codechef_fetch,
		.parse = codechef_parse,
		.pace = { .patience = 1, .cookies = true, .browser = true, .max_body = 2 * MIB },
	},
	[PLATFORM_ATCODER] = {
		.platform = PLATFORM_ATCODER,
		.fetch = atcoder_fetch,
		.parse = atcoder_parse,
		.pace = { .patience = 2, .max_body = 2 * MIB },
	},
	[PLATFORM_HACKERRANK] = {
		.platform = PLATFORM_HACKERRANK,
		.fetch = hackerrank_fetch,
		.parse = hackerrank_parse,
		.pace = { .patience = 1, .browser = true, .max_body = 1 * MIB },
	},
	[PLATFORM_GEEKSFORGEEKS] = {
		.platform = PLATFORM_GEEKSFORGEEKS,
		.fetch = geeksforgeeks_fetch,
		.parse = geeksforgeeks_parse,
		.pace = { .patience = 1, .browser = true, .max_body = 1 * MIB },
	},
	[PLATFORM_CODE360] = {
		.platform = PLATFORM_CODE360,
		.fetch = code360_fetch,
		.parse = code360_parse,
		.pace = { .patience = 1, .browser = true, .max_body = 1 * MIB },
	},
};

const struct source *source_of(enum platform p)
{
	assert((unsigned)p < N_PLATFORMS);
	return &sources[p];
}
