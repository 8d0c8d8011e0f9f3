#include "os/rnd.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

void rnd_bytes(void *out, size_t n)
{
	char *p = out;

	while (n > 0) {
		ssize_t got = getrandom(p, n, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			fputs("level=error event=rnd.abort reason=\"getrandom failed\"\n", stderr);
			abort();
		}
		p += got;
		n -= (size_t)got;
	}
}

uint64_t rnd_u64(void)
{
	uint64_t v;

	rnd_bytes(&v, sizeof(v));
	return v;
}

uint64_t rnd_below(uint64_t n)
{
	uint64_t rest;
	uint64_t v;

	assert(n > 0);
	rest = UINT64_MAX % n + 1; // numbers at the top that would favour small results; n if none
	do
		v = rnd_u64();
	while (rest != n && v > UINT64_MAX - rest);
	return v % n;
}

void rnd_id(char out[ID_SIZE])
{
	unsigned char bytes[ID_BYTES];

	rnd_bytes(bytes, sizeof(bytes));
	id_format(bytes, out);
}
