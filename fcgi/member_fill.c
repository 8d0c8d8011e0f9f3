#include "fcgi/member_fill.h"

#include "base/attr.h"
#include "base/when.h"
#include "fcgi/admin_frame.h"
#include "fcgi/request.h"
#include "fcgi/route.h"
#include "html/url.h"
#include "model/bucket.h"
#include "model/member_group.h"
#include "model/user.h"

#define US 1000000

static const struct page_said said[] = {
	{ "added", FLASH_OK, "The member is added." },
	{ "saved", FLASH_OK, "Saved." },
	{ "deleted", FLASH_OK, "The member and all that was known of the training are gone." },
	{ "group", FLASH_OK, "The group is saved." },
	{ "group-deleted", FLASH_OK, "The group is gone; its members stay, without one." },
	{ "coach", FLASH_OK, "The coaches are saved." },
	{ "queued", FLASH_OK, "Codeforces is asked; what it says stands here within moments." },
	{ "begun", FLASH_OK, "Everybody is asked for now." },
	{ "reminders-end", FLASH_OK, "You are not written to any more when you have been away." },
	{ "stopped", FLASH_OK, "Stopped: nobody else is asked for." },
};

struct page_view member_page(const struct ctx *c, const struct viewer *v, const char *title)
{
	struct page_view page = page_start(c, v, title, NAV_MEMBERS);

	page.no_index = true;
	page_say(c, &page, said, countof(said));
	return page;
}

struct url member_link(struct arena *m, int64_t id)
{
	return url_to(m, "/member/{}", arena_printf(m, "%lld", (long long)id), NULL);
}

struct url member_act(struct arena *m, int64_t id, const char *what)
{
	return url_to(m, "/member/{}/{}", arena_printf(m, "%lld", (long long)id), what, NULL);
}

int member_id(const struct ctx *c, int64_t *id, struct err *e)
{
	*id = admin_number(route_param(c, "id"));
	return *id > 0 ? 0 : err_set(e, ERR_NOT_FOUND, "no such member");
}

int member_reader(struct ctx *c, struct member_access *out, struct err *e)
{
	return member_access_of(c->db, c->mem, c->user, out, e);
}

int member_own(struct ctx *c, int64_t *id, struct err *e)
{
	*id = 0;
	return c->user != NULL ? member_of_user(c->db, c->mem, c->user->id, id, e) : 0;
}

const char *member_rating(struct arena *m, int64_t rating)
{
	return rating != INT64_MIN ? arena_printf(m, "%lld", (long long)rating) : "–";
}

const char *member_rank_class(struct span rank)
{
	static const struct {
		const char *rank;
		const char *class;
	} classes[] = {
		{ "pupil", "rank-green" },
		{ "specialist", "rank-cyan" },
		{ "expert", "rank-blue" },
		{ "candidate master", "rank-violet" },
		{ "master", "rank-orange" },
		{ "international master", "rank-orange" },
	};

	for (size_t i = 0; i < countof(classes); i++) {
		if (span_is(rank, classes[i].rank))
			return classes[i].class;
	}
	return span_ends(rank, "grandmaster") ? "rank-red" : "rank-gray";
}

static const char *day_of(struct arena *m, const struct zone *z, int64_t at)
{
	return at != INT64_MIN ? when_date(m, when_local_day(z, at / US)) : NULL;
}

struct member_row member_row_of(struct arena *m, const struct zone *z, const struct member_item *i)
{
	return (struct member_row){ .link = member_link(m, i->id),
		.name = i->name,
		.handle = i->handle,
		.group = i->group,
		.rating = member_rating(m, i->rating),
		.most = member_rating(m, i->max_rating),
		.rank = member_rank_class(i->rank),
		.n_solved = i->n_solved,
		.active = day_of(m, z, i->active_at),
		.active_iso = admin_iso(m, i->active_at),
		.synced = day_of(m, z, i->synced_at),
		.synced_iso = admin_iso(m, i->synced_at),
		.trouble = i->trouble,
		.is_proved = i->is_proved };
}

int member_group_options(struct ctx *c, const struct member_access *a, int64_t chosen,
	const char *none, struct problem_options *out, struct err *e)
{
	struct member_groups groups;
	struct problem_option *v;

	if (member_groups(c->db, c->mem, a, &groups, e) != 0)
		return -1;
	v = arena_new_array(c->mem, struct problem_option, groups.n + 1);
	v[0] = (struct problem_option){ "0", none, chosen == 0 };
	for (size_t i = 0; i < groups.n; i++)
		v[i + 1] = (struct problem_option){ arena_printf(c->mem, "%lld",
							    (long long)groups.v[i].id),
			arena_dup(c->mem, groups.v[i].name), groups.v[i].id == chosen };
	*out = (struct problem_options){ v, groups.n + 1 };
	return 0;
}

int member_resting(struct ctx *c, const struct viewer *v, struct resting *out, struct err *e)
{
	int64_t until;

	*out = (struct resting){ .until = NULL };
	if (bucket_rest(c->db, c->mem, &until, e) != 0)
		return -1;
	if (until == INT64_MIN)
		return 0;
	out->until_s = until / US;
	out->until_iso = admin_iso(c->mem, until);
	out->until = arena_printf(c->mem, "%s:%02d", when_clock(c->mem, v->zone, out->until_s),
		(int)(out->until_s % 60));
	return 0;
}
