/*
 * A signed token is three parts with points between: the payload, the end in decimal, and the MAC,
 * the first and the last in base64 for addresses. The MAC is taken over
 *
 *     purpose NUL end NUL payload
 *
 * where purpose and end cannot hold a NUL, so no two claims give the same text. Nothing of a token
 * is looked at before its MAC is known to be right, except what is needed to find it.
 */
#include "auth/token.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/base64.h"
#include "base/buf.h"
#include "base/scan.h"
#include "os/rnd.h"

#define TOKEN_BYTES 32
#define MAC_TEXT    43 // base64 of DIGEST_SIZE bytes
#define MAX_TOKEN   (TOKEN_MAX_PAYLOAD / 3 * 4 + 4 + 20 + MAC_TEXT + 2)

static bool is_token_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

void token_new(char out[TOKEN_SIZE])
{
	struct arena *m = arena_new(0);
	char bytes[TOKEN_BYTES];
	struct span text;

	rnd_bytes(bytes, sizeof(bytes));
	text = base64url_encode(m, (struct span){ bytes, sizeof(bytes) });
	assert(text.n == TOKEN_SIZE - 1);
	memcpy(out, text.p, TOKEN_SIZE);
	arena_free(m);
}

bool token_valid(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_token_char(s.p[i]))
			return false;
	}
	return s.n == TOKEN_SIZE - 1;
}

void token_hash(struct span token, unsigned char out[DIGEST_SIZE])
{
	digest_sha256(token, out);
}

static struct span mac(const char *secret, const struct token_claim *c, struct arena *m)
{
	unsigned char *out = arena_alloc(m, DIGEST_SIZE);
	char *head = arena_printf(m, "%s%c%" PRId64 "%c", c->purpose, 0, c->expires_s, 0);
	size_t head_size = strlen(c->purpose) + 1;
	char *text;

	head_size += strlen(head + head_size) + 1;
	text = arena_alloc(m, head_size + c->payload.n + 1);
	memcpy(text, head, head_size);
	if (c->payload.n > 0)
		memcpy(text + head_size, c->payload.p, c->payload.n);
	digest_hmac(span_of(secret), (struct span){ text, head_size + c->payload.n }, out);
	return (struct span){ (char *)out, DIGEST_SIZE };
}

static int check_secret(const char *secret, struct err *e)
{
	if (strlen(secret) < TOKEN_LEAST_SECRET)
		return err_set(e, ERR_INTERNAL, "SESSION_SECRET must have at least %d bytes",
			TOKEN_LEAST_SECRET);
	return 0;
}

int token_sign(const char *secret, const struct token_claim *claim, struct arena *m,
	struct span *out, struct err *e)
{
	struct span payload;
	struct span signature;
	const char *text;

	assert(claim->purpose[0] != '\0' && claim->expires_s >= 0);
	if (check_secret(secret, e) != 0)
		return -1;
	if (claim->payload.n > TOKEN_MAX_PAYLOAD)
		return err_set(e, ERR_LIMIT, "the payload of a token is longer than %d bytes",
			TOKEN_MAX_PAYLOAD);
	payload = base64url_encode(m, claim->payload);
	signature = base64url_encode(m, mac(secret, claim, m));
	text = arena_printf(m, SPAN_FMT ".%" PRId64 "." SPAN_FMT, SPAN_ARG(payload),
		claim->expires_s, SPAN_ARG(signature));
	*out = span_of(text);
	return 0;
}

static bool split(struct span token, struct arena *m, struct token_claim *c, struct span *signature)
{
	struct span payload;
	uint64_t expires;

	if (token.n > MAX_TOKEN || !scan_until(&token, '.', token.n, &payload) ||
		!scan_u64(&token, INT64_MAX, &expires) || !scan_char(&token, '.') ||
		!base64url_decode(m, token, signature) || !base64url_decode(m, payload, &payload))
		return false;
	c->payload = payload;
	c->expires_s = (int64_t)expires;
	return true;
}

int token_verify(const char *secret, int64_t now_s, struct span token, struct arena *m,
	struct token_claim *claim, struct err *e)
{
	struct token_claim c = { .purpose = claim->purpose };
	struct span signature;

	if (check_secret(secret, e) != 0)
		return -1;
	if (!split(token, m, &c, &signature) || !digest_equal(signature, mac(secret, &c, m)))
		return err_set(e, ERR_AUTH, "the link is not valid");
	if (c.expires_s <= now_s)
		return err_set(e, ERR_AUTH, "the link has expired");
	*claim = c;
	return 0;
}
