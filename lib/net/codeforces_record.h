#ifndef NET_CODEFORCES_RECORD_H
#define NET_CODEFORCES_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * What Codeforces' API tells of people, as documented at https://codeforces.com/apiHelp/objects.
 * Pure: "result" of codeforces_call in, rows out, CODEFORCES_MAX_ROWS at most. Texts are copied
 * into the arena. Of the records only one at a time is made a value of, for there may be thousands.
 * A record without what identifies it, or with a value of another type, is ERR_TEMPORARY for the
 * whole answer: half an answer must not overwrite a whole one. Fields that the API calls optional
 * may be absent.
 */

/* What a handle can look like before anybody is asked: A-Z, a-z, 0-9, _, - and ., 1 to
 * CODEFORCES_MAX_HANDLE of them. Handles differ by more than case. */
bool codeforces_is_handle(struct span text);

struct codeforces_person {
	struct span handle; // as it is written there today, also if an older one was asked for
	bool is_rated;      // else the four that follow are 0 and SPAN_NONE
	int rating;         // may be negative
	int max_rating;
	struct span rank; // "expert"
	struct span max_rank;
	struct span organization; // SPAN_NONE if not given
	int64_t online_s;         // last seen; Unix time
};
struct codeforces_people {
	struct codeforces_person *v;
	size_t n;
};
/* user.info: in the order asked for. */
int codeforces_read_people(struct arena *m, struct span result, struct codeforces_people *out,
	struct err *e) ATTR_MUST_USE;

struct codeforces_change {
	int64_t contest_id;
	struct span contest;
	int rank;
	int64_t at_s;
	int old_rating;
	int new_rating;
};
struct codeforces_changes {
	struct codeforces_change *v;
	size_t n;
};
/* user.rating: the oldest first; none for who never took part. */
int codeforces_read_changes(struct arena *m, struct span result, struct codeforces_changes *out,
	struct err *e) ATTR_MUST_USE;

struct codeforces_problem {
	int64_t contest_id; // 0: of a problem set of its own
	struct span set;    // its name then, "acmsguru"; else SPAN_NONE
	struct span index;  // "A", "F1"
	struct span name;
	int rating;       // 0: not rated
	struct span tags; // with commas between them; empty
};

/* "2100/A"; "acmsguru/100" of a problem set of its own. */
struct span codeforces_problem_key(struct arena *m, const struct codeforces_problem *p);

struct codeforces_submission {
	int64_t id;
	int64_t at_s;
	struct codeforces_problem problem;
	struct span verdict; // "OK"; SPAN_NONE while it is judged or waits for it
	struct span kind;    // CONTESTANT, PRACTICE, VIRTUAL, MANAGER, OUT_OF_COMPETITION
	struct span language;
	struct span party; // the handles of its authors, with commas before and behind each
	size_t n_party;
};
struct codeforces_submissions {
	struct codeforces_submission *v;
	size_t n;
};
/* user.status: the newest first. */
int codeforces_read_submissions(struct arena *m, struct span result,
	struct codeforces_submissions *out, struct err *e) ATTR_MUST_USE;

/* True if the handle, in any case, is among the authors. */
bool codeforces_has_author(const struct codeforces_submission *s, struct span handle);

struct codeforces_problems {
	struct codeforces_problem *v;
	size_t n;
};
/* problemset.problems; its statistics are not read. */
int codeforces_read_problems(struct arena *m, struct span result, struct codeforces_problems *out,
	struct err *e) ATTR_MUST_USE;

#endif
