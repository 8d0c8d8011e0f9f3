#include "fcgi/calendar_filter.h"

#include <stdbool.h>
#include <string.h>

#include "base/limits.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "fcgi/request.h"
#include "model/calendar.h"
#include "model/platform.h"

static int read_platforms(struct span list, unsigned *out, struct err *e)
{
	struct span slug;

	while (span_split(&list, ',', &slug)) {
		enum platform p;

		slug = span_trim(slug);
		if (slug.n == 0)
			continue;
		if (!platform_find(slug, &p))
			return err_field(e, "platforms", "there is no platform \"" SPAN_FMT "\"",
				SPAN_ARG(span_sub(
					slug, 0, utf8_cut(slug.p, slug.n > 40 ? 40 : slug.n))));
		*out |= 1U << p;
	}
	return 0;
}

static int read_minutes(const struct request *r, const char *name, int64_t *out, struct err *e)
{
	struct span s = span_trim(request_query(r, name));
	uint64_t minutes;

	*out = 0;
	if (s.n == 0)
		return 0;
	if (!span_u64(s, CONTEST_MAX_DURATION_S / 60, &minutes))
		return err_field(e, name, "%s must be a number of minutes from 0 to %d", name,
			CONTEST_MAX_DURATION_S / 60);
	*out = (int64_t)minutes;
	return 0;
}

int calendar_filter_read(const struct request *r, struct calendar_filter *out, struct err *e)
{
	const unsigned all = (1U << N_PLATFORMS) - 1;

	*out = (struct calendar_filter){ 0 };
	for (size_t i = 0; i < r->query.n; i++)
		if (span_is(r->query.v[i].name, "platforms") &&
			read_platforms(r->query.v[i].value, &out->platforms, e) != 0)
			return -1;
	if (out->platforms == all)
		out->platforms = 0;
	if (read_minutes(r, "min", &out->least_min, e) != 0 ||
		read_minutes(r, "max", &out->most_min, e) != 0)
		return -1;
	if (out->most_min != 0 && out->most_min < out->least_min)
		return err_field(e, "max", "max must not be less than min");
	out->words = span_trim(request_query(r, "q"));
	if (out->words.n == 0)
		out->words = SPAN_NONE;
	if (out->words.n > CALENDAR_MAX_WORDS)
		return err_field(e, "q", "q must have at most %d bytes", CALENDAR_MAX_WORDS);
	return 0;
}

bool calendar_filter_is_all(const struct calendar_filter *f)
{
	return f->platforms == 0 && f->least_min == 0 && f->most_min == 0 && f->words.p == NULL;
}

static struct span platforms_text(struct arena *m, unsigned set)
{
	const char *text = NULL;

	for (unsigned p = 0; p < N_PLATFORMS; p++) {
		const char *slug = platform_info((enum platform)p)->slug;

		if ((set & 1U << p) != 0)
			text = text == NULL ? slug : arena_printf(m, "%s,%s", text, slug);
	}
	return span_of(text);
}

static struct span minutes_text(struct arena *m, int64_t minutes)
{
	return minutes == 0 ? SPAN_NONE : span_of(arena_printf(m, "%lld", (long long)minutes));
}

struct url calendar_filter_url(struct arena *m, struct url u, const struct calendar_filter *f)
{
	u = url_with(m, u, "platforms", platforms_text(m, f->platforms));
	u = url_with(m, u, "min", minutes_text(m, f->least_min));
	u = url_with(m, u, "max", minutes_text(m, f->most_min));
	return url_with(m, u, "q", f->words);
}

void calendar_filter_apply(const struct calendar_filter *f, struct calendar_query *q)
{
	q->platforms = f->platforms;
	q->least_s = f->least_min * 60;
	q->most_s = f->most_min * 60;
	q->words = f->words;
}
