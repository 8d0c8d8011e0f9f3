/* VALKEY_URI: what is accepted is whole, what is refused is not repeated. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "net/redis_uri.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct redis_uri u;
	struct err e = { 0 };

	if (redis_uri_parse((struct span){ (const char *)data, size }, &u, &e) == 0) {
		assert((u.path[0] == '/') != (u.host[0] != '\0'));
		assert(u.port > 0 && u.port < 65536 && u.db[0] >= '0' && u.db[0] <= '9');
		assert(strlen(u.password) < sizeof(u.password) && strlen(u.user) < sizeof(u.user));
	} else {
		assert(e.kind == ERR_INVALID);
	}
	return 0;
}
