#include "auth/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>

void digest_sha256(struct span text, unsigned char out[DIGEST_SIZE])
{
	if (EVP_Digest(text.p != NULL ? text.p : "", text.n, out, NULL, EVP_sha256(), NULL) != 1)
		abort();
}

void digest_hmac(struct span key, struct span text, unsigned char out[DIGEST_SIZE])
{
	const unsigned char *p = (const unsigned char *)(text.p != NULL ? text.p : "");

	if (HMAC(EVP_sha256(), key.p, (int)key.n, p, text.n, out, NULL) == NULL)
		abort();
}

bool digest_equal(struct span a, struct span b)
{
	return a.n == b.n && CRYPTO_memcmp(a.p, b.p, a.n) == 0;
}
