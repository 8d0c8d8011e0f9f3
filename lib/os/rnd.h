#ifndef OS_RND_H
#define OS_RND_H

#include <stddef.h>
#include <stdint.h>

#include "base/id.h"

/*
 * Random bytes of the kernel's generator, fit for keys. None of these fails: a kernel that cannot
 * give random bytes ends the process with a line on stderr.
 */
void rnd_bytes(void *out, size_t n);

uint64_t rnd_u64(void); // 64 random bits

/* Uniform over 0..n-1; n > 0. */
uint64_t rnd_below(uint64_t n);

/* A new public id (base/id.h): 80 random bits, so equal ones need not be expected. */
void rnd_id(char out[ID_SIZE]);

#endif
