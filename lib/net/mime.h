#ifndef NET_MIME_H
#define NET_MIME_H

#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/mailbox.h"
#include "base/span.h"

/*
 * One mail as it goes over the wire: RFC 5322 with RFC 2047 in the header and two parts, text and
 * HTML, in quoted-printable (RFC 2045, 2046). The same input gives the same bytes.
 */
struct mime_mail {
	struct mailbox from;
	struct span to;
	struct span subject;
	struct span id; // left of the @ in Message-ID: letters, digits, dots, - and _
	int64_t date_s;
	struct span text; // UTF-8 with LF line ends, both parts
	struct span html;
	/*
	 * Where a POST ends such mails, for List-Unsubscribe (RFC 2369); over https it is announced
	 * as doing so at one click (RFC 8058). Empty: nowhere.
	 */
	struct span stop_url;
};

/*
 * ERR_INVALID for an address that is none, for control characters in a header value, and for a
 * stop_url that is no http or https address.
 */
int mime_compose(struct arena *m, const struct mime_mail *mail, struct span *out,
	struct err *e) ATTR_MUST_USE;

#endif
