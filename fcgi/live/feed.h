#ifndef FCGI_LIVE_FEED_H
#define FCGI_LIVE_FEED_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * The process that talks to the database for the live line, so that the one that holds the streams
 * never waits for a server. It is told of commits by LISTEN, and by Redis where there is one,
 * looks at the table by itself as well, and sends what it finds, in order, in packets; asked, it
 * reads from the table what a ring does not hold any more. It ends when its parent is gone.
 */
struct config;
struct live_scopes;

enum feed_kind {
	FEED_POSITION, // every event up to id has been sent; it ends the events that one look found
	FEED_EVENT,
	FEED_REPLAYED, // one event of an answer
	FEED_ANSWERED  // it ends; it holds all up to the position sent last
};

#define FEED_MAX_PACKET 12288

struct feed_packet {
	enum feed_kind kind;
	bool complete;  // FEED_ANSWERED: false if there was more than LIVE_MAX_REPLAY, or no answer
	uint32_t token; // of the question
	int64_t id;
	struct span scope;
	struct span json; // one line
};

struct feed {
	int fd; // of packets, not blocking
	pid_t pid;
};

/* from: go on after this event; -1: from now on. */
int feed_start(
	const struct config *conf, int64_t from, struct feed *out, struct err *e) ATTR_MUST_USE;

enum feed_state {
	FEED_GOT,
	FEED_NOTHING,
	FEED_ENDED
};
/* The packet's texts lie in buf, of FEED_MAX_PACKET bytes. */
enum feed_state feed_read(const struct feed *f, char *buf, struct feed_packet *out);

/* What happened in these scopes after an event. False if it cannot be asked now. */
bool feed_ask(
	const struct feed *f, uint32_t token, int64_t after, const struct live_scopes *scopes);

#endif
