#ifndef MODEL_MEMBER_TRAINING_H
#define MODEL_MEMBER_TRAINING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * How a member trains, as it was worked out at the last sync that brought something
 * (member_figures in sql/schema). Problems count on the day on which they were first accepted; days
 * are counted from 1970-01-01, in UTC.
 */
struct db;

/* The last n days, of which today is one: n is one of training_windows, or 0 for all there ever
 * were. */
struct training_days {
	int n;
	int64_t today;
};
#define N_TRAINING_WINDOWS 4
extern const int training_windows[N_TRAINING_WINDOWS];

struct training_count {
	struct span name; // of a tag; SPAN_NONE elsewhere
	int64_t key;      // day, rating or contest
	int64_t n;
};

struct training_counts {
	const struct training_count *v;
	size_t n;
};

struct training_problem {
	struct span key; // "2100/A"
	struct span name;
	int64_t rating;
	int64_t day;
};

struct training_problems {
	const struct training_problem *v;
	size_t n;
};

struct training {
	int64_t sent;
	int64_t solved;
	int64_t first_day;           // of an accepted one; 0: none
	int64_t average;             // rating of those that have one; 0: none
	struct training_counts days; // of the last 400
	struct training_counts ratings;
	struct training_counts tags; // the commonest first
	struct training_problems hardest;
	struct training_counts contests; // those that were rated: how many of theirs are solved
};

/* Of member.figures; what is missing there is empty. Texts live as long as both, the figures and
 * the arena. ERR_INVALID: those are no figures. */
int training_read(
	struct arena *m, struct span figures, struct training *out, struct err *e) ATTR_MUST_USE;

/* The figures of some days alone, for training_read: worked out of all submissions. */
int training_window(struct db *d, struct arena *m, int64_t member_id,
	const struct training_days *days, struct span *figures, struct err *e) ATTR_MUST_USE;

/* How many were solved since that day. */
int64_t training_since(const struct training *t, int64_t day);

/* How many of a rated contest's problems are solved. */
int64_t training_solved_in(const struct training *t, int64_t contest_id);

struct training_change {
	int64_t contest_id;
	struct span contest;
	int64_t rank;
	int64_t at; // unix us
	int64_t old_rating;
	int64_t new_rating;
	int64_t n_problems; // 0: not known
};

struct training_changes {
	const struct training_change *v;
	size_t n;
	bool is_settled; // the size of each contest was asked for
};

/* Rated contests of those days, the oldest first. */
int training_changes(struct db *d, struct arena *m, int64_t member_id,
	const struct training_days *days, struct training_changes *out,
	struct err *e) ATTR_MUST_USE;

#endif
