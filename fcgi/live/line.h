#ifndef FCGI_LIVE_LINE_H
#define FCGI_LIVE_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "fcgi/live/feed.h"
#include "fcgi/live/hub.h"
#include "fcgi/live/live.h"
#include "fcgi/live/stream.h"

/* What a stream is owed of an answer of the table; it asks for the rest when it has taken that. */
#define LIVE_MAX_OWED (LIVE_MAX_PENDING / 2)

/* A question's token is its number and, below, the descriptor of the stream that waits. */
#define LIVE_TOKEN_FDS 65536

/* What the parts of podium-live share. */
struct live {
	const struct config *conf;
	struct live_doors doors;
	struct hub hub;
	struct feed feed;
	int64_t feed_again_us; // 0: it runs
	bool is_amid;          // the feed has told some events of a look, and has not told its end
	int epoll;
	int signals;
	struct stream **by_fd;
	struct stream **touched; // those that get something now, and the dead of this turn
	struct stream **dead;
	size_t n_dead;
	size_t n_fds; // size of the three
	size_t n_streams;
	struct arena *mem;
	uint32_t tokens;
	int64_t flushed_us;
	int64_t tick_us;
	uint32_t ticks;
};

/* Closed at the end of the turn; until then it is STREAM_DEAD. */
void live_kill(struct live *l, struct stream *s);
void live_bury(struct live *l);

/* After something was sent to it. */
void live_after(struct live *l, struct stream *s, enum stream_sent how);
void live_send(struct live *l, struct stream *s, struct buf *b);

/* Says that it ends and closes it when it has taken that. */
void live_end(struct live *l, struct stream *s);
void live_refuse(struct live *l, struct stream *s, int status, const char *text);

/* It is open from now on. What the rings hold after s->seen leaves with what b says before, as far
 * as it is taken at once. */
void live_open_stream(struct live *l, struct stream *s, struct buf *b);

/* Sends a stream that is behind what it has missed, until it takes no more. */
void live_catch_up(struct live *l, struct stream *s);

/* A packet of the table's answer to it: an event, or the end, from which it goes on. */
void live_replayed(struct live *l, struct stream *s, const struct feed_packet *p);

/* A connection that was just accepted: mostly its request is there already, which saves a turn. */
void live_greet(struct live *l, struct stream *s);

/* Has epoll tell of what may come in and, where `room` is wanted, of room to write. Open streams of
 * events are silent, and left out unless they lack room: whoever reads what was written to them
 * would have epoll ask, each time, whether anybody waits for that. */
void live_watch(struct live *l, struct stream *s, bool room);

/* Each second: which of the silent ones, of a share of them, have been left. */
void live_look(struct live *l);

/* What epoll says of a stream. */
void live_serve(struct live *l, struct stream *s, uint32_t events);

#endif
