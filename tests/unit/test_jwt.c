#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/jwk.h"
#include "auth/jwt.h"
#include "base/base64.h"
#include "base/buf.h"
#include "net/json.h"

/* clang-format off */
/* RFC 7515, appendix A.2: the token, its key, and the same key whole (PKCS #1). */
#define RFC_N \
	"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2" \
	"mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7" \
	"OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMT" \
	"BQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkM" \
	"Ls91kzk2PAcDTW9gb54h4FRWyuXpoQ"
#define RFC_INPUT \
	"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6L" \
	"y9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
#define RFC_SIGNATURE \
	"cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_" \
	"lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO7" \
	"5vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOk" \
	"HWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWy" \
	"wlVmtVrBp0igcN_IoypGlUPQGe77Rw"
static const char rfc_key[] =
	"MIIEowIBAAKCAQEAofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd/wWJcyQoTbji9k0l8W26mPddxHmfHQp+Vaw"
	"+4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL+yRT+SFd2lZS+pCgNMsD1W/YpRPEwOWvG6b32690r2jZ47soMZo9wGz"
	"jb/7OMg0LOL+bSf63kpaSHSXndS5z5rexMdbBYUsLA9e+KXBdQOS+UTo7WTBEMa2R2CapHg665xsmtdVMTBQ"
	"Y4uDZlxvb3qCo5ZwKh9kG4LT6/I5IhlJH7aGhyxXFvUK+DWNmoudF8NAco9/h9iaGNj8q2ethFkMLs91kzk2"
	"PAcDTW9gb54h4FRWyuXpoQIDAQABAoIBABKucaRpzQorw35SbEUAVx8dYXUdZOlJcHtiWQ+dC6V8ljxAHj/P"
	"LyzTveyI5QO/xkObCyjIL303l2cfUhPu2MFaJdjVzqACXuOrLot/eSFvxjvqVidTtAZExqFRJ9mylUVAoLvh"
	"owVWmC1On95fZCXxTUtxNEG1Xcc7m0rtzJKs45J+N/V9DP1edYH6USyPSWGp6wuA+KgHRnKKVf9GRx80JQY7"
	"nVNkL17eHoTWEwga+lwi0FEoW9Y7lDtWXYmKBWhUE+U8PGxlJf8f40493HDw1WRQ/aSLoS4QTp3rn7gYgeHE"
	"vfJdkkf0UMhlknlo53M09EFPdadQ4TlUbjqKc50CgYEA4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH/5IB3jw"
	"3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw/Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc"
	"1QlQ5xHdwW1VhvKn+nXqhJTBgIPgtldC+KDV5z+y2XDwGUcCgYEAuQPEfgmVtjL0Uyyx88GZFF1fOunH3+7c"
	"epKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD/YwD66t62wDmpe/HlB+TnBA"
	"+njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdcCgYAHAp9XcCSrn8wVkMVkKdb7DOX4"
	"IKjzdahm+ctDAJN4O/y7OW5FKebvUjdAIt2GuoTZ71iTG+7F0F+lP88jtjP4U4qe7VHoewl4MKOfXZKTe+YC"
	"S1XbNvfgwJ3Ltyl1OH9hWvu2yza7q+d5PCsDzqtm27kxuvULVeya+TEdAB1ijQKBgQCH/3r6YrVH/uCWGy6b"
	"zV1nGNOdjKc9tmkfOJmN54dxdixdpozCQ6U4OxZrsj3FcOhHBsqAHvX2uuYjagqvo3cOj1TRqNocX40omfCC"
	"Mx3bD1yPPf/6TI2XECva/ggqEY2mYzmIiA5LVVmc5nrybr+lssFKneeyxN2Wq93S0iJMdQKBgCGHewxzoa1r"
	"8ZMD0LETNrToK423K377UCYqXfg5XMclbrjPbEC3YI1ZNqMtuhdBJqUnBi6tjKMF+34Xf0CUN8ncuXGO2CAY"
	"vO8PdyCixHX52ybaDjy1FtCE6yUXjoKNXKvUm7MWGsAYH6f4IegOetN5NvmUMFStCSkh7ixZLkN1";
/* RFC 7638, section 3.1: a key and its thumbprint. */
#define THUMB_N \
	"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhD" \
	"R1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6C" \
	"f0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1" \
	"n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1" \
	"jF44-csFCur-kEgU8awapJzKnqDKgw"
#define THUMB "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
/* clang-format on */

#define RFC_TOKEN RFC_INPUT "." RFC_SIGNATURE
#define RFC_JWK   "{\"kty\":\"RSA\",\"n\":\"" RFC_N "\",\"e\":\"AQAB\"}"
#define THUMB_JWK "{\"kty\":\"RSA\",\"kid\":\"2011-04-29\",\"n\":\"" THUMB_N "\",\"e\":\"AQAB\"}"
#define NOW       1300000000

static struct arena *mem;

static int set_up(void **state)
{
	(void)state;
	mem = arena_new(1U << 24);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

static struct jwk_set *keys_of(const char *text)
{
	struct jwk_set *s = NULL;
	struct err e = { .kind = ERR_NONE };

	assert_int_equal(jwk_set_parse(span_of(text), &s, &e), 0);
	return s;
}

static struct jwk_set *rfc_keys(void)
{
	return keys_of("{\"keys\":[" RFC_JWK "]}");
}

static struct jwt_key *rfc_private(void)
{
	struct jwt_key *k = NULL;
	struct err e = { .kind = ERR_NONE };
	struct span der;

	assert_true(base64_decode(mem, span_of(rfc_key), &der));
	assert_int_equal(jwt_key_open(der, &k, &e), 0);
	return k;
}

static void refused(const char *token, const struct jwk_set *keys)
{
	struct err e = { .kind = ERR_NONE };
	struct span claims;

	assert_int_equal(jwt_verify_rs256(span_of(token), keys, mem, &claims, &e), -1);
	assert_int_equal(e.kind, ERR_AUTH);
	assert_string_equal(e.text, "the token is not valid");
	assert_true(e.detail[0] != '\0');
}

static void rfc_token(void **state)
{
	JWK_SET_AUTO keys = rfc_keys();
	struct err e = { .kind = ERR_NONE };
	struct span claims;

	(void)state;
	assert_int_equal(jwt_verify_rs256(SPAN(RFC_TOKEN), keys, mem, &claims, &e), 0);
	assert_true(span_is(claims, "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n "
				    "\"http://example.com/is_root\":true}"));
}

static void every_changed_letter_is_refused(void **state)
{
	JWK_SET_AUTO keys = rfc_keys();
	char token[] = RFC_TOKEN;

	(void)state;
	for (size_t i = 0; i < sizeof(token) - 1; i++) {
		char was = token[i];

		token[i] = was == 'A' ? 'B' : 'A';
		refused(token, keys);
		token[i] = was;
	}
	for (size_t i = 0; i < sizeof(token) - 1; i += 7)
		refused(arena_dup(mem, span_sub(SPAN(RFC_TOKEN), 0, i)), keys);
	refused(RFC_TOKEN ".", keys);
	refused(RFC_TOKEN "A", keys);
	refused(RFC_TOKEN "=", keys);
	refused(" " RFC_TOKEN, keys);
}

static const char *with_head(const char *head, const char *signature)
{
	return arena_printf(
		mem, "%s.eyJpc3MiOiJqb2UifQ.%s", base64url_encode(mem, span_of(head)).p, signature);
}

static void only_rs256(void **state)
{
	JWK_SET_AUTO keys = rfc_keys();
	static const char *const heads[] = {
		"{\"alg\":\"none\"}",
		"{\"alg\":\"None\"}",
		"{\"alg\":\"\"}",
		"{\"alg\":null}",
		"{\"alg\":[\"RS256\"]}",
		"{\"alg\":\"rs256\"}",
		"{\"alg\":\"HS256\"}",
		"{\"alg\":\"RS384\"}",
		"{\"alg\":\"PS256\"}",
		"{\"alg\":\"ES256\"}",
		"{}",
		"[]",
		"\"RS256\"",
		"",
		"{\"alg\":\"RS256\",\"crit\":[\"exp\"]}",
		"{\"alg\":\"RS256\",\"crit\":[]}",
		"{\"alg\":\"RS256\",\"kid\":7}",
		"{\"alg\":\"RS256\",\"kid\":\"another\"}",
		"{\"alg\":\"RS256\",\"jwk\":" RFC_JWK "}",
	};

	(void)state;
	for (size_t i = 0; i < countof(heads); i++) {
		refused(with_head(heads[i], ""), keys);
		refused(with_head(heads[i], RFC_SIGNATURE), keys);
	}
	refused("", keys);
	refused("..", keys);
	refused(arena_printf(mem, "%09000d", 0), keys);
}

static void key_sets(void **state)
{
	static const char *const none[] = { "", "7", "{}", "[]", "{\"keys\":7}", "{\"keys\":[]}",
		"{\"keys\":[7,null,{}]}", "{\"keys\":[{\"kty\":\"RSA\"}]}",
		"{\"keys\":[{\"kty\":\"EC\",\"n\":\"" RFC_N "\",\"e\":\"AQAB\"}]}",
		"{\"keys\":[{\"kty\":\"RSA\",\"use\":\"enc\",\"n\":\"" RFC_N "\",\"e\":\"AQAB\"}]}",
		"{\"keys\":[{\"kty\":\"RSA\",\"alg\":\"RS512\",\"n\":\"" RFC_N
		"\",\"e\":\"AQAB\"}]}",
		"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"" RFC_N "\",\"e\":\"AQ\"}]}",   // 1
		"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"" RFC_N "\",\"e\":\"AQAA\"}]}", // even
		"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"" RFC_N "\",\"e\":\"AQAAAAAB\"}]}",
		"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"" RFC_N "\",\"e\":\"\"}]}",
		"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}", // 17 bits
		"{\"keys\":[{\"kty\":\"RSA\",\"n\":\"A+/=\",\"e\":\"AQAB\"}]}" };
	struct err e;

	(void)state;
	for (size_t i = 0; i < countof(none); i++) {
		struct jwk_set *s = NULL;

		e = (struct err){ .kind = ERR_NONE };
		assert_int_equal(jwk_set_parse(span_of(none[i]), &s, &e), -1);
		assert_int_equal(e.kind, ERR_INVALID);
		assert_null(s);
	}
	JWK_SET_AUTO two = keys_of("{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}," RFC_JWK
				   "," THUMB_JWK ",{\"kty\":\"EC\"}]}");
	assert_int_equal(jwk_set_size(two), 2);
	assert_true(jwk_set_has(two, SPAN("2011-04-29")));
	assert_false(jwk_set_has(two, SPAN("")));
	assert_false(jwk_set_has(two, SPAN_NONE));
	refused(RFC_TOKEN, two); // without a kid it is not known which key is meant
}

static void too_many_keys(void **state)
{
	BUF_AUTO b;
	struct err e = { .kind = ERR_NONE };
	struct span text;

	(void)state;
	buf_init(&b, 1U << 20);
	buf_adds(&b, "{\"keys\":[");
	for (int i = 0; i < 40; i++)
		buf_adds(&b, THUMB_JWK ",");
	buf_adds(&b, "null]}");
	assert_int_equal(buf_finish(&b, &text, &e), 0);
	JWK_SET_AUTO s = keys_of(text.p);
	assert_int_equal(jwk_set_size(s), 16);
}

static void thumbprint(void **state) // RFC 7638, 3.1
{
	JWK_SET_AUTO s = keys_of("{\"keys\":[" THUMB_JWK "]}");
	char out[JWK_KID_SIZE];

	(void)state;
	jwk_thumbprint(jwk_set_find(s, SPAN_NONE), mem, out);
	assert_string_equal(out, THUMB);
}

static void printed_sets_are_read_again(void **state)
{
	JWK_SET_AUTO s = keys_of("{\"keys\":[" THUMB_JWK "," RFC_JWK "]}");
	BUF_AUTO b;
	struct json_out j;
	struct err e = { .kind = ERR_NONE };
	struct span text;

	(void)state;
	buf_init(&b, 1U << 16);
	json_begin(&j, &b);
	jwk_set_print(s, &j);
	assert_int_equal(buf_finish(&b, &text, &e), 0);
	assert_non_null(strstr(text.p, "\"kid\":\"2011-04-29\",\"n\":\"" THUMB_N "\""));
	JWK_SET_AUTO again = keys_of(text.p);
	assert_int_equal(jwk_set_size(again), 2);
}

static void signing(void **state)
{
	struct jwt_key *k CLEANUP(jwt_key_free) = rfc_private();
	struct err e = { .kind = ERR_NONE };
	struct span jwk;
	struct span token;
	struct span kid;
	struct span claims;

	(void)state;
	assert_int_equal(jwt_key_public(k, mem, &jwk, &e), 0);
	assert_non_null(strstr(jwk.p, "\"n\":\"" RFC_N "\",\"e\":\"AQAB\""));
	assert_null(strstr(jwk.p, "\"d\""));
	assert_null(strstr(jwk.p, "\"p\""));
	JWK_SET_AUTO own = keys_of(arena_printf(mem, "{\"keys\":[" THUMB_JWK ",%s]}", jwk.p));
	assert_int_equal(jwt_sign_rs256(k, "at+jwt", SPAN("{\"sub\":\"7\"}"), mem, &token, &e), 0);
	assert_true(jwt_kid(token, mem, &kid));
	assert_true(span_is(kid, jwt_key_kid(k)));
	assert_int_equal(jwt_verify_rs256(token, own, mem, &claims, &e), 0);
	assert_true(span_is(claims, "{\"sub\":\"7\"}"));
	JWK_SET_AUTO foreign = keys_of("{\"keys\":[" THUMB_JWK "]}");
	refused(token.p, foreign);
	assert_false(jwt_kid(SPAN(RFC_TOKEN), mem, &kid));
}

static void making_keys(void **state)
{
	struct jwt_key *k CLEANUP(jwt_key_free) = NULL;
	struct err e = { .kind = ERR_NONE };
	struct span der;

	(void)state;
	assert_int_equal(jwt_key_make(mem, &der, &e), 0);
	assert_int_equal(jwt_key_open(der, &k, &e), 0);
	assert_int_equal(strlen(jwt_key_kid(k)), JWK_KID_SIZE - 1);
	struct jwt_key *bad = NULL;
	assert_int_equal(jwt_key_open(span_sub(der, 0, der.n - 9), &bad, &e), -1);
	assert_int_equal(e.kind, ERR_INTERNAL);
	assert_null(bad);
}

static const char *claims_fault(const char *claims)
{
	static struct err e;
	const struct jwt_expect x = { .issuer = "https://a",
		.other_issuer = "a",
		.audience = SPAN("me"),
		.now_s = NOW,
		.skew_s = 60 };
	JSON_AUTO c = NULL;

	e = (struct err){ .kind = ERR_NONE };
	if (jwt_check_claims(span_of(claims), &x, &c, &e) == 0)
		return NULL;
	assert_int_equal(e.kind, ERR_AUTH);
	return e.detail;
}

static void claims(void **state)
{
	static const struct {
		const char *claims;
		const char *fault;
	} cases[] = {
		{ "{\"iss\":\"https://a\",\"aud\":\"me\",\"iat\":1300000000,\"exp\":1300003600}",
			NULL },
		{ "{\"iss\":\"a\",\"aud\":[\"you\",\"me\"],\"iat\":1300000060,\"exp\":1299999940.5}",
			NULL },
		{ "{\"iss\":\"a\",\"aud\":\"me\",\"iat\":1,\"nbf\":1300000060,\"exp\":1300000000}",
			NULL },
		{ "{\"iss\":\"a\",\"aud\":\"me\",\"iat\":1,\"exp\":1299999940}", "expired" },
		{ "{\"iss\":\"a\",\"aud\":\"me\",\"iat\":1,\"exp\":1e400}", "without an end" },
		{ "{\"iss\":\"a\",\"aud\":\"me\",\"iat\":1,\"exp\":\"1300003600\"}",
			"without an end" },
		{ "{\"iss\":\"a\",\"aud\":\"me\",\"iat\":1}", "without an end" },
		{ "{\"iss\":\"a\",\"aud\":\"me\",\"exp\":1300003600}", "without a beginning" },
		{ "{\"iss\":\"a\",\"aud\":\"me\",\"iat\":1300000061,\"exp\":1300003600}",
			"issued in the future" },
		{ "{\"iss\":\"a\",\"aud\":\"me\",\"iat\":1,\"nbf\":1300000061,\"exp\":1300003600}",
			"not yet valid" },
		{ "{\"iss\":\"a\",\"aud\":\"me\",\"iat\":1,\"nbf\":\"1\",\"exp\":1300003600}",
			"nbf is no time" },
		{ "{\"iss\":\"https://b\",\"aud\":\"me\",\"iat\":1,\"exp\":1300003600}",
			"another issuer" },
		{ "{\"iss\":[\"a\"],\"aud\":\"me\",\"iat\":1,\"exp\":1300003600}",
			"another issuer" },
		{ "{\"aud\":\"me\",\"iat\":1,\"exp\":1300003600}", "another issuer" },
		{ "{\"iss\":\"a\",\"aud\":\"you\",\"iat\":1,\"exp\":1300003600}",
			"for another audience" },
		{ "{\"iss\":\"a\",\"aud\":[],\"iat\":1,\"exp\":1300003600}",
			"for another audience" },
		{ "{\"iss\":\"a\",\"iat\":1,\"exp\":1300003600}", "for another audience" },
		{ "[]", "the claims are no JSON object" },
		{ "", "the claims are no JSON" },
	};

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		const char *fault = claims_fault(cases[i].claims);

		if (cases[i].fault == NULL)
			assert_null(fault);
		else
			assert_string_equal(fault, cases[i].fault);
	}
}

/* RFC 7515, appendix A.1: the token and its key. */
#define HS_TOKEN                                                                                     \
	"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAs"      \
	"DQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFO" \
	"EjXk"
#define HS_KEY                                                                                     \
	"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"

static void a_token_under_a_secret(void **state)
{
	static const char *const wrong[] = { HS_TOKEN "A", RFC_TOKEN,
		"eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UifQ.", "a.b", "" };
	struct err e = { .kind = ERR_NONE };
	struct span claims;
	struct span key;

	(void)state;
	assert_true(base64url_decode(mem, SPAN(HS_KEY), &key));
	assert_int_equal(jwt_verify_hs256(SPAN(HS_TOKEN), key, mem, &claims, &e), 0);
	assert_true(span_starts(claims, "{\"iss\":\"joe\""));
	assert_int_equal(jwt_verify_hs256(SPAN(HS_TOKEN), SPAN("another"), mem, &claims, &e), -1);
	assert_int_equal(jwt_verify_hs256(SPAN(HS_TOKEN), SPAN(""), mem, &claims, &e), -1);
	for (size_t i = 0; i < countof(wrong); i++) {
		e = (struct err){ .kind = ERR_NONE };
		assert_int_equal(jwt_verify_hs256(span_of(wrong[i]), key, mem, &claims, &e), -1);
		assert_int_equal(e.kind, ERR_AUTH);
	}
	refused(HS_TOKEN, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_under_a_secret),
		cmocka_unit_test(rfc_token),
		cmocka_unit_test(every_changed_letter_is_refused),
		cmocka_unit_test(only_rs256),
		cmocka_unit_test(key_sets),
		cmocka_unit_test(too_many_keys),
		cmocka_unit_test(thumbprint),
		cmocka_unit_test(printed_sets_are_read_again),
		cmocka_unit_test(signing),
		cmocka_unit_test(making_keys),
		cmocka_unit_test(claims),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
