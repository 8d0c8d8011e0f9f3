#ifndef OS_LOG_H
#define OS_LOG_H

#include <stdbool.h>

#include "base/err.h"
#include "base/limits.h"
#include "base/span.h"

enum log_level {
	LOG_ERROR,
	LOG_WARN,
	LOG_INFO,
	LOG_DEBUG
};

/*
 * One line an event on stderr: `ts=… level=… prog=… pid=… req=…|job=… event=… key=value …`, written
 * by one write(2) unless lines are held. Values are quoted when they need it and cut at
 * LOG_MAX_VALUE bytes; control characters and bytes that are not UTF-8 are escaped. Never pass a
 * secret or personal data.
 */
void log_start(const char *program, enum log_level least);
void log_least(enum log_level least);                       // config_load calls it with LOG_LEVEL
bool log_level_find(struct span name, enum log_level *out); // "error", "warn", "info", "debug"

/*
 * Many lines in one write. Between log_hold(h) and log_hold(NULL), lines below LOG_WARN are kept in
 * *h and leave together: when it is full, in front of a line of LOG_WARN or worse, with the first
 * line that comes LOG_HOLD_MS after the oldest, and by log_flush, which whoever holds calls before
 * each wait for more work. A process that holds lines does not fork. *h may lie in memory that is
 * shared with another process: what a killed one has not written is written by log_rescue.
 */
struct log_hold {
	size_t n;
	char text[LOG_HOLD_SIZE];
};
void log_hold(struct log_hold *h);
void log_flush(void);
void log_rescue(struct log_hold *h);

/* What the following lines belong to: "req" or "job" and its id; NULL ends it. */
void log_scope(const char *name, const char *id);

struct log_field {
	const char *key;
	bool is_text;
	struct span text; // an absent one is printed as ""
	long long number;
};

#define LOG_TEXT(k, s)   ((struct log_field){ .key = (k), .is_text = true, .text = span_of(s) })
#define LOG_SPAN(k, s)   ((struct log_field){ .key = (k), .is_text = true, .text = (s) })
#define LOG_NUMBER(k, v) ((struct log_field){ .key = (k), .number = (v) })

/*
 * event is a dotted name such as "fetch.done"; fields follow, or none:
 * log_event(LOG_INFO, "fetch.done", LOG_TEXT("platform", slug), LOG_NUMBER("rows", n));
 */
#define log_event(level, ...) LOG_EVENT_FIELDS((level), __VA_ARGS__, LOG_END)
#define LOG_EVENT_FIELDS(level, event, ...)                                                        \
	log_write((level), (event), (const struct log_field[]){ __VA_ARGS__ })
#define LOG_END ((struct log_field){ .key = NULL })
void log_write(enum log_level level, const char *event, const struct log_field *fields);

/*
 * Sees every event of level error or warn, whatever LOG_LEVEL is, with the scope and its id ("" if
 * there is none). It must not log. NULL: nobody.
 */
struct log_seen {
	enum log_level level;
	const char *event;
	const char *scope;
	const char *id;
	const struct log_field *fields;
};
typedef void log_watcher(const struct log_seen *what);
void log_watch(log_watcher *watcher);

/* The error with its kind, text and detail. */
void log_err(enum log_level level, const char *event, const struct err *e);

#endif
