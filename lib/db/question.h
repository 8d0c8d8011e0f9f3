#ifndef DB_QUESTION_H
#define DB_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "db/db.h"

#define QUESTION_STEPS (DB_MOST_AHEAD + 1) // of one round: an expected read and its company

/* What one request is going to ask first, and what came of it. Arguments are copies. */
struct db_question {
	struct arena *mem; // the request's: of the arguments, and where the rows are wanted
	struct db_step steps[QUESTION_STEPS];
	size_t at[QUESTION_STEPS]; // where among what is asked together the step is
	size_t n;
	bool closed;                // the request has asked once: nothing more is written down
	bool elsewhere;             // for a replica, if one can answer
	bool answered;              // out and count of the steps are filled
	bool given[QUESTION_STEPS]; // each answer is given once
};

/* Whether these may be asked together with what other requests ask. */
bool question_suits(const struct db_step *steps, size_t n);

/* The steps fit: n is at most QUESTION_STEPS in all. */
void question_add(struct db_question *q, const struct db_step *steps, size_t n);

/* What the questions ask, equal steps once, and the arena of who came first with each; returns how
 * many. */
size_t questions_gather(
	struct db_question *const *q, size_t n, struct db_step *steps, struct arena **mems);
/* The answers, in the order of questions_gather. */
void questions_answer(struct db_question *const *q, size_t n, const struct db_step *steps);

/* True, and the answers are in the steps, if the question has one for each: the same statement with
 * the same arguments and its rows in the same arena, not given before. */
bool question_answers(
	struct db_question *q, const struct arena *mem, struct db_step *steps, size_t n);

#endif
