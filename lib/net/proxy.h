#ifndef NET_PROXY_H
#define NET_PROXY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/limits.h"
#include "base/span.h"

/* Networks whose X-Forwarded-For and X-Forwarded-Proto are believed. */
struct proxy_net {
	uint8_t address[16]; // IPv4 is kept as ::ffff:a.b.c.d
	unsigned bits;
};

struct proxy_list {
	struct proxy_net v[PROXY_MAX_NETS];
	size_t n;
};

/* "10.0.0.0/8, ::1, 192.0.2.7": the form of TRUST_PROXY. ERR_INVALID names the item at fault. */
int proxy_list_parse(struct span text, struct proxy_list *out, struct err *e) ATTR_MUST_USE;

/* False for what is no address. "unix:" counts as local and is trusted when any network is. */
bool proxy_trusts(const struct proxy_list *l, struct span address);
bool proxy_is_loopback(struct span address);

/* Whether the list believes every address of a family, so that anybody can name the one he likes.
 */
bool proxy_trusts_all(const struct proxy_list *l);

/*
 * The client's address: peer, unless peer is trusted; then the last address of the header that is
 * not trusted itself, or the first one if all are. A malformed item ends the walk.
 */
struct span proxy_client(const struct proxy_list *l, struct span peer, struct span forwarded_for);

#endif
