/* One problem for programs: read, made, changed, deleted. */
#include "base/attr.h"
#include "base/limits.h"
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/problem_fill.h"
#include "fcgi/request.h"
#include "fcgi/response.h"
#include "fcgi/route.h"
#include "html/clean.h"
#include "model/problem_by_hand.h"
#include "model/user.h"

struct problem_json {
	int64_t id;
	struct span slug;
	struct span title;
	struct span language;
	struct shape_list languages;
	struct span statement;
	struct span visibility;
	int64_t difficulty;
	struct span category;
	struct shape_list tags;
	int64_t time_ms;
	int64_t memory_mib;
	int64_t output_kib;
	int64_t code_kib;
	bool is_interactive;
	bool is_scoring;
	bool submits_answers;
	struct span author;
	struct span source;
	struct span license;
	int64_t tried;
	int64_t solved;
	int64_t version;
	struct span verified;
	int64_t created;
	int64_t changed;
};

static const struct shape_field problem_fields[] = {
	SHAPE_I64(struct problem_json, id, "names it for good"),
	SHAPE_TEXT(struct problem_json, slug, "names it in addresses"),
	SHAPE_TEXT(struct problem_json, title, "in the language of the statement"),
	SHAPE_TEXT(struct problem_json, language, "of the statement"),
	SHAPE_TEXTS(struct problem_json, languages, "in which there are statements"),
	SHAPE_TEXT(struct problem_json, statement, "HTML; empty where there is a PDF only"),
	SHAPE_TEXT(struct problem_json, visibility, "hidden, contests or public"),
	SHAPE_I64(struct problem_json, difficulty, "1 to 10; 0: not said"),
	SHAPE_TEXT_OR_NULL(struct problem_json, category, "where it is sorted in"),
	SHAPE_TEXTS(struct problem_json, tags, "what it is about"),
	SHAPE_I64(struct problem_json, time_ms, "processor time of one test"),
	SHAPE_I64(struct problem_json, memory_mib, "memory of one test"),
	SHAPE_I64(struct problem_json, output_kib, "output of one test"),
	SHAPE_I64(struct problem_json, code_kib,
		"of source that the problem allows; 100 KB and more are never taken"),
	SHAPE_BOOL(struct problem_json, is_interactive, "the program talks with the judge"),
	SHAPE_BOOL(struct problem_json, is_scoring, "it gives points"),
	SHAPE_BOOL(struct problem_json, submits_answers,
		"answers to its tests are sent in, not a program"),
	SHAPE_TEXT(struct problem_json, author, "who wrote it"),
	SHAPE_TEXT(struct problem_json, source, "where it comes from"),
	SHAPE_TEXT(struct problem_json, license, "under which it may be used"),
	SHAPE_I64(struct problem_json, tried, "members with a judged submission"),
	SHAPE_I64(struct problem_json, solved, "of these, with an accepted one"),
	SHAPE_I64(struct problem_json, version, "grows with every change of text, tests or limits"),
	SHAPE_TEXT_OR_NULL(struct problem_json, verified, "for its makers: whether it is sound"),
	SHAPE_TIME(struct problem_json, created, "when it was made"),
	SHAPE_TIME(struct problem_json, changed, "when it changed last"),
};
static const struct shape problem_shape = SHAPE("Problem", struct problem_json, problem_fields);

struct problem_query_json {
	struct span lang;
};

static const struct field query_fields[] = {
	FIELD_LINE(struct problem_query_json, lang, 0, 35),
};

const struct api_doc api_problem_doc = {
	.summary = "One problem, by slug or id",
	.text = "lang: the language of the statement; else as Accept-Language says.",
	.query = API_TABLE(query_fields),
	.answers = { { 200, &problem_shape, "the problem" } },
};

static int put_problem(struct ctx *c, const struct problem_ref *ref, int status, struct err *e)
{
	struct problem_json j;
	struct problem_text_list texts;
	struct problem_about a;
	struct problem_text text;
	struct span wanted[8];
	struct span *names;
	struct problem_links tags;
	struct span *tag_names;
	size_t n = problem_reader_langs(c, wanted, countof(wanted));

	if (problem_about(c->db, c->mem, ref->version_id, &a, e) != 0 ||
		problem_text(c->db, c->mem,
			&(struct problem_text_want){ ref->version_id, wanted, n }, &text, e) != 0 ||
		problem_texts(c->db, c->mem, ref->version_id, &texts, e) != 0)
		return -1;
	names = arena_new_array(c->mem, struct span, texts.n + 1);
	for (size_t i = 0; i < texts.n; i++)
		names[i] = texts.v[i].lang;
	tags = problem_tag_links(c->mem, a.tags);
	tag_names = arena_new_array(c->mem, struct span, tags.n + 1);
	for (size_t i = 0; i < tags.n; i++)
		tag_names[i] = tags.v[i].name;
	j = (struct problem_json){ .id = a.id,
		.slug = a.slug,
		.title = text.title,
		.language = text.lang,
		.languages = { names, texts.n },
		.statement = html_stored(c->mem, text.html,
			arena_printf(
				c->mem, "/problem/" SPAN_FMT "/picture?path=", SPAN_ARG(a.slug)))
				     .markup,
		.visibility = span_of(problem_visibility_name(a.visibility)),
		.difficulty = a.difficulty,
		.category = a.category,
		.tags = { tag_names, tags.n },
		.time_ms = a.rules.time_ms,
		.memory_mib = a.rules.memory_mib,
		.output_kib = a.rules.output_kib,
		.code_kib = a.rules.code_kib,
		.is_interactive = a.rules.is_interactive,
		.is_scoring = a.rules.is_scoring,
		.submits_answers = a.rules.submits_answers,
		.author = a.author,
		.source = a.source,
		.license = a.license,
		.tried = a.n_tried,
		.solved = a.n_solved,
		.version = a.number,
		.created = a.created_at,
		.changed = a.changed_at };
	if ((ref->rights & PROBLEM_MAY_DATA) != 0)
		j.verified = span_of(problem_state_text(a.state, a.signed_why.p != NULL));
	response_status(c->res, status);
	api_put(c, &problem_shape, &j);
	return 0;
}

int api_problem(struct ctx *c, struct err *e)
{
	struct problem_query_json q = { .lang = SPAN_NONE };
	struct problem_ref ref;

	if (api_read_query(c, &q, e) != 0 || problem_of_route(c, PROBLEM_MAY_READ, &ref, e) != 0)
		return -1;
	return put_problem(c, &ref, 200, e);
}

/* ---- changes --------------------------------------------------------------------------------- */

struct problem_form {
	struct span slug;
	struct span title;
	struct span language;
	struct span statement;
	struct span visibility;
	int64_t difficulty;
	struct span category;
	struct span tags;
	int64_t time_ms;
	int64_t memory_mib;
	int64_t output_kib;
	bool show_difference;
};

static const struct field make_fields[] = {
	FIELD_LINE(struct problem_form, slug, 0, PROBLEM_MAX_SLUG),
	FIELD_LINE(struct problem_form, title, 1, PROBLEM_MAX_TITLE),
	FIELD_LINE(struct problem_form, language, 0, 35),
	FIELD_TEXT(struct problem_form, statement, 1, PROBLEM_MAX_FORM_TEST),
	FIELD_LINE(struct problem_form, visibility, 0, 20),
	FIELD_INT(struct problem_form, difficulty, 0, 10),
	FIELD_LINE(struct problem_form, category, 0, PROBLEM_MAX_CATEGORY),
	FIELD_LINE(struct problem_form, tags, 0, 2000),
	FIELD_INT(struct problem_form, time_ms, 0, 600000),
	FIELD_INT(struct problem_form, memory_mib, 0, 65536),
	FIELD_INT(struct problem_form, output_kib, 0, 1048576),
	FIELD_FLAG(struct problem_form, show_difference),
};

#define FORM_TEXT                                                                                  \
	"statement: Markdown, formulas between dollar signs. tags: names with commas between "     \
	"them. visibility: hidden, contests or public. A limit of 0 is the usual one."

const struct api_doc api_problems_make_doc = {
	.summary = "Make a problem",
	.text = FORM_TEXT " title and statement are needed; "
			  "without a slug one is made from the title.",
	.body = API_PARTIAL(make_fields),
	.answers = { { 201, &problem_shape, "the new problem" } },
};

const struct api_doc api_problem_put_doc = {
	.summary = "Change a problem",
	.text = FORM_TEXT " What is left out stays.",
	.body = API_PARTIAL(make_fields),
	.answers = { { 200, &problem_shape, "as it is now" } },
};

const struct api_doc api_problem_delete_doc = {
	.summary = "Delete a problem that nobody has sent anything in for",
	.answers = { { 204, NULL, "it is gone" } },
};

static int meta_of(
	struct ctx *c, const struct problem_form *f, struct problem_meta *out, struct err *e)
{
	out->slug = f->slug;
	out->difficulty = (int)f->difficulty;
	out->category = f->category;
	out->tags = problem_tags_read(c->mem, f->tags, &out->n_tags);
	if (f->visibility.n == 0)
		return 0; // as it is
	return problem_visibility_read(f->visibility, &out->visibility, e);
}

static void put_limits(const struct problem_form *f, struct judge_rules *r)
{
	if (f->time_ms > 0 && f->time_ms != r->time_ms) {
		r->time_ms = (int)f->time_ms;
		r->time_is_suggested = false;
	}
	if (f->memory_mib > 0)
		r->memory_mib = (int)f->memory_mib;
	if (f->output_kib > 0)
		r->output_kib = (int)f->output_kib;
}

static int find_again(struct ctx *c, struct span slug, struct problem_ref *ref, struct err *e)
{
	const struct problem_ask ask = { slug, c->user, PROBLEM_MAY_DATA };

	return problem_find(c->db, c->mem, &ask, ref, e);
}

int api_problems_make(struct ctx *c, struct err *e)
{
	const struct problem_hand hand = problem_hand_of(c);
	struct problem_meta meta = { .visibility = PROBLEM_HIDDEN };
	struct problem_form f = { .time_ms = 0 };
	struct problem_text_new of;
	struct problem_markdown md;
	struct problem_made made;
	struct problem_ref ref;
	struct judge_rules rules, usual;

	if (api_read_body(c, &f, e) != 0)
		return -1;
	if (f.title.n == 0)
		return err_field(e, "title", "the problem needs a title");
	if (f.slug.n == 0 && problem_slug_free(c->db, c->mem, f.title, &f.slug, e) != 0)
		return -1;
	of = (struct problem_text_new){ .lang = f.language.n > 0 ? f.language : SPAN("en"),
		.title = f.title };
	if (meta_of(c, &f, &meta, e) != 0 ||
		problem_markdown(c->mem, &of, f.statement, &md, e) != 0)
		return -1;
	rules_init(&rules);
	rules_init(&usual);
	put_limits(&f, &rules);
	const struct problem_new n = { .slug = f.slug,
		.why = SPAN("written"),
		.rules = &rules,
		.show_difference = f.show_difference,
		.by_hand = problem_by_hand(&(struct problem_settings){ &usual, false },
			&(struct problem_settings){ &rules, f.show_difference }),
		.texts = &md.text,
		.n_texts = 1,
		.files = &md.file,
		.n_files = 1,
		.author = c->user->name };

	if (problem_do_create(&hand, &n, &meta, &made, e) != 0 ||
		find_again(c, made.slug, &ref, e) != 0)
		return -1;
	return put_problem(c, &ref, 201, e);
}

/* What the form is before the body is read into it: the problem as it is, but for the statement. */
static void fill_form(const struct problem_about *a, struct problem_form *f)
{
	*f = (struct problem_form){ .slug = a->slug,
		.visibility = span_of(problem_visibility_name(a->visibility)),
		.difficulty = a->difficulty,
		.category = a->category,
		.tags = a->tags,
		.time_ms = a->rules.time_ms,
		.memory_mib = a->rules.memory_mib,
		.output_kib = a->rules.output_kib,
		.show_difference = a->show_difference };
}

/* Without a language the statement's first one; a new title alone leaves the text. */
static int change_text(struct ctx *c, const struct problem_about *a, const struct problem_form *f,
	struct problem_markdown *md, struct problem_change *change, struct err *e)
{
	struct problem_text text;

	*md = (struct problem_markdown){ .text = { .lang = SPAN_NONE } };
	if (f->title.n == 0 && f->statement.n == 0)
		return 0;
	if (problem_text(c->db, c->mem,
		    &(struct problem_text_want){ a->version_id, &f->language, f->language.n > 0 },
		    &text, e) != 0)
		return -1;
	const struct problem_text_new of = { .lang = f->language.n > 0 ? f->language : text.lang,
		.title = f->title.n > 0 ? f->title : text.title };

	md->text = of;
	change->texts = &md->text;
	change->n_texts = 1;
	if (f->statement.n == 0)
		return 0;
	if (problem_markdown(c->mem, &of, f->statement, md, e) != 0)
		return -1;
	change->files = &md->file;
	change->n_files = 1;
	return 0;
}

int api_problem_put(struct ctx *c, struct err *e)
{
	const struct problem_hand hand = problem_hand_of(c);
	struct problem_change change = { .why = SPAN("changed by a program") };
	struct problem_meta meta = { .visibility = PROBLEM_HIDDEN };
	struct problem_markdown md;
	struct problem_about a;
	struct problem_form f;
	struct problem_made made;
	struct problem_ref ref;
	struct judge_rules rules;
	bool is_new_version;

	if (problem_of_route(c, PROBLEM_MAY_EDIT, &ref, e) != 0 ||
		problem_about(c->db, c->mem, ref.version_id, &a, e) != 0)
		return -1;
	fill_form(&a, &f);
	if (api_read_body(c, &f, e) != 0 || meta_of(c, &f, &meta, e) != 0)
		return -1;
	rules = a.rules;
	put_limits(&f, &rules);
	change.rules = &rules;
	change.show_difference = &f.show_difference;
	if (change_text(c, &a, &f, &md, &change, e) != 0)
		return -1;
	is_new_version = change.n_texts > 0 || rules.time_ms != a.rules.time_ms ||
			 rules.memory_mib != a.rules.memory_mib ||
			 rules.output_kib != a.rules.output_kib ||
			 f.show_difference != a.show_difference;
	if (problem_do_change(&hand, ref.id, is_new_version ? &change : NULL, &meta, &made, e) !=
			0 ||
		find_again(c, meta.slug, &ref, e) != 0)
		return -1;
	return put_problem(c, &ref, 200, e);
}

int api_problem_delete(struct ctx *c, struct err *e)
{
	const struct problem_hand hand = problem_hand_of(c);
	struct problem_ref ref;

	if (problem_of_route(c, PROBLEM_MAY_DELETE, &ref, e) != 0 ||
		problem_do_delete(&hand, ref.id, e) != 0)
		return -1;
	response_status(c->res, 204);
	return 0;
}
