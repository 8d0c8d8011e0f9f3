#include "base/mailbox.h"

#include <string.h>

#include "base/utf8.h"

static bool is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_atom(char c)
{
	return is_alnum(c) || (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~", c) != NULL);
}

static bool local_valid(struct span s)
{
	bool after_dot = true;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '.' ? after_dot : !is_atom(s.p[i]))
			return false;
		after_dot = s.p[i] == '.';
	}
	return !after_dot && s.n <= MAILBOX_MAX_LOCAL;
}

/* Labels of letters, digits and inner hyphens, at most 63 bytes each. */
static bool domain_valid(struct span s)
{
	size_t label = 0;

	for (size_t i = 0; i < s.n; i++) {
		bool ends = i + 1 == s.n || s.p[i + 1] == '.';

		if (s.p[i] == '.') {
			if (label == 0 || ends)
				return false;
			label = 0;
			continue;
		}
		if (!is_alnum(s.p[i]) && !(s.p[i] == '-' && label > 0 && !ends))
			return false;
		if (++label > 63)
			return false;
	}
	return label > 0;
}

static size_t at_sign(struct span address)
{
	const char *at = address.n > 0 ? memrchr(address.p, '@', address.n) : NULL;

	return at != NULL ? (size_t)(at - address.p) : address.n;
}

bool mailbox_valid(struct span address)
{
	size_t at = at_sign(address);

	return address.n <= MAILBOX_MAX && at < address.n &&
	       local_valid(span_sub(address, 0, at)) &&
	       domain_valid(span_sub(address, at + 1, address.n));
}

struct span mailbox_domain(struct span address)
{
	return span_sub(address, at_sign(address) + 1, address.n);
}

static bool name_valid(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	}
	return utf8_valid(s.p, s.n);
}

bool mailbox_parse(struct span text, struct mailbox *out)
{
	const char *open;

	text = span_trim(text);
	*out = (struct mailbox){ .address = text };
	open = text.n > 0 ? memrchr(text.p, '<', text.n) : NULL;
	if (open != NULL && span_ends(text, ">")) {
		size_t before = (size_t)(open - text.p);

		out->name = span_trim(span_sub(text, 0, before));
		out->address = span_sub(text, before + 1, text.n - before - 2);
		if (out->name.n >= 2 && span_starts(out->name, "\"") && span_ends(out->name, "\""))
			out->name = span_sub(out->name, 1, out->name.n - 2);
		if (out->name.n == 0)
			out->name = SPAN_NONE;
	}
	return name_valid(out->name) && mailbox_valid(out->address);
}
