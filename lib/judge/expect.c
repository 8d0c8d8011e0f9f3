/*
 * Labels held against results. A label is a list of readings, since the formats leave some folders
 * open: a legacy wrong_answer is one whose verdict is WA, and also one that fails with nothing but
 * wrong answers when all tests are run. Verdicts that the formats do not know stand with the one
 * that they are a kind of: OLE with WA, MLE with RTE.
 */
#include "judge/expect.h"

#include <math.h>

#define AC  EXPECT_BIT(VERDICT_AC)
#define WA  (EXPECT_BIT(VERDICT_WA) | EXPECT_BIT(VERDICT_OLE))
#define TLE EXPECT_BIT(VERDICT_TLE)
#define RTE (EXPECT_BIT(VERDICT_RE) | EXPECT_BIT(VERDICT_MLE))
#define CE  EXPECT_BIT(VERDICT_CE)

/* ---- folders -----------------------------------------------------------------------------------
 */

struct folder {
	const char *name;
	struct expect_rule rules[2]; // one a reading; the second may be empty
	bool lower;
	bool upper;
};

static const struct folder legacy[] = {
	{ "accepted", { { .final = AC, .permitted = AC } }, .lower = true },
	{ "partially_accepted", { { .final = AC, .below_most = true } } },
	{ "wrong_answer",
		{ { .final = WA },
			{ .final = WA | TLE | RTE, .permitted = AC | WA, .required = WA } } },
	{ "time_limit_exceeded",
		{ { .final = TLE },
			{ .final = WA | TLE | RTE, .permitted = AC | WA | TLE, .required = TLE } },
		.upper = true },
	{ "run_time_error", { { .final = RTE }, { .final = WA | TLE | RTE, .required = RTE } } },
	{ "rejected", { { .final = WA | TLE | RTE } } },
	{ "brute_force", { { .final = TLE | RTE } } },
};

static const struct folder latest[] = {
	{ "accepted", { { .permitted = AC } }, .lower = true },
	{ "rejected", { { .required = WA | TLE | RTE } } },
	{ "wrong_answer", { { .permitted = AC | WA, .required = WA } }, .lower = true },
	{ "time_limit_exceeded", { { .permitted = AC | TLE, .required = TLE } }, .upper = true },
	{ "run_time_error", { { .permitted = AC | RTE, .required = RTE } }, .lower = true },
	{ "brute_force", { { .permitted = AC | RTE | TLE, .required = RTE | TLE } } },
};

static bool asks(const struct expect_rule *r)
{
	return r->final != 0 || r->permitted != 0 || r->required != 0 || r->has_score ||
	       r->below_most || r->is_most || r->message.n > 0;
}

static void add_reading(struct arena *m, struct expect *x, const struct expect_rule *rule)
{
	struct expect_reading *reading = &x->readings[x->n++];

	reading->rules = arena_new_one(m, struct expect_rule);
	reading->rules[0] = *rule;
	reading->rules[0].scope = SPAN("");
	reading->n = 1;
}

/* Either of two words for one thing: by the verdict of the whole, or by all that ran. */
static void expect_mask(struct arena *m, unsigned mask, struct expect *out)
{
	const struct expect_rule whole = { .final = mask };
	const struct expect_rule each = {
		.final = mask | WA | TLE | RTE, .permitted = mask | AC, .required = mask
	};

	*out = (struct expect){ .readings = arena_new_array(m, struct expect_reading, 2) };
	add_reading(m, out, &whole);
	if ((mask & (AC | CE)) == 0)
		add_reading(m, out, &each);
	out->lower = mask == AC;
	out->upper = mask == TLE;
}

bool expect_folder(struct arena *m, enum expect_format format, bool is_scoring, struct span folder,
	struct expect *out)
{
	const struct folder *v = format == EXPECT_LEGACY ? legacy : latest;
	size_t n = format == EXPECT_LEGACY ? countof(legacy) : countof(latest);
	unsigned word = expect_word(folder);

	*out = (struct expect){ .readings = arena_new_array(m, struct expect_reading, 2) };
	for (size_t i = 0; i < n; i++) {
		if (!span_is(folder, v[i].name))
			continue;
		for (size_t k = 0; k < countof(v[i].rules); k++) {
			struct expect_rule rule = v[i].rules[k];

			/* Where tests score, a test that fails need not reject the whole. */
			if (format == EXPECT_LEGACY && is_scoring && rule.permitted == AC)
				rule.permitted = 0;
			if (asks(&rule))
				add_reading(m, out, &rule);
		}
		out->lower = v[i].lower;
		out->upper = v[i].upper;
		return true;
	}
	if (word != 0)
		expect_mask(m, word, out);
	return word != 0;
}

/* ---- tags in sources ---------------------------------------------------------------------------
 */

static const struct {
	const char *word; // with _ for each of _ - and blank
	unsigned mask;
} words[] = {
	{ "AC", AC },
	{ "ACCEPTED", AC },
	{ "CORRECT", AC },
	{ "WA", WA },
	{ "WRONG_ANSWER", WA },
	{ "NO_OUTPUT", WA },
	{ "PRESENTATION_ERROR", WA },
	{ "TLE", TLE },
	{ "TIME_LIMIT_EXCEEDED", TLE },
	{ "TIME_LIMIT", TLE },
	{ "TIMELIMIT", TLE },
	{ "RTE", RTE },
	{ "RE", RTE },
	{ "RUN_TIME_ERROR", RTE },
	{ "RUNTIME_ERROR", RTE },
	{ "RUN_ERROR", RTE },
	{ "MLE", RTE },
	{ "MEMORY_LIMIT", RTE },
	{ "MEMORY_LIMIT_EXCEEDED", RTE },
	{ "OLE", EXPECT_BIT(VERDICT_OLE) },
	{ "OUTPUT_LIMIT", EXPECT_BIT(VERDICT_OLE) },
	{ "OUTPUT_LIMIT_EXCEEDED", EXPECT_BIT(VERDICT_OLE) },
	{ "CE", CE },
	{ "COMPILER_ERROR", CE },
	{ "COMPILE_ERROR", CE },
	{ "CHECK_MANUALLY", AC | WA | TLE | RTE },
};

static char fold(char c)
{
	if (c >= 'a' && c <= 'z')
		return (char)(c - 32);
	return c == '-' || c == ' ' ? '_' : c;
}

unsigned expect_word(struct span word)
{
	for (size_t i = 0; i < countof(words); i++) {
		struct span w = span_of(words[i].word);
		size_t at = 0;

		while (at < w.n && w.n == word.n && fold(word.p[at]) == w.p[at])
			at++;
		if (at == w.n && w.n == word.n)
			return words[i].mask;
	}
	return 0;
}

/* What stands behind the tag on its line; SPAN_NONE if the tag is nowhere. */
static struct span tag_value(struct span source, struct span tag)
{
	for (size_t i = 0; i + tag.n <= source.n; i++) {
		struct span rest;
		struct span line;

		if (source.p[i] != '@' || !span_eq(span_sub(source, i, tag.n), tag))
			continue;
		rest = span_sub(source, i + tag.n, source.n);
		if (!span_split(&rest, '\n', &line))
			return SPAN("");
		line = span_trim(line);
		return span_starts(line, ":") ? span_trim(span_sub(line, 1, line.n)) : line;
	}
	return SPAN_NONE;
}

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

static int read_results(struct span text, unsigned *mask, struct err *e)
{
	struct span piece;

	*mask = 0;
	while (span_split(&text, ',', &piece)) {
		size_t n = 0;
		unsigned bits;

		piece = span_trim(piece);
		while (n < piece.n && is_word_char(piece.p[n]))
			n++;
		bits = expect_word(span_sub(piece, 0, n));
		if (bits == 0)
			return err_set(e, ERR_INVALID,
				"@EXPECTED_RESULTS@ has \"" SPAN_FMT "\", which is no verdict",
				SPAN_ARG(span_sub(piece, 0, 40)));
		*mask |= bits;
	}
	return 0;
}

/* A number as far as it goes, whatever ends the comment behind it. */
static bool read_score(struct span text, double *out)
{
	double scale = span_starts(text, "-") ? -1 : 1;
	double v = 0;
	bool point = false;
	size_t i = 0;

	if (scale < 0)
		text = span_sub(text, 1, text.n);

	for (; i < text.n && i < 30; i++) {
		char c = text.p[i];

		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (c < '0' || c > '9')
			break;
		v = v * 10 + (c - '0');
		scale *= point ? 10 : 1;
	}
	*out = v / scale;
	return i > (point ? 1U : 0U);
}

int expect_source(
	struct arena *m, struct span source, struct expect *out, bool *found, struct err *e)
{
	struct span results = tag_value(source, SPAN("@EXPECTED_RESULTS@"));
	struct span score = tag_value(source, SPAN("@EXPECTED_SCORE@"));
	struct expect_rule rule = { .has_score = true };
	unsigned mask;

	*found = results.p != NULL || score.p != NULL;
	if (!*found)
		return 0;
	if (results.p != NULL) {
		if (read_results(results, &mask, e) != 0)
			return -1;
		expect_mask(m, mask, out);
	} else {
		*out = (struct expect){ .readings = arena_new_array(m, struct expect_reading, 2) };
	}
	if (score.p == NULL)
		return 0;
	if (!read_score(score, &rule.least))
		return err_set(e, ERR_INVALID, "@EXPECTED_SCORE@ has no number behind it");
	rule.most = rule.least;
	if (out->n == 0)
		add_reading(m, out, &rule);
	for (size_t i = 0; i < out->n; i++) {
		struct expect_rule *r = &out->readings[i].rules[0];

		r->has_score = true;
		r->least = r->most = rule.least;
	}
	return 0;
}

/* ---- holding -----------------------------------------------------------------------------------
 */

struct check {
	const struct expect_found *found;
	struct arena *m;
	const char *why;
};

static const char *mask_text(struct arena *m, unsigned mask)
{
	static const struct {
		unsigned mask;
		enum verdict verdict;
	} names[] = { { AC, VERDICT_AC }, { WA, VERDICT_WA }, { TLE, VERDICT_TLE },
		{ RTE, VERDICT_RE }, { CE, VERDICT_CE } };
	const char *text = "";

	for (size_t i = 0; i < countof(names); i++) {
		if ((mask & names[i].mask) != 0)
			text = arena_printf(m, "%s%s%s", text, text[0] != '\0' ? " or " : "",
				verdict_name(names[i].verdict));
	}
	if (mask == EXPECT_BIT(VERDICT_OLE))
		return verdict_name(VERDICT_OLE);
	return text[0] != '\0' ? text : "nothing";
}

static const char *where(const struct check *c, const struct expect_rule *r)
{
	return r->scope.n > 0 ? arena_printf(c->m, " in " SPAN_FMT, SPAN_ARG(r->scope)) : "";
}

static bool holds_runs(struct check *c, const struct expect_rule *r)
{
	bool met = r->required == 0;
	bool said = r->message.n == 0;

	for (size_t i = 0; i < c->found->n_runs; i++) {
		const struct expect_run *run = &c->found->runs[i];
		unsigned bit = EXPECT_BIT(run->verdict);

		if (run->verdict == VERDICT_NONE || !expect_matches(r->scope, run->path))
			continue;
		if (r->permitted != 0 && (r->permitted & bit) == 0) {
			c->why = arena_printf(c->m,
				"%s on test " SPAN_FMT ", only %s is permitted%s",
				verdict_code(run->verdict), SPAN_ARG(run->path),
				mask_text(c->m, r->permitted), where(c, r));
			return false;
		}
		met = met || (r->required & bit) != 0;
		for (size_t at = 0; !said && at + r->message.n <= run->message.n; at++)
			said = span_eq(span_sub(run->message, at, r->message.n), r->message);
	}
	if (!met)
		c->why = arena_printf(
			c->m, "no test gave %s%s", mask_text(c->m, r->required), where(c, r));
	else if (!said)
		c->why = arena_printf(c->m, "the validator never said \"" SPAN_FMT "\"%s",
			SPAN_ARG(r->message), where(c, r));
	return met && said;
}

/* What is rejected has no score; nought is what that comes to. */
static bool is_in_range(struct check *c, const struct expect_rule *r, bool there, double score)
{
	double slack = 1e-9 + 1e-9 * fabs(score);

	if (!there)
		score = 0;
	if (r->has_score && (score < r->least - slack || score > r->most + slack)) {
		c->why = r->least == r->most ? arena_printf(c->m, "score %g, expected %g%s", score,
						       r->least, where(c, r))
					     : arena_printf(c->m, "score %g, expected %g to %g%s",
						       score, r->least, r->most, where(c, r));
		return false;
	}
	return true;
}

static bool holds_best(struct check *c, const struct expect_rule *r)
{
	double score = c->found->score;
	double best = c->found->best;
	double lacks = c->found->least_is_best ? score - best : best - score;
	double slack = 1e-9 + 1e-9 * fabs(score);

	if (!c->found->has_score || !isfinite(best))
		return true;
	if (r->below_most && lacks <= slack) {
		c->why = arena_printf(c->m, "score %g, which is the best", score);
		return false;
	}
	if (r->is_most && lacks > slack) {
		c->why = arena_printf(c->m, "score %g, the best is %g", score, best);
		return false;
	}
	return true;
}

/* The score of the whole, or of each group that the scope names: there is one at least. */
static bool holds_score(struct check *c, const struct expect_rule *r)
{
	const struct expect_found *found = c->found;
	bool any = false;

	if (r->scope.n == 0)
		return is_in_range(c, r, found->has_score, found->score) && holds_best(c, r);
	for (size_t i = 0; i < found->n_groups; i++) {
		const struct expect_group *g = &found->groups[i];

		if (!expect_names(r->scope, g->path))
			continue;
		any = true;
		if (!is_in_range(c, r, g->has_score, g->score))
			return false;
	}
	return any || is_in_range(c, r, false, 0);
}

static bool holds_rule(struct check *c, const struct expect_rule *r)
{
	if (r->final != 0 && (r->final & EXPECT_BIT(c->found->verdict)) == 0) {
		c->why = arena_printf(c->m, "%s, expected %s", verdict_name(c->found->verdict),
			mask_text(c->m, r->final));
		return false;
	}
	return holds_runs(c, r) && holds_score(c, r);
}

bool expect_holds(
	const struct expect *x, const struct expect_found *found, struct arena *m, const char **why)
{
	struct check c = { .found = found, .m = m };
	const char *first = NULL;

	*why = "";
	if (found->verdict == VERDICT_JE || found->verdict == VERDICT_NONE) {
		*why = found->verdict == VERDICT_JE ? "the judge failed" : "not judged";
		return false;
	}
	for (size_t i = 0; i < x->n; i++) {
		bool holds = true;

		for (size_t k = 0; k < x->readings[i].n && holds; k++)
			holds = holds_rule(&c, &x->readings[i].rules[k]);
		/* A rule of tests alone is not met by a program that none of them saw. */
		if (holds && found->verdict == VERDICT_CE) {
			holds = (x->readings[i].rules[0].final & CE) != 0;
			c.why = "it does not compile";
		}
		if (holds)
			return true;
		if (first == NULL)
			first = c.why;
	}
	*why = first != NULL ? first : "";
	return first == NULL;
}

bool expect_asks_tests(const struct expect *x)
{
	for (size_t i = 0; i < x->n; i++) {
		for (size_t k = 0; k < x->readings[i].n; k++) {
			const struct expect_rule *r = &x->readings[i].rules[k];

			if (r->required != 0 || r->message.n > 0)
				return true;
		}
	}
	return false;
}

const char *expect_text(const struct expect *x, struct arena *m)
{
	const struct expect_rule *r;
	const char *text;
	size_t i = 0;

	if (x->n == 0 || x->readings[0].n == 0)
		return "anything";
	while (i + 1 < x->readings[0].n && !asks(&x->readings[0].rules[i]))
		i++; // what only says how it is built
	r = &x->readings[0].rules[i];
	if (r->final != 0)
		text = mask_text(m, r->final);
	else if (r->required != 0)
		text = mask_text(m, r->required);
	else
		text = r->permitted != 0 ? mask_text(m, r->permitted) : "";
	if (r->below_most)
		text = "partially accepted";
	if (r->has_score)
		text = arena_printf(m, r->least == r->most ? "%s%sscore %g" : "%s%sscore %g to %g",
			text, text[0] != '\0' ? ", " : "", r->least, r->most);
	return x->readings[0].n > i + 1 ? arena_printf(m, "%s, and more", text) : text;
}

/* ---- time --------------------------------------------------------------------------------------
 */

/* Too slow is what none of its tests may be. The rules of legacy speak of the whole. */
bool expect_rule_lower(const struct expect_rule *r)
{
	unsigned mask = r->permitted != 0 ? r->permitted : r->final;

	return !r->untimed && mask != 0 && (mask & TLE) == 0 && (r->permitted != 0 || mask == AC);
}

bool expect_rule_upper(const struct expect_rule *r)
{
	return !r->untimed && (r->required != 0 ? r->required : r->final) == TLE;
}

bool expect_bounds(const struct expect *x, struct span path)
{
	for (size_t i = 0; x->lower && i < x->n; i++) {
		for (size_t k = 0; k < x->readings[i].n; k++) {
			const struct expect_rule *r = &x->readings[i].rules[k];

			if (expect_rule_lower(r) && expect_matches(r->scope, path))
				return true;
		}
	}
	return false;
}

struct expect_time expect_time_limit(
	const struct expect_time_rule *rule, int64_t slowest_good_us, int64_t fastest_bad_us)
{
	double need_ms = (double)slowest_good_us / 1000 * rule->multiplier;
	double step = rule->format == EXPECT_LEGACY ? 1000
		      : rule->resolution_ms > 0     ? rule->resolution_ms
						    : 1000;
	double steps = ceil(need_ms / step - 1e-9);
	double limit = (steps < 1 ? 1 : steps) * step;
	struct expect_time out = { .limit_ms = limit > 600000 ? 600000 : (int)limit };

	out.conflict = fastest_bad_us > 0 &&
		       (double)out.limit_ms * rule->margin > (double)fastest_bad_us / 1000;
	return out;
}
