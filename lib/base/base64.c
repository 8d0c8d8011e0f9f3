#include "base/base64.h"

#include <stdint.h>
#include <string.h>

struct variant {
	char digits[65];
	bool padded;
};

static const struct variant standard = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", true
};
static const struct variant for_url = {
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", false
};

static struct span encode(struct arena *m, struct span in, const struct variant *v)
{
	char *text = arena_alloc(m, in.n / 3 * 4 + 5);
	char *o = text;

	for (size_t i = 0; i < in.n; i += 3) {
		size_t left = in.n - i < 3 ? in.n - i : 3;
		uint32_t group = 0;

		for (size_t k = 0; k < left; k++)
			group |= (uint32_t)(unsigned char)in.p[i + k] << (16 - 8 * k);
		for (size_t k = 0; k < 4; k++) {
			if (k <= left)
				*o++ = v->digits[group >> (18 - 6 * k) & 63U];
			else if (v->padded)
				*o++ = '=';
		}
	}
	return (struct span){ text, (size_t)(o - text) };
}

static int digit(char c, const struct variant *v)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == v->digits[62])
		return 62;
	return c == v->digits[63] ? 63 : -1;
}

static bool strip_padding(struct span *text)
{
	if (text->n % 4 != 0)
		return false;
	for (int i = 0; i < 2 && text->n > 0 && text->p[text->n - 1] == '='; i++)
		text->n--;
	return true;
}

static bool decode(struct arena *m, struct span text, struct span *out, const struct variant *v)
{
	uint32_t group = 0;
	unsigned bits = 0;
	char *bytes;
	size_t n = 0;

	if (v->padded && !strip_padding(&text))
		return false;
	if (text.n % 4 == 1)
		return false;
	bytes = arena_alloc(m, text.n / 4 * 3 + 4);
	for (size_t i = 0; i < text.n; i++) {
		int d = digit(text.p[i], v);

		if (d < 0)
			return false;
		group = (group << 6 | (uint32_t)d) & 0xffffU;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bytes[n++] = (char)(unsigned char)(group >> bits);
		}
	}
	if ((group & ((1U << bits) - 1)) != 0)
		return false;
	*out = (struct span){ bytes, n };
	return true;
}

struct span base64_encode(struct arena *m, struct span bytes)
{
	return encode(m, bytes, &standard);
}

struct span base64url_encode(struct arena *m, struct span bytes)
{
	return encode(m, bytes, &for_url);
}

bool base64_decode(struct arena *m, struct span text, struct span *out)
{
	return decode(m, text, out, &standard);
}

bool base64url_decode(struct arena *m, struct span text, struct span *out)
{
	return decode(m, text, out, &for_url);
}
