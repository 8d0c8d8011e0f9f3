#ifndef BASE_HEX_H
#define BASE_HEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* Lower case, 2 * n digits and a NUL. */
void hex_encode(const void *bytes, size_t n, char *out);

/* Exactly 2 * n digits of either case; out is filled only on success. */
bool hex_decode(struct span digits, void *out, size_t n);

/* The value of one digit of either case, or -1. */
int hex_digit(char c);

/* 36 characters: hex digits of either case, and dashes where a UUID has them. */
bool uuid_valid(struct span s);

#endif
