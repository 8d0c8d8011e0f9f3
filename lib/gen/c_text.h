#ifndef GEN_C_TEXT_H
#define GEN_C_TEXT_H

#include "base/buf.h"
#include "base/span.h"

/* Writes a C string literal, one source line for each line of text, the further ones indented. */
void c_text(struct buf *out, struct span s, const char *indent);

#endif
