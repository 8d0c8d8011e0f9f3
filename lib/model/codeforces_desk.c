#include "model/codeforces_desk.h"

#include "auth/digest.h"
#include "base/hex.h"
#include "base/limits.h"
#include "base/scan.h"
#include "model/cache.h"
#include "os/clock.h"

enum {
	LOOK_MS = 20 // between looks at what another asker does
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

void codeforces_drop(struct cache *c, struct arena *m, enum codeforces_kept what, struct span about)
{
	struct err ignored = { 0 };

	(void)!cache_delete(c, codeforces_kept_key(m, what, about), &ignored);
}

/* What was kept and can still be read. */
static bool take_kept(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_question *q, struct json **root, const struct json **result)
{
	struct err ignored = { 0 };
	struct span body;

	return q->keep != CODEFORCES_KEEP_NOTHING &&
	       codeforces_kept(d->cache, m, q->keep, q->about, &body) &&
	       codeforces_read(200, body, root, result, &ignored) == 0;
}

/* ---- questions that several ask at once ---- */

struct asking {
	struct codeforces_desk *desk;
	struct arena *m;
	const struct codeforces_question *q;
	int wait_ms;            // what is left of the patience
	struct span answer_key; // holds "<when asked, Unix us> <body>"
	struct cache_lock lock;
	int64_t came_us;
	struct span body; // of the answer
};

static void asking_begin(struct asking *a)
{
	unsigned char digest[DIGEST_SIZE];
	char hex[2 * DIGEST_SIZE + 1];

	digest_sha256(span_of(codeforces_path(a->m, &a->q->call)), digest);
	hex_encode(digest, sizeof(digest), hex);
	a->answer_key = span_of(arena_printf(a->m, "cf:answer:%s", hex));
	a->lock = (struct cache_lock){ .name = span_of(arena_printf(a->m, "cf:%s", hex)) };
	a->came_us = clock_unix_us();
	a->wait_ms = a->q->call.max_wait_ms;
}

/* An answer that was asked for since we came. */
static bool take_shared(struct asking *a, struct json **root, const struct json **result)
{
	struct err ignored = { 0 };
	struct span text;
	struct span when;
	int64_t asked_us;

	if (cache_get(a->desk->cache, a->m, a->answer_key, &text, &ignored) != 0 ||
		!span_split(&text, ' ', &when) || !span_i64(when, &asked_us) ||
		asked_us < a->came_us)
		return false;
	a->body = text;
	return codeforces_read(200, text, root, result, &ignored) == 0;
}

/* True if we are to ask; false with *root: another's answer is ours too. */
static bool must_ask(struct asking *a, struct json **root, const struct json **result)
{
	int ttl_ms = a->wait_ms + CODEFORCES_FLIGHT_MS;
	struct span name = a->lock.name;

	if (a->q->is_repeat)
		return true;
	while (!take_shared(a, root, result)) {
		struct err ignored = { 0 };

		if (cache_lock(a->desk->cache, name, ttl_ms, &a->lock, &ignored) != 0 ||
			a->lock.held || a->wait_ms < LOOK_MS)
			return true;
		clock_sleep_ms(LOOK_MS);
		a->wait_ms -= LOOK_MS;
	}
	return false;
}

/* For those who asked the same meanwhile, and for those who come later. */
static void share(const struct asking *a, int64_t asked_us, struct span body)
{
	const struct codeforces_question *q = a->q;
	struct cache *cache = a->desk->cache;
	struct err ignored = { 0 };
	const char *text;

	if (body.n > CACHE_MAX_VALUE - 32)
		return;
	text = arena_printf(a->m, "%lld " SPAN_FMT, (long long)asked_us, SPAN_ARG(body));
	(void)!cache_set(cache, a->answer_key, span_of(text), CODEFORCES_SHARED_S, &ignored);
	if (q->keep != CODEFORCES_KEEP_NOTHING)
		codeforces_keep(cache, a->m, q->keep, q->about, body);
}

static int ask_outside(
	struct asking *a, struct json **root, const struct json **result, struct err *e)
{
	struct codeforces_call call = a->q->call;
	int64_t asked_us;

	call.max_wait_ms = a->wait_ms;
	call.body = &a->body;
	call.asked_us = &asked_us;
	if (codeforces_call(&a->desk->gateway, a->m, &call, root, result, e) != 0)
		return -1;
	share(a, asked_us, a->body);
	return 0;
}

static int ask(struct codeforces_desk *d, struct arena *m, const struct codeforces_question *q,
	struct json **root, const struct json **result, struct err *e)
{
	struct asking a = { .desk = d, .m = m, .q = q };
	int rc = 0;

	*root = NULL;
	*result = NULL;
	if (take_kept(d, m, q, root, result))
		return 0;
	asking_begin(&a);
	if (must_ask(&a, root, result)) {
		rc = ask_outside(&a, root, result, e);
		if (a.lock.held)
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
	if (rc == 0)
		return 0;
	codeforces_alert(&d->gateway, &q->call, 200, e);
	if (q->keep != CODEFORCES_KEEP_NOTHING)
		codeforces_drop(d->cache, m, q->keep, q->about);
	return -1;
}

int codeforces_ask_people(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_question *q, struct codeforces_people *out, struct err *e)
{
	const struct json *result;
	JSON_AUTO root = NULL;

	return ask(d, m, q, &root, &result, e) == 0
		       ? has_read(d, m, q, codeforces_read_people(m, result, out, e), e)
		       : -1;
}

int codeforces_ask_changes(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_question *q, struct codeforces_changes *out, struct err *e)
{
	const struct json *result;
	JSON_AUTO root = NULL;

	return ask(d, m, q, &root, &result, e) == 0
		       ? has_read(d, m, q, codeforces_read_changes(m, result, out, e), e)
		       : -1;
}

int codeforces_ask_submissions(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_question *q, struct codeforces_submissions *out, struct err *e)
{
	const struct json *result;
	JSON_AUTO root = NULL;

	return ask(d, m, q, &root, &result, e) == 0
		       ? has_read(d, m, q, codeforces_read_submissions(m, result, out, e), e)
		       : -1;
}

int codeforces_ask_problems(struct codeforces_desk *d, struct arena *m,
	const struct codeforces_question *q, struct codeforces_problems *out, struct err *e)
{
	const struct json *result;
	JSON_AUTO root = NULL;

	return ask(d, m, q, &root, &result, e) == 0
		       ? has_read(d, m, q, codeforces_read_problems(m, result, out, e), e)
		       : -1;
}

void codeforces_forget(struct codeforces_desk *d, struct arena *m, struct span handle)
{
	static const enum codeforces_kept of_handle[] = { CODEFORCES_KEEP_INFO,
		CODEFORCES_KEEP_CONTEST, CODEFORCES_KEEP_SUBMISSIONS };

	for (size_t i = 0; i < countof(of_handle); i++)
		codeforces_drop(d->cache, m, of_handle[i], handle);
}
