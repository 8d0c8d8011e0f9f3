#include "db/db.h"

#include <stdlib.h>
#include <string.h>

struct db_steps db_steps(struct arena *m, size_t most)
{
	return (struct db_steps){ m, arena_new_array(m, struct db_step, most), 0, most };
}

struct db_step *db_steps_add(struct db_steps *s, enum stmt stmt, const struct arg *args)
{
	struct db_step *step = &s->v[s->n];
	size_t n = 0;

	if (s->n++ >= s->most)
		abort();
	while (args[n++].type != ARG_END)
		;
	*step = (struct db_step){ .stmt = stmt,
		.args = memcpy(arena_new_array(s->mem, struct arg, n), args, n * sizeof(*args)) };
	return step;
}
