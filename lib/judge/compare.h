#ifndef JUDGE_COMPARE_H
#define JUDGE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * The default validator of the package format, as a stream: the output is given in pieces as it is
 * written and never kept. Words are compared one after the other, ASCII case and white space do not
 * count unless the flags say so; with a tolerance, a word of the answer that is a finite number is
 * compared as one. Time is linear in the output and the answer, memory bounded.
 */

struct compare_flags {
	bool case_sensitive;
	bool space_sensitive;
	bool has_absolute, has_relative;
	long double absolute, relative;
};

/*
 * Flags separated by white space: case_sensitive, space_change_sensitive, and
 * float_absolute_tolerance, float_relative_tolerance and float_tolerance with a number behind. The
 * later of two wins. ERR_INVALID for any other word: a fault of the problem's.
 */
int compare_flags_parse(struct span text, struct compare_flags *out, struct err *e) ATTR_MUST_USE;

enum compare_fault {
	COMPARE_SAME,
	COMPARE_WORD,       // another word than expected
	COMPARE_NOT_NUMBER, // a number was expected
	COMPARE_TOO_FAR,    // a number, beyond the tolerance
	COMPARE_SPACE,      // other white space, where that counts
	COMPARE_MISSING,    // the output ended early
	COMPARE_EXTRA       // the output goes on
};

#define COMPARE_MAX_SHOWN 80 // bytes of a word that are kept for showing

/* The first place that differs. Words are cut at COMPARE_MAX_SHOWN bytes and may be any bytes. */
struct compare_place {
	enum compare_fault fault;
	uint64_t line;        // of the output, from 1
	uint64_t word;        // of the whole output, from 1
	uint64_t answer_line; // the line of the answer it was held against
	size_t expected_size, got_size;
	char expected[COMPARE_MAX_SHOWN];
	char got[COMPARE_MAX_SHOWN];
};

const char *compare_fault_name(enum compare_fault fault); // "wrong word", ...

#define COMPARE_MAX_NUMBER 4096 // a longer word is no number

/* Members are private. */
struct compare {
	struct compare_flags flags;
	struct span answer;
	size_t at;        // in the answer, behind the word that is compared
	struct span word; // of the answer
	size_t n_same;    // bytes of it that the output's word agrees with
	bool in_word;     // of the output
	bool is_same;     // so far
	bool is_number;   // the answer's word, and it matters
	size_t number_size;
	char number[COMPARE_MAX_NUMBER + 1];
	struct compare_place place;
};

/* The answer must live as long as the comparison. */
void compare_init(struct compare *c, const struct compare_flags *flags, struct span answer);
void compare_feed(struct compare *c, struct span bytes);
bool compare_differs(const struct compare *c); // already certain; what is fed further is ignored
/* After the last byte: accepted or not. place may be NULL. */
bool compare_end(struct compare *c, struct compare_place *place);

#endif
