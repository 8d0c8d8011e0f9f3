/*
 * The comparison: a byte of flags, then answer and output with a byte 1 between. Pieces change
 * nothing, every output is its own right answer, and flags are any text.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "judge/compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum compare_fault held(
	const struct compare_flags *f, struct span answer, struct span output, size_t piece)
{
	static struct compare c;
	struct compare_place place;
	bool accepted;

	compare_init(&c, f, answer);
	while (output.n > 0) {
		compare_feed(&c, span_sub(output, 0, piece));
		output = span_sub(output, piece, output.n);
	}
	accepted = compare_end(&c, &place);
	assert(accepted == (place.fault == COMPARE_SAME));
	assert(place.got_size <= COMPARE_MAX_SHOWN && place.expected_size <= COMPARE_MAX_SHOWN);
	return place.fault;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct compare_flags f = { 0 }, parsed;
	struct err e = { 0 };
	struct span all = { (const char *)data, size }, answer, output;
	const char *cut;

	if (size == 0)
		return 0;
	if (compare_flags_parse(all, &parsed, &e) != 0)
		assert(e.kind == ERR_INVALID);
	f.case_sensitive = data[0] & 1;
	f.space_sensitive = data[0] & 2;
	f.has_absolute = data[0] & 4;
	f.has_relative = data[0] & 8;
	f.absolute = f.relative = 1e-3;
	all = span_sub(all, 1, all.n);
	cut = all.n > 0 ? memchr(all.p, 1, all.n) : NULL;
	answer = span_sub(all, 0, cut != NULL ? (size_t)(cut - all.p) : all.n);
	output = cut != NULL ? span_sub(all, answer.n + 1, all.n) : SPAN("");
	assert(held(&f, answer, output, 1) == held(&f, answer, output, SIZE_MAX));
	assert(held(&f, answer, answer, 3) == COMPARE_SAME);
	return 0;
}
