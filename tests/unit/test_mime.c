/* Mails as they go over the wire, and the addresses they go to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/mailbox.h"
#include "net/mime.h"
#include "net/smtp.h"
#include "os/config.h"

static void addresses(void **state)
{
	static const char *const good[] = { "a@b", "mia@example.org", "m.i-a+tag_9@sub.example.org",
		"!#$%&'*+/=?^_`{|}~@example.org", "admin@localhost", "x@1.2.3.4",
		"A@xn--bcher-kva.example" };
	static const char *const bad[] = { "", "@", "a@", "@b", "a", "a b@example.org", "a@b c",
		"a@example.org\r\nBcc: x@example.org", "a\n@b", "a@b\n", "a@b,c@d", "a@b;c@d",
		"<a@b>", "\"a b\"@example.org", "a@[127.0.0.1]", "a@-b", "a@b-", "a@b..c", "a@.b",
		"a@b.", ".a@b", "a.@b", "a..b@c", "a@b@c",
		"m\xc3\xad"
		"a@example.org",
		"a@b\xff", "a(x)@b", "a\\@b", "a@b_c", "a\tb@c" };
	char long_local[MAILBOX_MAX_LOCAL + 4];
	char long_all[MAILBOX_MAX + 10];

	(void)state;
	for (size_t i = 0; i < countof(good); i++)
		assert_true(mailbox_valid(span_of(good[i])));
	for (size_t i = 0; i < countof(bad); i++)
		assert_false(mailbox_valid(span_of(bad[i])));
	assert_false(mailbox_valid(SPAN("a\0b@c")));
	memset(long_local, 'x', sizeof(long_local));
	memcpy(long_local + MAILBOX_MAX_LOCAL, "@b", 3);
	assert_true(mailbox_valid(span_of(long_local)));
	memset(long_local, 'x', MAILBOX_MAX_LOCAL + 1);
	memcpy(long_local + MAILBOX_MAX_LOCAL + 1, "@b", 3);
	assert_false(mailbox_valid(span_of(long_local)));
	for (size_t i = 0; i < sizeof(long_all); i++)
		long_all[i] = i % 8 == 7 ? '.' : 'x';
	long_all[1] = '@';
	assert_true(mailbox_valid((struct span){ long_all, MAILBOX_MAX - 1 }));
	assert_false(mailbox_valid((struct span){ long_all, MAILBOX_MAX + 1 }));
}

static void named_addresses(void **state)
{
	struct mailbox b;

	(void)state;
	assert_true(mailbox_parse(SPAN("Podium <podium@example.org>"), &b));
	assert_true(span_is(b.name, "Podium") && span_is(b.address, "podium@example.org"));
	assert_true(mailbox_parse(SPAN(" \"The, Club\" <a@b> "), &b));
	assert_true(span_is(b.name, "The, Club"));
	assert_true(mailbox_parse(SPAN("a@b"), &b));
	assert_null(b.name.p);
	assert_true(mailbox_parse(SPAN("<a@b>"), &b));
	assert_null(b.name.p);
	assert_true(span_is(mailbox_domain(SPAN("a@b.c")), "b.c"));
	assert_false(mailbox_parse(SPAN("Podium"), &b));
	assert_false(mailbox_parse(SPAN("Pod\nium <a@b>"), &b));
	assert_false(mailbox_parse(SPAN("Podium <a@b"), &b));
	assert_false(mailbox_parse(SPAN(""), &b));
}

static struct mime_mail sample(void)
{
	return (struct mime_mail){
		.from = { SPAN("Podium"), SPAN("podium@example.org") },
		.to = SPAN("mia@example.org"),
		.subject = SPAN("Confirm your address"),
		.id = SPAN("0123456789abcdef.fedcba9876543210"),
		.date_s = 1772355900,
		.text = SPAN("Hello Mia,\n\nall is well.\n"),
		.html = SPAN("<p>Hello</p>\n"),
	};
}

static const char *compose(struct arena *m, const struct mime_mail *mail)
{
	struct err e = { .kind = ERR_NONE };
	struct span out;

	assert_int_equal(mime_compose(m, mail, &out, &e), 0);
	return arena_dup(m, out);
}

static void whole_mail(void **state)
{
	struct arena *m = arena_new(1 << 22);
	struct mime_mail mail = sample();
	const char *text = compose(m, &mail);

	(void)state;
	assert_string_equal(text, "From: \"Podium\"\r\n <podium@example.org>\r\n"
				  "To: <mia@example.org>\r\n"
				  "Subject: Confirm your address\r\n"
				  "Date: Sun, 01 Mar 2026 09:05:00 +0000\r\n"
				  "Message-ID: <0123456789abcdef.fedcba9876543210@example.org>\r\n"
				  "Auto-Submitted: auto-generated\r\n"
				  "MIME-Version: 1.0\r\n"
				  "Content-Type: multipart/alternative; "
				  "boundary=\"=_0123456789abcdef.fedcba9876543210\"\r\n\r\n"
				  "--=_0123456789abcdef.fedcba9876543210\r\n"
				  "Content-Type: text/plain; charset=UTF-8\r\n"
				  "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
				  "Hello Mia,\r\n\r\nall is well.\r\n"
				  "--=_0123456789abcdef.fedcba9876543210\r\n"
				  "Content-Type: text/html; charset=UTF-8\r\n"
				  "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
				  "<p>Hello</p>\r\n"
				  "--=_0123456789abcdef.fedcba9876543210--\r\n");
	assert_string_equal(text, compose(m, &mail));
	arena_free(m);
}

static void mails_that_can_be_ended(void **state)
{
	struct arena *m = arena_new(1 << 22);
	struct mime_mail mail = sample();

	(void)state;
	assert_null(strstr(compose(m, &mail), "List-Unsubscribe"));
	mail.stop_url = SPAN("https://podium.example/reminders/abc");
	assert_non_null(strstr(compose(m, &mail),
		"\r\nList-Unsubscribe: <https://podium.example/reminders/abc>\r\n"
		"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
	mail.stop_url = SPAN("http://localhost:8080/reminders/abc");
	assert_non_null(strstr(compose(m, &mail),
		"\r\nList-Unsubscribe: <http://localhost:8080/reminders/abc>\r\n"));
	assert_null(strstr(compose(m, &mail), "One-Click"));
	arena_free(m);
}

/* No line is longer than RFC 5322 recommends, whatever is put in; every line ends in CRLF. */
static void lines_are_short(const char *text)
{
	size_t n = 0;

	for (const char *c = text; *c != '\0'; c++) {
		assert_false(*c == '\n' && (c == text || c[-1] != '\r'));
		assert_false(*c == '\r' && c[1] != '\n');
		assert_true((unsigned char)*c < 0x7f);
		n = *c == '\n' ? 0 : n + 1;
		assert_true(n <= 79 || strncmp(c - n + 1, "Content-Type: multipart", 23) == 0 ||
			    strncmp(c - n + 1, "Message-ID", 10) == 0);
	}
}

static void subjects(void **state)
{
	struct arena *m = arena_new(1 << 22);
	struct mime_mail mail = sample();

	(void)state;
	mail.subject = SPAN("Gr\xc3\xbc\xc3\x9f"
			    "e");
	assert_non_null(strstr(compose(m, &mail), "Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n"));
	mail.subject =
		SPAN("one two three four five six seven eight nine ten eleven twelve thirteen "
		     "fourteen fifteen");
	assert_non_null(strstr(compose(m, &mail),
		"Subject: one two three four five six seven eight nine ten eleven twelve\r\n"
		" thirteen fourteen fifteen\r\n"));
	lines_are_short(compose(m, &mail));
	mail.subject = SPAN("=?UTF-8?B?eA==?=");
	assert_null(strstr(compose(m, &mail), "=?UTF-8?B?eA==?="));
	mail.subject = SPAN("  two  blanks ");
	assert_non_null(strstr(compose(m, &mail), "Subject: =?UTF-8?B?ICB0d28gIGJsYW5rcyA=?="));
	mail.subject = SPAN(
		"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
		"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
		"\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac");
	lines_are_short(compose(m, &mail));
	mail.from.name = SPAN("The \"best\" \\ club");
	assert_non_null(strstr(compose(m, &mail), "From: \"The \\\"best\\\" \\\\ club\"\r\n <pod"));
	mail.from.name = SPAN("Cl\xc3\xbc"
			      "b");
	assert_non_null(strstr(compose(m, &mail), "From: =?UTF-8?B?Q2zDvGI=?=\r\n <pod"));
	arena_free(m);
}

static void bodies(void **state)
{
	struct arena *m = arena_new(1 << 22);
	struct mime_mail mail = sample();
	char all[256 * 3];
	const char *text;

	(void)state;
	mail.text = SPAN(".\nFrom here\n..x\ntab\t\nblank \na=b\r\n\xc3\xa9\n\nend");
	text = compose(m, &mail);
	assert_non_null(strstr(text,
		"\r\n=2E\r\n=46rom here\r\n=2E.x\r\ntab=09\r\nblank=20\r\na=3Db\r\n=C3=A9\r\n"
		"\r\nend\r\n"));
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (char)(i % 256 == '\n' ? '.' : i % 256);
	mail.text = (struct span){ all, sizeof(all) };
	mail.html = (struct span){ all, sizeof(all) };
	lines_are_short(compose(m, &mail));
	arena_free(m);
}

static void what_is_refused(void **state)
{
	struct arena *m = arena_new(1 << 22);
	struct mime_mail bad[11];

	(void)state;
	for (size_t i = 0; i < countof(bad); i++)
		bad[i] = sample();
	bad[0].subject = SPAN("x\r\nBcc: evil@example.org");
	bad[1].subject = SPAN("x\nBcc: evil@example.org");
	bad[2].to = SPAN("mia@example.org>\r\nBcc: <evil@example.org");
	bad[3].from.name = SPAN("P\r\nBcc: evil@example.org");
	bad[4].id = SPAN("x>\r\nBcc: evil@example.org");
	bad[5].subject = SPAN("");
	bad[6].from.address = SPAN("nobody");
	bad[7].subject = SPAN("\xff");
	bad[8].stop_url = SPAN("https://x/\r\nBcc: evil@example.org");
	bad[9].stop_url = SPAN("https://x/> <mailto:evil@example.org");
	bad[10].stop_url = SPAN("mailto:evil@example.org");
	for (size_t i = 0; i < countof(bad); i++) {
		struct err e = { .kind = ERR_NONE };
		struct span out;

		assert_int_equal(mime_compose(m, &bad[i], &out, &e), -1);
		assert_int_equal(e.kind, ERR_INVALID);
	}
	arena_free(m);
}

static void server_addresses(void **state)
{
	static const char *const good[] = { "", "smtp://localhost", "smtp://127.0.0.1:2525",
		"smtps://user:p%40ss@mail.example.org:465", "smtp://mail.example.org?tls=must",
		"smtp://mail.example.org:25/?tls=no", "smtp://[::1]:25" };
	static const char *const bad[] = { "mail.example.org", "http://mail.example.org",
		"smtp://mail.example.org/path", "smtp://mail.example.org?tls=maybe",
		"smtps://mail.example.org?tls=no", "smtp://", "smtp://a b", "smtp://h#x" };
	struct config conf = { .smtp_from = "Podium <podium@example.org>", .smtp_ca = "" };

	(void)state;
	for (size_t i = 0; i < countof(good); i++) {
		struct err e = { .kind = ERR_NONE };

		conf.smtp_url = good[i];
		assert_int_equal(smtp_check(&conf, &e), 0);
	}
	for (size_t i = 0; i < countof(bad); i++) {
		struct err e = { .kind = ERR_NONE };

		conf.smtp_url = bad[i];
		assert_int_equal(smtp_check(&conf, &e), -1);
	}
	conf.smtp_url = good[1];
	conf.smtp_from = "nobody";
	struct err e = { .kind = ERR_NONE };
	assert_int_equal(smtp_check(&conf, &e), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(named_addresses),
		cmocka_unit_test(whole_mail),
		cmocka_unit_test(mails_that_can_be_ended),
		cmocka_unit_test(subjects),
		cmocka_unit_test(bodies),
		cmocka_unit_test(what_is_refused),
		cmocka_unit_test(server_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
