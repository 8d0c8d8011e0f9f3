#ifndef NET_JSON_WALK_H
#define NET_JSON_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * Reading JSON from front to back without making values of it: for texts that this program or its
 * database has written, of which a page may need thousands of numbers, and to take the parts out of
 * a long text of others, one after the other, for json_parse. The caller asks for what has to stand
 * next; what is not there makes the walk bad, and from then on numbers are 0, texts SPAN_NONE,
 * lists empty and nothing is left. So calling code stays linear and asks json_walk_end, once.
 *
 * Taken is RFC 8259 in well-formed UTF-8, as deep as json_parse takes it, with whole numbers where
 * one is asked for and no U+0000 in texts; numbers may begin with zeros. Members are private.
 */
struct json_walk {
	const char *begin;
	const char *at;
	const char *end;
	const char *bad_at; // NULL: it is not bad
	struct arena *mem;
	uint64_t kinds; // of the open arrays and objects, a bit each; the innermost lowest
	unsigned depth;
	bool had_value; // the next one needs a comma in front
};

/* Texts that are given live as long as both, the text and the arena. */
void json_walk_begin(struct json_walk *w, struct arena *m, struct span text);

/* ERR_INVALID, with the byte, if the walk is bad or has not come to the end of the text. */
int json_walk_end(const struct json_walk *w, struct err *e) ATTR_MUST_USE;

void json_walk_object(struct json_walk *w); // opens it
/* The next member's key; its value comes next. False behind the last one: the object is closed. */
bool json_walk_key(struct json_walk *w, struct span *key);

void json_walk_array(struct json_walk *w); // opens it
/* The same, and looks ahead how many elements it has; more than the most is bad. */
size_t json_walk_list(struct json_walk *w, size_t most);
bool json_walk_more(struct json_walk *w);  // false behind the last one: the array is closed
void json_walk_close(struct json_walk *w); // passes over what is left of the array or object

int64_t json_walk_i64(struct json_walk *w);      // null is 0
struct span json_walk_text(struct json_walk *w); // null is SPAN_NONE
void json_walk_skip(struct json_walk *w);        // a value of any kind
/* A value of any kind as it is written, of which only the end was looked for. SPAN_NONE: bad. */
struct span json_walk_raw(struct json_walk *w);

/* ---- parts of a text, as json_walk_raw gives them ---- */

/*
 * The object's members of these names into out, in the order of the names: SPAN_NONE is not there,
 * of equal ones the last counts. ERR_INVALID as json_walk_end: then out has what came before.
 */
int json_walk_members(struct arena *m, struct span object, const char *const *names, size_t n,
	struct span *out, struct err *e);

/* What a text says; SPAN_NONE if the part is no text. */
struct span json_walk_said(struct arena *m, struct span part);

#endif
