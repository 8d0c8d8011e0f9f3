/*
 * Sending in a program: written or pasted into the field, or chosen as a file. The form works
 * without scripts; with them the field has colours (public/js/editor.js), for which each language
 * says on its option how it is written. What is refused is shown again with the reason beside it.
 */
#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/limits.h"
#include "fcgi/error_reply.h"
#include "fcgi/form.h"
#include "fcgi/page/page.h"
#include "fcgi/page_start.h"
#include "fcgi/parse.h"
#include "fcgi/problem_fill.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "judge/code.h"
#include "model/submission_form.h"
#include "model/submission_send.h"
#include "model/user.h"
#include "net/json.h"
#include "view/submission.h"

enum {
	SYNTAX_MAX = 4096,
	NAMES_SHOWN = 20
};

/* ---- how languages are written ---- */

static void put_pairs(struct json_out *j, const char *key, const struct code_pair *v, size_t n)
{
	json_key(j, key);
	json_array(j);
	for (size_t i = 0; i < n && v[i].open != NULL; i++) {
		json_array(j);
		json_put_text(j, span_of(v[i].open));
		json_put_text(j, span_of(v[i].close));
		json_array_end(j);
	}
	json_array_end(j);
}

static struct span syntax_of(struct arena *m, const struct submission_language *l)
{
	const struct code_syntax *s = code_syntax_of(l->id);
	struct err e = { .kind = ERR_NONE };
	struct span text = SPAN_NONE;
	struct json_out j;
	BUF_AUTO b;

	buf_init(&b, SYNTAX_MAX);
	json_begin(&j, &b);
	json_object(&j);
	json_key(&j, "extension");
	json_put_text(&j, l->extension);
	json_key(&j, "line");
	json_array(&j);
	for (size_t i = 0; i < countof(s->line) && s->line[i] != NULL; i++)
		json_put_text(&j, span_of(s->line[i]));
	json_array_end(&j);
	put_pairs(&j, "block", s->block, countof(s->block));
	put_pairs(&j, "text", s->text, countof(s->text));
	json_key(&j, "quotes");
	json_put_text(&j, span_of(s->quotes));
	json_key(&j, "keywords");
	json_put_text(&j, span_of(s->keywords));
	json_key(&j, "charQuote");
	json_put_bool(&j, s->char_quote);
	json_key(&j, "rawQuote");
	json_put_bool(&j, s->raw_quote);
	json_key(&j, "nests");
	json_put_bool(&j, s->nests);
	json_key(&j, "primes");
	json_put_bool(&j, s->primes);
	json_key(&j, "ignoresCase");
	json_put_bool(&j, s->ignores_case);
	json_key(&j, "directive");
	json_put_bool(&j, s->directive != 0);
	json_object_end(&j);
	return buf_finish(&b, &text, &e) == 0 ? arena_span(m, text) : SPAN("{}");
}

/* ---- the page ---- */

static void fill_languages(
	struct ctx *c, const struct submission_form *f, struct span chosen, struct submit_view *v)
{
	const struct submission_languages *from = &f->languages;
	struct language_option *items =
		arena_new_array(c->mem, struct language_option, from->n + 1);

	if (chosen.n == 0)
		chosen = f->last_language;
	for (size_t i = 0; i < from->n; i++)
		items[i] = (struct language_option){ .id = from->v[i].id,
			.name = from->v[i].name,
			.version = from->v[i].version.n > 0 ? from->v[i].version : SPAN_NONE,
			.is_chosen = span_eq(from->v[i].id, chosen),
			.syntax = syntax_of(c->mem, &from->v[i]) };
	v->languages = (struct language_options){ items, from->n };
	if (f->time_is_open)
		v->no_judge =
			"The jury is still finding out how long a solution may take. Come back "
			"in a few minutes.";
	else if (from->n == 0)
		v->no_judge =
			"No judge is at work just now that has a language of this problem, so "
			"nothing can be sent in. What you write here is not lost if you keep "
			"this page open.";
}

static const char *limits(struct arena *m, const struct submission_form *f)
{
	return arena_printf(m, "%s of processor time a test, %d MiB of memory, %s of source.",
		problem_time_text(m, f->time_ms), f->memory_mib,
		problem_source_text(m, f->max_source));
}

/* "1.ans, 2.ans, 3.ans and 7 more" */
static const char *names_of(struct arena *m, const struct submission_form *f)
{
	const char *all = "";

	for (size_t i = 0; i < f->n_answers && i < NAMES_SHOWN; i++)
		all = arena_printf(
			m, "%s%s" SPAN_FMT ".ans", all, i > 0 ? ", " : "", SPAN_ARG(f->answers[i]));
	return f->n_answers > NAMES_SHOWN
		       ? arena_printf(m, "%s and %zu more", all, f->n_answers - NAMES_SHOWN)
		       : all;
}

static void fill_answers(struct ctx *c, const struct submission_form *f, struct submit_view *v)
{
	v->wants_answers = f->wants_answers;
	if (!f->wants_answers)
		return;
	v->wants_one = f->n_answers == 1;
	v->limits = arena_printf(c->mem, "At most %" PRId64 " KiB.", f->max_source / 1024);
	v->wanted =
		v->wants_one
			? "Not a program is handed in here, but the answer to the one test: "
			  "written below, or as a file."
			: arena_printf(c->mem,
				  "Not a program is handed in here, but a zip with the answer to "
				  "each of the %zu tests: %s. A test without a file counts as "
				  "answered wrongly.",
				  f->n_answers, names_of(c->mem, f));
}

static int show(struct ctx *c, struct submit_view *v, struct span language, struct err *e)
{
	struct submission_form f;
	struct viewer viewer;
	const char *slug;

	if (submission_form(c->db, c->mem, c->user, route_param(c, "slug"), &f, e) != 0)
		return -1;
	slug = arena_dup(c->mem, f.slug);
	viewer_read(c->req, &viewer);
	fill_languages(c, &f, language, v);
	v->problem = f.name;
	v->problem_page = url_to(c->mem, "/problem/{}", slug, NULL);
	v->action = url_to(c->mem, "/problem/{}/submit", slug, NULL);
	v->limits = limits(c->mem, &f);
	fill_answers(c, &f, v);
	v->page = page_start(c, &viewer,
		arena_printf(c->mem, "Submit: " SPAN_FMT, SPAN_ARG(f.name)), NAV_PROBLEMS);
	v->page.no_index = true;
	return response_html(c->res, page_submit_html, v, e);
}

int page_submit(struct ctx *c, struct err *e)
{
	struct submit_view v = { .error = SPAN_NONE };

	return show(c, &v, request_query(c->req, "language"), e);
}

/* ---- what was sent ---- */

/* A file that was chosen; the field is there without one too, and then has no name. */
static const struct request_param *chosen_file(const struct request *r)
{
	for (size_t i = 0; i < r->form.n; i++)
		if (span_is(r->form.v[i].name, "file") && r->form.v[i].filename.n > 0)
			return &r->form.v[i];
	return NULL;
}

/* Behind the last slash of either kind: some browsers send where the file lay. */
static struct span base_name(struct span path)
{
	for (size_t i = path.n; i > 0; i--)
		if (path.p[i - 1] == '/' || path.p[i - 1] == '\\')
			return span_sub(path, i, path.n);
	return path;
}

/* A form's field has CR LF at its line ends, whatever the member wrote. */
static struct span with_line_feeds(struct arena *m, struct span text)
{
	char *to = arena_alloc(m, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != '\r' || i + 1 == text.n || text.p[i + 1] != '\n')
			to[n++] = text.p[i];
	return (struct span){ to, n };
}

static void read_form(struct ctx *c, struct submission_new *s)
{
	const struct request_param *file = chosen_file(c->req);

	s->language = span_trim(request_form(c->req, "language"));
	if (file != NULL) {
		s->source = file->value;
		s->file_name = base_name(file->filename);
	} else {
		s->source = with_line_feeds(c->mem, request_form(c->req, "source"));
	}
}

static int show_again(
	struct ctx *c, const struct submission_new *s, const struct err *why, struct err *e)
{
	const char *text = page_sentence(c->mem, why->text);
	struct submit_view v = { .error = SPAN_NONE };

	if (strcmp(why->field, "source") == 0)
		v.source_error = arena_printf(c->mem, "%s.", text);
	else if (strcmp(why->field, "language") == 0)
		v.language_error = arena_printf(c->mem, "%s.", text);
	else
		v.error = span_of(text);
	/* A file that is no text is not shown as one. */
	if (parse_is_text(s->source))
		v.source = s->source;
	response_status(c->res, why->kind == ERR_LIMIT      ? 429
				: why->kind == ERR_CONFLICT ? 409
							    : 422);
	if (why->kind == ERR_LIMIT)
		error_retry_after(c, why);
	return show(c, &v, s->language, e);
}

int page_submit_post(struct ctx *c, struct err *e)
{
	struct submission_new s = {
		.user = c->user, .slug = route_param(c, "slug"), .seal = c->seal
	};
	struct submission_made made;
	struct err why = { .kind = ERR_NONE };

	read_form(c, &s);
	if (submission_send(c->db, c->mem, &s, &made, &why) == 0)
		return response_redirect(c->res,
			url_to(c->mem, "/submission/{}", arena_dup(c->mem, made.public_id), NULL));
	if (why.kind == ERR_INVALID || why.kind == ERR_LIMIT || why.kind == ERR_CONFLICT)
		return show_again(c, &s, &why, e);
	*e = why;
	return -1;
}
