#include "fcgi/calendar_bar.h"

#include "base/attr.h"
#include "base/when.h"
#include "fcgi/contest_fill.h"
#include "fcgi/contest_link.h"
#include "fcgi/ctx.h"
#include "fcgi/page_start.h"
#include "model/calendar.h"

/* A length that was typed into the address and is none of these gets an entry of its own. */
static const int64_t offered[] = { 0, 60, 90, 120, 180, 300, 24 * 60, 7 * 24 * 60 };

static struct calendar_lengths lengths(struct arena *m, int64_t chosen)
{
	struct calendar_length *v =
		arena_new_array(m, struct calendar_length, countof(offered) + 1);
	size_t n = 0;
	bool placed = false;

	for (size_t i = 0; i < countof(offered); i++) {
		if (!placed && chosen < offered[i])
			v[n++] = (struct calendar_length){ .minutes = chosen, .is_chosen = true };
		placed = placed || chosen <= offered[i];
		v[n++] = (struct calendar_length){ .minutes = offered[i],
			.is_chosen = chosen == offered[i] };
	}
	if (!placed)
		v[n++] = (struct calendar_length){ .minutes = chosen, .is_chosen = true };
	for (size_t i = 0; i < n; i++)
		v[i].text = v[i].minutes == 0 ? "any" : when_length(m, v[i].minutes * 60);
	return (struct calendar_lengths){ v, n };
}

static struct calendar_choices platforms(struct arena *m, unsigned set)
{
	struct calendar_choice *v = arena_new_array(m, struct calendar_choice, N_PLATFORMS);

	for (unsigned p = 0; p < N_PLATFORMS; p++) {
		const struct platform_info *info = platform_info((enum platform)p);

		v[p] = (struct calendar_choice){
			.slug = info->slug, .name = info->name, .is_checked = (set & 1U << p) != 0
		};
	}
	return (struct calendar_choices){ v, N_PLATFORMS };
}

static bool never_fetched(const struct calendar_sources *s)
{
	for (int p = 0; p < N_PLATFORMS; p++)
		if (s->v[p].last_success_at != INT64_MIN)
			return false;
	return true;
}

struct calendar_bar calendar_bar(const struct ctx *c, const struct viewer *v,
	const struct calendar_filter *f, const struct calendar_sources *s, const char *month)
{
	struct url list = url_path("/calendar");
	struct url months = url_with(c->mem, list, "view", SPAN("month"));
	struct url feed = calendar_filter_url(c->mem, url_path("/calendar.ics"), f);

	return (struct calendar_bar){
		.platforms = platforms(c->mem, f->platforms),
		.least = lengths(c->mem, f->least_min),
		.most = lengths(c->mem, f->most_min),
		.words = f->words,
		.is_filtered = !calendar_filter_is_all(f),
		.is_narrowed = f->least_min > 0 || f->most_min > 0 || f->words.n > 0,
		.month = month,
		.list = calendar_filter_url(c->mem, list, f),
		.months = calendar_filter_url(c->mem, months, f),
		.clear = month != NULL ? url_with(c->mem, months, "month", span_of(month)) : list,
		.feed = feed,
		.zone = page_zone_line(c, v, c->now_us / 1000000),
		.outages = contest_outages(c->mem, v->zone, s, f->platforms),
		.never_fetched = never_fetched(s),
	};
}
