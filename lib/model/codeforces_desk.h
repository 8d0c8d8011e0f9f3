#ifndef MODEL_CODEFORCES_DESK_H
#define MODEL_CODEFORCES_DESK_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "model/bucket.h"
#include "net/codeforces.h"
#include "net/codeforces_record.h"

/*
 * Where everybody asks Codeforces for something: answers that are kept are given at once, equal
 * questions that are asked while one waits or is on its way are answered by it, and only then
 * the gateway is used (net/codeforces.h), with its bucket. Nobody waits for a worker that was
 * killed while it asked.
 */
struct cache;
struct config;
struct db;
struct http;

struct codeforces_desk {
	struct cache *cache;
	struct bucket bucket;
	struct codeforces gateway;
};

/* The desk must stay where it is while it is used. */
void codeforces_desk_open(struct codeforces_desk *d, const struct config *conf, struct http *http,
	struct db *db, struct cache *cache, struct arena *m);

/* How long which answers are kept. The keys of a handle are of its lower case. */
enum codeforces_kept {
	CODEFORCES_KEEP_NOTHING,
	CODEFORCES_KEEP_INFO,             // cf:info:<handle>, 6 h
	CODEFORCES_KEEP_CONTEST,          // cf:contest:<handle>, 6 h: its ratings
	CODEFORCES_KEEP_SUBMISSIONS,      // cf:submissions:<handle>, 2 h
	CODEFORCES_KEEP_CONTEST_PROBLEMS, // cf:contest-problems:<contestId>, 7 days
	CODEFORCES_KEEP_HISTORY,          // cf:contest-history:<handle>:<days>, 12 h
	CODEFORCES_KEEP_WINDOW            // cf:window:<handle>:<days>, 12 h: figures
};

struct codeforces_question {
	struct codeforces_call call; // its body is given too where nothing is kept; asked_us is not
	enum codeforces_kept keep;
	struct span about; // the handle, contest, or handle and days of the key
};

/*
 * The answer, read. Errors of codeforces_call and of the readers (net/codeforces_record.h): a
 * record of another form than the known one is an alert too, and such an answer is not kept. Nor is
 * one over CACHE_MAX_VALUE. A shared answer came after this call was made; to a player's Sync,
 * which asks for what he has just sent in, it was asked for after the call was made too.
 */
int codeforces_ask_people(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_question *q, struct codeforces_people *out,
	struct err *e) ATTR_MUST_USE;
int codeforces_ask_changes(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_question *q, struct codeforces_changes *out,
	struct err *e) ATTR_MUST_USE;
int codeforces_ask_submissions(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_question *q, struct codeforces_submissions *out,
	struct err *e) ATTR_MUST_USE;
int codeforces_ask_problems(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_question *q, struct codeforces_problems *out,
	struct err *e) ATTR_MUST_USE;

/* The same keys for what is made of several answers; a value that is too large is not kept. */
void codeforces_keep(struct cache *c, struct arena *m, enum codeforces_kept what, struct span about,
	struct span value);
bool codeforces_kept(struct cache *c, struct arena *m, enum codeforces_kept what, struct span about,
	struct span *value);
struct span codeforces_kept_key(struct arena *m, enum codeforces_kept what, struct span about);

/* Forgets what is kept of a handle's person, ratings and submissions: before it is fetched anew. */
void codeforces_forget(struct codeforces_desk *d, struct arena *m, struct span handle);

#endif
