#ifndef JUDGE_CODE_H
#define JUDGE_CODE_H

#include <stdbool.h>

#include "base/span.h"

/*
 * Source text in pieces, as far as colours and the static scan need it: where comments and strings
 * are, and which words are the language's own. It is no parser: text that a compiler would refuse
 * comes out in pieces like any other, and the pieces put together are the text again.
 */
enum code_kind {
	CODE_SPACE,
	CODE_OTHER, // one character of punctuation, or bytes that are nothing else
	CODE_WORD,
	CODE_KEYWORD,
	CODE_NUMBER,
	CODE_STRING,
	CODE_COMMENT // with its marks; one that nobody closes ends with the text
};

/* A pair of marks; NULL: there is none. */
struct code_pair {
	const char *open;
	const char *close;
};

struct code_syntax {
	const char *languages;     // ids of etc/languages.conf, a blank between them
	const char *line[2];       // begin comments that end with the line
	struct code_pair block[2]; // comments over lines
	struct code_pair text[2];  // strings over lines
	const char *quotes;        // strings that end with their line, backslash escapes
	const char *keywords;      // a blank between them
	bool nests;                // block comments may stand in block comments
	bool char_quote;           // ' quotes one character and stands alone in other places
	bool primes;               // names may hold ' behind their first character
	bool raw_quote;            // a backslash in quotes is a backslash
	bool ignores_case;
	char directive; // makes the word behind it a keyword; 0: nothing does
};

/* Never NULL: a language that the table does not have is words, numbers and punctuation. */
const struct code_syntax *code_syntax_of(struct span language);

struct code_piece {
	enum code_kind kind;
	struct span text; // never empty
};

/* Takes the next piece off the front of *rest; false when nothing is left. */
bool code_next(const struct code_syntax *s, struct span *rest, struct code_piece *out);

/* True if word stands in words, which have one blank between them. */
bool code_has_word(const char *words, struct span word, bool ignores_case);

#endif
