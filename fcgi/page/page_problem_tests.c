/* The tests of a problem, for those who may see its data: list, one of them, add, replace, delete.
 */
#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/problem_fill.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "fcgi/settings.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/problem_key.h"
#include "model/testcase.h"
#include "model/user.h"

#define MAX_DOWNLOAD (8 * 1024 * 1024)

static const struct page_said said[] = {
	{ "made", FLASH_OK,
		"The problem is made. Give it tests next; only you and the jury see it." },
	{ "added", FLASH_OK, "The test is stored." },
	{ "gone", FLASH_OK, "The test is deleted." },
};

static struct page_view start(const struct ctx *c)
{
	struct page_view page = settings_page(c, "Tests of a problem", said, countof(said));

	page.nav = NAV_PROBLEMS;
	return page;
}

static struct url test_url(struct arena *m, struct span slug, struct span path)
{
	return url_with(m, url_to(m, "/problem/{}/test", arena_dup(m, slug), NULL), "path", path);
}

/* ---- list ------------------------------------------------------------------------------------ */

static int frame(struct ctx *c, unsigned need, struct problem_ref *ref, struct problem_head *head,
	struct err *e)
{
	struct problem_about a;

	if (problem_of_route(c, need, ref, e) != 0 ||
		problem_about(c->db, c->mem, ref->version_id, &a, e) != 0)
		return -1;
	*head = problem_head_of(c->mem, &a, ref->rights, PROBLEM_AT_TESTS);
	return 0;
}

static int fill_list(
	struct ctx *c, const struct problem_ref *ref, struct problem_tests_view *v, struct err *e)
{
	struct problem_test_item *items;
	struct testcase_list list;

	if (testcase_list(c->db, c->cache, c->mem, ref, &list, e) != 0)
		return -1;
	items = arena_new_array(c->mem, struct problem_test_item, list.n + 1);
	for (size_t i = 0; i < list.n; i++)
		items[i] = (struct problem_test_item){ list.v[i].path, list.v[i].is_sample,
			list.v[i].is_static, problem_size_text(c->mem, list.v[i].input_size),
			problem_size_text(c->mem, list.v[i].answer_size),
			test_url(c->mem, ref->slug, list.v[i].path) };
	v->tests = (struct problem_test_items){ items, list.n };
	v->may_edit = (ref->rights & PROBLEM_MAY_EDIT) != 0;
	v->version = ref->version_id;
	return 0;
}

int page_problem_tests(struct ctx *c, struct err *e)
{
	struct problem_tests_view v = { .page = start(c) };
	struct problem_ref ref;

	if (frame(c, PROBLEM_MAY_DATA, &ref, &v.head, e) != 0 || fill_list(c, &ref, &v, e) != 0)
		return -1;
	return response_html(c->res, page_problem_tests_html, &v, e);
}

/* ---- one ------------------------------------------------------------------------------------- */

static int open_part(struct ctx *c, const struct problem_ref *ref, int64_t blob_id, size_t max,
	struct span *out, struct err *e)
{
	struct problem_store store = { .db = c->db };
	DATA_KEY_AUTO key = NULL;

	if (problem_key_open(c->db, c->mem, c->seal, ref->id, &key, e) != 0)
		return -1;
	store.key = key;
	return problem_blob_open(&store, c->mem, blob_id, max, out, e);
}

static int send_part(struct ctx *c, const struct problem_ref *ref, int64_t blob_id,
	const char *extension, struct err *e)
{
	struct span bytes;

	if (open_part(c, ref, blob_id, MAX_DOWNLOAD, &bytes, e) != 0)
		return -1;
	response_type(c->res, "application/octet-stream");
	response_header(c->res, "Content-Disposition",
		span_of(arena_printf(c->mem, "attachment; filename=\"" SPAN_FMT ".%s\"",
			SPAN_ARG(ref->slug), extension)));
	buf_add_span(response_body(c->res), bytes);
	return 0;
}

static int fill_bytes(struct ctx *c, const struct problem_ref *ref, const struct testcase *t,
	struct problem_test_view *v, struct err *e)
{
	struct testcase_remarks remarks;
	struct problem_remark *items;

	v->is_long = t->input_size > PROBLEM_SHOWN_TEST || t->answer_size > PROBLEM_SHOWN_TEST;
	v->input_size = problem_size_text(c->mem, t->input_size);
	v->answer_size = problem_size_text(c->mem, t->answer_size);
	v->input_file = url_with(c->mem, test_url(c->mem, ref->slug, t->path), "part", SPAN("in"));
	v->answer_file =
		url_with(c->mem, test_url(c->mem, ref->slug, t->path), "part", SPAN("ans"));
	if (v->is_long)
		return 0;
	if (open_part(c, ref, t->input_id, PROBLEM_SHOWN_TEST, &v->input, e) != 0 ||
		open_part(c, ref, t->answer_id, PROBLEM_SHOWN_TEST, &v->answer, e) != 0)
		return -1;
	remarks = testcase_remarks(c->mem, v->input, v->answer);
	items = arena_new_array(c->mem, struct problem_remark, remarks.n + 1);
	for (size_t i = 0; i < remarks.n; i++)
		items[i].text = remarks.v[i];
	v->remarks = (struct problem_remarks){ items, remarks.n };
	return 0;
}

int page_problem_test(struct ctx *c, struct err *e)
{
	struct span part = request_query(c->req, "part");
	struct problem_test_view v = { .page = start(c), .path = request_query(c->req, "path") };
	struct testcase_list list;
	struct problem_ref ref;
	struct testcase t;

	if (frame(c, PROBLEM_MAY_DATA, &ref, &v.head, e) != 0 ||
		testcase_list(c->db, c->cache, c->mem, &ref, &list, e) != 0 ||
		testcase_by_path(&list, v.path, &t, e) != 0)
		return -1;
	if (t.is_static)
		return err_set(
			e, ERR_NOT_FOUND, "a static validation has neither input nor answer");
	if (span_is(part, "in") || span_is(part, "ans"))
		return send_part(c, &ref, span_is(part, "in") ? t.input_id : t.answer_id,
			span_is(part, "in") ? "in" : "ans", e);
	v.may_edit = (ref.rights & PROBLEM_MAY_EDIT) != 0;
	v.version = ref.version_id;
	if (fill_bytes(c, &ref, &t, &v, e) != 0)
		return -1;
	return response_html(c->res, page_problem_test_html, &v, e);
}

/* ---- changes --------------------------------------------------------------------------------- */

/* An uploaded file counts before what was typed in, whose line ends become plain ones. */
static struct span part_of(struct ctx *c, const char *file, const char *text)
{
	const struct request_params *form = &c->req->form;
	struct span typed = request_form(c->req, text);
	char *out;
	size_t n = 0;

	for (size_t i = 0; i < form->n; i++)
		if (span_is(form->v[i].name, file) && form->v[i].filename.n > 0)
			return form->v[i].value;
	if (typed.p == NULL)
		return SPAN("");
	out = arena_alloc(c->mem, typed.n + 2);
	for (size_t i = 0; i < typed.n; i++)
		if (typed.p[i] != '\r' || i + 1 == typed.n || typed.p[i + 1] != '\n')
			out[n++] = typed.p[i];
	if (n > 0 && out[n - 1] != '\n')
		out[n++] = '\n';
	return (struct span){ out, n };
}

static int64_t version_of(struct ctx *c)
{
	int64_t version;

	return span_i64(request_form(c->req, "version"), &version) ? version : -1;
}

int page_problem_tests_post(struct ctx *c, struct err *e)
{
	const struct problem_hand hand = problem_hand_of(c);
	struct problem_tests_view v = { .page = start(c) };
	struct testcase_new t = { .path = span_trim(request_form(c->req, "name")) };
	struct err why = { .kind = ERR_NONE };
	struct problem_made made;
	struct problem_ref ref;

	if (frame(c, PROBLEM_MAY_EDIT, &ref, &v.head, e) != 0)
		return -1;
	if (t.path.n > 0 && !span_has(t.path, '/'))
		t.path = span_of(arena_printf(c->mem, "secret/" SPAN_FMT, SPAN_ARG(t.path)));
	t.is_sample = span_starts(t.path, "sample/");
	t.input = part_of(c, "input_file", "input");
	t.answer = part_of(c, "answer_file", "answer");
	const struct problem_change change = {
		.why = span_of(arena_printf(
			c->mem, "test " SPAN_FMT, SPAN_ARG(span_sub(t.path, 0, PROBLEM_MAX_PATH)))),
		.from_version = version_of(c),
		.tests = &t,
		.n_tests = 1,
	};

	if (problem_do_change(&hand, ref.id, &change, NULL, &made, &why) == 0)
		return response_redirect(
			c->res, url_with(c->mem, v.head.tests, "done", SPAN("added")));
	if (why.kind != ERR_INVALID && why.kind != ERR_CONFLICT) {
		*e = why;
		return -1;
	}
	v.path = t.path;
	v.input = request_form(c->req, "input");
	v.answer = request_form(c->req, "answer");
	v.error = arena_dup(c->mem, span_of(why.text));
	response_status(c->res, why.kind == ERR_CONFLICT ? 409 : 422);
	if (fill_list(c, &ref, &v, e) != 0)
		return -1;
	return response_html(c->res, page_problem_tests_html, &v, e);
}

int page_problem_tests_delete(struct ctx *c, struct err *e)
{
	const struct problem_hand hand = problem_hand_of(c);
	const struct span path = request_form(c->req, "name");
	const struct problem_change change = {
		.why = span_of(arena_printf(c->mem, "test " SPAN_FMT " deleted",
			SPAN_ARG(span_sub(path, 0, PROBLEM_MAX_PATH)))),
		.from_version = version_of(c),
		.tests_gone = &path,
		.n_tests_gone = 1,
	};
	struct problem_made made;
	struct problem_ref ref;

	if (problem_of_route(c, PROBLEM_MAY_EDIT, &ref, e) != 0 ||
		problem_do_change(&hand, ref.id, &change, NULL, &made, e) != 0)
		return -1;
	return response_redirect(c->res,
		url_with(c->mem,
			url_to(c->mem, "/problem/{}/tests", arena_dup(c->mem, ref.slug), NULL),
			"done", SPAN("gone")));
}
