/*
 * How long the parser of Codeforces' list takes: `bench_parse FILE RUNS` prints each run's
 * milliseconds of processor time, one a line, and the number of records on a last line.
 */
#include <stdio.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/scan.h"
#include "jobs/source/source.h"

static int read_file(const char *path, struct buf *out)
{
	char piece[8192];
	FILE *f = fopen(path, "rb");
	size_t n;

	if (f == NULL)
		return -1;
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		buf_add(out, piece, n);
	return fclose(f);
}

/* It waits for nothing, so this is what it takes on a machine with nothing else to do. */
static double spent_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	struct arena *m = arena_new(64 * 1024 * 1024);
	BUF_AUTO b;
	struct span body;
	struct contest_rows rows = { 0 };
	struct err e = { 0 };
	uint64_t runs = 0;

	buf_init(&b, 8 * 1024 * 1024);
	if (argc != 3 || !span_u64(span_of(argv[2]), 100000, &runs) || runs == 0 ||
		read_file(argv[1], &b) != 0 || buf_finish(&b, &body, &e) != 0) {
		(void)fprintf(stderr, "usage: bench_parse FILE RUNS\n");
		return 2;
	}
	for (uint64_t i = 0; i < runs; i++) {
		double from = spent_ms();

		contest_rows_start(&rows, PLATFORM_CODEFORCES);
		if (codeforces_parse(m, body, 1759715201, &rows, &e) != 0) {
			(void)fprintf(stderr, "%s\n", e.text);
			return 1;
		}
		(void)printf("%.3f\n", spent_ms() - from);
		arena_reset(m);
	}
	(void)printf("%zu records\n", rows.seen);
	arena_free(m);
	return 0;
}
