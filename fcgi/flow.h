#ifndef FCGI_FLOW_H
#define FCGI_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/err.h"
#include "base/span.h"

/*
 * How often one address may ask for what has no limit of its own on its line of the route table:
 * pages and reads. Counted in memory that all web processes of this machine share, so that it costs
 * no round trip; several machines count each for itself. An address has PAGE_LIMIT requests, which
 * come back evenly over FLOW_WINDOW_S: in any span of that length at most twice as many pass, and
 * in the long run no more than PAGE_LIMIT for each.
 */

/* Before the first fork. A process that does not call it passes everything (plain CGI: see
 * rate_check_page). */
int flow_open(struct err *e) ATTR_MUST_USE;
bool flow_is_open(void);

/*
 * Counts a request. Returns 0 if it may pass, or the seconds after which the next one may, at least
 * 1. Addresses are kept as a hash under a key of this run; when FLOW_SLOTS of them are busy at
 * once, further ones pass.
 */
int flow_take(struct span address, int limit, int64_t now_us) ATTR_MUST_USE;

#endif
