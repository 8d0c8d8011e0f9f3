#ifndef FCGI_LIVE_STREAM_H
#define FCGI_LIVE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/span.h"
#include "fcgi/live/hub.h"
#include "fcgi/live/wire.h"

/*
 * One open connection. While it says what it wants, and while it does not take what it is sent, it
 * owns a buffer; otherwise this struct is all.
 */
enum stream_state {
	STREAM_HELLO,  // says what it wants
	STREAM_REPLAY, // waits for the table
	STREAM_OPEN,
	STREAM_ENDING, // closed as soon as it has taken what is pending
	STREAM_DEAD    // closed; freed at the end of the turn
};

struct bytes {
	size_t n, size;
	char p[];
};

struct stream {
	int fd;
	uint32_t since_s; // of the state HELLO, then of the opening or its last question
	uint32_t token;   // of the question to the table
	uint32_t stuck_s; // since when it has not taken what is pending
	uint8_t state;    // enum stream_state
	uint8_t wire;     // enum wire
	uint8_t n_subs;
	bool marked;       // it is on the list of those that get something now
	bool watched;      // by epoll
	bool wants_room;   // to write, and is told of it
	bool is_behind;    // there is more that it has missed than was sent
	int64_t seen;      // events up to this one were sent
	struct bytes *in;  // the request, or the part of a frame
	struct bytes *out; // what it has not taken
	struct sub *subs;  // n_subs
};

/* Bytes that have arrived are kept. False if they would be more than `most`. */
bool stream_keep(struct stream *s, const char *p, size_t n, size_t most);
void stream_forget(struct stream *s); // those

enum stream_sent {
	STREAM_TAKEN,
	STREAM_PENDING, // part of it waits for room
	STREAM_LOST     // the connection, or it has LIVE_MAX_PENDING untaken
};
enum stream_sent stream_send(struct stream *s, const struct iovec *v, int n);

size_t stream_pending(const struct stream *s); // bytes

/* Sends what is pending. */
enum stream_sent stream_drain(struct stream *s);

#endif
