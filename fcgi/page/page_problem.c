/* One problem: its statement, samples and limits, what became of the reader's submissions and of
 * all. */
#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/when.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/problem_fill.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "fcgi/sample_fill.h"
#include "gen/tmpl.h"
#include "html/clean.h"
#include "html/url.h"
#include "judge/verdict.h"
#include "model/problem_key.h"
#include "model/testcase.h"
#include "model/user.h"

#define MAX_LANGS 8
#define MAX_FILE  (8 * 1024 * 1024)

/* ---- statement ------------------------------------------------------------------------------- */

static struct url of_problem(struct arena *m, struct span slug, const char *what, struct span path)
{
	return url_with(
		m, url_to(m, "/problem/{}/{}", arena_dup(m, slug), what, NULL), "path", path);
}

static int fill_text(
	struct ctx *c, const struct problem_about *a, struct problem_view *v, struct err *e)
{
	struct span wanted[MAX_LANGS];
	size_t n = problem_reader_langs(c, wanted, MAX_LANGS);
	struct problem_text_list all;
	struct problem_text text;
	struct problem_link *langs;

	if (problem_text(c->db, c->mem, &(struct problem_text_want){ a->version_id, wanted, n },
		    &text, e) != 0 ||
		problem_texts(c->db, c->mem, a->version_id, &all, e) != 0)
		return -1;
	v->head.title = text.title;
	v->lang = text.lang;
	v->has_text = text.html.n > 0;
	v->statement = html_stored(c->mem, text.html,
		arena_printf(c->mem, "/problem/" SPAN_FMT "/picture?path=", SPAN_ARG(a->slug)));
	langs = arena_new_array(c->mem, struct problem_link, all.n + 1);
	for (size_t i = 0; i < all.n; i++)
		langs[i] = (struct problem_link){ all.v[i].lang,
			url_with(c->mem, v->head.here, "lang", all.v[i].lang), -1,
			span_eq(all.v[i].lang, text.lang) };
	if (all.n > 1)
		v->langs = (struct problem_links){ langs, all.n };
	return 0;
}

static int fill_files(struct ctx *c, const struct problem_about *a, enum problem_role role,
	struct problem_links *out, struct err *e)
{
	const struct problem_folder in = { a->version_id, role, SPAN_NONE };
	struct problem_files files;
	struct problem_link *v;
	size_t n = 0;

	if (problem_files(c->db, c->mem, &in, &files, e) != 0)
		return -1;
	v = arena_new_array(c->mem, struct problem_link, files.n + 1);
	for (size_t i = 0; i < files.n; i++)
		if (role == PROBLEM_ATTACHMENT || span_ends(files.v[i].path, ".pdf"))
			v[n++] = (struct problem_link){ files.v[i].path,
				of_problem(c->mem, a->slug,
					role == PROBLEM_ATTACHMENT ? "attachment" : "statement",
					files.v[i].path),
				files.v[i].size, false };
	*out = (struct problem_links){ v, n };
	return 0;
}

/* ---- figures --------------------------------------------------------------------------------- */

static struct problem_bars bars(
	struct arena *m, const struct problem_figure *f, size_t n, bool is_verdict)
{
	struct problem_bar *v = arena_new_array(m, struct problem_bar, n + 1);
	int64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += f[i].n;
	for (size_t i = 0; i < n; i++) {
		int64_t number = 0;

		v[i] = (struct problem_bar){ f[i].name, f[i].n, sum };
		if (is_verdict && span_i64(f[i].name, &number))
			v[i].name = span_of(verdict_name((enum verdict)number));
	}
	return (struct problem_bars){ v, n };
}

static int fill_figures(
	struct ctx *c, const struct problem_about *a, struct problem_view *v, struct err *e)
{
	struct problem_figures f;

	if (problem_figures(c->db, c->cache, c->mem, a->id, &f, e) != 0)
		return -1;
	v->n_tried = a->n_tried;
	v->n_solved = a->n_solved;
	v->verdicts = bars(c->mem, f.verdicts, f.n_verdicts, true);
	v->languages = bars(c->mem, f.languages, f.n_languages, false);
	return 0;
}

static int fill_sent(
	struct ctx *c, const struct zone *z, int64_t id, struct problem_view *v, struct err *e)
{
	struct problem_sent_item *items;
	struct problem_sent_list sent;

	if (c->user == NULL)
		return 0;
	if (problem_sent(c->db, c->mem, c->user->id, id, &sent, e) != 0)
		return -1;
	items = arena_new_array(c->mem, struct problem_sent_item, sent.n + 1);
	for (size_t i = 0; i < sent.n; i++) {
		enum verdict verdict = (enum verdict)sent.v[i].verdict;

		items[i] = (struct problem_sent_item){
			.link = url_to(c->mem, "/submission/{}",
				arena_dup(c->mem, sent.v[i].public_id), NULL),
			.verdict = verdict == VERDICT_NONE ? "being judged" : verdict_name(verdict),
			.badge = verdict == VERDICT_AC     ? "ok"
				 : verdict == VERDICT_NONE ? "warn"
							   : "bad",
			.language = sent.v[i].language,
			.at = when_stamp(c->mem, z, sent.v[i].made_at / 1000000),
			.at_iso = when_iso(c->mem, sent.v[i].made_at / 1000000),
		};
	}
	v->sent = (struct problem_sent_items){ items, sent.n };
	return 0;
}

/* ---- the page -------------------------------------------------------------------------------- */

static void fill_facts(
	struct ctx *c, const struct problem_about *a, unsigned rights, struct problem_view *v)
{
	v->is_interactive = a->rules.is_interactive;
	v->is_scoring = a->rules.is_scoring;
	v->wants_answers = a->rules.submits_answers;
	v->time = problem_time_text(c->mem, a->rules.time_ms);
	v->memory = arena_printf(c->mem, "%d MiB", a->rules.memory_mib);
	v->code = problem_source_text(c->mem, (int64_t)a->rules.code_kib * 1024);
	v->difficulty = a->difficulty;
	v->category = a->category;
	v->tags = problem_tag_links(c->mem, a->tags);
	v->author = a->author;
	v->source = a->source;
	if (a->source_url.n > 0)
		v->source_url = url_external(c->mem, a->source_url);
	v->license = a->license;
	v->is_guest = c->user == NULL;
	if ((rights & PROBLEM_MAY_SUBMIT) != 0)
		v->submit = url_to(c->mem, "/problem/{}/submit", arena_dup(c->mem, a->slug), NULL);
}

int page_problem(struct ctx *c, struct err *e)
{
	struct problem_view v = { .lang = SPAN_NONE };
	struct problem_about a;
	struct problem_ref ref;
	struct viewer viewer;

	if (problem_of_route(c, PROBLEM_MAY_READ, &ref, e) != 0)
		return -1;
	if (!span_eq(route_param(c, "slug"), ref.slug))
		return response_redirect(
			c->res, url_to(c->mem, "/problem/{}", arena_dup(c->mem, ref.slug), NULL));
	if (problem_about(c->db, c->mem, ref.version_id, &a, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	v.head = problem_head_of(c->mem, &a, ref.rights, PROBLEM_AT_STATEMENT);
	if (fill_text(c, &a, &v, e) != 0 || fill_files(c, &a, PROBLEM_STATEMENT, &v.pdfs, e) != 0 ||
		fill_files(c, &a, PROBLEM_ATTACHMENT, &v.files, e) != 0 ||
		sample_fill(c, &a, &v.samples, e) != 0 || fill_figures(c, &a, &v, e) != 0 ||
		fill_sent(c, viewer.zone, a.id, &v, e) != 0)
		return -1;
	v.page = page_start(c, &viewer, arena_dup(c->mem, v.head.title), NAV_PROBLEMS);
	fill_facts(c, &a, ref.rights, &v);
	return response_html(c->res, page_problem_html, &v, e);
}

/* ---- files ----------------------------------------------------------------------------------- */

/* What a browser may be told that a file is; anything else is a download. */
static const char *type_of(struct span path)
{
	static const char *const types[][2] = { { ".png", "image/png" }, { ".jpg", "image/jpeg" },
		{ ".jpeg", "image/jpeg" }, { ".gif", "image/gif" }, { ".webp", "image/webp" },
		{ ".svg", "image/svg+xml" }, { ".pdf", "application/pdf" } };

	for (size_t i = 0; i < countof(types); i++)
		if (span_iends(path, types[i][0]))
			return types[i][1];
	return NULL;
}

static struct span base_name(struct span path)
{
	size_t from = path.n;

	while (from > 0 && path.p[from - 1] != '/')
		from--;
	return span_sub(path, from, path.n);
}

static void name_file(struct ctx *c, const char *how, struct span path)
{
	struct span name = base_name(path);
	char *clean = arena_dup(c->mem, name);

	for (size_t i = 0; i < name.n; i++)
		if (clean[i] < 0x21 || clean[i] > 0x7e || clean[i] == '"' || clean[i] == '\\')
			clean[i] = '_';
	response_header(c->res, "Content-Disposition",
		span_of(arena_printf(c->mem, "%s; filename=\"%s\"", how, clean)));
}

static int send_file(struct ctx *c, enum problem_role role, struct err *e)
{
	struct span path = request_query(c->req, "path");
	const char *type = role == PROBLEM_ATTACHMENT ? NULL : type_of(path);
	DATA_KEY_AUTO key = NULL;
	struct problem_store store = { .db = c->db };
	struct problem_file file;
	struct problem_ref ref;
	struct span bytes;

	if (problem_of_route(c, PROBLEM_MAY_READ, &ref, e) != 0)
		return -1;
	const struct problem_folder in = { ref.version_id, role, path.p != NULL ? path : SPAN("") };

	/* Packages keep solutions and sources beside their statements. */
	if ((role == PROBLEM_STATEMENT && !span_ends(path, ".pdf")) ||
		(role == PROBLEM_PICTURE &&
			(type == NULL || !span_starts(span_of(type), "image/"))))
		return err_set(e, ERR_NOT_FOUND, "there is no such file");
	if (problem_file_find(c->db, c->mem, &in, &file, e) != 0 ||
		problem_key_open(c->db, c->mem, c->seal, ref.id, &key, e) != 0)
		return -1;
	store.key = key;
	if (problem_blob_open(&store, c->mem, file.blob_id, MAX_FILE, &bytes, e) != 0)
		return -1;
	response_type(c->res, type != NULL ? type : "application/octet-stream");
	name_file(c, type != NULL ? "inline" : "attachment", path);
	buf_add_span(response_body(c->res), bytes);
	return 0;
}

int page_problem_picture(struct ctx *c, struct err *e)
{
	return send_file(c, PROBLEM_PICTURE, e);
}

int page_problem_attachment(struct ctx *c, struct err *e)
{
	return send_file(c, PROBLEM_ATTACHMENT, e);
}

int page_problem_statement(struct ctx *c, struct err *e)
{
	return send_file(c, PROBLEM_STATEMENT, e);
}
