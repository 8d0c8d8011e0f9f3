/* Every address of Podium and the rules for it. The first line that fits is taken. */
#include "base/attr.h"
#include "base/limits.h"
#include "fcgi/api/api.h"
#include "fcgi/page/page.h"
#include "fcgi/route.h"

/* clang-format off */
const struct route routes[] = {
	{ METHOD_GET,  "/",             page_home,          ROLE_GUEST, CSRF_SAFE,   CACHE_COPY,    NULL, 0 },
	{ METHOD_GET,  "/calendar",     page_calendar,      ROLE_GUEST, CSRF_SAFE,   CACHE_COPY,    NULL, 0 },
	{ METHOD_GET,  "/calendar.ics", page_feed,          ROLE_GUEST, CSRF_SAFE,   CACHE_PUBLIC,  NULL, 0 },
	{ METHOD_GET,  "/contest/:platform/:id",           page_contest, ROLE_GUEST, CSRF_SAFE, CACHE_COPY,   NULL, 0 },
	{ METHOD_GET,  "/contest/:platform/:id/event.ics", page_event,   ROLE_GUEST, CSRF_SAFE, CACHE_PUBLIC, NULL, 0 },
	{ METHOD_GET,  "/sources",       page_sources,       ROLE_GUEST, CSRF_SAFE,   CACHE_PRIVATE, NULL, 0 },
	{ METHOD_POST, "/sources/fetch", page_sources_fetch, ROLE_ADMIN, CSRF_TOKEN,  CACHE_NONE,    "fetch-now", 4096 },
	{ METHOD_GET,  "/preferences",   page_preferences,   ROLE_GUEST, CSRF_SAFE,   CACHE_PRIVATE, NULL, 0 },
	{ METHOD_POST, "/zone",          page_zone,          ROLE_GUEST, CSRF_ORIGIN, CACHE_NONE,    NULL, 16384 },
	{ METHOD_POST, "/theme",         page_theme,         ROLE_GUEST, CSRF_ORIGIN, CACHE_NONE,    NULL, 16384 },
	{ METHOD_GET,  "/sign-in",       page_signin,        ROLE_GUEST, CSRF_SAFE,   CACHE_PRIVATE, NULL, 0 },
	{ METHOD_POST, "/sign-in",       page_signin_post,   ROLE_GUEST,  CSRF_ORIGIN, CACHE_NONE,   "sign-in", 16384 },
	{ METHOD_POST, "/sign-out",      page_signout_post,  ROLE_MEMBER, CSRF_TOKEN,  CACHE_NONE,   NULL, 16384 },
	{ METHOD_POST, "/auth/google/start",    page_google_start,    ROLE_GUEST, CSRF_ORIGIN, CACHE_NONE, "google", 16384 },
	{ METHOD_GET,  "/auth/google/callback", page_google_callback, ROLE_GUEST, CSRF_SAFE,   CACHE_NONE, "google", 0 },
	{ METHOD_GET,  "/settings/accounts", page_accounts, ROLE_MEMBER, CSRF_SAFE, CACHE_PRIVATE, NULL, 0 },
	{ METHOD_POST, "/settings/accounts/google", page_google_link, ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, "google", 4096 },
	{ METHOD_POST, "/settings/accounts/google/remove", page_accounts_google_remove, ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, NULL, 4096 },
	{ METHOD_GET,  "/settings/profile", page_profile, ROLE_MEMBER, CSRF_SAFE, CACHE_PRIVATE, NULL, 0 },
	{ METHOD_POST, "/settings/profile", page_profile_post, ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, "settings", 16384 },
	{ METHOD_GET,  "/sign-in/code", page_signin_code,      ROLE_GUEST, CSRF_SAFE,   CACHE_NONE, NULL, 0 },
	{ METHOD_POST, "/sign-in/code", page_signin_code_post, ROLE_GUEST, CSRF_ORIGIN, CACHE_NONE, "sign-in", 16384 },
	{ METHOD_GET,  "/settings/two-step",         page_two_step,         ROLE_MEMBER, CSRF_SAFE,  CACHE_NONE, NULL, 0 },
	{ METHOD_POST, "/settings/two-step/begin",   page_two_step_begin,   ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, "proof", 4096 },
	{ METHOD_POST, "/settings/two-step/confirm", page_two_step_confirm, ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, "proof", 4096 },
	{ METHOD_POST, "/settings/two-step/codes",   page_two_step_codes,   ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, "proof", 4096 },
	{ METHOD_POST, "/settings/two-step/off",     page_two_step_off,     ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, "proof", 4096 },
	{ METHOD_GET,  "/settings/devices", page_devices, ROLE_MEMBER, CSRF_SAFE, CACHE_PRIVATE, NULL, 0 },
	{ METHOD_POST, "/settings/devices/end", page_devices_end, ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, NULL, 4096 },
	{ METHOD_POST, "/settings/devices/end-others", page_devices_end_others, ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, NULL, 4096 },
	{ METHOD_GET,  "/api/v1/calendar", api_calendar, ROLE_GUEST, CSRF_SAFE, CACHE_PUBLIC, NULL, 0 },
	{ METHOD_GET,  "/api/v1/sources",  api_sources,  ROLE_GUEST, CSRF_SAFE, CACHE_PUBLIC, NULL, 0 },
	{ METHOD_POST, "/cron/fetch", api_cron_fetch, ROLE_GUEST, CSRF_NONE, CACHE_NONE, "cron", 4096 },
	{ METHOD_GET,  "/health",  api_health,  ROLE_GUEST, CSRF_SAFE, CACHE_NONE, NULL, 0 },
	{ METHOD_GET,  "/metrics", api_metrics, ROLE_GUEST, CSRF_SAFE, CACHE_NONE, NULL, 0 },
};
/* clang-format on */

const size_t n_routes = countof(routes);
