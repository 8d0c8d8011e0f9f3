#include "judge/tar.h"

#include <stdint.h>
#include <string.h>

#define BLOCK     512
#define NAME_SIZE 100

/* Of POSIX.1-1988, "ustar": offsets in a block. */
enum {
	AT_NAME = 0,
	AT_MODE = 100,
	AT_UID = 108,
	AT_GID = 116,
	AT_SIZE = 124,
	AT_TIME = 136,
	AT_SUM = 148,
	AT_TYPE = 156,
	AT_MAGIC = 257,
	AT_PREFIX = 345,
	PREFIX_SIZE = 155
};

bool tar_path_is_plain(struct span path)
{
	struct span part;

	if (path.n == 0 || path.n > 255 || memchr(path.p, '\0', path.n) != NULL ||
		path.p[path.n - 1] == '/')
		return false;
	while (span_split(&path, '/', &part)) {
		if (part.n == 0 || span_is(part, ".") || span_is(part, ".."))
			return false;
	}
	return true;
}

void tar_start(struct tar *t, struct span bytes)
{
	t->rest = bytes;
}

static struct span field(const char *block, size_t at, size_t size)
{
	const char *end = memchr(block + at, '\0', size);

	return (struct span){ block + at, end != NULL ? (size_t)(end - block) - at : size };
}

static bool read_octal(struct span text, uint64_t *out)
{
	text = span_trim(text);
	*out = 0;
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] < '0' || text.p[i] > '7' || *out > UINT64_MAX / 16)
			return false;
		*out = *out * 8 + (uint64_t)(text.p[i] - '0');
	}
	return text.n > 0;
}

static unsigned long sum_of(const char *block)
{
	unsigned long sum = 0;

	for (size_t i = 0; i < BLOCK; i++)
		sum += i >= AT_SUM && i < AT_TYPE ? ' ' : (unsigned char)block[i];
	return sum;
}

static bool read_path(struct tar *t, const char *block, struct span *out)
{
	struct span prefix = field(block, AT_PREFIX, PREFIX_SIZE);
	struct span name = field(block, AT_NAME, NAME_SIZE);
	size_t n = 0;

	if (prefix.n > 0) {
		memcpy(t->path, prefix.p, prefix.n);
		t->path[prefix.n] = '/';
		n = prefix.n + 1;
	}
	if (n + name.n > sizeof(t->path))
		return false;
	memcpy(t->path + n, name.p, name.n);
	*out = (struct span){ t->path, n + name.n };
	if (span_starts(*out, "./"))
		*out = span_sub(*out, 2, out->n);
	return true;
}

int tar_next(struct tar *t, struct tar_file *out, struct err *e)
{
	while (t->rest.n >= BLOCK && t->rest.p[0] != '\0') {
		const char *block = t->rest.p;
		uint64_t size, sum, mode;

		if (!read_octal(field(block, AT_SIZE, 12), &size) ||
			!read_octal(field(block, AT_SUM, 8), &sum) || sum != sum_of(block) ||
			!read_octal(field(block, AT_MODE, 8), &mode))
			return err_set(e, ERR_INVALID, "not an archive");
		t->rest = span_sub(t->rest, BLOCK, t->rest.n);
		if (size > t->rest.n)
			return err_set(e, ERR_INVALID, "the archive is cut off");
		out->text = span_sub(t->rest, 0, (size_t)size);
		t->rest = span_sub(t->rest, ((size_t)size + BLOCK - 1) / BLOCK * BLOCK, t->rest.n);
		out->may_run = (mode & 0100) != 0;
		if (block[AT_TYPE] != '0' && block[AT_TYPE] != '\0')
			continue;
		if (!read_path(t, block, &out->path) || !tar_path_is_plain(out->path))
			return err_set(e, ERR_INVALID, "a path in the archive leads elsewhere");
		return 1;
	}
	return 0;
}

/* Where a long path is cut: behind the slash, so that both halves have room. SIZE_MAX: nowhere. */
static size_t find_cut(struct span path)
{
	if (path.n <= NAME_SIZE)
		return 0;
	for (size_t i = path.n - 1; i > 0; i--) {
		if (path.p[i] == '/' && i <= PREFIX_SIZE && path.n - i - 1 <= NAME_SIZE)
			return i + 1;
	}
	return SIZE_MAX;
}

static void put_octal(char *to, int digits, uint64_t value)
{
	for (int i = digits - 1; i >= 0; i--) {
		to[i] = (char)('0' + (value & 7));
		value >>= 3;
	}
}

int tar_add(struct buf *out, const struct tar_file *f, struct err *e)
{
	static const char zeros[BLOCK];
	char block[BLOCK] = { 0 };
	size_t cut = find_cut(f->path);

	if (!tar_path_is_plain(f->path) || cut == SIZE_MAX)
		return err_set(e, ERR_INVALID, "a path that no archive can hold: " SPAN_FMT,
			SPAN_ARG(span_sub(f->path, 0, 100)));
	if (cut > 0)
		memcpy(block + AT_PREFIX, f->path.p, cut - 1);
	memcpy(block + AT_NAME, f->path.p + cut, f->path.n - cut);
	put_octal(block + AT_MODE, 7, f->may_run ? 0755 : 0644);
	put_octal(block + AT_UID, 7, 0);
	put_octal(block + AT_GID, 7, 0);
	put_octal(block + AT_SIZE, 11, f->text.n);
	put_octal(block + AT_TIME, 11, 0);
	block[AT_TYPE] = '0';
	memcpy(block + AT_MAGIC, "ustar\00000", 8);
	put_octal(block + AT_SUM, 6, sum_of(block));
	block[AT_SUM + 7] = ' ';
	buf_add(out, block, sizeof(block));
	buf_add_span(out, f->text);
	buf_add(out, zeros, (BLOCK - f->text.n % BLOCK) % BLOCK);
	return 0;
}

void tar_end(struct buf *out)
{
	static const char zeros[2 * BLOCK];

	buf_add(out, zeros, sizeof(zeros));
}
