/* Members for programs: the list, one with the training in figures, rated contests, groups,
 * reminders, the sync of all. */
#include "base/attr.h"
#include "base/limits.h"
#include "base/when.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/member_fill.h"
#include "model/member_group.h"
#include "model/member_history.h"
#include "model/member_remind.h"
#include "model/member_sync.h"
#include "model/member_training.h"
#include "os/config.h"

/* ---- the list ---- */

struct row_json {
	int64_t id;
	struct span name;
	struct span handle;
	bool is_proved;
	bool is_public;
	struct span group;
	int64_t rating;
	int64_t max_rating;
	struct span rank;
	int64_t solved;
	int64_t active_at;
	int64_t synced_at;
	struct span trouble;
};

#define ROW_FIELDS(type)                                                                           \
	SHAPE_I64(type, id, "names the member for good"), SHAPE_TEXT(type, name, "the name"),      \
		SHAPE_TEXT_OR_NULL(type, handle, "at Codeforces"),                                 \
		SHAPE_BOOL(type, is_proved, "the account showed that the handle is its own"),      \
		SHAPE_BOOL(type, is_public, "everybody may see the training"),                     \
		SHAPE_TEXT_OR_NULL(type, group, "null too for who may not see it"),                \
		SHAPE_I64_OR_NULL(type, rating, "null: not rated"),                                \
		SHAPE_I64_OR_NULL(type, max_rating, "the best so far"),                            \
		SHAPE_TEXT(type, rank, "of the rating, as Codeforces calls it; empty: none"),      \
		SHAPE_I64(type, solved, "different problems"),                                     \
		SHAPE_TIME_OR_NULL(type, active_at, "of the latest accepted submission"),          \
		SHAPE_TIME_OR_NULL(type, synced_at, "of the last sync that went well"),            \
		SHAPE_TEXT(type, trouble,                                                          \
			"why a later sync failed; empty: none did, or the caller may not see it")

static const struct shape_field row_fields[] = { ROW_FIELDS(struct row_json) };
static const struct shape row_shape = SHAPE("ClubMember", struct row_json, row_fields);

struct list_json {
	struct shape_list members;
	int64_t total;
};

static const struct shape_field list_fields[] = {
	SHAPE_LIST(struct list_json, members, &row_shape, "one page of them"),
	SHAPE_I64(struct list_json, total, "how many fit; 0 behind the last page"),
};
static const struct shape list_shape = SHAPE("ClubMembers", struct list_json, list_fields);

struct list_query {
	struct span q;
	int64_t group;
	struct span order;
	bool descending;
	int64_t limit;
	int64_t page;
};

static const struct field query_fields[] = {
	FIELD_LINE(struct list_query, q, 0, MEMBER_MAX_WORDS),
	FIELD_INT(struct list_query, group, 0, INT64_MAX),
	FIELD_LINE(struct list_query, order, 0, 10),
	FIELD_FLAG(struct list_query, descending),
	FIELD_INT(struct list_query, limit, 1, MEMBER_API_MAX),
	FIELD_INT(struct list_query, page, 1, MEMBER_MAX_PAGE),
};

const struct api_doc api_members_doc = {
	.summary = "Members",
	.text = "Those whom the caller may see: all of them for admins, the groups of a coach, oneself, and "
		"those who let everybody see their training. order: name, rating, most, solved, active or "
		"synced. q: a part of a name or handle.",
	.query = API_PARTIAL(query_fields),
	.answers = { { 200, &list_shape, "one page of them" } },
};

static struct row_json row_of(const struct member_item *i)
{
	return (struct row_json){ i->id, i->name, i->handle, i->is_proved, i->is_public, i->group,
		i->rating, i->max_rating, i->rank, i->n_solved, i->active_at, i->synced_at,
		i->trouble };
}

int api_members(struct ctx *c, struct err *e)
{
	struct list_query q = { .limit = MEMBER_PAGE, .page = 1 };
	struct member_filter f;
	struct member_access a;
	struct member_items list;
	struct list_json answer;
	struct row_json *rows;

	if (api_read_query(c, &q, e) != 0)
		return -1;
	f = (struct member_filter){ .words = q.q,
		.group_id = q.group,
		.order = member_order_find(q.order),
		.is_descending = q.descending,
		.most = (int)q.limit,
		.skip = (int)((q.page - 1) * q.limit) };
	if (f.order == NULL)
		return err_field(e, "order", "there is no such order");
	if (member_reader(c, &a, e) != 0 || member_list(c->db, c->mem, &a, &f, &list, e) != 0)
		return -1;
	rows = arena_new_array(c->mem, struct row_json, list.n + 1);
	for (size_t i = 0; i < list.n; i++)
		rows[i] = row_of(&list.v[i]);
	answer = (struct list_json){ { rows, list.n }, list.total };
	api_put(c, &list_shape, &answer);
	return 0;
}

/* ---- one of them ---- */

struct count_json {
	struct span name;
	int64_t problems;
};

static const struct shape_field count_fields[] = {
	SHAPE_TEXT(struct count_json, name, "a rating, a tag or a day"),
	SHAPE_I64(struct count_json, problems, "first solved there"),
};
static const struct shape count_shape = SHAPE("SolvedCount", struct count_json, count_fields);

struct hard_json {
	struct span problem;
	struct span name;
	int64_t rating;
	struct span day;
};

static const struct shape_field hard_fields[] = {
	SHAPE_TEXT(struct hard_json, problem, "contest/index: 2100/E"),
	SHAPE_TEXT(struct hard_json, name, "its title"),
	SHAPE_I64(struct hard_json, rating, "its rating"),
	SHAPE_TEXT(struct hard_json, day, "on which it was first solved, in UTC"),
};
static const struct shape hard_shape = SHAPE("HardProblem", struct hard_json, hard_fields);

struct one_json {
	struct row_json row;
	int64_t submissions;
	int64_t average_rating;
	int64_t days_7;
	int64_t days_30;
	int64_t days_90;
	int64_t days_365;
	struct shape_list by_rating;
	struct shape_list by_tag;
	struct shape_list by_day;
	struct shape_list hardest;
};

static const struct shape_field one_fields[] = {
	SHAPE_OBJECT(struct one_json, row, &row_shape, "as in the list"),
	SHAPE_I64(struct one_json, submissions, "whatever became of them"),
	SHAPE_I64_OR_NULL(struct one_json, average_rating, "of the solved problems that have one"),
	SHAPE_I64(struct one_json, days_7, "solved in the last 7 days"),
	SHAPE_I64(struct one_json, days_30, "in the last 30"),
	SHAPE_I64(struct one_json, days_90, "in the last 90"),
	SHAPE_I64(struct one_json, days_365, "in the last 365"),
	SHAPE_LIST(struct one_json, by_rating, &count_shape, "solved, by the problems' rating"),
	SHAPE_LIST(struct one_json, by_tag, &count_shape, "solved, by the commonest tags"),
	SHAPE_LIST(struct one_json, by_day, &count_shape, "solved, by the last 400 days"),
	SHAPE_LIST(struct one_json, hardest, &hard_shape, "ten of them"),
};
static const struct shape one_shape = SHAPE("ClubMemberTraining", struct one_json, one_fields);

const struct api_doc api_member_doc = {
	.summary = "One member and the training in figures",
	.answers = { { 200, &one_shape, "as it was worked out at the last sync" } },
};

enum naming {
	BY_NAME,
	BY_NUMBER,
	BY_DAY
};

static struct shape_list counts_of(
	struct arena *m, const struct training_counts *c, enum naming naming)
{
	struct count_json *v = arena_new_array(m, struct count_json, c->n + 1);

	for (size_t i = 0; i < c->n; i++) {
		int64_t key = c->v[i].key;
		struct span name = c->v[i].name;

		if (naming == BY_NUMBER)
			name = span_of(arena_printf(m, "%lld", (long long)key));
		else if (naming == BY_DAY)
			name = span_of(when_iso_day(m, key));
		v[i] = (struct count_json){ name, c->v[i].n };
	}
	return (struct shape_list){ v, c->n };
}

static struct shape_list hardest_of(struct arena *m, const struct training_problems *p)
{
	struct hard_json *v = arena_new_array(m, struct hard_json, p->n + 1);

	for (size_t i = 0; i < p->n; i++)
		v[i] = (struct hard_json){ p->v[i].key, p->v[i].name, p->v[i].rating,
			span_of(when_iso_day(m, p->v[i].day)) };
	return (struct shape_list){ v, p->n };
}

static int find(struct ctx *c, struct member *out, struct err *e)
{
	struct member_access a;
	int64_t id;

	return member_id(c, &id, e) == 0 && member_reader(c, &a, e) == 0
		       ? member_get(c->db, c->mem, &a, id, out, e)
		       : -1;
}

int api_member(struct ctx *c, struct err *e)
{
	int64_t today = c->now_us / 1000000 / 86400;
	struct member who;
	struct training t;
	struct one_json answer;

	if (find(c, &who, e) != 0 || training_read(c->mem, who.figures, &t, e) != 0)
		return -1;
	answer = (struct one_json){ .row = row_of(&who.row),
		.submissions = t.sent,
		.average_rating = t.average != 0 ? t.average : INT64_MIN,
		.days_7 = training_since(&t, today - 6),
		.days_30 = training_since(&t, today - 29),
		.days_90 = training_since(&t, today - 89),
		.days_365 = training_since(&t, today - 364),
		.by_rating = counts_of(c->mem, &t.ratings, BY_NUMBER),
		.by_tag = counts_of(c->mem, &t.tags, BY_NAME),
		.by_day = counts_of(c->mem, &t.days, BY_DAY),
		.hardest = hardest_of(c->mem, &t.hardest) };
	api_put(c, &one_shape, &answer);
	return 0;
}

/* ---- rated contests ---- */

struct contest_json {
	int64_t contest;
	struct span name;
	int64_t rank;
	int64_t at;
	int64_t old_rating;
	int64_t new_rating;
	int64_t problems;
	int64_t solved;
};

static const struct shape_field contest_fields[] = {
	SHAPE_I64(struct contest_json, contest, "its number at Codeforces"),
	SHAPE_TEXT(struct contest_json, name, "its title"),
	SHAPE_I64(struct contest_json, rank, "the member's"),
	SHAPE_TIME(struct contest_json, at, "when the rating changed"),
	SHAPE_I64(struct contest_json, old_rating, "before"),
	SHAPE_I64(struct contest_json, new_rating, "after"),
	SHAPE_I64_OR_NULL(struct contest_json, problems, "that it has; null: not known yet"),
	SHAPE_I64(struct contest_json, solved, "of them, by now"),
};
static const struct shape contest_shape =
	SHAPE("RatedContest", struct contest_json, contest_fields);

struct contests_json {
	struct shape_list contests;
};

static const struct shape_field contests_fields[] = {
	SHAPE_LIST(struct contests_json, contests, &contest_shape, "the oldest first"),
};
static const struct shape contests_shape =
	SHAPE("RatedContests", struct contests_json, contests_fields);

const struct api_doc api_member_contests_doc = {
	.summary = "A member's rated contests",
	.answers = { { 200, &contests_shape, "all of them" } },
};

int api_member_contests(struct ctx *c, struct err *e)
{
	struct training_changes list;
	struct contests_json answer;
	struct contest_json *v;
	struct member who;
	struct training t;

	if (find(c, &who, e) != 0 || training_read(c->mem, who.figures, &t, e) != 0 ||
		member_history(c->cache, c->mem, &who, &list, e) != 0)
		return -1;
	v = arena_new_array(c->mem, struct contest_json, list.n + 1);
	for (size_t i = 0; i < list.n; i++) {
		const struct training_change *r = &list.v[i];

		v[i] = (struct contest_json){ r->contest_id, r->contest, r->rank, r->at,
			r->old_rating, r->new_rating, r->n_problems > 0 ? r->n_problems : INT64_MIN,
			training_solved_in(&t, r->contest_id) };
	}
	answer.contests = (struct shape_list){ v, list.n };
	api_put(c, &contests_shape, &answer);
	return 0;
}

/* ---- groups ---- */

struct group_json {
	int64_t id;
	struct span name;
	int64_t year;
	struct span section;
	int64_t members;
};

static const struct shape_field group_fields[] = {
	SHAPE_I64(struct group_json, id, "names it for good"),
	SHAPE_TEXT(struct group_json, name, "what it is called"),
	SHAPE_I64_OR_NULL(struct group_json, year, "null: not said"),
	SHAPE_TEXT(struct group_json, section, "empty: not said"),
	SHAPE_I64(struct group_json, members, "how many it has"),
};
static const struct shape group_shape = SHAPE("ClubGroup", struct group_json, group_fields);

struct groups_json {
	struct shape_list groups;
};

static const struct shape_field groups_fields[] = {
	SHAPE_LIST(struct groups_json, groups, &group_shape, "the latest year first"),
};
static const struct shape groups_shape = SHAPE("ClubGroups", struct groups_json, groups_fields);

const struct api_doc api_member_groups_doc = {
	.summary = "Groups of members",
	.text = "Those that the caller coaches; all of them for admins.",
	.answers = { { 200, &groups_shape, "all of them" } },
};

int api_member_groups(struct ctx *c, struct err *e)
{
	struct groups_json answer;
	struct member_groups list;
	struct member_access a;
	struct group_json *v;

	if (member_reader(c, &a, e) != 0 || member_groups(c->db, c->mem, &a, &list, e) != 0)
		return -1;
	v = arena_new_array(c->mem, struct group_json, list.n + 1);
	for (size_t i = 0; i < list.n; i++)
		v[i] = (struct group_json){ list.v[i].id, list.v[i].name,
			list.v[i].year != 0 ? list.v[i].year : INT64_MIN, list.v[i].section,
			list.v[i].n };
	answer.groups = (struct shape_list){ v, list.n };
	api_put(c, &groups_shape, &answer);
	return 0;
}

/* ---- reminders ---- */

struct due_json {
	int64_t member;
	struct span name;
	int64_t days;
};

static const struct shape_field due_fields[] = {
	SHAPE_I64(struct due_json, member, "who"),
	SHAPE_TEXT(struct due_json, name, "the name"),
	SHAPE_I64(struct due_json, days, "without anything accepted"),
};
static const struct shape due_shape = SHAPE("ReminderDue", struct due_json, due_fields);

struct past_json {
	int64_t member;
	struct span name;
	int64_t at;
	int64_t days;
	int64_t mails;
	int64_t ended_at;
};

static const struct shape_field past_fields[] = {
	SHAPE_I64(struct past_json, member, "who"),
	SHAPE_TEXT(struct past_json, name, "the name"),
	SHAPE_TIME(struct past_json, at, "when it was written"),
	SHAPE_I64(struct past_json, days, "without anything accepted, then"),
	SHAPE_I64(struct past_json, mails, "to this member in all"),
	SHAPE_TIME_OR_NULL(struct past_json, ended_at, "when its link ended these mails"),
};
static const struct shape past_shape = SHAPE("ReminderSent", struct past_json, past_fields);

struct reminders_json {
	struct shape_list due;
	struct shape_list sent;
};

static const struct shape_field reminders_fields[] = {
	SHAPE_LIST(struct reminders_json, due, &due_shape, "who would be written to now"),
	SHAPE_LIST(struct reminders_json, sent, &past_shape, "the latest first"),
};
static const struct shape reminders_shape =
	SHAPE("Reminders", struct reminders_json, reminders_fields);

const struct api_doc api_member_reminders_doc = {
	.summary = "Mails to members who have been away",
	.text = "Of the caller's groups; of everybody for admins.",
	.answers = { { 200, &reminders_shape, "who is due, and who got one" } },
};

static struct shape_list dues_of(struct arena *m, const struct remind_dues *d)
{
	struct due_json *v = arena_new_array(m, struct due_json, d->n + 1);

	for (size_t i = 0; i < d->n; i++)
		v[i] = (struct due_json){ d->v[i].id, d->v[i].name, d->v[i].days };
	return (struct shape_list){ v, d->n };
}

static struct shape_list pasts_of(struct arena *m, const struct remind_pasts *p)
{
	struct past_json *v = arena_new_array(m, struct past_json, p->n + 1);

	for (size_t i = 0; i < p->n; i++)
		v[i] = (struct past_json){ p->v[i].member_id, p->v[i].name, p->v[i].at,
			p->v[i].days, p->v[i].n, p->v[i].stopped_at };
	return (struct shape_list){ v, p->n };
}

int api_member_reminders(struct ctx *c, struct err *e)
{
	struct reminders_json answer;
	struct remind_dues dues;
	struct remind_pasts past;
	struct member_access a;

	if (member_reader(c, &a, e) != 0 || remind_due(c->db, c->mem, &a, &dues, e) != 0 ||
		remind_history(c->db, c->mem, &a, &past, e) != 0)
		return -1;
	answer = (struct reminders_json){ dues_of(c->mem, &dues), pasts_of(c->mem, &past) };
	api_put(c, &reminders_shape, &answer);
	return 0;
}

/* ---- all of them synced ---- */

struct progress_json {
	bool runs;
	bool stopped;
	int64_t members;
	int64_t done;
	int64_t failed;
	int64_t began_at;
	int64_t seconds_left;
};

static const struct shape_field progress_fields[] = {
	SHAPE_BOOL(struct progress_json, runs, "it is not over"),
	SHAPE_BOOL(struct progress_json, stopped, "somebody stopped it"),
	SHAPE_I64(struct progress_json, members, "who are asked for"),
	SHAPE_I64(struct progress_json, done, "so far, with those that failed"),
	SHAPE_I64(struct progress_json, failed, "of these"),
	SHAPE_TIME_OR_NULL(struct progress_json, began_at, "null: there was none yet"),
	SHAPE_I64_OR_NULL(struct progress_json, seconds_left, "at the pace so far"),
};
static const struct shape progress_shape =
	SHAPE("SweepProgress", struct progress_json, progress_fields);

const struct api_doc api_member_sweep_doc = {
	.summary = "How far the sync of all members is",
	.answers = { { 200, &progress_shape, "of the latest one" } },
};

int api_member_sweep(struct ctx *c, struct err *e)
{
	struct progress_json answer;
	struct member_sweep s;

	if (member_sweep_last(c->db, c->mem, &s, e) != 0)
		return -1;
	answer = (struct progress_json){ !s.is_over, s.is_stopped, s.n, s.n_done, s.n_failed,
		s.id != 0 ? s.began_at : INT64_MIN,
		s.is_over ? INT64_MIN : member_sweep_left_s(&s, c->conf->codeforces_interval_ms) };
	api_put(c, &progress_shape, &answer);
	return 0;
}
