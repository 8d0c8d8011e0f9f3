#ifndef FCGI_ISSUER_H
#define FCGI_ISSUER_H

#include "fcgi/ctx.h"
#include "model/bearer.h"

/* The name under which this installation issues tokens: BASE_URL, or the address it was asked at.
 */
struct bearer_issuer issuer_of(const struct ctx *c);

#endif
