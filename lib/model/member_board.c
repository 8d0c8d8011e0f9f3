#include "model/member_board.h"

#include "db/db.h"

static const char *const orders[] = { "solved", "points", "rating" };

const char *member_board_order_find(struct span name)
{
	return name.n == 0 ? orders[0] : span_pick(name, orders, countof(orders));
}

static struct board_line line_of(const struct row *r)
{
	bool is_inside = row_bool(r, member_board_is_inside);

	return (struct board_line){ .place = row_i64(r, member_board_place),
		.id = row_i64(r, member_board_id),
		.name = row_text(r, member_board_name),
		.handle = row_text(r, member_board_handle),
		.group = is_inside ? row_text(r, member_board_group_name) : SPAN_NONE,
		.rank = row_text(r, member_board_rank),
		.is_proved = row_bool(r, member_board_is_proved),
		.n_solved = row_i64(r, member_board_n_solved),
		.points = row_i64(r, member_board_points),
		.n_contests = row_i64(r, member_board_n_contests),
		.rating_change = row_i64(r, member_board_rating_change) };
}

int member_board(struct db *d, struct arena *m, const struct member_access *a,
	const struct board_filter *f, struct board_lines *out, struct err *e)
{
	struct board_line *v;
	struct rows rows;

	if (db_many(d, m, q_member_board,
		    ARGS(arg_bool(a->everybody), arg_i64(a->user_id),
			    arg_i64s(a->groups, a->n_groups), arg_i64(f->month), arg_str(f->order),
			    f->group_id > 0 ? arg_i64(f->group_id) : arg_null(), arg_i64(f->most),
			    arg_i64(f->skip)),
		    &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct board_line, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = line_of(&rows.v[i]);
	*out = (struct board_lines){ v, rows.n,
		rows.n > 0 ? row_i64(&rows.v[0], member_board_total) : 0 };
	return 0;
}

int member_board_first(struct db *d, struct arena *m, int64_t *month, struct err *e)
{
	struct row row;

	if (db_one(d, m, q_member_board_first, NO_ARGS, &row, e) != 0)
		return -1;
	*month = row_null(&row, member_board_first_month) ? INT64_MIN
							  : row_i64(&row, member_board_first_month);
	return 0;
}
