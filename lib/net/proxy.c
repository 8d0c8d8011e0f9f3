/*
 * Who is asking. X-Forwarded-For is a list to which each proxy adds, at the right, the address that
 * it saw; only what a trusted proxy has added can be believed, so the list is walked from the
 * right.
 */
#include "net/proxy.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/scan.h"

static bool read_address(struct span text, uint8_t out[16], bool *is_v4)
{
	char copy[INET6_ADDRSTRLEN + 1];
	struct in_addr v4;

	if (text.n == 0 || text.n >= sizeof(copy))
		return false;
	memcpy(copy, text.p, text.n);
	copy[text.n] = '\0';
	if (strlen(copy) != text.n)
		return false;
	*is_v4 = inet_pton(AF_INET, copy, &v4) == 1;
	if (*is_v4) {
		memset(out, 0, 10);
		memset(out + 10, 0xff, 2);
		memcpy(out + 12, &v4, 4);
		return true;
	}
	return inet_pton(AF_INET6, copy, out) == 1;
}

static bool read_net(struct span item, struct proxy_net *out)
{
	struct span rest = item;
	struct span address;
	uint64_t bits;
	bool is_v4;

	if (!span_split(&rest, '/', &address) || !read_address(address, out->address, &is_v4))
		return false;
	out->bits = 128;
	if (rest.p == NULL)
		return true;
	if (!span_u64(rest, is_v4 ? 32 : 128, &bits))
		return false;
	out->bits = (unsigned)bits + (is_v4 ? 96 : 0);
	return true;
}

int proxy_list_parse(struct span text, struct proxy_list *out, struct err *e)
{
	struct span rest = text;
	struct span item;

	out->n = 0;
	while (span_split(&rest, ',', &item)) {
		item = span_trim(item);
		if (item.n == 0)
			continue;
		if (out->n == PROXY_MAX_NETS)
			return err_set(e, ERR_INVALID, "TRUST_PROXY has more than %d networks",
				PROXY_MAX_NETS);
		if (!read_net(item, &out->v[out->n]))
			return err_set(e, ERR_INVALID,
				"TRUST_PROXY: \"" SPAN_FMT "\" is no address or network",
				SPAN_ARG(item));
		out->n++;
	}
	return 0;
}

static bool in_net(const struct proxy_net *net, const uint8_t address[16])
{
	unsigned whole = net->bits / 8;
	unsigned left = net->bits % 8;

	if (memcmp(net->address, address, whole) != 0)
		return false;
	return left == 0 || (net->address[whole] ^ address[whole]) >> (8 - left) == 0;
}

bool proxy_trusts(const struct proxy_list *l, struct span address)
{
	uint8_t bytes[16];
	bool is_v4;

	if (span_starts(address, "unix:"))
		return l->n > 0;
	if (!read_address(address, bytes, &is_v4))
		return false;
	for (size_t i = 0; i < l->n; i++) {
		if (in_net(&l->v[i], bytes))
			return true;
	}
	return false;
}

/* Of the networks that are kept for documents; no proxy stands in both. */
bool proxy_trusts_all(const struct proxy_list *l)
{
	return (proxy_trusts(l, SPAN("192.0.2.1")) && proxy_trusts(l, SPAN("203.0.113.1"))) ||
	       (proxy_trusts(l, SPAN("2001:db8::1")) && proxy_trusts(l, SPAN("3fff::1")));
}

bool proxy_is_loopback(struct span address)
{
	uint8_t bytes[16];
	bool is_v4;

	if (!read_address(address, bytes, &is_v4))
		return false;
	if (is_v4)
		return bytes[12] == 127;
	return memcmp(bytes, &in6addr_loopback, 16) == 0;
}

struct span proxy_client(const struct proxy_list *l, struct span peer, struct span forwarded_for)
{
	struct span client = peer;
	struct span rest = forwarded_for;

	if (rest.p == NULL || !proxy_trusts(l, peer))
		return peer;
	while (rest.n > 0) {
		const char *comma = memrchr(rest.p, ',', rest.n);
		size_t from = comma != NULL ? (size_t)(comma - rest.p) + 1 : 0;
		struct span item = span_trim(span_sub(rest, from, rest.n));
		uint8_t bytes[16];
		bool is_v4;

		if (!read_address(item, bytes, &is_v4))
			break;
		client = item;
		if (!proxy_trusts(l, item))
			break;
		rest = span_sub(rest, 0, comma != NULL ? from - 1 : 0);
	}
	return client;
}
