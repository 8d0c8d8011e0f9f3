#include "model/mail.h"

#include <string.h>

#include "auth/envelope.h"
#include "base/limits.h"
#include "base/mailbox.h"
#include "base/utf8.h"
#include "model/job.h"
#include "model/mail_outbox.h"
#include "net/json.h"
#include "os/rnd.h"

/* ---- into the outbox ---- */

static bool is_one_line(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return false;
	}
	return utf8_valid(s.p, s.n);
}

static int check(const struct mail_notice *n, struct err *e)
{
	struct span subject = span_of(n->subject);

	if (!mailbox_valid(n->to))
		return err_field(e, "email", "this is no address that mail can be sent to");
	if (subject.n == 0 || subject.n > MAIL_MAX_SUBJECT || !is_one_line(subject))
		return err_set(e, ERR_INVALID, "a mail's subject has 1 to %d bytes on one line",
			MAIL_MAX_SUBJECT);
	if (n->n_paragraphs > MAIL_MAX_PARAGRAPHS)
		return err_set(
			e, ERR_INVALID, "a mail has at most %d paragraphs", MAIL_MAX_PARAGRAPHS);
	return 0;
}

static int write_body(struct buf *b, const struct mail_notice *n, struct span *out, struct err *e)
{
	struct json_out j;

	json_begin(&j, b);
	json_object(&j);
	json_key(&j, "name");
	json_put_text(&j, n->greeting_name);
	json_key(&j, "paragraphs");
	json_array(&j);
	for (size_t i = 0; i < n->n_paragraphs; i++)
		json_put_text(&j, n->paragraphs[i]);
	json_array_end(&j);
	json_key(&j, "label");
	json_put_text(&j, span_of(n->action_label));
	json_key(&j, "url");
	json_put_text(&j, n->action_url);
	json_key(&j, "small");
	json_put_text(&j, n->small_print);
	json_key(&j, "stop");
	json_put_text(&j, n->stop_url);
	json_object_end(&j);
	return buf_finish(b, out, e);
}

static struct span purpose_of(struct arena *m, struct span message_id)
{
	return span_of(arena_printf(m, "mail.body:" SPAN_FMT, SPAN_ARG(message_id)));
}

static int enqueue(struct tx *tx, struct arena *m, int64_t id, struct err *e)
{
	const struct job_spec job = { .kind = "mail.send",
		.payload = span_of(arena_printf(m, "{\"mail\":%lld}", (long long)id)),
		.priority = JOB_PRIORITY_URGENT };
	int64_t job_id;

	return job_enqueue(tx, m, &job, &job_id, e);
}

int mail_queue(struct tx *tx, struct arena *m, const struct envelope *seal,
	const struct mail_notice *n, struct err *e)
{
	char id[ID_SIZE];
	char more[ID_SIZE];
	struct span message_id;
	struct span body;
	struct span sealed;
	struct row row;
	BUF_AUTO b;

	buf_init(&b, MAIL_MAX_BODY);
	if (seal == NULL)
		return err_set(e, ERR_TEMPORARY,
			"mails cannot be written here: the operator has set no ENCRYPTION_KEY");
	if (check(n, e) != 0 || write_body(&b, n, &body, e) != 0)
		return -1;
	rnd_id(id);
	rnd_id(more);
	message_id = span_of(arena_printf(m, "%s.%s", id, more));
	if (envelope_seal(seal, m, body, purpose_of(m, message_id), &sealed, e) != 0)
		return -1;
	if (db_one(tx->db, m, q_mail_add,
		    ARGS(arg_text(message_id), arg_str(n->kind), arg_text(n->to),
			    arg_str(n->subject), arg_bytes(sealed), arg_i64(n->user_id)),
		    &row, e) != 0)
		return -1;
	return enqueue(tx, m, row_i64(&row, mail_add_id), e);
}

void mail_wake(struct db *d)
{
	job_wake(d, "mail");
}

/* ---- out of it ---- */

static const char *const state_names[] = {
	[MAIL_WAITING] = "waiting",
	[MAIL_SENT] = "sent",
	[MAIL_DEAD] = "dead",
	[MAIL_KEPT] = "kept",
};

const char *mail_state_name(enum mail_state s)
{
	return state_names[s];
}

bool mail_state_find(struct span name, enum mail_state *out)
{
	for (size_t i = 0; i < countof(state_names); i++) {
		if (span_is(name, state_names[i])) {
			*out = (enum mail_state)i;
			return true;
		}
	}
	return false;
}

static struct mail_item item_of(const struct row *r)
{
	enum mail_state state = MAIL_WAITING;

	(void)mail_state_find(row_text(r, mail_list_state), &state);
	return (struct mail_item){
		.id = row_i64(r, mail_list_id),
		.message_id = row_text(r, mail_list_message_id),
		.kind = row_text(r, mail_list_kind),
		.recipient = row_text(r, mail_list_recipient),
		.subject = row_text(r, mail_list_subject),
		.state = state,
		.attempts = (int)row_i64(r, mail_list_attempts),
		.last_error = row_text(r, mail_list_last_error),
		.created_at = row_time(r, mail_list_created_at),
		.ended_at = row_time(r, mail_list_ended_at),
		.has_body = row_bool(r, mail_list_has_body),
	};
}

static int read_items(struct db *d, struct arena *m, struct span state, const int64_t range[3],
	struct mail_items *out, struct err *e)
{
	struct mail_item *v;
	struct rows rows;

	if (db_many(d, m, q_mail_list,
		    ARGS(arg_text(state), arg_i64(range[0]), arg_i64(range[1]), arg_i64(range[2])),
		    &rows, e) != 0)
		return -1;
	v = arena_new_array(m, struct mail_item, rows.n);
	for (size_t i = 0; i < rows.n; i++)
		v[i] = item_of(&rows.v[i]);
	*out = (struct mail_items){ v, rows.n };
	return 0;
}

int mail_list(struct db *d, struct arena *m, const struct mail_filter *f, struct mail_items *out,
	struct err *e)
{
	const int64_t range[] = { 0, f->before_id > 0 ? f->before_id : INT64_MAX,
		f->limit < MAIL_LIST_MAX ? f->limit : MAIL_LIST_MAX };

	return read_items(d, m, f->state, range, out, e);
}

int mail_find(struct db *d, struct arena *m, int64_t id, struct mail_item *out, struct err *e)
{
	const int64_t range[] = { id, id < INT64_MAX ? id + 1 : id, 1 };
	struct mail_items found;

	if (read_items(d, m, SPAN_NONE, range, &found, e) != 0)
		return -1;
	if (found.n == 0)
		return err_set(e, ERR_NOT_FOUND, "no such mail");
	*out = found.v[0];
	return 0;
}

static const char *text_or_null(struct arena *m, const struct json *root, const char *key)
{
	struct span s;

	return json_text(json_get(root, key), &s) ? arena_dup(m, s) : NULL;
}

static int read_body(struct arena *m, struct span body, struct mail_notice *out, struct err *e)
{
	JSON_AUTO root = NULL;
	const struct json *list;
	struct span *v;
	size_t n;

	if (json_parse(body, &root, e) != 0)
		return -1;
	list = json_get(root, "paragraphs");
	n = json_length(list);
	v = arena_new_array(m, struct span, n);
	for (size_t i = 0; i < n; i++) {
		if (json_text(json_at(list, i), &v[i]))
			v[i] = arena_span(m, v[i]);
	}
	out->paragraphs = v;
	out->n_paragraphs = n;
	out->greeting_name = span_of(text_or_null(m, root, "name"));
	out->action_label = text_or_null(m, root, "label");
	out->action_url = span_of(text_or_null(m, root, "url"));
	out->small_print = span_of(text_or_null(m, root, "small"));
	out->stop_url = span_of(text_or_null(m, root, "stop"));
	return 0;
}

int mail_open(struct db *d, struct arena *m, const struct envelope *seal, int64_t id,
	struct mail_notice *out, struct err *e)
{
	struct span body;
	struct row row;

	if (seal == NULL)
		return err_set(e, ERR_TEMPORARY, "ENCRYPTION_KEY is not set");
	if (db_one(d, m, q_mail_body, ARGS(arg_i64(id)), &row, e) != 0)
		return -1;
	if (row_null(&row, mail_body_body))
		return err_set(e, ERR_CONFLICT, "what this mail said is wiped");
	if (envelope_open(seal, m, row_bytes(&row, mail_body_body, m),
		    purpose_of(m, row_text(&row, mail_body_message_id)), &body, e) != 0)
		return -1;
	*out = (struct mail_notice){
		.kind = row_str(&row, mail_body_kind),
		.to = row_text(&row, mail_body_recipient),
		.subject = row_str(&row, mail_body_subject),
	};
	return read_body(m, body, out, e);
}

/* ---- its fate ---- */

int mail_ended(struct tx *tx, int64_t id, enum mail_state state, int attempts, struct err *e)
{
	return db_exec(tx->db, q_mail_ended,
		ARGS(arg_i64(id), arg_str(state_names[state]), arg_i64(attempts)), NULL, e);
}

int mail_failed(struct db *d, int64_t id, int attempts, const char *why, struct err *e)
{
	return db_exec(
		d, q_mail_failed, ARGS(arg_i64(id), arg_i64(attempts), arg_str(why)), NULL, e);
}

int mail_give_up(struct db *d, int64_t id, struct span why, struct err *e)
{
	return db_exec(d, q_mail_give_up, ARGS(arg_i64(id), arg_text(why)), NULL, e);
}

int mail_again(struct tx *tx, struct arena *m, int64_t id, struct err *e)
{
	struct err why = { .kind = ERR_NONE };
	struct row row;

	if (db_one(tx->db, m, q_mail_again, ARGS(arg_i64(id)), &row, &why) != 0) {
		if (why.kind == ERR_NOT_FOUND)
			return err_set(e, ERR_CONFLICT, "there is nothing to send any more");
		*e = why;
		return -1;
	}
	return enqueue(tx, m, id, e);
}

int mail_purge(struct db *d, struct err *e)
{
	if (db_exec(d, q_mail_purge, ARGS(arg_i64(MAIL_KEEP_DAYS)), NULL, e) != 0)
		return -1;
	if (db_exec(d, q_mail_purge_farewells, NO_ARGS, NULL, e) != 0 ||
		db_exec(d, q_email_token_purge, NO_ARGS, NULL, e) != 0)
		return -1;
	return db_exec(d, q_sign_in_stranger_purge, NO_ARGS, NULL, e);
}
