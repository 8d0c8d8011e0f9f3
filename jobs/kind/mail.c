/*
 * Sending one mail of the outbox. The message is the same bytes at every attempt, Message-ID
 * included: a worker that is killed after the server took the mail and before that was recorded
 * makes it go out again, and the reader's program can tell that it is the same one. When the last
 * attempt has failed, or a worker was lost with it, the runner enqueues mail.given_up, which marks
 * it so that the operator sees it and may try it anew.
 */
#include "jobs/kind.h"

#include <string.h>

#include "base/limits.h"
#include "base/mailbox.h"
#include "gen/tmpl.h"
#include "html/url.h"
#include "model/job.h"
#include "model/mail_outbox.h"
#include "net/json.h"
#include "net/mime.h"
#include "net/smtp.h"
#include "os/config.h"
#include "os/log.h"
#include "view/mail.h"

static int payload_mail(const struct json *root, int64_t *id, struct err *e)
{
	if (!json_i64(json_get(root, "mail"), id))
		return err_set(e, ERR_INVALID, "the payload names no mail");
	return 0;
}

static int print(void (*page)(struct html *, const void *), const struct mail_view *v,
	struct arena *m, struct span *out, struct err *e)
{
	struct html h;
	struct span text;
	BUF_AUTO b;

	buf_init(&b, MAIL_MAX_WIRE);
	h.out = &b;
	page(&h, v);
	if (buf_finish(&b, &text, e) != 0)
		return -1;
	*out = arena_span(m, text);
	return 0;
}

/* The text template begins with the header: its subject is clean there. */
static struct span take_subject(struct span *text)
{
	struct span subject = SPAN_NONE;

	if (span_split(text, '\n', &subject) && span_starts(subject, "Subject: "))
		subject = span_sub(subject, strlen("Subject: "), subject.n);
	if (span_starts(*text, "\n"))
		*text = span_sub(*text, 1, text->n);
	return span_trim(subject);
}

static int compose(struct job_ctx *c, const struct mail_item *item, const struct mail_notice *n,
	struct smtp_mail *out, struct err *e)
{
	const char *site = c->conf->base_url;
	struct mail_view v = { .subject = n->subject,
		.name = n->greeting_name,
		.paragraphs = { n->paragraphs, n->n_paragraphs },
		.action_label = n->action_label,
		.action_url = url_external(c->mem, n->action_url),
		.small_print = n->small_print };
	struct mime_mail mail = { .to = n->to,
		.id = item->message_id,
		.date_s = item->created_at / 1000000,
		.stop_url = n->stop_url };

	if (site[0] != '\0')
		v.site = url_external(c->mem, span_of(site));
	if (!mailbox_parse(span_of(c->conf->smtp_from), &mail.from))
		return err_set(e, ERR_INVALID, "SMTP_FROM holds no address");
	if (print(mail_notice_txt, &v, c->mem, &mail.text, e) != 0 ||
		print(mail_notice_html, &v, c->mem, &mail.html, e) != 0)
		return -1;
	mail.subject = take_subject(&mail.text);
	out->from = mail.from.address;
	out->to = mail.to;
	return mime_compose(c->mem, &mail, &out->message, e);
}

/* The mail's fate and the job's end are one. */
static int end(struct job_ctx *c, int64_t id, enum mail_state state, struct err *e)
{
	TX_AUTO tx = { .db = NULL };

	if (tx_begin(c->db, &tx, e) != 0 || mail_ended(&tx, id, state, c->attempt, e) != 0 ||
		job_settle(c, &tx, e) != 0)
		return -1;
	return tx_commit(&tx, e);
}

static int send(struct job_ctx *c, struct smtp_mail *mail, const char **said, struct err *e)
{
	int result = smtp_send(c->conf, c->mem, mail, e);

	*said = mail->said;
	return result;
}

static int deliver(
	struct job_ctx *c, const struct mail_item *item, const char **said, struct err *e)
{
	struct mail_notice notice;
	struct smtp_mail mail;

	if (mail_open(c->db, c->mem, c->seal, item->id, &notice, e) != 0 ||
		compose(c, item, &notice, &mail, e) != 0)
		return -1;
	return send(c, &mail, said, e);
}

int kind_mail_send(struct job_ctx *c, struct err *e)
{
	JSON_AUTO root = NULL;
	struct mail_item item;
	struct err why = { .kind = ERR_NONE };
	const char *said = NULL;
	int64_t id;

	if (json_parse(c->payload, &root, e) != 0 || payload_mail(root, &id, e) != 0 ||
		mail_find(c->db, c->mem, id, &item, e) != 0)
		return -1;
	if (item.state == MAIL_SENT || !item.has_body)
		return 0;
	if (c->conf->smtp_url[0] == '\0') {
		log_event(LOG_WARN, "mail.kept", LOG_NUMBER("mail", id));
		return end(c, id, MAIL_KEPT, e);
	}
	if (deliver(c, &item, &said, e) == 0) {
		log_event(LOG_INFO, "mail.sent", LOG_NUMBER("mail", id),
			LOG_SPAN("kind", item.kind), LOG_NUMBER("attempt", c->attempt));
		return end(c, id, MAIL_SENT, e);
	}
	e->retry_after_s = 1 << 2 * (c->attempt - 1);
	if (mail_failed(c->db, id, c->attempt, said != NULL ? said : e->text, &why) != 0)
		log_err(LOG_WARN, "mail.record", &why);
	return -1;
}

int kind_mail_given_up(struct job_ctx *c, struct err *e)
{
	JSON_AUTO root = NULL;
	struct span why = SPAN_NONE;
	int64_t id;

	if (json_parse(c->payload, &root, e) != 0 ||
		payload_mail(json_get(root, "payload"), &id, e) != 0)
		return -1;
	(void)json_text(json_get(root, "error"), &why);
	return mail_give_up(c->db, id, why, e);
}
