#include "model/scope.h"

const struct scope_info scopes[] = {
	{ SCOPE_PROFILE_READ, "profile:read", "Read your profile and preferences" },
	{ SCOPE_PROFILE_WRITE, "profile:write", "Change your profile and preferences" },
	{ SCOPE_USERS_READ, "users:read", "Search for members" },
	{ SCOPE_SUBMISSIONS_READ, "submissions:read", "Read your submissions and their results" },
	{ SCOPE_SUBMISSIONS_WRITE, "submissions:write", "Send in and take back submissions" },
	{ SCOPE_JUDGE_OPERATE, "judge:operate",
		"Build and run programs on the judges, for admins" },
	{ SCOPE_PROBLEMS_READ, "problems:read", "Read problems, and the tests of your own" },
	{ SCOPE_PROBLEMS_WRITE, "problems:write", "Make and change problems and their tests" },
	{ SCOPE_MEMBERS_READ, "members:read", "Read of the members whom you may see" },
};
const size_t n_scopes = countof(scopes);

const char *scope_name(enum scope s)
{
	for (size_t i = 0; i < n_scopes; i++) {
		if (scopes[i].scope == s)
			return scopes[i].name;
	}
	return "";
}

const char *scope_name_at(size_t i)
{
	return i < n_scopes ? scopes[i].name : NULL;
}

enum scope scope_find(struct span name)
{
	for (size_t i = 0; i < n_scopes; i++) {
		if (span_is(name, scopes[i].name))
			return scopes[i].scope;
	}
	return SCOPE_NONE;
}

const char *scopes_text(struct arena *m, unsigned set)
{
	const char *text = "";

	for (size_t i = 0; i < n_scopes; i++) {
		if ((set & scopes[i].scope) != 0)
			text = arena_printf(
				m, "%s%s%s", text, text[0] != '\0' ? " " : "", scopes[i].name);
	}
	return text;
}
