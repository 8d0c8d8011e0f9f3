#include "model/member_history.h"

#include "base/attr.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/scan.h"
#include "model/cache.h"
#include "model/codeforces_desk.h"
#include "net/json.h"
#include "net/json_walk.h"

enum {
	CONTESTS_MOST = 20000
};

static struct span about(struct arena *m, struct span handle, int days)
{
	return span_of(arena_printf(m, SPAN_FMT ":%d", SPAN_ARG(handle), days));
}

static bool may_keep(const struct member *who)
{
	return who->row.handle.p != NULL && who->row.synced_at != INT64_MIN;
}

/* Where no days are counted, each is as good as another. */
static int64_t day_of(const struct training_days *days)
{
	return days->n > 0 ? days->today : 0;
}

/* ---- contests: {"synced_at": us, "day": n, "contests": [[id, name, rank, at, old, new, size]]}
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

static void keep(struct cache *c, struct arena *m, const struct member *who,
	const struct training_days *days, const struct training_changes *list)
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
	json_key(&j, "day");
	json_put_i64(&j, day_of(days));
	json_key(&j, "contests");
	json_array(&j);
	for (size_t i = 0; i < list->n; i++)
		put_change(&j, &list->v[i]);
	json_array_end(&j);
	json_object_end(&j);
	if (buf_finish(&b, &text, &ignored) == 0)
		codeforces_keep(
			c, m, CODEFORCES_KEEP_HISTORY, about(m, who->row.handle, days->n), text);
}

static struct training_change read_change(struct json_walk *w)
{
	struct training_change c = { .n_problems = 0 };

	json_walk_array(w);
	c.contest_id = json_walk_i64(w);
	c.contest = json_walk_text(w);
	c.rank = json_walk_i64(w);
	c.at = json_walk_i64(w);
	c.old_rating = json_walk_i64(w);
	c.new_rating = json_walk_i64(w);
	c.n_problems = json_walk_i64(w);
	json_walk_close(w);
	return c;
}

static struct training_changes read_changes(struct json_walk *w)
{
	size_t n = json_walk_list(w, CONTESTS_MOST);
	struct training_change *v = arena_new_array(w->mem, struct training_change, n + 1);

	for (size_t i = 0; i < n && json_walk_more(w); i++)
		v[i] = read_change(w);
	json_walk_close(w);
	return (struct training_changes){ .v = v, .n = n };
}

/* False: nothing is kept, or it is from before the last sync or from another day. */
static bool take(struct arena *m, struct span text, const struct member *who,
	const struct training_days *days, struct training_changes *out)
{
	struct err ignored = { .kind = ERR_NONE };
	int64_t synced_at = INT64_MIN;
	int64_t day = INT64_MIN;
	struct json_walk w;
	struct span key;

	if (text.p == NULL)
		return false;
	json_walk_begin(&w, m, text);
	json_walk_object(&w);
	while (json_walk_key(&w, &key)) {
		if (span_is(key, "synced_at"))
			synced_at = json_walk_i64(&w);
		else if (span_is(key, "day"))
			day = json_walk_i64(&w);
		else if (span_is(key, "contests"))
			*out = read_changes(&w);
		else
			json_walk_skip(&w);
	}
	return json_walk_end(&w, &ignored) == 0 && synced_at == who->row.synced_at &&
	       day == day_of(days);
}

static int make(struct cache *c, struct arena *m, const struct member *who,
	const struct training_days *days, struct training_changes *out, struct err *e)
{
	if (training_changes(cache_db(c), m, who->row.id, days, out, e) != 0)
		return -1;
	if (may_keep(who) && out->is_settled)
		keep(c, m, who, days, out);
	return 0;
}

int member_history(struct cache *c, struct arena *m, const struct member *who,
	struct training_changes *out, struct err *e)
{
	const struct training_days ever = { .n = 0 };
	struct span text = SPAN_NONE;

	if (may_keep(who) &&
		codeforces_kept(
			c, m, CODEFORCES_KEEP_HISTORY, about(m, who->row.handle, 0), &text) &&
		take(m, text, who, &ever, out))
		return 0;
	return make(c, m, who, &ever, out, e);
}

/* ---- figures: "<synced_at, unix us> <day> <figures>" ---- */

static bool take_figures(struct arena *m, struct span text, const struct member *who,
	const struct training_days *days, struct training *out)
{
	struct err ignored = { .kind = ERR_NONE };
	int64_t synced_at;
	int64_t day;

	return scan_i64(&text, &synced_at) && scan_char(&text, ' ') && scan_i64(&text, &day) &&
	       scan_char(&text, ' ') && synced_at == who->row.synced_at && day == days->today &&
	       training_read(m, text, out, &ignored) == 0;
}

static int make_figures(struct cache *c, struct arena *m, const struct member *who,
	const struct training_days *days, struct training *out, struct err *e)
{
	struct span figures;

	if (training_window(cache_db(c), m, who->row.id, days, &figures, e) != 0 ||
		training_read(m, figures, out, e) != 0)
		return -1;
	if (may_keep(who))
		codeforces_keep(c, m, CODEFORCES_KEEP_WINDOW, about(m, who->row.handle, days->n),
			span_of(arena_printf(m, "%lld %lld " SPAN_FMT,
				(long long)who->row.synced_at, (long long)days->today,
				SPAN_ARG(figures))));
	return 0;
}

int member_lately(struct cache *c, struct arena *m, const struct member *who,
	const struct training_days *days, struct member_lately *out, struct err *e)
{
	static const enum codeforces_kept both[] = { CODEFORCES_KEEP_HISTORY,
		CODEFORCES_KEEP_WINDOW };
	struct span keys[countof(both)];
	struct span texts[countof(both)] = { SPAN_NONE, SPAN_NONE };

	*out = (struct member_lately){ .contests = { .n = 0 } };
	for (size_t i = 0; i < countof(both) && may_keep(who); i++)
		keys[i] = codeforces_kept_key(m, both[i], about(m, who->row.handle, days->n));
	if (may_keep(who))
		cache_get_several(c, m, keys, countof(keys), texts);
	if (!take(m, texts[0], who, days, &out->contests) &&
		make(c, m, who, days, &out->contests, e) != 0)
		return -1;
	if (who->figures.p == NULL || take_figures(m, texts[1], who, days, &out->figures))
		return 0;
	return make_figures(c, m, who, days, &out->figures, e);
}
