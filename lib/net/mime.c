#include "net/mime.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/civil_text.h"
#include "base/limits.h"
#include "base/utf8.h"

#define LINE 76 // without the line end

/* ---- header ---- */

static bool is_plain_ascii(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] > 0x7e)
			return false;
	}
	return true;
}

static bool has_control(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	}
	return !utf8_valid(s.p, s.n);
}

/* Encoded words of whole characters, each at most 75 bytes long, one on a line. */
static void put_encoded(struct buf *b, struct arena *m, struct span s)
{
	while (s.n > 0) {
		size_t n = utf8_cut(s.p, s.n < 36 ? s.n : 36);

		buf_addf(b,
			"=?UTF-8?B?" SPAN_FMT "?=", SPAN_ARG(base64_encode(m, span_sub(s, 0, n))));
		s = span_sub(s, n, s.n);
		if (s.n > 0)
			buf_adds(b, "\r\n ");
	}
}

/* Words as they are, on further lines where one would be too long. */
static void put_folded(struct buf *b, size_t used, struct span s)
{
	struct span word;
	bool first = true;

	while (span_split(&s, ' ', &word)) {
		if (!first && used + 1 + word.n > LINE) {
			buf_adds(b, "\r\n");
			used = 0;
		}
		if (!first)
			buf_addc(b, ' ');
		buf_add_span(b, word);
		used += word.n + (first ? 0 : 1);
		first = false;
	}
}

/* A blank at an end or two in a row would not survive folding; "=?" would be read as an encoded
 * word. */
static bool is_foldable(struct span s)
{
	size_t word = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ' ' && word == 0)
			return false;
		word = s.p[i] == ' ' ? 0 : word + 1;
		if (word > LINE - 10 || (s.p[i] == '=' && i + 1 < s.n && s.p[i + 1] == '?'))
			return false;
	}
	return word > 0;
}

static void put_subject(struct buf *b, struct arena *m, struct span s)
{
	buf_adds(b, "Subject: ");
	if (is_plain_ascii(s) && is_foldable(s))
		put_folded(b, strlen("Subject: "), s);
	else
		put_encoded(b, m, s);
	buf_adds(b, "\r\n");
}

static void put_name(struct buf *b, struct arena *m, struct span name)
{
	if (!is_plain_ascii(name) || name.n > 60) {
		put_encoded(b, m, name);
		return;
	}
	buf_addc(b, '"');
	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == '"' || name.p[i] == '\\')
			buf_addc(b, '\\');
		buf_addc(b, name.p[i]);
	}
	buf_addc(b, '"');
}

static void put_header(struct buf *b, struct arena *m, const struct mime_mail *mail)
{
	char date[CIVIL_TEXT_SIZE];

	civil_http(mail->date_s, date);
	date[strlen(date) - 3] = '\0'; // mail wants the offset and not "GMT"
	buf_adds(b, "From: ");
	if (mail->from.name.n > 0) {
		put_name(b, m, mail->from.name);
		buf_adds(b, "\r\n ");
	}
	buf_addf(b, "<" SPAN_FMT ">\r\nTo: <" SPAN_FMT ">\r\n", SPAN_ARG(mail->from.address),
		SPAN_ARG(mail->to));
	put_subject(b, m, mail->subject);
	buf_addf(b,
		"Date: %s+0000\r\nMessage-ID: <" SPAN_FMT "@" SPAN_FMT ">\r\n"
		"Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n",
		date, SPAN_ARG(mail->id), SPAN_ARG(mailbox_domain(mail->from.address)));
}

/* Anything but what would end the address or its line. */
static bool is_url(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] <= 0x20 || (unsigned char)s.p[i] > 0x7e ||
			s.p[i] == '<' || s.p[i] == '>')
			return false;
	}
	return s.n <= MAIL_MAX_STOP_URL &&
	       (span_starts(s, "https://") || span_starts(s, "http://"));
}

static void put_stop(struct buf *b, struct span url)
{
	if (url.n == 0)
		return;
	buf_addf(b, "List-Unsubscribe: <" SPAN_FMT ">\r\n", SPAN_ARG(url));
	if (span_starts(url, "https://"))
		buf_adds(b, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
}

/* ---- body ---- */

/* A byte that stands for itself in the middle of a line. */
static bool is_literal(unsigned char c)
{
	return c == ' ' || c == '\t' || (c >= 0x21 && c <= 0x7e && c != '=');
}

static void put_line(struct buf *b, struct span line)
{
	size_t used = 0;

	for (size_t i = 0; i < line.n; i++) {
		unsigned char c = (unsigned char)line.p[i];
		bool at_end = i + 1 == line.n;
		/* Blanks at the end get lost, a dot alone ends the mail, "From " begins another. */
		bool coded = !is_literal(c) || (at_end && (c == ' ' || c == '\t')) ||
			     (used == 0 && (c == '.' || c == 'F'));
		size_t n = coded ? 3 : 1;

		if (used + n > LINE - (at_end ? 0 : 1)) {
			buf_adds(b, "=\r\n");
			used = 0;
			coded = coded || c == '.' || c == 'F';
			n = coded ? 3 : 1;
		}
		if (coded)
			buf_addf(b, "=%02X", c);
		else
			buf_addc(b, (char)c);
		used += n;
	}
	buf_adds(b, "\r\n");
}

static void put_part(
	struct buf *b, const struct mime_mail *mail, const char *type, struct span content)
{
	struct span line;

	buf_addf(b,
		"--=_" SPAN_FMT "\r\nContent-Type: %s; charset=UTF-8\r\n"
		"Content-Transfer-Encoding: quoted-printable\r\n\r\n",
		SPAN_ARG(mail->id), type);
	if (span_ends(content, "\n"))
		content.n--;
	while (span_split(&content, '\n', &line)) {
		if (span_ends(line, "\r"))
			line.n--;
		put_line(b, line);
	}
}

static bool id_valid_in_header(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-' || c == '_' || (c == '.' && i > 0 && i + 1 < s.n)))
			return false;
	}
	return s.n > 0 && s.n <= 60; // "=_" and the id are the boundary, which has at most 70 bytes
}

int mime_compose(struct arena *m, const struct mime_mail *mail, struct span *out, struct err *e)
{
	BUF_AUTO b;
	struct span text;

	buf_init(&b, MAIL_MAX_WIRE);
	if (!mailbox_valid(mail->from.address) || has_control(mail->from.name))
		return err_set(e, ERR_INVALID, "the sender's address cannot be written to");
	if (!mailbox_valid(mail->to))
		return err_set(e, ERR_INVALID, "the address cannot be written to");
	if (mail->subject.n == 0 || has_control(mail->subject) || !id_valid_in_header(mail->id))
		return err_set(e, ERR_INVALID, "a header of the mail holds what it must not");
	if (mail->stop_url.n > 0 && !is_url(mail->stop_url))
		return err_set(e, ERR_INVALID, "the address that ends such mails is none");
	put_header(&b, m, mail);
	put_stop(&b, mail->stop_url);
	buf_addf(&b, "Content-Type: multipart/alternative; boundary=\"=_" SPAN_FMT "\"\r\n\r\n",
		SPAN_ARG(mail->id));
	put_part(&b, mail, "text/plain", mail->text);
	put_part(&b, mail, "text/html", mail->html);
	buf_addf(&b, "--=_" SPAN_FMT "--\r\n", SPAN_ARG(mail->id));
	if (buf_finish(&b, &text, e) != 0)
		return -1;
	*out = arena_span(m, text);
	return 0;
}
