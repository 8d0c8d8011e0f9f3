#ifndef AUTH_TOTP_H
#define AUTH_TOTP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"

/*
 * One-time codes by the clock (RFC 6238) as every authenticator app makes them: HMAC-SHA-1, six
 * digits, a new one every 30 seconds. A step is the number of such periods since 1970.
 */
#define TOTP_SECRET_SIZE 20 // as RFC 4226 recommends
#define TOTP_DIGITS      6
#define TOTP_PERIOD_S    30
/* Steps by which the other clock may be early or late. RFC 6238, 5.2 advises no more: each further
 * one is another code that a guesser may hit. On a phone whose clock is minutes off it takes a
 * recovery code. */
#define TOTP_SKEW 1

/* Random, from the kernel. */
void totp_secret_new(unsigned char out[TOTP_SECRET_SIZE]);

/* RFC 4226: the code of a counter, 6 to 8 digits and a NUL. */
#define HOTP_SIZE 9
void hotp(struct span secret, uint64_t counter, int digits, char out[HOTP_SIZE]);

/*
 * The step whose code was given: within TOTP_SKEW of now_s and after last_step, so that no code is
 * taken twice; 0 if there is none. Takes the same time for every code of six bytes.
 */
int64_t totp_check(struct span secret, struct span code, int64_t now_s, int64_t last_step);

/* The address that an app reads from the QR code. The issuer and account are percent-encoded. */
struct span totp_uri(struct arena *m, struct span secret, struct span issuer, struct span account);

#endif
