#include "auth/data_key.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "auth/envelope.h"
#include "base/hex.h"
#include "os/rnd.h"

#define ROOT_SIZE 32

/*
 * What is sealed under a data key is sealed by an envelope with one key, so that there is one place
 * in the tree that encrypts.
 */
struct data_key {
	struct envelope *seal;
	unsigned char mac[DIGEST_SIZE];
};

void data_key_free(struct data_key **k)
{
	if (*k == NULL)
		return;
	envelope_free((*k)->seal);
	OPENSSL_cleanse(*k, sizeof(**k));
	free(*k);
	*k = NULL;
}

static int derive(struct span root, struct data_key **out, struct err *e)
{
	unsigned char sealing[DIGEST_SIZE];
	char keys[2 + 2 * DIGEST_SIZE + 1] = "d:";
	DATA_KEY_AUTO k = calloc(1, sizeof(*k));
	int rc;

	if (k == NULL)
		return err_set(e, ERR_INTERNAL, "out of memory");
	digest_hmac(root, SPAN("podium data key: seal"), sealing);
	digest_hmac(root, SPAN("podium data key: mac"), k->mac);
	hex_encode(sealing, DIGEST_SIZE, keys + 2);
	rc = envelope_new(keys, &k->seal, e);
	OPENSSL_cleanse(keys, sizeof(keys));
	OPENSSL_cleanse(sealing, sizeof(sealing));
	if (rc != 0)
		return -1;
	*out = k;
	k = NULL;
	return 0;
}

static int have_envelope(const struct envelope *v, struct err *e)
{
	if (v == NULL)
		return err_set(e, ERR_TEMPORARY,
			"ENCRYPTION_KEY is not set, and nothing is kept unsealed");
	return 0;
}

int data_key_make(const struct envelope *v, struct arena *m, struct span purpose,
	struct span *sealed, struct data_key **out, struct err *e)
{
	char root[ROOT_SIZE];
	int rc;

	if (have_envelope(v, e) != 0)
		return -1;
	rnd_bytes(root, sizeof(root));
	rc = envelope_seal(v, m, (struct span){ root, sizeof(root) }, purpose, sealed, e);
	if (rc == 0)
		rc = derive((struct span){ root, sizeof(root) }, out, e);
	OPENSSL_cleanse(root, sizeof(root));
	return rc;
}

int data_key_open(const struct envelope *v, struct arena *m, struct span sealed,
	struct span purpose, struct data_key **out, struct err *e)
{
	char root[ROOT_SIZE];
	struct span plain;
	int rc;

	if (have_envelope(v, e) != 0 || envelope_open(v, m, sealed, purpose, &plain, e) != 0)
		return -1;
	if (plain.n != ROOT_SIZE)
		return err_set(e, ERR_INTERNAL, "a data key has %zu bytes", plain.n);
	memcpy(root, plain.p, ROOT_SIZE);
	rc = derive((struct span){ root, ROOT_SIZE }, out, e);
	OPENSSL_cleanse(root, sizeof(root));
	return rc;
}

int data_key_seal(const struct data_key *k, struct arena *m, struct span plain, struct span purpose,
	struct span *out, struct err *e)
{
	return envelope_seal(k->seal, m, plain, purpose, out, e);
}

int data_key_unseal(const struct data_key *k, struct arena *m, struct span sealed,
	struct span purpose, struct span *out, struct err *e)
{
	return envelope_open(k->seal, m, sealed, purpose, out, e);
}

void data_key_mac(const struct data_key *k, struct span text, unsigned char out[DIGEST_SIZE])
{
	digest_hmac((struct span){ (const char *)k->mac, DIGEST_SIZE }, text, out);
}
