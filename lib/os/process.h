#ifndef OS_PROCESS_H
#define OS_PROCESS_H

#include <stddef.h>
#include <stdint.h>

/* From now on this process, and what it starts, takes no notice of these signals. */
void process_ignore(const int *signals, size_t n);

/* Memory of this process that is in use now, in bytes (VmRSS of proc(5)); 0: not known. */
int64_t process_resident(void);

#endif
