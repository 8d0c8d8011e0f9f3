#ifndef FCGI_CONTEST_LINK_H
#define FCGI_CONTEST_LINK_H

#include "base/arena.h"
#include "base/span.h"
#include "html/url.h"

struct calendar_contest;
struct ctx;

/* Addresses that belong to one contest. */
struct url contest_link_page(struct arena *m, const struct calendar_contest *c);
struct url contest_link_event(struct arena *m, const struct calendar_contest *c);
/* Google Calendar's form for a new event, filled in. */
struct url contest_link_google(struct arena *m, const struct calendar_contest *c);

/* An address of this site with scheme and host: by BASE_URL, else as the request came. */
const char *contest_link_absolute(const struct ctx *c, struct url u);

#endif
