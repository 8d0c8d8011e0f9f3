#include "os/zone_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/scan.h"

#define FOLDER "/usr/share/zoneinfo/"

enum {
	MAX_FILE = 64 * 1024,
	MAX_NAMES = 1000
};

static struct zone kept[ZONE_DIR_KEEP];
static unsigned used[ZONE_DIR_KEEP]; // 0: free
static unsigned tick;

/* Names that browsers report and newer zone packages leave out. */
static const char *const renamed[][2] = {
	{ "Africa/Asmera", "Africa/Asmara" },
	{ "America/Buenos_Aires", "America/Argentina/Buenos_Aires" },
	{ "America/Catamarca", "America/Argentina/Catamarca" },
	{ "America/Cordoba", "America/Argentina/Cordoba" },
	{ "America/Godthab", "America/Nuuk" },
	{ "America/Indianapolis", "America/Indiana/Indianapolis" },
	{ "America/Jujuy", "America/Argentina/Jujuy" },
	{ "America/Louisville", "America/Kentucky/Louisville" },
	{ "America/Mendoza", "America/Argentina/Mendoza" },
	{ "Asia/Calcutta", "Asia/Kolkata" },
	{ "Asia/Katmandu", "Asia/Kathmandu" },
	{ "Asia/Rangoon", "Asia/Yangon" },
	{ "Asia/Saigon", "Asia/Ho_Chi_Minh" },
	{ "Atlantic/Faeroe", "Atlantic/Faroe" },
	{ "Europe/Kiev", "Europe/Kyiv" },
	{ "Pacific/Enderbury", "Pacific/Kanton" },
	{ "Pacific/Ponape", "Pacific/Pohnpei" },
	{ "Pacific/Truk", "Pacific/Chuuk" },
};

/* Whole file into buf; its size, or 0 if it cannot be read or does not fit. */
static size_t read_file(struct span name, char *buf, size_t size)
{
	char path[sizeof(FOLDER) + ZONE_MAX_NAME] = FOLDER;
	size_t n = 0;
	int fd;

	if (name.n > ZONE_MAX_NAME)
		return 0;
	memcpy(path + sizeof(FOLDER) - 1, name.p, name.n);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	while (n < size) {
		ssize_t got = read(fd, buf + n, size - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		n += (size_t)got;
	}
	close(fd);
	return n == size ? 0 : n;
}

static bool load(struct span file_name, struct span name, struct zone *out)
{
	static char file[MAX_FILE];
	struct err e = { 0 };
	size_t n = read_file(file_name, file, sizeof(file));

	return n > 0 && zone_parse((struct span){ file, n }, name, out, &e) == 0;
}

static bool find(struct span name, struct zone *out)
{
	if (load(name, name, out))
		return true;
	if (span_is(name, "UTC") || span_is(name, "Etc/UTC")) {
		zone_utc(out);
		memcpy(out->name, name.p, name.n);
		return true;
	}
	for (size_t i = 0; i < countof(renamed); i++)
		if (span_is(name, renamed[i][0]))
			return load(span_of(renamed[i][1]), name, out);
	return false;
}

const struct zone *zone_dir_get(struct span name)
{
	struct zone z;
	size_t oldest = 0;

	if (!zone_name_ok(name))
		return NULL;
	for (size_t i = 0; i < ZONE_DIR_KEEP; i++) {
		if (used[i] != 0 && span_is(name, kept[i].name)) {
			used[i] = ++tick;
			return &kept[i];
		}
		if (used[i] < used[oldest])
			oldest = i;
	}
	if (!find(name, &z))
		return NULL;
	kept[oldest] = z;
	used[oldest] = ++tick;
	return &kept[oldest];
}

static int by_name(const void *a, const void *b)
{
	const struct span *x = a;
	const struct span *y = b;
	int order = memcmp(x->p, y->p, x->n < y->n ? x->n : y->n);

	return order != 0 ? order : (x->n > y->n) - (x->n < y->n);
}

size_t zone_dir_names(struct arena *m, const struct span **out)
{
	struct span *names = arena_new_array(m, struct span, MAX_NAMES);
	char *text = arena_alloc(m, MAX_FILE);
	struct span rest = { text, read_file(SPAN("zone.tab"), text, MAX_FILE) };
	struct span line;
	size_t n = 0;

	if (rest.n == 0)
		rest.n = read_file(SPAN("zone1970.tab"), text, MAX_FILE);
	names[n++] = SPAN("UTC");
	while (n < MAX_NAMES && span_split(&rest, '\n', &line)) {
		struct span column;

		if (span_starts(line, "#"))
			continue;
		if (span_split(&line, '\t', &column) && span_split(&line, '\t', &column) &&
			span_split(&line, '\t', &column) && zone_name_ok(column))
			names[n++] = column;
	}
	qsort(names, n, sizeof(names[0]), by_name);
	*out = names;
	return n;
}
