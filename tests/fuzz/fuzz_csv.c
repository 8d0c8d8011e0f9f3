/* Tables: reading comes to an end, fields are inside the text or the arena, and what is written of
 * one is read back. */
#include <assert.h>
#include <stdint.h>

#include "base/csv.h"
#include "base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_and_read(struct arena *m, struct span field)
{
	struct err e = { .kind = ERR_NONE };
	struct span written;
	struct span back;
	struct csv c;
	size_t n;
	BUF_AUTO b;

	buf_init(&b, 4 * MEMBER_MAX_TEXT);
	csv_put(&b, field);
	assert(buf_finish(&b, &written, &e) == 0);
	csv_begin(&c, written);
	assert(csv_next(&c, m, &back, 1, &n) == CSV_RECORD && n == 1);
	assert(span_eq(csv_plain(back), field) || (field.n == 0 && back.n == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *m;
	struct span v[4];
	struct span text;
	enum csv_result r;
	struct csv c;
	size_t n;

	if (m == NULL)
		m = arena_new(16 * MEMBER_MAX_TEXT);
	arena_reset(m);
	if (!csv_decode(m, (struct span){ (const char *)data, size }, MEMBER_MAX_TEXT, &text))
		return 0;
	csv_begin(&c, text);
	while ((r = csv_next(&c, m, v, 4, &n)) != CSV_END) {
		size_t line = c.line;

		assert(line >= 1 && line <= c.lines_read + 1);
		for (size_t i = 0; r == CSV_RECORD && i < n && i < 4; i++)
			write_and_read(m, v[i]);
	}
	assert(c.rest.n == 0);
	return 0;
}
