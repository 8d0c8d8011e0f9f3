#include "net/http_url.h"

#include <string.h>

#include <curl/curl.h>

#include "base/attr.h"

static void url_free(CURLU **u)
{
	curl_url_cleanup(*u);
}

static const char *part(struct arena *m, CURLU *u, CURLUPart what, unsigned flags)
{
	char *text = NULL;
	const char *copy;

	if (curl_url_get(u, what, &text, flags) != CURLUE_OK)
		return NULL;
	copy = arena_dup(m, span_of(text));
	curl_free(text);
	return copy;
}

static bool is_clean(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= 0x20 || c == 0x7f || c == '\\' || c == '#')
			return false;
	}
	return s.n > 0;
}

static bool fill(struct arena *m, CURLU *u, struct http_url *out)
{
	const char *query = part(m, u, CURLUPART_QUERY, 0);
	const char *port = part(m, u, CURLUPART_PORT, CURLU_NO_DEFAULT_PORT);
	const char *path = part(m, u, CURLUPART_PATH, 0);

	out->scheme = part(m, u, CURLUPART_SCHEME, 0);
	out->host = part(m, u, CURLUPART_HOST, 0);
	out->port = part(m, u, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	if (out->scheme == NULL || out->host == NULL || out->port == NULL || path == NULL ||
		(strcmp(out->scheme, "https") != 0 && strcmp(out->scheme, "http") != 0))
		return false;
	out->origin = port == NULL ? arena_printf(m, "%s://%s", out->scheme, out->host)
				   : arena_printf(m, "%s://%s:%s", out->scheme, out->host, port);
	out->path = query == NULL ? path : arena_printf(m, "%s?%s", path, query);
	return is_clean(span_of(out->path));
}

bool http_url_read(struct arena *m, struct span text, struct http_url *out)
{
	CURLU *CLEANUP(url_free) u = curl_url();

	return u != NULL && is_clean(text) && memchr(text.p, '\0', text.n) == NULL &&
	       curl_url_set(u, CURLUPART_URL, arena_dup(m, text), CURLU_DISALLOW_USER) ==
		       CURLUE_OK &&
	       fill(m, u, out);
}

bool http_url_resolve(
	struct arena *m, const struct http_url *base, struct span reference, struct http_url *out)
{
	CURLU *CLEANUP(url_free) u = curl_url();
	const char *from = arena_printf(m, "%s%s", base->origin, base->path);

	return u != NULL && is_clean(reference) && memchr(reference.p, '\0', reference.n) == NULL &&
	       curl_url_set(u, CURLUPART_URL, from, 0) == CURLUE_OK &&
	       curl_url_set(u, CURLUPART_URL, arena_dup(m, reference), CURLU_DISALLOW_USER) ==
		       CURLUE_OK &&
	       fill(m, u, out);
}

struct span http_url_text(struct arena *m, const struct http_url *u)
{
	return span_of(arena_printf(m, "%s%s", u->origin, u->path));
}
