#include "fcgi/issuer.h"

#include "fcgi/request.h"
#include "os/config.h"

struct bearer_issuer issuer_of(const struct ctx *c)
{
	const char *base = c->conf->base_url;

	return (struct bearer_issuer){ .keys = c->keys,
		.url = base[0] != '\0' ? base : request_site(c->req, c->mem),
		.now_us = c->now_us };
}
