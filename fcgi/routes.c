/* Every address of Podium and the rules for it. The first line that fits is taken. */
#include "base/attr.h"
#include "base/limits.h"
#include "fcgi/api/api.h"
#include "fcgi/route.h"

/* clang-format off */
const struct route routes[] = {
	{ METHOD_GET,  "/health",  api_health,  ROLE_GUEST, CSRF_SAFE, CACHE_NONE, NULL, 0 },
	{ METHOD_GET,  "/metrics", api_metrics, ROLE_GUEST, CSRF_SAFE, CACHE_NONE, NULL, 0 },
};
/* clang-format on */

const size_t n_routes = countof(routes);
