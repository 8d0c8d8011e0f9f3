/*
 * OpenSSL looks an algorithm up by its name each time it is asked for one, which takes longer than
 * to digest a token. So it is looked up once in a process, and the contexts are used again.
 */
#include "auth/digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>

static EVP_MD_CTX *sha256;
static EVP_MAC_CTX *hmac;

static void make_sha256(void)
{
	EVP_MD *algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);

	sha256 = EVP_MD_CTX_new();
	if (algorithm == NULL || sha256 == NULL || EVP_DigestInit_ex2(sha256, algorithm, NULL) != 1)
		abort();
	EVP_MD_free(algorithm);
}

void digest_sha256(struct span text, unsigned char out[DIGEST_SIZE])
{
	if (sha256 == NULL)
		make_sha256();
	if (EVP_DigestInit_ex2(sha256, NULL, NULL) != 1 ||
		EVP_DigestUpdate(sha256, text.p != NULL ? text.p : "", text.n) != 1 ||
		EVP_DigestFinal_ex(sha256, out, NULL) != 1)
		abort();
}

static void make_hmac(void)
{
	EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
	char name[] = "SHA256";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
		OSSL_PARAM_construct_end(),
	};

	if (algorithm != NULL)
		hmac = EVP_MAC_CTX_new(algorithm);
	if (hmac == NULL || EVP_MAC_CTX_set_params(hmac, params) != 1)
		abort();
	EVP_MAC_free(algorithm);
}

void digest_sha1(struct span text, unsigned char out[DIGEST_SHA1_SIZE])
{
	if (EVP_Digest(text.p != NULL ? text.p : "", text.n, out, NULL, EVP_sha1(), NULL) != 1)
		abort();
}

void digest_hmac(struct span key, struct span text, unsigned char out[DIGEST_SIZE])
{
	const unsigned char *k = (const unsigned char *)(key.p != NULL ? key.p : "");
	const unsigned char *p = (const unsigned char *)(text.p != NULL ? text.p : "");
	size_t n = 0;

	if (hmac == NULL)
		make_hmac();
	if (EVP_MAC_init(hmac, k, key.n, NULL) != 1 || EVP_MAC_update(hmac, p, text.n) != 1 ||
		EVP_MAC_final(hmac, out, &n, DIGEST_SIZE) != 1 || n != DIGEST_SIZE)
		abort();
}

bool digest_equal(struct span a, struct span b)
{
	return a.n == b.n && CRYPTO_memcmp(a.p, b.p, a.n) == 0;
}
