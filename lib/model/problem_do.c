#include "model/problem_do.h"

#include "db/db.h"
#include "model/job.h"
#include "model/problem_verify.h"

static struct problem_desk desk_of(const struct problem_hand *h, struct tx *tx)
{
	return (struct problem_desk){ tx, h->mem, h->seal, h->actor_id };
}

int problem_do_create(const struct problem_hand *h, const struct problem_new *n,
	const struct problem_meta *meta, struct problem_made *out, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	struct problem_desk desk;

	if (tx_begin(h->db, &tx, e) != 0)
		return -1;
	desk = desk_of(h, &tx);
	if (problem_create(&desk, n, out, e) != 0 ||
		(meta != NULL && problem_set_meta(&desk, out->id, meta, e) != 0) ||
		tx_commit(&tx, e) != 0)
		return -1;
	problem_evict(h->cache, h->mem, out->id);
	job_wake(h->db, "problem");
	return 0;
}

int problem_do_change(const struct problem_hand *h, int64_t problem_id,
	const struct problem_change *change, const struct problem_meta *meta,
	struct problem_made *out, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	struct problem_desk desk;

	if (tx_begin(h->db, &tx, e) != 0)
		return -1;
	desk = desk_of(h, &tx);
	if ((change != NULL && problem_revise(&desk, problem_id, change, out, e) != 0) ||
		(meta != NULL && problem_set_meta(&desk, problem_id, meta, e) != 0) ||
		tx_commit(&tx, e) != 0)
		return -1;
	problem_evict(h->cache, h->mem, problem_id);
	if (change != NULL)
		job_wake(h->db, "problem");
	return 0;
}

int problem_do_show_to(
	const struct problem_hand *h, int64_t problem_id, enum problem_visibility to, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	struct problem_desk desk;

	if (tx_begin(h->db, &tx, e) != 0)
		return -1;
	desk = desk_of(h, &tx);
	if (problem_show_to(&desk, problem_id, to, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	problem_evict(h->cache, h->mem, problem_id);
	return 0;
}

int problem_do_delete(const struct problem_hand *h, int64_t problem_id, struct err *e)
{
	TX_AUTO tx = { .db = NULL };
	struct problem_desk desk;

	if (tx_begin(h->db, &tx, e) != 0)
		return -1;
	desk = desk_of(h, &tx);
	if (problem_delete(&desk, problem_id, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	problem_evict(h->cache, h->mem, problem_id);
	return 0;
}

int problem_do_sign(const struct problem_hand *h, int64_t problem_id, int64_t version_id,
	struct span why, struct err *e)
{
	TX_AUTO tx = { .db = NULL };

	if (tx_begin(h->db, &tx, e) != 0 ||
		problem_sign(&tx, h->mem, version_id, h->actor_id, why, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	problem_evict(h->cache, h->mem, problem_id);
	return 0;
}

int problem_do_verify(
	const struct problem_hand *h, int64_t problem_id, int64_t version_id, struct err *e)
{
	TX_AUTO tx = { .db = NULL };

	if (tx_begin(h->db, &tx, e) != 0 || problem_verify_ask(&tx, h->mem, version_id, e) != 0 ||
		tx_commit(&tx, e) != 0)
		return -1;
	problem_evict(h->cache, h->mem, problem_id);
	job_wake(h->db, "problem");
	return 0;
}
