#include "model/platform.h"

#include <assert.h>
#include <string.h>

#include "base/scan.h"

static const struct platform_info platforms[N_PLATFORMS] = {
	[PLATFORM_LEETCODE] = {
		.slug = "leetcode",
		.name = "LeetCode",
		.home = "https://leetcode.com/contest/",
		.hosts = (const char *const[]){ "leetcode.com", NULL },
	},
	[PLATFORM_CODEFORCES] = {
		.slug = "codeforces",
		.name = "Codeforces",
		.home = "https://codeforces.com/contests",
		.hosts = (const char *const[]){ "codeforces.com", NULL },
	},
	[PLATFORM_CODECHEF] = {
		.slug = "codechef",
		.name = "CodeChef",
		.home = "https://www.codechef.com/contests",
		.hosts = (const char *const[]){ "codechef.com", NULL },
	},
	[PLATFORM_ATCODER] = {
		.slug = "atcoder",
		.name = "AtCoder",
		.home = "https://atcoder.jp/contests/",
		.hosts = (const char *const[]){ "atcoder.jp", NULL },
	},
	[PLATFORM_HACKERRANK] = {
		.slug = "hackerrank",
		.name = "HackerRank",
		.home = "https://www.hackerrank.com/contests",
		.hosts = (const char *const[]){ "hackerrank.com", NULL },
	},
	[PLATFORM_GEEKSFORGEEKS] = {
		.slug = "geeksforgeeks",
		.name = "GeeksforGeeks",
		.home = "https://www.geeksforgeeks.org/events",
		.hosts = (const char *const[]){ "geeksforgeeks.org", NULL },
	},
	[PLATFORM_CODE360] = {
		.slug = "code360",
		.name = "Naukri Code360",
		.home = "https://www.naukri.com/code360/contests",
		.hosts = (const char *const[]){ "naukri.com", NULL },
	},
};

const struct platform_info *platform_info(enum platform p)
{
	assert((unsigned)p < N_PLATFORMS);
	return &platforms[p];
}

bool platform_find(struct span slug, enum platform *out)
{
	for (unsigned i = 0; i < N_PLATFORMS; i++) {
		if (span_is(slug, platforms[i].slug)) {
			*out = (enum platform)i;
			return true;
		}
	}
	return false;
}

static bool is_host_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.';
}

static bool is_path_char(char c)
{
	return c != '?' && c != '#';
}

static bool below(struct span host, const char *domain)
{
	size_t n = strlen(domain);

	if (host.n > n && host.p[host.n - n - 1] == '.')
		host = span_sub(host, host.n - n, n);
	return span_ieq(host, span_of(domain));
}

bool platform_url(enum platform p, struct span url, struct span *host, struct span *path)
{
	struct span name;
	struct span local = SPAN("");

	for (size_t i = 0; i < url.n; i++) {
		unsigned char c = (unsigned char)url.p[i];

		if (c <= ' ' || c == 0x7f || c == '\\' || c == '"' || c == '<' || c == '>')
			return false;
	}
	if (!scan_lit(&url, "https://") || !scan_while(&url, is_host_char, 253, &name))
		return false;
	if (!scan_end(&url) && url.p[0] != '/' && url.p[0] != '?' && url.p[0] != '#')
		return false;
	if (!scan_end(&url) && url.p[0] == '/')
		(void)scan_while(&url, is_path_char, url.n, &local);
	for (const char *const *h = platform_info(p)->hosts; *h != NULL; h++) {
		if (!below(name, *h))
			continue;
		if (host != NULL)
			*host = name;
		if (path != NULL)
			*path = local;
		return true;
	}
	return false;
}
