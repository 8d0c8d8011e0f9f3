/* The leaderboard of a month, for programs. */
#include "base/limits.h"
#include "base/month.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/member_fill.h"
#include "model/member_board.h"

struct place_json {
	int64_t place;
	int64_t member;
	struct span name;
	struct span handle;
	struct span group;
	int64_t solved;
	int64_t points;
	int64_t contests;
	int64_t rating_change;
};

static const struct shape_field place_fields[] = {
	SHAPE_I64(struct place_json, place,
		"the same for equals; among those whom the caller may see"),
	SHAPE_I64(struct place_json, member, "who"),
	SHAPE_TEXT(struct place_json, name, "the name"),
	SHAPE_TEXT_OR_NULL(struct place_json, handle, "at Codeforces"),
	SHAPE_TEXT_OR_NULL(struct place_json, group, "null too for who may not see it"),
	SHAPE_I64(struct place_json, solved, "problems accepted for the first time in the month"),
	SHAPE_I64(struct place_json, points,
		"a hundredth of their ratings, one for a problem without a rating"),
	SHAPE_I64(struct place_json, contests, "rated ones"),
	SHAPE_I64(struct place_json, rating_change,
		"by all of them; the first contest of all changes nothing"),
};
static const struct shape place_shape = SHAPE("LeaderboardPlace", struct place_json, place_fields);

struct board_json {
	struct span month;
	struct shape_list places;
	int64_t total;
};

static const struct shape_field board_fields[] = {
	SHAPE_TEXT(struct board_json, month, "in UTC: 2026-12"),
	SHAPE_LIST(struct board_json, places, &place_shape, "one page of them"),
	SHAPE_I64(struct board_json, total, "how many there are; 0 behind the last page"),
};
static const struct shape board_shape = SHAPE("Leaderboard", struct board_json, board_fields);

struct board_query {
	struct span month;
	struct span by;
	int64_t group;
	int64_t limit;
	int64_t page;
};

static const struct field query_fields[] = {
	FIELD_LINE(struct board_query, month, 0, 7),
	FIELD_LINE(struct board_query, by, 0, 10),
	FIELD_INT(struct board_query, group, 0, INT64_MAX),
	FIELD_INT(struct board_query, limit, 1, MEMBER_API_MAX),
	FIELD_INT(struct board_query, page, 1, MEMBER_MAX_PAGE),
};

const struct api_doc api_leaderboard_doc = {
	.summary = "The leaderboard of a month",
	.text = "Of those whom the caller may see. month: 2026-12, this one if it is not given. by: solved, points "
		"or rating.",
	.query = API_PARTIAL(query_fields),
	.answers = { { 200, &board_shape, "one page of it" } },
};

static struct shape_list places_of(struct arena *m, const struct board_lines *list)
{
	struct place_json *v = arena_new_array(m, struct place_json, list->n + 1);

	for (size_t i = 0; i < list->n; i++) {
		const struct board_line *l = &list->v[i];

		v[i] = (struct place_json){ l->place, l->id, l->name, l->handle, l->group,
			l->n_solved, l->points, l->n_contests, l->rating_change };
	}
	return (struct shape_list){ v, list->n };
}

int api_leaderboard(struct ctx *c, struct err *e)
{
	struct board_query q = { .limit = MEMBER_PAGE, .page = 1 };
	struct board_filter f;
	struct board_lines list;
	struct member_access a;

	if (api_read_query(c, &q, e) != 0)
		return -1;
	f = (struct board_filter){ .month = month_of_day(c->now_us / 1000000 / 86400),
		.order = member_board_order_find(q.by),
		.group_id = q.group,
		.most = (int)q.limit,
		.skip = (int)((q.page - 1) * q.limit) };
	if (f.order == NULL)
		return err_field(e, "by", "there is no such order");
	if (q.month.n > 0 && !month_parse(q.month, &f.month))
		return err_field(e, "month", "month must be written like 2026-12");
	if (member_reader(c, &a, e) != 0 || member_board(c->db, c->mem, &a, &f, &list, e) != 0)
		return -1;
	api_put(c, &board_shape,
		&(struct board_json){ span_of(month_text(c->mem, f.month)),
			places_of(c->mem, &list), list.total });
	return 0;
}
