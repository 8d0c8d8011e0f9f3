#ifndef FCGI_LIVE_FRAME_H
#define FCGI_LIVE_FRAME_H

#include <stddef.h>

#include "base/span.h"

/* Frames of a WebSocket as a client sends them (RFC 6455, 5.2). Pure. */
enum frame_kind {
	FRAME_CLOSE = 8,
	FRAME_PING = 9
};

#define FRAME_MOST         4096 // bytes of a payload that is taken
#define FRAME_MOST_CONTROL 125  // of that of a ping; it fits frame_text's buffer

struct frame {
	int kind;            // enum frame_kind, or another that is of no interest
	struct span payload; // masked, in the input
	const unsigned char *mask;
};

enum frame_state {
	FRAME_MORE,  // it is not whole yet
	FRAME_TAKEN, // off the front of the input
	FRAME_BROKEN // unmasked, or too long: the connection is of no use any more
};
enum frame_state frame_take(struct span *in, struct frame *out);

/* The payload as it was meant, in text; cut after FRAME_MOST_CONTROL bytes. */
struct span frame_text(const struct frame *f, char text[FRAME_MOST_CONTROL]);

#endif
