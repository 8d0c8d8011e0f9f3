#ifndef BASE_ID_H
#define BASE_ID_H

#include <stdbool.h>

#include "base/span.h"

/*
 * Ids shown to the world. They are random and not counted up, so that nobody reads from them how
 * many of a thing there are: 80 bits as 16 characters of a lower-case base 32 alphabet without
 * i, l, o and u. os/rnd.h makes new ones.
 */
#define ID_BYTES 10
#define ID_SIZE  17 // 16 characters and a NUL

/* Writes all 80 bits, high ones first. */
void id_format(const unsigned char bytes[ID_BYTES], char out[ID_SIZE]);

/* True for exactly 16 characters of the alphabet. */
bool id_valid(struct span s);

#endif
