#ifndef MODEL_JUDGE_WATCH_H
#define MODEL_JUDGE_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct db;

/* How the judges are doing: the machines, what waits for them and where they failed. */
struct judge_watch_language {
	struct span name;
	struct span version;
	bool is_there;
	struct span why; // it is not
};

struct judge_watch_host {
	struct span name;
	struct span box; // version and tier of podium-box
	int64_t seen_at; // unix us: a judge there introduced itself last
	int64_t runners; // that are alive; 0: the machine is away
	int64_t workers;
	struct judge_watch_language *languages; // in the order of languages.conf
	size_t n_languages;
	size_t n_there;
};

/* Of one class: contest, ordinary, rejudge, in this order. Counts go up to JOB_DEPTH_CAP. */
#define JUDGE_WATCH_CLASSES 3
struct judge_watch_class {
	int64_t waits;
	int64_t runs;
	int64_t oldest_at; // unix us, since when the oldest waits; INT64_MIN: none
};

/* A submission whose verdict is JE. */
struct judge_watch_failed {
	struct span public_id;
	struct span problem;
	struct span language;
	struct span fault;
	struct span host;
	int64_t ended_at;
	bool is_jury; // a solution of the jury's
};

struct judge_watch {
	struct judge_watch_host *hosts; // those that are alive first
	size_t n_hosts;
	struct judge_watch_class classes[JUDGE_WATCH_CLASSES];
	struct judge_watch_failed *failed; // newest first, at most JUDGE_WATCH_FAILED
	size_t n_failed;
};
int judge_watch(
	struct db *d, struct arena *m, struct judge_watch *out, struct err *e) ATTR_MUST_USE;

#endif
