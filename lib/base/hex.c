#include "base/hex.h"

void hex_encode(const void *bytes, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15U];
	}
	*out = '\0';
}

/* Without branches: digits are as good as random, and each wrong guess would cost more than the
 * rest. */
int hex_digit(char c)
{
	unsigned digit = (unsigned char)c - (unsigned)'0';
	unsigned letter = ((unsigned char)c | 0x20U) - (unsigned)'a';
	int value = letter < 6 ? (int)letter + 10 : -1;

	return digit < 10 ? (int)digit : value;
}

bool hex_decode(struct span digits, void *out, size_t n)
{
	unsigned char *o = out;
	int all = 0;

	if (digits.n / 2 != n || digits.n % 2 != 0)
		return false;
	for (size_t i = 0; i < digits.n; i++)
		all |= hex_digit(digits.p[i]);
	if (all < 0)
		return false;
	for (size_t i = 0; i < n; i++)
		o[i] = (unsigned char)(hex_digit(digits.p[2 * i]) << 4 |
				       hex_digit(digits.p[2 * i + 1]));
	return true;
}

bool uuid_valid(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? s.p[i] != '-' : hex_digit(s.p[i]) < 0)
			return false;
	}
	return s.n == 36;
}
