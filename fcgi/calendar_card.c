#include "fcgi/calendar_card.h"

#include "base/attr.h"
#include "base/when.h"
#include "html/url.h"
#include "model/calendar_link.h"

#define US 1000000

static const int64_t reminder_choices[] = { CALENDAR_REMINDER_USUAL, CALENDAR_REMINDER_NONE, 0, 5,
	10, 15, 30, 60, 120, 720, 1440 };

static void judge(const struct calendar_link *l, struct link_item *out)
{
	switch (l->state) {
	case CALENDAR_OK:
		out->badge = l->reason.p != NULL ? "warn" : "ok";
		out->state = l->reason.p != NULL ? "Paused" : "Connected";
		return;
	case CALENDAR_RECONNECT:
		out->badge = "bad";
		out->state = "Connect again";
		return;
	case CALENDAR_GONE:
		out->badge = "bad";
		out->state = "Deleted there";
		return;
	case CALENDAR_LEAVING:
	case CALENDAR_OFF:
		break;
	}
	out->badge = "warn";
	out->state = "Being disconnected";
}

void calendar_item_fill(
	struct arena *m, const struct zone *z, const struct calendar_link *l, struct link_item *out)
{
	*out = (struct link_item){ .slug = calendar_sink_slug(l->sink),
		.name = calendar_sink_name(l->sink),
		.account = l->account,
		.reason = l->reason,
		.is_feed = l->sink == CALENDAR_ICS };
	judge(l, out);
	if (l->synced_at != INT64_MIN) {
		out->synced = when_stamp(m, z, l->synced_at / US);
		out->synced_iso = when_iso(m, l->synced_at / US);
	}
}

/* ---- what can be chosen ---- */

static const char *reminder_text(struct arena *m, int64_t minutes)
{
	if (minutes == CALENDAR_REMINDER_USUAL)
		return "as usual";
	if (minutes == CALENDAR_REMINDER_NONE)
		return "none";
	if (minutes == 0)
		return "at the start";
	if (minutes == 1440)
		return "1 day before";
	if (minutes >= 60)
		return arena_printf(m, "%lld h before", (long long)(minutes / 60));
	return arena_printf(m, "%lld min before", (long long)minutes);
}

static struct style_options reminders(struct arena *m, int chosen)
{
	const size_t n = countof(reminder_choices);
	struct style_option *v = arena_new_array(m, struct style_option, n + 1);
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		v[i] = (struct style_option){ reminder_choices[i],
			reminder_text(m, reminder_choices[i]), reminder_choices[i] == chosen };
		found = found || v[i].is_chosen;
	}
	if (!found)
		v[n] = (struct style_option){ chosen, reminder_text(m, chosen), true };
	return (struct style_options){ v, found ? n : n + 1 };
}

static struct style_options colours(struct arena *m, enum calendar_colour chosen)
{
	struct style_option *v = arena_new_array(m, struct style_option, N_CALENDAR_COLOURS);

	for (int i = 0; i < N_CALENDAR_COLOURS; i++)
		v[i] = (struct style_option){ i, calendar_colour_name((enum calendar_colour)i),
			i == (int)chosen };
	return (struct style_options){ v, N_CALENDAR_COLOURS };
}

static struct style_rows styles(struct arena *m, const struct calendar_style *s)
{
	struct style_row *v = arena_new_array(m, struct style_row, N_PLATFORMS);

	for (int p = 0; p < N_PLATFORMS; p++) {
		const struct platform_info *info = platform_info((enum platform)p);

		v[p] = (struct style_row){ .slug = info->slug,
			.name = info->name,
			.reminder = arena_printf(m, "reminder_%s", info->slug),
			.colour = arena_printf(m, "colour_%s", info->slug),
			.reminders = reminders(m, s->reminders[p]),
			.colours = colours(m, s->colours[p]) };
	}
	return (struct style_rows){ v, N_PLATFORMS };
}

static struct url action(struct arena *m, const struct calendar_link *l, const char *what)
{
	return url_local(m, span_of(arena_printf(m, "/settings/calendars/%s/%s",
				    calendar_sink_slug(l->sink), what)));
}

void calendar_card_fill(
	struct arena *m, const struct zone *z, const struct calendar_link *l, struct link_card *out)
{
	*out = (struct link_card){ .is_connected = l->state == CALENDAR_OK ||
						   l->state == CALENDAR_RECONNECT ||
						   l->state == CALENDAR_GONE,
		.is_lost = l->state == CALENDAR_RECONNECT,
		.is_gone = l->state == CALENDAR_GONE,
		.is_leaving = l->state == CALENDAR_LEAVING,
		.is_own = l->is_own,
		.server = l->server,
		.styles = styles(m, &l->style),
		.save = action(m, l, "style"),
		.leave = action(m, l, "leave"),
		.renew = action(m, l, "renew") };
	calendar_item_fill(m, z, l, &out->link);
}
