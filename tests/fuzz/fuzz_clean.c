/* Foreign HTML: what is clean stays as it is, holds no markup but ours, and closes what it opens.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "html/clean.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const never[] = { "<script", "<style", "<iframe", "<object", "<embed",
		"<svg", "<!--", "<form" };
	struct arena *m = arena_new(1U << 30);
	struct span clean;
	struct err e = { 0 };
	BUF_AUTO once;
	BUF_AUTO words;

	buf_init(&once, CLEAN_MAX_TEXT);
	buf_init(&words, CLEAN_MAX_TEXT);
	if (html_clean(m, (struct span){ (const char *)data, size }, &once, &e) == 0 &&
		buf_finish(&once, &clean, &e) == 0) {
		long depth = 0;

		assert(utf8_valid(clean.p, clean.n));
		for (size_t i = 0; i < clean.n; i++) {
			depth += clean.p[i] == '<';
			depth -= clean.p[i] == '>';
			assert(depth == 0 || depth == 1);
			for (size_t k = 0; clean.p[i] == '<' && k < 8; k++)
				assert(never[k][0] != '<' ||
					strncmp(clean.p + i, never[k], strlen(never[k])) != 0);
		}
		html_words(clean, &words);
	}
	arena_free(m);
	return 0;
}
