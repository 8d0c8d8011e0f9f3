#ifndef OS_CLOCK_H
#define OS_CLOCK_H

#include <stdint.h>

int64_t clock_unix_us(void); // wall clock: microseconds since 1970 UTC; only for showing and
			     // comparing with outside data
int64_t clock_mono_us(
	void); // never goes back, counts sleep (CLOCK_BOOTTIME): the only clock for durations

#endif
