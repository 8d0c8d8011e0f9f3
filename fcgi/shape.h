#ifndef FCGI_SHAPE_H
#define FCGI_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct json_out;

/*
 * What an answer of the JSON API holds is declared once: the answer is written from the table, and
 * so is its description in openapi.json. The name in the JSON is the member's name.
 *
 *     struct source_json { struct span name; int64_t contests; int64_t last_try; };
 *     static const struct shape_field source_fields[] = {
 *             SHAPE_TEXT(struct source_json, name, "what it is called"),
 *             SHAPE_I64(struct source_json, contests, "of the next days"),
 *             SHAPE_TIME_OR_NULL(struct source_json, last_try, "when it was asked last"),
 *     };
 *     static const struct shape source_shape = SHAPE("Source", struct source_json, source_fields);
 */
enum shape_type {
	SHAPE_TYPE_TEXT,   // struct span
	SHAPE_TYPE_I64,    // int64_t
	SHAPE_TYPE_NUMBER, // double
	SHAPE_TYPE_BOOL,   // bool
	SHAPE_TYPE_TIME,   // int64_t, unix us; RFC 3339 in UTC
	SHAPE_TYPE_LIST,   // struct shape_list of structs
	SHAPE_TYPE_TEXTS,  // struct shape_list of struct span
	SHAPE_TYPE_OBJECT, // a struct that is a member
	SHAPE_TYPE_JSON    // struct span: an object that is JSON already, on one line
};

struct shape_list {
	const void *v;
	size_t n;
};

struct shape;

struct shape_field {
	const char *name;
	enum shape_type type;
	size_t offset;
	bool nullable; // SPAN_NONE, INT64_MIN and NAN are null
	const struct shape *of;
	const char *text; // what it means
};

struct shape {
	const char *name; // of the schema in openapi.json
	size_t size;
	const struct shape_field *fields;
	size_t n;
};

#define SHAPE(name, type, fields)                                                                  \
	{                                                                                          \
		name, sizeof(type), fields, sizeof(fields) / sizeof((fields)[0])                   \
	}
#define SHAPE_FIELD(kind, type, member, nullable, of, text)                                        \
	{                                                                                          \
#member, kind, offsetof(type, member), nullable, of, text                          \
	}
#define SHAPE_TEXT(type, member, text) SHAPE_FIELD(SHAPE_TYPE_TEXT, type, member, false, NULL, text)
#define SHAPE_TEXT_OR_NULL(type, member, text)                                                     \
	SHAPE_FIELD(SHAPE_TYPE_TEXT, type, member, true, NULL, text)
#define SHAPE_I64(type, member, text) SHAPE_FIELD(SHAPE_TYPE_I64, type, member, false, NULL, text)
#define SHAPE_I64_OR_NULL(type, member, text)                                                      \
	SHAPE_FIELD(SHAPE_TYPE_I64, type, member, true, NULL, text)
#define SHAPE_NUMBER_OR_NULL(type, member, text)                                                   \
	SHAPE_FIELD(SHAPE_TYPE_NUMBER, type, member, true, NULL, text)
#define SHAPE_BOOL(type, member, text) SHAPE_FIELD(SHAPE_TYPE_BOOL, type, member, false, NULL, text)
#define SHAPE_TIME(type, member, text) SHAPE_FIELD(SHAPE_TYPE_TIME, type, member, false, NULL, text)
#define SHAPE_TIME_OR_NULL(type, member, text)                                                     \
	SHAPE_FIELD(SHAPE_TYPE_TIME, type, member, true, NULL, text)
#define SHAPE_JSON(type, member, text) SHAPE_FIELD(SHAPE_TYPE_JSON, type, member, false, NULL, text)
#define SHAPE_LIST(type, member, of, text)                                                         \
	SHAPE_FIELD(SHAPE_TYPE_LIST, type, member, false, of, text)
#define SHAPE_TEXTS(type, member, text)                                                            \
	SHAPE_FIELD(SHAPE_TYPE_TEXTS, type, member, false, NULL, text)

#define SHAPE_OBJECT(type, member, of, text)                                                       \
	SHAPE_FIELD(SHAPE_TYPE_OBJECT, type, member, false, of, text)

/* Writes the struct as an object. */
void shape_put(struct json_out *j, const struct shape *s, const void *value);

/* Writes the JSON Schema of such an object. */
void shape_describe(struct json_out *j, const struct shape *s);

/* "text", "time or null", "list of Contest": for people. */
const char *shape_type_text(const struct shape_field *f);

#endif
