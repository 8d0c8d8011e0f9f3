/* The end of an account: what its calendars leave behind when they are disconnected. */
#include "jobs/kind.h"

#include "model/account.h"
#include "net/json.h"

int kind_account_delete(struct job_ctx *c, struct err *e)
{
	JSON_AUTO root = NULL;
	int64_t user_id;

	if (json_parse(c->payload, &root, e) != 0)
		return -1;
	if (!json_i64(json_get(root, "user"), &user_id))
		return err_set(e, ERR_INVALID, "the payload names no member");
	return account_clear(c->db, c->mem, c->cache, user_id, e);
}
