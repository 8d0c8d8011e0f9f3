#include "model/user_search.h"

#include "db/db.h"

/* The text as the beginning of a LIKE pattern. */
static struct span as_prefix(struct arena *m, struct span text)
{
	char *to = arena_alloc(m, 2 * text.n + 2);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '%' || c == '_' || c == '\\')
			to[n++] = '\\';
		to[n++] = c;
	}
	to[n++] = '%';
	return (struct span){ to, n };
}

int user_search(struct db *d, struct arena *m, struct span text, size_t limit,
	struct user_found_list *out, struct err *e)
{
	struct user_found *v;
	struct rows rows;

	if (db_many(d, m, q_user_search,
		    ARGS(arg_text(as_prefix(m, text)), arg_text(text), arg_i64((int64_t)limit)),
		    &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct user_found, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++) {
		v[i] = (struct user_found){ .handle = row_text(&rows.v[i], user_search_handle),
			.name = row_text(&rows.v[i], user_search_name),
			.roles = (unsigned)row_i64(&rows.v[i], user_search_roles) };
	}
	*out = (struct user_found_list){ v, rows.n };
	return 0;
}
