/* Metrics as Prometheus reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/prom.h"

#define MAX 4096

static void expect(struct buf *b, const char *text)
{
	struct err e = { 0 };
	struct span out;

	assert_int_equal(buf_finish(b, &out, &e), 0);
	assert_string_equal(out.p, text);
	buf_free(b);
}

static void values_and_labels(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, MAX);
	prom_value(&b, "a_total", "counter", "Things", INT64_MIN);
	prom_head(&b, "b", "gauge", "Others");
	prom_sample(&b, "b", PROM_LABELS({ "x", "1" }, { "y", "a\"b\\c\nd" }), 7);
	prom_sample_us(&b, "c_seconds", PROM_LABELS({ "x", "" }), 1000001);
	expect(&b, "# HELP a_total Things\n# TYPE a_total counter\na_total -9223372036854775808\n"
		   "# HELP b Others\n# TYPE b gauge\nb{x=\"1\",y=\"a\\\"b\\\\c\\nd\"} 7\n"
		   "c_seconds{x=\"\"} 1.000001\n");
}

static void histograms_add_up(void **state)
{
	static const int64_t bounds[] = { 500, 2500000 }, counts[] = { 2, 0, 3 };
	static const struct prom_times times = { bounds, counts, countof(counts), 12345678 };
	struct buf b;

	(void)state;
	buf_init(&b, MAX);
	prom_histogram(&b, "t", PROM_NONE, &times);
	expect(&b,
		"t_bucket{le=\"0.000500\"} 2\nt_bucket{le=\"2.500000\"} 2\nt_bucket{le=\"+Inf\"} 5\n"
		"t_sum 12.345678\nt_count 5\n");
	buf_init(&b, MAX);
	prom_histogram(&b, "t", PROM_LABELS({ "k", "v" }), &times);
	expect(&b,
		"t_bucket{k=\"v\",le=\"0.000500\"} 2\nt_bucket{k=\"v\",le=\"2.500000\"} 2\n"
		"t_bucket{k=\"v\",le=\"+Inf\"} 5\nt_sum{k=\"v\"} 12.345678\nt_count{k=\"v\"} 5\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_and_labels),
		cmocka_unit_test(histograms_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
