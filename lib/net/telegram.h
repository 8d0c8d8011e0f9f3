#ifndef NET_TELEGRAM_H
#define NET_TELEGRAM_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * One message to the operators' Telegram group, through a proxy that holds the bot's token.
 *
 *     POST TELEGRAM_PROXY_URL
 *     Content-Type: application/json
 *     X-Proxy-Secret-Key: PROXY_SECRET_KEY
 *
 *     {"chat_id": "TELEGRAM_GROUP_ID", "message_thread_id": TELEGRAM_GROUP_TOPIC_ID,
 *      "text": "plain text, at most 4096 characters", "origin": "FROM_ENV"}
 *
 * message_thread_id is left out when the topic is 0. The proxy gives chat_id, message_thread_id and
 * text to Telegram's sendMessage without parse_mode and answers as Telegram does: 2xx when it was
 * sent; 429 with {"parameters": {"retry_after": SECONDS}} or Retry-After when there were too many;
 * anything else when it was not sent.
 */
struct config;
struct http;

#define TELEGRAM_MAX_TEXT 4096

/* Whether the configuration says where messages go. */
bool telegram_wanted(const struct config *conf);

/*
 * ERR_LIMIT with e->retry_after_s for 429; ERR_TEMPORARY for 5xx and everything on the way;
 * ERR_FORBIDDEN for any other answer. The errors' texts hold nothing of the configuration.
 */
int telegram_send(struct http *h, struct arena *m, const struct config *conf, struct span text,
	struct err *e) ATTR_MUST_USE;

#endif
