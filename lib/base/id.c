#include "base/id.h"

#include <string.h>

static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";

void id_format(const unsigned char bytes[ID_BYTES], char out[ID_SIZE])
{
	unsigned bits = 0;
	unsigned value = 0;
	char *o = out;

	for (size_t i = 0; i < ID_BYTES; i++) {
		value = (value << 8 | bytes[i]) & 0xfffU; // at most 4 bits wait for the next byte
		for (bits += 8; bits >= 5; bits -= 5)
			*o++ = alphabet[value >> (bits - 5) & 31U];
	}
	*o = '\0';
}

bool id_valid(struct span s)
{
	if (s.n != ID_SIZE - 1)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\0' || strchr(alphabet, s.p[i]) == NULL)
			return false;
	}
	return true;
}
