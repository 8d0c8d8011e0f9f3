#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/limits.h"
#include "fcgi/form.h"
#include "fcgi/parse.h"
#include "fcgi/request.h"
#include "net/proxy.h"

static struct arena *m;
static struct err e;

static int start(void **state)
{
	(void)state;
	m = arena_new(REQUEST_ARENA);
	e = (struct err){ .kind = ERR_NONE };
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_free(m);
	return 0;
}

static void every_escape_of_a_path(void **state)
{
	(void)state;
	for (unsigned c = 0; c < 256; c++) {
		struct span raw = span_of(arena_printf(m, "/a%%%02x%%%02Xb", c, c));
		struct span path;
		bool good = c >= 0x20 && c < 0x7f && c != '/';

		e = (struct err){ .kind = ERR_NONE };
		assert_int_equal(parse_path(m, raw, &path, &e), good ? 0 : -1);
		if (good) {
			assert_int_equal(path.n, 5);
			assert_int_equal((unsigned char)path.p[2], c);
			assert_int_equal((unsigned char)path.p[3], c);
		}
	}
}

static void every_byte_of_a_query_value(void **state)
{
	(void)state;
	for (unsigned c = 0; c < 256; c++) {
		struct span text = span_of(arena_printf(m, "a=x%%%02x", c));
		struct request_params params;
		bool good = (c >= 0x20 && c < 0x7f) || c == '\t' || c == '\n' || c == '\r';

		e = (struct err){ .kind = ERR_NONE };
		assert_int_equal(parse_urlencoded(m, text, &params, &e), good ? 0 : -1);
		if (good)
			assert_int_equal((unsigned char)params.v[0].value.p[1], c);
	}
}

static void pairs_in_their_order(void **state)
{
	struct request_params p;

	(void)state;
	assert_int_equal(parse_urlencoded(m, SPAN("a=1&&b=%C3%A4+x&a=2&c&=d&e=f=g"), &p, &e), 0);
	assert_int_equal(p.n, 6);
	assert_true(span_is(p.v[0].name, "a") && span_is(p.v[0].value, "1"));
	assert_true(span_is(p.v[1].value, "\xc3\xa4 x"));
	assert_true(span_is(p.v[2].name, "a") && span_is(p.v[2].value, "2"));
	assert_true(span_is(p.v[3].name, "c") && p.v[3].value.n == 0);
	assert_true(p.v[4].name.n == 0 && span_is(p.v[4].value, "d"));
	assert_true(span_is(p.v[5].value, "f=g"));
}

static void cookies_of_others_are_passed_over(void **state)
{
	struct request_params p;

	(void)state;
	assert_int_equal(
		parse_cookies(m, SPAN("a=1; =x; nothing; b=\"2\";c=d e; f g=1 ;h=3;i="), &p, &e),
		0);
	assert_int_equal(p.n, 4);
	assert_true(span_is(p.v[0].name, "a") && span_is(p.v[0].value, "1"));
	assert_true(span_is(p.v[1].name, "b") && span_is(p.v[1].value, "2"));
	assert_true(span_is(p.v[2].name, "h") && span_is(p.v[2].value, "3"));
	assert_true(span_is(p.v[3].name, "i") && p.v[3].value.n == 0);
}

static void multipart_gives_texts_and_files(void **state)
{
	static const char body[] =
		"--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n"
		"--XX\r\ncontent-type: application/zip\r\n"
		"CONTENT-DISPOSITION: form-data; filename=\"x; y.zip\"; name=f\r\n\r\nPK\0\xff\r\n\r\n"
		"--XX\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--XX--\r\n";
	struct request_params p;
	struct span boundary;

	(void)state;
	assert_int_equal(
		multipart_boundary(
			SPAN("multipart/form-data; charset=utf-8; BOUNDARY=\"XX\""), &boundary, &e),
		0);
	assert_int_equal(
		parse_multipart(m, (struct span){ body, sizeof(body) - 1 }, boundary, &p, &e), 0);
	assert_int_equal(p.n, 3);
	assert_true(span_is(p.v[0].name, "a") && span_is(p.v[0].value, "one"));
	assert_null(p.v[0].filename.p);
	assert_true(span_is(p.v[1].filename, "x; y.zip") && span_is(p.v[1].name, "f"));
	assert_int_equal(p.v[1].value.n, 6);
	assert_memory_equal(p.v[1].value.p, "PK\0\xff\r\n", 6);
	assert_int_equal(p.v[2].value.n, 0);
}

static void every_cut_of_a_multipart_body_is_refused(void **state)
{
	static const char body[] =
		"--XX\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\none\r\n--XX--";

	(void)state;
	for (size_t n = 0; n < sizeof(body) - 1; n++) {
		struct request_params p;

		e = (struct err){ .kind = ERR_NONE };
		assert_int_equal(
			parse_multipart(m, (struct span){ body, n }, SPAN("XX"), &p, &e), -1);
		assert_int_equal(e.kind, ERR_INVALID);
	}
}

static void caps_of_values(void **state)
{
	static const struct {
		const char *name;
		size_t cap;
		int status;
	} caps[] = {
		{ "REQUEST_URI", 0, 0 },
		{ "HTTP_X_CSRF_TOKEN", REQUEST_MAX_HEADER_VALUE, 431 },
		{ "HTTP_X_CRON_SECRET", REQUEST_MAX_HEADER_VALUE, 431 },
		{ "HTTP_ORIGIN", REQUEST_MAX_HEADER_VALUE, 431 },
		{ "HTTP_IF_NONE_MATCH", REQUEST_MAX_HEADER_VALUE, 431 },
		{ "CONTENT_TYPE", REQUEST_MAX_HEADER_VALUE, 431 },
		{ "HTTP_COOKIE", REQUEST_MAX_COOKIES, 431 },
	};
	const struct proxy_list nobody = { .n = 0 };

	(void)state;
	for (size_t i = 1; i < countof(caps); i++) {
		for (size_t more = 0; more < 2; more++) {
			char *value = arena_alloc(m, caps[i].cap + 2);
			struct request r = { .id = "x" };

			memset(value, 'a', caps[i].cap + more);
			char *params[] = { arena_printf(m, "REQUEST_METHOD=GET"),
				arena_printf(m, "REQUEST_URI=/"),
				arena_printf(m, "%s=%s", caps[i].name, value), NULL };

			e = (struct err){ .kind = ERR_NONE };
			assert_int_equal(request_read_head(&r, m, params, &nobody, &e),
				more == 0 ? 0 : caps[i].status);
		}
	}
}

static const char *client(const char *trusted, const char *peer, const char *forwarded)
{
	struct proxy_list l;

	assert_int_equal(proxy_list_parse(span_of(trusted), &l, &e), 0);
	return arena_dup(m, proxy_client(&l, span_of(peer), span_of(forwarded)));
}

static void address_of_the_client(void **state)
{
	(void)state;
	assert_string_equal(client("", "192.0.2.1", "203.0.113.1"), "192.0.2.1");
	assert_string_equal(client("10.0.0.0/8", "192.0.2.1", "203.0.113.1"), "192.0.2.1");
	assert_string_equal(client("192.0.2.1", "192.0.2.1", "203.0.113.1"), "203.0.113.1");
	assert_string_equal(client("192.0.2.1", "192.0.2.1", NULL), "192.0.2.1");
	// only what trusted proxies have added counts
	assert_string_equal(client("192.0.2.0/24", "192.0.2.1", "1.1.1.1, 203.0.113.1, 192.0.2.9"),
		"203.0.113.1");
	assert_string_equal(client("0.0.0.0/0", "192.0.2.1", "1.1.1.1, 2.2.2.2"), "1.1.1.1");
	assert_string_equal(client("192.0.2.1", "192.0.2.1", "nonsense"), "192.0.2.1");
	assert_string_equal(client("192.0.2.1", "192.0.2.1", "1.1.1.1, nonsense"), "192.0.2.1");
	assert_string_equal(client("2001:db8::/32", "2001:db8::1", "2001:db9::7"), "2001:db9::7");
	assert_string_equal(client("::ffff:192.0.2.1", "192.0.2.1", "3.3.3.3"), "3.3.3.3");
}

static void networks_are_matched_by_bits(void **state)
{
	struct proxy_list l;

	(void)state;
	assert_int_equal(proxy_list_parse(SPAN("10.32.0.0/11"), &l, &e), 0);
	assert_true(proxy_trusts(&l, SPAN("10.63.255.255")));
	assert_false(proxy_trusts(&l, SPAN("10.64.0.0")));
	assert_false(proxy_trusts(&l, SPAN("10.31.255.255")));
	assert_false(proxy_trusts(&l, SPAN("10.63.255.255x")));
	assert_false(proxy_trusts_all(&l));
	assert_true(proxy_is_loopback(SPAN("127.9.9.9")) && proxy_is_loopback(SPAN("::1")));
	assert_false(proxy_is_loopback(SPAN("128.0.0.1")) || proxy_is_loopback(SPAN("::2")));
}

static void malformed_networks_are_refused(void **state)
{
	static const char *const bad[] = { "10.0.0.0/33", "10.0.0.0/", "10.0.0", "::/129", "host",
		"1.2.3.4/-1", "1.2.3.4, x" };

	(void)state;
	for (size_t i = 0; i < countof(bad); i++) {
		struct proxy_list l;

		e = (struct err){ .kind = ERR_NONE };
		assert_int_equal(proxy_list_parse(span_of(bad[i]), &l, &e), -1);
		assert_int_equal(e.kind, ERR_INVALID);
	}
}

struct sample {
	struct span line;
	struct span text;
	int64_t number;
	bool flag;
};

static const struct field sample_fields[] = {
	FIELD_LINE(struct sample, line, 2, 5),
	FIELD_TEXT(struct sample, text, 0, 8),
	FIELD_INT(struct sample, number, -3, 30),
	FIELD_FLAG(struct sample, flag),
};

static size_t read_sample(const char *body, struct sample *out, struct field_errors *errors)
{
	struct request r = { .id = "x" };

	assert_int_equal(parse_urlencoded(m, span_of(body), &r.form, &e), 0);
	*out = (struct sample){ .number = 99 };
	int failed = form_read(&r, m, sample_fields, countof(sample_fields), out, errors);

	assert_int_equal(failed, errors->n == 0 ? 0 : -1);
	return errors->n;
}

static void forms_as_declared(void **state)
{
	struct field_errors errors;
	struct sample s;

	(void)state;
	assert_int_equal(
		read_sample("line=+abc+&text=a%0d%0ab%0dc&number=-3&flag=on&other=1", &s, &errors),
		0);
	assert_true(
		span_is(s.line, "abc") && span_is(s.text, "a\nb\nc") && s.number == -3 && s.flag);
	assert_int_equal(read_sample("line=ab&number=30", &s, &errors), 0);
	assert_true(s.text.n == 0 && s.text.p != NULL && !s.flag);
	assert_int_equal(read_sample("line=a&number=31", &s, &errors), 2);
	assert_string_equal(form_error(m, &errors, "line"), "must have at least 2 bytes");
	assert_string_equal(form_error(m, &errors, "number"), "must be from -3 to 30");
	assert_null(form_error(m, &errors, "text"));
	assert_int_equal(read_sample("line=abcdef&text=123456789&number=1x", &s, &errors), 3);
	assert_int_equal(read_sample("line=a%0ab&number=1", &s, &errors), 1);
	assert_int_equal(read_sample("", &s, &errors), 2);
	e = (struct err){ .kind = ERR_NONE };
	assert_int_equal(form_fail(&errors, &e), -1);
	assert_string_equal(e.field, "line");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_escape_of_a_path, start, end),
		cmocka_unit_test_setup_teardown(every_byte_of_a_query_value, start, end),
		cmocka_unit_test_setup_teardown(pairs_in_their_order, start, end),
		cmocka_unit_test_setup_teardown(cookies_of_others_are_passed_over, start, end),
		cmocka_unit_test_setup_teardown(multipart_gives_texts_and_files, start, end),
		cmocka_unit_test_setup_teardown(
			every_cut_of_a_multipart_body_is_refused, start, end),
		cmocka_unit_test_setup_teardown(caps_of_values, start, end),
		cmocka_unit_test_setup_teardown(address_of_the_client, start, end),
		cmocka_unit_test_setup_teardown(networks_are_matched_by_bits, start, end),
		cmocka_unit_test_setup_teardown(malformed_networks_are_refused, start, end),
		cmocka_unit_test_setup_teardown(forms_as_declared, start, end),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
