#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/agent.h"
#include "base/attr.h"
#include "net/address.h"

#define CHROME "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"

static void agents(void **state)
{
	static const char *const pairs[][2] = {
		{ "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
			"Firefox on Linux" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " CHROME " Safari/537.36",
			"Chrome on Windows" },
		{ "Mozilla/5.0 (Windows NT 10.0; Win64; x64) " CHROME " Safari/537.36 "
		  "Edg/131.0.0.0",
			"Edge on Windows" },
		{ "Mozilla/5.0 (Linux; Android 10; K) " CHROME " Mobile Safari/537.36",
			"Chrome on Android" },
		{ "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, "
		  "like Gecko) Version/18.3 Safari/605.1.15",
			"Safari on macOS" },
		{ "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 "
		  "(KHTML, like Gecko) CriOS/131.0 Mobile/15E148 Safari/604.1",
			"Chrome on iPhone" },
		{ "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " CHROME " Safari/537.36",
			"Chrome on ChromeOS" },
		{ "Mozilla/5.0 (X11; Linux x86_64) " CHROME " Safari/537.36 OPR/116.0.0.0",
			"Opera on Linux" },
		{ "curl/7.88.1", "curl" },
		{ "Mozilla/5.0 (X11; Linux)", "Linux" },
		{ "Mozilla/5.0", "" },
		{ "<b>Chrom", "" },
		{ "", "" },
	};
	struct arena *m = arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < countof(pairs); i++)
		assert_string_equal(agent_name(m, span_of(pairs[i][0])).p, pairs[i][1]);
	assert_string_equal(agent_name(m, SPAN_NONE).p, "");
	arena_free(m);
}

static void networks(void **state)
{
	static const char *const pairs[][2] = {
		{ "192.0.2.77", "192.0.2.x" },
		{ "2001:db8:7:8::9", "2001:db8:7::x" },
		{ "2001:db8::1", "2001:db8::x" },
		{ "::1", "::x" },
		{ "::ffff:192.0.2.77", "192.0.2.x" },
		{ "192.0.2", "" },
		{ "unix:", "" },
		{ "", "" },
		{ "2001:db8:7:8:2001:db8:7:8:2001:db8:7:8:2001:db8:7:8:2001:db8", "" },
	};
	struct arena *m = arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < countof(pairs); i++)
		assert_string_equal(address_network(m, span_of(pairs[i][0])).p, pairs[i][1]);
	arena_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agents),
		cmocka_unit_test(networks),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
