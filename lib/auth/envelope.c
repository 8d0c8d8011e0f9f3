/*
 * A sealed text is
 *
 *     version (1) | length of the key's name (1) | name | nonce (12) | ciphertext | tag (16)
 *
 * The tag covers all of it and the purpose: the associated data is everything before the nonce,
 * then the purpose. The head has its length inside, so head and purpose cannot be shifted against
 * each other. Nonces are 96 random bits; by the birthday bound a key may seal 2^32 texts before a
 * repetition becomes as likely as 2^-32, far more than a club stores.
 */
#include "auth/envelope.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/scan.h"
#include "os/config.h"
#include "os/rnd.h"

#define VERSION    1
#define KEY_BYTES  32
#define NONCE_SIZE 12
#define TAG_SIZE   16

struct key {
	char name[ENVELOPE_MAX_NAME];
	size_t name_size;
	unsigned char bytes[KEY_BYTES];
};

struct envelope {
	struct key keys[ENVELOPE_MAX_KEYS];
	size_t n;
};

/* The parts of a sealed text. */
struct parts {
	struct span head; // up to the nonce
	struct span name;
	const unsigned char *nonce;
	struct span body;
	const unsigned char *tag;
};

static const struct key *key_find(const struct envelope *v, struct span name)
{
	for (size_t i = 0; i < v->n; i++) {
		if (span_eq(name, (struct span){ v->keys[i].name, v->keys[i].name_size }))
			return &v->keys[i];
	}
	return NULL;
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static int add_key(struct envelope *v, struct span item, struct err *e)
{
	struct key *k = &v->keys[v->n];
	struct span name;

	if (v->n == ENVELOPE_MAX_KEYS)
		return err_set(
			e, ERR_INVALID, "ENCRYPTION_KEY: at most %d keys", ENVELOPE_MAX_KEYS);
	if (!scan_while(&item, is_name_char, ENVELOPE_MAX_NAME, &name) || !scan_char(&item, ':'))
		return err_set(e, ERR_INVALID,
			"ENCRYPTION_KEY: key %zu does not begin with a name of 1 to %d of a-z, 0-9, - "
			"and _, and a colon",
			v->n + 1, ENVELOPE_MAX_NAME);
	if (key_find(v, name) != NULL)
		return err_set(e, ERR_INVALID,
			"ENCRYPTION_KEY: two keys are called \"" SPAN_FMT "\"", SPAN_ARG(name));
	if (!hex_decode(item, k->bytes, KEY_BYTES))
		return err_set(e, ERR_INVALID,
			"ENCRYPTION_KEY: key \"" SPAN_FMT "\" does not have %d hex digits",
			SPAN_ARG(name), 2 * KEY_BYTES);
	memcpy(k->name, name.p, name.n);
	k->name_size = name.n;
	v->n++;
	return 0;
}

int envelope_new(const char *keys, struct envelope **out, struct err *e)
{
	struct span rest = span_trim(span_of(keys));
	struct envelope *v;
	struct span item;

	if (rest.n == 0)
		return err_set(e, ERR_INVALID, "ENCRYPTION_KEY: no key is given");
	v = calloc(1, sizeof(*v));
	if (v == NULL)
		return err_set(e, ERR_INTERNAL, "out of memory");
	while (span_split(&rest, ',', &item)) {
		if (add_key(v, span_trim(item), e) != 0) {
			envelope_free(v);
			return -1;
		}
	}
	*out = v;
	return 0;
}

void envelope_free(struct envelope *v)
{
	if (v == NULL)
		return;
	OPENSSL_cleanse(v, sizeof(*v));
	free(v);
}

int envelope_check(const struct config *conf, struct err *e)
{
	const char *keys = conf->encryption_key;
	struct envelope *v = NULL;
	int rc = keys[0] != '\0' ? envelope_new(keys, &v, e) : 0;

	envelope_free(v);
	return rc == 0 ? 0 : config_blame(conf, "ENCRYPTION_KEY", e);
}

static void cipher_free(EVP_CIPHER_CTX **c)
{
	EVP_CIPHER_CTX_free(*c);
}

static const unsigned char *bytes_of(struct span s)
{
	return (const unsigned char *)(s.p != NULL ? s.p : "");
}

/* Key, nonce and associated data, in either direction. */
static bool cipher_start(EVP_CIPHER_CTX *c, const struct key *k, const struct parts *p,
	struct span purpose, int seal)
{
	int n;

	return c != NULL && EVP_CipherInit_ex(c, EVP_aes_256_gcm(), NULL, NULL, NULL, seal) == 1 &&
	       EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, NONCE_SIZE, NULL) == 1 &&
	       EVP_CipherInit_ex(c, NULL, NULL, k->bytes, p->nonce, seal) == 1 &&
	       EVP_CipherUpdate(c, NULL, &n, bytes_of(p->head), (int)p->head.n) == 1 &&
	       EVP_CipherUpdate(c, NULL, &n, bytes_of(purpose), (int)purpose.n) == 1;
}

static bool encrypt(const struct key *k, const struct parts *p, struct span plain,
	struct span purpose, unsigned char *body)
{
	EVP_CIPHER_CTX *c CLEANUP(cipher_free) = EVP_CIPHER_CTX_new();
	int n;

	return cipher_start(c, k, p, purpose, 1) &&
	       EVP_CipherUpdate(c, body, &n, bytes_of(plain), (int)plain.n) == 1 &&
	       (size_t)n == plain.n && EVP_CipherFinal_ex(c, body + plain.n, &n) == 1 &&
	       EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG_SIZE, body + plain.n) == 1;
}

static bool decrypt(
	const struct key *k, const struct parts *p, struct span purpose, unsigned char *plain)
{
	EVP_CIPHER_CTX *c CLEANUP(cipher_free) = EVP_CIPHER_CTX_new();
	unsigned char tag[TAG_SIZE];
	int n;

	memcpy(tag, p->tag, TAG_SIZE);
	return cipher_start(c, k, p, purpose, 0) &&
	       EVP_CipherUpdate(c, plain, &n, bytes_of(p->body), (int)p->body.n) == 1 &&
	       (size_t)n == p->body.n &&
	       EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG_SIZE, tag) == 1 &&
	       EVP_CipherFinal_ex(c, plain + p->body.n, &n) == 1;
}

int envelope_seal(const struct envelope *v, struct arena *m, struct span plain, struct span purpose,
	struct span *out, struct err *e)
{
	const struct key *k = &v->keys[0];
	size_t head_size = 2 + k->name_size;
	size_t size = head_size + NONCE_SIZE + plain.n + TAG_SIZE;
	unsigned char *sealed;
	unsigned char *nonce;
	struct parts p;

	assert(purpose.n > 0 && purpose.n <= 1024);
	if (plain.n > ENVELOPE_MAX_PLAIN)
		return err_set(
			e, ERR_LIMIT, "the text is longer than %d bytes", ENVELOPE_MAX_PLAIN);
	sealed = arena_alloc(m, size);
	sealed[0] = VERSION;
	sealed[1] = (unsigned char)k->name_size;
	memcpy(sealed + 2, k->name, k->name_size);
	nonce = sealed + head_size;
	rnd_bytes(nonce, NONCE_SIZE);
	p = (struct parts){ .head = { (char *)sealed, head_size }, .nonce = nonce };
	if (!encrypt(k, &p, plain, purpose, nonce + NONCE_SIZE))
		return err_set(e, ERR_INTERNAL, "could not encrypt");
	*out = (struct span){ (char *)sealed, size };
	return 0;
}

static int split(struct span sealed, struct parts *p, struct err *e)
{
	const unsigned char *s = bytes_of(sealed);
	size_t head_size;

	if (sealed.n < 2)
		return err_set(e, ERR_INTERNAL, "could not decrypt: not a sealed text");
	if (s[0] != VERSION)
		return err_set(e, ERR_INTERNAL,
			"could not decrypt: sealed text of version %d, this program knows %d", s[0],
			VERSION);
	head_size = 2 + (size_t)s[1];
	if (s[1] == 0 || s[1] > ENVELOPE_MAX_NAME || sealed.n < head_size + NONCE_SIZE + TAG_SIZE ||
		sealed.n > ENVELOPE_MAX_PLAIN + ENVELOPE_OVERHEAD)
		return err_set(e, ERR_INTERNAL, "could not decrypt: not a sealed text");
	p->head = (struct span){ sealed.p, head_size };
	p->name = (struct span){ sealed.p + 2, s[1] };
	p->nonce = s + head_size;
	p->body = (struct span){ sealed.p + head_size + NONCE_SIZE,
		sealed.n - head_size - NONCE_SIZE - TAG_SIZE };
	p->tag = s + sealed.n - TAG_SIZE;
	return 0;
}

static bool is_name(struct span s)
{
	struct span name;

	return scan_while(&s, is_name_char, ENVELOPE_MAX_NAME, &name) && scan_end(&s);
}

int envelope_open(const struct envelope *v, struct arena *m, struct span sealed,
	struct span purpose, struct span *out, struct err *e)
{
	const struct key *k;
	unsigned char *plain;
	struct parts p;

	if (split(sealed, &p, e) != 0)
		return -1;
	if (!is_name(p.name))
		return err_set(e, ERR_INTERNAL, "could not decrypt: not a sealed text");
	k = key_find(v, p.name);
	if (k == NULL)
		return err_set(e, ERR_INTERNAL,
			"could not decrypt: ENCRYPTION_KEY has no key \"" SPAN_FMT "\"",
			SPAN_ARG(p.name));
	plain = arena_alloc(m, p.body.n + 1);
	if (!decrypt(k, &p, purpose, plain)) {
		OPENSSL_cleanse(plain, p.body.n);
		return err_set(e, ERR_INTERNAL,
			"could not decrypt: the text was changed or is sealed for another purpose");
	}
	*out = (struct span){ (char *)plain, p.body.n };
	return 0;
}

bool envelope_is_current(const struct envelope *v, struct span sealed)
{
	struct err e = { 0 };
	struct parts p;

	return split(sealed, &p, &e) == 0 && key_find(v, p.name) == &v->keys[0];
}
