#ifndef BASE_MAILBOX_H
#define BASE_MAILBOX_H

#include <stdbool.h>

#include "base/span.h"

/*
 * Mail addresses as people have them: the dot-atoms of RFC 5322 on both sides of the @, in ASCII,
 * at most 64 bytes before it and 254 in all. Quoted local parts, comments, address literals and
 * everything that could end a header line or begin another address are refused.
 */
#define MAILBOX_MAX_LOCAL 64
#define MAILBOX_MAX       254

bool mailbox_valid(struct span address); // one address, without a name

/* "Podium <podium@example.org>", or the address alone; the name may stand in quotes. False if the
 * address is not valid or the name holds a control character. */
struct mailbox {
	struct span name; // SPAN_NONE: none
	struct span address;
};
bool mailbox_parse(struct span text, struct mailbox *out);

/* What stands behind the @. */
struct span mailbox_domain(struct span address);

#endif
