#ifndef FCGI_CODEFORCES_LINK_H
#define FCGI_CODEFORCES_LINK_H

#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "html/url.h"

/* Addresses at Codeforces. A problem is named as lib/model does: "2100/A". */

struct url codeforces_link_profile(struct arena *m, struct span handle);
struct url codeforces_link_contest(struct arena *m, int64_t contest_id);
struct url codeforces_link_problem(struct arena *m, struct span problem);
/* A submission to that problem. */
struct url codeforces_link_submission(struct arena *m, struct span problem, int64_t id);

/* "2100A", as people say it. */
const char *codeforces_problem_name(struct arena *m, struct span problem);

#endif
