#include "fcgi/codeforces_link.h"

#define SITE "https://codeforces.com"

struct place {
	struct span contest;
	struct span index;
};

static struct place place_of(struct span problem)
{
	struct place p = { SPAN(""), problem };

	(void)span_split(&p.index, '/', &p.contest);
	return p;
}

struct url codeforces_link_profile(struct arena *m, struct span handle)
{
	return url_external(
		m, span_of(arena_printf(m, SITE "/profile/" SPAN_FMT, SPAN_ARG(handle))));
}

struct url codeforces_link_contest(struct arena *m, int64_t contest_id)
{
	return url_external(
		m, span_of(arena_printf(m, SITE "/contest/%lld", (long long)contest_id)));
}

struct url codeforces_link_problem(struct arena *m, struct span problem)
{
	struct place p = place_of(problem);

	return url_external(
		m, span_of(arena_printf(m, SITE "/contest/" SPAN_FMT "/problem/" SPAN_FMT,
			   SPAN_ARG(p.contest), SPAN_ARG(p.index))));
}

struct url codeforces_link_submission(struct arena *m, struct span problem, int64_t id)
{
	struct place p = place_of(problem);

	return url_external(m, span_of(arena_printf(m, SITE "/contest/" SPAN_FMT "/submission/%lld",
				       SPAN_ARG(p.contest), (long long)id)));
}

const char *codeforces_problem_name(struct arena *m, struct span problem)
{
	struct place p = place_of(problem);

	return arena_printf(m, SPAN_FMT SPAN_FMT, SPAN_ARG(p.contest), SPAN_ARG(p.index));
}
