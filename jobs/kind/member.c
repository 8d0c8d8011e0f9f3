/* Members followed on Codeforces: one fetched, all of them asked for, one given up. */
#include "jobs/kind.h"

#include "base/limits.h"
#include "model/job.h"
#include "model/member_contest.h"
#include "model/member_remind.h"
#include "model/member_sync.h"
#include "net/json.h"
#include "os/config.h"
#include "os/log.h"

struct order {
	int64_t member;
	int64_t sweep; // 0: somebody asked for this member
};

static int read_order(const struct json *root, struct order *out, struct err *e)
{
	out->sweep = 0;
	if (!json_i64(json_get(root, "member"), &out->member))
		return err_set(e, ERR_INVALID, "the payload names no member");
	(void)!json_i64(json_get(root, "sweep"), &out->sweep);
	return 0;
}

static int read_payload(struct span payload, struct order *out, struct err *e)
{
	JSON_AUTO root = NULL;

	return json_parse(payload, &root, e) == 0 ? read_order(root, out, e) : -1;
}

/* One commit with the job's end, so that a member counts once whichever worker dies when. */
static int count_in(
	struct job_ctx *c, struct tx *tx, const struct order *o, bool failed, struct err *e)
{
	return member_sweep_count(tx, o->sweep, failed, e) == 0 ? job_settle(c, tx, e) : -1;
}

static int count(struct job_ctx *c, const struct order *o, bool failed, struct err *e)
{
	TX_AUTO tx = { .db = NULL };

	if (o->sweep == 0)
		return 0;
	if (tx_begin(c->db, &tx, e) != 0 || count_in(c, &tx, o, failed, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

struct task {
	struct job_ctx *c;
	struct order order;
};

/* With what came of a sweep's member. */
static int counted(void *data, struct tx *tx, struct err *e)
{
	const struct task *t = data;

	return count_in(t->c, tx, &t->order, false, e);
}

int kind_member_sync(struct job_ctx *c, struct err *e)
{
	struct member_sync s = { .db = c->db,
		.desk = c->codeforces,
		.priority = CODEFORCES_MANUAL,
		.max_wait_ms = TRACK_WAIT_MS };
	struct task t = { .c = c };
	bool stopped = false;

	if (read_payload(c->payload, &t.order, e) != 0)
		return -1;
	if (t.order.sweep > 0) {
		s.priority = CODEFORCES_SWEEP;
		s.end = counted;
		s.data = &t;
		if (member_sweep_stopped(c->db, c->mem, t.order.sweep, &stopped, e) != 0)
			return -1;
	}
	if (stopped)
		return count(c, &t.order, false, e);
	if (member_sync_run(&s, c->mem, t.order.member, e) == 0)
		return 0;
	/* A member who is gone, or a handle that nobody has: trying again would not help. */
	if (e->kind != ERR_NOT_FOUND && e->kind != ERR_INVALID)
		return -1;
	*e = (struct err){ 0 };
	return count(c, &t.order, true, e);
}

/* member.sync was tried as often as it may be. */
int kind_member_missed(struct job_ctx *c, struct err *e)
{
	JSON_AUTO root = NULL;
	struct order o;

	if (json_parse(c->payload, &root, e) != 0 ||
		read_order(json_get(root, "payload"), &o, e) != 0)
		return -1;
	return count(c, &o, true, e);
}

int kind_member_sweep(struct job_ctx *c, struct err *e)
{
	int64_t id;

	if (member_sweep_start(c->db, c->mem, 0, &id, e) != 0)
		return -1;
	log_event(LOG_INFO, "member.sweep", LOG_NUMBER("sweep", id));
	return 0;
}

/* Some time after the sweep: whoever was synced today and has been away. */
int kind_member_remind(struct job_ctx *c, struct err *e)
{
	int64_t n;

	if (c->seal == NULL || c->conf->base_url[0] == '\0')
		return 0; // a site that cannot write mails has none to send
	if (remind_all(c->db, c->mem, c->seal, &n, e) != 0)
		return -1;
	log_event(LOG_INFO, "member.remind", LOG_NUMBER("mails", n));
	return 0;
}

int kind_member_contest(struct job_ctx *c, struct err *e)
{
	JSON_AUTO root = NULL;
	int64_t contest;

	if (json_parse(c->payload, &root, e) != 0)
		return -1;
	if (!json_i64(json_get(root, "contest"), &contest))
		return err_set(e, ERR_INVALID, "the payload names no contest");
	return member_contest_fetch(c->codeforces, c->db, c->mem, contest, e);
}
