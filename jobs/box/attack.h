#ifndef JOBS_BOX_ATTACK_H
#define JOBS_BOX_ATTACK_H

#include <stddef.h>

#include "base/attr.h"

/* What has to come of an attack in a box whose groups count. */
enum attack_end {
	END_HELD,    // status 0: the program saw that it was refused
	END_COUNTED, // the same, and where nothing counts for a whole box it may be refused
	END_CPU,     // stopped by the limit of time
	END_WALL,    // stopped by the clock
	END_MEMORY,  // stopped by the limit of memory
	END_OUTPUT,  // stopped when it had written too much
	END_SIGNAL,  // ended by the signal `code`, which is told unchanged
	END_STATUS,  // ended with the status `code`
	END_STOPPED  // by any of the limits or a failure of its own: only that it ended matters
};

struct attack {
	const char *name;
	const char *does; // in a few words, for the operator
	enum attack_end end;
	int code;
	int (*run)(void); // 0: held; 1: it got through
};

/*
 * What hostile programs try. Each function plays one of them inside a box: it returns 0 when the
 * box refused, 1 when something that must not be possible was, or does not return at all where a
 * limit has to end it.
 */
extern const struct attack attacks_time[], attacks_space[], attacks_escape[];
extern const size_t n_attacks_time, n_attacks_space, n_attacks_escape;
const struct attack *attack_at(size_t i); // all of them; NULL after the last

ATTR_NORETURN void attack_spin(void);
void attack_spin_ms(int ms); // of processor time

/* Inside a box: does it. The exit status of the process. */
int attack_run(const char *name);

#endif
