#ifndef BASE_PROM_H
#define BASE_PROM_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * Metrics as Prometheus reads them (text format 0.0.4). A metric is its head, once, and then its
 * samples. Values of labels are escaped; names, types and helps are literals of the program.
 */
struct prom_label {
	const char *name;
	const char *value;
};

struct prom_labels {
	const struct prom_label *v; // NULL when n is 0
	size_t n;
};

#define PROM_NONE ((struct prom_labels){ NULL, 0 })
#define PROM_LABELS(...)                                                                           \
	((struct prom_labels){ (const struct prom_label[]){ __VA_ARGS__ },                         \
		sizeof((const struct prom_label[]){ __VA_ARGS__ }) / sizeof(struct prom_label) })

/* type: "counter", "gauge" or "histogram" */
void prom_head(struct buf *out, const char *name, const char *type, const char *help);

/* One number. */
void prom_sample(struct buf *out, const char *name, struct prom_labels labels, int64_t value);

/* A length of time, written in seconds. */
void prom_sample_us(struct buf *out, const char *name, struct prom_labels labels, int64_t us);

/* A metric without labels: head and sample. */
void prom_value(
	struct buf *out, const char *name, const char *type, const char *help, int64_t value);

/* How long things took: counts[i] of them up to bounds_us[i]; the last count, of n, has no bound.
 */
struct prom_times {
	const int64_t *bounds_us; // n - 1, rising
	const int64_t *counts;
	size_t n;
	int64_t sum_us;
};

/* The samples NAME_bucket, NAME_sum and NAME_count. */
void prom_histogram(struct buf *out, const char *name, struct prom_labels labels,
	const struct prom_times *times);

#endif
