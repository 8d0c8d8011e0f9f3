#include "model/profile.h"

#include "base/limits.h"
#include "base/utf8.h"
#include "db/db.h"
#include "model/cache.h"
#include "model/platform.h"
#include "model/sync.h"
#include "os/log.h"
#include "os/zone_dir.h"

int profile_get(struct db *d, struct arena *m, int64_t user_id, struct profile **out, struct err *e)
{
	struct profile *p;
	struct row row;

	if (db_one(d, m, q_profile_get, ARGS(arg_i64(user_id)), &row, e) != 0)
		return -1;
	p = arena_new_one(m, struct profile);
	*p = (struct profile){
		.email = row_text(&row, profile_get_email),
		.is_verified = row_bool(&row, profile_get_is_verified),
		.handle = row_text(&row, profile_get_handle),
		.name = row_text(&row, profile_get_name),
		.bio = row_text(&row, profile_get_bio),
		.zone = row_text(&row, profile_get_zone),
		.language = row_text(&row, profile_get_language),
		.theme = row_text(&row, profile_get_theme),
		.platforms = (unsigned)row_i64(&row, profile_get_platforms),
		.notice_min = (int)row_i64(&row, profile_get_notice_min),
	};
	*out = p;
	return 0;
}

static bool is_handle_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

bool handle_valid(struct span handle)
{
	if (handle.n < PROFILE_LEAST_HANDLE || handle.n > PROFILE_MOST_HANDLE)
		return false;
	for (size_t i = 0; i < handle.n; i++) {
		if (!is_handle_letter(handle.p[i]))
			return false;
	}
	return true;
}

/* Characters of a text that people read; line ends only where it may have several lines. */
static bool is_readable(struct span s, bool lines)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && !(lines && (c == '\n' || c == '\t'))) || c == 0x7f)
			return false;
	}
	return utf8_valid(s.p, s.n);
}

static int check_person(const struct profile *p, struct err *e)
{
	if (p->handle.p != NULL && !handle_valid(p->handle))
		return err_field(e, "handle", "a handle has %d to %d letters, digits, _ or -",
			PROFILE_LEAST_HANDLE, PROFILE_MOST_HANDLE);
	if (p->name.n == 0 || p->name.n > USER_MAX_NAME || !is_readable(p->name, false))
		return err_field(e, "name", "a name has 1 to %d bytes on one line", USER_MAX_NAME);
	if (!is_readable(p->bio, true))
		return err_field(e, "bio", "this holds something that is no character");
	if (utf8_length(p->bio.p, p->bio.n) > PROFILE_MAX_BIO)
		return err_field(e, "bio", "at most %d characters", PROFILE_MAX_BIO);
	return 0;
}

static int check_wishes(const struct profile *p, struct err *e)
{
	if (p->zone.n > 0 && zone_dir_get(p->zone) == NULL)
		return err_field(e, "zone", "there is no time zone of this name");
	if (!span_is(p->language, "en"))
		return err_field(e, "language", "the language is en");
	if (p->theme.n > 0 && !span_is(p->theme, "light") && !span_is(p->theme, "dark"))
		return err_field(e, "theme", "the theme is light, dark or empty");
	if (p->platforms >= 1U << N_PLATFORMS)
		return err_field(e, "platforms", "no such platform");
	if (p->notice_min < 0 || p->notice_min > PROFILE_MAX_NOTICE)
		return err_field(e, "notice_min", "0 to %d minutes", PROFILE_MAX_NOTICE);
	return 0;
}

/* An absent text is an empty one, but for the handle. */
static struct arg text_of(struct span s)
{
	return arg_text(s.p != NULL ? s : SPAN(""));
}

int profile_set(
	struct db *d, struct arena *m, int64_t user_id, const struct profile *p, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct row row;

	if (check_person(p, e) != 0 || check_wishes(p, e) != 0)
		return -1;
	if (db_one(d, m, q_profile_set,
		    ARGS(arg_i64(user_id), arg_text(p->handle), arg_text(p->name), text_of(p->bio),
			    text_of(p->zone), text_of(p->language), text_of(p->theme),
			    arg_i64(p->platforms), arg_i64(p->notice_min)),
		    &row, &why) == 0)
		return 0;
	if (why.kind == ERR_CONFLICT) {
		(void)err_field(e, "handle", "somebody else has this handle");
		e->kind = ERR_CONFLICT;
	} else {
		*e = why;
	}
	return -1;
}

int profile_save(struct db *d, struct cache *cache, struct arena *m, int64_t user_id,
	const struct profile *p, struct err *e)
{
	TX_AUTO tx = { .db = NULL };

	if (tx_begin(d, &tx, e) != 0 || profile_set(d, m, user_id, p, e) != 0 ||
		sync_request(&tx, m, user_id, SYNC_BY_PREFERENCE, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	profile_evict(cache, m, user_id);
	sync_wake(d);
	return 0;
}

void profile_evict(struct cache *c, struct arena *m, int64_t user_id)
{
	struct err e = { .kind = ERR_NONE };
	const char *key = arena_printf(m, "cache:user:%lld", (long long)user_id);

	if (c != NULL && cache_delete(c, span_of(key), &e) != 0)
		log_err(LOG_WARN, "profile.evict", &e);
}
