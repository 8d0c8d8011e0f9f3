#ifndef HTML_PLAIN_H
#define HTML_PLAIN_H

#include <stdint.h>

#include "html/html.h"

/*
 * Typed writing of plain text: the mail templates. In the body control characters other than tab
 * and line feed are dropped; in a header line every run of them becomes one blank, so that no value
 * can begin a header of its own.
 */
void plain_text(struct html *h, const char *s); // NULL prints nothing
void plain_span(struct html *h, struct span s);
void plain_url(struct html *h, struct url u);
void plain_fmt(struct html *h, struct fmt f);

/* The same for the value of a header line. */
void plain_header_text(struct html *h, const char *s);
void plain_header_span(struct html *h, struct span s);
void plain_header_url(struct html *h, struct url u);
void plain_header_fmt(struct html *h, struct fmt f);

#define plain_of(h, v, prefix)                                                                     \
	_Generic((v),                                                                              \
			char *: prefix##_text,                                                     \
			const char *: prefix##_text,                                               \
			struct span: prefix##_span,                                                \
			struct url: prefix##_url,                                                  \
			struct fmt: prefix##_fmt,                                                  \
			int: html_i64,                                                             \
			long: html_i64,                                                            \
			long long: html_i64,                                                       \
			unsigned: html_u64,                                                        \
			unsigned long: html_u64,                                                   \
			unsigned long long: html_u64)((h), (v))

#define plain_put(h, v)        plain_of(h, v, plain)
#define plain_header_put(h, v) plain_of(h, v, plain_header)

#endif
