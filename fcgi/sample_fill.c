#include "fcgi/sample_fill.h"

#include <string.h>

#include "base/limits.h"
#include "model/problem_file.h"
#include "model/problem_key.h"
#include "model/problem_sample.h"

#define MAX_SAMPLES 50

/* Who says a line of a dialogue: '<' the judge, '>' the program; SPAN_NONE begins another pass. */
static struct problem_turn turn_of(struct span line)
{
	bool is_judge = span_starts(line, "<");

	if (span_starts(line, "---"))
		return (struct problem_turn){ .who = "", .side = "pass" };
	if (!is_judge && !span_starts(line, ">"))
		return (struct problem_turn){ .who = NULL };
	return (struct problem_turn){ .who = is_judge ? "Judge" : "Program",
		.side = is_judge ? "judge" : "program",
		.text = span_trim(span_sub(line, 1, line.n)) };
}

/* Lines that one side says after each other are one turn. */
static struct problem_turns turns_of(struct arena *m, struct span text)
{
	struct problem_turn *v = arena_new_array(m, struct problem_turn, text.n / 2 + 2);
	struct span line;
	size_t n = 0;

	while (span_split(&text, '\n', &line)) {
		struct problem_turn t = turn_of(line);

		if (t.who == NULL)
			continue;
		if (n > 0 && t.text.p != NULL && strcmp(v[n - 1].side, t.side) == 0)
			v[n - 1].text = span_of(arena_printf(m, SPAN_FMT "\n" SPAN_FMT,
				SPAN_ARG(v[n - 1].text), SPAN_ARG(t.text)));
		else
			v[n++] = t;
	}
	return (struct problem_turns){ v, n };
}

static int open_one(const struct problem_store *store, struct arena *m,
	const struct sample_bytes *from, struct span *out, struct err *e)
{
	*out = SPAN("");
	return from->id == 0 ? 0
			     : problem_blob_open(store, m, from->id, PROBLEM_SHOWN_TEST, out, e);
}

static int fill_one(const struct problem_store *store, struct arena *m, const struct sample *s,
	struct problem_sample *to, struct err *e)
{
	struct span talk;

	if (open_one(store, m, &s->talk, &talk, e) != 0 ||
		open_one(store, m, &s->input, &to->input, e) != 0 ||
		open_one(store, m, &s->answer, &to->answer, e) != 0)
		return -1;
	to->turns = turns_of(m, talk);
	return 0;
}

static bool is_short(const struct sample *s)
{
	return s->talk.size <= PROBLEM_SHOWN_TEST && s->input.size <= PROBLEM_SHOWN_TEST &&
	       s->answer.size <= PROBLEM_SHOWN_TEST;
}

int sample_fill(struct ctx *c, const struct problem_about *about, struct problem_samples *out,
	struct err *e)
{
	struct problem_store store = { .db = c->db };
	struct problem_sample *v;
	struct sample_list all;
	DATA_KEY_AUTO key = NULL;
	size_t n = 0;

	*out = (struct problem_samples){ NULL, 0 };
	if (problem_samples(c->db, c->cache, c->mem, about, &all, e) != 0)
		return -1;
	if (all.n == 0)
		return 0;
	if (problem_key_open(c->db, c->mem, c->seal, about->id, &key, e) != 0)
		return -1;
	store.key = key;
	v = arena_new_array(c->mem, struct problem_sample, all.n);
	for (size_t i = 0; i < all.n && n < MAX_SAMPLES; i++) {
		if (!is_short(&all.v[i]))
			continue;
		v[n] = (struct problem_sample){ .number = (int64_t)n + 1, .note = all.v[i].note };
		if (fill_one(&store, c->mem, &all.v[i], &v[n], e) != 0)
			return -1;
		n++;
	}
	*out = (struct problem_samples){ v, n };
	return 0;
}
