#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

#define PASSWORD_HASH_SIZE 384 // as libcrypt's CRYPT_OUTPUT_SIZE

/* The cost of this process's hashes, 4 to 31; PASSWORD_COST without it. */
void password_use_cost(int64_t cost);

/*
 * bcrypt ($2b$). ERR_INVALID on field "password" unless it has PASSWORD_LEAST
 * characters, at most PASSWORD_MOST bytes, is UTF-8 and holds no NUL: bcrypt would take two long
 * passwords that differ at their ends for one.
 */
int password_hash(struct span password, char out[PASSWORD_HASH_SIZE], struct err *e) ATTR_MUST_USE;

/*
 * Whether the password has that hash. A hash of no kind that is still thought safe never fits. With
 * NULL for the hash the answer is false, after the time that a real comparison takes. *is_old is
 * set when the password is right but should be hashed anew.
 */
bool password_check(struct span password, const char *hash, bool *is_old);

/* A random password that is easy to type: 4 groups of 5 letters and digits, 98 bits. */
#define PASSWORD_RANDOM_SIZE 24
void password_random(char out[PASSWORD_RANDOM_SIZE]);

#endif
