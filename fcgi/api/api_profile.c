/* What a member tells about himself and wants to have. */
#include "base/limits.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "model/platform.h"
#include "model/profile.h"
#include "model/user.h"

struct profile_json {
	struct span email;
	bool verified;
	struct shape_list roles;
	struct span handle;
	struct span name;
	struct span bio;
	struct span zone;
	struct span language;
	struct span theme;
	struct shape_list platforms;
	int64_t notice_min;
};

static const struct shape_field profile_shape_fields[] = {
	SHAPE_TEXT(struct profile_json, email, "the account's address"),
	SHAPE_BOOL(struct profile_json, verified, "the address was proven"),
	SHAPE_TEXTS(struct profile_json, roles, "what the member is here"),
	SHAPE_TEXT_OR_NULL(struct profile_json, handle, "null until one is chosen"),
	SHAPE_TEXT(struct profile_json, name, "the member's name"),
	SHAPE_TEXT(struct profile_json, bio, "a few words about the member"),
	SHAPE_TEXT(struct profile_json, zone, "time zone; empty: as the browser says"),
	SHAPE_TEXT(struct profile_json, language, "of pages and mails"),
	SHAPE_TEXT(struct profile_json, theme, "light, dark, or empty: as the system says"),
	SHAPE_TEXTS(struct profile_json, platforms, "those wanted; empty: all of them"),
	SHAPE_I64(struct profile_json, notice_min,
		"minutes before a contest at which to be reminded"),
};
static const struct shape profile_shape =
	SHAPE("Profile", struct profile_json, profile_shape_fields);

/* What may be changed here; address, roles and whatever else an account has may not. */
struct profile_form {
	struct span handle;
	struct span name;
	struct span bio;
	struct span zone;
	struct span language;
	struct span theme;
	unsigned platforms;
	int64_t notice_min;
};

static const char *platform_at(size_t i)
{
	return i < N_PLATFORMS ? platform_info((enum platform)i)->slug : NULL;
}

static const struct field profile_fields[] = {
	FIELD_LINE(struct profile_form, handle, PROFILE_LEAST_HANDLE, PROFILE_MOST_HANDLE),
	FIELD_LINE(struct profile_form, name, 1, USER_MAX_NAME),
	FIELD_TEXT(struct profile_form, bio, 0, 4 * PROFILE_MAX_BIO),
	FIELD_LINE(struct profile_form, zone, 0, 48),
	FIELD_LINE(struct profile_form, language, 2, 16),
	FIELD_LINE(struct profile_form, theme, 0, 16),
	FIELD_SET(struct profile_form, platforms, 0, platform_at),
	FIELD_INT(struct profile_form, notice_min, 0, PROFILE_MAX_NOTICE),
};

const struct api_doc api_profile_doc = {
	.summary = "Your profile and preferences",
	.answers = { { 200, &profile_shape, "as they are" } },
};

const struct api_doc api_profile_put_doc = {
	.summary = "Change your profile and preferences",
	.text = "Fields that are left out stay as they are.",
	.body = API_PARTIAL(profile_fields),
	.answers = { { 200, &profile_shape, "as they are now" } },
};

static struct shape_list platforms_of(struct arena *m, unsigned set)
{
	struct span *v = arena_new_array(m, struct span, N_PLATFORMS);
	size_t n = 0;

	for (size_t i = 0; i < N_PLATFORMS; i++) {
		if ((set & 1U << i) != 0)
			v[n++] = span_of(platform_at(i));
	}
	return (struct shape_list){ v, n };
}

static void put_profile(struct ctx *c, const struct profile *p)
{
	const struct profile_json answer = { .email = p->email,
		.verified = p->is_verified,
		.roles = api_roles(c->mem, c->user->roles),
		.handle = p->handle,
		.name = p->name,
		.bio = p->bio,
		.zone = p->zone,
		.language = p->language,
		.theme = p->theme,
		.platforms = platforms_of(c->mem, p->platforms),
		.notice_min = p->notice_min };

	api_put(c, &profile_shape, &answer);
}

int api_profile(struct ctx *c, struct err *e)
{
	struct profile *p;

	if (profile_get(c->db, c->mem, c->user->id, &p, e) != 0)
		return -1;
	put_profile(c, p);
	return 0;
}

int api_profile_put(struct ctx *c, struct err *e)
{
	struct profile *p;

	if (profile_get(c->db, c->mem, c->user->id, &p, e) != 0)
		return -1;
	struct profile_form form = { .handle = p->handle,
		.name = p->name,
		.bio = p->bio,
		.zone = p->zone,
		.language = p->language,
		.theme = p->theme,
		.platforms = p->platforms,
		.notice_min = p->notice_min };

	if (api_read_body(c, &form, e) != 0)
		return -1;
	p->handle = form.handle;
	p->name = form.name;
	p->bio = form.bio;
	p->zone = form.zone;
	p->language = form.language;
	p->theme = form.theme;
	p->platforms = form.platforms;
	p->notice_min = (int)form.notice_min;
	if (profile_save(c->db, c->cache, c->mem, c->user->id, p, e) != 0)
		return -1;
	put_profile(c, p);
	return 0;
}
