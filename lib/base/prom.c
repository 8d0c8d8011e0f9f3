#include "base/prom.h"

#include <inttypes.h>
#include <stdio.h>

void prom_head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void escape(struct buf *out, const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value == '\n') {
			buf_adds(out, "\\n");
			continue;
		}
		if (*value == '"' || *value == '\\')
			buf_addc(out, '\\');
		buf_addc(out, *value);
	}
}

/* NAMEsuffix{a="…",le="…"} and a blank. le may be NULL. */
static void start(struct buf *out, const char *name, const char *suffix, struct prom_labels labels,
	const char *le)
{
	buf_addf(out, "%s%s", name, suffix);
	for (size_t i = 0; i < labels.n; i++) {
		buf_addf(out, "%c%s=\"", i == 0 ? '{' : ',', labels.v[i].name);
		escape(out, labels.v[i].value);
		buf_addc(out, '"');
	}
	if (le != NULL)
		buf_addf(out, "%cle=\"%s\"", labels.n == 0 ? '{' : ',', le);
	if (labels.n > 0 || le != NULL)
		buf_addc(out, '}');
	buf_addc(out, ' ');
}

void prom_sample(struct buf *out, const char *name, struct prom_labels labels, int64_t value)
{
	start(out, name, "", labels, NULL);
	buf_addf(out, "%" PRId64 "\n", value);
}

#define SECONDS_SIZE 32
static const char *seconds(char text[SECONDS_SIZE], int64_t us)
{
	snprintf(text, SECONDS_SIZE, "%" PRId64 ".%06" PRId64, us / 1000000, us % 1000000);
	return text;
}

void prom_sample_us(struct buf *out, const char *name, struct prom_labels labels, int64_t us)
{
	char text[SECONDS_SIZE];

	start(out, name, "", labels, NULL);
	buf_addf(out, "%s\n", seconds(text, us));
}

void prom_value(
	struct buf *out, const char *name, const char *type, const char *help, int64_t value)
{
	prom_head(out, name, type, help);
	prom_sample(out, name, PROM_NONE, value);
}

void prom_histogram(struct buf *out, const char *name, struct prom_labels labels,
	const struct prom_times *times)
{
	char text[SECONDS_SIZE];
	int64_t n = 0;

	for (size_t i = 0; i < times->n; i++) {
		n += times->counts[i];
		start(out, name, "_bucket", labels,
			i + 1 < times->n ? seconds(text, times->bounds_us[i]) : "+Inf");
		buf_addf(out, "%" PRId64 "\n", n);
	}
	start(out, name, "_sum", labels, NULL);
	buf_addf(out, "%s\n", seconds(text, times->sum_us));
	start(out, name, "_count", labels, NULL);
	buf_addf(out, "%" PRId64 "\n", n);
}
