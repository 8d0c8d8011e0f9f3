/* What lies in the cache may be anything: it is refused, or read and written back the same. */
#include <assert.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/sync_cache.h"
#include "model/sync_run.h"

#define VERSION 7

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_member(struct span text, struct arena *m)
{
	struct sync_member one, two;
	struct err e = { 0 };
	struct span again;
	BUF_AUTO b;

	buf_init(&b, 1 << 24);
	if (!sync_member_read(text, m, VERSION, &one))
		return;
	sync_member_write(&b, VERSION, &one);
	assert(buf_finish(&b, &again, &e) == 0);
	assert(sync_member_read(again, m, VERSION, &two));
	assert(one.links.n == two.links.n && one.platforms == two.platforms);
}

static void check_recorded(struct span text, struct arena *m)
{
	struct sync_recorded one, two;
	struct err e = { 0 };
	struct span again;
	BUF_AUTO b;

	buf_init(&b, 1 << 24);
	if (!sync_recorded_read(text, m, VERSION, &one))
		return;
	sync_recorded_write(&b, VERSION, &one);
	assert(buf_finish(&b, &again, &e) == 0);
	assert(sync_recorded_read(again, m, VERSION, &two) && one.n == two.n);
	for (size_t i = 0; i < one.n; i++)
		assert(one.link_ids[i] == two.link_ids[i] && one.v[i].state == two.v[i].state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size };
	struct arena *m = arena_new(64 * 1024 * 1024);

	check_member(text, m);
	check_recorded(text, m);
	arena_free(m);
	return 0;
}
