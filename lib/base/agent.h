#ifndef BASE_AGENT_H
#define BASE_AGENT_H

#include "base/arena.h"
#include "base/span.h"

/* What a User-Agent says, for a person: "Firefox on Linux", "Safari on iPhone", "curl"; empty if it
 * says nothing that is known. At most 40 bytes, never a part of what was sent. */
struct span agent_name(struct arena *m, struct span user_agent);

#endif
