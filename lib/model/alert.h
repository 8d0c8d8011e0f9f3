#ifndef MODEL_ALERT_H
#define MODEL_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * What operators have to know: rows of the table alert, one for each key, which the admin pages
 * list and the job alert.send tells to Telegram. Many of one key within ALERT_WINDOW_S, and many of
 * one warning of the log within ALERT_WARN_WINDOW_S, are one message with a count. Nothing fails
 * because of an alert, and nothing stands in one that is not on the list of allowed fields
 * (alert.c): no texts of users, no addresses, no secrets.
 */
struct db;

enum alert_level {
	ALERT_ERROR,
	ALERT_WARN
};

struct alert {
	const char *key; // what it is about, at most 200 bytes: "source.failing:codeforces"
	enum alert_level level;
	const char *title; // a fixed text
	const char *detail;
	int64_t n;    // how often it happened since it was told last; at least 1
	bool lasting; // a state, raised again while it lasts: counts once, and once more every day
};

/*
 * Stores it, and has it sent when it is time and Telegram is configured. Opens a transaction of its
 * own.
 */
int alert_raise(struct db *d, struct arena *m, const struct alert *a, struct err *e) ATTR_MUST_USE;

/*
 * From now on this process keeps the warnings and errors of the log in a small ring of its memory.
 * alert_flush stores them; it is called between two
 * pieces of work, outside of transactions, costs nothing when there are none, and keeps them for
 * later when the database is away.
 */
void alert_watch_log(void);
void alert_flush(struct db *d, struct arena *m);

struct alert_row {
	struct span key;
	enum alert_level level;
	struct span title;
	struct span detail;
	int64_t n;
	int64_t n_new; // not told of yet
	int64_t first_at;
	int64_t last_at;
	int64_t sent_at; // INT64_MIN: never
	struct span error;
};

struct alert_rows {
	struct alert_row *v;
	size_t n;
};

/* Those that may be told of now, errors first. n and first_at are not filled. */
int alert_due(struct db *d, struct arena *m, int limit, struct alert_rows *out,
	struct err *e) ATTR_MUST_USE;

/* They were told of, as often as n_new says; or not, and why. */
int alert_sent(
	struct db *d, struct arena *m, const struct alert_rows *rows, struct err *e) ATTR_MUST_USE;
int alert_failed(struct db *d, struct arena *m, const struct alert_rows *rows,
	const struct err *why, struct err *e) ATTR_MUST_USE;

/* The newest first. */
int alert_list(struct db *d, struct arena *m, int limit, struct alert_rows *out,
	struct err *e) ATTR_MUST_USE;

/* Away with those that did not happen again for ALERT_KEEP_DAYS. */
int alert_purge(struct db *d, struct err *e) ATTR_MUST_USE;

/* Raises one alert for each kind of which jobs died since the last call. */
int alert_dead_jobs(struct db *d, struct arena *m, struct err *e) ATTR_MUST_USE;

#endif
