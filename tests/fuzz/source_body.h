#ifndef TESTS_FUZZ_SOURCE_BODY_H
#define TESTS_FUZZ_SOURCE_BODY_H

#include <assert.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "jobs/source/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One platform's parser over any bytes: what it lets through may be stored and shown. */
static void fuzz_source(enum platform platform, const uint8_t *data, size_t size)
{
	const int64_t now_s = 1791290306;
	struct arena *m = arena_new(1U << 30);
	struct contest_rows rows;
	struct err e = { 0 };

	contest_rows_start(&rows, platform);
	if (source_of(platform)->parse(
		    m, (struct span){ (const char *)data, size }, now_s, &rows, &e) != 0) {
		assert(e.kind != ERR_NONE && e.kind != ERR_INTERNAL && e.text[0] != '\0');
	}
	for (size_t i = 0; i < rows.n; i++) {
		const struct contest_row *r = &rows.v[i];

		assert(r->native_id.n >= 1 && r->native_id.n <= CONTEST_MAX_ID);
		assert(r->title.n >= 1 && r->title.n <= CONTEST_MAX_TITLE);
		assert(utf8_valid(r->title.p, r->title.n));
		for (size_t k = 0; k < r->title.n; k++)
			assert((unsigned char)r->title.p[k] >= 0x20 && r->title.p[k] != 0x7f);
		assert(r->start_s < r->end_s && r->end_s > now_s);
		assert(r->end_s - r->start_s <= CONTEST_MAX_DURATION_S);
		assert(platform_url(platform, r->url, NULL, NULL));
		for (size_t k = 0; k < i; k++)
			assert(!span_eq(rows.v[k].native_id, r->native_id));
	}
	arena_free(m);
}

#endif
