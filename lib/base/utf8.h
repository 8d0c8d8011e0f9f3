#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* True if the n bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). */
bool utf8_valid(const char *p, size_t n);

/* Decodes one character from at most n bytes; returns its length 1..4, or 0 if it is malformed. */
size_t utf8_decode(const char *p, size_t n, uint32_t *out);

/* Writes a character that utf8_decode can give; returns its length 1..4. No NUL is added. */
size_t utf8_encode(uint32_t c, char out[4]);

/* The largest m <= n so that p[0..m) does not end inside a character. */
size_t utf8_cut(const char *p, size_t n);

/* Number of characters in well-formed text. */
size_t utf8_length(const char *p, size_t n);

#endif
