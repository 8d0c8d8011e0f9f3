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

int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool hex_decode(struct span digits, void *out, size_t n)
{
	unsigned char *o = out;

	if (digits.n / 2 != n || digits.n % 2 != 0)
		return false;
	for (size_t i = 0; i < digits.n; i++) {
		if (hex_digit(digits.p[i]) < 0)
			return false;
	}
	for (size_t i = 0; i < n; i++) {
		int high = hex_digit(digits.p[2 * i]);
		int low = hex_digit(digits.p[2 * i + 1]);

		o[i] = (unsigned char)(high << 4 | low);
	}
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
