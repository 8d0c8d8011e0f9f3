/* Base64 and hex: whatever is accepted is the only text of its bytes. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/base64.h"
#include "base/hex.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *m = arena_new(1U << 28);
	struct span text = { (const char *)data, size };
	struct span out;
	char *digits = arena_alloc(m, 2 * size + 1);
	void *bytes = arena_alloc(m, size + 1);

	if (base64_decode(m, text, &out))
		assert(span_eq(base64_encode(m, out), text));
	if (base64url_decode(m, text, &out))
		assert(span_eq(base64url_encode(m, out), text));
	assert(base64_decode(m, base64_encode(m, text), &out) && span_eq(out, text));
	assert(base64url_decode(m, base64url_encode(m, text), &out) && span_eq(out, text));
	hex_encode(data, size, digits);
	assert(hex_decode(span_of(digits), bytes, size) &&
		(size == 0 || memcmp(bytes, data, size) == 0));
	if (hex_decode(text, bytes, size / 2)) {
		hex_encode(bytes, size / 2, digits);
		assert(span_ieq(span_of(digits), text));
	}
	arena_free(m);
	return 0;
}
