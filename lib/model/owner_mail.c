#include "model/owner_mail.h"

#include "db/db.h"
#include "model/mail.h"

int owner_tell(struct tx *tx, struct arena *m, const struct envelope *seal,
	const struct owner_mail *o, struct err *e)
{
	const struct span paragraphs[] = { o->text, span_of(o->undo) };
	struct mail_notice n = { .kind = o->kind,
		.user_id = o->user_id,
		.subject = o->subject,
		.paragraphs = paragraphs,
		.n_paragraphs = countof(paragraphs) };
	struct err why = { .kind = ERR_NONE };
	struct row row;

	if (seal == NULL)
		return 0;
	if (db_one(tx->db, m, q_signup_user, ARGS(arg_i64(o->user_id)), &row, e) != 0)
		return -1;
	n.to = row_text(&row, signup_user_email);
	n.greeting_name = row_text(&row, signup_user_name);
	if (o->label != NULL && o->site.n > 0) {
		n.action_label = o->label;
		n.action_url = span_of(arena_printf(m, SPAN_FMT "%s", SPAN_ARG(o->site), o->path));
	}
	if (mail_queue(tx, m, seal, &n, &why) == 0 || why.kind == ERR_INVALID)
		return 0;
	*e = why;
	return -1;
}
