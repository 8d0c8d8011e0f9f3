#ifndef FCGI_LIVE_HUB_H
#define FCGI_LIVE_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "fcgi/live/wire.h"

/*
 * The scopes that somebody watches or has watched lately, each with a ring of its last events and a
 * list of its streams. The ring of a scope holds everything after `from`, so whoever comes back
 * with a later position needs nothing from the table.
 */
struct message {
	int64_t id;
	uint32_t n;
	char text[]; // JSON, one line
};

struct stream;

struct sub {
	struct scope *scope;
	struct stream *stream;
	struct sub *next; // of the scope
	struct sub **back;
};

struct joined {
	char *p; // NULL: not made yet
	size_t n;
};

struct scope {
	struct scope *chain; // of the hash
	struct sub *subs;
	struct scope *dirty_next;
	struct message **ring;
	uint32_t n, size, first;
	uint32_t idle_s;                  // since when nobody watches, on the hub's clock
	int64_t from;                     // INT64_MAX: nothing is known
	int64_t flushed;                  // events up to this one have left
	struct joined joined[N_WIRES][2]; // what is leaving now, without and with the position
	bool dirty;
	uint8_t n_name;
	char name[];
};

struct hub {
	struct scope **table;
	size_t n_table; // a power of two
	size_t n_scopes;
	struct scope *dirty;
	int64_t position; // all up to this event has come, of all scopes; -1: not known
	size_t bytes;     // of all rings
	uint32_t now_s;
};

/* Nothing is known and nobody watches. */
void hub_init(struct hub *h);

/* Made when it is not there. */
struct scope *hub_scope(struct hub *h, struct span name);
struct scope *hub_find(const struct hub *h, struct span name); // NULL: nobody has asked

/* The stream of the subscription begins to watch, and ceases to. */
void hub_join(struct scope *s, struct sub *sub);
void hub_leave(struct hub *h, struct sub *sub);

/* An event has come; of a scope that nobody asked for it is forgotten. */
void hub_take(struct hub *h, struct span scope, int64_t id, struct span json);
void hub_position(struct hub *h, int64_t id);

/* True if the ring has everything after that event. */
bool hub_covers(const struct scope *s, int64_t after);

/* The first event of the ring after one; NULL: there is none. It stays until the next call that
 * takes an event. */
const struct message *hub_after(const struct scope *s, int64_t after);

/* Events of the ring after one, in the wire's form. */
void hub_write(const struct scope *s, int64_t after, enum wire w, struct buf *b);

/* False while something of it has not left; else all up to the position has, and that is noted. */
bool hub_settle(const struct hub *h, struct scope *s);

/* What leaves now in that form; made once, until hub_flushed. ends: with the position behind it,
 * for streams that are written nothing else. */
struct span hub_joined(const struct hub *h, struct scope *s, enum wire w, bool ends);
void hub_flushed(struct hub *h);

/* Forgets scopes that nobody has watched for LIVE_IDLE_S. */
void hub_tend(struct hub *h, uint32_t now_s);

#endif
