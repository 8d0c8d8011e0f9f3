/* languages.conf: what is accepted is complete. Java: what is found lies in the source. */
#include <assert.h>
#include <stdint.h>

#include "judge/language.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_inside(struct span all, struct span part)
{
	assert(part.p == NULL || (part.p >= all.p && part.p + part.n <= all.p + all.n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size };
	struct arena *m = arena_new(1 << 24);
	struct err e = { 0 };
	struct languages all;
	struct language_java java;

	if (languages_parse(text, m, &all, &e) != 0)
		assert(e.kind == ERR_INVALID && e.text[0] != '\0');
	for (size_t i = 0; e.kind == ERR_NONE && i < all.n; i++) {
		const struct language *l = &all.v[i];

		assert(language_find(&all, span_of(l->id)) == l);
		assert(l->name[0] != '\0' && l->extensions.n > 0);
		assert(l->run.v[0][0] == '/');
	}
	if (e.kind == ERR_NONE)
		(void)language_detect(&all, text, text);
	(void)language_file_name(text);
	language_java_read(text, &java);
	check_inside(text, java.package);
	check_inside(text, java.public_type);
	check_inside(text, java.main);
	arena_free(m);
	return 0;
}
