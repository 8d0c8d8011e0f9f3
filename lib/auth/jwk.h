#ifndef AUTH_JWK_H
#define AUTH_JWK_H

#include "auth/jwt.h"

/* What jwt.c and jwk.c know of each other; the types are OpenSSL's. */
struct evp_pkey_st;

#define JWK_KID_SIZE 44 // of our own keys: a SHA-256 in base64, with the NUL

/* The key of that kid, or NULL. SPAN_NONE asks for the only key of the set. */
struct evp_pkey_st *jwk_set_find(const struct jwk_set *s, struct span kid);

/* The public half as one JSON Web Key; without a kid if that is empty. */
void jwk_print(struct json_out *j, struct arena *m, struct span kid, struct evp_pkey_st *key);

/* RFC 7638. */
void jwk_thumbprint(struct evp_pkey_st *key, struct arena *m, char out[JWK_KID_SIZE]);

/* RSA of the sizes that are taken. */
bool jwk_fits(struct evp_pkey_st *key);

#endif
