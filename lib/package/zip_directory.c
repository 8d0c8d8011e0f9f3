/*
 * The directory at the end of a zip, for what libarchive does not tell of it: it takes files that
 * share their bytes for one, and pipes and devices for files. What the large kind (zip64) says
 * elsewhere is passed over; those are bounded while they are read, as all are.
 */
#include "package/zip_directory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/limits.h"

#define END_SIZE   22 // of the last record, without its comment
#define ENTRY_SIZE 46 // without name, extra field and comment
#define LOCAL_SIZE 30 // of the head before the bytes of a file, without name and extra field
#define LARGE      0xffffffff
#define BY_UNIX    3

struct entry {
	struct span name;
	uint64_t at, end; // of what it takes of the zip, at least
	unsigned type;    // as in stat(2); 0: not said
};

static uint32_t number(const char *p, int n_bytes)
{
	uint32_t v = 0;

	for (int i = n_bytes - 1; i >= 0; i--)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

/* The entries, or nothing if the directory is not where the last record says. */
static struct span find_directory(struct span zip)
{
	for (size_t back = END_SIZE; back <= zip.n && back <= END_SIZE + 0xffff; back++) {
		const char *end = zip.p + zip.n - back;
		uint32_t size;

		if (memcmp(end, "PK\5\6", 4) != 0)
			continue;
		size = number(end + 12, 4);
		return size <= zip.n - back ? (struct span){ end - size, size } : SPAN("");
	}
	return SPAN("");
}

/* The first entry of the directory, which it then no longer holds. */
static bool next_entry(struct span *directory, struct entry *out)
{
	const char *p = directory->p;
	uint32_t packed, n_name;
	size_t n;

	if (directory->n < ENTRY_SIZE || memcmp(p, "PK\1\2", 4) != 0)
		return false;
	packed = number(p + 20, 4);
	n_name = number(p + 28, 2);
	n = ENTRY_SIZE + n_name + number(p + 30, 2) + number(p + 32, 2);
	if (n > directory->n)
		return false;
	*out = (struct entry){ .name = { p + ENTRY_SIZE, n_name }, .at = number(p + 42, 4) };
	if (out->at != LARGE && packed != LARGE)
		out->end = out->at + LOCAL_SIZE + n_name + packed;
	if (number(p + 5, 1) == BY_UNIX)
		out->type = number(p + 40, 2) & 0170000;
	*directory = span_sub(*directory, n, directory->n);
	return true;
}

static int by_place(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static void check_type(struct package_report *r, const struct entry *e)
{
	const unsigned good[] = { 0, 0100000 /* file */, 0040000 /* folder */, 0120000 /* link */ };

	for (size_t i = 0; i < countof(good); i++) {
		if (e->type == good[i])
			return;
	}
	package_say(r, PACKAGE_ERROR, e->name, 0, "this is neither file nor folder");
}

void zip_directory_check(struct package_report *r, struct span zip)
{
	struct span directory = find_directory(zip);
	struct entry *v = arena_new_array(r->m, struct entry, directory.n / ENTRY_SIZE + 1);
	size_t n = 0;
	uint64_t end = 0;

	while (n < 2 * PACKAGE_MAX_FILES && next_entry(&directory, &v[n]))
		check_type(r, &v[n++]);
	qsort(v, n, sizeof(*v), by_place);
	for (size_t i = 0; i < n; i++) {
		if (v[i].end != 0 && v[i].at < end)
			package_say(r, PACKAGE_ERROR, v[i].name, 0,
				"the file shares its bytes with another one of the zip");
		if (v[i].end > end)
			end = v[i].end;
	}
}
