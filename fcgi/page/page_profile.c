#include "base/attr.h"
#include "base/limits.h"
#include "base/when.h"
#include "base/zone.h"
#include "fcgi/ctx.h"
#include "fcgi/form.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/settings.h"
#include "fcgi/zone_choice.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/platform.h"
#include "model/profile.h"
#include "model/user.h"
#include "view/profile.h"

/*
 * What a member tells about himself and wants to have. Zone and appearance are kept twice: in the
 * profile, for every browser in which he signs in, and in this browser's cookies, from which pages
 * take them.
 */

#define N_NOTICES 8
static const int notices[N_NOTICES] = { 0, 5, 10, 15, 30, 60, 120, 1440 };

static const struct page_said said[] = {
	{ "saved", FLASH_OK, "Your profile is saved." },
};

struct profile_form {
	struct span name;
	struct span handle;
	struct span bio;
	struct span zone;
	struct span theme;
	struct span language;
	int64_t notice_min;
};

static const struct field profile_fields[] = {
	FIELD_LINE(struct profile_form, name, 1, USER_MAX_NAME),
	FIELD_LINE(struct profile_form, handle, 0, PROFILE_MOST_HANDLE),
	FIELD_TEXT(struct profile_form, bio, 0, PROFILE_MAX_BIO * 4),
	FIELD_LINE(struct profile_form, zone, 0, ZONE_MAX_NAME),
	FIELD_LINE(struct profile_form, theme, 0, 8),
	FIELD_LINE(struct profile_form, language, 0, 16),
	FIELD_INT(struct profile_form, notice_min, 0, PROFILE_MAX_NOTICE),
};

static struct calendar_choices platform_choices(struct arena *m, unsigned chosen)
{
	struct calendar_choice *v = arena_new_array(m, struct calendar_choice, N_PLATFORMS);

	for (int p = 0; p < N_PLATFORMS; p++) {
		const struct platform_info *info = platform_info((enum platform)p);

		v[p] = (struct calendar_choice){ info->slug, info->name, (chosen >> p & 1U) != 0 };
	}
	return (struct calendar_choices){ v, N_PLATFORMS };
}

/* The usual ones, and the member's own if it is none of these. */
static struct notice_choices notice_choices(struct arena *m, int chosen)
{
	struct notice_choice *v = arena_new_array(m, struct notice_choice, N_NOTICES + 1);
	bool found = false;

	for (size_t i = 0; i < N_NOTICES; i++) {
		v[i] = (struct notice_choice){ notices[i],
			notices[i] == 0
				? "At the start"
				: arena_printf(m, "%s before", when_length(m, notices[i] * 60)),
			notices[i] == chosen };
		found = found || notices[i] == chosen;
	}
	v[N_NOTICES] = (struct notice_choice){ chosen,
		arena_printf(m, "%s before", when_length(m, (int64_t)chosen * 60)), true };
	return (struct notice_choices){ v, N_NOTICES + (found ? 0 : 1) };
}

static int show(
	struct ctx *c, const struct profile *p, const struct profile_errors *errors, struct err *e)
{
	struct profile_view v = { .page = settings_page(c, "Profile", said, countof(said)),
		.nav = { SETTINGS_PROFILE },
		.email = p->email,
		.is_verified = p->is_verified,
		.name = p->name,
		.handle = p->handle,
		.bio = p->bio,
		.zone = p->zone,
		.zones = zone_choices(c->mem, p->zone),
		.platforms = platform_choices(c->mem, p->platforms),
		.notices = notice_choices(c->mem, p->notice_min) };

	if (errors != NULL)
		v.errors = *errors;
	(void)viewer_theme_find(p->theme, &v.theme);
	return response_html(c->res, page_settings_profile_html, &v, e);
}

int page_profile(struct ctx *c, struct err *e)
{
	struct profile *p;

	if (profile_get(c->db, c->mem, c->user->id, &p, e) != 0)
		return -1;
	return show(c, p, NULL, e);
}

static unsigned chosen_platforms(const struct request *r)
{
	enum platform p;
	unsigned mask = 0;

	for (size_t i = 0; i < r->form.n; i++) {
		if (span_is(r->form.v[i].name, "platforms") &&
			platform_find(r->form.v[i].value, &p))
			mask |= 1U << p;
	}
	return mask;
}

/*
 * The form's values over what is kept; false if something is wrong already. What is said of them
 * stands in *errors, which outlives *out.
 */
static bool take(
	struct ctx *c, struct profile *p, struct field_errors *errors, struct profile_errors *out)
{
	struct profile_form form = { .notice_min = p->notice_min };
	const struct zone *z;
	bool right;

	right = form_read(c->req, c->mem, profile_fields, countof(profile_fields), &form, errors) ==
		0;
	p->name = form.name;
	p->handle = form.handle.n > 0 ? form.handle : SPAN_NONE;
	p->bio = form.bio;
	p->zone = form.zone;
	p->theme = form.theme;
	p->language = form.language.n > 0 ? form.language : SPAN("en");
	p->notice_min = (int)form.notice_min;
	p->platforms = chosen_platforms(c->req);
	*out = (struct profile_errors){ .name = form_error(c->mem, errors, "name"),
		.handle = form_error(c->mem, errors, "handle"),
		.bio = form_error(c->mem, errors, "bio"),
		.zone = form_error(c->mem, errors, "zone"),
		.notice = form_error(c->mem, errors, "notice_min") };
	if (form.zone.n == 0 || out->zone != NULL)
		return right;
	z = zone_choice_find(c->mem, form.zone);
	if (z == NULL)
		out->zone = "There is no time zone of this name. Choose one from the list.";
	else
		p->zone = span_of(z->name);
	return right && z != NULL;
}

/* Puts a refusal of the model beside its field; false if the page has no place for it. */
static bool place(struct arena *m, const struct err *why, struct profile_errors *out)
{
	struct span field = span_of(why->field);
	const char *text = arena_dup(m, span_of(why->text));

	if (span_is(field, "name"))
		out->name = text;
	else if (span_is(field, "handle"))
		out->handle = text;
	else if (span_is(field, "bio"))
		out->bio = text;
	else if (span_is(field, "zone"))
		out->zone = text;
	else
		return false;
	return why->kind == ERR_INVALID || why->kind == ERR_CONFLICT;
}

static void set_cookies(struct ctx *c, const struct profile *p)
{
	response_cookie(c->res, VIEWER_ZONE_COOKIE, p->zone, p->zone.n > 0 ? PREFERENCE_KEEP_S : 0);
	response_cookie(
		c->res, VIEWER_THEME_COOKIE, p->theme, p->theme.n > 0 ? PREFERENCE_KEEP_S : 0);
}

int page_profile_post(struct ctx *c, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct field_errors fields;
	struct profile_errors errors;
	struct profile *p;

	if (profile_get(c->db, c->mem, c->user->id, &p, e) != 0)
		return -1;
	if (take(c, p, &fields, &errors)) {
		if (profile_save(c->db, c->cache, c->mem, c->user->id, p, &why) == 0) {
			set_cookies(c, p);
			return response_redirect(c->res, url_path("/settings/profile?done=saved"));
		}
		if (!place(c->mem, &why, &errors)) {
			*e = why;
			return -1;
		}
	}
	response_status(c->res, 422);
	return show(c, p, &errors, e);
}
