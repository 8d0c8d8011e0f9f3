/*
 * The source is gone through once, piece by piece (judge/code.h): names are held against the rules
 * as they come, and a copy without comments is made, in which the rules' texts are looked for.
 */
#include "judge/static_scan.h"

#include <inttypes.h>
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"
#include "base/scan.h"
#include "base/utf8.h"
#include "judge/code.h"

enum pattern_kind {
	PATTERN_NAME,
	PATTERN_TEXT,
	PATTERN_LINE,
	PATTERN_HIDDEN,
	PATTERN_FOREIGN
};

struct static_scan_pattern {
	enum pattern_kind kind;
	bool is_call;      // an opening parenthesis has to follow
	bool is_member;    // stands behind a dot or an arrow, whoever owns it
	struct span owner; // the name before it; SPAN_NONE: none is asked for
	struct span text;  // the name, or the text
	uint64_t most;     // what is no more than this is no finding
};

/* ---- the rules ------------------------------------------------------------------------------- */

struct parser {
	struct arena *mem;
	const char *file_name;
	int line;
	struct static_scan_rule *rules;
	struct static_scan_pattern *patterns;
	size_t n_rules;
	size_t n_patterns;
	struct err *e;
};

static int fail(struct parser *p, const char *why, struct span what)
{
	return err_set(p->e, ERR_INVALID, "%s:%d: %s \"" SPAN_FMT "\"", p->file_name, p->line, why,
		SPAN_ARG(span_sub(what, 0, 80)));
}

/* The next word of the line; false at its end. */
static bool next_word(struct span *rest, struct span *word)
{
	scan_space(rest);
	*word = span_sub(*rest, 0, 0);
	while (word->n < rest->n && rest->p[word->n] != ' ' && rest->p[word->n] != '\t')
		word->n++;
	*rest = span_sub(*rest, word->n, rest->n);
	return word->n > 0;
}

static bool is_rule_name(struct span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!(s.p[i] >= 'a' && s.p[i] <= 'z') && !(s.p[i] >= '0' && s.p[i] <= '9') &&
			s.p[i] != '-')
			return false;
	return s.n > 0 && s.n <= STATIC_SCAN_MAX_NAME;
}

static int add_rule(struct parser *p, struct span rest)
{
	struct static_scan_rule r = { .patterns = p->patterns + p->n_patterns };
	struct span level;

	if (!next_word(&rest, &r.name) || !is_rule_name(r.name))
		return fail(p, "a rule needs a name of a-z, 0-9 and -, not", r.name);
	for (size_t i = 0; i < p->n_rules; i++)
		if (span_eq(p->rules[i].name, r.name))
			return fail(p, "there is a rule of that name already:", r.name);
	if (!next_word(&rest, &level) || (!span_is(level, "warn") && !span_is(level, "note")))
		return fail(p, "a rule says warn or note behind its name, not", level);
	r.is_warning = span_is(level, "warn");
	r.says = span_trim(rest);
	if (r.says.n == 0 || r.says.n > STATIC_SCAN_MAX_SAYS || !utf8_valid(r.says.p, r.says.n))
		return fail(p, "a rule says to the jury what it means, not", r.says);
	if (p->n_rules == STATIC_SCAN_MAX_RULES)
		return fail(p, "there are too many rules before", r.name);
	p->rules[p->n_rules++] = r;
	return 0;
}

static int add_pattern(struct parser *p, const struct static_scan_pattern *what)
{
	if (p->n_patterns == STATIC_SCAN_MAX_PATTERNS)
		return fail(p, "there are too many patterns before", what->text);
	p->patterns[p->n_patterns++] = *what;
	p->rules[p->n_rules - 1].n_patterns++;
	return 0;
}

static int add_names(struct parser *p, struct span rest, bool is_call)
{
	struct span word;

	if (span_trim(rest).n == 0)
		return fail(p, "at least one name has to stand here, not", rest);
	while (next_word(&rest, &word)) {
		struct static_scan_pattern what = { .kind = PATTERN_NAME, .is_call = is_call };
		const char *dot = memrchr(word.p, '.', word.n);

		if (dot == NULL) {
			what.text = word;
		} else {
			what.text = span_sub(word, (size_t)(dot - word.p) + 1, word.n);
			what.owner = span_sub(word, 0, (size_t)(dot - word.p));
			what.is_member = what.owner.n == 0;
			/* Only the nearest owner is looked at: net of java.net.Socket. */
			dot = what.owner.n > 0 ? memrchr(what.owner.p, '.', what.owner.n) : NULL;
			if (dot != NULL)
				what.owner = span_sub(
					what.owner, (size_t)(dot - what.owner.p) + 1, what.owner.n);
		}
		if (what.text.n == 0)
			return fail(p, "a name cannot end with a dot:", word);
		if (add_pattern(p, &what) != 0)
			return -1;
	}
	return 0;
}

static int add_number(struct parser *p, struct span rest, enum pattern_kind kind)
{
	struct static_scan_pattern what = { .kind = kind };

	if (!span_u64(span_trim(rest), INT32_MAX, &what.most))
		return fail(p, "a whole number has to stand here, not", span_trim(rest));
	return add_pattern(p, &what);
}

static int add_line(struct parser *p, struct span line)
{
	struct span rest = line, word;
	struct static_scan_pattern what = { .kind = PATTERN_TEXT };

	if (!next_word(&rest, &word))
		return 0;
	if (span_is(word, "rule"))
		return add_rule(p, rest);
	if (p->n_rules == 0)
		return fail(p, "a line of a rule has to stand below one, not", word);
	if (span_is(word, "for")) {
		struct static_scan_rule *r = &p->rules[p->n_rules - 1];

		r->languages = span_trim(rest);
		return r->languages.n > 0 ? 0 : fail(p, "languages have to stand here, not", rest);
	}
	if (span_is(word, "word") || span_is(word, "call"))
		return add_names(p, rest, span_is(word, "call"));
	if (span_is(word, "line"))
		return add_number(p, rest, PATTERN_LINE);
	if (span_is(word, "foreign"))
		return add_number(p, rest, PATTERN_FOREIGN);
	what.text = span_trim(rest);
	if (span_is(word, "hidden") && what.text.n == 0) {
		what.kind = PATTERN_HIDDEN;
		return add_pattern(p, &what);
	}
	if (span_is(word, "text") && what.text.n > 0)
		return add_pattern(p, &what);
	return fail(p, "there is no such line in a rule:", span_trim(line));
}

int static_scan_parse(struct arena *m, struct span text, const char *file_name,
	struct static_scan_rules *out, struct err *e)
{
	struct parser p = { .mem = m,
		.file_name = file_name,
		.rules = arena_new_array(m, struct static_scan_rule, STATIC_SCAN_MAX_RULES),
		.patterns =
			arena_new_array(m, struct static_scan_pattern, STATIC_SCAN_MAX_PATTERNS),
		.e = e };
	struct span line;

	while (span_split(&text, '\n', &line)) {
		p.line++;
		line = span_trim(line);
		if (!span_starts(line, "#") && add_line(&p, line) != 0)
			return -1;
	}
	for (size_t i = 0; i < p.n_rules; i++)
		if (p.rules[i].n_patterns == 0)
			return err_set(e, ERR_INVALID, "%s: the rule \"" SPAN_FMT "\" is empty",
				file_name, SPAN_ARG(p.rules[i].name));
	*out = (struct static_scan_rules){ p.rules, p.n_rules };
	return 0;
}

/* ---- a source -------------------------------------------------------------------------------- */

struct finding {
	const char *at; // the first
	int n;
};

struct run {
	const struct static_scan_rules *rules;
	struct span language;
	struct finding *found; // of each rule
	uint64_t n_foreign;    // letters beyond ASCII in names
	const char *foreign_at;
};

static bool speaks(const struct static_scan_rule *r, struct span language)
{
	struct span rest = r->languages, word;

	if (rest.n == 0)
		return true;
	while (next_word(&rest, &word))
		if (span_eq(word, language))
			return true;
	return false;
}

static void note(struct finding *f, const char *at)
{
	if (f->n == 0 || at < f->at)
		f->at = at;
	if (f->n < INT32_MAX)
		f->n++;
}

/* A name in the code and what stands around it. */
struct name {
	struct span text;
	struct span owner; // the name before a dot, an arrow or two colons; SPAN_NONE
	bool is_member;    // behind a dot or an arrow
	bool is_call;
};

static bool fits_name(const struct static_scan_pattern *p, const struct name *name)
{
	if (!span_eq(p->text, name->text) || (p->is_call && !name->is_call))
		return false;
	if (p->is_member)
		return name->is_member;
	if (p->owner.p != NULL)
		return span_eq(p->owner, name->owner);
	return !name->is_member;
}

static void see_name(struct run *r, const struct name *name)
{
	for (size_t i = 0; i < r->rules->n; i++) {
		const struct static_scan_rule *rule = &r->rules->v[i];

		for (size_t j = 0; j < rule->n_patterns; j++) {
			const struct static_scan_pattern *p = &rule->patterns[j];

			if (p->kind == PATTERN_NAME && fits_name(p, name) &&
				speaks(rule, r->language))
				note(&r->found[i], name->text.p);
		}
	}
	for (size_t i = 0; i < name->text.n; i++) {
		/* The first byte of each character. */
		if (((unsigned char)name->text.p[i] & 0xC0) == 0xC0) {
			r->foreign_at = r->n_foreign == 0 ? name->text.p : r->foreign_at;
			r->n_foreign++;
		}
	}
}

/* What came before the piece at hand, as far as names are concerned. */
struct before {
	struct span owner; // the last name
	int n_marks;       // of the dots, arrows and colons behind it
	bool is_member;
};

static void see_mark(struct before *b, struct span rest, const char *at)
{
	if (*at == '.') {
		b->n_marks++;
		b->is_member = true;
	} else if (*at == ':') {
		b->n_marks++;
	} else if (*at == '-' && rest.n > 0 && rest.p[0] == '>') {
		b->n_marks++;
	} else if (*at == '>' && b->n_marks == 1 && at[-1] == '-') {
		b->is_member = true;
	} else {
		*b = (struct before){ .owner = SPAN_NONE };
	}
}

/* Goes through the pieces; comments are blanks in clean, which has as many bytes as source. */
static void see_pieces(struct run *r, struct span source, char *clean)
{
	const struct code_syntax *syntax = code_syntax_of(r->language);
	struct before b = { .owner = SPAN_NONE };
	struct span rest = source;
	struct code_piece piece;

	while (code_next(syntax, &rest, &piece)) {
		if (piece.kind == CODE_COMMENT) {
			for (size_t i = 0; i < piece.text.n; i++)
				if (piece.text.p[i] != '\n')
					clean[(size_t)(piece.text.p - source.p) + i] = ' ';
		} else if (piece.kind == CODE_WORD || piece.kind == CODE_KEYWORD) {
			struct span behind = rest;
			struct name name = { .text = piece.text,
				.owner = b.n_marks > 0 ? b.owner : SPAN_NONE,
				.is_member = b.is_member };

			scan_space(&behind);
			name.is_call = behind.n > 0 && behind.p[0] == '(';
			see_name(r, &name);
			b = (struct before){ .owner = piece.text };
		} else if (piece.kind == CODE_OTHER) {
			see_mark(&b, rest, piece.text.p);
		} else if (piece.kind != CODE_SPACE) {
			b = (struct before){ .owner = SPAN_NONE };
		}
	}
}

static void see_text(struct finding *f, struct span clean, struct span source, struct span text)
{
	const char *at = clean.p;
	const char *end = clean.p + clean.n;

	while ((at = memmem(at, (size_t)(end - at), text.p, text.n)) != NULL) {
		note(f, source.p + (at - clean.p));
		at += text.n;
	}
}

static void see_lines(struct finding *f, struct span source, uint64_t most)
{
	struct span line;

	while (span_split(&source, '\n', &line))
		if (line.n > most)
			note(f, line.p);
}

/* Characters without a shape of their own, or that turn the order of those around them. */
static bool is_hidden(uint32_t c)
{
	return (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == 0x7F ||
	       c == 0xAD || c == 0x61C || c == 0x115F || c == 0x1160 || c == 0x180E ||
	       (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
	       (c >= 0x2060 && c <= 0x206F) || c == 0x3164 || c == 0xFEFF || c == 0xFFA0 ||
	       (c >= 0xE0000 && c <= 0xE007F);
}

static void see_hidden(struct finding *f, struct span source)
{
	size_t at = span_starts(source, "\xEF\xBB\xBF") ? 3 : 0; // a mark of the order of bytes

	while (at < source.n) {
		uint32_t c = 0;
		size_t n = utf8_decode(source.p + at, source.n - at, &c);

		if (n == 0 || is_hidden(c))
			note(f, source.p + at);
		at += n > 0 ? n : 1;
	}
}

static void see_whole(struct run *r, struct span source, struct span clean)
{
	for (size_t i = 0; i < r->rules->n; i++) {
		const struct static_scan_rule *rule = &r->rules->v[i];
		bool is_for = speaks(rule, r->language);

		for (size_t j = 0; is_for && j < rule->n_patterns; j++) {
			const struct static_scan_pattern *p = &rule->patterns[j];

			if (p->kind == PATTERN_TEXT)
				see_text(&r->found[i], clean, source, p->text);
			else if (p->kind == PATTERN_LINE)
				see_lines(&r->found[i], source, p->most);
			else if (p->kind == PATTERN_HIDDEN)
				see_hidden(&r->found[i], source);
			else if (p->kind == PATTERN_FOREIGN && r->n_foreign > p->most)
				note(&r->found[i], r->foreign_at);
		}
	}
}

static int line_of(struct span source, const char *at)
{
	int line = 1;

	for (const char *p = source.p; p < at; p++)
		line += *p == '\n';
	return line;
}

void static_scan_run(const struct static_scan_rules *rules, struct arena *m, struct span language,
	struct span source, struct static_scan_flags *out)
{
	struct static_scan_flag *v = arena_new_array(m, struct static_scan_flag, rules->n + 1);
	struct run r = { .rules = rules,
		.language = language,
		.found = arena_new_array(m, struct finding, rules->n + 1) };
	char *clean;

	*out = (struct static_scan_flags){ v, 0 };
	if (source.n == 0)
		return;
	clean = arena_dup(m, source);
	see_pieces(&r, source, clean);
	see_whole(&r, source, (struct span){ clean, source.n });
	for (size_t i = 0; i < rules->n; i++)
		if (r.found[i].n > 0)
			v[out->n++] = (struct static_scan_flag){ &rules->v[i],
				line_of(source, r.found[i].at), r.found[i].n };
}
