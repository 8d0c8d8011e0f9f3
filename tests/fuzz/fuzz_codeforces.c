/*
 * Codeforces' envelope: any bytes under any status give a result or a reason, never both. The first
 * byte chooses the status.
 */
#include <assert.h>
#include <stdint.h>

#include "net/codeforces.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = { 200, 400, 403, 429, 500, 503 };
	struct span body = { (const char *)data, size };
	int status = size > 0 ? statuses[data[0] % countof(statuses)] : 200;
	JSON_AUTO root = NULL;
	const struct json *result;
	struct err e = { 0 };

	body = span_sub(body, 1, size);
	codeforces_bad_handle(body);
	if (codeforces_read(status, body, &root, &result, &e) == 0)
		assert(e.kind == ERR_NONE && root != NULL && result != NULL && status == 200);
	else
		assert(e.kind != ERR_NONE && e.kind != ERR_INTERNAL && root == NULL &&
			result == NULL && e.text[0] != '\0');
	return 0;
}
