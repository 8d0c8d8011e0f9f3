#ifndef FCGI_DOOR_H
#define FCGI_DOOR_H

#include "base/attr.h"
#include "base/err.h"
#include "fcgi/ctx.h"
#include "model/signup.h"

/*
 * What lib/model/signup.h wants to know of a request. Links in mails begin with BASE_URL. Without
 * it only a development site takes the host that the request named: elsewhere whoever asks for
 * another member's mail would say where its link leads.
 */
struct signup_door door_open(const struct ctx *c);

/* Why nobody can be written to, or NULL. */
const char *door_closed(const struct signup_door *d);

#endif
