/*
 * Many open streams of one server, for bench_live.py and for the crowd of tests/web/test_crowd.py.
 * The request of a stream is a text; "@" in it stands for the position where it goes on, -1 at
 * first. Events carry {"t":T,"n":N}: when they were told, in microseconds of CLOCK_MONOTONIC, and
 * their number, up to 63. Orders come on standard input, one a line, and each is answered by one
 * line:
 *
 *   open N PORT FILE   opens N streams at once; answers how long it took until all have their head
 *   deaf N             the first N are not read any more
 *   churn N            so many after the deaf are closed and opened again every second, each where
 *                      it was
 *   wait N SECONDS     until every stream that is read has had events 0 to N-1; answers messages,
 *                      streams that lack some, the median and 99th percentile of their ages in ms,
 *                      and when the last of them came
 *   close              all
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define TAIL     64
#define SOURCES  16 // addresses that streams come from, so that ports are not used up
#define MOST     (1 << 20)
#define SIZE     262144      // of what is received at once
#define EVENTS   (SIZE / 16) // more are not in it

#define TOLD     "\"t\""
#define POSITION "\"position\""

struct load_stream {
	int fd;
	bool is_open; // it has its head
	uint8_t n_tail;
	char tail[TAIL]; // what may be the beginning of something
	uint64_t seen;   // events, a bit each
	int64_t position;
};

/* What a text held. It is in the buffer that nothing is received into. */
struct load_text {
	const char *from;
	size_t n, rest;   // rest: of it, what is not complete
	int64_t position; // -1: none
	int n_events;
	uint64_t seen; // by their numbers, a bit each
};

static struct {
	int epoll;
	int port;
	char request[4096];
	struct load_text last;
	int64_t told[EVENTS]; // when its events were
	char texts[2][TAIL + SIZE];
	char *text; // the one that is received into
	struct load_stream *v;
	int n, n_open;
	int n_deaf, n_churn;
	uint64_t wanted;
	int n_lacking;
	uint32_t *ages_us; // of the first MOST messages
	int64_t n_ages, n_messages;
	int64_t last_us;
	int64_t churned_us;
	int next; // to be closed and opened again
	bool has_order;
} load;

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* ---- one stream ------------------------------------------------------------------------------ */

static void ask(const struct load_stream *s)
{
	const char *at = strchr(load.request, '@');
	char text[4200];
	int n = at == NULL ? snprintf(text, sizeof(text), "%s", load.request)
			   : snprintf(text, sizeof(text), "%.*s%lld%s", (int)(at - load.request),
				     load.request, (long long)s->position, at + 1);

	if (send(s->fd, text, (size_t)n, MSG_NOSIGNAL) != n && errno != EPIPE &&
		errno != ECONNRESET)
		die("send");
}

static void open_stream(int i)
{
	struct load_stream *s = &load.v[i];
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)load.port) };
	struct sockaddr_in from = { .sin_family = AF_INET };
	struct epoll_event ev = { .events = EPOLLIN, .data.u32 = (uint32_t)i };
	const int late = 1; // connect finds a port much sooner than bind

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + (unsigned)i % SOURCES);
	s->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (s->fd < 0)
		die("socket");
	if (setsockopt(s->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &late, sizeof(late)) != 0)
		die("setsockopt");
	if (bind(s->fd, (struct sockaddr *)&from, sizeof(from)) != 0)
		die("bind");
	if (connect(s->fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		die("connect");
	s->is_open = false;
	s->n_tail = 0;
	ask(s);
	if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, s->fd, &ev) != 0)
		die("epoll_ctl");
}

static void close_stream(struct load_stream *s)
{
	if (s->fd < 0)
		return;
	close(s->fd);
	s->fd = -1;
	load.n_open -= s->is_open;
	s->is_open = false;
}

static bool is_whole(const struct load_stream *s)
{
	return (s->seen & load.wanted) == load.wanted;
}

/* The events of load.last, all at once: counting must not be what takes the time. */
static void note(struct load_stream *s, int64_t now)
{
	bool before = is_whole(s);
	int n = load.last.n_events;

	for (int i = 0; i < n && load.n_ages < MOST; i++)
		load.ages_us[load.n_ages++] = (uint32_t)(now - load.told[i]);
	load.n_messages += n;
	load.last_us = n > 0 ? now : load.last_us;
	s->seen |= load.last.seen;
	load.n_lacking -= !before && is_whole(s);
}

static bool is_behind(const char *p, const char *colon, const char *name)
{
	size_t n = strlen(name);

	return (size_t)(colon - p) >= n && memcmp(colon - n, name, n) == 0;
}

static int64_t number(const char **at, const char *end)
{
	int64_t n = 0;

	while (*at < end && **at >= '0' && **at <= '9')
		n = n * 10 + *(*at)++ - '0';
	return n;
}

/* The colon behind the name of a field that matters, or NULL. Parsing must not be what takes the
 * time.
 */
static const char *next_field(const char *p, const char *end)
{
	for (const char *at = p; (at = memchr(at, ':', (size_t)(end - at))) != NULL; at++)
		if (is_behind(p, at, TOLD) || is_behind(p, at, POSITION))
			return at;
	return NULL;
}

/* Reads a text into load.last, with where begins what is not complete. */
static void parse(const char *p, const char *end)
{
	const char *at;

	load.last = (struct load_text){ .from = p, .n = (size_t)(end - p), .position = -1 };
	while ((at = next_field(p, end)) != NULL) {
		bool is_position = at[-2] == 'n';
		const char *begin = at - (is_position ? strlen(POSITION) : strlen(TOLD));

		if (end - begin < TAIL - 8 && memchr(at, '}', (size_t)(end - at)) == NULL) {
			load.last.rest = (size_t)(end - begin);
			return;
		}
		at += 1 + is_position; // its quotation mark
		if (is_position) {
			load.last.position = number(&at, end);
		} else if (load.last.n_events < EVENTS) {
			load.told[load.last.n_events++] = number(&at, end);
			if (end - at > 5 && memcmp(at, ",\"n\":", 5) == 0) {
				at += 5;
				load.last.seen |= UINT64_C(1) << number(&at, end) % 64;
			}
		}
		p = at;
	}
	load.last.rest = (size_t)(end - p < 12 ? end - p : 12);
}

/* Most streams are sent the same: what was read in the text before need not be read again. */
static bool is_known(const char *p, size_t n)
{
	return n == load.last.n && memcmp(p, load.last.from, n) == 0;
}

static void take(struct load_stream *s, const char *text, size_t n, int64_t now)
{
	const char *end = text + n;
	const char *p = text;

	if (!s->is_open && (p = memmem(text, n, "\r\n\r\n", 4)) == NULL)
		return; // heads are short and come at once, or the next part ends them
	load.n_open += !s->is_open;
	s->is_open = true;
	if (!is_known(p, (size_t)(end - p))) {
		parse(p, end);
		load.text = text == load.texts[0] ? load.texts[1] : load.texts[0];
	}
	if (load.last.position >= 0)
		s->position = load.last.position;
	note(s, now);
	s->n_tail = (uint8_t)(load.last.rest < TAIL ? load.last.rest : 0);
	memcpy(s->tail, end - load.last.rest, s->n_tail);
}

/* False when it has ended. */
static bool read_stream(struct load_stream *s)
{
	char *text = load.text;
	ssize_t n;

	memcpy(text, s->tail, s->n_tail);
	n = recv(s->fd, text + s->n_tail, SIZE, MSG_DONTWAIT);
	if (n <= 0)
		return n < 0 && errno == EAGAIN;
	take(s, text, s->n_tail + (size_t)n, now_us());
	return true;
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void churn(void)
{
	if (load.n_churn == 0 || now_us() - load.churned_us < 20000)
		return;
	load.churned_us = now_us();
	for (int i = 0; i < load.n_churn / 50 + 1; i++) {
		int which = load.n_deaf + load.next;

		close_stream(&load.v[which]);
		open_stream(which);
		load.next = (load.next + 1) % load.n_churn;
	}
}

static void turn(int wait_ms)
{
	struct epoll_event ev[1024];
	int n = epoll_wait(load.epoll, ev, 1024, wait_ms);

	churn();
	for (int i = 0; i < n; i++) {
		int which = (int)ev[i].data.u32;

		if (ev[i].data.u32 == UINT32_MAX) {
			load.has_order = true;
		} else if (load.v[which].fd >= 0 && !read_stream(&load.v[which])) {
			close_stream(&load.v[which]);
			open_stream(which); // as a browser does
		}
	}
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void wait_for(int n, double seconds)
{
	int64_t end = now_us() + (int64_t)(seconds * 1e6);

	load.wanted = n >= 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1;
	load.n_lacking = 0;
	for (int i = load.n_deaf; i < load.n; i++)
		load.n_lacking += !is_whole(&load.v[i]);
	while (load.n_lacking > 0 && now_us() < end)
		turn(5);
	qsort(load.ages_us, (size_t)load.n_ages, sizeof(*load.ages_us), by_size);
	printf("%lld %d %.3f %.3f %lld\n", (long long)load.n_messages, load.n_lacking,
		load.n_ages > 0 ? load.ages_us[load.n_ages / 2] / 1000.0 : 0,
		load.n_ages > 0 ? load.ages_us[load.n_ages * 99 / 100] / 1000.0 : 0,
		(long long)load.last_us);
	load.n_messages = load.n_ages = 0;
	for (int i = 0; i < load.n; i++)
		load.v[i].seen = 0;
}

static void open_all(int n, int port, const char *path)
{
	int64_t began;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		die(path);
	load.request[fread(load.request, 1, sizeof(load.request) - 1, f)] = '\0';
	fclose(f);
	if (n != load.n) {
		free(load.v);
		load.v = calloc((size_t)n, sizeof(*load.v));
		if (load.v == NULL)
			die("calloc");
		load.n = n;
		for (int i = 0; i < n; i++)
			load.v[i] = (struct load_stream){ .fd = -1, .position = -1 };
	}
	load.port = port;
	began = now_us();
	for (int i = 0; i < n; i++) {
		open_stream(i);
		if (i % 64 == 63)
			turn(0);
	}
	while (load.n_open < n && now_us() - began < 60000000)
		turn(100);
	printf("%.3f %d\n", (double)(now_us() - began) / 1e6, load.n_open);
}

static void deafen(int n)
{
	load.n_deaf = n;
	for (int i = 0; i < n; i++)
		if (epoll_ctl(load.epoll, EPOLL_CTL_DEL, load.v[i].fd, NULL) != 0)
			die("epoll_ctl");
	puts("ok");
}

/* An order and its numbers; what stands behind the last of them is `rest`. */
static bool is_order(const char *line, const char *word, int n, long *v, const char **rest)
{
	size_t length = strlen(word);

	if (strncmp(line, word, length) != 0)
		return false;
	*rest = line + length;
	for (int i = 0; i < n; i++) {
		char *end;

		v[i] = strtol(*rest, &end, 10);
		if (end == *rest)
			return false;
		*rest = end;
	}
	return true;
}

static bool obey(char *line)
{
	const char *rest;
	long v[2];

	line[strcspn(line, "\n")] = '\0';
	if (is_order(line, "open", 2, v, &rest)) {
		open_all((int)v[0], (int)v[1], rest + 1);
	} else if (is_order(line, "deaf", 1, v, &rest)) {
		deafen((int)v[0]);
	} else if (is_order(line, "churn", 1, v, &rest)) {
		load.n_churn = (int)v[0];
		puts("ok");
	} else if (is_order(line, "wait", 2, v, &rest)) {
		wait_for((int)v[0], (double)v[1]);
	} else if (is_order(line, "close", 0, v, &rest)) {
		for (int i = 0; i < load.n; i++)
			close_stream(&load.v[i]);
		load.n_deaf = load.n_churn = 0;
		puts("ok");
	} else {
		return false;
	}
	fflush(stdout);
	return true;
}

int main(void)
{
	struct epoll_event order = { .events = EPOLLIN, .data.u32 = UINT32_MAX };
	struct rlimit r;
	char line[2048];

	if (getrlimit(RLIMIT_NOFILE, &r) == 0) {
		r.rlim_cur = r.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &r);
	}
	load.text = load.texts[0];
	load.epoll = epoll_create1(EPOLL_CLOEXEC);
	load.ages_us = calloc(MOST, sizeof(*load.ages_us));
	if (load.epoll < 0 || load.ages_us == NULL)
		die("start");
	if (epoll_ctl(load.epoll, EPOLL_CTL_ADD, 0, &order) != 0)
		die("standard input");
	for (;;) {
		turn(20);
		if (!load.has_order)
			continue;
		load.has_order = false;
		if (fgets(line, sizeof(line), stdin) == NULL || !obey(line))
			return 0;
	}
}
