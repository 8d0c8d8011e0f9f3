#include "model/member_history.h"

#include "base/buf.h"
#include "base/limits.h"
#include "model/cache.h"
#include "model/codeforces_desk.h"
#include "net/json.h"

static struct span about(struct arena *m, struct span handle, int days)
{
	return span_of(arena_printf(m, SPAN_FMT ":%d", SPAN_ARG(handle), days));
}

/* ---- as it is kept: {"synced_at": us, "contests": [[id, name, rank, at, old, new, problems]]}
 * ---- */

static void put_change(struct json_out *j, const struct training_change *c)
{
	json_array(j);
	json_put_i64(j, c->contest_id);
	json_put_text(j, c->contest);
	json_put_i64(j, c->rank);
	json_put_i64(j, c->at);
	json_put_i64(j, c->old_rating);
	json_put_i64(j, c->new_rating);
	json_put_i64(j, c->n_problems);
	json_array_end(j);
}

static void keep(struct cache *c, struct arena *m, const struct member *who, int days,
	const struct training_changes *list)
{
	struct err ignored = { .kind = ERR_NONE };
	struct json_out j;
	struct span text;
	BUF_AUTO b;

	buf_init(&b, CACHE_MAX_VALUE);
	json_begin(&j, &b);
	json_object(&j);
	json_key(&j, "synced_at");
	json_put_i64(&j, who->row.synced_at);
	json_key(&j, "contests");
	json_array(&j);
	for (size_t i = 0; i < list->n; i++)
		put_change(&j, &list->v[i]);
	json_array_end(&j);
	json_object_end(&j);
	if (buf_finish(&b, &text, &ignored) == 0)
		codeforces_keep(
			c, m, CODEFORCES_KEEP_HISTORY, about(m, who->row.handle, days), text);
}

static bool read_change(const struct json *v, struct arena *m, struct training_change *out)
{
	struct span name = SPAN_NONE;
	bool ok = json_i64(json_at(v, 0), &out->contest_id) && json_text(json_at(v, 1), &name) &&
		  json_i64(json_at(v, 2), &out->rank) && json_i64(json_at(v, 3), &out->at) &&
		  json_i64(json_at(v, 4), &out->old_rating) &&
		  json_i64(json_at(v, 5), &out->new_rating) &&
		  json_i64(json_at(v, 6), &out->n_problems);

	out->contest = arena_span(m, name);
	return ok;
}

/* False: nothing is kept, or it is from before the last sync. */
static bool take(struct cache *c, struct arena *m, const struct member *who, int days,
	struct training_changes *out)
{
	struct err ignored = { .kind = ERR_NONE };
	struct training_change *v;
	const struct json *list;
	JSON_AUTO root = NULL;
	int64_t synced_at;
	struct span text;

	if (!codeforces_kept(
		    c, m, CODEFORCES_KEEP_HISTORY, about(m, who->row.handle, days), &text) ||
		json_parse(text, &root, &ignored) != 0 ||
		!json_i64(json_get(root, "synced_at"), &synced_at) ||
		synced_at != who->row.synced_at)
		return false;
	list = json_get(root, "contests");
	v = arena_new_array(m, struct training_change, json_length(list) + 1);
	for (size_t i = 0; i < json_length(list); i++) {
		if (!read_change(json_at(list, i), m, &v[i]))
			return false;
	}
	*out = (struct training_changes){ .v = v, .n = json_length(list) };
	return true;
}

int member_history(struct cache *c, struct arena *m, const struct member *who, int days,
	struct training_changes *out, struct err *e)
{
	bool may_keep = who->row.handle.p != NULL && who->row.synced_at != INT64_MIN;

	if (may_keep && take(c, m, who, days, out))
		return 0;
	if (training_changes(cache_db(c), m, who->row.id, days, out, e) != 0)
		return -1;
	if (may_keep && out->is_settled)
		keep(c, m, who, days, out);
	return 0;
}

void member_history_forget(struct cache *c, struct arena *m, struct span handle)
{
	codeforces_drop(c, m, CODEFORCES_KEEP_HISTORY, about(m, handle, 0));
	for (size_t i = 0; i < N_TRAINING_WINDOWS; i++)
		codeforces_drop(
			c, m, CODEFORCES_KEEP_HISTORY, about(m, handle, training_windows[i]));
}
