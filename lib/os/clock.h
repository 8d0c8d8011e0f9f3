#ifndef OS_CLOCK_H
#define OS_CLOCK_H

#include <stdint.h>

/* Wall clock: microseconds since 1970 UTC. Only for showing and for comparing with outside data. */
int64_t clock_unix_us(void);

/* Never goes back and counts sleep (CLOCK_BOOTTIME), in microseconds: the only clock for durations.
 */
int64_t clock_mono_us(void);

/* Returns early when a signal arrives. */
void clock_sleep_ms(int64_t ms);

#endif
