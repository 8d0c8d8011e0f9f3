#ifndef FCGI_OPENAPI_H
#define FCGI_OPENAPI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "fcgi/form.h"

struct json_out;
struct route;

/*
 * The description of the JSON API as OpenAPI 3.1, made from the route table and from the very
 * tables that requests are read by and answers are written from.
 */
void openapi_put(struct json_out *j, const struct route *table, size_t n);

/* "/contest/:id" as "/contest/{id}". */
const char *api_path(struct arena *m, const char *pattern);

/* Whether a request without this field is refused. */
bool api_field_required(const struct field_table *t, const struct field *f);

#endif
