#include "base/base32.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

struct span base32_encode(struct arena *m, struct span bytes)
{
	char *text = arena_alloc(m, (bytes.n * 8 + 4) / 5 + 1);
	size_t n = 0;
	unsigned value = 0;
	unsigned bits = 0;

	for (size_t i = 0; i < bytes.n; i++) {
		value = (value << 8 | (unsigned char)bytes.p[i]) & 0xfffU; // at most 4 bits wait
		for (bits += 8; bits >= 5; bits -= 5)
			text[n++] = alphabet[value >> (bits - 5) & 31U];
	}
	if (bits > 0)
		text[n++] = alphabet[value << (5 - bits) & 31U];
	return (struct span){ text, n };
}
