#include "fcgi/door.h"

#include <string.h>

#include "fcgi/request.h"
#include "os/config.h"

struct signup_door door_open(const struct ctx *c)
{
	struct signup_door d = { .db = c->db,
		.mem = c->mem,
		.seal = c->seal,
		.site = span_of(c->conf->base_url),
		.address = c->req->client };

	if (d.site.n == 0 && strcmp(c->conf->env, "development") == 0)
		d.site = span_of(request_site(c->req, c->mem));
	return d;
}

const char *door_closed(const struct signup_door *d)
{
	if (d->seal != NULL && d->site.n > 0)
		return NULL;
	return "This site cannot send mails yet. Its operator has to set ENCRYPTION_KEY and BASE_URL.";
}
