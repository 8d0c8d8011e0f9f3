/* What happens in rooms by itself: lib/model/room_turn.h. */
#include "jobs/kind.h"

#include "model/job.h"
#include "model/room_draw.h"
#include "model/room_turn.h"
#include "net/json.h"

int kind_room_turn(struct job_ctx *c, struct err *e)
{
	JSON_AUTO root = NULL;
	int64_t id;

	if (json_parse(c->payload, &root, e) != 0)
		return -1;
	if (!json_i64(json_get(root, "room"), &id))
		return err_set(e, ERR_INVALID, "the payload names no room");
	return room_turn(c->db, c->mem, id, e);
}

int kind_room_tend(struct job_ctx *c, struct err *e)
{
	return room_turn_tend(c->db, c->mem, e);
}

int kind_room_problems(struct job_ctx *c, struct err *e)
{
	return room_draw_fetch(c->db, c->mem, c->codeforces, e);
}
