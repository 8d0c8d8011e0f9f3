#include "jobs/source/record.h"

#include "base/civil.h"
#include "base/civil_text.h"
#include "base/limits.h"
#include "model/contest_title.h"

int record_json(struct span body, struct json **root, struct err *e)
{
	struct span head = span_trim(body);
	struct err broken = { 0 };

	if (span_starts(head, "\xef\xbb\xbf"))
		body = head = span_trim(span_sub(head, 3, head.n));
	if (span_starts(head, "<"))
		return err_set(e, ERR_FORBIDDEN,
			"blocked: a web page came instead of data (bot check or maintenance)");
	if (head.n == 0)
		return err_set(e, ERR_TEMPORARY, "the answer is empty");
	if (!span_starts(head, "{") && !span_starts(head, "["))
		return err_set(e, ERR_TEMPORARY, "the answer is not JSON");
	if (json_parse(body, root, &broken) == 0)
		return 0;
	if (broken.kind != ERR_INVALID) {
		*e = broken;
		return -1;
	}
	(void)err_set(e, ERR_TEMPORARY, "the answer is cut off or broken JSON");
	return err_detail(e, "%s", broken.text);
}

struct span record_text(const struct json *object, const char *key)
{
	struct span s;

	if (!json_text(json_get(object, key), &s))
		return SPAN_NONE;
	s = span_trim(s);
	return s.n == 0 ? SPAN_NONE : s;
}

struct span record_title(struct arena *m, const struct json *object, const char *key)
{
	struct span s;

	return json_bytes(json_get(object, key), &s) ? contest_title(m, s, true) : SPAN_NONE;
}

struct span record_id(struct arena *m, const struct json *object, const char *key)
{
	int64_t number;

	if (json_i64(json_get(object, key), &number))
		return span_of(arena_printf(m, "%lld", (long long)number));
	return record_text(object, key);
}

static bool is_slug_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

bool record_slug(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_slug_char(s.p[i]))
			return false;
	}
	return s.n > 0 && s.n <= CONTEST_MAX_ID;
}

bool record_end(int64_t start_s, int64_t length_s, int64_t *end_s)
{
	if (length_s <= 0 || start_s < CIVIL_MIN_S || start_s > CIVIL_MAX_S ||
		length_s > CIVIL_MAX_S)
		return false;
	*end_s = start_s + length_s;
	return true;
}

bool record_time(const struct json *object, const char *key, const int *zone_s, int64_t *unix_s)
{
	struct span s = record_text(object, key);
	struct civil c;
	int64_t unix_us;

	if (s.p == NULL)
		return false;
	if (civil_parse_rfc3339(s, &unix_us)) {
		*unix_s = unix_us / 1000000;
		return true;
	}
	if (zone_s == NULL || !civil_parse_local(s, &c))
		return false;
	*unix_s = civil_unix(&c) - *zone_s;
	return true;
}
