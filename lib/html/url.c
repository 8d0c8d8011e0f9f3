#include "html/url.h"

#include <stdarg.h>
#include <string.h>

#include "base/buf.h"
#include "html/asset.h"

#define URL_MAX 8192

static bool is_plain(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

/* RFC 3986: everything but the unreserved characters. */
static void encode(struct buf *b, struct span s)
{
	static const char hex[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (is_plain(c)) {
			buf_addc(b, (char)c);
		} else {
			char escaped[3] = { '%', hex[c >> 4], hex[c & 15] };

			buf_add(b, escaped, sizeof(escaped));
		}
	}
}

/* An address that is too long leads nowhere rather than somewhere else. */
static struct url finish(struct arena *m, struct buf *b)
{
	struct err e = { 0 };
	struct span s;

	if (buf_finish(b, &s, &e) != 0)
		return (struct url){ "#" };
	return (struct url){ arena_dup(m, s) };
}

/* A segment "." or ".." climbs, and browsers read %2E as the dot; it becomes one that names
 * nothing. */
static bool climbs(struct span s)
{
	return span_is(s, ".") || span_is(s, "..");
}

struct url url_to(struct arena *m, const char *pattern, ...)
{
	BUF_AUTO b;
	va_list ap;

	buf_init(&b, URL_MAX);
	va_start(ap, pattern);
	while (*pattern != '\0') {
		const char *next = strstr(pattern, "{}");
		const char *text;

		if (next == NULL) {
			buf_adds(&b, pattern);
			break;
		}
		buf_add(&b, pattern, (size_t)(next - pattern));
		text = va_arg(ap, const char *);
		if (text == NULL)
			break;
		if (climbs(span_of(text)))
			buf_adds(&b, "-");
		else
			encode(&b, span_of(text));
		pattern = next + 2;
	}
	va_end(ap);
	return finish(m, &b);
}

struct url url_with(struct arena *m, struct url u, const char *name, struct span value)
{
	BUF_AUTO b;
	struct span whole = span_of(u.text);
	struct span before = whole;
	const char *hash = whole.n > 0 ? memchr(whole.p, '#', whole.n) : NULL;

	buf_init(&b, URL_MAX);
	if (value.p == NULL)
		return u;
	if (hash != NULL)
		before.n = (size_t)(hash - whole.p);
	buf_add_span(&b, before);
	buf_addc(&b, span_has(before, '?') ? '&' : '?');
	encode(&b, span_of(name));
	buf_addc(&b, '=');
	encode(&b, value);
	buf_add_span(&b, span_sub(whole, before.n, whole.n));
	return finish(m, &b);
}

static bool is_clean(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c <= 0x20 || c == 0x7F || c == '\\')
			return false;
	}
	return true;
}

static bool starts_ignoring_case(struct span s, const char *prefix)
{
	struct span p = span_of(prefix);

	return s.n > p.n && span_ieq(span_sub(s, 0, p.n), p);
}

struct url url_external(struct arena *m, struct span address)
{
	bool known = starts_ignoring_case(address, "https://") ||
		     starts_ignoring_case(address, "http://") ||
		     starts_ignoring_case(address, "mailto:");

	if (!known || address.n > URL_MAX || !is_clean(address))
		return (struct url){ "#" };
	return (struct url){ arena_dup(m, address) };
}

/* Browsers read a backslash as a slash and drop tabs and line ends, so is_clean refuses them. */
struct url url_local(struct arena *m, struct span address)
{
	if (address.n > URL_MAX || !span_starts(address, "/") || span_starts(address, "//") ||
		!is_clean(address))
		return (struct url){ "/" };
	return (struct url){ arena_dup(m, address) };
}

struct url url_asset(const char *name)
{
	for (const struct asset *a = assets; a->name != NULL; a++) {
		if (strcmp(a->name, name) == 0)
			return (struct url){ a->path };
	}
	return (struct url){ "#" };
}
