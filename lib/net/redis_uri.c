#include "net/redis_uri.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <hiredis/hiredis.h>

#include "base/hex.h"
#include "base/scan.h"

#define PORT            6379
#define TEXT_OF(number) #number
#define TEXT(macro)     TEXT_OF(macro)
#define HIREDIS_VERSION TEXT(HIREDIS_MAJOR) "." TEXT(HIREDIS_MINOR)

/* Percent-decodes into a text; false if it does not fit, is malformed or holds a NUL. */
static bool keep(struct span s, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%') {
			if (s.n - i < 3 || !hex_decode(span_sub(s, i + 1, 2), &c, 1))
				return false;
			i += 2;
		}
		if (c == '\0' || n + 1 >= size)
			return false;
		out[n++] = c;
	}
	out[n] = '\0';
	return true;
}

static bool keep_db(struct span s, struct redis_uri *u)
{
	uint64_t number;

	if (s.n == 0)
		return true;
	return span_u64(s, 9999, &number) && keep(s, u->db, sizeof(u->db));
}

static bool keep_credentials(struct span s, struct redis_uri *u)
{
	struct span user;
	struct span rest = s;

	if (!scan_until(&rest, ':', sizeof(u->user), &user))
		return false;
	return keep(user, u->user, sizeof(u->user)) && keep(rest, u->password, sizeof(u->password));
}

static bool keep_port(struct span s, struct redis_uri *u)
{
	uint64_t port = PORT;

	if (s.n > 0 && (!span_u64(s, 65535, &port) || port == 0))
		return false;
	u->port = (int)port;
	return true;
}

static bool keep_host(struct span s, struct redis_uri *u)
{
	struct span host;
	bool bracket = scan_char(&s, '[');

	if (bracket) {
		if (!scan_until(&s, ']', sizeof(u->host), &host) ||
			(s.n > 0 && !scan_char(&s, ':')))
			return false;
	} else if (!scan_until(&s, ':', sizeof(u->host), &host)) {
		host = s;
		s = SPAN_NONE;
	}
	return host.n > 0 && keep(host, u->host, sizeof(u->host)) && keep_port(s, u);
}

static bool parse_tcp(struct span rest, struct redis_uri *u)
{
	struct span authority;
	struct span before;
	struct span db = SPAN_NONE;
	size_t at = 0;

	if (span_has(rest, '?') || span_has(rest, '#'))
		return false;
	before = rest;
	if (scan_until(&before, '/', rest.n, &authority))
		db = before;
	else
		authority = rest;
	for (size_t i = 0; i < authority.n; i++)
		at = authority.p[i] == '@' ? i + 1 : at;
	if (at > 0 && !keep_credentials(span_sub(authority, 0, at - 1), u))
		return false;
	return keep_host(span_sub(authority, at, authority.n), u) && keep_db(db, u);
}

static bool parse_option(struct span option, struct redis_uri *u)
{
	if (scan_lit(&option, "db="))
		return keep_db(option, u);
	if (scan_lit(&option, "password="))
		return keep(option, u->password, sizeof(u->password));
	if (scan_lit(&option, "user="))
		return keep(option, u->user, sizeof(u->user));
	return false;
}

static bool parse_unix(struct span rest, struct redis_uri *u)
{
	struct span path;
	struct span option;

	if (!scan_until(&rest, '?', rest.n, &path)) {
		path = rest;
		rest = SPAN_NONE;
	}
	while (span_split(&rest, '&', &option)) {
		if (!parse_option(option, u))
			return false;
	}
	return span_starts(path, "/") && keep(path, u->path, sizeof(u->path));
}

int redis_uri_parse(struct span text, struct redis_uri *out, struct err *e)
{
	bool ok = false;

	*out = (struct redis_uri){ .db = "0", .port = PORT };
	if (scan_lit(&text, "rediss://") || scan_lit(&text, "valkeys://"))
		return err_set(e, ERR_INVALID,
			"VALKEY_URI asks for TLS, which needs hiredis 1.0, and this program has "
			"hiredis " HIREDIS_VERSION
			"; use unix:// or, on a trusted network, redis://");
	if (scan_lit(&text, "redis://") || scan_lit(&text, "valkey://"))
		ok = parse_tcp(text, out);
	else if (scan_lit(&text, "unix://"))
		ok = parse_unix(text, out);
	if (!ok)
		return err_set(e, ERR_INVALID,
			"VALKEY_URI is neither redis://host:port/db nor unix:///path");
	return 0;
}
