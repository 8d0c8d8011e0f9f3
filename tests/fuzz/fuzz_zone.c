/* Zone files: any bytes are read or refused, and what was read answers for all times. */
#include <assert.h>
#include <stdint.h>

#include "base/zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t moments[] = { 0, ZONE_SINCE, 1772323500, 1793494800, 4102444800, -1,
		253402300799, -62135596800 };
	struct span file = { (const char *)data, size };
	struct err e = { 0 };
	struct zone z;

	zone_name_ok(file);
	if (zone_parse(file, SPAN("Test/Zone"), &z, &e) != 0) {
		assert(e.kind == ERR_INVALID);
		return 0;
	}
	assert(z.n <= ZONE_MAX_STEPS);
	for (size_t i = 1; i < z.n; i++)
		assert(z.at[i - 1] < z.at[i]);
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		int32_t offset = zone_offset(&z, moments[i]);
		int64_t local = moments[i] + offset;
		int64_t again = zone_unix(&z, local);

		/* Not always the same moment (two show the same clock), but never a later one. */
		assert(again <= moments[i]);
		assert(again > moments[i] - 8 * 86400);
	}
	return 0;
}
