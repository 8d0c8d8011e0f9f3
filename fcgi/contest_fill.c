#include "fcgi/contest_fill.h"

#include "base/when.h"
#include "fcgi/contest_link.h"
#include "model/calendar.h"

enum {
	US = 1000000
};

void contest_fill(struct arena *m, const struct zone *z, int64_t now_s,
	const struct calendar_contest *c, struct contest_item *out)
{
	const struct platform_info *platform = platform_info(c->platform);
	int64_t start_s = c->start_at / US;
	int64_t end_s = c->end_at / US;
	int64_t day = when_local_day(z, start_s);
	int64_t end_day = when_local_day(z, end_s);

	*out = (struct contest_item){
		.title = c->title,
		.url = url_external(m, c->url),
		.platform_slug = platform->slug,
		.platform_name = platform->name,
		.start_s = start_s,
		.end_s = end_s,
		.start_iso = when_iso(m, start_s),
		.day = when_short_day(m, day),
		.clock = when_clock(m, z, start_s),
		.length = when_length(m, end_s - start_s),
		.length_iso = when_iso_length(m, end_s - start_s),
		.is_running = !c->cancelled && start_s <= now_s && now_s < end_s,
		.is_over = end_s <= now_s,
		.is_cancelled = c->cancelled,
		.end_iso = when_iso(m, end_s),
		.end_clock = when_clock(m, z, end_s),
		.end_day = end_day != day ? when_short_day(m, end_day) : NULL,
		.page = contest_link_page(m, c),
		.add = contest_link_event(m, c),
		.google = contest_link_google(m, c),
	};
	out->until = when_span(m, (out->is_running ? end_s : start_s) - now_s);
	if (c->moved_from_at != INT64_MIN && c->moved_from_at != c->start_at) {
		int64_t from_s = c->moved_from_at / US;

		out->moved_from = arena_printf(m, "%s, %s",
			when_short_day(m, when_local_day(z, from_s)), when_clock(m, z, from_s));
	}
}

struct ical_event contest_event(struct arena *m, const struct calendar_contest *c)
{
	return (struct ical_event){
		.uid = calendar_uid(m, c),
		.start_s = c->start_at / US,
		.end_s = c->end_at / US,
		.changed_s = c->changed_at / US,
		.created_s = c->first_seen_at / US,
		.sequence = c->sequence,
		.status = c->cancelled ? ICAL_CANCELLED : ICAL_CONFIRMED,
		.summary = c->title,
		.category = span_of(platform_info(c->platform)->name),
		.url = c->url,
	};
}

struct calendar_outages contest_outages(
	struct arena *m, const struct zone *z, const struct calendar_sources *s, unsigned platforms)
{
	struct calendar_outage *v = arena_new_array(m, struct calendar_outage, N_PLATFORMS);
	size_t n = 0;

	for (unsigned p = 0; p < N_PLATFORMS; p++) {
		const struct calendar_source *source = &s->v[p];

		if (source->failing_since == INT64_MIN ||
			(platforms != 0 && (platforms & 1U << p) == 0))
			continue;
		v[n] = (struct calendar_outage){
			.name = platform_info(source->platform)->name,
			.since_iso = when_iso(m, source->failing_since / US),
			.since = when_stamp(m, z, source->failing_since / US),
		};
		if (source->last_success_at != INT64_MIN) {
			v[n].data_iso = when_iso(m, source->last_success_at / US);
			v[n].data = when_stamp(m, z, source->last_success_at / US);
		}
		n++;
	}
	return (struct calendar_outages){ v, n };
}
