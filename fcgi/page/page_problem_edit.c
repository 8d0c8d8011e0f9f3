/* What creators do to their problems: see them all, write one, change its text and its settings. */
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/when.h"
#include "fcgi/form.h"
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
#include "model/user.h"

#define PAGE_WORKS 50

static const struct page_said said[] = {
	{ "made", FLASH_OK,
		"The problem is made. Give it tests next; only you and the jury see it." },
	{ "saved", FLASH_OK, "Saved." },
	{ "deleted", FLASH_OK, "The problem is deleted." },
};

static struct page_view start(const struct ctx *c, const char *title)
{
	struct page_view page = settings_page(c, title, said, countof(said));

	page.nav = NAV_PROBLEMS;
	return page;
}

/* ---- my problems ----------------------------------------------------------------------------- */

static struct url works_url(
	struct arena *m, const struct problem_work_query *q, bool mine, int64_t page)
{
	struct url u = url_with(m, url_path("/problems/mine"), "q", q->words);

	if (mine)
		u = url_with(m, u, "mine", SPAN("1"));
	return page > 1 ? url_with(m, u, "page", span_of(arena_printf(m, "%lld", (long long)page)))
			: u;
}

static struct problem_work_items works(
	const struct ctx *c, const struct zone *z, const struct problem_works *list, size_t n)
{
	struct problem_work_item *v = arena_new_array(c->mem, struct problem_work_item, n + 1);

	for (size_t i = 0; i < n; i++) {
		const struct problem_work *w = &list->v[i];

		v[i] = (struct problem_work_item){
			.link = url_to(c->mem, "/problem/{}", arena_dup(c->mem, w->slug), NULL),
			.title = w->title,
			.slug = w->slug,
			.visibility = problem_visibility_name(w->visibility),
			.state = problem_state_text(w->state, w->is_signed),
			.state_badge = problem_state_badge(w->state, w->is_signed),
			.owner = w->owner,
			.number = w->number,
			.n_tests = w->n_tests,
			.changed = when_stamp(c->mem, z, w->changed_at / 1000000),
			.changed_iso = when_iso(c->mem, w->changed_at / 1000000),
		};
	}
	return (struct problem_work_items){ v, n };
}

int page_problems_mine(struct ctx *c, struct err *e)
{
	bool all = user_has(c->user, ROLE_JURY) || user_has(c->user, ROLE_ADMIN);
	struct problem_works_view v = { .is_jury = all,
		.mine_only = !all || request_query(c->req, "mine").n > 0 };
	struct problem_work_query q = { .owner_id = v.mine_only ? c->user->id : 0,
		.words = span_trim(request_query(c->req, "q")),
		.limit = PAGE_WORKS + 1 };
	struct problem_works list;
	struct viewer viewer;
	uint64_t page = 1;

	if (request_query(c->req, "page").n > 0 &&
		(!span_u64(request_query(c->req, "page"), 1000, &page) || page == 0))
		return err_field(e, "page", "page must be a number from 1 to 1000");
	q.words = q.words.n > 0 ? span_sub(q.words, 0, PROBLEM_MAX_WORDS) : SPAN_NONE;
	q.offset = (size_t)(page - 1) * PAGE_WORKS;
	if (problem_works(c->db, c->mem, &q, &list, e) != 0)
		return -1;
	viewer_read(c->req, &viewer);
	v.page = start(c, "My problems");
	v.words = q.words;
	v.mine = url_path("/problems/mine?mine=1");
	v.is_first_page = page == 1;
	v.problems = works(c, viewer.zone, &list, list.n > PAGE_WORKS ? PAGE_WORKS : list.n);
	if (list.n > PAGE_WORKS)
		v.next = works_url(c->mem, &q, v.mine_only && all, (int64_t)page + 1);
	if (page > 1)
		v.previous = works_url(c->mem, &q, v.mine_only && all, (int64_t)page - 1);
	return response_html(c->res, page_problems_mine_html, &v, e);
}

/* ---- text ------------------------------------------------------------------------------------ */

struct text_form {
	struct span slug; // of a new one
	struct span title;
	struct span lang;
	struct span markdown;
	int64_t version;
};

static const struct field text_fields[] = {
	FIELD_LINE(struct text_form, slug, 0, PROBLEM_MAX_SLUG),
	FIELD_LINE(struct text_form, title, 1, PROBLEM_MAX_TITLE),
	FIELD_LINE(struct text_form, lang, 2, 35),
	FIELD_TEXT(struct text_form, markdown, 1, PROBLEM_MAX_FORM_TEST),
	FIELD_INT(struct text_form, version, 0, INT64_MAX),
};

static int show_new(struct ctx *c, struct problem_text_view *v, struct err *e)
{
	v->page = start(c, "Write a problem");
	v->is_new = true;
	v->action = url_path("/problems/new");
	return response_html(c->res, page_problem_text_html, v, e);
}

/* What the reader has to mend; anything else is an error of the request. */
static bool is_form_error(const struct err *e)
{
	return e->kind == ERR_INVALID || e->kind == ERR_CONFLICT || e->kind == ERR_LIMIT;
}

static int read_text(
	struct ctx *c, struct text_form *form, struct problem_text_view *v, struct err *e)
{
	struct field_errors errors;
	int rc = form_read(c->req, c->mem, text_fields, countof(text_fields), form, &errors);

	v->slug = form->slug;
	v->title = form->title;
	v->lang = form->lang;
	v->markdown = form->markdown;
	v->version = form->version;
	return rc == 0 ? 0 : form_fail(&errors, e);
}

static int show_wrong(struct ctx *c, struct problem_text_view *v, struct err *why, struct err *e)
{
	if (!is_form_error(why)) {
		*e = *why;
		return -1;
	}
	v->error = arena_dup(c->mem, span_of(why->text));
	response_status(c->res, why->kind == ERR_CONFLICT ? 409 : 422);
	return v->is_new ? show_new(c, v, e) : response_html(c->res, page_problem_text_html, v, e);
}

int page_problem_new(struct ctx *c, struct err *e)
{
	struct problem_text_view v = { .lang = SPAN("en") };

	return show_new(c, &v, e);
}

static int make(
	struct ctx *c, const struct text_form *form, struct problem_made *made, struct err *e)
{
	const struct problem_text_new of = { .lang = form->lang, .title = form->title };
	const struct problem_hand hand = problem_hand_of(c);
	struct problem_markdown md;
	struct judge_rules rules;
	struct span slug = form->slug;

	if (problem_markdown(c->mem, &of, form->markdown, &md, e) != 0)
		return -1;
	if (slug.n == 0 && problem_slug_free(c->db, c->mem, form->title, &slug, e) != 0)
		return -1;
	rules_init(&rules);
	const struct problem_new n = { .slug = slug,
		.why = SPAN("written"),
		.rules = &rules,
		.texts = &md.text,
		.n_texts = 1,
		.files = &md.file,
		.n_files = 1,
		.author = c->user->name };

	return problem_do_create(&hand, &n, NULL, made, e);
}

int page_problem_new_post(struct ctx *c, struct err *e)
{
	struct problem_text_view v = { .is_new = true };
	struct text_form form = { .version = 0 };
	struct err why = { .kind = ERR_NONE };
	struct problem_made made;

	if (read_text(c, &form, &v, &why) != 0 || make(c, &form, &made, &why) != 0)
		return show_wrong(c, &v, &why, e);
	return response_redirect(c->res,
		url_with(c->mem,
			url_to(c->mem, "/problem/{}/tests", arena_dup(c->mem, made.slug), NULL),
			"done", SPAN("made")));
}

/* What of the page does not come from the form. */
static int frame_text(
	struct ctx *c, struct problem_ref *ref, struct problem_text_view *v, struct err *e)
{
	struct problem_text_list all;
	struct problem_about a;
	struct problem_link *langs;

	if (problem_of_route(c, PROBLEM_MAY_EDIT, ref, e) != 0 ||
		problem_about(c->db, c->mem, ref->version_id, &a, e) != 0 ||
		problem_texts(c->db, c->mem, ref->version_id, &all, e) != 0)
		return -1;
	v->page = start(c, "Edit the text");
	v->head = problem_head_of(c->mem, &a, ref->rights, PROBLEM_AT_TEXT);
	v->action = v->head.text;
	v->version = ref->version_id;
	langs = arena_new_array(c->mem, struct problem_link, all.n + 1);
	for (size_t i = 0; i < all.n; i++)
		langs[i] = (struct problem_link){ all.v[i].lang,
			url_with(c->mem, v->head.text, "lang", all.v[i].lang), -1, false };
	v->langs = (struct problem_links){ langs, all.n };
	return 0;
}

/* The Markdown as it was typed in; nothing if the text came another way. */
static int read_source(
	struct ctx *c, const struct problem_ref *ref, struct problem_text_view *v, struct err *e)
{
	const struct problem_folder in = { ref->version_id, PROBLEM_STATEMENT,
		span_of(arena_printf(c->mem, "problem." SPAN_FMT ".md", SPAN_ARG(v->lang))) };
	struct problem_store store = { .db = c->db };
	DATA_KEY_AUTO key = NULL;
	struct problem_file file;

	if (problem_file_find(c->db, c->mem, &in, &file, e) != 0) {
		if (e->kind != ERR_NOT_FOUND)
			return -1;
		*e = (struct err){ 0 };
		v->is_imported = true;
		return 0;
	}
	if (problem_key_open(c->db, c->mem, c->seal, ref->id, &key, e) != 0)
		return -1;
	store.key = key;
	return problem_blob_open(
		&store, c->mem, file.blob_id, PROBLEM_MAX_FORM_TEST, &v->markdown, e);
}

int page_problem_text(struct ctx *c, struct err *e)
{
	struct span wanted = span_trim(request_query(c->req, "lang"));
	struct problem_text_view v = { .lang = wanted };
	struct problem_text text;
	struct problem_ref ref;

	if (frame_text(c, &ref, &v, e) != 0 ||
		problem_text(c->db, c->mem,
			&(struct problem_text_want){ ref.version_id, &wanted, wanted.n > 0 }, &text,
			e) != 0)
		return -1;
	v.lang = text.lang;
	v.title = text.title;
	if (read_source(c, &ref, &v, e) != 0)
		return -1;
	return response_html(c->res, page_problem_text_html, &v, e);
}

int page_problem_text_post(struct ctx *c, struct err *e)
{
	const struct problem_hand hand = problem_hand_of(c);
	struct problem_text_view v = { .is_new = false };
	struct text_form form = { .version = 0 };
	struct err why = { .kind = ERR_NONE };
	struct problem_markdown md = { .text = { .lang = SPAN_NONE } };
	struct problem_made made;
	struct problem_ref ref;

	if (frame_text(c, &ref, &v, e) != 0)
		return -1;
	if (read_text(c, &form, &v, &why) != 0)
		return show_wrong(c, &v, &why, e);
	const struct problem_text_new of = { .lang = form.lang, .title = form.title };

	if (problem_markdown(c->mem, &of, form.markdown, &md, &why) != 0)
		return show_wrong(c, &v, &why, e);
	const struct problem_change change = {
		.why = span_of(arena_printf(c->mem, "text " SPAN_FMT, SPAN_ARG(form.lang))),
		.from_version = form.version,
		.texts = &md.text,
		.n_texts = 1,
		.files = &md.file,
		.n_files = 1,
	};

	if (problem_do_change(&hand, ref.id, &change, NULL, &made, &why) != 0)
		return show_wrong(c, &v, &why, e);
	return response_redirect(
		c->res, url_with(c->mem, url_with(c->mem, v.head.text, "lang", form.lang), "done",
				SPAN("saved")));
}

/* ---- settings -------------------------------------------------------------------------------- */

struct edit_form {
	struct span slug;
	struct span visibility;
	int64_t difficulty;
	struct span category;
	struct span tags;
	int64_t time_ms;
	int64_t memory_mib;
	int64_t output_kib;
	bool show_difference;
	int64_t version;
};

static const struct field edit_fields[] = {
	FIELD_LINE(struct edit_form, slug, 1, PROBLEM_MAX_SLUG),
	FIELD_LINE(struct edit_form, visibility, 0, 20),
	FIELD_INT(struct edit_form, difficulty, 0, 10),
	FIELD_LINE(struct edit_form, category, 0, PROBLEM_MAX_CATEGORY),
	FIELD_LINE(struct edit_form, tags, 0, 2000),
	FIELD_INT(struct edit_form, time_ms, 1, 600000),
	FIELD_INT(struct edit_form, memory_mib, 1, 65536),
	FIELD_INT(struct edit_form, output_kib, 1, 1048576),
	FIELD_FLAG(struct edit_form, show_difference),
	FIELD_INT(struct edit_form, version, 0, INT64_MAX),
};

static struct problem_options visibilities(struct arena *m, enum problem_visibility chosen)
{
	static const char *const texts[] = { "Hidden: owner and jury", "In contests only",
		"Public: everybody" };
	struct problem_option *v = arena_new_array(m, struct problem_option, 3);

	for (int i = 0; i < 3; i++)
		v[i] = (struct problem_option){ problem_visibility_name((enum problem_visibility)i),
			texts[i], i == (int)chosen };
	return (struct problem_options){ v, 3 };
}

static struct problem_options difficulties(struct arena *m, int64_t chosen)
{
	struct problem_option *v = arena_new_array(m, struct problem_option, 11);

	for (int i = 0; i <= 10; i++)
		v[i] = (struct problem_option){ arena_printf(m, "%d", i),
			i == 0 ? "Not said" : arena_printf(m, "%d", i), i == chosen };
	return (struct problem_options){ v, 11 };
}

static int frame_edit(struct ctx *c, struct problem_ref *ref, struct problem_about *a,
	struct problem_edit_view *v, struct err *e)
{
	if (problem_of_route(c, PROBLEM_MAY_EDIT, ref, e) != 0 ||
		problem_about(c->db, c->mem, ref->version_id, a, e) != 0)
		return -1;
	*v = (struct problem_edit_view){ .page = start(c, "Settings of a problem"),
		.head = problem_head_of(c->mem, a, ref->rights, PROBLEM_AT_SETTINGS),
		.slug = a->slug,
		.visibilities = visibilities(c->mem, a->visibility),
		.difficulties = difficulties(c->mem, a->difficulty),
		.category = a->category,
		.tags = a->tags,
		.time_ms = a->rules.time_ms,
		.memory_mib = a->rules.memory_mib,
		.output_kib = a->rules.output_kib,
		.show_difference = a->show_difference,
		.may_delete = (ref->rights & PROBLEM_MAY_DELETE) != 0,
		.version = ref->version_id };
	return 0;
}

int page_problem_edit(struct ctx *c, struct err *e)
{
	struct problem_edit_view v;
	struct problem_about a;
	struct problem_ref ref;

	if (frame_edit(c, &ref, &a, &v, e) != 0)
		return -1;
	return response_html(c->res, page_problem_edit_html, &v, e);
}

/* Settings that stay make no version. */
static bool changes_rules(const struct edit_form *f, const struct problem_about *a)
{
	return f->time_ms != a->rules.time_ms || f->memory_mib != a->rules.memory_mib ||
	       f->output_kib != a->rules.output_kib || f->show_difference != a->show_difference;
}

static int apply_edit(
	struct ctx *c, const struct problem_about *a, const struct edit_form *f, struct err *e)
{
	const struct problem_hand hand = problem_hand_of(c);
	struct problem_meta meta = {
		.slug = f->slug, .difficulty = (int)f->difficulty, .category = f->category
	};
	struct judge_rules rules = a->rules;
	const struct problem_change change = { .why = SPAN("limits changed"),
		.from_version = f->version,
		.rules = &rules,
		.show_difference = &f->show_difference };
	struct problem_made made;

	if (problem_visibility_read(f->visibility, &meta.visibility, e) != 0)
		return -1;
	meta.tags = problem_tags_read(c->mem, f->tags, &meta.n_tags);
	if (f->time_ms != rules.time_ms)
		rules.time_is_suggested = false;
	rules.time_ms = (int)f->time_ms;
	rules.memory_mib = (int)f->memory_mib;
	rules.output_kib = (int)f->output_kib;
	return problem_do_change(
		&hand, a->id, changes_rules(f, a) ? &change : NULL, &meta, &made, e);
}

int page_problem_edit_post(struct ctx *c, struct err *e)
{
	struct edit_form form = { .version = 0 };
	struct err why = { .kind = ERR_NONE };
	struct field_errors errors;
	struct problem_edit_view v;
	struct problem_about a;
	struct problem_ref ref;

	if (frame_edit(c, &ref, &a, &v, e) != 0)
		return -1;
	if (form_read(c->req, c->mem, edit_fields, countof(edit_fields), &form, &errors) != 0)
		(void)form_fail(&errors, &why);
	else if (apply_edit(c, &a, &form, &why) == 0)
		return response_redirect(
			c->res, url_with(c->mem,
					url_to(c->mem, "/problem/{}/edit",
						arena_dup(c->mem, form.slug), NULL),
					"done", SPAN("saved")));
	if (!is_form_error(&why)) {
		*e = why;
		return -1;
	}
	v.slug = form.slug;
	v.category = form.category;
	v.tags = form.tags;
	v.error = arena_dup(c->mem, span_of(why.text));
	response_status(c->res, why.kind == ERR_CONFLICT ? 409 : 422);
	return response_html(c->res, page_problem_edit_html, &v, e);
}

int page_problem_delete(struct ctx *c, struct err *e)
{
	const struct problem_hand hand = problem_hand_of(c);
	struct problem_ref ref;

	if (problem_of_route(c, PROBLEM_MAY_DELETE, &ref, e) != 0)
		return -1;
	if (!span_eq(span_trim(request_form(c->req, "confirm")), ref.slug))
		return err_field(e, "confirm", "type the problem's short name to delete it");
	if (problem_do_delete(&hand, ref.id, e) != 0)
		return -1;
	return response_redirect(c->res, url_path("/problems/mine?done=deleted"));
}
