/* A problem's history, what its verification found, and the jury's signature. */
#include "base/attr.h"
#include "base/limits.h"
#include "base/when.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/problem_fill.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "fcgi/settings.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/user.h"

static const struct settings_done done[] = {
	{ "signed", "Signed. The version may be used as it is." },
};

static struct problem_version_items versions(const struct ctx *c, const struct zone *z,
	const struct problem_version_list *list, int64_t current)
{
	struct problem_version_item *v =
		arena_new_array(c->mem, struct problem_version_item, list->n + 1);

	for (size_t i = 0; i < list->n; i++) {
		const struct problem_version_row *r = &list->v[i];

		v[i] = (struct problem_version_item){ .number = r->number,
			.at = when_stamp(c->mem, z, r->made_at / 1000000),
			.at_iso = when_iso(c->mem, r->made_at / 1000000),
			.maker = r->maker,
			.why = r->why,
			.state = problem_state_text(r->state, r->is_signed),
			.state_badge = problem_state_badge(r->state, r->is_signed),
			.n_tests = r->n_tests,
			.is_current = r->id == current };
	}
	return (struct problem_version_items){ v, list->n };
}

static struct problem_solution_items solutions(
	const struct ctx *c, const struct jury_solutions *list)
{
	struct problem_solution_item *v =
		arena_new_array(c->mem, struct problem_solution_item, list->n + 1);

	for (size_t i = 0; i < list->n; i++) {
		const struct jury_solution *s = &list->v[i];

		v[i] = (struct problem_solution_item){ .path = s->path,
			.language = s->language,
			.said = s->said,
			.outcome = s->outcome == SOLUTION_AS_EXPECTED       ? "as expected"
				   : s->outcome == SOLUTION_NOT_AS_EXPECTED ? "not as expected"
				   : s->outcome == SOLUTION_NOT_TRIED       ? "could not be tried"
									    : "not tried yet",
			.badge = s->outcome == SOLUTION_AS_EXPECTED       ? "ok"
				 : s->outcome == SOLUTION_NOT_AS_EXPECTED ? "bad"
									  : "warn" };
	}
	return (struct problem_solution_items){ v, list->n };
}

static int show(struct ctx *c, const struct problem_ref *ref, const char *error, struct err *e)
{
	struct problem_versions_view v = { .error = error, .version = ref->version_id };
	struct problem_version_list list;
	struct jury_solutions jury;
	struct problem_about a;
	struct viewer viewer;

	if (problem_about(c->db, c->mem, ref->version_id, &a, e) != 0 ||
		problem_versions(c->db, c->mem, ref->id, &list, e) != 0 ||
		problem_solutions(c->db, c->mem, ref->version_id, &jury, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	v.page = settings_page(c, "Versions of a problem", done, countof(done));
	v.page.nav = NAV_PROBLEMS;
	v.head = problem_head_of(c->mem, &a, ref->rights, PROBLEM_AT_VERSIONS);
	v.versions = versions(c, viewer.zone, &list, ref->version_id);
	v.solutions = solutions(c, &jury);
	v.time = problem_time_text(c->mem, a.rules.time_ms);
	if (a.suggested_ms > 0)
		v.suggested = problem_time_text(c->mem, a.suggested_ms);
	v.signer = a.signer;
	v.signed_why = a.signed_why;
	v.may_sign = (ref->rights & PROBLEM_MAY_SIGN) != 0 && a.state != PROBLEM_SOUND;
	return response_html(c->res, page_problem_versions_html, &v, e);
}

int page_problem_versions(struct ctx *c, struct err *e)
{
	struct problem_ref ref;

	if (problem_of_route(c, PROBLEM_MAY_DATA, &ref, e) != 0)
		return -1;
	return show(c, &ref, NULL, e);
}

int page_problem_sign(struct ctx *c, struct err *e)
{
	const struct problem_hand hand = problem_hand_of(c);
	struct err why = { .kind = ERR_NONE };
	struct problem_ref ref;

	if (problem_of_route(c, PROBLEM_MAY_SIGN | PROBLEM_MAY_DATA, &ref, e) != 0)
		return -1;
	if (problem_do_sign(&hand, ref.id, ref.version_id, request_form(c->req, "why"), &why) !=
		0) {
		if (why.kind != ERR_INVALID) {
			*e = why;
			return -1;
		}
		response_status(c->res, 422);
		return show(c, &ref, arena_dup(c->mem, span_of(why.text)), e);
	}
	return response_redirect(c->res,
		url_with(c->mem,
			url_to(c->mem, "/problem/{}/versions", arena_dup(c->mem, ref.slug), NULL),
			"done", SPAN("signed")));
}
