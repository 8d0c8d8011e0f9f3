#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../lib/auth/envelope.c"

#define KEY_A "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define KEY_B "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100"

static struct envelope *with_keys(const char *keys)
{
	struct envelope *v = NULL;
	struct err e = { 0 };

	if (envelope_new(keys, &v, &e) != 0)
		fail_msg("%s", e.text);
	return v;
}

static struct span unhex(struct arena *m, const char *digits)
{
	size_t n = strlen(digits) / 2;
	char *bytes = arena_alloc(m, n + 1);

	assert_true(hex_decode(span_of(digits), bytes, n));
	return (struct span){ bytes, n };
}

/* Test cases 13 to 16 of the GCM specification (McGrew and Viega, 2005), all with 256-bit keys. */
static void cipher_vectors(void **state)
{
	static const struct {
		const char *key;
		const char *nonce;
		const char *plain;
		const char *data;
		const char *sealed; // ciphertext, then tag
	} cases[] = {
		{ "0000000000000000000000000000000000000000000000000000000000000000",
			"000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b" },
		{ "0000000000000000000000000000000000000000000000000000000000000000",
			"000000000000000000000000", "00000000000000000000000000000000", "",
			"cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919" },
		{ "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
			"cafebabefacedbaddecaf888",
			"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809"
			"532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
			"",
			"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb"
			"3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
			"b094dac5d93471bdec1a502270e3cc6c" },
		{ "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
			"cafebabefacedbaddecaf888",
			"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809"
			"532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
			"feedfacedeadbeeffeedfacedeadbeefabaddad2",
			"522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb"
			"3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
			"76fc6ece0f4e1768cddf8853bb2d551b" },
	};
	struct arena *m = arena_new(1 << 20);

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct span plain = unhex(m, cases[i].plain);
		struct span sealed = unhex(m, cases[i].sealed);
		struct span data = unhex(m, cases[i].data);
		struct key k = { .name = "k" };
		unsigned char *out = arena_alloc(m, sealed.n + 1);
		struct parts p;

		/* The associated data is given as purpose, whole, and in two pieces. */
		for (size_t cut = 0; cut <= data.n; cut += data.n > 0 ? data.n / 2 : 1) {
			struct span purpose = span_sub(data, cut, data.n);

			assert_true(hex_decode(span_of(cases[i].key), k.bytes, KEY_BYTES));
			p = (struct parts){
				.head = span_sub(data, 0, cut),
				.nonce = bytes_of(unhex(m, cases[i].nonce)),
				.body = { sealed.p, plain.n },
				.tag = bytes_of(sealed) + plain.n,
			};
			assert_true(encrypt(&k, &p, plain, purpose, out));
			assert_memory_equal(out, sealed.p, sealed.n);
			memset(out, 0, sealed.n);
			assert_true(decrypt(&k, &p, purpose, out));
			assert_memory_equal(out, plain.p, plain.n);
		}
	}
	arena_free(m);
}

/* Made by another program from the description at the top of envelope.c. */
static void a_blob_of_version_1_opens(void **state)
{
	struct arena *m = arena_new(1 << 20);
	struct envelope *v = with_keys("new:" KEY_B ",k1:" KEY_A);
	struct span sealed =
		unhex(m, "01026b316465666768696a6b6c6d6e6f02598d3120da12ce7b2a0fa3e93532ad"
			 "b0f14780d2be3a4e396b10f58cd1444e");
	struct err e = { 0 };
	struct span plain;

	(void)state;
	assert_int_equal(envelope_open(v, m, sealed, SPAN("user.totp:7"), &plain, &e), 0);
	assert_string_equal(plain.p, "JBSWY3DPEHPK3PXP");
	assert_false(envelope_is_current(v, sealed));
	envelope_free(v);
	arena_free(m);
}

static void what_is_sealed_opens(void **state)
{
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 1000, 100000 };
	struct arena *m = arena_new(1 << 22);
	struct envelope *v = with_keys("main-key_1:" KEY_A);
	char *text = arena_alloc(m, 100000);

	(void)state;
	memset(text, 'p', 100000);
	for (size_t i = 0; i < countof(sizes); i++) {
		struct span plain = { text, sizes[i] };
		struct span one;
		struct span two;
		struct span got;
		struct err e = { 0 };

		assert_int_equal(envelope_seal(v, m, plain, SPAN("a:1"), &one, &e), 0);
		assert_int_equal(envelope_seal(v, m, plain, SPAN("a:1"), &two, &e), 0);
		assert_false(span_eq(one, two)); // another nonce
		assert_int_equal(one.n, plain.n + 2 + strlen("main-key_1") + 12 + 16);
		assert_true(one.n <= plain.n + ENVELOPE_OVERHEAD);
		assert_int_equal(envelope_open(v, m, one, SPAN("a:1"), &got, &e), 0);
		assert_true(span_eq(got, plain));
		assert_true(envelope_is_current(v, one));
	}
	envelope_free(v);
	arena_free(m);
}

static void every_changed_bit_is_noticed(void **state)
{
	struct arena *m = arena_new(1 << 24);
	struct envelope *v = with_keys("k:" KEY_A);
	struct span sealed;
	struct span got = SPAN_NONE;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(envelope_seal(v, m, SPAN("secret"), SPAN("a:1"), &sealed, &e), 0);
	for (size_t bit = 0; bit < 8 * sealed.n; bit++) {
		char *changed = arena_dup(m, sealed);

		changed[bit / 8] = (char)(changed[bit / 8] ^ 1 << bit % 8);
		e = (struct err){ 0 };
		assert_int_equal(envelope_open(v, m, (struct span){ changed, sealed.n },
					 SPAN("a:1"), &got, &e),
			-1);
		assert_int_equal(e.kind, ERR_INTERNAL);
	}
	for (size_t n = 0; n < sealed.n; n++) {
		e = (struct err){ 0 };
		assert_int_equal(
			envelope_open(v, m, span_sub(sealed, 0, n), SPAN("a:1"), &got, &e), -1);
	}
	e = (struct err){ 0 };
	assert_int_equal(envelope_open(v, m, sealed, SPAN("a:2"), &got, &e), -1);
	assert_string_equal(
		e.text, "could not decrypt: the text was changed or is sealed for another purpose");
	assert_null(got.p);
	e = (struct err){ 0 };
	assert_int_equal(envelope_open(v, m, sealed, SPAN("a:1"), &got, &e), 0);
	envelope_free(v);
	arena_free(m);
}

static void keys_rotate(void **state)
{
	struct arena *m = arena_new(1 << 20);
	struct envelope *old = with_keys("a:" KEY_A);
	struct envelope *both = with_keys(" b:" KEY_B " , a:" KEY_A " ");
	struct envelope *new = with_keys("b:" KEY_B);
	struct err e = { 0 };
	struct span sealed;
	struct span got;

	(void)state;
	assert_int_equal(envelope_seal(old, m, SPAN("x"), SPAN("p"), &sealed, &e), 0);
	assert_int_equal(envelope_open(both, m, sealed, SPAN("p"), &got, &e), 0);
	assert_false(envelope_is_current(both, sealed));
	assert_int_equal(envelope_open(new, m, sealed, SPAN("p"), &got, &e), -1);
	assert_string_equal(e.text, "could not decrypt: ENCRYPTION_KEY has no key \"a\"");
	e = (struct err){ 0 };
	assert_int_equal(envelope_seal(both, m, got, SPAN("p"), &sealed, &e), 0);
	assert_true(envelope_is_current(both, sealed));
	assert_int_equal(envelope_open(new, m, sealed, SPAN("p"), &got, &e), 0);
	assert_true(span_is(got, "x"));
	envelope_free(old);
	envelope_free(both);
	envelope_free(new);
	envelope_free(NULL);
	arena_free(m);
}

static void foreign_blobs_are_named(void **state)
{
	static const struct {
		struct span sealed;
		const char *text;
	} cases[] = {
		{ { "", 0 }, "could not decrypt: not a sealed text" },
		{ { "\1", 1 }, "could not decrypt: not a sealed text" },
		{ { "\2\1kxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 31 },
			"could not decrypt: sealed text of version 2, this program knows 1" },
		{ { "\1\0xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 32 },
			"could not decrypt: not a sealed text" },
		{ { "\1\377xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 32 },
			"could not decrypt: not a sealed text" },
		{ { "\1\1\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 33 },
			"could not decrypt: not a sealed text" },
		{ { "plain text from before", 22 },
			"could not decrypt: sealed text of version 112, this program knows 1" },
	};
	struct arena *m = arena_new(1 << 20);
	struct envelope *v = with_keys("k:" KEY_A);
	struct span got;

	(void)state;
	for (size_t i = 0; i < countof(cases); i++) {
		struct err e = { 0 };

		assert_int_equal(envelope_open(v, m, cases[i].sealed, SPAN("p"), &got, &e), -1);
		assert_string_equal(e.text, cases[i].text);
		assert_false(envelope_is_current(v, cases[i].sealed));
	}
	envelope_free(v);
	arena_free(m);
}

static void key_lists_are_checked(void **state)
{
	static const char *const wrong[] = { "", "  ", "k", "k:", ":" KEY_A, KEY_A, "k:" KEY_A "0",
		"K:" KEY_A, "k k:" KEY_A, "k:" KEY_A ",", ",k:" KEY_A, "k:" KEY_A ",k:" KEY_B,
		"seventeen-letters:" KEY_A,
		"k:g00102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" };
	char many[17 * 70] = "";
	struct envelope *v = NULL;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < countof(wrong); i++) {
		struct err e = { 0 };

		assert_int_equal(envelope_new(wrong[i], &v, &e), -1);
		assert_int_equal(e.kind, ERR_INVALID);
		assert_memory_equal(e.text, "ENCRYPTION_KEY: ", 16);
		assert_null(strstr(e.text, "0102"));
	}
	for (int i = 0; i < 17; i++)
		n += (size_t)snprintf(
			many + n, sizeof(many) - n, "%sk%d:" KEY_A, i > 0 ? "," : "", i);
	struct err e = { 0 };
	assert_int_equal(envelope_new(many, &v, &e), -1);
	assert_null(v);
	*strrchr(many, ',') = '\0';
	v = with_keys(many);
	envelope_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cipher_vectors),
		cmocka_unit_test(a_blob_of_version_1_opens),
		cmocka_unit_test(what_is_sealed_opens),
		cmocka_unit_test(every_changed_bit_is_noticed),
		cmocka_unit_test(keys_rotate),
		cmocka_unit_test(foreign_blobs_are_named),
		cmocka_unit_test(key_lists_are_checked),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests_name("envelope", tests, NULL, NULL);
}
