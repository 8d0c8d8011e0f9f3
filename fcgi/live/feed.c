#include "fcgi/live/feed.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/limits.h"
#include "db/db.h"
#include "model/event.h"
#include "model/live.h"
#include "net/redis.h"
#include "os/clock.h"
#include "os/config.h"
#include "os/fd.h"
#include "os/log.h"

#define ARENA    (16 * 1024 * 1024)
#define PAGE     500 // events of one look
#define RETRY_MS 500

struct packet_head {
	int64_t id;
	uint32_t token;
	uint16_t n_scope;
	uint8_t kind;
	uint8_t complete;
};

struct feeder {
	const struct config *conf;
	struct db *db;
	struct db_listener *listener;
	struct redis *redis; // NULL: none configured
	struct arena *mem;
	int fd;
	int64_t last; // -1: not known yet
	bool away;    // the database was said to be
};

/* ---- packets --------------------------------------------------------------------------------- */

static void send_packet(const struct feeder *f, const struct feed_packet *p)
{
	char text[FEED_MAX_PACKET];
	struct packet_head head = { .id = p->id,
		.token = p->token,
		.n_scope = (uint16_t)p->scope.n,
		.kind = (uint8_t)p->kind,
		.complete = p->complete };
	size_t n = sizeof(head) + p->scope.n + p->json.n;

	if (n > sizeof(text))
		return; // no row of the table is as long
	memcpy(text, &head, sizeof(head));
	if (p->scope.n > 0)
		memcpy(text + sizeof(head), p->scope.p, p->scope.n);
	if (p->json.n > 0)
		memcpy(text + sizeof(head) + p->scope.n, p->json.p, p->json.n);
	while (send(f->fd, text, n, MSG_NOSIGNAL) < 0)
		if (errno != EINTR)
			_exit(0); // the parent is gone
}

static void send_event(
	struct feeder *f, const struct event *ev, enum feed_kind kind, uint32_t token)
{
	struct feed_packet p = { .kind = kind, .token = token, .id = ev->id, .scope = ev->scope };
	struct err e = { 0 };
	BUF_AUTO b;

	buf_init(&b, FEED_MAX_PACKET - sizeof(struct packet_head) - ev->scope.n);
	buf_addf(&b,
		"{\"id\":\"%lld\",\"at\":%lld,\"scope\":\"" SPAN_FMT "\",\"kind\":\"" SPAN_FMT
		"\",\"data\":",
		(long long)ev->id, (long long)(ev->at / 1000), SPAN_ARG(ev->scope),
		SPAN_ARG(ev->kind));
	buf_add_span(&b, event_on_one_line(f->mem, ev->payload));
	buf_addc(&b, '}');
	if (buf_finish(&b, &p.json, &e) == 0)
		send_packet(f, &p);
	else
		log_err(LOG_ERROR, "live.event", &e);
}

static void send_position(const struct feeder *f)
{
	const struct feed_packet p = { .kind = FEED_POSITION, .id = f->last };

	send_packet(f, &p);
}

/* ---- the table ------------------------------------------------------------------------------- */

static bool trouble(struct feeder *f, const struct err *e)
{
	if (!f->away)
		log_err(LOG_WARN, "live.feed", e);
	f->away = true;
	return false;
}

/* All that is new. False if the database does not answer. */
static bool look(struct feeder *f)
{
	struct events found = { .n = PAGE };
	struct err e = { 0 };

	if (f->last < 0) {
		if (event_feed_start(f->db, f->mem, &f->last, &e) != 0)
			return trouble(f, &e);
		send_position(f);
	}
	while (found.n == PAGE) {
		arena_reset(f->mem);
		if (event_feed(f->db, f->mem, f->last, PAGE, &found, &e) != 0)
			return trouble(f, &e);
		for (size_t i = 0; i < found.n; i++)
			send_event(f, &found.v[i], FEED_EVENT, 0);
		f->last = found.last;
		if (found.n > 0)
			send_position(f);
	}
	if (f->away)
		log_event(LOG_INFO, "live.feed_back");
	f->away = false;
	return true;
}

/* All up to the position that the parent knows. */
static bool replay(struct feeder *f, uint32_t token, int64_t after, struct span text)
{
	struct span scopes[LIVE_MAX_SCOPES];
	struct event_look look = { scopes, 0, after, LIVE_MAX_REPLAY + 1 };
	struct events found;
	struct err e = { 0 };

	while (look.n < countof(scopes) && span_split(&text, ' ', &scopes[look.n]))
		look.n++;
	if (event_after(f->db, f->mem, &look, &found, &e) != 0)
		return trouble(f, &e);
	if (found.n > LIVE_MAX_REPLAY)
		return false;
	for (size_t i = 0; i < found.n && found.v[i].id <= f->last; i++)
		send_event(f, &found.v[i], FEED_REPLAYED, token);
	return true;
}

/* Events since the look before must not lie between the answer and the position. */
static void answer(struct feeder *f, const char *text, size_t n)
{
	struct feed_packet end = { .kind = FEED_ANSWERED, .complete = true };
	struct span scopes;
	int64_t after;

	memcpy(&end.token, text, sizeof(end.token));
	memcpy(&after, text + sizeof(end.token), sizeof(after));
	scopes = (struct span){ text + sizeof(end.token) + sizeof(after),
		n - sizeof(end.token) - sizeof(after) };
	end.complete = look(f);
	arena_reset(f->mem);
	end.complete = end.complete && replay(f, end.token, after, scopes);
	end.id = f->last;
	send_packet(f, &end);
}

/* Questions that have come. */
static void answer_all(struct feeder *f)
{
	char text[FEED_MAX_PACKET];

	for (;;) {
		ssize_t n = recv(f->fd, text, sizeof(text), MSG_DONTWAIT);

		if (n == 0)
			_exit(0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < (ssize_t)(sizeof(uint32_t) + sizeof(int64_t)))
			return;
		answer(f, text, (size_t)n);
	}
}

/* Waits for a question, a word from the database, or its own time. */
static void wait_for(struct feeder *f, bool up)
{
	struct pollfd fds[] = { { .fd = f->fd, .events = POLLIN },
		{ .fd = db_listener_fd(f->listener), .events = POLLIN },
		{ .fd = redis_fd(f->redis), .events = POLLIN } };
	bool is_deaf = fds[1].fd < 0 && fds[2].fd < 0;
	int ms = !up ? RETRY_MS : is_deaf ? LIVE_POLL_DEAF_MS : LIVE_POLL_MS;

	(void)poll(fds, countof(fds), ms);
}

static void feeder_run(const struct config *conf, int fd, int64_t from) ATTR_NORETURN;
static void feeder_run(const struct config *conf, int fd, int64_t from)
{
	struct feeder f = { .conf = conf,
		.db = db_new(conf, "podium-live"),
		.listener = db_listen(conf, EVENT_CHANNEL),
		.mem = arena_new(ARENA),
		.fd = fd,
		.last = from };
	struct err e = { 0 };
	struct span ignored;

	if (redis_new(conf, &f.redis, &e) != 0)
		log_err(LOG_ERROR, "live.redis", &e);
	for (;;) {
		bool up;

		while (db_listener_next(f.listener, f.mem, &ignored))
			;
		(void)redis_heard(f.redis, SPAN(EVENT_CHANNEL));
		up = look(&f);
		answer_all(&f);
		arena_reset(f.mem);
		wait_for(&f, up);
	}
}

/* ---- the parent's side ----------------------------------------------------------------------- */

int feed_start(const struct config *conf, int64_t from, struct feed *out, struct err *e)
{
	pid_t parent = getpid();
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) != 0)
		return err_set(
			e, ERR_INTERNAL, "could not make the feed's socket: errno %d", errno);
	out->pid = fork();
	if (out->pid == 0) {
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(0);
		if (fds[1] > 3) // streams are not the feed's to hold open
			close_range(3, (unsigned)fds[1] - 1, 0);
		close_range((unsigned)fds[1] + 1, ~0u, 0);
		feeder_run(conf, fds[1], from);
	}
	close(fds[1]);
	out->fd = fds[0];
	if (out->pid > 0 && fd_set_nonblock(out->fd, e) == 0)
		return 0;
	close(out->fd);
	out->fd = -1;
	return err_set(e, ERR_INTERNAL, "could not start the feed: errno %d", errno);
}

enum feed_state feed_read(const struct feed *f, char *buf, struct feed_packet *out)
{
	struct packet_head head;
	ssize_t n = recv(f->fd, buf, FEED_MAX_PACKET, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return FEED_NOTHING;
	if (n < (ssize_t)sizeof(head))
		return FEED_ENDED;
	memcpy(&head, buf, sizeof(head));
	*out = (struct feed_packet){ .kind = (enum feed_kind)head.kind,
		.complete = head.complete != 0,
		.token = head.token,
		.id = head.id,
		.scope = { buf + sizeof(head), head.n_scope },
		.json = { buf + sizeof(head) + head.n_scope,
			(size_t)n - sizeof(head) - head.n_scope } };
	return FEED_GOT;
}

bool feed_ask(const struct feed *f, uint32_t token, int64_t after, const struct live_scopes *scopes)
{
	struct err e = { 0 };
	struct span text;
	BUF_AUTO b;

	buf_init(&b, FEED_MAX_PACKET);
	buf_add(&b, &token, sizeof(token));
	buf_add(&b, &after, sizeof(after));
	for (size_t i = 0; i < scopes->n; i++) {
		if (i > 0)
			buf_addc(&b, ' ');
		buf_add_span(&b, scopes->v[i]);
	}
	return f->fd >= 0 && buf_finish(&b, &text, &e) == 0 &&
	       send(f->fd, text.p, text.n, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t)text.n;
}
