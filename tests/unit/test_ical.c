#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/utf8.h"
#include "ical/ical.h"

/* 33 characters of three octets, then a character of four and escapes: a title as AtCoder has. */
static const char japanese[] =
	"日本最強プログラマー学生選手権〜決勝〜、東京海上日動プログラミングコンテスト"
	"𠮷野;家,本\\舗";

static struct span finish(struct buf *b)
{
	struct err e = { 0 };
	struct span s;

	assert_int_equal(buf_finish(b, &s, &e), 0);
	return s;
}

/* Physical lines obey the rules; gives the text with folds taken out. */
static char *unfold(struct span s)
{
	char *out = calloc(1, s.n + 1);
	size_t n = 0;
	size_t at = 0;

	assert_true(s.n >= 2 && memcmp(s.p + s.n - 2, "\r\n", 2) == 0);
	while (at < s.n) {
		const char *stop = memmem(s.p + at, s.n - at, "\r\n", 2);
		size_t length = (size_t)(stop - (s.p + at));
		const char *p = s.p + at;

		assert_true(length >= 1 && length <= ICAL_LINE);
		assert_true(utf8_valid(p, length));
		assert_null(memchr(p, '\r', length));
		assert_null(memchr(p, '\n', length));
		assert_true(p[length - 1] != '\\' || (length > 1 && p[length - 2] == '\\'));
		if (at > 0 && p[0] == ' ') {
			n--; // takes the line feed back
			p++;
			length--;
		}
		memcpy(out + n, p, length);
		n += length;
		out[n++] = '\n';
		at = (size_t)(stop - s.p) + 2;
	}
	return out;
}

static char *unescape(const char *line, const char *property)
{
	size_t skip = strlen(property);
	char *out = calloc(1, strlen(line) + 1);
	size_t n = 0;

	assert_memory_equal(line, property, skip);
	for (line += skip + 1; *line != '\n'; line++) {
		if (*line == '\\') {
			line++;
			assert_non_null(strchr("\\;,n", *line));
			out[n++] = (char)(*line == 'n' ? '\n' : *line);
		} else {
			out[n++] = *line;
		}
	}
	return out;
}

static void text_becomes(struct span value, const char *expected)
{
	struct buf b;
	struct ical i = { .out = &b };
	char *line;
	char *back;

	buf_init(&b, 10000);
	ical_text(&i, "SUMMARY", value);
	line = unfold(finish(&b));
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	back = unescape(line, "SUMMARY");
	assert_string_equal(back, expected);
	free(line);
	free(back);
	buf_free(&b);
}

static void folds_at_every_position(void **state)
{
	char text[400];

	(void)state;
	for (size_t lead = 0; lead <= 160; lead++) {
		memset(text, 'x', lead);
		memcpy(text + lead, japanese, sizeof(japanese));
		text_becomes(span_of(text), text);
	}
}

static void a_line_of_75_octets_is_not_folded(void **state)
{
	char text[80];
	struct buf b;
	struct ical i = { .out = &b };

	(void)state;
	memset(text, 'a', sizeof(text));
	buf_init(&b, 1000);
	ical_text(&i, "X", (struct span){ text, 73 });
	assert_int_equal(finish(&b).n, 77);
	buf_reset(&b);
	ical_text(&i, "X", (struct span){ text, 74 });
	assert_int_equal(finish(&b).n, 81);
	assert_memory_equal(finish(&b).p + 75, "\r\n a\r\n", 6);
	buf_free(&b);
}

static void nothing_begins_a_line_of_its_own(void **state)
{
	(void)state;
	text_becomes(SPAN("Round\r\nATTACH:http://evil"), "Round\nATTACH:http://evil");
	text_becomes(SPAN("a\rb\nc\n\rd"), "a\nb\nc\n\nd");
	text_becomes(SPAN("a\xe2\x80\xa8"
			  "b\xe2\x80\xa9"
			  "c"),
		"a\nb\nc");
	text_becomes(SPAN("bell\a escape\x1b null\0 del\x7f next\xc2\x85 tab\t"),
		"bell escape null del next tab\t");
}

static void malformed_utf8_is_replaced(void **state)
{
	(void)state;
	text_becomes(SPAN("a\xff"
			  "b"),
		"a\xef\xbf\xbd"
		"b");
	text_becomes(SPAN("\xe6\x97"), "\xef\xbf\xbd\xef\xbf\xbd");
	text_becomes(SPAN("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
}

static void every_byte(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		char one[2] = { (char)c, 0 };
		const char *expected = one;

		if (c >= 0x80)
			expected = "\xef\xbf\xbd";
		else if (c == '\r' || c == '\n')
			expected = "\n";
		else if ((c < 0x20 && c != '\t') || c == 0x7f)
			expected = "";
		text_becomes((struct span){ one, 1 }, expected);
	}
}

static void uris_are_not_text(void **state)
{
	struct buf b;
	struct ical i = { .out = &b };
	struct span s;

	(void)state;
	buf_init(&b, 1000);
	ical_uri(&i, "URL", SPAN("https://a.example/x?a=1,2;b=%20#c"));
	s = finish(&b);
	assert_true(span_is(s, "URL:https://a.example/x?a=1,2;b=%20#c\r\n"));
	buf_reset(&b);
	ical_uri(&i, "URL", SPAN("https://a.example/\r\nX: \"日\""));
	assert_true(span_is(finish(&b), "URL:https://a.example/%0D%0AX:%20%22%E6%97%A5%22\r\n"));
	buf_free(&b);
}

static void a_whole_calendar(void **state)
{
	static const char expected[] = "BEGIN:VCALENDAR\r\n"
				       "VERSION:2.0\r\n"
				       "PRODID:-//Podium//Podium//EN\r\n"
				       "CALSCALE:GREGORIAN\r\n"
				       "NAME:Contests\r\n"
				       "X-WR-CALNAME:Contests\r\n"
				       "REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n"
				       "X-PUBLISHED-TTL:PT6H\r\n"
				       "SOURCE;VALUE=URI:https://podium.example/calendar.ics\r\n"
				       "BEGIN:VEVENT\r\n"
				       "UID:codeforces-2261@podium.example\r\n"
				       "DTSTAMP:20261006T120000Z\r\n"
				       "CREATED:20260915T080910Z\r\n"
				       "LAST-MODIFIED:20261006T120000Z\r\n"
				       "SEQUENCE:2\r\n"
				       "DTSTART:20261017T143500Z\r\n"
				       "DTEND:20261017T173500Z\r\n"
				       "SUMMARY:Round 1 (Div. 1\\, Div. 2)\r\n"
				       "CATEGORIES:Codeforces\r\n"
				       "URL:https://codeforces.com/contests/2261\r\n"
				       "STATUS:CANCELLED\r\n"
				       "TRANSP:TRANSPARENT\r\n"
				       "END:VEVENT\r\n"
				       "END:VCALENDAR\r\n";
	const struct ical_calendar calendar = { .product = SPAN("-//Podium//Podium//EN"),
		.name = SPAN("Contests"),
		.source = SPAN("https://podium.example/calendar.ics"),
		.refresh_s = 6 * 3600 };
	const struct ical_event event = { .uid = SPAN("codeforces-2261@podium.example"),
		.start_s = 1792247700,
		.end_s = 1792258500,
		.changed_s = 1791288000,
		.created_s = 1789459750,
		.sequence = 2,
		.status = ICAL_CANCELLED,
		.summary = SPAN("Round 1 (Div. 1, Div. 2)"),
		.category = SPAN("Codeforces"),
		.url = SPAN("https://codeforces.com/contests/2261") };
	struct ical i;
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	ical_begin(&i, &b, &calendar);
	ical_event(&i, &event);
	ical_end(&i);
	finish(&b);
	assert_string_equal(finish(&b).p, expected);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folds_at_every_position),
		cmocka_unit_test(a_line_of_75_octets_is_not_folded),
		cmocka_unit_test(nothing_begins_a_line_of_its_own),
		cmocka_unit_test(malformed_utf8_is_replaced),
		cmocka_unit_test(every_byte),
		cmocka_unit_test(uris_are_not_text),
		cmocka_unit_test(a_whole_calendar),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("ical", tests, NULL, NULL);
}
