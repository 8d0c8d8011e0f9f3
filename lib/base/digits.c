#include "base/digits.h"

#include <string.h>

/* Most numbers on a page are parts of dates: two digits at a time, from a table of all pairs. */
static const char pairs[] = "00010203040506070809101112131415161718192021222324"
			    "25262728293031323334353637383940414243444546474849"
			    "50515253545556575859606162636465666768697071727374"
			    "75767778798081828384858687888990919293949596979899";

static char *put_pair(char *out, unsigned value)
{
	out[0] = pairs[2 * value];
	out[1] = pairs[2 * value + 1];
	return out + 2;
}

static char *put_any(char *out, unsigned value, int least)
{
	char reversed[10];
	int n = 0;

	do
		reversed[n++] = (char)('0' + value % 10);
	while ((value /= 10) != 0);
	for (; least > n; least--)
		*out++ = '0';
	while (n > 0)
		*out++ = reversed[--n];
	return out;
}

char *digits_put(char *out, unsigned value, int least)
{
	if (value < 100 && (value >= 10 ? least <= 2 : least == 2))
		return put_pair(out, value);
	if (value >= 1000 && value < 10000 && least <= 4)
		return put_pair(put_pair(out, value / 100), value % 100);
	return put_any(out, value, least);
}

char *digits_word(char *out, const char *word, int most)
{
	return mempcpy(out, word, strnlen(word, (size_t)most));
}
