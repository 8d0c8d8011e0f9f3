#include "model/codeforces_desk.h"

#include "auth/digest.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/scan.h"
#include "model/cache.h"
#include "model/job_run.h"
#include "os/clock.h"

enum {
	LOOK_MS = 20,      // between looks at what another asker does
	LOOK_LOST_MS = 500 // and whether he is still there
};

static const struct {
	const char *name;
	int ttl_s;
} kept[] = {
	[CODEFORCES_KEEP_INFO] = { "cf:info:", 6 * 3600 },
	[CODEFORCES_KEEP_CONTEST] = { "cf:contest:", 6 * 3600 },
	[CODEFORCES_KEEP_SUBMISSIONS] = { "cf:submissions:", 2 * 3600 },
	[CODEFORCES_KEEP_CONTEST_PROBLEMS] = { "cf:contest-problems:", 7 * 86400 },
	[CODEFORCES_KEEP_HISTORY] = { "cf:contest-history:", 12 * 3600 },
	[CODEFORCES_KEEP_WINDOW] = { "cf:window:", 12 * 3600 },
};

void codeforces_desk_open(struct codeforces_desk *d, const struct config *conf, struct http *http,
	struct db *db, struct cache *cache, struct arena *m)
{
	d->cache = cache;
	d->bucket = bucket_codeforces(conf, db, m);
	d->gateway = (struct codeforces){ conf, http, bucket_gate(&d->bucket) };
}

struct span codeforces_kept_key(struct arena *m, enum codeforces_kept what, struct span about)
{
	char *key = arena_printf(m, "%s" SPAN_FMT, kept[what].name, SPAN_ARG(about));

	for (char *c = key; *c != '\0'; c++) {
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	return span_of(key);
}

void codeforces_keep(struct cache *c, struct arena *m, enum codeforces_kept what, struct span about,
	struct span value)
{
	struct err ignored = { 0 };

	(void)!cache_set(c, codeforces_kept_key(m, what, about), value, kept[what].ttl_s, &ignored);
}

bool codeforces_kept(struct cache *c, struct arena *m, enum codeforces_kept what, struct span about,
	struct span *value)
{
	struct err ignored = { 0 };

	return cache_get(c, m, codeforces_kept_key(m, what, about), value, &ignored) == 0;
}

/* ---- questions that several ask at once ---- */

struct asking {
	struct codeforces_desk *desk;
	struct arena *m;
	const struct codeforces_question *q;
	int wait_ms;            // what is left of the patience
	struct span answer_key; // holds "<when asked, Unix us> <when it came> <body>"
	struct cache_lock lock;
	bool is_first;
	int64_t came_us;
	struct span body; // of the answer
};

static bool is_sync(const struct asking *a)
{
	return a->q->call.priority == CODEFORCES_SYNC;
}

static void asking_begin(struct asking *a)
{
	unsigned char digest[DIGEST_SIZE];
	char hex[2 * DIGEST_SIZE + 1];

	digest_sha256(span_of(codeforces_path(a->m, &a->q->call)), digest);
	hex_encode(digest, sizeof(digest), hex);
	a->answer_key = span_of(arena_printf(a->m, "cf:answer:%s", hex));
	a->came_us = clock_unix_us();
	a->wait_ms = a->q->call.max_wait_ms;
	/* A Sync does not wait behind a sweep that has the same question and waits for its turn. */
	a->lock = (struct cache_lock){ .name = span_of(arena_printf(
					       a->m, "cf:%s%s", is_sync(a) ? "sync:" : "", hex)),
		.ttl_ms = a->wait_ms + CODEFORCES_FLIGHT_MS };
}

/* An answer that is new enough for us. */
static bool take_shared(struct asking *a, struct span *result)
{
	struct err ignored = { 0 };
	struct span text;
	struct span asked, arrived;
	int64_t since_us;

	if (cache_get(a->desk->cache, a->m, a->answer_key, &text, &ignored) != 0 ||
		!span_split(&text, ' ', &asked) || !span_split(&text, ' ', &arrived) ||
		!span_i64(is_sync(a) ? asked : arrived, &since_us) || since_us < a->came_us)
		return false;
	a->body = text;
	return codeforces_read(a->m, 200, text, result, &ignored) == 0;
}

/* True as well where it cannot be known: then there are two who ask. */
static bool may_go_first(struct asking *a)
{
	struct err ignored = { 0 };

	return cache_lock(a->desk->cache, a->lock.name, a->lock.ttl_ms, &a->lock, &ignored) != 0 ||
	       a->lock.held;
}

/* What is kept and can be read. Where there is none, a->is_first tells whether nobody else asks. */
static bool take_kept(struct asking *a, struct span *result)
{
	const struct codeforces_question *q = a->q;
	struct cache *cache = a->desk->cache;
	struct err ignored = { 0 };
	struct span body;

	if (q->keep == CODEFORCES_KEEP_NOTHING) {
		a->is_first = may_go_first(a);
		return false;
	}
	if (cache_get_or_lock(cache, a->m, codeforces_kept_key(a->m, q->keep, q->about), &body,
		    &a->lock, &ignored) != 0) {
		a->is_first = true;
		return false;
	}
	a->is_first = a->lock.held;
	if (body.p == NULL)
		return false;
	if (codeforces_read(a->m, 200, body, result, &ignored) == 0)
		return true;
	a->is_first = may_go_first(a);
	return false;
}

/* Ends the turn of a worker that was killed while it asked. */
static void end_lost(struct asking *a)
{
	struct cache_lock his;
	struct span sign;

	if (cache_lock_see(a->desk->cache, a->m, a->lock.name, &his, &sign) &&
		job_is_gone(cache_db(a->desk->cache), a->m, sign))
		cache_unlock(a->desk->cache, &his);
}

/* True if we are to ask; false with *result: another's answer is ours too. */
static bool must_ask(struct asking *a, struct span *result)
{
	for (int ms = 0; !a->is_first && a->wait_ms >= LOOK_MS; ms += LOOK_MS) {
		if (ms % LOOK_LOST_MS == 0)
			end_lost(a);
		clock_sleep_ms(LOOK_MS);
		a->wait_ms -= LOOK_MS;
		a->is_first = may_go_first(a);
		if (!take_shared(a, result))
			continue;
		cache_unlock(a->desk->cache, &a->lock);
		return false;
	}
	return true;
}

/* For those who asked the same meanwhile, and for those who come later. The lock ends. */
static void share(struct asking *a, int64_t asked_us, struct span body)
{
	const struct codeforces_question *q = a->q;
	struct cache_value made[2] = { { .key = a->answer_key, .ttl_s = CODEFORCES_SHARED_S } };
	struct err ignored = { 0 };
	size_t n = 0;

	if (body.n <= CACHE_MAX_VALUE - 48) {
		made[n++].value = span_of(arena_printf(a->m, "%lld %lld " SPAN_FMT,
			(long long)asked_us, (long long)clock_unix_us(), SPAN_ARG(body)));
		if (q->keep != CODEFORCES_KEEP_NOTHING)
			made[n++] =
				(struct cache_value){ codeforces_kept_key(a->m, q->keep, q->about),
					body, kept[q->keep].ttl_s };
	}
	(void)!cache_publish(a->desk->cache, made, n, &a->lock, &ignored);
}

static int ask_outside(struct asking *a, struct span *result, struct err *e)
{
	struct codeforces_call call = a->q->call;
	int64_t asked_us;

	call.max_wait_ms = a->wait_ms;
	call.body = &a->body;
	call.asked_us = &asked_us;
	if (codeforces_call(&a->desk->gateway, a->m, &call, result, e) != 0)
		return -1;
	share(a, asked_us, a->body);
	return 0;
}

static int ask(struct codeforces_desk *d, struct arena *m, const struct codeforces_question *q,
	struct span *result, struct err *e)
{
	struct asking a = { .desk = d, .m = m, .q = q };
	int rc = 0;

	*result = SPAN_NONE;
	asking_begin(&a);
	if (take_kept(&a, result))
		return 0;
	if (must_ask(&a, result)) {
		rc = ask_outside(&a, result, e);
		cache_unlock(d->cache, &a.lock);
	}
	if (q->call.body != NULL)
		*q->call.body = a.body;
	return rc;
}

/* ---- answers, read ---- */

/* The end of each reader: rc and e are its. */
static int has_read(struct codeforces_desk *d, struct arena *m, const struct codeforces_question *q,
	int rc, const struct err *e)
{
	struct err ignored = { 0 };

	if (rc == 0)
		return 0;
	codeforces_alert(&d->gateway, &q->call, 200, e);
	if (q->keep != CODEFORCES_KEEP_NOTHING)
		(void)!cache_delete(d->cache, codeforces_kept_key(m, q->keep, q->about), &ignored);
	return -1;
}

int codeforces_ask_people(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_question *q, struct codeforces_people *out, struct err *e)
{
	struct span result;

	return ask(d, m, q, &result, e) == 0
		       ? has_read(d, m, q, codeforces_read_people(m, result, out, e), e)
		       : -1;
}

int codeforces_ask_changes(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_question *q, struct codeforces_changes *out, struct err *e)
{
	struct span result;

	return ask(d, m, q, &result, e) == 0
		       ? has_read(d, m, q, codeforces_read_changes(m, result, out, e), e)
		       : -1;
}

int codeforces_ask_submissions(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_question *q, struct codeforces_submissions *out, struct err *e)
{
	struct span result;

	return ask(d, m, q, &result, e) == 0
		       ? has_read(d, m, q, codeforces_read_submissions(m, result, out, e), e)
		       : -1;
}

int codeforces_ask_problems(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_question *q, struct codeforces_problems *out, struct err *e)
{
	struct span result;

	return ask(d, m, q, &result, e) == 0
		       ? has_read(d, m, q, codeforces_read_problems(m, result, out, e), e)
		       : -1;
}

void codeforces_forget(struct codeforces_desk *d, struct arena *m, struct span handle)
{
	const struct span keys[] = {
		codeforces_kept_key(m, CODEFORCES_KEEP_INFO, handle),
		codeforces_kept_key(m, CODEFORCES_KEEP_CONTEST, handle),
		codeforces_kept_key(m, CODEFORCES_KEEP_SUBMISSIONS, handle),
	};
	struct err ignored = { 0 };

	(void)!cache_delete_several(d->cache, keys, countof(keys), &ignored);
}
