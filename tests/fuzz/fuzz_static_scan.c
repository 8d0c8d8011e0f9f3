/*
 * Rules and a source, a NUL between them. Accepted rules flag lines that are there; the pieces of
 * the source, in every language, are the source.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "judge/code.h"
#include "judge/static_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void pieces(struct span source, const char *language)
{
	const struct code_syntax *s = code_syntax_of(span_of(language));
	struct span rest = source;
	struct code_piece p;
	size_t n = 0;

	while (code_next(s, &rest, &p)) {
		assert(p.text.n > 0 && p.text.p == source.p + n);
		n += p.text.n;
	}
	assert(n == source.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const languages[] = { "c", "cpp17", "java", "python3", "javascript",
		"go", "rust", "kotlin", "pascal", "ocaml", "haskell", "" };
	struct arena *m = arena_new(32 * 1024 * 1024);
	struct span all = { (const char *)data, size }, rules_text, source;
	struct static_scan_rules rules;
	struct static_scan_flags flags;
	struct err e = { 0 };

	source = span_split(&all, '\0', &rules_text) && all.p != NULL ? all : SPAN("");
	for (size_t i = 0; i < countof(languages); i++)
		pieces(source, languages[i]);
	if (rules_text.n > STATIC_SCAN_MAX_FILE ||
		static_scan_parse(m, rules_text, "fuzz", &rules, &e) != 0) {
		assert(rules_text.n > STATIC_SCAN_MAX_FILE ||
			(e.kind == ERR_INVALID && e.text[0] != '\0'));
		arena_free(m);
		return 0;
	}
	static_scan_run(&rules, m, SPAN("cpp17"), source, &flags);
	assert(flags.n <= rules.n);
	for (size_t i = 0; i < flags.n; i++)
		assert(flags.v[i].line >= 1 && flags.v[i].n >= 1);
	arena_free(m);
	return 0;
}
