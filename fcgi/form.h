#ifndef FCGI_FORM_H
#define FCGI_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct request;

/*
 * A form is declared, not fished for: a struct with one member for each field, and a table that
 * says what each may hold. The field's name in the form is the member's name.
 *
 *     struct submit_form { struct span source; int64_t language; bool is_public; };
 *     static const struct field submit_fields[] = {
 *             FIELD_TEXT(struct submit_form, source, 1, 65536),
 *             FIELD_INT(struct submit_form, language, 1, INT64_MAX),
 *             FIELD_FLAG(struct submit_form, is_public),
 *     };
 */
enum field_type {
	FIELD_TYPE_TEXT, // struct span; least and most in bytes. Line ends become LF
	FIELD_TYPE_LINE, // the same on one line; blanks at both ends are cut off first
	FIELD_TYPE_INT,  // int64_t; least and most inclusive
	FIELD_TYPE_FLAG, // bool: absent or empty is false
	FIELD_TYPE_SET   // unsigned: a bit for each name that was chosen, in the order of name_at
};

struct field {
	const char *name;
	enum field_type type;
	size_t offset;
	int64_t least;
	int64_t most;
	const char *(*name_at)(size_t i); // of a set; NULL behind the last
};

#define FIELD_TEXT(type, member, least, most)                                                      \
	{                                                                                          \
#member, FIELD_TYPE_TEXT, offsetof(type, member), (least), (most), NULL            \
	}
#define FIELD_LINE(type, member, least, most)                                                      \
	{                                                                                          \
#member, FIELD_TYPE_LINE, offsetof(type, member), (least), (most), NULL            \
	}
#define FIELD_INT(type, member, least, most)                                                       \
	{                                                                                          \
#member, FIELD_TYPE_INT, offsetof(type, member), (least), (most), NULL             \
	}
#define FIELD_FLAG(type, member)                                                                   \
	{                                                                                          \
#member, FIELD_TYPE_FLAG, offsetof(type, member), 0, 0, NULL                       \
	}
/* least: how many have to be chosen */
#define FIELD_SET(type, member, least, name_at)                                                    \
	{                                                                                          \
#member, FIELD_TYPE_SET, offsetof(type, member), (least), 0, (name_at)             \
	}

#define FIELD_MAX_ERRORS 16

struct field_error {
	const char *field;
	char text[80]; // for the reader, without the field's name
};

struct field_errors {
	struct field_error v[FIELD_MAX_ERRORS];
	size_t n;
};

/*
 * Fills *out from the request's form. 0 if every field is as declared; -1 and one entry for each
 * field that is not. Fields that could be read are filled in both cases, so that the form can be
 * shown again. A text is NUL-free and valid UTF-8; one given as an uploaded file is refused.
 */
int form_read(const struct request *req, struct arena *m, const struct field *f, size_t n,
	void *out, struct field_errors *errs) ATTR_MUST_USE;

/*
 * The same from a JSON object, with the same errors: texts are strings, whole numbers numbers,
 * flags true or false, sets arrays of names; null counts as left out. A member that the table does
 * not name is an error of its own, so that nothing is passed over in silence. partial: fields that
 * are left out stay as they are in *out. Where it fails e has the first error, or says that the
 * body is no JSON object.
 */
struct field_table {
	const struct field *f;
	size_t n;
	bool partial;
};
int form_read_json(const struct request *req, struct arena *m, const struct field_table *t,
	void *out, struct err *e) ATTR_MUST_USE;

/* The same from the query of the address. */
int form_read_query(const struct request *req, struct arena *m, const struct field *f, size_t n,
	void *out, struct field_errors *errs) ATTR_MUST_USE;

/* What was wrong with the field, in the arena, or NULL. */
const char *form_error(struct arena *m, const struct field_errors *errs, const char *field);

/* ERR_INVALID with the first entry: for the JSON interface. Returns -1. */
int form_fail(const struct field_errors *errs, struct err *e);

#endif
