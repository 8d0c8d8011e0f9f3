/*
 * A line is put together in a buffer on the stack and leaves in one write, so that lines of many
 * processes on one stderr do not mix (a pipe keeps writes of up to 4 KB whole, a file opened for
 * appending any). A field that does not fit any more is left out and the line ends in cut=yes.
 *
 * A busy web process writes thousands of lines a second, so what every line says again (program,
 * process) is put together once, plain values are recognised without decoding them, and lines may
 * be held and written many at a time.
 */
#include "os/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/civil_text.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "os/clock.h"

#define ROOM_FOR_END 16 // " cut=yes" and the line end

static struct {
	char program[32];
	enum log_level least;
	char scope[8];
	char id[72];
	log_watcher *watcher;
	char who[64]; // " prog=… pid=…"
	pid_t pid;    // for which it was made
	struct log_hold *hold;
	int64_t held_since_us;
} logger = { .program = "podium", .least = LOG_INFO };

static const char *const level_names[] = {
	[LOG_ERROR] = "error", [LOG_WARN] = "warn", [LOG_INFO] = "info", [LOG_DEBUG] = "debug"
};

struct line {
	char text[LOG_MAX_LINE];
	size_t n;
	bool cut;
};

void log_start(const char *program, enum log_level least)
{
	snprintf(logger.program, sizeof(logger.program), "%s", program);
	logger.least = least;
	logger.pid = 0;
	log_scope(NULL, NULL);
}

void log_least(enum log_level least)
{
	logger.least = least;
}

bool log_level_find(struct span name, enum log_level *out)
{
	for (size_t i = 0; i < countof(level_names); i++) {
		if (span_is(name, level_names[i])) {
			*out = (enum log_level)i;
			return true;
		}
	}
	return false;
}

static void copy_text(char *to, size_t size, const char *from)
{
	size_t n = from != NULL ? strnlen(from, size - 1) : 0;

	if (n > 0)
		memcpy(to, from, n);
	to[n] = '\0';
}

void log_scope(const char *name, const char *id)
{
	copy_text(logger.scope, sizeof(logger.scope), name);
	copy_text(logger.id, sizeof(logger.id), id);
}

void log_watch(log_watcher *watcher)
{
	logger.watcher = watcher;
}

static void put(struct line *l, const char *p, size_t n)
{
	if (l->cut || n > sizeof(l->text) - ROOM_FOR_END - l->n) {
		l->cut = true;
		return;
	}
	memcpy(l->text + l->n, p, n);
	l->n += n;
}

static void puts_line(struct line *l, const char *text)
{
	put(l, text, strlen(text));
}

static bool is_control(uint32_t c)
{
	return c < ' ' || (c >= 0x7f && c < 0xa0);
}

/* Length of the character that s begins with; 0 if it has to be escaped byte by byte. */
static size_t shown_length(struct span s)
{
	uint32_t c;
	size_t n = utf8_decode(s.p, s.n, &c);

	return n > 0 && is_control(c) ? 0 : n;
}

/* ASCII that needs no thought. */
static bool is_plain(char c)
{
	return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
}

static bool needs_quotes(struct span s)
{
	size_t i = 0;

	if (s.n == 0)
		return true;
	while (i < s.n) {
		size_t n = is_plain(s.p[i]) ? 1 : shown_length(span_sub(s, i, s.n));

		if (n == 0 || (n == 1 && !is_plain(s.p[i])))
			return true;
		i += n;
	}
	return false;
}

/* One character inside quotes; returns how many bytes of s it took. */
static size_t put_char(struct line *l, struct span s)
{
	size_t n = shown_length(s);
	char text[8];

	if (n == 0) {
		snprintf(text, sizeof(text), "\\x%02x", (unsigned char)s.p[0]);
		puts_line(l, text);
		return 1;
	}
	if (s.p[0] == '"' || s.p[0] == '\\')
		put(l, "\\", 1);
	put(l, s.p, n);
	return n;
}

static void put_value(struct line *l, struct span s)
{
	bool shortened = s.n > LOG_MAX_VALUE;

	if (shortened)
		s.n = utf8_cut(s.p, LOG_MAX_VALUE);
	if (!shortened && !needs_quotes(s)) {
		put(l, s.p, s.n);
		return;
	}
	put(l, "\"", 1);
	while (s.n > 0)
		s = span_sub(s, put_char(l, s), s.n);
	puts_line(l, shortened ? "...\"" : "\"");
}

static void put_field(struct line *l, const char *key, struct span value)
{
	size_t before = l->n;

	if (l->n > 0)
		put(l, " ", 1);
	puts_line(l, key);
	put(l, "=", 1);
	put_value(l, value);
	if (l->cut)
		l->n = before;
}

static void put_number(struct line *l, const char *key, long long number)
{
	char text[24];
	size_t at = sizeof(text);
	unsigned long long rest =
		number < 0 ? 0 - (unsigned long long)number : (unsigned long long)number;

	do
		text[--at] = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (number < 0)
		text[--at] = '-';
	put_field(l, key, (struct span){ text + at, sizeof(text) - at });
}

/* The part of a line's head that is the same for all lines of a process. */
static const char *who(void)
{
	pid_t pid = getpid();

	if (pid != logger.pid)
		snprintf(logger.who, sizeof(logger.who), " prog=%s pid=%d", logger.program, pid);
	logger.pid = pid;
	return logger.who;
}

static void put_head(struct line *l, enum log_level level, const char *event, int64_t now_us)
{
	char ts[CIVIL_TEXT_SIZE];

	civil_rfc3339(now_us, ts);
	put(l, "ts=", 3);
	puts_line(l, ts);
	put(l, " level=", 7);
	puts_line(l, level_names[level]);
	puts_line(l, who());
	if (logger.scope[0] != '\0')
		put_field(l, logger.scope, span_of(logger.id));
	put_field(l, "event", span_of(event));
}

static void write_text(const char *text, size_t n)
{
	ssize_t rc;

	do
		rc = write(STDERR_FILENO, text, n);
	while (rc < 0 && errno == EINTR);
}

void log_rescue(struct log_hold *h)
{
	if (h->n > 0 && h->n <= sizeof(h->text))
		write_text(h->text, h->n);
	h->n = 0;
}

void log_flush(void)
{
	if (logger.hold != NULL)
		log_rescue(logger.hold);
}

void log_hold(struct log_hold *h)
{
	log_flush();
	logger.hold = h;
}

static void end_line(struct line *l)
{
	if (l->cut) {
		memcpy(l->text + l->n, " cut=yes", 8);
		l->n += 8;
	}
	l->text[l->n++] = '\n';
}

/* Keeps the line if lines are held and it may wait; else everything leaves. */
static void send_line(const struct line *l, enum log_level level, int64_t now_us)
{
	struct log_hold *h = logger.hold;

	if (h != NULL && h->n > 0 && l->n > sizeof(h->text) - h->n)
		log_flush();
	if (h == NULL || level <= LOG_WARN || l->n > sizeof(h->text)) {
		log_flush();
		write_text(l->text, l->n);
		return;
	}
	if (h->n == 0)
		logger.held_since_us = now_us;
	memcpy(h->text + h->n, l->text, l->n);
	h->n += l->n;
	if (now_us - logger.held_since_us > LOG_HOLD_MS * INT64_C(1000))
		log_flush();
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
	int saved = errno;
	int64_t now_us;
	ATTR_UNFILLED struct line l;

	if (logger.watcher != NULL && level <= LOG_WARN)
		logger.watcher(&(struct log_seen){ level, event, logger.scope, logger.id, fields });
	if (level > logger.least)
		return;
	now_us = clock_unix_us();
	l.n = 0;
	l.cut = false;
	put_head(&l, level, event, now_us);
	for (; fields->key != NULL; fields++) {
		if (fields->is_text)
			put_field(&l, fields->key, fields->text);
		else
			put_number(&l, fields->key, fields->number);
	}
	end_line(&l);
	send_line(&l, level, now_us);
	errno = saved;
}

void log_err(enum log_level level, const char *event, const struct err *e)
{
	if (e->field[0] != '\0')
		log_event(level, event, LOG_TEXT("kind", err_kind_name(e->kind)),
			LOG_TEXT("field", e->field), LOG_TEXT("text", e->text),
			LOG_TEXT("detail", e->detail));
	else
		log_event(level, event, LOG_TEXT("kind", err_kind_name(e->kind)),
			LOG_TEXT("text", e->text), LOG_TEXT("detail", e->detail));
}
