/* account.letter: what an address is told after somebody gave it (model/signup_letter.h). */
#include "jobs/kind.h"

#include "model/job.h"
#include "model/mail.h"
#include "model/signup_letter.h"

int kind_account_letter(struct job_ctx *c, struct err *e)
{
	struct letter_order order;
	TX_AUTO tx = { .db = NULL };

	if (letter_read(c->payload, c->mem, &order, e) != 0)
		return -1;
	if (tx_begin(c->db, &tx, e) != 0 || letter_write(&tx, c->mem, c->seal, &order, e) != 0 ||
		job_settle(c, &tx, e) != 0 || tx_commit(&tx, e) != 0)
		return -1;
	mail_wake(c->db);
	return 0;
}
