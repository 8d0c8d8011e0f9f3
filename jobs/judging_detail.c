#include "jobs/judging_detail.h"

#include "base/buf.h"
#include "base/limits.h"
#include "jobs/judge/judge.h"
#include "net/json.h"

#define MAX_DETAIL (8 * JUDGE_MAX_MESSAGE)

static void put(struct json_out *o, const char *key, struct span text)
{
	if (text.n == 0)
		return;
	json_key(o, key);
	json_put_text(o, text);
}

static struct span shown(const char *word, size_t size)
{
	return (struct span){ word, size < COMPARE_MAX_SHOWN ? size : COMPARE_MAX_SHOWN };
}

/* "line 3, word 7: wrong word: "12" instead of "13"" */
static struct span difference(struct arena *m, const struct compare_place *p)
{
	struct span got = shown(p->got, p->got_size);
	struct span expected = shown(p->expected, p->expected_size);
	const char *name = compare_fault_name(p->fault);

	if (p->fault == COMPARE_SAME)
		return SPAN_NONE;
	if (got.n > 0 && expected.n > 0)
		return span_of(arena_printf(m,
			"line %llu, word %llu: %s: \"" SPAN_FMT "\" instead of \"" SPAN_FMT "\"",
			(unsigned long long)p->line, (unsigned long long)p->word, name,
			SPAN_ARG(got), SPAN_ARG(expected)));
	return span_of(arena_printf(m, "line %llu, word %llu: %s%s" SPAN_FMT "%s",
		(unsigned long long)p->line, (unsigned long long)p->word, name,
		got.n + expected.n > 0 ? ": \"" : "", SPAN_ARG(got.n > 0 ? got : expected),
		got.n + expected.n > 0 ? "\"" : ""));
}

static struct span exit_text(struct arena *m, const struct judge_outcome *o)
{
	if (o->verdict != VERDICT_RE)
		return SPAN_NONE;
	return span_of(arena_printf(m, o->by_signal ? "signal %d" : "status %d", o->code));
}

int judging_detail(struct arena *m, const struct judge_outcome *o, struct span *out, struct err *e)
{
	struct json_out j;
	BUF_AUTO b = { 0 };

	buf_init(&b, MAX_DETAIL);
	json_begin(&j, &b);
	json_object(&j);
	if (o->verdict != VERDICT_AC) {
		put(&j, "difference", difference(m, &o->place));
		put(&j, "output", o->output);
		put(&j, "errors", o->errors);
		put(&j, "exit", exit_text(m, o));
	}
	put(&j, "team", o->team_message);
	put(&j, "judge",
		o->verdict == VERDICT_JE && o->judge_message.n == 0 && o->fault != NULL
			? span_of(o->fault)
			: o->judge_message);
	json_object_end(&j);
	if (buf_finish(&b, out, e) != 0)
		return -1;
	*out = out->n > 2 ? (struct span){ arena_dup(m, *out), out->n } : SPAN("");
	return 0;
}
