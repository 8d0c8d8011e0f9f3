#include "model/contest_title.h"

#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/utf8.h"

/*
 * Platforms send titles as people typed them: with entities of the page they came from, line ends,
 * and sometimes characters that turn the text around. A title later stands in pages, calendar
 * files and mails, so it is made harmless once, here: it holds no line end and no control
 * character whatever its reader forgets to escape.
 */

enum {
	ELLIPSIS = 0x2026,
	LONGEST_ENTITY = 10
};

static const struct {
	const char *name;
	uint32_t c;
} entities_known[] = {
	{ "amp", '&' },
	{ "lt", '<' },
	{ "gt", '>' },
	{ "quot", '"' },
	{ "apos", '\'' },
	{ "nbsp", ' ' },
	{ "ndash", 0x2013 },
	{ "mdash", 0x2014 },
	{ "lsquo", 0x2018 },
	{ "rsquo", 0x2019 },
	{ "ldquo", 0x201c },
	{ "rdquo", 0x201d },
	{ "bull", 0x2022 },
	{ "hellip", ELLIPSIS },
	{ "middot", 0xb7 },
	{ "laquo", 0xab },
	{ "raquo", 0xbb },
	{ "times", 0xd7 },
	{ "copy", 0xa9 },
	{ "reg", 0xae },
	{ "trade", 0x2122 },
	{ "deg", 0xb0 },
	{ "rarr", 0x2192 },
	{ "larr", 0x2190 },
	{ "hearts", 0x2665 },
	{ "auml", 0xe4 },
	{ "ouml", 0xf6 },
	{ "uuml", 0xfc },
	{ "Auml", 0xc4 },
	{ "Ouml", 0xd6 },
	{ "Uuml", 0xdc },
	{ "szlig", 0xdf },
	{ "eacute", 0xe9 },
	{ "egrave", 0xe8 },
	{ "agrave", 0xe0 },
	{ "aacute", 0xe1 },
	{ "iacute", 0xed },
	{ "oacute", 0xf3 },
	{ "uacute", 0xfa },
	{ "ntilde", 0xf1 },
	{ "ccedil", 0xe7 },
};

static bool numeric_entity(struct span digits, uint32_t *out)
{
	uint64_t value = 0;
	bool hex = span_starts(digits, "x") || span_starts(digits, "X");

	if (!hex) {
		if (!span_u64(digits, 0x10ffff, &value))
			return false;
	} else {
		digits = span_sub(digits, 1, digits.n);
		if (digits.n == 0 || digits.n > 6)
			return false;
		for (size_t i = 0; i < digits.n; i++) {
			char c = digits.p[i];

			if (c >= '0' && c <= '9')
				value = value * 16 + (uint64_t)(c - '0');
			else if ((c | 32) >= 'a' && (c | 32) <= 'f')
				value = value * 16 + (uint64_t)((c | 32) - 'a' + 10);
			else
				return false;
		}
	}
	if (value == 0 || value > 0x10ffff || (value >= 0xd800 && value < 0xe000))
		return false;
	*out = (uint32_t)value;
	return true;
}

/* Decodes an entity at the front of *at, which stands behind the ampersand. */
static bool take_entity(struct span *at, uint32_t *out)
{
	struct span rest = *at;
	struct span name;

	if (!scan_until(&rest, ';', LONGEST_ENTITY, &name))
		return false;
	if (scan_char(&name, '#')) {
		if (!numeric_entity(name, out))
			return false;
		*at = rest;
		return true;
	}
	for (size_t i = 0; i < countof(entities_known); i++) {
		if (span_is(name, entities_known[i].name)) {
			*out = entities_known[i].c;
			*at = rest;
			return true;
		}
	}
	return false;
}

static bool is_blank(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 || c == 0x2028 ||
	       c == 0x2029;
}

/* Control characters, and those that are not seen or change the direction of what follows. */
static bool is_unwanted(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f) ||
	       (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

struct span contest_title(struct arena *m, struct span raw, bool entities)
{
	char out[CONTEST_MAX_TITLE + 4];
	size_t n = 0;
	bool blank = false;

	while (raw.n > 0) {
		uint32_t c;
		size_t length = utf8_decode(raw.p, raw.n, &c);

		raw = span_sub(raw, length == 0 ? 1 : length, raw.n);
		if (length == 0)
			continue;
		if (c == '&' && entities)
			(void)take_entity(&raw, &c);
		if (is_blank(c)) {
			blank = n > 0;
			continue;
		}
		if (is_unwanted(c))
			continue;
		if (n + blank + 4 > CONTEST_MAX_TITLE - 3) {
			n += utf8_encode(ELLIPSIS, out + n);
			break;
		}
		if (blank)
			out[n++] = ' ';
		blank = false;
		n += utf8_encode(c, out + n);
	}
	return arena_span(m, (struct span){ out, n });
}
