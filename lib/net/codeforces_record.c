#include "net/codeforces_record.h"

#include <limits.h>

#include "base/buf.h"
#include "base/limits.h"
#include "net/json.h"
#include "net/json_walk.h"

bool codeforces_is_handle(struct span text)
{
	if (text.n < 1 || text.n > CODEFORCES_MAX_HANDLE)
		return false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
			c != '_' && c != '-' && c != '.')
			return false;
	}
	return true;
}

/* ---- fields: what is absent stays as it was, what has another type fails ---- */

struct reading {
	struct arena *m;
	const char *what; // "a submission"
	struct err *e;
};

static int strange(const struct reading *r, const char *key)
{
	return err_set(r->e, ERR_TEMPORARY, "Codeforces sent %s without a proper %s", r->what, key);
}

static int take_i64(
	const struct reading *r, const struct json *o, const char *key, bool needed, int64_t *out)
{
	const struct json *v = json_get(o, key);

	if (json_is_null(v) && !needed)
		return 0;
	return json_i64(v, out) ? 0 : strange(r, key);
}

static int take_int(
	const struct reading *r, const struct json *o, const char *key, bool needed, int *out)
{
	int64_t wide = *out;

	if (take_i64(r, o, key, needed, &wide) != 0)
		return -1;
	if (wide < INT_MIN || wide > INT_MAX)
		return strange(r, key);
	*out = (int)wide;
	return 0;
}

static int take_text(const struct reading *r, const struct json *o, const char *key, bool needed,
	struct span *out)
{
	const struct json *v = json_get(o, key);
	struct span text;

	if (json_is_null(v) && !needed)
		return 0;
	if (!json_text(v, &text) || (needed && text.n == 0))
		return strange(r, key);
	*out = arena_span(r->m, text);
	return 0;
}

typedef int read_record_fn(const struct reading *r, const struct json *record, void *row);

struct rows {
	void *v;
	size_t n;
};

static int unreadable(const struct reading *r, const struct err *why)
{
	err_set(r->e, ERR_TEMPORARY, "Codeforces sent %s that cannot be read", r->what);
	return err_detail(r->e, "%s", why->text);
}

/* A row of that size for each record of the list. */
static int read_rows(const struct reading *r, struct span list, size_t size, read_record_fn *read,
	struct rows *out)
{
	struct json_walk w;
	struct err why = { 0 };
	size_t n;

	*out = (struct rows){ NULL, 0 };
	if (!span_starts(list, "["))
		return err_set(r->e, ERR_TEMPORARY, "Codeforces' answer has no list");
	json_walk_begin(&w, r->m, list);
	n = json_walk_list(&w, CODEFORCES_MAX_ROWS);
	out->v = arena_array(r->m, size, n > 0 ? n : 1);
	while (out->n < n && json_walk_more(&w)) {
		JSON_AUTO record = NULL;

		if (json_parse(json_walk_raw(&w), &record, &why) != 0)
			return unreadable(r, &why);
		if (read(r, record, (char *)out->v + size * out->n++) != 0)
			return -1;
	}
	json_walk_close(&w);
	return json_walk_end(&w, &why) == 0 ? 0 : unreadable(r, &why);
}

/* ---- people ---- */

static int read_person(const struct reading *r, const struct json *o, void *row)
{
	struct codeforces_person *out = row;

	out->is_rated = !json_is_null(json_get(o, "rating"));
	if (take_text(r, o, "handle", true, &out->handle) != 0 ||
		take_int(r, o, "rating", false, &out->rating) != 0 ||
		take_int(r, o, "maxRating", false, &out->max_rating) != 0 ||
		take_text(r, o, "rank", false, &out->rank) != 0 ||
		take_text(r, o, "maxRank", false, &out->max_rank) != 0 ||
		take_text(r, o, "organization", false, &out->organization) != 0 ||
		take_i64(r, o, "lastOnlineTimeSeconds", false, &out->online_s) != 0)
		return -1;
	return codeforces_is_handle(out->handle) ? 0 : strange(r, "handle");
}

int codeforces_read_people(
	struct arena *m, struct span result, struct codeforces_people *out, struct err *e)
{
	const struct reading r = { m, "a person", e };
	struct rows rows;
	int rc = read_rows(&r, result, sizeof *out->v, read_person, &rows);

	out->v = rows.v;
	out->n = rows.n;
	return rc;
}

/* ---- ratings ---- */

static int read_change(const struct reading *r, const struct json *o, void *row)
{
	struct codeforces_change *out = row;

	return take_i64(r, o, "contestId", true, &out->contest_id) != 0 ||
			       take_text(r, o, "contestName", true, &out->contest) != 0 ||
			       take_int(r, o, "rank", true, &out->rank) != 0 ||
			       take_i64(r, o, "ratingUpdateTimeSeconds", true, &out->at_s) != 0 ||
			       take_int(r, o, "oldRating", true, &out->old_rating) != 0 ||
			       take_int(r, o, "newRating", true, &out->new_rating) != 0
		       ? -1
		       : 0;
}

int codeforces_read_changes(
	struct arena *m, struct span result, struct codeforces_changes *out, struct err *e)
{
	const struct reading r = { m, "a change of rating", e };
	struct rows rows;
	int rc = read_rows(&r, result, sizeof *out->v, read_change, &rows);

	out->v = rows.v;
	out->n = rows.n;
	return rc;
}

/* ---- problems ---- */

static int read_tags(const struct reading *r, const struct json *list, struct span *out)
{
	const char *text = "";

	if (!json_is_null(list) && !json_is_array(list))
		return strange(r, "tags");
	for (size_t i = 0; i < json_length(list); i++) {
		struct span tag;

		if (!json_text(json_at(list, i), &tag))
			return strange(r, "tags");
		text = arena_printf(r->m, "%s%s" SPAN_FMT, text, i > 0 ? "," : "", SPAN_ARG(tag));
	}
	*out = span_of(text);
	return 0;
}

static int read_problem(const struct reading *r, const struct json *o, void *row)
{
	struct codeforces_problem *out = row;

	out->set = SPAN_NONE;
	if (!json_is_object(o))
		return strange(r, "problem");
	if (take_i64(r, o, "contestId", false, &out->contest_id) != 0 ||
		take_text(r, o, "problemsetName", false, &out->set) != 0 ||
		take_text(r, o, "index", true, &out->index) != 0 ||
		take_text(r, o, "name", true, &out->name) != 0 ||
		take_int(r, o, "rating", false, &out->rating) != 0 ||
		read_tags(r, json_get(o, "tags"), &out->tags) != 0)
		return -1;
	return out->contest_id != 0 || out->set.n > 0 ? 0 : strange(r, "contestId");
}

struct span codeforces_problem_key(struct arena *m, const struct codeforces_problem *p)
{
	if (p->contest_id != 0)
		return span_of(arena_printf(
			m, "%lld/" SPAN_FMT, (long long)p->contest_id, SPAN_ARG(p->index)));
	return span_of(
		arena_printf(m, SPAN_FMT "/" SPAN_FMT, SPAN_ARG(p->set), SPAN_ARG(p->index)));
}

int codeforces_read_problems(
	struct arena *m, struct span result, struct codeforces_problems *out, struct err *e)
{
	const struct reading r = { m, "a problem", e };
	static const char *const name = "problems";
	struct err ignored = { 0 };
	struct span list;
	struct rows rows;
	int rc;

	(void)json_walk_members(m, result, &name, 1, &list, &ignored); // what follows is not read
	rc = read_rows(&r, list, sizeof *out->v, read_problem, &rows);
	out->v = rows.v;
	out->n = rows.n;
	return rc;
}

/* ---- submissions ---- */

static int read_party(
	const struct reading *r, const struct json *author, struct codeforces_submission *out)
{
	const struct json *list = json_get(author, "members");
	const char *text = ",";

	if (!json_is_array(list) || json_length(list) == 0)
		return strange(r, "author");
	for (size_t i = 0; i < json_length(list); i++) {
		struct span handle;

		if (!json_text(json_get(json_at(list, i), "handle"), &handle) ||
			!codeforces_is_handle(handle))
			return strange(r, "author");
		text = arena_printf(r->m, "%s" SPAN_FMT ",", text, SPAN_ARG(handle));
	}
	out->party = span_of(text);
	out->n_party = json_length(list);
	return take_text(r, author, "participantType", false, &out->kind);
}

/* What Codeforces says of a submission that it has still to judge is none. */
static bool is_verdict(struct span said)
{
	return !span_is(said, "TESTING") && !span_is(said, "SUBMITTED");
}

static int read_submission(const struct reading *r, const struct json *o, void *row)
{
	struct codeforces_submission *out = row;

	out->verdict = out->kind = out->language = SPAN_NONE;
	if (take_i64(r, o, "id", true, &out->id) != 0 ||
		take_i64(r, o, "creationTimeSeconds", true, &out->at_s) != 0 ||
		take_text(r, o, "verdict", false, &out->verdict) != 0 ||
		take_text(r, o, "programmingLanguage", false, &out->language) != 0 ||
		read_problem(r, json_get(o, "problem"), &out->problem) != 0)
		return -1;
	if (!is_verdict(out->verdict))
		out->verdict = SPAN_NONE;
	return read_party(r, json_get(o, "author"), out);
}

int codeforces_read_submissions(
	struct arena *m, struct span result, struct codeforces_submissions *out, struct err *e)
{
	const struct reading r = { m, "a submission", e };
	struct rows rows;
	int rc = read_rows(&r, result, sizeof *out->v, read_submission, &rows);

	out->v = rows.v;
	out->n = rows.n;
	return rc;
}

bool codeforces_has_author(const struct codeforces_submission *s, struct span handle)
{
	struct span rest = s->party;
	struct span one;

	while (span_split(&rest, ',', &one)) {
		if (one.n > 0 && span_ieq(one, handle))
			return true;
	}
	return false;
}
