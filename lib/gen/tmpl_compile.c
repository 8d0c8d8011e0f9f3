/*
 * The template compiler. Each template becomes a static function with the type of its view; a page
 * or mail gets in addition the public function with the untyped view that response_html takes.
 * While the compiler walks over a template it follows the place (tmpl_place.h), so a value that
 * would not be safe where it stands is refused here, with file and line; a value of the wrong type
 * is refused by the C compiler, and #line makes it name the template too.
 */
#include "gen/tmpl_compile.h"

#include "base/scan.h"
#include "gen/tmpl_decl.h"
#include "gen/tmpl_expr.h"
#include "gen/tmpl_text.h"
#include "gen/tmpl_write.h"

/* One open if or for. */
struct nest {
	bool loop;
	bool has_else;
	int line;
	struct place start; // before the branches
	struct place end;   // after the branch that was read first
	bool ended;         // one branch is read
	size_t scope;       // variables outside
	struct span list;   // C of the loop's vector
};

struct unit {
	const struct tmpl *all;
	size_t n;
	const struct tmpl *self;
	struct tmpl_code code;
	struct tmpl_scope scope;
	struct tmpl_text text;
	struct tmpl_write write;
	struct nest nest[TMPL_MAX_NESTING];
	size_t depth;
	int counter;
	int bodies;
	bool in_header; // of a mail
	struct arena *mem;
};

static const char *const kind_prefix[] = { "layout", "part", "page", "mail", "mail_as" };

static const struct tmpl *find(const struct unit *u, enum tmpl_kind kind, struct span name)
{
	for (size_t i = 0; i < u->n; i++) {
		if (u->all[i].kind == kind && span_eq(u->all[i].name, name))
			return &u->all[i];
	}
	return NULL;
}

static struct span finish(struct unit *u, struct buf *b)
{
	struct err e = { 0 };
	struct span s;

	if (buf_finish(b, &s, &e) != 0) {
		buf_fail(u->write.out);
		return SPAN("0");
	}
	return arena_span(u->mem, s);
}

static int refuse(const struct unit *u, struct err *e, const char *why)
{
	return tmpl_refuse(&u->code, e, why);
}

static int check(const struct unit *u, struct err *e, const char *why)
{
	return why == NULL ? 0 : refuse(u, e, why);
}

/* ---- if, for, end ---- */

static int open_nest(struct unit *u, bool loop, struct span list, struct err *e)
{
	if (u->depth == TMPL_MAX_NESTING)
		return refuse(u, e, "more than 32 directives are open");
	if (check(u, e, place_control(&u->text.place)) != 0)
		return -1;
	u->nest[u->depth++] = (struct nest){ .loop = loop,
		.line = u->code.line,
		.start = u->text.place,
		.scope = u->scope.n,
		.list = list };
	return 0;
}

/* A branch of the innermost directive is read: it must end where the others end. */
static int close_branch(struct unit *u, struct nest *n, struct err *e)
{
	if (check(u, e, place_control(&u->text.place)) != 0)
		return -1;
	if (n->ended && check(u, e, place_join(&n->end, &u->text.place)) != 0)
		return -1;
	if (!n->ended)
		n->end = u->text.place;
	n->ended = true;
	u->text.place = n->start;
	u->scope.n = n->scope;
	return 0;
}

static int directive_if(struct unit *u, const char *before, struct err *e)
{
	BUF_AUTO c;
	struct span condition;

	buf_init(&c, TMPL_MAX_OUTPUT);
	if (tmpl_condition(&u->code, &c, e) != 0 || tmpl_end(&u->code, e) != 0)
		return -1;
	condition = finish(u, &c);
	tmpl_write_code(
		&u->write, u->code.line, "%sif (" SPAN_FMT ") {", before, SPAN_ARG(condition));
	return 0;
}

static int declare(struct unit *u, struct span name, struct err *e)
{
	if (tmpl_is_reserved(name))
		return tmpl_refuse_word(&u->code, e, "this name has a meaning of its own:", name);
	for (size_t i = 0; i < u->scope.n; i++) {
		if (span_eq(u->scope.v[i], name))
			return tmpl_refuse_word(&u->code, e, "this name is taken already:", name);
	}
	if (u->scope.n == TMPL_MAX_VARIABLES)
		return refuse(u, e, "more than 16 variables");
	u->scope.v[u->scope.n++] = name;
	return 0;
}

static int directive_for(struct unit *u, struct err *e)
{
	BUF_AUTO c;
	struct span name;
	struct span list;
	int k = ++u->counter;

	buf_init(&c, TMPL_MAX_OUTPUT);
	if (!tmpl_word(&u->code, &name) || !tmpl_accept_word(&u->code, "in"))
		return refuse(u, e, "a loop is written {{ for name in list }}");
	if (tmpl_path(&u->code, &c, e) != 0 || tmpl_end(&u->code, e) != 0)
		return -1;
	list = finish(u, &c);
	if (open_nest(u, true, list, e) != 0 || declare(u, name, e) != 0)
		return -1;
	tmpl_write_code(&u->write, u->code.line,
		"for (size_t h_%d = 0; h_%d < " SPAN_FMT ".n; h_%d++) {", k, k, SPAN_ARG(list), k);
	tmpl_write_code(&u->write, u->code.line,
		"const __typeof__(*" SPAN_FMT ".v) *" SPAN_FMT " = &" SPAN_FMT
		".v[h_%d]; (void)" SPAN_FMT ";",
		SPAN_ARG(list), SPAN_ARG(name), SPAN_ARG(list), k, SPAN_ARG(name));
	return 0;
}

static int directive_else(struct unit *u, struct err *e)
{
	struct nest *n = u->depth > 0 ? &u->nest[u->depth - 1] : NULL;

	if (n == NULL || n->has_else)
		return refuse(u, e, "else without if or for");
	if (close_branch(u, n, e) != 0)
		return -1;
	if (!n->loop && tmpl_accept_word(&u->code, "if"))
		return directive_if(u, "} else ", e);
	if (n->loop)
		tmpl_write_code(
			&u->write, u->code.line, "} if (" SPAN_FMT ".n == 0) {", SPAN_ARG(n->list));
	else
		tmpl_write_code(&u->write, u->code.line, "} else {");
	n->has_else = true;
	return tmpl_end(&u->code, e);
}

static int directive_end(struct unit *u, struct err *e)
{
	struct nest *n = u->depth > 0 ? &u->nest[u->depth - 1] : NULL;

	if (n == NULL)
		return refuse(u, e, "end without if or for");
	if (close_branch(u, n, e) != 0)
		return -1;
	/* Nothing may have been printed: then the page goes on from the start. */
	if (!n->has_else || n->loop) {
		if (n->loop && n->start.state == PLACE_IN_TAG && n->end.state == PLACE_GLUED)
			return refuse(u, e, "a blank is missing before the end of the loop");
		if (check(u, e, place_join(&n->end, &n->start)) != 0)
			return -1;
	}
	u->text.place = n->end;
	u->depth--;
	tmpl_write_code(&u->write, u->code.line, "}");
	return tmpl_end(&u->code, e);
}

/* ---- printing ---- */

static int directive_print(struct unit *u, struct err *e)
{
	static const char *const mail_put[] = { "plain_put", "plain_header_put" };
	enum place_print how = PLACE_PRINT_TEXT;
	BUF_AUTO c;
	struct span value;
	const char *put = "html_put";

	buf_init(&c, TMPL_MAX_OUTPUT);
	if (u->self->kind == TMPL_MAIL)
		put = mail_put[u->in_header];
	else if (check(u, e, place_print(&u->text.place, &how)) != 0)
		return -1;
	if (how == PLACE_PRINT_URL)
		put = "html_url";
	if (tmpl_operand(&u->code, &c, e) != 0 || tmpl_end(&u->code, e) != 0)
		return -1;
	value = finish(u, &c);
	tmpl_write_code(&u->write, u->code.line, "%s(h, " SPAN_FMT ");", put, SPAN_ARG(value));
	return 0;
}

static int directive_part(struct unit *u, struct err *e)
{
	const struct tmpl *part;
	struct span name;
	struct span arg;
	BUF_AUTO c;

	buf_init(&c, TMPL_MAX_OUTPUT);
	if (u->self->kind == TMPL_MAIL)
		return refuse(u, e, "a mail has no parts");
	if (check(u, e, place_whole(&u->text.place)) != 0)
		return -1;
	if (!tmpl_word(&u->code, &name))
		return refuse(u, e, "a part is written {{ part name(argument) }}");
	part = find(u, TMPL_PART, name);
	if (part == NULL)
		return tmpl_refuse_word(&u->code, e, "no file in part/ has the name", name);
	tmpl_skip_space(&u->code);
	if (!scan_char(&u->code.at, '(') || tmpl_path(&u->code, &c, e) != 0)
		return e->kind != ERR_NONE ? -1 : refuse(u, e, "a part needs one argument");
	tmpl_skip_space(&u->code);
	if (!scan_char(&u->code.at, ')'))
		return refuse(u, e, "a part takes one argument and is closed with )");
	arg = finish(u, &c);
	tmpl_write_code(&u->write, u->code.line,
		"part_" SPAN_FMT "(h, tmpl_ref(struct " SPAN_FMT ", " SPAN_FMT "));",
		SPAN_ARG(name), SPAN_ARG(part->type), SPAN_ARG(arg));
	return tmpl_end(&u->code, e);
}

static int directive_body(struct unit *u, struct err *e)
{
	if (u->self->kind != TMPL_LAYOUT)
		return refuse(u, e, "only a layout has a body");
	if (u->depth > 0 || u->bodies++ > 0)
		return refuse(u, e, "the body stands once, outside of if and for");
	if (check(u, e, place_whole(&u->text.place)) != 0)
		return -1;
	tmpl_write_code(&u->write, u->code.line, "body(h, view);");
	return tmpl_end(&u->code, e);
}

static int directive(struct unit *u, struct err *e)
{
	static const struct {
		const char *word;
		int (*run)(struct unit *, struct err *);
	} words[] = { { "for", directive_for }, { "else", directive_else },
		{ "end", directive_end }, { "part", directive_part }, { "body", directive_body } };

	if (tmpl_accept_word(&u->code, "if"))
		return open_nest(u, false, SPAN_NONE, e) != 0 ? -1 : directive_if(u, "", e);
	for (size_t i = 0; i < countof(words); i++) {
		if (tmpl_accept_word(&u->code, words[i].word))
			return words[i].run(u, e);
	}
	if (tmpl_accept_word(&u->code, "view") || tmpl_accept_word(&u->code, "layout"))
		return refuse(u, e, "view and layout stand at the very beginning");
	return directive_print(u, e);
}

/* A mail: a directive other than a print that has its line to itself takes the line with it. */
static bool stands_alone(const struct unit *u, struct span source, struct span at, struct span rest)
{
	size_t before = (size_t)(at.p - source.p);
	struct tmpl_code ahead = u->code;
	struct span word;
	bool control =
		tmpl_word(&ahead, &word) && (span_is(word, "if") || span_is(word, "for") ||
						    span_is(word, "else") || span_is(word, "end"));

	return control && (before == 0 || source.p[before - 1] == '\n') && rest.n > 0 &&
	       rest.p[0] == '\n';
}

static void follow_mail(struct unit *u, struct span at)
{
	if (span_starts(at, "\n\n"))
		u->in_header = false;
}

static int body(struct unit *u, struct err *e)
{
	struct span source = u->self->rest;
	struct span at = source;
	int line = u->self->line;

	while (at.n > 0) {
		struct span here = at;
		const char *why;

		if (!span_starts(at, "{{")) {
			u->code.line = line;
			follow_mail(u, at);
			why = tmpl_text_step(&u->text, &at, &line);
			if (check(u, e, why) != 0)
				return -1;
			continue;
		}
		tmpl_text_stop(&u->text, line);
		if (tmpl_take_directive(&u->code, &at, &line, e) != 0)
			return -1;
		if (u->text.plain && stands_alone(u, source, here, at)) {
			at = span_sub(at, 1, at.n);
			line++;
		}
		if (directive(u, e) != 0)
			return -1;
	}
	if (!u->text.plain)
		u->text.blank = '\0';
	tmpl_text_stop(&u->text, line);
	u->code.line = line;
	if (u->depth > 0) {
		u->code.line = u->nest[u->depth - 1].line;
		return refuse(u, e, "this if or for has no end");
	}
	if (u->self->kind == TMPL_LAYOUT && u->bodies == 0)
		return refuse(u, e, "a layout needs a {{ body }}");
	return check(u, e, place_whole(&u->text.place));
}

/* ---- the C source ---- */

static void write_head(struct buf *out, const struct tmpl *v, size_t n)
{
	buf_adds(out, "/* Written by lib/gen/gen_tmpl.c from templates/. */\n"
		      "#include \"gen/tmpl.h\"\n\n"
		      "#include <stddef.h>\n\n"
		      "#include \"base/attr.h\"\n"
		      "#include \"html/fmt.h\"\n"
		      "#include \"html/html.h\"\n"
		      "#include \"html/plain.h\"\n"
		      "#include \"html/url.h\"\n");
	for (size_t i = 0; i < n; i++) {
		struct span type = v[i].type;

		if (span_ends(type, "_view"))
			type.n -= 5;
		if (v[i].header.p != NULL)
			buf_addf(out, "#include \"" SPAN_FMT "\"\n", SPAN_ARG(v[i].header));
		else
			buf_addf(out, "#include \"view/" SPAN_FMT ".h\"\n", SPAN_ARG(type));
	}
	buf_adds(out, "\n#pragma GCC diagnostic ignored \"-Woverlength-strings\"\n"
		      "#ifdef __clang__\n"
		      "#pragma GCC diagnostic ignored \"-Wparentheses-equality\"\n"
		      "#endif\n\n"
		      "/* A structure or a pointer to one, as a pointer. */\n"
		      "#define tmpl_ref(type, v) \\\n"
		      "\t_Generic((v), type: &(v), type *: (v), const type *: (v))\n\n");
}

static void write_signature(struct buf *out, const struct tmpl *t)
{
	buf_addf(out,
		"ATTR_UNUSED static void %s_" SPAN_FMT "(struct html *h, const struct " SPAN_FMT
		" *" SPAN_FMT "%s)",
		kind_prefix[t->kind], SPAN_ARG(t->name), SPAN_ARG(t->type), SPAN_ARG(t->var),
		t->kind == TMPL_LAYOUT
			? ", void (*body)(struct html *, const void *), const void *view"
			: "");
}

/* "page_home_html": the name under which handlers know it. */
static void write_public_name(struct buf *out, const struct tmpl *t)
{
	buf_addf(out, "void %s_" SPAN_FMT "_%s(struct html *h, const void *view)",
		t->kind == TMPL_PAGE ? "page" : "mail", SPAN_ARG(t->name),
		t->kind == TMPL_MAIL ? "txt" : "html");
}

static bool is_public(const struct tmpl *t)
{
	return t->kind == TMPL_PAGE || t->kind == TMPL_MAIL || t->kind == TMPL_MAIL_HTML;
}

static void write_public(struct buf *out, const struct tmpl *t)
{
	const char *kind = kind_prefix[t->kind];

	if (t->layout.p != NULL) {
		buf_addf(out,
			"_Static_assert(offsetof(struct " SPAN_FMT
			", page) == 0, \"page comes first\");\n\n"
			"static void %s_" SPAN_FMT "_body(struct html *h, const void *view)\n"
			"{\n\t%s_" SPAN_FMT "(h, view);\n}\n\n",
			SPAN_ARG(t->type), kind, SPAN_ARG(t->name), kind, SPAN_ARG(t->name));
	}
	write_public_name(out, t);
	buf_addf(out, "\n{\n\tconst struct " SPAN_FMT " *v = view;\n\n", SPAN_ARG(t->type));
	if (t->layout.p != NULL)
		buf_addf(out, "\tlayout_" SPAN_FMT "(h, &v->page, %s_" SPAN_FMT "_body, v);\n}\n\n",
			SPAN_ARG(t->layout), kind, SPAN_ARG(t->name));
	else
		buf_addf(out, "\t%s_" SPAN_FMT "(h, v);\n}\n\n", kind, SPAN_ARG(t->name));
}

static int compile_one(struct unit *u, struct err *e)
{
	const struct tmpl *t = u->self;
	struct buf *out = u->write.out;

	u->code = (struct tmpl_code){ .file = t->source->file, .line = 1, .scope = &u->scope };
	u->write.file = t->source->file;
	u->text = (struct tmpl_text){ .write = &u->write, .after_block = true };
	u->text.plain = t->kind == TMPL_MAIL;
	u->text.place.mail = t->kind == TMPL_MAIL_HTML;
	u->in_header = t->kind == TMPL_MAIL;
	u->depth = 0;
	u->bodies = 0;
	u->scope = (struct tmpl_scope){ .v = { t->var }, .n = 1 };
	if (t->layout.p != NULL && find(u, TMPL_LAYOUT, t->layout) == NULL)
		return tmpl_refuse_word(&u->code, e, "no layout has the name", t->layout);
	write_signature(out, t);
	buf_addf(out, "\n{\n\t(void)h;\n\t(void)" SPAN_FMT ";\n", SPAN_ARG(t->var));
	if (body(u, e) != 0)
		return -1;
	tmpl_write_flush(&u->write);
	buf_adds(out, "}\n\n");
	if (is_public(t))
		write_public(out, t);
	return 0;
}

static void write_header(struct buf *out, const struct tmpl *v, size_t n)
{
	buf_adds(out, "/* Written by lib/gen/gen_tmpl.c from templates/. */\n"
		      "#ifndef GEN_TMPL_H\n#define GEN_TMPL_H\n\nstruct html;\n\n");
	for (size_t i = 0; i < n; i++) {
		if (!is_public(&v[i]))
			continue;
		write_public_name(out, &v[i]);
		buf_addf(out, "; // view: struct " SPAN_FMT "\n", SPAN_ARG(v[i].type));
	}
	buf_adds(out, "\n#endif\n");
}

static int compile_all(struct unit *u, struct buf *header, struct err *e)
{
	struct buf *out = u->write.out;

	write_header(header, u->all, u->n);
	write_head(out, u->all, u->n);
	for (size_t i = 0; i < u->n; i++) {
		write_signature(out, &u->all[i]);
		buf_adds(out, ";\n");
	}
	buf_adds(out, "\n");
	for (size_t i = 0; i < u->n; i++) {
		u->self = &u->all[i];
		if (compile_one(u, e) != 0)
			return -1;
	}
	return 0;
}

int tmpl_compile(const struct tmpl_source *v, size_t n, struct buf *header, struct buf *source,
	struct err *e)
{
	struct arena *mem = arena_new(4 * TMPL_MAX_OUTPUT);
	struct tmpl *all = arena_new_array(mem, struct tmpl, n + 1);
	struct unit *u = arena_new_one(mem, struct unit);
	int result = 0;

	*u = (struct unit){ .all = all, .n = n, .mem = mem, .write.out = source };
	buf_init(&u->write.text, TMPL_MAX_OUTPUT);
	for (size_t i = 0; i < n && result == 0; i++)
		result = tmpl_read_declarations(&all[i], &v[i], e);
	if (result == 0)
		result = compile_all(u, header, e);
	buf_free(&u->write.text);
	arena_free(mem);
	return result;
}
