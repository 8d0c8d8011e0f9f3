#include "tests/fuzz/source_body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_source(PLATFORM_HACKERRANK, data, size);
	return 0;
}
