#include "judge/verdict.h"

#include "base/attr.h"

static const struct {
	const char *code, *name, *explain;
	int badness;
} verdicts[N_VERDICTS] = {
	[VERDICT_NONE] = { "", "not judged", "This was not judged yet.", 0 },
	[VERDICT_AC] = { "AC", "accepted", "The output was right and all limits were kept.", 1 },
	[VERDICT_WA] = { "WA", "wrong answer", "The program ended well, but its output is wrong.",
		2 },
	[VERDICT_OLE] = { "OLE", "output limit exceeded",
		"The program wrote more than it may and was stopped.", 3 },
	[VERDICT_TLE] = { "TLE", "time limit exceeded",
		"The program needed more time than it may and was stopped.", 4 },
	[VERDICT_MLE] = { "MLE", "memory limit exceeded",
		"The program needed more memory than it may.", 5 },
	[VERDICT_RE] = { "RE", "run-time error",
		"The program crashed, or ended with a status other than 0.", 6 },
	[VERDICT_CE] = { "CE", "compile error", "The program could not be compiled.", 7 },
	[VERDICT_JE] = { "JE", "judge error",
		"The judge failed. This is not your fault; the jury knows and it will be judged again.",
		8 },
};

const char *verdict_code(enum verdict v)
{
	return verdicts[v].code;
}

const char *verdict_name(enum verdict v)
{
	return verdicts[v].name;
}

const char *verdict_explain(enum verdict v)
{
	return verdicts[v].explain;
}

bool verdict_find(struct span code, enum verdict *out)
{
	for (size_t i = VERDICT_AC; i < countof(verdicts); i++) {
		if (span_ieq(code, span_of(verdicts[i].code))) {
			*out = (enum verdict)i;
			return true;
		}
	}
	return false;
}

const char *verdict_word(enum verdict v)
{
	return v == VERDICT_RE ? "RTE" : verdicts[v].code;
}

bool verdict_of_word(struct span word, enum verdict *out)
{
	for (size_t i = VERDICT_AC; i < countof(verdicts); i++) {
		if (span_is(word, verdict_word((enum verdict)i))) {
			*out = (enum verdict)i;
			return true;
		}
	}
	return false;
}

enum verdict verdict_worse(enum verdict a, enum verdict b)
{
	return verdicts[a].badness >= verdicts[b].badness ? a : b;
}
