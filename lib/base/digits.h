#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

/*
 * Writing numbers and short words without a format string: dates stand on every row of a page, and
 * printf would cost more than the rest of the row. Both return the place behind what they wrote
 * and add no NUL; the caller knows that there is room.
 */
char *digits_put(char *out, unsigned value, int least); // decimal, at least so many digits (1..10)
char *digits_word(char *out, const char *word, int most); // the first `most` bytes of word, or all

#endif
