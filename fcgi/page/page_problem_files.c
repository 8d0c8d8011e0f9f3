/* Pictures and attachments of a problem, for its makers: what there is, add, replace, delete. */
#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "fcgi/page/page.h"
#include "fcgi/problem_fill.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/settings.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/problem_file.h"

static const struct page_said said[] = {
	{ "added", FLASH_OK, "The file is stored." },
	{ "gone", FLASH_OK, "The file is deleted." },
};

/* In the order of the select. */
static const struct kind {
	const char *name;
	const char *text;
	enum problem_role role;
} kinds[] = {
	{ "picture", "A picture of the statement", PROBLEM_PICTURE },
	{ "attachment", "An attachment for readers", PROBLEM_ATTACHMENT },
};

static const struct kind *kind_named(struct span name)
{
	for (size_t i = 0; i < countof(kinds); i++)
		if (span_is(name, kinds[i].name))
			return &kinds[i];
	return NULL;
}

static int frame(
	struct ctx *c, struct problem_ref *ref, struct problem_files_view *v, struct err *e)
{
	struct problem_about a;

	if (problem_of_route(c, PROBLEM_MAY_EDIT, ref, e) != 0 ||
		problem_about(c->db, c->mem, ref->version_id, &a, e) != 0)
		return -1;
	v->page = settings_page(c, "Files of a problem", said, countof(said));
	v->page.nav = NAV_PROBLEMS;
	v->head = problem_head_of(c->mem, &a, ref->rights, PROBLEM_AT_FILES);
	v->version = ref->version_id;
	return 0;
}

static int add_files(struct ctx *c, const struct problem_ref *ref, const struct kind *kind,
	struct problem_files_view *v, struct err *e)
{
	const struct problem_folder in = { ref->version_id, kind->role, SPAN_NONE };
	struct problem_file_item *items;
	struct problem_files files;

	if (problem_files(c->db, c->mem, &in, &files, e) != 0)
		return -1;
	items = arena_new_array(c->mem, struct problem_file_item, v->files.n + files.n + 1);
	for (size_t i = 0; i < v->files.n; i++)
		items[i] = v->files.v[i];
	for (size_t i = 0; i < files.n; i++)
		items[v->files.n + i] = (struct problem_file_item){ kind->name, files.v[i].path,
			problem_size_text(c->mem, files.v[i].size),
			url_with(c->mem,
				url_to(c->mem, "/problem/{}/{}", arena_dup(c->mem, ref->slug),
					kind->name, NULL),
				"path", files.v[i].path) };
	v->files = (struct problem_file_items){ items, v->files.n + files.n };
	return 0;
}

static int show(struct ctx *c, const struct problem_ref *ref, struct problem_files_view *v,
	struct span chosen, struct err *e)
{
	struct problem_option *o = arena_new_array(c->mem, struct problem_option, countof(kinds));

	for (size_t i = 0; i < countof(kinds); i++) {
		o[i] = (struct problem_option){ kinds[i].name, kinds[i].text,
			span_is(chosen, kinds[i].name) };
		if (add_files(c, ref, &kinds[i], v, e) != 0)
			return -1;
	}
	v->kinds = (struct problem_options){ o, countof(kinds) };
	return response_html(c->res, page_problem_files_html, v, e);
}

int page_problem_files(struct ctx *c, struct err *e)
{
	struct problem_files_view v = { .error = NULL };
	struct problem_ref ref;

	return frame(c, &ref, &v, e) != 0 ? -1 : show(c, &ref, &v, SPAN_NONE, e);
}

/* ---- changes --------------------------------------------------------------------------------- */

static const struct request_param *upload(const struct request *r)
{
	for (size_t i = 0; i < r->form.n; i++)
		if (span_is(r->form.v[i].name, "file") && r->form.v[i].filename.n > 0)
			return &r->form.v[i];
	return NULL;
}

static int64_t version_of(struct ctx *c)
{
	int64_t version;

	return span_i64(request_form(c->req, "version"), &version) ? version : -1;
}

/* What was sent in, and under which name: the one that was typed in, else the file's own. */
static int read_file(struct ctx *c, struct problem_file_new *f, struct err *e)
{
	const struct kind *kind = kind_named(request_form(c->req, "kind"));
	const struct request_param *sent = upload(c->req);

	if (kind == NULL)
		return err_field(e, "kind", "choose what the file is for");
	if (sent == NULL)
		return err_field(e, "file", "choose a file");
	f->role = kind->role;
	f->bytes = sent->value;
	f->path = span_trim(request_form(c->req, "path"));
	if (f->path.n == 0)
		f->path = sent->filename;
	return 0;
}

static int store(struct ctx *c, const struct problem_ref *ref, struct err *e)
{
	const struct problem_hand hand = problem_hand_of(c);
	struct problem_file_new f;
	struct problem_made made;

	if (read_file(c, &f, e) != 0)
		return -1;
	const struct problem_change change = {
		.why = span_of(arena_printf(
			c->mem, "file " SPAN_FMT, SPAN_ARG(span_sub(f.path, 0, PROBLEM_MAX_PATH)))),
		.from_version = version_of(c),
		.files = &f,
		.n_files = 1,
	};

	return problem_do_change(&hand, ref->id, &change, NULL, &made, e);
}

int page_problem_files_post(struct ctx *c, struct err *e)
{
	struct problem_files_view v = { .error = NULL };
	struct err why = { .kind = ERR_NONE };
	struct problem_ref ref;

	if (frame(c, &ref, &v, e) != 0)
		return -1;
	if (store(c, &ref, &why) == 0)
		return response_redirect(
			c->res, url_with(c->mem, v.head.files, "done", SPAN("added")));
	if (why.kind != ERR_INVALID && why.kind != ERR_CONFLICT) {
		*e = why;
		return -1;
	}
	v.path = request_form(c->req, "path");
	v.error = arena_dup(c->mem, span_of(why.text));
	response_status(c->res, why.kind == ERR_CONFLICT ? 409 : 422);
	return show(c, &ref, &v, request_form(c->req, "kind"), e);
}

int page_problem_files_delete(struct ctx *c, struct err *e)
{
	const struct problem_hand hand = problem_hand_of(c);
	const struct kind *kind = kind_named(request_form(c->req, "kind"));
	struct problem_file_new gone = { .path = request_form(c->req, "path") };
	struct problem_made made;
	struct problem_ref ref;

	if (problem_of_route(c, PROBLEM_MAY_EDIT, &ref, e) != 0)
		return -1;
	if (kind == NULL)
		return err_set(e, ERR_NOT_FOUND, "there is no such file");
	gone.role = kind->role;
	const struct problem_change change = {
		.why = span_of(arena_printf(c->mem, "file " SPAN_FMT " deleted",
			SPAN_ARG(span_sub(gone.path, 0, PROBLEM_MAX_PATH)))),
		.from_version = version_of(c),
		.files_gone = &gone,
		.n_files_gone = 1,
	};

	if (problem_do_change(&hand, ref.id, &change, NULL, &made, e) != 0)
		return -1;
	return response_redirect(c->res,
		url_with(c->mem,
			url_to(c->mem, "/problem/{}/files", arena_dup(c->mem, ref.slug), NULL),
			"done", SPAN("gone")));
}
