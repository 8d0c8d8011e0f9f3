#include "base/digits.h"

#include <string.h>

char *digits_put(char *out, unsigned value, int least)
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

char *digits_word(char *out, const char *word, int most)
{
	return mempcpy(out, word, strnlen(word, (size_t)most));
}
