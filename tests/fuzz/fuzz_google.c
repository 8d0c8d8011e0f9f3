/*
 * Google's answers: any bytes under any status become one verdict, a reason that may be logged, and
 * tokens and versions that may stand in a header. The first byte chooses the status.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "net/google.h"
#include "net/google_calendar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_header_value(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		assert((unsigned char)s.p[i] >= 0x20 && s.p[i] != 0x7f);
}

static void check_answer(const struct google_answer *a)
{
	assert(google_what_name(a->what) != NULL);
	assert(strlen(a->reason) < GOOGLE_REASON_SIZE);
	check_header_value(span_of(a->reason));
	if (a->status >= 500 || a->status == 429)
		assert(a->what == GOOGLE_LATER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = { 200, 400, 401, 403, 404, 409, 410, 412, 429, 500, 503 };
	struct span body = { (const char *)data, size };
	int status = size > 0 ? statuses[data[0] % countof(statuses)] : 200;
	struct arena *m = arena_new(64 << 20);
	struct google_answer a;
	struct google_tokens t;
	struct google_event_seen seen;

	body = span_sub(body, 1, size);
	google_judge_call(status, body, &a);
	check_answer(&a);
	google_judge_token(status, body, &a);
	check_answer(&a);
	if (google_read_tokens(body, m, &t)) {
		assert(t.access.n > 0 && t.access.n <= GOOGLE_MAX_TOKEN);
		assert(t.refresh.p == NULL || t.refresh.n > 0);
		check_header_value(t.access);
		check_header_value(t.refresh);
		(void)google_has_scope(t.scope, GOOGLE_SCOPE_MADE);
	}
	if (google_event_read(body, m, &seen)) {
		assert(seen.etag.n > 0 && seen.etag.n <= GOOGLE_MAX_ETAG);
		check_header_value(seen.etag);
	}
	(void)google_event_id_valid(body);
	arena_free(m);
	return 0;
}
