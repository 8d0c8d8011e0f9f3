#ifndef FCGI_MEMBER_FILL_H
#define FCGI_MEMBER_FILL_H

#include <stdint.h>

#include "base/attr.h"
#include "fcgi/ctx.h"
#include "fcgi/page_start.h"
#include "model/member.h"
#include "view/member.h"

/* What several pages about members print. */
struct zone;

/* The frame, with the text of ?done=. */
struct page_view member_page(const struct ctx *c, const struct viewer *v, const char *title);

struct url member_link(struct arena *m, int64_t id);
struct url member_act(struct arena *m, int64_t id, const char *what); // "/member/7/edit"

/* The number in the address; ERR_NOT_FOUND for anything else. */
int member_id(const struct ctx *c, int64_t *id, struct err *e) ATTR_MUST_USE;

/* A line of a table; its times are days in that zone. */
struct member_row member_row_of(struct arena *m, const struct zone *z, const struct member_item *i);

/* What the reader may see. */
int member_reader(struct ctx *c, struct member_access *out, struct err *e) ATTR_MUST_USE;

/* The reader's own member; 0: none. */
int member_own(struct ctx *c, int64_t *id, struct err *e) ATTR_MUST_USE;

/* "1543", or "–". */
const char *member_rating(struct arena *m, int64_t rating);
/* "international grandmaster" as a class: "rank-red". */
const char *member_rank_class(struct span rank);

/* The groups he looks after as options; the first is for none. */
int member_group_options(struct ctx *c, const struct member_access *a, int64_t chosen,
	const char *none, struct problem_options *out, struct err *e) ATTR_MUST_USE;

/* Whether and until when Codeforces rests. */
int member_resting(
	struct ctx *c, const struct viewer *v, struct resting *out, struct err *e) ATTR_MUST_USE;

#endif
