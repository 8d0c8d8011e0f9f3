#ifndef FCGI_RATE_H
#define FCGI_RATE_H

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"
#include "fcgi/ctx.h"

/*
 * The limits that the route table names (lib/model/rate.c). Members are counted by account, guests
 * by address. Returns 0, 429 with retry_after_s in e, or 503 when nobody can count.
 */
int rate_check(struct ctx *c, const char *name, struct err *e) ATTR_MUST_USE;

/* The limit of a route that names none: by address, for members too (fcgi/flow.h). */
int rate_check_page(struct ctx *c, struct err *e) ATTR_MUST_USE;

/*
 * What an address is counted under: one host with IPv6 has 2^64 addresses, so its network of 64
 * bits. Anything that is no IPv6 address stands for itself.
 */
struct span rate_network(struct arena *m, struct span address);

#endif
