#include "judge/code.h"

#include <string.h>

#include "base/attr.h"
#include "base/utf8.h"

/* 'x', '\n', '\u{1F600}': what stands between the marks of a character is no longer. */
enum {
	CHAR_LONGEST = 12
};

#define C_WORDS                                                                                     \
	"auto break case char const continue default do double else enum extern float for goto if " \
	"inline int long register return short signed sizeof static struct switch typedef union "   \
	"unsigned void volatile while"
#define PYTHON_WORDS                                                                               \
	"False None True and as assert async await break class continue def del elif else except " \
	"finally for from global if import in is lambda nonlocal not or pass raise return try "    \
	"while with yield"

/* clang-format off */
static const struct code_syntax table[] = {
	{ .languages = "c",
		.line = { "//" }, .block = { { "/*", "*/" } }, .quotes = "\"", .char_quote = true,
		.directive = '#',
		.keywords = C_WORDS " _Bool _Alignas _Alignof _Atomic _Generic _Noreturn "
			"_Static_assert _Thread_local bool false restrict true" },
	{ .languages = "cpp cpp11 cpp14 cpp17 cpp20 cpp23 c++ c++17 c++20",
		.line = { "//" }, .block = { { "/*", "*/" } }, .quotes = "\"", .char_quote = true,
		.directive = '#',
		.keywords = C_WORDS " alignas alignof and bool catch class co_await co_return "
			"co_yield concept const_cast consteval constexpr constinit decltype delete "
			"dynamic_cast explicit false final friend mutable namespace new noexcept not "
			"nullptr operator or override private protected public reinterpret_cast "
			"requires static_assert static_cast template this thread_local throw true try "
			"typeid typename using virtual" },
	{ .languages = "java",
		.line = { "//" }, .block = { { "/*", "*/" } }, .text = { { "\"\"\"", "\"\"\"" } },
		.quotes = "\"", .char_quote = true,
		.keywords = "abstract assert boolean break byte case catch char class const continue "
			"default do double else enum extends false final finally float for goto if "
			"implements import instanceof int interface long native new null package "
			"private protected public record return short static strictfp super switch "
			"synchronized this throw throws transient true try var void volatile while "
			"yield" },
	{ .languages = "python python2 python3 pypy pypy3",
		.line = { "#" }, .text = { { "\"\"\"", "\"\"\"" }, { "'''", "'''" } },
		.quotes = "\"'", .keywords = PYTHON_WORDS " match case" },
	{ .languages = "javascript js node typescript",
		.line = { "//" }, .block = { { "/*", "*/" } }, .text = { { "`", "`" } },
		.quotes = "\"'",
		.keywords = "async await break case catch class const continue debugger default "
			"delete do else export extends false finally for function if import in "
			"instanceof let new null of return static super switch this throw true try "
			"typeof undefined var void while with yield" },
	{ .languages = "go",
		.line = { "//" }, .block = { { "/*", "*/" } }, .text = { { "`", "`" } },
		.quotes = "\"", .char_quote = true,
		.keywords = "break case chan const continue default defer else fallthrough false for "
			"func go goto if import interface map nil package range return select struct "
			"switch true type var" },
	{ .languages = "rust",
		.line = { "//" }, .block = { { "/*", "*/" } }, .quotes = "\"", .char_quote = true,
		.nests = true,
		.keywords = "as async await break const continue crate dyn else enum extern false fn "
			"for if impl in let loop match mod move mut pub ref return self Self static "
			"struct super trait true type unsafe use where while" },
	{ .languages = "kotlin",
		.line = { "//" }, .block = { { "/*", "*/" } }, .text = { { "\"\"\"", "\"\"\"" } },
		.quotes = "\"", .char_quote = true, .nests = true,
		.keywords = "abstract as break by catch class companion const continue data do else "
			"enum false final finally for fun if import in init inline interface internal "
			"is lateinit null object open operator out override package private protected "
			"public return sealed super this throw true try typealias val var when while" },
	{ .languages = "pascal",
		.line = { "//" }, .block = { { "{", "}" }, { "(*", "*)" } }, .quotes = "'",
		.raw_quote = true, .ignores_case = true,
		.keywords = "and array asm begin break case const continue div do downto else end "
			"exit false file for function goto if implementation in interface label mod "
			"nil not object of or packed procedure program record repeat set shl shr "
			"string then to true type unit until uses var while with xor" },
	{ .languages = "ocaml",
		.block = { { "(*", "*)" } }, .quotes = "\"", .char_quote = true, .nests = true,
		.primes = true,
		.keywords = "and as assert begin class constraint do done downto else end exception "
			"external false for fun function functor if in include inherit initializer "
			"land lazy let lor lsl lsr lxor match method mod module mutable new object of "
			"open or private rec sig struct then to true try type val virtual when while "
			"with" },
	{ .languages = "haskell",
		.line = { "--" }, .block = { { "{-", "-}" } }, .quotes = "\"", .char_quote = true,
		.nests = true, .primes = true,
		.keywords = "case class data default deriving do else forall foreign if import in "
			"infix infixl infixr instance let module newtype of qualified then type where" },
};
/* clang-format on */

static const struct code_syntax none = { .languages = "", .quotes = "", .keywords = "" };

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same(const char *a, const char *b, size_t n, bool ignores_case)
{
	if (!ignores_case)
		return memcmp(a, b, n) == 0;
	for (size_t i = 0; i < n; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

bool code_has_word(const char *words, struct span word, bool ignores_case)
{
	for (const char *at = words; *at != '\0' && word.n > 0;) {
		const char *end = strchrnul(at, ' ');

		if ((size_t)(end - at) == word.n && same(at, word.p, word.n, ignores_case))
			return true;
		at = *end == ' ' ? end + 1 : end;
	}
	return false;
}

const struct code_syntax *code_syntax_of(struct span language)
{
	for (size_t i = 0; i < countof(table); i++)
		if (code_has_word(table[i].languages, language, false))
			return &table[i];
	return &none;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Bytes beyond ASCII are letters: many languages allow them, and no character is torn. */
static bool is_letter(char c)
{
	return (lower(c) >= 'a' && lower(c) <= 'z') || c == '_' || c == '$' ||
	       (unsigned char)c >= 0x80;
}

static bool begins(struct span s, const char *mark)
{
	return mark != NULL && span_starts(s, mark);
}

/* Up to the end of the line or of the text, without the line's end. */
static size_t to_line_end(struct span s)
{
	const char *end = memchr(s.p, '\n', s.n);

	return end != NULL ? (size_t)(end - s.p) : s.n;
}

/* The length of a comment or string between marks, with them. */
static size_t between(struct span s, const struct code_pair *pair, bool nests)
{
	size_t n_open = strlen(pair->open), n_close = strlen(pair->close), at = n_open, depth = 1;

	while (at < s.n) {
		struct span rest = span_sub(s, at, s.n);

		if (span_starts(rest, pair->close)) {
			at += n_close;
			if (--depth == 0)
				return at;
		} else if (nests && span_starts(rest, pair->open)) {
			at += n_open;
			depth++;
		} else {
			at++;
		}
	}
	return s.n;
}

/* The length of a string with its quotes; one that its line leaves open ends before the line does.
 */
static size_t quoted(struct span s, bool raw)
{
	size_t i = 1;

	for (; i < s.n && s.p[i] != '\n'; i++) {
		if (s.p[i] == '\\' && !raw && i + 1 < s.n)
			i++;
		else if (s.p[i] == s.p[0])
			return i + 1;
	}
	return i;
}

/* 0: the quote does not begin a character; it is a lifetime, a type variable or a mistake. */
static size_t quoted_char(struct span s)
{
	uint32_t c;
	size_t i = 1;

	if (s.n < 3 || s.p[1] == '\n' || s.p[1] == '\'')
		return 0;
	if (s.p[1] != '\\')
		i += utf8_decode(s.p + 1, s.n - 1, &c);
	else
		for (i = 3; i < s.n && i < CHAR_LONGEST && s.p[i] != '\'' && s.p[i] != '\n';)
			i++;
	return i > 1 && i < s.n && s.p[i] == '\'' ? i + 1 : 0;
}

/* 0x1F, 1e-9, 1'000'000, 3.14f: loosely. */
static size_t number(struct span s, bool has_separators)
{
	size_t i = 1;

	for (; i < s.n; i++) {
		char c = s.p[i];
		bool is_sign = (c == '+' || c == '-') && lower(s.p[i - 1]) == 'e' &&
			       !(s.n > 1 && lower(s.p[1]) == 'x');
		bool separates = has_separators && c == '\'' && i + 1 < s.n && is_digit(s.p[i + 1]);

		/* 1..9 of Pascal and Rust is two numbers. */
		if (c == '.' && i + 1 < s.n && s.p[i + 1] == '.')
			break;
		if (!is_digit(c) && !is_letter(c) && c != '.' && !is_sign && !separates)
			break;
	}
	return i;
}

static size_t word(struct span s, size_t from, bool has_primes)
{
	size_t i = from;

	while (i < s.n && (is_letter(s.p[i]) || is_digit(s.p[i]) || (has_primes && s.p[i] == '\'')))
		i++;
	return i;
}

/* What two marks enclose, or what a line ends; 0: nothing of the kind begins here. */
static size_t enclosed(const struct code_syntax *s, struct span rest, enum code_kind *kind)
{
	*kind = CODE_COMMENT;
	for (size_t i = 0; i < countof(s->line); i++)
		if (begins(rest, s->line[i]))
			return to_line_end(rest);
	for (size_t i = 0; i < countof(s->block); i++)
		if (begins(rest, s->block[i].open))
			return between(rest, &s->block[i], s->nests);
	*kind = CODE_STRING;
	for (size_t i = 0; i < countof(s->text); i++)
		if (begins(rest, s->text[i].open))
			return between(rest, &s->text[i], false);
	if (rest.p[0] != '\0' && strchr(s->quotes, rest.p[0]) != NULL)
		return quoted(rest, s->raw_quote);
	if (s->char_quote && rest.p[0] == '\'')
		return quoted_char(rest);
	return 0;
}

bool code_next(const struct code_syntax *s, struct span *rest, struct code_piece *out)
{
	struct span at = *rest;
	size_t n = 0;

	if (at.n == 0)
		return false;
	out->kind = CODE_OTHER;
	if (is_space(at.p[0])) {
		out->kind = CODE_SPACE;
		while (n < at.n && is_space(at.p[n]))
			n++;
	} else if ((n = enclosed(s, at, &out->kind)) > 0) {
		/* kind and length are known */
	} else if (is_digit(at.p[0])) {
		out->kind = CODE_NUMBER;
		n = number(at, s->char_quote);
	} else if (is_letter(at.p[0])) {
		n = word(at, 1, s->primes);
		out->kind = code_has_word(s->keywords, span_sub(at, 0, n), s->ignores_case)
				    ? CODE_KEYWORD
				    : CODE_WORD;
	} else if (s->directive != 0 && at.p[0] == s->directive && at.n > 1 && is_letter(at.p[1])) {
		out->kind = CODE_KEYWORD;
		n = word(at, 1, false);
	} else {
		out->kind = CODE_OTHER;
		n = 1;
	}
	out->text = span_sub(at, 0, n);
	*rest = span_sub(at, n, at.n);
	return true;
}
