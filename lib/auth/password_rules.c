#include "auth/password_rules.h"

#include <stdbool.h>
#include <string.h>

#include "auth/password_common.h"
#include "base/limits.h"
#include "base/utf8.h"

static char small(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* What people write for a letter, so that "p4$$w0rd" is what it is. */
static char undress(char c)
{
	static const char marks[] = "0134578@$!|";
	static const char letters[] = "oleastbasil";
	const char *at = c != '\0' ? strchr(marks, c) : NULL;

	return at != NULL ? letters[at - marks] : c;
}

/* Without what stands around the letters; marks inside are undone or dropped. */
static void bare(const char *text, bool undressed, char *out)
{
	size_t n = strlen(text);
	size_t to = 0;

	while (n > 0 && !is_letter(text[n - 1]))
		n--;
	while (n > 0 && !is_letter(*text) && !(undressed && is_letter(undress(*text)))) {
		text++;
		n--;
	}
	for (size_t i = 0; i < n; i++) {
		char c = undressed ? undress(text[i]) : text[i];

		if (is_letter(c))
			out[to++] = c;
	}
	out[to] = '\0';
}

/* One piece over and over again, or characters that follow each other up or down. */
static bool is_pattern(const char *text)
{
	static const char *const rows[] = { "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
		"qwertzuiop", "azertyuiop", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
		"1q2w3e4r5t6y7u8i9o0p" };
	size_t n = strlen(text);
	size_t run = 1;

	for (size_t period = 1; period <= n / 2; period++) {
		if (memcmp(text, text + period, n - period) == 0)
			return true;
	}
	for (size_t i = 1; i < n; i++) {
		int step = text[i] - text[i - 1];

		if ((step == 1 || step == -1) && (i < 2 || step == text[i - 1] - text[i - 2]))
			run++;
	}
	if (run + 1 >= n)
		return true;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strstr(rows[i], text) != NULL)
			return true;
	}
	return false;
}

static bool is_common(const char *text)
{
	char word[PASSWORD_MOST + 1];
	size_t half;

	for (int undressed = 0; undressed < 2; undressed++) {
		bare(text, undressed != 0, word);
		half = strlen(word) / 2;
		if (password_is_common(word))
			return true;
		// the same word twice
		if (half >= 3 && strlen(word) == 2 * half && memcmp(word, word + half, half) == 0) {
			word[half] = '\0';
			if (password_is_common(word))
				return true;
		}
	}
	bare(text, false, word);
	return word[0] == '\0' && strlen(text) < 12; // digits and marks alone
}

/* Whether the password is little more than something that is known of the account. */
static bool is_made_of(const char *text, struct span known)
{
	char word[PASSWORD_MOST + 1];
	char theirs[PASSWORD_MOST + 1] = "";
	size_t n = 0;

	bare(text, false, word);
	for (size_t i = 0; i < known.n && n < PASSWORD_MOST; i++) {
		char c = small(known.p[i]);

		if (is_letter(c))
			theirs[n++] = c;
	}
	theirs[n] = '\0';
	return n >= 3 && strcmp(word, theirs) == 0;
}

static struct span local_part(struct span email)
{
	struct span local;

	return span_split(&email, '@', &local) ? local : SPAN_NONE;
}

int password_rules(struct span password, struct span email, struct span name, struct err *e)
{
	char text[PASSWORD_MOST + 1] = "";

	if (!utf8_valid(password.p, password.n) || span_has(password, '\0'))
		return err_field(e, "password", "a password holds something that is no character");
	if (utf8_length(password.p, password.n) < PASSWORD_LEAST)
		return err_field(
			e, "password", "a password has at least %d characters", PASSWORD_LEAST);
	if (password.n > PASSWORD_MOST)
		return err_field(e, "password", "a password has at most %d bytes", PASSWORD_MOST);
	for (size_t i = 0; i < password.n; i++)
		text[i] = small(password.p[i]);
	if (is_common(text) || is_pattern(text))
		return err_field(
			e, "password", "this is among the passwords that everybody tries first");
	if (is_made_of(text, email) || is_made_of(text, local_part(email)) ||
		is_made_of(text, name))
		return err_field(e, "password", "this is your name or your address");
	return 0;
}
