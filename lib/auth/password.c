#include "auth/password.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "os/rnd.h"

#define COST_AT 4 // in a hash: two digits

static int cost = PASSWORD_COST;

/* Of no password: what is compared for an account that does not exist. Same kind, same cost. */
static char nobody[] = "$2b$12$PodiumPodiumPodiumPoduN9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92";

/* libcrypt's work space is 32 KB: not for the stack. One process hashes one password at a time. */
static struct crypt_data work;

static void write_cost(char *hash)
{
	hash[COST_AT] = (char)('0' + cost / 10);
	hash[COST_AT + 1] = (char)('0' + cost % 10);
}

void password_use_cost(int64_t wanted)
{
	cost = (int)wanted;
	write_cost(nobody);
}

static bool fits(struct span password)
{
	return password.n <= PASSWORD_MOST && utf8_valid(password.p, password.n) &&
	       !span_has(password, '\0');
}

int password_hash(struct span password, char out[PASSWORD_HASH_SIZE], struct err *e)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];
	char text[PASSWORD_MOST + 1] = "";
	char random[16];
	const char *hash;

	if (password.n > PASSWORD_MOST)
		return err_field(e, "password", "a password has at most %d bytes", PASSWORD_MOST);
	if (!fits(password))
		return err_field(e, "password", "a password holds something that is no character");
	if (utf8_length(password.p, password.n) < PASSWORD_LEAST)
		return err_field(
			e, "password", "a password has at least %d characters", PASSWORD_LEAST);
	memcpy(text, password.p, password.n);
	rnd_bytes(random, sizeof(random));
	if (crypt_gensalt_rn("$2b$", (unsigned long)cost, random, sizeof(random), setting,
		    sizeof(setting)) == NULL)
		return err_set(e, ERR_INTERNAL, "could not make a salt");
	hash = crypt_r(text, setting, &work);
	if (hash == NULL || hash[0] == '*' || strlen(hash) >= PASSWORD_HASH_SIZE)
		err_set(e, ERR_INTERNAL, "could not hash a password");
	else
		memcpy(out, hash, strlen(hash) + 1);
	OPENSSL_cleanse(text, sizeof(text));
	OPENSSL_cleanse(&work, sizeof(work));
	return e->kind == ERR_NONE ? 0 : -1;
}

/* libcrypt computes old DES hashes for almost any setting: only what it calls safe is compared. */
static bool is_safe_kind(const char *hash)
{
	int judged = crypt_checksalt(hash);

	return judged == CRYPT_SALT_OK || judged == CRYPT_SALT_TOO_CHEAP;
}

static bool is_current(const char *hash)
{
	char prefix[] = "$2b$00$";

	write_cost(prefix);
	return strncmp(hash, prefix, strlen(prefix)) == 0;
}

bool password_check(struct span password, const char *hash, bool *is_old)
{
	const char *stored = hash != NULL && is_safe_kind(hash) ? hash : nobody;
	char text[PASSWORD_MOST + 1] = "";
	const char *made;
	bool is_right;

	*is_old = false;
	if (fits(password))
		memcpy(text, password.p, password.n);
	made = crypt_r(text, stored, &work);
	is_right = made != NULL && strlen(made) == strlen(stored) &&
		   CRYPTO_memcmp(made, stored, strlen(stored)) == 0;
	OPENSSL_cleanse(text, sizeof(text));
	OPENSSL_cleanse(&work, sizeof(work));
	if (!is_right || stored == nobody || !fits(password))
		return false;
	*is_old = !is_current(stored);
	return true;
}

void password_random(char out[PASSWORD_RANDOM_SIZE])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789"; // none that look alike
	size_t n = 0;

	for (int i = 0; i < 20; i++) {
		if (i > 0 && i % 5 == 0)
			out[n++] = '-';
		out[n++] = letters[rnd_below(sizeof(letters) - 1)];
	}
	out[n] = '\0';
}
