#include "fcgi/metrics.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "base/limits.h"
#include "base/prom.h"
#include "fcgi/route.h"

#define REQUESTS "podium_web_requests_total"
#define SECONDS  "podium_web_request_seconds"

/* Statuses that are counted apart; the last column takes all others. */
static const int statuses[] = { 200, 201, 202, 204, 303, 304, 400, 401, 403, 404, 405, 408, 409,
	413, 414, 415, 422, 429, 431, 500, 503 };
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
	int64_t connections[WEB_MAX_WORKERS];
	int64_t db_wait_us;
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

void metrics_connections(int open, int64_t waited_us)
{
	if (shared == NULL || own_slot >= WEB_MAX_WORKERS)
		return;
	__atomic_store_n(&shared->connections[own_slot], open, __ATOMIC_RELAXED);
	add(&shared->db_wait_us, waited_us);
}

void metrics_worker_gone(size_t slot)
{
	if (shared == NULL || slot >= WEB_MAX_WORKERS)
		return;
	__atomic_store_n(&shared->busy[slot], false, __ATOMIC_RELAXED);
	__atomic_store_n(&shared->connections[slot], 0, __ATOMIC_RELAXED);
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
	[METRIC_ASKED_TOGETHER] = { "podium_web_asked_together_total", "counter",
		"Requests whose first reads of the database shared a round trip with others" },
	[METRIC_WORKERS_STARTED] = { "podium_web_workers_started_total", "counter",
		"Web processes started" },
	[METRIC_WORKERS] = { "podium_web_workers", "gauge", "Web processes wanted" },
	[METRIC_DB_CONNECTS] = { "podium_web_db_connects_total", "counter",
		"Connections to PostgreSQL that requests had to wait for" },
	[METRIC_DB_REFUSED] = { "podium_web_db_refused_total", "counter",
		"Attempts to connect to PostgreSQL that failed" },
	[METRIC_CACHE_HITS] = { "podium_web_cache_hits_total", "counter",
		"Values found in the cache" },
	[METRIC_CACHE_MISSES] = { "podium_web_cache_misses_total", "counter",
		"Values not found in the cache" },
};

/* The labels of a route: the last line stands for requests that met none. */
#define ROUTE_LABELS(table, n, i)                                                                  \
	{ "method", (i) < (n) ? method_name((table)[i].method) : "any" },                          \
	{                                                                                          \
		"route", (i) < (n) ? (table)[i].pattern : "none"                                   \
	}

static void print_counts(const struct route *table, size_t n, size_t i,
	const struct route_counts *r, struct buf *out)
{
	for (size_t k = 0; k < N_STATUSES; k++) {
		char status[12] = "other";
		int64_t count = get(&r->by_status[k]);

		if (count == 0)
			continue;
		if (k < countof(statuses))
			snprintf(status, sizeof(status), "%d", statuses[k]);
		prom_sample(out, REQUESTS,
			PROM_LABELS(ROUTE_LABELS(table, n, i), { "status", status }), count);
	}
}

static void print_latency(const struct route *table, size_t n, size_t i,
	const struct route_counts *r, struct buf *out)
{
	int64_t counts[N_BUCKETS], sum = 0;
	struct prom_times times = { bounds, counts, N_BUCKETS, get(&r->took_us) };

	for (size_t k = 0; k < N_BUCKETS; k++)
		sum += counts[k] = get(&r->buckets[k]);
	if (sum > 0)
		prom_histogram(out, SECONDS, PROM_LABELS(ROUTE_LABELS(table, n, i)), &times);
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
	int64_t open = 0, in_use = 0;

	if (shared == NULL)
		return;
	prom_head(out, REQUESTS, "counter", "Requests by route and status");
	for (size_t i = 0; i <= n_shared_routes; i++)
		print_counts(table, n, i, &shared->routes[i], out);
	prom_head(out, SECONDS, "histogram", "Time from the request to the reply");
	for (size_t i = 0; i <= n_shared_routes; i++)
		print_latency(table, n, i, &shared->routes[i], out);
	for (size_t i = 0; i < N_METRICS; i++)
		prom_value(out, values[i].name, values[i].type, values[i].help,
			get(&shared->values[i]));
	prom_value(out, "podium_web_busy_workers", "gauge",
		"Web processes that serve a request just now", metrics_busy_workers());
	for (size_t i = 0; i < WEB_MAX_WORKERS; i++) {
		int64_t here = get(&shared->connections[i]);

		open += here;
		in_use += __atomic_load_n(&shared->busy[i], __ATOMIC_RELAXED) ? here : 0;
	}
	prom_value(out, "podium_web_db_connections", "gauge",
		"Connections to PostgreSQL that web processes hold", open);
	prom_value(out, "podium_web_db_connections_in_use", "gauge",
		"Those of processes that serve a request just now", in_use);
	prom_head(out, "podium_web_db_wait_seconds_total", "counter",
		"Time that requests waited for a connection to PostgreSQL");
	prom_sample_us(
		out, "podium_web_db_wait_seconds_total", PROM_NONE, get(&shared->db_wait_us));
}
