/* All members asked for at Codeforces: begun, watched, stopped. */
#include "base/when.h"
#include "fcgi/admin_frame.h"
#include "fcgi/member_fill.h"
#include "fcgi/page/page.h"
#include "fcgi/response.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/member_sync.h"
#include "model/user.h"
#include "os/config.h"

static void fill(struct ctx *c, const struct viewer *viewer, const struct member_sweep *s,
	struct member_sweep_view *v)
{
	v->has_one = s->id != 0;
	v->is_busy = !s->is_over;
	v->n = s->n;
	v->n_done = s->n_done;
	v->n_failed = s->n_failed;
	v->state = !s->is_over ? "All are asked for" : s->is_stopped ? "Stopped" : "Done";
	v->mood = !s->is_over ? "wait" : s->is_stopped || s->n_failed > 0 ? "warn" : "ok";
	if (s->id == 0)
		return;
	v->began = admin_stamp(c->mem, viewer->zone, s->began_at);
	v->began_iso = admin_iso(c->mem, s->began_at);
	if (!s->is_over)
		v->left =
			when_span(c->mem, member_sweep_left_s(s, c->conf->codeforces_interval_ms));
}

int page_sweep(struct ctx *c, struct err *e)
{
	struct member_sweep_view v = { .has_one = false };
	struct member_sweep s;
	struct viewer viewer;

	viewer_read(c->req, &viewer);
	if (member_sweep_last(c->db, c->mem, &s, e) != 0 ||
		member_resting(c, &viewer, &v.resting, e) != 0)
		return -1;
	fill(c, &viewer, &s, &v);
	v.page = member_page(c, &viewer, "Sync all");
	v.page.reloads = v.is_busy;
	return response_html(c->res, page_member_sweep_html, &v, e);
}

int page_sweep_post(struct ctx *c, struct err *e)
{
	int64_t id;

	if (member_sweep_start(c->db, c->mem, c->user->id, &id, e) != 0)
		return -1;
	return response_redirect(c->res, url_path("/members/sync?done=begun"));
}

int page_sweep_stop(struct ctx *c, struct err *e)
{
	if (member_sweep_stop(c->db, e) != 0)
		return -1;
	return response_redirect(c->res, url_path("/members/sync?done=stopped"));
}
