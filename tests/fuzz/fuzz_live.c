/*
 * What strangers send to podium-live: the first byte chooses between the records of FastCGI, the
 * head of an HTTP request, the frames of a WebSocket and a ticket. What arrives in pieces is read
 * again with each piece, as the loop does, and has to come to the same end as the whole.
 */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/limits.h"
#include "fcgi/live/frame.h"
#include "fcgi/live/hello.h"
#include "model/live.h"
#include "os/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool is_inside(struct span s, struct span whole)
{
	return s.n == 0 || (s.p >= whole.p && s.p + s.n <= whole.p + whole.n);
}

static int read_hello(
	bool fcgi, struct span in, struct arena *m, struct hello *h, enum hello_state *state)
{
	struct err e = { 0 };
	int rc = fcgi ? hello_fcgi(in, m, h, state, &e) : hello_http(in, h, state, &e);

	assert(rc == 0 ? e.kind == ERR_NONE : e.kind == ERR_INVALID && e.text[0] != '\0');
	return rc;
}

/* Nothing that is complete becomes incomplete, or is refused, by what comes behind it. */
static void check_hello(bool fcgi, struct span in, struct arena *m)
{
	enum hello_state state;
	struct hello h;

	for (size_t n = 0; n <= in.n; n += 1 + n / 8) {
		enum hello_state later;
		struct hello whole;

		arena_reset(m);
		if (read_hello(fcgi, span_sub(in, 0, n), m, &h, &state) != 0)
			return;
		if (state == HELLO_MORE)
			continue;
		assert(read_hello(fcgi, in, m, &whole, &later) == 0 && later == HELLO_READY);
		assert(whole.is_get == h.is_get && span_eq(whole.query, h.query));
		assert(span_eq(whole.last_id, h.last_id) && span_eq(whole.key, h.key));
		assert(fcgi || (is_inside(h.query, in) && is_inside(h.key, in)));
		(void)hello_param(h.query, "ticket");
		(void)hello_param(h.query, "last");
		return;
	}
}

static void check_frames(struct span in)
{
	char text[FRAME_MOST_CONTROL];
	struct span rest = in;
	struct frame f;

	for (;;) {
		size_t before = rest.n;
		enum frame_state state = frame_take(&rest, &f);

		if (state != FRAME_TAKEN) {
			assert(rest.n == before);
			return;
		}
		assert(rest.n < before && is_inside(rest, in) && is_inside(f.payload, in));
		assert(f.payload.n <= FRAME_MOST && f.kind >= 0 && f.kind < 16);
		assert(f.kind < FRAME_CLOSE || frame_text(&f, text).n == f.payload.n);
		(void)frame_text(&f, text);
	}
}

/* A stranger does not know the secret. */
static void check_ticket(struct span in, struct arena *m)
{
	static struct config conf = {
		.session_secret = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	};
	struct live_scopes scopes;
	struct err e = { 0 };

	assert(live_ticket_read(&conf, in, 1800000000, m, &scopes, &e) != 0);
	e = (struct err){ 0 };
	if (live_scopes_parse(in, &scopes, &e) != 0)
		return;
	assert(scopes.n >= 1 && scopes.n <= LIVE_MAX_SCOPES);
	for (size_t i = 0; i < scopes.n; i++)
		assert(is_inside(scopes.v[i], in) && !span_has(scopes.v[i], ' '));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct arena *m;
	struct span in = { (const char *)data + 1, size - 1 };

	if (m == NULL)
		m = arena_new(1 << 20);
	if (size == 0 || size > LIVE_MAX_HEAD)
		return 0;
	arena_reset(m);
	switch (data[0] & 3) {
	case 0:
		check_hello(true, in, m);
		break;
	case 1:
		check_hello(false, in, m);
		break;
	case 2:
		check_frames(in);
		break;
	default:
		check_ticket(in, m);
	}
	return 0;
}
