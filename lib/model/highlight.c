#include "model/highlight.h"

#include <libstemmer.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

#include "base/limits.h"
#include "base/utf8.h"

#define WORD_MOST 80 // bytes; a longer one is not looked for

static struct {
	locale_t locale; // the database's (etc/dev/cluster): what is a letter, and its lower case
	struct sb_stemmer *stemmer;
} known;

static void know(void)
{
	if (known.stemmer != NULL)
		return;
	known.locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	known.stemmer = sb_stemmer_new("english", "UTF_8");
	if (known.locale == (locale_t)0 || known.stemmer == NULL)
		abort();
}

/* ---- words ----------------------------------------------------------------------------------- */

static bool is_letter(uint32_t c)
{
	if (c < 128)
		return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
	return iswalnum_l((wint_t)c, known.locale) != 0;
}

/* The first word of what is behind `from`; empty at the end of the text. */
static struct span next_word(struct span text, size_t from)
{
	size_t begin = from, at = from;

	while (at < text.n) {
		uint32_t c;
		size_t n = utf8_decode(text.p + at, text.n - at, &c);
		bool in_word = at > begin;

		if (n == 0)
			break;
		if (is_letter(c) != in_word && in_word)
			break;
		at += n;
		if (!is_letter(c))
			begin = at;
	}
	return (struct span){ text.p + begin, at - begin };
}

/* In lower case; its length, or 0 when it is too long. */
static size_t lower(struct span word, char out[WORD_MOST + 4])
{
	size_t at = 0, n = 0;

	while (at < word.n && n <= WORD_MOST) {
		uint32_t c;

		at += utf8_decode(word.p + at, word.n - at, &c);
		n += utf8_encode((uint32_t)towlower_l((wint_t)c, known.locale), out + n);
	}
	return n <= WORD_MOST ? n : 0;
}

static bool is_wanted(struct span stems, struct span word)
{
	char text[WORD_MOST + 4];
	size_t n = lower(word, text);
	const sb_symbol *stem;
	struct span got, wanted;

	if (n == 0)
		return false;
	stem = sb_stemmer_stem(known.stemmer, (const sb_symbol *)text, (int)n);
	if (stem == NULL)
		abort(); // no memory
	got = (struct span){ (const char *)stem, (size_t)sb_stemmer_length(known.stemmer) };
	while (span_split(&stems, ' ', &wanted))
		if (span_eq(wanted, got))
			return true;
	return false;
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* Those that are found, and what lies between them. */
struct pieces {
	struct problem_piece *v;
	size_t n, room;
};

static void add(struct arena *m, struct pieces *p, struct span text, bool is_found)
{
	if (text.n == 0)
		return;
	if (p->n == p->room) {
		struct problem_piece *v = arena_new_array(m, struct problem_piece, 2 * p->room + 8);

		if (p->n > 0)
			memcpy(v, p->v, p->n * sizeof(*v));
		p->v = v;
		p->room = 2 * p->room + 8;
	}
	p->v[p->n++] = (struct problem_piece){ text, is_found };
}

struct problem_pieces highlight_words(struct arena *m, struct span stems, struct span text)
{
	struct pieces p = { NULL, 0, 0 };
	struct span word;
	size_t from = 0, at = 0;

	know();
	while ((word = next_word(text, at)).n > 0) {
		size_t begin = (size_t)(word.p - text.p);

		at = begin + word.n;
		if (!is_wanted(stems, word))
			continue;
		add(m, &p, span_sub(text, from, begin - from), false);
		add(m, &p, word, true);
		from = at;
	}
	add(m, &p, span_sub(text, from, text.n), false);
	return (struct problem_pieces){ p.v, p.n };
}

struct problem_pieces highlight_excerpt(struct arena *m, struct span stems, struct span text,
	bool is_cut_before, bool is_cut_behind)
{
	struct span word;
	size_t at = 0, end = 0;

	know();
	if (is_cut_before) {
		word = next_word(text, 0);
		text = span_sub(text, word.p == text.p ? word.n : 0, text.n);
	}
	for (int i = 0; i < EXCERPT_WORDS && (word = next_word(text, at)).n > 0; i++) {
		at = (size_t)(word.p - text.p) + word.n;
		if (at < text.n || !is_cut_behind)
			end = at;
	}
	return highlight_words(m, stems, span_trim(span_sub(text, 0, end)));
}
