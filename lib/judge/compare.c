/*
 * The output arrives in pieces and is looked at byte by byte; the answer lies in memory. A word of
 * the output is held against the answer's next word while it arrives, so that only its beginning
 * is kept, for showing, and all of it only where it may be a number.
 */
#include "judge/compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/*
 * A whole word as a finite number in decimal, which is all that the format calls a number; it ends
 * in NUL. As precise as the format's own validator is, so that what lies just on the edge of a
 * tolerance falls on the same side.
 */
static bool read_number(const char *word, size_t n, long double *out)
{
	char *end;

	if (n == 0 || strspn(word, "0123456789+-.eE") != n)
		return false;
	*out = strtold(word, &end);
	return end == word + n && isfinite(*out);
}

static bool read_number_of(struct span word, long double *out)
{
	char text[COMPARE_MAX_NUMBER + 1];

	if (word.n == 0 || word.n > COMPARE_MAX_NUMBER)
		return false;
	memcpy(text, word.p, word.n);
	text[word.n] = '\0';
	return read_number(text, word.n, out);
}

static bool next_word(struct span *rest, struct span *word)
{
	size_t n = 0;

	while (rest->n > 0 && is_space(rest->p[0]))
		*rest = span_sub(*rest, 1, rest->n);
	while (n < rest->n && !is_space(rest->p[n]))
		n++;
	*word = span_sub(*rest, 0, n);
	*rest = span_sub(*rest, n, rest->n);
	return n > 0;
}

static int read_tolerance(struct span *rest, struct span flag, long double *out, struct err *e)
{
	struct span word;

	if (!next_word(rest, &word) || !read_number_of(word, out) || *out < 0)
		return err_set(e, ERR_INVALID,
			"the validator's flag " SPAN_FMT " needs a number that is not negative",
			SPAN_ARG(flag));
	return 0;
}

static int read_flag(struct span *rest, struct span flag, struct compare_flags *out, struct err *e)
{
	long double tolerance;

	if (span_is(flag, "case_sensitive")) {
		out->case_sensitive = true;
		return 0;
	}
	if (span_is(flag, "space_change_sensitive")) {
		out->space_sensitive = true;
		return 0;
	}
	if (!span_is(flag, "float_tolerance") && !span_is(flag, "float_absolute_tolerance") &&
		!span_is(flag, "float_relative_tolerance"))
		return err_set(e, ERR_INVALID, "the default validator has no flag \"" SPAN_FMT "\"",
			SPAN_ARG(flag));
	if (read_tolerance(rest, flag, &tolerance, e) != 0)
		return -1;
	if (!span_is(flag, "float_relative_tolerance")) {
		out->has_absolute = true;
		out->absolute = tolerance;
	}
	if (!span_is(flag, "float_absolute_tolerance")) {
		out->has_relative = true;
		out->relative = tolerance;
	}
	return 0;
}

int compare_flags_parse(struct span text, struct compare_flags *out, struct err *e)
{
	struct span flag;

	*out = (struct compare_flags){ 0 };
	while (next_word(&text, &flag)) {
		if (read_flag(&text, flag, out, e) != 0)
			return -1;
	}
	return 0;
}

const char *compare_fault_name(enum compare_fault fault)
{
	static const char *const names[] = { [COMPARE_SAME] = "the same",
		[COMPARE_WORD] = "another word than expected",
		[COMPARE_NOT_NUMBER] = "not a number",
		[COMPARE_TOO_FAR] = "a number beyond the tolerance",
		[COMPARE_SPACE] = "other white space than expected",
		[COMPARE_MISSING] = "the output ends too early",
		[COMPARE_EXTRA] = "the output goes on after the answer's end" };

	return names[fault];
}

void compare_init(struct compare *c, const struct compare_flags *flags, struct span answer)
{
	c->flags = *flags;
	c->answer = answer;
	c->at = 0;
	c->word = SPAN_NONE;
	c->n_same = c->number_size = 0;
	c->in_word = c->is_same = c->is_number = false;
	memset(&c->place, 0, sizeof(c->place));
	c->place.line = c->place.answer_line = 1;
}

static void differ(struct compare *c, enum compare_fault fault)
{
	c->place.fault = fault;
}

static void show_expected(struct compare *c, struct span word)
{
	c->place.expected_size = word.n < COMPARE_MAX_SHOWN ? word.n : COMPARE_MAX_SHOWN;
	if (c->place.expected_size > 0)
		memcpy(c->place.expected, word.p, c->place.expected_size);
}

static void pass_answer_space(struct compare *c)
{
	while (c->at < c->answer.n && is_space(c->answer.p[c->at]))
		c->place.answer_line += c->answer.p[c->at++] == '\n';
}

static void take_answer_word(struct compare *c)
{
	size_t from = c->at;
	long double ignored;

	while (c->at < c->answer.n && !is_space(c->answer.p[c->at]))
		c->at++;
	c->word = span_sub(c->answer, from, c->at - from);
	show_expected(c, c->word);
	c->is_number = (c->flags.has_absolute || c->flags.has_relative) &&
		       read_number_of(c->word, &ignored);
}

static void begin_word(struct compare *c)
{
	c->in_word = true;
	c->is_same = true;
	c->n_same = c->number_size = 0;
	c->place.word++;
	c->place.got_size = 0;
	if (!c->flags.space_sensitive)
		pass_answer_space(c);
	take_answer_word(c);
}

static bool is_near(const struct compare *c, long double team)
{
	long double judge, distance;

	if (!read_number_of(c->word, &judge))
		return false;
	distance = fabsl(judge - team);
	return (c->flags.has_absolute && distance <= c->flags.absolute) ||
	       (c->flags.has_relative && distance <= c->flags.relative * fabsl(judge));
}

static void end_word(struct compare *c)
{
	long double team;

	c->in_word = false;
	if (c->is_same && c->n_same == c->word.n && c->word.n > 0)
		return;
	if (c->word.n == 0) {
		differ(c, c->at < c->answer.n ? COMPARE_SPACE : COMPARE_EXTRA);
		return;
	}
	if (!c->is_number) {
		differ(c, COMPARE_WORD);
		return;
	}
	c->number[c->number_size <= COMPARE_MAX_NUMBER ? c->number_size : 0] = '\0';
	if (c->number_size > COMPARE_MAX_NUMBER || !read_number(c->number, c->number_size, &team))
		differ(c, COMPARE_NOT_NUMBER);
	else if (!is_near(c, team))
		differ(c, COMPARE_TOO_FAR);
}

static void feed_word(struct compare *c, char byte)
{
	if (!c->in_word)
		begin_word(c);
	if (c->place.got_size < COMPARE_MAX_SHOWN)
		c->place.got[c->place.got_size++] = byte;
	else if (!c->is_same && !c->is_number)
		end_word(c); // nothing more to learn
	if (c->is_number && c->number_size <= COMPARE_MAX_NUMBER)
		c->number[c->number_size++] = byte;
	if (!c->is_same)
		return;
	if (c->n_same < c->word.n &&
		(c->word.p[c->n_same] == byte ||
			(!c->flags.case_sensitive && fold(c->word.p[c->n_same]) == fold(byte))))
		c->n_same++;
	else
		c->is_same = false;
}

static void feed_space(struct compare *c, char byte)
{
	if (c->in_word)
		end_word(c);
	if (c->place.fault != COMPARE_SAME)
		return;
	c->place.line += byte == '\n';
	if (!c->flags.space_sensitive)
		return;
	if (c->at >= c->answer.n || c->answer.p[c->at] != byte) {
		differ(c, COMPARE_SPACE);
		return;
	}
	c->place.answer_line += byte == '\n';
	c->at++;
}

void compare_feed(struct compare *c, struct span bytes)
{
	for (size_t i = 0; i < bytes.n && c->place.fault == COMPARE_SAME; i++) {
		if (is_space(bytes.p[i]))
			feed_space(c, bytes.p[i]);
		else
			feed_word(c, bytes.p[i]);
	}
}

bool compare_differs(const struct compare *c)
{
	return c->place.fault != COMPARE_SAME;
}

static void end_answer(struct compare *c)
{
	size_t before = c->at;

	pass_answer_space(c);
	if (c->at < c->answer.n) {
		c->place.got_size = 0;
		c->place.word++;
		take_answer_word(c);
		differ(c, COMPARE_MISSING);
	} else if (c->flags.space_sensitive && c->at > before) {
		differ(c, COMPARE_SPACE);
	}
}

bool compare_end(struct compare *c, struct compare_place *place)
{
	if (c->place.fault == COMPARE_SAME && c->in_word)
		end_word(c);
	if (c->place.fault == COMPARE_SAME)
		end_answer(c);
	if (place != NULL)
		*place = c->place;
	return c->place.fault == COMPARE_SAME;
}
