/* Dates and times: what is read is written back and read to the same moment. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/civil_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_second(int64_t unix_s)
{
	char text[CIVIL_TEXT_SIZE];
	struct civil c = civil_at(unix_s);
	int64_t again;

	assert(civil_valid(&c) && civil_unix(&c) == unix_s);
	civil_http(unix_s, text);
	assert(civil_parse_http(span_of(text), &again) && again == unix_s);
	civil_basic(unix_s, text);
	assert(strlen(text) == 16);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = { (const char *)data, size };
	char out[CIVIL_TEXT_SIZE];
	struct civil c;
	struct civil date;
	int64_t t;
	int64_t again;

	if (civil_parse_rfc3339(text, &t)) {
		civil_rfc3339(t, out);
		assert(civil_parse_rfc3339(span_of(out), &again) && again == t);
		check_second(t / 1000000 - (t % 1000000 < 0));
	}
	if (civil_parse_http(text, &t))
		check_second(t);
	if (civil_parse_local(text, &c)) {
		assert(civil_valid(&c));
		check_second(civil_unix(&c));
	}
	if (civil_parse_date(text, &c)) {
		civil_date(&c, out);
		assert(civil_parse_date(span_of(out), &date));
		assert(memcmp(&c, &date, sizeof(c)) == 0);
	}
	return 0;
}
