#include "net/telegram.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "net/http.h"
#include "net/json.h"
#include "os/config.h"

#define MAX_BODY  (4 * TELEGRAM_MAX_TEXT)
#define MAX_REPLY 65536

bool telegram_wanted(const struct config *conf)
{
	return conf->telegram_proxy_url[0] != '\0' && conf->telegram_group_id[0] != '\0';
}

static int write_body(
	const struct config *conf, struct span text, struct buf *b, struct span *out, struct err *e)
{
	struct json_out j;

	if (text.n > TELEGRAM_MAX_TEXT)
		text.n = utf8_cut(text.p, TELEGRAM_MAX_TEXT);
	json_begin(&j, b);
	json_object(&j);
	json_key(&j, "chat_id");
	json_put_text(&j, span_of(conf->telegram_group_id));
	if (conf->telegram_group_topic_id > 0) {
		json_key(&j, "message_thread_id");
		json_put_i64(&j, conf->telegram_group_topic_id);
	}
	json_key(&j, "text");
	json_put_text(&j, text);
	json_key(&j, "origin");
	json_put_text(&j, span_of(conf->from_env));
	json_object_end(&j);
	return buf_finish(b, out, e);
}

/* {"parameters": {"retry_after": 7}}; 0 if it is not said. */
static int retry_after(struct span body)
{
	JSON_AUTO root = NULL;
	struct err ignored = { 0 };
	int64_t s;

	if (json_parse(body, &root, &ignored) != 0 ||
		!json_i64(json_get(json_get(root, "parameters"), "retry_after"), &s) || s < 0)
		return 0;
	return s < HTTP_MAX_RETRY_AFTER_S ? (int)s : HTTP_MAX_RETRY_AFTER_S;
}

static int judge(const struct http_reply *reply, struct err *e)
{
	if (reply->status >= 200 && reply->status < 300)
		return 0;
	if (reply->status == 429) {
		err_set(e, ERR_LIMIT, "the proxy answered 429");
		e->retry_after_s = retry_after(reply->body);
		if (e->retry_after_s < reply->retry_after_s)
			e->retry_after_s = reply->retry_after_s;
		return -1;
	}
	return err_set(e, reply->status >= 500 ? ERR_TEMPORARY : ERR_FORBIDDEN,
		"the proxy answered %d", reply->status);
}

int telegram_send(
	struct http *h, struct arena *m, const struct config *conf, struct span text, struct err *e)
{
	const char *const headers[] = { "Content-Type: application/json",
		arena_printf(m, "X-Proxy-Secret-Key: %s", conf->proxy_secret_key), NULL };
	struct http_request r = { .method = "POST",
		.base = conf->telegram_proxy_url,
		.path = "",
		.headers = headers,
		.timeout_ms = ALERT_TIMEOUT_MS,
		.max_body = MAX_REPLY };
	struct http_reply reply;
	struct err why = { 0 };
	BUF_AUTO b;

	buf_init(&b, MAX_BODY);
	if (write_body(conf, text, &b, &r.body, e) != 0)
		return -1;
	if (http_send(h, m, &r, &reply, &why) != 0)
		return err_set(e, why.kind, "the proxy could not be reached");
	return judge(&reply, e);
}
