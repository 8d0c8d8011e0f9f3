#include "judge/squeeze.h"

#include <zstd.h>

#define LEVEL 1 // a compiler is waited for: higher ones take twice the time for a twentieth less

int squeeze(struct arena *m, struct span bytes, struct span *out, struct err *e)
{
	size_t most = ZSTD_compressBound(bytes.n);
	char *to = arena_alloc(m, most);
	size_t n = ZSTD_compress(to, most, bytes.p, bytes.n, LEVEL);

	if (ZSTD_isError(n) != 0)
		return err_set(e, ERR_INTERNAL, "cannot compress: %s", ZSTD_getErrorName(n));
	*out = (struct span){ to, n };
	return 0;
}

int unsqueeze(struct arena *m, struct span squeezed, size_t most, struct span *out, struct err *e)
{
	unsigned long long size = ZSTD_getFrameContentSize(squeezed.p, squeezed.n);
	char *to;
	size_t n;

	if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > most)
		return err_set(e, ERR_INVALID, "not compressed, or too large");
	to = arena_alloc(m, (size_t)size + 1);
	n = ZSTD_decompress(to, (size_t)size, squeezed.p, squeezed.n);
	if (ZSTD_isError(n) != 0 || n != size)
		return err_set(e, ERR_INVALID, "the compressed bytes are damaged");
	*out = (struct span){ to, n };
	return 0;
}
