#include "auth/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>

#include "auth/digest.h"
#include "base/base32.h"
#include "base/buf.h"
#include "os/rnd.h"

#define SHA1_SIZE   20
#define URI_MAX     2048
#define HOTP_LEAST  6
#define HOTP_DIGITS 8

void totp_secret_new(unsigned char out[TOTP_SECRET_SIZE])
{
	rnd_bytes(out, TOTP_SECRET_SIZE);
}

/* RFC 4226, 5.3: the low four bits of the MAC say where the 31 bits of the code are taken. */
static uint32_t truncated(const unsigned char mac[SHA1_SIZE])
{
	size_t at = mac[SHA1_SIZE - 1] & 15U;

	return ((uint32_t)mac[at] & 127U) << 24 | (uint32_t)mac[at + 1] << 16 |
	       (uint32_t)mac[at + 2] << 8 | mac[at + 3];
}

void hotp(struct span secret, uint64_t counter, int digits, char out[HOTP_SIZE])
{
	unsigned char text[8];
	unsigned char mac[SHA1_SIZE];
	uint32_t code;

	for (int i = 7; i >= 0; i--, counter >>= 8)
		text[i] = (unsigned char)counter;
	if (digits < HOTP_LEAST || digits > HOTP_DIGITS ||
		HMAC(EVP_sha1(), secret.p, (int)secret.n, text, sizeof(text), mac, NULL) == NULL)
		abort();
	code = truncated(mac);
	out[digits] = '\0';
	for (int i = digits - 1; i >= 0; i--, code /= 10)
		out[i] = (char)('0' + code % 10);
}

int64_t totp_check(struct span secret, struct span code, int64_t now_s, int64_t last_step)
{
	int64_t now = now_s / TOTP_PERIOD_S;
	int64_t found = 0;
	char expected[HOTP_SIZE];

	for (int64_t step = now - TOTP_SKEW; step <= now + TOTP_SKEW; step++) {
		hotp(secret, (uint64_t)step, TOTP_DIGITS, expected);
		if (digest_equal(code, (struct span){ expected, TOTP_DIGITS }) && step > last_step)
			found = step;
	}
	return found;
}

static void add_encoded(struct buf *b, struct span s)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '-' || c == '.' || c == '_' || c == '~') {
			buf_addc(b, (char)c);
		} else {
			buf_addc(b, '%');
			buf_addc(b, digits[c >> 4]);
			buf_addc(b, digits[c & 15]);
		}
	}
}

struct span totp_uri(struct arena *m, struct span secret, struct span issuer, struct span account)
{
	struct err e = { .kind = ERR_NONE };
	struct span text;
	BUF_AUTO b;

	buf_init(&b, URI_MAX);
	buf_adds(&b, "otpauth://totp/");
	add_encoded(&b, issuer);
	buf_addc(&b, ':');
	add_encoded(&b, account);
	buf_adds(&b, "?secret=");
	buf_add_span(&b, base32_encode(m, secret));
	buf_adds(&b, "&issuer=");
	add_encoded(&b, issuer);
	buf_addf(&b, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS, TOTP_PERIOD_S);
	if (buf_finish(&b, &text, &e) != 0)
		abort(); // names are capped, so it cannot be longer
	return arena_span(m, text);
}
