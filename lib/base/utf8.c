#include "base/utf8.h"

#include <string.h>

static size_t sequence_length(unsigned char lead)
{
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead < 0xe0)
		return 2;
	if (lead >= 0xe0 && lead < 0xf0)
		return 3;
	if (lead >= 0xf0 && lead < 0xf5)
		return 4;
	return 0;
}

size_t utf8_decode(const char *p, size_t n, uint32_t *out)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *s = (const unsigned char *)p;
	size_t length = n > 0 ? sequence_length(s[0]) : 0;
	uint32_t c;

	if (length == 0 || length > n)
		return 0;
	if (length == 1) {
		*out = s[0];
		return 1;
	}
	c = s[0] & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xc0U) != 0x80U)
			return 0;
		c = c << 6 | (s[i] & 0x3fU);
	}
	if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*out = c;
	return length;
}

size_t utf8_encode(uint32_t c, char out[4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* The start of p that is plain ASCII, in whole words. */
static size_t ascii_words(const char *p, size_t n)
{
	size_t i = 0;
	uint64_t word;

	for (; n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, p + i, sizeof(word));
		if ((word & UINT64_C(0x8080808080808080)) != 0)
			break;
	}
	return i;
}

bool utf8_valid(const char *p, size_t n)
{
	uint32_t c;

	for (size_t i = ascii_words(p, n); i < n;) {
		size_t length = utf8_decode(p + i, n - i, &c);

		if (length == 0)
			return false;
		i += length;
		if (length > 1)
			i += ascii_words(p + i, n - i);
	}
	return true;
}

size_t utf8_cut(const char *p, size_t n)
{
	size_t back = 0;

	while (back < 4 && back < n) {
		unsigned char c = (unsigned char)p[n - 1 - back];

		back++;
		if ((c & 0xc0U) == 0x80U)
			continue;
		return sequence_length(c) > back ? n - back : n;
	}
	return n;
}

size_t utf8_length(const char *p, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)p[i] & 0xc0U) != 0x80U;
	return count;
}
