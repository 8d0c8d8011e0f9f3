/* Members, as other members may see them. */
#include "fcgi/api/api.h"
#include "fcgi/api_doc.h"
#include "fcgi/request.h"
#include "model/user.h"
#include "model/user_search.h"

#define MOST_FOUND 20

struct search_query {
	struct span q;
};

static const struct field search_fields[] = {
	FIELD_LINE(struct search_query, q, 2, 80),
};

struct member_json {
	struct span handle;
	struct span name;
	struct shape_list roles;
};

static const struct shape_field member_fields[] = {
	SHAPE_TEXT(struct member_json, handle, "the member's handle"),
	SHAPE_TEXT(struct member_json, name, "the member's name"),
	SHAPE_TEXTS(struct member_json, roles, "what the member is here"),
};
static const struct shape member_shape = SHAPE("Member", struct member_json, member_fields);

struct members_json {
	struct shape_list users;
};

static const struct shape_field members_fields[] = {
	SHAPE_LIST(struct members_json, users, &member_shape, "at most 20"),
};
static const struct shape members_shape = SHAPE("Members", struct members_json, members_fields);

const struct api_doc api_users_search_doc = {
	.summary = "Search for members",
	.text = "q is the beginning of a handle, or a part of a name.",
	.query = API_TABLE(search_fields),
	.answers = { { 200, &members_shape, "those who were found" } },
};

int api_users_search(struct ctx *c, struct err *e)
{
	struct search_query query;
	struct user_found_list found;
	struct members_json answer;
	struct member_json *v;

	if (api_read_query(c, &query, e) != 0 ||
		user_search(c->db, c->mem, query.q, MOST_FOUND, &found, e) != 0)
		return -1;
	v = arena_new_array(c->mem, struct member_json, found.n + 1);
	for (size_t i = 0; i < found.n; i++)
		v[i] = (struct member_json){ .handle = found.v[i].handle,
			.name = found.v[i].name,
			.roles = api_roles(c->mem, found.v[i].roles) };
	answer.users = (struct shape_list){ v, found.n };
	api_put(c, &members_shape, &answer);
	return 0;
}
