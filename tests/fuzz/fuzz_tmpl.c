/* The template compiler: any text, in the role of a page, a part, a layout and a mail. */
#include <stdint.h>

#include "gen/tmpl_compile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "page/t.html", "part/t.html", "t.html", "mail/t.txt" };
	const struct span text = { (const char *)data, size };

	for (size_t i = 0; i < countof(paths); i++) {
		const struct tmpl_source sources[] = {
			{ "frame.html", "frame.html", SPAN("{{ view struct f f }}{{ body }}") },
			{ "part/row.html", "part/row.html", SPAN("{{ view struct r r }}x") },
			{ paths[i], "t", text },
		};
		BUF_AUTO header;
		BUF_AUTO source;
		struct err e = { 0 };

		buf_init(&header, TMPL_MAX_OUTPUT);
		buf_init(&source, TMPL_MAX_OUTPUT);
		if (tmpl_compile(sources, countof(sources), &header, &source, &e) != 0 &&
			e.text[0] == '\0')
			__builtin_trap();
	}
	return 0;
}
