/* The configuration file: whatever it holds, it is taken or refused with a reason. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "os/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *m = arena_new(1U << 28);
	struct span text = { (const char *)data, size };
	struct config c;
	struct err e = { 0 };

	if (config_parse(text, "fuzz", m, &c, &e) == 0) {
		assert(c.port >= 1 && c.port <= 65535);
		assert(strlen(c.env) > 0 && strlen(c.cron_secret) != 1);
		assert(utf8_valid(c.base_url, strlen(c.base_url)));
	} else {
		assert(e.kind == ERR_INVALID && e.text[0] != '\0');
	}
	arena_free(m);
	return 0;
}
