#include "fcgi/api/api.h"
#include "fcgi/ctx.h"
#include "fcgi/response.h"
#include "model/calendar.h"
#include "model/calendar_cache.h"
#include "net/json.h"

/*
 * GET /api/v1/sources
 *
 *   { "sources": [ { "platform", "name", "home", "contests", "skipped", "last_try",
 *                    "last_success", "failing_since", "last_error", "last_error_at",
 *                    "next_fetch" } ] }
 *
 * failing_since is null while the source works; the last error stays after that.
 */
int api_sources(struct ctx *c, struct err *e)
{
	struct calendar_sources sources;
	struct json_out j;

	if (calendar_sources_cached(c->cache, c->db, c->mem, &sources, e) != 0)
		return -1;
	response_type(c->res, "application/json");
	json_begin(&j, response_body(c->res));
	json_object(&j);
	json_key(&j, "sources");
	json_array(&j);
	for (size_t i = 0; i < N_PLATFORMS; i++) {
		const struct calendar_source *s = &sources.v[i];
		const struct platform_info *info = platform_info(s->platform);

		json_object(&j);
		json_key(&j, "platform");
		json_put_text(&j, span_of(info->slug));
		json_key(&j, "name");
		json_put_text(&j, span_of(info->name));
		json_key(&j, "home");
		json_put_text(&j, span_of(info->home));
		json_key(&j, "contests");
		json_put_i64(&j, s->n_rows);
		json_key(&j, "skipped");
		json_put_i64(&j, s->n_skipped);
		json_key(&j, "last_try");
		json_put_time(&j, s->last_try_at);
		json_key(&j, "last_success");
		json_put_time(&j, s->last_success_at);
		json_key(&j, "failing_since");
		json_put_time(&j, s->failing_since);
		json_key(&j, "last_error");
		json_put_text(&j, s->last_error);
		json_key(&j, "last_error_at");
		json_put_time(&j, s->last_error_at);
		json_key(&j, "next_fetch");
		json_put_time(&j, s->next_fetch_at);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_object_end(&j);
	return 0;
}
