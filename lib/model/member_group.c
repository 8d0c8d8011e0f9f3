#include "model/member_group.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "db/db.h"
#include "model/user.h"

static struct arg groups_of(const struct member_access *a)
{
	return arg_i64s(a->groups, a->n_groups);
}

int member_groups(struct db *d, struct arena *m, const struct member_access *a,
	struct member_groups *out, struct err *e)
{
	struct member_group *v;
	struct rows rows;

	if (db_many(d, m, q_member_groups, ARGS(arg_bool(a->everybody), groups_of(a)), &rows, e) !=
		0)
		return -1;
	v = arena_new_array(m, struct member_group, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct member_group){ .id = row_i64(&rows.v[i], member_groups_id),
			.name = row_text(&rows.v[i], member_groups_name),
			.year = row_i64(&rows.v[i], member_groups_year),
			.section = row_text(&rows.v[i], member_groups_section),
			.n = row_i64(&rows.v[i], member_groups_n),
			.coaches = row_text(&rows.v[i], member_groups_coaches) };
	*out = (struct member_groups){ v, rows.n };
	return 0;
}

/* ---- making and changing ---- */

static bool is_line(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	}
	return utf8_valid(s.p, s.n);
}

static int check(const struct member_group_new *g, struct err *e)
{
	if (g->name.n == 0 || g->name.n > USER_MAX_NAME || !is_line(g->name))
		return err_field(
			e, "name", "a group needs a name of at most %d bytes", USER_MAX_NAME);
	if (g->year != 0 && (g->year < 1900 || g->year > 2200))
		return err_field(e, "year", "a year is from 1900 to 2200");
	if (g->section.n > MEMBER_MAX_SECTION || !is_line(g->section))
		return err_field(
			e, "section", "a section has at most %d bytes", MEMBER_MAX_SECTION);
	return 0;
}

static int is_taken(const struct err *why, struct err *e)
{
	if (why->kind == ERR_CONFLICT) {
		err_field(e, "name", "there is a group of that name already");
		e->kind = ERR_CONFLICT;
		return -1;
	}
	*e = *why;
	return -1;
}

static struct arg section_of(const struct member_group_new *g)
{
	return arg_text(g->section.p != NULL ? g->section : SPAN(""));
}

int member_group_add_in(struct tx *tx, struct arena *m, const struct member_access *a,
	const struct member_group_new *g, int64_t *id, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct row row;

	if (check(g, e) != 0)
		return -1;
	if (db_one(tx->db, m, q_member_group_add,
		    ARGS(arg_text(g->name), arg_i64(g->year), section_of(g)), &row, &why) != 0)
		return is_taken(&why, e);
	*id = row_i64(&row, member_group_add_id);
	if (a->everybody)
		return 0;
	return db_exec(
		tx->db, q_member_coach_add, ARGS(arg_i64(*id), arg_i64(a->user_id)), NULL, e);
}

int member_group_add(struct db *d, struct arena *m, const struct member_access *a,
	const struct member_group_new *g, int64_t *id, struct err *e)
{
	TX_AUTO tx = { .db = NULL };

	if (tx_begin(d, &tx, e) != 0 || member_group_add_in(&tx, m, a, g, id, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

static int no_group(struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, "no such group");
}

int member_group_change(struct db *d, const struct member_access *a, int64_t id,
	const struct member_group_new *g, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	int64_t n;

	if (check(g, e) != 0)
		return -1;
	if (db_exec(d, q_member_group_change,
		    ARGS(arg_bool(a->everybody), groups_of(a), arg_i64(id), arg_text(g->name),
			    arg_i64(g->year), section_of(g)),
		    &n, &why) != 0)
		return is_taken(&why, e);
	return n > 0 ? 0 : no_group(e);
}

int member_group_delete(struct db *d, const struct member_access *a, int64_t id, struct err *e)
{
	int64_t n;

	if (db_exec(d, q_member_group_delete,
		    ARGS(arg_bool(a->everybody), groups_of(a), arg_i64(id)), &n, e) != 0)
		return -1;
	return n > 0 ? 0 : no_group(e);
}

/* ---- coaches ---- */

int member_coaches(
	struct db *d, struct arena *m, int64_t group_id, struct member_coaches *out, struct err *e)
{
	struct member_coach *v;
	struct rows rows;

	if (db_many(d, m, q_member_coaches, ARGS(arg_i64(group_id)), &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct member_coach, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = (struct member_coach){ row_i64(&rows.v[i], member_coaches_user_id),
			row_text(&rows.v[i], member_coaches_name),
			row_text(&rows.v[i], member_coaches_email) };
	*out = (struct member_coaches){ v, rows.n };
	return 0;
}

int member_coach_add(struct db *d, struct arena *m, const struct member_access *a, int64_t group_id,
	struct span email, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct user *u;

	if (!member_has_group(a, group_id))
		return no_group(e);
	if (user_by_email(d, m, email, &u, &why) != 0) {
		if (why.kind == ERR_NOT_FOUND)
			return err_field(e, "email", "nobody has that mail address");
		*e = why;
		return -1;
	}
	if (!user_has(u, ROLE_COACH))
		return err_field(
			e, "email", "that account is not a coach's: an admin gives that role");
	return db_exec(d, q_member_coach_add, ARGS(arg_i64(group_id), arg_i64(u->id)), NULL, e);
}

int member_coach_remove(struct db *d, const struct member_access *a, int64_t group_id,
	int64_t user_id, struct err *e)
{
	int64_t n;

	if (!member_has_group(a, group_id))
		return no_group(e);
	if (db_exec(d, q_member_coach_remove, ARGS(arg_i64(group_id), arg_i64(user_id)), &n, e) !=
		0)
		return -1;
	return n > 0 ? 0 : err_set(e, ERR_NOT_FOUND, "no such coach");
}
