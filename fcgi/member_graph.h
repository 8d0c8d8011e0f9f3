#ifndef FCGI_MEMBER_GRAPH_H
#define FCGI_MEMBER_GRAPH_H

#include <stdint.h>

#include "base/arena.h"
#include "model/member_training.h"
#include "view/member.h"

/*
 * Pictures of how a member trains, as numbers for SVG: what is drawn is told in words too, by the
 * tables that the templates put behind them. Pure.
 */

/* The ratings of n members from contest to contest, in one picture with a line for each; without
 * lines where nobody has had two contests. */
struct member_graph member_graph_ratings(
	struct arena *m, const struct training_changes *of, size_t n);

/* The class of the line of the i-th member, 0..MEMBER_COMPARE_MOST - 1. */
const char *member_graph_style(size_t i);

/* A square for each of the last 53 weeks' days; today is a day since 1970. */
struct member_heat member_graph_heat(struct arena *m, const struct training *t, int64_t today);

/* A bar for each rating of problems. */
struct member_bars member_graph_difficulties(struct arena *m, const struct training *t);

/* The commonest tags, each with its share of the widest in percent. */
struct member_line_items member_graph_tags(struct arena *m, const struct training *t);

/* The colour of a rating: "rank-blue". */
const char *member_graph_rank(int64_t rating);

#endif
