#include "fcgi/live/hello.h"

#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "base/scan.h"

/* FastCGI 1.0, section 3.3 and 8. */
enum {
	FCGI_HEAD = 8,
	FCGI_BEGIN = 1,
	FCGI_PARAMS = 4,
	FCGI_RESPONDER = 1
};

static int broken(struct err *e)
{
	return err_set(e, ERR_INVALID, "the request cannot be read");
}

/* ---- FastCGI --------------------------------------------------------------------------------- */

static bool take_length(struct span *at, size_t *out)
{
	const unsigned char *p = (const unsigned char *)at->p;
	size_t n = 1;

	if (at->n < 1)
		return false;
	*out = p[0];
	if (p[0] >= 0x80) {
		if (at->n < 4)
			return false;
		*out = (size_t)(p[0] & 0x7f) << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
		n = 4;
	}
	*at = span_sub(*at, n, at->n - n);
	return true;
}

static bool take_bytes(struct span *at, size_t n, struct span *out)
{
	if (n > at->n)
		return false;
	*out = span_sub(*at, 0, n);
	*at = span_sub(*at, n, at->n - n);
	return true;
}

static int read_params(struct span at, struct hello *out, struct err *e)
{
	while (at.n > 0) {
		struct span name, value;
		size_t n_name, n_value;

		if (!take_length(&at, &n_name) || !take_length(&at, &n_value) ||
			!take_bytes(&at, n_name, &name) || !take_bytes(&at, n_value, &value))
			return broken(e);
		if (span_is(name, "REQUEST_METHOD"))
			out->is_get = span_is(value, "GET");
		else if (span_is(name, "QUERY_STRING"))
			out->query = value;
		else if (span_is(name, "HTTP_LAST_EVENT_ID"))
			out->last_id = value;
	}
	return 0;
}

int hello_fcgi(
	struct span in, struct arena *m, struct hello *out, enum hello_state *state, struct err *e)
{
	char *params = arena_new_array(m, char, LIVE_MAX_HEAD);
	size_t n_params = 0;
	bool begun = false;

	*out = (struct hello){ .is_get = false };
	*state = HELLO_MORE;
	while (in.n >= FCGI_HEAD) {
		const unsigned char *h = (const unsigned char *)in.p;
		size_t n = (size_t)h[4] << 8 | h[5];
		struct span head, content, padding;

		if (h[0] != 1 || h[2] != 0 || h[3] != 1)
			return broken(e);
		if (!take_bytes(&in, FCGI_HEAD, &head))
			return broken(e);
		if (!take_bytes(&in, n, &content) || !take_bytes(&in, h[6], &padding))
			return 0;
		if (!begun) {
			if (h[1] != FCGI_BEGIN || n != 8 || content.p[0] != 0 ||
				content.p[1] != FCGI_RESPONDER)
				return broken(e);
			begun = true;
			continue;
		}
		if (h[1] != FCGI_PARAMS || n_params + n > LIVE_MAX_HEAD)
			return broken(e);
		if (n == 0) {
			*state = HELLO_READY;
			return read_params((struct span){ params, n_params }, out, e);
		}
		memcpy(params + n_params, content.p, n);
		n_params += n;
	}
	return 0;
}

/* ---- HTTP ------------------------------------------------------------------------------------ */

static void read_header(struct span line, struct hello *out)
{
	struct span name, value;

	if (!scan_until(&line, ':', LIVE_MAX_HEAD, &name))
		return;
	value = span_trim(line);
	if (span_ieq(name, SPAN("Last-Event-ID")))
		out->last_id = value;
	else if (span_ieq(name, SPAN("Upgrade")))
		out->upgrade = span_ieq(value, SPAN("websocket"));
	else if (span_ieq(name, SPAN("Sec-WebSocket-Key")))
		out->key = value;
	else if (span_ieq(name, SPAN("Sec-WebSocket-Version")))
		out->version = value;
}

int hello_http(struct span in, struct hello *out, enum hello_state *state, struct err *e)
{
	const char *end = in.n > 0 ? memmem(in.p, in.n, "\r\n\r\n", 4) : NULL;
	struct span rest, line, word, path;

	*out = (struct hello){ .is_get = false };
	*state = HELLO_MORE;
	if (end == NULL)
		return 0;
	rest = span_sub(in, 0, (size_t)(end - in.p));
	if (!span_split(&rest, '\n', &line) || !scan_until(&line, ' ', 16, &word) ||
		!scan_until(&line, ' ', LIVE_MAX_HEAD, &path) || !span_starts(line, "HTTP/1."))
		return broken(e);
	out->is_get = span_is(word, "GET");
	if (scan_until(&path, '?', LIVE_MAX_HEAD, &word))
		out->query = path;
	while (span_split(&rest, '\n', &line))
		read_header(line, out);
	*state = HELLO_READY;
	return 0;
}

struct span hello_param(struct span query, const char *name)
{
	struct span pair, key;

	while (span_split(&query, '&', &pair))
		if (scan_until(&pair, '=', 32, &key) && span_is(key, name))
			return pair;
	return SPAN_NONE;
}
