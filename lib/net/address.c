#include "net/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "base/attr.h"
#include "base/span.h"

static const struct network4 {
	uint32_t prefix;
	int bits;
} special4[] = {
	{ 0x00000000, 8 },  // this network
	{ 0x0a000000, 8 },  // private
	{ 0x64400000, 10 }, // shared address space of carriers
	{ 0x7f000000, 8 },  // loopback
	{ 0xa9fe0000, 16 }, // link-local, cloud metadata
	{ 0xac100000, 12 }, // private
	{ 0xc0000000, 24 }, // protocol assignments
	{ 0xc0000200, 24 }, // documentation
	{ 0xc0586300, 24 }, // 6to4 relays
	{ 0xc0a80000, 16 }, // private
	{ 0xc6120000, 15 }, // benchmarks
	{ 0xc6336400, 24 }, // documentation
	{ 0xcb007100, 24 }, // documentation
	{ 0xe0000000, 4 },  // multicast
	{ 0xf0000000, 4 },  // reserved, broadcast
};

static bool special_v4(uint32_t address)
{
	for (size_t i = 0; i < countof(special4); i++) {
		if ((address ^ special4[i].prefix) >> (32 - special4[i].bits) == 0)
			return true;
	}
	return false;
}

static uint32_t word(const uint8_t *b)
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static bool special_v6(const uint8_t *b)
{
	static const uint8_t nat64[12] = { 0x00, 0x64, 0xff, 0x9b };

	if (memcmp(b, nat64, sizeof(nat64)) == 0)
		return special_v4(word(b + 12));
	if ((b[0] & 0xe0) != 0x20) // global unicast is 2000::/3
		return true;
	switch (word(b) >> 16) {
	case 0x2001:
		return b[2] < 0x02 || (b[2] == 0x0d && b[3] == 0xb8); // protocols, documentation
	case 0x2002:
		return special_v4(word(b + 2)); // 6to4
	case 0x3fff:
		return b[2] < 0x10; // documentation
	default:
		return false;
	}
}

bool address_special(const struct sockaddr *a)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	switch (a->sa_family) {
	case AF_INET:
		memcpy(&v4, a, sizeof(v4));
		return special_v4(ntohl(v4.sin_addr.s_addr));
	case AF_INET6:
		memcpy(&v6, a, sizeof(v6));
		return special_v6(v6.sin6_addr.s6_addr);
	default:
		return true;
	}
}

bool address_special_text(const char *text)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (inet_pton(AF_INET, text, &v4) == 1)
		return special_v4(ntohl(v4.s_addr));
	if (inet_pton(AF_INET6, text, &v6) == 1)
		return special_v6(v6.s6_addr);
	return true;
}

static bool is_literal(const char *text)
{
	unsigned char any[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, text, any) == 1 || inet_pton(AF_INET6, text, any) == 1;
}

bool address_named_private(const char *host)
{
	static const char *const endings[] = { ".localhost", ".local", ".internal", ".lan", ".test",
		".home.arpa" };
	struct span s = span_of(host);
	char bare[64];

	if (s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = span_sub(s, 1, s.n - 2);
	if (s.n > 0 && s.n < sizeof(bare)) {
		memcpy(bare, s.p, s.n);
		bare[s.n] = '\0';
		if (is_literal(bare))
			return address_special_text(bare);
	}
	if (!span_has(s, '.') && !span_has(s, ':'))
		return s.n > 0;
	for (size_t i = 0; i < countof(endings); i++) {
		struct span ending = span_of(endings[i]);

		if (s.n > ending.n && span_ieq(span_sub(s, s.n - ending.n, ending.n), ending))
			return true;
	}
	return false;
}

struct span address_network(struct arena *m, struct span address)
{
	char text[INET6_ADDRSTRLEN];
	unsigned char v6[16];
	unsigned char v4[4];

	if (address.n >= sizeof(text))
		return SPAN("");
	if (address.n > 0)
		memcpy(text, address.p, address.n);
	text[address.n] = '\0';
	if (inet_pton(AF_INET, text, v4) == 1)
		return span_of(arena_printf(m, "%d.%d.%d.x", v4[0], v4[1], v4[2]));
	if (inet_pton(AF_INET6, text, v6) != 1)
		return SPAN("");
	if (IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)v6))
		return span_of(arena_printf(m, "%d.%d.%d.x", v6[12], v6[13], v6[14]));
	memset(v6 + 6, 0, sizeof(v6) - 6);
	if (inet_ntop(AF_INET6, v6, text, sizeof(text)) == NULL)
		return SPAN("");
	return span_of(arena_printf(m, "%sx", text));
}
