#ifndef NET_SMTP_H
#define NET_SMTP_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

struct config;

/*
 * Handing a mail to the server that SMTP_URL names:
 *
 *   smtps://user:password@host      TLS from the first byte
 *   smtp://user:password@host:587   STARTTLS, without which the password is not sent
 *   smtp://host:25                  STARTTLS if the server offers it, whoever he is
 *
 * ?tls=must asks for STARTTLS and a good certificate also without a password, ?tls=no forgoes it.
 * Certificates are checked against SMTP_CA, or the system's authorities, wherever TLS is a must.
 */
struct smtp_mail {
	struct span from; // addresses of the envelope
	struct span to;
	struct span message; // net/mime.h
	const char *said;    // filled: with what the server refused it, or NULL
};

/*
 * ERR_TEMPORARY: not now (no connection, too slow, cut off, an answer 4xx). ERR_INVALID: never (an
 * answer 5xx, a refused password). *said is then what the server said, which may name the reader,
 * or NULL: not for the log.
 */
int smtp_send(const struct config *conf, struct arena *m, struct smtp_mail *mail,
	struct err *e) ATTR_MUST_USE;

/* For the start of a program: SMTP_FROM holds an address, and SMTP_URL is empty or can be read. No
 * message holds the password. */
int smtp_check(const struct config *conf, struct err *e) ATTR_MUST_USE;

#endif
