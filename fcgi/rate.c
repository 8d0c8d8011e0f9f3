#include "fcgi/rate.h"

#include <arpa/inet.h>
#include <string.h>

#include "auth/digest.h"
#include "base/hex.h"
#include "fcgi/flow.h"
#include "fcgi/request.h"
#include "fcgi/route.h"
#include "model/rate.h"
#include "model/user.h"
#include "os/config.h"

#define SUBJECT_BYTES 16

struct span rate_network(struct arena *m, struct span address)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr bytes;

	if (!span_has(address, ':') || address.n >= sizeof(text))
		return address;
	memcpy(text, address.p, address.n);
	text[address.n] = '\0';
	if (inet_pton(AF_INET6, text, &bytes) != 1 || IN6_IS_ADDR_V4MAPPED(&bytes))
		return address;
	memset(bytes.s6_addr + 8, 0, 8);
	if (inet_ntop(AF_INET6, &bytes, text, sizeof(text)) == NULL)
		return address;
	return arena_span(m, span_of(text));
}

/*
 * What is open to guests is counted by address for members too: otherwise each account would bring
 * tries of its own. Addresses are personal: what is stored is a hash that only this installation
 * can make.
 */
static struct span subject_of(const struct ctx *c)
{
	unsigned char hash[DIGEST_SIZE];
	char *text = arena_alloc(c->mem, 2 * SUBJECT_BYTES + 1);

	if (c->user != NULL && c->route->need != ROLE_GUEST)
		return span_of(arena_printf(c->mem, "user:%lld", (long long)c->user->id));
	digest_hmac(span_of(c->conf->session_secret), rate_network(c->mem, c->req->client), hash);
	hex_encode(hash, SUBJECT_BYTES, text);
	return (struct span){ text, 2 * SUBJECT_BYTES };
}

static int too_many(int wait_s, struct err *e)
{
	err_set(e, ERR_LIMIT, "too many requests; try again in %d s", wait_s);
	e->retry_after_s = wait_s;
	return 429;
}

/* Where a process lives for one request only, nothing but the stores can count. */
int rate_check_page(struct ctx *c, struct err *e)
{
	int wait_s;

	if (c->conf->page_limit == 0)
		return 0;
	if (!flow_is_open())
		return rate_check(c, "page", e);
	wait_s = flow_take(
		rate_network(c->mem, c->req->client), (int)c->conf->page_limit, c->now_us);
	return wait_s > 0 ? too_many(wait_s, e) : 0;
}

int rate_check(struct ctx *c, const char *name, struct err *e)
{
	const struct rate_rule *rule = rate_rule_find(name);
	struct rate_answer answer;

	if (rule == NULL) {
		err_set(e, ERR_INTERNAL, "no limit is called \"%s\"", name);
		return 500;
	}
	if (rate_take(c->cache, c->mem, rule, subject_of(c), &answer, e) != 0)
		return 503;
	if (answer.passed)
		return 0;
	return too_many(answer.retry_after_s, e);
}
