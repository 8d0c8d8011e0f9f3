#ifndef AUTH_ENVELOPE_H
#define AUTH_ENVELOPE_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct config;

/*
 * Secrets at rest: AES-256-GCM under keys with names. The first key of ENCRYPTION_KEY seals, every
 * key of it opens. To change keys, put a new one in front, seal again what envelope_is_current says
 * no to, then take the old one away.
 *
 * A sealed text is bound to its purpose: "calendar_link.refresh_token:17" names the table, column
 * and row, and a text moved to another place does not open there. The purpose is no secret and is
 * not stored. At most ENVELOPE_MAX_PLAIN bytes; a sealed text is up to ENVELOPE_OVERHEAD bytes
 * longer.
 */
struct envelope;

#define ENVELOPE_MAX_PLAIN (16 * 1024 * 1024)
#define ENVELOPE_MAX_KEYS  16
#define ENVELOPE_MAX_NAME  16 // of a key: a-z, 0-9, - and _
#define ENVELOPE_OVERHEAD  (2 + ENVELOPE_MAX_NAME + 12 + 16)

/*
 * Reads "name:64 hex digits,...". ERR_INVALID if there is no key or one is malformed or named
 * twice; the message never holds a part of a key.
 */
int envelope_new(const char *keys, struct envelope **out, struct err *e) ATTR_MUST_USE;
void envelope_free(struct envelope *v); // wipes the keys; NULL is allowed

/* For the start of a program: envelope_new would take ENCRYPTION_KEY, or it is empty. */
int envelope_check(const struct config *conf, struct err *e) ATTR_MUST_USE;

/* The sealed text is binary (bytea). ERR_LIMIT if the text is too long. */
int envelope_seal(const struct envelope *v, struct arena *m, struct span plain, struct span purpose,
	struct span *out, struct err *e) ATTR_MUST_USE;

/*
 * ERR_INTERNAL if it cannot be opened; the text says which it was: not a sealed text, of a version
 * this program does not know, under a key that ENCRYPTION_KEY does not list, or changed or bound to
 * another purpose.
 */
int envelope_open(const struct envelope *v, struct arena *m, struct span sealed,
	struct span purpose, struct span *out, struct err *e) ATTR_MUST_USE;

/* True if it was sealed under the key that seals now. */
bool envelope_is_current(const struct envelope *v, struct span sealed);

#endif
