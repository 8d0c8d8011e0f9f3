#include "model/member.h"

#include <string.h>

#include "base/limits.h"
#include "base/mailbox.h"
#include "base/utf8.h"
#include "db/db.h"
#include "model/audit.h"
#include "model/bucket.h"
#include "model/user.h"
#include "net/codeforces_record.h"

static const char *const orders[] = { MEMBER_FIRST_ORDER, "rating", "most", "solved", "active",
	"synced" };

const char *member_order_find(struct span name)
{
	return name.n == 0 ? orders[0] : span_pick(name, orders, countof(orders));
}

/* ---- who may see whom ---- */

int member_access_of(struct db *d, struct arena *m, const struct user *u, struct member_access *out,
	struct err *e)
{
	struct rows rows;
	int64_t *groups;

	*out = (struct member_access){ .everybody = user_has(u, ROLE_ADMIN) };
	if (u == NULL)
		return 0;
	out->user_id = u->id;
	if (out->everybody || !user_has(u, ROLE_COACH))
		return 0;
	if (db_many(d, m, q_member_coached, ARGS(arg_i64(u->id)), &rows, e) != 0)
		return -1;
	groups = arena_new_array(m, int64_t, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		groups[i] = row_i64(&rows.v[i], member_coached_group_id);
	out->groups = groups;
	out->n_groups = rows.n;
	return 0;
}

bool member_is_coach(const struct member_access *a)
{
	return a->everybody || a->n_groups > 0;
}

bool member_has_group(const struct member_access *a, int64_t group_id)
{
	for (size_t i = 0; i < a->n_groups; i++) {
		if (a->groups[i] == group_id)
			return true;
	}
	return a->everybody;
}

static struct arg groups_of(const struct member_access *a)
{
	return arg_i64s(a->groups, a->n_groups);
}

/* ---- reading ---- */

static int64_t number_or_none(const struct row *r, int column)
{
	return row_null(r, column) ? INT64_MIN : row_i64(r, column);
}

static struct member_item item_of(const struct row *r)
{
	bool is_inside = row_bool(r, member_list_is_inside);

	return (struct member_item){ .id = row_i64(r, member_list_id),
		.name = row_text(r, member_list_name),
		.handle = row_text(r, member_list_handle),
		.group = is_inside ? row_text(r, member_list_group_name) : SPAN_NONE,
		.rating = number_or_none(r, member_list_rating),
		.max_rating = number_or_none(r, member_list_max_rating),
		.rank = row_text(r, member_list_rank),
		.n_solved = row_i64(r, member_list_n_solved),
		.active_at = row_time(r, member_list_active_at),
		.synced_at = row_time(r, member_list_synced_at),
		.trouble = is_inside ? row_text(r, member_list_trouble) : SPAN(""),
		.is_proved = row_bool(r, member_list_is_proved),
		.is_public = row_bool(r, member_list_is_public) };
}

int member_list(struct db *d, struct arena *m, const struct member_access *a,
	const struct member_filter *f, struct member_items *out, struct err *e)
{
	struct member_item *v;
	struct rows rows;

	if (db_many(d, m, q_member_list,
		    ARGS(arg_bool(a->everybody), arg_i64(a->user_id), groups_of(a),
			    arg_text(f->words.n > 0 ? f->words : SPAN_NONE),
			    f->group_id > 0 ? arg_i64(f->group_id) : arg_null(), arg_str(f->order),
			    arg_bool(f->is_descending), arg_i64(f->most), arg_i64(f->skip)),
		    &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct member_item, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = item_of(&rows.v[i]);
	*out = (struct member_items){ v, rows.n,
		rows.n > 0 ? row_i64(&rows.v[0], member_list_total) : 0 };
	return 0;
}

static void fill_private(const struct row *r, struct member *out)
{
	out->row.group = row_text(r, member_get_group_name);
	out->row.trouble = row_text(r, member_get_trouble);
	out->group_id = row_i64(r, member_get_group_id);
	out->email = row_text(r, member_get_email);
	out->phone = row_text(r, member_get_phone);
	out->wants_reminders = row_bool(r, member_get_wants_reminders);
	out->n_reminded = row_i64(r, member_get_n_reminded);
	out->reminded_at = row_time(r, member_get_reminded_at);
}

int member_get(struct db *d, struct arena *m, const struct member_access *a, int64_t id,
	struct member *out, struct err *e)
{
	struct row r;

	if (db_one(d, m, q_member_get,
		    ARGS(arg_bool(a->everybody), arg_i64(a->user_id), groups_of(a), arg_i64(id)),
		    &r, e) != 0)
		return err_absent(e, "no such member");
	*out = (struct member){
		.row = { .id = id,
			.name = row_text(&r, member_get_name),
			.handle = row_text(&r, member_get_handle),
			.rating = number_or_none(&r, member_get_rating),
			.max_rating = number_or_none(&r, member_get_max_rating),
			.rank = row_text(&r, member_get_rank),
			.n_solved = row_i64(&r, member_get_n_solved),
			.active_at = row_time(&r, member_get_active_at),
			.synced_at = row_time(&r, member_get_synced_at),
			.trouble = SPAN(""),
			.is_proved = row_bool(&r, member_get_is_proved),
			.is_public = row_bool(&r, member_get_is_public) },
		.user_id = row_i64(&r, member_get_user_id),
		.max_rank = row_text(&r, member_get_max_rank),
		.tried_at = row_time(&r, member_get_tried_at),
		.reminded_at = INT64_MIN,
		.figures = row_text(&r, member_get_figures),
		.is_inside = row_bool(&r, member_get_is_inside),
		.may_edit = row_bool(&r, member_get_may_edit),
	};
	out->is_self = a->user_id != 0 && out->user_id == a->user_id;
	if (out->is_inside)
		fill_private(&r, out);
	return 0;
}

void member_ahead(struct db *d, struct arena *m, const struct member_access *a, int64_t id)
{
	struct db_step steps[] = {
		{ .stmt = q_member_get,
			.args = ARGS(arg_bool(a->everybody), arg_i64(a->user_id), groups_of(a),
				arg_i64(id)) },
		{ .stmt = q_bucket_rest },
	};

	bucket_rest_step(&steps[1]);
	db_read_ahead(d, m, steps, countof(steps));
}

int member_of_user(struct db *d, struct arena *m, int64_t user_id, int64_t *id, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct row row;

	*id = 0;
	if (db_one(d, m, q_member_of_user, ARGS(arg_i64(user_id)), &row, &why) == 0) {
		*id = row_i64(&row, member_of_user_id);
		return 0;
	}
	if (why.kind == ERR_NOT_FOUND)
		return 0;
	*e = why;
	return -1;
}

/* ---- changing ---- */

static bool is_line(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	}
	return utf8_valid(s.p, s.n);
}

static bool is_phone(struct span s)
{
	static const struct span others = { "+-/(). ", 7 };

	for (size_t i = 0; i < s.n; i++) {
		if (!(s.p[i] >= '0' && s.p[i] <= '9') && !span_has(others, s.p[i]))
			return false;
	}
	return s.n <= MEMBER_MAX_PHONE;
}

int member_check(const struct member_new *n, struct err *e)
{
	if (n->name.n == 0)
		return err_field(e, "name", "a name is needed");
	if (n->name.n > USER_MAX_NAME || !is_line(n->name))
		return err_field(e, "name", "the name has more than %d bytes, or is not text",
			USER_MAX_NAME);
	if (n->email.n > 0 && !mailbox_valid(n->email))
		return err_field(e, "email", "that is no mail address");
	if (!is_phone(n->phone))
		return err_field(e, "phone", "a phone number has digits, blanks and + - / ( ) .");
	if (n->handle.n > 0 && !codeforces_is_handle(n->handle))
		return err_field(e, "handle",
			"a handle has up to 32 letters, digits, underscores, hyphens and dots");
	return 0;
}

/* A coach's members are always in one of the coach's groups. */
static int check_group(const struct member_access *a, int64_t group_id, struct err *e)
{
	if (group_id == 0 && !a->everybody)
		return err_field(e, "group", "choose one of your groups");
	if (group_id != 0 && !member_has_group(a, group_id))
		return err_set(e, ERR_FORBIDDEN, "that group is not yours");
	return 0;
}

static int is_taken(const struct err *why, struct err *e)
{
	if (why->kind == ERR_CONFLICT) {
		err_field(e, "handle", "somebody is followed under that handle already");
		e->kind = ERR_CONFLICT;
		return -1;
	}
	*e = *why;
	return -1;
}

static struct arg group_or_none(int64_t id)
{
	return id != 0 ? arg_i64(id) : arg_null();
}

/* An absent text would be NULL. */
static struct arg text(struct span s)
{
	return arg_text(s.p != NULL ? s : SPAN(""));
}

int member_add(struct db *d, struct arena *m, const struct member_access *a,
	const struct member_new *n, int64_t *id, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct row row;

	if (member_check(n, e) != 0 || check_group(a, n->group_id, e) != 0)
		return -1;
	if (db_one(d, m, q_member_add,
		    ARGS(arg_text(n->name), text(n->email), text(n->phone), text(n->handle),
			    group_or_none(n->group_id), arg_bool(n->wants_reminders)),
		    &row, &why) != 0)
		return is_taken(&why, e);
	*id = row_i64(&row, member_add_id);
	return 0;
}

int member_change(struct db *d, struct arena *m, const struct member_access *a, int64_t id,
	const struct member_new *n, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	TX_AUTO tx = { .db = NULL };
	struct row row;
	bool is_other;

	if (member_check(n, e) != 0 || check_group(a, n->group_id, e) != 0 ||
		tx_begin(d, &tx, e) != 0 ||
		db_one(d, m, q_member_lock, ARGS(arg_bool(a->everybody), groups_of(a), arg_i64(id)),
			&row, e) != 0)
		return -1;
	is_other = !span_ieq(row_text(&row, member_lock_handle), n->handle);
	if (is_other && row_bool(&row, member_lock_is_proved)) {
		err_field(e, "handle", "the member has proved this handle and alone changes it");
		e->kind = ERR_CONFLICT;
		return -1;
	}
	if (db_exec(d, q_member_change,
		    ARGS(arg_i64(id), arg_text(n->name), text(n->email), text(n->phone),
			    text(n->handle), group_or_none(n->group_id),
			    arg_bool(n->wants_reminders)),
		    NULL, &why) != 0)
		return is_taken(&why, e);
	if (is_other && db_exec(d, q_member_forget_training, ARGS(arg_i64(id)), NULL, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

int member_delete(struct db *d, struct arena *m, const struct member_access *a, int64_t id,
	struct span address, struct err *e)
{
	const struct audit_entry entry = { .actor_id = a->user_id,
		.action = "member.delete",
		.object = audit_object(m, "member", id),
		.address = address };
	TX_AUTO tx = { .db = NULL };
	struct row row;

	if (tx_begin(d, &tx, e) != 0 ||
		db_one(d, m, q_member_delete,
			ARGS(arg_bool(a->everybody), groups_of(a), arg_i64(id)), &row, e) != 0 ||
		audit_add(&tx, m, &entry, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

int member_choose(
	struct db *d, int64_t user_id, bool is_public, bool wants_reminders, struct err *e)
{
	return db_exec(d, q_member_choose,
		ARGS(arg_i64(user_id), arg_bool(is_public), arg_bool(wants_reminders)), NULL, e);
}

/* ---- all of them, in pieces ---- */

static struct member_line line_of(const struct row *r)
{
	return (struct member_line){ .id = row_i64(r, member_export_id),
		.name = row_text(r, member_export_name),
		.email = row_text(r, member_export_email),
		.phone = row_text(r, member_export_phone),
		.handle = row_text(r, member_export_handle),
		.group = row_text(r, member_export_group_name),
		.section = row_text(r, member_export_section),
		.year = row_i64(r, member_export_year),
		.rating = number_or_none(r, member_export_rating),
		.max_rating = number_or_none(r, member_export_max_rating),
		.n_solved = row_i64(r, member_export_n_solved),
		.active_at = row_time(r, member_export_active_at) };
}

int member_export(struct db *d, struct arena *m, const struct member_access *a, int64_t after_id,
	struct member_lines *out, struct err *e)
{
	struct member_line *v;
	struct rows rows;

	if (db_many(d, m, q_member_export,
		    ARGS(arg_bool(a->everybody), groups_of(a), arg_i64(after_id),
			    arg_i64(MEMBER_BATCH)),
		    &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct member_line, rows.n + 1);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = line_of(&rows.v[i]);
	*out = (struct member_lines){ v, rows.n };
	return 0;
}
