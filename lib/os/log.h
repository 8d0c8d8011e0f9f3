#ifndef OS_LOG_H
#define OS_LOG_H

#include "base/err.h"
#include "base/span.h"

enum log_level {
	LOG_ERROR,
	LOG_WARN,
	LOG_INFO,
	LOG_DEBUG
};

/*
 * One line an event on stderr: `ts=… level=… prog=… req=…|job=… event=… key=value …`, written by
 * one write(2). Values are quoted when they need it and cut at 1 KB; control characters are
 * escaped. Never pass a secret or personal data.
 */
void log_start(const char *program, enum log_level least);

/* What the following lines belong to: "req" or "job" and its id; NULL ends it. */
void log_scope(const char *name, const char *id);

struct log_field {
	const char *key;
	struct span text; // p == NULL: number is meant
	long long number;
};

#define LOG_TEXT(k, s)   ((struct log_field){ .key = (k), .text = span_of(s) })
#define LOG_SPAN(k, s)   ((struct log_field){ .key = (k), .text = (s) })
#define LOG_NUMBER(k, v) ((struct log_field){ .key = (k), .number = (v) })

/* event is a dotted name such as "fetch.done". */
#define log_event(level, event, ...)                                                               \
	log_write((level), (event), (const struct log_field[]){ __VA_ARGS__{ .key = NULL } })
void log_write(enum log_level level, const char *event, const struct log_field *fields);

/* The error with its kind, text and detail. */
void log_err(enum log_level level, const char *event, const struct err *e);

#endif
