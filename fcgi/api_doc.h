#ifndef FCGI_API_DOC_H
#define FCGI_API_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fcgi/ctx.h"
#include "fcgi/form.h"
#include "fcgi/shape.h"

/*
 * What a route of the JSON API takes and answers, for openapi.json and the page /api. It stands
 * beside the handler and points at the very tables that the handler reads and writes with; method,
 * address, role, scope and limit stand on the route's line. Errors need no words here: all routes
 * have the same.
 */
struct api_param { // of the query; those of the path are in the pattern
	const char *name;
	const char *type; // of JSON Schema: "string", "integer"
	int64_t least;    // of integers; both 0: any
	int64_t most;
	const char *text;
};

struct api_answer {
	int status;
	const struct shape *shape; // NULL: no body, or one that is not described
	const char *text;
};

struct api_doc {
	const char *summary;
	const char *text; // more about it, or NULL
	const struct api_param *params;
	size_t n_params;
	struct field_table query;     // of the query too, where a table reads it
	struct field_table body;      // a JSON object
	const char *type;             // of the answer; NULL: application/json
	struct api_answer answers[3]; // up to the first without a status
};

/* The answer in JSON, by its shape. The status is 200 unless another was set. */
void api_put(struct ctx *c, const struct shape *s, const void *value);

/*
 * Reads the query or the body as the route's description says; of a route without such a table it
 * is an error. ERR_INVALID names the first field that is wrong. Of a table that is partial, what is
 * left out stays as it is in *out.
 */
int api_read_query(struct ctx *c, void *out, struct err *e) ATTR_MUST_USE;
int api_read_body(struct ctx *c, void *out, struct err *e) ATTR_MUST_USE;

/* The names of a set of roles. */
struct shape_list api_roles(struct arena *m, unsigned roles);

#define API_PARAMS(table) .params = (table), .n_params = sizeof(table) / sizeof((table)[0])
#define API_TABLE(table)                                                                           \
	{                                                                                          \
		.f = (table), .n = sizeof(table) / sizeof((table)[0])                              \
	}
#define API_PARTIAL(table)                                                                         \
	{                                                                                          \
		.f = (table), .n = sizeof(table) / sizeof((table)[0]), .partial = true             \
	}

#endif
