/*
 * Codeforces' answers: any bytes under any status give a result or a reason, never both, and any
 * result gives rows or a reason. The first byte chooses the status.
 */
#include <assert.h>
#include <stdint.h>

#include "net/codeforces.h"
#include "net/codeforces_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(int rc, struct err *e)
{
	assert(rc == 0 ? e->kind == ERR_NONE : e->kind == ERR_TEMPORARY && e->text[0] != '\0');
	*e = (struct err){ 0 };
}

static void read_rows(struct arena *m, struct span result, struct err *e)
{
	struct codeforces_people people;
	struct codeforces_changes changes;
	struct codeforces_submissions submissions;
	struct codeforces_problems problems;

	assert(e->kind == ERR_NONE && result.n > 0);
	judge(codeforces_read_people(m, result, &people, e), e);
	judge(codeforces_read_changes(m, result, &changes, e), e);
	judge(codeforces_read_submissions(m, result, &submissions, e), e);
	judge(codeforces_read_problems(m, result, &problems, e), e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int statuses[] = { 200, 400, 403, 429, 500, 503 };
	struct span body = { (const char *)data, size };
	int status = size > 0 ? statuses[data[0] % countof(statuses)] : 200;
	struct arena *m = arena_new(1 << 26);
	struct span result;
	struct err e = { 0 };

	body = span_sub(body, 1, size);
	codeforces_bad_handle(body);
	if (codeforces_read(m, status, body, &result, &e) == 0 && status == 200)
		read_rows(m, result, &e);
	else
		assert(e.kind != ERR_NONE && e.kind != ERR_INTERNAL && result.p == NULL &&
			e.text[0] != '\0');
	arena_free(m);
	return 0;
}
