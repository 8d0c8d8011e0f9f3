#ifndef FCGI_LIVE_WIRE_H
#define FCGI_LIVE_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

/* The forms in which an event leaves. A joined text is made once for each form, not each stream. */
enum wire {
	WIRE_FCGI,   // server-sent events in records of FastCGI
	WIRE_SSE,    // the same as an HTTP/1.1 answer
	WIRE_SOCKET, // one WebSocket message an event
	N_WIRES
};

/* One event: a JSON object on one line. */
void wire_event(struct buf *b, enum wire w, struct span json);

/*
 * Many of them: written one after the other into a text, which is packed as a whole. A web server
 * handles a record of FastCGI at a time, so that one for each event would cost it as much as the
 * events.
 */
void wire_add(struct buf *text, enum wire w, struct span json);
void wire_add_position(struct buf *text, enum wire w, int64_t id);
void wire_pack(struct buf *b, enum wire w, struct buf *text);

/* All events up to this one have been said: where a stream goes on when it comes back. */
void wire_position(struct buf *b, enum wire w, int64_t id);

/* The stream's history is not complete: whoever reads it has to load its page anew. */
void wire_reset(struct buf *b, enum wire w);

/* Says nothing, so that nobody on the way takes the stream for dead. */
void wire_heartbeat(struct buf *b, enum wire w);

/* How an accepted stream begins; key is what a WebSocket asked with. retry_ms: when to come back.
 */
void wire_accept(struct buf *b, enum wire w, struct span key, int retry_ms);

/* A whole answer that is no stream. */
void wire_refuse(struct buf *b, enum wire w, int status, const char *text);

/* Said in front of closing. */
void wire_end(struct buf *b, enum wire w);

/* The answer to a WebSocket's ping. */
void wire_pong(struct buf *b, struct span payload);

#endif
