/* Archives: what is read stays below and lies in the bytes, and can be written and read again. */
#include <assert.h>
#include <stdint.h>

#include "judge/tar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = { (const char *)data, size }, again;
	struct tar t, u;
	struct tar_file f, g;
	struct err e = { 0 };
	BUF_AUTO b;

	buf_init(&b, 1 << 24);
	tar_start(&t, all);
	while (tar_next(&t, &f, &e) == 1) {
		assert(tar_path_is_plain(f.path));
		assert(f.text.p >= all.p && f.text.p + f.text.n <= all.p + all.n);
		buf_reset(&b);
		if (tar_add(&b, &f, &e) != 0 || buf_finish(&b, &again, &e) != 0)
			break;
		tar_start(&u, again);
		assert(tar_next(&u, &g, &e) == 1);
		assert(span_eq(f.path, g.path) && span_eq(f.text, g.text) &&
			f.may_run == g.may_run);
	}
	return 0;
}
