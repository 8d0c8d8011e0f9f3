#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/ctx.h"
#include "model/calendar.h"
#include "model/calendar_cache.h"

struct source_json {
	struct span platform;
	struct span name;
	struct span home;
	int64_t contests;
	int64_t skipped;
	int64_t last_try;
	int64_t last_success;
	int64_t failing_since;
	struct span last_error;
	int64_t last_error_at;
	int64_t next_fetch;
};

static const struct shape_field source_fields[] = {
	SHAPE_TEXT(struct source_json, platform, "as in addresses"),
	SHAPE_TEXT(struct source_json, name, "what it is called"),
	SHAPE_TEXT(struct source_json, home, "its list of contests"),
	SHAPE_I64(struct source_json, contests, "in its last good answer"),
	SHAPE_I64(struct source_json, skipped, "that could not be read"),
	SHAPE_TIME_OR_NULL(struct source_json, last_try, "when it was asked last"),
	SHAPE_TIME_OR_NULL(struct source_json, last_success, "when it answered well last"),
	SHAPE_TIME_OR_NULL(struct source_json, failing_since, "null while it works"),
	SHAPE_TEXT_OR_NULL(struct source_json, last_error, "stays when it works again"),
	SHAPE_TIME_OR_NULL(struct source_json, last_error_at, "when that was"),
	SHAPE_TIME_OR_NULL(struct source_json, next_fetch, "when it will be asked next"),
};
static const struct shape source_shape = SHAPE("Source", struct source_json, source_fields);

struct sources_json {
	struct shape_list sources;
};

static const struct shape_field sources_fields[] = {
	SHAPE_LIST(struct sources_json, sources, &source_shape, "all platforms"),
};
static const struct shape sources_shape = SHAPE("Sources", struct sources_json, sources_fields);

const struct api_doc api_sources_doc = {
	.summary = "How the platforms are doing",
	.answers = { { 200, &sources_shape, "each platform once" } },
};

int api_sources(struct ctx *c, struct err *e)
{
	struct calendar_sources sources;
	struct source_json v[N_PLATFORMS];
	struct sources_json answer = { { v, N_PLATFORMS } };

	if (calendar_sources_cached(c->cache, c->db, c->mem, &sources, e) != 0)
		return -1;
	for (size_t i = 0; i < N_PLATFORMS; i++) {
		const struct calendar_source *s = &sources.v[i];
		const struct platform_info *info = platform_info(s->platform);

		v[i] = (struct source_json){ .platform = span_of(info->slug),
			.name = span_of(info->name),
			.home = span_of(info->home),
			.contests = s->n_rows,
			.skipped = s->n_skipped,
			.last_try = s->last_try_at,
			.last_success = s->last_success_at,
			.failing_since = s->failing_since,
			.last_error = s->last_error,
			.last_error_at = s->last_error_at,
			.next_fetch = s->next_fetch_at };
	}
	api_put(c, &sources_shape, &answer);
	return 0;
}
