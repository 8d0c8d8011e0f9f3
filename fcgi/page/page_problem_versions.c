/* A problem's history, its verification while it runs and what it found, the jury's signature, and
 * the whole of it as a package. */
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
#include "fcgi/submission_fill.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "judge/verdict.h"
#include "model/problem_export.h"
#include "model/submission.h"
#include "model/user.h"

static const struct page_said said[] = {
	{ "signed", FLASH_OK, "Signed. The version may be used as it is." },
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

/* How far its submission is, until all of them are held against their labels. */
static struct problem_solution_item in_verification(struct arena *m, const struct jury_solution *s)
{
	const struct submission_row row = { .state = (enum judging_state)s->state,
		.verdict = s->verdict,
		.n_tests = s->n_tests,
		.n_ended = s->n_ended };
	const struct verdict_badge badge = submission_badge(m, &row);

	return (struct problem_solution_item){ .outcome = badge.word,
		.badge = s->verdict == VERDICT_NONE ? "wait" : "off" };
}

static struct problem_solution_item settled(const struct jury_solution *s)
{
	switch (s->outcome) {
	case SOLUTION_AS_EXPECTED:
		return (struct problem_solution_item){ .outcome = "as expected", .badge = "ok" };
	case SOLUTION_NOT_AS_EXPECTED:
		return (struct problem_solution_item){ .outcome = "not as expected",
			.badge = "bad" };
	case SOLUTION_NOT_TRIED:
		return (struct problem_solution_item){ .outcome = "could not be tried",
			.badge = "warn" };
	case SOLUTION_OPEN:
		break;
	}
	return (struct problem_solution_item){ .outcome = "not tried yet", .badge = "warn" };
}

static struct problem_solution_items solutions(
	struct arena *m, const struct jury_solutions *list, bool is_busy)
{
	struct problem_solution_item *v =
		arena_new_array(m, struct problem_solution_item, list->n + 1);

	for (size_t i = 0; i < list->n; i++) {
		const struct jury_solution *s = &list->v[i];

		v[i] = is_busy && s->outcome == SOLUTION_OPEN ? in_verification(m, s) : settled(s);
		v[i].path = s->path;
		v[i].language = s->language;
		v[i].said = s->said;
		if (s->public_id.p != NULL)
			v[i].link = url_to(m, "/submission/{}", arena_dup(m, s->public_id), NULL);
	}
	return (struct problem_solution_items){ v, list->n };
}

static void fill_soundness(struct ctx *c, const struct problem_ref *ref,
	const struct problem_about *a, const struct jury_solutions *jury,
	struct problem_versions_view *v)
{
	v->is_busy = a->state == PROBLEM_IN_VERIFICATION;
	v->solutions = solutions(c->mem, jury, v->is_busy);
	for (size_t i = 0; i < jury->n; i++)
		v->n_judged +=
			jury->v[i].verdict != VERDICT_NONE || jury->v[i].outcome != SOLUTION_OPEN;
	v->time = problem_time_text(c->mem, a->rules.time_ms);
	if (a->suggested_ms > 0)
		v->suggested = problem_time_text(c->mem, a->suggested_ms);
	v->lapsed = a->lapsed;
	v->may_be_offered = a->may_be_offered;
	v->signer = a->signer;
	v->signed_why = a->signed_why;
	v->may_sign = (ref->rights & PROBLEM_MAY_SIGN) != 0 && a->state != PROBLEM_SOUND &&
		      a->signed_why.p == NULL;
	v->may_verify = (ref->rights & PROBLEM_MAY_EDIT) != 0 && jury->n > 0;
	v->page.reloads = v->is_busy;
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
	v.page = settings_page(c, "Versions of a problem", said, countof(said));
	v.page.nav = NAV_PROBLEMS;
	v.head = problem_head_of(c->mem, &a, ref->rights, PROBLEM_AT_VERSIONS);
	v.versions = versions(c, viewer.zone, &list, ref->version_id);
	fill_soundness(c, ref, &a, &jury, &v);
	return response_html(c->res, page_problem_versions_html, &v, e);
}

int page_problem_versions(struct ctx *c, struct err *e)
{
	struct problem_ref ref;

	if (problem_of_route(c, PROBLEM_MAY_DATA, &ref, e) != 0)
		return -1;
	return show(c, &ref, NULL, e);
}

static void arena_close(struct arena **m)
{
	arena_free(*m);
}

int page_problem_package(struct ctx *c, struct err *e)
{
	struct arena *m CLEANUP(arena_close) = arena_new(PACKAGE_ARENA);
	struct problem_ref ref;
	struct span zip;
	struct err why = { .kind = ERR_NONE };

	if (problem_of_route(c, PROBLEM_MAY_DATA, &ref, e) != 0)
		return -1;
	const struct problem_export_ask ask = {
		.slug = ref.slug, .seal = c->seal, .most = RESPONSE_MAX_BODY
	};

	if (problem_export(c->db, m, &ask, &zip, &why) != 0) {
		if (why.kind == ERR_LIMIT)
			return err_set(e, ERR_INVALID,
				"the package is too large to be sent from here; an operator takes "
				"it out with podium problem export");
		*e = why;
		return -1;
	}
	response_type(c->res, "application/zip");
	response_header(c->res, "Content-Disposition",
		span_of(arena_printf(
			c->mem, "attachment; filename=\"" SPAN_FMT ".zip\"", SPAN_ARG(ref.slug))));
	buf_add_span(response_body(c->res), zip);
	return 0;
}

static struct url here(const struct ctx *c, const struct problem_ref *ref)
{
	return url_to(c->mem, "/problem/{}/versions", arena_dup(c->mem, ref->slug), NULL);
}

static int show_again(
	struct ctx *c, const struct problem_ref *ref, const struct err *why, struct err *e)
{
	if (why->kind != ERR_INVALID) {
		*e = *why;
		return -1;
	}
	response_status(c->res, 422);
	return show(c, ref, arena_dup(c->mem, span_of(why->text)), e);
}

int page_problem_verify(struct ctx *c, struct err *e)
{
	const struct problem_hand hand = problem_hand_of(c);
	struct err why = { .kind = ERR_NONE };
	struct problem_ref ref;

	if (problem_of_route(c, PROBLEM_MAY_EDIT, &ref, e) != 0)
		return -1;
	if (problem_do_verify(&hand, ref.id, ref.version_id, &why) != 0)
		return show_again(c, &ref, &why, e);
	return response_redirect(c->res, here(c, &ref));
}

int page_problem_sign(struct ctx *c, struct err *e)
{
	const struct problem_hand hand = problem_hand_of(c);
	struct err why = { .kind = ERR_NONE };
	struct problem_ref ref;

	if (problem_of_route(c, PROBLEM_MAY_SIGN | PROBLEM_MAY_DATA, &ref, e) != 0)
		return -1;
	if (problem_do_sign(&hand, ref.id, ref.version_id, request_form(c->req, "why"), &why) != 0)
		return show_again(c, &ref, &why, e);
	return response_redirect(c->res, url_with(c->mem, here(c, &ref), "done", SPAN("signed")));
}
