/* Every address of Podium and the rules for it. The first line that fits is taken. */
#include "base/attr.h"
#include "base/limits.h"
#include "fcgi/api/api.h"
#include "fcgi/page/page.h"
#include "fcgi/route.h"

/* Members of struct route that a line does not name are zero. */
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

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
	{ METHOD_POST, "/settings/calendars/google", page_google_calendar, ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, "google", 4096 },
	{ METHOD_GET,  "/settings/profile", page_profile, ROLE_MEMBER, CSRF_SAFE, CACHE_PRIVATE, NULL, 0 },
	{ METHOD_POST, "/settings/profile", page_profile_post, ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, "settings", 16384 },
	{ METHOD_GET,  "/sign-in/code", page_signin_code,      ROLE_GUEST, CSRF_SAFE,   CACHE_NONE, NULL, 0 },
	{ METHOD_POST, "/sign-in/code", page_signin_code_post, ROLE_GUEST, CSRF_ORIGIN, CACHE_NONE, "sign-in", 16384 },
	{ METHOD_GET,  "/settings/two-step",         page_two_step,         ROLE_MEMBER, CSRF_SAFE,  CACHE_NONE, NULL, 0 },
	{ METHOD_POST, "/settings/two-step/begin",   page_two_step_begin,   ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, "proof", 4096 },
	{ METHOD_POST, "/settings/two-step/confirm", page_two_step_confirm, ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, "proof", 4096 },
	{ METHOD_POST, "/settings/two-step/codes",   page_two_step_codes,   ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, "proof", 4096 },
	{ METHOD_POST, "/settings/two-step/off",     page_two_step_off,     ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, "proof", 4096 },
	{ METHOD_GET,  "/settings/data",        page_data,        ROLE_MEMBER, CSRF_SAFE,  CACHE_NONE, NULL, 0 },
	{ METHOD_GET,  "/settings/data/export", page_data_export, ROLE_MEMBER, CSRF_SAFE,  CACHE_NONE, "settings", 0 },
	{ METHOD_POST, "/settings/data/delete", page_data_delete, ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, "proof", 4096 },
	{ METHOD_GET,  "/goodbye", page_goodbye, ROLE_GUEST, CSRF_SAFE, CACHE_PRIVATE, NULL, 0 },
	{ METHOD_GET,  "/settings/devices", page_devices, ROLE_MEMBER, CSRF_SAFE, CACHE_PRIVATE, NULL, 0 },
	{ METHOD_POST, "/settings/devices/end", page_devices_end, ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, NULL, 4096 },
	{ METHOD_POST, "/settings/devices/end-others", page_devices_end_others, ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, NULL, 4096 },
	{ METHOD_GET,  "/admin",                page_admin,               ROLE_ADMIN, CSRF_SAFE,  CACHE_NONE, NULL, 0 },
	{ METHOD_GET,  "/admin/users",          page_admin_users,         ROLE_ADMIN, CSRF_SAFE,  CACHE_NONE, NULL, 0 },
	{ METHOD_GET,  "/admin/users/:id",      page_admin_user,          ROLE_ADMIN, CSRF_SAFE,  CACHE_NONE, NULL, 0 },
	{ METHOD_POST, "/admin/users/:id/roles",    page_admin_user_roles,    ROLE_ADMIN, CSRF_TOKEN, CACHE_NONE, "admin", 4096 },
	{ METHOD_POST, "/admin/users/:id/lock",     page_admin_user_lock,     ROLE_ADMIN, CSRF_TOKEN, CACHE_NONE, "admin", 4096 },
	{ METHOD_POST, "/admin/users/:id/unlock",   page_admin_user_unlock,   ROLE_ADMIN, CSRF_TOKEN, CACHE_NONE, "admin", 4096 },
	{ METHOD_POST, "/admin/users/:id/sign-out", page_admin_user_sign_out, ROLE_ADMIN, CSRF_TOKEN, CACHE_NONE, "admin", 4096 },
	{ METHOD_GET,  "/admin/jobs",           page_admin_jobs,          ROLE_ADMIN, CSRF_SAFE,  CACHE_NONE, NULL, 0 },
	{ METHOD_POST, "/admin/jobs/retry",     page_admin_job_retry,     ROLE_ADMIN, CSRF_TOKEN, CACHE_NONE, "admin", 4096 },
	{ METHOD_POST, "/admin/jobs/discard",   page_admin_job_discard,   ROLE_ADMIN, CSRF_TOKEN, CACHE_NONE, "admin", 4096 },
	{ METHOD_POST, "/admin/queues/set",     page_admin_queue_set,     ROLE_ADMIN, CSRF_TOKEN, CACHE_NONE, "admin", 4096 },
	{ METHOD_POST, "/admin/queues/pause",   page_admin_queue_pause,   ROLE_ADMIN, CSRF_TOKEN, CACHE_NONE, "admin", 4096 },
	{ METHOD_POST, "/admin/queues/resume",  page_admin_queue_resume,  ROLE_ADMIN, CSRF_TOKEN, CACHE_NONE, "admin", 4096 },
	{ METHOD_GET,  "/admin/mail",           page_admin_mail,          ROLE_ADMIN, CSRF_SAFE,  CACHE_NONE, NULL, 0 },
	{ METHOD_POST, "/admin/mail/again",     page_admin_mail_again,    ROLE_ADMIN, CSRF_TOKEN, CACHE_NONE, "admin", 4096 },
	{ METHOD_POST, "/admin/mail/discard",   page_admin_mail_discard,  ROLE_ADMIN, CSRF_TOKEN, CACHE_NONE, "admin", 4096 },
	{ METHOD_GET,  "/admin/audit",          page_admin_audit,         ROLE_ADMIN, CSRF_SAFE,  CACHE_NONE, NULL, 0 },
	{ METHOD_GET,  "/api/v1/calendar", api_calendar, ROLE_GUEST, CSRF_SAFE, CACHE_PUBLIC, NULL, 0, &api_calendar_doc },
	{ METHOD_GET,  "/api/v1/sources",  api_sources,  ROLE_GUEST, CSRF_SAFE, CACHE_PUBLIC, NULL, 0, &api_sources_doc },
	{ METHOD_POST, "/api/v1/auth/login",   api_login,   ROLE_GUEST, CSRF_NONE, CACHE_NONE, "sign-in",      4096, &api_login_doc },
	{ METHOD_POST, "/api/v1/auth/two-step", api_two_step, ROLE_GUEST, CSRF_NONE, CACHE_NONE, "sign-in",  4096, &api_two_step_doc },
	{ METHOD_POST, "/api/v1/auth/refresh", api_refresh, ROLE_GUEST, CSRF_NONE, CACHE_NONE, "refresh-from", 4096, &api_refresh_doc },
	{ METHOD_POST, "/api/v1/auth/logout",  api_logout,  ROLE_GUEST, CSRF_NONE, CACHE_NONE, "refresh-from", 4096, &api_logout_doc },
	{ METHOD_GET,  "/api/v1/users/profile", api_profile,      ROLE_MEMBER, CSRF_SAFE,  CACHE_NONE, NULL,     0,     &api_profile_doc,      SCOPE_PROFILE_READ },
	{ METHOD_PUT,  "/api/v1/users/profile", api_profile_put,  ROLE_MEMBER, CSRF_TOKEN, CACHE_NONE, NULL,     16384, &api_profile_put_doc,  SCOPE_PROFILE_WRITE },
	{ METHOD_GET,  "/api/v1/users/search",  api_users_search, ROLE_MEMBER, CSRF_SAFE,  CACHE_NONE, "search", 0,     &api_users_search_doc, SCOPE_USERS_READ },
	{ METHOD_GET,  "/api/v1/openapi.json", api_openapi, ROLE_GUEST, CSRF_SAFE, CACHE_PUBLIC, NULL, 0, &api_openapi_doc },
	{ METHOD_GET,  "/api", page_api, ROLE_GUEST, CSRF_SAFE, CACHE_COPY, NULL, 0 },
	{ METHOD_GET,  "/.well-known/jwks.json", api_jwks, ROLE_GUEST, CSRF_SAFE, CACHE_PUBLIC, NULL, 0, &api_jwks_doc },
	{ METHOD_POST, "/cron/fetch", api_cron_fetch, ROLE_GUEST, CSRF_NONE, CACHE_NONE, "cron", 4096, &api_cron_fetch_doc },
	{ METHOD_GET,  "/health",  api_health,  ROLE_GUEST, CSRF_SAFE, CACHE_NONE, NULL, 0, &api_health_doc },
	{ METHOD_GET,  "/metrics", api_metrics, ROLE_GUEST, CSRF_SAFE, CACHE_NONE, NULL, 0, &api_metrics_doc },
};
/* clang-format on */

const size_t n_routes = countof(routes);
