#include "fcgi/metrics.h"

#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "fcgi/route.h"

/* Statuses that are counted apart; the last column takes all others. */
static const int statuses[] = { 200, 201, 204, 303, 304, 400, 401, 403, 404, 405, 409, 413, 414,
	415, 422, 429, 431, 500, 503 };
#define N_STATUSES (countof(statuses) + 1)

/* Upper bounds of the latency histogram in microseconds; the last bucket has none. */
static const int64_t bounds[] = { 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 250000,
	500000, 1000000, 2500000 };
#define N_BUCKETS (countof(bounds) + 1)

struct route_counts {
	int64_t by_status[N_STATUSES];
	int64_t buckets[N_BUCKETS];
	int64_t took_us;
	int64_t bytes;
};

struct shared {
	int64_t values[N_METRICS];
	bool busy[WEB_MAX_WORKERS];
	struct route_counts routes[]; // n_shared_routes + 1
};

static struct shared *shared;
static size_t n_shared_routes;
static size_t own_slot;

static size_t shared_size(size_t n)
{
	return sizeof(struct shared) + (n + 1) * sizeof(struct route_counts);
}

int metrics_open(size_t n, struct err *e)
{
	void *p = mmap(
		NULL, shared_size(n), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return err_set(e, ERR_INTERNAL, "could not get memory for the counters");
	shared = p;
	n_shared_routes = n;
	return 0;
}

static void add(int64_t *to, int64_t n)
{
	__atomic_fetch_add(to, n, __ATOMIC_RELAXED);
}

static int64_t get(const int64_t *from)
{
	return __atomic_load_n(from, __ATOMIC_RELAXED);
}

void metrics_add(enum metric m, int64_t n)
{
	if (shared != NULL)
		add(&shared->values[m], n);
}

void metrics_set(enum metric m, int64_t v)
{
	if (shared != NULL)
		__atomic_store_n(&shared->values[m], v, __ATOMIC_RELAXED);
}

void metrics_worker(size_t slot)
{
	own_slot = slot;
}

void metrics_busy(bool busy)
{
	if (shared != NULL && own_slot < WEB_MAX_WORKERS)
		__atomic_store_n(&shared->busy[own_slot], busy, __ATOMIC_RELAXED);
}

void metrics_worker_gone(size_t slot)
{
	if (shared != NULL && slot < WEB_MAX_WORKERS)
		__atomic_store_n(&shared->busy[slot], false, __ATOMIC_RELAXED);
}

void metrics_request(size_t route, int status, int64_t took_us, size_t bytes)
{
	struct route_counts *r;
	size_t column = 0;
	size_t bucket = 0;

	if (shared == NULL || route > n_shared_routes)
		return;
	r = &shared->routes[route];
	while (column < countof(statuses) && statuses[column] != status)
		column++;
	while (bucket < countof(bounds) && took_us > bounds[bucket])
		bucket++;
	add(&r->by_status[column], 1);
	add(&r->buckets[bucket], 1);
	add(&r->took_us, took_us);
	add(&r->bytes, (int64_t)bytes);
	if (status == 304)
		metrics_add(METRIC_NOT_MODIFIED, 1);
}

static const struct {
	const char *name;
	const char *type;
	const char *help;
} values[N_METRICS] = {
	[METRIC_COPIES_WRITTEN] = { "podium_web_page_copies_total", "counter",
		"Public pages written through for the web server" },
	[METRIC_NOT_MODIFIED] = { "podium_web_not_modified_total", "counter",
		"Replies that a client had already" },
	[METRIC_SESSIONS_READ] = { "podium_web_sessions_read_total", "counter",
		"Sessions looked up in the database" },
	[METRIC_WORKERS_STARTED] = { "podium_web_workers_started_total", "counter",
		"Web processes started" },
	[METRIC_WORKERS] = { "podium_web_workers", "gauge", "Web processes wanted" },
	[METRIC_CACHE_HITS] = { "podium_web_cache_hits_total", "counter",
		"Values found in the cache" },
	[METRIC_CACHE_MISSES] = { "podium_web_cache_misses_total", "counter",
		"Values not found in the cache" },
};

static void print_counts(const struct route *table, size_t n, size_t i,
	const struct route_counts *r, struct buf *out)
{
	const char *pattern = i < n ? table[i].pattern : "none";
	const char *method = i < n ? method_name(table[i].method) : "any";

	for (size_t k = 0; k < N_STATUSES; k++) {
		int64_t count = get(&r->by_status[k]);

		if (count == 0)
			continue;
		buf_addf(out, "podium_web_requests_total{method=\"%s\",route=\"%s\",status=\"",
			method, pattern);
		if (k < countof(statuses))
			buf_addf(out, "%d\"} %lld\n", statuses[k], (long long)count);
		else
			buf_addf(out, "other\"} %lld\n", (long long)count);
	}
}

static void print_latency(const struct route *table, size_t n, size_t i,
	const struct route_counts *r, struct buf *out)
{
	const char *pattern = i < n ? table[i].pattern : "none";
	const char *method = i < n ? method_name(table[i].method) : "any";
	long long sum = 0;

	for (size_t k = 0; k < N_BUCKETS; k++)
		sum += get(&r->buckets[k]);
	if (sum == 0)
		return;
	sum = 0;
	for (size_t k = 0; k < N_BUCKETS; k++) {
		sum += get(&r->buckets[k]);
		buf_addf(out, "podium_web_request_seconds_bucket{method=\"%s\",route=\"%s\",le=\"",
			method, pattern);
		if (k < countof(bounds))
			buf_addf(out, "%lld.%06lld\"} %lld\n", (long long)(bounds[k] / 1000000),
				(long long)(bounds[k] % 1000000), sum);
		else
			buf_addf(out, "+Inf\"} %lld\n", sum);
	}
	buf_addf(out, "podium_web_request_seconds_sum{method=\"%s\",route=\"%s\"} %lld.%06lld\n",
		method, pattern, (long long)(get(&r->took_us) / 1000000),
		(long long)(get(&r->took_us) % 1000000));
	buf_addf(out, "podium_web_request_seconds_count{method=\"%s\",route=\"%s\"} %lld\n", method,
		pattern, sum);
}

int64_t metrics_value(enum metric m)
{
	return shared != NULL ? get(&shared->values[m]) : 0;
}

int metrics_busy_workers(void)
{
	int n = 0;

	for (size_t i = 0; shared != NULL && i < WEB_MAX_WORKERS; i++)
		n += __atomic_load_n(&shared->busy[i], __ATOMIC_RELAXED);
	return n;
}

void metrics_print(const struct route *table, size_t n, struct buf *out)
{
	if (shared == NULL)
		return;
	buf_adds(out, "# HELP podium_web_requests_total Requests by route and status\n"
		      "# TYPE podium_web_requests_total counter\n");
	for (size_t i = 0; i <= n_shared_routes; i++)
		print_counts(table, n, i, &shared->routes[i], out);
	buf_adds(out, "# HELP podium_web_request_seconds Time from the request to the reply\n"
		      "# TYPE podium_web_request_seconds histogram\n");
	for (size_t i = 0; i <= n_shared_routes; i++)
		print_latency(table, n, i, &shared->routes[i], out);
	for (size_t i = 0; i < N_METRICS; i++)
		buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", values[i].name,
			values[i].help, values[i].name, values[i].type, values[i].name,
			(long long)get(&shared->values[i]));
	buf_addf(out,
		"# HELP podium_web_busy_workers Web processes that serve a request just now\n"
		"# TYPE podium_web_busy_workers gauge\npodium_web_busy_workers %d\n",
		metrics_busy_workers());
}
