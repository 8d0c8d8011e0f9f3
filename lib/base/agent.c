/*
 * Browsers name those that they want to pass for as well, so the most particular names come first:
 * Edge says Chrome and Safari too, Chrome says Safari, phones say Linux or Mac OS X.
 */
#include "base/agent.h"

#include <string.h>

#include "base/attr.h"

struct known {
	const char *mark;
	const char *name;
};

static const struct known browsers[] = {
	{ "Edg/", "Edge" },
	{ "EdgA/", "Edge" },
	{ "EdgiOS/", "Edge" },
	{ "OPR/", "Opera" },
	{ "SamsungBrowser/", "Samsung Internet" },
	{ "Vivaldi/", "Vivaldi" },
	{ "Firefox/", "Firefox" },
	{ "FxiOS/", "Firefox" },
	{ "CriOS/", "Chrome" },
	{ "Chromium/", "Chromium" },
	{ "Chrome/", "Chrome" },
	{ "Safari/", "Safari" },
	{ "curl/", "curl" },
	{ "Wget/", "Wget" },
	{ "python-", "Python" },
	{ "Python", "Python" },
};

static const struct known systems[] = {
	{ "iPhone", "iPhone" },
	{ "iPad", "iPad" },
	{ "Android", "Android" },
	{ "CrOS", "ChromeOS" },
	{ "Windows", "Windows" },
	{ "Macintosh", "macOS" },
	{ "Linux", "Linux" },
	{ "FreeBSD", "FreeBSD" },
	{ "OpenBSD", "OpenBSD" },
};

static const char *find(struct span text, const struct known *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (text.n > 0 && memmem(text.p, text.n, v[i].mark, strlen(v[i].mark)) != NULL)
			return v[i].name;
	}
	return NULL;
}

struct span agent_name(struct arena *m, struct span user_agent)
{
	const char *browser = find(user_agent, browsers, countof(browsers));
	const char *system = find(user_agent, systems, countof(systems));

	if (browser == NULL && system == NULL)
		return SPAN("");
	if (browser != NULL && system != NULL)
		return span_of(arena_printf(m, "%s on %s", browser, system));
	return span_of(browser != NULL ? browser : system);
}
