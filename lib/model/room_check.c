#include "model/room_check.h"

#include <stdio.h>

#include "base/attr.h"
#include "base/scan.h"

/* clang-format off */
static const struct {
	const char *name;
	const char *verdict;
	const char *text;
} reasons[N_ROOM_REASONS] = {
	[ROOM_OK] = { "ok", "OK", "It counts." },
	[ROOM_TESTING] = { "testing", "invalid", "Codeforces is still judging it." },
	[ROOM_WRONG_VERDICT] = { "wrong_verdict", "WA", "Codeforces did not accept it." },
	[ROOM_NO_SUBMISSION] = { "no_submission", "invalid", "There is no submission for this problem among your last 20." },
	[ROOM_TOO_EARLY] = { "too_early", "invalid", "It was sent in before the problem was shown here." },
	[ROOM_TOO_LATE] = { "too_late", "invalid", "It was sent in after the end." },
	[ROOM_SOLVED_BEFORE] = { "solved_before", "invalid", "You had solved this problem before the room began." },
	[ROOM_NOT_AUTHOR] = { "not_author", "invalid", "Your handle is not among its authors." },
	[ROOM_ALREADY_CLAIMED] = { "already_claimed", "invalid", "The problem is taken, by an earlier submission." },
	[ROOM_STILL_TESTING] = { "still_testing", "invalid", "Codeforces has not finished judging it; try again in a while." },
	[ROOM_IS_OVER] = { "room_over", "invalid", "The room is over." },
	[ROOM_NOT_A_PLAYER] = { "not_a_player", "invalid", "You do not play in this room any more." },
	[ROOM_TEAM_CHANGED] = { "team_changed", "invalid", "You changed the team meanwhile; try again." },
	[ROOM_NO_PROBLEM] = { "no_problem", "invalid", "The room has no such problem." },
	[ROOM_HANDLE_MISSING] = { "handle_missing", "invalid", "You have not shown which Codeforces handle is yours." },
	[ROOM_HANDLE_CHANGED] = { "handle_changed", "invalid", "Your Codeforces handle changed meanwhile; try again." },
	[ROOM_HANDLE_UNKNOWN] = { "handle_unknown", "invalid", "Codeforces knows nobody of your handle." },
	[ROOM_CF_UNAVAILABLE] = { "cf_unavailable", "invalid", "Codeforces does not answer; try again in a while." },
};
/* clang-format on */

const char *room_reason_name(enum room_reason r)
{
	return reasons[r].name;
}

const char *room_reason_text(enum room_reason r)
{
	return reasons[r].text;
}

const char *room_reason_verdict(enum room_reason r)
{
	return reasons[r].verdict;
}

/* ---- names of problems ---- */

static bool is_index(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_written(char c)
{
	return is_index(c) || (c >= 'a' && c <= 'z');
}

bool room_problem_parse(struct span problem, int64_t *contest, struct span *index)
{
	uint64_t id;
	struct span rest = problem;

	if (!scan_u64(&rest, 999999999, &id) || id == 0 || !scan_char(&rest, '/') ||
		!scan_while(&rest, is_index, 6, index) || index->n == 0 ||
		(index->p[0] >= '0' && index->p[0] <= '9') || !scan_end(&rest))
		return false;
	if (contest != NULL)
		*contest = (int64_t)id;
	return true;
}

/* Passes over an address to where the number of its contest begins. */
static void skip_address(struct span *text)
{
	struct span at = *text;
	struct span ignored;

	while (scan_until(&at, '/', 200, &ignored)) {
		if ((span_is(ignored, "contest") || span_is(ignored, "problem") ||
			    span_is(ignored, "gym")) &&
			at.n > 0 && at.p[0] >= '0' && at.p[0] <= '9') {
			*text = at;
			return;
		}
	}
}

bool room_problem_read(struct span text, char *out)
{
	struct span index;
	uint64_t id;
	int n;

	text = span_trim(text);
	if (span_starts(text, "http://") || span_starts(text, "https://"))
		skip_address(&text);
	if (!scan_u64(&text, 999999999, &id) || id == 0)
		return false;
	if (!scan_lit(&text, "/problem/") && !scan_char(&text, '/'))
		scan_space(&text);
	if (!scan_while(&text, is_written, 6, &index) || index.n == 0 || !scan_end(&text) ||
		(index.p[0] >= '0' && index.p[0] <= '9'))
		return false;
	n = snprintf(
		out, ROOM_MAX_PROBLEM, "%llu/" SPAN_FMT, (unsigned long long)id, SPAN_ARG(index));
	for (int i = 0; i < n; i++)
		if (out[i] >= 'a' && out[i] <= 'z')
			out[i] = (char)(out[i] - 'a' + 'A');
	return true;
}

/* ---- the matrix ---- */

bool room_is_problem(const struct room_case *c, const struct codeforces_problem *p)
{
	int64_t contest;
	struct span index;

	if (p->contest_id == 0 || !room_problem_parse(c->problem, &contest, &index))
		return false;
	if (p->contest_id == contest)
		return span_eq(p->index, index);
	return c->name.n > 0 && span_eq(p->name, c->name) &&
	       (p->contest_id == contest - 1 || p->contest_id == contest + 1);
}

static enum room_reason check_one(const struct room_case *c, const struct codeforces_submission *s)
{
	bool accepted = s->verdict.p != NULL && span_is(s->verdict, "OK");

	if (!codeforces_has_author(s, c->handle))
		return ROOM_NOT_AUTHOR;
	if (s->at_s < c->start_s)
		return accepted ? ROOM_SOLVED_BEFORE : ROOM_NO_SUBMISSION;
	if (s->at_s < c->open_s)
		return ROOM_TOO_EARLY;
	if (s->at_s >= c->end_s)
		return ROOM_TOO_LATE;
	if (s->verdict.p == NULL || span_is(s->verdict, "TESTING"))
		return ROOM_TESTING;
	return accepted ? ROOM_OK : ROOM_WRONG_VERDICT;
}

/* What outweighs what; of equal weight the newest submission speaks, and among those that count the
 * earliest. */
static int weight(enum room_reason r)
{
	if (r == ROOM_SOLVED_BEFORE)
		return 4;
	if (r == ROOM_OK)
		return 3;
	if (r == ROOM_TESTING)
		return 2;
	return r != ROOM_NO_SUBMISSION;
}

enum room_reason room_check(
	const struct room_case *c, const struct codeforces_submissions *last, size_t *which)
{
	enum room_reason found = ROOM_NO_SUBMISSION;
	const struct codeforces_submission *best = NULL;

	for (size_t i = 0; i < last->n; i++) {
		const struct codeforces_submission *s = &last->v[i];
		enum room_reason r;
		bool is_better;

		if (!room_is_problem(c, &s->problem))
			continue;
		r = check_one(c, s);
		is_better = weight(r) > weight(found);
		if (weight(r) == weight(found) && best != NULL) {
			bool earlier =
				s->at_s < best->at_s || (s->at_s == best->at_s && s->id < best->id);

			is_better = (r == ROOM_OK) == earlier;
		}
		if (!is_better)
			continue;
		found = r;
		best = s;
		*which = i;
	}
	return found;
}

/* ---- the evidence ---- */

/* Passes over one string; *at stands on its first quote. */
static void skip_string(struct span *at)
{
	size_t i = 1;

	while (i < at->n && at->p[i] != '"')
		i += at->p[i] == '\\' ? 2 : 1;
	*at = span_sub(*at, i + 1, at->n);
}

struct span room_record(struct span body, size_t i)
{
	struct span at = body;
	const char *begin = NULL;
	int depth = 0;

	/* The envelope is at depth 1, its one array at 2, so the records begin there. */
	while (at.n > 0) {
		char c = at.p[0];

		if (c == '"') {
			skip_string(&at);
			continue;
		}
		if (c == '{' && depth == 2 && i-- == 0)
			begin = at.p;
		if (c == '{' || c == '[')
			depth++;
		if ((c == '}' || c == ']') && --depth == 2 && begin != NULL)
			return (struct span){ begin, (size_t)(at.p + 1 - begin) };
		at = span_sub(at, 1, at.n);
	}
	return SPAN_NONE;
}
