#ifndef NET_ADDRESS_H
#define NET_ADDRESS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/span.h"

struct sockaddr;

/*
 * True unless the address is a unicast one of the public internet: loopback, private, link-local,
 * shared (CGNAT), multicast, documentation, benchmark, reserved, unique local and IPv4-mapped
 * addresses, and IPv6 forms that embed such an IPv4 address (IANA special-purpose registries,
 * RFC 6890). Also true for other families.
 */
bool address_special(const struct sockaddr *a);
bool address_special_text(const char *text); // the same for a literal; true if it is not one

/*
 * True if a host as written in a URL says by itself that it is not on the public internet: a
 * literal of a special address, localhost, a name of one label, or one under .localhost, .local,
 * .internal, .lan, .test or .home.arpa.
 */
bool address_named_private(const char *host);

/*
 * As much of an address as tells a reader where it was: "192.0.2.x", "2001:db8:7::x". What is no
 * address becomes empty.
 */
struct span address_network(struct arena *m, struct span address);

#endif
