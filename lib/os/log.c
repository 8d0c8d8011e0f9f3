/*
 * A line is put together in a buffer on the stack and leaves in one write, so that lines of many
 * processes on one stderr do not mix (a pipe keeps writes of up to 4 KB whole, a file opened for
 * appending any). A field that does not fit any more is left out and the line ends in cut=yes.
 */
#include "os/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

void log_scope(const char *name, const char *id)
{
	snprintf(logger.scope, sizeof(logger.scope), "%s", name != NULL ? name : "");
	snprintf(logger.id, sizeof(logger.id), "%s", id != NULL ? id : "");
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

static bool needs_quotes(struct span s)
{
	if (s.n == 0)
		return true;
	while (s.n > 0) {
		size_t n = shown_length(s);

		if (n == 0 || strchr(" \"\\=", s.p[0]) != NULL)
			return true;
		s = span_sub(s, n, s.n);
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

	snprintf(text, sizeof(text), "%lld", number);
	put_field(l, key, span_of(text));
}

static void put_head(struct line *l, enum log_level level, const char *event)
{
	char ts[CIVIL_TEXT_SIZE];

	civil_rfc3339(clock_unix_us(), ts);
	put_field(l, "ts", span_of(ts));
	put_field(l, "level", span_of(level_names[level]));
	put_field(l, "prog", span_of(logger.program));
	put_number(l, "pid", getpid());
	if (logger.scope[0] != '\0')
		put_field(l, logger.scope, span_of(logger.id));
	put_field(l, "event", span_of(event));
}

static void flush_line(struct line *l)
{
	ssize_t rc;

	if (l->cut) {
		memcpy(l->text + l->n, " cut=yes", 8);
		l->n += 8;
	}
	l->text[l->n++] = '\n';
	do
		rc = write(STDERR_FILENO, l->text, l->n);
	while (rc < 0 && errno == EINTR);
}

void log_write(enum log_level level, const char *event, const struct log_field *fields)
{
	int saved = errno;
	struct line l;

	if (logger.watcher != NULL && level <= LOG_WARN)
		logger.watcher(&(struct log_seen){ level, event, logger.scope, logger.id, fields });
	if (level > logger.least)
		return;
	l.n = 0;
	l.cut = false;
	put_head(&l, level, event);
	for (; fields->key != NULL; fields++) {
		if (fields->is_text)
			put_field(&l, fields->key, fields->text);
		else
			put_number(&l, fields->key, fields->number);
	}
	flush_line(&l);
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
