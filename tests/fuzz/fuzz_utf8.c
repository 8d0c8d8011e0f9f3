/* UTF-8: the validator, the decoder and the cutter have to agree about every text. */
#include <assert.h>
#include <stdint.h>

#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	size_t at = 0;
	size_t count = 0;

	while (at < size) {
		uint32_t c;
		size_t n = utf8_decode(p + at, size - at, &c);

		if (n == 0)
			break;
		assert(n <= 4 && n <= size - at);
		assert(c <= 0x10ffff && (c < 0xd800 || c > 0xdfff));
		at += n;
		count++;
	}
	assert(utf8_valid(p, size) == (at == size));
	assert(utf8_valid(p, at) && utf8_length(p, at) == count);
	for (size_t n = 0; n <= at; n++) {
		size_t cut = utf8_cut(p, n);

		assert(cut <= n && n - cut < 4 && utf8_valid(p, cut));
	}
	assert(utf8_cut(p, size) <= size);
	return 0;
}
